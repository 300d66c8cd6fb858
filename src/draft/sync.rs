//! Does what [`super::save`] decides when something happens, and says how far it has come.

use std::rc::Rc;
use std::time::Duration;

use js_sys::{Function, Reflect};
use leptos::ev;
use leptos::leptos_dom::helpers::{TimeoutHandle, WindowListenerHandle, set_interval_with_handle, set_timeout_with_handle};
use leptos::prelude::*;
use leptos::task::spawn_local;
use opencall_core::Answers;
use opencall_core::contract::Source;
use wasm_bindgen::JsValue;

use super::handle::Draft;
use super::jobs::Transfers;
use super::presence::Place;
use super::record::Record;
use super::save::{Event, Machine};
use super::state::{Cleared, Local, Remote, SaveState, StoreError};
use super::store::Store;
use super::tabs::Tabs;
use super::token;
use crate::api::{ApiError, Client};
use crate::clock::{ServerClock, monotonic};
use crate::ui::idle::when_idle;

/// Coming back to the page asks the backend again, but not more often than this, in ms.
const REFRESH_MS: f64 = 20_000.0;
/// While the page is seen, the backend is asked this often.
const LOOK_EVERY: Duration = Duration::from_secs(25);

/// A save is not to delay the letter being typed: it waits for an idle moment, so many milliseconds at most.
const IDLE: u32 = 100;

/// Everything behind a [`Draft`] that pages do not see.
pub(super) struct Inner {
    pub(super) programme: Rc<str>,
    pub(super) client: Client,
    pub(super) clock: ServerClock,
    pub(super) store: Rc<Store>,
    pub(super) machine: Machine,
    /// How many drafts have been put here: what comes of a save is for the machine that began it.
    pub(super) drafts: u32,
    /// What is kept; its answers are as of the last save, the signal's are the newest.
    pub(super) record: Record,
    /// What the store held when this tab last read or wrote it.
    pub(super) kept: Option<String>,
    pub(super) local_error: Option<StoreError>,
    pub(super) cleared: Option<Cleared>,
    pub(super) remote_error: Option<ApiError>,
    pub(super) tabs: Option<Tabs>,
    pub(super) place: Place,
    pub(super) transfers: Transfers,
    /// The page may be gone in a moment.
    pub(super) leaving: bool,
    /// Listens to the page being left, while the browser is to ask about it.
    asking: Option<WindowListenerHandle>,
    /// Whether answers may be changed, as far as the dates go.
    pub(super) open: bool,
    pub(super) refreshed: f64,
    timer: Option<TimeoutHandle>,
    /// To be called when the backend has answered a save, or has failed to.
    pub(super) waiting: Vec<Function>,
    /// How the last save with the backend went.
    pub(super) outcome: Result<(), ApiError>,
}

impl Inner {
    pub(super) fn new(programme: &str, source: Source, client: Client, clock: ServerClock) -> Self {
        Self {
            programme: programme.into(),
            client,
            clock,
            store: Rc::default(),
            machine: Machine::default(),
            drafts: 0,
            record: Record {
                source,
                ..Record::default()
            },
            kept: None,
            local_error: None,
            cleared: None,
            remote_error: None,
            tabs: None,
            place: Place::default(),
            transfers: Transfers::default(),
            leaving: false,
            asking: None,
            open: true,
            refreshed: f64::MIN,
            timer: None,
            waiting: Vec::new(),
            outcome: Ok(()),
        }
    }

    pub(super) fn changes(&self, answers: &Answers) -> usize {
        if self.record.base == *answers {
            0
        } else {
            Record::changes_between(&self.record.base, answers)
        }
    }
}

