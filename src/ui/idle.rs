//! Acting when nothing is being drawn.

use js_sys::Function;
use leptos::prelude::window;
use wasm_bindgen::closure::Closure;
use wasm_bindgen::{JsCast as _, JsValue};
use web_sys::IdleRequestOptions;

/// Acts when nothing is being drawn, and at the latest after so many milliseconds.
pub fn when_idle(at_the_latest: u32, act: impl FnOnce() + 'static) {
    let act: Function = Closure::once_into_js(act).unchecked_into();
    let options = IdleRequestOptions::new();
    options.set_timeout(at_the_latest);
    if window().request_idle_callback_with_options(&act, &options).is_err() {
        // WebKit does not say when it is idle. What is called does not throw.
        let _ = act.call0(&JsValue::UNDEFINED);
    }
}
