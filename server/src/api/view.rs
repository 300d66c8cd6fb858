//! What the holder of a token sees of the application, and when it may be changed.

use axum::http::StatusCode;
use opencall_core::contract::{ApplicationView, FileView, Seal, WholeView, problem_type};
use opencall_core::status::Mover;
use opencall_core::{Allowed, Phase, Status, Timestamp, phase};

use super::problem::Failure;
use crate::programmes::Entry;
use crate::store::applications::Record;
use crate::store::files::{self, FileRecord};
use crate::store::seals;
use crate::store::submissions::{self, Submission};
use crate::store::{Store, Tx};

/// The view, read outside a transaction.
///
/// # Errors
/// When the store cannot be read.
pub async fn of(store: &Store, record: &Record) -> Result<WholeView, Failure> {
    let files = files::all(store.pool(), &record.id).await?;
    let last = submissions::last(store.pool(), &record.id).await?;
    let seal = seals::last(store.pool(), &record.id).await?;
    build(store, record, files, last, seal).await
}

/// The view as it will be after a transaction.
///
/// # Errors
/// When the store cannot be read.
pub async fn within(tx: &mut Tx, store: &Store, record: &Record) -> Result<WholeView, Failure> {
    let files = files::all_in(tx, &record.id).await?;
    let last = submissions::last_in(tx, &record.id).await?;
    let seal = seals::last(tx.connection(), &record.id).await?;
    build(store, record, files, last, seal).await
}

async fn build(
    store: &Store,
    record: &Record,
    files: Vec<FileRecord>,
    last: Option<Submission>,
    seal: Option<Seal>,
) -> Result<WholeView, Failure> {
    let mut views = Vec::with_capacity(files.len());
    for file in files {
        let received = if file.checked.is_some() {
            file.size
        } else {
            store.received(&record.id, &file.id).await?
        };
        let (kind, sha256) = file.checked.map(|checked| (checked.kind, checked.sha256)).unzip();
        views.push(FileView {
            id: file.id,
            field: file.field,
            name: file.name,
            size: file.size,
            received,
            kind,
            sha256,
            created_at: file.created_at,
        });
    }
    let receipt = last.as_ref().map(|last| last.receipt(record));
    let view = ApplicationView {
        id: record.id.clone(),
        programme: record.programme.clone(),
        status: record.status,
        version: record.version,
        answers: record.answers.clone(),
        files: views,
        created_at: record.created_at,
        updated_at: record.updated_at,
        extension: record.extension,
        receipt: None,
        submitted_version: last.map(|last| last.version),
        source: record.source.clone(),
    };
    Ok(WholeView {
        view,
        receipt,
        seal,
        changed_by: record.changed_by.clone(),
    })
}

/// Where the call stands for an applicant, and what may be done. Seals are looked for only where they make a difference.
///
/// # Errors
/// When the store cannot be read.
pub async fn allowed<'e>(
    executor: impl sqlx::Executor<'e, Database = sqlx::Any>,
    entry: &Entry,
    record: &Record,
    now: Timestamp,
) -> Result<(Phase, Allowed), Failure> {
    let phase = phase(&entry.programme.schedule, record.extension, now);
    let has_seal = phase.allows(true) != phase.allows(false) && seals::any(executor, &record.id).await?;
    Ok((phase, phase.allows(has_seal)))
}

/// Refuses to take answers and files when nothing new is allowed to this applicant.
///
/// # Errors
/// 403 with the phase.
pub async fn must_be_allowed<'e>(
    executor: impl sqlx::Executor<'e, Database = sqlx::Any>,
    entry: &Entry,
    record: &Record,
    now: Timestamp,
) -> Result<(), Failure> {
    match allowed(executor, entry, record, now).await? {
        (phase, Allowed::Nothing) => Err(not_open(phase, now)),
        _ => Ok(()),
    }
}

/// The call is not open to this applicant.
pub fn not_open(phase: Phase, now: Timestamp) -> Failure {
    let detail = match phase {
        Phase::NotYetOpen { opens } => format!("Applications are accepted from {opens}."),
        Phase::Grace { until } => {
            format!("The deadline has passed. What was submitted in time stands; what was sealed in time may arrive until {until}.")
        }
        _ => String::from("The call has closed."),
    };
    Failure::new(StatusCode::FORBIDDEN, problem_type::NOT_OPEN, "The call is not open")
        .detail(detail)
        .at(now)
        .more("phase", serde_json::to_value(phase).unwrap_or_default())
}

/// Refuses a move that the status table does not have.
///
/// # Errors
/// 409 with the status it has.
pub fn must_be_able_to_become(record: &Record, to: Status) -> Result<(), Failure> {
    if record.status.may_become(to, Mover::Applicant) {
        return Ok(());
    }
    Err(Failure::new(
        StatusCode::CONFLICT,
        problem_type::ILLEGAL_MOVE,
        "The application's status does not allow it",
    )
    .more("application_status", record.status.name()))
}
