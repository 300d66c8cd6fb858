//! The table of all applications: a snapshot, and what has changed since a cursor, asked for or told.

use std::convert::Infallible;
use std::sync::Arc;
use std::time::Duration;

use axum::body::{Body, Bytes};
use axum::extract::State;
use axum::http::{HeaderMap, HeaderValue, StatusCode, header};
use axum::response::sse::{Event, KeepAlive, Sse};
use axum::response::{IntoResponse as _, Response};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use futures_util::{StreamExt as _, stream};
use opencall_core::contract::staff::Previous;
use opencall_table::stream::{Head, MEDIA_TYPE, framed, head};
use opencall_table::{Schema, block};
use serde::Deserialize;

use super::snapshots::{Kept, Snapshots};
use crate::App;
use crate::api::extract::{Path, Query, kept_by_all};
use crate::api::problem::Failure;
use crate::api::reply::Reply;
use crate::programmes::Entry;
use crate::store::rows::{self, Place};

/// Rows of a block: the first ones are on screen after one of them.
const BLOCK: u32 = 2_000;
/// How often a stream of events looks whether there is something new.
const LOOK: Duration = Duration::from_millis(500);
/// How often a stream of events says that it is still there.
const ALIVE: Duration = Duration::from_secs(15);

/// From where on.
#[derive(Debug, Default, Deserialize)]
pub struct Since {
    /// The cursor.
    since: Option<u64>,
}

/// When applications of the edition before were submitted.
///
/// # Errors
/// 404, also where there is none.
pub async fn previous(State(app): State<App>, Path(programme): Path<String>) -> Result<Reply, Failure> {
    let follows = app.programmes.get(&programme).and_then(|entry| entry.programme.follows.clone());
    let before = follows.and_then(|id| app.programmes.get(&id)).ok_or_else(Failure::not_found)?;
    let submitted = rows::submitted_by_hour(app.store.pool(), &before.programme.id, before.programme.schedule.deadline).await?;
    let previous = Previous {
        programme: before.programme.id.clone(),
        submitted,
    };
    Reply::json(StatusCode::OK, &previous)
}

/// All rows, the latest changed first. Rows that change while they are sent may come twice or be missing; asking for the changes since the
/// head's cursor afterwards makes it whole.
///
/// # Errors
/// 404.
pub async fn all(State(app): State<App>, Path(programme): Path<String>) -> Result<Response, Failure> {
    let entry = app.programmes.get(&programme).ok_or_else(Failure::not_found)?;
    let schema = Schema::of(&entry.programme);
    let count = rows::count(app.store.pool(), &programme).await?;
    let written_for = rows::written_for(&schema, &entry);
    if let Some(kept) = app.snapshots.get(&programme, &written_for) {
        let (changed, gone, cursor) = rows::since(app.store.pool(), &schema, &entry, kept.cursor, BLOCK).await?;
        // What was erased is not sent again, not even to be taken out at the end.
        if changed.len() < BLOCK as usize && gone.is_empty() {
            let mut parts = vec![
                Bytes::from(head(&schema, Head { rows: count, cursor })),
                // First: what stands in a row that comes later is older, and left alone.
                Bytes::from(framed(&block::encode(&schema, &changed, &[]))),
            ];
            parts.extend(kept.blocks.iter().cloned());
            return Ok(rows_of(Body::from_stream(
                stream::iter(parts.into_iter().map(Ok::<_, Infallible>)).fuse(),
            )));
        }
    }
    Ok(rows_of(from_the_store(app, entry, schema, count, written_for).await?))
}

/// All rows as they are read, kept for whoever asks next.
async fn from_the_store(app: App, entry: Arc<Entry>, schema: Schema, count: u64, written_for: String) -> Result<Body, Failure> {
    // Before the first row is read: what changes from here on comes again.
    let cursor = rows::cursor(app.store.pool(), &entry.programme.id).await?;
    let first = Bytes::from(head(&schema, Head { rows: count, cursor }));
    let begin = (Some(Place::default()), Some(Vec::new()));
    let blocks = stream::unfold(begin, move |(place, mut kept): (_, Option<Vec<Bytes>>)| {
        let (app, entry, schema, written_for) = (app.clone(), entry.clone(), schema.clone(), written_for.clone());
        async move {
            let (rows, next) = match rows::page(app.store.pool(), &schema, &entry, &place?, BLOCK).await {
                Ok(page) => page,
                // Cut off, so that nobody takes it for whole.
                Err(_) => return Some((Err(std::io::Error::other("the rows cannot be read")), (None, None))),
            };
            let block = Bytes::from(framed(&block::encode(&schema, &rows, &[])));
            if let Some(blocks) = &mut kept {
                blocks.push(block.clone());
            }
            kept = kept.filter(|blocks| Snapshots::has_room(blocks));
            if next.is_none()
                && let Some(blocks) = kept.take()
            {
                let kept = Kept {
                    written_for,
                    cursor,
                    blocks,
                };
                app.snapshots.keep(&entry.programme.id, kept);
            }
            Some((Ok(block), (next, kept)))
        }
    });
    // Compression asks again after the end.
    Ok(Body::from_stream(stream::iter([Ok(first)]).chain(blocks).fuse()))
}

