//! The draft as pages see it.

use crate::ui::dom::later;
use crate::ui::kept::{Kept, Look, Slot, kept, slot};
use std::ops::Deref;

use leptos::prelude::*;
use leptos::task::spawn_local;
use opencall_core::contract::{FileView, Source};
use opencall_core::draft_file::Aside;
use opencall_core::{Allowed, Answers, Phase, Status, Timestamp};
use serde_json::Value;

use super::clash::Clash;
use super::presence::Other;
use super::save::Event;
use super::sealing::{Elsewhere, Sealed};
use super::state::SaveState;
use super::sync::Inner;
use super::upload::Upload;
use crate::api::{Client, Given, Token, Whole};
use crate::clock::ServerClock;

/// This long before the deadline every keystroke is sent at once, in ms.
const RUSH_MS: i64 = 10_000;

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
    pub receipt: Option<Given>,
    /// The version of the answers that was submitted last.
    pub submitted_version: Option<u64>,
    /// What led the applicant here.
    pub source: Source,
}

impl ApplicationSummary {
    /// Without the answers.
    pub fn of(whole: &Whole) -> Self {
        let view = &whole.view;
        Self {
            id: view.id.clone(),
            status: view.status,
            version: view.version,
            files: view.files.clone(),
            extension: view.extension,
            receipt: whole.receipt.clone(),
            submitted_version: view.submitted_version,
            source: view.source.clone(),
        }
    }
}

