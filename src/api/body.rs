//! The bytes of a reply, as they arrive and as many as may be: a backend that never stops does not fill the device's memory.

use js_sys::{Reflect, Uint8Array};
use wasm_bindgen::{JsCast, JsValue};
use wasm_bindgen_futures::JsFuture;
use web_sys::{ReadableStreamDefaultReader, Response};

/// Why a body was not read to its end.
#[derive(Debug)]
pub enum Stop {
    /// The connection broke, or the request was given up.
    Broken,
    /// There is more than `most` bytes.
    TooLong,
    /// `take` has had enough, and says why.
    Taken(String),
}

/// Hands `take` part after part of at most `most` bytes in all, decompressed by the browser. What is left after a stop is not fetched.
///
/// # Errors
/// [`Stop`].
pub async fn read(response: &Response, most: usize, take: &mut dyn FnMut(&[u8]) -> Result<(), String>) -> Result<(), Stop> {
    let Some(body) = response.body() else { return Ok(()) };
    let broken = |_: JsValue| Stop::Broken;
    let reader: ReadableStreamDefaultReader = body.get_reader().unchecked_into();
    let mut left = most;
    loop {
        let part = JsFuture::from(reader.read()).await.map_err(broken)?;
        let bytes: Uint8Array = match Reflect::get(&part, &JsValue::from_str("value")) {
            Ok(value) if !value.is_undefined() => value.unchecked_into(),
            _ => return Ok(()),
        };
        // Looked at before it is copied.
        let taken = match left.checked_sub(bytes.length() as usize) {
            None => Err(Stop::TooLong),
            Some(rest) => {
                left = rest;
                take(&bytes.to_vec()).map_err(Stop::Taken)
            }
        };
        if taken.is_err() {
            // Nobody waits for the rest.
            let _ = reader.cancel();
            return taken;
        }
    }
}
