//! `POST /api/v1/application/submit` and `/withdraw`: the moves an applicant can make.

use std::collections::HashMap;

use axum::extract::{Request, State};
use axum::http::StatusCode;
use opencall_core::answers::FileAnswer;
use opencall_core::contract::{EventKind, problem_type};
use opencall_core::problem::Code;
use opencall_core::validate::{Answer, Row};
use opencall_core::{Problem, Status, Timestamp, application, seal};

use super::application::{find_locked, gone, if_match_text};
use super::extract::{self, Bearer, IfMatch};
use super::problem::Failure;
use super::reply::Reply;
use super::view;
use crate::App;
use crate::store::files::FileRecord;
use crate::store::idempotency::Claim;
use crate::store::submissions::{self, Submission};
use crate::store::{Tx, applications, events, files};
use crate::token::TokenHash;

/// Submits the draft as it stands, and proves it with a receipt. The receipt leaves only when all of it is on disk.
///
/// # Errors
/// 400, 409 and 422 for the key, 428 and 412 for `If-Match`, 403 when the call is not open,
/// 409 when the status does not allow it, 422 with every answer in the way.
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
    view::must_be_open(&entry, record.extension, now)?;
    view::must_be_able_to_become(&record, Status::Submitted)?;
    if_match.check(record.version)?;

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
            let schedule = &entry.programme.schedule;
            let submission = Submission {
                version: record.version,
                digest: seal::digest(&canonical),
                canonical,
                received_at: now,
                deadline: record.extension.map_or(schedule.deadline, |later| later.max(schedule.deadline)),
            };
            submissions::add(tx, &record.id, &submission, &entry.digest, &used).await?;
            applications::set_status(tx, &record.id, Status::Submitted).await?;
            events::add(tx, &record.id, now, EventKind::Submitted).await?;
            submission
        }
    };
    let reply = Reply::json(StatusCode::OK, &submission.receipt(&record))?.version(record.version);
    claim.keep(tx, &reply, now).await?;
    Ok(reply)
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
    events::add(tx, &record.id, now, EventKind::Withdrawn).await?;
    record.status = Status::Withdrawn;
    let view = view::within(tx, &app.store, &record).await?;
    let reply = Reply::json(StatusCode::OK, &view)?.version(record.version);
    claim.keep(tx, &reply, now).await?;
    Ok(reply)
}

/// The ids of the uploads that answers speak of, or what is wrong with them: each has to be here, complete, and what the answer says it is.
fn used_files(answers: &Row, kept: &[FileRecord]) -> Result<Vec<String>, Vec<Problem>> {
    let kept: HashMap<&str, &FileRecord> = kept.iter().map(|file| (file.id.as_str(), file)).collect();
    let mut used = Vec::new();
    let mut problems = Vec::new();
    walk(answers, &mut |pointer, answer| {
        let FileAnswer::Upload {
            id, size, sha256, kind, ..
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
            None => used.push(id.clone()),
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
