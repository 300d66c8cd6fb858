//! Where the app, the server and the browser are: what `cargo xtask test` says, else where they usually are.

use std::path::{Path, PathBuf};

use anyhow::{Result, bail};

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

/// axe-core's script.
pub fn axe() -> Result<PathBuf> {
    there(
        "OPENCALL_AXE",
        root().join("target/tools/node_modules/axe-core/axe.min.js"),
        "`cargo xtask test a11y` installs it",
    )
}

fn there(variable: &str, usual: PathBuf, otherwise: &str) -> Result<PathBuf> {
    let path = std::env::var_os(variable).map_or(usual, PathBuf::from);
    if !path.exists() {
        bail!("{} is missing: {otherwise}", path.display());
    }
    Ok(path)
}
