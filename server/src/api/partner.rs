//! `GET /api/v1/partner/counts`: how many applications came by a partner's pages, for whoever has the partner's link.

use axum::extract::State;
use axum::http::{StatusCode, header};
use opencall_core::contract::partner::{PartnerCounts, PartnerPeriod};
use opencall_core::contract::problem_type;
use opencall_core::{Locale, Timestamp, counts};

use super::extract::Bearer;
use super::problem::Failure;
use super::reply::Reply;
use crate::App;
use crate::store::partners;

const DAY_MS: i64 = 86_400_000;

/// What may be told up to the last midnight (UTC). What waits, and what is too small, is in no figure: [`opencall_core::counts`].
///
/// # Errors
/// 401 for a link that is unknown or was taken back, and where the document names the partner no more.
pub async fn counts(State(app): State<App>, Bearer(token): Bearer) -> Result<Reply, Failure> {
    let pool = app.store.pool();
    let link = partners::find(pool, &token).await?.ok_or_else(unknown)?;
    let entry = app.programmes.get(&link.programme).ok_or_else(unknown)?;
    let organiser = entry.programme.organisers.iter().find(|one| one.id == link.partner);
    let name = organiser.ok_or_else(unknown)?.name.clone();
    let today = app.clock.now().millis().div_euclid(DAY_MS);
    let (begun, submitted) = (partners::begun(pool, &link).await?, partners::submitted(pool, &link).await?);
    let told = counts::told(&begun, &submitted, today - 1);
    let midnight = |day: i64| Timestamp::from_millis(day * DAY_MS);
    let period = |period: counts::Period| PartnerPeriod {
        from: period.first.map(midnight),
        until: midnight(period.last + 1),
        submitted: period.count,
    };
    let (title, titles) = (&entry.programme.title, Locale::ALL.into_iter());
    Reply::json(
        StatusCode::OK,
        &PartnerCounts {
            title: titles
                .filter(|locale| title.has(*locale))
                .map(|locale| (locale, String::from(title.get(locale))))
                .collect(),
            programme: link.programme,
            partner: link.partner,
            name,
            counted_at: midnight(today),
            begun: told.begun,
            submitted: told.submitted,
            periods: told.periods.into_iter().map(period).collect(),
        },
    )
}

fn unknown() -> Failure {
    Failure::new(StatusCode::UNAUTHORIZED, problem_type::UNKNOWN_TOKEN, "This link shows no counts")
        .detail("It is unknown, was replaced, or was taken back.")
        .header(header::WWW_AUTHENTICATE, "Bearer")
}
