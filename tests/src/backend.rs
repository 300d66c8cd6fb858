//! The server's real binary, with a data folder of its own, behind a [`Front`].

use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::Duration;

use anyhow::{Context, Result, anyhow};
use jiff::{Span, ToSpan};
use serde_json::Value;

use crate::front::Front;
use crate::{edition, settings, wait};

/// What a test wants to be different from an open call.
pub struct Setup {
    /// When the call opens, from now.
    pub opens: Span,
    /// When it closes, from now.
    pub closes: Span,
    /// Changes the programme's document.
    pub change: fn(&mut Value),
    /// What `config.json` says instead of the real one; `None` in it for no such file.
    pub config: Option<Option<&'static str>>,
    /// More arguments for the server.
    pub arguments: Vec<String>,
    /// A data folder to begin with a copy of, but for its uploads; its programme stays as it is.
    pub data: Option<PathBuf>,
}

impl Default for Setup {
    fn default() -> Self {
        Self {
            opens: (-14 * 24).hours(),
            closes: (21 * 24).hours(),
            change: |_| (),
            config: None,
            arguments: Vec::new(),
            data: None,
        }
    }
}

impl Setup {
    /// For many people in a short time: without a limit of requests, and with answers alone making an application, since
    /// uploads have tests of their own.
    pub fn crowd() -> Self {
        Self {
            change: |document| {
                let steps = document["steps"].as_array_mut().into_iter().flatten();
                for field in steps.filter_map(|step| step["fields"].as_array_mut()).flatten() {
                    if field["id"] == "deck" {
                        field["optional"] = true.into();
                    }
                }
            },
            arguments: vec![String::from("--rate-limit"), String::from("0")],
            ..Self::default()
        }
    }
}

/// A running server. Its process ends and its folder goes when this is dropped.
pub struct Backend {
    front: Front,
    folder: PathBuf,
    dist: PathBuf,
    arguments: Vec<String>,
    child: Option<Child>,
}

impl Backend {
    /// Starts a server with an open call.
    pub async fn start() -> Result<Self> {
        Self::with(Setup::default()).await
    }

    /// Starts a server.
    pub async fn with(setup: Setup) -> Result<Self> {
        static COUNT: AtomicU32 = AtomicU32::new(0);
        let folder = std::env::temp_dir().join(format!(
            "opencall-test-{}-{}",
            std::process::id(),
            COUNT.fetch_add(1, Ordering::Relaxed)
        ));
        std::fs::create_dir_all(folder.join("data/programmes")).context("the data folder cannot be made")?;
        match &setup.data {
            Some(from) => copy_data(from, &folder.join("data"))?,
            None => {
                let mut document = edition::sample()?;
                edition::set_dates(&mut document, setup.opens, setup.closes)?;
                (setup.change)(&mut document);
                std::fs::write(
                    folder.join("data/programmes").join(format!("{}.json", edition::ID)),
                    document.to_string(),
                )?;
            }
        }
        let dist = match setup.config {
            None => settings::dist()?,
            Some(config) => copy_app(&folder.join("dist"), config)?,
        };
        let mut backend = Self {
            front: Front::start().await?,
            folder,
            dist,
            arguments: setup.arguments,
            child: None,
        };
        backend.run().await?;
        Ok(backend)
    }

    /// Where browsers and applicants find it; stays the same over restarts.
    pub fn origin(&self) -> String {
        self.front.origin()
    }

    /// A page's address.
    pub fn address(&self, path: &str) -> String {
        format!("{}{path}", self.origin())
    }

    /// What stands between the server and everybody else.
    pub fn front(&self) -> &Front {
        &self.front
    }

    /// The server's data folder.
    pub fn data(&self) -> PathBuf {
        self.folder.join("data")
    }

    /// Shifts the server's clock by so many milliseconds.
    pub fn shift_clock(&self, millis: i64) -> Result<()> {
        // Renamed into place: the server never reads half a time.
        let (new, file) = (self.folder.join("clock.new"), self.clock_file());
        std::fs::write(&new, format!("{millis:+}"))?;
        std::fs::rename(new, file).context("the clock cannot be set")
    }

    /// Stops the server's clock at a moment.
    pub fn stop_clock_at(&self, moment: opencall_core::Timestamp) -> Result<()> {
        let (new, file) = (self.folder.join("clock.new"), self.clock_file());
        std::fs::write(&new, moment.to_string())?;
        std::fs::rename(new, file).context("the clock cannot be set")
    }

    /// The programme's document as it is served now.
    pub async fn document(&self) -> Result<Value> {
        let reply = reqwest::get(self.address(&format!("/api/v1/programmes/{}", edition::ID))).await?;
        Ok(reply.json().await?)
    }

    /// Registers an origin with the programme's last organiser, and waits until that is served.
    pub async fn register(&self, origin: &str) -> Result<()> {
        let mut document = self.document().await?;
        let organisers = document["organisers"].as_array_mut().context("no organisers")?;
        organisers.last_mut().context("no organiser")?["origins"] = serde_json::json!([origin]);
        let file = self.data().join("programmes").join(format!("{}.json", edition::ID));
        let new = file.with_extension("new");
        std::fs::write(&new, document.to_string())?;
        std::fs::rename(new, file)?;
        wait::until("the origin is served", wait::PATIENCE, async || {
            Ok(self.document().await?.to_string().contains(origin).then_some(()))
        })
        .await
    }

