//! What staff have done: entries are added, and neither changed nor taken away by anything here.

use opencall_core::Timestamp;
use opencall_core::contract::staff::AuditEntry;
use serde_json::{Map, Value};
use sqlx::{AnyPool, Row as _};

use super::applications::{signed, unsigned};
use super::staff::Person;
use super::{Tx, rows};
use crate::api::problem::Failure;

/// Adds an entry, in the transaction of what it speaks of. `by`: nobody where it was the command line.
///
/// # Errors
/// When the database cannot be written.
pub async fn add(
    tx: &mut Tx,
    at: Timestamp,
    by: Option<&Person>,
    what: &str,
    about: Option<&str>,
    detail: Map<String, Value>,
) -> Result<(), Failure> {
    let ordinal = rows::next(tx, "audit").await?;
    let detail = if detail.is_empty() {
        None
    } else {
        Some(Value::Object(detail).to_string())
    };
    sqlx::query("INSERT INTO audit (ordinal, at, person, name, what, about, detail) VALUES ($1, $2, $3, $4, $5, $6, $7)")
        .bind(signed(ordinal))
        .bind(at.millis())
        .bind(by.map(|person| person.id.clone()))
        .bind(by.map(|person| person.name.clone()))
        .bind(what)
        .bind(about.map(String::from))
        .bind(detail)
        .execute(tx.connection())
        .await?;
    Ok(())
}

/// Entries before one, the latest first.
///
/// # Errors
/// When the database cannot be read.
pub async fn before(pool: &AnyPool, before: u64, limit: u32) -> Result<Vec<AuditEntry>, Failure> {
    let rows = sqlx::query("SELECT ordinal, at, name, what, about, detail FROM audit WHERE ordinal < $1 ORDER BY ordinal DESC LIMIT $2")
        .bind(signed(before))
        .bind(i64::from(limit))
        .fetch_all(pool)
        .await?;
    let mut entries = Vec::with_capacity(rows.len());
    for row in rows {
        let detail: Option<String> = row.try_get("detail")?;
        entries.push(AuditEntry {
            ordinal: unsigned(row.try_get("ordinal")?),
            at: Timestamp::from_millis(row.try_get("at")?),
            by: row.try_get("name")?,
            what: row.try_get("what")?,
            about: row.try_get("about")?,
            detail: detail.and_then(|text| serde_json::from_str(&text).ok()).unwrap_or_default(),
        });
    }
    Ok(entries)
}
