//! Other tabs with the same draft: each tells the others when it has saved, and they take what is new.

use leptos::prelude::*;
use leptos::task::spawn_local;
use wasm_bindgen::closure::Closure;
use wasm_bindgen::{JsCast, JsValue};
use web_sys::{BroadcastChannel, MessageEvent};

use super::handle::Draft;
use super::record::{Record, merge};
use super::save::Event;
use super::store::Shelf;
use opencall_core::Answers;

/// The line to the other tabs.
pub(super) struct Tabs {
    channel: BroadcastChannel,
    // Held: the channel calls it.
    _listener: Closure<dyn FnMut(MessageEvent)>,
}

impl Draft {
    /// Opens the line. Browsers without one only lack this.
    pub(super) fn join_tabs(self) {
        let name = self.inner.with_value(|inner| ["opencall.draft.", &inner.programme].concat());
        let Ok(channel) = BroadcastChannel::new(&name) else { return };
        let listener = Closure::<dyn FnMut(MessageEvent)>::new(move |event: MessageEvent| match event.data().as_string().as_deref() {
            Some("saved") => spawn_local(self.take_saved()),
            Some("erased") => {
                self.replace(Record::default(), Answers::default(), false);
            }
            _ => {}
        });
        channel.set_onmessage(Some(listener.as_ref().unchecked_ref()));
        self.inner.update_value(|inner| {
            inner.tabs = Some(Tabs {
                channel,
                _listener: listener,
            })
        });
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

    /// Another tab has saved: reads what it stored.
    async fn take_saved(self) {
        if !self.loaded.get_untracked() {
            return;
        }
        let (store, programme) = self.inner.with_value(|inner| (inner.store.clone(), inner.programme.clone()));
        let Ok(Some(value)) = store.get(Shelf::Drafts, &programme).await else {
            return;
        };
        if let Some(theirs) = value.as_string().as_deref().and_then(Record::from_text) {
            self.join(theirs);
        }
    }

    /// Makes one draft of this tab's and the one another tab stored. Both go on with the stored token.
    pub(super) fn join(self, theirs: Record) {
        let mine = self.answers.get_untracked();
        let attempted = self.attempted.get_untracked();
        let Some((record, answers, clean)) = self
            .inner
            .try_update_value(|inner| {
                let known = inner.stored && inner.record.token == theirs.token;
                // What this tab last saved or read is what both grew from.
                let base = if known { inner.record.answers.clone() } else { Answers::default() };
                let merged = merge(&base, &[], &theirs.answers, &mine);
                let clean = inner.machine.is_local_clean() && inner.machine.is_remote_clean();
                let mut record = theirs;
                if known && inner.record.version > record.version {
                    record.base.clone_from(&inner.record.base);
                    record.version = inner.record.version;
                    record.saved_there = inner.record.saved_there;
                }
                for step in &attempted {
                    if !record.attempted.contains(step) {
                        record.attempted.push(step.clone());
                    }
                }
                inner.record = record.clone();
                inner.stored = true;
                Some((record, merged.answers, clean))
            })
            .flatten()
        else {
            return;
        };
        let differs = answers != record.answers;
        let unsent = record.changes() > 0;
        self.show_record(&record, answers);
        if differs {
            self.dispatch(Event::Edit);
        } else if clean && unsent {
            self.dispatch(Event::Inherited);
        } else {
            self.publish();
        }
    }
}
