//! How many bytes of the applicants' wasm a module is: its functions by name, before wasm-opt, and what they add once all is compressed.

use std::io::Write;

use anyhow::{Context, Result};

use crate::{paths, wasm};

const CODE: u8 = 10;
const CUSTOM: u8 = 0;

/// Prints the bytes of the functions whose mangled names hold `part`. Functions that were inlined count where they stand.
pub fn print(part: &str) -> Result<()> {
    let file = paths::root().join("target/wasm32-unknown-unknown/release/apply.wasm");
    let bytes = std::fs::read(&file).context("there is no release build of the app: cargo xtask test build")?;
    let (mut bodies, mut names, mut imports) = (Vec::new(), Vec::new(), 0);
    wasm::sections(&bytes, |kind, section| {
        match kind {
            wasm::IMPORTS => drop(wasm::imports(section, |name| {
                imports += 1;
                name.to_owned()
            })?),
            CODE => bodies = wasm::bodies(section)?,
            CUSTOM => names.extend(wasm::function_names(section)?),
            _ => {}
        }
        Ok(None)
    })?;
    let of = |(at, _): &(usize, &&[u8])| names.iter().any(|(number, name)| *number == at + imports && name.contains(part));
    let (ours, others): (Vec<_>, Vec<_>) = bodies.iter().enumerate().partition(of);
    let joined = |some: &[(usize, &&[u8])]| some.iter().flat_map(|(_, body)| body.iter().copied()).collect::<Vec<u8>>();
    let (ours, others) = (joined(&ours), joined(&others));
    let all = [others.as_slice(), ours.as_slice()].concat();
    println!(
        "{part}: {} of {} bytes of code before wasm-opt; with brotli {} of {}",
        ours.len(),
        all.len(),
        compressed(&all)? - compressed(&others)?,
        compressed(&all)?
    );
    Ok(())
}

fn compressed(bytes: &[u8]) -> Result<usize> {
    let mut brotli = brotli::CompressorWriter::new(Vec::new(), 1 << 16, 11, 24);
    brotli.write_all(bytes)?;
    Ok(brotli.into_inner().len())
}
