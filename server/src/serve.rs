//! Sockets, signals and background work.

use std::convert::Infallible;
use std::future::Future;
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use axum::extract::ConnectInfo;
use axum::extract::Request;
use hyper::body::Incoming;
use hyper_util::rt::{TokioIo, TokioTimer};
use hyper_util::server::graceful::GracefulShutdown;
use opencall_core::Timestamp;
use tokio::net::TcpListener;
use tokio::time::{MissedTickBehavior, interval};
use tower::ServiceExt as _;

use crate::api::problem::Failure;
use crate::api::staff::session::first_link;
use crate::assets::Assets;
use crate::clock::Clock;
use crate::config::Serve;
use crate::programmes::{LoadError, Programmes};
use crate::ratelimit::Limits;
use crate::signing::{Key, KeyError};
use crate::store::{OpenError, Store, extensions, keys, sweep};
use crate::{App, State};

/// How long requests under way have to end.
const DRAIN: Duration = Duration::from_secs(10);
/// How long a client may take to send its headers.
const HEADER_PATIENCE: Duration = Duration::from_secs(15);
/// How often programme documents are looked at.
const LOOK: Duration = Duration::from_secs(1);
/// How often what has run out is taken away.
const SWEEP: Duration = Duration::from_secs(600);

/// Why the server cannot start.
#[derive(Debug)]
pub enum StartError {
    /// Programme documents have faults.
    Programmes(Vec<LoadError>),
    /// The store cannot be opened.
    Store(OpenError),
    /// There is no key to sign with.
    Key(KeyError),
    /// The database cannot be used.
    Database,
    /// The address cannot be listened on.
    Listen(SocketAddr, std::io::Error),
}

impl std::fmt::Display for StartError {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Programmes(errors) => {
                f.write_str("programme documents cannot be served:")?;
                errors.iter().try_for_each(|error| write!(f, "\n{error}"))
            }
            Self::Store(error) => error.fmt(f),
            Self::Key(error) => error.fmt(f),
            Self::Database => f.write_str("the database cannot be used; the log says why"),
            Self::Listen(address, error) => write!(f, "cannot listen on {address}: {error}"),
        }
    }
}

impl std::error::Error for StartError {}

/// Puts the state together.
///
/// # Errors
/// When documents have faults or the store cannot be opened.
pub async fn state(options: &Serve) -> Result<App, StartError> {
    let programmes = Programmes::open(options.kept.programme_sources()).map_err(StartError::Programmes)?;
    let store = Store::open(&options.kept.data, options.kept.database_url.as_deref())
        .await
        .map_err(StartError::Store)?
        .keeping_free(options.keep_free.saturating_mul(1024 * 1024));
    let clock = options.clock_file.clone().map_or(Clock::System, Clock::File);
    let key = match &options.signing_key {
        Some(file) => Key::read(file),
        None => Key::in_folder(&options.kept.data),
    }
    .map_err(StartError::Key)?;
    publish(&store, &key, clock.now()).await.map_err(|_| StartError::Database)?;
    let extensions = extensions::of_programmes(store.pool()).await.map_err(|_| StartError::Database)?;
    programmes.extend(extensions);
    Ok(Arc::new(State {
        clock,
        programmes,
        store,
        key,
        running: crate::store::idempotency::Running::default(),
        uploads: crate::upload::Uploads::default(),
        snapshots: crate::api::staff::snapshots::Snapshots::default(),
        limits: Limits::per_minute(options.rate_limit),
        assets: Assets::new(options.kept.dist.clone()),
        shells: crate::shell::Shells::default(),
        trust_forwarded_for: options.trust_forwarded_for,
        https: options.https,
        allowed_origins: options.allow_origin.clone(),
    }))
}

/// Publishes the key before anything is signed with it.
///
/// # Errors
/// When the database cannot be written.
pub async fn publish(store: &Store, key: &Key, now: Timestamp) -> Result<(), Failure> {
    let mut tx = store.begin().await?;
    let result = keys::use_from(&mut tx, key, now).await;
    tx.end(result).await
}

