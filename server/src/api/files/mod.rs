//! `/api/v1/application/files`: resumable uploads (tus 1.0: core, creation, creation with upload, termination) and downloads.

use axum::body::Body;
use axum::extract::{Request, State};
use axum::http::{HeaderMap, HeaderName, StatusCode, header};
use axum::response::{IntoResponse as _, Response};
use opencall_core::contract::problem_type;
use opencall_core::problem::Code;
use opencall_core::programme::{Field, FileType, Kind};
use opencall_core::{Problem, Programme, Status};
use tokio_util::io::ReaderStream;

use super::application::{find, find_locked, gone};
use super::extract::{self, Bearer, Path};
use super::problem::Failure;
use super::view;
use crate::App;
use crate::store::Tx;
use crate::store::applications::Record;
use crate::store::files::{self, FileRecord};
use crate::token::{TokenHash, random_id};
use crate::upload::name;

mod append;
mod metadata;

pub use append::append;
use metadata::Metadata;

/// The most files of one application, finished or not.
const FILES_LIMIT: usize = 20;
/// The most bytes of one application's files.
const BYTES_LIMIT: u64 = 500 * 1024 * 1024;

const TUS_RESUMABLE: HeaderName = HeaderName::from_static("tus-resumable");
const TUS_VERSION: HeaderName = HeaderName::from_static("tus-version");
const TUS_EXTENSION: HeaderName = HeaderName::from_static("tus-extension");
const TUS_MAX_SIZE: HeaderName = HeaderName::from_static("tus-max-size");
const UPLOAD_OFFSET: HeaderName = HeaderName::from_static("upload-offset");
const UPLOAD_LENGTH: HeaderName = HeaderName::from_static("upload-length");
const VERSION: &str = "1.0.0";
/// The media type of a file's bytes.
const CONTENT: &str = "application/offset+octet-stream";

/// `OPTIONS`: what this server can do.
pub async fn options() -> Response {
    let headers = [
        (TUS_RESUMABLE, String::from(VERSION)),
        (TUS_VERSION, String::from(VERSION)),
        (TUS_EXTENSION, String::from("creation,creation-with-upload,termination")),
        (TUS_MAX_SIZE, BYTES_LIMIT.to_string()),
    ];
    (StatusCode::NO_CONTENT, headers).into_response()
}

/// `POST`: begins an upload for a field, and takes the bytes that come with it (creation with upload).
///
/// # Errors
/// 413 and 422 when the field cannot take such a file, 403 when the call is not open; as [`append`] where bytes come too.
pub async fn create(State(app): State<App>, Bearer(token): Bearer, headers: HeaderMap, request: Request) -> Result<Response, Failure> {
    speaks_tus(&headers)?;
    let with_bytes = headers.contains_key(header::CONTENT_TYPE);
    if with_bytes {
        extract::media_type(&headers, &[CONTENT])?;
    }
    let length: u64 = number(&headers, &UPLOAD_LENGTH)?;
    let metadata = metadata::read(&headers)?;
    let mut tx = app.store.begin().await?;
    let result = create_within(&app, &mut tx, &token, metadata, length).await;
    let file = tx.end(result).await?;
    let received = if with_bytes {
        let hold = app.uploads.hold(&file.id).await.ok_or_else(busy)?;
        append::take(&app, &file, 0, request, &hold).await?
    } else {
        0
    };
    let location = format!("/api/v1/application/files/{}", file.id);
    let headers = [
        (TUS_RESUMABLE, String::from(VERSION)),
        (header::LOCATION, location),
        (UPLOAD_OFFSET, received.to_string()),
    ];
    Ok((StatusCode::CREATED, headers).into_response())
}

