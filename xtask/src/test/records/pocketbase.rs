//! PocketBase, with the collections, rules and hooks that are shipped.

use anyhow::Result;

use super::{PASSWORD, Store, serve};
use crate::{paths, process, tools};

/// Starts one on files of its own.
pub fn start() -> Result<Store> {
    let programs = tools::pocketbase()?;
    let shipped = paths::root().join("deploy/records/pocketbase");
    let (name, port) = ("PocketBase", process::free_port()?);
    let mut store = Store::new(name, port)?;
    let program = || {
        let mut command = process::command(programs.join("pocketbase"));
        let place = |option: &str, path: std::path::PathBuf| format!("--{option}={}", path.display());
        command.args([
            place("dir", store.folder.join("pb_data")),
            place("publicDir", store.folder.join("pb_public")),
            place("migrationsDir", shipped.join("pb_migrations")),
            place("hooksDir", shipped.join("pb_hooks")),
            String::from("--automigrate=false"),
            String::from("--hooksWatch=false"),
        ]);
        command
    };
    let superuser = "root@opencall.example";
    process::output(program().args(["superuser", "upsert", superuser, PASSWORD]))?;
    let server = serve(
        name,
        program().arg("serve").arg(format!("--http=127.0.0.1:{port}")),
        &store.folder,
        port,
    )?;
    store.server = Some(server);
    process::run(
        process::command(programs.join("python"))
            .arg(paths::root().join("tests/stores/pocketbase.py"))
            .args([&store.url, superuser, PASSWORD, "ada@opencall.example", PASSWORD]),
    )?;
    Ok(store)
}
