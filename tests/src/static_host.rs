//! The app alone on a host that only serves files: nginx, with the configuration of `docs/hosting/`, as it stands there.

use std::os::unix::fs::chown;
use std::os::unix::process::CommandExt as _;
use std::path::PathBuf;
use std::process::{Child, Command, Stdio};
use std::sync::atomic::{AtomicU32, Ordering};

use anyhow::{Context as _, Result, ensure};
use serde_json::Value;

use crate::backend::{self, free_port};
use crate::{Backend, base, edition, settings, wait};

/// Whom nginx runs as where we are root: `nobody`.
const NOBODY: u32 = 65_534;
/// The partner's origin in the configuration.
const PARTNER: &str = "https://www.partner.example";

/// A host of files. It ends and its folder goes when this is dropped.
pub struct StaticHost {
    folder: PathBuf,
    base: String,
    port: u16,
    nginx: Option<Child>,
}

impl StaticHost {
    /// A place for the app below a path (`/` or `/calls/`). Nothing is served yet, but its origin is known, so that a backend can allow it.
    pub fn below(path: &str) -> Result<Self> {
        static COUNT: AtomicU32 = AtomicU32::new(0);
        let name = format!("opencall-nginx-{}-{}", std::process::id(), COUNT.fetch_add(1, Ordering::Relaxed));
        Ok(Self {
            folder: std::env::temp_dir().join(name),
            base: base::path(path).map_err(anyhow::Error::msg)?,
            port: free_port()?,
            nginx: None,
        })
    }

    /// Its origin: `localhost`, where backends are `127.0.0.1`, so that to browsers they are two sites.
    pub fn origin(&self) -> String {
        format!("http://localhost:{}", self.port)
    }

    /// The address of a path of the app.
    pub fn address(&self, path: &str) -> String {
        format!("{}{}{path}", self.origin(), self.base)
    }

    /// The folder of the app.
    pub fn app(&self) -> PathBuf {
        self.folder.join("www").join(self.base.trim_start_matches('/'))
    }

    /// Serves the built app for a backend; `partner` is the origin of whoever may frame it.
    pub async fn serve(&mut self, backend: &str, partner: &str) -> Result<()> {
        self.serve_with(&config(backend)?, backend, partner).await
    }

    /// Serves the built app with this `config.json`; `backend` is the origin that its pages may talk to.
    pub async fn serve_with(&mut self, config: &str, backend: &str, partner: &str) -> Result<()> {
        backend::copy_app(&self.app(), Some(config))?;
        for page in ["index.html", "staff.html", "verify.html", "partner.html", "kit.html"] {
            let file = self.app().join(page);
            let html = base::below(&std::fs::read_to_string(&file)?, &self.base);
            std::fs::write(&file, &html)?;
            for (ending, bytes) in [("br", brotli(&html)?), ("gz", gzip(&html)?)] {
                std::fs::write(self.app().join(format!("{page}.{ending}")), bytes)?;
            }
        }
        self.write_configuration(backend, partner)?;
        let mut nginx = Command::new(settings::nginx()?);
        nginx.arg("-p").arg(&self.folder).arg("-c").arg(self.folder.join("nginx.conf"));
        if std::fs::metadata("/proc/self").is_ok_and(|own| std::os::unix::fs::MetadataExt::uid(&own) == 0) {
            // It needs no rights, so it gets none.
            chown(&self.folder, Some(NOBODY), Some(NOBODY))?;
            nginx.uid(NOBODY).gid(NOBODY);
        }
        let log = std::fs::File::create(self.log_file())?;
        nginx.arg("-e").arg("stderr").stdin(Stdio::null()).stdout(Stdio::null()).stderr(log);
        self.nginx = Some(nginx.spawn().context("nginx cannot be started")?);
        wait::until("nginx answers", wait::PATIENCE, async || {
            ensure!(self.runs()?, "nginx has ended: {}", self.log());
            Ok(reqwest::get(self.address("/config.json")).await.is_ok().then_some(()))
        })
        .await
    }

