//! Brings a database up to date: the statements in `migrations/`, compiled in.

use sqlx::AnyPool;
use sqlx::migrate::{MigrateError, Migrator};

static MIGRATIONS: Migrator = sqlx::migrate!("./migrations");

/// Runs what has not run yet. Several processes may start at once: PostgreSQL locks, SQLite has one process.
///
/// # Errors
/// When a statement fails, or the database was made by a newer version.
pub async fn run(pool: &AnyPool) -> Result<(), MigrateError> {
    MIGRATIONS.run(pool).await
}
