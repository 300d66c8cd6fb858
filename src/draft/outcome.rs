//! Submitting, withdrawing, erasing, and opening a private link.

use leptos::prelude::*;
use leptos::task::spawn_local;
use opencall_core::contract::{Event as Happened, Receipt, problem_type};
use opencall_core::{Answers, Status};
use serde_json::Value;
use wasm_bindgen::JsValue;

use super::handle::Draft;
use super::record::Record;
use super::save::{Event, Machine};
use super::store::Shelf;
use super::token;
use crate::api::{ApiError, Client, Token};

/// What became of opening a private link.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Adopted {
    /// Its draft is here.
    Done,
    /// There is another draft here, in which something is written: it is for somebody to choose. It stays in any case where it is safe
    /// neither with the backend nor beside the new one.
    Asks {
        /// Whether its own private link will open it again.
        leads_back: bool,
    },
}

impl Draft {
    /// Submits what is written. With the receipt it is on the backend's disk.
    ///
    /// The `Idempotency-Key` is stored before the first attempt and used again until the outcome is known,
    /// so that pressing Submit again, even after a reload, never submits twice.
    pub async fn submit(self) -> Result<Receipt, ApiError> {
        let mut outcome = self.submit_once().await;
        if outcome
            .as_ref()
            .is_err_and(|error| matches!(error, ApiError::Conflict { .. }) || self.may_be_replaced(error))
        {
            // Saved from elsewhere, or typed here, between saving and submitting; or the link is being replaced.
            self.refresh().await?;
            outcome = self.submit_once().await;
        }
        outcome
    }

    /// Whether a submission is in doubt at a backend that would count a second one: nothing is sent then before
    /// [`Draft::learn_outcome`] has looked.
    pub fn has_to_look(self) -> bool {
        self.submission_in_doubt() && !self.inner.with_value(|inner| inner.client.capabilities().idempotency)
    }

    /// Reads the application again to learn what became of a submission: the receipt if it arrived.
    ///
    /// # Errors
    /// Why nobody knows yet.
    pub async fn learn_outcome(self) -> Result<Option<Receipt>, ApiError> {
        let pending = self
            .inner
            .with_value(|inner| inner.record.submission.as_ref().map(|pending| pending.version));
        self.refresh().await?;
        let arrived = self.application.with_untracked(|application| {
            let application = application.as_ref()?;
            let receipt = &application.receipt.as_ref()?.receipt;
            (application.submitted_version >= pending).then(|| receipt.clone())
        });
        self.forget_submission();
        Ok(arrived)
    }

    async fn submit_once(self) -> Result<Receipt, ApiError> {
        if self.has_to_look() {
            // Nobody has looked yet: it is for whoever is at the page to do that first.
            return Err(ApiError::Timeout);
        }
        self.flush().await?;
        let (client, token) = self.authority()?;
        let (version, key) = self
            .inner
            .try_update_value(|inner| {
                let version = inner.record.version.unwrap_or(0);
                (version, inner.record.submission_key(version, token::key))
            })
            .ok_or(ApiError::Offline)?;
        // A device that stores nothing keeps the key as long as the page is open.
        let _ = self.write_record().await;
        let outcome = client.submit(&token, version, &key).await;
        match &outcome {
            Ok(given) => {
                self.application.update(|application| {
                    if let Some(application) = application {
                        application.status = Status::Submitted;
                        application.submitted_version = Some(given.receipt.version);
                        application.receipt = Some(given.clone());
                    }
                });
                self.forget_submission();
                spawn_local(async move {
                    // The receipt is here; the rest can wait for the next look.
                    let _ = self.refresh().await;
                });
            }
            Err(error) if error.leaves_doubt() || matches!(error, ApiError::RateLimited { .. }) => {}
            Err(error) => {
                self.forget_submission();
                if error.is(problem_type::NOT_OPEN) {
                    self.dispatch(Event::Closed);
                }
            }
        }
        outcome.map(|given| given.receipt)
    }

    fn forget_submission(self) {
        self.inner.update_value(|inner| inner.record.submission = None);
        self.dispatch(Event::Note);
    }

    /// Whether a submission was sent whose outcome is not known: Submit asks again with the same key.
    pub fn submission_in_doubt(self) -> bool {
        self.inner.with_value(|inner| inner.record.submission.is_some())
    }

    /// Takes the application back.
    pub async fn withdraw(self) -> Result<(), ApiError> {
        let (client, token) = self.authority()?;
        let view = client.withdraw(&token, &token::key()).await?;
        self.absorb(&view, None);
        self.keep_sealed(None).await;
        Ok(())
    }

    /// Removes everything, there and here.
    pub async fn erase(self) -> Result<(), ApiError> {
        // A save on its way could bring the draft back: it ends first, and no other one begins.
        self.inner.update_value(|inner| inner.machine.hold(true));
        while self.inner.with_value(|inner| inner.machine.is_remote_flying()) {
            self.until_outcome().await;
        }
        let turn = self.take_turn().await;
        let outcome = self.erase_there().await;
        if outcome.is_ok() {
            let tombstone = self.forget().await;
            // A tab without a store hears of it in this way only.
            self.tell_tabs(&tombstone);
        }
        drop(turn);
        self.inner.update_value(|inner| inner.machine.hold(false));
        self.dispatch(Event::Wake);
        self.wake_waiting();
        outcome
    }

