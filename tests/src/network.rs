//! What the browser requested, byte by byte, as its own network stack counted.

use std::collections::BTreeMap;

use anyhow::Result;
use serde_json::{Value, json};

use crate::page::Page;

/// Bytes a second at 1.6 Mbit/s.
const DOWN: u32 = 200_000;
/// Bytes a second at 750 kbit/s.
const UP: u32 = 93_750;
/// Milliseconds before a reply begins.
const LATENCY: u32 = 150;

/// A slow network: 1.6 Mbit/s down, 750 kbit/s up, 150 ms.
pub async fn slow_down(page: &Page) -> Result<()> {
    page.cdp("Network.enable", json!({})).await?;
    page.cdp(
        "Network.emulateNetworkConditions",
        json!({"offline": false, "latency": LATENCY, "downloadThroughput": DOWN, "uploadThroughput": UP}),
    )
    .await?;
    Ok(())
}

/// One finished request.
#[derive(Clone, Debug)]
pub struct Fetched {
    /// The address.
    pub address: String,
    /// Bytes on the wire, headers included; as compressed.
    pub bytes: u64,
    /// The content encoding.
    pub encoding: String,
    /// When it began: milliseconds since the epoch.
    pub began: f64,
    /// When its last byte was there: milliseconds since the epoch.
    pub ended: f64,
}

/// A request that is under way.
#[derive(Default)]
struct Known {
    address: String,
    encoding: String,
    began: f64,
    /// The epoch's milliseconds less those of the browser's own clock.
    offset: f64,
}

/// What has been fetched since the last question.
pub async fn fetched(page: &Page) -> Result<Vec<Fetched>> {
    let mut known: BTreeMap<String, Known> = BTreeMap::new();
    let mut done = Vec::new();
    for message in logged(page).await? {
        let parameters = &message["params"];
        let Some(id) = parameters["requestId"].as_str() else { continue };
        match message["method"].as_str() {
            Some("Network.requestWillBeSent") => {
                let request = known.entry(id.to_owned()).or_default();
                request.address = parameters["request"]["url"].as_str().unwrap_or_default().to_owned();
                request.began = began(parameters);
                request.offset = request.began - at(parameters);
            }
            Some("Network.responseReceived") => {
                let headers = parameters["response"]["headers"].as_object();
                let encoding = headers
                    .into_iter()
                    .flatten()
                    .find(|(name, _)| name.eq_ignore_ascii_case("content-encoding"));
                known.entry(id.to_owned()).or_default().encoding =
                    encoding.and_then(|(_, value)| value.as_str()).unwrap_or_default().to_owned();
            }
            Some("Network.loadingFinished") => {
                if let Some(request) = known.remove(id) {
                    let bytes = whole(parameters["encodedDataLength"].as_f64().unwrap_or_default());
                    done.push(Fetched {
                        address: request.address,
                        bytes,
                        encoding: request.encoding,
                        began: request.began,
                        ended: request.offset + at(parameters),
                    });
                }
            }
            _ => {}
        }
    }
    Ok(done)
}

/// Bytes on the wire up to a moment (milliseconds since the epoch), of what was still under way too.
pub async fn received(page: &Page, until: f64) -> Result<u64> {
    let mut offsets: BTreeMap<String, f64> = BTreeMap::new();
    let mut bytes = 0.0;
    for message in logged(page).await? {
        let parameters = &message["params"];
        let Some(id) = parameters["requestId"].as_str() else { continue };
        let at = at(parameters);
        let part = match message["method"].as_str() {
            Some("Network.requestWillBeSent") => {
                offsets.insert(id.to_owned(), began(parameters) - at);
                continue;
            }
            // The headers.
            Some("Network.responseReceived") => parameters["response"]["encodedDataLength"].as_f64(),
            Some("Network.dataReceived") => parameters["encodedDataLength"].as_f64(),
            _ => continue,
        };
        if offsets.get(id).is_some_and(|offset| at + offset <= until) {
            bytes += part.unwrap_or_default().max(0.0);
        }
    }
    Ok(whole(bytes))
}

/// What the browser's network stack has logged since the last question.
async fn logged(page: &Page) -> Result<Vec<Value>> {
    let log = page.driver().get_log("performance").await?;
    let message = |text: &str| Some(serde_json::from_str::<Value>(text).ok()?["message"].take());
    Ok(log.iter().filter_map(|entry| message(&entry.message)).collect())
}

/// When an entry was made, by the browser's own clock, in milliseconds.
fn at(parameters: &Value) -> f64 {
    parameters["timestamp"].as_f64().unwrap_or_default() * 1_000.0
}

/// When a request began: milliseconds since the epoch.
fn began(parameters: &Value) -> f64 {
    parameters["wallTime"].as_f64().unwrap_or_default() * 1_000.0
}

#[expect(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "a whole number of bytes, far below 2^52"
)]
fn whole(bytes: f64) -> u64 {
    bytes.max(0.0) as u64
}
