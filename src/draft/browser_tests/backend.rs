//! A backend in a few lines, for tests in a browser: it keeps drafts, and can be cut off, slowed or told to lose replies.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, MutexGuard};

use opencall_core::contract::{ApplicationView, Begin, Capabilities, Concurrency, FileView, Receipt, Uploads};
use opencall_core::programme::FileType;
use opencall_core::{Locale, Status, Timestamp};
use serde_json::{Map, Value, json};

use crate::api::Client;
use crate::api::fetch::Fetch;
use crate::api::transport::{Failure, Local, Method, Payload, Reply, Request, Transport};
use crate::config::Config;

/// What all lines to one backend share.
#[derive(Default)]
pub(super) struct Backend {
    state: Mutex<State>,
}

#[derive(Default)]
pub(super) struct State {
    /// The applications, by token.
    pub(super) applications: BTreeMap<String, ApplicationView>,
    /// The bytes that have arrived, by file.
    pub(super) files: BTreeMap<String, Vec<u8>>,
    /// Every request: method and path.
    pub(super) log: Vec<String>,
    /// The keys of replaced links; forgotten, as backends do after a while, by clearing them.
    pub(super) replaced: Vec<String>,
    /// Links are not replaced now: too many requests.
    pub(super) busy: bool,
    /// Parts of files are refused, though they fit.
    pub(super) stuck: bool,
    /// So many milliseconds pass before a change arrives.
    pub(super) slow: u32,
    /// The keys of submissions, in order.
    pub(super) keys: Vec<String>,
    /// How many submissions were made, repeats not counted.
    pub(super) submissions: usize,
    /// Do what is asked, but lose so many replies.
    pub(super) lose: usize,
    /// The call is closed.
    pub(super) closed: bool,
    /// Nobody gets through.
    pub(super) down: bool,
}

/// One browser's line to the backend.
pub(super) struct Line {
    backend: Arc<Backend>,
    /// This browser is cut off, or dead.
    pub(super) cut: Mutex<bool>,
}

impl Backend {
    pub(super) fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().expect("no test panics while holding it")
    }

    pub(super) fn line(self: &Arc<Self>) -> Arc<Line> {
        Arc::new(Line {
            backend: self.clone(),
            cut: Mutex::new(false),
        })
    }

    /// The answers of the only application.
    pub(super) fn answers(&self) -> Value {
        let state = self.state();
        let answers = state.applications.values().next().map(|view| view.answers.clone());
        answers.map_or(Value::Null, |answers| Value::Object(answers.0))
    }

    /// Somebody else changes the only application.
    pub(super) fn change(&self, patch: Value) {
        let mut state = self.state();
        let view = state.applications.values_mut().next().expect("there is one");
        if let Value::Object(patch) = patch {
            view.answers.merge(patch);
        }
        view.version += 1;
    }
}

impl Line {
    pub(super) fn client(self: &Arc<Self>) -> Client {
        let capabilities = Capabilities {
            idempotency: true,
            concurrency: Concurrency::IfMatch,
            uploads: Uploads::Tus,
            clock: true,
            ..Capabilities::default()
        };
        Client::new(
            &Config {
                api: String::new(),
                programme: "p".to_owned(),
                capabilities,
                records: None,
            },
            self.clone(),
        )
    }

    pub(super) fn cut(&self, cut: bool) {
        *self.cut.lock().expect("no test panics while holding it") = cut;
    }

    fn is_cut(&self) -> bool {
        *self.cut.lock().expect("no test panics while holding it")
    }
}

