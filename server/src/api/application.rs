//! `/api/v1/application`: reading, saving, exporting and erasing what belongs to a token.

use axum::Json;
use axum::extract::{Request, State};
use axum::http::{HeaderMap, HeaderName, StatusCode, header};
use axum::response::{IntoResponse as _, Response};
use opencall_core::contract::{Export, Happening, Saved};
use opencall_core::{Status, Timestamp};
use serde_json::{Map, Value};

use super::extract::{self, Bearer, IfMatch};
use super::problem::Failure;
use super::reply::Reply;
use super::view;
use crate::App;
use crate::store::applications::{self, Record};
use crate::store::{Tx, events, rows, seals, submissions};
use crate::token::TokenHash;

/// The most bytes of an application's answers, as JSON.
pub const ANSWERS_LIMIT: usize = 512 * 1024;
/// The deepest nesting of answers. A form needs three levels; a browser's parser takes 128.
const DEPTH_LIMIT: usize = 32;

/// The application that a token stands for.
///
/// # Errors
/// 401.
pub async fn find(app: &App, token: &TokenHash) -> Result<Record, Failure> {
    applications::find(app.store.pool(), token)
        .await?
        .ok_or_else(Failure::unknown_token)
}

/// The same within a transaction.
///
/// # Errors
/// 401.
pub async fn find_locked(tx: &mut Tx, token: &TokenHash) -> Result<Record, Failure> {
    applications::find_locked(tx, token).await?.ok_or_else(Failure::unknown_token)
}

/// `GET`: everything about it.
///
/// # Errors
/// 401.
pub async fn read(State(app): State<App>, Bearer(token): Bearer) -> Result<Reply, Failure> {
    let record = find(&app, &token).await?;
    Ok(Reply::json(StatusCode::OK, &view::of(&app.store, &record).await?)?.version(record.version))
}

/// `PATCH`: applies a merge patch (RFC 7396) to the answers.
///
/// # Errors
/// 428 and 412 for `If-Match`, 403 when the call is not open, 409 when the status does not allow it,
/// 413 when the answers would grow too large, 400 and 415 for what is no merge patch.
pub async fn save(State(app): State<App>, Bearer(token): Bearer, request: Request) -> Result<Reply, Failure> {
    let (parts, body) = request.into_parts();
    extract::media_type(&parts.headers, &["application/merge-patch+json"])?;
    let if_match = IfMatch::from_headers(&parts.headers)?;
    let body = extract::bytes(body).await?;
    let patch: Map<String, Value> = extract::json(&body)?;
    let change = Change {
        patch,
        device: extract::device(&parts.headers),
    };
    check_shape(&change.patch)?;
    // It has arrived now: what waits for the database under load is not late for it.
    let now = app.clock.now();

    let mut tx = app.store.begin().await?;
    let result = save_within(&app, &mut tx, &token, &if_match, change, now).await;
    let version = tx.end(result).await?;
    Ok(Reply::json(
        StatusCode::OK,
        &Saved {
            version,
            saved_at: app.clock.now(),
        },
    )?
    .version(version))
}

/// What is changed, and where.
struct Change {
    patch: Map<String, Value>,
    device: Option<String>,
}

/// Gives the version that the answers have then.
async fn save_within(
    app: &App,
    tx: &mut Tx,
    token: &TokenHash,
    if_match: &IfMatch,
    change: Change,
    now: Timestamp,
) -> Result<u64, Failure> {
    let mut record = find_locked(tx, token).await?;
    let entry = app.programmes.get(&record.programme).ok_or_else(gone)?;
    view::must_be_allowed(tx.connection(), &entry, &record, now).await?;
    view::must_be_able_to_become(&record, Status::Submitted)?;
    must_match(if_match, &record)?;
    let before = record.answers.clone();
    record.answers.merge(change.patch);
    if record.answers != before {
        let text = applications::text(&record.answers)?;
        check_size(&text)?;
        record.version += 1;
        record.updated_at = now;
        record.changed_by = change.device;
        applications::save(tx, &record, &text).await?;
        rows::touch(tx, &entry, &record).await?;
    }
    Ok(record.version)
}

