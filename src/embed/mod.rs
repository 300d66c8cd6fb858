//! The form in a frame on a partner's page: the guest's side of the protocol (`docs/embed.md`).
//!
//! - [`message`]: the messages, as data.
//! - [`look`]: what a page sets of the appearance.
//! - [`prefill`]: what a page fills in.
//! - [`guard`]: whether something of the page lies over a button.
//!
//! Nothing is said to a page, and nothing it says is heard, before the browser has named it as one of the programme's origins.
//! From then on both sides talk through a channel of their own. No answer ever goes through it.

pub mod guard;
pub mod look;
pub mod message;
pub mod prefill;

use leptos::prelude::*;
use opencall_core::{Phase, Programme, Status};
use serde_json::{Map, Value};
use wasm_bindgen::closure::Closure;
use wasm_bindgen::{JsCast, JsValue};
use web_sys::{MessageEvent, MessagePort};

use crate::apply::Lasting;
use crate::draft::{Local, Remote};
use crate::json;
use crate::route::Route;
use crate::ui::dom::later;
use crate::ui::focus;
use crate::ui::kept::kept;
use message::{Asked, Theme, Told};

/// Says to the page around that the form is here, and hears its answer. To be called once the programme is known; does nothing outside
/// a frame.
pub fn start(programme: &'static Programme, lasting: Lasting) {
    let Ok(Some(parent)) = window().parent() else { return };
    if !lasting.router.framed() || parent == window() {
        return;
    }
    guard::start(lasting.covered);
    let around = JsValue::from(&parent);
    // The partners' kit shows the form on a page of our own.
    let own = window().location().origin().unwrap_or_default();
    let home = own.clone();
    let connected = StoredValue::new(false);
    let heard = window_event_listener_untyped("message", move |event| {
        let event: &MessageEvent = event.unchecked_ref();
        let is_around = event.source().is_some_and(|source| JsValue::from(source) == around);
        let origin = event.origin();
        let is_registered = origin == home || programme.origins().any(|one| one == origin);
        if !is_around || connected.get_value() || !is_registered {
            return;
        }
        let port = event.ports().get(0);
        let data = data(event);
        if !message::is_connection(&data) || port.is_undefined() {
            return;
        }
        connected.set_value(true);
        lasting.draft.came_by(message::source(&data, origin));
        talk(port.unchecked_into(), programme, lasting);
    });
    on_cleanup(move || heard.remove());
    // Only the origin that the browser names, where it names one: it complains of every message that finds nobody.
    let referrer = web_sys::Url::new(&document().referrer())
        .map(|url| url.origin())
        .unwrap_or_default();
    if referrer == own {
        let _ = parent.post_message(&parsed(&message::hello()), &own);
        return;
    }
    let named = programme.origins().any(|origin| origin == referrer);
    for origin in programme.origins().filter(|origin| !named || *origin == referrer) {
        let _ = parent.post_message(&parsed(&message::hello()), origin);
    }
}

