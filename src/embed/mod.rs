//! The form in a frame on a partner's page: the guest's side of the protocol (`docs/embed.md`).
//!
//! - [`message`]: the messages, as data.
//!
//! Nothing is said to a page, and nothing it says is heard, before the browser has named it as one of the programme's origins.
//! From then on both sides talk through a channel of their own. No answer ever goes through it.

pub mod message;

use leptos::prelude::*;
use opencall_core::{Phase, Programme, Status};
use serde_json::Value;
use wasm_bindgen::closure::Closure;
use wasm_bindgen::{JsCast, JsValue};
use web_sys::{MessageEvent, MessagePort};

use crate::apply::Lasting;
use crate::draft::Remote;
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
        if !message::is_connection(&data(event)) || port.is_undefined() {
            return;
        }
        connected.set_value(true);
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
    let asked = Closure::<dyn FnMut(MessageEvent)>::new(move |event: MessageEvent| match message::asked(&data(&event)) {
        Some(Asked::Focus) => focus::heading(),
        Some(Asked::Theme(theme)) => show(theme),
        None => {}
    });
    port.set_onmessage(Some(asked.as_ref().unchecked_ref()));
    asked.forget();
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

/// Light or dark, whatever the device has. The only one of this page's styles that another page sets.
fn show(theme: Theme) {
    if let Some(root) = document()
        .document_element()
        .and_then(|root| root.dyn_into::<web_sys::HtmlElement>().ok())
    {
        let _ = root.style().set_property("color-scheme", theme.scheme());
    }
}

/// The frame is as tall as what stands in it.
fn follow_height(tell: impl Fn(Told) + 'static) {
    let Some(root) = document().document_element() else { return };
    let mut last = 0;
    let element = root.clone();
    let measure = Closure::<dyn FnMut()>::new(move || {
        let height = element.get_bounding_client_rect().height().ceil() as u32;
        if height != last {
            last = height;
            tell(Told::Height { height });
        }
    });
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
