//! The list of uploads: on the page, and on this device through a reload.

use leptos::prelude::*;
use opencall_core::answers::object;
use serde_json::Value;
use wasm_bindgen::JsValue;
use web_sys::Blob;

use super::handle::Draft;
use super::store::Shelf;
use super::token;
use super::upload::{Upload, UploadState};
use crate::api::wire::{Members, Read};

/// Files up to this size are kept on this device while they are being uploaded, so that a reload needs nobody.
const KEEP_BYTES: u64 = 100_000_000;

/// The uploads under way.
#[derive(Default)]
pub(super) struct Transfers {
    pub(super) jobs: Vec<Job>,
    /// Whether those of before the page was loaded are among them.
    pub(super) loaded: bool,
    last_id: u32,
}

pub(super) struct Job {
    pub(super) id: u32,
    pub(super) kept: Kept,
    /// What is sent; `None` when the file has to be chosen again.
    pub(super) file: Option<Blob>,
    /// Counts starts and stops; who runs for an older one stops.
    pub(super) turn: u32,
}

/// What this device keeps of an upload.
#[derive(Clone, Debug)]
pub(super) struct Kept {
    pub(super) pointer: String,
    pub(super) name: String,
    pub(super) size: u64,
    /// When the file was last changed, in ms since the epoch: with name and size it tells whether it is the same.
    pub(super) modified: f64,
    /// Its id at the backend, once it has one.
    pub(super) file: Option<String>,
    /// Where its content is kept on this device, if it is.
    pub(super) content: Option<String>,
}

impl Kept {
    pub(super) fn to_value(&self) -> Value {
        let maybe = |text: &Option<String>| text.as_deref().map_or(Value::Null, Value::from);
        object([
            ("pointer", Value::from(self.pointer.as_str())),
            ("name", Value::from(self.name.as_str())),
            ("size", Value::from(self.size)),
            ("modified", Value::from(self.modified)),
            ("file", maybe(&self.file)),
            ("content", maybe(&self.content)),
        ])
    }

    /// Every one in a stored list; what cannot be read is left out.
    pub(super) fn read_all(text: &str) -> Vec<Self> {
        let items = match serde_json::from_str(text) {
            Ok(Value::Array(items)) => items,
            _ => Vec::new(),
        };
        items
            .into_iter()
            .filter_map(|item| Self::read(Members::of(item).ok()?).ok())
            .collect()
    }

    fn read(mut from: Members) -> Read<Self> {
        Ok(Self {
            pointer: from.text("pointer")?,
            name: from.text("name")?,
            size: from.maybe_number("size")?.unwrap_or(0),
            modified: from.take("modified").and_then(|value| value.as_f64()).unwrap_or(0.0),
            file: from.maybe_text("file")?,
            content: from.maybe_text("content")?,
        })
    }
}

impl Draft {
    pub(super) fn list_key(self) -> String {
        self.inner.with_value(|inner| ["uploads/", &inner.programme].concat())
    }

    /// Keeps which uploads there are: those begun at the backend, and those whose content is kept here. Refused ones are not worth
    /// keeping.
    pub(super) async fn keep_list(self) {
        let (store, kept) = self.inner.with_value(|inner| {
            let begun = inner
                .transfers
                .jobs
                .iter()
                .filter(|job| job.kept.file.is_some() || job.kept.content.is_some());
            (inner.store.clone(), Value::Array(begun.map(|job| job.kept.to_value()).collect()))
        });
        let text = crate::json::compact(&kept);
        // Without it an upload only has to be begun again after a reload.
        let _ = store.put(Shelf::Drafts, &self.list_key(), &JsValue::from_str(&text)).await;
    }

    pub(super) async fn keep_content(self, id: u32, blob: Blob) {
        if blob.size() as u64 > KEEP_BYTES {
            return;
        }
        let (store, programme) = self.inner.with_value(|inner| (inner.store.clone(), inner.programme.clone()));
        let key = [&*programme, "/", &token::key()].concat();
        if store.put(Shelf::Files, &key, &blob).await.is_err() {
            return;
        }
        if self.with_job(id, |job| job.kept.content = Some(key.clone())).is_some() {
            self.keep_list().await;
        } else {
            // Finished or given up meanwhile.
            let _ = store.delete(Shelf::Files, &key).await;
        }
    }

