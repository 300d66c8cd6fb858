//! Beginning a draft, reading it, and being rid of it.

use serde_json::{Value, json};

use crate::check::{Capability::Drafts, Check, Outcome};
use crate::draft::{Draft, key};
use crate::expect::difference;
use crate::run::Run;

pub(super) const CHECKS: &[Check] = &[
    Drafts.check(
        "drafts/begin",
        "beginning gives 201 and the draft, with what was typed before",
        "docs/backend.md, Calls",
        begin,
    ),
    Drafts.check(
        "drafts/begin-again",
        "a known token gives the draft that is there, and changes nothing",
        "docs/backend.md, Calls",
        begin_again,
    ),
    Drafts.check(
        "drafts/source",
        "what led an applicant here is kept",
        "docs/backend.md, Calls",
        source,
    ),
    Drafts.check("drafts/read", "what is read is what was begun", "docs/backend.md, Calls", read),
    Drafts.check(
        "drafts/version",
        "every change of the answers gives another version, and reading none",
        "docs/backend.md, If-Match",
        version,
    ),
    Drafts.check(
        "drafts/timeline",
        "the timeline begins with begun",
        "docs/backend.md, The timeline",
        timeline,
    ),
    Drafts.check(
        "drafts/export",
        "the export has everything, as a download",
        "docs/backend.md, Calls",
        export,
    ),
    Drafts.check(
        "drafts/erase",
        "what was erased is gone: its token is unknown from then on",
        "docs/backend.md, Calls",
        erase,
    ),
    Drafts.check(
        "drafts/media-type",
        "a body of another media type is refused",
        "docs/backend.md, Problems; RFC 9110, 15.5.16",
        media_type,
    ),
    Drafts.check(
        "drafts/malformed",
        "what is no JSON object is refused, and changes nothing",
        "docs/backend.md, Problems",
        malformed,
    ),
];

fn begin(run: &Run) -> Outcome {
    let [one, _] = run.text_fields();
    let answers = json!({one: "Begun"});
    let (_draft, reply) = Draft::begin(&run.http, &run.programme()?.id, &answers)?;
    reply.json(&[201])?;
    reply.text("/id")?;
    reply.member("/programme", &json!(run.programme()?.id))?;
    reply.member("/status", &json!("draft"))?;
    reply.member("/answers", &answers)?;
    reply.member("/files", &json!([]))?;
    reply.time("/created_at")?;
    reply.time("/updated_at")?;
    reply.require(reply.value()["version"].is_u64(), "version is a whole number")
}

fn begin_again(run: &Run) -> Outcome {
    let [one, other] = run.text_fields();
    let answers = json!({one: "First"});
    let (draft, first) = Draft::begin(&run.http, &run.programme()?.id, &answers)?;
    let again = draft.begin_at(&run.programme()?.id, &json!({other: "Second"}), &key()?)?;
    again.json(&[200])?;
    again.member("/id", &first.value()["id"])?;
    again.member("/answers", &answers)?;
    draft.read()?.member("/answers", &answers)
}

fn source(run: &Run) -> Outcome {
    let call = run.programme()?;
    let draft = run.nobody()?;
    let mut body = json!({"answers": {}, "locale": "en", "referrer": "https://partner.example.org", "campaign": "conformance"});
    if let Some(organiser) = call.programme.organisers.first() {
        body["partner"] = json!(organiser.id);
    }
    draft.begin_with(&call.id, &body, &key()?)?.json(&[201])?;
    let read = draft.read()?;
    for member in ["partner", "referrer", "campaign"] {
        if !body[member].is_null() {
            read.member(&format!("/{member}"), &body[member])?;
        }
    }
    Ok(())
}

fn read(run: &Run) -> Outcome {
    let [one, other] = run.text_fields();
    let (draft, begun) = Draft::begin(&run.http, &run.programme()?.id, &json!({one: "Read", other: "Me"}))?;
    let read = draft.read()?;
    match difference(&begun.value(), &read.value()) {
        None => Ok(()),
        Some(found) => Err(read.short_of("the draft as it was begun", found)),
    }
}

