//! `cargo xtask bench`: the numbers in `docs/`, and the pictures of every page.

use anyhow::Result;
use clap::{Args, ValueEnum};

use crate::build::{self, Mode};
use crate::process;
use crate::test::with_everything;

/// What to measure.
#[derive(Args)]
pub struct Options {
    /// What to measure
    what: What,
}

/// What can be measured.
#[derive(Clone, Copy, ValueEnum)]
enum What {
    /// The applicants' form on a slow network and a slow processor, beside plain HTML
    Form,
}

/// Measures on the build that is deployed.
pub fn run(options: &Options) -> Result<()> {
    build::app(Mode::Release)?;
    build::server("server")?;
    let bin = match options.what {
        What::Form => "bench-form",
    };
    process::run(with_everything(
        process::cargo().args(["run", "--quiet", "-p", "opencall-tests", "--bin", bin]),
        "server",
    )?)
}

/// Takes pictures of every page.
pub fn shots() -> Result<()> {
    build::app(Mode::Release)?;
    build::server("dev")?;
    process::run(with_everything(
        process::cargo().args(["run", "--quiet", "-p", "opencall-tests", "--bin", "shots"]),
        "dev",
    )?)
}
