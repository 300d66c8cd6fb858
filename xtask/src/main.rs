//! Opencall's commands, run as `cargo xtask …`.
//!
//! Each installs what it needs and does not find: Rust programs into `target/tools`, Debian packages
//! through `apt-get` where that is allowed. A file a command:
//!
//! - [`start`]: build everything and serve it on this machine.
//! - [`test`]: every check, cheap ones first.
//! - [`dist`]: what is deployed: `dist/` and the server's binary.
//! - [`bench`]: the numbers in `docs/`.
//! - [`seed`]: made-up applications.
//! - [`conform`]: any backend against the contract.
//! - [`build`]: the app's pipeline, used by all of them.

mod base;
mod bench;
mod build;
mod conform;
mod css;
mod debian;
mod dist;
mod edition;
mod fingerprint;
mod layer;
mod paths;
mod process;
mod seed;
mod shorten;
mod start;
mod test;
mod tools;
mod trim;
mod wasm;
mod words;

use clap::Parser;

/// Sets up, starts, tests, measures and packs Opencall.
#[derive(Parser)]
#[command(name = "cargo xtask", bin_name = "cargo xtask", version)]
enum Command {
    /// Builds the app and the server and serves a programme that is open now
    Start(start::Options),
    /// Runs every test, or one part of them
    Test(test::Options),
    /// Builds what is deployed: dist/ and the server
    Dist(dist::Options),
    /// Measures, and writes the numbers down in docs/
    Bench(bench::Options),
    /// Fills a data folder with made-up applications
    Seed(seed::Options),
    /// Drives any backend through the contract and says what falls short
    #[command(disable_help_flag = true)]
    Conform(conform::Options),
    /// Takes pictures of every page at three widths, light and dark, into target/shots
    Shots,
}

fn main() -> std::process::ExitCode {
    let outcome = match Command::parse() {
        Command::Start(options) => start::run(&options),
        Command::Test(options) => test::run(&options),
        Command::Dist(options) => dist::run(&options),
        Command::Bench(options) => bench::run(&options),
        Command::Seed(options) => seed::run(&options),
        Command::Conform(options) => conform::run(&options),
        Command::Shots => bench::shots(),
    };
    match outcome {
        Ok(()) => std::process::ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("xtask: {error:#}");
            std::process::ExitCode::FAILURE
        }
    }
}
