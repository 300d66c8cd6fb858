//! A backend that nobody here wrote: Kinto, on memory and on PostgreSQL, with the configuration and permissions that are shipped. The
//! gateway's own tests run against it, and the app in a browser with no server of ours. Then the policies for PostgREST, on PostgreSQL.

use std::path::{Path, PathBuf};
use std::time::Duration;

use anyhow::{Context, Result, ensure};

use super::from_outside::with_everything;
use super::postgres::Database;
use crate::process::{self, Running};
use crate::{paths, tools};

/// Runs all of it.
pub fn run() -> Result<()> {
    let programs = tools::kinto()?;
    for storage in [Storage::Memory, Storage::Postgres(Box::new(Database::start()?))] {
        println!("-- Kinto on {}", storage.name());
        let kinto = Kinto::start(&programs, &storage)?;
        process::run(
            process::cargo()
                .args(["test", "--quiet", "-p", "opencall-records", "--features", "live", "--test", "kinto"])
                .env("OPENCALL_KINTO", &kinto.url)
                .env("OPENCALL_KINTO_STORAGE", storage.name()),
        )?;
        process::run(
            with_everything(
                process::cargo().args(["test", "--quiet", "-p", "opencall-tests", "--test", "e2e", "--", "records::"]),
                "dev",
            )?
            .env("OPENCALL_KINTO", &kinto.url),
        )?;
    }
    println!("-- PostgREST's policies");
    policies()
}

/// Where Kinto keeps things.
enum Storage {
    Memory,
    Postgres(Box<Database>),
}

impl Storage {
    fn name(&self) -> &'static str {
        match self {
            Self::Memory => "memory",
            Self::Postgres(_) => "PostgreSQL",
        }
    }
}

/// A Kinto that runs.
struct Kinto {
    url: String,
    folder: PathBuf,
    server: Option<Running>,
}

/// For tests only; the one that is shipped asks for a real one.
const SECRET: &str = "only-for-tests";

impl Kinto {
    fn start(programs: &Path, storage: &Storage) -> Result<Self> {
        let shipped = paths::root().join("deploy/records/kinto");
        let port = process::free_port()?;
        let folder = std::env::temp_dir().join(format!("opencall-kinto-{}-{}", storage.name(), std::process::id()));
        std::fs::create_dir_all(&folder).with_context(|| format!("{} cannot be made", folder.display()))?;
        let ini = folder.join("kinto.ini");
        let text = std::fs::read_to_string(shipped.join("kinto.ini")).context("kinto.ini cannot be read")?;
        std::fs::write(&ini, adapted(&text, port, storage))?;
        let mut kinto = Self {
            url: format!("http://127.0.0.1:{port}/v1"),
            folder,
            server: None,
        };
        let program = || {
            let mut command = process::command(programs.join("kinto"));
            // One that warns of plain HTTP, which loopback may have.
            command.env("PYTHONWARNINGS", "ignore");
            command
        };
        let mut server = program();
        server.args(["start", "--ini"]).arg(&ini);
        match storage {
            // Accounts of before are gone with the memory: whoever has this name and password may make the first.
            Storage::Memory => {
                let hmac = "import hmac,sys;print(hmac.new(sys.argv[1].encode(),b'admin:s3cr3t','sha256').hexdigest())";
                let id = process::output(process::command(programs.join("python")).args(["-c", hmac, SECRET]))?;
                let principal = format!("applicant:{}", id.trim());
                server.env("KINTO_ACCOUNT_CREATE_PRINCIPALS", &principal);
                server.env("KINTO_ACCOUNT_WRITE_PRINCIPALS", format!("account:admin {principal}"));
            }
            Storage::Postgres(database) => {
                process::output(program().args(["migrate", "--ini"]).arg(&ini))?;
                database.psql(&shipped.join("setup.sql"))?;
                process::output(
                    program()
                        .args(["create-user", "--username", "admin", "--password", "s3cr3t", "--ini"])
                        .arg(&ini),
                )?;
            }
        }
        let log = std::fs::File::create(kinto.folder.join("log")).context("the log cannot be written")?;
        let mut server = Running::start(server.stdout(log.try_clone()?).stderr(log))?;
        let answers = || std::net::TcpStream::connect(("127.0.0.1", port)).is_ok();
        process::wait_until(Duration::from_secs(60), || server.has_ended() || answers());
        let log = || std::fs::read_to_string(kinto.folder.join("log")).unwrap_or_default();
        ensure!(!server.has_ended() && answers(), "Kinto does not start:\n{}", log());
        let mut prepare = process::command(programs.join("python"));
        prepare
            .arg(paths::root().join("tests/kinto/prepare.py"))
            .arg(&kinto.url)
            .arg(shipped.join("setup.json"));
        if matches!(storage, Storage::Memory) {
            prepare.arg("new");
        }
        kinto.server = Some(server);
        process::run(&mut prepare)?;
        Ok(kinto)
    }
}

impl Drop for Kinto {
    fn drop(&mut self) {
        // Whoever still writes would make the folder anew.
        drop(self.server.take());
        let _ = std::fs::remove_dir_all(&self.folder);
    }
}

/// The configuration that is shipped, for this machine.
fn adapted(text: &str, port: u16, storage: &Storage) -> String {
    let line = |line: &str| {
        let (name, value) = line.split_once(" = ").unwrap_or((line, ""));
        let (kind, place) = match (name.ends_with("_backend"), name.ends_with("_url"), storage) {
            (true, _, Storage::Memory) => (value.replace("postgresql", "memory"), None),
            (_, true, Storage::Memory) => return String::new(),
            (_, true, Storage::Postgres(database)) => {
                let options = value.find('?').map_or("", |at| &value[at..]);
                (String::new(), Some(database.url.replacen("postgres:", "postgresql:", 1) + options))
            }
            _ => (value.to_owned(), None),
        };
        match name {
            "port" => format!("port = {port}"),
            "kinto.userid_hmac_secret" => format!("{name} = {SECRET}"),
            // The page's origin is not known yet.
            "kinto.cors_origins" => format!("{name} = *"),
            _ if value.is_empty() => line.to_owned(),
            _ => format!("{name} = {}", place.unwrap_or(kind)),
        }
    };
    text.lines().map(line).collect::<Vec<_>>().join("\n")
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

#[cfg(test)]
mod tests {
    use super::{Storage, adapted};

    #[test]
    fn the_shipped_configuration_is_changed_where_this_machine_differs_and_nowhere_else() {
        let shipped = include_str!("../../../deploy/records/kinto/kinto.ini");
        let ours = adapted(shipped, 7, &Storage::Memory);
        assert!(ours.contains("\nport = 7\n") && ours.contains("kinto.storage_backend = kinto.core.storage.memory"));
        assert!(!ours.contains("_url =") && !ours.contains("put 64 random"));
        for kept in [
            "multiauth.policies = account applicant",
            "kinto.bucket_create_principals = account:admin",
            "kinto.history.exclude_resources = ",
        ] {
            assert!(ours.contains(kept), "{kept}");
        }
    }
}
