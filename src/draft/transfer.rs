//! Moves the bytes of uploads: in parts, again after an interruption, and on after a reload.

use js_sys::Array;
use leptos::prelude::*;
use leptos::task::spawn_local;
use opencall_core::answers::object;
use opencall_core::contract::{FileView, Uploads, problem_type};
use opencall_core::problem::Code;
use serde_json::Value;
use wasm_bindgen::JsCast;
use wasm_bindgen_futures::JsFuture;
use web_sys::{Blob, File};

use super::check::{self, HEAD_BYTES};
use super::handle::Draft;
use super::jobs::Kept;
use super::store::Shelf;
use super::upload::{FileRule, Upload, UploadState, seconds_left};
use crate::api::ApiError;
use crate::api::retry::backoff;
use crate::api::tus::{self, FileId};
use crate::clock::monotonic;

/// Why moving stopped.
enum Stop {
    /// Somebody paused, cancelled or started it anew.
    Told,
    /// The file cannot be read any more.
    Unreadable,
    Refused(Code),
    Failed(ApiError),
}

impl From<ApiError> for Stop {
    fn from(error: ApiError) -> Self {
        if let ApiError::Problem(details) = &error
            && let Some(problem) = details.errors.first()
            && (error.is(problem_type::FILE) || matches!(details.status, 413 | 422))
        {
            return Self::Refused(problem.code.clone());
        }
        Self::Failed(error)
    }
}

impl Draft {
    /// Uploads a file as the answer at `pointer`, in place of what was being uploaded there. The same file
    /// chosen again goes on where its upload stopped.
    pub fn start_upload(self, pointer: &str, file: File, rule: FileRule) {
        let kept = Kept {
            pointer: pointer.to_owned(),
            name: file.name(),
            size: file.size() as u64,
            modified: file.last_modified(),
            file: None,
            content: None,
        };
        let known = self.inner.with_value(|inner| {
            inner
                .transfers
                .jobs
                .iter()
                .find(|job| job.kept.pointer == pointer)
                .map(|job| (job.id, job.kept.clone()))
        });
        if let Some((id, old)) = known {
            let same = old.name == kept.name && old.size == kept.size && old.modified.to_bits() == kept.modified.to_bits();
            if same && old.file.is_some() {
                self.with_job(id, |job| job.file = Some(file.into()));
                self.resume_upload(id);
                return;
            }
            self.cancel_upload(id);
        }
        let id = self.add_job(kept, Some(file.clone().into()), UploadState::Preparing);
        spawn_local(async move {
            let head = read(&file, 0, u64::from(HEAD_BYTES)).await.unwrap_or_default();
            if let Err(code) = check::check(&file.name(), file.size() as u64, &head, &rule) {
                self.show_state(id, UploadState::Refused(code));
                return;
            }
            spawn_local(self.keep_content(id, file.into()));
            self.resume_upload(id);
        });
    }

    /// Stops an upload for now.
    pub fn pause_upload(self, id: u32) {
        self.next_turn(id);
        self.show_state(id, UploadState::Paused);
    }

    /// Goes on with an upload that was paused, was interrupted or failed.
    pub fn resume_upload(self, id: u32) {
        let Some(turn) = self.next_turn(id) else { return };
        if self.with_job(id, |job| job.file.is_none()).unwrap_or(true) {
            self.show_state(id, UploadState::ChooseAgain);
            return;
        }
        spawn_local(self.run(id, turn));
    }

    /// Gives an upload up, or puts a refused one away.
    pub fn cancel_upload(self, id: u32) {
        let Some(kept) = self.remove_job(id) else { return };
        spawn_local(async move {
            self.forget_content(&kept).await;
            self.keep_list().await;
            self.terminate(kept.file).await;
        });
    }

    /// Removes the file that answers `pointer`.
    pub fn remove_file(self, pointer: &str) {
        let id = self.inner.with_value(|inner| {
            inner
                .transfers
                .jobs
                .iter()
                .find(|job| job.kept.pointer == pointer)
                .map(|job| job.id)
        });
        if let Some(id) = id {
            self.cancel_upload(id);
        }
        let file = self.file_at(pointer);
        self.set(pointer, Value::Null);
        spawn_local(async move {
            if self.flush().await.is_ok() {
                self.terminate(file).await;
            }
        });
    }

    /// The network is back: goes on with what it interrupted.
    pub(super) fn resume_interrupted(self) {
        let interrupted = |upload: &&Upload| matches!(upload.state, UploadState::Interrupted(_));
        let ids = self
            .uploads
            .with_untracked(|uploads| uploads.iter().filter(interrupted).map(|upload| upload.id).collect::<Vec<_>>());
        for id in ids {
            self.resume_upload(id);
        }
    }

