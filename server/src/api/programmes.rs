//! `GET /api/v1/programmes`: the calls and their documents.

use axum::Json;
use axum::body::Bytes;
use axum::extract::State;
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::{IntoResponse as _, Response};
use opencall_core::contract::{Keys, Listed};
use opencall_core::phase;

use super::extract::Path;
use super::problem::Failure;
use crate::App;
use crate::assets::Encoding;
use crate::store;

/// Every call, with where it stands now.
pub async fn list(State(app): State<App>) -> Json<Vec<Listed>> {
    let now = app.clock.now();
    let listed = app.programmes.all().into_iter().map(|entry| Listed {
        id: entry.programme.id.clone(),
        title: entry.programme.title.clone(),
        phase: phase(&entry.programme.schedule, None, now),
    });
    Json(listed.collect())
}

/// The document of a call. Weak `ETag`, because the bytes differ with the encoding.
///
/// # Errors
/// 404.
pub async fn read(State(app): State<App>, Path(id): Path<String>, headers: HeaderMap) -> Result<Response, Failure> {
    let entry = app.programmes.get(&id).ok_or_else(Failure::not_found)?;
    let etag = format!("W/\"{}\"", &entry.digest[..16]);
    Ok(send(&headers, &etag, (&entry.json, &entry.brotli, &entry.gzip)))
}

/// A document that anyone may keep and has to ask for again: plain, in brotli, in gzip.
pub fn send(headers: &HeaderMap, etag: &str, (json, brotli, gzip): (&Bytes, &Bytes, &Bytes)) -> Response {
    let common = [
        (header::ETAG, String::from(etag)),
        (header::CACHE_CONTROL, String::from("no-cache")),
        (header::VARY, String::from("Accept-Encoding")),
    ];
    if crate::assets::none_match(headers, etag) {
        return (StatusCode::NOT_MODIFIED, common).into_response();
    }
    let (encoding, body) = choose(headers, json, brotli, gzip);
    let mut response = (common, [(header::CONTENT_TYPE, "application/json")], body).into_response();
    encoding.mark(response.headers_mut());
    response
}

/// The public keys that receipts and seals are signed with.
///
/// # Errors
/// 404.
pub async fn keys(State(app): State<App>, Path(id): Path<String>) -> Result<Json<Keys>, Failure> {
    app.programmes.get(&id).ok_or_else(Failure::not_found)?;
    let keys = store::keys::all(app.store.pool(), &app.key).await?;
    Ok(Json(Keys { keys }))
}

/// The smallest of the forms that the client takes.
fn choose(headers: &HeaderMap, plain: &Bytes, brotli: &Bytes, gzip: &Bytes) -> (Encoding, Bytes) {
    Encoding::choose(headers, |encoding| match encoding {
        Encoding::Brotli if !brotli.is_empty() => Some(brotli.clone()),
        Encoding::Gzip if !gzip.is_empty() => Some(gzip.clone()),
        Encoding::Identity => Some(plain.clone()),
        _ => None,
    })
    .unwrap_or((Encoding::Identity, plain.clone()))
}