/// Refuses when the application is at another version, with all that it takes to merge: what it holds now, since when, and
/// which device wrote it.
///
/// # Errors
/// 412.
pub fn must_match(if_match: &IfMatch, record: &Record) -> Result<(), Failure> {
    if_match.check(record.version).map_err(|refused| {
        let refused = refused
            .more("answers", Value::Object(record.answers.0.clone()))
            .more("updated_at", record.updated_at.to_string());
        match &record.changed_by {
            Some(device) => refused.more("changed_by", device.clone()),
            None => refused,
        }
    })
}

/// `DELETE`: erases every row and every file. Nothing is left to bring back.
///
/// # Errors
/// 401.
pub async fn erase(State(app): State<App>, Bearer(token): Bearer) -> Result<StatusCode, Failure> {
    let mut tx = app.store.begin().await?;
    let result = erase_within(&mut tx, &token).await;
    let record = tx.end(result).await?;
    app.snapshots.forget(&record.programme);
    // A crash from here on leaves bytes without a row, which the next sweep deletes.
    if let Err(error) = app.store.delete_all_bytes(&record.id).await {
        tracing::error!(%error, "files of an erased application wait for the next sweep");
    }
    Ok(StatusCode::NO_CONTENT)
}

async fn erase_within(tx: &mut Tx, token: &TokenHash) -> Result<Record, Failure> {
    let record = find_locked(tx, token).await?;
    applications::erase(tx, &record.id, token).await?;
    rows::erased(tx, &record.programme, &record.reference).await?;
    Ok(record)
}

/// `GET …/export`: everything that is held, as a file to keep.
///
/// # Errors
/// 401.
pub async fn export(State(app): State<App>, Bearer(token): Bearer) -> Result<Response, Failure> {
    let record = find(&app, &token).await?;
    let submitted = submissions::last(app.store.pool(), &record.id).await?;
    let export = Export {
        application: view::of(&app.store, &record).await?,
        submitted: submitted.and_then(|submitted| serde_json::from_str(&submitted.canonical).ok()),
        seals: seals::all(app.store.pool(), &record.id).await?,
        timeline: events::all(app.store.pool(), &record.id).await?,
    };
    let disposition = format!("attachment; filename=\"application-{}.json\"", record.reference);
    let headers: [(HeaderName, String); 1] = [(header::CONTENT_DISPOSITION, disposition)];
    Ok((headers, Json(export)).into_response())
}

/// `GET …/timeline`: what happened to it.
///
/// # Errors
/// 401.
pub async fn timeline(State(app): State<App>, Bearer(token): Bearer) -> Result<Json<Vec<Happening>>, Failure> {
    let record = find(&app, &token).await?;
    Ok(Json(events::all(app.store.pool(), &record.id).await?))
}

/// Refuses answers nested deeper than any form has them.
///
/// # Errors
/// 400.
pub fn check_shape(answers: &Map<String, Value>) -> Result<(), Failure> {
    fn depth(value: &Value) -> usize {
        match value {
            Value::Array(items) => 1 + items.iter().map(depth).max().unwrap_or(0),
            Value::Object(members) => 1 + members.values().map(depth).max().unwrap_or(0),
            _ => 0,
        }
    }
    if answers.values().map(depth).max().unwrap_or(0) > DEPTH_LIMIT {
        return Err(Failure::malformed(format!("The answers are nested more than {DEPTH_LIMIT} deep.")));
    }
    Ok(())
}

/// Refuses answers that would grow too large; what is stored stays.
///
/// # Errors
/// 413.
pub fn check_size(text: &str) -> Result<(), Failure> {
    if text.len() > ANSWERS_LIMIT {
        return Err(Failure::too_large(format!(
            "All answers together may have {ANSWERS_LIMIT} bytes. Nothing was changed."
        )));
    }
    Ok(())
}

/// The programme of an application is served no longer.
pub fn gone() -> Failure {
    Failure::not_found().detail("The programme is no longer served. What you wrote is kept.")
}

/// Keys and preconditions as parts of a fingerprint.
pub fn if_match_text(headers: &HeaderMap) -> &[u8] {
    headers.get(header::IF_MATCH).map_or(b"", |value| value.as_bytes())
}
