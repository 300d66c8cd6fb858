//! A person at the HTTP contract: one draft, one token, every call of the contract.

use std::io::Read;

use anyhow::{Context, Result};
use reqwest::header::HeaderMap;
use reqwest::{Client, Method, RequestBuilder};
use serde_json::{Value, json};
use sha2::{Digest, Sha256};

use crate::backend::Backend;
use crate::{edition, material};

/// What came back.
#[derive(Clone, Debug)]
pub struct Reply {
    pub status: u16,
    pub headers: HeaderMap,
    pub bytes: Vec<u8>,
}

impl Reply {
    /// The body as JSON; `null` when it is none.
    pub fn json(&self) -> Value {
        serde_json::from_slice(&self.bytes).unwrap_or_default()
    }

    /// A header; empty when it is missing.
    pub fn header(&self, name: &str) -> &str {
        self.headers.get(name).and_then(|value| value.to_str().ok()).unwrap_or_default()
    }

    /// The type of the problem; empty when it is none.
    pub fn problem(&self) -> String {
        self.json()["type"].as_str().unwrap_or_default().to_owned()
    }

    /// The pointers and codes of what is wrong, sorted: `/team/0/email missing`.
    pub fn errors(&self) -> Vec<String> {
        let mut errors: Vec<_> = self.json()["errors"]
            .as_array()
            .into_iter()
            .flatten()
            .map(|error| {
                format!(
                    "{} {}",
                    error["pointer"].as_str().unwrap_or_default(),
                    error["code"].as_str().unwrap_or_default()
                )
            })
            .collect();
        errors.sort();
        errors
    }

    /// Itself if the status is this one; else an error that shows it.
    pub fn expect(self, status: u16) -> Result<Self> {
        anyhow::ensure!(
            self.status == status,
            "status {} instead of {status}: {}",
            self.status,
            String::from_utf8_lossy(&self.bytes)
        );
        Ok(self)
    }
}

/// A person with a draft's token.
#[derive(Clone)]
pub struct Applicant {
    origin: String,
    http: Client,
    pub token: String,
}

impl Applicant {
    /// Somebody with a new token. Nothing is begun yet.
    pub fn new(backend: &Backend) -> Result<Self> {
        Ok(Self {
            origin: backend.origin(),
            http: Client::new(),
            token: new_token()?,
        })
    }

    /// Somebody with a token of one's own choice.
    pub fn with_token(backend: &Backend, token: &str) -> Self {
        Self {
            origin: backend.origin(),
            http: Client::new(),
            token: token.to_owned(),
        }
    }

    /// A request with the token, to be sent with [`send`].
    pub fn request(&self, method: Method, path: &str) -> RequestBuilder {
        self.http.request(method, format!("{}{path}", self.origin)).bearer_auth(&self.token)
    }

    /// Begins the draft.
    pub async fn begin(&self, answers: &Value) -> Result<Reply> {
        self.begin_at(edition::ID, answers).await
    }

    /// Begins the draft at another programme.
    pub async fn begin_at(&self, programme: &str, answers: &Value) -> Result<Reply> {
        let body = json!({"answers": answers, "locale": "en"});
        let path = format!("/api/v1/programmes/{programme}/applications");
        send(
            self.request(Method::POST, &path)
                .header("Idempotency-Key", key(&new_token()?))
                .json(&body),
        )
        .await
    }

    /// Begins with everything answered and the deck uploaded; gives the version to submit.
    pub async fn complete(&self) -> Result<u64> {
        self.begin(&material::answers()).await?.expect(201)?;
        self.complete_begun().await
    }

    /// Answers everything and uploads the deck, whether the draft is begun already or not; gives the version to submit.
    pub async fn complete_begun(&self) -> Result<u64> {
        self.begin(&json!({})).await?;
        let deck = self.upload("deck", "deck.pdf", &material::pdf(2_000)).await?;
        let version = self.read().await?.expect(200)?.json()["version"].as_u64().context("no version")?;
        let mut answers = material::answers();
        answers["deck"] = deck;
        let saved = self.patch(version, &answers).await?.expect(200)?;
        saved.json()["version"].as_u64().context("no version")
    }

