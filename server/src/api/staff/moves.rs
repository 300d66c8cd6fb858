//! Many moved at once: what would happen, doing it in one transaction, undoing it within a minute.

use axum::extract::{Request, State};
use axum::http::StatusCode;
use opencall_core::Timestamp;
use opencall_core::contract::staff::{MoveOutcome, MoveRequest, Moved, Outcome, UNDO_MS, staff_problem};
use serde_json::{Map, Value};

use super::gate::Signed;
use super::people::body;
use crate::App;
use crate::api::extract::{self, Path};
use crate::api::problem::Failure;
use crate::api::reply::Reply;
use crate::programmes::Entry;
use crate::store::desk::{self, Step};
use crate::store::{Tx, applications, audit};

/// The most applications of one move.
const MOST: usize = 5_000;
/// The most characters of a reason.
const REASON_LIMIT: usize = 500;

/// Moves applications, or says what would happen. Those that cannot move stay; if somebody else was faster with only one, nothing moves
/// at all, and whoever asked looks again.
///
/// # Errors
/// 404; 400 for too many; 409 with every outcome when somebody else was faster.
pub async fn make(State(app): State<App>, signed: Signed, Path(programme): Path<String>, request: Request) -> Result<Reply, Failure> {
    let asked: MoveRequest = body(request).await?;
    if asked.applications.len() > MOST {
        return Err(Failure::malformed(format!("Move at most {MOST} at once.")));
    }
    let reason = extract::optional_lines(asked.reason.as_deref(), REASON_LIMIT, "A reason")?;
    let entry = app.programmes.get(&programme).ok_or_else(Failure::not_found)?;
    let now = app.clock.now();
    let mut tx = app.store.begin().await?;
    let result = make_within(&mut tx, &signed, &entry, (&asked, reason), now).await;
    Reply::json(StatusCode::OK, &tx.end(result).await?)
}

async fn make_within(
    tx: &mut Tx,
    signed: &Signed,
    entry: &Entry,
    (asked, reason): (&MoveRequest, Option<String>),
    now: Timestamp,
) -> Result<Moved, Failure> {
    let programme = entry.programme.id.as_str();
    let (outcomes, moving) = desk::judge(tx, programme, &asked.applications, asked.to).await?;
    let mut moved = Moved {
        id: None,
        undo_until: None,
        outcomes,
    };
    if asked.dry_run {
        return Ok(moved);
    }
    if moved.outcomes.iter().any(|one| one.outcome == Outcome::Changed) {
        return Err(meanwhile(&moved.outcomes));
    }
    if moving.is_empty() {
        return Ok(moved);
    }
    let step = Step {
        by: &signed.person,
        to: asked.to,
        reason: reason.as_deref(),
        at: now,
    };
    let id = desk::remember(tx, programme, &signed.person, asked.to, &moving, now).await?;
    for record in &moving {
        desk::step(tx, entry, record, step).await?;
    }
    let references: Vec<&str> = moving.iter().map(|record| record.reference.as_str()).collect();
    let mut detail = Map::from_iter([
        (String::from("to"), Value::from(asked.to.name())),
        (String::from("applications"), Value::from(references)),
    ]);
    if let Some(reason) = reason {
        detail.insert(String::from("reason"), Value::from(reason));
    }
    audit::add(tx, now, Some(&signed.person), "moved", Some(programme), detail).await?;
    moved.id = Some(id);
    moved.undo_until = Some(Timestamp::from_millis(now.millis() + UNDO_MS));
    Ok(moved)
}

/// Puts everything back where it was. If somebody has moved only one of them since, nothing is put back.
///
/// # Errors
/// 409 when it is too late, was undone already or somebody else's; 409 with every outcome when something has been moved since.
pub async fn undo(State(app): State<App>, signed: Signed, Path(id): Path<String>) -> Result<Reply, Failure> {
    let now = app.clock.now();
    let mut tx = app.store.begin().await?;
    let result = undo_within(&app, &mut tx, &signed, &id, now).await;
    Reply::json(StatusCode::OK, &tx.end(result).await?)
}

async fn undo_within(app: &App, tx: &mut Tx, signed: &Signed, id: &str, now: Timestamp) -> Result<Moved, Failure> {
    let found = desk::take_back(tx, id, &signed.person, now).await?;
    let found = found.ok_or_else(|| Failure::new(StatusCode::CONFLICT, staff_problem::TOO_LATE, "This can be undone no more"))?;
    let entry = app.programmes.get(&found.programme).ok_or_else(Failure::not_found)?;
    let mut outcomes = Vec::with_capacity(found.items.len());
    let mut records = Vec::with_capacity(found.items.len());
    for (reference, before) in &found.items {
        let record = applications::by_reference_locked(tx, reference).await?;
        let still = record.filter(|record| record.status == found.to);
        outcomes.push(MoveOutcome {
            reference: reference.clone(),
            from: Some(found.to),
            outcome: if still.is_some() { Outcome::Moves } else { Outcome::Changed },
        });
        records.extend(still.map(|record| (record, *before)));
    }
    if outcomes.iter().any(|one| one.outcome == Outcome::Changed) {
        return Err(meanwhile(&outcomes));
    }
    for (record, before) in &records {
        let step = Step {
            by: &signed.person,
            to: *before,
            reason: None,
            at: now,
        };
        desk::step(tx, &entry, record, step).await?;
    }
    let references: Vec<&str> = found.items.iter().map(|(reference, _)| reference.as_str()).collect();
    let detail = Map::from_iter([(String::from("applications"), Value::from(references))]);
    audit::add(tx, now, Some(&signed.person), "undid_move", Some(&found.programme), detail).await?;
    Ok(Moved {
        id: None,
        undo_until: None,
        outcomes,
    })
}

fn meanwhile(outcomes: &[MoveOutcome]) -> Failure {
    Failure::new(
        StatusCode::CONFLICT,
        staff_problem::MOVED_MEANWHILE,
        "Somebody else has moved some of them meanwhile",
    )
    .detail("Nothing was moved. Look at them again.")
    .more("outcomes", serde_json::to_value(outcomes).unwrap_or_default())
}
