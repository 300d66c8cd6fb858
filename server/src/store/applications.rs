//! Drafts and where they stand.

use opencall_core::contract::Source;
use opencall_core::{Answers, Locale, Status, Timestamp};
use sqlx::any::AnyRow;
use sqlx::{AnyPool, Row as _};

use super::{Backend, Tx};
use crate::api::problem::Failure;
use crate::token::TokenHash;

/// An application as kept.
#[derive(Clone, Debug)]
pub struct Record {
    /// Public id.
    pub id: String,
    /// The programme's id.
    pub programme: String,
    /// A short reference for people.
    pub reference: String,
    /// Where it stands.
    pub status: Status,
    /// Counts the changes of the answers.
    pub version: u64,
    /// The draft's answers.
    pub answers: Answers,
    /// The applicant's language.
    pub locale: Locale,
    /// What led the applicant here.
    pub source: Source,
    /// A later deadline granted to this applicant.
    pub extension: Option<Timestamp>,
    /// When it was begun.
    pub created_at: Timestamp,
    /// When the answers last changed.
    pub updated_at: Timestamp,
    /// The device on which they did, as it calls itself.
    pub changed_by: Option<String>,
}

macro_rules! select {
    ($rest:literal) => {
        concat!(
            "SELECT id, programme, reference, status, version, answers, locale, partner, referrer, campaign, extension, created_at, updated_at, changed_by ",
            "FROM applications WHERE token_hash = $1",
            $rest
        )
    };
}

/// The application that a token stands for.
///
/// # Errors
/// When the database cannot be read.
pub async fn find(pool: &AnyPool, token: &TokenHash) -> Result<Option<Record>, Failure> {
    let row = sqlx::query(select!("")).bind(token.as_str()).fetch_optional(pool).await?;
    row.map(|row| read(&row)).transpose()
}

/// The same within a transaction; nobody else changes it until the transaction ends.
///
/// # Errors
/// When the database cannot be read.
pub async fn find_locked(tx: &mut Tx, token: &TokenHash) -> Result<Option<Record>, Failure> {
    // SQLite lets one transaction write at a time, so that its rows are locked already.
    let sql = match tx.backend {
        Backend::Sqlite => select!(""),
        Backend::Postgres => select!(" FOR UPDATE"),
    };
    let row = sqlx::query(sql).bind(token.as_str()).fetch_optional(tx.connection()).await?;
    row.map(|row| read(&row)).transpose()
}

/// Whether a text can be a reference at all: PostgreSQL refuses to look for one with NUL in it.
pub fn is_possible(reference: &str) -> bool {
    !reference.contains('\0')
}

/// The application that people call by this reference.
///
/// # Errors
/// When the database cannot be read.
pub async fn by_reference(pool: &AnyPool, reference: &str) -> Result<Option<Record>, Failure> {
    if !is_possible(reference) {
        return Ok(None);
    }
    let row = sqlx::query(
        "SELECT id, programme, reference, status, version, answers, locale, partner, referrer, campaign, extension, created_at, updated_at, changed_by \
         FROM applications WHERE reference = $1",
    )
    .bind(reference)
    .fetch_optional(pool)
    .await?;
    row.map(|row| read(&row)).transpose()
}

/// The same within a transaction; nobody else changes it until the transaction ends.
///
/// # Errors
/// When the database cannot be read.
pub async fn by_reference_locked(tx: &mut Tx, reference: &str) -> Result<Option<Record>, Failure> {
    if !is_possible(reference) {
        return Ok(None);
    }
    const SELECT: &str = "SELECT id, programme, reference, status, version, answers, locale, partner, referrer, campaign, extension, created_at, updated_at, changed_by \
         FROM applications WHERE reference = $1";
    let sql = match tx.backend {
        Backend::Sqlite => String::from(SELECT),
        Backend::Postgres => [SELECT, " FOR UPDATE"].concat(),
    };
    let row = sqlx::query(sqlx::AssertSqlSafe(sql))
        .bind(reference)
        .fetch_optional(tx.connection())
        .await?;
    row.map(|row| read(&row)).transpose()
}

/// Adds an application. Gives `false`, and adds nothing, when the token or the reference is taken.
///
/// # Errors
/// When the database cannot be written.
pub async fn insert(tx: &mut Tx, token: &TokenHash, record: &Record) -> Result<bool, Failure> {
    let done = sqlx::query(
        "INSERT INTO applications \
         (id, programme, token_hash, reference, status, version, answers, locale, partner, referrer, campaign, extension, created_at, updated_at, changed_by) \
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15) ON CONFLICT DO NOTHING",
    )
    .bind(record.id.as_str())
    .bind(record.programme.as_str())
    .bind(token.as_str())
    .bind(record.reference.as_str())
    .bind(record.status.name())
    .bind(signed(record.version))
    .bind(text(&record.answers)?)
    .bind(record.locale.tag())
    .bind(record.source.partner.clone())
    .bind(record.source.referrer.clone())
    .bind(record.source.campaign.clone())
    .bind(record.extension.map(Timestamp::millis))
    .bind(record.created_at.millis())
    .bind(record.updated_at.millis())
    .bind(record.changed_by.clone())
    .execute(tx.connection())
    .await?;
    Ok(done.rows_affected() == 1)
}

