//! `Idempotency-Key`: whoever got no reply may ask again.

use serde_json::json;

use crate::check::{Capability::Idempotency, Check, Outcome, Stop};
use crate::draft::{Draft, key, quoted};
use crate::fill::Extent;
use crate::http::Reply;
use crate::run::Run;

pub(super) const CHECKS: &[Check] = &[
    Idempotency.check(
        "idempotency/missing",
        "beginning without a key is refused, and nothing is begun",
        "docs/backend.md, Idempotency-Key",
        missing,
    ),
    Idempotency.check(
        "idempotency/missing-submit",
        "submitting and withdrawing without a key are refused",
        "docs/backend.md, Idempotency-Key",
        missing_submit,
    ),
    Idempotency.check(
        "idempotency/begin",
        "beginning again with the same key gives the same reply, byte for byte",
        "docs/backend.md, Idempotency-Key",
        begin,
    ),
    Idempotency.check(
        "idempotency/submit",
        "submitting again with the same key gives the same receipt, byte for byte, and submits once",
        "docs/backend.md, Idempotency-Key",
        submit,
    ),
    Idempotency.check(
        "idempotency/later",
        "so it does after the answers have changed since",
        "docs/backend.md, Idempotency-Key",
        later,
    ),
    Idempotency.check(
        "idempotency/withdraw",
        "withdrawing again with the same key gives the same reply, byte for byte",
        "docs/backend.md, Idempotency-Key",
        withdraw,
    ),
    Idempotency.check(
        "idempotency/reused",
        "the same key with another request is refused",
        "docs/backend.md, Idempotency-Key",
        reused,
    ),
    Idempotency.check(
        "idempotency/whose",
        "keys belong to a token: another's request with the same key is its own",
        "docs/backend.md, Idempotency-Key",
        whose,
    ),
    Idempotency.check(
        "idempotency/at-once",
        "of two of the same at once, one submission comes",
        "docs/backend.md, Idempotency-Key",
        at_once,
    ),
];

/// Both replies have to be the same, byte for byte.
fn replayed(first: &Reply, again: &Reply) -> Outcome {
    if again.status != first.status {
        return Err(again.short(format!("status {} again", first.status)));
    }
    if again.body != first.body {
        let body = String::from_utf8_lossy(&first.body).into_owned();
        return Err(again.short_of("the same body, byte for byte", format!("before it was {body}")));
    }
    again.require(again.media_type() == first.media_type(), "the same Content-Type")?;
    again.require(again.header("etag") == first.header("etag"), "the same ETag")
}

fn missing(run: &Run) -> Outcome {
    let draft = run.nobody()?;
    let request = draft.request("POST", &format!("/programmes/{}/applications", run.programme()?.id));
    let reply = request.json(&json!({"answers": {}, "locale": "en"})).send()?;
    draft.is_begun(&reply);
    reply.problem(&[400], "/problems/idempotency-key-missing")?;
    draft.get("")?.problem(&[401], "/problems/unknown-token").map(drop)
}

fn missing_submit(run: &Run) -> Outcome {
    let draft = run.some_draft()?;
    for part in ["submit", "withdraw"] {
        let request = draft.request("POST", &format!("/application/{part}"));
        let reply = request.header("If-Match", quoted(&draft.version()?.to_string())).send()?;
        reply.problem(&[400], "/problems/idempotency-key-missing")?;
    }
    Ok(())
}

fn begin(run: &Run) -> Outcome {
    let draft = run.nobody()?;
    let (id, key) = (&run.programme()?.id, key()?);
    let answers = json!({"conformance_a": "👩🏽‍🚀", "conformance_b": {"z": 1, "a": 2}});
    let first = draft.begin_at(id, &answers, &key)?;
    first.json(&[201])?;
    draft.save(&json!({"conformance_a": "changed since"}))?;
    replayed(&first, &draft.begin_at(id, &answers, &key)?)?;
    draft.read()?.member("/answers/conformance_a", &json!("changed since"))
}

fn submit(run: &Run) -> Outcome {
    let complete = run.complete(Extent::Required)?;
    let key = key()?;
    let first = complete.draft.submit(complete.version, &key)?;
    first.json(&[200])?;
    for _ in 0..2 {
        replayed(&first, &complete.draft.submit(complete.version, &key)?)?;
    }
    once(&complete.draft)
}

/// The timeline has to have one submission.
fn once(draft: &Draft) -> Outcome {
    let timeline = draft.get("/timeline")?;
    let submitted = draft.happened()?.iter().filter(|what| *what == "submitted").count();
    timeline.require(submitted == 1, "submitted stands in the timeline once")
}

fn later(run: &Run) -> Outcome {
    let complete = run.complete(Extent::Required)?;
    let key = key()?;
    let first = complete.draft.submit(complete.version, &key)?;
    first.json(&[200])?;
    complete.draft.save(&json!({"conformance_a": "changed since"}))?;
    replayed(&first, &complete.draft.submit(complete.version, &key)?)?;
    once(&complete.draft)
}

fn withdraw(run: &Run) -> Outcome {
    let submitted = run.submitted(Extent::Required)?;
    let key = key()?;
    let first = submitted.draft.post("withdraw", &key)?;
    first.json(&[200])?;
    replayed(&first, &submitted.draft.post("withdraw", &key)?)
}

fn reused(run: &Run) -> Outcome {
    let draft = run.nobody()?;
    let (id, key) = (&run.programme()?.id, key()?);
    draft.begin_at(id, &json!({"conformance_a": "a"}), &key)?.json(&[201])?;
    let reply = draft.begin_at(id, &json!({"conformance_a": "b"}), &key)?;
    reply.problem(&[422], "/problems/idempotency-key-reused")?;
    let reply = draft.submit(draft.version()?, &key)?;
    reply.problem(&[422], "/problems/idempotency-key-reused")?;
    draft.read()?.member("/answers", &json!({"conformance_a": "a"}))
}

fn whose(run: &Run) -> Outcome {
    let (id, key) = (&run.programme()?.id, key()?);
    let (one, other) = (run.nobody()?, run.nobody()?);
    let first = one.begin_at(id, &json!({"conformance_a": "one"}), &key)?;
    let second = other.begin_at(id, &json!({"conformance_a": "other"}), &key)?;
    second.json(&[201])?;
    second.require(
        second.value()["id"] != first.value()["id"],
        "another application than the first token's",
    )?;
    second.member("/answers", &json!({"conformance_a": "other"}))
}

fn at_once(run: &Run) -> Outcome {
    let complete = run.complete(Extent::Required)?;
    let key = key()?;
    let submit = || complete.draft.submit(complete.version, &key);
    let (one, other) = std::thread::scope(|scope| {
        let one = scope.spawn(submit);
        let other = submit();
        (one.join().unwrap_or_else(|_| Stop::not_checked("a thread ended")), other)
    });
    let (one, other) = (one?, other?);
    for reply in [&one, &other] {
        match reply.status {
            200 => {}
            409 => {
                reply.problem(&[409], "/problems/idempotency-key-running")?;
            }
            _ => return Err(reply.short("200 with the receipt, or 409 while the first one runs")),
        }
    }
    if one.status == 200 && other.status == 200 {
        replayed(&one, &other)?;
    }
    once(&complete.draft)
}
