//! `PUT /api/v1/application/presence`: who else is at the draft. Nothing waits for it, and it holds up nothing.

use axum::Json;
use axum::extract::{Request, State};
use opencall_core::contract::{Presence, Present};
use opencall_core::text::clean_line;

use super::application::find;
use super::extract::{self, Bearer};
use super::problem::Failure;
use crate::App;
use crate::store::presence;

/// The most characters of a client's id and of a section's.
const LIMIT: usize = 64;

/// Notes that somebody is here and says who else is. While the database is busy with what matters more, the others do not
/// learn of it; the next sign of life is as good.
///
/// # Errors
/// 400 for an id that is none, 401.
pub async fn put(State(app): State<App>, Bearer(token): Bearer, request: Request) -> Result<Json<Present>, Failure> {
    let (parts, body) = request.into_parts();
    extract::media_type(&parts.headers, &["application/json"])?;
    let body = extract::bytes(body).await?;
    let mut here: Presence = extract::json(&body)?;
    let is_id = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_');
    if here.client.is_empty() || here.client.len() > LIMIT || !here.client.bytes().all(is_id) {
        return Err(Failure::malformed("A client's id has up to 64 letters, digits, - and _."));
    }
    let section = here.section.map(|section| {
        clean_line(&section)
            .chars()
            .filter(|c| !c.is_control())
            .take(LIMIT)
            .collect::<String>()
    });
    here.section = section.filter(|section| !section.is_empty());
    here.device = here.device.and_then(|device| extract::device_name(&device));
    let record = find(&app, &token).await?;
    let now = app.clock.now();
    if let Ok(mut tx) = app.store.begin_light().await {
        let noted = presence::note(&mut tx, &record.id, &here, now).await;
        // Erased meanwhile, or a full disk: it is said to whoever writes what matters.
        let _ = tx.end(noted).await;
    }
    let others = presence::others(app.store.pool(), &record.id, &here.client, now).await?;
    Ok(Json(Present { others }))
}
