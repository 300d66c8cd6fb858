//! `cargo xtask test`: every check, in parts, cheap ones first.

mod checks;
mod from_outside;
mod fuzzed;
pub mod in_browser;
mod postgres;
mod records;

pub use from_outside::with_everything;

use std::time::{Duration, Instant};

use anyhow::{Result, bail};
use clap::{Args, ValueEnum};

use crate::build::{self, Mode};

/// Which parts to run.
#[derive(Args)]
pub struct Options {
    /// One part only; a part from outside builds the app first
    part: Option<Part>,
}

/// The parts, in the order in which they run.
#[derive(Clone, Copy, PartialEq, Eq, Debug, ValueEnum)]
pub enum Part {
    /// Formatting
    Fmt,
    /// Lints, native and wasm
    Clippy,
    /// The rules, the app's pure parts and xtask
    Unit,
    /// The server on SQLite
    Server,
    /// The server on a real PostgreSQL
    Postgres,
    /// The app's parts that need a browser
    Wasm,
    /// The app as it is deployed, and the server
    Build,
    /// Bytes on the wire until the first field accepts typing
    Size,
    /// The HTTP contract, from outside
    Contract,
    /// Whole ways through the app, in Chromium
    E2e,
    /// Accessibility in every state, with axe-core
    A11y,
    /// A record store that nobody here wrote, in the place of a backend
    Records,
}

impl Part {
    /// Whether it runs against the built app.
    fn needs_build(self) -> bool {
        matches!(self, Self::Size | Self::Contract | Self::E2e | Self::A11y | Self::Records)
    }

    /// Its name on the command line.
    fn name(self) -> String {
        self.to_possible_value()
            .map_or_else(String::new, |value| value.get_name().to_owned())
    }

    /// Runs it.
    fn run(self) -> Result<()> {
        match self {
            Self::Fmt => checks::fmt(),
            Self::Clippy => checks::clippy(),
            Self::Unit => checks::unit(),
            Self::Server => checks::server(),
            Self::Postgres => postgres::run(),
            Self::Wasm => in_browser::run(),
            Self::Build => build_everything(),
            Self::Size => from_outside::size(),
            Self::Contract => from_outside::contract(),
            Self::E2e => from_outside::e2e(),
            Self::A11y => from_outside::a11y(),
            Self::Records => records::run(),
        }
    }
}

/// How a part went.
struct Outcome {
    part: Part,
    passed: bool,
    took: Duration,
}

/// Runs the parts and counts.
pub fn run(options: &Options) -> Result<()> {
    let parts = match options.part {
        Some(part) if part.needs_build() => vec![Part::Build, part],
        Some(part) => vec![part],
        None => Part::value_variants().to_vec(),
    };
    let mut outcomes: Vec<Outcome> = Vec::new();
    for part in parts {
        let built = outcomes.iter().all(|outcome| outcome.part != Part::Build || outcome.passed);
        println!("\n== {}", part.name());
        let start = Instant::now();
        let result = if part.needs_build() && !built {
            Err(anyhow::anyhow!("not run: there is no build to run against"))
        } else {
            part.run()
        };
        if let Err(error) = &result {
            println!("{}: {error:#}", part.name());
        }
        outcomes.push(Outcome {
            part,
            passed: result.is_ok(),
            took: start.elapsed(),
        });
    }
    println!();
    for outcome in &outcomes {
        println!(
            "{:<10} {:>7.1} s  {}",
            outcome.part.name(),
            outcome.took.as_secs_f64(),
            if outcome.passed { "passed" } else { "FAILED" }
        );
    }
    let (passed, failed): (Vec<_>, Vec<_>) = outcomes.iter().partition(|outcome| outcome.passed);
    println!("{} passed, {} failed", passed.len(), failed.len());
    if !failed.is_empty() {
        bail!(
            "failed: {}",
            failed.iter().map(|outcome| outcome.part.name()).collect::<Vec<_>>().join(", ")
        );
    }
    Ok(())
}

/// The app for use; the server as the tests from outside run it.
fn build_everything() -> Result<()> {
    build::app(Mode::Release)?;
    build::server("dev")?;
    Ok(())
}
