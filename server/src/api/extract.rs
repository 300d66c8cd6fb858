//! What handlers take from a request, each with its own refusal.

use std::net::{IpAddr, Ipv4Addr, SocketAddr};
use std::time::Duration;

use axum::body::{Body, Bytes};
use axum::extract::{ConnectInfo, FromRequestParts};
use axum::http::request::Parts;
use axum::http::{HeaderMap, StatusCode, header};
use http_body_util::BodyExt as _;
use opencall_core::contract::problem_type;
use opencall_core::text::clean_line;
use serde::de::DeserializeOwned;

use super::problem::Failure;
use crate::App;
use crate::token::TokenHash;

/// The most bytes of a JSON body.
pub const BODY_LIMIT: usize = 256 * 1024;
/// How much of a longer body is read and thrown away: whoever is still sending when the connection closes
/// never sees the reply that says why.
const DRAIN_LIMIT: usize = 8 * 1024 * 1024;
/// How long a JSON body may take to arrive.
const BODY_PATIENCE: Duration = Duration::from_secs(30);
/// The longest `Idempotency-Key`.
const KEY_LIMIT: usize = 255;

/// The application's bearer token; a missing or impossible one is refused with 401.
#[derive(Clone, Debug)]
pub struct Bearer(pub TokenHash);

impl FromRequestParts<App> for Bearer {
    type Rejection = Failure;

    async fn from_request_parts(parts: &mut Parts, _: &App) -> Result<Self, Failure> {
        TokenHash::from_headers(&parts.headers).map(Self).ok_or_else(Failure::unknown_token)
    }
}

/// The client's address: of the connection, or what the last proxy says where it is trusted.
#[derive(Clone, Copy, Debug)]
pub struct Client(pub IpAddr);

impl Client {
    /// From a request.
    pub fn of(parts: &Parts, trust_forwarded_for: bool) -> Self {
        let forwarded = || {
            let hops = parts
                .headers
                .get_all("x-forwarded-for")
                .iter()
                .filter_map(|value| value.to_str().ok());
            hops.flat_map(|value| value.split(',')).next_back()?.trim().parse().ok()
        };
        let connected = || parts.extensions.get::<ConnectInfo<SocketAddr>>().map(|info| info.0.ip());
        let address = if trust_forwarded_for {
            forwarded().or_else(connected)
        } else {
            connected()
        };
        Self(address.unwrap_or(IpAddr::V4(Ipv4Addr::LOCALHOST)))
    }
}

/// The `Idempotency-Key`, with or without the quotes of a structured field.
///
/// # Errors
/// 400 when it is missing, empty or longer than 255 characters.
pub fn idempotency_key(headers: &HeaderMap) -> Result<&str, Failure> {
    let missing = || {
        Failure::new(StatusCode::BAD_REQUEST, problem_type::KEY_MISSING, "Idempotency-Key is missing")
            .detail("Send a key of your own making, and the same one when you repeat the request.")
    };
    let value = headers.get("idempotency-key").ok_or_else(missing)?;
    let key = value
        .to_str()
        .map_err(|_| Failure::malformed("Idempotency-Key has characters that a header cannot have."))?;
    let key = key.trim();
    let key = key.strip_prefix('"').and_then(|rest| rest.strip_suffix('"')).unwrap_or(key);
    match key.len() {
        0 => Err(missing()),
        1..=KEY_LIMIT => Ok(key),
        _ => Err(Failure::malformed("Idempotency-Key is longer than 255 characters.")),
    }
}

/// The most characters of what a device calls itself.
const DEVICE_LIMIT: usize = 60;

/// What the device calls itself (`Opencall-Device`, percent-encoded UTF-8): for people, so cut short rather than refused.
pub fn device(headers: &HeaderMap) -> Option<String> {
    let value = headers.get("opencall-device")?.to_str().ok()?;
    device_name(&percent_encoding::percent_decode_str(value).decode_utf8().ok()?)
}

/// What a device calls itself, on one line and not too long; `None` when nothing is left.
pub fn device_name(name: &str) -> Option<String> {
    let name: String = clean_line(name).chars().filter(|c| !c.is_control()).take(DEVICE_LIMIT).collect();
    if name.is_empty() { None } else { Some(name) }
}

