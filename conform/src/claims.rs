//! What a backend claims to be able to do, and how that is found out where nothing is said.

use std::sync::OnceLock;

use opencall_core::contract::{Capabilities, Concurrency, StaffSide, Uploads};
use serde_json::Value;

use crate::check::Capability;
use crate::http::{Client, Reply};
use crate::run::Run;

/// What is known of a backend before the first check.
#[derive(Debug, Default)]
pub struct Claims {
    /// What it claims; `None` where nothing is said, and everything is tried.
    pub capabilities: Option<Capabilities>,
    /// Where that was read.
    pub read_from: String,
    /// The programme that its app shows at `/`.
    pub programme: Option<String>,
    /// What was found by trying.
    tried: OnceLock<Capabilities>,
}

impl Claims {
    /// Reads what is claimed: in a configuration that was given (a file or an address), else in the contract that the backend serves of
    /// itself, else in the `config.json` of its app.
    ///
    /// # Errors
    /// When what was given cannot be read.
    pub fn read(client: &Client, config: Option<&str>) -> Result<Self, String> {
        if let Some(config) = config {
            let text = if config.starts_with("http://") || config.starts_with("https://") {
                let reply = fetch(client, config).ok_or_else(|| format!("{config} cannot be reached"))?;
                String::from_utf8_lossy(&reply.body).into_owned()
            } else {
                std::fs::read_to_string(config).map_err(|error| format!("{config}: {error}"))?
            };
            let value: Value = serde_json::from_str(&text).map_err(|error| format!("{config}: {error}"))?;
            return Self::of(&value, config).ok_or_else(|| format!("{config} says nothing of capabilities"));
        }
        let base = client.base().to_owned();
        for (address, pointer) in [
            (format!("{base}/api/v1/openapi.json"), "/x-opencall"),
            (format!("{base}/config.json"), ""),
        ] {
            let value = fetch(client, &address).map(|reply| reply.value());
            let part = value.as_ref().and_then(|value| value.pointer(pointer));
            if let Some(claims) = part.and_then(|part| Self::of(part, &address)) {
                return Ok(claims);
            }
        }
        Ok(Self {
            read_from: String::from("nowhere: everything is tried"),
            ..Self::default()
        })
    }

    fn of(value: &Value, read_from: &str) -> Option<Self> {
        let capabilities = serde_json::from_value(value.get("capabilities")?.clone()).ok()?;
        Some(Self {
            capabilities: Some(capabilities),
            read_from: read_from.to_owned(),
            programme: value.get("programme").and_then(Value::as_str).map(str::to_owned),
            tried: OnceLock::new(),
        })
    }

    /// What the backend can do: as it claims, else as it was found by trying, once.
    pub fn all<'a>(&'a self, run: &Run) -> &'a Capabilities {
        match &self.capabilities {
            Some(claimed) => claimed,
            None => self.tried.get_or_init(|| tried(run)),
        }
    }
}

/// Whether a backend with these has what a check of this kind is about.
pub fn offers(capabilities: &Capabilities, capability: Capability) -> bool {
    match capability {
        Capability::Clock => capabilities.clock,
        Capability::Concurrency => capabilities.concurrency == Concurrency::IfMatch,
        Capability::Idempotency => capabilities.idempotency,
        Capability::Uploads => capabilities.uploads != Uploads::None,
        Capability::Seals => capabilities.seals,
        Capability::Presence => capabilities.presence,
        Capability::Link => capabilities.relink,
        Capability::Staff | Capability::Paging => capabilities.staff != StaffSide::None,
        Capability::Events => capabilities.events,
        _ => true,
    }
}

/// What is claimed, in words for a report.
pub fn in_words(capabilities: &Capabilities) -> String {
    let mut words = Vec::new();
    let mut say = |offered: bool, word: &'static str| words.extend(offered.then_some(word));
    say(capabilities.idempotency, "Idempotency-Key");
    say(capabilities.concurrency == Concurrency::IfMatch, "If-Match");
    say(capabilities.uploads == Uploads::Tus, "uploads in parts");
    say(capabilities.uploads == Uploads::Whole, "whole uploads");
    say(capabilities.clock, "clock");
    say(capabilities.seals, "seals");
    say(capabilities.presence, "presence");
    say(capabilities.relink, "new links");
    say(capabilities.events, "events");
    say(capabilities.staff == StaffSide::Links, "staff by links");
    say(capabilities.staff == StaffSide::Accounts, "staff by accounts");
    if words.is_empty() {
        String::from("nothing beyond the least")
    } else {
        words.join(", ")
    }
}

fn fetch(client: &Client, address: &str) -> Option<Reply> {
    let reply = client.request_to("GET", address, address).send().ok()?;
    (reply.status == 200).then_some(reply)
}

/// Asks for each once. What is not there is 404, 405 or 501; what is there says what is wrong with the request.
fn tried(run: &Run) -> Capabilities {
    let is_there = |reply: Result<Reply, crate::Stop>| reply.is_ok_and(|reply| !matches!(reply.status, 404 | 405 | 501));
    let http = &run.http;
    let mut found = Capabilities {
        clock: is_there(http.request("GET", "/clock").send()),
        ..Capabilities::default()
    };
    if is_there(http.request("GET", "/staff/session").send()) {
        found.staff = StaffSide::Links;
        let programme = run.programme().map(|open| open.id.clone()).unwrap_or_default();
        found.events = is_there(http.request("GET", &format!("/staff/programmes/{programme}/events")).send());
    }
    let Ok(draft) = run.some_draft() else { return found };
    let token = draft.token();
    let put = |method: &str, path: &str| http.request(method, path).bearer(&token).json(&serde_json::json!({})).send();
    found.seals = is_there(put("POST", "/application/seal"));
    found.presence = is_there(put("PUT", "/application/presence"));
    // Without a token in it nothing is replaced.
    found.relink = is_there(put("POST", "/application/token"));
    let patch = http.request("PATCH", "/application").bearer(&token);
    let patched = patch.body("application/merge-patch+json", "{}").send();
    if patched.is_ok_and(|reply| reply.status == 428) {
        found.concurrency = Concurrency::IfMatch;
    }
    // One that takes a submission without a key has nothing against repeating it; incomplete as the draft is, nothing is submitted.
    let submitted = http
        .request("POST", "/application/submit")
        .bearer(&token)
        .header("If-Match", "*")
        .send();
    found.idempotency = submitted.is_ok_and(|reply| reply.value()["type"].as_str().is_some_and(|kind| kind.ends_with("key-missing")));
    if let Ok(reply) = http.request("OPTIONS", "/application/files").send()
        && reply.header("tus-version").is_some()
    {
        let whole = reply.header_has("tus-extension", "creation-with-upload");
        found.uploads = if whole && !reply.header_has("tus-extension", "termination") {
            Uploads::Whole
        } else {
            Uploads::Tus
        };
    }
    found
}
