//! `cargo xtask conform`: drives a backend through the contract. Everything is done by the package `opencall-conform`, which needs
//! neither the app nor the server.

use anyhow::{Context, Result};
use clap::Args;

use crate::process;

/// What is handed on as it is.
#[derive(Args)]
pub struct Options {
    /// `--help` lists them
    #[arg(trailing_var_arg = true, allow_hyphen_values = true, value_name = "ARGUMENTS")]
    arguments: Vec<String>,
}

/// Runs the suite, and ends as it ends: 0, 1 when something falls short or nothing was found out of what is offered, 2 when the backend
/// cannot be reached.
pub fn run(options: &Options) -> Result<()> {
    let mut command = process::cargo();
    // Where it was called from: a file that is named may be named from there.
    command.current_dir(std::env::current_dir().context("there is no current folder")?);
    command.args(["run", "--quiet", "--package", "opencall-conform"]);
    // What speaks TLS takes half a minute to build: only for those who need it.
    if options.arguments.iter().any(|argument| argument.contains("https://")) {
        command.args(["--features", "tls"]);
    }
    let status = command
        .arg("--")
        .args(&options.arguments)
        .status()
        .context("cargo cannot be started")?;
    std::process::exit(status.code().unwrap_or(1));
}