/// Stores the record's answers, given as text, with its version, time and device.
///
/// # Errors
/// When the database cannot be written.
pub async fn save(tx: &mut Tx, record: &Record, answers: &str) -> Result<(), Failure> {
    sqlx::query("UPDATE applications SET answers = $1, version = $2, updated_at = $3, changed_by = $4 WHERE id = $5")
        .bind(answers)
        .bind(signed(record.version))
        .bind(record.updated_at.millis())
        .bind(record.changed_by.clone())
        .bind(record.id.as_str())
        .execute(tx.connection())
        .await?;
    Ok(())
}

/// Moves an application to another status. Whether the move is legal is for the caller to ask.
///
/// # Errors
/// When the database cannot be written.
pub async fn set_status(tx: &mut Tx, id: &str, status: Status) -> Result<(), Failure> {
    sqlx::query("UPDATE applications SET status = $1 WHERE id = $2")
        .bind(status.name())
        .bind(id)
        .execute(tx.connection())
        .await?;
    Ok(())
}

/// Whether a link with this token was replaced by another.
///
/// # Errors
/// When the database cannot be read.
pub async fn was_replaced(tx: &mut Tx, token: &TokenHash) -> Result<bool, Failure> {
    let row = sqlx::query("SELECT 1 AS there FROM replaced_tokens WHERE token_hash = $1")
        .bind(token.as_str())
        .fetch_optional(tx.connection())
        .await?;
    Ok(row.is_some())
}

/// Puts a new token in the place of an old one, which opens nothing from then on. Replies kept for repetition go with it:
/// what was asked under the old link can be asked again under the new one, and no more under the old.
///
/// # Errors
/// When the database cannot be written.
pub async fn replace_token(tx: &mut Tx, id: &str, old: &TokenHash, new: &TokenHash, at: Timestamp) -> Result<(), Failure> {
    sqlx::query("UPDATE applications SET token_hash = $1 WHERE id = $2")
        .bind(new.as_str())
        .bind(id)
        .execute(tx.connection())
        .await?;
    sqlx::query("UPDATE idempotency SET scope = $1 WHERE scope = $2")
        .bind(new.as_str())
        .bind(old.as_str())
        .execute(tx.connection())
        .await?;
    sqlx::query("INSERT INTO replaced_tokens (token_hash, application, replaced_at) VALUES ($1, $2, $3)")
        .bind(old.as_str())
        .bind(id)
        .bind(at.millis())
        .execute(tx.connection())
        .await?;
    // Whoever is there under the old link is there no longer.
    sqlx::query("DELETE FROM presence WHERE application = $1")
        .bind(id)
        .execute(tx.connection())
        .await?;
    Ok(())
}

/// Erases an application and every row about it, replies kept for repetition included.
///
/// # Errors
/// When the database cannot be written.
pub async fn erase(tx: &mut Tx, id: &str, token: &TokenHash) -> Result<(), Failure> {
    sqlx::query("DELETE FROM idempotency WHERE scope = $1 OR scope IN (SELECT token_hash FROM replaced_tokens WHERE application = $2)")
        .bind(token.as_str())
        .bind(id)
        .execute(tx.connection())
        .await?;
    sqlx::query("DELETE FROM applications WHERE id = $1")
        .bind(id)
        .execute(tx.connection())
        .await?;
    Ok(())
}

/// The answers as text for the database and for measuring.
///
/// # Errors
/// Never for answers that came as JSON.
pub fn text(answers: &Answers) -> Result<String, Failure> {
    serde_json::to_string(answers).map_err(|_| Failure::internal())
}

/// Databases know signed integers only; versions and sizes stay far below the difference.
pub fn signed(number: u64) -> i64 {
    i64::try_from(number).unwrap_or(i64::MAX)
}

/// Back from [`signed`].
pub fn unsigned(number: i64) -> u64 {
    u64::try_from(number).unwrap_or(0)
}

/// Reads a row that has all columns of [`Record`].
///
/// # Errors
/// When it is damaged.
pub fn read(row: &AnyRow) -> Result<Record, Failure> {
    let damaged = |what: &str| {
        tracing::error!(what, "a row of applications cannot be read");
        Failure::internal()
    };
    let status: String = row.try_get("status")?;
    let answers: String = row.try_get("answers")?;
    let locale: String = row.try_get("locale")?;
    Ok(Record {
        id: row.try_get("id")?,
        programme: row.try_get("programme")?,
        reference: row.try_get("reference")?,
        status: Status::from_name(&status).ok_or_else(|| damaged("status"))?,
        version: unsigned(row.try_get("version")?),
        answers: serde_json::from_str(&answers).map_err(|_| damaged("answers"))?,
        locale: Locale::from_tag(&locale).unwrap_or_default(),
        source: Source {
            partner: row.try_get("partner")?,
            referrer: row.try_get("referrer")?,
            campaign: row.try_get("campaign")?,
        },
        extension: row.try_get::<Option<i64>, _>("extension")?.map(Timestamp::from_millis),
        created_at: Timestamp::from_millis(row.try_get("created_at")?),
        updated_at: Timestamp::from_millis(row.try_get("updated_at")?),
        changed_by: row.try_get("changed_by")?,
    })
}
