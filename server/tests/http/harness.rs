//! A server in this process: its own database and folders, a clock that tests move, requests without sockets.
//! With `OPENCALL_TEST_DATABASE_URL` the database is PostgreSQL, a schema a server.

use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};

use axum::body::Body;
use axum::http::{HeaderMap, Request, StatusCode};
use axum::response::Response;
use http_body_util::BodyExt as _;
use opencall_core::Timestamp;
use opencall_server::assets::Assets;
use opencall_server::clock::Clock;
use opencall_server::programmes::Programmes;
use opencall_server::ratelimit::Limits;
use opencall_server::store::Store;
use opencall_server::token::random_id;
use opencall_server::{App, State};
use serde_json::Value;
use tempfile::TempDir;
use tower::ServiceExt as _;

pub use crate::applicant::{Applicant, mp4, pdf};
use crate::contract;

/// A moment at which the call is open.
pub const OPEN: &str = "2026-01-15T12:00:00Z";
/// The deadline of the call, 12:00 in Paris.
pub const DEADLINE: &str = "2026-02-01T11:00:00Z";
/// The call.
pub const CALL: &str = include_str!("data/call.json");

pub struct Server {
    pub app: App,
    pub folder: TempDir,
    clock: Arc<AtomicI64>,
    url: Option<String>,
}

impl Server {
    pub async fn start() -> Self {
        Self::limited(0).await
    }

    /// With a limit of requests a minute.
    pub async fn limited(per_minute: u32) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let programmes = folder.path().join("programmes");
        std::fs::create_dir(&programmes).unwrap();
        std::fs::write(programmes.join("call.json"), CALL).unwrap();
        build(&folder.path().join("dist"));
        let clock = Arc::new(AtomicI64::new(0));
        let url = database().await;
        let app = state(folder.path(), url.as_deref(), per_minute, clock.clone()).await;
        let server = Self { app, folder, clock, url };
        server.at(OPEN);
        server
    }

    /// Another process on the same database and folders.
    pub async fn twin(&self) -> Self {
        let app = state(self.folder.path(), self.url.as_deref(), 0, self.clock.clone()).await;
        // Its own folder stays empty; it is there to be dropped.
        Self {
            app,
            folder: tempfile::tempdir().unwrap(),
            clock: self.clock.clone(),
            url: self.url.clone(),
        }
    }

    /// Moves the clock.
    pub fn at(&self, time: &str) {
        self.clock.store(Timestamp::parse(time).unwrap().millis(), Ordering::SeqCst);
    }

    /// Moves the clock from where it is.
    pub fn pass(&self, milliseconds: i64) {
        self.clock.fetch_add(milliseconds, Ordering::SeqCst);
    }

    pub fn now(&self) -> Timestamp {
        self.app.clock.now()
    }

    /// Whatever is sent and heard is checked against the contract.
    pub async fn send(&self, call: Call) -> Reply {
        let (request, seen) = contract::look(call.0).await;
        let reply = Reply::read(self.start_sending(Call(request)).await).await;
        contract::check(&seen, &reply);
        reply
    }

    /// The reply with its body still under way.
    pub async fn start_sending(&self, call: Call) -> Response {
        opencall_server::app(self.app.clone()).oneshot(call.0).await.unwrap()
    }

    pub async fn get(&self, path: &str) -> Reply {
        self.send(Call::new("GET", path)).await
    }

    pub fn data(&self) -> PathBuf {
        self.folder.path().join("data")
    }

    /// Every file of applicants on disk.
    pub fn uploads_on_disk(&self) -> Vec<PathBuf> {
        let folders = std::fs::read_dir(self.data().join("files")).unwrap();
        folders
            .flat_map(|folder| std::fs::read_dir(folder.unwrap().path()).unwrap())
            .map(|file| file.unwrap().path())
            .collect()
    }
}

/// A request.
pub struct Call(Request<Body>);

impl Call {
    pub fn new(method: &str, path: &str) -> Self {
        Self(Request::builder().method(method).uri(path).body(Body::empty()).unwrap())
    }

    pub fn header(mut self, name: &'static str, value: impl AsRef<[u8]>) -> Self {
        self.0
            .headers_mut()
            .append(name, axum::http::HeaderValue::from_bytes(value.as_ref()).unwrap());
        self
    }

    pub fn body(mut self, kind: &'static str, body: impl Into<Body>) -> Self {
        self = self.header("content-type", kind);
        *self.0.body_mut() = body.into();
        self
    }

    pub fn json(self, body: &Value) -> Self {
        self.body("application/json", body.to_string())
    }

    pub fn key(self, key: &str) -> Self {
        self.header("idempotency-key", key)
    }

    pub fn if_match(self, version: u64) -> Self {
        self.header("if-match", format!("\"{version}\""))
    }

    pub fn token(self, token: &str) -> Self {
        self.header("authorization", format!("Bearer {token}"))
    }
}

