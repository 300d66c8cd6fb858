//! Links that show partners their counts, kept as SHA-256 only, and what is counted.

use opencall_core::Timestamp;
use opencall_core::counts::Days;
use sqlx::any::AnyRow;
use sqlx::{AnyPool, Row as _};

use super::Tx;
use crate::api::problem::Failure;
use crate::token::TokenHash;

/// A link.
#[derive(Clone, Debug)]
pub struct Link {
    /// The programme's id.
    pub programme: String,
    /// The partner's id.
    pub partner: String,
    /// When it was made.
    pub created_at: Timestamp,
    /// Who made it, by name; nobody where it was the command line.
    pub by: Option<String>,
}

/// Keeps a link in the place of the one its partner had.
///
/// # Errors
/// When the database cannot be written.
pub async fn put(tx: &mut Tx, link: &Link, token: &TokenHash) -> Result<(), Failure> {
    sqlx::query(
        "INSERT INTO partner_links (programme, partner, token_hash, created_at, name) VALUES ($1, $2, $3, $4, $5) \
         ON CONFLICT (programme, partner) DO UPDATE SET token_hash = excluded.token_hash, created_at = excluded.created_at, \
         name = excluded.name",
    )
    .bind(link.programme.as_str())
    .bind(link.partner.as_str())
    .bind(token.as_str())
    .bind(link.created_at.millis())
    .bind(link.by.clone())
    .execute(tx.connection())
    .await?;
    Ok(())
}

/// Takes a partner's link back. `false` when it has none.
///
/// # Errors
/// When the database cannot be written.
pub async fn take_back(tx: &mut Tx, programme: &str, partner: &str) -> Result<bool, Failure> {
    let done = sqlx::query("DELETE FROM partner_links WHERE programme = $1 AND partner = $2")
        .bind(programme)
        .bind(partner)
        .execute(tx.connection())
        .await?;
    Ok(done.rows_affected() == 1)
}

/// A programme's links.
///
/// # Errors
/// When the database cannot be read.
pub async fn of_programme(pool: &AnyPool, programme: &str) -> Result<Vec<Link>, Failure> {
    let rows = sqlx::query("SELECT programme, partner, created_at, name FROM partner_links WHERE programme = $1")
        .bind(programme)
        .fetch_all(pool)
        .await?;
    rows.iter().map(link).collect()
}

/// The link of a token.
///
/// # Errors
/// When the database cannot be read.
pub async fn find(pool: &AnyPool, token: &TokenHash) -> Result<Option<Link>, Failure> {
    let row = sqlx::query("SELECT programme, partner, created_at, name FROM partner_links WHERE token_hash = $1")
        .bind(token.as_str())
        .fetch_optional(pool)
        .await?;
    row.as_ref().map(link).transpose()
}

/// How many were begun on each day (UTC), wherever they stand now.
///
/// # Errors
/// When the database cannot be read.
pub async fn begun(pool: &AnyPool, link: &Link) -> Result<Days, Failure> {
    let sql = "SELECT day, COUNT(*) AS count FROM \
               (SELECT created_at / 86400000 AS day FROM applications WHERE programme = $1 AND partner = $2) AS begun GROUP BY day";
    days(pool, sql, link).await
}

/// How many were submitted for the first time on each day (UTC), wherever they stand now.
///
/// # Errors
/// When the database cannot be read.
pub async fn submitted(pool: &AnyPool, link: &Link) -> Result<Days, Failure> {
    let sql = "SELECT day, COUNT(*) AS count FROM \
               (SELECT MIN(s.received_at) / 86400000 AS day FROM submissions s JOIN applications a ON a.id = s.application \
               WHERE a.programme = $1 AND a.partner = $2 GROUP BY a.id) AS submitted GROUP BY day";
    days(pool, sql, link).await
}

async fn days(pool: &AnyPool, sql: &'static str, link: &Link) -> Result<Days, Failure> {
    let rows = sqlx::query(sql)
        .bind(link.programme.as_str())
        .bind(link.partner.as_str())
        .fetch_all(pool)
        .await?;
    let day = |row: &AnyRow| Ok((row.try_get("day")?, row.try_get::<i64, _>("count")?.unsigned_abs()));
    rows.iter().map(day).collect()
}

fn link(row: &AnyRow) -> Result<Link, Failure> {
    Ok(Link {
        programme: row.try_get("programme")?,
        partner: row.try_get("partner")?,
        created_at: Timestamp::from_millis(row.try_get("created_at")?),
        by: row.try_get("name")?,
    })
}
