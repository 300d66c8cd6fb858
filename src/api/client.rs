//! The one client: sends endpoints, repeats what may be repeated, and makes one error of every failure.

use std::sync::Arc;

use opencall_core::Programme;
use opencall_core::contract::{ApplicationView, Begin, Clock, Event, Export, ProblemDetails, Receipt, Saved};
use serde_json::{Map, Value};

use super::endpoint::{self, Endpoint, Reads, Sends, Token};
use super::error::ApiError;
use super::fetch::Fetch;
use super::retry::Policy;
use super::transport::{Failure, Method, Payload, Reply, Request, Transport};
use crate::config::{Capabilities, Config};

/// Bodies up to this many bytes may outlive the page; browsers refuse more than 64 KiB.
const KEEPALIVE_BYTES: usize = 60_000;

/// Talks to the backend. Cheap to clone. A context.
#[derive(Clone)]
pub struct Client {
    inner: Arc<Inner>,
}

struct Inner {
    base: String,
    capabilities: Capabilities,
    transport: Arc<dyn Transport>,
}

impl Client {
    /// A client for the backend that `config` names.
    pub fn new(config: &Config, transport: Arc<dyn Transport>) -> Self {
        Self {
            inner: Arc::new(Inner {
                base: config.api.clone(),
                capabilities: config.capabilities,
                transport,
            }),
        }
    }

    /// A client that uses the browser's `fetch`.
    pub fn in_browser(config: &Config) -> Self {
        Self::new(config, Arc::new(Fetch))
    }

    /// What the backend can do.
    pub fn capabilities(&self) -> Capabilities {
        self.inner.capabilities
    }

    /// The backend's clock. One attempt: how long it took is part of the answer.
    pub async fn clock(&self) -> Result<Clock, ApiError> {
        self.send_with(endpoint::clock(), Policy::ONCE).await
    }

    /// A programme's document.
    pub async fn programme(&self, id: &str) -> Result<Programme, ApiError> {
        self.send(endpoint::programme(id)).await
    }

    /// A programme's document as text with its `ETag`; `None` when it is still the one with this tag.
    pub async fn programme_since(&self, id: &str, etag: Option<&str>) -> Result<Option<(String, Option<String>)>, ApiError> {
        let mut call = endpoint::programme(id);
        if let Some(etag) = etag {
            call.headers.push(("if-none-match", etag.to_owned()));
        }
        let policy = if etag.is_some() { Policy::ONCE } else { Policy::REPEAT };
        let request = self.request(&call);
        let at = here(&request);
        let reply = self.exchange(request, policy).await?;
        if reply.status == 304 {
            return Ok(None);
        }
        expect_media_type(&reply, Programme::MEDIA_TYPE, &at)?;
        let etag = reply.header("etag").map(str::to_owned);
        Ok(Some((reply.body, etag)))
    }

    /// Begins a draft, or reads the one this token has begun.
    pub async fn begin(&self, programme: &str, token: &Token, key: &str, begin: Begin) -> Result<ApplicationView, ApiError> {
        self.send(endpoint::begin(programme, token, key, begin)).await
    }

    /// What the backend holds.
    pub async fn read(&self, token: &Token) -> Result<ApplicationView, ApiError> {
        self.send(endpoint::read(token)).await
    }

    /// Changes answers, if they are still at `version`.
    pub async fn save(&self, token: &Token, version: u64, patch: Map<String, Value>) -> Result<Saved, ApiError> {
        self.send(endpoint::save(token, version, patch)).await
    }

    /// Submits the answers of `version`.
    pub async fn submit(&self, token: &Token, version: u64, key: &str) -> Result<Receipt, ApiError> {
        self.send(endpoint::submit(token, version, key)).await
    }

    /// Takes the application back.
    pub async fn withdraw(&self, token: &Token, key: &str) -> Result<ApplicationView, ApiError> {
        self.send(endpoint::withdraw(token, key)).await
    }

    /// Removes everything.
    pub async fn erase(&self, token: &Token) -> Result<(), ApiError> {
        self.send(endpoint::erase(token)).await
    }

    /// Everything the backend holds.
    pub async fn export(&self, token: &Token) -> Result<Export, ApiError> {
        self.send(endpoint::export(token)).await
    }

    /// What happened so far.
    pub async fn timeline(&self, token: &Token) -> Result<Vec<Event>, ApiError> {
        self.send(endpoint::timeline(token)).await
    }

    /// Waits; here so that tests need not.
    pub async fn wait(&self, ms: u32) {
        self.inner.transport.wait(ms).await;
    }

    /// A random number from 0 up to 1.
    pub fn random(&self) -> f64 {
        self.inner.transport.random()
    }

    async fn send<B: Sends, R: Reads>(&self, call: Endpoint<B, R>) -> Result<R, ApiError> {
        let keyed = call.headers.iter().any(|(name, _)| *name == "idempotency-key");
        let safe = call.is_repeatable() && (!keyed || self.inner.capabilities.idempotency);
        self.send_with(call, if safe { Policy::REPEAT } else { Policy::ONCE }).await
    }

    async fn send_with<B: Sends, R: Reads>(&self, call: Endpoint<B, R>, policy: Policy) -> Result<R, ApiError> {
        let request = self.request(&call);
        let at = here(&request);
        let reply = self.exchange(request, policy).await?;
        if !R::MEDIA_TYPE.is_empty() {
            expect_media_type(&reply, R::MEDIA_TYPE, &at)?;
        }
        R::read(&reply.body).map_err(|fault| ApiError::Contract {
            at: format!("{at}: {fault}"),
        })
    }

