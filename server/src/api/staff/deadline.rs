//! Later deadlines, for all or for one. A call that has closed opens again by one.

use axum::extract::{Request, State};
use axum::http::StatusCode;
use opencall_core::Timestamp;
use opencall_core::contract::problem_type;
use opencall_core::contract::staff::Extend;

use super::gate::Signed;
use super::people::body;
use crate::App;
use crate::api::extract::{self, Path};
use crate::api::problem::Failure;
use crate::store::extensions;

/// The most characters of a reason.
const REASON_LIMIT: usize = 500;

/// Extends the whole call.
///
/// # Errors
/// 404; 400 without a reason; 409 when it would not be later, or the document would have faults with it.
pub async fn programme(
    State(app): State<App>,
    signed: Signed,
    Path(programme): Path<String>,
    request: Request,
) -> Result<StatusCode, Failure> {
    let (until, reason) = asked(body(request).await?)?;
    let entry = app.programmes.get(&programme).ok_or_else(Failure::not_found)?;
    later(until, entry.programme.schedule.deadline)?;
    if let Err(error) = entry.extended(until) {
        return Err(Failure::malformed(error.to_string()));
    }
    let now = app.clock.now();
    extensions::extend_programme(&app.store, Some(&signed.person), &programme, until, &reason, now).await?;
    // Other processes read it within two seconds; this one knows it now.
    app.programmes.extend(std::collections::BTreeMap::from([(programme, until)]));
    Ok(StatusCode::NO_CONTENT)
}

/// Extends one application's deadline.
///
/// # Errors
/// As [`programme`].
pub async fn application(
    State(app): State<App>,
    signed: Signed,
    Path(reference): Path<String>,
    request: Request,
) -> Result<StatusCode, Failure> {
    let (until, reason) = asked(body(request).await?)?;
    let found = extensions::find(app.store.pool(), &reference)
        .await?
        .ok_or_else(Failure::not_found)?;
    let entry = app.programmes.get(&found.programme).ok_or_else(Failure::not_found)?;
    later(until, entry.programme.schedule.deadline_for(found.extension))?;
    let now = app.clock.now();
    extensions::extend_application(&app.store, Some(&signed.person), &found, until, &reason, now).await?;
    Ok(StatusCode::NO_CONTENT)
}

fn asked(extend: Extend) -> Result<(Timestamp, String), Failure> {
    Ok((
        extend.deadline,
        extract::line(&extend.reason, REASON_LIMIT, "A reason, which applicants read,")?,
    ))
}

fn later(until: Timestamp, now: Timestamp) -> Result<(), Failure> {
    if until > now {
        return Ok(());
    }
    Err(
        Failure::new(StatusCode::CONFLICT, problem_type::ILLEGAL_MOVE, "A deadline can only become later")
            .more("deadline", now.to_string()),
    )
}
