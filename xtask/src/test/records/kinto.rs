//! Kinto, with the configuration and permissions that are shipped.

use std::path::Path;

use anyhow::{Context, Result};

use super::{PASSWORD, Store, serve};
use crate::test::postgres::Database;
use crate::{paths, process, tools};

/// For tests only; the one that is shipped asks for a real one.
const SECRET: &str = "only-for-tests";

/// Keeps records in memory.
pub fn on_memory() -> Result<Store> {
    start("Kinto on memory", None)
}

/// Keeps them in PostgreSQL.
pub fn on_postgres(database: Database) -> Result<Store> {
    start("Kinto on PostgreSQL", Some(database))
}

fn start(name: &'static str, database: Option<Database>) -> Result<Store> {
    let programs = tools::kinto()?;
    let shipped = paths::root().join("deploy/records/kinto");
    let port = process::free_port()?;
    let mut store = Store::new(name, port)?;
    let ini = store.folder.join("kinto.ini");
    let text = std::fs::read_to_string(shipped.join("kinto.ini")).context("kinto.ini cannot be read")?;
    std::fs::write(&ini, adapted(&text, port, database.as_ref().map(|database| database.url.as_str())))?;
    let program = || {
        let mut command = process::command(programs.join("kinto"));
        // One that warns of plain HTTP, which loopback may have.
        command.env("PYTHONWARNINGS", "ignore");
        command
    };
    let mut server = program();
    server.args(["start", "--ini"]).arg(&ini);
    match &database {
        // Accounts of before are gone with the memory: whoever has this name and password may make the first.
        None => {
            let hmac = "import hmac,sys;print(hmac.new(sys.argv[1].encode(),sys.argv[2].encode(),'sha256').hexdigest())";
            let account = format!("admin:{PASSWORD}");
            let id = process::output(process::command(programs.join("python")).args(["-c", hmac, SECRET, &account]))?;
            let principal = format!("applicant:{}", id.trim());
            server.env("KINTO_ACCOUNT_CREATE_PRINCIPALS", &principal);
            server.env("KINTO_ACCOUNT_WRITE_PRINCIPALS", format!("account:admin {principal}"));
        }
        Some(database) => {
            process::output(program().args(["migrate", "--ini"]).arg(&ini))?;
            database.psql(&shipped.join("setup.sql"))?;
            process::output(
                program()
                    .args(["create-user", "--username", "admin", "--password", PASSWORD, "--ini"])
                    .arg(&ini),
            )?;
        }
    }
    store.server = Some(serve(name, &mut server, &store.folder, port)?);
    prepare(&programs, &store.url, &shipped.join("setup.json"), database.is_none())?;
    store.database = database;
    Ok(store)
}

/// Buckets, collections and permissions; where accounts are new, the organiser's too.
fn prepare(programs: &Path, url: &str, setup: &Path, is_new: bool) -> Result<()> {
    let script = paths::root().join("tests/stores/kinto.py");
    let mut prepare = process::command(programs.join("python"));
    prepare.arg(script).arg(format!("{url}/v1")).arg(setup).arg(PASSWORD);
    if is_new {
        prepare.arg("new");
    }
    process::run(&mut prepare)
}

/// The configuration that is shipped, for this machine: on the database of this address, or in memory.
fn adapted(text: &str, port: u16, database: Option<&str>) -> String {
    let line = |line: &str| {
        let (name, value) = line.split_once(" = ").unwrap_or((line, ""));
        let (kind, place) = match (name.ends_with("_backend"), name.ends_with("_url"), database) {
            (true, _, None) => (value.replace("postgresql", "memory"), None),
            (_, true, None) => return String::new(),
            (_, true, Some(url)) => {
                let options = value.find('?').map_or("", |at| &value[at..]);
                (String::new(), Some(url.replacen("postgres:", "postgresql:", 1) + options))
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

#[cfg(test)]
mod tests {
    use super::adapted;

    #[test]
    fn the_shipped_configuration_is_changed_where_this_machine_differs_and_nowhere_else() {
        let shipped = include_str!("../../../../deploy/records/kinto/kinto.ini");
        let ours = adapted(shipped, 7, None);
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