/// A reply, read whole.
#[derive(Debug)]
pub struct Reply {
    pub status: StatusCode,
    pub headers: HeaderMap,
    pub body: Vec<u8>,
}

impl Reply {
    async fn read(response: Response) -> Self {
        let (parts, body) = response.into_parts();
        Self {
            status: parts.status,
            headers: parts.headers,
            body: body.collect().await.unwrap().to_bytes().to_vec(),
        }
    }

    #[track_caller]
    pub fn expect(self, status: u16) -> Self {
        assert_eq!(self.status.as_u16(), status, "{}", self.text());
        if self.status.is_client_error() || self.status.is_server_error() {
            assert_eq!(self.header("content-type"), "application/problem+json");
            assert_eq!(self.json()["status"], status);
        }
        self
    }

    /// A problem of a kind.
    #[track_caller]
    pub fn problem(self, status: u16, kind: &str) -> Self {
        let reply = self.expect(status);
        assert_eq!(reply.json()["type"], format!("/problems/{kind}"));
        reply
    }

    pub fn text(&self) -> String {
        String::from_utf8_lossy(&self.body).into_owned()
    }

    #[track_caller]
    pub fn json(&self) -> Value {
        serde_json::from_slice(&self.body).unwrap_or_else(|_| panic!("not JSON: {}", self.text()))
    }

    pub fn header(&self, name: &str) -> &str {
        self.headers.get(name).map_or("", |value| value.to_str().unwrap())
    }

    /// Pointers and codes of the errors, `/deck missing`.
    pub fn errors(&self) -> Vec<String> {
        let json = self.json();
        let errors = json["errors"].as_array().cloned().unwrap_or_default();
        errors
            .iter()
            .map(|error| format!("{} {}", error["pointer"].as_str().unwrap(), error["code"].as_str().unwrap()))
            .collect()
    }
}

async fn state(folder: &Path, url: Option<&str>, per_minute: u32, clock: Arc<AtomicI64>) -> App {
    let clock = Clock::Manual(clock);
    let store = Store::open(&folder.join("data"), url).await.unwrap();
    let key = opencall_server::signing::Key::in_folder(&folder.join("data")).unwrap();
    opencall_server::serve::publish(&store, &key, clock.now()).await.unwrap();
    Arc::new(State {
        key,
        clock,
        programmes: Programmes::open(vec![folder.join("programmes")]).unwrap(),
        store,
        running: Default::default(),
        uploads: Default::default(),
        snapshots: Default::default(),
        limits: Limits::per_minute(per_minute),
        assets: Assets::new(folder.join("dist")),
        shells: Default::default(),
        trust_forwarded_for: true,
        https: false,
        allowed_origins: Vec::new(),
    })
}

/// A built app of a few bytes.
fn build(dist: &Path) {
    std::fs::create_dir(dist).unwrap();
    let write = |name: &str, content: &[u8]| std::fs::write(dist.join(name), content).unwrap();
    let index = "<!doctype html><html lang=\"en\"><head><!--head--><title>Opencall</title><!--/head-->\n\
         <link rel=\"stylesheet\" href=\"/main-0123456789abcdef.css\"/>\n</head>\
         <body><!--bar--><!--/bar--><main id=\"call\"><!--call-->waiting<!--/call--></main></body></html>";
    write("index.html", index.as_bytes());
    write("main-0123456789abcdef.css", b"p{color:red}");
    write("staff.html", b"<!doctype html><title>Staff</title>");
    write("verify.html", b"<!doctype html><title>Verify</title>");
    write("partner.html", b"<!doctype html><title>Partner</title>");
    write("kit.html", b"<!doctype html><title>Kit</title>");
    write("config.json", br#"{"contract": 1, "programme": "small-call"}"#);
    write("apply-0123456789abcdef.wasm", b"plain wasm");
    write("apply-0123456789abcdef.wasm.br", b"brotli wasm");
    write("apply-0123456789abcdef.wasm.gz", b"gzip wasm");
    write("boot.js", b"import './x.js'");
    std::fs::create_dir(dist.join("embed")).unwrap();
    write("embed/v1.js", b"customElements");
    write(".secret", b"hidden");
}

/// The database of a new server: a new schema on PostgreSQL, else a file of its own.
async fn database() -> Option<String> {
    let url = std::env::var("OPENCALL_TEST_DATABASE_URL").ok().filter(|url| !url.is_empty())?;
    sqlx::any::install_default_drivers();
    let schema = format!("test_{}", random_id());
    let mut connection = <sqlx::AnyConnection as sqlx::Connection>::connect(&url).await.unwrap();
    let sql = sqlx::AssertSqlSafe(format!("CREATE SCHEMA {schema}"));
    sqlx::query(sql).execute(&mut connection).await.unwrap();
    Some(format!(
        "{url}{}options[search_path]={schema}",
        if url.contains('?') { '&' } else { '?' }
    ))
}
