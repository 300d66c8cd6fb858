//! What staff have done.

use axum::extract::State;
use axum::http::StatusCode;
use opencall_core::contract::pattern;
use serde::Deserialize;

use crate::App;
use crate::api::extract::{Query, kept_by_all};
use crate::api::problem::Failure;
use crate::api::reply::Reply;
use crate::store::audit;

/// The most entries of a page.
const MOST: u32 = 200;

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
/// 401, 403; 400 for another `limit` than 1 to 200.
pub async fn list(State(app): State<App>, Query(which): Query<Which>) -> Result<Reply, Failure> {
    let before = kept_by_all(which.before.unwrap_or(pattern::LARGEST))?;
    let limit = which.limit.unwrap_or(100);
    if !(1..=MOST).contains(&limit) {
        return Err(Failure::malformed(format!("limit is 1 to {MOST}.")));
    }
    Reply::json(StatusCode::OK, &audit::before(app.store.pool(), before, limit).await?)
}