    async fn erase_there(self) -> Result<(), ApiError> {
        // A link being replaced has to be known: whichever counts is the one to erase by.
        if self.inner.with_value(|inner| inner.record.replacement.is_some()) {
            let outcome = self.send_replacement().await;
            if self.inner.with_value(|inner| inner.record.replacement.is_some()) {
                outcome?;
            }
        }
        if !self.begun.get_untracked() && self.inner.with_value(|inner| inner.record.begin.is_none()) {
            return Ok(());
        }
        let (client, token) = self.authority()?;
        match client.erase(&token).await {
            // Erased before, by an attempt whose answer was lost.
            Err(error) if error.is(problem_type::UNKNOWN_TOKEN) => Ok(()),
            outcome => outcome,
        }
    }

    /// Forgets the draft on this device, all but that it was erased; gives what is stored in its place.
    pub(super) async fn forget(self) -> String {
        self.drop_transfers().await;
        let (store, programme) = self.inner.with_value(|inner| (inner.store.clone(), inner.programme.clone()));
        let record = self.inner.with_value(|inner| inner.record.tombstone());
        let text = record.to_text();
        self.replace(record, Answers::default(), Some(text.clone()));
        // What a store refuses was not stored in it, and one that is full takes less than before.
        let _ = store.put(Shelf::Drafts, &programme, &JsValue::from_str(&text)).await;
        text
    }

    /// Everything the backend holds.
    pub async fn export(self) -> Result<Value, ApiError> {
        let (client, token) = self.authority()?;
        client.export(&token).await
    }

    /// What happened so far.
    pub async fn timeline(self) -> Result<Vec<Happened>, ApiError> {
        let (client, token) = self.authority()?;
        client.timeline(&token).await
    }

    /// Opens the draft of a private link on this device. What was here before is sent to the backend first, and kept here beside
    /// it: its own link brings it back. Where something is written in it, only somebody who is `sure` opens another one.
    pub async fn adopt(self, token: &str, sure: bool) -> Result<Adopted, ApiError> {
        let token = Token::parse(token).ok_or_else(unknown_token)?;
        self.until_loaded().await;
        if self.token.with_untracked(|known| known.as_ref() == Some(&token)) {
            return self.refresh().await.map(|()| Adopted::Done);
        }
        let (client, store, programme) = self
            .inner
            .with_value(|inner| (inner.client.clone(), inner.store.clone(), inner.programme.clone()));
        let view = client.read(&token).await?;
        if view.view.programme != *programme {
            return Err(unknown_token());
        }
        let aside = |token: &Token| ["earlier/", &programme, "/", token.as_str()].concat();
        if self.token.with_untracked(Option::is_some) {
            // It may be offline or closed: then it is kept here. Its link may have been replaced elsewhere.
            let looked = self.refresh().await;
            let sent = looked.and(self.flush().await);
            let _ = self.write_record().await;
            let text = self.inner.with_value(|inner| inner.record.to_text());
            let earlier = self.token.get_untracked().ok_or_else(unknown_token)?;
            let kept = store.put(Shelf::Drafts, &aside(&earlier), &JsValue::from_str(&text)).await.is_ok();
            if self.answers.with_untracked(|answers| !answers.0.is_empty()) {
                let gone = sent.as_ref().is_err_and(|error| error.is(problem_type::UNKNOWN_TOKEN));
                if !sure || !(sent.is_ok() || kept || gone) {
                    // Nothing leads back to a draft that the backend does not know.
                    return Ok(Adopted::Asks {
                        leads_back: sent.is_ok() || (kept && !gone && self.begun.get_untracked()),
                    });
                }
            }
            self.drop_transfers().await;
        }
        // What could not be sent when another link was opened here.
        let earlier = store.get(Shelf::Drafts, &aside(&token)).await.ok().flatten();
        let earlier = earlier.and_then(|value| Record::from_text(&value.as_string()?));
        let record = earlier.unwrap_or_else(|| Record {
            token: Some(token),
            ..Record::default()
        });
        // What is stored is the earlier draft; it is kept aside and may be replaced.
        let stored = self.inner.with_value(|inner| inner.kept.clone());
        let answers = record.answers.clone();
        self.replace(record, answers, stored);
        self.dispatch(Event::Loaded { unsaved: false });
        self.absorb(&view, None);
        // Whoever leaves at once has to find it here. A browser that keeps nothing says so in the bar.
        let _ = self.write_record().await;
        Ok(Adopted::Done)
    }

    /// Puts another draft, or none, in the place of this one.
    pub(super) fn replace(self, record: Record, answers: Answers, kept: Option<String>) {
        self.inner.update_value(|inner| {
            inner.machine = Machine::default();
            inner.drafts += 1;
            inner.kept = kept;
            inner.remote_error = None;
            inner.record = record.clone();
        });
        self.application.set(None);
        self.elsewhere.set(None);
        self.show_record(&record, answers);
        self.publish();
    }

    pub(super) fn authority(self) -> Result<(Client, Token), ApiError> {
        self.inner
            .with_value(|inner| inner.record.token.clone().map(|token| (inner.client.clone(), token)))
            .ok_or_else(unknown_token)
    }
}

fn unknown_token() -> ApiError {
    ApiError::problem(401, problem_type::UNKNOWN_TOKEN)
}
