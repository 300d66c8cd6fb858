//! The one client: sends endpoints, repeats what may be repeated, and makes one error of every failure.

use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, PoisonError};

use opencall_core::contract::{Begin, Capabilities, Clock, Concurrency, Event, ProblemDetails, Saved, problem_type};
use opencall_core::{Programme, Timestamp};
use serde_json::{Map, Value};

use super::endpoint::{self, Endpoint, Reads, Sends, Token};
use super::error::{ApiError, Breach};
use super::fetch::Fetch;
use super::retry::Policy;
use super::transport::{Failure, Local, Method, Payload, Reply, Request, Transport};
use super::wire::{self, Given, Members, Whole};
use crate::config::Config;

/// Bodies up to this many bytes, all on their way together, may outlive the page; browsers refuse more than 64 KiB
/// (Fetch, 4.6 HTTP-network-or-cache fetch).
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
    /// How many bytes of bodies that may outlive the page are on their way.
    lasting: AtomicUsize,
    /// When a reply was heard last, for when there is no clock that answers.
    heard: Mutex<Option<Heard>>,
}

/// A reply: when it was asked for, when it came, and what time it says it is.
#[derive(Clone, Debug, PartialEq)]
pub struct Heard {
    /// When the request was sent, in ms of the monotonic clock.
    pub sent: f64,
    /// When the reply came.
    pub received: f64,
    /// Its `Date` (RFC 9110, section 6.6.1); `None` where there is none, or none that may be read.
    pub date: Option<String>,
}

/// A body on its way that may outlive the page; counted until this is dropped.
struct Lasting<'a>(&'a AtomicUsize, usize);

impl<'a> Lasting<'a> {
    /// `None` where there is no room for it. Without room a browser would not send it at all.
    fn begin(sum: &'a AtomicUsize, bytes: usize) -> Option<Self> {
        if sum.load(Ordering::Relaxed) + bytes > KEEPALIVE_BYTES {
            return None;
        }
        sum.fetch_add(bytes, Ordering::Relaxed);
        Some(Self(sum, bytes))
    }
}

impl Drop for Lasting<'_> {
    fn drop(&mut self) {
        self.0.fetch_sub(self.1, Ordering::Relaxed);
    }
}

