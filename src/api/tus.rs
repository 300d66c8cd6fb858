//! Resumable uploads: tus 1.0 (core, creation, termination; <https://tus.io/protocols/resumable-upload>).

use opencall_core::encoding::base64;

use super::client::Client;
use super::endpoint::{self, Token};
use super::error::{ApiError, Breach};
use super::transport::{Method, Payload, Reply};

/// A file at the backend, complete or not: its id in addresses.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FileId(String);

impl FileId {
    /// An id that is harmless in an address: letters, digits, `-` and `_`, 1 to 128.
    pub fn parse(text: &str) -> Option<Self> {
        let fits = (1..=128).contains(&text.len()) && text.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-' || b == b'_');
        fits.then(|| Self(text.to_owned()))
    }

    /// Its text.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// Announces a file of `size` bytes for `field`; gives its id and how many bytes the backend has. Bytes follow by [`append`], or come
/// along as `whole` (creation with upload), for backends that take no parts: then the answer comes when the backend has checked the file.
pub async fn create(
    client: &Client,
    token: &Token,
    field: &str,
    name: &str,
    size: u64,
    whole: Option<web_sys::Blob>,
) -> Result<(FileId, u64), ApiError> {
    let mut call = endpoint::files(token, Method::Post);
    call.headers.push(("tus-resumable", "1.0.0".to_owned()));
    call.headers.push(("upload-length", size.to_string()));
    call.headers.push((
        "upload-metadata",
        ["field ", &base64(field.as_bytes()), ",filename ", &base64(name.as_bytes())].concat(),
    ));
    let with_bytes = whole.is_some();
    let mut body = Payload::Nothing;
    if let Some(whole) = whole {
        call.headers.push(("content-type", CONTENT.to_owned()));
        // As slow as 16 kB a second is waited for.
        call.timeout_ms = u32::try_from(60_000 + size / 16).unwrap_or(u32::MAX);
        body = Payload::Blob(whole);
    }
    let reply = client.tus(&call, body, false).await?;
    let taken = if with_bytes { offset_of(&reply, "POST")? } else { 0 };
    Ok((place_of(&reply)?, taken))
}

const CONTENT: &str = "application/offset+octet-stream";

/// The file that a reply to a creation names.
fn place_of(reply: &Reply) -> Result<FileId, ApiError> {
    let location = reply.header("location").unwrap_or("");
    let last = location
        .split(['?', '#'])
        .next()
        .unwrap_or("")
        .trim_end_matches('/')
        .rsplit('/')
        .next()
        .unwrap_or("");
    FileId::parse(last).ok_or_else(|| wrong("POST", "Location", location))
}

/// How many bytes the backend has.
pub async fn offset(client: &Client, token: &Token, id: &FileId) -> Result<u64, ApiError> {
    let mut call = endpoint::file(token, Method::Head, id.as_str());
    call.headers.push(("tus-resumable", "1.0.0".to_owned()));
    let reply = client.tus(&call, Payload::Nothing, true).await?;
    offset_of(&reply, "HEAD")
}

/// Sends the bytes that begin at `offset`; gives how many the backend has now, which is more. The one with the last
/// byte is answered when the backend has checked the file.
pub async fn append(client: &Client, token: &Token, id: &FileId, offset: u64, part: web_sys::Blob) -> Result<u64, ApiError> {
    let mut call = endpoint::file(token, Method::Patch, id.as_str());
    call.headers.push(("tus-resumable", "1.0.0".to_owned()));
    call.headers.push(("upload-offset", offset.to_string()));
    call.headers.push(("content-type", CONTENT.to_owned()));
    call.timeout_ms = 60_000;
    let reached = match client.tus(&call, Payload::Blob(part), false).await {
        Ok(reply) => offset_of(&reply, "PATCH")?,
        // Somebody else has appended, or an earlier part arrived after all: ask where it stands.
        Err(ApiError::Problem(details)) if details.status == 409 => self::offset(client, token, id).await?,
        Err(error) => return Err(error),
    };
    // Whether it took the part or not: to send the same one again would go on for ever.
    if reached <= offset {
        return Err(wrong("PATCH", "Upload-Offset", &reached.to_string()));
    }
    Ok(reached)
}

/// Gives a file up.
pub async fn terminate(client: &Client, token: &Token, id: &FileId) -> Result<(), ApiError> {
    let mut call = endpoint::file(token, Method::Delete, id.as_str());
    call.headers.push(("tus-resumable", "1.0.0".to_owned()));
    client.tus(&call, Payload::Nothing, true).await.map(|_| ())
}

/// The size of the next part: what went through in the last second, within bounds, so that progress
/// moves about once a second on a slow line and a fast one is not held up by round trips.
pub fn next_part(last_bytes: u64, last_ms: f64) -> u64 {
    const LEAST: u64 = 64 * 1024;
    const MOST: u64 = 4 * 1024 * 1024;
    let a_second = last_bytes as f64 * 1_000.0 / last_ms.max(1.0);
    // At most doubled, so that one lucky part does not make the next one take long.
    (a_second as u64).clamp(LEAST, MOST).min(last_bytes.max(LEAST) * 2)
}

fn offset_of(reply: &Reply, method: &str) -> Result<u64, ApiError> {
    let text = reply.header("upload-offset").unwrap_or("");
    text.parse().map_err(|_| wrong(method, "Upload-Offset", text))
}

fn wrong(method: &str, header: &str, found: &str) -> ApiError {
    ApiError::Contract {
        breach: Breach::Header,
        at: [method, " of an upload: ", header, " was \"", found, "\""].concat(),
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::super::recorded::{Recorded, now, reply, with};
    use super::super::transport::Failure;
    use super::*;

    fn token() -> Token {
        Token::parse(&"t".repeat(43)).unwrap()
    }

    #[test]
    fn a_file_is_announced_with_its_length_its_field_and_its_name() {
        let recorded = Recorded::new([with(
            reply(201, "", ""),
            "location",
            "https://api.example/api/v1/application/files/f-1",
        )]);
        let id = now(create(&recorded.client(), &token(), "deck", "é.pdf", 7, None)).unwrap().0;
        assert_eq!(id.as_str(), "f-1");
        let sent = &recorded.sent()[0];
        assert_eq!(
            (sent.method, sent.url.as_str()),
            (Method::Post, "https://api.example/api/v1/application/files")
        );
        for header in [
            ("tus-resumable", "1.0.0"),
            ("upload-length", "7"),
            ("upload-metadata", "field ZGVjaw==,filename w6kucGRm"),
        ] {
            assert!(sent.headers.contains(&(header.0, header.1.to_owned())), "{header:?}");
        }
    }

    #[test]
    fn a_reply_without_the_header_that_matters_names_it() {
        let recorded = Recorded::new([reply(201, "", ""), reply(200, "", "")]);
        let client = recorded.client();
        let id = FileId::parse("f").unwrap();
        for (failure, header) in [
            (now(create(&client, &token(), "deck", "a", 7, None)).unwrap_err(), "Location"),
            (now(offset(&client, &token(), &id)).unwrap_err(), "Upload-Offset"),
        ] {
            let ApiError::Contract { breach, at } = failure else {
                panic!("{failure:?}")
            };
            assert_eq!(breach, Breach::Header);
            assert!(at.contains(header), "{at}");
        }
    }

    #[test]
    fn a_place_that_is_none_breaks_the_contract() {
        for location in ["", "/", "/files/..", "/files/a%2fb"] {
            let recorded = Recorded::new([with(reply(201, "", ""), "location", location)]);
            assert!(
                matches!(
                    now(create(&recorded.client(), &token(), "deck", "a", 7, None)),
                    Err(ApiError::Contract { .. })
                ),
                "{location}"
            );
        }
    }

    #[test]
    fn the_place_is_asked_again_when_the_line_breaks() {
        let recorded = Recorded::new([Err(Failure::Unreachable), with(reply(200, "", ""), "upload-offset", "5")]);
        let id = FileId::parse("f").unwrap();
        assert_eq!(now(offset(&recorded.client(), &token(), &id)), Ok(5));
    }

    #[test]
    fn a_part_that_was_taken_and_moved_nothing_breaks_the_contract() {
        let id = FileId::parse("f").unwrap();
        let part = || web_sys::wasm_bindgen::JsValue::NULL.into();
        for (reached, fits) in [("5", false), ("3", false), ("9", true)] {
            let elsewhere = || {
                reply(
                    409,
                    "application/problem+json",
                    r#"{"type":"about:blank","title":"x","status":409}"#,
                )
            };
            let stands = || with(reply(204, "", ""), "upload-offset", reached);
            for replies in [vec![stands()], vec![elsewhere(), stands()]] {
                let outcome = now(append(&Recorded::new(replies).client(), &token(), &id, 5, part()));
                assert_eq!(matches!(outcome, Ok(9)), fits, "{reached}");
                assert_eq!(matches!(outcome, Err(ApiError::Contract { .. })), !fits, "{reached}");
            }
        }
    }

    #[test]
    fn a_file_the_backend_has_put_away_is_told_by_its_status() {
        let recorded = Recorded::new([reply(404, "", "")]);
        let id = FileId::parse("f").unwrap();
        let Err(ApiError::Problem(details)) = now(offset(&recorded.client(), &token(), &id)) else {
            panic!("not a problem")
        };
        assert_eq!(details.status, 404);
    }

    #[test]
    fn parts_follow_the_speed_of_the_line_within_bounds() {
        assert_eq!(next_part(64 * 1024, 10_000.0), 64 * 1024);
        assert_eq!(next_part(1024 * 1024, 2_000.0), 512 * 1024);
        assert_eq!(next_part(1024 * 1024, 10.0), 2 * 1024 * 1024);
        assert_eq!(next_part(4 * 1024 * 1024, 1.0), 4 * 1024 * 1024);
        assert_eq!(next_part(0, 0.0), 64 * 1024);
    }

    #[test]
    fn an_id_that_would_change_the_address_is_refused() {
        assert!(FileId::parse("a-B_9").is_some());
        for wrong in ["", "..", "a/b", "a?b", "a%2f", "é"] {
            assert!(FileId::parse(wrong).is_none(), "{wrong}");
        }
    }
}