async fn create_within(app: &App, tx: &mut Tx, token: &TokenHash, metadata: Metadata, length: u64) -> Result<FileRecord, Failure> {
    let record = find_locked(tx, token).await?;
    let entry = app.programmes.get(&record.programme).ok_or_else(gone)?;
    let now = app.clock.now();
    view::must_be_allowed(tx.connection(), &entry, &record, now).await?;
    view::must_be_able_to_become(&record, Status::Submitted)?;

    let pointer = format!("/{}", metadata.field.trim_start_matches('/'));
    let Some((accept, max_bytes)) = file_field(&entry.programme, &pointer) else {
        return Err(refused(StatusCode::UNPROCESSABLE_ENTITY, pointer, Code::UnknownField));
    };
    let name = name::sanitise(&metadata.filename);
    if !name::promised(&name).is_some_and(|kind| accept.contains(&kind)) {
        return Err(refused(
            StatusCode::UNPROCESSABLE_ENTITY,
            pointer,
            Code::FileWrongKind { accept: accept.to_vec() },
        ));
    }
    if length == 0 {
        return Err(refused(StatusCode::UNPROCESSABLE_ENTITY, pointer, Code::FileEmpty));
    }
    if length > max_bytes {
        return Err(refused(StatusCode::PAYLOAD_TOO_LARGE, pointer, Code::FileTooBig { max_bytes }));
    }
    let there = files::all_in(tx, &record.id).await?;
    if there.len() >= FILES_LIMIT || there.iter().map(|file| file.size).sum::<u64>() + length > BYTES_LIMIT {
        return Err(Failure::too_large(format!(
            "An application may have {FILES_LIMIT} files and {BYTES_LIMIT} bytes of them. Delete one that is not needed."
        )));
    }
    let file = FileRecord {
        id: random_id(),
        application: record.id,
        field: metadata.field,
        name,
        size: length,
        accept: accept.to_vec(),
        checked: None,
        created_at: now,
    };
    files::insert(tx, &file).await?;
    Ok(file)
}

/// `HEAD`: how many bytes have arrived.
///
/// # Errors
/// 404 for another's file or none; 422 when it has just turned out to be no good, which a crash kept from being said.
pub async fn offset(
    State(app): State<App>,
    Bearer(token): Bearer,
    Path(id): Path<String>,
    headers: HeaderMap,
) -> Result<Response, Failure> {
    speaks_tus(&headers)?;
    let (record, file) = find_file(&app, &token, &id).await?;
    let hold = app.uploads.hold(&file.id).await.ok_or_else(busy)?;
    let received = if file.checked.is_some() {
        file.size
    } else {
        app.store.received(&record.id, &file.id).await?
    };
    if file.checked.is_none() && received >= file.size {
        append::finish(&app, &file).await?;
    }
    drop(hold);
    let headers = [
        (TUS_RESUMABLE, String::from(VERSION)),
        (UPLOAD_OFFSET, received.to_string()),
        (UPLOAD_LENGTH, file.size.to_string()),
        (header::CACHE_CONTROL, String::from("no-store")),
    ];
    Ok((StatusCode::OK, headers).into_response())
}

/// `DELETE`: takes a file away. One that the last submission refers to is hidden, and kept as long as that submission counts.
///
/// # Errors
/// 404 for another's file or none, 403 when the call is not open.
pub async fn remove(
    State(app): State<App>,
    Bearer(token): Bearer,
    Path(id): Path<String>,
    headers: HeaderMap,
) -> Result<Response, Failure> {
    speaks_tus(&headers)?;
    let (_, file) = find_file(&app, &token, &id).await?;
    let hold = app.uploads.hold(&file.id).await.ok_or_else(busy)?;
    let mut tx = app.store.begin().await?;
    let result = remove_within(&app, &mut tx, &token, &file).await;
    let bytes_too = tx.end(result).await?;
    if bytes_too && let Err(error) = app.store.delete_bytes(&file.application, &file.id).await {
        tracing::error!(%error, "a removed file waits for the next sweep");
    }
    drop(hold);
    Ok((StatusCode::NO_CONTENT, [(TUS_RESUMABLE, VERSION)]).into_response())
}

async fn remove_within(app: &App, tx: &mut Tx, token: &TokenHash, file: &FileRecord) -> Result<bool, Failure> {
    // Again, and locked: an application that is being submitted refers to its files from one moment to the next.
    let record = find_locked(tx, token).await?;
    let entry = app.programmes.get(&record.programme).ok_or_else(gone)?;
    view::must_be_allowed(tx.connection(), &entry, &record, app.clock.now()).await?;
    files::remove(tx, &record.id, &file.id).await
}

