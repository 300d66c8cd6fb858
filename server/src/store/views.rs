//! Saved views of the staff's list.

use opencall_core::Timestamp;
use opencall_core::contract::staff::{SavedView, ViewRequest};
use sqlx::any::AnyRow;
use sqlx::{AnyPool, Row as _};

use super::Tx;
use super::staff::Person;
use crate::api::problem::Failure;

/// A view as it is kept.
#[derive(Clone, Debug)]
pub struct Kept {
    /// Its programme.
    pub programme: String,
    /// Its owner's id.
    pub person: String,
    /// What staff are told.
    pub view: SavedView,
}

const COLUMNS: &str =
    "SELECT v.id, v.programme, v.person, v.name, v.query, v.shared, p.name AS owner FROM views v JOIN people p ON p.id = v.person";

/// The views that somebody sees: their own, and those that are shared; by name.
///
/// # Errors
/// When the database cannot be read.
pub async fn list(pool: &AnyPool, programme: &str, by: &Person) -> Result<Vec<SavedView>, Failure> {
    let sql = sqlx::AssertSqlSafe(format!(
        "{COLUMNS} WHERE v.programme = $1 AND (v.shared = 1 OR v.person = $2) ORDER BY v.name, v.id"
    ));
    let rows = sqlx::query(sql).bind(programme).bind(by.id.as_str()).fetch_all(pool).await?;
    rows.iter().map(|row| Ok(read(row, by)?.view)).collect()
}

/// A view that somebody sees.
///
/// # Errors
/// When the database cannot be read.
pub async fn find(tx: &mut Tx, id: &str, by: &Person) -> Result<Option<Kept>, Failure> {
    let sql = sqlx::AssertSqlSafe(format!("{COLUMNS} WHERE v.id = $1 AND (v.shared = 1 OR v.person = $2)"));
    let row = sqlx::query(sql)
        .bind(id)
        .bind(by.id.as_str())
        .fetch_optional(tx.connection())
        .await?;
    row.as_ref().map(|row| read(row, by)).transpose()
}

/// How many views somebody has.
///
/// # Errors
/// When the database cannot be read.
pub async fn count(tx: &mut Tx, by: &Person) -> Result<i64, Failure> {
    let row = sqlx::query("SELECT COUNT(*) AS n FROM views WHERE person = $1")
        .bind(by.id.as_str())
        .fetch_one(tx.connection())
        .await?;
    Ok(row.try_get("n")?)
}

/// Whether somebody has another view of this name.
///
/// # Errors
/// When the database cannot be read.
pub async fn is_taken(tx: &mut Tx, programme: &str, person: &str, name: &str, but: &str) -> Result<bool, Failure> {
    let row = sqlx::query("SELECT id FROM views WHERE programme = $1 AND person = $2 AND name = $3 AND id <> $4")
        .bind(programme)
        .bind(person)
        .bind(name)
        .bind(but)
        .fetch_optional(tx.connection())
        .await?;
    Ok(row.is_some())
}

/// Keeps a new view.
///
/// # Errors
/// When the database cannot be written.
pub async fn add(tx: &mut Tx, id: &str, programme: &str, by: &Person, view: &ViewRequest, now: Timestamp) -> Result<(), Failure> {
    sqlx::query("INSERT INTO views (id, programme, person, name, query, shared, updated_at) VALUES ($1, $2, $3, $4, $5, $6, $7)")
        .bind(id)
        .bind(programme)
        .bind(by.id.as_str())
        .bind(view.name.as_str())
        .bind(view.query.as_str())
        .bind(i64::from(view.shared))
        .bind(now.millis())
        .execute(tx.connection())
        .await?;
    Ok(())
}

/// Changes a view.
///
/// # Errors
/// When the database cannot be written.
pub async fn change(tx: &mut Tx, id: &str, view: &ViewRequest, now: Timestamp) -> Result<(), Failure> {
    sqlx::query("UPDATE views SET name = $1, query = $2, shared = $3, updated_at = $4 WHERE id = $5")
        .bind(view.name.as_str())
        .bind(view.query.as_str())
        .bind(i64::from(view.shared))
        .bind(now.millis())
        .bind(id)
        .execute(tx.connection())
        .await?;
    Ok(())
}

/// Takes a view away.
///
/// # Errors
/// When the database cannot be written.
pub async fn remove(tx: &mut Tx, id: &str) -> Result<(), Failure> {
    sqlx::query("DELETE FROM views WHERE id = $1")
        .bind(id)
        .execute(tx.connection())
        .await?;
    Ok(())
}

fn read(row: &AnyRow, by: &Person) -> Result<Kept, Failure> {
    let person: String = row.try_get("person")?;
    Ok(Kept {
        programme: row.try_get("programme")?,
        view: SavedView {
            id: row.try_get("id")?,
            name: row.try_get("name")?,
            query: row.try_get("query")?,
            shared: row.try_get::<i64, _>("shared")? != 0,
            mine: person == by.id,
            owner: row.try_get("owner")?,
        },
        person,
    })
}
