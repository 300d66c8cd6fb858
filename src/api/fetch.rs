//! Requests as the browser sends them.

use js_sys::Reflect;
use wasm_bindgen::{JsCast, JsValue};
use wasm_bindgen_futures::JsFuture;

use super::body::{self, Stop};
use super::carrier;
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

    fn monotonic(&self) -> f64 {
        crate::clock::monotonic()
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
    let why = || {
        if deadline.has_passed() {
            Failure::TimedOut
        } else {
            Failure::Unreachable
        }
    };
    let raw = build(&request, &deadline).map_err(|_| Failure::Unreachable)?;
    let response = carrier::carry(raw).await.map_err(|_| why())?;
    let (status, headers) = (response.status(), headers_of(&response.headers()));
    // The time limit holds for the body as well.
    let mut bytes = Vec::new();
    let mut take = |part: &[u8]| {
        bytes.extend_from_slice(part);
        Ok(())
    };
    body::read(&response.into(), request.most_bytes, &mut take)
        .await
        .map_err(|stop| match stop {
            Stop::TooLong => Failure::TooLong,
            Stop::Broken | Stop::Taken(_) => why(),
        })?;
    Ok(Reply {
        status,
        headers,
        body: text_of(bytes),
    })
}

/// The headers that the contract has in replies.
const HEADERS: [&str; 7] = ["age", "content-type", "date", "etag", "location", "retry-after", "upload-offset"];

fn headers_of(headers: &gloo_net::http::Headers) -> Vec<(String, String)> {
    let mut read = Vec::new();
    for name in HEADERS {
        if let Some(value) = headers.get(name) {
            read.push((name.to_owned(), value));
        }
    }
    read
}

/// Bytes as text, without a byte order mark. What is no UTF-8 is no JSON either (RFC 8259, section 8.1).
fn text_of(mut bytes: Vec<u8>) -> String {
    if bytes.starts_with(b"\xef\xbb\xbf") {
        bytes.drain(..3);
    }
    String::from_utf8(bytes).unwrap_or_else(|_| "\u{fffd}".to_owned())
}

/// A header that cannot be sent is an error and no panic.
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

/// In a real browser. The first line is for every such test of this crate.
#[cfg(all(test, target_arch = "wasm32"))]
mod tests {
    #![allow(clippy::unwrap_used)]
    use js_sys::{Array, Function, Promise};
    use wasm_bindgen::closure::Closure;
    use wasm_bindgen_test::{wasm_bindgen_test, wasm_bindgen_test_configure};

    use super::super::transport::Method;
    use super::*;

    wasm_bindgen_test_configure!(run_in_browser);

    fn get(url: &str) -> Request {
        Request {
            method: Method::Get,
            url: url.to_owned(),
            headers: Vec::new(),
            body: Payload::Nothing,
            timeout_ms: 5_000,
            keepalive: false,
            most_bytes: 1_000,
        }
    }

    /// An address with this content.
    fn content(text: &str, media_type: &str) -> String {
        let options = web_sys::BlobPropertyBag::new();
        options.set_type(media_type);
        let blob = web_sys::Blob::new_with_str_sequence_and_options(&Array::of1(&JsValue::from_str(text)), &options).unwrap();
        web_sys::Url::create_object_url_with_blob(&blob).unwrap()
    }

    #[wasm_bindgen_test]
    async fn a_reply_comes_with_status_headers_and_body() {
        let reply = send(get(&content("{\"é\":1}", "application/json"))).await.unwrap();
        assert_eq!(
            (reply.status, reply.media_type().as_str(), reply.body.as_str()),
            (200, "application/json", "{\"é\":1}")
        );
        assert_eq!(reply.header("etag"), None);
    }

    #[wasm_bindgen_test]
    async fn where_nobody_listens_nobody_is_reached() {
        for url in ["http://127.0.0.1:9/", "blob:null/nothing", "http://"] {
            assert_eq!(send(get(url)).await.unwrap_err(), Failure::Unreachable, "{url}");
        }
    }

