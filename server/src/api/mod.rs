//! The contract under `/api/v1`: JSON, problem details for every error, times in RFC 3339 UTC.
//!
//! - [`clock`], [`programmes`], [`openapi`]: for anyone.
//! - [`begin`], [`application`], [`seal`], [`submit`], [`files`], [`link`], [`presence`]: for whoever holds the token.
//! - [`partner`]: for whoever holds a partner's link.
//! - [`staff`]: for the programme's staff.
//! - [`cors`]: for apps on other origins.
//! - [`health`]: for whoever runs the server.
//! - [`extract`], [`view`], [`reply`], [`problem`]: what they share.

use axum::Router;
use axum::extract::{DefaultBodyLimit, Request, State};
use axum::http::{HeaderValue, Method, StatusCode, header};
use axum::middleware::{self, Next};
use axum::response::{IntoResponse as _, Response};
use axum::routing::{MethodRouter, delete, get, head, options, patch, post, put};

use crate::App;
use crate::ratelimit::Kind;
use crate::token::TokenHash;
use problem::Failure;

pub mod application;
pub mod begin;
pub mod clock;
pub mod cors;
pub mod extract;
pub mod files;
pub mod health;
pub mod link;
pub mod openapi;
pub mod partner;
pub mod presence;
pub mod problem;
pub mod programmes;
pub mod reply;
pub mod seal;
pub mod staff;
pub mod submit;
pub mod view;

/// A route that is not the staff's.
pub struct Route {
    /// The method.
    pub method: Method,
    /// The path below `/api/v1`.
    pub path: &'static str,
    handler: MethodRouter<App>,
}

/// Every route that is not the staff's, whose are in [`staff::routes`]: there is no other way to add one, and what is here is in the
/// contract (`opencall_core::openapi`).
pub fn routes() -> Vec<Route> {
    let route = |method, path, handler| Route { method, path, handler };
    vec![
        route(Method::GET, "/openapi.json", get(openapi::read)),
        route(Method::GET, "/clock", get(clock::read)),
        route(Method::GET, "/programmes", get(programmes::list)),
        route(Method::GET, "/programmes/{programme}", get(programmes::read)),
        route(Method::GET, "/programmes/{programme}/keys", get(programmes::keys)),
        route(Method::POST, "/programmes/{programme}/applications", post(begin::begin)),
        route(Method::GET, "/application", get(application::read)),
        route(Method::PATCH, "/application", patch(application::save)),
        route(Method::DELETE, "/application", delete(application::erase)),
        route(Method::POST, "/application/seal", post(seal::seal)),
        route(Method::POST, "/application/token", post(link::replace)),
        route(Method::PUT, "/application/presence", put(presence::put)),
        route(Method::POST, "/application/submit", post(submit::submit)),
        route(Method::POST, "/application/withdraw", post(submit::withdraw)),
        route(Method::GET, "/application/export", get(application::export)),
        route(Method::GET, "/application/timeline", get(application::timeline)),
        route(Method::GET, "/partner/counts", get(partner::counts)),
        route(Method::POST, "/application/files", post(files::create)),
        route(Method::OPTIONS, "/application/files", options(files::options)),
        route(Method::GET, "/application/files/{file}", get(files::download)),
        route(Method::HEAD, "/application/files/{file}", head(files::offset)),
        route(Method::PATCH, "/application/files/{file}", patch(files::append)),
        route(Method::DELETE, "/application/files/{file}", delete(files::remove)),
    ]
}

/// The routes of the API.
pub fn router(state: &App) -> Router<App> {
    let v1 = routes()
        .into_iter()
        .fold(Router::new(), |router, route| router.route(route.path, route.handler))
        .fallback(async || Failure::not_found())
        .method_not_allowed_fallback(async || Failure::plain(StatusCode::METHOD_NOT_ALLOWED))
        .layer(DefaultBodyLimit::disable())
        .layer(middleware::from_fn_with_state(state.clone(), guard))
        .layer(middleware::from_fn_with_state(state.clone(), cors::allow));
    // Not for other origins: `cors` is not around it.
    let staff = staff::router(state).layer(middleware::from_fn_with_state(state.clone(), guard));
    Router::new()
        .nest("/api/v1/staff", staff)
        .nest("/api/v1", v1)
        .route("/healthz", get(health::alive))
        .route("/readyz", get(health::ready))
}

/// Counts requests, and keeps replies out of caches.
async fn guard(State(app): State<App>, request: Request, next: Next) -> Response {
    let (parts, body) = request.into_parts();
    let client = extract::Client::of(&parts, app.trust_forwarded_for);
    let token = TokenHash::from_headers(&parts.headers);
    let kind = match parts.uri.path().trim_start_matches("/api/v1") {
        "/application/seal" => Kind::Seal,
        "/application/presence" => Kind::Presence,
        _ => Kind::Other,
    };
    let refused = token.and_then(|token| app.limits.application(&token, kind).err());
    let mut response = match refused {
        Some(refused) => refused.into_response(),
        None => next.run(Request::from_parts(parts, body)).await,
    };
    // Whoever guesses at tokens soon has to wait, and is no longer told whether a guess was right.
    if response.status() == StatusCode::UNAUTHORIZED
        && let Err(refused) = app.limits.address(client.0)
    {
        response = refused.into_response();
    }
    response
        .headers_mut()
        .entry(header::CACHE_CONTROL)
        .or_insert(HeaderValue::from_static("no-store"));
    response
}
