//! Brings the backend up to what is written here, and this draft up to what the backend holds.

use js_sys::Promise;
use leptos::prelude::*;
use opencall_core::contract::{Begin, Concurrency, problem_type};
use opencall_core::merge::{ancestor, merge};
use opencall_core::{Answers, Locale};
use wasm_bindgen::JsValue;
use wasm_bindgen_futures::JsFuture;

use super::clash::Clash;
use super::device;
use super::handle::{ApplicationSummary, Draft};
use super::record::Beginning;
use super::save::Event;
use super::token;
use crate::api::{ApiError, Client, Token, Whole};
use crate::clock::monotonic;

/// So long after a look at the backend, where it keeps no two writers apart, a save looks first, in ms.
const TRUSTED_MS: f64 = 5_000.0;

impl Draft {
    pub(super) async fn save_remote(self) {
        let token = self.token.get_untracked();
        let draft = self.inner.with_value(|inner| inner.drafts);
        let turn = self.take_turn().await;
        let mut outcome = self.push().await;
        self.end_turn(turn).await;
        if outcome.as_ref().is_err_and(|error| self.may_be_replaced(error)) {
            outcome = self.finish_replacing().await;
        }
        if outcome.as_ref().is_err_and(|error| error.is(problem_type::UNKNOWN_TOKEN)) && self.token.get_untracked() != token {
            // That was the old link, or another draft's.
            outcome = Err(ApiError::Conflict { version: None });
        }
        if self.inner.with_value(|inner| inner.drafts != draft) {
            // Another draft is here by now, or none, and knows of no save.
            return self.wake_waiting();
        }
        let event = match &outcome {
            Ok(()) => Event::RemoteDone,
            Err(ApiError::RateLimited { retry_after_s }) => Event::RemoteFailed { wait_s: *retry_after_s },
            Err(_) if self.token.with_untracked(|now| *now != token) => {
                // Another draft's failure by now, or another link's.
                Event::RemoteFailed { wait_s: None }
            }
            Err(error) if error.is_passing() || matches!(error, ApiError::Conflict { .. }) => Event::RemoteFailed { wait_s: None },
            Err(error) => Event::RemoteRefused {
                until_edit: !error.is(problem_type::UNKNOWN_TOKEN),
            },
        };
        let closed = outcome.as_ref().is_err_and(|error| error.is(problem_type::NOT_OPEN));
        let now = monotonic();
        let answers = self.answers.get_untracked();
        self.inner.update_value(|inner| {
            inner.remote_error = outcome.as_ref().err().cloned();
            // What was begun may be older than what is written now.
            if outcome.is_ok() && inner.changes(&answers) > 0 {
                inner.machine.ask_remote(now);
            }
            inner.outcome = outcome;
        });
        self.dispatch(event);
        if closed {
            self.dispatch(Event::Closed);
        }
        self.wake_waiting();
    }

    /// Brings the backend up to what is written.
    async fn push(self) -> Result<(), ApiError> {
        // What is sent replaces the other version there: first both are on this device's disk, and that it was sent.
        if self.inner.with_value(|inner| !inner.record.clashes.is_empty()) {
            let answers = self.answers.get_untracked();
            self.inner.update_value(|inner| inner.record.sending(answers));
            // A device that stores nothing keeps both as long as the page is open.
            let _ = self.write_record().await;
        }
        let answers = self.answers.get_untracked();
        let (client, token, version) = self
            .inner
            .with_value(|inner| (inner.client.clone(), inner.record.token.clone(), inner.record.version));
        let Some(token) = token else { return Ok(()) };
        match version {
            None => self.begin(client, &token, answers).await,
            Some(version) => self.patch(client, &token, version, answers).await,
        }
    }

    async fn begin(self, client: Client, token: &Token, answers: Answers) -> Result<(), ApiError> {
        let (programme, source, beginning) = self
            .inner
            .try_update_value(|inner| {
                let make = || Beginning {
                    key: token::key(),
                    answers,
                    locale: shown_locale(),
                };
                let beginning = inner.record.begin.get_or_insert_with(make).clone();
                (inner.programme.clone(), inner.record.source.clone(), beginning)
            })
            .ok_or(ApiError::Offline)?;
        // Key and token are stored before they are sent. A device that stores nothing goes on without, and a page that is
        // being left has no time to wait.
        if self.inner.with_value(|inner| inner.leaving) {
            self.write_soon();
        } else {
            let _ = self.write_record().await;
        }
        if self.token.with_untracked(|now| now.as_ref() != Some(token)) {
            // Storing found out that the draft was erased in another tab.
            return Ok(());
        }
        let begin = Begin {
            answers: beginning.answers.clone(),
            locale: beginning.locale,
            source,
        };
        let outcome = client.begin(&programme, token, &beginning.key, begin).await;
        if !self.is_of(token) {
            if self.inner.with_value(|inner| inner.record.has_erased(token)) {
                // Erased while this was on its way: it is not to come back.
                let _ = client.erase(token).await;
            }
            return Ok(());
        }
        if let Err(error) = &outcome
            && !error.leaves_doubt()
        {
            // Definitely not begun: the next attempt may say something else.
            self.inner.update_value(|inner| inner.record.begin = None);
        }
        let view = outcome?;
        self.inner.update_value(|inner| inner.record.begin = None);
        self.absorb(&view, Some(&[beginning.answers]));
        Ok(())
    }

