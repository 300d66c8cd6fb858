//! The browser's `fetch`. The only file that knows gloo-net.

use js_sys::Reflect;
use wasm_bindgen::{JsCast, JsValue};
use wasm_bindgen_futures::JsFuture;

use super::transport::{Failure, Local, Payload, Reply, Request, Transport};

/// Sends through the browser.
#[derive(Clone, Copy, Debug)]
pub struct Fetch;

impl Transport for Fetch {
    fn send(&self, request: Request) -> Local<'_, Result<Reply, Failure>> {
        Box::pin(send(request))
    }

    fn wait(&self, ms: u32) -> Local<'_, ()> {
        Box::pin(sleep(ms))
    }

    fn random(&self) -> f64 {
        js_sys::Math::random()
    }
}

/// Resolves after `ms` milliseconds.
async fn sleep(ms: u32) {
    let promise = js_sys::Promise::new(&mut |resolve, _| {
        let ms = i32::try_from(ms).unwrap_or(i32::MAX);
        // Fails only without a window, where nothing of this runs.
        let _ = leptos::prelude::window().set_timeout_with_callback_and_timeout_and_arguments_0(&resolve, ms);
    });
    // This promise is never rejected.
    let _ = JsFuture::from(promise).await;
}

/// Gives a request up when the time is over, and the timer when the request is done.
struct Deadline {
    controller: web_sys::AbortController,
    timer: i32,
    // Held: the timer calls it.
    _abort: wasm_bindgen::closure::Closure<dyn FnMut()>,
}

impl Deadline {
    fn after(ms: u32) -> Option<Self> {
        let controller = web_sys::AbortController::new().ok()?;
        let handle = controller.clone();
        let abort = wasm_bindgen::closure::Closure::once(move || handle.abort());
        let ms = i32::try_from(ms).unwrap_or(i32::MAX);
        let timer = leptos::prelude::window()
            .set_timeout_with_callback_and_timeout_and_arguments_0(abort.as_ref().unchecked_ref(), ms)
            .ok()?;
        Some(Self {
            controller,
            timer,
            _abort: abort,
        })
    }

    fn has_passed(&self) -> bool {
        self.controller.signal().aborted()
    }
}

impl Drop for Deadline {
    fn drop(&mut self) {
        leptos::prelude::window().clear_timeout_with_handle(self.timer);
    }
}

async fn send(request: Request) -> Result<Reply, Failure> {
    let deadline = Deadline::after(request.timeout_ms).ok_or(Failure::Unreachable)?;
    let why = |_| {
        if deadline.has_passed() {
            Failure::TimedOut
        } else {
            Failure::Unreachable
        }
    };
    let raw = build(&request, &deadline).map_err(|_| Failure::Unreachable)?;
    let response = gloo_net::http::Request::from(raw).send().await.map_err(why)?;
    // The time limit holds for the body as well.
    let body = response.text().await.map_err(why)?;
    Ok(Reply {
        status: response.status(),
        headers: response.headers().entries().collect(),
        body,
    })
}

/// gloo-net's own builder panics on a header it does not like and has no `keepalive`.
fn build(request: &Request, deadline: &Deadline) -> Result<web_sys::Request, JsValue> {
    let init = web_sys::RequestInit::new();
    init.set_method(request.method.name());
    init.set_signal(Some(&deadline.controller.signal()));
    let headers = web_sys::Headers::new()?;
    for (name, value) in &request.headers {
        headers.set(name, value)?;
    }
    // An empty object would do, but a request without headers is one the page can have preloaded.
    if !request.headers.is_empty() {
        init.set_headers(&headers);
    }
    match &request.body {
        Payload::Nothing => {}
        Payload::Text(text) => init.set_body(&JsValue::from_str(text)),
        Payload::Blob(blob) => init.set_body(blob),
    }
    if request.keepalive {
        Reflect::set(&init, &JsValue::from_str("keepalive"), &JsValue::TRUE)?;
    }
    web_sys::Request::new_with_str_and_init(&request.url, &init)
}
