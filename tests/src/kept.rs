//! What the server's database holds, looked at from outside the server.

use std::path::Path;

use anyhow::Result;
use sqlx::{Connection as _, Row as _};

/// How many applications, seals and submissions there are.
pub async fn counts(data: &Path) -> Result<[i64; 3]> {
    Ok([
        count(data, "SELECT COUNT(*) FROM applications").await?,
        count(data, "SELECT COUNT(*) FROM seals").await?,
        count(data, "SELECT COUNT(*) FROM submissions").await?,
    ])
}

/// How many rows a query counts in the database of a data folder.
pub async fn count(data: &Path, what: &'static str) -> Result<i64> {
    let url = format!("sqlite://{}?mode=ro", data.join("opencall.db").display());
    let mut connection = sqlx::SqliteConnection::connect(&url).await?;
    let row = sqlx::query(what).fetch_one(&mut connection).await?;
    let count = row.try_get(0)?;
    connection.close().await?;
    Ok(count)
}
