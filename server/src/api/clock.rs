//! `GET /api/v1/clock`: the server's time.

use axum::Json;
use axum::extract::State;
use opencall_core::contract::Clock;

use crate::App;

/// Now, to the millisecond.
pub async fn read(State(app): State<App>) -> Json<Clock> {
    Json(Clock { now: app.clock.now() })
}
