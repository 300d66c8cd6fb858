//! Takes away what has run out: kept replies, signs of life, uploads never finished, files nobody refers to any more.

use std::collections::HashSet;

use opencall_core::Timestamp;
use sqlx::Row as _;

use super::Store;
use crate::api::problem::Failure;

const DAY: i64 = 24 * 60 * 60 * 1_000;
/// How long replies are kept for repetition, in milliseconds.
pub const REPLIES_KEPT: i64 = 2 * DAY;
/// How long an upload may stay unfinished, in milliseconds.
pub const UNFINISHED_KEPT: i64 = 7 * DAY;

/// Sweeps once. Safe at any moment, beside running requests and after a crash.
///
/// # Errors
/// When the database or the disk cannot be used.
pub async fn sweep(store: &Store, now: Timestamp) -> Result<(), Failure> {
    let mut tx = store.begin().await?;
    sqlx::query("DELETE FROM idempotency WHERE created_at < $1")
        .bind(now.plus_millis(-REPLIES_KEPT).millis())
        .execute(tx.connection())
        .await?;
    sqlx::query("DELETE FROM files WHERE completed_at IS NULL AND created_at < $1")
        .bind(now.plus_millis(-UNFINISHED_KEPT).millis())
        .execute(tx.connection())
        .await?;
    sqlx::query("DELETE FROM presence WHERE seen_at <= $1")
        .bind(now.plus_millis(-super::presence::KEPT).millis())
        .execute(tx.connection())
        .await?;
    // Taken away by the applicant, and a later submission no longer refers to it.
    sqlx::query(
        "DELETE FROM files WHERE removed = 1 AND NOT EXISTS (SELECT 1 FROM submission_files s WHERE s.file = files.id \
         AND s.ordinal = (SELECT MAX(ordinal) FROM submissions WHERE application = files.application))",
    )
    .execute(tx.connection())
    .await?;
    tx.commit().await?;
    store.forget_erased().await?;
    sweep_disk(store).await
}

/// Deletes bytes without a row: of erased applications and removed files, also where a crash came between row and bytes.
///
/// A row is always committed before its bytes are begun. So bytes listed first and looked up after
/// that have no row were erased; they cannot be new.
async fn sweep_disk(store: &Store) -> Result<(), Failure> {
    let mut applications = tokio::fs::read_dir(store.files_folder()).await?;
    while let Some(folder) = applications.next_entry().await? {
        let Ok(application) = folder.file_name().into_string() else {
            continue;
        };
        let mut names = Vec::new();
        let Ok(mut files) = tokio::fs::read_dir(folder.path()).await else {
            continue;
        };
        while let Some(file) = files.next_entry().await? {
            if let Ok(name) = file.file_name().into_string() {
                names.push(name);
            }
        }
        let rows = sqlx::query("SELECT id FROM files WHERE application = $1")
            .bind(application.as_str())
            .fetch_all(store.pool())
            .await?;
        let known: HashSet<String> = rows.iter().filter_map(|row| row.try_get("id").ok()).collect();
        for name in names.iter().filter(|name| !known.contains(*name)) {
            store.delete_bytes(&application, name).await?;
        }
        if known.is_empty() {
            // Fails where an upload began meanwhile, as it should.
            let _ = tokio::fs::remove_dir(folder.path()).await;
        }
    }
    Ok(())
}
