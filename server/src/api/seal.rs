//! `POST /api/v1/application/seal`: the digest of an application, fixed before the deadline. One small request that goes before
//! all others and needs neither files nor complete answers to be here.

use axum::extract::{Request, State};
use axum::http::StatusCode;
use opencall_core::contract::{HappeningKind, Seal, SealRequest, pattern};
use opencall_core::proof::{self, Statement};
use opencall_core::text::file_name;
use opencall_core::{Allowed, Status, Timestamp, phase};
use serde_json::Value;

use super::application::{find_locked, gone};
use super::extract::{self, Bearer};
use super::problem::Failure;
use super::reply::Reply;
use super::view;
use crate::App;
use crate::store::idempotency::Claim;
use crate::store::{Tx, events, seals};
use crate::token::TokenHash;

/// The most bytes of a request.
const REQUEST_LIMIT: usize = 32 * 1024;
/// The most files named in a request.
const FILES_LIMIT: usize = 40;
/// The most characters of a field's name.
const FIELD_LIMIT: usize = 200;
/// The most seals of one application: each that was in time counts, so none is thrown away.
const SEALS_LIMIT: u64 = 500;

/// Seals a digest with the server's own time, and signs that. The reply leaves only when it is on disk.
///
/// # Errors
/// 400, 409 and 422 for the key, 403 when the call is not open, 409 when the status does not allow it, 429 after too many.
pub async fn seal(State(app): State<App>, Bearer(token): Bearer, request: Request) -> Result<Reply, Failure> {
    let (parts, body) = request.into_parts();
    let key = extract::idempotency_key(&parts.headers)?;
    extract::media_type(&parts.headers, &["application/json"])?;
    let body = extract::bytes(body).await?;
    // It has arrived now: what waits for the database under load is not late for it.
    let now = app.clock.now();
    let request = read(&body)?;
    let claim = app.running.claim(&token, key, &[b"seal", &body])?;

    let mut tx = app.store.begin_first().await?;
    let result = seal_within(&app, &mut tx, &token, &claim, request, now).await;
    tx.end(result).await
}

fn read(body: &[u8]) -> Result<SealRequest, Failure> {
    if body.len() > REQUEST_LIMIT {
        return Err(Failure::too_large(format!("Send at most {REQUEST_LIMIT} bytes.")));
    }
    let mut asked: Value = extract::json(body)?;
    let numbers = asked.pointer_mut("/version").into_iter();
    numbers.for_each(whole);
    let files = asked.get_mut("files").and_then(Value::as_array_mut).into_iter().flatten();
    files.filter_map(|file| file.get_mut("size")).for_each(whole);
    let mut request: SealRequest =
        serde_json::from_value(asked).map_err(|error| Failure::malformed(format!("The body is not the JSON expected: {error}.")))?;
    let is_digest = |text: &str| text.len() == 64 && text.bytes().all(|byte| matches!(byte, b'0'..=b'9' | b'a'..=b'f'));
    if !is_digest(&request.digest) || !request.files.iter().all(|file| is_digest(&file.sha256)) {
        return Err(Failure::malformed("A digest is 64 lowercase hex digits."));
    }
    extract::kept_by_all(request.version.unwrap_or(0))?;
    if request.files.len() > FILES_LIMIT {
        return Err(Failure::too_large(format!("Name at most {FILES_LIMIT} files.")));
    }
    for file in &mut request.files {
        // The canonical form of JSON (RFC 8785) has no larger ones.
        extract::kept_by_all(file.size)?;
        if file.field.chars().count() > FIELD_LIMIT || file.field.chars().any(char::is_control) {
            return Err(Failure::malformed("A file names the field it answers."));
        }
        file.name = file_name(&file.name);
        file.field = String::from(file.field.trim_start_matches('/'));
        if file.field.is_empty() {
            return Err(Failure::malformed("A file names the field it answers."));
        }
    }
    Ok(request)
}

/// JSON has one kind of number: 7.0 is 7, and libraries of other languages write it so.
fn whole(number: &mut Value) {
    if let Some(float) = number.as_f64().filter(|float| number.is_f64() && float.fract() == 0.0)
        && (0.0..=pattern::LARGEST as f64).contains(&float)
    {
        *number = Value::from(float as u64);
    }
}

async fn seal_within(
    app: &App,
    tx: &mut Tx,
    token: &TokenHash,
    claim: &Claim,
    request: SealRequest,
    now: Timestamp,
) -> Result<Reply, Failure> {
    if let Some(reply) = claim.stored(tx).await? {
        return Ok(reply);
    }
    let record = find_locked(tx, token).await?;
    let entry = app.programmes.get(&record.programme).ok_or_else(gone)?;
    let schedule = &entry.programme.schedule;
    let phase = phase(schedule, record.extension, now);
    let Allowed::Everything { deadline } = phase.allows(false) else {
        return Err(view::not_open(phase, now));
    };
    view::must_be_able_to_become(&record, Status::Submitted)?;

    let last = seals::last(tx.connection(), &record.id).await?;
    let same = |last: &Seal| last.digest == request.digest && last.files == request.files && last.version == request.version;
    let seal = match last.filter(same) {
        // The earlier one proves more.
        Some(seal) => seal,
        None => {
            if seals::count(tx, &record.id).await? >= SEALS_LIMIT {
                return Err(Failure::too_many(3_600).detail("This application has been sealed too often; each of its seals counts."));
            }
            let sealed = proof::SealedDigest {
                format: String::from(proof::FORMAT),
                key_id: String::from(app.key.id()),
                programme: record.programme.clone(),
                application: record.id.clone(),
                reference: record.reference.clone(),
                version: request.version,
                digest: request.digest,
                sealed_at: now,
                deadline,
                until: schedule.grace_for(record.extension),
                files: request.files,
            };
            let signed = app.key.sign(&Statement::Seal(sealed.clone()));
            let seal = Seal::new(sealed, signed);
            seals::add(tx, &seal).await?;
            events::add(tx, &record.id, now, HappeningKind::Sealed).await?;
            seal
        }
    };
    let reply = Reply::json(StatusCode::OK, &seal)?;
    claim.keep(tx, &reply, now).await?;
    Ok(reply)
}