/// `GET`: the file, to be saved and never shown by a browser on this origin.
///
/// # Errors
/// 404 for another's file, none, or one not complete.
pub async fn download(State(app): State<App>, Bearer(token): Bearer, Path(id): Path<String>) -> Result<Response, Failure> {
    let record = find(&app, &token).await?;
    Ok(content(&app, &record.id, &id).await?.1)
}

/// A file of an application as a download, and what it is.
///
/// # Errors
/// 404 for another's file, none, or one not complete.
pub async fn content(app: &App, application: &str, id: &str) -> Result<(FileType, Response), Failure> {
    let file = find_in(app, application, id).await?;
    let checked = file.checked.ok_or_else(Failure::not_found)?;
    let opened = tokio::fs::File::open(app.store.file_path(application, &file.id)).await?;
    let headers = [
        (header::CONTENT_TYPE, String::from(checked.kind.media_type())),
        (header::CONTENT_LENGTH, file.size.to_string()),
        (header::CONTENT_DISPOSITION, name::attachment(&file.name)),
        (header::CONTENT_SECURITY_POLICY, String::from("sandbox; default-src 'none'")),
    ];
    let response = (headers, Body::from_stream(ReaderStream::new(opened))).into_response();
    Ok((checked.kind, response))
}

/// A file of the token's application.
async fn find_file(app: &App, token: &TokenHash, id: &str) -> Result<(Record, FileRecord), Failure> {
    let record = find(app, token).await?;
    let file = find_in(app, &record.id, id).await?;
    Ok((record, file))
}

/// A file of an application.
async fn find_in(app: &App, application: &str, id: &str) -> Result<FileRecord, Failure> {
    // Nothing else is an id of ours, and not every database takes every text for one.
    if id.len() != 32 || !id.bytes().all(|byte| byte.is_ascii_hexdigit()) {
        return Err(Failure::not_found());
    }
    files::find(app.store.pool(), application, id).await?.ok_or_else(Failure::not_found)
}

/// What a file field accepts, by the pointer of its answer: `/deck`, or `/team/0/photo` in a group.
fn file_field<'a>(programme: &'a Programme, pointer: &str) -> Option<(&'a [FileType], u64)> {
    let mut parts = pointer.strip_prefix('/')?.split('/');
    let mut field: &Field = programme.field(parts.next()?)?;
    if let Kind::Group { fields, .. } = &field.kind {
        parts.next()?.parse::<usize>().ok()?;
        let inner = parts.next()?;
        field = fields.iter().find(|field| field.id == inner)?;
    }
    match (&field.kind, parts.next()) {
        (Kind::File { accept, max_bytes, .. }, None) => Some((accept, *max_bytes)),
        _ => None,
    }
}

/// Refuses other versions of tus; a client that does not say is taken to mean this one.
fn speaks_tus(headers: &HeaderMap) -> Result<(), Failure> {
    match headers.get(TUS_RESUMABLE) {
        Some(version) if version != VERSION => Err(Failure::plain(StatusCode::PRECONDITION_FAILED)
            .detail("This server speaks tus 1.0.0.")
            .header(TUS_VERSION, VERSION)
            .header(TUS_RESUMABLE, VERSION)),
        _ => Ok(()),
    }
}

fn number(headers: &HeaderMap, name: &HeaderName) -> Result<u64, Failure> {
    let value = headers
        .get(name)
        .and_then(|value| value.to_str().ok())
        .filter(|text| text.bytes().all(|byte| byte.is_ascii_digit()));
    value
        .and_then(|text| text.parse().ok())
        .ok_or_else(|| Failure::malformed(format!("{name} has to be a whole number of bytes.")))
}

fn refused(status: StatusCode, pointer: String, code: Code) -> Failure {
    let mut failure = Failure::new(status, problem_type::FILE, "The file cannot be taken");
    if let Code::FileTooBig { max_bytes } = code {
        failure = failure.more("max_bytes", max_bytes);
    }
    failure.errors(vec![Problem { pointer, code }]).header(TUS_RESUMABLE, VERSION)
}

fn busy() -> Failure {
    Failure::plain(StatusCode::LOCKED)
        .detail("Another request is writing to this file.")
        .retry_after(1)
}
