//! Who may sign in: people, and links for those who do not yet.

use axum::extract::{Request, State};
use axum::http::StatusCode;
use opencall_core::contract::staff::{InvitationView, Invite, PersonChange, PersonView, staff_problem};
use opencall_core::role::Role;
use serde_json::{Map, Value};

use super::gate::Signed;
use super::session::{checked_name, make_link};
use crate::App;
use crate::api::extract::{self, Path};
use crate::api::problem::Failure;
use crate::api::reply::Reply;
use crate::store::staff::{self, Link, Person};
use crate::store::{Tx, audit};

/// Everybody.
///
/// # Errors
/// 401.
pub async fn list(State(app): State<App>) -> Result<Reply, Failure> {
    let people = staff::people(app.store.pool()).await?;
    Reply::json(StatusCode::OK, &people.iter().map(Person::view).collect::<Vec<PersonView>>())
}

/// Changes somebody's role, or whether they may sign in.
///
/// # Errors
/// 404; 409 when no organiser would be left.
pub async fn change(State(app): State<App>, signed: Signed, Path(person): Path<String>, request: Request) -> Result<Reply, Failure> {
    let change: PersonChange = body(request).await?;
    let now = app.clock.now();
    let mut tx = app.store.begin().await?;
    let result = async {
        let mut person = staff::find(&mut tx, &person).await?.ok_or_else(Failure::not_found)?;
        person.role = change.role.unwrap_or(person.role);
        person.active = change.active.unwrap_or(person.active);
        staff::change(&mut tx, &person).await?;
        if staff::organisers(&mut tx).await? == 0 {
            return Err(Failure::new(
                StatusCode::CONFLICT,
                staff_problem::LAST_ORGANISER,
                "One organiser has to stay",
            ));
        }
        let detail = Map::from_iter([
            (String::from("role"), Value::from(person.role.name())),
            (String::from("active"), Value::from(person.active)),
        ]);
        audit::add(&mut tx, now, Some(&signed.person), "changed_person", Some(&person.name), detail).await?;
        Ok(person)
    }
    .await;
    Reply::json(StatusCode::OK, &tx.end(result).await?.view())
}

/// A link that signs somebody in again, such as on another device.
///
/// # Errors
/// 404.
pub async fn link(State(app): State<App>, signed: Signed, Path(person): Path<String>) -> Result<Reply, Failure> {
    let now = app.clock.now();
    let mut tx = app.store.begin().await?;
    let result = async {
        let person = staff::find(&mut tx, &person)
            .await?
            .filter(|person| person.active)
            .ok_or_else(Failure::not_found)?;
        let made = make_link(&mut tx, person.role, &person.name, Some(&person), now).await?;
        tell(&mut tx, &signed, &made.1, now).await?;
        Ok(made)
    }
    .await;
    let (path, link) = tx.end(result).await?;
    Reply::json(StatusCode::CREATED, &view(link, Some(path)))
}

/// Links that nobody has used yet.
///
/// # Errors
/// 401, 403.
pub async fn invitations(State(app): State<App>) -> Result<Reply, Failure> {
    Reply::json(StatusCode::OK, &staff::links(app.store.pool(), app.clock.now()).await?)
}

/// Invites somebody. The link with its secret is said once.
///
/// # Errors
/// 400 without a name.
pub async fn invite(State(app): State<App>, signed: Signed, request: Request) -> Result<Reply, Failure> {
    let invite: Invite = body(request).await?;
    let name = checked_name(&invite.name)?;
    let now = app.clock.now();
    let mut tx = app.store.begin().await?;
    let result = async {
        let made = make_link(&mut tx, invite.role, &name, None, now).await?;
        tell(&mut tx, &signed, &made.1, now).await?;
        Ok(made)
    }
    .await;
    let (path, link) = tx.end(result).await?;
    Reply::json(StatusCode::CREATED, &view(link, Some(path)))
}

/// Takes a link back that nobody has used.
///
/// # Errors
/// 404.
pub async fn revoke(State(app): State<App>, signed: Signed, Path(invitation): Path<String>) -> Result<StatusCode, Failure> {
    let now = app.clock.now();
    let mut tx = app.store.begin().await?;
    let result = async {
        let name = staff::revoke_link(&mut tx, &invitation).await?.ok_or_else(Failure::not_found)?;
        audit::add(&mut tx, now, Some(&signed.person), "revoked_link", Some(&name), Map::new()).await
    }
    .await;
    tx.end(result).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Invites from the command line.
///
/// # Errors
/// As [`invite`].
pub async fn invite_from_outside(
    store: &crate::store::Store,
    role: Role,
    name: &str,
    now: opencall_core::Timestamp,
) -> Result<String, Failure> {
    let name = checked_name(name)?;
    let mut tx = store.begin().await?;
    let result = async {
        let (path, link) = make_link(&mut tx, role, &name, None, now).await?;
        audit::add(&mut tx, now, None, "invited", Some(&link.name), role_detail(role)).await?;
        Ok(path)
    }
    .await;
    tx.end(result).await
}

async fn tell(tx: &mut Tx, signed: &Signed, link: &Link, now: opencall_core::Timestamp) -> Result<(), Failure> {
    let what = if link.person.is_some() { "made_link" } else { "invited" };
    audit::add(tx, now, Some(&signed.person), what, Some(&link.name), role_detail(link.role)).await
}

fn role_detail(role: Role) -> Map<String, Value> {
    Map::from_iter([(String::from("role"), Value::from(role.name()))])
}

fn view(link: Link, path: Option<String>) -> InvitationView {
    InvitationView {
        id: link.id,
        role: link.role,
        name: link.name,
        created_at: link.created_at,
        expires_at: link.expires_at,
        link: path,
    }
}

/// A JSON body.
///
/// # Errors
/// 400, 413, 415.
pub async fn body<T: serde::de::DeserializeOwned>(request: Request) -> Result<T, Failure> {
    let (parts, body) = request.into_parts();
    extract::media_type(&parts.headers, &["application/json"])?;
    extract::json(&extract::bytes(body).await?)
}
