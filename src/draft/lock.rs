//! One tab at a time: the Web Locks API, called by name. Browsers without it go on without.

use js_sys::{Function, Promise, Reflect};
use leptos::prelude::window;
use wasm_bindgen::closure::Closure;
use wasm_bindgen::{JsCast, JsValue};
use wasm_bindgen_futures::JsFuture;

/// Longer than this nobody waits for another tab, in ms: it may have been put to sleep.
const PATIENCE_MS: i32 = 5_000;

/// Held for as long as this lives.
pub(super) struct Lock {
    release: Function,
}

impl Drop for Lock {
    fn drop(&mut self) {
        // Calls a promise's own function, which does not throw.
        let _ = self.release.call0(&JsValue::UNDEFINED);
    }
}

/// Waits for the lock of this name; `None` where there are no locks, or nobody lets go of it.
pub(super) async fn lock(name: &str) -> Option<Lock> {
    let locks = Reflect::get(&window().navigator(), &JsValue::from_str("locks")).ok()?;
    let request: Function = Reflect::get(&locks, &JsValue::from_str("request")).ok()?.dyn_into().ok()?;
    let mut release = None;
    // The lock is held until this promise is resolved.
    let held = Promise::new(&mut |resolve, _| release = Some(resolve));
    let lock = Lock { release: release? };
    let granted = Promise::new(&mut |resolve, reject| {
        let held = held.clone();
        let grant = Closure::once_into_js(move || {
            let _ = resolve.call0(&JsValue::UNDEFINED);
            held
        });
        // What it gives is of no use: a refusal shows in that nothing is granted.
        let _ = request.call2(&locks, &JsValue::from_str(name), &grant);
        let _ = window().set_timeout_with_callback_and_timeout_and_arguments_0(&reject, PATIENCE_MS);
    });
    // When nobody lets go, dropping the lock gives it back as soon as it is granted after all.
    JsFuture::from(granted).await.ok()?;
    Some(lock)
}