    #[wasm_bindgen_test]
    async fn a_header_that_cannot_be_sent_is_a_failure_and_no_panic() {
        let request = Request {
            headers: vec![("if-match", "a\nb".to_owned())],
            ..get(&content("", ""))
        };
        assert_eq!(send(request).await.unwrap_err(), Failure::Unreachable);
    }

    #[wasm_bindgen_test]
    async fn bytes_that_are_no_text_do_not_break_it() {
        let blob = web_sys::Blob::new_with_u8_array_sequence(&Array::of1(&js_sys::Uint8Array::from(&[0xff, 0x41][..]))).unwrap();
        let reply = send(get(&web_sys::Url::create_object_url_with_blob(&blob).unwrap())).await.unwrap();
        assert_eq!(reply.body, "\u{fffd}");
    }

    #[wasm_bindgen_test]
    async fn a_reply_longer_than_may_be_is_not_read_to_its_end() {
        let request = |most_bytes| Request {
            most_bytes,
            ..get(&content(&"x".repeat(100_000), "text/plain"))
        };
        assert_eq!(send(request(99_999)).await.unwrap_err(), Failure::TooLong);
        assert_eq!(send(request(100_000)).await.unwrap().body.len(), 100_000);
    }

    #[wasm_bindgen_test]
    async fn a_byte_order_mark_is_no_part_of_the_text() {
        assert_eq!(send(get(&content("\u{feff}{}", ""))).await.unwrap().body, "{}");
    }

    #[wasm_bindgen_test]
    async fn what_never_answers_is_given_up_when_the_time_is_over() {
        // Nothing at hand never answers, so `fetch` is one for a moment that only listens to its signal.
        let window = leptos::prelude::window();
        let name = JsValue::from_str("fetch");
        let real = Reflect::get(&window, &name).unwrap();
        let silent = Closure::<dyn Fn(web_sys::Request) -> Promise>::new(|request: web_sys::Request| {
            Promise::new(&mut |_, reject| {
                let aborted = Closure::once_into_js(move || reject.call1(&JsValue::NULL, &js_sys::Error::new("aborted")));
                request.signal().set_onabort(aborted.dyn_ref::<Function>());
            })
        });
        Reflect::set(&window, &name, silent.as_ref()).unwrap();
        let failure = send(Request {
            timeout_ms: 20,
            ..get("http://127.0.0.1:9/")
        })
        .await;
        Reflect::set(&window, &name, &real).unwrap();
        assert_eq!(failure.unwrap_err(), Failure::TimedOut);
    }

    #[wasm_bindgen_test]
    fn a_request_is_built_as_it_was_asked_for() {
        let request = Request {
            method: Method::Patch,
            headers: vec![
                ("if-match", "\"7\"".to_owned()),
                ("content-type", "application/merge-patch+json".to_owned()),
            ],
            body: Payload::Text("{}".to_owned()),
            keepalive: true,
            ..get("http://127.0.0.1:9/x")
        };
        let deadline = Deadline::after(1_000).unwrap();
        let raw = build(&request, &deadline).unwrap();
        assert_eq!(raw.method(), "PATCH");
        assert_eq!(raw.headers().get("if-match").unwrap().as_deref(), Some("\"7\""));
        assert_eq!(
            raw.headers().get("content-type").unwrap().as_deref(),
            Some("application/merge-patch+json")
        );
        assert_eq!(Reflect::get(&raw, &JsValue::from_str("keepalive")).unwrap(), JsValue::TRUE);
        assert!(!raw.signal().aborted());
    }

    #[wasm_bindgen_test]
    async fn waiting_waits() {
        let begun = js_sys::Date::now();
        Fetch.wait(30).await;
        assert!(js_sys::Date::now() - begun >= 29.0);
        assert!((0.0..1.0).contains(&Fetch.random()));
    }
}
