//! Other tabs with the same draft: each tells the others when it has saved, and they take what is new.
//! Only one at a time talks to the backend, and what it heard is stored before the next one does.

use leptos::prelude::*;
use leptos::task::spawn_local;
use wasm_bindgen::closure::Closure;
use wasm_bindgen::{JsCast, JsValue};
use web_sys::{BroadcastChannel, MessageEvent};

use super::handle::Draft;
use super::lock::{Lock, lock};
use super::record::Record;
use super::save::Event;
use super::sync::Inner;

/// The line to the other tabs.
pub(super) struct Tabs {
    channel: BroadcastChannel,
    /// Another tab has been heard of.
    met: bool,
    // Held: the channel calls it.
    _listener: Closure<dyn FnMut(MessageEvent)>,
}

impl Inner {
    /// Whether another tab has been heard of.
    pub(super) fn has_met(&self) -> bool {
        self.tabs.as_ref().is_some_and(|tabs| tabs.met)
    }
}

impl Draft {
    /// Opens the line. Browsers without one only lack this.
    pub(super) fn join_tabs(self) {
        let name = self.inner.with_value(|inner| ["opencall.draft.", &inner.programme].concat());
        let Ok(channel) = BroadcastChannel::new(&name) else { return };
        let listener = Closure::<dyn FnMut(MessageEvent)>::new(move |event: MessageEvent| match event.data().as_string().as_deref() {
            Some("hello") => {
                self.meet();
                self.tell_tabs("here");
            }
            Some("here") => self.meet(),
            Some("saved") => {
                self.meet();
                spawn_local(self.look_at_store());
            }
            // What is left of an erased draft.
            Some(stored) => {
                if let Some(theirs) = Record::from_text(stored) {
                    self.take_erased(&theirs, stored);
                }
            }
            None => {}
        });
        channel.set_onmessage(Some(listener.as_ref().unchecked_ref()));
        self.inner.update_value(|inner| {
            inner.tabs = Some(Tabs {
                met: false,
                channel,
                _listener: listener,
            })
        });
        self.tell_tabs("hello");
        on_cleanup(move || {
            self.inner.try_update_value(|inner| {
                if let Some(tabs) = inner.tabs.take() {
                    tabs.channel.close();
                }
            });
        });
    }

    pub(super) fn tell_tabs(self, what: &str) {
        self.inner.with_value(|inner| {
            if let Some(tabs) = &inner.tabs {
                // A closed line has nobody at its other end.
                let _ = tabs.channel.post_message(&JsValue::from_str(what));
            }
        });
    }

    fn meet(self) {
        self.inner.update_value(|inner| {
            if let Some(tabs) = &mut inner.tabs {
                tabs.met = true;
            }
        });
    }

    /// Waits until no other tab talks to the backend, and takes what they stored. Without other tabs there is nothing
    /// to wait for: a page that is going away has no time.
    pub(super) async fn take_turn(self) -> Option<Lock> {
        let name = self.inner.with_value(|inner| {
            let met = inner.has_met() && !inner.leaving;
            met.then(|| ["opencall.draft.", &inner.programme].concat())
        })?;
        let lock = lock(&name).await;
        self.look_at_store().await;
        lock
    }

    /// Stores what the backend said, then lets the next tab have its turn.
    pub(super) async fn end_turn(self, lock: Option<Lock>) {
        if lock.is_some() {
            // A tab that cannot store cannot tell the others either.
            let _ = self.write_record().await;
            self.tell_tabs("saved");
        }
    }

    /// Whether what another tab stored, or says, is that this draft was erased there on purpose; then it is gone here too.
    ///
    /// A tab that was asleep meanwhile must not bring the draft back. That nothing is stored is no sign: the browser may
    /// have emptied the store, and then the draft has to be stored again. So erasing leaves a note of which draft it was,
    /// in its place and in the draft begun after it, and every save reads that before it writes. Where that note was
    /// deleted as well, the backend knows nothing of the token any more and refuses it.
    fn take_erased(self, theirs: &Record, stored: &str) -> bool {
        let erased = self.inner.with_value(|inner| theirs.erases(&inner.record));
        if erased {
            self.replace(theirs.clone(), theirs.answers.clone(), Some(stored.to_owned()));
        }
        erased
    }

    /// Makes one draft of this tab's and the one another tab stored, given as stored.
    pub(super) fn join(self, stored: String) {
        if self.inner.with_value(|inner| inner.kept.as_ref() == Some(&stored)) {
            return;
        }
        let Some(theirs) = Record::from_text(&stored) else {
            // Nothing readable: it is replaced by the next save.
            self.inner.update_value(|inner| inner.kept = Some(stored));
            return;
        };
        if self.take_erased(&theirs, &stored) {
            return;
        }
        let mine = self.answers.get_untracked();
        let attempted = self.attempted.get_untracked();
        let joined = self.inner.try_update_value(|inner| {
            let base = inner.kept.take().and_then(|text| Record::from_text(&text)).unwrap_or_default();
            inner.record.answers = mine;
            inner.record.attempted = attempted;
            let clean = inner.machine.is_local_clean() && inner.machine.is_remote_clean();
            let record = Record::joined(base, std::mem::take(&mut inner.record), theirs.clone());
            inner.kept = Some(stored);
            inner.record = record.clone();
            (record, clean)
        });
        let Some((record, clean)) = joined else { return };
        let unsent = record.changes() > 0;
        let relinked = self.token.with_untracked(|token| token.is_some() && *token != record.token);
        self.show_record(&record, record.answers.clone());
        if record.answers != theirs.answers {
            self.dispatch(Event::Edit);
        } else if clean && unsent {
            self.dispatch(Event::Inherited);
        }
        if relinked {
            self.under_another_link();
        }
        if record == theirs {
            self.publish();
        } else {
            self.dispatch(Event::Note);
        }
    }
}
