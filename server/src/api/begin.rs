//! `POST /api/v1/programmes/{programme}/applications`: begins a draft.

use axum::extract::{Request, State};
use axum::http::StatusCode;
use opencall_core::contract::{Begin, HappeningKind, problem_type};
use opencall_core::{Allowed, Status, Timestamp, phase};

use super::application::{check_shape, check_size};
use super::extract::{self, Bearer, Client, Path};
use super::problem::Failure;
use super::reply::Reply;
use super::view;
use crate::App;
use crate::programmes::Entry;
use crate::store::applications::{self, Record};
use crate::store::idempotency::Claim;
use crate::store::{Tx, events, rows};
use crate::token::{TokenHash, random_id, random_reference};

/// Begins a draft for a token that the app has made; gives the one there is when the token is known.
///
/// # Errors
/// 404 without such a programme, 403 when it is not open, 409 when the token belongs to another programme.
pub async fn begin(
    State(app): State<App>,
    Path(programme): Path<String>,
    Bearer(token): Bearer,
    request: Request,
) -> Result<Reply, Failure> {
    let (parts, body) = request.into_parts();
    app.limits.address(Client::of(&parts, app.trust_forwarded_for).0)?;
    let entry = app.programmes.get(&programme).ok_or_else(Failure::not_found)?;
    let key = extract::idempotency_key(&parts.headers)?;
    extract::media_type(&parts.headers, &["application/json"])?;
    let body = extract::bytes(body).await?;
    let begin: Begin = extract::json(&body)?;
    check_shape(&begin.answers.0)?;
    check_size(&applications::text(&begin.answers)?)?;
    let device = extract::device(&parts.headers);
    let now = app.clock.now();
    let claim = app.running.claim(&token, key, &[b"begin", programme.as_bytes(), &body])?;

    let mut tx = app.store.begin().await?;
    let result = begin_within(&app, &mut tx, &token, &claim, &entry, (begin, device), now).await;
    tx.end(result).await
}

async fn begin_within(
    app: &App,
    tx: &mut Tx,
    token: &TokenHash,
    claim: &Claim,
    entry: &Entry,
    (begin, device): (Begin, Option<String>),
    now: Timestamp,
) -> Result<Reply, Failure> {
    if let Some(reply) = claim.stored(tx).await? {
        return Ok(reply);
    }
    if let Some(record) = applications::find_locked(tx, token).await? {
        if record.programme != entry.programme.id {
            return Err(Failure::new(
                StatusCode::CONFLICT,
                problem_type::ILLEGAL_MOVE,
                "The link belongs to an application elsewhere",
            )
            .more("programme", record.programme));
        }
        return existing(app, tx, &record).await;
    }
    if applications::was_replaced(tx, token).await? {
        return Err(Failure::unknown_token());
    }
    let phase = phase(&entry.programme.schedule, None, now);
    let Allowed::Everything { .. } = phase.allows(false) else {
        return Err(view::not_open(phase, now));
    };
    let mut record = Record {
        id: random_id(),
        programme: entry.programme.id.clone(),
        reference: random_reference(),
        status: Status::Draft,
        version: 1,
        answers: begin.answers,
        locale: begin.locale,
        source: begin.source.plausible(),
        extension: None,
        created_at: now,
        updated_at: now,
        changed_by: device,
    };
    // The insert gives way when the token has come meanwhile (another process), or when the reference is taken.
    while !applications::insert(tx, token, &record).await? {
        if let Some(record) = applications::find_locked(tx, token).await? {
            return existing(app, tx, &record).await;
        }
        record.reference = random_reference();
    }
    events::add(tx, &record.id, now, HappeningKind::Begun).await?;
    rows::touch(tx, entry, &record).await?;
    let view = view::within(tx, &app.store, &record).await?;
    let mut reply = Reply::json(StatusCode::CREATED, &view)?.version(record.version);
    reply.location = Some(String::from("/api/v1/application"));
    claim.keep(tx, &reply, now).await?;
    Ok(reply)
}

async fn existing(app: &App, tx: &mut Tx, record: &Record) -> Result<Reply, Failure> {
    let view = view::within(tx, &app.store, record).await?;
    Ok(Reply::json(StatusCode::OK, &view)?.version(record.version))
}
