//! `cargo xtask seed`: fills a data folder with made-up applications.

use std::path::PathBuf;

use anyhow::Result;
use clap::Args;

use crate::{build, paths, process, start};

/// What to fill, and with how much.
#[derive(Args)]
pub struct Options {
    /// How many applications
    #[arg(long, value_name = "N")]
    applications: u64,
    /// The folder to fill, as for `start`
    #[arg(long, default_value = "data")]
    data: PathBuf,
    /// A programme of your own (JSON) instead of the sample
    #[arg(long)]
    programme: Option<PathBuf>,
    /// The same number gives the same applications
    #[arg(long, default_value_t = 1)]
    seed: u64,
    /// Add to a folder that has applications
    #[arg(long)]
    add: bool,
}

impl Options {
    /// So many in a folder of their own.
    pub fn new(applications: u64, data: PathBuf) -> Self {
        Self {
            applications,
            data,
            programme: None,
            seed: 1,
            add: false,
        }
    }
}

/// Builds the server as it is deployed, and lets it fill the folder.
pub fn run(options: &Options) -> Result<()> {
    let data = paths::root().join(&options.data);
    let id = start::prepare(&data, options.programme.as_deref())?;
    let server = build::server("server")?;
    let mut command = process::command(server);
    command
        .args(["seed", "--programme", &id])
        .args(["--applications", &options.applications.to_string()])
        .args(["--seed", &options.seed.to_string()])
        .arg("--data")
        .arg(&data);
    if options.add {
        command.arg("--add");
    }
    process::run(&mut command)?;
    println!("Look at it:   cargo xtask start --release --data {}", options.data.display());
    Ok(())
}
