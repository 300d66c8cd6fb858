//! Where things are in the work tree.

use std::path::{Path, PathBuf};

/// The root of the work tree.
pub fn root() -> PathBuf {
    let here = std::env::var_os("CARGO_MANIFEST_DIR").map_or_else(|| PathBuf::from(env!("CARGO_MANIFEST_DIR")), PathBuf::from);
    here.parent().map_or_else(|| here.clone(), Path::to_path_buf)
}

/// Cargo's target folder.
pub fn target() -> PathBuf {
    std::env::var_os("CARGO_TARGET_DIR").map_or_else(|| root().join("target"), |dir| root().join(dir))
}

/// The tools that xtask installs for itself.
pub fn tools() -> PathBuf {
    root().join("target/tools")
}

/// The app as it is served.
pub fn dist() -> PathBuf {
    root().join("dist")
}

/// The app as `start` serves it: built quickly, neither small nor compressed.
pub fn dist_dev() -> PathBuf {
    root().join("target/dist-dev")
}

/// The server's binary in a cargo profile.
pub fn server(profile: &str) -> PathBuf {
    let folder = if profile == "dev" { "debug" } else { profile };
    target()
        .join(folder)
        .join(format!("opencall-server{}", std::env::consts::EXE_SUFFIX))
}
