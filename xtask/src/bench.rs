//! `cargo xtask bench`: the numbers in `docs/`, and the pictures of every page.

use std::path::PathBuf;

use anyhow::{Context, Result};
use clap::{Args, ValueEnum};

use crate::build::{self, Mode};
use crate::test::{in_browser, with_everything};
use crate::{layer, paths, process, seed, tools};

/// What to measure.
#[derive(Args)]
pub struct Options {
    /// What to measure
    what: What,
}

/// What can be measured.
#[derive(Clone, Copy, PartialEq, Eq, ValueEnum)]
enum What {
    /// The applicants' form on a slow network and a slow processor, beside plain HTML
    Form,
    /// The staff's table with 100,000 applications, beside three libraries
    Table,
    /// What the tag costs a partner's page, beside two other embeds
    Embed,
    /// What a call costs over bare `fetch`
    Fetch,
}

/// How many applications the table is measured with.
const APPLICATIONS: u64 = 100_000;

/// Measures on the build that is deployed.
pub fn run(options: &Options) -> Result<()> {
    if options.what == What::Fetch {
        layer::print("8opencall3api")?;
        return in_browser::measure_fetch();
    }
    build::app(Mode::Release)?;
    build::server("server")?;
    let mut command = process::cargo();
    command.args(["run", "--quiet", "-p", "opencall-tests", "--bin"]);
    match options.what {
        What::Form => command.arg("bench-form"),
        What::Table => command
            .arg("bench-table")
            .env("OPENCALL_SEEDED", seeded()?)
            .env("OPENCALL_PEERS", tools::peers()?),
        What::Fetch => unreachable!("measured above, without a server"),
        What::Embed => command.arg("bench-embed").env("OPENCALL_PEERS", tools::peers()?),
    };
    process::run(with_everything(&mut command, "server")?)
}

/// A data folder with made-up applications; made once, which takes some minutes.
fn seeded() -> Result<PathBuf> {
    let folder = paths::root().join(format!("target/bench/{APPLICATIONS}"));
    let done = folder.join("done");
    if !done.exists() {
        let _ = std::fs::remove_dir_all(&folder);
        println!("making up {APPLICATIONS} applications, once");
        seed::run(&seed::Options::new(APPLICATIONS, folder))?;
        std::fs::write(&done, "").context("target/bench cannot be written")?;
    }
    Ok(done.with_file_name(""))
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