    async fn patch(self, client: Client, token: &Token, version: u64, answers: Answers) -> Result<(), ApiError> {
        let guarded = client.capabilities().concurrency == Concurrency::IfMatch;
        let (mut version, mut answers) = (version, answers);
        if !guarded && self.inner.with_value(|inner| monotonic() - inner.refreshed > TRUSTED_MS) {
            // Nothing at the backend keeps two writers apart: what others may have written meanwhile is merged first.
            self.look(&client, token).await?;
            version = self.inner.with_value(|inner| inner.record.version).unwrap_or(version);
            answers = self.answers.get_untracked();
        }
        let patch = self.inner.with_value(|inner| inner.record.base.patch_to(&answers));
        if patch.is_empty() {
            return Ok(());
        }
        self.inner.update_value(|inner| inner.record.sending(answers.clone()));
        match client.save(token, version, patch, device::name()).await {
            // Of a draft that is here no more.
            Ok(_) if !self.is_of(token) => Ok(()),
            Ok(saved) => {
                self.inner.update_value(|inner| {
                    // The same version where it changed nothing there.
                    if inner.record.version.is_none_or(|known| saved.version >= known) {
                        inner.record.base = answers;
                        inner.record.version = Some(saved.version);
                    }
                    inner.record.sent.clear();
                    inner.record.saved_there = Some(saved.saved_at);
                });
                self.application.update(|application| {
                    if let Some(application) = application {
                        application.version = saved.version;
                    }
                });
                self.dispatch(Event::Note);
                Ok(())
            }
            Err(conflict @ ApiError::Conflict { .. }) => {
                self.look(&client, token).await?;
                let answers = self.answers.get_untracked();
                if self.inner.with_value(|inner| inner.changes(&answers)) == 0 {
                    Ok(())
                } else {
                    Err(conflict)
                }
            }
            Err(error) => Err(error),
        }
    }

    /// Reads what the backend holds, and takes it.
    async fn look(self, client: &Client, token: &Token) -> Result<(), ApiError> {
        let view = client.read(token).await?;
        if !self.is_of(token) {
            return Err(ApiError::Conflict { version: None });
        }
        self.absorb(&view, None);
        // Nothing is on its way now.
        self.inner.update_value(|inner| inner.record.sent.clear());
        Ok(())
    }

    /// Whether the draft here is the one of this token.
    fn is_of(self, token: &Token) -> bool {
        self.inner.with_value(|inner| inner.record.is_of(token))
    }

    /// Takes what the backend holds: its answers are merged with what is written here.
    pub(super) fn absorb(self, whole: &Whole, sent: Option<&[Answers]>) {
        let view = &whole.view;
        let mine = self.answers.get_untracked();
        let merged = self
            .inner
            .try_update_value(|inner| {
                inner.refreshed = monotonic();
                if inner
                    .record
                    .submission
                    .as_ref()
                    .is_some_and(|pending| view.submitted_version >= Some(pending.version))
                {
                    inner.record.submission = None;
                }
                if let (Some(sealed), Some(given)) = (&inner.record.sealed, &whole.receipt)
                    && sealed.digest == given.receipt.digest
                {
                    inner.record.sealed = None;
                }
                if inner.record.version.is_some_and(|known| view.version < known) {
                    // An old look that arrived late.
                    return None;
                }
                let base = ancestor(&inner.record.base, sent.unwrap_or(&inner.record.sent), &view.answers);
                let merged = merge(&base, &mine, &view.answers);
                inner.record.base = view.answers.clone();
                inner.record.version = Some(view.version);
                if sent.is_some() || !inner.machine.is_remote_flying() {
                    inner.record.sent.clear();
                }
                inner.record.begin = None;
                inner.record.saved_there = Some(view.updated_at);
                let by = whole.changed_by.as_deref().unwrap_or_default();
                inner.record.note_clashes(Clash::of(&merged, view.updated_at, by));
                Some(merged.answers)
            })
            .flatten();
        if self.inner.with_value(|inner| inner.record.sealed.is_none()) && self.sealed.with_untracked(Option::is_some) {
            self.sealed.set(None);
        }
        let Some(answers) = merged else { return };
        self.begun.set(true);
        self.note_seal(whole);
        let summary = Some(ApplicationSummary::of(whole));
        if self.application.with_untracked(|old| *old != summary) {
            self.application.set(summary);
        }
        // What is written here and not there is sent, also where it only now turns out to differ.
        let now = monotonic();
        self.inner.update_value(|inner| {
            if inner.changes(&answers) > 0 && inner.machine.is_remote_clean() {
                inner.machine.ask_remote(now);
            }
        });
        if answers != mine {
            self.answers.set(answers);
        }
        self.dispatch(Event::Note);
    }

