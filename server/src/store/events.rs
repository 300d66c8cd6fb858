//! What happened to an application.

use opencall_core::contract::staff::StaffHappening;
use opencall_core::contract::{Happening, HappeningKind};
use opencall_core::{Status, Timestamp};
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
    /// By whom, where it was staff.
    pub by: Option<&'a str>,
    /// From which status to which.
    pub moved: Option<(Status, Status)>,
}

impl From<HappeningKind> for What<'_> {
    fn from(kind: HappeningKind) -> Self {
        Self {
            kind,
            until: None,
            reason: None,
            by: None,
            moved: None,
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
        "INSERT INTO events (application, ordinal, at, what, until, reason, by_name, from_status, to_status) \
         VALUES ($1, (SELECT COALESCE(MAX(ordinal), 0) + 1 FROM events WHERE application = $2), $3, $4, $5, $6, $7, $8, $9)",
    )
    .bind(application)
    .bind(application)
    .bind(at.millis())
    .bind(name(what.kind))
    .bind(what.until.map(Timestamp::millis))
    .bind(what.reason.map(String::from))
    .bind(what.by.map(String::from))
    .bind(what.moved.map(|(from, _)| from.name()))
    .bind(what.moved.map(|(_, to)| to.name()))
    .execute(tx.connection())
    .await?;
    Ok(())
}

/// Everything that happened, in order, as the applicant sees it: why staff moved it is theirs.
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
            let reason: Option<String> = row.try_get("reason")?;
            events.push(Happening {
                at: Timestamp::from_millis(row.try_get("at")?),
                what,
                until: row.try_get::<Option<i64>, _>("until")?.map(Timestamp::from_millis),
                reason: reason.filter(|_| what != HappeningKind::Moved),
            });
        }
    }
    Ok(events)
}

/// The same as staff see it: who moved it from where to where, and why.
///
/// # Errors
/// When the database cannot be read.
pub async fn for_staff(pool: &AnyPool, application: &str) -> Result<Vec<StaffHappening>, Failure> {
    let rows =
        sqlx::query("SELECT at, what, until, reason, by_name, from_status, to_status FROM events WHERE application = $1 ORDER BY ordinal")
            .bind(application)
            .fetch_all(pool)
            .await?;
    let mut events = Vec::with_capacity(rows.len());
    for row in rows {
        let what: String = row.try_get("what")?;
        let status = |column| -> Result<Option<Status>, Failure> {
            let name: Option<String> = row.try_get(column)?;
            Ok(name.and_then(|name| Status::from_name(&name)))
        };
        if let Some(what) = from_name(&what) {
            events.push(StaffHappening {
                at: Timestamp::from_millis(row.try_get("at")?),
                what,
                until: row.try_get::<Option<i64>, _>("until")?.map(Timestamp::from_millis),
                reason: row.try_get("reason")?,
                by: row.try_get("by_name")?,
                from: status("from_status")?,
                to: status("to_status")?,
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
