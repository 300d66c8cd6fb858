//! The staff's part of the contract, under `/api/v1/staff`: a session in a cookie, and a table that says who may call what.
//!
//! - [`gate`]: what every call passes: the table below, the session, the check against other sites' pages.
//! - [`session`]: signing in and out; [`people`]: who may; [`partners`]: links to their counts; [`audit`]: what they have done.
//! - [`rows`]: the table of all applications and its changes, [`snapshots`] what of it is kept in memory; [`one`]: a single application; [`moves`]: many at once.
//! - [`export`]: CSV and JSON; [`deadline`]: later deadlines; [`views`]: saved views of the list.

use axum::Router;
use axum::extract::DefaultBodyLimit;
use axum::http::{Method, StatusCode};
use axum::middleware;
use axum::routing::{MethodRouter, delete, get, patch, post, put};
use opencall_core::role::Permission;

use super::problem::Failure;
use crate::App;

pub mod audit;
pub mod deadline;
pub mod export;
pub mod gate;
pub mod moves;
pub mod one;
pub mod partners;
pub mod people;
pub mod rows;
pub mod session;
pub mod snapshots;
pub mod views;

/// Who may call a route.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Need {
    /// Whoever has a link.
    Nothing,
    /// Whoever is signed in.
    SignedIn,
    /// Whose role has this.
    May(Permission),
}

/// A route.
pub struct Route {
    /// The method.
    pub method: Method,
    /// The path below `/api/v1/staff`.
    pub path: &'static str,
    /// Who may call it.
    pub need: Need,
    handler: MethodRouter<App>,
}

/// Every route: there is no other way to add one, and none without who may call it.
pub fn routes() -> Vec<Route> {
    use Need::{May, Nothing, SignedIn};
    use Permission::{Export, ExtendDeadlines, ManagePeople, MoveApplications, ReadApplications, ReadAudit, WriteNotes};
    let route = |method, path, need, handler| Route {
        method,
        path,
        need,
        handler,
    };
    vec![
        route(Method::POST, "/link", Nothing, post(session::look)),
        route(Method::POST, "/session", Nothing, post(session::sign_in)),
        route(Method::GET, "/session", SignedIn, get(session::read)),
        route(Method::DELETE, "/session", SignedIn, delete(session::sign_out)),
        route(Method::GET, "/sessions", SignedIn, get(session::list)),
        route(Method::DELETE, "/sessions/{session}", SignedIn, delete(session::end)),
        route(Method::GET, "/people", SignedIn, get(people::list)),
        route(Method::PATCH, "/people/{person}", May(ManagePeople), patch(people::change)),
        route(Method::POST, "/people/{person}/link", May(ManagePeople), post(people::link)),
        route(Method::GET, "/invitations", May(ManagePeople), get(people::invitations)),
        route(Method::POST, "/invitations", May(ManagePeople), post(people::invite)),
        route(
            Method::DELETE,
            "/invitations/{invitation}",
            May(ManagePeople),
            delete(people::revoke),
        ),
        route(
            Method::GET,
            "/programmes/{programme}/partners",
            May(ManagePeople),
            get(partners::list),
        ),
        route(
            Method::POST,
            "/programmes/{programme}/partners/{partner}/link",
            May(ManagePeople),
            post(partners::make),
        ),
        route(
            Method::DELETE,
            "/programmes/{programme}/partners/{partner}/link",
            May(ManagePeople),
            delete(partners::take_back),
        ),
        route(Method::GET, "/audit", May(ReadAudit), get(audit::list)),
        route(Method::GET, "/programmes/{programme}/rows", May(ReadApplications), get(rows::all)),
        route(
            Method::GET,
            "/programmes/{programme}/previous",
            May(ReadApplications),
            get(rows::previous),
        ),
        route(
            Method::GET,
            "/programmes/{programme}/changes",
            May(ReadApplications),
            get(rows::changes),
        ),
        route(
            Method::GET,
            "/programmes/{programme}/events",
            May(ReadApplications),
            get(rows::events),
        ),
        route(
            Method::POST,
            "/programmes/{programme}/moves",
            May(MoveApplications),
            post(moves::make),
        ),
        route(Method::POST, "/moves/{move}/undo", May(MoveApplications), post(moves::undo)),
        route(Method::POST, "/programmes/{programme}/export", May(Export), post(export::export)),
        route(
            Method::POST,
            "/programmes/{programme}/extension",
            May(ExtendDeadlines),
            post(deadline::programme),
        ),
        route(
            Method::POST,
            "/applications/{reference}/extension",
            May(ExtendDeadlines),
            post(deadline::application),
        ),
        route(
            Method::GET,
            "/programmes/{programme}/views",
            May(ReadApplications),
            get(views::list),
        ),
        route(
            Method::POST,
            "/programmes/{programme}/views",
            May(ReadApplications),
            post(views::save),
        ),
        route(Method::PUT, "/views/{view}", May(ReadApplications), put(views::change)),
        route(Method::DELETE, "/views/{view}", May(ReadApplications), delete(views::remove)),
        route(Method::GET, "/applications/{reference}", May(ReadApplications), get(one::read)),
        route(
            Method::GET,
            "/applications/{reference}/files/{file}",
            May(ReadApplications),
            get(one::file),
        ),
        route(Method::POST, "/applications/{reference}/notes", May(WriteNotes), post(one::note)),
    ]
}

/// The routes with their gates.
pub fn router(state: &App) -> Router<App> {
    let gated = |router: Router<App>, route: Route| {
        let gate = middleware::from_fn_with_state((state.clone(), route.need), gate::gate);
        router.route(route.path, route.handler.layer(gate))
    };
    routes()
        .into_iter()
        .fold(Router::new(), gated)
        .fallback(async || Failure::not_found())
        .method_not_allowed_fallback(async || Failure::plain(StatusCode::METHOD_NOT_ALLOWED))
        .layer(DefaultBodyLimit::disable())
}
