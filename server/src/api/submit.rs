//! `POST /api/v1/application/submit` and `/withdraw`: the moves an applicant can make.

use std::collections::HashMap;

use axum::extract::{Request, State};
use axum::http::StatusCode;
use opencall_core::answers::FileAnswer;
use opencall_core::contract::{HappeningKind, problem_type};
use opencall_core::problem::Code;
use opencall_core::proof::{self, NamedFile, Statement};
use opencall_core::validate::{Answer, Row};
use opencall_core::{Allowed, Phase, Problem, Status, Timestamp, application, seal};

use super::application::{find_locked, gone, if_match_text, must_match};
use super::extract::{self, Bearer, IfMatch};
use super::problem::Failure;
use super::reply::Reply;
use super::view;
use crate::App;
use crate::programmes::Entry;
use crate::signing::Key;
use crate::store::applications::Record;
use crate::store::files::FileRecord;
use crate::store::idempotency::Claim;
use crate::store::submissions::{self, Submission};
use crate::store::{Tx, applications, events, files, rows, seals};
use crate::token::TokenHash;

/// Submits the draft as it stands, and proves it with a receipt. The receipt leaves only when all of it is on disk.
///
/// # Errors
/// 400, 409 and 422 for the key, 428 and 412 for `If-Match`, 403 when the call is not open, or in the grace without a seal,
/// 409 when the status does not allow it, 422 with every answer in the way, 422 in the grace when it is not what was sealed.
pub async fn submit(State(app): State<App>, Bearer(token): Bearer, request: Request) -> Result<Reply, Failure> {
    let (parts, body) = request.into_parts();
    let key = extract::idempotency_key(&parts.headers)?;
    let if_match = IfMatch::from_headers(&parts.headers)?;
    let body = extract::bytes(body).await?;
    // It has arrived now: what waits for the database under load is not late for it.
    let now = app.clock.now();
    let claim = app.running.claim(&token, key, &[b"submit", if_match_text(&parts.headers), &body])?;

    let mut tx = app.store.begin().await?;
    let result = submit_within(&app, &mut tx, &token, &claim, &if_match, now).await;
    tx.end(result).await
}

async fn submit_within(
    app: &App,
    tx: &mut Tx,
    token: &TokenHash,
    claim: &Claim,
    if_match: &IfMatch,
    now: Timestamp,
) -> Result<Reply, Failure> {
    if let Some(reply) = claim.stored(tx).await? {
        return Ok(reply);
    }
    let record = find_locked(tx, token).await?;
    let entry = app.programmes.get(&record.programme).ok_or_else(gone)?;
    let allowed = match view::allowed(tx.connection(), &entry, &record, now).await? {
        (Phase::Grace { until }, Allowed::Nothing) => return Err(no_seal(until, now)),
        (phase, Allowed::Nothing) => return Err(view::not_open(phase, now)),
        (_, allowed) => allowed,
    };
    view::must_be_able_to_become(&record, Status::Submitted)?;
    must_match(if_match, &record)?;

    let last = submissions::last_in(tx, &record.id).await?;
    let submission = match last.filter(|last| record.status == Status::Submitted && last.version == record.version) {
        // Nothing has changed since: the receipt there is still speaks the truth.
        Some(unchanged) => unchanged,
        None => {
            let refused = |errors| {
                Failure::new(StatusCode::UNPROCESSABLE_ENTITY, problem_type::ANSWERS, "Answers stand in the way")
                    .errors(errors)
                    .at(now)
            };
            let application = application(&entry.programme, &record.answers).map_err(refused)?;
            let kept = files::all_in(tx, &record.id).await?;
            let used = used_files(application.answers(), &kept).map_err(refused)?;
            let canonical = seal::canonical(&application);
            let digest = seal::digest(&canonical);
            let sealed_at = seals::first_of(tx, &record.id, &digest).await?;
            if let Allowed::WhatWasSealed { until } = allowed
                && sealed_at.is_none()
            {
                let last = seals::last(tx.connection(), &record.id).await?;
                return Err(seal_mismatch(&digest, last.map(|seal| seal.digest), until, now));
            }
            let submission = received(&app.key, &entry, &record, (canonical, digest), used.named, sealed_at, now);
            submissions::add(tx, &record.id, &submission, &entry.digest, &used.ids).await?;
            applications::set_status(tx, &record.id, Status::Submitted).await?;
            events::add(tx, &record.id, now, HappeningKind::Submitted).await?;
            let submitted = Record {
                status: Status::Submitted,
                ..record.clone()
            };
            rows::touch(tx, &entry, &submitted).await?;
            submission
        }
    };
    let reply = Reply::json(StatusCode::OK, &submission.receipt(&record))?.version(record.version);
    claim.keep(tx, &reply, now).await?;
    Ok(reply)
}

/// A submission as it is kept: what was received (its canonical form and the digest of that) and when, signed.
pub fn received(
    key: &Key,
    entry: &Entry,
    record: &Record,
    (canonical, digest): (String, String),
    files: Vec<NamedFile>,
    sealed_at: Option<Timestamp>,
    now: Timestamp,
) -> Submission {
    let deadline = entry.programme.schedule.deadline_for(record.extension);
    let statement = Statement::Receipt(proof::Received {
        format: String::from(proof::FORMAT),
        key_id: String::from(key.id()),
        programme: record.programme.clone(),
        application: record.id.clone(),
        reference: record.reference.clone(),
        version: record.version,
        digest: digest.clone(),
        received_at: now,
        sealed_at,
        deadline,
        files,
    });
    Submission {
        version: record.version,
        canonical,
        digest,
        received_at: now,
        deadline,
        signed: Some(key.sign(&statement)),
    }
}

