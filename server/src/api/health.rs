//! `GET /healthz` and `GET /readyz`: for whoever runs the server.

use axum::extract::State;

use super::problem::Failure;
use crate::App;

/// The process answers.
pub async fn alive() -> &'static str {
    "ok\n"
}

/// The database answers and there is a programme to serve.
///
/// # Errors
/// 503 otherwise.
pub async fn ready(State(app): State<App>) -> Result<&'static str, Failure> {
    if app.store.is_ready().await && !app.programmes.all().is_empty() {
        Ok("ready\n")
    } else {
        Err(Failure::storage())
    }
}
