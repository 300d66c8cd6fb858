//! Giving the reader a file made here.

use leptos::prelude::*;
use wasm_bindgen::{JsCast, JsValue};

/// Saves a text as a file. Where the browser refuses, nothing happens.
pub fn text(name: &str, media_type: &str, text: &str) {
    let _ = save(name, media_type, text);
}

fn save(name: &str, media_type: &str, text: &str) -> Result<(), JsValue> {
    let parts = js_sys::Array::of1(&JsValue::from_str(text));
    let options = web_sys::BlobPropertyBag::new();
    options.set_type(media_type);
    let blob = web_sys::Blob::new_with_str_sequence_and_options(&parts, &options)?;
    let address = web_sys::Url::create_object_url_with_blob(&blob)?;
    let link: web_sys::HtmlAnchorElement = document().create_element("a")?.unchecked_into();
    link.set_href(&address);
    link.set_download(name);
    link.click();
    // The download has its own hold on the bytes from here on.
    web_sys::Url::revoke_object_url(&address)
}
