//! The parts that run against the built app and the real server: the package `opencall-tests`.

use std::process::Command;

use anyhow::Result;

use super::fuzzed;
use crate::{debian, paths, process, tools};

/// Bytes on the wire until the first field accepts typing.
pub fn size() -> Result<()> {
    process::run(with_everything(
        process::cargo().args(["run", "--quiet", "-p", "opencall-tests", "--bin", "size"]),
        "dev",
    )?)
}

/// The HTTP contract: what must hold in tests of our own, and what the document says by Schemathesis.
pub fn contract() -> Result<()> {
    process::run(with_server(
        process::cargo().args(["test", "--quiet", "-p", "opencall-tests", "--lib", "--test", "contract"]),
        "dev",
    ))?;
    fuzzed::run()
}

/// Whole ways through the app.
pub fn e2e() -> Result<()> {
    process::run(with_everything(
        process::cargo().args(["test", "--quiet", "-p", "opencall-tests", "--test", "e2e", "--", "--skip", "a11y::"]),
        "dev",
    )?)
}

/// Accessibility in every state.
pub fn a11y() -> Result<()> {
    process::run(with_everything(
        process::cargo().args(["test", "--quiet", "-p", "opencall-tests", "--test", "e2e", "--", "a11y::"]),
        "dev",
    )?)
}

/// Tells a command where the app and the server are.
pub fn with_server<'a>(command: &'a mut Command, profile: &str) -> &'a mut Command {
    command
        .env("OPENCALL_DIST", paths::dist())
        .env("OPENCALL_SERVER", paths::server(profile))
}

/// Tells a command where the app, the server, the browser and axe-core are, installing what is missing.
pub fn with_everything<'a>(command: &'a mut Command, profile: &str) -> Result<&'a mut Command> {
    let browser = debian::browser()?;
    Ok(with_server(command, profile)
        .env("OPENCALL_AXE", tools::axe()?)
        .env("OPENCALL_CHROMIUM", browser.chromium)
        .env("OPENCALL_CHROMEDRIVER", browser.driver))
}
