//! The parts that are cargo's own: formatting, lints, tests that need neither browser nor build.

use anyhow::Result;

use crate::process::{cargo, run};
use crate::tools;

/// Formatting.
pub fn fmt() -> Result<()> {
    run(cargo().args(["fmt", "--all", "--check"]))
}

/// Lints: of everything natively, and of the app as it is compiled for the browser.
pub fn clippy() -> Result<()> {
    tools::wasm_target()?;
    let lints = |what: &[&str]| run(cargo().args(["clippy", "--quiet"]).args(what).args(["--", "-D", "warnings"]));
    lints(&["--workspace", "--all-targets", "--features", "opencall-records/live"])?;
    let wasm = ["--target", "wasm32-unknown-unknown"];
    lints(&[&["--package", "opencall", "--all-targets"], &wasm[..]].concat())?;
    lints(&[&["--package", "opencall-records", "--lib"], &wasm[..]].concat())
}

/// The rules, the app's pure parts and xtask.
pub fn unit() -> Result<()> {
    run(cargo().args([
        "test",
        "--quiet",
        "-p",
        "opencall-core",
        "-p",
        "opencall",
        "-p",
        "opencall-table",
        "-p",
        "xtask",
        "--features",
        "opencall-core/native",
    ]))
}

/// The server on SQLite.
pub fn server() -> Result<()> {
    run(cargo().args(["test", "--quiet", "-p", "opencall-server"]))
}
