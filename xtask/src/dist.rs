//! `cargo xtask dist`: what is deployed.

use anyhow::Result;

use crate::build::{self, Mode};

/// Builds the app into `dist/` and the server, both for use, and says where they are.
pub fn run() -> Result<()> {
    let app = build::app(Mode::Release)?;
    let server = build::server("server")?;
    println!("the app:    {}", app.display());
    println!("the server: {}", server.display());
    Ok(())
}
