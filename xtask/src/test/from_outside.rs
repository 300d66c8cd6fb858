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

/// The HTTP contract: what must hold in tests of our own; the suite that checks any backend by it, against ours and against backends that
/// are wrong; and what the document says, by Schemathesis.
pub fn contract() -> Result<()> {
    process::run(with_server(
        process::cargo().args(["test", "--quiet", "-p", "opencall-tests", "--lib", "--test", "contract"]),
        "dev",
    ))?;
    process::run(with_server(
        process::cargo().args(["test", "--quiet", "-p", "opencall-conform"]),
        "dev",
    ))?;
    fuzzed::run()
}

/// Whole ways through the app.
pub fn e2e() -> Result<()> {
    process::run(with_everything(
        process::cargo().args([
            "test",
            "--quiet",
            "-p",
            "opencall-tests",
            "--test",
            "e2e",
            "--",
            "--skip",
            "a11y::",
            "--skip",
            "records::",
        ]),
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

/// Tells a command where the app, the server, the browser, nginx and axe-core are, installing what is missing.
pub fn with_everything<'a>(command: &'a mut Command, profile: &str) -> Result<&'a mut Command> {
    let (browser, nginx) = (debian::browser()?, debian::nginx()?);
    Ok(with_server(command, profile)
        .env("OPENCALL_AXE", tools::axe()?)
        .env("OPENCALL_NGINX", nginx.program)
        .env("OPENCALL_NGINX_BROTLI", nginx.brotli)
        .env("OPENCALL_CHROMIUM", browser.chromium)
        .env("OPENCALL_CHROMEDRIVER", browser.driver))
}
