//! `If-Match`: nobody overwrites what they have not seen.

use serde_json::json;

use crate::check::{Capability::Concurrency, Check, Outcome, Stop};
use crate::draft::{Draft, key, quoted};
use crate::expect::difference;
use crate::fill::Extent;
use crate::run::Run;

pub(super) const CHECKS: &[Check] = &[
    Concurrency.check(
        "concurrency/etag",
        "the ETag is the version in quotes, in every reply that has one, and another after a change",
        "docs/backend.md, If-Match",
        etag,
    ),
    Concurrency.check(
        "concurrency/missing",
        "saving without If-Match is refused with 428, and changes nothing",
        "docs/backend.md, If-Match; RFC 6585, 3",
        missing,
    ),
    Concurrency.check(
        "concurrency/stale",
        "saving another version is refused with 412 and what it takes to merge, and changes nothing",
        "docs/backend.md, If-Match",
        stale,
    ),
    Concurrency.check(
        "concurrency/changed-by",
        "412 names the device that wrote what is there",
        "docs/backend.md, If-Match",
        changed_by,
    ),
    Concurrency.check(
        "concurrency/weak",
        "a weak or foreign tag matches nothing",
        "RFC 9110, 13.1.1",
        weak,
    ),
    Concurrency.check(
        "concurrency/any",
        "a star matches whatever is there, and one of several tags is enough",
        "RFC 9110, 13.1.1",
        any,
    ),
    Concurrency.check(
        "concurrency/race",
        "of two that save the same version at once, one is taken",
        "docs/backend.md, If-Match",
        race,
    ),
    Concurrency.check(
        "concurrency/submit-missing",
        "submitting without If-Match is refused with 428",
        "docs/backend.md, Calls",
        submit_missing,
    ),
    Concurrency.check(
        "concurrency/submit-stale",
        "submitting another version is refused with 412, and nothing is submitted",
        "docs/backend.md, Calls",
        submit_stale,
    ),
];

fn etag(run: &Run) -> Outcome {
    let [one, _] = run.text_fields();
    let (draft, begun) = Draft::begin(&run.http, &run.programme()?.id, &json!({}))?;
    let read = draft.read()?;
    let saved = draft.save(&json!({one: "Saved"}))?;
    let after = draft.read()?;
    for reply in [&begun, &read, &saved, &after] {
        reply.member("/version", &json!(reply.version()?))?;
    }
    let (before, now) = (read.version()?, after.version()?);
    after.require(before != now, "another ETag than before the change")?;
    after.require(saved.version()? == now, "the ETag that saving gave")
}

fn missing(run: &Run) -> Outcome {
    let draft = run.some_draft()?;
    let before = draft.answers()?;
    let request = draft.request("PATCH", "/application");
    let reply = request
        .body("application/merge-patch+json", r#"{"conformance_unseen": "x"}"#)
        .send()?;
    reply.problem(&[428], "/problems/if-match-missing")?;
    draft.read()?.member("/answers", &before)
}

fn stale(run: &Run) -> Outcome {
    let draft = run.draft(&json!({"conformance_a": "first"}))?;
    let old = draft.version()?;
    draft.save(&json!({"conformance_a": "second", "conformance_b": "👩🏽‍🚀"}))?;
    let now = draft.read()?;
    let reply = draft.patch(old, &json!({"conformance_a": "unseen"}))?;
    reply.problem(&[412], "/problems/changed")?;
    reply.member("/version", &now.value()["version"])?;
    reply.member("/answers", &now.value()["answers"])?;
    reply.time("/updated_at")?;
    draft.read()?.member("/answers", &now.value()["answers"])
}

fn changed_by(run: &Run) -> Outcome {
    let draft = run.draft(&json!({"conformance_a": "first"}))?;
    let old = draft.version()?;
    let request = draft.request("PATCH", "/application").header("If-Match", quoted(&old.to_string()));
    // "Téléphone de Zoé", percent-encoded.
    let request = request.header("Opencall-Device", "T%C3%A9l%C3%A9phone%20de%20Zo%C3%A9");
    request
        .body("application/merge-patch+json", r#"{"conformance_a": "second"}"#)
        .send()?
        .json(&[200])?;
    let reply = draft.patch(old, &json!({"conformance_a": "unseen"}))?;
    reply.problem(&[412], "/problems/changed")?;
    reply.member("/changed_by", &json!("Téléphone de Zoé"))
}

fn weak(run: &Run) -> Outcome {
    let draft = run.some_draft()?;
    let before = draft.read()?;
    let version = draft.version()?;
    for tag in [format!("W/\"{version}\""), String::from("\"conformance\""), String::from("\"\"")] {
        let reply = draft.patch_if(&tag, &json!({"conformance_unseen": "x"}))?;
        reply.status(&[412, 400])?;
    }
    draft.read()?.member("/answers", &before.value()["answers"])
}

fn any(run: &Run) -> Outcome {
    let draft = run.draft(&json!({}))?;
    draft.patch_if("*", &json!({"conformance_a": "a"}))?.json(&[200])?;
    let version = draft.version()?;
    draft
        .patch_if(&format!("\"conformance\", \"{version}\""), &json!({"conformance_b": "b"}))?
        .json(&[200])?;
    draft
        .read()?
        .member("/answers", &json!({"conformance_a": "a", "conformance_b": "b"}))
}

fn race(run: &Run) -> Outcome {
    let draft = run.draft(&json!({}))?;
    for round in 0..4 {
        let version = draft.version()?;
        let save = |name: &str| draft.patch(version, &json!({name: round}));
        let (one, other) = std::thread::scope(|scope| {
            let one = scope.spawn(|| save("conformance_one"));
            let other = save("conformance_other");
            (one.join().unwrap_or_else(|_| Stop::not_checked("a thread ended")), other)
        });
        let (one, other) = (one?, other?);
        let mut statuses = [one.status, other.status];
        statuses.sort_unstable();
        if statuses != [200, 412] {
            let said = format!("{} and {}", one.status, other.status);
            return Err(other.short_of("of two at once, 200 for one and 412 for the other", said));
        }
    }
    Ok(())
}

fn submit_missing(run: &Run) -> Outcome {
    let draft = run.some_draft()?;
    let reply = draft.post("submit", &key()?)?;
    reply.problem(&[428], "/problems/if-match-missing").map(drop)
}

fn submit_stale(run: &Run) -> Outcome {
    let complete = run.complete(Extent::Required)?;
    complete.draft.save(&json!({"conformance_a": "later"}))?;
    let now = complete.draft.save(&json!({"conformance_a": null}))?;
    let reply = complete.draft.submit(complete.version, &key()?)?;
    reply.problem(&[412], "/problems/changed")?;
    reply.member("/version", &now.value()["version"])?;
    let read = complete.draft.read()?;
    read.member("/status", &json!("draft"))?;
    match difference(&complete.answers, &read.value()["answers"]) {
        None => Ok(()),
        Some(found) => Err(read.short_of("the answers are as they were saved", found)),
    }
}
