//! `POST /api/v1/application/token`: replaces the private link. Whoever had the old one is out.

use axum::extract::{Request, State};
use axum::http::StatusCode;
use opencall_core::Timestamp;
use opencall_core::contract::{HappeningKind, NewToken, TokenReplaced, problem_type};

use super::application::find_locked;
use super::extract::{self, Bearer};
use super::problem::Failure;
use super::reply::Reply;
use crate::App;
use crate::store::idempotency::Claim;
use crate::store::{Tx, applications, events};
use crate::token::TokenHash;

/// Puts the new token in the place of the old one. Repeated with the same key and the old token it gives the same reply; all
/// else under the old token is 401 from then on.
///
/// # Errors
/// 400, 409 and 422 for the key, 400 for what is no token, 409 for one that belongs to an application already.
pub async fn replace(State(app): State<App>, Bearer(token): Bearer, request: Request) -> Result<Reply, Failure> {
    let (parts, body) = request.into_parts();
    let key = extract::idempotency_key(&parts.headers)?;
    extract::media_type(&parts.headers, &["application/json"])?;
    let body = extract::bytes(body).await?;
    let new: NewToken = extract::json(&body)?;
    let new = TokenHash::from_token(&new.token)
        .ok_or_else(|| Failure::malformed("A token is 256 random bits: 43 characters of base64url without padding."))?;
    let now = app.clock.now();
    let claim = app.running.claim(&token, key, &[b"token", &body])?;

    let mut tx = app.store.begin().await?;
    let result = replace_within(&mut tx, &token, &new, &claim, now).await;
    tx.end(result).await
}

async fn replace_within(tx: &mut Tx, old: &TokenHash, new: &TokenHash, claim: &Claim, now: Timestamp) -> Result<Reply, Failure> {
    if let Some(reply) = claim.stored(tx).await? {
        return Ok(reply);
    }
    let record = find_locked(tx, old).await?;
    if applications::find_locked(tx, new).await?.is_some() || applications::was_replaced(tx, new).await? {
        return Err(Failure::new(
            StatusCode::CONFLICT,
            problem_type::ILLEGAL_MOVE,
            "The new link belongs to an application already",
        ));
    }
    applications::replace_token(tx, &record.id, old, new, now).await?;
    events::add(tx, &record.id, now, HappeningKind::LinkReplaced).await?;
    let reply = Reply::json(StatusCode::OK, &TokenReplaced { replaced_at: now })?;
    claim.keep(tx, &reply, now).await?;
    Ok(reply)
}