    /// The private link's path, as a browser opens it.
    pub fn private_link(&self) -> String {
        format!("/{}/draft#{}", edition::ID, self.token)
    }

    /// Reads it.
    pub async fn read(&self) -> Result<Reply> {
        send(self.request(Method::GET, "/api/v1/application")).await
    }

    /// Changes answers of a version.
    pub async fn patch(&self, version: u64, patch: &Value) -> Result<Reply> {
        let request = self
            .request(Method::PATCH, "/api/v1/application")
            .header("If-Match", format!("\"{version}\""));
        send(
            request
                .header("Content-Type", "application/merge-patch+json")
                .body(patch.to_string()),
        )
        .await
    }

    /// Seals a digest.
    pub async fn seal(&self, digest: &str, idempotency_key: &str) -> Result<Reply> {
        let request = self.request(Method::POST, "/api/v1/application/seal");
        let body = json!({"digest": digest, "files": []});
        send(request.header("Idempotency-Key", key(idempotency_key)).json(&body)).await
    }

    /// Submits a version.
    pub async fn submit(&self, version: u64, idempotency_key: &str) -> Result<Reply> {
        let request = self
            .request(Method::POST, "/api/v1/application/submit")
            .header("If-Match", format!("\"{version}\""));
        send(request.header("Idempotency-Key", key(idempotency_key))).await
    }

    /// Takes it back.
    pub async fn withdraw(&self, idempotency_key: &str) -> Result<Reply> {
        send(
            self.request(Method::POST, "/api/v1/application/withdraw")
                .header("Idempotency-Key", key(idempotency_key)),
        )
        .await
    }

    /// Deletes everything.
    pub async fn erase(&self) -> Result<Reply> {
        send(self.request(Method::DELETE, "/api/v1/application")).await
    }

    /// Another part of it: `export`, `timeline`.
    pub async fn get(&self, part: &str) -> Result<Reply> {
        send(self.request(Method::GET, &format!("/api/v1/application/{part}"))).await
    }

    /// What happened to it, in order: `begun`, `sealed`, `submitted`, ….
    pub async fn happened(&self) -> Result<Vec<String>> {
        let timeline = self.get("timeline").await?.expect(200)?.json();
        let events = timeline.as_array().into_iter().flatten();
        Ok(events.map(|event| event["what"].as_str().unwrap_or_default().to_owned()).collect())
    }

    /// Creates an upload of so many bytes; its address is the `Location`.
    pub async fn create_upload(&self, field: &str, name: &str, size: usize) -> Result<Reply> {
        let metadata = format!("field {},filename {}", base64(field.as_bytes()), base64(name.as_bytes()));
        let request = self
            .request(Method::POST, "/api/v1/application/files")
            .header("Tus-Resumable", "1.0.0");
        send(request.header("Upload-Length", size).header("Upload-Metadata", metadata)).await
    }

    /// Sends bytes of an upload from an offset on.
    pub async fn send_bytes(&self, location: &str, offset: usize, bytes: &[u8]) -> Result<Reply> {
        let request = self
            .request(Method::PATCH, path_of(location))
            .header("Tus-Resumable", "1.0.0")
            .header("Upload-Offset", offset);
        send(
            request
                .header("Content-Type", "application/offset+octet-stream")
                .body(bytes.to_vec()),
        )
        .await
    }

    /// How many bytes of an upload have arrived.
    pub async fn offset(&self, location: &str) -> Result<usize> {
        let reply = send(self.request(Method::HEAD, path_of(location)).header("Tus-Resumable", "1.0.0")).await?;
        reply.header("upload-offset").parse().context("no Upload-Offset")
    }

