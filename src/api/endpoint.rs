//! Every call to the backend as a value. Addresses are made here and nowhere else.

use std::marker::PhantomData;

use opencall_core::contract::{Begin, Clock, Event, Saved};
use opencall_core::{Programme, Timestamp};
use serde_json::{Map, Value};

use super::transport::Method;
use super::wire::{self, Given, Members, Whole};

/// What opens an application: 32 random bytes, base64url without padding. Whoever holds it is the applicant.
#[derive(Clone, PartialEq, Eq)]
pub struct Token(String);

impl Token {
    /// A token from its text; `None` unless it is 43 characters of base64url.
    pub fn parse(text: &str) -> Option<Self> {
        let fits = text.len() == 43 && text.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-' || b == b'_');
        fits.then(|| Self(text.to_owned()))
    }

    /// Its text.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// Not shown, so that it ends up in no log.
impl std::fmt::Debug for Token {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Token(…)")
    }
}

/// A header of a request: its name in lower case, and what it says.
pub type Header = (&'static str, String);

fn bearer(token: &Token) -> Header {
    ("authorization", ["Bearer ", token.as_str()].concat())
}

fn key(key: &str) -> Header {
    ("idempotency-key", ["\"", key, "\""].concat())
}

/// A token, and the key under which a call may be repeated.
fn keyed(token: &Token, of: &str) -> Vec<Header> {
    vec![bearer(token), key(of)]
}

/// A token, and the version that is to be there still; without one where the backend does not look at it.
fn at_version(token: &Token, version: Option<u64>) -> Vec<Header> {
    let mut headers = vec![bearer(token)];
    if let Some(version) = version {
        headers.push(("if-match", ["\"", &version.to_string(), "\""].concat()));
    }
    headers
}

/// A call to the backend: what is sent, where to, and what comes back.
#[derive(Clone, Debug)]
pub struct Endpoint<Body, Reply> {
    /// The method.
    pub method: Method,
    /// The path below the backend's base address.
    pub path: String,
    /// What is sent.
    pub body: Body,
    /// Headers beside those of the body.
    pub headers: Vec<Header>,
    /// Milliseconds until it is given up.
    pub timeout_ms: u32,
    /// The most bytes of a reply that are read.
    pub most_bytes: usize,
    reply: PhantomData<fn() -> Reply>,
}

/// The most bytes of a reply that are read, unless a call says otherwise. Answers have 1 MB at most; as values in memory JSON needs
/// up to sixteen times its bytes.
pub const MOST_BYTES: usize = 8 << 20;
/// The same for replies of a few members.
const FEW_BYTES: usize = 64 << 10;

/// What can be sent.
pub trait Sends {
    /// The media type and the text; nothing for calls without a body.
    fn text(&self) -> Option<(&'static str, String)>;
}

/// What can come back.
pub trait Reads: Sized {
    /// The media type promised; empty where no body is.
    const MEDIA_TYPE: &'static str = "application/json";

    /// Reads the body; the error says what was wrong, in English.
    fn read(body: &str) -> Result<Self, String>;
}

impl<Body, Reply> Endpoint<Body, Reply> {
    pub(super) fn new(method: Method, path: impl Into<String>, body: Body) -> Self {
        Self {
            method,
            path: path.into(),
            body,
            headers: Vec::new(),
            timeout_ms: 15_000,
            most_bytes: MOST_BYTES,
            reply: PhantomData,
        }
    }

    /// With these headers; made by plain functions, since code for each kind of call would weigh more than the calls.
    fn headed(mut self, headers: Vec<Header>) -> Self {
        self.headers = headers;
        self
    }

    pub(super) fn with(mut self, name: &'static str, value: String) -> Self {
        self.headers.push((name, value));
        self
    }

    /// Whether it may be sent again when nobody knows what became of it.
    #[cfg(test)]
    pub fn is_repeatable(&self) -> bool {
        self.method.is_idempotent() || self.headers.iter().any(|(name, _)| *name == "idempotency-key")
    }
}

const APPLICATION: &str = "/api/v1/application";

/// The backend's clock.
pub fn clock() -> Endpoint<(), Clock> {
    Endpoint {
        timeout_ms: 5_000,
        most_bytes: FEW_BYTES,
        ..Endpoint::new(Method::Get, "/api/v1/clock", ())
    }
}

/// A programme's document. Without headers of its own, so that it meets what the page has preloaded.
pub fn programme(id: &str) -> Endpoint<(), Programme> {
    Endpoint::new(Method::Get, format!("/api/v1/programmes/{id}"), ())
}

/// Begins a draft; with a token known already gives the draft there is.
pub fn begin(programme: &str, token: &Token, key: &str, begin: Begin) -> Endpoint<Begin, Whole> {
    Endpoint::new(Method::Post, format!("/api/v1/programmes/{programme}/applications"), begin).headed(keyed(token, key))
}

/// What the backend holds.
pub fn read(token: &Token) -> Endpoint<(), Whole> {
    Endpoint::new(Method::Get, APPLICATION, ()).headed(vec![bearer(token)])
}

/// Changes answers, if they are still at `version`; whatever there is without one.
///
/// `device` is what this device calls itself, for whoever changes the same answers elsewhere.
pub fn save(token: &Token, version: Option<u64>, patch: Map<String, Value>, device: Option<String>) -> Endpoint<Map<String, Value>, Saved> {
    let call = Endpoint::new(Method::Patch, APPLICATION, patch).headed(at_version(token, version));
    match device {
        Some(device) => call.with("opencall-device", device),
        None => call,
    }
}

/// Submits the answers of `version`; those there are without one.
pub fn submit(token: &Token, version: Option<u64>, of: &str) -> Endpoint<(), Given> {
    let mut headers = at_version(token, version);
    headers.push(key(of));
    Endpoint {
        timeout_ms: 30_000,
        ..Endpoint::new(Method::Post, format!("{APPLICATION}/submit"), ())
    }
    .headed(headers)
}

/// Fixes the application by its digest.
pub fn seal(token: &Token, key: &str, request: Value) -> Endpoint<Value, Value> {
    Endpoint {
        timeout_ms: 10_000,
        ..Endpoint::new(Method::Post, format!("{APPLICATION}/seal"), request)
    }
    .headed(keyed(token, key))
}

/// Puts another token in the place of this one.
pub fn replace_token(token: &Token, key: &str, request: Value) -> Endpoint<Value, Timestamp> {
    Endpoint::new(Method::Post, format!("{APPLICATION}/token"), request).headed(keyed(token, key))
}

/// Says where a page is, and hears who else is at the draft.
pub fn be_here(token: &Token, here: Value) -> Endpoint<Value, Value> {
    Endpoint {
        timeout_ms: 5_000,
        ..Endpoint::new(Method::Put, format!("{APPLICATION}/presence"), here)
    }
    .headed(vec![bearer(token)])
}

/// Takes the application back.
pub fn withdraw(token: &Token, key: &str) -> Endpoint<(), Whole> {
    Endpoint::new(Method::Post, format!("{APPLICATION}/withdraw"), ()).headed(keyed(token, key))
}

/// Removes everything.
pub fn erase(token: &Token) -> Endpoint<(), ()> {
    Endpoint::new(Method::Delete, APPLICATION, ()).headed(vec![bearer(token)])
}

/// Everything the backend holds.
pub fn export(token: &Token) -> Endpoint<(), Value> {
    Endpoint::new(Method::Get, format!("{APPLICATION}/export"), ()).headed(vec![bearer(token)])
}

/// What happened so far.
pub fn timeline(token: &Token) -> Endpoint<(), Vec<Event>> {
    Endpoint::new(Method::Get, format!("{APPLICATION}/timeline"), ()).headed(vec![bearer(token)])
}

/// Calls of tus 1.0; [`super::tus`] gives them their headers.
pub(super) fn files(token: &Token, method: Method) -> Endpoint<(), ()> {
    Endpoint::new(method, format!("{APPLICATION}/files"), ()).headed(vec![bearer(token)])
}

/// One file; `id` is checked to be harmless in an address.
pub(super) fn file(token: &Token, method: Method, id: &str) -> Endpoint<(), ()> {
    Endpoint::new(method, format!("{APPLICATION}/files/{id}"), ()).headed(vec![bearer(token)])
}

impl Sends for () {
    fn text(&self) -> Option<(&'static str, String)> {
        None
    }
}

impl Sends for Begin {
    fn text(&self) -> Option<(&'static str, String)> {
        let mut members = Map::new();
        members.insert("answers".to_owned(), Value::Object(self.answers.0.clone()));
        members.insert("locale".to_owned(), Value::from(self.locale.tag()));
        for (name, text) in wire::source_members(&self.source) {
            members.insert(name.to_owned(), Value::from(text));
        }
        Some(("application/json", crate::json::compact(&Value::Object(members))))
    }
}

impl Sends for Value {
    fn text(&self) -> Option<(&'static str, String)> {
        Some(("application/json", crate::json::compact(self)))
    }
}

impl Sends for Map<String, Value> {
    fn text(&self) -> Option<(&'static str, String)> {
        Some(("application/merge-patch+json", crate::json::compact(&Value::Object(self.clone()))))
    }
}

impl Reads for Clock {
    fn read(body: &str) -> Result<Self, String> {
        wire::clock(Members::parse(body)?)
    }
}

/// When a token was replaced.
impl Reads for Timestamp {
    fn read(body: &str) -> Result<Self, String> {
        Members::parse(body)?.time("replaced_at")
    }
}

impl Reads for Saved {
    fn read(body: &str) -> Result<Self, String> {
        wire::saved(Members::parse(body)?)
    }
}

impl Reads for Whole {
    fn read(body: &str) -> Result<Self, String> {
        wire::whole(Members::parse(body)?)
    }
}

impl Reads for Given {
    fn read(body: &str) -> Result<Self, String> {
        wire::given(Value::read(body)?)
    }
}

impl Reads for Vec<Event> {
    fn read(body: &str) -> Result<Self, String> {
        wire::timeline(Value::read(body)?)
    }
}

impl Reads for Value {
    fn read(body: &str) -> Result<Self, String> {
        serde_json::from_str(body).map_err(|fault| fault.to_string())
    }
}

impl Reads for Programme {
    fn read(body: &str) -> Result<Self, String> {
        Self::load(body).map_err(|faults| faults.iter().map(ToString::to_string).collect::<Vec<_>>().join("; "))
    }
}

impl Reads for () {
    const MEDIA_TYPE: &'static str = "";

    fn read(_: &str) -> Result<Self, String> {
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    const TOKEN: &str = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMN-_0";

    #[test]
    fn a_token_is_43_characters_of_base64url_and_shows_itself_nowhere() {
        let token = Token::parse(TOKEN).unwrap();
        assert_eq!(format!("{token:?}"), "Token(…)");
        for wrong in [
            "",
            "abc",
            "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMN-_\n",
            "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMN-_é",
        ] {
            assert!(Token::parse(wrong).is_none());
        }
    }

    #[test]
    fn a_beginning_is_written_as_core_would_write_it() {
        let answers = opencall_core::Answers(Map::from_iter([("name".to_owned(), Value::from("Ada"))]));
        for partner in [None, Some("meta".to_owned())] {
            let source = opencall_core::contract::Source {
                campaign: partner.as_ref().map(|_| "spring".to_owned()),
                referrer: partner.as_ref().map(|_| "https://meta.example".to_owned()),
                partner,
            };
            let begin = Begin {
                answers: answers.clone(),
                locale: opencall_core::Locale::Fr,
                source,
            };
            let (_, text) = begin.text().unwrap();
            assert_eq!(serde_json::from_str::<Begin>(&text).unwrap(), begin);
        }
    }

    #[test]
    fn every_call_has_its_method_and_path() {
        let token = Token::parse(TOKEN).unwrap();
        let calls = [
            line(&clock()),
            line(&programme("a")),
            line(&begin("a", &token, "k", Begin::default())),
            line(&read(&token)),
            line(&save(&token, Some(7), Map::new(), None)),
            line(&save(&token, None, Map::new(), None)),
            line(&submit(&token, Some(7), "k")),
            line(&seal(&token, "k", Value::Null)),
            line(&replace_token(&token, "k", Value::Null)),
            line(&be_here(&token, Value::Null)),
            line(&withdraw(&token, "k")),
            line(&erase(&token)),
            line(&export(&token)),
            line(&timeline(&token)),
            line(&files(&token, Method::Post)),
            line(&file(&token, Method::Head, "f")),
        ];
        assert_eq!(
            calls,
            [
                "GET /api/v1/clock repeatable",
                "GET /api/v1/programmes/a repeatable",
                "POST /api/v1/programmes/a/applications repeatable authorization idempotency-key=\"k\"",
                "GET /api/v1/application repeatable authorization",
                "PATCH /api/v1/application once authorization if-match=\"7\"",
                "PATCH /api/v1/application once authorization",
                "POST /api/v1/application/submit repeatable authorization if-match=\"7\" idempotency-key=\"k\"",
                "POST /api/v1/application/seal repeatable authorization idempotency-key=\"k\"",
                "POST /api/v1/application/token repeatable authorization idempotency-key=\"k\"",
                "PUT /api/v1/application/presence repeatable authorization",
                "POST /api/v1/application/withdraw repeatable authorization idempotency-key=\"k\"",
                "DELETE /api/v1/application repeatable authorization",
                "GET /api/v1/application/export repeatable authorization",
                "GET /api/v1/application/timeline repeatable authorization",
                "POST /api/v1/application/files once authorization",
                "HEAD /api/v1/application/files/f repeatable authorization",
            ]
        );
    }

    fn line<B, R>(endpoint: &Endpoint<B, R>) -> String {
        let mut line = format!("{} {}", endpoint.method.name(), endpoint.path);
        line += if endpoint.is_repeatable() { " repeatable" } else { " once" };
        for (name, value) in &endpoint.headers {
            line += " ";
            line += name;
            if *name != "authorization" {
                line += &format!("={value}");
            }
        }
        line
    }
}
