//! Short names for what the wasm imports from its glue. wasm-bindgen names each import after what it does and a hash, in
//! both files; nobody reads them in what is served, and hashes do not compress.

use std::collections::HashMap;

use anyhow::{Context, Result, bail};

/// Renames the imports of a wasm file to `a`, `b`, …, in it and in its glue.
///
/// # Errors
/// When the wasm cannot be read (its binary format is that of the WebAssembly core specification, chapter 5), or
/// when the glue lacks one of the imports.
pub fn imports(wasm: &[u8], glue: &str) -> Result<(Vec<u8>, String)> {
    let mut reader = Reader { bytes: wasm, at: 8 };
    let mut out = wasm.get(..8).context("the wasm is cut off")?.to_vec();
    let mut short: HashMap<&str, String> = HashMap::new();
    while reader.at < wasm.len() {
        let kind = reader.byte()?;
        let section = reader.vector()?;
        let renamed = if kind == IMPORTS {
            Some(renamed_imports(section, &mut short)?)
        } else {
            None
        };
        out.push(kind);
        let section = renamed.as_deref().unwrap_or(section);
        put_number(&mut out, section.len());
        out.extend_from_slice(section);
    }
    let mut missing = short.len();
    let glue = words(glue)
        .map(|word| match short.get(word) {
            Some(name) => {
                missing = missing.saturating_sub(1);
                name.as_str()
            }
            None => word,
        })
        .collect();
    if missing > 0 {
        bail!("{missing} imports are not in the glue");
    }
    Ok((out, glue))
}

const IMPORTS: u8 = 2;

/// The imports section with short names, which are put down in `short`.
fn renamed_imports<'a>(section: &'a [u8], short: &mut HashMap<&'a str, String>) -> Result<Vec<u8>> {
    let mut reader = Reader { bytes: section, at: 0 };
    let mut out = Vec::with_capacity(section.len());
    let count = reader.number()?;
    put_number(&mut out, count);
    for _ in 0..count {
        let module = reader.vector()?;
        let name = std::str::from_utf8(reader.vector()?).context("an import's name is not UTF-8")?;
        let next = letters(short.len());
        let name = short.entry(name).or_insert(next);
        for text in [module, name.as_bytes()] {
            put_number(&mut out, text.len());
            out.extend_from_slice(text);
        }
        let start = reader.at;
        match reader.byte()? {
            0 => {
                reader.number()?;
            }
            other => bail!("an import of kind {other} is not expected of wasm-bindgen"),
        }
        out.extend_from_slice(&section[start..reader.at]);
    }
    Ok(out)
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

struct Reader<'a> {
    bytes: &'a [u8],
    at: usize,
}

impl<'a> Reader<'a> {
    fn byte(&mut self) -> Result<u8> {
        let byte = *self.bytes.get(self.at).context("the wasm is cut off")?;
        self.at += 1;
        Ok(byte)
    }

    /// An unsigned LEB128 of at most 32 bits.
    fn number(&mut self) -> Result<usize> {
        let mut number = 0_usize;
        for shift in (0..35).step_by(7) {
            let byte = self.byte()?;
            number |= usize::from(byte & 0x7f) << shift;
            if byte & 0x80 == 0 {
                return Ok(number);
            }
        }
        bail!("a number in the wasm is too long")
    }

    /// A length and that many bytes.
    fn vector(&mut self) -> Result<&'a [u8]> {
        let length = self.number()?;
        let bytes = self.bytes.get(self.at..self.at + length).context("the wasm is cut off")?;
        self.at += length;
        Ok(bytes)
    }
}

fn put_number(out: &mut Vec<u8>, mut number: usize) {
    loop {
        let byte = (number & 0x7f) as u8;
        number >>= 7;
        if number == 0 {
            out.push(byte);
            break;
        }
        out.push(byte | 0x80);
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;

    /// A module with one section: two functions imported, both of type 0.
    const WASM: &[u8] = b"\0asm\x01\0\0\0\x02\x15\x02\x01m\x05__wb1\0\0\x01m\x05__wb2\0\0";

    #[test]
    fn imports_are_renamed_in_both_files() {
        let (wasm, glue) = imports(WASM, "x = { __wb1: f, __wb2() {} }; __wb11").unwrap();
        assert_eq!(wasm, b"\0asm\x01\0\0\0\x02\x0d\x02\x01m\x01a\0\0\x01m\x01b\0\0");
        assert_eq!(glue, "x = { a: f, b() {} }; __wb11");
    }

    #[test]
    fn a_glue_without_an_import_is_refused() {
        assert!(imports(WASM, "x = { __wb1: f }").is_err());
    }

    #[test]
    fn a_wasm_that_is_cut_off_is_refused() {
        for length in 0..WASM.len() {
            if length != 8 {
                assert!(imports(&WASM[..length], "__wb1 __wb2").is_err(), "{length}");
            }
        }
    }

    #[test]
    fn names_go_on_after_z() {
        assert_eq!([0, 25, 26, 27, 701, 702].map(letters), ["a", "z", "aa", "ab", "zz", "aaa"]);
    }
}