    /// Runs another command of the server's binary on the same data.
    pub fn command(&self, arguments: &[&str]) -> Result<std::process::Output> {
        let (command, rest) = arguments.split_first().context("no command")?;
        Command::new(settings::server()?)
            .arg(command)
            .arg("--data")
            .arg(self.data())
            .arg("--programmes")
            .arg(self.data().join("programmes"))
            .arg("--clock-file")
            .arg(self.clock_file())
            .args(rest)
            .env_remove("DATABASE_URL")
            .output()
            .context("the server's binary cannot be run")
    }

    /// The server's process, while it runs.
    pub fn process(&self) -> Option<u32> {
        self.child.as_ref().map(Child::id)
    }

    /// Ends the server at once, as a power cut does (SIGKILL).
    pub fn kill(&mut self) {
        if let Some(mut child) = self.child.take() {
            // One that has ended already is as dead.
            let _ = child.kill();
            let _ = child.wait();
        }
    }

    /// Starts the server again on the same data.
    pub async fn run(&mut self) -> Result<()> {
        self.kill();
        let before = self.log().len();
        let log = std::fs::OpenOptions::new().create(true).append(true).open(self.log_file())?;
        let mut child = Command::new(settings::server()?)
            // On a port of its own choice: one that was free a moment ago may be somebody else's by now.
            .args(["--listen", "127.0.0.1:0"])
            .arg("--data")
            .arg(self.data())
            .arg("--programmes")
            .arg(self.data().join("programmes"))
            .arg("--dist")
            .arg(&self.dist)
            .arg("--clock-file")
            .arg(self.clock_file())
            .args(&self.arguments)
            .env_remove("DATABASE_URL")
            .stdin(Stdio::null())
            .stdout(log.try_clone()?)
            .stderr(log)
            .spawn()
            .context("the server cannot be started")?;
        let listens = wait::until("the server listens", Duration::from_secs(30), async || {
            // Looked at before the log: what it said last is in there.
            let ended = child.try_wait()?;
            let said = self.log().split_off(before);
            match (port_said(&said), ended) {
                (None, Some(status)) => Ok(Some(Err(anyhow!("the server ended ({status}): {said}")))),
                (port, _) => Ok(port.map(Ok)),
            }
        })
        .await;
        self.child = Some(child);
        self.front.lead_to(listens??);
        Ok(())
    }

    /// What the server has logged so far.
    pub fn log(&self) -> String {
        std::fs::read_to_string(self.log_file()).unwrap_or_default()
    }

    fn clock_file(&self) -> PathBuf {
        self.folder.join("clock")
    }

    fn log_file(&self) -> PathBuf {
        self.folder.join("log")
    }

    /// A folder for whatever else a test keeps.
    pub fn scratch(&self) -> &Path {
        &self.folder
    }
}

impl Drop for Backend {
    fn drop(&mut self) {
        self.kill();
        if std::thread::panicking() {
            eprintln!("the server's log:\n{}", self.log());
        }
        let _ = std::fs::remove_dir_all(&self.folder);
    }
}

/// The port in the server's first words, once the line is whole.
fn port_said(log: &str) -> Option<u16> {
    let (_, rest) = log.split_once("listening on http://127.0.0.1:")?;
    rest.split_once('\n')?.0.trim().parse().ok()
}

/// A loopback port that nobody listens on at the moment.
pub fn free_port() -> Result<u16> {
    Ok(std::net::TcpListener::bind(("127.0.0.1", 0))?.local_addr()?.port())
}

/// Copies a data folder of a server that does not run, but for its uploads.
fn copy_data(from: &Path, to: &Path) -> Result<()> {
    for folder in ["", "programmes"] {
        for entry in std::fs::read_dir(from.join(folder))? {
            let entry = entry?;
            if entry.file_type()?.is_file() {
                std::fs::copy(entry.path(), to.join(folder).join(entry.file_name()))?;
            }
        }
    }
    Ok(())
}

/// A copy of the app with another `config.json`, or none.
pub fn copy_app(to: &Path, config: Option<&str>) -> Result<PathBuf> {
    let mut folders = vec![settings::dist()?];
    let from = folders[0].clone();
    while let Some(folder) = folders.pop() {
        for entry in std::fs::read_dir(&folder)? {
            let path = entry?.path();
            let there = to.join(path.strip_prefix(&from)?);
            if path.is_dir() {
                folders.push(path);
            } else if !path
                .file_name()
                .is_some_and(|name| name.to_string_lossy().starts_with("config.json"))
            {
                std::fs::create_dir_all(there.parent().unwrap_or(to))?;
                std::fs::copy(&path, there)?;
            }
        }
    }
    if let Some(config) = config {
        std::fs::write(to.join("config.json"), config)?;
    }
    Ok(to.to_path_buf())
}
