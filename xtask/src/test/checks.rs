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
    run(cargo().args(["clippy", "--quiet", "--workspace", "--all-targets", "--", "-D", "warnings"]))?;
    run(cargo().args([
        "clippy",
        "--quiet",
        "--package",
        "opencall",
        "--all-targets",
        "--target",
        "wasm32-unknown-unknown",
        "--",
        "-D",
        "warnings",
    ]))
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