fn version(run: &Run) -> Outcome {
    let [one, _] = run.text_fields();
    let draft = run.draft(&json!({}))?;
    let mut versions = vec![draft.version()?];
    for text in ["a", "b", "a"] {
        draft.save(&json!({&one: text}))?;
        let read = draft.read()?;
        let version = read.value()["version"].as_u64().unwrap_or_default();
        read.require(!versions.contains(&version), "a version that was not there before")?;
        read.require(draft.version()? == version, "the same version when it is read again")?;
        versions.push(version);
    }
    Ok(())
}

fn timeline(run: &Run) -> Outcome {
    let draft = run.draft(&json!({}))?;
    let reply = draft.get("/timeline")?;
    let value = reply.json(&[200])?;
    reply.require(value.is_array(), "a list")?;
    reply.member("/0/what", &json!("begun"))?;
    reply.time("/0/at").map(drop)
}

fn export(run: &Run) -> Outcome {
    let [one, _] = run.text_fields();
    let answers = json!({one: "Take me with you"});
    let (draft, begun) = Draft::begin(&run.http, &run.programme()?.id, &answers)?;
    let reply = draft.get("/export")?;
    reply.json(&[200])?;
    reply.member("/application/id", &begun.value()["id"])?;
    reply.member("/application/answers", &answers)?;
    reply.member("/timeline/0/what", &json!("begun"))?;
    let disposition = reply.header("content-disposition").unwrap_or_default();
    reply.require(disposition.starts_with("attachment"), "Content-Disposition: attachment")
}

fn erase(run: &Run) -> Outcome {
    let [one, _] = run.text_fields();
    let draft = run.draft(&json!({&one: "Gone"}))?;
    let version = draft.version()?;
    draft.erase()?.status(&[204])?;
    draft.get("")?.problem(&[401], "/problems/unknown-token")?;
    draft.get("/export")?.problem(&[401], "/problems/unknown-token")?;
    draft
        .patch(version, &json!({one: "Back"}))?
        .problem(&[401], "/problems/unknown-token")?;
    draft.erase()?.problem(&[401], "/problems/unknown-token").map(drop)
}

fn media_type(run: &Run) -> Outcome {
    let draft = run.some_draft()?;
    let before = draft.read()?;
    let request = draft
        .request("PATCH", "/application")
        .header("If-Match", format!("\"{}\"", draft.version()?));
    let reply = request.body("text/plain", r#"{"conformance_a": "text"}"#).send()?;
    reply.problem(&[415, 400], "/problems/malformed")?;
    draft.read()?.member("/answers", &before.value()["answers"])
}

fn malformed(run: &Run) -> Outcome {
    let draft = run.some_draft()?;
    let before = draft.read()?;
    for body in ["", "{", "[]", "\"text\"", "7", "{\"a\": }", "{\"a\": \"\\ud800\"}"] {
        let request = draft
            .request("PATCH", "/application")
            .header("If-Match", format!("\"{}\"", draft.version()?));
        let reply = request.body("application/merge-patch+json", body).send()?;
        reply.problem(&[400, 422], "/problems/malformed")?;
    }
    let request = run.nobody()?;
    let begun = request.request("POST", &format!("/programmes/{}/applications", run.programme()?.id));
    let reply = begun
        .header("Idempotency-Key", "\"conformance-malformed\"")
        .body("application/json", "{\"answers\":")
        .send()?;
    request.is_begun(&reply);
    reply.problem(&[400, 422], "/problems/malformed")?;
    let after: Value = draft.read()?.value();
    match difference(&before.value(), &after) {
        None => Ok(()),
        Some(found) => Err(draft.read()?.short_of("nothing has changed", found)),
    }
}
