//! Where the app, the server and the browser are: what `cargo xtask test` says, else where they usually are.

use std::path::{Path, PathBuf};

use anyhow::{Context as _, Result, bail};

/// The root of the work tree.
pub fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("..")
}

/// The app as it is deployed.
pub fn dist() -> Result<PathBuf> {
    there("OPENCALL_DIST", root().join("dist"), "build it with `cargo xtask dist`")
}

/// The server's binary.
pub fn server() -> Result<PathBuf> {
    there(
        "OPENCALL_SERVER",
        root().join("target/debug/opencall-server"),
        "build it with `cargo build -p opencall-server`",
    )
}

/// Chromium.
pub fn chromium() -> Result<PathBuf> {
    there(
        "OPENCALL_CHROMIUM",
        PathBuf::from("/usr/bin/chromium"),
        "`cargo xtask test e2e` installs it",
    )
}

/// ChromeDriver.
pub fn chromedriver() -> Result<PathBuf> {
    there(
        "OPENCALL_CHROMEDRIVER",
        PathBuf::from("/usr/bin/chromedriver"),
        "`cargo xtask test e2e` installs it",
    )
}

/// nginx.
pub fn nginx() -> Result<PathBuf> {
    there(
        "OPENCALL_NGINX",
        PathBuf::from("/usr/sbin/nginx"),
        "`cargo xtask test e2e` installs it",
    )
}

/// nginx's module for files that are compressed with brotli.
pub fn nginx_brotli() -> Result<PathBuf> {
    there(
        "OPENCALL_NGINX_BROTLI",
        PathBuf::from("/usr/lib/nginx/modules/ngx_http_brotli_static_module.so"),
        "`cargo xtask test e2e` installs it",
    )
}

/// axe-core's script.
pub fn axe() -> Result<PathBuf> {
    there(
        "OPENCALL_AXE",
        root().join("target/tools/node_modules/axe-core/axe.min.js"),
        "`cargo xtask test a11y` installs it",
    )
}

/// What ours is measured beside, as `cargo xtask bench` has put it there: a folder.
pub fn peers() -> Result<PathBuf> {
    let built = std::env::var_os("OPENCALL_PEERS").context("OPENCALL_PEERS names no folder; use `cargo xtask bench`")?;
    Ok(PathBuf::from(built))
}

/// When, and on what machine and browser: for what is written down.
pub fn measured_on() -> Result<String> {
    let today = jiff::Timestamp::now().strftime("%Y-%m-%d");
    let cpu = std::fs::read_to_string("/proc/cpuinfo").unwrap_or_default();
    let model = cpu
        .lines()
        .find_map(|line| line.strip_prefix("model name"))
        .map_or("unknown", |rest| rest.trim_start_matches([' ', '\t', ':']));
    let cores = std::thread::available_parallelism().map_or(0, std::num::NonZero::get);
    let chromium = std::process::Command::new(chromedriver()?).arg("--version").output()?;
    let chromium = String::from_utf8_lossy(&chromium.stdout);
    let chromium = chromium.split_whitespace().nth(1).unwrap_or("unknown");
    Ok(format!("Measured on {today}: {model}, {cores} cores, Chromium {chromium},"))
}

fn there(variable: &str, usual: PathBuf, otherwise: &str) -> Result<PathBuf> {
    let path = std::env::var_os(variable).map_or(usual, PathBuf::from);
    if !path.exists() {
        bail!("{} is missing: {otherwise}", path.display());
    }
    Ok(path)
}
