//! Debian packages: browsers and databases that cargo cannot install.

use std::path::PathBuf;

use anyhow::{Result, bail};

use crate::process;

/// The browser and its driver.
pub struct Browser {
    /// Chromium.
    pub chromium: PathBuf,
    /// ChromeDriver.
    pub driver: PathBuf,
}

/// Finds Chromium and ChromeDriver, installing them where that is possible.
pub fn browser() -> Result<Browser> {
    let find = || {
        let chromium = ["chromium", "chromium-browser", "google-chrome"].into_iter().find_map(on_path)?;
        Some(Browser {
            chromium,
            driver: on_path("chromedriver")?,
        })
    };
    match find() {
        Some(browser) => Ok(browser),
        None => {
            install(&["chromium", "chromium-driver"])?;
            find().ok_or_else(|| anyhow::anyhow!("chromium and chromedriver are not on PATH, though their packages are installed"))
        }
    }
}

/// The folder with PostgreSQL's own programs (`initdb`, `postgres`, `psql`), installing them where that is possible.
pub fn postgres() -> Result<PathBuf> {
    let find = || {
        // It may be a link to the one program: the others stand where it really is.
        let on_path = on_path("initdb").and_then(|initdb| Some(initdb.canonicalize().ok()?.parent()?.to_path_buf()));
        // Debian keeps each major version's programs off PATH.
        let mut versions: Vec<PathBuf> = std::fs::read_dir("/usr/lib/postgresql")
            .into_iter()
            .flatten()
            .flatten()
            .map(|entry| entry.path().join("bin"))
            .filter(|bin| bin.join("initdb").exists())
            .collect();
        versions.sort();
        on_path.or_else(|| versions.pop())
    };
    match find() {
        Some(bin) => Ok(bin),
        None => {
            install(&["postgresql"])?;
            find().ok_or_else(|| anyhow::anyhow!("initdb is not to be found, though PostgreSQL is installed"))
        }
    }
}

/// nginx and its module for files compressed with brotli.
pub struct Nginx {
    /// The server's program.
    pub program: PathBuf,
    /// The module.
    pub brotli: PathBuf,
}

/// Finds nginx, installing it where that is possible.
pub fn nginx() -> Result<Nginx> {
    let find = || {
        // Users who are not root do not have it on their PATH.
        let program = on_path("nginx").or_else(|| Some(PathBuf::from("/usr/sbin/nginx")).filter(|file| file.is_file()))?;
        let folders = ["/usr/lib/nginx/modules", "/usr/lib64/nginx/modules"];
        let mut brotli = folders
            .iter()
            .map(|folder| PathBuf::from(folder).join("ngx_http_brotli_static_module.so"));
        Some(Nginx {
            program,
            brotli: brotli.find(|file| file.is_file())?,
        })
    };
    match find() {
        Some(nginx) => Ok(nginx),
        None => {
            install(&["nginx", "libnginx-mod-http-brotli-static"])?;
            find().ok_or_else(|| anyhow::anyhow!("nginx or its brotli module is not to be found, though their packages are installed"))
        }
    }
}

/// Finds npm, installing it and Node.js where that is possible.
pub fn npm() -> Result<PathBuf> {
    match on_path("npm") {
        Some(npm) => Ok(npm),
        None => {
            install(&["nodejs", "npm"])?;
            on_path("npm").ok_or_else(|| anyhow::anyhow!("npm is not on PATH, though its package is installed"))
        }
    }
}

/// Finds a Python that can make virtual environments, installing what it takes where that is possible.
pub fn python() -> Result<PathBuf> {
    let find =
        || on_path("python3").filter(|python| process::output(process::command(python).args(["-c", "import ensurepip, venv"])).is_ok());
    match find() {
        Some(python) => Ok(python),
        None => {
            install(&["python3", "python3-venv"])?;
            find().ok_or_else(|| anyhow::anyhow!("python3 cannot make virtual environments, though python3-venv is installed"))
        }
    }
}

/// Whether we are root.
pub fn is_root() -> bool {
    process::output(process::command("id").arg("-u")).is_ok_and(|id| id.trim() == "0")
}

/// The file that a shell would run for this name.
pub fn on_path(name: &str) -> Option<PathBuf> {
    std::env::split_paths(&std::env::var_os("PATH")?)
        .map(|dir| dir.join(name))
        .find(|file| file.is_file())
}

/// Installs Debian packages, or says which to install.
fn install(packages: &[&str]) -> Result<()> {
    let names = packages.join(" ");
    if on_path("apt-get").is_none() || !is_root() {
        bail!("these are needed and not installed: {names}\n  on Debian or Ubuntu: sudo apt-get install {names}");
    }
    println!("installing {names}");
    let quiet = |arguments: &[&str]| {
        let mut command = process::command("apt-get");
        command
            .args(arguments)
            .env("DEBIAN_FRONTEND", "noninteractive")
            // What is installed is for tests to start: nothing starts by itself.
            .env("RUNLEVEL", "1")
            .stdout(std::process::Stdio::null());
        process::run(&mut command)
    };
    quiet(&["update", "-qq"])?;
    quiet(&[&["install", "-y", "-qq", "--no-install-recommends"], packages].concat())
}