    /// Goes on with the uploads of before the page was loaded.
    pub(super) async fn load_transfers(self) {
        let store = self.inner.with_value(|inner| inner.store.clone());
        let Ok(Some(text)) = store.get(Shelf::Drafts, &self.list_key()).await else {
            return;
        };
        let kept = text.as_string().map(|text| Kept::read_all(&text)).unwrap_or_default();
        for kept in kept {
            let content = match &kept.content {
                Some(key) => store
                    .get(Shelf::Files, key)
                    .await
                    .ok()
                    .flatten()
                    .and_then(|value| value.dyn_into::<Blob>().ok()),
                None => None,
            };
            let begun = self
                .inner
                .with_value(|inner| inner.transfers.jobs.iter().any(|job| job.kept.pointer == kept.pointer));
            if !begun {
                let id = self.add_job(kept, content, UploadState::Preparing);
                self.resume_upload(id);
            }
        }
    }

    /// Stops and forgets every upload on this device.
    pub(super) async fn drop_transfers(self) {
        let jobs = self
            .inner
            .try_update_value(|inner| std::mem::take(&mut inner.transfers.jobs))
            .unwrap_or_default();
        self.uploads.set(Vec::new());
        for job in jobs {
            self.forget_content(&job.kept).await;
        }
        self.keep_list().await;
    }

    async fn run(self, id: u32, turn: u32) {
        let mut failures = 0;
        loop {
            let before = self.sent(id);
            let stop = match self.transfer(id, turn).await {
                Ok(()) => return,
                Err(stop) => stop,
            };
            if !self.is_turn(id, turn) {
                return;
            }
            match stop {
                Stop::Told => return,
                Stop::Unreadable => {
                    self.with_job(id, |job| job.file = None);
                    return self.show_state(id, UploadState::ChooseAgain);
                }
                Stop::Refused(code) => {
                    self.refuse(id, code).await;
                    return;
                }
                Stop::Failed(error) if error.is_passing() => {
                    failures = if self.sent(id) > before { 1 } else { failures + 1 };
                    let client = self.inner.with_value(|inner| inner.client.clone());
                    let pause = match &error {
                        ApiError::RateLimited { retry_after_s: Some(s) } => s.saturating_mul(1_000),
                        _ => 500 + backoff(1_000, 30_000, failures, client.random()),
                    };
                    self.show_state(id, UploadState::Interrupted(error));
                    client.wait(pause).await;
                    if !self.is_turn(id, turn) {
                        return;
                    }
                }
                Stop::Failed(error) => return self.show_state(id, UploadState::Failed(error)),
            }
        }
    }

    async fn transfer(self, id: u32, turn: u32) -> Result<(), Stop> {
        let told = || if self.is_turn(id, turn) { Ok(()) } else { Err(Stop::Told) };
        self.show_state(id, UploadState::Preparing);
        // The backend has to know the draft before it takes a file for it.
        if !self.begun.get_untracked() {
            self.flush().await?;
        }
        told()?;
        let (client, token) = self.authority()?;
        let (kept, blob) = self.with_job(id, |job| (job.kept.clone(), job.file.clone())).ok_or(Stop::Told)?;
        let blob = blob.ok_or(Stop::Unreadable)?;
        let whole = client.capabilities().uploads == Uploads::Whole;
        if whole {
            // A file that was moved or changed since it was chosen would look like a connection that broke.
            read(&blob, 0, 1).await.ok_or(Stop::Unreadable)?;
            self.show(id, |upload| {
                upload.sent = 0;
                upload.state = UploadState::Sending;
            });
        }
        let (file, mut offset) = self.place(id, &kept, whole.then(|| blob.clone())).await?;
        told()?;
        let mut part = 256 * 1024;
        while offset < kept.size {
            self.show(id, |upload| {
                upload.sent = offset;
                upload.state = UploadState::Sending;
            });
            let end = kept.size.min(offset + part);
            let bytes = read(&blob, offset, end).await.ok_or(Stop::Unreadable)?;
            told()?;
            let begun = monotonic();
            let body = blob_of(&bytes).ok_or(Stop::Unreadable)?;
            let reached = tus::append(&client, &token, &file, offset, body).await?;
            told()?;
            let took = monotonic() - begun;
            let moved = reached.saturating_sub(offset);
            part = tus::next_part(moved, took);
            offset = reached;
            let left = seconds_left(kept.size.saturating_sub(offset), moved, took);
            self.show(id, |upload| {
                upload.sent = offset;
                upload.seconds_left = left;
            });
        }
        self.show_state(id, UploadState::Checking);
        let view = client.read(&token).await?;
        told()?;
        let complete = view.view.files.iter().find(|known| known.id == file.as_str());
        let answer = complete.and_then(answer_of);
        let answer = answer.ok_or_else(|| ApiError::shape("a finished upload is not among the application's files".to_owned()))?;
        self.absorb(&view, None);
        self.remove_job(id);
        let old = self.file_at(&kept.pointer);
        self.set(&kept.pointer, answer);
        self.forget_content(&kept).await;
        self.keep_list().await;
        // If this fails, the draft goes on trying by itself.
        if self.flush().await.is_ok() {
            self.terminate(old).await;
        }
        Ok(())
    }

