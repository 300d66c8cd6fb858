//! Files that are not taken, and why.

use opencall_core::contract::Uploads;
use serde_json::json;

use super::uploads::{a_file, in_parts};
use crate::check::{Capability, Check, Outcome};
use crate::draft::{Draft, key};
use crate::fill::Extent;
use crate::http::Reply;
use crate::material;
use crate::run::Run;
use crate::upload::{PART, about, create, creating, send};

pub(super) const CHECKS: &[Check] = &[
    Capability::Uploads.check(
        "uploads/wrong-kind",
        "a file is judged by its content and not by its name",
        "docs/backend.md, Uploads",
        wrong_kind,
    ),
    Capability::Uploads.check(
        "uploads/damaged",
        "one that is cut off is refused",
        "docs/backend.md, Uploads",
        damaged,
    ),
    Capability::Uploads.check(
        "uploads/too-big",
        "one that is larger than its field takes is refused before a byte is sent",
        "docs/backend.md, Problems",
        too_big,
    ),
    Capability::Uploads.check(
        "uploads/empty",
        "one without content is refused",
        "docs/backend.md, Problems",
        empty,
    ),
    Capability::Uploads.check(
        "uploads/no-field",
        "one for no field that takes files is refused",
        "docs/backend.md, Problems",
        no_field,
    ),
    Capability::Uploads.check(
        "uploads/more",
        "more bytes than announced are refused, and none of them kept",
        "docs/backend.md, Uploads",
        more,
    ),
    Capability::Uploads.check(
        "uploads/media-type",
        "a part of another media type is refused",
        "tus 1.0, Core Protocol; RFC 9110, 15.5.16",
        media_type,
    ),
    Capability::Uploads.check(
        "uploads/other-tus",
        "another version of tus is refused with those that there are",
        "tus 1.0, Core Protocol",
        other_tus,
    ),
    Capability::Uploads.check(
        "uploads/unknown-file",
        "answers that speak of a file that is not there cannot be submitted",
        "docs/backend.md, Problems",
        unknown_file,
    ),
];

/// Sends a whole file, however the backend takes it; gives the last reply.
fn offer(run: &Run, draft: &Draft, field: &str, name: &str, bytes: &[u8]) -> Outcome<Reply> {
    if run.uploads() == Uploads::Whole {
        return creating(draft, field, name, bytes.len() as u64).body(PART, bytes).send();
    }
    let created = creating(draft, field, name, bytes.len() as u64).send()?;
    if created.status != 201 {
        return Ok(created);
    }
    send(draft, &crate::upload::id(&created)?, 0, bytes)
}

/// A reply has to say that a file cannot be taken, with one of these codes at its field.
fn refused(reply: &Reply, field: &str, codes: &[&str]) -> Outcome {
    let value = reply.problem(&[422, 413], "/problems/file")?;
    let error = &value["errors"][0];
    reply.require(error["pointer"] == format!("/{field}"), &format!("errors names /{field}"))?;
    let code = error["code"].as_str().unwrap_or_default();
    reply.require(codes.contains(&code), &format!("with the code {}", codes.join(" or ")))
}

fn wrong_kind(run: &Run) -> Outcome {
    let (field, name, _) = a_file(run)?;
    let draft = run.draft(&json!({}))?;
    let reply = offer(run, &draft, &field, &name, &material::web_page())?;
    refused(&reply, &field, &["file_wrong_kind"])?;
    draft.read()?.member("/files", &json!([]))
}

fn damaged(run: &Run) -> Outcome {
    let (field, name, bytes) = a_file(run)?;
    let draft = run.draft(&json!({}))?;
    let reply = offer(run, &draft, &field, &name, &bytes[..bytes.len() / 2])?;
    refused(&reply, &field, &["file_damaged", "file_wrong_kind"])?;
    draft.read()?.member("/files", &json!([]))
}

fn too_big(run: &Run) -> Outcome {
    let (field, kind, most) = run.file_field()?;
    let draft = run.draft(&json!({}))?;
    let reply = creating(&draft, &field.id, &format!("conformance.{}", kind.extension()), most + 1).send()?;
    refused(&reply, &field.id, &["file_too_big"])?;
    draft.read()?.member("/files", &json!([]))
}

fn empty(run: &Run) -> Outcome {
    let (field, name, _) = a_file(run)?;
    let draft = run.draft(&json!({}))?;
    let reply = creating(&draft, &field, &name, 0).send()?;
    refused(&reply, &field, &["file_empty"])
}

fn no_field(run: &Run) -> Outcome {
    let (_, name, bytes) = a_file(run)?;
    let draft = run.draft(&json!({}))?;
    let reply = creating(&draft, "conformance_no_field", &name, bytes.len() as u64).send()?;
    refused(&reply, "conformance_no_field", &["unknown_field"])
}

fn more(run: &Run) -> Outcome {
    in_parts(run)?;
    let (field, name, bytes) = a_file(run)?;
    let draft = run.draft(&json!({}))?;
    let id = create(&draft, &field, &name, 100)?;
    send(&draft, &id, 0, &bytes[..200])?.problem(&[413], "/problems/too-large")?;
    let head = about(&draft, "HEAD", &id).send()?;
    head.require(head.header("upload-offset") == Some("0"), "Upload-Offset: 0")
}

fn media_type(run: &Run) -> Outcome {
    in_parts(run)?;
    let (field, name, bytes) = a_file(run)?;
    let draft = run.draft(&json!({}))?;
    let id = create(&draft, &field, &name, bytes.len() as u64)?;
    let request = about(&draft, "PATCH", &id).header("Upload-Offset", "0");
    request.body("application/octet-stream", bytes).send()?.status(&[415]).map(drop)
}

fn other_tus(run: &Run) -> Outcome {
    let (field, name, bytes) = a_file(run)?;
    let draft = run.draft(&json!({}))?;
    let mut request = draft.request("POST", "/application/files").header("Tus-Resumable", "0.2.2");
    request = request.header("Upload-Length", bytes.len().to_string());
    let metadata = {
        use base64::Engine as _;
        let encode = |text: &str| base64::engine::general_purpose::STANDARD.encode(text);
        format!("field {},filename {}", encode(&field), encode(&name))
    };
    let reply = request.header("Upload-Metadata", metadata).send()?;
    reply.status(&[412])?;
    reply.require(reply.header_has("tus-version", "1.0.0"), "Tus-Version has 1.0.0")
}

fn unknown_file(run: &Run) -> Outcome {
    let (field, kind, _) = run.file_field()?;
    let complete = run.complete(Extent::Everything)?;
    let gone = json!({"id": "conformance-none", "name": "none", "size": 9, "sha256": "0".repeat(64), "type": kind.extension()});
    let mut patch = json!({});
    // The members of a link, where there was one, would stay.
    complete.draft.save(&json!({field.id.as_str(): null}))?;
    patch[field.id.as_str()] = gone;
    complete.draft.save(&patch)?;
    let reply = complete.draft.submit(complete.draft.version()?, &key()?)?;
    let value = reply.problem(&[422], "/problems/answers")?;
    let is = value["errors"][0]["pointer"] == format!("/{}", field.id) && value["errors"][0]["code"] == "file_unknown";
    reply.require(is, &format!("errors says file_unknown at /{}", field.id))
}
