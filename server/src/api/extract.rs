//! What handlers take from a request, each with its own refusal.

use std::net::{IpAddr, Ipv4Addr, SocketAddr};
use std::time::Duration;

use axum::body::{Body, Bytes};
use axum::extract::{ConnectInfo, FromRequestParts};
use axum::http::request::Parts;
use axum::http::{HeaderMap, StatusCode, header};
use http_body_util::BodyExt as _;
use opencall_core::contract::{pattern, problem_type};
use opencall_core::text::{clean_line, clean_lines, has_controls};
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

/// What stands in the path. What can be the id of nothing is not found, as any other id that is none.
#[derive(Clone, Debug)]
pub struct Path<T>(pub T);

impl<T: DeserializeOwned + Send> FromRequestParts<App> for Path<T> {
    type Rejection = Failure;

    async fn from_request_parts(parts: &mut Parts, app: &App) -> Result<Self, Failure> {
        // PostgreSQL keeps no NUL in a text, and refuses to look for one.
        if parts.uri.path().contains("%00") {
            return Err(Failure::not_found());
        }
        let read = axum::extract::Path::from_request_parts(parts, app).await;
        read.map(|axum::extract::Path(read)| Self(read)).map_err(|_| Failure::not_found())
    }
}

/// What stands in the query.
#[derive(Clone, Debug)]
pub struct Query<T>(pub T);

impl<T: DeserializeOwned> FromRequestParts<App> for Query<T> {
    type Rejection = Failure;

    async fn from_request_parts(parts: &mut Parts, app: &App) -> Result<Self, Failure> {
        let read = axum::extract::Query::from_request_parts(parts, app).await;
        read.map(|axum::extract::Query(read)| Self(read))
            .map_err(|refused| Failure::malformed(format!("The query cannot be read: {}.", refused.body_text())))
    }
}

/// A number that every JSON library keeps.
///
/// # Errors
/// 400 for a larger one.
pub fn kept_by_all(number: u64) -> Result<u64, Failure> {
    if number > pattern::LARGEST {
        return Err(Failure::malformed(format!("A number is at most {}.", pattern::LARGEST)));
    }
    Ok(number)
}

/// A text of one line as it is kept; `what` it is begins the words of a refusal.
///
/// # Errors
/// 400 where nothing of it can be seen, for more than `most` characters, and for control characters.
pub fn line(text: &str, most: usize, what: &str) -> Result<String, Failure> {
    checked(text, most, what).map(clean_line)
}

/// The same for a text of several lines.
///
/// # Errors
/// As [`line`].
pub fn lines(text: &str, most: usize, what: &str) -> Result<String, Failure> {
    checked(text, most, what).map(clean_lines)
}

/// A text that may be left out, on several lines; `None` where nothing of it can be seen.
///
/// # Errors
/// As [`line`], but for nothing.
pub fn optional_lines(text: Option<&str>, most: usize, what: &str) -> Result<Option<String>, Failure> {
    let Some(text) = text else { return Ok(None) };
    printable(text, most, what)?;
    Ok(Some(clean_lines(text)).filter(|text| !text.is_empty()))
}

fn checked<'a>(text: &'a str, most: usize, what: &str) -> Result<&'a str, Failure> {
    printable(text, most, what)?;
    if opencall_core::text::is_blank(text) {
        return Err(Failure::malformed(format!("{what} is missing.")));
    }
    Ok(text)
}

/// Refuses what is too long, and what cannot be printed: not every database keeps it, and nobody has typed it.
///
/// # Errors
/// 400.
pub fn printable(text: &str, most: usize, what: &str) -> Result<(), Failure> {
    if has_controls(text) {
        return Err(Failure::malformed(format!("{what} has characters that cannot be printed.")));
    }
    if text.chars().count() > most {
        return Err(Failure::malformed(format!("{what} has at most {most} characters.")));
    }
    Ok(())
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
    if key.is_empty() {
        return Err(missing());
    }
    // Nothing that would have to be escaped in a structured field (RFC 8941, section 3.3.3), so that a key is one however it is written.
    let is_plain = key.bytes().all(|byte| matches!(byte, b' '..=b'~') && !matches!(byte, b'"' | b'\\'));
    if !is_plain || key.len() > KEY_LIMIT {
        return Err(Failure::malformed(
            "Idempotency-Key has at most 255 printable ASCII characters, no quotes or backslashes among them.",
        ));
    }
    Ok(key)
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

/// Reads a JSON object. Nesting is bounded by serde_json (128), so that hostile depth is an error and not a crash.
///
/// # Errors
/// 400 in words: where it stops being JSON, or what was expected there.
pub fn json<T: DeserializeOwned>(bytes: &[u8]) -> Result<T, Failure> {
    // serde would take a list for the members in their order.
    if bytes.trim_ascii_start().first() == Some(&b'[') {
        return Err(Failure::malformed(
            "The body is not the JSON expected: a list where an object belongs.",
        ));
    }
    serde_json::from_slice(bytes).map_err(|error| {
        let text = error.to_string();
        if text.contains("surrogate") || text.contains("unexpected end of hex escape") {
            Failure::malformed(format!("The text has half of a surrogate pair, which is no character ({text})."))
        } else {
            Failure::malformed(format!("The body is not the JSON expected: {text}."))
        }
    })
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    #[test]
    fn a_key_is_one_with_or_without_quotes() {
        let key = |value: &str| {
            let mut headers = HeaderMap::new();
            headers.insert("idempotency-key", value.parse().unwrap());
            idempotency_key(&headers).map(String::from).map_err(|refused| refused.status())
        };
        assert_eq!(key("k-1"), Ok(String::from("k-1")));
        assert_eq!(key("\"k-1\""), Ok(String::from("k-1")));
        assert_eq!(key("once more"), Ok(String::from("once more")));
        for none in ["\"", "a\\b", "a\"b", "\"\"", &"k".repeat(256)] {
            assert_eq!(key(none), Err(400), "{none}");
        }
    }

    #[test]
    fn a_text_has_to_be_seen_and_to_be_printable() {
        assert_eq!(line(" Ada\n", 5, "A name").unwrap(), "Ada");
        for (text, most) in [("", 5), (" \u{200b}", 5), ("Adalove", 5), ("A\0", 5), ("A\u{85}", 5)] {
            assert_eq!(line(text, most, "A name").unwrap_err().status(), 400, "{text:?}");
        }
        assert_eq!(optional_lines(Some(" "), 5, "A reason").unwrap(), None);
    }
}
