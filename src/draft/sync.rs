//! Does what [`super::save`] decides: reads and writes this device's store, talks to the backend, merges.

use std::rc::Rc;
use std::time::Duration;

use js_sys::{Function, Promise};
use leptos::ev;
use leptos::leptos_dom::helpers::{TimeoutHandle, set_timeout_with_handle};
use leptos::prelude::*;
use leptos::task::spawn_local;
use opencall_core::contract::{ApplicationView, Begin, ProblemDetails, problem_type};
use opencall_core::{Answers, Locale};
use wasm_bindgen::JsValue;
use wasm_bindgen_futures::JsFuture;

use super::handle::{ApplicationSummary, Draft};
use super::record::{Beginning, Record, merge};
use super::save::{Event, Local, Machine, Remote, SaveState, StoreError};
use super::store::{Shelf, Store};
use super::tabs::Tabs;
use super::token;
use super::transfer::Transfers;
use crate::api::{ApiError, Client, Token};
use crate::clock::{ServerClock, monotonic};

/// Coming back to the page asks the backend again, but not more often than this, in ms.
const REFRESH_MS: f64 = 20_000.0;

/// Everything behind a [`Draft`] that pages do not see.
pub(super) struct Inner {
    pub(super) programme: Rc<str>,
    pub(super) client: Client,
    pub(super) clock: ServerClock,
    pub(super) store: Rc<Store>,
    pub(super) machine: Machine,
    /// What is kept; its answers are as of the last save, the signal's are the newest.
    pub(super) record: Record,
    /// What the store held when this tab last read or wrote it: the text, and the answers in it.
    pub(super) kept: Option<(String, Answers)>,
    pub(super) local_error: Option<StoreError>,
    pub(super) remote_error: Option<ApiError>,
    /// Fields changed here and elsewhere, to be shown.
    pub(super) clashes: Vec<String>,
    pub(super) tabs: Option<Tabs>,
    pub(super) transfers: Transfers,
    refreshed: f64,
    timer: Option<TimeoutHandle>,
    /// To be called when the backend has answered a save, or has failed to.
    waiting: Vec<Function>,
    /// How the last save with the backend went.
    outcome: Result<(), ApiError>,
}

impl Inner {
    pub(super) fn new(programme: &str, partner: Option<String>, client: Client, clock: ServerClock) -> Self {
        Self {
            programme: programme.into(),
            client,
            clock,
            store: Rc::default(),
            machine: Machine::default(),
            record: Record {
                partner,
                ..Record::default()
            },
            kept: None,
            local_error: None,
            remote_error: None,
            clashes: Vec::new(),
            tabs: None,
            transfers: Transfers::default(),
            refreshed: f64::MIN,
            timer: None,
            waiting: Vec::new(),
            outcome: Ok(()),
        }
    }

    fn changes(&self, answers: &Answers) -> usize {
        if self.record.base == *answers {
            0
        } else {
            Record::changes_between(&self.record.base, answers)
        }
    }
}

impl Draft {
    // ---- events ----

    /// An answer was changed.
    pub(super) fn edited(self) {
        // What is typed before the store has been read is merged with it then.
        if self.loaded.get_untracked() {
            self.ensure_token();
            self.dispatch(Event::Edit);
        }
    }

    /// Something only this device keeps was changed.
    pub(super) fn noted(self) {
        if self.loaded.get_untracked() {
            self.ensure_token();
            self.dispatch(Event::Note);
        }
    }

    /// Makes the token if there is none; false only where the browser has no random numbers.
    pub(super) fn ensure_token(self) -> bool {
        if self.inner.with_value(|inner| inner.record.token.is_some()) {
            return true;
        }
        let token = token::mint();
        let made = token.is_some();
        self.inner.update_value(|inner| inner.record.token = token.clone());
        self.token.set(token);
        made
    }

