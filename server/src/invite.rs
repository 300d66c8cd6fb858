//! `opencall-server invite`: a one-time link for somebody of the staff, beside a running server too.

use crate::api::problem::Failure;
use crate::api::staff::people::invite_from_outside;
use crate::clock::Clock;
use crate::config::Invite;
use crate::store::{OpenError, Store};

/// Why nobody can be invited.
#[derive(Debug)]
pub enum InviteError {
    /// The store cannot be opened.
    Store(OpenError),
    /// The name is missing or too long, or the database cannot be used.
    Refused(Failure),
}

impl std::fmt::Display for InviteError {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Store(error) => error.fmt(f),
            Self::Refused(failure) if failure.status() == 400 => f.write_str("a name has 1 to 80 characters"),
            Self::Refused(_) => f.write_str("the database cannot be used; nothing was changed"),
        }
    }
}

impl std::error::Error for InviteError {}

/// Makes the link; gives its path, which is to be put behind the site's origin.
///
/// # Errors
/// Why not; then nothing was changed.
pub async fn run(options: &Invite) -> Result<String, InviteError> {
    let clock = options.clock_file.clone().map_or(Clock::System, Clock::File);
    let store = Store::open(&options.kept.data, options.kept.database_url.as_deref())
        .await
        .map_err(InviteError::Store)?;
    let made = invite_from_outside(&store, options.role, &options.name, clock.now()).await;
    store.close().await;
    made.map_err(InviteError::Refused)
}
