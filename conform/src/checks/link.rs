//! The private link, and its replacement.

use serde_json::json;

use crate::check::{Capability::Link, Check, Outcome};
use crate::draft::{key, quoted, token};
use crate::run::Run;

pub(super) const CHECKS: &[Check] = &[
    Link.check(
        "link/replace",
        "a new token takes the place of the old one, which then is unknown",
        "docs/backend.md, The link",
        replace,
    ),
    Link.check(
        "link/replay",
        "repeated with the same key and the old token, the reply is the same",
        "docs/backend.md, The link",
        replay,
    ),
    Link.check(
        "link/taken",
        "a token that belongs to another application is refused",
        "docs/backend.md, Problems",
        taken,
    ),
];

fn replace(run: &Run) -> Outcome {
    let draft = run.draft(&json!({"conformance_a": "mine"}))?;
    let old = draft.token();
    let new = token(&run.http)?;
    let request = draft
        .request("POST", "/application/token")
        .header("Idempotency-Key", quoted(&key()?));
    let reply = request.json(&json!({"token": new})).send()?;
    reply.json(&[200])?;
    draft.is_now(&new);
    reply.time("/replaced_at")?;
    let read = draft.read()?;
    read.member("/answers", &json!({"conformance_a": "mine"}))?;
    let happened = draft.happened()?;
    read.require(happened == ["begun", "link_replaced"], "the timeline has begun and link_replaced")?;
    let ended = run.http.request("GET", "/application").bearer(&old).send()?;
    ended.problem(&[401], "/problems/unknown-token").map(drop)
}

fn replay(run: &Run) -> Outcome {
    run.needs_keys()?;
    let draft = run.draft(&json!({}))?;
    let old = draft.token();
    let (new, key) = (token(&run.http)?, key()?);
    let ask = || {
        let request = run.http.request("POST", "/application/token").bearer(&old);
        request.header("Idempotency-Key", quoted(&key)).json(&json!({"token": new})).send()
    };
    let first = ask()?;
    first.json(&[200])?;
    draft.is_now(&new);
    let again = ask()?;
    again.require(again.status == 200 && again.body == first.body, "the same reply, byte for byte")
}

fn taken(run: &Run) -> Outcome {
    let draft = run.draft(&json!({}))?;
    let other = run.some_draft()?;
    let request = draft
        .request("POST", "/application/token")
        .header("Idempotency-Key", quoted(&key()?));
    let reply = request.json(&json!({"token": other.token()})).send()?;
    reply.problem(&[409], "/problems/illegal-move")?;
    draft.read()?;
    other.read().map(drop)
}
