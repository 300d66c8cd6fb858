//! Reads and writes the draft on this device.

use std::pin::Pin;

use leptos::prelude::*;
use leptos::task::spawn_local;
use opencall_core::Answers;
use wasm_bindgen::JsValue;

use super::handle::Draft;
use super::record::Record;
use super::save::Event;
use super::state::{Cleared, StoreError};
use super::store::{Shelf, Swapped};

impl Draft {
    /// Reads what is stored.
    pub(super) fn load(self) {
        spawn_local(async move {
            let (store, programme) = self.inner.with_value(|inner| (inner.store.clone(), inner.programme.clone()));
            let stored = store.get(Shelf::Drafts, &programme).await;
            let error = stored.as_ref().err().copied();
            let text = stored.ok().flatten().and_then(|value| value.as_string());
            let early = self.answers.get_untracked();
            let early_steps = self.attempted.get_untracked();
            let mut unsaved = false;
            if let Some(stored) = text.as_deref().and_then(Record::from_text) {
                unsaved = stored.changes() > 0 || (stored.begin.is_some() && stored.version.is_none());
                let typed = Record {
                    answers: early.clone(),
                    attempted: early_steps.clone(),
                    ..Record::default()
                };
                let mut record = Record::joined(Record::default(), typed, stored);
                self.show_record(&record, record.answers.clone());
                self.inner.update_value(|inner| {
                    // Who comes by a partner's page before anything was sent comes from that partner.
                    if record.version.is_none() && record.begin.is_none() && record.source.is_empty() {
                        record.source = std::mem::take(&mut inner.record.source);
                    }
                    inner.record = record;
                });
            }
            self.inner.update_value(|inner| {
                inner.kept = text;
                inner.local_error = error;
            });
            self.loaded.set(true);
            if self.token.with_untracked(Option::is_some) {
                self.dispatch(Event::Loaded { unsaved });
            }
            if !early.0.is_empty() {
                self.edited();
            } else if !early_steps.is_empty() {
                self.noted();
            }
            self.publish();
            self.wake_waiting();
            // Where nobody knows which link counts, the new one does, once it has been sent again.
            let _ = self.finish_replacing().await;
            self.be_here();
            if self.begun.get_untracked() {
                // Where this fails, coming back to the page or to the network tries again.
                let _ = self.refresh().await;
            }
            self.load_transfers().await;
            self.inner.update_value(|inner| inner.transfers.loaded = true);
            self.resume_delivery();
        });
    }

    /// Puts a record's parts where pages see them.
    pub(super) fn show_record(self, record: &Record, answers: Answers) {
        self.token.set(record.token.clone());
        self.begun.set(record.version.is_some());
        if self.sealed.with_untracked(|old| *old != record.sealed) {
            self.sealed.set(record.sealed.clone());
            self.elsewhere.set(None);
        }
        self.attempted.set(record.attempted.clone());
        if self.answers.with_untracked(|old| *old != answers) {
            self.answers.set(answers);
        }
    }

    pub(super) async fn save_local(self) {
        let mut outcome = self.write_record().await;
        let before = self.inner.with_value(|inner| inner.local_error);
        if outcome == Err(StoreError::Full) && before != Some(StoreError::Full) {
            // The contents of files go first: the page still has them, and only a reload has to ask for them again.
            let store = self.inner.with_value(|inner| inner.store.clone());
            let _ = store.clear(Shelf::Files).await;
            outcome = self.write_record().await;
        } else if outcome == Err(StoreError::Broken) && before.is_none() {
            // The database may have been deleted under this very save: once more with a new one.
            outcome = self.write_record().await;
        }
        match outcome {
            Ok(()) => {
                self.inner.update_value(|inner| inner.local_error = None);
                self.dispatch(Event::LocalDone);
                self.tell_tabs("saved");
            }
            Err(error) => {
                self.inner.update_value(|inner| inner.local_error = Some(error));
                self.dispatch(Event::LocalFailed);
            }
        }
    }

    /// Writes the draft as it is now. Where another tab has written meanwhile, the two become one first.
    pub(super) fn write_record(self) -> Pin<Box<dyn Future<Output = Result<(), StoreError>>>> {
        // Boxed: whoever waits for it would have a copy of all that it holds, in bytes that are downloaded.
        Box::pin(self.write())
    }

    /// The same, without anybody waiting for it.
    pub(super) fn write_soon(self) {
        spawn_local(async move {
            let _ = self.write_record().await;
        });
    }

    async fn write(self) -> Result<(), StoreError> {
        loop {
            let answers = self.answers.get_untracked();
            let attempted = self.attempted.get_untracked();
            let now = self.inner.with_value(|inner| inner.clock).now();
            let (store, programme, text, kept, leaving) = self
                .inner
                .try_update_value(|inner| {
                    inner.record.answers = answers;
                    inner.record.attempted = attempted;
                    inner.record.saved_here = Some(now);
                    (
                        inner.store.clone(),
                        inner.programme.clone(),
                        inner.record.to_text(),
                        inner.kept.clone(),
                        inner.leaving && !inner.has_met(),
                    )
                })
                .ok_or(StoreError::Broken)?;
            if leaving {
                // Reading first takes a moment that a page being closed does not have. Without other tabs nobody else
                // can have written.
                store.put(Shelf::Drafts, &programme, &JsValue::from_str(&text)).await?;
                self.inner.update_value(|inner| inner.kept = Some(text));
                return Ok(());
            }
            match store.swap(Shelf::Drafts, &programme, kept.as_deref(), &text).await? {
                Swapped::Kept { missing } => {
                    self.inner.update_value(|inner| inner.kept = Some(text));
                    if missing && kept.is_some_and(|text| is_draft(&text)) {
                        self.was_cleared().await;
                    }
                    return Ok(());
                }
                Swapped::Other(theirs) => self.join(theirs),
            }
            if self.inner.with_value(|inner| inner.record.token.is_none()) {
                // What was found says that the draft has been erased, and stays.
                return Ok(());
            }
        }
    }

    /// Everything this site stored was deleted, by the browser or by somebody, and not by erasing the draft here: that
    /// leaves a note ([`Record::tombstone`]). The draft is stored again by now; the uploads follow.
    async fn was_cleared(self) {
        let files = self.keep_uploads_again().await;
        self.inner.update_value(|inner| inner.cleared = Some(Cleared { files }));
        self.publish();
    }

    /// Looks whether the store still holds what this page put there, and takes what another tab wrote since.
    pub(super) async fn look_at_store(self) {
        if !self.loaded.get_untracked() {
            return;
        }
        let (store, programme, stored) = self
            .inner
            .with_value(|inner| (inner.store.clone(), inner.programme.clone(), inner.kept.clone()));
        match store.get(Shelf::Drafts, &programme).await {
            Ok(Some(theirs)) => {
                if let Some(theirs) = theirs.as_string() {
                    self.join(theirs);
                }
            }
            // Saving finds out what has become of it.
            _ if stored.is_some_and(|text| is_draft(&text)) => self.dispatch(Event::Note),
            _ => {}
        }
    }
}

/// Whether there is a draft in what is stored, and not only that one was erased.
fn is_draft(text: &str) -> bool {
    Record::from_text(text).is_some_and(|record| record.token.is_some())
}
