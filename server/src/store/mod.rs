//! What is kept: a database through one pool, the same statements on SQLite and on PostgreSQL, and files in a folder.
//!
//! - [`migrations`]: brings a database up to date.
//! - [`applications`]: drafts and where they stand.
//! - [`submissions`]: what was submitted, as it was.
//! - [`files`]: rows about uploads; the bytes are [`disk`]'s.
//! - [`disk`]: bytes of uploads, durable before they are acknowledged.
//! - [`seals`]: digests received in time.
//! - [`rows`]: the staff's table, as it changes; [`desk`]: what staff do with an application.
//! - [`staff`]: people, their links and sessions; [`audit`]: what they have done; [`views`]: their saved views.
//! - [`events`]: what happened to an application.
//! - [`extensions`]: later deadlines.
//! - [`keys`]: the public keys that were ever signed with.
//! - [`partners`]: links that show partners their counts, and what is counted.
//! - [`presence`]: who is at a draft right now.
//! - [`idempotency`]: replies to what must not happen twice.
//! - [`sweep`]: takes away what has run out.

use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use sqlx::any::AnyPoolOptions;
use sqlx::{Any, AnyConnection, AnyPool, Connection as _, Transaction};
use tokio::sync::{Mutex, OwnedMutexGuard};

use crate::api::problem::Failure;

pub mod applications;
pub mod audit;
pub mod desk;
pub mod disk;
pub mod events;
pub mod extensions;
pub mod files;
pub mod idempotency;
pub mod keys;
pub mod migrations;
pub mod partners;
pub mod presence;
pub mod rows;
pub mod seals;
pub mod staff;
pub mod submissions;
pub mod sweep;
pub mod views;

/// How long a write waits for its turn on SQLite, and a connection for the pool.
const PATIENCE: Duration = Duration::from_secs(10);

/// How long what may be lost waits for its turn.
const BRIEF: Duration = Duration::from_millis(250);

/// Which database it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Backend {
    /// A file on this machine; one process.
    Sqlite,
    /// A server; any number of processes.
    Postgres,
}

/// The store. Cheap to clone.
#[derive(Clone, Debug)]
pub struct Store {
    pool: AnyPool,
    /// Connections of their own for what goes first, so that it never waits for one.
    first: AnyPool,
    /// A connection whose commits do not wait for the disk, for what may be lost.
    light: AnyPool,
    backend: Backend,
    /// SQLite writes one at a time; waiting here is fair, waiting inside SQLite is not.
    turn: Arc<Mutex<()>>,
    /// Where writes wait for the right to wait for `turn`: what goes first passes by, and waits for one of them at most.
    queue: Arc<Mutex<()>>,
    files: PathBuf,
    /// How many bytes uploads leave free on their disk.
    keep_free: u64,
}

/// A writing transaction. Rolled back unless it is ended.
///
/// The fields are dropped in this order: the transaction ends before the next write may start.
#[derive(Debug)]
pub struct Tx {
    inner: Transaction<'static, Any>,
    backend: Backend,
    _turn: Option<OwnedMutexGuard<()>>,
    _queue: Option<OwnedMutexGuard<()>>,
}

