//! The clusters agree with `unicode-segmentation`, and so does their table.
#![allow(clippy::unwrap_used)]

use std::collections::BTreeMap;
use std::sync::OnceLock;

use opencall_core::text::clusters;
use proptest::prelude::*;
use unicode_segmentation::UnicodeSegmentation as _;

const TABLE: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/src/cluster.bin");

fn theirs(text: &str) -> usize {
    text.graphemes(true).count()
}

fn agree(text: &str) {
    assert!(clusters(text).eq(text.graphemes(true)), "{}", text.escape_unicode());
}

fn scalar_values() -> impl Iterator<Item = char> {
    '\0'..=char::MAX
}

/// The number of a scalar value's class in the table.
fn class(c: char) -> u8 {
    static CLASSES: OnceLock<Vec<u8>> = OnceLock::new();
    CLASSES.get_or_init(|| (0..=char::MAX as u32).map(|n| char::from_u32(n).map_or(0, found_out)).collect())[c as usize]
}

/// The class of a scalar value by what it joins.
fn found_out(c: char) -> u8 {
    let together = |text: String| theirs(&text) == 1;
    // These have classes of their own without the table.
    if matches!(c, '\r' | '\n' | '\u{200d}' | '\u{ac00}'..='\u{d7a3}') {
        return 0;
    }
    if !together(format!("{c}\u{300}")) {
        return 1;
    }
    if together(format!("a{c}")) {
        // Of what joins the character before it: only a mark with spacing parts an emoji from its joiner.
        return match () {
            () if together(format!("क{c}क")) => 4,
            () if together(format!("क{c}\u{94d}क")) => 3,
            () if together(format!("©{c}\u{200d}©")) => 2,
            () => 5,
        };
    }
    match () {
        () if together(format!("{c}a")) => 6,
        () if together(format!("{c}🇫")) => 7,
        () if together(format!("{c}\u{1100}")) => 8,
        () if together(format!("\u{1100}{c}")) => 9,
        () if together(format!("\u{11a8}{c}")) => 10,
        () if together(format!("{c}\u{200d}©")) => 11,
        () if together(format!("क\u{94d}{c}")) => 12,
        () => 0,
    }
}

/// The table as `src/cluster.rs` reads it.
fn table() -> Vec<u8> {
    let mut runs: Vec<(u8, u32)> = Vec::new();
    let mut next = 0;
    let mut put = |class: u8, length: u32| match runs.last_mut() {
        Some((last, before)) if *last == class => *before += length,
        _ => runs.push((class, length)),
    };
    for c in scalar_values() {
        // The surrogates, which are no scalar values.
        if c as u32 > next {
            put(0, c as u32 - next);
        }
        put(class(c), 1);
        next = c as u32 + 1;
    }
    let mut bytes = Vec::new();
    for (class, length) in runs {
        if length < 16 {
            bytes.push(class << 4 | length as u8);
            continue;
        }
        bytes.push(class << 4);
        let mut rest = length;
        while rest > 127 {
            bytes.push(rest as u8 | 128);
            rest >>= 7;
        }
        bytes.push(rest as u8);
    }
    bytes
}

#[test]
fn the_table_is_that_of_the_crate() {
    assert!(
        std::fs::read(TABLE).unwrap() == table(),
        "write it anew: cargo test -p opencall-core --test clusters -- --ignored"
    );
}

#[test]
#[ignore = "writes the table"]
fn write_the_table() {
    std::fs::write(TABLE, table()).unwrap();
}

/// A few of every class, in Hangul of every kind.
fn representatives() -> Vec<char> {
    let mut of_class: BTreeMap<u8, Vec<char>> = BTreeMap::new();
    for c in scalar_values() {
        of_class.entry(class(c)).or_default().push(c);
    }
    let mut chosen: Vec<char> = of_class
        .values()
        .flat_map(|all| [all[0], all[all.len() / 2], all[all.len() - 1]])
        .collect();
    chosen.extend([
        '\r', '\n', '\u{200d}', '\u{200c}', '\u{ac00}', '\u{ac01}', '\u{d788}', '\u{d7a3}', 'a', '\u{94d}', 'क',
    ]);
    chosen
}

/// One of each class, and all of those that the rules name one by one.
fn kinds() -> Vec<char> {
    let mut seen = [false; 16];
    let mut kinds = representatives();
    kinds.retain(|c| {
        let class = class(*c);
        !std::mem::replace(&mut seen[usize::from(class)], true) || class == 0
    });
    kinds
}

/// A mark, a joiner, an emoji and a sign that stands before.
const FEW: [char; 4] = ['\u{300}', '\u{200d}', '©', '\u{600}'];

#[test]
fn every_scalar_value_beside_every_class() {
    let kinds = kinds();
    let mut pairs = String::new();
    for c in scalar_values() {
        pairs.clear();
        pairs.push(c);
        // A million of no class are enough to meet the ones that join most.
        let beside = if class(c) == 0 { &FEW[..] } else { &kinds };
        for &kind in beside {
            pairs.extend([kind, c]);
        }
        pairs.push(c);
        agree(&pairs);
    }
}

#[test]
fn every_way_in_which_four_classes_meet() {
    let kinds = kinds();
    let mut text = String::new();
    for &a in &kinds {
        for &b in &kinds {
            for &c in &kinds {
                for &d in &kinds {
                    text.clear();
                    text.extend([a, b, c, d]);
                    agree(&text);
                }
            }
        }
    }
}

fn tricky() -> impl Strategy<Value = String> {
    let representatives = proptest::sample::select(representatives());
    let emoji = proptest::sample::select("👩👧🏽❤\u{fe0f}\u{200d}🇫🇷🇪🇺👍🏳🌈1\u{20e3}".chars().collect::<Vec<_>>());
    let indic = proptest::sample::select("कषत्\u{94d}\u{93c}\u{200d}\u{200c}िনকﷺമ\u{d4d}ക".chars().collect::<Vec<_>>());
    let hangul = proptest::sample::select("\u{1100}\u{1161}\u{11a8}가각\u{d7b0}\u{a960}".chars().collect::<Vec<_>>());
    let one = prop_oneof![representatives, emoji, indic, hangul, any::<char>()];
    proptest::collection::vec(one, 0..24).prop_map(String::from_iter)
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(2_000))]

    #[test]
    fn tricky_texts(text in tricky()) {
        prop_assert!(clusters(&text).eq(text.graphemes(true)), "{}", text.escape_unicode());
    }

    #[test]
    fn any_text(text in any::<String>()) {
        prop_assert!(clusters(&text).eq(text.graphemes(true)), "{}", text.escape_unicode());
    }
}
