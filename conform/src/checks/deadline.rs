//! What is refused once a call has closed, and what is not.

use opencall_core::contract::Uploads;
use opencall_core::{Phase, Timestamp, phase};
use serde_json::json;

use crate::check::{Capability::Deadline, Check, Outcome, Stop};
use crate::draft::{Draft, key};
use crate::http::Reply;
use crate::run::{Run, phase_of, read_call};
use crate::upload::creating;

pub(super) const CHECKS: &[Check] = &[
    Deadline.check(
        "deadline/listed",
        "a call that is not open says so in the list",
        "docs/backend.md, Calls",
        listed,
    ),
    Deadline.check(
        "deadline/begin",
        "nothing is begun at a call that is not open",
        "docs/backend.md, Problems",
        begin,
    ),
    Deadline.check(
        "deadline/read",
        "a draft whose call has closed can still be read and taken along",
        "docs/backend.md, Problems",
        read,
    ),
    Deadline.check("deadline/save", "no answer of it is changed", "docs/backend.md, Problems", save),
    Deadline.check("deadline/submit", "it is not submitted", "docs/backend.md, Problems", submit),
    Deadline.check("deadline/seal", "nothing is sealed", "docs/backend.md, A seal", seal),
    Deadline.check("deadline/upload", "no file is taken", "docs/backend.md, Problems", upload),
];

fn listed(run: &Run) -> Outcome {
    let id = run.closed()?;
    let reply = run.http.request("GET", "/programmes").send()?;
    let value = reply.json(&[200])?;
    let call = value.as_array().into_iter().flatten().find(|call| call["id"] == id);
    let phase = call.map(phase_of).unwrap_or_default();
    reply.require(
        ["closed", "grace", "not_yet_open"].contains(&phase),
        &format!("{id} is closed, in its grace, or not yet open"),
    )
}

/// A reply has to say that the call is not open, and what time it is.
fn not_open(reply: &Reply) -> Outcome {
    reply.problem(&[403], "/problems/not-open")?;
    reply.time("/now").map(drop)
}

fn begin(run: &Run) -> Outcome {
    let id = run.closed()?;
    let draft = Draft::new(&run.http)?;
    not_open(&draft.begin_at(id, &json!({}), &key()?)?)?;
    draft.get("")?.problem(&[401], "/problems/unknown-token").map(drop)
}

/// The draft that was given. It is somebody's: what is tried with it changes nothing when it is refused, as it has to be.
fn given(run: &Run) -> Outcome<(Draft, Reply)> {
    let Some(link) = &run.options.closed_draft else {
        return Stop::not_given("needs a draft whose call has closed: give its private link with --closed-draft");
    };
    let draft = Draft::given(&run.http, link.rsplit('#').next().unwrap_or_default());
    let before = draft.get("")?;
    before.json(&[200])?;
    is_over(run, &before)?;
    Ok((draft, before))
}

/// Its call has to have closed for it, by the document, its own extension and the backend's time. With any other draft, what is tried
/// would be done.
fn is_over(run: &Run, draft: &Reply) -> Outcome {
    let view = draft.value();
    let id = view["programme"].as_str().unwrap_or_default();
    let unknown = |why: &str| {
        Stop::NotChecked(format!(
            "whether the call of the draft of --closed-draft has closed is not known: {why}"
        ))
    };
    let call = read_call(&run.http, id).map_err(|_| unknown("its document cannot be read"))?;
    let extension = match &view["extension"] {
        extension if extension.is_null() => None,
        extension => Some(
            extension
                .as_str()
                .and_then(Timestamp::parse)
                .ok_or_else(|| unknown("its extension is no time"))?,
        ),
    };
    let now = now(run)?.ok_or_else(|| unknown("the backend does not say what time it is"))?;
    let has_seal = !view["seal"].is_null();
    match phase(&call.programme.schedule, extension, now) {
        Phase::Closed { .. } => Ok(()),
        Phase::Grace { .. } if !has_seal => Ok(()),
        Phase::Grace { .. } => {
            Stop::not_checked("the draft of --closed-draft was sealed in time, and may be saved and submitted in the grace")
        }
        Phase::NotYetOpen { .. } => Stop::not_checked("the call of the draft of --closed-draft is not yet open"),
        Phase::Open { deadline } | Phase::LastHour { deadline } => {
            Stop::not_checked(format!("the draft of --closed-draft may be changed until {deadline}"))
        }
    }
}

/// The backend's time: by its clock, else by the date of a reply.
fn now(run: &Run) -> Outcome<Option<Timestamp>> {
    if run.claims.all(run).clock {
        let reply = run.http.request("GET", "/clock").send()?;
        return Ok(reply.time("/now").ok());
    }
    let reply = run.http.request("GET", "/programmes").send()?;
    Ok(reply.header("date").and_then(Timestamp::parse_http_date))
}

/// The draft has to be as it was before.
fn unchanged(draft: &Draft, before: &Reply) -> Outcome {
    let after = draft.get("")?;
    after.member("", &before.value())
}

fn read(run: &Run) -> Outcome {
    let (draft, before) = given(run)?;
    draft.get("/export")?.json(&[200])?;
    draft.get("/timeline")?.json(&[200])?;
    unchanged(&draft, &before)
}

fn save(run: &Run) -> Outcome {
    let (draft, before) = given(run)?;
    let version = before.value()["version"].as_u64().unwrap_or_default();
    not_open(&draft.patch(version, &json!({"conformance_late": "late"}))?)?;
    unchanged(&draft, &before)
}

fn submit(run: &Run) -> Outcome {
    let (draft, before) = given(run)?;
    let version = before.value()["version"].as_u64().unwrap_or_default();
    let reply = draft.submit(version, &key()?)?;
    let in_grace = reply.value()["type"]
        .as_str()
        .is_some_and(|kind| kind.ends_with("/problems/no-seal"));
    if in_grace {
        reply.problem(&[403], "/problems/no-seal")?;
    } else {
        not_open(&reply)?;
    }
    unchanged(&draft, &before)
}

fn seal(run: &Run) -> Outcome {
    if !run.claims.all(run).seals {
        return Err(Stop::NotOffered(String::from("no seals")));
    }
    let (draft, before) = given(run)?;
    let version = before.value()["version"].as_u64().unwrap_or_default();
    not_open(&draft.seal(&opencall_core::seal::digest("late"), version, &key()?)?)?;
    unchanged(&draft, &before)
}

fn upload(run: &Run) -> Outcome {
    if run.uploads() == Uploads::None {
        return Err(Stop::NotOffered(String::from("no uploads")));
    }
    let (draft, before) = given(run)?;
    let (field, kind, _) = run.file_field()?;
    not_open(&creating(&draft, &field.id, &format!("late.{}", kind.extension()), 100).send()?)?;
    unchanged(&draft, &before)
}