impl Transport for Line {
    fn send(&self, request: Request) -> Local<'_, Result<Reply, Failure>> {
        Box::pin(async move {
            let bytes = match &request.body {
                Payload::Blob(blob) => bytes_of(blob).await,
                _ => Vec::new(),
            };
            // As long as a real reply takes to come round the event loop.
            Fetch.wait(1).await;
            if self.is_cut() || self.backend.state().down {
                return Err(Failure::Unreachable);
            }
            let slow = self.backend.state().slow;
            if slow > 0 && matches!(request.method, Method::Post | Method::Patch) {
                Fetch.wait(slow).await;
            }
            let mut state = self.backend.state();
            let reply = state.answer(&request, bytes);
            if state.lose > 0 && request.method != Method::Get {
                state.lose -= 1;
                return Err(Failure::Unreachable);
            }
            Ok(reply)
        })
    }

    fn wait(&self, ms: u32) -> Local<'_, ()> {
        Fetch.wait(ms)
    }

    fn random(&self) -> f64 {
        0.0
    }
}

async fn bytes_of(blob: &web_sys::Blob) -> Vec<u8> {
    let buffer = wasm_bindgen_futures::JsFuture::from(blob.array_buffer()).await;
    js_sys::Uint8Array::new(&buffer.expect("made by the code under test")).to_vec()
}

fn now() -> Timestamp {
    Timestamp::from_millis(js_sys::Date::now() as i64)
}

fn reply(status: u16, body: &Value) -> Reply {
    let kind = if status < 400 {
        "application/json"
    } else {
        "application/problem+json"
    };
    Reply {
        status,
        headers: vec![("content-type".to_owned(), kind.to_owned())],
        body: body.to_string(),
    }
}

fn problem(status: u16, kind: &str) -> Reply {
    reply(status, &json!({"type": kind, "title": "no", "status": status}))
}

fn view_reply(view: &ApplicationView) -> Reply {
    reply(200, &serde_json::to_value(view).expect("plain data"))
}

impl State {
    fn answer(&mut self, request: &Request, bytes: Vec<u8>) -> Reply {
        let path = request.url.as_str();
        self.log.push([request.method.name(), " ", path].concat());
        let header = |name: &str| request.headers.iter().find(|(key, _)| *key == name).map(|(_, value)| value.clone());
        let token = header("authorization").unwrap_or_default();
        let body = if let Payload::Text(text) = &request.body {
            text.as_str()
        } else {
            ""
        };
        let version = header("if-match").and_then(|tag| tag.trim_matches('"').parse::<u64>().ok());
        if path == "/api/v1/clock" {
            return reply(200, &json!({"now": now()}));
        }
        if path.ends_with("/applications") {
            if self.closed {
                return problem(403, "/problems/not-open");
            }
            let begin: Begin = serde_json::from_str(body).expect("the code under test sends a beginning");
            let count = self.applications.len();
            return view_reply(self.applications.entry(token).or_insert_with(|| begun(count, path, begin)));
        }
        if path.ends_with("/application/token") {
            return self.replace(&token, &header("idempotency-key").unwrap_or_default(), body);
        }
        let Some(view) = self.applications.get_mut(&token) else {
            return problem(401, "/problems/unknown-token");
        };
        let changes = request.method != Method::Get && request.method != Method::Head && request.method != Method::Delete;
        if changes && self.closed {
            return problem(403, "/problems/not-open");
        }
        match (request.method, path) {
            (Method::Get, "/api/v1/application") => view_reply(view),
            (Method::Delete, "/api/v1/application") => {
                self.applications.remove(&token);
                Reply {
                    status: 204,
                    ..Reply::default()
                }
            }
            (Method::Patch, "/api/v1/application") => {
                if version != Some(view.version) {
                    return problem(412, "/problems/changed");
                }
                let patch: Map<String, Value> = serde_json::from_str(body).expect("the code under test sends a patch");
                let before = view.answers.clone();
                view.answers.merge(patch);
                view.version += u64::from(view.answers != before);
                view.updated_at = now();
                reply(200, &json!({"version": view.version, "saved_at": view.updated_at}))
            }
            (Method::Post, "/api/v1/application/submit") => {
                let key = header("idempotency-key").expect("the code under test sends a key");
                if !self.keys.contains(&key) {
                    if version != Some(view.version) {
                        return problem(412, "/problems/changed");
                    }
                    self.submissions += 1;
                    view.status = Status::Submitted;
                    view.submitted_version = version;
                    view.receipt = Some(receipt(view));
                }
                self.keys.push(key);
                reply(200, &serde_json::to_value(&view.receipt).expect("plain data"))
            }
            _ => self.file(request, &token, &bytes),
        }
    }

