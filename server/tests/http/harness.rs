//! A server in this process: its own database and folders, a clock that tests move, requests without sockets.
//! With `OPENCALL_TEST_DATABASE_URL` the database is PostgreSQL, a schema a server.

use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};

use axum::body::Body;
use axum::http::{HeaderMap, Request, StatusCode};
use axum::response::Response;
use base64::Engine as _;
use base64::engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD};
use http_body_util::BodyExt as _;
use opencall_core::Timestamp;
use opencall_server::assets::Assets;
use opencall_server::clock::Clock;
use opencall_server::programmes::Programmes;
use opencall_server::ratelimit::Limits;
use opencall_server::store::Store;
use opencall_server::token::{random, random_id};
use opencall_server::{App, State};
use serde_json::{Value, json};
use tempfile::TempDir;
use tower::ServiceExt as _;

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
        let app = Arc::new(State {
            clock: Clock::Manual(clock.clone()),
            programmes: Programmes::open(vec![programmes]).unwrap(),
            store: Store::open(&folder.path().join("data"), url.as_deref()).await.unwrap(),
            running: Default::default(),
            uploads: Default::default(),
            limits: Limits::per_minute(per_minute),
            assets: Assets::new(folder.path().join("dist")),
            shells: Default::default(),
            trust_forwarded_for: true,
            https: false,
            allowed_origins: Vec::new(),
        });
        let server = Self { app, folder, clock };
        server.at(OPEN);
        server
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

    pub async fn send(&self, call: Call) -> Reply {
        Reply::read(self.start_sending(call).await).await
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

/// Somebody who applies.
pub struct Applicant<'a> {
    pub server: &'a Server,
    pub token: String,
}

impl<'a> Applicant<'a> {
    pub fn new(server: &'a Server) -> Self {
        Self {
            server,
            token: URL_SAFE_NO_PAD.encode(random::<32>()),
        }
    }

    /// Who has begun a draft with these answers.
    pub async fn begun(server: &'a Server, answers: Value) -> Self {
        let applicant = Self::new(server);
        applicant.begin("begin", answers).await.expect(201);
        applicant
    }

    /// Who has a draft that can be submitted, and its version.
    pub async fn ready(server: &'a Server) -> (Self, u64) {
        let applicant = Self::begun(server, json!({"name": "Acme"})).await;
        let deck = applicant.upload("deck", "deck.pdf", &pdf(1_000)).await;
        let version = applicant.patch(1, &json!({"deck": deck})).await.expect(200).json()["version"]
            .as_u64()
            .unwrap();
        (applicant, version)
    }

    pub fn call(&self, method: &str, path: &str) -> Call {
        Call::new(method, &format!("/api/v1/{path}")).token(&self.token)
    }

    pub async fn send(&self, call: Call) -> Reply {
        self.server.send(call).await
    }

    pub async fn begin(&self, key: &str, answers: Value) -> Reply {
        let call = self.call("POST", "programmes/small-call/applications").key(key);
        self.send(call.json(&json!({"answers": answers, "locale": "en"}))).await
    }

    pub async fn read(&self) -> Value {
        self.send(self.call("GET", "application")).await.expect(200).json()
    }

    pub async fn patch(&self, version: u64, patch: &Value) -> Reply {
        let call = self.call("PATCH", "application").if_match(version);
        self.send(call.body("application/merge-patch+json", patch.to_string())).await
    }

    pub async fn submit(&self, version: u64, key: &str) -> Reply {
        self.send(self.call("POST", "application/submit").if_match(version).key(key)).await
    }

    pub async fn withdraw(&self, key: &str) -> Reply {
        self.send(self.call("POST", "application/withdraw").key(key)).await
    }

    pub async fn create(&self, field: &str, name: &str, size: u64) -> Reply {
        let metadata = format!("field {},filename {}", STANDARD.encode(field), STANDARD.encode(name));
        let call = self
            .call("POST", "application/files")
            .header("tus-resumable", "1.0.0")
            .header("upload-metadata", metadata);
        self.send(call.header("upload-length", size.to_string())).await
    }

    pub fn append_call(&self, location: &str, offset: u64, body: impl Into<Body>) -> Call {
        let call = Call::new("PATCH", location).token(&self.token).header("tus-resumable", "1.0.0");
        call.header("upload-offset", offset.to_string())
            .body("application/offset+octet-stream", body)
    }

    pub async fn append(&self, location: &str, offset: u64, bytes: &[u8]) -> Reply {
        self.send(self.append_call(location, offset, bytes.to_vec())).await
    }

    pub async fn offset(&self, location: &str) -> Reply {
        self.send(Call::new("HEAD", location).token(&self.token).header("tus-resumable", "1.0.0"))
            .await
    }

    /// Uploads a file whole; gives the answer that speaks of it.
    pub async fn upload(&self, field: &str, name: &str, bytes: &[u8]) -> Value {
        let created = self.create(field, name, bytes.len() as u64).await.expect(201);
        let location = created.header("location");
        self.append(location, 0, bytes).await.expect(204);
        let id = location.rsplit('/').next().unwrap();
        let view = self.read().await;
        let file = view["files"]
            .as_array()
            .unwrap()
            .iter()
            .find(|file| file["id"] == id)
            .unwrap()
            .clone();
        json!({"id": file["id"], "name": file["name"], "size": file["size"], "sha256": file["sha256"], "type": file["type"]})
    }
}

/// Bytes that pass for a PDF.
pub fn pdf(size: usize) -> Vec<u8> {
    let mut bytes = b"%PDF-1.7\n".to_vec();
    bytes.resize(size - 6, b'x');
    bytes.extend(b"%%EOF\n");
    bytes
}

/// Bytes that pass for a video.
pub fn mp4() -> Vec<u8> {
    b"\0\0\0\x14ftypisom\0\0\0\0isom\0\0\0\x10mdat12345678".to_vec()
}

/// A built app of a few bytes.
fn build(dist: &Path) {
    std::fs::create_dir(dist).unwrap();
    let write = |name: &str, content: &[u8]| std::fs::write(dist.join(name), content).unwrap();
    let index = "<!doctype html><html lang=\"en\"><head><!--head--><title>Opencall</title><!--/head--></head>\
         <body><main id=\"call\"><!--call-->waiting<!--/call--></main></body></html>";
    write("index.html", index.as_bytes());
    write("staff.html", b"<!doctype html><title>Staff</title>");
    write("config.json", br#"{"contract": 1, "programme": "small-call"}"#);
    write("apply-0123456789abcdef.wasm", b"plain wasm");
    write("apply-0123456789abcdef.wasm.br", b"brotli wasm");
    write("apply-0123456789abcdef.wasm.gz", b"gzip wasm");
    write("boot.js", b"import './x.js'");
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
