//! Requests, and replies as they came: no redirect is followed, nothing is decoded, nothing is repeated but what the backend asks
//! to have repeated later. Every call has a time limit and every body a bound.

use std::io::Read as _;
use std::sync::atomic::{AtomicU32, AtomicU64, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use ureq::http;

use crate::check::{Fault, Outcome, Stop};
use crate::conceal::Secrets;

/// How long one call may take, from the first byte to the last.
const PATIENCE: Duration = Duration::from_secs(30);
/// The most bytes of a reply that are read.
const BODY_LIMIT: u64 = 64 * 1024 * 1024;
/// How often the same request is made anew because the backend asks to come back later.
const TRIES: u32 = 40;
/// The longest that is waited for it at once, in seconds.
const LONGEST_WAIT: u64 = 60;

/// A request that was made.
#[derive(Clone, Debug)]
pub struct Asked {
    /// The method.
    pub method: String,
    /// The whole address.
    pub url: String,
    /// The path below the base address.
    pub path: String,
    /// The headers that were set.
    pub headers: Vec<(String, String)>,
    /// The body; empty for none.
    pub body: Vec<u8>,
}

/// A reply as it came.
#[derive(Clone, Debug)]
pub struct Reply {
    /// What it is a reply to.
    pub asked: Arc<Asked>,
    /// The status.
    pub status: u16,
    /// The headers; names in lower case.
    pub headers: Vec<(String, String)>,
    /// The body, as far as it came.
    pub body: Arc<[u8]>,
    /// Why the body is not whole.
    pub broken: Option<String>,
}

/// Makes requests to one backend. A copy shares everything.
#[derive(Clone)]
pub struct Client(Arc<Inner>);

struct Inner {
    /// For what only reads: over connections that are kept.
    reading: ureq::Agent,
    /// For what changes something: over a new connection each. One that the other end has closed meanwhile would leave it open whether
    /// the request was taken, and nothing may be asked twice on a guess (RFC 9112, section 9.3.1).
    writing: ureq::Agent,
    base: String,
    secrets: Mutex<Secrets>,
    journal: Mutex<Vec<Reply>>,
    requests: AtomicU32,
    waited: AtomicU64,
}

/// A request in the making.
#[must_use = "nothing happens until it is sent"]
pub struct Request<'c> {
    client: &'c Client,
    asked: Asked,
}

impl Client {
    /// For the backend at this address; it may have a path.
    pub fn new(base: &str) -> Self {
        let base = base.trim_end_matches('/').to_owned();
        // What is on this machine is behind no proxy, whatever the environment says.
        let here = ["http://127.", "http://localhost", "http://[::1]"]
            .iter()
            .any(|here| base.starts_with(here));
        let agent = |kept: usize| -> ureq::Agent {
            let builder = ureq::Agent::config_builder()
                .http_status_as_error(false)
                .max_redirects(0)
                .max_redirects_will_error(false)
                .max_idle_connections(kept)
                .timeout_global(Some(PATIENCE))
                .user_agent(concat!("opencall-conform/", env!("CARGO_PKG_VERSION")));
            let builder = if here { builder.proxy(None) } else { builder };
            builder.build().into()
        };
        Self(Arc::new(Inner {
            reading: agent(4),
            writing: agent(0),
            base,
            secrets: Mutex::default(),
            journal: Mutex::default(),
            requests: AtomicU32::new(0),
            waited: AtomicU64::new(0),
        }))
    }

    /// The backend's address, without a slash at its end.
    pub fn base(&self) -> &str {
        &self.0.base
    }

    /// A request below `/api/v1`.
    pub fn request(&self, method: &str, path: &str) -> Request<'_> {
        self.request_to(method, &format!("{}/api/v1{path}", self.0.base), path)
    }

    /// A request to any address.
    pub fn request_to(&self, method: &str, url: &str, path: &str) -> Request<'_> {
        Request {
            client: self,
            asked: Asked {
                method: method.to_owned(),
                url: url.to_owned(),
                path: path.to_owned(),
                headers: Vec::new(),
                body: Vec::new(),
            },
        }
    }

    /// Keeps a token, or a link with one, out of reports, but for its first characters.
    pub fn conceal(&self, secret: &str) {
        lock(&self.0.secrets).add(secret);
    }

    /// Keeps a password, or what a cookie holds, out of reports whole.
    pub fn conceal_password(&self, secret: &str) {
        lock(&self.0.secrets).add_password(secret);
    }

    /// What reports may not say, so far.
    pub fn secrets(&self) -> Secrets {
        lock(&self.0.secrets).clone()
    }

    /// Whether a reply has a secret in its body.
    pub fn echoes(&self, reply: &Reply) -> bool {
        lock(&self.0.secrets).are_in(&reply.body)
    }

    /// Every reply so far.
    pub fn journal(&self) -> Vec<Reply> {
        lock(&self.0.journal).clone()
    }

    /// How many requests were made.
    pub fn requests(&self) -> u32 {
        self.0.requests.load(Ordering::Relaxed)
    }

    /// How long was waited because the backend asked for it.
    pub fn waited(&self) -> Duration {
        Duration::from_millis(self.0.waited.load(Ordering::Relaxed))
    }

    /// Makes a request once, and reads as much of the reply as `read` wants.
    fn once(
        &self,
        asked: &Arc<Asked>,
        patience: Duration,
        read: impl FnOnce(&mut ureq::BodyReader<'_>, &mut Vec<u8>) -> std::io::Result<()>,
    ) -> Result<Reply, String> {
        let inner = &self.0;
        inner.requests.fetch_add(1, Ordering::Relaxed);
        let mut request = http::Request::builder().method(asked.method.as_str()).uri(&asked.url);
        for (name, value) in &asked.headers {
            request = request.header(name, value);
        }
        let unfit = |error: http::Error| format!("the request cannot be made: {error}");
        let sent = if matches!(asked.method.as_str(), "POST" | "PUT" | "PATCH") {
            inner.writing.run(request.body(asked.body.as_slice()).map_err(unfit)?)
        } else {
            let agent = if asked.only_reads() { &inner.reading } else { &inner.writing };
            let request = request.body(()).map_err(unfit)?;
            agent.run(agent.configure_request(request).timeout_global(Some(patience)).build())
        };
        let (parts, mut body) = sent.map_err(|error| format!("no reply: {error}"))?.into_parts();
        let headers = parts.headers.iter().map(|(name, value)| {
            let value = String::from_utf8_lossy(value.as_bytes()).into_owned();
            (name.as_str().to_owned(), value)
        });
        let headers = headers.collect();
        let mut bytes = Vec::new();
        let mut broken = None;
        if asked.method != "HEAD" {
            let read = read(&mut body.as_reader(), &mut bytes);
            broken = read.err().map(|error| format!("the body broke off: {error}"));
        }
        let reply = Reply {
            asked: Arc::clone(asked),
            status: parts.status.as_u16(),
            headers,
            body: bytes.into(),
            broken,
        };
        lock(&inner.journal).push(reply.clone());
        Ok(reply)
    }
}

