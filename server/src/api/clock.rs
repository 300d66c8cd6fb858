//! `GET /api/v1/clock`: the server's time.

use axum::Json;
use axum::extract::State;
use axum::response::IntoResponse;
use opencall_core::contract::Clock;

use crate::App;

/// Now, to the millisecond. A page that may not read replies (CORS) is let know that there is one, so that it can tell a backend that
/// refuses its origin from one that is not there (`public/unreached.js`).
pub async fn read(State(app): State<App>) -> impl IntoResponse {
    let anyones = [("cross-origin-resource-policy", "cross-origin")];
    (anyones, Json(Clock { now: app.clock.now() }))
}
