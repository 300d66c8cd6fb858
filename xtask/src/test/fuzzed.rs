//! Schemathesis against the real server: whatever the contract's document allows and forbids is sent, on SQLite and on PostgreSQL.
//! `docs/contract-testing.md` tells of it.

use std::path::{Path, PathBuf};
use std::time::Duration;

use anyhow::{Context, Result, ensure};

use super::postgres::Database;
use crate::process::{self, Running};
use crate::{paths, tools};

/// Runs it on both; either finding anything is an error.
pub fn run() -> Result<()> {
    let program = tools::schemathesis()?;
    println!("-- Schemathesis, the server on SQLite");
    on(&program, None)?;
    println!("-- Schemathesis, the server on PostgreSQL");
    let database = Database::start()?;
    on(&program, Some(&database.url))
}

/// Runs it against a server of its own.
fn on(program: &Path, database: Option<&str>) -> Result<()> {
    let ours = paths::root().join("tests/schemathesis");
    let backend = Backend::start(&ours.join("programmes"), database)?;
    let mut command = process::command(program);
    command
        .current_dir(&ours)
        .args(["--config-file", "schemathesis.toml", "run"])
        .arg(format!("{}/api/v1/openapi.json", backend.origin))
        .env("PYTHONPATH", &ours)
        .env("PYTHONDONTWRITEBYTECODE", "1")
        .env("HYPOTHESIS_STORAGE_DIRECTORY", backend.folder.join("hypothesis"))
        .env("OPENCALL_ORIGIN", &backend.origin)
        .env("OPENCALL_SERVER", paths::server("dev"))
        .env("OPENCALL_DATA", backend.folder.join("data"))
        .env("OPENCALL_PROGRAMMES", ours.join("programmes"))
        .env_remove("DATABASE_URL");
    if let Some(url) = database {
        command.env("DATABASE_URL", url);
    }
    process::run(&mut command)
}

/// A server with a data folder of its own.
struct Backend {
    origin: String,
    folder: PathBuf,
    server: Option<Running>,
}

impl Backend {
    fn start(programmes: &Path, database: Option<&str>) -> Result<Self> {
        let kind = if database.is_some() { "postgres" } else { "sqlite" };
        let folder = std::env::temp_dir().join(format!("opencall-fuzzed-{kind}-{}", std::process::id()));
        std::fs::create_dir_all(folder.join("dist")).with_context(|| format!("{} cannot be made", folder.display()))?;
        let address = format!("127.0.0.1:{}", process::free_port()?);
        let mut command = process::command(paths::server("dev"));
        command
            .args(["--listen", &address, "--rate-limit", "0"])
            .arg("--data")
            .arg(folder.join("data"))
            .arg("--dist")
            .arg(folder.join("dist"))
            .arg("--programmes")
            .arg(programmes)
            .env("RUST_LOG", "error")
            .env_remove("DATABASE_URL")
            .stdout(std::process::Stdio::null());
        if let Some(url) = database {
            command.env("DATABASE_URL", url);
        }
        let mut backend = Self {
            origin: format!("http://{address}"),
            folder,
            server: None,
        };
        let mut server = Running::start(&mut command)?;
        let answers = || std::net::TcpStream::connect(&address).is_ok();
        process::wait_until(Duration::from_secs(30), || server.has_ended() || answers());
        ensure!(!server.has_ended() && answers(), "the server does not start");
        backend.server = Some(server);
        Ok(backend)
    }
}

impl Drop for Backend {
    fn drop(&mut self) {
        // Whoever still writes would make the folder anew.
        drop(self.server.take());
        let _ = std::fs::remove_dir_all(&self.folder);
    }
}
