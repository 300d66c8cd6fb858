//! Later deadlines: of a whole call, or of one application. Each leaves an event with its reason.

use std::collections::BTreeMap;

use opencall_core::Timestamp;
use opencall_core::contract::HappeningKind;
use serde_json::{Map, Value};
use sqlx::{AnyPool, Row as _};

use super::events::{self, What};
use super::staff::Person;
use super::{Store, Tx, audit, rows};
use crate::api::problem::Failure;

/// The latest deadline of each call that was extended.
///
/// # Errors
/// When the database cannot be read.
pub async fn of_programmes(pool: &AnyPool) -> Result<BTreeMap<String, Timestamp>, Failure> {
    let rows = sqlx::query("SELECT programme, MAX(deadline) AS deadline FROM extensions GROUP BY programme")
        .fetch_all(pool)
        .await?;
    let mut deadlines = BTreeMap::new();
    for row in rows {
        deadlines.insert(row.try_get("programme")?, Timestamp::from_millis(row.try_get("deadline")?));
    }
    Ok(deadlines)
}

/// Extends a whole call. Every application to it gets an event; gives how many.
///
/// # Errors
/// When the database cannot be written.
pub async fn extend_programme(
    store: &Store,
    by: By<'_>,
    programme: &str,
    until: Timestamp,
    reason: &str,
    now: Timestamp,
) -> Result<u64, Failure> {
    let mut tx = store.begin().await?;
    let result = async {
        sqlx::query(
            "INSERT INTO extensions (programme, ordinal, deadline, reason, made_at) \
             VALUES ($1, (SELECT COALESCE(MAX(ordinal), 0) + 1 FROM extensions WHERE programme = $2), $3, $4, $5)",
        )
        .bind(programme)
        .bind(programme)
        .bind(until.millis())
        .bind(reason)
        .bind(now.millis())
        .execute(tx.connection())
        .await?;
        let told = sqlx::query(
            "INSERT INTO events (application, ordinal, at, what, until, reason, by_name) \
             SELECT a.id, (SELECT COALESCE(MAX(e.ordinal), 0) + 1 FROM events e WHERE e.application = a.id), \
             CAST($1 AS BIGINT), 'extended', CAST($2 AS BIGINT), $3, CAST($4 AS TEXT) FROM applications a WHERE a.programme = $5",
        )
        .bind(now.millis())
        .bind(until.millis())
        .bind(reason)
        .bind(by.map(|by| by.name.clone()))
        .bind(programme)
        .execute(tx.connection())
        .await?;
        audit::add(&mut tx, now, by, "extended", Some(programme), detail(until, reason)).await?;
        Ok(told.rows_affected())
    }
    .await;
    tx.end(result).await
}

/// Who extends; nobody where it is the command line.
pub type By<'a> = Option<&'a Person>;

/// An application to be extended: its id, its programme's, and the extension it has.
#[derive(Clone, Debug)]
pub struct Extendable {
    /// Its id.
    pub id: String,
    /// Its reference.
    pub reference: String,
    /// Its programme's id.
    pub programme: String,
    /// A later deadline granted before.
    pub extension: Option<Timestamp>,
}

/// Finds an application by its id or by the reference that people read out.
///
/// # Errors
/// When the database cannot be read.
pub async fn find(pool: &AnyPool, name: &str) -> Result<Option<Extendable>, Failure> {
    let row = sqlx::query("SELECT id, reference, programme, extension FROM applications WHERE id = $1 OR reference = $2")
        .bind(name)
        .bind(name)
        .fetch_optional(pool)
        .await?;
    let Some(row) = row else { return Ok(None) };
    Ok(Some(Extendable {
        id: row.try_get("id")?,
        reference: row.try_get("reference")?,
        programme: row.try_get("programme")?,
        extension: row.try_get::<Option<i64>, _>("extension")?.map(Timestamp::from_millis),
    }))
}

/// Extends one application.
///
/// # Errors
/// When the database cannot be written.
pub async fn extend_application(
    store: &Store,
    by: By<'_>,
    found: &Extendable,
    until: Timestamp,
    reason: &str,
    now: Timestamp,
) -> Result<(), Failure> {
    let mut tx = store.begin().await?;
    let result = extend_within(&mut tx, by, found, until, reason, now).await;
    tx.end(result).await
}

async fn extend_within(tx: &mut Tx, by: By<'_>, found: &Extendable, until: Timestamp, reason: &str, now: Timestamp) -> Result<(), Failure> {
    let id = found.id.as_str();
    sqlx::query("UPDATE applications SET extension = $1 WHERE id = $2")
        .bind(until.millis())
        .bind(id)
        .execute(tx.connection())
        .await?;
    let what = What {
        kind: HappeningKind::Extended,
        until: Some(until),
        reason: Some(reason),
        by: by.map(|by| by.name.as_str()),
        moved: None,
    };
    events::add(tx, id, now, what).await?;
    audit::add(tx, now, by, "extended", Some(&found.reference), detail(until, reason)).await?;
    rows::touch_blindly(tx, &found.programme, id).await
}

fn detail(until: Timestamp, reason: &str) -> Map<String, Value> {
    Map::from_iter([
        (String::from("until"), Value::from(until.to_string())),
        (String::from("reason"), Value::from(reason)),
    ])
}
