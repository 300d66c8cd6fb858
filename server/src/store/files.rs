//! Rows about uploads. The bytes are [`super::disk`]'s.

use opencall_core::Timestamp;
use opencall_core::programme::FileType;
use sqlx::any::AnyRow;
use sqlx::{AnyPool, Row as _};

use super::Tx;
use super::applications::{signed, unsigned};
use crate::api::problem::Failure;

/// A file as kept.
#[derive(Clone, Debug)]
pub struct FileRecord {
    /// Its id.
    pub id: String,
    /// The application's id.
    pub application: String,
    /// The field it answers, as the app named it.
    pub field: String,
    /// Its name, made harmless.
    pub name: String,
    /// Its length in bytes once complete.
    pub size: u64,
    /// The kinds accepted.
    pub accept: Vec<FileType>,
    /// What its content is and its SHA-256, once complete and checked.
    pub checked: Option<Checked>,
    /// When the upload began.
    pub created_at: Timestamp,
}

/// What is known of a complete file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Checked {
    /// What its content is.
    pub kind: FileType,
    /// SHA-256 in hex.
    pub sha256: String,
}

macro_rules! select {
    ($rest:literal) => {
        concat!(
            "SELECT id, application, field, name, size, accept, kind, sha256, created_at FROM files WHERE removed = 0 AND ",
            $rest
        )
    };
}

/// The files of an application, oldest first.
///
/// # Errors
/// When the database cannot be read.
pub async fn all(pool: &AnyPool, application: &str) -> Result<Vec<FileRecord>, Failure> {
    let rows = sqlx::query(select!("application = $1 ORDER BY created_at, id"))
        .bind(application)
        .fetch_all(pool)
        .await?;
    rows.iter().map(read).collect()
}

/// The same within a transaction.
///
/// # Errors
/// When the database cannot be read.
pub async fn all_in(tx: &mut Tx, application: &str) -> Result<Vec<FileRecord>, Failure> {
    let rows = sqlx::query(select!("application = $1 ORDER BY created_at, id"))
        .bind(application)
        .fetch_all(tx.connection())
        .await?;
    rows.iter().map(read).collect()
}

/// A file of an application; nobody else's.
///
/// # Errors
/// When the database cannot be read.
pub async fn find(pool: &AnyPool, application: &str, id: &str) -> Result<Option<FileRecord>, Failure> {
    let row = sqlx::query(select!("application = $1 AND id = $2"))
        .bind(application)
        .bind(id)
        .fetch_optional(pool)
        .await?;
    row.map(|row| read(&row)).transpose()
}

/// Adds a file that has no content yet.
///
/// # Errors
/// When the database cannot be written.
pub async fn insert(tx: &mut Tx, file: &FileRecord) -> Result<(), Failure> {
    sqlx::query("INSERT INTO files (id, application, field, name, size, accept, created_at) VALUES ($1, $2, $3, $4, $5, $6, $7)")
        .bind(file.id.as_str())
        .bind(file.application.as_str())
        .bind(file.field.as_str())
        .bind(file.name.as_str())
        .bind(signed(file.size))
        .bind(file.accept.iter().map(|kind| kind.extension()).collect::<Vec<_>>().join(","))
        .bind(file.created_at.millis())
        .execute(tx.connection())
        .await?;
    Ok(())
}

/// Notes that a file is complete and good. Gives `false` when the file has gone meanwhile.
///
/// # Errors
/// When the database cannot be written.
pub async fn complete(tx: &mut Tx, id: &str, checked: &Checked, at: Timestamp) -> Result<bool, Failure> {
    let done = sqlx::query("UPDATE files SET kind = $1, sha256 = $2, completed_at = $3 WHERE id = $4")
        .bind(checked.kind.extension())
        .bind(checked.sha256.as_str())
        .bind(at.millis())
        .bind(id)
        .execute(tx.connection())
        .await?;
    Ok(done.rows_affected() == 1)
}

/// Takes a file away. Gives whether its bytes are to go as well: not while the last submission refers to it.
///
/// # Errors
/// When the database cannot be written.
pub async fn remove(tx: &mut Tx, application: &str, id: &str) -> Result<bool, Failure> {
    let held = sqlx::query(
        "UPDATE files SET removed = 1 WHERE id = $1 AND EXISTS (SELECT 1 FROM submission_files s WHERE s.file = files.id \
         AND s.ordinal = (SELECT MAX(ordinal) FROM submissions WHERE application = $2))",
    )
    .bind(id)
    .bind(application)
    .execute(tx.connection())
    .await?;
    if held.rows_affected() > 0 {
        return Ok(false);
    }
    sqlx::query("DELETE FROM files WHERE id = $1 AND application = $2")
        .bind(id)
        .bind(application)
        .execute(tx.connection())
        .await?;
    Ok(true)
}

fn kind_from(extension: &str) -> Option<FileType> {
    FileType::ALL.into_iter().find(|kind| kind.extension() == extension)
}

fn read(row: &AnyRow) -> Result<FileRecord, Failure> {
    let accept: String = row.try_get("accept")?;
    let kind: Option<String> = row.try_get("kind")?;
    let sha256: Option<String> = row.try_get("sha256")?;
    Ok(FileRecord {
        id: row.try_get("id")?,
        application: row.try_get("application")?,
        field: row.try_get("field")?,
        name: row.try_get("name")?,
        size: unsigned(row.try_get("size")?),
        accept: accept.split(',').filter_map(kind_from).collect(),
        checked: kind
            .as_deref()
            .and_then(kind_from)
            .zip(sha256)
            .map(|(kind, sha256)| Checked { kind, sha256 }),
        created_at: Timestamp::from_millis(row.try_get("created_at")?),
    })
}
