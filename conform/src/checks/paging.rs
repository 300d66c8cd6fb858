//! Pages and snapshots of the staff's side have a bound, however many applications there are.

use opencall_core::programme::Kind;
use opencall_table::stream::{MEDIA_TYPE, Reader};
use opencall_table::{Schema, block};
use serde_json::{Value, json};

use crate::check::{Capability::Paging, Check, Outcome, Stop};
use crate::http::Reply;
use crate::run::Run;

pub(super) const CHECKS: &[Check] = &[
    Paging.check(
        "paging/audit",
        "a page of the trail has as many entries as asked for, and never more than 200",
        "docs/backend.md, Staff",
        audit,
    ),
    Paging.check(
        "paging/audit-next",
        "the page before an entry goes on where it was left",
        "docs/backend.md, Staff",
        audit_next,
    ),
    Paging.check(
        "paging/rows",
        "all applications come as a head and blocks of bounded length, ours among them",
        "docs/table.md, On the wire",
        rows,
    ),
    Paging.check(
        "paging/changes",
        "changes since a cursor are those since, in one block",
        "docs/table.md, On the wire",
        changes,
    ),
];

/// The most entries of a page, whatever is asked.
const PAGE: usize = 200;

fn page(run: &Run, query: &str) -> Outcome<(Reply, Vec<u64>)> {
    let staff = run.staff()?;
    staff.may("read_audit")?;
    let reply = staff.get(&format!("/audit{query}"))?;
    let value = reply.json(&[200])?;
    let entries = value.as_array().ok_or_else(|| reply.short("a list of entries"))?;
    let ordinals: Option<Vec<u64>> = entries.iter().map(|entry| entry["ordinal"].as_u64()).collect();
    let ordinals = ordinals.ok_or_else(|| reply.short("each entry has its ordinal"))?;
    reply.require(ordinals.is_sorted_by(|a, b| a > b), "the latest first")?;
    Ok((reply, ordinals))
}

fn audit(run: &Run) -> Outcome {
    let (reply, one) = page(run, "?limit=1")?;
    reply.require(one.len() == 1, "one entry: there is at least that somebody signed in")?;
    for query in ["", "?limit=200"] {
        bounded(&page(run, query)?)?;
    }
    // Whoever asks for more gets as many as there are in a page, or is told how many those are.
    let more = run.staff()?.get("/audit?limit=1000000")?;
    if more.status == 400 {
        return more.problem(&[400], "/problems/malformed").map(drop);
    }
    bounded(&page(run, "?limit=1000000")?)
}

fn bounded((reply, entries): &(Reply, Vec<u64>)) -> Outcome {
    if entries.len() <= PAGE {
        return Ok(());
    }
    Err(reply.short_of(format!("{PAGE} entries at most"), format!("{} entries", entries.len())))
}

fn audit_next(run: &Run) -> Outcome {
    let (_, together) = page(run, "?limit=6")?;
    let [last, earlier @ ..] = together.as_slice() else {
        return Stop::not_checked("there is no entry");
    };
    if earlier.is_empty() {
        return Stop::not_checked("there is one entry and no more");
    }
    let (reply, next) = page(run, &format!("?before={last}&limit=5"))?;
    if next == earlier {
        return Ok(());
    }
    // What is before an entry stays as it is, whatever else is done meanwhile.
    Err(reply.short_of(
        format!("the entries that follow {last} on a page of six: {earlier:?}"),
        format!("{next:?}"),
    ))
}

/// Blocks of a reply, and the cursor it reaches.
pub(super) fn read(run: &Run, reply: &Reply) -> Outcome<(Vec<block::Block>, u64)> {
    reply.status(&[200])?;
    reply.require(reply.media_type() == MEDIA_TYPE, &format!("Content-Type: {MEDIA_TYPE}"))?;
    decoded(run, reply, &reply.body)
}

/// Blocks of bytes that came with a reply, and the cursor they reach.
pub(super) fn decoded(run: &Run, reply: &Reply, bytes: &[u8]) -> Outcome<(Vec<block::Block>, u64)> {
    let schema = Schema::of(&run.programme()?.programme);
    let mut reader = Reader::new(&schema);
    let blocks = reader
        .push(bytes)
        .map_err(|fault| reply.short_of("a head and blocks (docs/table.md)", format!("{fault:?}")))?;
    let head = reader
        .head()
        .filter(|_| reader.is_whole())
        .ok_or_else(|| reply.short("a head and whole blocks"))?;
    let longest = blocks.iter().map(|block| block.rows.len()).max().unwrap_or_default();
    reply.require(longest <= block::MOST, &format!("blocks of {} rows at most", block::MOST))?;
    Ok((blocks, head.cursor))
}

pub(super) fn has(blocks: &[block::Block], reference: &str) -> bool {
    blocks.iter().flat_map(|block| &block.rows).any(|row| {
        let first = row.cells.first();
        matches!(first, Some(opencall_table::Cell::Text(text)) if **text == *reference)
    })
}

fn rows(run: &Run) -> Outcome {
    let staff = run.staff()?;
    staff.may("read_applications")?;
    let reference = run.for_staff()?.reference()?;
    let reply = staff.get(&format!("/programmes/{}/rows", run.programme()?.id))?;
    let (blocks, _) = read(run, &reply)?;
    reply.require(has(&blocks, &reference), &format!("{reference} is among them"))
}

fn changes(run: &Run) -> Outcome {
    let staff = run.staff()?;
    staff.may("read_applications")?;
    let submitted = run.for_staff()?;
    let id = &run.programme()?.id;
    let all = staff.get(&format!("/programmes/{id}/rows"))?;
    let (_, cursor) = read(run, &all)?;
    let ask = |since: u64| staff.get(&format!("/programmes/{id}/changes?since={since}"));
    let (none, _) = read(run, &ask(cursor)?)?;
    // Others may apply meanwhile; ours did nothing.
    all.require(
        !has(&none, &submitted.reference()?),
        "nothing of an application that has not changed",
    )?;
    let mut fields = run.programme()?.programme.steps.iter().flat_map(|step| &step.fields);
    let Some(text) = fields.find(|field| matches!(field.kind, Kind::Text { .. })) else {
        return Stop::not_checked("the call asks for no short text");
    };
    let before: Value = submitted.answers[&text.id].clone();
    submitted.draft.save(&json!({&text.id: "Changed"}))?;
    submitted.draft.save(&json!({&text.id: before}))?;
    let reply = ask(cursor)?;
    let (changed, reached) = read(run, &reply)?;
    reply.require(has(&changed, &submitted.reference()?), "the application that has changed")?;
    reply.require(reached > cursor, "a cursor beyond the one before")?;
    reply.require(changed.len() == 1, "one block")
}