/// A reply of rows.
fn rows_of(body: Body) -> Response {
    let mut response = body.into_response();
    response
        .headers_mut()
        .insert(header::CONTENT_TYPE, HeaderValue::from_static(MEDIA_TYPE));
    response
}

/// What has changed since a cursor, in the same form; for apps that ask.
///
/// # Errors
/// 404.
pub async fn changes(State(app): State<App>, Path(programme): Path<String>, Query(since): Query<Since>) -> Result<Response, Failure> {
    let entry = app.programmes.get(&programme).ok_or_else(Failure::not_found)?;
    let schema = Schema::of(&entry.programme);
    let (bytes, _) = batch(&app, &entry, &schema, kept_by_all(since.since.unwrap_or(0))?).await?;
    Ok(rows_of(Body::from(bytes)))
}

/// Changes as a stream of their own: a head with the cursor they reach, and one block. Also gives whether there are any, and that cursor.
async fn batch(app: &App, entry: &Entry, schema: &Schema, since: u64) -> Result<(Vec<u8>, Option<u64>), Failure> {
    let (rows, gone, cursor) = rows::since(app.store.pool(), schema, entry, since, BLOCK).await?;
    let mut bytes = head(
        schema,
        Head {
            rows: rows.len() as u64,
            cursor,
        },
    );
    bytes.extend(framed(&block::encode(schema, &rows, &gone)));
    Ok((bytes, (cursor > since).then_some(cursor)))
}

/// What changes, as it happens (server-sent events; HTML, 9.2): `rows`, whose id is the cursor and whose data is [`changes`] in base64.
/// `Last-Event-ID` or `since` says from where.
///
/// # Errors
/// 404; 400 for what is no cursor.
pub async fn events(
    State(app): State<App>,
    Path(programme): Path<String>,
    Query(since): Query<Since>,
    headers: HeaderMap,
) -> Result<Response, Failure> {
    app.programmes.get(&programme).ok_or_else(Failure::not_found)?;
    let last = headers.get("last-event-id").and_then(|id| id.to_str().ok()?.parse().ok());
    let since: u64 = match last.or(since.since) {
        Some(since) => kept_by_all(since)?,
        None => rows::cursor(app.store.pool(), &programme).await?,
    };
    let events = stream::unfold(since, move |since| {
        let (app, programme) = (app.clone(), programme.clone());
        async move {
            loop {
                let entry = app.programmes.get(&programme)?;
                let schema = Schema::of(&entry.programme);
                // One small read while nothing happens. A failure ends the stream: the browser asks again from its last event.
                if rows::cursor(app.store.pool(), &programme).await.ok()? > since {
                    let (bytes, reached) = batch(&app, &entry, &schema, since).await.ok()?;
                    if let Some(reached) = reached {
                        let event = Event::default().event("rows").id(reached.to_string()).data(STANDARD.encode(bytes));
                        return Some((Ok::<_, Infallible>(event), reached));
                    }
                }
                tokio::time::sleep(LOOK).await;
            }
        }
    });
    // At once, so that whoever listens, and every proxy between, knows that the line is there.
    let there = stream::iter([Ok(Event::default().comment("here"))]);
    let mut response = Sse::new(there.chain(events))
        .keep_alive(KeepAlive::new().interval(ALIVE))
        .into_response();
    // Proxies that collect replies would hold events back.
    response.headers_mut().insert("x-accel-buffering", HeaderValue::from_static("no"));
    // As for every reply about applications; what makes a stream of events says `no-cache`, which lets caches keep it.
    response
        .headers_mut()
        .insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
    Ok(response)
}
