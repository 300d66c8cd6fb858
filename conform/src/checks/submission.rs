//! Submitting, and the receipt for it.

use std::collections::BTreeSet;

use opencall_core::programme::Kind;
use opencall_core::{Answers, Timestamp, application, seal};
use serde_json::{Value, json};

use crate::check::{Capability::Submission, Check, Outcome, Stop};
use crate::draft::key;
use crate::expect::utc;
use crate::fill::Extent;
use crate::http::Reply;
use crate::run::Run;

pub(super) const CHECKS: &[Check] = &[
    Submission.check(
        "submission/receipt",
        "a complete draft is submitted, and the receipt says what was received, and when",
        "docs/backend.md, Calls; docs/backend.md, Receipts",
        receipt,
    ),
    Submission.check(
        "submission/digest",
        "the receipt's digest is that of the canonical application",
        "docs/backend.md, Receipts; RFC 8785, 3",
        digest,
    ),
    Submission.check("submission/least", "what is required is enough", "docs/backend.md, Calls", least),
    Submission.check(
        "submission/shown",
        "the application then is submitted, and shows its receipt",
        "docs/backend.md, Calls",
        shown,
    ),
    Submission.check(
        "submission/once",
        "submitting again what has not changed gives the receipt that is there",
        "docs/backend.md, Calls",
        once,
    ),
    Submission.check(
        "submission/incomplete",
        "what is missing is refused, each answer by its pointer",
        "docs/backend.md, Problems",
        incomplete,
    ),
    Submission.check(
        "submission/wrong",
        "what is wrong is refused, each answer by its pointer",
        "docs/backend.md, Problems",
        wrong,
    ),
    Submission.check(
        "submission/unknown-field",
        "an answer to no field is named, and not lost in silence",
        "docs/backend.md, Problems",
        unknown_field,
    ),
    Submission.check(
        "submission/changed",
        "what has changed since is submitted again, with another digest",
        "docs/backend.md, Calls",
        changed,
    ),
    Submission.check(
        "submission/export",
        "the export has the canonical form of what was submitted",
        "docs/backend.md, Calls",
        export,
    ),
];

fn receipt(run: &Run) -> Outcome {
    let call = run.programme()?;
    let complete = run.complete(Extent::Everything)?;
    let begun = complete.draft.read()?;
    let reply = complete.draft.submit(complete.version, &key()?)?;
    reply.json(&[200])?;
    reply.text("/reference")?;
    reply.member("/application", &begun.value()["id"])?;
    reply.member("/programme", &json!(call.id))?;
    reply.member("/version", &json!(complete.version))?;
    let received = reply.time("/received_at")?;
    let saved = begun.time("/updated_at")?;
    if received < saved {
        return Err(reply.short(format!("received_at is not before {saved}, when the answers were saved")));
    }
    let deadline = reply.time("/deadline")?;
    if deadline == call.programme.schedule.deadline {
        return Ok(());
    }
    Err(reply.short(format!("deadline is {}", call.programme.schedule.deadline)))
}

fn digest(run: &Run) -> Outcome {
    let complete = run.complete(Extent::Everything)?;
    let reply = complete.draft.submit(complete.version, &key()?)?;
    reply.json(&[200])?;
    reply.member("/digest", &json!(complete.digest))
}

fn least(run: &Run) -> Outcome {
    let complete = run.complete(Extent::Required)?;
    let reply = complete.draft.submit(complete.version, &key()?)?;
    reply.json(&[200])?;
    reply.member("/digest", &json!(complete.digest))
}

fn shown(run: &Run) -> Outcome {
    let submitted = run.submitted(Extent::Required)?;
    let read = submitted.draft.read()?;
    read.member("/status", &json!("submitted"))?;
    read.member("/receipt", &submitted.receipt.value())?;
    read.member("/submitted_version", &submitted.receipt.value()["version"])?;
    let happened = submitted.draft.happened()?;
    read.require(happened == ["begun", "submitted"], "the timeline has begun and submitted")
}

fn once(run: &Run) -> Outcome {
    let submitted = run.submitted(Extent::Required)?;
    let again = submitted.draft.submit(submitted.draft.version()?, &key()?)?;
    again.json(&[200])?;
    again.member("", &submitted.receipt.value())?;
    let happened = submitted.draft.happened()?;
    again.require(happened == ["begun", "submitted"], "submitted stands in the timeline once")
}

