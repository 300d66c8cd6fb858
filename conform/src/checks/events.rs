//! Changes as they happen, for the staff's pages.

use std::time::Duration;

use serde_json::json;

use crate::check::{Capability::Events, Check, Outcome};
use crate::http::Reply;
use crate::run::Run;

pub(super) const CHECKS: &[Check] = &[
    Events.check(
        "events/tells",
        "a change is told within seconds, with its cursor as id",
        "docs/backend.md, Staff; HTML, 9.2",
        tells,
    ),
    Events.check(
        "events/goes-on",
        "whoever comes back with the last id hears what came after it, and nothing before",
        "docs/backend.md, Staff; HTML, 9.2",
        goes_on,
    ),
];

/// How long a change may take to be told.
const PATIENCE: Duration = Duration::from_secs(15);

/// One whole event of rows, or as much as there was in time.
fn one(run: &Run, query: &str, last_id: Option<u64>) -> Outcome<(Reply, Option<u64>)> {
    let staff = run.staff()?;
    staff.may("read_applications")?;
    let mut request = staff.bare("GET", &format!("/programmes/{}/events{query}", run.programme()?.id));
    request = request.header("Accept", "text/event-stream");
    if let Some(id) = last_id {
        request = request.header("Last-Event-ID", id.to_string());
    }
    let whole = |bytes: &[u8]| {
        let text = String::from_utf8_lossy(bytes);
        text.split_inclusive("\n\n")
            .any(|event| event.ends_with("\n\n") && event.contains("data:"))
    };
    let reply = request.stream(PATIENCE, whole)?;
    reply.require(reply.status == 200, "status 200")?;
    reply.require(reply.media_type() == "text/event-stream", "Content-Type: text/event-stream")?;
    let text = String::from_utf8_lossy(&reply.body).into_owned();
    let mut events = text.split("\n\n");
    let event = events.find(|event| event.contains("data:")).unwrap_or_default();
    let field = |name: &str| {
        event
            .lines()
            .find_map(|line| line.strip_prefix(name)?.strip_prefix(':'))
            .map(str::trim)
    };
    reply.require(field("event") == Some("rows"), "an event rows")?;
    let id = field("id").and_then(|id| id.parse().ok());
    Ok((reply, id))
}

fn tells(run: &Run) -> Outcome {
    let draft = run.draft(&json!({}))?;
    let (reply, id) = one(run, "?since=0", None)?;
    reply.require(id.is_some(), "with the cursor as id")?;
    let id = id.unwrap_or_default();
    std::thread::scope(|scope| {
        let told = scope.spawn(|| one(run, &format!("?since={id}"), None));
        draft.save(&json!({"conformance_a": "told"}))?;
        let (reply, next) = told.join().unwrap_or_else(|_| crate::Stop::not_checked("a thread ended"))?;
        reply.require(next > Some(id), &format!("an id after {id}"))
    })
}

fn goes_on(run: &Run) -> Outcome {
    let draft = run.draft(&json!({}))?;
    let (_, first) = one(run, "?since=0", None)?;
    draft.save(&json!({"conformance_a": "while nobody listened"}))?;
    let (reply, next) = one(run, "", first)?;
    reply.require(next > first, "an id after the last one")
}
