//! `opencall-server extend`: a later deadline for a whole call or for one application. It writes to the database, beside a running
//! server too, which reads it within two seconds.

use opencall_core::Timestamp;

use crate::clock::Clock;
use crate::config::Extend;
use crate::programmes::{LoadError, Programmes};
use crate::store::{OpenError, Store, extensions};

/// Why a deadline cannot be extended.
#[derive(Debug)]
pub enum ExtendError {
    /// Programme documents have faults.
    Programmes(Vec<LoadError>),
    /// The store cannot be opened.
    Store(OpenError),
    /// The database cannot be used.
    Database,
    /// There is no such application or programme.
    Unknown(String),
    /// The deadline is as late already.
    NotLater(Timestamp),
    /// The programme's document would have faults.
    Faulty(LoadError),
}

impl std::fmt::Display for ExtendError {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Programmes(errors) => {
                f.write_str("programme documents cannot be read:")?;
                errors.iter().try_for_each(|error| write!(f, "\n{error}"))
            }
            Self::Store(error) => error.fmt(f),
            Self::Database => f.write_str("the database cannot be used; nothing was changed"),
            Self::Unknown(name) => write!(f, "there is no {name:?} here"),
            Self::NotLater(deadline) => write!(f, "the deadline in force is {deadline}; a deadline can only become later"),
            Self::Faulty(error) => write!(f, "with that deadline the document would have faults: {error}"),
        }
    }
}

impl std::error::Error for ExtendError {}

/// Extends; gives a line that says what was done.
///
/// # Errors
/// Why not; then nothing was changed.
pub async fn run(options: &Extend) -> Result<String, ExtendError> {
    let clock = options.clock_file.clone().map_or(Clock::System, Clock::File);
    let programmes = Programmes::open(options.kept.programme_sources()).map_err(ExtendError::Programmes)?;
    let store = Store::open(&options.kept.data, options.kept.database_url.as_deref())
        .await
        .map_err(ExtendError::Store)?;
    let known = extensions::of_programmes(store.pool()).await.map_err(|_| ExtendError::Database)?;
    programmes.extend(known);
    let done = extend(&store, &programmes, options, clock.now()).await;
    store.close().await;
    done
}

/// Extends in a store that is open.
///
/// # Errors
/// As [`run`].
pub async fn extend(store: &Store, programmes: &Programmes, options: &Extend, now: Timestamp) -> Result<String, ExtendError> {
    let (until, reason) = (options.until, options.reason.as_str());
    let entry = |id: &str| programmes.get(id).ok_or_else(|| ExtendError::Unknown(String::from(id)));
    if let Some(name) = &options.application {
        let found = extensions::find(store.pool(), name).await.map_err(|_| ExtendError::Database)?;
        let found = found.ok_or_else(|| ExtendError::Unknown(name.clone()))?;
        let deadline = entry(&found.programme)?.programme.schedule.deadline_for(found.extension);
        if until <= deadline {
            return Err(ExtendError::NotLater(deadline));
        }
        extensions::extend_application(store, None, &found, until, reason, now)
            .await
            .map_err(|_| ExtendError::Database)?;
        return Ok(format!("{name}: extended until {until}"));
    }
    let id = options.programme.as_deref().unwrap_or_default();
    let entry = entry(id)?;
    if until <= entry.programme.schedule.deadline {
        return Err(ExtendError::NotLater(entry.programme.schedule.deadline));
    }
    entry.extended(until).map_err(ExtendError::Faulty)?;
    let told = extensions::extend_programme(store, None, id, until, reason, now)
        .await
        .map_err(|_| ExtendError::Database)?;
    Ok(format!(
        "{id}: extended until {until}; {told} application(s) have it in their timeline"
    ))
}