/// What `If-Match` asks for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum IfMatch {
    /// `*`: whatever there is.
    Any,
    /// One of these versions.
    Versions(Vec<u64>),
}

impl IfMatch {
    /// From the headers (RFC 9110, section 13.1.1). A weak or foreign tag matches nothing.
    ///
    /// # Errors
    /// 428 when it is missing.
    pub fn from_headers(headers: &HeaderMap) -> Result<Self, Failure> {
        let Some(value) = headers.get(header::IF_MATCH) else {
            return Err(Failure::new(
                StatusCode::PRECONDITION_REQUIRED,
                problem_type::IF_MATCH_MISSING,
                "If-Match is missing",
            )
            .detail("Say which version you changed, as the ETag had it, such as If-Match: \"7\"."));
        };
        let text = value.to_str().unwrap_or("");
        if text.trim() == "*" {
            return Ok(Self::Any);
        }
        let version = |tag: &str| tag.trim().strip_prefix('"')?.strip_suffix('"')?.parse().ok();
        Ok(Self::Versions(text.split(',').filter_map(version).collect()))
    }

    /// Refuses when the application is at another version.
    ///
    /// # Errors
    /// 412 with the version it is at.
    pub fn check(&self, version: u64) -> Result<(), Failure> {
        match self {
            Self::Versions(versions) if !versions.contains(&version) => Err(Failure::new(
                StatusCode::PRECONDITION_FAILED,
                problem_type::CHANGED,
                "Changed by someone else meanwhile",
            )
            .more("version", version)
            .header(header::ETAG, &format!("\"{version}\""))),
            _ => Ok(()),
        }
    }

    /// As bytes, for telling requests apart.
    pub fn fingerprint(&self) -> String {
        format!("{self:?}")
    }
}

/// Reads a whole body of at most [`BODY_LIMIT`] bytes.
///
/// # Errors
/// 413 when it is longer, 408 when it takes too long, 400 when the connection breaks.
pub async fn bytes(body: Body) -> Result<Bytes, Failure> {
    let read = async {
        let (mut body, mut whole, mut length) = (body, Vec::new(), 0);
        while length <= DRAIN_LIMIT {
            let Some(frame) = body.frame().await else { break };
            let Ok(frame) = frame else {
                return Err(Failure::malformed("The body did not arrive whole."));
            };
            let Some(data) = frame.data_ref() else { continue };
            length += data.len();
            if length <= BODY_LIMIT {
                whole.extend_from_slice(data);
            }
        }
        if length > BODY_LIMIT {
            Err(Failure::too_large(format!("Send at most {BODY_LIMIT} bytes.")))
        } else {
            Ok(Bytes::from(whole))
        }
    };
    let late = || Failure::plain(StatusCode::REQUEST_TIMEOUT).detail("The body took too long to arrive.");
    tokio::time::timeout(BODY_PATIENCE, read).await.unwrap_or_else(|_| Err(late()))
}

/// Refuses another media type than one of these.
///
/// # Errors
/// 415.
pub fn media_type(headers: &HeaderMap, accepted: &[&str]) -> Result<(), Failure> {
    let sent = headers
        .get(header::CONTENT_TYPE)
        .and_then(|value| value.to_str().ok())
        .unwrap_or("");
    let sent = sent.split(';').next().unwrap_or("").trim();
    if accepted.iter().any(|accepted| sent.eq_ignore_ascii_case(accepted)) {
        Ok(())
    } else {
        Err(Failure::unsupported(accepted.first().copied().unwrap_or("application/json")))
    }
}

/// Reads JSON. Nesting is bounded by serde_json (128), so that hostile depth is an error and not a crash.
///
/// # Errors
/// 400 in words: where it stops being JSON, or what was expected there.
pub fn json<T: DeserializeOwned>(bytes: &[u8]) -> Result<T, Failure> {
    serde_json::from_slice(bytes).map_err(|error| {
        let text = error.to_string();
        if text.contains("surrogate") || text.contains("unexpected end of hex escape") {
            Failure::malformed(format!("The text has half of a surrogate pair, which is no character ({text})."))
        } else {
            Failure::malformed(format!("The body is not the JSON expected: {text}."))
        }
    })
}
