//! Words spoken politely by screen readers: one live region for the whole app.

use std::time::Duration;

use super::dom::{Show, View, el};
use super::kept::{Slot, slot};
use leptos::leptos_dom::helpers::TimeoutHandle;
use leptos::prelude::*;

/// The polite live region. A context, so that any control can speak.
#[derive(Clone, Copy)]
pub struct Announcer {
    words: Slot<String>,
    pending: StoredValue<Option<TimeoutHandle>>,
}

impl Announcer {
    /// One that has said nothing yet.
    pub fn new() -> Self {
        Self {
            words: slot(String::new()),
            pending: StoredValue::new(None),
        }
    }

    /// Says something now.
    pub fn say(self, words: String) {
        self.say_after(0, move || words);
    }

    /// Says something after so many milliseconds in which nothing else was said: for what changes with every key.
    pub fn say_after(self, millis: u64, words: impl FnOnce() -> String + 'static) {
        if let Some(earlier) = self.pending.try_update_value(Option::take).flatten() {
            earlier.clear();
        }
        let speak = move || {
            let words = words();
            // The same words twice are spoken only if the text changes.
            let again = self.words.with_untracked(|said| *said == words);
            self.words.set(if again && !words.is_empty() { words + "\u{a0}" } else { words });
        };
        if let Ok(handle) = set_timeout_with_handle(speak, Duration::from_millis(millis)) {
            self.pending.set_value(Some(handle));
        }
    }

    /// The region itself; stands in the page once.
    pub fn region(self) -> View {
        el("div")
            .attr("class", "vh")
            .attr("aria-live", "polite")
            .attr("aria-atomic", "true")
            .kid(move || self.words.get())
            .show()
    }
}

impl Default for Announcer {
    fn default() -> Self {
        Self::new()
    }
}
