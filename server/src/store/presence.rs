//! Who is at a draft right now. Forgotten a minute after the last sign of life, and with the application.

use opencall_core::Timestamp;
use opencall_core::contract::{Other, Presence};
use sqlx::{AnyPool, Row as _};

use super::Tx;
use crate::api::problem::Failure;

/// How long somebody counts as here, in milliseconds.
pub const KEPT: i64 = 60 * 1_000;
/// The most people shown.
const MOST: i64 = 20;

/// Notes that somebody is here, and forgets who has gone.
///
/// # Errors
/// When the database cannot be written.
pub async fn note(tx: &mut Tx, application: &str, presence: &Presence, now: Timestamp) -> Result<(), Failure> {
    sqlx::query("DELETE FROM presence WHERE application = $1 AND seen_at <= $2")
        .bind(application)
        .bind(now.plus_millis(-KEPT).millis())
        .execute(tx.connection())
        .await?;
    sqlx::query(
        "INSERT INTO presence (application, client, section, device, seen_at) VALUES ($1, $2, $3, $4, $5) \
         ON CONFLICT (application, client) DO UPDATE SET section = excluded.section, device = excluded.device, seen_at = excluded.seen_at",
    )
    .bind(application)
    .bind(presence.client.as_str())
    .bind(presence.section.clone())
    .bind(presence.device.clone())
    .bind(now.millis())
    .execute(tx.connection())
    .await?;
    Ok(())
}

/// Who else was here in the last minute.
///
/// # Errors
/// When the database cannot be read.
pub async fn others(pool: &AnyPool, application: &str, client: &str, now: Timestamp) -> Result<Vec<Other>, Failure> {
    let rows = sqlx::query(
        "SELECT client, section, device, seen_at FROM presence WHERE application = $1 AND client <> $2 AND seen_at > $3 \
         ORDER BY seen_at DESC, client LIMIT $4",
    )
    .bind(application)
    .bind(client)
    .bind(now.plus_millis(-KEPT).millis())
    .bind(MOST)
    .fetch_all(pool)
    .await?;
    let mut others = Vec::with_capacity(rows.len());
    for row in rows {
        others.push(Other {
            client: row.try_get("client")?,
            section: row.try_get("section")?,
            device: row.try_get("device")?,
            seen_at: Timestamp::from_millis(row.try_get("seen_at")?),
        });
    }
    Ok(others)
}
