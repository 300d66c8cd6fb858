//! The server's tests on a real PostgreSQL, started for them and thrown away after them.

use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::Duration;

use anyhow::{Context, Result, bail};

use crate::debian;
use crate::process::{self, Running};

/// Runs the server's tests with `OPENCALL_TEST_DATABASE_URL` set.
pub fn run() -> Result<()> {
    let database = Database::start()?;
    process::run(
        process::cargo()
            .args(["test", "--quiet", "-p", "opencall-server"])
            .env("OPENCALL_TEST_DATABASE_URL", &database.url),
    )
}

/// A PostgreSQL server of our own, on a loopback port of its own.
pub struct Database {
    /// How clients reach it.
    pub url: String,
    folder: PathBuf,
    server: Running,
}

impl Database {
    /// Makes a cluster in a temporary folder and starts its server.
    pub fn start() -> Result<Self> {
        let bin = debian::postgres()?;
        let folder = std::env::temp_dir().join(format!("opencall-postgres-{}", std::process::id()));
        std::fs::create_dir_all(&folder).with_context(|| format!("{} cannot be made", folder.display()))?;
        if debian::is_root() {
            process::run(process::command("chown").arg("postgres").arg(&folder))?;
        }
        let cluster = folder.join("cluster");
        // Nothing in here outlives the tests: there is no point in waiting for the disk.
        process::run(
            as_owner(&bin.join("initdb"), &folder)
                .args([
                    "--username=opencall",
                    "--auth=trust",
                    "--encoding=UTF8",
                    "--locale=C",
                    "--no-sync",
                    "-D",
                ])
                .arg(&cluster)
                .stdout(Stdio::null()),
        )?;
        let port = process::free_port()?.to_string();
        let server = Running::start(
            as_owner(&bin.join("postgres"), &folder)
                .arg("-D")
                .arg(&cluster)
                .args([
                    "-h",
                    "127.0.0.1",
                    "-p",
                    &port,
                    "-c",
                    "fsync=off",
                    "-c",
                    "max_connections=200",
                    "-c",
                    "log_min_messages=fatal",
                    "-k",
                ])
                .arg(&folder),
        )?;
        let mut database = Self {
            url: format!("postgres://opencall@127.0.0.1:{port}/postgres"),
            folder,
            server,
        };
        let ready = process::wait_until(Duration::from_secs(30), || database.server.has_ended() || database.is_ready());
        if !ready || database.server.has_ended() {
            bail!("PostgreSQL does not start");
        }
        Ok(database)
    }

    /// Whether it takes connections: the server says so in a file of its own.
    fn is_ready(&self) -> bool {
        let text = std::fs::read_to_string(self.folder.join("cluster/postmaster.pid")).unwrap_or_default();
        text.lines().any(|line| line.trim() == "ready")
    }

    /// The id of the server's first process; runuser stands between it and us.
    fn pid(&self) -> Option<String> {
        let text = std::fs::read_to_string(self.folder.join("cluster/postmaster.pid")).ok()?;
        Some(text.lines().next()?.trim().to_owned())
    }
}

impl Drop for Database {
    fn drop(&mut self) {
        if let Some(pid) = self.pid() {
            // The interrupt is PostgreSQL's fast shutdown.
            let _ = process::run(process::command("kill").args(["-INT", &pid]));
            self.server.wait(Duration::from_secs(20));
        }
        let _ = std::fs::remove_dir_all(&self.folder);
    }
}

/// A program of PostgreSQL's, which refuses to run as root: then as its own user.
fn as_owner(program: &Path, folder: &Path) -> Command {
    let mut command = if debian::is_root() {
        let mut command = process::command("runuser");
        command.args(["-u", "postgres", "--"]).arg(program);
        command
    } else {
        process::command(program)
    };
    command.current_dir(folder);
    command
}
