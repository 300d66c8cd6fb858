//! What the browser requested, byte by byte, as its own network stack counted.

use std::collections::BTreeMap;

use anyhow::Result;
use serde_json::Value;

use crate::page::Page;

/// One finished request.
#[derive(Clone, Debug)]
pub struct Fetched {
    /// The address.
    pub address: String,
    /// Bytes on the wire, headers included; as compressed.
    pub bytes: u64,
    /// The content encoding.
    pub encoding: String,
    /// When it was finished, seconds of the browser's monotonic clock.
    pub finished: f64,
}

/// What has been fetched since the last question.
pub async fn fetched(page: &Page) -> Result<Vec<Fetched>> {
    let mut known: BTreeMap<String, (String, String)> = BTreeMap::new();
    let mut done = Vec::new();
    for entry in page.driver().get_log("performance").await? {
        let Ok(entry) = serde_json::from_str::<Value>(&entry.message) else {
            continue;
        };
        let message = &entry["message"];
        let parameters = &message["params"];
        let Some(id) = parameters["requestId"].as_str() else { continue };
        match message["method"].as_str() {
            Some("Network.responseReceived") => {
                let response = &parameters["response"];
                let encoding = response["headers"]
                    .as_object()
                    .into_iter()
                    .flatten()
                    .find(|(name, _)| name.eq_ignore_ascii_case("content-encoding"));
                let encoding = encoding.and_then(|(_, value)| value.as_str()).unwrap_or_default().to_owned();
                known.insert(id.to_owned(), (response["url"].as_str().unwrap_or_default().to_owned(), encoding));
            }
            Some("Network.loadingFinished") => {
                if let Some((address, encoding)) = known.get(id) {
                    let bytes = parameters["encodedDataLength"].as_f64().unwrap_or_default().max(0.0);
                    #[expect(
                        clippy::cast_possible_truncation,
                        clippy::cast_sign_loss,
                        reason = "a whole number of bytes, far below 2^52"
                    )]
                    let bytes = bytes as u64;
                    let finished = parameters["timestamp"].as_f64().unwrap_or_default();
                    done.push(Fetched {
                        address: address.clone(),
                        bytes,
                        encoding: encoding.clone(),
                        finished,
                    });
                }
            }
            _ => {}
        }
    }
    Ok(done)
}