/// What is told from here on, and what is done when it is asked for.
fn talk(port: MessagePort, programme: &'static Programme, lasting: Lasting) {
    let tell = {
        let port = port.clone();
        move |told: Told| {
            let _ = port.post_message(&parsed(&told.json()));
        }
    };
    let wishes = prefill::start(programme, lasting);
    let answer = tell.clone();
    let asked = Closure::<dyn FnMut(MessageEvent)>::new(move |event: MessageEvent| {
        let refused = |code, names: Vec<String>| {
            if !names.is_empty() {
                answer(Told::Refused { code, names });
            }
        };
        match message::asked(data(&event)) {
            Some(Asked::Focus) => focus::heading(),
            Some(Asked::Look(theme, tokens)) => refused("token", show(theme, &tokens)),
            Some(Asked::Prefill(answers)) => refused("prefill", prefill::wish(programme, wishes, answers)),
            None => {}
        }
    });
    port.set_onmessage(Some(asked.as_ref().unchecked_ref()));
    asked.forget();
    reveal_focus(tell.clone());
    // The height goes before everything else: once the form is ready it stands still.
    follow_height(tell.clone());
    let said = tell.clone();
    let route = lasting.router.current();
    later(move || {
        if let Route::Section { step, .. } = route.get()
            && let Some(place) = programme.steps.iter().position(|one| one.id == step)
        {
            said(Told::Step {
                index: place + 1,
                total: programme.steps.len(),
            });
        }
    });
    let saving = lasting.draft.saving();
    let saved = kept(move |_: Option<&bool>| saving.with(|saving| matches!(saving.remote, Remote::Saved(_))));
    let said = tell.clone();
    later(move || {
        if saved.get() {
            said(Told::Saved);
        }
    });
    let application = lasting.draft.application();
    let submitted = kept(move |_: Option<&Option<String>>| {
        application.with(|application| {
            let application = application.as_ref().filter(|application| application.status == Status::Submitted)?;
            Some(application.receipt.as_ref()?.receipt.reference.clone())
        })
    });
    let said = tell.clone();
    later(move || {
        if let Some(reference) = submitted.get() {
            said(Told::Submitted { reference });
        }
    });
    let stored = kept(move |_: Option<&_>| !saving.with(|saving| matches!(saving.local, Local::Failed(_))));
    let said = tell.clone();
    later(move || said(Told::Storage { kept: stored.get() }));
    let phase = lasting.phase;
    let closed = kept(move |_: Option<&bool>| matches!(phase.get(), Some(Phase::Closed { .. })));
    let said = tell.clone();
    later(move || {
        if closed.get() {
            said(Told::Closed);
        }
    });
    tell(Told::Ready);
}

/// Light or dark, whatever the device has, and the tokens. Gives the names of those that were not taken.
fn show(theme: Theme, tokens: &Map<String, Value>) -> Vec<String> {
    let root = document().document_element();
    let Some(root) = root.and_then(|root| root.dyn_into::<web_sys::HtmlElement>().ok()) else {
        return Vec::new();
    };
    let look = look::Look::of(tokens);
    let style = root.style();
    let _ = style.set_property("color-scheme", theme.scheme());
    for property in look::PROPERTIES {
        let _ = style.remove_property(property);
    }
    for (property, value) in &look.set {
        let _ = style.set_property(property, value);
    }
    let _ = root.class_list().toggle_with_force("themed", !look.set.is_empty());
    look.refused.into_iter().map(str::to_owned).collect()
}

/// What gets the focus is to be in sight on the page around, where this page cannot scroll.
fn reveal_focus(tell: impl Fn(Told) + 'static) {
    let focused = window_event_listener_untyped("focusin", move |event| {
        if let Some(target) = event.target().and_then(|target| target.dyn_into::<web_sys::Element>().ok()) {
            let place = target.get_bounding_client_rect();
            tell(Told::Reveal {
                top: place.top().max(0.0) as u32,
                height: place.height() as u32,
            });
        }
    });
    on_cleanup(move || focused.remove());
}

/// The frame is as tall as what stands in it.
fn follow_height(tell: impl Fn(Told) + 'static) {
    let Some(root) = document().document_element() else { return };
    let mut last = 0;
    let element = root.clone();
    let mut measure = move || {
        let height = element.get_bounding_client_rect().height().ceil() as u32;
        if height != last {
            last = height;
            tell(Told::Height { height });
        }
    };
    measure();
    let measure = Closure::<dyn FnMut()>::new(measure);
    if let Ok(observer) = web_sys::ResizeObserver::new(measure.as_ref().unchecked_ref()) {
        observer.observe(&root);
        measure.forget();
    }
}

/// A message's data, as far as it is JSON of a few thousand characters; else nothing.
fn data(event: &MessageEvent) -> Value {
    let text = js_sys::JSON::stringify(&event.data())
        .ok()
        .filter(|text| text.length() <= message::LONGEST);
    text.and_then(|text| serde_json::from_str(&String::from(text)).ok())
        .unwrap_or_default()
}

fn parsed(value: &Value) -> JsValue {
    js_sys::JSON::parse(&json::compact(value)).unwrap_or_default()
}
