//! Wasm files as a list of sections (chapter 5 of the WebAssembly core specification), as far as their names go.

use anyhow::{Context, Result, bail};

/// The section of imports.
pub const IMPORTS: u8 = 2;
/// The section of exports.
pub const EXPORTS: u8 = 7;

/// Writes a wasm file with those sections changed for which `change` gives another content. It is given a section's number
/// and content.
///
/// # Errors
/// When the wasm cannot be read.
pub fn sections<'a>(wasm: &'a [u8], mut change: impl FnMut(u8, &'a [u8]) -> Result<Option<Vec<u8>>>) -> Result<Vec<u8>> {
    let mut reader = Reader { bytes: wasm, at: 8 };
    let mut out = wasm.get(..8).context("the wasm is cut off")?.to_vec();
    while reader.at < wasm.len() {
        let kind = reader.byte()?;
        let section = reader.vector()?;
        let changed = change(kind, section)?;
        out.push(kind);
        put_vector(&mut out, changed.as_deref().unwrap_or(section));
    }
    Ok(out)
}

/// The section of imports, each under the name that `name` gives for its own.
///
/// # Errors
/// When it cannot be read.
pub fn imports<'a>(section: &'a [u8], mut name: impl FnMut(&'a str) -> String) -> Result<Vec<u8>> {
    let mut reader = Reader { bytes: section, at: 0 };
    let mut out = Vec::with_capacity(section.len());
    let count = reader.number()?;
    put_number(&mut out, count);
    for _ in 0..count {
        put_vector(&mut out, reader.vector()?);
        put_vector(&mut out, name(reader.text()?).as_bytes());
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

/// The section of exports, each under the name that `name` gives for its own, and those left out for which it gives none.
///
/// # Errors
/// When it cannot be read.
pub fn exports<'a>(section: &'a [u8], mut name: impl FnMut(&'a str) -> Option<String>) -> Result<Vec<u8>> {
    let mut reader = Reader { bytes: section, at: 0 };
    let mut kept = Vec::with_capacity(section.len());
    let mut count = 0;
    for _ in 0..reader.number()? {
        let name = name(reader.text()?);
        let start = reader.at;
        reader.byte()?;
        reader.number()?;
        if let Some(name) = name {
            count += 1;
            put_vector(&mut kept, name.as_bytes());
            kept.extend_from_slice(&section[start..reader.at]);
        }
    }
    let mut out = Vec::with_capacity(section.len());
    put_number(&mut out, count);
    out.append(&mut kept);
    Ok(out)
}

/// The functions' bodies of the section of code.
///
/// # Errors
/// When it cannot be read.
pub fn bodies(section: &[u8]) -> Result<Vec<&[u8]>> {
    let mut reader = Reader { bytes: section, at: 0 };
    (0..reader.number()?).map(|_| reader.vector()).collect()
}

/// The functions' numbers and names, if this custom section has them; numbers count imports first.
///
/// # Errors
/// When it cannot be read.
pub fn function_names(section: &[u8]) -> Result<Vec<(usize, &str)>> {
    let mut reader = Reader { bytes: section, at: 0 };
    let mut names = Vec::new();
    if reader.text()? != "name" {
        return Ok(names);
    }
    while reader.at < section.len() {
        let kind = reader.byte()?;
        let part = reader.vector()?;
        if kind == 1 {
            let mut reader = Reader { bytes: part, at: 0 };
            for _ in 0..reader.number()? {
                names.push((reader.number()?, reader.text()?));
            }
        }
    }
    Ok(names)
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

    /// A vector that is a name.
    fn text(&mut self) -> Result<&'a str> {
        std::str::from_utf8(self.vector()?).context("a name is not UTF-8")
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

fn put_vector(out: &mut Vec<u8>, bytes: &[u8]) {
    put_number(out, bytes.len());
    out.extend_from_slice(bytes);
}
