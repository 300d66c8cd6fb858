//! Files that are taken: in parts (tus 1.0), or whole.

use opencall_core::contract::Uploads;
use serde_json::json;

use crate::broken;
use crate::check::{Capability, Check, Outcome, Stop};
use crate::draft::Draft;
use crate::material;
use crate::run::Run;
use crate::upload::{PART, TUS, about, create, creating, id, listed, send, sha256, whole};

pub(super) const CHECKS: &[Check] = &[
    Capability::Uploads.check(
        "uploads/options",
        "OPTIONS says what of tus there is",
        "docs/backend.md, Uploads; tus 1.0, Core Protocol",
        options,
    ),
    Capability::Uploads.check(
        "uploads/create",
        "an upload is created, with its address in Location",
        "docs/backend.md, Uploads; tus 1.0, Creation",
        created,
    ),
    Capability::Uploads.check(
        "uploads/parts",
        "HEAD says how far an upload has come, and it goes on from there",
        "docs/backend.md, Uploads; tus 1.0, Core Protocol",
        parts,
    ),
    Capability::Uploads.check(
        "uploads/wrong-offset",
        "bytes for another place are refused with 409, and nothing of them is kept",
        "tus 1.0, Core Protocol",
        wrong_offset,
    ),
    Capability::Uploads.check(
        "uploads/interrupted",
        "one whose connection broke goes on from where HEAD says, and comes whole",
        "docs/backend.md, Uploads; tus 1.0, Core Protocol",
        interrupted,
    ),
    Capability::Uploads.check(
        "uploads/listed",
        "a complete file is listed with field, name, size, type and SHA-256",
        "docs/backend.md, Uploads",
        is_listed,
    ),
    Capability::Uploads.check(
        "uploads/download",
        "it comes back byte for byte, as a download",
        "docs/backend.md, Uploads",
        download,
    ),
    Capability::Uploads.check(
        "uploads/names",
        "its name is kept in any script, without folders",
        "docs/backend.md, Uploads",
        names,
    ),
    Capability::Uploads.check(
        "uploads/delete",
        "one that was taken away is gone",
        "docs/backend.md, Uploads; tus 1.0, Termination",
        delete,
    ),
];

/// What is in parts is only for backends that take parts.
pub(super) fn in_parts(run: &Run) -> Outcome {
    match run.uploads() {
        Uploads::Tus => Ok(()),
        _ => Err(Stop::NotOffered(String::from("files are taken whole"))),
    }
}

/// A field that takes a file, a file for it, and a name.
pub(super) fn a_file(run: &Run) -> Outcome<(String, String, Vec<u8>)> {
    let (field, kind, most) = run.file_field()?;
    match material::file(kind, most) {
        Some(bytes) => Ok((field.id.clone(), format!("conformance.{}", kind.extension()), bytes)),
        None => Stop::not_checked(format!("{} takes no file of the least size", field.id)),
    }
}

fn options(run: &Run) -> Outcome {
    let reply = run.http.request("OPTIONS", "/application/files").send()?;
    reply.status(&[204, 200])?;
    reply.require(reply.header_has("tus-version", TUS), "Tus-Version has 1.0.0")?;
    let wanted: &[&str] = if run.uploads() == Uploads::Whole {
        &["creation-with-upload"]
    } else {
        &["creation", "termination"]
    };
    for extension in wanted {
        reply.require(
            reply.header_has("tus-extension", extension),
            &format!("Tus-Extension has {extension}"),
        )?;
    }
    Ok(())
}

fn created(run: &Run) -> Outcome {
    in_parts(run)?;
    let (field, name, bytes) = a_file(run)?;
    let draft = run.draft(&json!({}))?;
    let reply = creating(&draft, &field, &name, bytes.len() as u64).send()?;
    reply.status(&[201])?;
    reply.require(reply.header("tus-resumable") == Some(TUS), "Tus-Resumable: 1.0.0")?;
    let id = id(&reply)?;
    let read = draft.read()?;
    let listed = listed(&read, &id).ok_or_else(|| read.short("the upload is listed in files"))?;
    read.require(
        listed["received"] == 0 && listed["size"] == bytes.len(),
        "with received 0 and its size",
    )?;
    read.require(listed["sha256"].is_null(), "and without a SHA-256 until it is complete")
}

fn offset(draft: &Draft, id: &str, expected: usize, length: usize) -> Outcome {
    let reply = about(draft, "HEAD", id).send()?;
    reply.status(&[200, 204])?;
    let said = reply.header("upload-offset").unwrap_or_default();
    if said != expected.to_string() {
        return Err(reply.short_of(format!("Upload-Offset: {expected}"), format!("Upload-Offset: {said}")));
    }
    reply.require(
        reply.header("upload-length") == Some(length.to_string().as_str()),
        "Upload-Length, as it was announced",
    )?;
    reply.require(reply.header_has("cache-control", "no-store"), "Cache-Control: no-store")
}

fn parts(run: &Run) -> Outcome {
    in_parts(run)?;
    let (field, name, bytes) = a_file(run)?;
    let draft = run.draft(&json!({}))?;
    let id = create(&draft, &field, &name, bytes.len() as u64)?;
    offset(&draft, &id, 0, bytes.len())?;
    let mut at = 0;
    for end in [bytes.len() / 3, bytes.len() / 2, bytes.len()] {
        let reply = send(&draft, &id, at, &bytes[at..end])?;
        reply.status(&[204])?;
        reply.require(
            reply.header("upload-offset") == Some(end.to_string().as_str()),
            &format!("Upload-Offset: {end}"),
        )?;
        at = end;
        offset(&draft, &id, at, bytes.len())?;
    }
    let back = about(&draft, "GET", &id).send()?;
    back.status(&[200])?;
    back.require(*back.body == bytes, "the bytes of all parts, in order")
}

