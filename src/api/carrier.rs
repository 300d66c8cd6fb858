//! What carries a request: the browser's `fetch`, or, where `config.json` describes a record store, the module that answers the contract from
//! it (the package `opencall-records`). That module is a script and a wasm file of its own, so that nobody downloads it who does not need it.

use std::cell::RefCell;

use gloo_net::http::Response;
use js_sys::{Function, Promise, Reflect};
use leptos::prelude::{document, window};
use wasm_bindgen::{JsCast, JsValue};
use wasm_bindgen_futures::JsFuture;

thread_local! {
    /// From a `Request` to a promise of a `Response`.
    static RECORDS: RefCell<Option<Function>> = const { RefCell::new(None) };
}

/// Sends a request.
///
/// # Errors
/// When nobody was reached, or the request's signal aborted it.
pub async fn carry(request: web_sys::Request) -> Result<Response, JsValue> {
    let records = RECORDS.with_borrow(Clone::clone).filter(|_| request.url().contains("/api/v1/"));
    let answer = match records {
        Some(records) => Promise::resolve(&records.call1(&JsValue::NULL, &request)?),
        None => window().fetch_with_request(&request),
    };
    let response: web_sys::Response = JsFuture::from(answer).await?.unchecked_into();
    Ok(response.into())
}

/// Has the record store that is described answer from now on.
///
/// # Errors
/// What is wrong with the description, in English; nothing where the module cannot be fetched.
pub async fn answer_from_records(description: &str) -> Result<(), Option<String>> {
    let begin = async || -> Result<JsValue, JsValue> {
        let link = document().query_selector("link[rel=records]")?.ok_or(JsValue::NULL)?;
        let head = document().query_selector("head")?.ok_or(JsValue::NULL)?;
        let script = document().create_element("script")?;
        script.set_attribute("type", "module")?;
        script.set_attribute("src", &link.get_attribute("href").unwrap_or_default())?;
        let loaded = Promise::new(&mut |resolve, reject| {
            // Fails for no kind of event.
            let _ = script.add_event_listener_with_callback("load", &resolve);
            let _ = script.add_event_listener_with_callback("error", &reject);
        });
        head.append_child(&script)?;
        JsFuture::from(loaded).await.map_err(|_| JsValue::NULL)?;
        let open: Function = Reflect::get(&window(), &JsValue::from_str("opencallRecords"))?.dyn_into()?;
        JsFuture::from(Promise::resolve(&open.call1(&JsValue::NULL, &JsValue::from_str(description))?)).await
    };
    match begin().await.map(|answer| answer.dyn_into::<Function>()) {
        Ok(Ok(answer)) => {
            RECORDS.set(Some(answer));
            Ok(())
        }
        Ok(Err(_)) => Err(None),
        // What the module says of the description is a text; anything else is a network's failure.
        Err(fault) => Err(fault.as_string()),
    }
}