    pub(super) fn dispatch(self, event: Event) {
        let (now, random) = (monotonic(), js_sys::Math::random());
        let Some(actions) = self.inner.try_update_value(|inner| {
            if let Some(timer) = inner.timer.take() {
                timer.clear();
            }
            inner.machine.step(event, now, random)
        }) else {
            return;
        };
        if actions.save_local {
            spawn_local(self.save_local());
        }
        if actions.save_remote {
            spawn_local(self.save_remote());
        }
        if let Some(ms) = actions.wake_in {
            let pause = Duration::from_millis(ms.clamp(0.0, 3_600_000.0) as u64 + 1);
            let timer = set_timeout_with_handle(move || self.dispatch(Event::Wake), pause).ok();
            self.inner.update_value(|inner| inner.timer = timer);
        }
        self.publish();
        if event == Event::Closed {
            // Nothing more will be answered: whoever waits is to look again.
            self.wake_waiting();
        }
    }

    /// Follows the page and the network.
    pub(super) fn listen(self) {
        let seen = window_event_listener_untyped("visibilitychange", move |_| {
            if document().hidden() {
                self.dispatch(Event::Flush);
            } else {
                self.look_again();
            }
        });
        let gone = window_event_listener(ev::pagehide, move |_| self.dispatch(Event::Flush));
        let online = window_event_listener(ev::online, move |_| {
            self.dispatch(Event::Online);
            self.look_again();
            self.resume_interrupted();
        });
        let leaving = window_event_listener(ev::beforeunload, move |event| {
            let lost = self
                .inner
                .with_value(|inner| inner.local_error.is_some() && !inner.machine.is_remote_clean());
            if lost {
                // Neither here nor there: the browser asks whether to leave.
                event.prevent_default();
            }
        });
        on_cleanup(move || {
            for handle in [seen, gone, online, leaving] {
                handle.remove();
            }
        });
    }

    fn look_again(self) {
        let now = monotonic();
        let due = self
            .inner
            .with_value(|inner| inner.record.version.is_some() && now - inner.refreshed > REFRESH_MS);
        if due || (self.begun.get_untracked() && self.application.with_untracked(Option::is_none)) {
            spawn_local(async move {
                // A failure here changes nothing: what is shown stays, and the next look may work.
                let _ = self.refresh().await;
            });
        }
    }

    // ---- this device ----

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
            if let Some(mut record) = text.as_deref().and_then(Record::from_text) {
                let merged = merge(&Answers::default(), &[], &record.answers, &early);
                for step in &early_steps {
                    if !record.attempted.contains(step) {
                        record.attempted.push(step.clone());
                    }
                }
                unsaved = record.changes() > 0 || (record.begin.is_some() && record.version.is_none());
                self.show_record(&record, merged.answers);
                self.inner.update_value(|inner| {
                    // Who comes by a partner's page before anything was sent comes from that partner.
                    if record.version.is_none() && record.begin.is_none() && record.partner.is_none() {
                        record.partner = inner.record.partner.take();
                    }
                    inner.kept = text.map(|text| (text, record.answers.clone()));
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
            if self.begun.get_untracked() {
                // Where this fails, coming back to the page or to the network tries again.
                let _ = self.refresh().await;
            }
            self.load_transfers().await;
        });
    }

    /// Puts a record's parts where pages see them.
    pub(super) fn show_record(self, record: &Record, answers: Answers) {
        self.token.set(record.token.clone());
        self.begun.set(record.version.is_some());
        self.attempted.set(record.attempted.clone());
        if self.answers.with_untracked(|old| *old != answers) {
            self.answers.set(answers);
        }
    }

