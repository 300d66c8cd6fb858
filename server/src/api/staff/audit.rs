//! What staff have done.

use axum::extract::{Query, State};
use axum::http::StatusCode;
use serde::Deserialize;

use crate::App;
use crate::api::problem::Failure;
use crate::api::reply::Reply;
use crate::store::audit;

/// Which entries.
#[derive(Debug, Deserialize)]
pub struct Which {
    /// Those before this one.
    before: Option<u64>,
    /// How many, 200 at most.
    limit: Option<u32>,
}

/// Entries, the latest first.
///
/// # Errors
/// 401, 403.
pub async fn list(State(app): State<App>, Query(which): Query<Which>) -> Result<Reply, Failure> {
    let before = which.before.unwrap_or(i64::MAX as u64);
    let limit = which.limit.unwrap_or(100).clamp(1, 200);
    Reply::json(StatusCode::OK, &audit::before(app.store.pool(), before, limit).await?)
}
