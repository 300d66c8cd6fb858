//! What happened to an application.

use opencall_core::Timestamp;
use opencall_core::contract::{Event, EventKind};
use sqlx::{AnyPool, Row as _};

use super::Tx;
use crate::api::problem::Failure;

/// Adds an event behind those already there.
///
/// # Errors
/// When the database cannot be written.
pub async fn add(tx: &mut Tx, application: &str, at: Timestamp, what: EventKind) -> Result<(), Failure> {
    sqlx::query(
        "INSERT INTO events (application, ordinal, at, what) \
         VALUES ($1, (SELECT COALESCE(MAX(ordinal), 0) + 1 FROM events WHERE application = $2), $3, $4)",
    )
    .bind(application)
    .bind(application)
    .bind(at.millis())
    .bind(name(what))
    .execute(tx.connection())
    .await?;
    Ok(())
}

/// Everything that happened, in order.
///
/// # Errors
/// When the database cannot be read.
pub async fn all(pool: &AnyPool, application: &str) -> Result<Vec<Event>, Failure> {
    let rows = sqlx::query("SELECT at, what FROM events WHERE application = $1 ORDER BY ordinal")
        .bind(application)
        .fetch_all(pool)
        .await?;
    let mut events = Vec::with_capacity(rows.len());
    for row in rows {
        let what: String = row.try_get("what")?;
        // A kind that a newer version wrote is left out rather than failing the whole list.
        if let Some(what) = from_name(&what) {
            events.push(Event {
                at: Timestamp::from_millis(row.try_get("at")?),
                what,
            });
        }
    }
    Ok(events)
}

const KINDS: [(EventKind, &str); 5] = [
    (EventKind::Begun, "begun"),
    (EventKind::Submitted, "submitted"),
    (EventKind::Withdrawn, "withdrawn"),
    (EventKind::Moved, "moved"),
    (EventKind::Extended, "extended"),
];

fn name(kind: EventKind) -> &'static str {
    KINDS.iter().find(|(known, _)| *known == kind).map_or("", |(_, name)| name)
}

fn from_name(name: &str) -> Option<EventKind> {
    KINDS.iter().find(|(_, known)| *known == name).map(|(kind, _)| *kind)
}
