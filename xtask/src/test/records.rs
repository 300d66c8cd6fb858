//! Backends that nobody here wrote: Kinto, on memory and on PostgreSQL, and PocketBase, with what `deploy/records` has for each. The gateway's
//! own tests run against them, and the app in a browser with no server of ours. Then the policies for PostgREST, on PostgreSQL.

mod kinto;
mod pocketbase;

use std::net::TcpStream;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::Duration;

use anyhow::{Context, Result, ensure};

use super::from_outside::with_everything;
use super::postgres::Database;
use crate::paths;
use crate::process::{self, Running};

/// The password of the organiser's account, as `records/tests/live` and `tests/tests/e2e/records.rs` have it.
const PASSWORD: &str = "s3cr3t-s3cr3t";

/// Runs all of it.
pub fn run() -> Result<()> {
    proves(&kinto::on_memory()?)?;
    proves(&kinto::on_postgres(Database::start()?)?)?;
    proves(&pocketbase::start()?)?;
    println!("-- PostgREST's policies");
    policies()
}

/// What runs against every store.
fn proves(store: &Store) -> Result<()> {
    println!("-- {}", store.name);
    let with_store = |command: &mut Command| process::run(command.env("OPENCALL_STORE", store.name).env("OPENCALL_STORE_URL", &store.url));
    with_store(process::cargo().args(["test", "--quiet", "-p", "opencall-records", "--features", "live", "--test", "live"]))?;
    with_store(with_everything(
        process::cargo().args(["test", "--quiet", "-p", "opencall-tests", "--test", "e2e", "--", "records::"]),
        "dev",
    )?)
}

/// A store that runs.
struct Store {
    /// As the tests know it.
    name: &'static str,
    url: String,
    folder: PathBuf,
    server: Option<Running>,
    /// Where it keeps things, if that is elsewhere.
    database: Option<Database>,
}

impl Store {
    /// Not running yet, on this port, with a folder of its own.
    fn new(name: &'static str, port: u16) -> Result<Self> {
        let folder = std::env::temp_dir().join(format!("opencall-{}-{}", name.replace(' ', "-"), std::process::id()));
        std::fs::create_dir_all(&folder).with_context(|| format!("{} cannot be made", folder.display()))?;
        Ok(Self {
            name,
            url: format!("http://127.0.0.1:{port}"),
            folder,
            server: None,
            database: None,
        })
    }
}

/// Starts a store's server and waits until it takes connections.
fn serve(name: &str, command: &mut Command, folder: &Path, port: u16) -> Result<Running> {
    let log = folder.join("log");
    let file = std::fs::File::create(&log).context("the log cannot be written")?;
    let mut server = Running::start(command.stdout(file.try_clone()?).stderr(file))?;
    let answers = || TcpStream::connect(("127.0.0.1", port)).is_ok();
    process::wait_until(Duration::from_secs(60), || server.has_ended() || answers());
    let said = || std::fs::read_to_string(&log).unwrap_or_default();
    ensure!(!server.has_ended() && answers(), "{name} does not start:\n{}", said());
    Ok(server)
}

impl Drop for Store {
    fn drop(&mut self) {
        // Whoever still writes would make the folder anew.
        drop(self.server.take());
        drop(self.database.take());
        let _ = std::fs::remove_dir_all(&self.folder);
    }
}

/// The tables and policies for PostgREST, and what they must not let anybody do.
fn policies() -> Result<()> {
    let database = Database::start()?;
    for file in [
        "tests/postgrest/roles.sql",
        "deploy/records/postgrest/setup.sql",
        "tests/postgrest/policies.sql",
    ] {
        database.psql(&paths::root().join(file))?;
    }
    Ok(())
}