    /// The store was emptied: keeps the list and the contents again. Whether a content is lost to the next reload.
    pub(super) async fn keep_uploads_again(self) -> bool {
        let kept = self.inner.try_update_value(|inner| {
            let jobs = inner.transfers.jobs.iter_mut();
            let kept = jobs.filter_map(|job| job.kept.content.take().map(|_| (job.id, job.file.clone())));
            kept.collect::<Vec<_>>()
        });
        let mut lost = false;
        for (id, file) in kept.unwrap_or_default() {
            if let Some(file) = file {
                self.keep_content(id, file).await;
            }
            lost |= self.with_job(id, |job| job.kept.content.is_none()).unwrap_or(false);
        }
        self.keep_list().await;
        lost
    }

    pub(super) async fn forget_content(self, kept: &Kept) {
        if let Some(key) = &kept.content {
            let store = self.inner.with_value(|inner| inner.store.clone());
            let _ = store.delete(Shelf::Files, key).await;
        }
    }

    pub(super) fn add_job(self, kept: Kept, file: Option<Blob>, state: UploadState) -> u32 {
        let (pointer, name, size) = (kept.pointer.clone(), kept.name.clone(), kept.size);
        let id = self
            .inner
            .try_update_value(|inner| {
                inner.transfers.last_id += 1;
                let id = inner.transfers.last_id;
                inner.transfers.jobs.push(Job { id, kept, file, turn: 0 });
                id
            })
            .unwrap_or(0);
        self.uploads.update(|uploads| {
            uploads.push(Upload {
                id,
                pointer,
                name,
                size,
                sent: 0,
                seconds_left: None,
                state,
            })
        });
        id
    }

    pub(super) fn remove_job(self, id: u32) -> Option<Kept> {
        let kept = self
            .inner
            .try_update_value(|inner| {
                let at = inner.transfers.jobs.iter().position(|job| job.id == id)?;
                Some(inner.transfers.jobs.remove(at).kept)
            })
            .flatten();
        self.uploads.update(|uploads| uploads.retain(|upload| upload.id != id));
        kept
    }

    pub(super) fn with_job<T>(self, id: u32, change: impl FnOnce(&mut Job) -> T) -> Option<T> {
        self.inner
            .try_update_value(|inner| inner.transfers.jobs.iter_mut().find(|job| job.id == id).map(change))
            .flatten()
    }

    /// Whether this device keeps the content, so that a reload needs nobody.
    #[cfg(all(test, target_arch = "wasm32"))]
    pub(super) fn is_content_kept(self, id: u32) -> bool {
        self.with_job(id, |job| job.kept.content.is_some()).unwrap_or(false)
    }

    pub(super) fn next_turn(self, id: u32) -> Option<u32> {
        self.with_job(id, |job| {
            job.turn += 1;
            job.turn
        })
    }

    pub(super) fn is_turn(self, id: u32, turn: u32) -> bool {
        self.with_job(id, |job| job.turn == turn).unwrap_or(false)
    }

    pub(super) fn sent(self, id: u32) -> u64 {
        self.uploads
            .with_untracked(|uploads| uploads.iter().find(|upload| upload.id == id).map_or(0, |upload| upload.sent))
    }

    pub(super) fn show(self, id: u32, change: impl FnOnce(&mut Upload)) {
        self.uploads.update(|uploads| {
            if let Some(upload) = uploads.iter_mut().find(|upload| upload.id == id) {
                change(upload);
            }
        });
    }

    pub(super) fn show_state(self, id: u32, state: UploadState) {
        self.show(id, |upload| upload.state = state);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_kept_of_an_upload_is_read_again_and_anything_else_left_out() {
        let kept = Kept {
            pointer: "/deck".to_owned(),
            name: "a".to_owned(),
            size: 7,
            modified: 1.5,
            file: Some("f".to_owned()),
            content: None,
        };
        let text = Value::Array(vec![kept.to_value(), Value::Null]).to_string();
        let read = Kept::read_all(&text);
        assert_eq!(read.len(), 1);
        assert_eq!(
            (read[0].size, read[0].file.as_deref(), read[0].content.as_deref()),
            (7, Some("f"), None)
        );
        assert!(Kept::read_all("{").is_empty());
    }
}