    /// Uploads a whole file and gives the answer that stands for it.
    pub async fn upload(&self, field: &str, name: &str, bytes: &[u8]) -> Result<Value> {
        let created = self.create_upload(field, name, bytes.len()).await?.expect(201)?;
        self.send_bytes(created.header("location"), 0, bytes).await?.expect(204)?;
        let view = self.read().await?.expect(200)?.json();
        let id = created.header("location").rsplit('/').next().unwrap_or_default().to_owned();
        let file = view["files"]
            .as_array()
            .into_iter()
            .flatten()
            .find(|file| file["id"] == id.as_str())
            .context("the file is not listed")?;
        Ok(json!({"id": id, "name": file["name"], "size": file["size"], "sha256": file["sha256"], "type": file["type"]}))
    }
}

/// Sends a request and reads all of the reply.
pub async fn send(request: RequestBuilder) -> Result<Reply> {
    let reply = request.send().await?;
    let (status, headers) = (reply.status().as_u16(), reply.headers().clone());
    Ok(Reply {
        status,
        headers,
        bytes: reply.bytes().await?.to_vec(),
    })
}

/// A token as the app makes them: 256 random bits, base64url without padding.
pub fn new_token() -> Result<String> {
    let mut bits = [0; 32];
    std::fs::File::open("/dev/urandom")?.read_exact(&mut bits)?;
    Ok(base64(&bits).replace('+', "-").replace('/', "_").trim_end_matches('=').to_owned())
}

/// The digest that the app would seal for these answers to a programme.
pub fn digest(document: &Value, answers: &Value) -> Result<String> {
    let faults = |faults: Vec<opencall_core::Fault>| anyhow::anyhow!("{faults:?}");
    let programme = opencall_core::Programme::load(&document.to_string()).map_err(faults)?;
    let answers = serde_json::from_value(answers.clone())?;
    let application = opencall_core::application(&programme, &answers).map_err(|problems| anyhow::anyhow!("{problems:?}"))?;
    Ok(opencall_core::seal::digest(&opencall_core::seal::canonical(&application)))
}

/// SHA-256 in hex digits.
pub fn sha256(bytes: &[u8]) -> String {
    Sha256::digest(bytes).iter().map(|byte| format!("{byte:02x}")).collect()
}

/// An idempotency key as a structured field string.
fn key(key: &str) -> String {
    format!("\"{key}\"")
}

/// An address without its origin.
fn path_of(location: &str) -> &str {
    location.find("/api/").map_or(location, |at| &location[at..])
}

/// Base64 with padding (RFC 4648, section 4).
fn base64(bytes: &[u8]) -> String {
    const DIGITS: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    let mut text = String::new();
    for chunk in bytes.chunks(3) {
        let word = u32::from(chunk[0]) << 16 | u32::from(*chunk.get(1).unwrap_or(&0)) << 8 | u32::from(*chunk.get(2).unwrap_or(&0));
        for place in 0..4 {
            if place <= chunk.len() {
                text.push(char::from(DIGITS[(word >> (18 - 6 * place)) as usize & 63]));
            } else {
                text.push('=');
            }
        }
    }
    text
}

#[cfg(test)]
mod tests {
    use super::{base64, path_of};

    #[test]
    fn base64_is_that_of_the_rfc() {
        assert_eq!(
            ["", "f", "fo", "foo", "foob"].map(|text| base64(text.as_bytes())),
            ["", "Zg==", "Zm8=", "Zm9v", "Zm9vYg=="]
        );
    }

    #[test]
    fn an_upload_is_found_wherever_the_server_says_it_is() {
        assert_eq!(
            path_of("http://127.0.0.1:1/api/v1/application/files/a"),
            "/api/v1/application/files/a"
        );
        assert_eq!(path_of("/api/v1/application/files/a"), "/api/v1/application/files/a");
    }
}