fn interrupted(run: &Run) -> Outcome {
    in_parts(run)?;
    let (field, name, bytes) = a_file(run)?;
    let draft = run.draft(&json!({}))?;
    let id = create(&draft, &field, &name, bytes.len() as u64)?;
    let (path, token) = (format!("/application/files/{id}"), format!("Bearer {}", draft.token()));
    let headers = [
        ("Authorization", token.as_str()),
        ("Tus-Resumable", TUS),
        ("Upload-Offset", "0"),
        ("Content-Type", PART),
    ];
    let sent = bytes.len() / 2;
    broken::off(&run.http, "PATCH", &path, &headers, &bytes[..sent], bytes.len())?;
    let head = about(&draft, "HEAD", &id).send()?;
    head.status(&[200, 204])?;
    let at = head
        .header("upload-offset")
        .and_then(|offset| offset.parse().ok())
        .filter(|at| *at <= sent);
    // How much of it was kept is the backend's affair; that it says so is not.
    let at: usize = at.ok_or_else(|| head.short(format!("Upload-Offset: 0 to {sent}, as many bytes as were sent at most")))?;
    send(&draft, &id, at, &bytes[at..])?.status(&[204])?;
    let back = about(&draft, "GET", &id).send()?;
    back.status(&[200])?;
    back.require(*back.body == bytes, "the whole file, byte for byte")
}

fn wrong_offset(run: &Run) -> Outcome {
    in_parts(run)?;
    let (field, name, bytes) = a_file(run)?;
    let draft = run.draft(&json!({}))?;
    let id = create(&draft, &field, &name, bytes.len() as u64)?;
    send(&draft, &id, 0, &bytes[..200])?.status(&[204])?;
    for wrong in [0, 100, 201] {
        send(&draft, &id, wrong, &bytes[wrong..wrong + 50])?.status(&[409])?;
    }
    offset(&draft, &id, 200, bytes.len())
}

fn is_listed(run: &Run) -> Outcome {
    let (field, kind, _) = run.file_field()?;
    let (_, _, bytes) = a_file(run)?;
    let draft = run.draft(&json!({}))?;
    let answer = whole(run, &draft, &field.id, kind, &bytes)?;
    let read = draft.read()?;
    let listed = listed(&read, answer["id"].as_str().unwrap_or_default()).unwrap_or_default();
    let is = [
        ("field", json!(field.id)),
        ("name", json!(format!("conformance.{}", kind.extension()))),
        ("size", json!(bytes.len())),
        ("received", json!(bytes.len())),
        ("type", json!(kind.extension())),
        ("sha256", json!(sha256(&bytes))),
    ];
    for (member, expected) in is {
        read.require(listed[member] == expected, &format!("the file's {member} is {expected}"))?;
    }
    Ok(())
}

fn download(run: &Run) -> Outcome {
    let (field, kind, _) = run.file_field()?;
    let (_, _, bytes) = a_file(run)?;
    let draft = run.draft(&json!({}))?;
    let answer = whole(run, &draft, &field.id, kind, &bytes)?;
    let back = draft
        .request("GET", &format!("/application/files/{}", answer["id"].as_str().unwrap_or_default()))
        .send()?;
    back.status(&[200])?;
    if *back.body != bytes {
        return Err(back.short_of(
            format!("the {} bytes that were uploaded", bytes.len()),
            format!("{} bytes, others", back.body.len()),
        ));
    }
    back.require(
        back.media_type() == kind.media_type(),
        &format!("Content-Type: {}", kind.media_type()),
    )?;
    let disposition = back.header("content-disposition").unwrap_or_default();
    back.require(disposition.starts_with("attachment"), "Content-Disposition: attachment")?;
    back.require(
        back.header_has("x-content-type-options", "nosniff"),
        "X-Content-Type-Options: nosniff",
    )
}

fn names(run: &Run) -> Outcome {
    in_parts(run)?;
    let (field, kind, _) = run.file_field()?;
    let (_, _, bytes) = a_file(run)?;
    let ending = kind.extension();
    let draft = run.draft(&json!({}))?;
    for (sent, kept) in [("Présentation 東京 👩🏽‍🚀", "Présentation 東京 👩🏽‍🚀"), ("../../etc/passwd", "passwd")] {
        let id = create(&draft, &field.id, &format!("{sent}.{ending}"), bytes.len() as u64)?;
        let read = draft.read()?;
        let listed = listed(&read, &id).unwrap_or_default();
        read.require(
            listed["name"] == format!("{kept}.{ending}"),
            &format!("the file's name is {kept}.{ending}"),
        )?;
    }
    Ok(())
}

fn delete(run: &Run) -> Outcome {
    in_parts(run)?;
    let (field, kind, _) = run.file_field()?;
    let (_, _, bytes) = a_file(run)?;
    let draft = run.draft(&json!({}))?;
    let answer = whole(run, &draft, &field.id, kind, &bytes)?;
    let id = answer["id"].as_str().unwrap_or_default().to_owned();
    about(&draft, "DELETE", &id).send()?.status(&[204])?;
    about(&draft, "GET", &id).send()?.status(&[404, 410])?;
    about(&draft, "HEAD", &id).send()?.status(&[404, 410])?;
    draft.read()?.member("/files", &json!([]))
}
