//! Links that show partners how many applications came by their pages.

use axum::extract::State;
use axum::http::StatusCode;
use opencall_core::Timestamp;
use opencall_core::contract::partner::PartnerLinkView;
use opencall_core::programme::Organiser;
use serde_json::{Map, Value};

use super::gate::Signed;
use super::session::new_secret;
use crate::App;
use crate::api::extract::Path;
use crate::api::problem::Failure;
use crate::api::reply::Reply;
use crate::programmes::Programmes;
use crate::store::partners::{self, Link};
use crate::store::staff::Person;
use crate::store::{Store, audit};

/// The programme's organisers, and since when each has a link.
///
/// # Errors
/// 404.
pub async fn list(State(app): State<App>, Path(programme): Path<String>) -> Result<Reply, Failure> {
    let entry = app.programmes.get(&programme).ok_or_else(Failure::not_found)?;
    let links = partners::of_programme(app.store.pool(), &programme).await?;
    let view = |organiser: &Organiser| {
        let link = links.iter().find(|link| link.partner == organiser.id);
        view(organiser, link, None)
    };
    let views: Vec<PartnerLinkView> = entry.programme.organisers.iter().map(view).collect();
    Reply::json(StatusCode::OK, &views)
}

/// Makes a partner's link, in the place of the one it had. The token is said once.
///
/// # Errors
/// 404 for what is no organiser of the programme.
pub async fn make(State(app): State<App>, signed: Signed, Path((programme, partner)): Path<(String, String)>) -> Result<Reply, Failure> {
    let who = Some(&signed.person);
    let made = make_link(&app.store, &app.programmes, &programme, &partner, who, app.clock.now()).await?;
    Reply::json(StatusCode::CREATED, &made)
}

/// Takes a partner's link back.
///
/// # Errors
/// 404 where it has none.
pub async fn take_back(
    State(app): State<App>,
    signed: Signed,
    Path((programme, partner)): Path<(String, String)>,
) -> Result<StatusCode, Failure> {
    end_link(&app.store, &programme, &partner, Some(&signed.person), app.clock.now()).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Makes a partner's link, by somebody of the staff or from the command line.
///
/// # Errors
/// As [`make`].
pub async fn make_link(
    store: &Store,
    programmes: &Programmes,
    programme: &str,
    partner: &str,
    by: Option<&Person>,
    now: Timestamp,
) -> Result<PartnerLinkView, Failure> {
    let entry = programmes.get(programme).ok_or_else(Failure::not_found)?;
    let organiser = entry.programme.organisers.iter().find(|organiser| organiser.id == partner);
    let organiser = organiser.ok_or_else(Failure::not_found)?;
    let (token, hash) = new_secret();
    let link = Link {
        programme: String::from(programme),
        partner: String::from(partner),
        created_at: now,
        by: by.map(|person| person.name.clone()),
    };
    let mut tx = store.begin().await?;
    let result = async {
        partners::put(&mut tx, &link, &hash).await?;
        audit::add(&mut tx, now, by, "made_partner_link", Some(partner), of(programme)).await
    }
    .await;
    tx.end(result).await?;
    // In the fragment, which browsers send nowhere.
    Ok(view(organiser, Some(&link), Some(format!("/partner#{token}"))))
}

/// Takes a partner's link back, by somebody of the staff or from the command line.
///
/// # Errors
/// As [`take_back`].
pub async fn end_link(store: &Store, programme: &str, partner: &str, by: Option<&Person>, now: Timestamp) -> Result<(), Failure> {
    let mut tx = store.begin().await?;
    let result = async {
        if !partners::take_back(&mut tx, programme, partner).await? {
            return Err(Failure::not_found());
        }
        audit::add(&mut tx, now, by, "revoked_partner_link", Some(partner), of(programme)).await
    }
    .await;
    tx.end(result).await
}

fn of(programme: &str) -> Map<String, Value> {
    Map::from_iter([(String::from("programme"), Value::from(programme))])
}

fn view(organiser: &Organiser, link: Option<&Link>, path: Option<String>) -> PartnerLinkView {
    PartnerLinkView {
        partner: organiser.id.clone(),
        name: organiser.name.clone(),
        created_at: link.map(|link| link.created_at),
        by: link.and_then(|link| link.by.clone()),
        link: path,
    }
}
