//! The draft: on this device first, then with the backend.
//!
//! - [`save`]: when what is saved where; pure.

pub mod save;
pub mod upload;

use leptos::prelude::*;
use opencall_core::contract::{ApplicationView, Event, Export, FileView, Receipt};
use opencall_core::{Answers, Phase, Status, Timestamp};
use serde_json::Value;

use crate::api::{ApiError, Client};
use crate::clock::ServerClock;

pub use save::{Local, Remote, SaveState};
pub use upload::{FileRule, Upload, UploadState};

/// What the backend holds beside the answers.
#[derive(Clone, Debug, PartialEq)]
pub struct ApplicationSummary {
    /// Public id.
    pub id: String,
    /// Where it stands.
    pub status: Status,
    /// Counts the changes of the answers.
    pub version: u64,
    /// The files uploaded or being uploaded.
    pub files: Vec<FileView>,
    /// A later deadline granted to this applicant.
    pub extension: Option<Timestamp>,
    /// The receipt of the last submission.
    pub receipt: Option<Receipt>,
    /// The version of the answers that was submitted last.
    pub submitted_version: Option<u64>,
}

impl ApplicationSummary {
    /// Without the answers.
    pub fn of(view: &ApplicationView) -> Self {
        Self {
            id: view.id.clone(),
            status: view.status,
            version: view.version,
            files: view.files.clone(),
            extension: view.extension,
            receipt: view.receipt.clone(),
            submitted_version: view.submitted_version,
        }
    }
}

/// The applicant's draft. A context.
#[derive(Clone, Copy)]
pub struct Draft {
    answers: RwSignal<Answers>,
    loaded: RwSignal<bool>,
    saving: RwSignal<SaveState>,
    application: RwSignal<Option<ApplicationSummary>>,
    uploads: RwSignal<Vec<Upload>>,
    attempted: RwSignal<Vec<String>>,
}

impl Draft {
    /// Opens the draft of a programme on this device. Returns at once; what is stored follows.
    pub fn open(_programme: &str, _partner: Option<String>, _client: Client, _clock: ServerClock) -> Self {
        Self {
            answers: RwSignal::default(),
            loaded: RwSignal::new(false),
            saving: RwSignal::default(),
            application: RwSignal::new(None),
            uploads: RwSignal::default(),
            attempted: RwSignal::default(),
        }
    }

    /// Tells the draft where the call stands, so that it stops sending when it is closed and starts again when
    /// it is extended.
    pub fn follow(self, _phase: Memo<Option<Phase>>) {}

    /// Looks at the answers and follows every change of them. For one answer [`Draft::get`] is better.
    pub fn with_answers<T>(self, look: impl FnOnce(&Answers) -> T) -> T {
        self.answers.with(look)
    }

    /// Looks at the answers once.
    pub fn with_answers_untracked<T>(self, look: impl FnOnce(&Answers) -> T) -> T {
        self.answers.with_untracked(look)
    }

    /// One raw answer by its JSON Pointer; reactive.
    pub fn get(self, pointer: &str) -> Option<Value> {
        self.answers.with(|answers| answers.get(pointer).cloned())
    }

    /// One raw answer, not followed.
    pub fn get_untracked(self, pointer: &str) -> Option<Value> {
        self.answers.with_untracked(|answers| answers.get(pointer).cloned())
    }

    /// Changes one answer; `null` removes it. It is saved by itself.
    pub fn set(self, pointer: &str, value: Value) {
        self.answers.update(|answers| {
            answers.set(pointer, value);
        });
    }

    /// Whether what is on this device has been read.
    pub fn loaded(self) -> Signal<bool> {
        self.loaded.into()
    }

    /// Whether there is a draft at all.
    pub fn exists(self) -> Signal<bool> {
        Signal::derive(move || false)
    }

    /// How far saving has come, here and with the backend.
    pub fn saving(self) -> Signal<SaveState> {
        self.saving.into()
    }

    /// What the backend holds beside the answers; `None` until it has said so.
    pub fn application(self) -> Signal<Option<ApplicationSummary>> {
        self.application.into()
    }

    /// The later deadline granted to this applicant.
    pub fn extension(self) -> Signal<Option<Timestamp>> {
        Signal::derive(move || {
            self.application
                .with(|application| application.as_ref().and_then(|application| application.extension))
        })
    }

    /// The sections where Continue has been pressed, kept on this device.
    pub fn attempted(self) -> Signal<Vec<String>> {
        self.attempted.into()
    }

    /// Notes that Continue was pressed in a section.
    pub fn attempt(self, _step: &str) {}

    /// Puts everything with the backend now.
    pub async fn flush(self) -> Result<(), ApiError> {
        Ok(())
    }

    /// Submits what is written. The receipt says it is on the backend's disk.
    pub async fn submit(self) -> Result<Receipt, ApiError> {
        Err(ApiError::Offline)
    }

    /// Takes the application back.
    pub async fn withdraw(self) -> Result<(), ApiError> {
        Err(ApiError::Offline)
    }

    /// Removes everything, there and here.
    pub async fn erase(self) -> Result<(), ApiError> {
        Err(ApiError::Offline)
    }

    /// Reads what the backend holds, again.
    pub async fn refresh(self) -> Result<(), ApiError> {
        Err(ApiError::Offline)
    }

    /// Everything the backend holds.
    pub async fn export(self) -> Result<Export, ApiError> {
        Err(ApiError::Offline)
    }

    /// What happened so far.
    pub async fn timeline(self) -> Result<Vec<Event>, ApiError> {
        Err(ApiError::Offline)
    }

    /// The address that opens this draft on another device; `None` before there is one. Reactive.
    pub fn private_link(self) -> Option<String> {
        None
    }

    /// Opens the draft of a private link on this device.
    pub async fn adopt(self, _token: &str) -> Result<(), ApiError> {
        Err(ApiError::Offline)
    }

    /// Takes note of a conflict that has been shown.
    pub fn dismiss_conflict(self) {}

    /// The uploads that are not done.
    pub fn uploads(self) -> Signal<Vec<Upload>> {
        self.uploads.into()
    }

    /// Uploads a file as the answer at `pointer`. A file chosen again goes on where its upload stopped.
    pub fn start_upload(self, _pointer: &str, _file: web_sys::File, _rule: FileRule) {}

    /// Stops an upload for now.
    pub fn pause_upload(self, _id: u32) {}

    /// Goes on with a paused or failed upload.
    pub fn resume_upload(self, _id: u32) {}

    /// Gives an upload up.
    pub fn cancel_upload(self, _id: u32) {}

    /// Removes the file that answers `pointer`.
    pub fn remove_file(self, _pointer: &str) {}
}
