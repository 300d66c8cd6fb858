//! The draft in a real browser: with its IndexedDB and its channels, and a backend that can be cut off.
//!
//! Two drafts of the same programme are two tabs of the same browser. A line that is cut is a tab that has died.

#![allow(clippy::unwrap_used)]

mod backend;
mod links;
mod saving;
mod storage;
mod uploads;

use std::cell::Cell;
use std::rc::Rc;
use std::sync::Arc;

use js_sys::Array;
use leptos::prelude::*;
use opencall_core::contract::Source;
use wasm_bindgen::JsCast;

use super::{Draft, Remote};
use crate::api::fetch::Fetch;
use crate::api::transport::Transport;
use crate::clock::ServerClock;
use backend::{Backend, Line};

/// A tab with the draft open in it.
struct Tab {
    draft: Draft,
    line: Arc<Line>,
}

fn open(backend: &Arc<Backend>, programme: &str) -> Tab {
    let line = backend.line();
    let client = line.client();
    let made: Rc<Cell<Option<Draft>>> = Rc::default();
    let place = made.clone();
    let root: web_sys::HtmlElement = document().create_element("div").unwrap().unchecked_into();
    let programme = programme.to_owned();
    let page = leptos::mount::mount_to(root, move || {
        let clock = ServerClock::start(client.clone());
        place.set(Some(Draft::open(&programme, Source::default(), client, clock)));
    });
    // Pages are not taken away while the browser is open; one that dies is cut off ([`Tab::kill`]).
    page.forget();
    Tab {
        draft: made.take().unwrap(),
        line,
    }
}

impl Tab {
    /// The tab dies; what it had not said is lost.
    fn kill(self) {
        self.line.cut(true);
    }

    async fn loaded(&self) {
        until("loaded", || self.draft.loaded().get_untracked()).await;
    }

    fn text(&self, pointer: &str) -> Option<String> {
        self.draft.get_untracked(pointer)?.as_str().map(str::to_owned)
    }

    fn remote(&self) -> Remote {
        self.draft.saving().get_untracked().remote
    }
}

/// Comes back as soon as something holds; fails when it still does not after ten seconds.
async fn until(what: &str, holds: impl Fn() -> bool) {
    let begun = js_sys::Date::now();
    while !holds() {
        assert!(js_sys::Date::now() - begun < 10_000.0, "never: {what}");
        Fetch.wait(5).await;
    }
}

/// A file with a given content.
fn file(name: &str, content: &[u8]) -> web_sys::File {
    let parts = Array::of1(&js_sys::Uint8Array::from(content));
    web_sys::File::new_with_u8_array_sequence(&parts, name).unwrap()
}

/// A browser event of the window, such as `online`.
fn happen(name: &str) {
    let event = web_sys::Event::new(name).unwrap();
    window().dispatch_event(&event).unwrap();
}

/// A programme of its own for each test, since they share the browser's store.
fn programme(name: &str) -> String {
    format!("{name}-{}", js_sys::Date::now() as u64)
}