/// The applicant's draft. A context.
// Leaked once for each programme that is opened: closures hold a word of it instead of some hundred bytes.
#[derive(Clone, Copy)]
pub struct Draft(&'static Parts);

impl Deref for Draft {
    type Target = Parts;

    fn deref(&self) -> &Parts {
        self.0
    }
}

/// What a [`Draft`] is made of.
pub struct Parts {
    pub(super) answers: Slot<Answers>,
    pub(super) loaded: Slot<bool>,
    pub(super) saving: Slot<SaveState>,
    pub(super) application: Slot<Option<ApplicationSummary>>,
    pub(super) token: Slot<Option<Token>>,
    /// Whether the backend knows the draft.
    pub(super) begun: Slot<bool>,
    pub(super) attempted: Slot<Vec<String>>,
    pub(super) uploads: Slot<Vec<Upload>>,
    pub(super) clashes: Slot<Vec<Clash>>,
    pub(super) aside: Slot<Vec<Aside>>,
    pub(super) sealed: Slot<Option<Sealed>>,
    pub(super) elsewhere: Slot<Option<Elsewhere>>,
    pub(super) delivering: Slot<bool>,
    pub(super) others: Slot<Vec<Other>>,
    pub(super) inner: StoredValue<Inner, LocalStorage>,
}

impl Draft {
    /// Opens the draft of a programme on this device. Returns at once; what is stored follows, and what is
    /// typed meanwhile is kept. To be called once for a programme, under a reactive owner.
    ///
    /// `source` is what led here; it counts if the draft is begun now.
    pub fn open(programme: &str, source: Source, client: Client, clock: ServerClock) -> Self {
        let draft = Self(Box::leak(Box::new(Parts {
            answers: slot(Default::default()),
            loaded: slot(false),
            saving: slot(Default::default()),
            application: slot(None),
            token: slot(None),
            begun: slot(false),
            attempted: slot(Default::default()),
            uploads: slot(Default::default()),
            clashes: slot(Vec::new()),
            aside: slot(Vec::new()),
            sealed: slot(None),
            elsewhere: slot(None),
            delivering: slot(false),
            others: slot(Vec::new()),
            inner: StoredValue::new_local(Inner::new(programme, source, client, clock)),
        })));
        draft.load();
        draft.listen();
        draft.join_tabs();
        draft
    }

    /// Tells the draft where the call stands, so that it stops sending when it is closed, hurries in the last
    /// seconds, and starts again when the deadline is extended.
    pub fn follow(self, phase: Kept<Option<Phase>>, clock: ServerClock) {
        let mut before = None;
        later(move || {
            let phase = phase.get();
            let sealed = self.sealed.with(Option::is_some);
            // A device's clock may be wrong: until somebody has said what time it is, it is for the backend to refuse.
            let guessed = clock.is_guessed();
            // Whoever has a seal may still send, what was sealed and nothing else.
            let open = phase.map(|phase| guessed || phase.allows(sealed) != Allowed::Nothing);
            let whole = guessed || phase.is_some_and(Phase::is_open);
            self.inner.update_value(|inner| inner.open = whole);
            if before != Some((open, whole))
                && let Some(open) = open
            {
                self.dispatch(if open { Event::Opened } else { Event::Closed });
                if open && sealed {
                    self.resume_delivery();
                } else if matches!(phase, Some(Phase::Grace { .. })) && self.begun.get_untracked() {
                    // Perhaps another device has sealed it. Where it cannot be asked now, the next look asks.
                    spawn_local(async move {
                        let _ = self.refresh().await;
                    });
                }
            }
            before = Some((open, whole));
        });
        let tick = clock.tick();
        let mut before = false;
        later(move || {
            let rush = phase.get().is_some_and(|phase| match phase {
                Phase::LastHour { deadline } => tick.get().millis_until(deadline) < RUSH_MS,
                _ => false,
            });
            if before != rush {
                self.dispatch(Event::Rush(rush));
            }
            before = rush;
        });
    }

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
        let same = self.answers.with_untracked(|answers| match answers.get(pointer) {
            Some(old) => *old == value,
            None => value.is_null(),
        });
        if same {
            return;
        }
        self.answers.update(|answers| {
            answers.set(pointer, value);
        });
        self.edited();
    }

    /// Takes in what was typed before the app was there: a JSON object from pointer to `[what the answer was, what it is]`.
    /// An answer that has become another since stays what it is.
    pub fn take_early(self, typed: &str) {
        let Ok(Value::Object(typed)) = serde_json::from_str(typed) else {
            return;
        };
        for (pointer, change) in typed {
            let text = |index: usize| change.get(index).and_then(Value::as_str);
            let now = self.get_untracked(&pointer);
            if let Some(is) = text(1)
                && now.as_ref().and_then(Value::as_str).unwrap_or_default() == text(0).unwrap_or_default()
            {
                self.set(&pointer, if is.is_empty() { Value::Null } else { Value::from(is) });
            }
        }
    }

    /// Whether what is on this device has been read.
    pub fn loaded(self) -> Look<bool> {
        self.loaded.look()
    }

    /// What led here, learned late: it counts where nothing has said it before and nothing is begun.
    pub fn came_by(self, source: Source) {
        self.inner.update_value(|inner| {
            let record = &mut inner.record;
            if record.version.is_none() && record.begin.is_none() && record.source.partner.is_none() {
                record.source = source;
            }
        });
    }

    /// Whether there is a draft at all.
    pub fn exists(self) -> Kept<bool> {
        kept(move |_: Option<&_>| self.token.with(Option::is_some))
    }

    /// How far saving has come, here and with the backend.
    pub fn saving(self) -> Look<SaveState> {
        self.saving.look()
    }

    /// What the backend holds beside the answers; `None` until it has said so.
    pub fn application(self) -> Look<Option<ApplicationSummary>> {
        self.application.look()
    }

    /// The later deadline granted to this applicant.
    pub fn extension(self) -> Kept<Option<Timestamp>> {
        kept(move |_: Option<&_>| {
            self.application
                .with(|application| application.as_ref().and_then(|application| application.extension))
        })
    }

    /// The sections where Continue has been pressed, kept on this device.
    pub fn attempted(self) -> Look<Vec<String>> {
        self.attempted.look()
    }

    /// Notes that Continue was pressed in a section.
    pub fn attempt(self, step: &str) {
        if self.attempted.with_untracked(|steps| steps.iter().any(|known| known == step)) {
            return;
        }
        self.attempted.update(|steps| steps.push(step.to_owned()));
        self.noted();
    }

    /// The address that opens this draft on another device; `None` until the backend knows the draft. Reactive.
    pub fn private_link(self) -> Option<String> {
        if !self.begun.get() {
            return None;
        }
        let origin = window().location().origin().ok()?;
        let programme = self.inner.with_value(|inner| inner.programme.to_string());
        let path = crate::route::Route::Draft { programme }.href();
        self.token
            .with(|token| token.as_ref().map(|token| [&origin, &path, "#", token.as_str()].concat()))
    }

    /// The answers changed here and elsewhere, about which somebody has to choose.
    pub fn clashes(self) -> Slot<Vec<Clash>> {
        self.clashes
    }

    /// Settles a clash: what was written elsewhere is taken, or what is written here stays.
    pub fn choose(self, clash: &Clash, take_theirs: bool) {
        self.inner
            .update_value(|inner| inner.record.clashes.retain(|known| !known.is_about(clash)));
        if let Some((pointer, value)) = self.answers.with_untracked(|answers| clash.chosen(take_theirs, answers)) {
            self.set(&pointer, value);
        }
        self.dispatch(Event::Note);
    }

    /// The uploads that are not done.
    pub fn uploads(self) -> Look<Vec<Upload>> {
        self.uploads.look()
    }
}
