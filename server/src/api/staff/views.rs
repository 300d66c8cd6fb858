//! Saved views: a name for what stands in the list's address. Everybody's own are seen by nobody else; shared ones by all.

use axum::extract::{Request, State};
use axum::http::StatusCode;
use opencall_core::contract::staff::{SavedView, ViewRequest, staff_problem};
use opencall_core::role::Permission;
use serde_json::{Map, Value};

use super::gate::{Signed, not_allowed};
use super::people::body;
use crate::App;
use crate::api::extract::{self, Path};
use crate::api::problem::Failure;
use crate::api::reply::Reply;
use crate::store::{Tx, audit, views};
use crate::token::random_id;

/// The most characters of a name.
const NAME_LIMIT: usize = 80;
/// The most characters of what stands in the address.
const QUERY_LIMIT: usize = 4_000;
/// The most views of one person.
const MOST: i64 = 100;

/// The views that whoever asks sees.
///
/// # Errors
/// 404.
pub async fn list(State(app): State<App>, signed: Signed, Path(programme): Path<String>) -> Result<Reply, Failure> {
    app.programmes.get(&programme).ok_or_else(Failure::not_found)?;
    Reply::json(StatusCode::OK, &views::list(app.store.pool(), &programme, &signed.person).await?)
}

/// Saves a view.
///
/// # Errors
/// 404; 400; 403 to share without the permission; 409 where the name is taken, or there are too many.
pub async fn save(State(app): State<App>, signed: Signed, Path(programme): Path<String>, request: Request) -> Result<Reply, Failure> {
    app.programmes.get(&programme).ok_or_else(Failure::not_found)?;
    let view = checked(body(request).await?)?;
    may_share(&signed, view.shared)?;
    let now = app.clock.now();
    let id = random_id();
    let mut tx = app.store.begin().await?;
    let result = async {
        if views::count(&mut tx, &signed.person).await? >= MOST {
            return Err(Failure::new(
                StatusCode::CONFLICT,
                staff_problem::TOO_MANY_VIEWS,
                "There are too many saved views",
            )
            .detail(format!("Delete one first: there can be {MOST} of yours.")));
        }
        let owner = signed.person.id.as_str();
        free(&mut tx, &programme, owner, &view.name, "").await?;
        views::add(&mut tx, &id, &programme, &signed.person, &view, now).await?;
        tell(&mut tx, &signed, &programme, &view.name, (false, view.shared), now).await
    }
    .await;
    tx.end(result).await?;
    let saved = SavedView {
        id,
        name: view.name,
        query: view.query,
        shared: view.shared,
        mine: true,
        owner: signed.person.name,
    };
    Reply::json(StatusCode::CREATED, &saved)
}

/// Changes a view: its own, or with the permission a shared one.
///
/// # Errors
/// As [`save`]; 404 for one that whoever asks does not see.
pub async fn change(State(app): State<App>, signed: Signed, Path(view): Path<String>, request: Request) -> Result<Reply, Failure> {
    let wanted = checked(body(request).await?)?;
    let now = app.clock.now();
    let mut tx = app.store.begin().await?;
    let result = async {
        let known = views::find(&mut tx, &view, &signed.person).await?.ok_or_else(Failure::not_found)?;
        may_share(&signed, known.view.shared || wanted.shared)?;
        free(&mut tx, &known.programme, &known.person, &wanted.name, &view).await?;
        views::change(&mut tx, &view, &wanted, now).await?;
        tell(
            &mut tx,
            &signed,
            &known.programme,
            &wanted.name,
            (known.view.shared, wanted.shared),
            now,
        )
        .await?;
        Ok(SavedView {
            name: wanted.name,
            query: wanted.query,
            shared: wanted.shared,
            ..known.view
        })
    }
    .await;
    Reply::json(StatusCode::OK, &tx.end(result).await?)
}

/// Takes a view away.
///
/// # Errors
/// 404; 403 for somebody else's shared one without the permission.
pub async fn remove(State(app): State<App>, signed: Signed, Path(view): Path<String>) -> Result<StatusCode, Failure> {
    let now = app.clock.now();
    let mut tx = app.store.begin().await?;
    let result = async {
        let known = views::find(&mut tx, &view, &signed.person).await?.ok_or_else(Failure::not_found)?;
        if !known.view.mine {
            may_share(&signed, true)?;
        }
        views::remove(&mut tx, &view).await?;
        tell(
            &mut tx,
            &signed,
            &known.programme,
            &known.view.name,
            (known.view.shared, false),
            now,
        )
        .await
    }
    .await;
    tx.end(result).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// What others rely on is written into the audit trail; what is one's own is nobody's business.
async fn tell(
    tx: &mut Tx,
    signed: &Signed,
    programme: &str,
    name: &str,
    (before, after): (bool, bool),
    now: opencall_core::Timestamp,
) -> Result<(), Failure> {
    let what = match (before, after) {
        (false, false) => return Ok(()),
        (false, true) => "shared_view",
        (true, true) => "changed_view",
        (true, false) => "unshared_view",
    };
    let detail = Map::from_iter([(String::from("view"), Value::from(name))]);
    audit::add(tx, now, Some(&signed.person), what, Some(programme), detail).await
}

async fn free(tx: &mut Tx, programme: &str, owner: &str, name: &str, but: &str) -> Result<(), Failure> {
    if views::is_taken(tx, programme, owner, name, but).await? {
        return Err(Failure::new(
            StatusCode::CONFLICT,
            staff_problem::VIEW_EXISTS,
            "There is a saved view of this name",
        ));
    }
    Ok(())
}

fn may_share(signed: &Signed, shared: bool) -> Result<(), Failure> {
    if shared && !signed.person.role.may(Permission::ShareViews) {
        return Err(not_allowed());
    }
    Ok(())
}

fn checked(view: ViewRequest) -> Result<ViewRequest, Failure> {
    let name = extract::line(&view.name, NAME_LIMIT, "A view's name")?;
    if view.query.chars().count() > QUERY_LIMIT || view.query.chars().any(|c| c.is_control() || c == '#') {
        return Err(Failure::malformed(format!(
            "Send at most {QUERY_LIMIT} characters of an address's query."
        )));
    }
    Ok(ViewRequest { name, ..view })
}