    /// Reads what the backend holds, again.
    pub async fn refresh(self) -> Result<(), ApiError> {
        loop {
            let (client, token) = self.inner.with_value(|inner| (inner.client.clone(), inner.record.token.clone()));
            let Some(token) = token else { return Ok(()) };
            let turn = self.take_turn().await;
            let mut error = match client.read(&token).await {
                Ok(view) => {
                    // Erased while this was under way, or another draft was opened.
                    if self.is_of(&token) {
                        self.absorb(&view, None);
                    }
                    self.end_turn(turn).await;
                    return Ok(());
                }
                Err(error) => error,
            };
            drop(turn);
            if self.may_be_replaced(&error)
                && let Err(newer) = self.finish_replacing().await
            {
                error = newer;
            }
            if error.is(problem_type::UNKNOWN_TOKEN) {
                if self.token.with_untracked(|now| *now != Some(token)) {
                    // What opens it now, or what is here now.
                    continue;
                }
                if !self.begun.get_untracked() {
                    return Ok(());
                }
                self.inner.update_value(|inner| inner.remote_error = Some(error.clone()));
                self.dispatch(Event::RemoteRefused { until_edit: false });
            }
            return Err(error);
        }
    }

    /// Puts everything with the backend now, and begins the draft there if need be.
    pub async fn flush(self) -> Result<(), ApiError> {
        self.until_loaded().await;
        self.ensure_token();
        let mut clashes = 0;
        loop {
            let answers = self.answers.get_untracked();
            let (there, flying, closed, refused, error) = self.inner.with_value(|inner| {
                let machine = &inner.machine;
                (
                    inner.record.version.is_some() && inner.changes(&answers) == 0,
                    machine.is_remote_flying(),
                    machine.is_closed(),
                    machine.is_refused_for_good(),
                    inner.remote_error.clone(),
                )
            });
            if there && !flying {
                return Ok(());
            }
            if self.token.with_untracked(Option::is_none) {
                // Erased meanwhile.
                return Err(ApiError::problem(401, problem_type::UNKNOWN_TOKEN));
            }
            if closed {
                return Err(error.filter(|error| error.is(problem_type::NOT_OPEN)).unwrap_or_else(not_open));
            }
            if refused && let Some(error) = error {
                return Err(error);
            }
            // A draft without an answer is begun as well, and its token stored first.
            let now = monotonic();
            self.inner.update_value(|inner| {
                // A save under way that has nothing more to bring is only waited for: to ask for the next one would go on for ever.
                if !there {
                    inner.machine.ask_both(now);
                }
            });
            self.dispatch(Event::Flush);
            self.until_outcome().await;
            match self.inner.with_value(|inner| inner.outcome.clone()) {
                Ok(()) => {}
                Err(ApiError::Conflict { .. }) if clashes < 3 => clashes += 1,
                Err(error) => return Err(error),
            }
        }
    }

    pub(super) async fn until_loaded(self) {
        while !self.loaded.get_untracked() {
            self.until_outcome().await;
        }
    }

    pub(super) async fn until_outcome(self) {
        let promise = Promise::new(&mut |resolve, _| self.inner.update_value(|inner| inner.waiting.push(resolve.clone())));
        // This promise is never rejected.
        let _ = JsFuture::from(promise).await;
    }

    pub(super) fn wake_waiting(self) {
        let waiting = self
            .inner
            .try_update_value(|inner| std::mem::take(&mut inner.waiting))
            .unwrap_or_default();
        for resolve in waiting {
            // Calls a promise's own function, which does not throw.
            let _ = resolve.call0(&JsValue::UNDEFINED);
        }
    }
}

/// What a backend says to whoever comes too late, for when there is no need to ask it.
pub(super) fn not_open() -> ApiError {
    ApiError::problem(403, problem_type::NOT_OPEN)
}

/// The language the page is shown in.
fn shown_locale() -> Locale {
    let tag = document().document_element().and_then(|root| root.get_attribute("lang"));
    tag.and_then(|tag| Locale::from_tag(&tag)).unwrap_or_default()
}
