//! Replacing the private link: whoever had the old one is out.

use std::pin::Pin;

use leptos::prelude::*;
use opencall_core::answers::object;
use opencall_core::contract::problem_type;
use serde_json::Value;

use super::handle::Draft;
use super::record::Replacement;
use super::save::Event;
use super::token;
use super::upload::UploadState;
use crate::api::ApiError;

impl Draft {
    /// Puts a new token in the place of the one that opens this draft. The new one is stored before it is sent, so that a
    /// lost reply leaves nobody outside: see [`Draft::finish_replacing`].
    ///
    /// # Errors
    /// Why the old link still works; after a lost reply, that nobody knows yet.
    pub async fn replace_link(self) -> Result<(), ApiError> {
        self.until_loaded().await;
        // What cannot be sent now is kept here and sent under the new link.
        let _ = self.flush().await;
        // A browser without random numbers could not have begun a draft either.
        let new = token::mint().ok_or_else(|| ApiError::problem(500, problem_type::INTERNAL))?;
        self.inner.update_value(|inner| {
            let make = || Replacement {
                key: token::key(),
                token: new,
            };
            inner.record.replacement.get_or_insert_with(make);
        });
        self.finish_replacing().await
    }

    /// Sends a replacement that is stored, and goes on under the new token. Nothing where there is none.
    pub(super) fn finish_replacing(self) -> Pin<Box<dyn Future<Output = Result<(), ApiError>>>> {
        // Boxed: whoever waits for it would have a copy of all that it holds, in bytes that are downloaded.
        Box::pin(async move {
            if self.inner.with_value(|inner| inner.record.replacement.is_none()) {
                return Ok(());
            }
            let turn = self.take_turn().await;
            let outcome = self.send_replacement().await;
            self.end_turn(turn).await;
            outcome
        })
    }

    /// What the backend said of the old link says nothing of the new one.
    pub(super) fn under_another_link(self) {
        self.inner.update_value(|inner| {
            inner.machine.forgive();
            inner.remote_error = None;
        });
        self.dispatch(Event::Online);
    }

    /// Whether the backend not knowing the link may be our own doing: it is being replaced, and nobody knows how far that came.
    pub(super) fn may_be_replaced(self, error: &ApiError) -> bool {
        error.is(problem_type::UNKNOWN_TOKEN) && self.inner.with_value(|inner| inner.record.replacement.is_some())
    }

    pub(super) async fn send_replacement(self) -> Result<(), ApiError> {
        let Some(Replacement { key, token: new }) = self.inner.with_value(|inner| inner.record.replacement.clone()) else {
            return Ok(());
        };
        let (client, old) = self.authority()?;
        // A device that stores nothing keeps it as long as the page is open.
        let _ = self.write_record().await;
        let request = object([("token", Value::from(new.as_str()))]);
        let mut outcome = client.replace_token(&old, &key, request).await.map(drop);
        if outcome.as_ref().is_err_and(|error| error.is(problem_type::UNKNOWN_TOKEN)) {
            // An earlier attempt may have arrived, and its key been forgotten: then the new one is known, and nothing else leads
            // to the draft.
            outcome = client.read(&new).await.map(drop);
        }
        let mut replaced = outcome.is_ok();
        // Too many requests say nothing of the attempt before them.
        if replaced
            || outcome
                .as_ref()
                .is_err_and(|error| !error.leaves_doubt() && !matches!(error, ApiError::RateLimited { .. }))
        {
            self.inner.update_value(|inner| {
                let record = &mut inner.record;
                // Another attempt may have been quicker, or the draft been erased.
                replaced &= record.replacement.take_if(|sent| sent.token == new).is_some();
                if replaced {
                    record.formerly = record.token.replace(new.clone());
                }
            });
        }
        if replaced {
            self.token.set(Some(new));
            self.under_another_link();
        }
        let _ = self.write_record().await;
        self.tell_tabs("saved");
        if replaced {
            let moving = |state: &UploadState| match state {
                UploadState::Sending | UploadState::Interrupted(_) => true,
                UploadState::Failed(error) => error.is(problem_type::UNKNOWN_TOKEN),
                _ => false,
            };
            let uploads = self.uploads.get_untracked();
            for upload in uploads.iter().filter(|upload| moving(&upload.state)) {
                // They were being sent under the old one.
                self.resume_upload(upload.id);
            }
        }
        outcome
    }
}
