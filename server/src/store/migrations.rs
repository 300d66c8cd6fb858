//! Brings a database up to date: the statements in `migrations/`, compiled in, each run once.

use std::borrow::Cow;

use sqlx::migrate::{MigrateError, Migration, MigrationType, Migrator};
use sqlx::{AnyPool, SqlSafeStr as _};

/// Every change, by its number. What has run somewhere is never edited; add a file and a line.
const CHANGES: [(i64, &str, &str); 6] = [
    (1, "applications", include_str!("../../migrations/0001_applications.sql")),
    (2, "trust", include_str!("../../migrations/0002_trust.sql")),
    (3, "staff", include_str!("../../migrations/0003_staff.sql")),
    (4, "views", include_str!("../../migrations/0004_views.sql")),
    (5, "sources", include_str!("../../migrations/0005_sources.sql")),
    (6, "partner links", include_str!("../../migrations/0006_partner_links.sql")),
];

/// Runs what has not run yet. Several processes may start at once: PostgreSQL locks, SQLite has one process.
///
/// # Errors
/// When a statement fails, or the database was made by a newer version.
pub async fn run(pool: &AnyPool) -> Result<(), MigrateError> {
    let migration = |(number, what, sql): (i64, &'static str, &'static str)| {
        Migration::new(number, Cow::Borrowed(what), MigrationType::Simple, sql.into_sql_str(), false)
    };
    Migrator::with_migrations(CHANGES.into_iter().map(migration).collect())
        .run(pool)
        .await
}
