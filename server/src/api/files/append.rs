//! `PATCH …/files/{id}`: bytes arriving, and the check when the last one has.

use std::time::Duration;

use axum::extract::{Request, State};
use axum::http::{HeaderMap, StatusCode};
use axum::response::{IntoResponse as _, Response};
use http_body_util::BodyExt as _;
use opencall_core::problem::Code;
use tokio::io::AsyncWriteExt as _;

use super::{CONTENT, TUS_RESUMABLE, UPLOAD_OFFSET, VERSION, busy, find_file, number, refused, speaks_tus};
use crate::App;
use crate::api::application::gone;
use crate::api::extract::{self, Bearer, Path};
use crate::api::problem::Failure;
use crate::api::view;
use crate::store::files::{self, FileRecord};
use crate::upload::{content, name};

/// How long nothing may arrive.
const SILENCE: Duration = Duration::from_secs(60);

/// Appends bytes at the offset that the client names. What has arrived when a connection breaks is kept.
/// Acknowledged bytes are on disk.
///
/// # Errors
/// 409 when the offset is another, 413 for more bytes than announced, 422 when the complete file is no good.
pub async fn append(
    State(app): State<App>,
    Bearer(token): Bearer,
    Path(id): Path<String>,
    headers: HeaderMap,
    request: Request,
) -> Result<Response, Failure> {
    speaks_tus(&headers)?;
    extract::media_type(&headers, &[CONTENT])?;
    let offset = number(&headers, &UPLOAD_OFFSET)?;
    let (record, file) = find_file(&app, &token, &id).await?;
    let entry = app.programmes.get(&record.programme).ok_or_else(gone)?;
    view::must_be_allowed(app.store.pool(), &entry, &record, app.clock.now()).await?;
    let hold = app.uploads.hold(&file.id).await.ok_or_else(busy)?;
    let there = if file.checked.is_some() {
        file.size
    } else {
        app.store.received(&record.id, &file.id).await?
    };
    if there != offset {
        return Err(Failure::plain(StatusCode::CONFLICT)
            .detail(format!("{there} bytes have arrived; go on from there."))
            .header(UPLOAD_OFFSET, &there.to_string())
            .header(TUS_RESUMABLE, VERSION));
    }
    let mut received = there;
    if file.checked.is_none() {
        received = take(&app, &file, there, request, &hold).await?;
    }
    drop(hold);
    let headers = [(TUS_RESUMABLE, String::from(VERSION)), (UPLOAD_OFFSET, received.to_string())];
    Ok((StatusCode::NO_CONTENT, headers).into_response())
}

/// Takes the bytes of a request behind what is there, and checks the file once it is complete; gives how many bytes there are then.
///
/// # Errors
/// As [`append`].
pub async fn take(app: &App, file: &FileRecord, there: u64, request: Request, hold: &crate::upload::Hold) -> Result<u64, Failure> {
    app.store.must_have_room()?;
    let received = receive(app, file, there, request, hold).await?;
    if received == file.size {
        finish(app, file).await?;
    }
    Ok(received)
}

/// Writes what arrives behind what is there; gives how many bytes there are then, all of them on disk.
async fn receive(app: &App, file: &FileRecord, there: u64, request: Request, hold: &crate::upload::Hold) -> Result<u64, Failure> {
    let mut body = request.into_body();
    let mut to = app.store.open_to_append(&file.application, &file.id).await?;
    let mut received = there;
    let mut broken = None;
    loop {
        let frame = tokio::select! {
            frame = tokio::time::timeout(SILENCE, body.frame()) => frame,
            () = hold.wanted_elsewhere() => {
                broken = Some(Failure::plain(StatusCode::CONFLICT).detail("The upload goes on in another request."));
                break;
            }
        };
        let frame = match frame {
            Ok(None) => break,
            Ok(Some(Ok(frame))) => frame,
            Ok(Some(Err(_))) => {
                broken = Some(Failure::malformed("The connection broke. What has arrived is kept."));
                break;
            }
            Err(_) => {
                broken =
                    Some(Failure::plain(StatusCode::REQUEST_TIMEOUT).detail("Nothing arrived for a minute. What has arrived is kept."));
                break;
            }
        };
        let Ok(bytes) = frame.into_data() else { continue };
        if received + bytes.len() as u64 > file.size {
            // None of this request is kept: its bytes are not those that were announced.
            to.flush().await?;
            to.set_len(there).await?;
            broken = Some(Failure::too_large(format!("{} bytes were announced, and more came.", file.size)));
            break;
        }
        to.write_all(&bytes).await?;
        received += bytes.len() as u64;
    }
    to.flush().await?;
    to.sync_all().await?;
    match broken {
        Some(failure) => Err(failure.header(TUS_RESUMABLE, VERSION)),
        None => Ok(received),
    }
}

/// Checks a complete file and notes what it is; one that is no good is deleted.
///
/// # Errors
/// 422 with what is wrong with it, 404 when it was erased meanwhile.
pub async fn finish(app: &App, file: &FileRecord) -> Result<(), Failure> {
    let path = app.store.file_path(&file.application, &file.id);
    let accept = file.accept.clone();
    let checked = tokio::task::spawn_blocking(move || content::check(&path, &accept))
        .await
        .map_err(|_| Failure::internal())??;
    // A name that promises something else than the content is a trap for whoever opens it.
    let checked = checked.and_then(|checked| {
        if name::promised(&file.name) == Some(checked.kind) {
            Ok(checked)
        } else {
            Err(Code::FileWrongKind {
                accept: file.accept.clone(),
            })
        }
    });
    let mut tx = app.store.begin().await?;
    let noted = match &checked {
        Ok(checked) => files::complete(&mut tx, &file.id, checked, app.clock.now()).await,
        Err(_) => files::remove(&mut tx, &file.application, &file.id).await,
    };
    let still_there = tx.end(noted).await?;
    match checked {
        Ok(_) if still_there => Ok(()),
        Ok(_) => Err(Failure::not_found()),
        Err(code) => {
            app.store.delete_bytes(&file.application, &file.id).await?;
            let pointer = format!("/{}", file.field.trim_start_matches('/'));
            Err(refused(StatusCode::UNPROCESSABLE_ENTITY, pointer, code))
        }
    }
}