    /// Where the backend takes this file, and how much of it is there; all of it where it is sent `whole`.
    async fn place(self, id: u32, kept: &Kept, whole: Option<Blob>) -> Result<(FileId, u64), Stop> {
        let (client, token) = self.authority()?;
        if let Some(file) = kept.file.as_deref().and_then(FileId::parse) {
            match tus::offset(&client, &token, &file).await {
                Ok(offset) => return Ok((file, offset)),
                // The backend has put it away: begin again.
                Err(ApiError::Problem(details)) if matches!(details.status, 404 | 410) => {}
                Err(error) => return Err(error.into()),
            }
        }
        let field = kept.pointer.trim_start_matches('/');
        let in_parts = whole.is_none();
        let (file, offset) = tus::create(&client, &token, field, &kept.name, kept.size, whole).await?;
        if in_parts {
            self.with_job(id, |job| job.kept.file = Some(file.as_str().to_owned()));
            self.keep_list().await;
        }
        Ok((file, offset))
    }

    /// The backend does not take the file: nothing of it is kept, only why is shown.
    async fn refuse(self, id: u32, code: Code) {
        let kept = self.with_job(id, |job| {
            job.file = None;
            job.kept.file = None;
            job.kept.clone()
        });
        self.show_state(id, UploadState::Refused(code));
        if let Some(kept) = kept {
            self.forget_content(&kept).await;
            self.with_job(id, |job| job.kept.content = None);
        }
        self.keep_list().await;
    }

    /// Removes a file at the backend, unless a submission may contain it. Whether it works matters to nobody here.
    async fn terminate(self, file: Option<String>) {
        let submitted = self
            .application
            .with_untracked(|application| application.as_ref().is_some_and(|it| it.submitted_version.is_some()));
        if let Some(file) = file.as_deref().and_then(FileId::parse)
            && !submitted
            && let Ok((client, token)) = self.authority()
        {
            let _ = tus::terminate(&client, &token, &file).await;
        }
    }

    /// The id of the file that answers `pointer`.
    fn file_at(self, pointer: &str) -> Option<String> {
        self.get_untracked(pointer)?.get("id")?.as_str().map(str::to_owned)
    }
}

/// The answer that a finished upload is, as [`opencall_core::answers::FileAnswer`] is written.
fn answer_of(file: &FileView) -> Option<Value> {
    Some(object([
        ("id", Value::from(file.id.as_str())),
        ("name", Value::from(file.name.as_str())),
        ("size", Value::from(file.size)),
        ("sha256", Value::from(file.sha256.as_deref()?)),
        ("type", Value::from(file.kind?.extension())),
    ]))
}

/// Bytes of a file; `None` when it cannot be read (it was moved, or changed since it was chosen).
async fn read(blob: &Blob, from: u64, to: u64) -> Option<Vec<u8>> {
    let part = blob.slice_with_f64_and_f64(from as f64, to as f64).ok()?;
    let buffer = JsFuture::from(part.array_buffer()).await.ok()?;
    Some(js_sys::Uint8Array::new(&buffer).to_vec())
}

fn blob_of(bytes: &[u8]) -> Option<Blob> {
    Blob::new_with_u8_array_sequence(&Array::of1(&js_sys::Uint8Array::from(bytes))).ok()
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use opencall_core::Timestamp;
    use opencall_core::answers::FileAnswer;
    use opencall_core::programme::FileType;

    use super::*;

    #[test]
    fn a_finished_upload_is_the_answer_that_core_reads() {
        let file = FileView {
            id: "f".to_owned(),
            field: "deck".to_owned(),
            name: "deck.pdf".to_owned(),
            size: 9,
            received: 9,
            kind: Some(FileType::Pdf),
            sha256: Some("0".repeat(64)),
            created_at: Timestamp::from_millis(0),
        };
        let read: FileAnswer = serde_json::from_value(answer_of(&file).unwrap()).unwrap();
        let whole = FileAnswer::Upload {
            id: "f".to_owned(),
            name: "deck.pdf".to_owned(),
            size: 9,
            sha256: "0".repeat(64),
            kind: FileType::Pdf,
        };
        assert_eq!(read, whole);
        assert_eq!(answer_of(&FileView { sha256: None, ..file }), None);
    }
}
