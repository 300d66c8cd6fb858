//! What was submitted, as it was. Later edits leave it alone; the last one counts.

use opencall_core::Timestamp;
use opencall_core::contract::{Receipt, SignedReceipt};
use opencall_core::proof::{self, Signed, Statement};
use sqlx::{AnyPool, Row as _};

use super::Tx;
use super::applications::{Record, signed, unsigned};
use crate::api::problem::Failure;

/// A submission as kept.
#[derive(Clone, Debug)]
pub struct Submission {
    /// The version of the answers.
    pub version: u64,
    /// The canonical form (RFC 8785).
    pub canonical: String,
    /// Its SHA-256 in hex.
    pub digest: String,
    /// When it was received.
    pub received_at: Timestamp,
    /// The deadline that was in force.
    pub deadline: Timestamp,
    /// What was signed of it; `None` for what was submitted before there were signatures.
    pub signed: Option<Signed>,
}

impl Submission {
    /// The proof given to the applicant.
    pub fn receipt(&self, application: &Record) -> SignedReceipt {
        let (sealed_at, files) = match self.signed.as_ref().map(|signed| serde_json::from_str(&signed.statement)) {
            Some(Ok(Statement::Receipt(received))) => (received.sealed_at, Some(received.files)),
            _ => (None, None),
        };
        SignedReceipt {
            receipt: Receipt {
                reference: application.reference.clone(),
                application: application.id.clone(),
                programme: application.programme.clone(),
                version: self.version,
                digest: self.digest.clone(),
                received_at: self.received_at,
                deadline: self.deadline,
            },
            sealed_at,
            files,
            signed: self.signed.clone(),
        }
    }
}

const LAST: &str = "SELECT version, canonical, digest, received_at, deadline, statement, key_id, signature FROM submissions \
     WHERE application = $1 ORDER BY ordinal DESC LIMIT 1";

/// The last submission of an application.
///
/// # Errors
/// When the database cannot be read.
pub async fn last(pool: &AnyPool, application: &str) -> Result<Option<Submission>, Failure> {
    sqlx::query(LAST)
        .bind(application)
        .fetch_optional(pool)
        .await?
        .map(|row| read(&row))
        .transpose()
}

/// The same within a transaction.
///
/// # Errors
/// When the database cannot be read.
pub async fn last_in(tx: &mut Tx, application: &str) -> Result<Option<Submission>, Failure> {
    sqlx::query(LAST)
        .bind(application)
        .fetch_optional(tx.connection())
        .await?
        .map(|row| read(&row))
        .transpose()
}

/// Adds a submission behind those already there, with the files it refers to.
///
/// # Errors
/// When the database cannot be written.
pub async fn add(tx: &mut Tx, application: &str, submission: &Submission, programme_digest: &str, files: &[String]) -> Result<(), Failure> {
    let row = sqlx::query("SELECT COALESCE(MAX(ordinal), 0) + 1 AS ordinal FROM submissions WHERE application = $1")
        .bind(application)
        .fetch_one(tx.connection())
        .await?;
    let ordinal: i64 = row.try_get("ordinal")?;
    sqlx::query(
        "INSERT INTO submissions (application, ordinal, version, canonical, digest, programme_digest, received_at, deadline, \
         statement, key_id, signature) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)",
    )
    .bind(application)
    .bind(ordinal)
    .bind(signed(submission.version))
    .bind(submission.canonical.as_str())
    .bind(submission.digest.as_str())
    .bind(programme_digest)
    .bind(submission.received_at.millis())
    .bind(submission.deadline.millis())
    .bind(submission.signed.as_ref().map(|signed| signed.statement.clone()))
    .bind(submission.signed.as_ref().map(|signed| signed.key_id.clone()))
    .bind(submission.signed.as_ref().map(|signed| signed.signature.clone()))
    .execute(tx.connection())
    .await?;
    for file in files {
        sqlx::query("INSERT INTO submission_files (application, ordinal, file) VALUES ($1, $2, $3) ON CONFLICT DO NOTHING")
            .bind(application)
            .bind(ordinal)
            .bind(file.as_str())
            .execute(tx.connection())
            .await?;
    }
    Ok(())
}

fn read(row: &sqlx::any::AnyRow) -> Result<Submission, Failure> {
    let statement: Option<String> = row.try_get("statement")?;
    let key_id: Option<String> = row.try_get("key_id")?;
    let signature: Option<String> = row.try_get("signature")?;
    let signed = statement.zip(key_id).zip(signature).map(|((statement, key_id), signature)| Signed {
        statement,
        key_id,
        algorithm: String::from(proof::ALGORITHM),
        signature,
    });
    Ok(Submission {
        signed,
        version: unsigned(row.try_get("version")?),
        canonical: row.try_get("canonical")?,
        digest: row.try_get("digest")?,
        received_at: Timestamp::from_millis(row.try_get("received_at")?),
        deadline: Timestamp::from_millis(row.try_get("deadline")?),
    })
}
