//! Short names for what the wasm and its glue know each other by. wasm-bindgen names each import after what it does and a
//! hash, in both files; nobody reads them in what is served, and hashes do not compress.

use std::collections::HashMap;

use anyhow::{Result, bail};

use crate::wasm;

/// Renames the imports and exports of a wasm file to `a`, `b`, …, in it and in its glue.
///
/// # Errors
/// When the wasm cannot be read, or when the glue lacks one of the imports.
pub fn names(wasm: &[u8], glue: &str) -> Result<(Vec<u8>, String)> {
    let (mut imports, mut exports): (HashMap<&str, String>, HashMap<&str, String>) = Default::default();
    let out = wasm::sections(wasm, |kind, section| {
        Ok(match kind {
            wasm::IMPORTS => Some(wasm::imports(section, |name| short(&mut imports, name))?),
            wasm::EXPORTS => Some(wasm::exports(section, |name| Some(short(&mut exports, name)))?),
            _ => None,
        })
    })?;
    let mut missing = imports.len();
    let mut before = ["", ""];
    let glue = words(glue)
        .map(|word| {
            // An export is only ever a member of `wasm`; an import is a name of its own.
            let member = before == ["wasm", "."];
            before = [before[1], word];
            match if member { exports.get(word) } else { imports.get(word) } {
                Some(name) => {
                    missing = missing.saturating_sub(usize::from(!member));
                    name.as_str()
                }
                None => word,
            }
        })
        .collect();
    if missing > 0 {
        bail!("{missing} imports are not in the glue");
    }
    Ok((out, glue))
}

/// The short name for a name.
fn short<'a>(known: &mut HashMap<&'a str, String>, name: &'a str) -> String {
    let next = letters(known.len());
    known.entry(name).or_insert(next).clone()
}

/// `a` to `z`, `aa`, `ab` and so on. None is a word of JavaScript where members are named.
fn letters(mut index: usize) -> String {
    let mut name = Vec::new();
    loop {
        name.push(b'a' + (index % 26) as u8);
        index /= 26;
        if index == 0 {
            break;
        }
        index -= 1;
    }
    name.reverse();
    String::from_utf8(name).expect("letters are UTF-8")
}

/// A text in pieces: identifiers whole, everything else a run between them.
fn words(text: &str) -> impl Iterator<Item = &str> {
    let part_of = |c: char| c.is_ascii_alphanumeric() || c == '_' || c == '$';
    let mut rest = text;
    std::iter::from_fn(move || {
        let first = rest.chars().next()?;
        let end = rest.find(|c| part_of(c) != part_of(first)).unwrap_or(rest.len());
        let (word, after) = rest.split_at(end);
        rest = after;
        Some(word)
    })
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;

    /// A module with two sections: two functions imported, both of type 0; the second exported.
    const WASM: &[u8] = b"\0asm\x01\0\0\0\x02\x15\x02\x01m\x05__wb1\0\0\x01m\x05__wb2\0\0\x07\x09\x01\x05__out\0\x01";

    #[test]
    fn names_are_short_in_both_files() {
        let (wasm, glue) = names(WASM, "x = { __wb1: f, __wb2() {} }; __wb11; __out(); wasm.__out()").unwrap();
        assert_eq!(
            wasm,
            b"\0asm\x01\0\0\0\x02\x0d\x02\x01m\x01a\0\0\x01m\x01b\0\0\x07\x05\x01\x01a\0\x01"
        );
        assert_eq!(glue, "x = { a: f, b() {} }; __wb11; __out(); wasm.a()");
    }

    #[test]
    fn a_glue_without_an_import_is_refused() {
        assert!(names(WASM, "x = { __wb1: f }").is_err());
    }

    #[test]
    fn a_wasm_that_is_cut_off_is_refused() {
        for length in 0..WASM.len() {
            // Whole after the head and after either section.
            if ![8, 31].contains(&length) {
                assert!(names(&WASM[..length], "__wb1 __wb2").is_err(), "{length}");
            }
        }
    }

    #[test]
    fn names_go_on_after_z() {
        assert_eq!([0, 25, 26, 27, 701, 702].map(letters), ["a", "z", "aa", "ab", "zz", "aaa"]);
    }
}