/// The deadline has passed, and nothing was sealed before it.
fn no_seal(until: Timestamp, now: Timestamp) -> Failure {
    Failure::new(
        StatusCode::FORBIDDEN,
        problem_type::NO_SEAL,
        "The deadline has passed, and this application was not sealed before it",
    )
    .detail(format!(
        "Until {until} only what was sealed before the deadline is taken. What you wrote is kept, and what was submitted in time stands."
    ))
    .at(now)
    .more("phase", serde_json::to_value(Phase::Grace { until }).unwrap_or_default())
}

/// The deadline has passed, and what was sealed before it is something else.
fn seal_mismatch(digest: &str, sealed: Option<String>, until: Timestamp, now: Timestamp) -> Failure {
    Failure::new(
        StatusCode::UNPROCESSABLE_ENTITY,
        problem_type::SEAL_MISMATCH,
        "This is not what was sealed before the deadline",
    )
    .detail(format!(
        "Until {until} the application is taken as it was sealed, to the letter and with the same files. It has been changed since: \
         restore what was sealed and submit again. What you wrote is kept, and what was submitted in time stands."
    ))
    .at(now)
    .more("phase", serde_json::to_value(Phase::Grace { until }).unwrap_or_default())
    .more("digest", digest)
    .more("sealed", sealed)
}

/// Takes the application back. The draft stays and can be submitted again while the call is open.
///
/// # Errors
/// 400, 409 and 422 for the key, 409 when the status does not allow it.
pub async fn withdraw(State(app): State<App>, Bearer(token): Bearer, request: Request) -> Result<Reply, Failure> {
    let (parts, body) = request.into_parts();
    let key = extract::idempotency_key(&parts.headers)?;
    let body = extract::bytes(body).await?;
    let claim = app.running.claim(&token, key, &[b"withdraw", &body])?;

    let mut tx = app.store.begin().await?;
    let result = withdraw_within(&app, &mut tx, &token, &claim).await;
    tx.end(result).await
}

async fn withdraw_within(app: &App, tx: &mut Tx, token: &TokenHash, claim: &Claim) -> Result<Reply, Failure> {
    if let Some(reply) = claim.stored(tx).await? {
        return Ok(reply);
    }
    let mut record = find_locked(tx, token).await?;
    view::must_be_able_to_become(&record, Status::Withdrawn)?;
    let now = app.clock.now();
    applications::set_status(tx, &record.id, Status::Withdrawn).await?;
    events::add(tx, &record.id, now, HappeningKind::Withdrawn).await?;
    record.status = Status::Withdrawn;
    match app.programmes.get(&record.programme) {
        Some(entry) => rows::touch(tx, &entry, &record).await?,
        None => rows::touch_blindly(tx, &record.programme, &record.id).await?,
    }
    let view = view::within(tx, &app.store, &record).await?;
    let reply = Reply::json(StatusCode::OK, &view)?.version(record.version);
    claim.keep(tx, &reply, now).await?;
    Ok(reply)
}

/// The uploads that answers speak of.
#[derive(Default)]
struct Used {
    ids: Vec<String>,
    named: Vec<NamedFile>,
}

/// The uploads that answers speak of, or what is wrong with them: each has to be here, complete, and what the answer says it is.
fn used_files(answers: &Row, kept: &[FileRecord]) -> Result<Used, Vec<Problem>> {
    let kept: HashMap<&str, &FileRecord> = kept.iter().map(|file| (file.id.as_str(), file)).collect();
    let mut used = Used::default();
    let mut problems = Vec::new();
    walk(answers, &mut |pointer, answer| {
        let FileAnswer::Upload {
            id,
            size,
            sha256,
            kind,
            name,
        } = answer
        else {
            return;
        };
        let code = match kept.get(id.as_str()) {
            None => Some(Code::FileUnknown),
            Some(file) => match &file.checked {
                None => Some(Code::FileUnfinished),
                Some(checked) if checked.kind != *kind || checked.sha256 != *sha256 || file.size != *size => Some(Code::FileUnknown),
                Some(_) => None,
            },
        };
        match code {
            Some(code) => problems.push(Problem { pointer, code }),
            None => {
                used.ids.push(id.clone());
                used.named.push(NamedFile {
                    field: pointer.trim_start_matches('/').to_owned(),
                    name: name.clone(),
                    size: *size,
                    sha256: sha256.clone(),
                });
            }
        }
    });
    if problems.is_empty() { Ok(used) } else { Err(problems) }
}

/// Calls `visit` for every file answer with its JSON Pointer. Groups hold no groups, so this goes one deep.
fn walk(answers: &Row, visit: &mut impl FnMut(String, &FileAnswer)) {
    for (field, answer) in answers.iter() {
        match answer {
            Answer::File(file) => visit(format!("/{field}"), file),
            Answer::Group(rows) => {
                for (index, row) in rows.iter().enumerate() {
                    for (inner, answer) in row.iter() {
                        if let Answer::File(file) = answer {
                            visit(format!("/{field}/{index}/{inner}"), file);
                        }
                    }
                }
            }
            _ => {}
        }
    }
}
