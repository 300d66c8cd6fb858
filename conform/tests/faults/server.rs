//! The reference backend's binary with a call that is open, one that has closed, and a draft begun there while it was open.

use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant, SystemTime};

use opencall_conform::draft;
use opencall_conform::http::Client;
use opencall_core::Timestamp;
use serde_json::{Value, json};

/// The call that has closed.
pub const CLOSED: &str = "closed-call";
/// A call with a question of every kind, files in a group among them, and conditions across all of it.
pub const ODD: &str = "odd-call";
/// A call that requires no file.
pub const PLAIN: &str = "plain-call";
/// An origin that is let in.
pub const ORIGIN: &str = "https://apply.example.org";

const HOUR: i64 = 3_600_000;

/// A running server. Its process ends and its folder goes when this is dropped.
pub struct Server {
    folder: PathBuf,
    child: Child,
    port: u16,
    /// The token of a draft whose call has closed.
    pub closed_draft: String,
}

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("..")
}

fn binary() -> Result<PathBuf, String> {
    let usual = || root().join("target/debug/opencall-server");
    let path = std::env::var_os("OPENCALL_SERVER").map_or_else(usual, PathBuf::from);
    if path.exists() {
        return Ok(path);
    }
    Err(format!(
        "{} is missing: build it with `cargo build -p opencall-server`",
        path.display()
    ))
}

impl Server {
    /// Starts one.
    ///
    /// # Errors
    /// When it does not start.
    pub fn start() -> Result<Self, String> {
        let words = |error: std::io::Error| error.to_string();
        let folder = std::env::temp_dir().join(format!("opencall-conform-{}", std::process::id()));
        std::fs::create_dir_all(folder.join("programmes")).map_err(words)?;
        std::fs::create_dir_all(folder.join("dist")).map_err(words)?;
        let sample = root().join("public/programmes/ai-startup-program.json");
        let mut document: Value =
            serde_json::from_str(&std::fs::read_to_string(sample).map_err(words)?).map_err(|error| error.to_string())?;
        let now = now();
        document["schedule"]["zone"] = json!("Etc/UTC");
        document["schedule"]["opens"] = json!(now.plus_millis(-14 * 24 * HOUR));
        document["schedule"]["deadline"] = json!(now.plus_millis(21 * 24 * HOUR));
        std::fs::write(folder.join("programmes/open.json"), document.to_string()).map_err(words)?;
        let mut plain = document.clone();
        plain["id"] = json!(PLAIN);
        let steps = plain["steps"].as_array_mut().into_iter().flatten();
        for field in steps.filter_map(|step| step["fields"].as_array_mut()).flatten() {
            if field["kind"] == "file" {
                field["optional"] = json!(true);
            }
        }
        std::fs::write(folder.join("programmes/plain.json"), plain.to_string()).map_err(words)?;
        let mut odd = document.clone();
        odd["id"] = json!(ODD);
        odd["eligibility"]["questions"] = json!([]);
        odd["steps"] = serde_json::from_str(include_str!("odd-steps.json")).map_err(|error| error.to_string())?;
        std::fs::write(folder.join("programmes/odd.json"), odd.to_string()).map_err(words)?;
        document["id"] = json!(CLOSED);
        document["schedule"]["deadline"] = json!(now.plus_millis(-HOUR));
        std::fs::write(folder.join("programmes/closed.json"), document.to_string()).map_err(words)?;
        // It begins two hours ago, while the second call is open.
        std::fs::write(folder.join("clock"), format!("{}", -2 * HOUR)).map_err(words)?;
        let log = std::fs::File::create(folder.join("log")).map_err(words)?;
        let child = Command::new(binary()?)
            .args(["--listen", "127.0.0.1:0", "--rate-limit", "0", "--allow-origin", ORIGIN])
            .arg("--data")
            .arg(&folder)
            .arg("--programmes")
            .arg(folder.join("programmes"))
            .arg("--dist")
            .arg(folder.join("dist"))
            .arg("--clock-file")
            .arg(folder.join("clock"))
            .env_remove("DATABASE_URL")
            .stdin(Stdio::null())
            .stdout(log.try_clone().map_err(words)?)
            .stderr(log)
            .spawn()
            .map_err(words)?;
        let mut server = Self {
            folder,
            child,
            port: 0,
            closed_draft: String::new(),
        };
        server.port = server.listens()?;
        server.closed_draft = server.begin_late()?;
        let new = server.folder.join("clock.new");
        std::fs::write(&new, "+0").map_err(words)?;
        std::fs::rename(new, server.folder.join("clock")).map_err(words)?;
        Ok(server)
    }

