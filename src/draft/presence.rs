//! Who else is at the draft: pages that have the same link tell the backend where they are, and are told of each other.

use opencall_core::answers::object;
use std::time::Duration;

use leptos::prelude::*;
use leptos::task::spawn_local;
use serde_json::Value;

use super::device;
use super::handle::Draft;
use super::token;
use crate::api::wire::{Members, Read};
use crate::ui::kept::Look;

/// How long after moving to a page it is said: what the page needs goes first.
const SETTLED: Duration = Duration::from_millis(400);

/// Somebody else with the same link.
#[derive(Clone, Debug, PartialEq)]
pub struct Other {
    /// The section they look at; empty outside of sections.
    pub section: String,
    /// What their device calls itself; empty where it does not say.
    pub device: String,
}

/// Where a tab's id is kept as long as the tab is.
const TAB: &str = "opencall-tab";

/// Where this page is.
#[derive(Default)]
pub(super) struct Place {
    /// The tab's random id.
    client: String,
    section: Option<String>,
}

impl Draft {
    /// Who else is here, as of half a minute ago at most.
    pub fn others(self) -> Look<Vec<Other>> {
        self.others.look()
    }

    /// Says which section this page shows, once the page has been drawn.
    pub fn be_in(self, section: Option<String>) {
        self.inner.update_value(|inner| inner.place.section = section);
        set_timeout(move || self.be_here(), SETTLED);
    }

    /// Says that this page is here, and hears who else is. Nobody waits for it; where it fails nobody is shown.
    pub(super) fn be_here(self) {
        let (client, wanted) = self
            .inner
            .with_value(|inner| (inner.client.clone(), inner.client.capabilities().presence));
        if !wanted || !self.begun.get_untracked() || document().hidden() {
            return;
        }
        let Ok((_, token)) = self.authority() else { return };
        let here = self.inner.try_update_value(|inner| {
            if inner.place.client.is_empty() {
                inner.place.client = tab();
            }
            let section = inner.place.section.as_deref().map_or(Value::Null, Value::from);
            object([
                ("client", Value::from(inner.place.client.as_str())),
                ("section", section),
                ("device", Value::from(device::name())),
            ])
        });
        let Some(here) = here else { return };
        spawn_local(async move {
            let others = client.be_here(&token, here).await.ok().and_then(|reply| read(reply).ok());
            let others = others.unwrap_or_default();
            if self.others.with_untracked(|known| *known != others) {
                self.others.set(others);
            }
        });
    }
}

/// The tab's id, the same after a reload: nobody is to meet themselves.
fn tab() -> String {
    let storage = window().session_storage().ok().flatten();
    if let Some(known) = storage.as_ref().and_then(|storage| storage.get_item(TAB).ok()?) {
        return known;
    }
    let id = token::key();
    if let Some(storage) = storage {
        // Without it a reload counts as somebody else for a minute.
        let _ = storage.set_item(TAB, &id);
    }
    id
}

fn read(reply: Value) -> Read<Vec<Other>> {
    let one = |value| {
        let mut from = Members::of(value)?;
        Ok(Other {
            section: from.maybe_text("section")?.unwrap_or_default(),
            device: from.maybe_text("device")?.unwrap_or_default(),
        })
    };
    Members::of(reply)?.list("others")?.into_iter().map(one).collect()
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use opencall_core::Timestamp;
    use opencall_core::contract::{Other as Told, Present};

    use super::*;

    #[test]
    fn others_are_read_as_core_writes_them() {
        let told = |section: Option<&str>| Told {
            client: "a".to_owned(),
            section: section.map(str::to_owned),
            device: Some("Firefox on Android".to_owned()),
            seen_at: Timestamp::from_millis(0),
        };
        let reply = serde_json::to_value(Present {
            others: vec![told(Some("team")), told(None)],
        })
        .unwrap();
        let sections: Vec<_> = read(reply).unwrap().into_iter().map(|other| other.section).collect();
        assert_eq!(sections, ["team", ""]);
        assert!(read(Value::Null).is_err());
    }
}