/// Where errors point, of a reply and of the rules that app and backend share.
fn pointers(run: &Run, reply: &Reply, answers: &Value) -> Outcome {
    let value = reply.problem(&[422], "/problems/answers")?;
    let answers: Answers = serde_json::from_value(answers.clone()).unwrap_or_default();
    let problems = match application(&run.programme()?.programme, &answers) {
        Ok(_) => return Stop::not_checked("the call takes these answers"),
        Err(problems) => problems,
    };
    let errors = value["errors"].as_array().cloned().unwrap_or_default();
    let pair = |value: &Value| Some((value["pointer"].as_str()?.to_owned(), value["code"].as_str()?.to_owned()));
    let said: BTreeSet<_> = errors.iter().filter_map(pair).collect();
    let right: BTreeSet<_> = problems
        .iter()
        .filter_map(|problem| pair(&serde_json::to_value(problem).ok()?))
        .collect();
    if said == right {
        return Ok(());
    }
    let list = |set: Vec<&(String, String)>| set.iter().map(|(at, code)| format!("{at} {code}")).collect::<Vec<_>>().join(", ");
    let (missing, more) = (list(right.difference(&said).collect()), list(said.difference(&right).collect()));
    Err(reply.short_of(
        format!("errors: {}", list(right.iter().collect())),
        format!("not there: {missing}; not expected: {more}"),
    ))
}

fn incomplete(run: &Run) -> Outcome {
    let draft = run.draft(&json!({}))?;
    let reply = draft.submit(draft.version()?, &key()?)?;
    pointers(run, &reply, &json!({}))?;
    let read = draft.read()?;
    read.member("/status", &json!("draft"))?;
    read.require(read.value()["receipt"].is_null(), "no receipt")
}

fn wrong(run: &Run) -> Outcome {
    let call = run.programme()?;
    let mut answers = json!({});
    for field in call.programme.steps.iter().flat_map(|step| &step.fields) {
        answers[&field.id] = match &field.kind {
            Kind::Text { max, .. } | Kind::LongText { max } => json!("é".repeat(*max as usize + 1)),
            Kind::Email | Kind::Url { .. } | Kind::Number { .. } => json!("no such thing"),
            Kind::Choice { .. } | Kind::Country => json!("conformance-none"),
            Kind::Choices { .. } => json!(["conformance-none"]),
            Kind::Group { .. } => json!([{"id": "r"}]),
            _ => continue,
        };
    }
    let draft = run.draft(&answers)?;
    let reply = draft.submit(draft.version()?, &key()?)?;
    pointers(run, &reply, &answers)
}

fn unknown_field(run: &Run) -> Outcome {
    let complete = run.complete(Extent::Required)?;
    let saved = complete.draft.save(&json!({"conformance_no_field": "says something"}))?;
    let reply = complete
        .draft
        .submit(saved.version().or_else(|_| complete.draft.version())?, &key()?)?;
    let mut answers = complete.answers.clone();
    answers["conformance_no_field"] = json!("says something");
    pointers(run, &reply, &answers)
}

fn changed(run: &Run) -> Outcome {
    let submitted = run.submitted(Extent::Required)?;
    let call = run.programme()?;
    let mut fields = call.programme.steps.iter().flat_map(|step| &step.fields);
    let text =
        fields.find(|field| matches!(field.kind, Kind::Text { .. } | Kind::LongText { .. }) && submitted.answers[&field.id].is_string());
    let Some(field) = text else {
        return Stop::not_checked("the call asks for no text");
    };
    let mut answers: Answers = serde_json::from_value(submitted.answers.clone()).unwrap_or_default();
    answers.0.insert(field.id.clone(), json!("2"));
    let digest = run.digest(&answers)?;
    submitted.draft.save(&json!({&field.id: "2"}))?;
    let between = submitted.draft.read()?;
    between.member("/status", &json!("submitted"))?;
    between.member("/receipt/digest", &submitted.receipt.value()["digest"])?;
    let again = submitted
        .draft
        .submit(between.value()["version"].as_u64().unwrap_or_default(), &key()?)?;
    again.json(&[200])?;
    again.member("/digest", &json!(digest))?;
    let before = submitted.receipt.value()["received_at"]
        .as_str()
        .and_then(utc)
        .unwrap_or(Timestamp::from_millis(0));
    again.require(
        again.time("/received_at")? >= before,
        "received_at is not before that of the first receipt",
    )?;
    again.member("/reference", &submitted.receipt.value()["reference"])
}

fn export(run: &Run) -> Outcome {
    let submitted = run.submitted(Extent::Everything)?;
    let reply = submitted.draft.get("/export")?;
    let value = reply.json(&[200])?;
    let digest = seal::digest(&seal::canonical_json(&value["submitted"]));
    if submitted.receipt.value()["digest"] == digest.as_str() {
        return reply.member("/application/status", &json!("submitted"));
    }
    Err(reply.short_of("submitted is what the receipt's digest is of", format!("its digest is {digest}")))
}
