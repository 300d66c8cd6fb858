//! Calls and their documents, for anyone.

use opencall_core::{Timestamp, phase};
use serde_json::Value;

use crate::check::{Capability::Programmes, Check, Outcome, Stop};
use crate::run::{Run, phase_of};

pub(super) const CHECKS: &[Check] = &[
    Programmes.check(
        "programmes/list",
        "calls are listed with id, title and phase",
        "docs/backend.md, Calls",
        list,
    ),
    Programmes.check(
        "programmes/document",
        "a call's document is one that every app can read",
        "docs/backend.md, Calls; docs/programmes.md",
        document,
    ),
    Programmes.check(
        "programmes/phase",
        "the phase in the list is the one that the document's dates make",
        "docs/backend.md, Calls",
        dates,
    ),
    Programmes.check(
        "programmes/etag",
        "a document that has not changed is not sent again",
        "docs/backend.md, Calls; RFC 9110, 13.1.2",
        etag,
    ),
    Programmes.check(
        "programmes/unknown",
        "a call that does not exist is not found",
        "docs/backend.md, Problems",
        unknown,
    ),
    Programmes.check(
        "programmes/path",
        "a path that is none is not found, as a problem",
        "docs/backend.md, Problems",
        path,
    ),
    Programmes.check(
        "programmes/head",
        "HEAD is answered as GET, without a body",
        "RFC 9110, 9.3.2",
        head,
    ),
    Programmes.check(
        "programmes/method",
        "a method that a path does not have is refused with those that it has",
        "RFC 9110, 15.5.6",
        method,
    ),
];

fn list(run: &Run) -> Outcome {
    let reply = run.http.request("GET", "/programmes").send()?;
    let value = reply.json(&[200])?;
    let calls = value.as_array().ok_or_else(|| reply.short("a list of calls"))?;
    for (index, call) in calls.iter().enumerate() {
        reply.text(&format!("/{index}/id"))?;
        reply.require(!call["title"].is_null(), "each call has a title")?;
        let known = ["not_yet_open", "open", "last_hour", "grace", "closed"];
        reply.require(
            known.contains(&phase_of(call)),
            "each call has a phase: not_yet_open, open, last_hour, grace or closed",
        )?;
    }
    let id = &run.programme()?.id;
    reply.require(calls.iter().any(|call| call["id"] == id.as_str()), &format!("{id} is among them"))
}

fn document(run: &Run) -> Outcome {
    let call = run.document()?;
    if call.programme.id == call.id {
        return Ok(());
    }
    Err(Stop::short(
        format!("the document of {}", call.id),
        format!("its id is {}", call.programme.id),
    ))
}

fn dates(run: &Run) -> Outcome {
    let call = run.programme()?;
    let before = now();
    let reply = run.http.request("GET", "/programmes").send()?;
    let value = reply.json(&[200])?;
    let listed = value
        .as_array()
        .into_iter()
        .flatten()
        .find(|listed| listed["id"] == call.id.as_str());
    let said = listed.map(phase_of).unwrap_or_default().to_owned();
    // Clocks differ, and phases change: whatever is right two minutes before or after is right.
    let right = [-120_000, 0, 120_000].map(|shift| {
        let there = phase(&call.programme.schedule, None, before.plus_millis(shift));
        serde_json::to_value(there).map_or_else(|_| String::new(), |value| phase_of(&serde_json::json!({"phase": value})).to_owned())
    });
    if right.contains(&said) {
        return Ok(());
    }
    Err(reply.short_of(format!("{} is {}", call.id, right[1]), format!("it is {said}")))
}

fn now() -> Timestamp {
    let since = std::time::SystemTime::now()
        .duration_since(std::time::UNIX_EPOCH)
        .unwrap_or_default();
    Timestamp::from_millis(i64::try_from(since.as_millis()).unwrap_or(i64::MAX))
}

fn etag(run: &Run) -> Outcome {
    let path = format!("/programmes/{}", run.programme()?.id);
    let reply = run.http.request("GET", &path).send()?;
    reply.status(&[200])?;
    let tag = reply.header("etag").ok_or_else(|| reply.short("an ETag"))?.to_owned();
    let again = run.http.request("GET", &path).header("If-None-Match", &tag).send()?;
    again.status(&[304])?;
    again.require(again.body.is_empty(), "no body with 304")?;
    let other = run.http.request("GET", &path).header("If-None-Match", "\"conformance\"").send()?;
    other.status(&[200])?;
    Ok(())
}

fn unknown(run: &Run) -> Outcome {
    let reply = run.http.request("GET", "/programmes/conformance-no-such-call").send()?;
    reply.problem(&[404], "/problems/not-found").map(drop)
}

fn path(run: &Run) -> Outcome {
    let reply = run.http.request("GET", "/conformance/no-such-path").send()?;
    reply.problem(&[404], "/problems/not-found").map(drop)
}

fn head(run: &Run) -> Outcome {
    let reply = run.http.request("HEAD", &format!("/programmes/{}", run.programme()?.id)).send()?;
    reply.status(&[200])?;
    reply.require(reply.media_type() == "application/json", "the headers of GET")
}

fn method(run: &Run) -> Outcome {
    let reply = run.http.request("DELETE", "/programmes").send()?;
    reply.status(&[405])?;
    reply.require(reply.header_has("allow", "GET"), "Allow names GET")?;
    let value: Value = reply.json(&[405])?;
    reply.require(value["title"].is_string(), "a problem")
}
