//! Reads and writes the draft on this device.

use leptos::prelude::*;
use leptos::task::spawn_local;
use opencall_core::Answers;

use super::handle::Draft;
use super::record::Record;
use super::save::Event;
use super::state::StoreError;
use super::store::Shelf;

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
                    if record.version.is_none() && record.begin.is_none() && record.partner.is_none() {
                        record.partner = inner.record.partner.take();
                    }
                    inner.kept = text;
                    inner.record = record;
                });
            }
            self.inner.update_value(|inner| inner.local_error = error);
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
        }
        self.attempted.set(record.attempted.clone());
        if self.answers.with_untracked(|old| *old != answers) {
            self.answers.set(answers);
        }
    }

    pub(super) async fn save_local(self) {
        match self.write_record().await {
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
    pub(super) async fn write_record(self) -> Result<(), StoreError> {
        loop {
            let answers = self.answers.get_untracked();
            let attempted = self.attempted.get_untracked();
            let now = self.inner.with_value(|inner| inner.clock).now();
            let (store, programme, text, kept) = self
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
                    )
                })
                .ok_or(StoreError::Broken)?;
            let Some(theirs) = store.swap(Shelf::Drafts, &programme, kept.as_deref(), &text).await? else {
                self.inner.update_value(|inner| inner.kept = Some(text));
                return Ok(());
            };
            self.join(theirs);
        }
    }
}
