//! What happened to an application.

use opencall_core::Timestamp;
use opencall_core::contract::{Happening, HappeningKind};
use sqlx::{AnyPool, Row as _};

use super::Tx;
use crate::api::problem::Failure;

/// What happens.
#[derive(Clone, Copy, Debug)]
pub struct What<'a> {
    /// Which kind.
    pub kind: HappeningKind,
    /// A new deadline.
    pub until: Option<Timestamp>,
    /// Why.
    pub reason: Option<&'a str>,
}

impl From<HappeningKind> for What<'_> {
    fn from(kind: HappeningKind) -> Self {
        Self {
            kind,
            until: None,
            reason: None,
        }
    }
}

/// Adds an event behind those already there.
///
/// # Errors
/// When the database cannot be written.
pub async fn add(tx: &mut Tx, application: &str, at: Timestamp, what: impl Into<What<'_>>) -> Result<(), Failure> {
    let what = what.into();
    sqlx::query(
        "INSERT INTO events (application, ordinal, at, what, until, reason) \
         VALUES ($1, (SELECT COALESCE(MAX(ordinal), 0) + 1 FROM events WHERE application = $2), $3, $4, $5, $6)",
    )
    .bind(application)
    .bind(application)
    .bind(at.millis())
    .bind(name(what.kind))
    .bind(what.until.map(Timestamp::millis))
    .bind(what.reason.map(String::from))
    .execute(tx.connection())
    .await?;
    Ok(())
}

/// Everything that happened, in order.
///
/// # Errors
/// When the database cannot be read.
pub async fn all(pool: &AnyPool, application: &str) -> Result<Vec<Happening>, Failure> {
    let rows = sqlx::query("SELECT at, what, until, reason FROM events WHERE application = $1 ORDER BY ordinal")
        .bind(application)
        .fetch_all(pool)
        .await?;
    let mut events = Vec::with_capacity(rows.len());
    for row in rows {
        let what: String = row.try_get("what")?;
        // A kind that a newer version wrote is left out rather than failing the whole list.
        if let Some(what) = from_name(&what) {
            events.push(Happening {
                at: Timestamp::from_millis(row.try_get("at")?),
                what,
                until: row.try_get::<Option<i64>, _>("until")?.map(Timestamp::from_millis),
                reason: row.try_get("reason")?,
            });
        }
    }
    Ok(events)
}

const KINDS: [(HappeningKind, &str); 7] = [
    (HappeningKind::Begun, "begun"),
    (HappeningKind::Sealed, "sealed"),
    (HappeningKind::Submitted, "submitted"),
    (HappeningKind::Withdrawn, "withdrawn"),
    (HappeningKind::Moved, "moved"),
    (HappeningKind::Extended, "extended"),
    (HappeningKind::LinkReplaced, "link_replaced"),
];

fn name(kind: HappeningKind) -> &'static str {
    KINDS.iter().find(|(known, _)| *known == kind).map_or("", |(_, name)| name)
}

fn from_name(name: &str) -> Option<HappeningKind> {
    KINDS.iter().find(|(_, known)| *known == name).map(|(kind, _)| *kind)
}
