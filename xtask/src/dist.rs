//! `cargo xtask dist`: what is deployed.

use anyhow::Result;
use clap::Args;

use crate::build::{self, Mode};

/// Where the app will live.
#[derive(Args)]
pub struct Options {
    /// The path of its host that the app lives below, such as /calls/
    #[arg(long, default_value = "/", value_parser = crate::base::path)]
    base_path: String,
}

/// Builds the app into `dist/` and the server, both for use, and says where they are.
pub fn run(options: &Options) -> Result<()> {
    let app = build::app_below(Mode::Release, &options.base_path)?;
    let server = build::server("server")?;
    println!("the app:    {}", app.display());
    println!("the server: {}", server.display());
    Ok(())
}
