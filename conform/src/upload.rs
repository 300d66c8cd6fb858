//! Files on their way: in parts (tus 1.0), or whole (its extension creation-with-upload).

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use opencall_core::contract::Uploads;
use opencall_core::programme::FileType;
use serde_json::{Value, json};
use sha2::{Digest as _, Sha256};

use crate::check::Outcome;
use crate::draft::Draft;
use crate::http::{Reply, Request};
use crate::run::Run;

/// The version of tus.
pub const TUS: &str = "1.0.0";
/// The media type of a part.
pub const PART: &str = "application/offset+octet-stream";

/// A request that creates an upload of so many bytes.
pub fn creating<'d>(draft: &'d Draft, field: &str, name: &str, length: u64) -> Request<'d> {
    let metadata = format!("field {},filename {}", STANDARD.encode(field), STANDARD.encode(name));
    let request = draft.request("POST", "/application/files").header("Tus-Resumable", TUS);
    request
        .header("Upload-Length", length.to_string())
        .header("Upload-Metadata", metadata)
}

/// Creates an upload; gives its id.
///
/// # Errors
/// When it is not created.
pub fn create(draft: &Draft, field: &str, name: &str, length: u64) -> Outcome<String> {
    let reply = creating(draft, field, name, length).send()?;
    reply.status(&[201])?;
    id(&reply)
}

/// The id of an upload: the last part of its address, wherever that is.
///
/// # Errors
/// When the reply does not say it.
pub fn id(created: &Reply) -> Outcome<String> {
    let location = created.header("location").unwrap_or_default();
    let last = location
        .split(['?', '#'])
        .next()
        .unwrap_or_default()
        .trim_end_matches('/')
        .rsplit('/')
        .next();
    let is_id = |id: &&str| !id.is_empty() && id.bytes().all(|b| b.is_ascii_alphanumeric() || matches!(b, b'-' | b'_'));
    let found = last.filter(is_id).map(str::to_owned);
    found.ok_or_else(|| created.short("Location is the upload's address and ends with its id (letters, digits, - and _)"))
}

/// A request about an upload.
pub fn about<'d>(draft: &'d Draft, method: &str, id: &str) -> Request<'d> {
    draft
        .request(method, &format!("/application/files/{id}"))
        .header("Tus-Resumable", TUS)
}

/// Sends bytes from an offset on.
///
/// # Errors
/// When there is no reply.
pub fn send(draft: &Draft, id: &str, offset: usize, bytes: &[u8]) -> Outcome<Reply> {
    about(draft, "PATCH", id)
        .header("Upload-Offset", offset.to_string())
        .body(PART, bytes)
        .send()
}

/// Uploads a file; gives the answer that stands for it.
///
/// # Errors
/// When it is not taken, or not listed afterwards.
pub fn whole(run: &Run, draft: &Draft, field: &str, kind: FileType, bytes: &[u8]) -> Outcome<Value> {
    let name = format!("conformance.{}", kind.extension());
    let id = if run.uploads() == Uploads::Whole {
        let reply = creating(draft, field, &name, bytes.len() as u64).body(PART, bytes).send()?;
        reply.status(&[201])?;
        id(&reply)?
    } else {
        let id = create(draft, field, &name, bytes.len() as u64)?;
        send(draft, &id, 0, bytes)?.status(&[204])?;
        id
    };
    let read = draft.read()?;
    let listed = listed(&read, &id).ok_or_else(|| read.short("the uploaded file is listed in files"))?;
    Ok(json!({"id": id, "name": listed["name"], "size": bytes.len(), "sha256": sha256(bytes), "type": kind.extension()}))
}

/// The entry of a file in an application's `files`.
pub fn listed(read: &Reply, id: &str) -> Option<Value> {
    let value = read.value();
    value["files"].as_array()?.iter().find(|file| file["id"] == id).cloned()
}

/// SHA-256 in lowercase hex digits.
pub fn sha256(bytes: &[u8]) -> String {
    opencall_core::seal::hex(&Sha256::digest(bytes))
}
