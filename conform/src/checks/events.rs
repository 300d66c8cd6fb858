//! Changes as they happen, for the staff's pages.

use std::time::Duration;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use opencall_table::Schema;
use opencall_table::block::Block;
use opencall_table::stream::Reader;
use serde_json::json;

use super::paging::{decoded, has, read};
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

/// An event of rows.
struct Event {
    /// The cursor it reaches.
    id: Option<u64>,
    /// What has changed.
    blocks: Vec<Block>,
}

/// The events after a cursor, told in the address or as the last id, until one of them reaches further and has a row, or as many as there
/// were in time.
fn heard(run: &Run, query: &str, last_id: Option<u64>, after: u64) -> Outcome<(Reply, Vec<Event>)> {
    let staff = run.staff()?;
    let mut request = staff.bare("GET", &format!("/programmes/{}/events{query}", run.programme()?.id));
    request = request.header("Accept", "text/event-stream");
    if let Some(id) = last_id {
        request = request.header("Last-Event-ID", id.to_string());
    }
    let schema = Schema::of(&run.programme()?.programme);
    // That others have erased theirs is told too, and is no row.
    let has_row = |event: &str| {
        let bytes = STANDARD.decode(data(event)).ok();
        let blocks = bytes.and_then(|bytes| Reader::new(&schema).push(&bytes).ok());
        blocks.is_none_or(|blocks| blocks.iter().any(|block| !block.rows.is_empty()))
    };
    let enough = |bytes: &[u8]| {
        let text = String::from_utf8_lossy(bytes);
        whole(&text).any(|event| !data(event).is_empty() && id(event).is_none_or(|id| id > after) && has_row(event))
    };
    let reply = request.stream(PATIENCE, enough)?;
    reply.require(reply.status == 200, "status 200")?;
    reply.require(reply.media_type() == "text/event-stream", "Content-Type: text/event-stream")?;
    let text = String::from_utf8_lossy(&reply.body);
    let mut events = Vec::new();
    for event in whole(&text).filter(|event| !data(event).is_empty()) {
        reply.require(fields(event, "event").last() == Some("rows"), "an event rows")?;
        let bytes = STANDARD
            .decode(data(event))
            .map_err(|error| reply.short_of("changes in base64", error.to_string()))?;
        let (blocks, cursor) = decoded(run, &reply, &bytes)?;
        let id = id(event);
        reply.require(id == Some(cursor), &format!("the cursor as id: {cursor}"))?;
        events.push(Event { id, blocks });
    }
    Ok((reply, events))
}

/// The events that are there to their end.
fn whole(text: &str) -> impl Iterator<Item = &str> {
    text.split_inclusive("\n\n").filter(|event| event.ends_with("\n\n"))
}

/// The values of a field.
fn fields<'e>(event: &'e str, name: &'static str) -> impl Iterator<Item = &'e str> {
    let of_name = move |line: &'e str| line.strip_prefix(name)?.strip_prefix(':');
    event.lines().filter_map(of_name).map(str::trim)
}

fn data(event: &str) -> String {
    fields(event, "data").collect()
}

fn id(event: &str) -> Option<u64> {
    fields(event, "id").last()?.parse().ok()
}

/// The cursor that all rows reach now.
fn cursor(run: &Run) -> Outcome<u64> {
    let staff = run.staff()?;
    staff.may("read_applications")?;
    let rows = staff.get(&format!("/programmes/{}/rows", run.programme()?.id))?;
    Ok(read(run, &rows)?.1)
}

/// A change has to be told, and nothing that was before it. Gives the cursor it reaches.
fn told(reply: &Reply, events: &[Event], after: u64) -> Outcome<u64> {
    let latest = events.last().and_then(|event| event.id);
    let told = events.iter().any(|event| event.blocks.iter().any(|block| !block.rows.is_empty()));
    reply.require(
        told && events.iter().all(|event| event.id > Some(after)),
        &format!("an event rows with a row, and none whose id is not after {after}"),
    )?;
    latest.ok_or_else(|| reply.short("an event"))
}

fn tells(run: &Run) -> Outcome {
    run.staff()?;
    let draft = run.draft(&json!({}))?;
    let cursor = cursor(run)?;
    std::thread::scope(|scope| {
        let listening = scope.spawn(|| heard(run, &format!("?since={cursor}"), None, cursor));
        draft.save(&json!({"conformance_a": "told"}))?;
        let (reply, events) = listening.join().unwrap_or_else(|_| crate::Stop::not_checked("a thread ended"))?;
        told(&reply, &events, cursor).map(drop)
    })
}

fn goes_on(run: &Run) -> Outcome {
    run.staff()?;
    // Of an application that stays as it is, nothing may come.
    let still = run.for_staff()?.reference()?;
    let draft = run.draft(&json!({}))?;
    let cursor = cursor(run)?;
    draft.save(&json!({"conformance_a": "told"}))?;
    let (reply, events) = heard(run, &format!("?since={cursor}"), None, cursor)?;
    let last = told(&reply, &events, cursor)?;
    draft.save(&json!({"conformance_a": "while nobody listened"}))?;
    let (reply, events) = heard(run, "", Some(last), last)?;
    told(&reply, &events, last)?;
    let again = events.iter().any(|event| has(&event.blocks, &still));
    reply.require(!again, &format!("nothing of {still}, which has not changed since"))
}
