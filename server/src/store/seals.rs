//! Digests that were received while the call was open to their applicant. Whether it was is asked before one is added, so
//! that each in here was in time.

use opencall_core::Timestamp;
use opencall_core::contract::Seal;
use opencall_core::proof::{self, Signed, Statement};
use sqlx::any::AnyRow;
use sqlx::{Any, AnyPool, Executor, Row as _};

use super::Tx;
use super::applications::unsigned;
use crate::api::problem::Failure;

/// Whether an application has a seal.
///
/// # Errors
/// When the database cannot be read.
pub async fn any<'e>(executor: impl Executor<'e, Database = Any>, application: &str) -> Result<bool, Failure> {
    let row = sqlx::query("SELECT 1 AS there FROM seals WHERE application = $1 LIMIT 1")
        .bind(application)
        .fetch_optional(executor)
        .await?;
    Ok(row.is_some())
}

/// When this application's digest was first sealed; nobody else's seal counts.
///
/// # Errors
/// When the database cannot be read.
pub async fn first_of(tx: &mut Tx, application: &str, digest: &str) -> Result<Option<Timestamp>, Failure> {
    let row = sqlx::query("SELECT MIN(sealed_at) AS sealed_at FROM seals WHERE application = $1 AND digest = $2")
        .bind(application)
        .bind(digest)
        .fetch_one(tx.connection())
        .await?;
    Ok(row.try_get::<Option<i64>, _>("sealed_at")?.map(Timestamp::from_millis))
}

/// How many seals an application has.
///
/// # Errors
/// When the database cannot be read.
pub async fn count(tx: &mut Tx, application: &str) -> Result<u64, Failure> {
    let row = sqlx::query("SELECT COUNT(*) AS n FROM seals WHERE application = $1")
        .bind(application)
        .fetch_one(tx.connection())
        .await?;
    Ok(unsigned(row.try_get("n")?))
}

/// The last seal of an application.
///
/// # Errors
/// When the database cannot be read.
pub async fn last<'e>(executor: impl Executor<'e, Database = Any>, application: &str) -> Result<Option<Seal>, Failure> {
    let row = sqlx::query("SELECT statement, key_id, signature FROM seals WHERE application = $1 ORDER BY ordinal DESC LIMIT 1")
        .bind(application)
        .fetch_optional(executor)
        .await?;
    row.map(|row| read(&row)).transpose()
}

/// Every seal of an application, the first one first.
///
/// # Errors
/// When the database cannot be read.
pub async fn all(pool: &AnyPool, application: &str) -> Result<Vec<Seal>, Failure> {
    let rows = sqlx::query("SELECT statement, key_id, signature FROM seals WHERE application = $1 ORDER BY ordinal")
        .bind(application)
        .fetch_all(pool)
        .await?;
    rows.iter().map(read).collect()
}

/// Adds a seal behind those already there.
///
/// # Errors
/// When the database cannot be written.
pub async fn add(tx: &mut Tx, seal: &Seal) -> Result<(), Failure> {
    sqlx::query(
        "INSERT INTO seals (application, ordinal, digest, sealed_at, statement, key_id, signature) \
         VALUES ($1, (SELECT COALESCE(MAX(ordinal), 0) + 1 FROM seals WHERE application = $2), $3, $4, $5, $6, $7)",
    )
    .bind(seal.application.as_str())
    .bind(seal.application.as_str())
    .bind(seal.digest.as_str())
    .bind(seal.sealed_at.millis())
    .bind(seal.signed.statement.as_str())
    .bind(seal.signed.key_id.as_str())
    .bind(seal.signed.signature.as_str())
    .execute(tx.connection())
    .await?;
    Ok(())
}

fn read(row: &AnyRow) -> Result<Seal, Failure> {
    let signed = Signed {
        statement: row.try_get("statement")?,
        key_id: row.try_get("key_id")?,
        algorithm: String::from(proof::ALGORITHM),
        signature: row.try_get("signature")?,
    };
    match serde_json::from_str(&signed.statement) {
        Ok(Statement::Seal(sealed)) => Ok(Seal::new(sealed, signed)),
        _ => {
            tracing::error!("a row of seals cannot be read");
            Err(Failure::internal())
        }
    }
}
