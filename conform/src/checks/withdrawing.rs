//! Taking an application back, and erasing one that was submitted.

use serde_json::json;

use crate::check::{Capability::Submission, Check, Outcome};
use crate::draft::key;
use crate::fill::Extent;
use crate::run::Run;

pub(super) const CHECKS: &[Check] = &[
    Submission.check(
        "submission/withdraw",
        "what was submitted can be taken back, and submitted again",
        "docs/backend.md, Calls",
        withdraw,
    ),
    Submission.check(
        "submission/withdraw-draft",
        "what never was submitted cannot be taken back",
        "docs/backend.md, Problems",
        withdraw_draft,
    ),
    Submission.check(
        "submission/timeline",
        "the timeline has all of it, in order",
        "docs/backend.md, The timeline",
        timeline,
    ),
    Submission.check(
        "submission/erase",
        "what was submitted can be erased",
        "docs/backend.md, Calls",
        erase,
    ),
];

fn withdraw(run: &Run) -> Outcome {
    let submitted = run.submitted(Extent::Required)?;
    let reply = submitted.draft.post("withdraw", &key()?)?;
    reply.json(&[200])?;
    reply.member("/status", &json!("withdrawn"))?;
    reply.member("/answers", &submitted.answers)?;
    submitted.draft.read()?.member("/status", &json!("withdrawn"))?;
    let again = submitted.draft.submit(submitted.draft.version()?, &key()?)?;
    again.json(&[200])?;
    again.member("/digest", &submitted.receipt.value()["digest"])?;
    submitted.draft.read()?.member("/status", &json!("submitted"))
}

fn withdraw_draft(run: &Run) -> Outcome {
    let draft = run.some_draft()?;
    draft.post("withdraw", &key()?)?.problem(&[409], "/problems/illegal-move")?;
    draft.read()?.member("/status", &json!("draft"))
}

fn timeline(run: &Run) -> Outcome {
    let submitted = run.submitted(Extent::Required)?;
    submitted.draft.post("withdraw", &key()?)?.json(&[200])?;
    let reply = submitted.draft.get("/timeline")?;
    let value = reply.json(&[200])?;
    let mut before = reply.time("/0/at")?;
    for index in 0..value.as_array().map_or(0, Vec::len) {
        let at = reply.time(&format!("/{index}/at"))?;
        reply.require(at >= before, "none is before the one before it")?;
        before = at;
    }
    let happened = submitted.draft.happened()?;
    reply.require(happened == ["begun", "submitted", "withdrawn"], "begun, submitted, withdrawn")
}

fn erase(run: &Run) -> Outcome {
    let submitted = run.submitted(Extent::Required)?;
    submitted.draft.erase()?.status(&[204])?;
    submitted.draft.get("")?.problem(&[401], "/problems/unknown-token")?;
    let again = submitted.draft.submit(1, &key()?)?;
    again.problem(&[401], "/problems/unknown-token").map(drop)
}
