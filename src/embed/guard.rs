//! Whether something of a partner's page lies over a button, or the frame cannot be seen: then a click on what cannot be taken back is not
//! the reader's (clickjacking). Where the browser can say so (Intersection Observer v2; Chromium), such a click waits for its word.

use std::cell::{Cell, RefCell};
use std::rc::Rc;
use std::time::Duration;

use js_sys::{Array, Object, Reflect};
use leptos::prelude::*;
use wasm_bindgen::closure::Closure;
use wasm_bindgen::{JsCast, JsValue};

use crate::clock::monotonic;
use crate::ui::kept::Slot;

/// Marks what is guarded.
pub const GRAVE: &str = "data-grave";
/// How long nothing may lie over it before and after the click, in milliseconds.
const CLEAR: u64 = 400;
/// How long the browser may take between two looks; it does not look more often than this, in milliseconds.
const LOOKS: u32 = 100;

/// A button being watched.
struct Watch {
    element: web_sys::Element,
    observer: web_sys::IntersectionObserver,
    /// When something lay over it last; before the first look, never.
    covered: Rc<Cell<Option<f64>>>,
    seen: Rc<Cell<bool>>,
    _looked: Closure<dyn FnMut(Array)>,
}

impl Drop for Watch {
    fn drop(&mut self) {
        self.observer.disconnect();
    }
}

/// Watches whatever is marked as soon as it is pointed at or has the focus. `told` is set when a click was held back for good.
pub fn start(told: Slot<bool>) {
    let knows = Reflect::get(&window(), &"IntersectionObserverEntry".into())
        .and_then(|entry| Reflect::get(&entry, &"prototype".into()))
        .and_then(|entry| Reflect::has(&entry, &"isVisible".into()));
    if knows != Ok(true) {
        return;
    }
    let watched: Rc<RefCell<Option<Watch>>> = Rc::default();
    let cleared = Rc::new(Cell::new(false));
    let heard = Closure::<dyn FnMut(web_sys::Event)>::new(move |event: web_sys::Event| {
        let target = event.target().and_then(|target| target.dyn_into::<web_sys::Element>().ok());
        let grave = target.and_then(|target| target.closest(&["[", GRAVE, "]"].concat()).ok().flatten());
        let Some(grave) = grave else { return };
        let is_click = event.type_() == "click";
        if is_click && cleared.take() {
            return;
        }
        let known = watched.borrow().as_ref().is_some_and(|watch| watch.element == grave);
        if !known {
            watched.replace(watch(&grave));
        }
        if !is_click {
            return;
        }
        event.prevent_default();
        event.stop_immediate_propagation();
        let (watched, cleared) = (watched.clone(), cleared.clone());
        let check = move || {
            let clear = watched.borrow().as_ref().is_some_and(|watch| {
                let lately = |at: f64| monotonic() - at < 2.0 * CLEAR as f64;
                watch.seen.get() && !watch.covered.get().is_some_and(lately)
            });
            told.set(!clear);
            if clear && let Some(button) = grave.dyn_ref::<web_sys::HtmlElement>() {
                cleared.set(true);
                button.click();
                cleared.set(false);
            }
        };
        set_timeout(check, Duration::from_millis(CLEAR));
    });
    for name in ["pointerover", "focusin", "click"] {
        let heard: &js_sys::Function = heard.as_ref().unchecked_ref();
        let _ = window().add_event_listener_with_callback_and_bool(name, heard, true);
    }
    heard.forget();
}

fn watch(element: &web_sys::Element) -> Option<Watch> {
    let (covered, seen) = (Rc::new(Cell::new(None)), Rc::new(Cell::new(false)));
    let (when, looked_at) = (covered.clone(), seen.clone());
    let looked = Closure::<dyn FnMut(Array)>::new(move |entries: Array| {
        for entry in entries {
            looked_at.set(true);
            let is = |name: &str| Reflect::get(&entry, &name.into()) == Ok(JsValue::TRUE);
            // What is out of sight by scrolling is not covered.
            if is("isIntersecting") && !is("isVisible") {
                when.set(Some(f64::INFINITY));
            } else if when.get().is_some() {
                when.set(Some(monotonic()));
            }
        }
    });
    let options = Object::new();
    let set = |name: &str, value: JsValue| Reflect::set(&options, &name.into(), &value);
    set("trackVisibility", JsValue::TRUE).and(set("delay", LOOKS.into())).ok()?;
    let observer = web_sys::IntersectionObserver::new_with_options(looked.as_ref().unchecked_ref(), options.unchecked_ref()).ok()?;
    observer.observe(element);
    Some(Watch {
        element: element.clone(),
        observer,
        covered,
        seen,
        _looked: looked,
    })
}