    fn replace(&mut self, token: &str, key: &str, body: &str) -> Reply {
        let done = reply(200, &json!({"replaced_at": now()}));
        if self.busy {
            return problem(429, "/problems/rate-limited");
        }
        if self.replaced.iter().any(|known| known == key) {
            return done;
        }
        let Some(view) = self.applications.remove(token) else {
            return problem(401, "/problems/unknown-token");
        };
        let new: Value = serde_json::from_str(body).expect("the code under test sends JSON");
        let new = new["token"].as_str().expect("the code under test sends a token");
        self.applications.insert(format!("Bearer {new}"), view);
        self.replaced.push(key.to_owned());
        done
    }

    fn file(&mut self, request: &Request, token: &str, bytes: &[u8]) -> Reply {
        let view = self.applications.get_mut(token).expect("looked up before");
        let header = |name: &str| {
            request
                .headers
                .iter()
                .find(|(key, _)| *key == name)
                .map_or("", |(_, value)| value.as_str())
        };
        let done = |status, offset: usize| Reply {
            status,
            headers: vec![("upload-offset".to_owned(), offset.to_string())],
            body: String::new(),
        };
        let id = request.url.rsplit('/').next().unwrap_or_default();
        if request.method == Method::Post {
            let id = format!("f{}", self.files.len());
            let size = header("upload-length").parse().expect("the code under test sends a length");
            let file = FileView {
                id: id.clone(),
                field: "deck".to_owned(),
                name: "deck.pdf".to_owned(),
                size,
                received: 0,
                kind: None,
                sha256: None,
                created_at: now(),
            };
            view.files.push(file);
            self.files.insert(id.clone(), Vec::new());
            return Reply {
                status: 201,
                headers: vec![("location".to_owned(), format!("/api/v1/application/files/{id}"))],
                body: String::new(),
            };
        }
        let Some(content) = self.files.get_mut(id) else {
            return problem(404, "/problems/not-found");
        };
        let Some(file) = view.files.iter_mut().find(|file| file.id == id) else {
            return problem(404, "/problems/not-found");
        };
        match request.method {
            Method::Head => done(200, content.len()),
            Method::Patch => {
                if self.stuck || header("upload-offset") != content.len().to_string() {
                    return problem(409, "about:blank");
                }
                content.extend_from_slice(bytes);
                file.received = content.len() as u64;
                if file.received == file.size {
                    if !content.ends_with(b"%%EOF") {
                        view.files.retain(|file| file.id != id);
                        let errors = json!([{"pointer": "/deck", "code": "file_damaged"}]);
                        return reply(
                            422,
                            &json!({"type": "/problems/file", "title": "no", "status": 422, "errors": errors}),
                        );
                    }
                    file.kind = Some(FileType::Pdf);
                    file.sha256 = Some("0".repeat(64));
                }
                done(204, content.len())
            }
            _ => {
                self.files.remove(id);
                view.files.retain(|file| file.id != id);
                done(204, 0)
            }
        }
    }
}

fn begun(count: usize, path: &str, begin: Begin) -> ApplicationView {
    assert_eq!(begin.locale, Locale::En);
    ApplicationView {
        id: format!("a{count}"),
        programme: path.split('/').nth(4).unwrap_or_default().to_owned(),
        status: Status::Draft,
        version: 1,
        answers: begin.answers,
        files: Vec::new(),
        created_at: now(),
        updated_at: now(),
        extension: None,
        receipt: None,
        submitted_version: None,
        source: begin.source,
    }
}

fn receipt(view: &ApplicationView) -> Receipt {
    Receipt {
        reference: "K7QF-2MXD".to_owned(),
        application: view.id.clone(),
        programme: view.programme.clone(),
        version: view.version,
        digest: "0".repeat(64),
        received_at: now(),
        deadline: now(),
    }
}