    /// Writes a backend's call into the page, as whoever runs the host would.
    pub fn fill(&self, backend: &Backend) -> Result<()> {
        let document = backend.data().join("programmes").join(format!("{}.json", edition::ID));
        let mut shell = Command::new(settings::server()?);
        shell.args(["shell", "--in-place", "--dist"]).arg(self.app()).arg(document);
        let output = shell.output()?;
        ensure!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
        Ok(())
    }

    /// The configuration in `docs/`, for this folder, this port, this backend and this path; and what goes around it.
    fn write_configuration(&self, backend: &str, partner: &str) -> Result<()> {
        let text = std::fs::read_to_string(settings::root().join("docs/hosting/nginx.conf"))?;
        let text = match self.base.as_str() {
            "" => {
                let lines = text.lines().filter(|line| !line.contains("return 301"));
                lines.collect::<Vec<_>>().join("\n").replace("/calls/", "/")
            }
            base => text.replace("/calls", base),
        };
        let folder = self.folder.display();
        let text = [
            ("listen 80;", format!("listen 127.0.0.1:{};", self.port)),
            ("root /srv/www;", format!("root {folder}/www;")),
            ("\"https://api.example.org\"", format!("\"{backend}\"")),
            (PARTNER, partner.to_owned()),
        ]
        .into_iter()
        .fold(text, |text, (written, here)| text.replace(written, &here));
        std::fs::write(self.folder.join("opencall.conf"), text)?;
        let temporary = ["client_body", "proxy", "fastcgi", "uwsgi", "scgi"].map(|kind| format!("{kind}_temp_path {folder}/{kind};"));
        let around = format!(
            "load_module {};\ndaemon off;\nmaster_process off;\npid {folder}/nginx.pid;\nevents {{}}\nhttp {{\naccess_log off;\n{}\ninclude {folder}/opencall.conf;\n}}\n",
            settings::nginx_brotli()?.display(),
            temporary.join("\n")
        );
        Ok(std::fs::write(self.folder.join("nginx.conf"), around)?)
    }

    fn runs(&mut self) -> Result<bool> {
        Ok(match &mut self.nginx {
            Some(nginx) => nginx.try_wait()?.is_none(),
            None => false,
        })
    }

    fn log_file(&self) -> PathBuf {
        self.folder.join("log")
    }

    /// What nginx complained about.
    pub fn log(&self) -> String {
        std::fs::read_to_string(self.log_file()).unwrap_or_default()
    }
}

impl Drop for StaticHost {
    fn drop(&mut self) {
        if let Some(mut nginx) = self.nginx.take() {
            // One that has ended already is as dead.
            let _ = nginx.kill();
            let _ = nginx.wait();
        }
        if std::thread::panicking() {
            eprintln!("nginx says:\n{}", self.log());
        }
        let _ = std::fs::remove_dir_all(&self.folder);
    }
}

/// The app's `config.json` with another backend.
fn config(backend: &str) -> Result<String> {
    let text = std::fs::read_to_string(settings::dist()?.join("config.json"))?;
    let mut config: Value = serde_json::from_str(&text)?;
    config["api"] = backend.into();
    Ok(config.to_string())
}

fn brotli(text: &str) -> Result<Vec<u8>> {
    let mut writer = brotli::CompressorWriter::new(Vec::new(), 1 << 16, 11, 24);
    std::io::Write::write_all(&mut writer, text.as_bytes())?;
    Ok(writer.into_inner())
}

/// With the program, which every machine has that has nginx.
fn gzip(text: &str) -> Result<Vec<u8>> {
    let mut gzip = Command::new("gzip")
        .arg("-9")
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .context("gzip cannot be run")?;
    let mut inside = gzip.stdin.take().context("gzip takes nothing")?;
    std::io::Write::write_all(&mut inside, text.as_bytes())?;
    drop(inside);
    Ok(gzip.wait_with_output()?.stdout)
}