impl Store {
    /// Opens the database at `url` (or `opencall.db` in `data`), brings it up to date, and makes the folder for files.
    ///
    /// # Errors
    /// When the folder or the database cannot be opened or brought up to date.
    pub async fn open(data: &Path, url: Option<&str>) -> Result<Self, OpenError> {
        sqlx::any::install_default_drivers();
        let files = data.join("files");
        tokio::fs::create_dir_all(&files)
            .await
            .map_err(|error| OpenError::Folder(files.clone(), error))?;
        let local;
        let url = match url {
            Some(url) => url,
            None => {
                local = sqlite_url(&data.join("opencall.db"));
                &local
            }
        };
        let backend = if url.starts_with("postgres:") || url.starts_with("postgresql:") {
            Backend::Postgres
        } else {
            Backend::Sqlite
        };
        let options = |connections: u32, durable: bool| {
            AnyPoolOptions::new()
                .max_connections(connections)
                .acquire_timeout(PATIENCE)
                .after_release(|connection, _| Box::pin(is_fit(connection)))
                .after_connect(move |connection, _| Box::pin(set_up(connection, backend, durable)))
        };
        let pool = options(if backend == Backend::Postgres { 16 } else { 8 }, true)
            .connect(url)
            .await?;
        migrations::run(&pool).await?;
        Ok(Self {
            pool,
            first: options(2, true).connect_lazy(url)?,
            light: options(1, false).connect_lazy(url)?,
            backend,
            turn: Arc::default(),
            queue: Arc::default(),
            files,
            keep_free: 0,
        })
    }

    /// The same, whose uploads leave so many bytes free on their disk.
    #[must_use]
    pub fn keeping_free(mut self, bytes: u64) -> Self {
        self.keep_free = bytes;
        self
    }

    /// The pool, for reading.
    pub fn pool(&self) -> &AnyPool {
        &self.pool
    }

    /// Begins a writing transaction.
    ///
    /// # Errors
    /// [`Failure::storage`] when the database is busy for too long or away.
    pub async fn begin(&self) -> Result<Tx, Failure> {
        let queue = self.wait(&self.queue, PATIENCE).await?;
        let turn = self.wait(&self.turn, PATIENCE).await?;
        self.begin_on(&self.pool, turn, queue).await
    }

    /// The same for what goes before every other write: it waits for one of those at most, however many there are.
    ///
    /// # Errors
    /// As [`Store::begin`].
    pub async fn begin_first(&self) -> Result<Tx, Failure> {
        let turn = self.wait(&self.turn, PATIENCE).await?;
        self.begin_on(&self.first, turn, None).await
    }

    /// The same for what may be lost: it gives up rather than hold up anybody, and its commit does not wait for the disk.
    ///
    /// # Errors
    /// As [`Store::begin`], and when others are writing.
    pub async fn begin_light(&self) -> Result<Tx, Failure> {
        let queue = self.wait(&self.queue, BRIEF).await?;
        let turn = self.wait(&self.turn, BRIEF).await?;
        self.begin_on(&self.light, turn, queue).await
    }

    /// Waits for a lock that only SQLite needs.
    async fn wait(&self, lock: &Arc<Mutex<()>>, patience: Duration) -> Result<Option<OwnedMutexGuard<()>>, Failure> {
        if self.backend == Backend::Postgres {
            return Ok(None);
        }
        let locked = tokio::time::timeout(patience, lock.clone().lock_owned()).await;
        locked.map(Some).map_err(|_| Failure::storage())
    }

    async fn begin_on(&self, pool: &AnyPool, turn: Option<OwnedMutexGuard<()>>, queue: Option<OwnedMutexGuard<()>>) -> Result<Tx, Failure> {
        let inner = match self.backend {
            Backend::Sqlite => pool.begin_with("BEGIN IMMEDIATE").await?,
            Backend::Postgres => pool.begin().await?,
        };
        Ok(Tx {
            inner,
            backend: self.backend,
            _turn: turn,
            _queue: queue,
        })
    }

    /// Empties SQLite's write-ahead log, where erased answers stay otherwise until they happen to be written over.
    ///
    /// # Errors
    /// When the database cannot be written.
    pub async fn forget_erased(&self) -> Result<(), Failure> {
        if self.backend == Backend::Sqlite {
            sqlx::query("PRAGMA wal_checkpoint(TRUNCATE)").execute(&self.pool).await?;
        }
        Ok(())
    }

    /// Whether the database answers.
    pub async fn is_ready(&self) -> bool {
        sqlx::query("SELECT 1").execute(&self.pool).await.is_ok()
    }