    async fn save_local(self) {
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
                    inner.record.answers.clone_from(&answers);
                    inner.record.attempted = attempted;
                    inner.record.saved_here = Some(now);
                    let kept = inner.kept.as_ref().map(|(text, _)| text.clone());
                    (inner.store.clone(), inner.programme.clone(), inner.record.to_text(), kept)
                })
                .ok_or(StoreError::Broken)?;
            let Some(theirs) = store.swap(Shelf::Drafts, &programme, kept.as_deref(), &text).await? else {
                self.inner.update_value(|inner| inner.kept = Some((text, answers)));
                return Ok(());
            };
            self.join(theirs);
        }
    }

    // ---- the backend ----

    async fn save_remote(self) {
        let turn = self.take_turn().await;
        let outcome = self.push().await;
        self.end_turn(turn).await;
        let event = match &outcome {
            Ok(()) => Event::RemoteDone,
            Err(ApiError::RateLimited { retry_after_s }) => Event::RemoteFailed { wait_s: *retry_after_s },
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
        let (programme, partner, beginning) = self
            .inner
            .try_update_value(|inner| {
                let make = || Beginning {
                    key: token::key(),
                    answers,
                    locale: shown_locale(),
                };
                let beginning = inner.record.begin.get_or_insert_with(make).clone();
                (inner.programme.clone(), inner.record.partner.clone(), beginning)
            })
            .ok_or(ApiError::Offline)?;
        // Key and token are stored before they are sent. A device that stores nothing goes on without.
        let _ = self.write_record().await;
        let begin = Begin {
            answers: beginning.answers.clone(),
            locale: beginning.locale,
            partner,
        };
        let outcome = client.begin(&programme, token, &beginning.key, begin).await;
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
        let patch = self.inner.with_value(|inner| inner.record.base.patch_to(&answers));
        if patch.is_empty() {
            return Ok(());
        }
        self.inner.update_value(|inner| inner.record.sending(answers.clone()));
        match client.save(token, version, patch).await {
            Ok(saved) => {
                self.inner.update_value(|inner| {
                    if inner.record.version.is_none_or(|known| saved.version > known) {
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
                let view = client.read(token).await?;
                self.absorb(&view, None);
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

    /// Takes what the backend holds: its answers are merged with what is written here.
    pub(super) fn absorb(self, view: &ApplicationView, sent: Option<&[Answers]>) {
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
                if inner.record.version.is_some_and(|known| view.version < known) {
                    // An old look that arrived late.
                    return None;
                }
                let merged = merge(&inner.record.base, sent.unwrap_or(&inner.record.sent), &view.answers, &mine);
                inner.record.base = view.answers.clone();
                inner.record.version = Some(view.version);
                inner.record.sent.clear();
                inner.record.begin = None;
                inner.record.saved_there = Some(view.updated_at);
                for field in &merged.clashes {
                    if !inner.clashes.contains(field) {
                        inner.clashes.push(field.clone());
                    }
                }
                Some(merged.answers)
            })
            .flatten();
        let Some(answers) = merged else { return };
        self.begun.set(true);
        let summary = Some(ApplicationSummary::of(view));
        if self.application.with_untracked(|old| *old != summary) {
            self.application.set(summary);
        }
        if answers != mine {
            self.answers.set(answers);
        }
        self.dispatch(Event::Note);
    }

    /// Reads what the backend holds, again.
    pub async fn refresh(self) -> Result<(), ApiError> {
        let (client, token) = self.inner.with_value(|inner| (inner.client.clone(), inner.record.token.clone()));
        let Some(token) = token else { return Ok(()) };
        let turn = self.take_turn().await;
        let answer = client.read(&token).await;
        match answer {
            Ok(view) => {
                // Erased or replaced while this was under way.
                if self.token.with_untracked(|now| *now == Some(token)) {
                    self.absorb(&view, None);
                }
                self.end_turn(turn).await;
                Ok(())
            }
            Err(error) => {
                if error.is(problem_type::UNKNOWN_TOKEN) {
                    if !self.begun.get_untracked() {
                        return Ok(());
                    }
                    self.inner.update_value(|inner| inner.remote_error = Some(error.clone()));
                    self.dispatch(Event::RemoteRefused { until_edit: false });
                }
                Err(error)
            }
        }
    }

    /// Puts everything with the backend now, and begins the draft there if need be.
    pub async fn flush(self) -> Result<(), ApiError> {
        self.until_loaded().await;
        self.ensure_token();
        let mut clashes = 0;
        loop {
            let answers = self.answers.get_untracked();
            let (done, closed, refused, error) = self.inner.with_value(|inner| {
                let there = inner.record.version.is_some() && inner.changes(&answers) == 0;
                let machine = &inner.machine;
                (
                    there && !machine.is_remote_flying(),
                    machine.is_closed(),
                    machine.is_refused_for_good(),
                    inner.remote_error.clone(),
                )
            });
            if done {
                return Ok(());
            }
            if closed {
                return Err(error.filter(|error| error.is(problem_type::NOT_OPEN)).unwrap_or_else(not_open));
            }
            if refused && let Some(error) = error {
                return Err(error);
            }
            // A draft without an answer is begun as well, and its token stored first.
            let now = monotonic();
            self.inner.update_value(|inner| inner.machine.ask_both(now));
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

    async fn until_outcome(self) {
        let promise = Promise::new(&mut |resolve, _| self.inner.update_value(|inner| inner.waiting.push(resolve.clone())));
        // This promise is never rejected.
        let _ = JsFuture::from(promise).await;
    }

    fn wake_waiting(self) {
        let waiting = self
            .inner
            .try_update_value(|inner| std::mem::take(&mut inner.waiting))
            .unwrap_or_default();
        for resolve in waiting {
            // Calls a promise's own function, which does not throw.
            let _ = resolve.call0(&JsValue::UNDEFINED);
        }
    }

    // ---- words ----

    /// Says how far saving has come.
    pub(super) fn publish(self) {
        let state = self
            .inner
            .try_with_value(|inner| self.answers.try_with_untracked(|answers| save_state(inner, answers)));
        let Some(Some(state)) = state else { return };
        if self.saving.with_untracked(|old| *old != state) {
            self.saving.set(state);
        }
    }
}

fn save_state(inner: &Inner, answers: &Answers) -> SaveState {
    if inner.record.token.is_none() {
        let local = inner.local_error.map_or(Local::Nothing, Local::Failed);
        return SaveState {
            local,
            remote: Remote::Nothing,
        };
    }
    let machine = &inner.machine;
    let local = match (inner.local_error, inner.record.saved_here) {
        (Some(error), _) => Local::Failed(error),
        (None, Some(at)) if machine.is_local_clean() => Local::Saved(at),
        _ => Local::Saving,
    };
    let changes = inner.changes(answers);
    let remote = match (&inner.remote_error, inner.record.saved_there) {
        _ if machine.is_closed() => Remote::Closed { changes },
        (Some(error), _) if machine.is_refused() => Remote::Refused(error.clone()),
        (Some(error), _) if machine.is_remote_failing() && !matches!(error, ApiError::Conflict { .. }) => Remote::Offline {
            changes,
            error: error.clone(),
        },
        _ if machine.is_remote_flying() => Remote::Saving,
        _ if changes > 0 => Remote::Waiting { changes },
        (_, Some(saved)) if !inner.clashes.is_empty() => Remote::Conflict {
            fields: inner.clashes.clone(),
            saved,
        },
        (_, Some(saved)) => Remote::Saved(saved),
        (_, None) => Remote::Nothing,
    };
    SaveState { local, remote }
}

/// What a backend says to whoever comes too late, for when there is no need to ask it.
pub(super) fn not_open() -> ApiError {
    let kind = problem_type::NOT_OPEN.to_owned();
    ApiError::Problem(Box::new(ProblemDetails {
        kind,
        status: 403,
        ..ProblemDetails::default()
    }))
}

/// The language the page is shown in.
fn shown_locale() -> Locale {
    let tag = document().document_element().and_then(|root| root.get_attribute("lang"));
    tag.and_then(|tag| Locale::from_tag(&tag)).unwrap_or_default()
}