    fn request<B: Sends, R>(&self, call: &Endpoint<B, R>) -> Request {
        let mut headers = call.headers.clone();
        let mut body = Payload::Nothing;
        let mut keepalive = false;
        if let Some((media_type, text)) = call.body.text() {
            headers.push(("content-type", media_type.to_owned()));
            keepalive = text.len() <= KEEPALIVE_BYTES;
            body = Payload::Text(text);
        }
        let url = [self.inner.base.as_str(), &call.path].concat();
        Request {
            method: call.method,
            url,
            headers,
            body,
            timeout_ms: call.timeout_ms,
            keepalive,
        }
    }

    /// One request of [`super::tus`].
    pub(super) async fn tus(&self, call: &Endpoint<(), ()>, body: Payload, repeat: bool) -> Result<Reply, ApiError> {
        let request = Request {
            body,
            ..self.request(call)
        };
        self.exchange(request, if repeat { Policy::REPEAT } else { Policy::ONCE }).await
    }

    /// Sends until there is a success, a failure that will not pass, or no attempt left.
    async fn exchange(&self, request: Request, policy: Policy) -> Result<Reply, ApiError> {
        let transport = &self.inner.transport;
        let mut attempt = 1;
        loop {
            let (error, retry_after) = match transport.send(request.clone()).await {
                Ok(reply) if matches!(reply.status, 200..=299 | 304) => return Ok(reply),
                Ok(reply) => (error_of(&reply, &request), retry_after(&reply)),
                Err(Failure::Unreachable) => (ApiError::Offline, None),
                Err(Failure::TimedOut) => (ApiError::Timeout, None),
            };
            let Some(pause) = policy.pause(attempt, &error, retry_after, transport.random()) else {
                return Err(error);
            };
            transport.wait(pause).await;
            attempt += 1;
        }
    }
}

/// The text of a document of this origin; `None` where there is none (404, or a web page in its place).
pub async fn document(path: &str) -> Result<Option<String>, ApiError> {
    let config = Config {
        api: String::new(),
        programme: String::new(),
        capabilities: Capabilities {
            idempotency: false,
            concurrency: false,
            uploads: false,
            clock: false,
        },
    };
    Client::in_browser(&config).text(path).await
}

impl Client {
    async fn text(&self, path: &str) -> Result<Option<String>, ApiError> {
        let url = [self.inner.base.as_str(), path].concat();
        let request = Request {
            method: Method::Get,
            url,
            headers: Vec::new(),
            body: Payload::Nothing,
            timeout_ms: 15_000,
            keepalive: false,
        };
        match self.exchange(request, Policy::REPEAT).await {
            Ok(reply) if reply.media_type() == "text/html" => Ok(None),
            Ok(reply) => Ok(Some(reply.body)),
            Err(ApiError::Problem(details)) if details.status < 500 => Ok(None),
            Err(ApiError::Contract { .. }) => Ok(None),
            Err(error) => Err(error),
        }
    }
}

/// Which call, for people who run backends.
fn here(request: &Request) -> String {
    [request.method.name(), " ", &request.url].concat()
}

fn expect_media_type(reply: &Reply, promised: &str, at: &str) -> Result<(), ApiError> {
    let found = reply.media_type();
    if found == promised {
        return Ok(());
    }
    let found = if found.is_empty() { "no media type" } else { &found };
    Err(ApiError::Contract {
        at: format!("{at}: {promised} was promised, {found} came (status {})", reply.status),
    })
}

/// `Retry-After` in seconds (RFC 9110, section 10.2.3); dates are not used by our contract and count as unknown.
fn retry_after(reply: &Reply) -> Option<u32> {
    reply.header("retry-after")?.trim().parse().ok()
}

/// The error a reply without success means.
fn error_of(reply: &Reply, request: &Request) -> ApiError {
    let details = if reply.media_type() == "application/problem+json" {
        match serde_json::from_str::<ProblemDetails>(&reply.body) {
            Ok(details) => Some(ProblemDetails {
                status: reply.status,
                ..details
            }),
            Err(fault) => {
                return ApiError::Contract {
                    at: format!("{}: problem details: {fault}", here(request)),
                };
            }
        }
    } else {
        None
    };
    match (reply.status, details) {
        (429, _) => ApiError::RateLimited {
            retry_after_s: retry_after(reply),
        },
        (412, details) => ApiError::Conflict {
            version: details.and_then(|details| details.more.get("version").and_then(Value::as_u64)),
        },
        (_, Some(details)) => ApiError::Problem(Box::new(details)),
        // A proxy or a network's sign-in page spoke, not the backend.
        (511, None) => ApiError::Offline,
        (408 | 504, None) => ApiError::Timeout,
        (status @ (413 | 500..=599), None) => ApiError::Problem(Box::new(ProblemDetails {
            kind: "about:blank".to_owned(),
            status,
            ..ProblemDetails::default()
        })),
        // A HEAD has no body to explain itself in.
        (status, None) if request.method == Method::Head => ApiError::Problem(Box::new(ProblemDetails {
            kind: "about:blank".to_owned(),
            status,
            ..ProblemDetails::default()
        })),
        (status, None) => {
            let found = reply.media_type();
            ApiError::Contract {
                at: format!("{}: status {status} without problem details ({found})", here(request)),
            }
        }
    }
}