    /// The port that it says it listens on.
    fn listens(&mut self) -> Result<u16, String> {
        let end = Instant::now() + Duration::from_secs(30);
        while Instant::now() < end && matches!(self.child.try_wait(), Ok(None)) {
            let log = self.log();
            let said = log
                .split_once("listening on http://127.0.0.1:")
                .and_then(|(_, rest)| rest.split_once('\n'));
            if let Some(port) = said.and_then(|(port, _)| port.trim().parse().ok()) {
                return Ok(port);
            }
            std::thread::sleep(Duration::from_millis(20));
        }
        Err(format!("the server does not start: {}", self.log()))
    }

    /// Begins a draft at the call that will have closed.
    fn begin_late(&self) -> Result<String, String> {
        let client = Client::new(&self.origin());
        let failed = |stop: opencall_conform::Stop| format!("{stop:?}");
        let token = draft::token(&client).map_err(failed)?;
        let request = client.request("POST", &format!("/programmes/{CLOSED}/applications")).bearer(&token);
        let request = request
            .header("Idempotency-Key", "\"closed\"")
            .json(&json!({"answers": {"city": "Lyon"}, "locale": "en"}));
        let reply = request.send().map_err(failed)?;
        if reply.status == 201 {
            Ok(token)
        } else {
            Err(format!("the draft is not begun: {}", reply.status))
        }
    }

    /// Its port.
    pub fn port(&self) -> u16 {
        self.port
    }

    /// Where it is.
    pub fn origin(&self) -> String {
        format!("http://127.0.0.1:{}", self.port)
    }

    /// A link for an organiser, unused.
    ///
    /// # Errors
    /// When it cannot be made.
    pub fn invite(&self) -> Result<String, String> {
        let made = Command::new(binary()?)
            .args(["invite", "--role", "organiser", "--name", "Conformance", "--data"])
            .arg(&self.folder)
            .arg("--programmes")
            .arg(self.folder.join("programmes"))
            .env_remove("DATABASE_URL")
            .output()
            .map_err(|error| error.to_string())?;
        let path = String::from_utf8_lossy(&made.stdout).trim().to_owned();
        if made.status.success() {
            Ok(path)
        } else {
            Err(String::from_utf8_lossy(&made.stderr).into_owned())
        }
    }

    /// A folder for whatever else a test keeps.
    pub fn scratch(&self) -> &Path {
        &self.folder
    }

    fn log(&self) -> String {
        std::fs::read_to_string(self.folder.join("log")).unwrap_or_default()
    }

    /// What it logged last, and is no usual reply.
    pub fn last_words(&self) -> String {
        let log = self.log();
        let lines: Vec<&str> = log.lines().filter(|line| !line.contains(" INFO ")).collect();
        lines[lines.len().saturating_sub(20)..].join("\n")
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        // One that has ended already is as dead.
        let _ = self.child.kill();
        let _ = self.child.wait();
        let _ = std::fs::remove_dir_all(&self.folder);
    }
}

fn now() -> Timestamp {
    let since = SystemTime::now().duration_since(SystemTime::UNIX_EPOCH).unwrap_or_default();
    Timestamp::from_millis(i64::try_from(since.as_millis()).unwrap_or(i64::MAX) / 1_000 * 1_000)
}
