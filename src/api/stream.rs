//! A reply read as it arrives, for what is too large to wait for.

use js_sys::Uint8Array;
use leptos::prelude::window;
use wasm_bindgen::{JsCast, JsValue};
use wasm_bindgen_futures::JsFuture;
use web_sys::ReadableStreamDefaultReader;

use super::carrier;
use super::error::ApiError;

/// Reads what stands at `url`, part by part, as the browser hands it over (decompressed). `take` says whether to go on; what is left
/// then is not read.
///
/// # Errors
/// [`ApiError::Offline`] when nobody was reached or the connection broke in the middle; what the status says where it is no success.
pub async fn read(request: web_sys::Request, mut take: impl FnMut(&[u8]) -> Result<(), String>) -> Result<(), ApiError> {
    let offline = |_: JsValue| ApiError::Offline;
    let response = carrier::carry(request).await.map_err(offline)?;
    if !response.ok() {
        let status = response.status();
        return Err(match status {
            429 => ApiError::RateLimited { retry_after_s: None },
            _ => ApiError::problem(status, "about:blank"),
        });
    }
    let at = response.url();
    let body = response.body().ok_or_else(|| ApiError::Contract {
        at: format!("{at}: a body was promised"),
    })?;
    let reader: ReadableStreamDefaultReader = body.get_reader().unchecked_into();
    loop {
        let part = JsFuture::from(reader.read()).await.map_err(offline)?;
        let done = js_sys::Reflect::get(&part, &JsValue::from_str("done")).is_ok_and(|done| done.is_truthy());
        if done {
            return Ok(());
        }
        let bytes = js_sys::Reflect::get(&part, &JsValue::from_str("value")).map_err(offline)?;
        if let Err(fault) = take(&Uint8Array::new(&bytes).to_vec()) {
            // Nobody waits for the rest.
            let _ = reader.cancel();
            return Err(ApiError::Contract {
                at: format!("{at}: {fault}"),
            });
        }
    }
}

/// The bytes of base64, as the browser reads it; `None` for what is none.
pub fn from_base64(text: &str) -> Option<Vec<u8>> {
    // A text with a character for each byte.
    let bytes = window().atob(text).ok()?;
    bytes.chars().map(|c| u8::try_from(u32::from(c)).ok()).collect()
}
