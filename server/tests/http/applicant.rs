//! Somebody who applies, and files that pass for what they are called.

use axum::body::Body;
use base64::Engine as _;
use base64::engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD};
use opencall_server::token::random;
use serde_json::{Value, json};

use crate::harness::{Call, Reply, Server};

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
