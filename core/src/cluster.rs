//! Extended grapheme clusters: characters as people count them (UAX #29, revision 45, with GB9c for Indic conjuncts).
//!
//! The table of classes is `cluster.bin`, 2 kB instead of the 32 kB of `unicode-segmentation`, of which it is made and
//! with which `tests/clusters.rs` compares every scalar value and every way in which classes can meet.

use std::sync::OnceLock;

/// What a scalar value is to the rules: `Grapheme_Cluster_Break`, `Extended_Pictographic` and `Indic_Conjunct_Break` in one.
#[derive(Clone, Copy, PartialEq, Eq)]
#[repr(u8)]
enum Class {
    Other,
    Control,
    /// Joins what stands before it, but no conjunct.
    Extend,
    /// Joins what stands before it, inside conjuncts too.
    ConjunctExtend,
    /// A virama that makes conjuncts.
    Linker,
    SpacingMark,
    Prepend,
    RegionalIndicator,
    /// Hangul: leading consonant.
    L,
    /// Hangul: vowel.
    V,
    /// Hangul: trailing consonant.
    T,
    /// An emoji or what may become one.
    Pictograph,
    /// A consonant that makes conjuncts.
    Consonant,
    // Not in the table.
    Cr,
    Lf,
    Zwj,
    /// Hangul: a syllable that may take a trailing consonant.
    Lv,
    /// Hangul: a syllable that is whole.
    Lvt,
}

/// The classes in the table, by their number there.
const CLASSES: [Class; 13] = [
    Class::Other,
    Class::Control,
    Class::Extend,
    Class::ConjunctExtend,
    Class::Linker,
    Class::SpacingMark,
    Class::Prepend,
    Class::RegionalIndicator,
    Class::L,
    Class::V,
    Class::T,
    Class::Pictograph,
    Class::Consonant,
];

/// Runs of one class, in order: a byte with the class times 16 and, where it is below 16, the length; then the length where
/// the byte has 0 for it, in groups of 7 bits, the lowest first.
static TABLE: &[u8] = include_bytes!("cluster.bin");

/// The table to search in: where each run begins, times 16, and its class.
fn runs() -> &'static [u32] {
    static RUNS: OnceLock<Vec<u32>> = OnceLock::new();
    RUNS.get_or_init(|| {
        let mut runs = Vec::with_capacity(TABLE.len());
        let mut start = 0;
        let mut bytes = TABLE.iter().map(|byte| u32::from(*byte));
        while let Some(byte) = bytes.next() {
            runs.push(start << 4 | byte >> 4);
            let length = match byte & 15 {
                0 => length(&mut bytes),
                short => short,
            };
            start += length;
        }
        runs
    })
}

fn length(bytes: &mut impl Iterator<Item = u32>) -> u32 {
    let mut length = 0;
    for (byte, group) in bytes.zip(0..) {
        length |= (byte & 127) << (7 * group);
        if byte < 128 {
            break;
        }
    }
    length
}

fn class(c: char) -> Class {
    match c {
        ' '..='~' => Class::Other,
        '\r' => Class::Cr,
        '\n' => Class::Lf,
        '\u{200d}' => Class::Zwj,
        '\u{ac00}'..='\u{d7a3}' if (c as u32 - 0xac00).is_multiple_of(28) => Class::Lv,
        '\u{ac00}'..='\u{d7a3}' => Class::Lvt,
        _ => {
            let runs = runs();
            let after = runs.partition_point(|run| run >> 4 <= c as u32);
            let number = after.checked_sub(1).map_or(0, |at| runs[at] & 15);
            CLASSES.get(number as usize).copied().unwrap_or(Class::Other)
        }
    }
}

/// A cluster being read.
struct Cluster {
    last: Class,
    /// An odd number of regional indicators so far.
    half_flag: bool,
    /// GB11: a pictograph and only what extends it so far; then `Zwj` behind that.
    emoji: Emoji,
    /// GB9c: a consonant and only what extends it so far; then a linker among that.
    conjunct: Conjunct,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Emoji {
    None,
    Pictograph,
    Joined,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Conjunct {
    None,
    Consonant,
    Linked,
}

impl Cluster {
    fn new(first: Class) -> Self {
        let mut cluster = Self {
            last: first,
            half_flag: false,
            emoji: Emoji::None,
            conjunct: Conjunct::None,
        };
        cluster.take(first);
        cluster
    }

    /// Goes on with the next character.
    fn take(&mut self, next: Class) {
        self.half_flag = next == Class::RegionalIndicator && !self.half_flag;
        self.emoji = match next {
            Class::Pictograph => Emoji::Pictograph,
            Class::Extend | Class::ConjunctExtend | Class::Linker if self.emoji == Emoji::Pictograph => Emoji::Pictograph,
            Class::Zwj if self.emoji == Emoji::Pictograph => Emoji::Joined,
            _ => Emoji::None,
        };
        self.conjunct = match next {
            Class::Consonant => Conjunct::Consonant,
            Class::Linker if self.conjunct != Conjunct::None => Conjunct::Linked,
            Class::ConjunctExtend | Class::Zwj => self.conjunct,
            _ => Conjunct::None,
        };
        self.last = next;
    }

    /// Whether the next character belongs to it: rules GB3 to GB999.
    fn goes_on(&self, next: Class) -> bool {
        use Class::{
            ConjunctExtend, Consonant, Control, Cr, Extend, L, Lf, Linker, Lv, Lvt, Pictograph, Prepend, RegionalIndicator, SpacingMark, T,
            V, Zwj,
        };
        match (self.last, next) {
            (Cr, Lf) => true,
            (Cr | Lf | Control, _) | (_, Cr | Lf | Control) => false,
            (L, L | V | Lv | Lvt) | (Lv | V, V | T) | (Lvt | T, T) => true,
            (_, Extend | ConjunctExtend | Linker | Zwj | SpacingMark) | (Prepend, _) => true,
            (_, Consonant) => self.conjunct == Conjunct::Linked,
            (_, Pictograph) => self.emoji == Emoji::Joined,
            (_, RegionalIndicator) => self.half_flag,
            _ => false,
        }
    }
}

/// The clusters of a text, in order.
pub fn clusters(mut text: &str) -> impl Iterator<Item = &str> {
    std::iter::from_fn(move || {
        let mut characters = text.char_indices();
        let mut cluster = Cluster::new(class(characters.next()?.1));
        let end = characters.find(|&(_, c)| {
            let next = class(c);
            let ends = !cluster.goes_on(next);
            cluster.take(next);
            ends
        });
        let (first, rest) = text.split_at(end.map_or(text.len(), |(at, _)| at));
        text = rest;
        Some(first)
    })
}
