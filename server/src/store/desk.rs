//! What staff do with applications: notes beside them, and moves of many at once, which can be undone for a minute.

use opencall_core::contract::HappeningKind;
use opencall_core::contract::staff::{MoveOutcome, Note, Outcome, Seen, UNDO_MS};
use opencall_core::status::Mover;
use opencall_core::{Status, Timestamp};
use sqlx::{AnyPool, Row as _};

use super::applications::{self, Record};
use super::events::{self, What};
use super::staff::Person;
use super::{Tx, rows};
use crate::api::problem::Failure;
use crate::programmes::Entry;
use crate::token::random_id;

/// Adds a note behind those already there.
///
/// # Errors
/// When the database cannot be written.
pub async fn add_note(tx: &mut Tx, application: &str, by: &Person, text: &str, at: Timestamp) -> Result<(), Failure> {
    sqlx::query(
        "INSERT INTO notes (application, ordinal, at, person, name, text) \
         VALUES ($1, (SELECT COALESCE(MAX(ordinal), 0) + 1 FROM notes WHERE application = $2), $3, $4, $5, $6)",
    )
    .bind(application)
    .bind(application)
    .bind(at.millis())
    .bind(by.id.as_str())
    .bind(by.name.as_str())
    .bind(text)
    .execute(tx.connection())
    .await?;
    Ok(())
}

/// Every note, in order.
///
/// # Errors
/// When the database cannot be read.
pub async fn notes(pool: &AnyPool, application: &str) -> Result<Vec<Note>, Failure> {
    let rows = sqlx::query("SELECT at, name, text FROM notes WHERE application = $1 ORDER BY ordinal")
        .bind(application)
        .fetch_all(pool)
        .await?;
    let note = |row: &sqlx::any::AnyRow| {
        Ok(Note {
            at: Timestamp::from_millis(row.try_get("at")?),
            by: row.try_get("name")?,
            text: row.try_get("text")?,
        })
    };
    rows.iter().map(note).collect()
}

/// What would become of each application, and those that would move. Every one is locked from here on.
///
/// # Errors
/// When the database cannot be read.
pub async fn judge(tx: &mut Tx, programme: &str, seen: &[Seen], to: Status) -> Result<(Vec<MoveOutcome>, Vec<Record>), Failure> {
    let mut order: Vec<&Seen> = seen.iter().collect();
    // Always in the same order, so that two at once wait for one another instead of each for the other.
    order.sort_by(|a, b| a.reference.cmp(&b.reference));
    order.dedup_by(|a, b| a.reference == b.reference);
    let mut found = std::collections::HashMap::new();
    for one in order {
        if let Some(record) = applications::by_reference_locked(tx, &one.reference).await?
            && record.programme == programme
        {
            found.insert(record.reference.clone(), record);
        }
    }
    let (mut moving, mut taken) = (Vec::new(), std::collections::HashSet::new());
    let outcomes = seen
        .iter()
        .map(|one| {
            let record = found.get(&one.reference);
            let outcome = match record.map(|record| record.status) {
                None => Outcome::Unknown,
                Some(now) if now == to => Outcome::Already,
                Some(now) if now != one.status => Outcome::Changed,
                Some(now) if now.may_become(to, Mover::Staff) => Outcome::Moves,
                Some(_) => Outcome::Illegal,
            };
            // Named twice, it moves once.
            if let (Outcome::Moves, Some(record)) = (outcome, record)
                && taken.insert(record.id.clone())
            {
                moving.push(record.clone());
            }
            MoveOutcome {
                reference: one.reference.clone(),
                from: record.map(|record| record.status),
                outcome,
            }
        })
        .collect();
    Ok((outcomes, moving))
}

/// One move of one application.
#[derive(Clone, Copy, Debug)]
pub struct Step<'a> {
    /// By whom.
    pub by: &'a Person,
    /// Where to.
    pub to: Status,
    /// Why.
    pub reason: Option<&'a str>,
    /// When.
    pub at: Timestamp,
}

/// Moves an application: its status, its timeline, its row of the table.
///
/// # Errors
/// When the database cannot be written.
pub async fn step(tx: &mut Tx, entry: &Entry, record: &Record, step: Step<'_>) -> Result<(), Failure> {
    applications::set_status(tx, &record.id, step.to).await?;
    let what = What {
        kind: HappeningKind::Moved,
        until: None,
        reason: step.reason,
        by: Some(&step.by.name),
        moved: Some((record.status, step.to)),
    };
    events::add(tx, &record.id, step.at, what).await?;
    let moved = Record {
        status: step.to,
        ..record.clone()
    };
    rows::touch(tx, entry, &moved).await
}

/// Remembers a move of many, so that it can be undone; gives its id.
///
/// # Errors
/// When the database cannot be written.
pub async fn remember(tx: &mut Tx, programme: &str, by: &Person, to: Status, moved: &[Record], at: Timestamp) -> Result<String, Failure> {
    let id = random_id();
    sqlx::query("INSERT INTO moves (id, programme, person, to_status, made_at) VALUES ($1, $2, $3, $4, $5)")
        .bind(id.as_str())
        .bind(programme)
        .bind(by.id.as_str())
        .bind(to.name())
        .bind(at.millis())
        .execute(tx.connection())
        .await?;
    for record in moved {
        sqlx::query("INSERT INTO move_items (move, application, from_status) VALUES ($1, $2, $3)")
            .bind(id.as_str())
            .bind(record.id.as_str())
            .bind(record.status.name())
            .execute(tx.connection())
            .await?;
    }
    // What can be undone no more is not needed any longer.
    sqlx::query("DELETE FROM moves WHERE made_at < $1")
        .bind(at.millis() - UNDO_MS)
        .execute(tx.connection())
        .await?;
    Ok(id)
}

/// A move of many that can be undone.
#[derive(Clone, Debug)]
pub struct Undoable {
    /// The programme's id.
    pub programme: String,
    /// Where everything was moved to.
    pub to: Status,
    /// Each application's reference, and where it was.
    pub items: Vec<(String, Status)>,
}

/// A move of many by this person, if it can still be undone; it is marked as undone.
///
/// # Errors
/// When the database cannot be used.
pub async fn take_back(tx: &mut Tx, id: &str, by: &Person, now: Timestamp) -> Result<Option<Undoable>, Failure> {
    let row = sqlx::query(
        "UPDATE moves SET undone_at = $1 WHERE id = $2 AND person = $3 AND undone_at IS NULL AND made_at > $4 RETURNING programme, to_status",
    )
    .bind(now.millis())
    .bind(id)
    .bind(by.id.as_str())
    .bind(now.millis() - UNDO_MS)
    .fetch_optional(tx.connection())
    .await?;
    let Some(row) = row else { return Ok(None) };
    let status = |name: String| Status::from_name(&name).ok_or_else(Failure::internal);
    let items = sqlx::query(
        "SELECT a.reference, i.from_status FROM move_items i JOIN applications a ON a.id = i.application WHERE i.move = $1 ORDER BY a.reference",
    )
    .bind(id)
    .fetch_all(tx.connection())
    .await?;
    let item = |row: &sqlx::any::AnyRow| Ok((row.try_get("reference")?, status(row.try_get("from_status")?)?));
    Ok(Some(Undoable {
        programme: row.try_get("programme")?,
        to: status(row.try_get("to_status")?)?,
        items: items.iter().map(item).collect::<Result<_, Failure>>()?,
    }))
}
