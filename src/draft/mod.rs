//! The draft: on this device first, then with the backend.
//!
//! What is typed goes to the signal the page shows, within a second to this device's store, and within three to the
//! backend. A token made here opens the draft there; it is stored here before it is first sent, so that a reload
//! never begins a second draft.
//!
//! - [`save`]: when what is saved where; pure. [`state`]: how far that has come.
//! - `record`: what is kept, and how two versions become one; pure.
//! - `handle`: the draft as pages see it.
//! - `sync`: does what [`save`] decides: `local` on this device, `remote` with the backend.
//! - `link`: replacing the private link.
//! - `outcome`: submitting, withdrawing, erasing, private links.
//! - `sealing`: what is submitted is fixed by its digest first; the whole follows.
//! - `file`: the draft as one file, and back.
//! - `presence`: who else is at the draft.
//! - `tabs`: other tabs with the same draft; `lock`: one of them at a time.
//! - `clash`: answers changed in two places, until somebody has chosen.
//! - [`upload`]: files; `jobs` lists them; `transfer` moves their bytes; `check` looks at the first of them.
//! - `store`: IndexedDB. `token`: random things. `device`: what this device calls itself.

#[cfg(all(test, target_arch = "wasm32"))]
mod browser_tests;
mod check;
mod clash;
mod device;
mod file;
mod handle;
mod jobs;
mod link;
mod local;
mod lock;
mod outcome;
mod presence;
mod record;
mod remote;
pub mod save;
mod sealing;
pub mod state;
mod store;
mod sync;
mod tabs;
mod token;
mod transfer;
pub mod upload;

pub use clash::Clash;
pub use file::Opened;
pub use handle::{ApplicationSummary, Draft};
pub use outcome::Adopted;
pub use presence::Other;
pub use sealing::{Elsewhere, Sealed};
pub use state::{Cleared, Local, Remote, SaveState, StoreError};
pub use upload::{FileRule, Upload, UploadState};