impl Draft {
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
            let timer = set_timeout_with_handle(move || when_idle(IDLE, move || self.dispatch(Event::Wake)), pause).ok();
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
                self.leave();
            } else {
                self.look_again();
                spawn_local(self.look_at_store());
            }
        });
        let gone = window_event_listener_untyped("pagehide", move |_| self.leave());
        // Whoever has just emptied the store comes back from the browser's own window: the page was in sight all the time.
        let back = window_event_listener_untyped("focus", move |_| spawn_local(self.look_at_store()));
        let online = window_event_listener(ev::online, move |_| {
            self.dispatch(Event::Online);
            self.look_again();
            self.resume_interrupted();
            self.resume_delivery();
        });
        // What others change, and a deadline that staff extend, is here within half a minute.
        let poll = set_interval_with_handle(
            move || {
                if !document().hidden() {
                    self.look_again();
                    self.be_here();
                    spawn_local(self.look_at_store());
                }
                self.resume_delivery();
            },
            LOOK_EVERY,
        );
        on_cleanup(move || {
            let asking = self.inner.try_update_value(|inner| inner.asking.take()).flatten();
            for handle in [seen, gone, back, online].into_iter().chain(asking) {
                handle.remove();
            }
            if let Ok(poll) = poll {
                poll.clear();
            }
        });
    }

    /// The page may be gone in a moment: everything unsaved goes to this device, then to the backend, and nothing waits.
    fn leave(self) {
        let flying = self.inner.try_update_value(|inner| {
            inner.leaving = true;
            inner.machine.is_local_flying()
        });
        // It comes to itself again if it was only put aside.
        set_timeout(move || self.inner.update_value(|inner| inner.leaving = false), Duration::ZERO);
        if flying == Some(true) {
            // A save that is reading first would not finish.
            self.write_soon();
        }
        self.dispatch(Event::Leave);
    }

    /// Has the browser ask before leaving while something may be lost. Only then is there a listener: Firefox keeps no page
    /// for Back and Forward that has one.
    fn ask_before_leaving(self) {
        let online = window().navigator().on_line();
        let change = self.inner.try_update_value(|inner| {
            let wanted = inner.machine.may_lose(inner.local_error.is_none(), online);
            if wanted == inner.asking.is_some() {
                return None;
            }
            let handle = wanted.then(|| {
                window_event_listener_untyped("beforeunload", |event| {
                    event.prevent_default();
                    // Older browsers ask only when told so too.
                    let _ = Reflect::set(&event, &JsValue::from_str("returnValue"), &JsValue::TRUE);
                })
            });
            std::mem::replace(&mut inner.asking, handle)
        });
        if let Some(handle) = change.flatten() {
            handle.remove();
        }
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

    /// Says how far saving has come.
    pub(super) fn publish(self) {
        let state = self
            .inner
            .try_with_value(|inner| self.answers.try_with_untracked(|answers| save_state(inner, answers)));
        let Some(Some(state)) = state else { return };
        // With every key: nothing is copied that has not changed.
        let (clashes, aside) = self.inner.with_value(|inner| {
            let Record { clashes, aside, .. } = &inner.record;
            let clashes = self.clashes.with_untracked(|old| old != clashes).then(|| clashes.clone());
            (clashes, self.aside.with_untracked(|old| old != aside).then(|| aside.clone()))
        });
        if let Some(clashes) = clashes {
            self.clashes.set(clashes);
        }
        if let Some(aside) = aside {
            self.aside.set(aside);
        }
        if self.saving.with_untracked(|old| *old != state) {
            self.saving.set(state);
        }
        self.ask_before_leaving();
    }
}

fn save_state(inner: &Inner, answers: &Answers) -> SaveState {
    if inner.record.token.is_none() {
        let local = inner.local_error.map_or(Local::Nothing, Local::Failed);
        return SaveState {
            local,
            ..SaveState::default()
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
        (_, Some(saved)) if !inner.record.clashes.is_empty() => Remote::Conflict { saved },
        (_, Some(saved)) => Remote::Saved(saved),
        (_, None) => Remote::Nothing,
    };
    SaveState {
        local,
        remote,
        cleared: inner.cleared,
    }
}
