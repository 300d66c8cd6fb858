//! What every page is given.

use std::ops::Deref;

use crate::ui::kept::{Kept, Slot, kept};
use leptos::prelude::*;
use opencall_core::contract::Capabilities;
use opencall_core::problem::Problem;
use opencall_core::programme::Field;
use opencall_core::progress::{StepState, step_state};
use opencall_core::{Locale, Phase, Programme};

use crate::clock::ServerClock;
use crate::draft::Draft;
use crate::form::{Answered, Form, Scope};
use crate::i18n::I18n;
use crate::i18n::messages::Messages;
use crate::route::{Route, Router};
use crate::ui::announce::Announcer;
use crate::ui::arches::{Bay, Light};

/// What every page is given. Made anew when the language or the programme changes; all pages are drawn again then.
// Leaked each time, which is rare: closures hold a word of it instead of some hundred bytes.
#[derive(Clone, Copy)]
pub struct Cx(&'static Parts);

impl Deref for Cx {
    type Target = Parts;

    fn deref(&self) -> &Parts {
        self.0
    }
}

/// What a [`Cx`] is made of.
pub struct Parts {
    /// The programme, kept for as long as the page is open.
    pub programme: &'static Programme,
    /// The reader's language.
    pub locale: Locale,
    /// The words in it.
    pub t: &'static Messages,
    /// What outlives languages and programmes.
    pub lasting: Lasting,
}

/// What lives as long as the app.
#[derive(Clone, Copy)]
pub struct Lasting {
    /// The reader's language.
    pub i18n: I18n,
    /// Which page is shown.
    pub router: Router,
    /// The backend's time.
    pub clock: ServerClock,
    /// The draft.
    pub draft: Draft,
    /// Where the call stands.
    pub phase: Kept<Option<Phase>>,
    /// Whether answers can be changed.
    pub open: Kept<bool>,
    /// What the backend can do.
    pub capabilities: Capabilities,
    /// What screen readers speak.
    pub announcer: Announcer,
    /// The page's title.
    pub title: Slot<String>,
    /// The page drawn last.
    pub page: StoredValue<Route>,
    /// The problems shown on the page.
    pub shown: Slot<Vec<Problem>>,
    /// Whether staff have moved the deadline of the call while this page was open.
    pub moved: Slot<bool>,
    /// The fields that a partner's page has filled in.
    pub prefilled: Slot<Vec<&'static Field>>,
    /// Whether a click was held back since something of the page around lay over the button.
    pub covered: Slot<bool>,
    /// Where the reader came from the check page to mend something, and comes straight back to.
    pub errand: Slot<Option<Errand>>,
}

/// A way from the check page to one question and back.
#[derive(Clone, Debug, PartialEq)]
pub struct Errand {
    /// The section.
    pub step: String,
    /// The element of the question.
    pub element: String,
    /// Whether what is wrong is shown at once.
    pub wrong: bool,
}

impl Cx {
    /// Puts them together.
    pub fn new(parts: Parts) -> Self {
        Self(Box::leak(Box::new(parts)))
    }

    /// Names the page.
    pub fn title(self, title: &str) {
        self.lasting.title.set(title.to_owned());
    }

    /// The form of a page whose answers are judged by `scope`.
    pub fn form(self, scope: Scope) -> Form {
        self.form_over(scope, Answered::Draft(self.lasting.draft), self.lasting.open)
    }

    /// The form of a page with its own place for answers.
    pub fn form_over(self, scope: Scope, answers: Answered, open: Kept<bool>) -> Form {
        Form {
            programme: self.programme,
            locale: self.locale,
            t: self.t,
            answers,
            scope,
            open,
            uploads: self.lasting.capabilities.uploads,
            announcer: self.lasting.announcer,
            shown: self.lasting.shown,
        }
    }

    /// The programme's id, as routes want it.
    pub fn id(self) -> String {
        self.programme.id.clone()
    }

    /// The page with the sections.
    pub fn hub(self) -> Route {
        Route::Hub { programme: self.id() }
    }

    /// The page of a section.
    pub fn section(self, step: &str) -> Route {
        Route::Section {
            programme: self.id(),
            step: step.to_owned(),
        }
    }

    /// The page to check and submit.
    pub fn check(self) -> Route {
        Route::Check { programme: self.id() }
    }

    /// The page with receipt and status.
    pub fn status(self) -> Route {
        Route::Status { programme: self.id() }
    }

    /// How much light falls into a section's bay, and what that is called; reactive.
    pub fn state(self, step: &str) -> (Light, &'static str) {
        let draft = self.lasting.draft;
        let attempted = draft.attempted().with(|steps| steps.iter().any(|id| id == step));
        let state = draft.with_answers(|answers| step_state(self.programme, answers, step, attempted));
        match state {
            StepState::NotStarted => (Light::None, self.t.state_none),
            StepState::InProgress => (Light::Some, self.t.state_some),
            StepState::Complete => (Light::Full, self.t.state_done),
            StepState::NeedsAttention => (Light::Amiss, self.t.state_amiss),
        }
    }

    /// The bays of the hall. `current`: the section one is in. In a section the states are those it was entered with:
    /// judging everything at every key would make typing slow.
    pub fn bays(self, current: &str) -> Vec<Bay> {
        let live = current.is_empty();
        let loaded = self.lasting.draft.loaded();
        let bay = |step: &'static opencall_core::programme::Step| {
            let state = move || {
                if live {
                    return self.state(&step.id);
                }
                loaded.track();
                untrack(|| self.state(&step.id))
            };
            Bay {
                href: self.section(&step.id).href(),
                name: step.title.get(self.locale).to_owned(),
                state: kept(move |_: Option<&_>| state()),
                current: step.id == current,
            }
        };
        self.programme.steps.iter().map(bay).collect()
    }
}
