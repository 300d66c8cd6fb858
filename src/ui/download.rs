//! Giving the reader a file made here.

use leptos::prelude::*;
use wasm_bindgen::{JsCast, JsValue};

/// Saves a text as a file. Where the browser refuses, nothing happens.
pub fn text(name: &str, media_type: &str, text: &str) {
    let _ = save(name, media_type, text);
}

/// A file that arrives in parts. The browser is given what there is every few megabytes: it may put that on the disk, where the memory
/// of scripts ends long before.
#[derive(Default)]
pub struct Growing {
    given: js_sys::Array,
    parts: js_sys::Array,
    waiting: usize,
}

/// How many bytes wait at most.
const HELD: usize = 4 << 20;

impl Growing {
    /// Takes a part; `false` where the browser refuses to hold more.
    pub fn take(&mut self, bytes: &[u8]) -> bool {
        self.parts.push(&js_sys::Uint8Array::from(bytes));
        self.waiting += bytes.len();
        if self.waiting < HELD {
            return true;
        }
        self.waiting = 0;
        let parts = std::mem::take(&mut self.parts);
        web_sys::Blob::new_with_u8_array_sequence(&parts)
            .map(|blob| self.given.push(&blob))
            .is_ok()
    }

    /// Saves it; `false` where the browser refuses.
    pub fn save(self, name: &str, media_type: &str) -> bool {
        save_parts(name, media_type, &self.given.concat(&self.parts)).is_ok()
    }
}

fn save(name: &str, media_type: &str, text: &str) -> Result<(), JsValue> {
    save_parts(name, media_type, &js_sys::Array::of1(&JsValue::from_str(text)))
}

fn save_parts(name: &str, media_type: &str, parts: &js_sys::Array) -> Result<(), JsValue> {
    let options = web_sys::BlobPropertyBag::new();
    options.set_type(media_type);
    let blob = web_sys::Blob::new_with_str_sequence_and_options(parts, &options)?;
    let address = web_sys::Url::create_object_url_with_blob(&blob)?;
    let link: web_sys::HtmlAnchorElement = document().create_element("a")?.unchecked_into();
    link.set_href(&address);
    link.set_download(name);
    link.click();
    // The download has its own hold on the bytes from here on.
    web_sys::Url::revoke_object_url(&address)
}
