//! One application as staff see it, its files, and notes beside it.

use axum::extract::{Request, State};
use axum::http::{HeaderValue, StatusCode, header};
use axum::response::Response;
use opencall_core::contract::staff::{NewNote, StaffApplication};
use opencall_core::programme::FileType;
use opencall_core::status::Mover;
use opencall_core::{Answers, Status};
use serde::Deserialize;
use serde_json::{Map, Value};

use super::gate::Signed;
use super::people::body;
use crate::App;
use crate::api::extract::{self, Path, Query};
use crate::api::files;
use crate::api::problem::Failure;
use crate::api::reply::Reply;
use crate::api::view;
use crate::store::applications::{self, Record};
use crate::store::{audit, desk, events, rows, submissions};

/// The most characters of a note.
const NOTE_LIMIT: usize = 5_000;

/// Everything staff see of an application.
///
/// # Errors
/// 404.
pub async fn read(State(app): State<App>, Path(reference): Path<String>) -> Result<Reply, Failure> {
    let record = find(&app, &reference).await?;
    let pool = app.store.pool();
    let whole = view::of(&app.store, &record).await?;
    let submitted = match submissions::last(pool, &record.id).await? {
        None => None,
        Some(last) => answers(&last.canonical),
    };
    let unchanged = whole.view.submitted_version == Some(record.version);
    let seen = StaffApplication {
        id: record.id.clone(),
        reference: record.reference.clone(),
        programme: record.programme.clone(),
        status: record.status,
        revision: rows::revision(pool, &record.id).await?,
        locale: record.locale,
        partner: record.source.partner.clone(),
        created_at: record.created_at,
        updated_at: record.updated_at,
        extension: record.extension,
        draft: (submitted.is_none() || !unchanged).then(|| record.answers.clone()),
        submitted,
        files: whole.view.files,
        receipt: whole.receipt,
        seal: whole.seal,
        timeline: events::for_staff(pool, &record.id).await?,
        notes: desk::notes(pool, &record.id).await?,
        moves: Status::ALL
            .into_iter()
            .filter(|to| record.status.may_become(*to, Mover::Staff))
            .collect(),
    };
    Reply::json(StatusCode::OK, &seen)
}

/// The answers of a canonical application (`core::seal`).
pub fn answers(canonical: &str) -> Option<Answers> {
    match serde_json::from_str(canonical).ok()? {
        Value::Object(mut whole) => match whole.remove("answers") {
            Some(Value::Object(answers)) => Some(Answers(answers)),
            _ => None,
        },
        _ => None,
    }
}

/// How a file is to be looked at.
#[derive(Debug, Deserialize)]
pub struct How {
    /// In a frame of ours rather than as a download; PDF only.
    #[serde(default)]
    inline: u8,
}

/// A file, as a download; a PDF in a frame of ours where it is asked for. Never as a page: whoever applied has written it.
///
/// # Errors
/// 404; 400 for another `inline` than 0 and 1.
pub async fn file(
    State(app): State<App>,
    Path((reference, file)): Path<(String, String)>,
    Query(how): Query<How>,
) -> Result<Response, Failure> {
    if how.inline > 1 {
        return Err(Failure::malformed("inline is 0 or 1."));
    }
    let record = find(&app, &reference).await?;
    let (kind, mut response) = files::content(&app, &record.id, &file).await?;
    let headers = response.headers_mut();
    let policy = if how.inline == 1 && kind == FileType::Pdf {
        headers.insert(header::CONTENT_DISPOSITION, HeaderValue::from_static("inline"));
        // No `sandbox` here: browsers' own viewers do not start in one. The frame it stands in has it.
        "default-src 'none'; style-src 'unsafe-inline'; object-src 'self'; frame-ancestors 'self'"
    } else {
        "default-src 'none'; sandbox; frame-ancestors 'none'"
    };
    headers.insert(header::CONTENT_SECURITY_POLICY, HeaderValue::from_static(policy));
    Ok(response)
}

/// Adds a note.
///
/// # Errors
/// 404; 400 for none, and for one that is too long.
pub async fn note(State(app): State<App>, signed: Signed, Path(reference): Path<String>, request: Request) -> Result<StatusCode, Failure> {
    let NewNote { text } = body(request).await?;
    let text = extract::lines(&text, NOTE_LIMIT, "A note")?;
    let record = find(&app, &reference).await?;
    let now = app.clock.now();
    let mut tx = app.store.begin().await?;
    let result = async {
        desk::add_note(&mut tx, &record.id, &signed.person, &text, now).await?;
        audit::add(&mut tx, now, Some(&signed.person), "noted", Some(&record.reference), Map::new()).await
    }
    .await;
    tx.end(result).await?;
    Ok(StatusCode::CREATED)
}

async fn find(app: &App, reference: &str) -> Result<Record, Failure> {
    applications::by_reference(app.store.pool(), reference)
        .await?
        .ok_or_else(Failure::not_found)
}
