//! The gateway in a browser: `public/records-boot.js` asks for it, `src/api/carrier.rs` of the app hands requests to it.

use std::rc::Rc;

use js_sys::{Array, Promise, Reflect, Uint8Array};
use wasm_bindgen::prelude::*;
use wasm_bindgen_futures::{JsFuture, future_to_promise};
use web_sys::{AbortSignal, Headers, ReadableStreamDefaultReader, RequestCache, RequestInit, Response, ResponseInit, Window};

use crate::http::{Http, Local, Reply, Request, Unreachable};
use crate::{Description, Gateway};

/// Milliseconds until one request to the store is given up.
const TIMEOUT_MS: u32 = 20_000;
/// The most bytes of one reply of the store's.
const LONGEST: usize = 64 * 1024 * 1024;

/// What answers requests of the contract: a function from a `Request` to a promise of a `Response`, which is rejected where the store cannot
/// be reached. `description` is the member `records` of `config.json`; `origin` is what addresses without one are completed by.
///
/// # Errors
/// What is wrong with the description, in English.
#[wasm_bindgen]
pub fn serve(description: &str, origin: &str) -> Result<JsValue, JsValue> {
    let mut description: Description = serde_json::from_str(description).map_err(|fault| JsValue::from_str(&fault.to_string()))?;
    if description.base.starts_with('/') {
        // Whole, so that a next page can be compared with it.
        description.base = [origin, &description.base].concat();
    }
    let gateway = Rc::new(Gateway::new(description, Box::new(Browser)));
    let answer = Closure::<dyn FnMut(web_sys::Request) -> Promise>::new(move |request| {
        let gateway = gateway.clone();
        future_to_promise(async move { answer(&gateway, request).await.map(JsValue::from) })
    });
    Ok(answer.into_js_value())
}

async fn answer(gateway: &Gateway, request: web_sys::Request) -> Result<Response, JsValue> {
    let body = JsFuture::from(request.text()?).await?.as_string().unwrap_or_default();
    let url = request.url();
    // Without the origin, and without what stands before the contract's own path.
    let path = url.find("/api/v1/").map_or(url.as_str(), |at| &url[at..]);
    let asked = Request {
        method: request.method(),
        url: path.to_owned(),
        headers: pairs(&request.headers()),
        body,
    };
    let reply = gateway
        .answer(asked)
        .await
        .map_err(|_| js_sys::TypeError::new("the record store cannot be reached"))?;
    let init = ResponseInit::new();
    init.set_status(reply.status);
    let headers = Headers::new()?;
    for (name, value) in &reply.headers {
        headers.set(name, value)?;
    }
    init.set_headers(&headers);
    if matches!(reply.status, 204 | 304) {
        return Response::new_with_opt_str_and_init(None, &init);
    }
    Response::new_with_opt_js_u8_array_and_init(Some(&Uint8Array::from(reply.body.as_slice())), &init)
}

/// The headers by pairs, names in lower case.
fn pairs(headers: &Headers) -> Vec<(String, String)> {
    let entries = js_sys::try_iter(headers).ok().flatten();
    let pair = |entry: JsValue| {
        let entry: Array = entry.dyn_into().ok()?;
        Some((entry.get(0).as_string()?, entry.get(1).as_string()?))
    };
    entries.into_iter().flatten().filter_map(|entry| pair(entry.ok()?)).collect()
}

struct Browser;

impl Http for Browser {
    fn send(&self, request: Request) -> Local<'_, Result<Reply, Unreachable>> {
        Box::pin(async move { send(request).await.map_err(|_| Unreachable) })
    }

    fn now(&self) -> i64 {
        js_sys::Date::now() as i64
    }

    fn random(&self) -> [u8; 32] {
        let mut bytes = [0; 32];
        if let Some(Ok(crypto)) = web_sys::window().map(|window| window.crypto()) {
            // Refused only for more bytes than these.
            let _ = crypto.get_random_values_with_u8_array(&mut bytes);
        }
        bytes
    }
}

async fn send(request: Request) -> Result<Reply, JsValue> {
    let init = RequestInit::new();
    init.set_method(&request.method);
    init.set_signal(Some(&AbortSignal::timeout_with_u32(TIMEOUT_MS)));
    init.set_cache(RequestCache::NoStore);
    let headers = Headers::new()?;
    for (name, value) in &request.headers {
        headers.set(name, value)?;
    }
    init.set_headers(&headers);
    if !request.body.is_empty() {
        init.set_body(&JsValue::from_str(&request.body));
    }
    let window: Window = web_sys::window().ok_or(JsValue::NULL)?;
    let request = web_sys::Request::new_with_str_and_init(&request.url, &init)?;
    let response: Response = JsFuture::from(window.fetch_with_request(&request)).await?.unchecked_into();
    Ok(Reply {
        status: response.status(),
        headers: pairs(&response.headers()),
        body: body(&response).await?,
    })
}

/// The body, read as it arrives; one that is longer than any can be is not read to its end.
async fn body(response: &Response) -> Result<Vec<u8>, JsValue> {
    let Some(stream) = response.body() else { return Ok(Vec::new()) };
    let reader: ReadableStreamDefaultReader = stream.get_reader().unchecked_into();
    let mut bytes = Vec::new();
    loop {
        let part = JsFuture::from(reader.read()).await?;
        let value = Reflect::get(&part, &JsValue::from_str("value"))?;
        if Reflect::get(&part, &JsValue::from_str("done"))?.is_truthy() {
            return Ok(bytes);
        }
        let part = Uint8Array::new(&value);
        if bytes.len() + part.length() as usize > LONGEST {
            // Nobody waits for the rest.
            let _ = reader.cancel();
            return Err(JsValue::from_str("the reply is too long"));
        }
        let before = bytes.len();
        bytes.resize(before + part.length() as usize, 0);
        part.copy_to(&mut bytes[before..]);
    }
}