impl Client {
    /// A client for the backend that `config` names.
    pub fn new(config: &Config, transport: Arc<dyn Transport>) -> Self {
        Self {
            inner: Arc::new(Inner {
                base: config.api.clone(),
                capabilities: config.capabilities,
                transport,
                lasting: AtomicUsize::new(0),
                heard: Mutex::default(),
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

    /// The last reply, once.
    pub fn take_heard(&self) -> Option<Heard> {
        self.inner.heard.lock().unwrap_or_else(PoisonError::into_inner).take()
    }

    /// The backend's clock. One attempt: how long it took is part of the answer.
    pub fn clock(&self) -> impl Future<Output = Result<Clock, ApiError>> {
        self.send_with(endpoint::clock(), Policy::ONCE)
    }

    /// A programme's document.
    pub fn programme(&self, id: &str) -> impl Future<Output = Result<Programme, ApiError>> {
        self.send(endpoint::programme(id))
    }

    /// A programme's document as text with its `ETag`; `None` when it is still the one with this tag.
    pub async fn programme_since(&self, id: &str, etag: Option<&str>) -> Result<Option<(String, Option<String>)>, ApiError> {
        let mut call = endpoint::programme(id);
        // Where a reply's date is all the time there is, no cache may answer: a tag that is nobody's keeps them from it.
        let asked = etag.or((!self.inner.capabilities.clock).then_some("\"-\""));
        if let Some(asked) = asked {
            call.headers.push(("if-none-match", asked.to_owned()));
        }
        let policy = if etag.is_some() { Policy::ONCE } else { Policy::REPEAT };
        let request = self.request(&call);
        let at = here(&request);
        let reply = self.exchange(request, policy, false).await?;
        if reply.status == 304 {
            return Ok(None);
        }
        expect_media_type(&reply, Programme::MEDIA_TYPE, &at)?;
        let etag = reply.header("etag").map(str::to_owned);
        Ok(Some((reply.body, etag)))
    }

    /// Begins a draft, or reads the one this token has begun. Where a second one might be begun for the same token, it is read first.
    pub async fn begin(&self, programme: &str, token: &Token, key: &str, begin: Begin) -> Result<Whole, ApiError> {
        if !self.inner.capabilities.idempotency {
            match self.read(token).await {
                Err(error) if error.is(problem_type::UNKNOWN_TOKEN) => {}
                known => return known,
            }
        }
        self.send(endpoint::begin(programme, token, key, begin)).await
    }

    /// What the backend holds.
    pub fn read(&self, token: &Token) -> impl Future<Output = Result<Whole, ApiError>> {
        self.send(endpoint::read(token))
    }

    /// `version` where the backend honours `If-Match`.
    fn guarded(&self, version: u64) -> Option<u64> {
        (self.inner.capabilities.concurrency == Concurrency::IfMatch).then_some(version)
    }

    /// Changes answers, if they are still at `version` and the backend looks at it. `device` is what this device calls itself; empty for nothing.
    pub fn save(
        &self,
        token: &Token,
        version: u64,
        patch: Map<String, Value>,
        device: String,
    ) -> impl Future<Output = Result<Saved, ApiError>> {
        // A backend on another origin has to allow the header (CORS): those that know devices do.
        let known = self.inner.capabilities.presence || !self.inner.base.starts_with("http");
        let device = Some(device).filter(|device| known && !device.is_empty());
        self.send(endpoint::save(token, self.guarded(version), patch, device))
    }

    /// Submits the answers of `version`.
    pub fn submit(&self, token: &Token, version: u64, key: &str) -> impl Future<Output = Result<Given, ApiError>> {
        self.send(endpoint::submit(token, self.guarded(version), key))
    }

    /// Fixes the application by its digest; the seal as it was given.
    pub fn seal(&self, token: &Token, key: &str, request: Value) -> impl Future<Output = Result<Value, ApiError>> {
        // Backends that can seal know keys.
        self.send_with(endpoint::seal(token, key, request), Policy::INSIST)
    }

    /// Puts another token in the place of this one.
    pub fn replace_token(&self, token: &Token, key: &str, request: Value) -> impl Future<Output = Result<Timestamp, ApiError>> {
        self.send(endpoint::replace_token(token, key, request))
    }

    /// Says where a page is, and hears who else is at the draft. One attempt: the next one is never far.
    pub fn be_here(&self, token: &Token, here: Value) -> impl Future<Output = Result<Value, ApiError>> {
        self.send_with(endpoint::be_here(token, here), Policy::ONCE)
    }

    /// Takes the application back.
    pub fn withdraw(&self, token: &Token, key: &str) -> impl Future<Output = Result<Whole, ApiError>> {
        self.send(endpoint::withdraw(token, key))
    }

    /// Removes everything.
    pub fn erase(&self, token: &Token) -> impl Future<Output = Result<(), ApiError>> {
        self.send(endpoint::erase(token))
    }

    /// Everything the backend holds.
    pub fn export(&self, token: &Token) -> impl Future<Output = Result<Value, ApiError>> {
        self.send(endpoint::export(token))
    }

    /// What happened so far.
    pub fn timeline(&self, token: &Token) -> impl Future<Output = Result<Vec<Event>, ApiError>> {
        self.send(endpoint::timeline(token))
    }

    /// Waits; here so that tests need not.
    pub async fn wait(&self, ms: u32) {
        self.inner.transport.wait(ms).await;
    }

    /// A random number from 0 up to 1.
    pub fn random(&self) -> f64 {
        self.inner.transport.random()
    }

    /// The backend's base address; empty for this origin.
    pub(super) fn base(&self) -> &str {
        &self.inner.base
    }

    pub(super) fn send<B: Sends, R: Reads>(&self, call: Endpoint<B, R>) -> impl Future<Output = Result<R, ApiError>> {
        let request = self.request(&call);
        let policy = self.policy(&request);
        read(self.promised(request, policy, R::MEDIA_TYPE))
    }

    /// What may be repeated is.
    fn policy(&self, request: &Request) -> Policy {
        let keyed = request.headers.iter().any(|(name, _)| *name == "idempotency-key");
        let safe = if keyed {
            self.inner.capabilities.idempotency
        } else {
            request.method.is_idempotent()
        };
        if safe { Policy::REPEAT } else { Policy::ONCE }
    }

    fn send_with<B: Sends, R: Reads>(&self, call: Endpoint<B, R>, policy: Policy) -> impl Future<Output = Result<R, ApiError>> {
        read(self.promised(self.request(&call), policy, R::MEDIA_TYPE))
    }

    /// The body of a reply of this media type, or of any where it is empty; and which call it was.
    fn promised(&self, request: Request, policy: Policy, media_type: &'static str) -> Local<'_, Result<(String, String), ApiError>> {
        // Boxed: every kind of call would have a copy of it, in bytes that are downloaded.
        Box::pin(async move {
            let at = here(&request);
            let deletes = request.method == Method::Delete;
            let reply = self.exchange(request, policy, !media_type.is_empty()).await?;
            if !media_type.is_empty() {
                expect_media_type(&reply, media_type, &at)?;
            } else if deletes && reply.status != 204 {
                // Something on the way may say that all is well. Whoever deleted it has no more to say.
                return Err(ApiError::shape(
                    [&at, ": status ", &reply.status.to_string(), ", 204 was promised"].concat(),
                ));
            }
            Ok((reply.body, at))
        })
    }

    fn request<B: Sends, R>(&self, call: &Endpoint<B, R>) -> Request {
        let mut headers = call.headers.clone();
        let mut body = Payload::Nothing;
        if let Some((media_type, text)) = call.body.text() {
            headers.push(("content-type", media_type.to_owned()));
            body = Payload::Text(text);
        }
        let url = [self.inner.base.as_str(), &call.path].concat();
        Request {
            method: call.method,
            url,
            headers,
            body,
            timeout_ms: call.timeout_ms,
            keepalive: false,
            most_bytes: call.most_bytes,
        }
    }

    /// One request of [`super::tus`].
    pub(super) fn tus(&self, call: &Endpoint<(), ()>, body: Payload, repeat: bool) -> Local<'_, Result<Reply, ApiError>> {
        let request = Request {
            body,
            ..self.request(call)
        };
        self.exchange(request, if repeat { Policy::REPEAT } else { Policy::ONCE }, false)
    }

    /// Sends until there is a success, a failure that will not pass, or no attempt left. A reply without the content it should
    /// have was cut off in its head, which browsers let through: the next one may be whole.
    fn exchange(&self, request: Request, policy: Policy, full: bool) -> Local<'_, Result<Reply, ApiError>> {
        Box::pin(async move {
            let transport = &self.inner.transport;
            let mut attempt = 1;
            loop {
                let lasting = match &request.body {
                    Payload::Text(text) => Lasting::begin(&self.inner.lasting, text.len()),
                    _ => None,
                };
                let mut sent = request.clone();
                sent.keepalive = lasting.is_some();
                let begun = transport.monotonic();
                let outcome = transport.send(sent).await;
                drop(lasting);
                if let Ok(reply) = &outcome
                    && !is_page(reply)
                {
                    self.hear(&request, reply, begun);
                }
                let mut cut = false;
                let (error, retry_after) = match outcome {
                    Ok(reply) if matches!(reply.status, 200..=299 | 304) && !(full && reply.body.is_empty()) && !is_page(&reply) => {
                        return Ok(reply);
                    }
                    Ok(reply) => {
                        let error = error_of(&reply, &request);
                        cut = full && reply.body.is_empty() && matches!(error, ApiError::Contract { .. });
                        (error, retry_after(&reply))
                    }
                    Err(Failure::Unreachable) => (ApiError::Offline, None),
                    Err(Failure::TimedOut) => (ApiError::Timeout, None),
                    Err(Failure::TooLong) => {
                        let at = [&here(&request), ": more than ", &request.most_bytes.to_string(), " bytes"].concat();
                        (
                            ApiError::Contract {
                                breach: Breach::TooLong,
                                at,
                            },
                            None,
                        )
                    }
                };
                let judged = if cut { &ApiError::Offline } else { &error };
                let Some(pause) = policy.pause(attempt, judged, retry_after, transport.random()) else {
                    return Err(error);
                };
                transport.wait(pause).await;
                attempt += 1;
            }
        })
    }

    /// Notes the time of a reply, which may be all the time there is. What a cache may have answered says nothing of now.
    fn hear(&self, request: &Request, reply: &Reply, sent: f64) {
        if request.headers.is_empty() || reply.header("age").is_some() {
            return;
        }
        let heard = Heard {
            sent,
            received: self.inner.transport.monotonic(),
            date: reply.header("date").map(str::to_owned),
        };
        *self.inner.heard.lock().unwrap_or_else(PoisonError::into_inner) = Some(heard);
    }
}

async fn read<R: Reads>(promised: Local<'_, Result<(String, String), ApiError>>) -> Result<R, ApiError> {
    let (body, at) = promised.await?;
    R::read(&body).map_err(|fault| ApiError::unread(&at, &fault))
}

/// The text of a document of this origin; `None` where there is none (404).
///
/// # Errors
/// [`ApiError::Captive`] where a web page came in its place.
pub async fn document(path: &str) -> Result<Option<String>, ApiError> {
    let config = Config {
        api: String::new(),
        programme: String::new(),
        capabilities: Capabilities::default(),
        records: None,
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
            most_bytes: endpoint::MOST_BYTES,
        };
        match self.exchange(request, Policy::REPEAT, false).await {
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
    let breach = match found.as_str() {
        found if found == promised => return Ok(()),
        "" => Breach::Header,
        _ => Breach::Garbled,
    };
    Err(ApiError::Contract {
        breach,
        at: [at, ": Content-Type \"", &found, "\", \"", promised, "\" was promised"].concat(),
    })
}

/// Whether a web page came, which nothing of the contract is: a success that is one deleted nothing and saved nothing.
fn is_page(reply: &Reply) -> bool {
    reply.media_type() == "text/html"
}

/// `Retry-After` in seconds (RFC 9110, section 10.2.3); dates are not used by our contract and count as unknown.
fn retry_after(reply: &Reply) -> Option<u32> {
    reply.header("retry-after")?.trim().parse().ok()
}

/// The error a reply without success means.
fn error_of(reply: &Reply, request: &Request) -> ApiError {
    let media_type = reply.media_type();
    let details = if media_type == "application/problem+json" && !reply.body.is_empty() {
        match Members::parse(&reply.body).and_then(wire::problem_details) {
            Ok(details) => Some(ProblemDetails {
                status: reply.status,
                ..details
            }),
            Err(fault) => return ApiError::unread(&here(request), &fault),
        }
    } else {
        None
    };
    let bare = |status| ApiError::problem(status, "about:blank");
    match (reply.status, details) {
        (429, _) => ApiError::RateLimited {
            retry_after_s: retry_after(reply),
        },
        (412, details) => ApiError::Conflict {
            version: details.and_then(|details| details.more.get("version").and_then(Value::as_u64)),
        },
        (_, Some(details)) => ApiError::Problem(Box::new(details)),
        // A network's sign-in page spoke (RFC 6585, section 6), not the backend.
        (511, None) => ApiError::Captive,
        (408 | 504, None) => ApiError::Timeout,
        (413, None) => ApiError::problem(413, problem_type::TOO_LARGE),
        (status @ 500..=599, None) => bare(status),
        // A HEAD has no body to explain itself in. That it is gone may be said by a page too.
        (status, None) if request.method == Method::Head && (!is_page(reply) || matches!(status, 404 | 410)) => bare(status),
        (_, None) if is_page(reply) => ApiError::Captive,
        (status, None) => {
            let breach = match status {
                200..=299 => Breach::Cut,
                404 | 405 => Breach::UnknownCall,
                _ if media_type.is_empty() => Breach::Header,
                _ => Breach::Garbled,
            };
            let lacks = if reply.body.is_empty() { "content" } else { "problem details" };
            let at = [
                &here(request),
                ": status ",
                &status.to_string(),
                " without ",
                lacks,
                " (",
                &media_type,
                ")",
            ]
            .concat();
            ApiError::Contract { breach, at }
        }
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use opencall_core::problem::Code;

    use super::super::recorded::{Recorded, now, reply, with};
    use super::super::transport;
    use super::*;

    const JSON: &str = "application/json";
    const PROBLEM: &str = "application/problem+json";
    const SAVED: &str = r#"{"version":8,"saved_at":"2023-11-08T09:00:00Z"}"#;
    const CLOCK: &str = r#"{"now":"2023-11-08T09:00:00.25Z"}"#;
    const RECEIPT: &str = r#"{"reference":"K7QF-2MXD","application":"a","programme":"p","version":8,"digest":"00","received_at":"2023-11-08T09:00:00Z","deadline":"2023-12-01T22:59:59Z"}"#;

    fn token() -> Token {
        Token::parse(&"t".repeat(43)).unwrap()
    }

    fn problem(status: u16, kind: &str) -> Result<Reply, Failure> {
        reply(status, PROBLEM, &format!(r#"{{"type":"{kind}","title":"x","status":{status}}}"#))
    }

    fn contract(error: ApiError) -> String {
        match error {
            ApiError::Contract { at, .. } => at,
            other => panic!("{other:?}"),
        }
    }

    #[test]
    fn a_reply_is_read() {
        let recorded = Recorded::new([reply(200, "application/json; charset=utf-8", CLOCK)]);
        assert_eq!(now(recorded.client().clock()).unwrap().now.to_string(), "2023-11-08T09:00:00.250Z");
        assert_eq!(recorded.sent()[0].url, "https://api.example/api/v1/clock");
    }

    #[test]
    fn nobody_reached_is_offline_after_every_attempt() {
        let recorded = Recorded::new([
            Err(Failure::Unreachable),
            Err(Failure::Unreachable),
            Err(Failure::Unreachable),
            Err(Failure::Unreachable),
        ]);
        assert_eq!(now(recorded.client().read(&token())), Err(ApiError::Offline));
        assert_eq!(recorded.waits(), [200, 400, 800]);
    }

    #[test]
    fn no_answer_in_time_is_a_timeout_and_a_later_attempt_may_succeed() {
        let recorded = Recorded::new([Err(Failure::TimedOut), reply(200, JSON, RECEIPT)]);
        assert!(now(recorded.client().submit(&token(), 8, "k")).is_ok());
        let once = Recorded::new([Err(Failure::TimedOut)]);
        assert_eq!(
            now(once.client().save(&token(), 7, Map::new(), String::new())),
            Err(ApiError::Timeout)
        );
    }

    #[test]
    fn every_call_has_a_time_limit() {
        let recorded = Recorded::new([reply(200, JSON, SAVED), reply(200, JSON, CLOCK)]);
        let client = recorded.client();
        now(client.save(&token(), 7, Map::new(), String::new())).unwrap();
        now(client.clock()).unwrap();
        assert!(recorded.sent().iter().all(|request| (1..=60_000).contains(&request.timeout_ms)));
    }

    #[test]
    fn a_server_error_is_repeated_where_that_is_safe() {
        let recorded = Recorded::new([
            problem(500, problem_type::INTERNAL),
            problem(503, problem_type::STORAGE),
            reply(200, JSON, RECEIPT),
        ]);
        assert_eq!(
            now(recorded.client().submit(&token(), 8, "key")).unwrap().receipt.reference,
            "K7QF-2MXD"
        );
        let sent = recorded.sent();
        assert_eq!(sent.len(), 3);
        for request in &sent {
            assert!(request.headers.contains(&("idempotency-key", "\"key\"".to_owned())));
        }
    }

    #[test]
    fn a_reply_cut_off_in_its_head_is_asked_for_again_where_that_is_safe() {
        let recorded = Recorded::new([reply(200, "", ""), reply(409, "application/prob", ""), reply(200, JSON, RECEIPT)]);
        assert!(now(recorded.client().submit(&token(), 8, "key")).is_ok());
        assert_eq!(recorded.sent().len(), 3);
        let recorded = Recorded::new([reply(200, JSON, "")]);
        let saved = now(recorded.client().save(&token(), 7, Map::new(), String::new()));
        assert!(matches!(saved, Err(ApiError::Contract { .. })), "{saved:?}");
    }

    #[test]
    fn what_is_not_repeatable_is_sent_once() {
        let recorded = Recorded::new([problem(500, problem_type::INTERNAL)]);
        assert!(
            now(recorded.client().save(&token(), 7, Map::new(), String::new()))
                .unwrap_err()
                .is(problem_type::INTERNAL)
        );
        assert_eq!(recorded.sent().len(), 1);
    }

    #[test]
    fn a_key_makes_nothing_repeatable_at_a_backend_that_does_not_know_keys() {
        let capabilities = Capabilities {
            idempotency: false,
            ..Recorded::new([]).client().capabilities()
        };
        let recorded = Recorded::new([Err(Failure::Unreachable)]);
        assert_eq!(
            now(recorded.client_with(capabilities).submit(&token(), 8, "key")),
            Err(ApiError::Offline)
        );
    }

    #[test]
    fn too_many_requests_wait_as_long_as_the_backend_says() {
        let limited = || with(problem(429, problem_type::RATE_LIMITED), "retry-after", "2");
        let recorded = Recorded::new([limited(), reply(200, JSON, RECEIPT)]);
        assert!(now(recorded.client().submit(&token(), 8, "k")).is_ok());
        assert_eq!(recorded.waits(), [2_200]);
    }

    #[test]
    fn a_long_retry_after_is_handed_on() {
        let recorded = Recorded::new([with(problem(429, problem_type::RATE_LIMITED), "retry-after", "120")]);
        assert_eq!(
            now(recorded.client().read(&token())),
            Err(ApiError::RateLimited { retry_after_s: Some(120) })
        );
        let recorded = Recorded::new([reply(429, "text/plain", "slow down")]);
        assert_eq!(
            now(recorded.client().save(&token(), 7, Map::new(), String::new())),
            Err(ApiError::RateLimited { retry_after_s: None })
        );
    }

    #[test]
    fn a_conflict_says_which_version_there_is() {
        let body = r#"{"type":"/problems/changed","title":"x","status":412,"version":9}"#;
        let recorded = Recorded::new([reply(412, PROBLEM, body)]);
        assert_eq!(
            now(recorded.client().save(&token(), 7, Map::new(), String::new())),
            Err(ApiError::Conflict { version: Some(9) })
        );
    }

    #[test]
    fn refused_answers_are_named_field_by_field() {
        let body = r#"{"type":"/problems/answers","title":"x","status":422,
            "errors":[{"pointer":"/name","code":"missing"},{"pointer":"/line","code":"too_long","max":50,"over":3}]}"#;
        let recorded = Recorded::new([reply(422, PROBLEM, body)]);
        let Err(ApiError::Problem(details)) = now(recorded.client().submit(&token(), 8, "k")) else {
            panic!("not a problem")
        };
        assert_eq!(details.errors[0].pointer, "/name");
        assert_eq!(details.errors[1].code, Code::TooLong { max: 50, over: 3 });
        assert_eq!(recorded.sent().len(), 1);
    }

    #[test]
    fn a_networks_sign_in_page_is_no_reply() {
        let recorded = Recorded::new([reply(200, "text/html", "<!doctype html><title>Wi-Fi</title>")]);
        assert_eq!(now(recorded.client().clock()), Err(ApiError::Captive));
        let recorded = Recorded::new([reply(511, "text/html", "")]);
        assert_eq!(now(recorded.client().clock()), Err(ApiError::Captive));
        // Nothing was deleted by a network that says 200 to everything.
        let recorded = Recorded::new([reply(200, "text/html", "<title>Wi-Fi</title>")]);
        assert_eq!(now(recorded.client().erase(&token())), Err(ApiError::Captive));
        let recorded = Recorded::new([reply(200, "text/plain", "x")]);
        let at = contract(now(recorded.client().clock()).unwrap_err());
        assert_eq!(
            at,
            "GET https://api.example/api/v1/clock: Content-Type \"text/plain\", \"application/json\" was promised"
        );
    }

    #[test]
    fn a_reply_cut_off_or_of_another_shape_breaks_the_contract_and_says_where() {
        for (body, part) in [
            (r#"{"version":8,"sav"#, "EOF"),
            (r#"{"version":"eight"}"#, "member \"version\""),
            ("", "status 200 without content"),
            ("null", "object"),
        ] {
            let recorded = Recorded::new([reply(200, JSON, body)]);
            let at = contract(now(recorded.client().save(&token(), 7, Map::new(), String::new())).unwrap_err());
            assert!(
                at.starts_with("PATCH https://api.example/api/v1/application: ") && at.contains(part),
                "{at}"
            );
        }
    }

    #[test]
    fn an_error_without_problem_details_is_told_by_its_status() {
        for (status, expected) in [(502, Some(502)), (413, Some(413)), (404, None), (400, None), (302, None)] {
            let recorded = Recorded::new([reply(status, "text/plain", "nginx")]);
            match now(recorded.client().save(&token(), 7, Map::new(), String::new())).unwrap_err() {
                ApiError::Problem(details) => assert_eq!(Some(details.status), expected),
                ApiError::Contract { at, .. } => assert!(expected.is_none() && at.contains(&status.to_string()), "{at}"),
                other => panic!("{status}: {other:?}"),
            }
        }
        let recorded = Recorded::new([reply(504, "text/html", "")]);
        assert_eq!(
            now(recorded.client().save(&token(), 7, Map::new(), String::new())),
            Err(ApiError::Timeout)
        );
    }

    #[test]
    fn problem_details_that_are_none_break_the_contract() {
        let recorded = Recorded::new([reply(422, PROBLEM, "[]")]);
        assert!(
            contract(now(recorded.client().save(&token(), 7, Map::new(), String::new())).unwrap_err()).contains("an object was promised")
        );
    }

    #[test]
    fn the_status_of_the_reply_counts_not_the_one_in_its_body() {
        let recorded = Recorded::new([reply(
            403,
            PROBLEM,
            r#"{"type":"https://api.example/problems/not-open","status":200}"#,
        )]);
        let error = now(recorded.client().submit(&token(), 8, "k")).unwrap_err();
        assert!(error.is(problem_type::NOT_OPEN));
        assert!(matches!(error, ApiError::Problem(details) if details.status == 403));
    }

    #[test]
    fn small_bodies_may_outlive_the_page_and_large_ones_may_not() {
        let recorded = Recorded::new([reply(200, JSON, SAVED), reply(200, JSON, SAVED)]);
        let client = recorded.client();
        now(client.save(&token(), 7, Map::new(), String::new())).unwrap();
        let large = Map::from_iter([("a".to_owned(), Value::String("x".repeat(70_000)))]);
        now(client.save(&token(), 7, large, String::new())).unwrap();
        assert_eq!(
            recorded.sent().iter().map(|request| request.keepalive).collect::<Vec<_>>(),
            [true, false]
        );
    }

    /// Notes what may outlive the page, and never answers.
    #[derive(Default)]
    struct Silent(std::sync::Mutex<Vec<bool>>);

    impl Transport for Silent {
        fn send(&self, request: Request) -> transport::Local<'_, Result<Reply, Failure>> {
            self.0.lock().unwrap().push(request.keepalive);
            Box::pin(std::future::pending())
        }

        fn wait(&self, _: u32) -> transport::Local<'_, ()> {
            Box::pin(async {})
        }

        fn random(&self) -> f64 {
            0.5
        }
    }

    #[test]
    fn only_so_many_bytes_at_once_may_outlive_the_page() {
        use std::task::{Context, Waker};
        let silent = Arc::new(Silent::default());
        let config = Config {
            api: String::new(),
            programme: String::new(),
            capabilities: Recorded::new([]).client().capabilities(),
            records: None,
        };
        let client = Client::new(&config, silent.clone());
        let patch = |bytes| Map::from_iter([("a".to_owned(), Value::String("x".repeat(bytes)))]);
        let poll = &mut Context::from_waker(Waker::noop());
        let token = token();
        let mut first = Box::pin(client.save(&token, 7, patch(40_000), String::new()));
        let mut second = Box::pin(client.save(&token, 7, patch(40_000), String::new()));
        let mut third = Box::pin(client.save(&token, 7, patch(10_000), String::new()));
        assert!(first.as_mut().poll(poll).is_pending() && second.as_mut().poll(poll).is_pending());
        assert!(third.as_mut().poll(poll).is_pending());
        // One that is given up makes room.
        drop(first);
        let mut fourth = Box::pin(client.save(&token, 7, patch(40_000), String::new()));
        assert!(fourth.as_mut().poll(poll).is_pending());
        assert_eq!(*silent.0.lock().unwrap(), [true, false, true, true]);
    }

    #[test]
    fn a_programme_that_has_not_changed_is_not_sent_again() {
        let recorded = Recorded::new([
            with(reply(200, JSON, "{}"), "etag", "\"1\""),
            Ok(Reply {
                status: 304,
                ..Reply::default()
            }),
            reply(200, "text/html", ""),
        ]);
        let client = recorded.client();
        let first = now(client.programme_since("p", None)).unwrap();
        assert_eq!(first, Some(("{}".to_owned(), Some("\"1\"".to_owned()))));
        assert_eq!(now(client.programme_since("p", Some("\"1\""))), Ok(None));
        assert_eq!(now(client.programme_since("p", None)), Err(ApiError::Captive));
        let sent = recorded.sent();
        assert!(sent[0].headers.is_empty(), "the first look meets what the page has preloaded");
        assert_eq!(sent[1].headers, [("if-none-match", "\"1\"".to_owned())]);
    }

    #[test]
    fn where_there_is_no_clock_the_date_of_a_reply_that_no_cache_gave_is_heard_once() {
        let date = "Wed, 08 Nov 2023 09:00:00 GMT";
        let dated = || with(reply(200, JSON, "{}"), "date", date);
        let recorded = Recorded::new([dated(), dated(), with(dated(), "age", "9"), reply(200, JSON, SAVED)]);
        let none = Capabilities::default();
        let client = recorded.client_with(none);
        now(client.programme_since("p", None)).unwrap();
        assert_eq!(client.take_heard().unwrap().date.as_deref(), Some(date));
        assert_eq!(client.take_heard(), None);
        assert_eq!(recorded.sent()[0].headers, [("if-none-match", "\"-\"".to_owned())]);
        // Without a header of its own a cache may have answered, and with an age one has.
        now(client.text("/x")).unwrap();
        now(client.programme_since("p", None)).unwrap();
        assert_eq!(client.take_heard(), None);
        now(client.save(&token(), 7, Map::new(), String::new())).unwrap();
        assert_eq!(client.take_heard().unwrap().date, None);
        // The first look at the programme may be answered by a cache where there is a clock to be asked.
        let clock = Recorded::new([dated()]).client();
        now(clock.programme_since("p", None)).unwrap();
        assert_eq!(clock.take_heard(), None);
    }

    #[test]
    fn a_web_page_in_the_place_of_a_reply_does_not_say_what_time_it_is() {
        let date = "Wed, 08 Nov 2023 09:00:00 GMT";
        for status in [200, 404, 503] {
            let page = || with(reply(status, "text/html", "<title>Wi-Fi</title>"), "date", date);
            let client = Recorded::new([page(), page(), page(), page()]).client();
            assert!(now(client.read(&token())).is_err());
            assert_eq!(client.take_heard(), None, "{status}");
        }
    }

    #[test]
    fn a_page_in_the_place_of_a_reply_to_head_may_pass_and_what_is_gone_is_gone() {
        let id = crate::api::tus::FileId::parse("f").unwrap();
        let head = |status, media_type: &str| {
            let client = Recorded::new([reply(status, media_type, "")]).client();
            now(crate::api::tus::offset(&client, &token(), &id)).unwrap_err()
        };
        assert_eq!(head(200, "text/html"), ApiError::Captive);
        assert_eq!(head(403, "text/html"), ApiError::Captive);
        for (status, media_type) in [(403, ""), (404, ""), (404, "text/html"), (410, "text/html")] {
            assert!(matches!(head(status, media_type), ApiError::Problem(details) if details.status == status));
        }
    }

    #[test]
    fn deleting_is_done_only_where_the_backend_says_so_as_it_promised() {
        let erase = |status, media_type: &str, body: &str| now(Recorded::new([reply(status, media_type, body)]).client().erase(&token()));
        assert_eq!(erase(204, "", ""), Ok(()));
        for (status, media_type) in [(200, "text/plain"), (200, JSON), (202, ""), (200, "")] {
            let said = contract(erase(status, media_type, "ok").unwrap_err());
            assert!(said.contains("204 was promised"), "{said}");
        }
    }

    #[test]
    fn a_link_is_replaced_only_where_the_backend_says_when() {
        let replace = |body: &str| {
            now(Recorded::new([reply(200, JSON, body)])
                .client()
                .replace_token(&token(), "k", Value::Null))
        };
        assert!(replace(r#"{"replaced_at":"2023-11-20T10:00:00.250Z"}"#).is_ok());
        for body in ["{}", "null", r#"{"replaced_at":true}"#] {
            assert!(replace(body).unwrap_err().leaves_doubt(), "{body}");
        }
    }

    #[test]
    fn without_keys_a_draft_is_begun_only_where_the_token_is_not_known() {
        let whole = r#"{"id":"a","programme":"p","status":"draft","version":1,"created_at":"2023-11-08T09:00:00Z","updated_at":"2023-11-08T09:00:00Z"}"#;
        let unknown = || problem(401, problem_type::UNKNOWN_TOKEN);
        for (replies, sent) in [
            (vec![reply(200, JSON, whole)], vec![Method::Get]),
            (vec![unknown(), reply(201, JSON, whole)], vec![Method::Get, Method::Post]),
        ] {
            let recorded = Recorded::new(replies);
            let client = recorded.client_with(Capabilities::default());
            now(client.begin("p", &token(), "k", Begin::default())).unwrap();
            assert_eq!(recorded.sent().iter().map(|request| request.method).collect::<Vec<_>>(), sent);
        }
        // A look that fails begins nothing.
        let recorded = Recorded::new([reply(200, "text/html", "<title>Wi-Fi</title>")]);
        let client = recorded.client_with(Capabilities::default());
        assert_eq!(now(client.begin("p", &token(), "k", Begin::default())), Err(ApiError::Captive));
    }

    #[test]
    fn a_backend_that_keeps_no_two_writers_apart_is_told_of_no_version() {
        let recorded = Recorded::new([reply(200, JSON, SAVED), reply(200, JSON, RECEIPT)]);
        let client = recorded.client_with(Capabilities::default());
        now(client.save(&token(), 7, Map::new(), String::new())).unwrap();
        now(client.submit(&token(), 7, "k")).unwrap();
        for request in recorded.sent() {
            assert!(request.headers.iter().all(|(name, _)| *name != "if-match"));
        }
    }

    #[test]
    fn a_document_that_is_a_web_page_or_is_not_there_is_missing() {
        let recorded = Recorded::new([
            reply(200, "text/html", "<!doctype html>"),
            reply(404, "text/plain", ""),
            reply(200, JSON, "{}"),
        ]);
        let client = recorded.client();
        assert_eq!(now(client.text("/config.json")), Err(ApiError::Captive));
        assert_eq!(now(client.text("/config.json")), Ok(None));
        assert_eq!(now(client.text("/config.json")), Ok(Some("{}".to_owned())));
    }
}