impl Asked {
    /// Whether asking again changes nothing.
    fn only_reads(&self) -> bool {
        matches!(self.method.as_str(), "GET" | "HEAD" | "OPTIONS")
    }

    /// There was no reply.
    fn unanswered(self: &Arc<Self>, expected: String, found: String) -> Stop {
        Stop::Short(Box::new(Fault {
            expected,
            found: Some(found),
            asked: Some(Arc::clone(self)),
            reply: None,
        }))
    }
}

/// Reads a whole body, as long as it is no longer than any should be.
fn whole(from: &mut ureq::BodyReader<'_>, to: &mut Vec<u8>) -> std::io::Result<()> {
    from.take(BODY_LIMIT).read_to_end(to)?;
    if to.len() as u64 == BODY_LIMIT {
        return Err(std::io::Error::other(format!("it is longer than {BODY_LIMIT} bytes")));
    }
    Ok(())
}

impl Request<'_> {
    /// With a header.
    pub fn header(mut self, name: &str, value: impl Into<String>) -> Self {
        self.asked.headers.push((name.to_owned(), value.into()));
        self
    }

    /// With the token of a draft.
    pub fn bearer(self, token: &str) -> Self {
        self.header("Authorization", format!("Bearer {token}"))
    }

    /// With a body of this type.
    pub fn body(mut self, kind: &str, body: impl Into<Vec<u8>>) -> Self {
        self.asked.body = body.into();
        self.header("Content-Type", kind)
    }

    /// With JSON.
    pub fn json(self, body: &serde_json::Value) -> Self {
        self.body("application/json", body.to_string())
    }

    /// Sends it. Where the backend is asked too often (429), or cannot right now (503, with `Retry-After`), it is sent again when the
    /// backend says (RFC 6585, section 4; RFC 9110, section 10.2.3).
    ///
    /// # Errors
    /// [`Stop::Short`] when there is no reply.
    pub fn send(self) -> Outcome<Reply> {
        let asked = Arc::new(self.asked);
        let mut tries = 0;
        loop {
            let reply = match self.client.once(&asked, PATIENCE, whole) {
                Ok(reply) => reply,
                // A kept connection may have ended at the other end.
                Err(_) if tries == 0 && asked.only_reads() => {
                    tries += 1;
                    continue;
                }
                Err(error) => return Err(asked.unanswered(format!("a reply within {} s", PATIENCE.as_secs()), error)),
            };
            tries += 1;
            let later = reply.header("retry-after").and_then(|seconds| seconds.trim().parse::<u64>().ok());
            let again = match (reply.status, later) {
                (429, later) => tries < TRIES && later.is_some(),
                (503, Some(_)) => tries < 4,
                _ => false,
            };
            if !again {
                return Ok(reply);
            }
            let began = Instant::now();
            std::thread::sleep(Duration::from_secs(later.unwrap_or(1).clamp(1, LONGEST_WAIT)));
            let millis = u64::try_from(began.elapsed().as_millis()).unwrap_or(u64::MAX);
            self.client.0.waited.fetch_add(millis, Ordering::Relaxed);
        }
    }

    /// Sends it and reads a body that does not end (HTML, 9.2), until what was read is `enough` or `patience` is over.
    ///
    /// # Errors
    /// [`Stop::Short`] when there is no reply.
    pub fn stream(self, patience: Duration, enough: impl Fn(&[u8]) -> bool) -> Outcome<Reply> {
        let asked = Arc::new(self.asked);
        let read = |from: &mut ureq::BodyReader<'_>, to: &mut Vec<u8>| {
            let mut buffer = vec![0; 64 * 1024];
            while !enough(to) && (to.len() as u64) < BODY_LIMIT {
                match from.read(&mut buffer)? {
                    0 => break,
                    read => to.extend_from_slice(&buffer[..read]),
                }
            }
            Ok(())
        };
        let reply = self.client.once(&asked, patience, read);
        reply.map_err(|error| asked.unanswered(String::from("a stream of events"), error))
    }
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