    /// Closes every connection, so that SQLite leaves no write-ahead log behind.
    pub async fn close(&self) {
        self.first.close().await;
        self.light.close().await;
        self.pool.close().await;
    }
}

impl Tx {
    /// The connection, for statements.
    pub fn connection(&mut self) -> &mut AnyConnection {
        &mut self.inner
    }

    /// Ends it by how the work within went: what was done is made durable (on SQLite the log is flushed to disk,
    /// `synchronous = FULL`) before this returns, what was refused leaves nothing behind.
    ///
    /// # Errors
    /// The refusal; [`Failure::storage`] when it could not be written, then nothing of it is kept.
    pub async fn end<T>(self, result: Result<T, Failure>) -> Result<T, Failure> {
        match result {
            Ok(done) => self.inner.commit().await.map(|()| done).map_err(Failure::from),
            Err(refusal) => {
                // Waited for, so that no lock outlives the reply. Should it fail, the connection is dropped and with it the transaction.
                let _ = self.inner.rollback().await;
                Err(refusal)
            }
        }
    }

    /// Ends it with what was done.
    ///
    /// # Errors
    /// As [`Tx::end`].
    pub async fn commit(self) -> Result<(), Failure> {
        self.end(Ok(())).await
    }
}

/// What every new connection is told.
async fn set_up(connection: &mut AnyConnection, backend: Backend, durable: bool) -> sqlx::Result<()> {
    if backend == Backend::Postgres && !durable {
        sqlx::query("SET synchronous_commit = off").execute(&mut *connection).await?;
    }
    if backend == Backend::Sqlite {
        for pragma in [
            "PRAGMA busy_timeout = 5000",
            "PRAGMA journal_mode = WAL",
            if durable {
                "PRAGMA synchronous = FULL"
            } else {
                "PRAGMA synchronous = NORMAL"
            },
            "PRAGMA foreign_keys = ON",
            // Erased answers are overwritten, not only forgotten.
            "PRAGMA secure_delete = ON",
        ] {
            sqlx::query(pragma).execute(&mut *connection).await?;
        }
    }
    Ok(())
}

/// Whether a connection may be used again. When the disk is full SQLite rolls back by itself, the driver's own rollback
/// then fails, and the connection would refuse every transaction from there on.
async fn is_fit(connection: &mut AnyConnection) -> sqlx::Result<bool> {
    // Behind a rollback that is still under way.
    connection.ping().await?;
    Ok(!connection.is_in_transaction())
}

/// The URL of an SQLite file, made when it is missing.
fn sqlite_url(path: &Path) -> String {
    use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};
    const KEEP: &AsciiSet = &NON_ALPHANUMERIC.remove(b'/').remove(b'.').remove(b'-').remove(b'_');
    format!("sqlite://{}?mode=rwc", utf8_percent_encode(&path.to_string_lossy(), KEEP))
}

/// Why the store cannot be opened.
#[derive(Debug)]
pub enum OpenError {
    /// The folder for files cannot be made.
    Folder(PathBuf, std::io::Error),
    /// The database cannot be opened.
    Database(sqlx::Error),
    /// The database cannot be brought up to date.
    Migration(sqlx::migrate::MigrateError),
}

impl From<sqlx::Error> for OpenError {
    fn from(error: sqlx::Error) -> Self {
        Self::Database(error)
    }
}

impl From<sqlx::migrate::MigrateError> for OpenError {
    fn from(error: sqlx::migrate::MigrateError) -> Self {
        Self::Migration(error)
    }
}

impl std::fmt::Display for OpenError {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Folder(path, error) => write!(f, "the folder {} cannot be made: {error}", path.display()),
            Self::Database(error) => write!(f, "the database cannot be opened: {error}"),
            Self::Migration(error) => write!(f, "the database cannot be brought up to date: {error}"),
        }
    }
}

impl std::error::Error for OpenError {}