/// Serves until `stop` resolves, then lets requests under way end.
///
/// # Errors
/// When it cannot start.
pub async fn run(options: &Serve, stop: impl Future<Output = ()>) -> Result<(), StartError> {
    let app = state(options).await?;
    let listener = TcpListener::bind(options.listen)
        .await
        .map_err(|error| StartError::Listen(options.listen, error))?;
    let address = listener.local_addr().map_err(|error| StartError::Listen(options.listen, error))?;
    let background = tokio::spawn(background(app.clone()));
    tracing::info!("listening on http://{address}");
    // To whoever started it, and not into the log.
    match first_link(&app.store, app.clock.now()).await {
        Ok(Some(path)) => println!("First organiser (once, for 7 days): http://{address}{path}"),
        Ok(None) => {}
        Err(_) => tracing::error!("the first organiser's link cannot be made; `opencall-server invite` makes one"),
    }
    accept(listener, &app, stop).await;
    background.abort();
    app.store.close().await;
    tracing::info!("stopped");
    Ok(())
}

/// Accepts connections. A client that does not finish its headers is dropped, so that idle ones cannot use up the server.
pub async fn accept(listener: TcpListener, app: &App, stop: impl Future<Output = ()>) {
    let routes = crate::app(app.clone());
    let graceful = GracefulShutdown::new();
    let mut stop = std::pin::pin!(stop);
    loop {
        let (stream, client) = tokio::select! {
            () = &mut stop => break,
            accepted = listener.accept() => match accepted {
                Ok(accepted) => accepted,
                Err(error) => {
                    // Out of file descriptors, or the client has gone: others may still be served.
                    tracing::warn!(%error, "a connection could not be accepted");
                    tokio::time::sleep(Duration::from_millis(50)).await;
                    continue;
                }
            },
        };
        // Small replies leave at once.
        let _ = stream.set_nodelay(true);
        let routes = routes.clone();
        let service = hyper::service::service_fn(move |request: Request<Incoming>| {
            let routes = routes.clone();
            async move {
                let mut request = request.map(axum::body::Body::new);
                request.extensions_mut().insert(ConnectInfo(client));
                let response: Result<_, Infallible> = routes.oneshot(request).await;
                response
            }
        });
        let connection = hyper::server::conn::http1::Builder::new()
            .timer(TokioTimer::new())
            .header_read_timeout(HEADER_PATIENCE)
            .serve_connection(TokioIo::new(stream), service);
        let connection = graceful.watch(connection);
        tokio::spawn(async move {
            // A broken connection is the client's affair; handlers have said what they had to say.
            let _ = connection.await;
        });
    }
    drop(listener);
    tracing::info!("stopping");
    if tokio::time::timeout(DRAIN, graceful.shutdown()).await.is_err() {
        tracing::warn!("some requests did not end in time");
    }
}

/// Looks at programme documents and sweeps, for as long as the server runs.
async fn background(app: App) {
    let mut look = interval(LOOK);
    let mut clean = interval(SWEEP);
    look.set_missed_tick_behavior(MissedTickBehavior::Delay);
    clean.set_missed_tick_behavior(MissedTickBehavior::Delay);
    loop {
        tokio::select! {
            _ = look.tick() => refresh(&app).await,
            _ = clean.tick() => {
                app.limits.forget_idle();
                // What went wrong is in the log; the next sweep tries again.
                let _ = sweep::sweep(&app.store, app.clock.now()).await;
            }
        }
    }
}

async fn refresh(app: &App) {
    let app = app.clone();
    // What went wrong is in the log; the deadlines known so far stay.
    let extensions = extensions::of_programmes(app.store.pool()).await.ok();
    let read_again = move || {
        extensions.into_iter().for_each(|extensions| app.programmes.extend(extensions));
        app.programmes.refresh()
    };
    let errors = tokio::task::spawn_blocking(read_again).await.unwrap_or_default();
    for error in errors {
        tracing::error!("a programme document was refused, the version before it stays: {error}");
    }
}
