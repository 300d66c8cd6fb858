//! Who else is at a draft.

use serde_json::{Value, json};

use crate::check::{Capability::Presence, Check, Outcome};
use crate::draft::Draft;
use crate::http::Reply;
use crate::run::Run;

pub(super) const CHECKS: &[Check] = &[
    Presence.check(
        "presence/others",
        "those at the same draft hear of one another, and nobody of oneself",
        "docs/backend.md, Presence",
        others,
    ),
    Presence.check(
        "presence/own-draft",
        "those at another draft hear nothing of them",
        "docs/backend.md, Presence",
        own_draft,
    ),
    Presence.check(
        "presence/no-change",
        "being there changes nothing of the draft",
        "docs/backend.md, Presence",
        no_change,
    ),
    Presence.check(
        "presence/malformed",
        "an id that is none is refused",
        "docs/backend.md, Presence",
        malformed,
    ),
];

fn here(draft: &Draft, body: &Value) -> Outcome<Reply> {
    draft.request("PUT", "/application/presence").json(body).send()
}

fn others(run: &Run) -> Outcome {
    let draft = run.draft(&json!({}))?;
    let first = here(
        &draft,
        &json!({"client": "conformance-1", "section": "team", "device": "Téléphone"}),
    )?;
    first.json(&[200])?;
    first.member("/others", &json!([]))?;
    let second = here(&draft, &json!({"client": "conformance-2"}))?;
    second.json(&[200])?;
    second.require(
        second.value()["others"].as_array().map(Vec::len) == Some(1),
        "others is the one that was there before",
    )?;
    second.member("/others/0/client", &json!("conformance-1"))?;
    second.member("/others/0/section", &json!("team"))?;
    second.member("/others/0/device", &json!("Téléphone"))?;
    second.time("/others/0/seen_at")?;
    let again = here(&draft, &json!({"client": "conformance-1", "section": "pitch"}))?;
    again.require(
        again.value()["others"].as_array().map(Vec::len) == Some(1),
        "others is the second one",
    )?;
    again.member("/others/0/client", &json!("conformance-2"))
}

fn own_draft(run: &Run) -> Outcome {
    let (one, other) = (run.draft(&json!({}))?, run.draft(&json!({}))?);
    here(&one, &json!({"client": "conformance-1"}))?.json(&[200])?;
    let reply = here(&other, &json!({"client": "conformance-2"}))?;
    reply.json(&[200])?;
    reply.member("/others", &json!([]))
}

fn no_change(run: &Run) -> Outcome {
    let draft = run.draft(&json!({"conformance_a": "a"}))?;
    let before = draft.read()?;
    here(&draft, &json!({"client": "conformance-1"}))?.json(&[200])?;
    draft.read()?.member("", &before.value())
}

fn malformed(run: &Run) -> Outcome {
    let draft = run.some_draft()?;
    for client in ["", "two words", "<script>", &"x".repeat(500)] {
        here(draft, &json!({"client": client}))?.problem(&[400, 422], "/problems/malformed")?;
    }
    Ok(())
}
