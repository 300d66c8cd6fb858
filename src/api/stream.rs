//! A reply read as it arrives, for what is too large to wait for.

use leptos::prelude::window;

use super::body::{self, Stop};
use super::carrier;
use super::error::{ApiError, Breach};

/// Reads what stands at `url`, part by part, as the browser hands it over (decompressed), `most` bytes at most. `take` says whether to
/// go on; what is left then is not read.
///
/// # Errors
/// [`ApiError::Offline`] when nobody was reached or the connection broke in the middle; what the status says where it is no success;
/// [`ApiError::Captive`] for a web page.
pub async fn read(request: web_sys::Request, most: usize, take: &mut dyn FnMut(&[u8]) -> Result<(), String>) -> Result<(), ApiError> {
    let response = carrier::carry(request).await.map_err(|_| ApiError::Offline)?;
    let status = response.status();
    let media_type = response.headers().get("content-type").unwrap_or_default();
    if media_type.starts_with("text/html") && status < 500 {
        return Err(ApiError::Captive);
    }
    if !response.ok() {
        return Err(match status {
            429 => ApiError::RateLimited { retry_after_s: None },
            511 => ApiError::Captive,
            _ => ApiError::problem(status, "about:blank"),
        });
    }
    let url = response.url();
    let at = |fault: &str| [&url, ": ", fault].concat();
    body::read(&response.into(), most, take).await.map_err(|stop| match stop {
        Stop::Broken => ApiError::Offline,
        Stop::TooLong => ApiError::Contract {
            breach: Breach::TooLong,
            at: at("too many bytes"),
        },
        Stop::Taken(fault) => ApiError::shape(at(&fault)),
    })
}

/// The bytes of base64, as the browser reads it; `None` for what is none.
pub fn from_base64(text: &str) -> Option<Vec<u8>> {
    // A text with a character for each byte.
    let bytes = window().atob(text).ok()?;
    bytes.chars().map(|c| u8::try_from(u32::from(c)).ok()).collect()
}
