//! How far saving has come: what the page puts in words.

use opencall_core::Timestamp;

use crate::api::ApiError;

/// How far saving has come.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct SaveState {
    /// On this device.
    pub local: Local,
    /// With the backend.
    pub remote: Remote,
    /// Whether this site's storage was emptied while the page was open.
    pub cleared: Option<Cleared>,
}

/// The state of the draft on this device.
#[derive(Clone, Debug, Default, PartialEq)]
pub enum Local {
    /// Nothing has been written.
    #[default]
    Nothing,
    /// Being saved, or about to be.
    Saving,
    /// Saved at this time.
    Saved(Timestamp),
    /// This device does not store it.
    Failed(StoreError),
}

/// This site's storage was emptied while the page was open. The draft has been stored again since.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Cleared {
    /// Whether files being uploaded went with it and could not be stored again.
    pub files: bool,
}

/// Why this device does not store the draft. It is kept for as long as the page is open, and with the backend.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum StoreError {
    /// The browser has no storage or refuses it (a private window, a blocked frame).
    Refused,
    /// There is no room left.
    Full,
    /// There is a storage, and it fails.
    Broken,
}

/// The state of the draft with the backend.
#[derive(Clone, Debug, Default, PartialEq)]
pub enum Remote {
    /// Nothing has been written.
    #[default]
    Nothing,
    /// About to be saved.
    Waiting {
        /// How many answers differ.
        changes: usize,
    },
    /// Being saved.
    Saving,
    /// Saved at this time, by the backend's clock.
    Saved(Timestamp),
    /// The backend is not reached; it will be tried again by itself.
    Offline {
        /// How many answers differ.
        changes: usize,
        /// What went wrong last.
        error: ApiError,
    },
    /// Saved, but some answers were changed here and elsewhere: see [`super::Draft::clashes`].
    Conflict {
        /// When it was saved, by the backend's clock.
        saved: Timestamp,
    },
    /// The backend does not take it, and trying again will not help.
    Refused(ApiError),
    /// The call is closed: nothing is sent any more.
    Closed {
        /// How many answers did not arrive in time.
        changes: usize,
    },
}
