//! A draft of the suite's own. What was begun is erased when it is done with, whatever came of the check.

use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Mutex, PoisonError};

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde_json::{Value, json};

use crate::check::{Outcome, Stop};
use crate::http::{Client, Reply, Request};

/// A token, and what it stands for once it is begun.
pub struct Draft {
    http: Client,
    token: Mutex<String>,
    begun: AtomicBool,
}

impl Draft {
    /// A new token; nothing is begun yet.
    ///
    /// # Errors
    /// When this machine has no chance to give.
    pub fn new(http: &Client) -> Outcome<Self> {
        Ok(Self {
            http: http.clone(),
            token: Mutex::new(token(http)?),
            begun: AtomicBool::new(false),
        })
    }

    /// A token that was given: its draft is somebody's, and never erased.
    pub fn given(http: &Client, token: &str) -> Self {
        http.conceal(token);
        Self {
            http: http.clone(),
            token: Mutex::new(token.to_owned()),
            begun: AtomicBool::new(false),
        }
    }

    /// Begins a draft.
    ///
    /// # Errors
    /// When it is not begun.
    pub fn begin(http: &Client, programme: &str, answers: &Value) -> Outcome<(Self, Reply)> {
        let draft = Self::new(http)?;
        let reply = draft.begin_at(programme, answers, &key()?)?;
        reply.status(&[201])?;
        Ok((draft, reply))
    }

    /// Asks to begin it.
    ///
    /// # Errors
    /// When there is no reply.
    pub fn begin_at(&self, programme: &str, answers: &Value, key: &str) -> Outcome<Reply> {
        self.begin_with(programme, &json!({"answers": answers, "locale": "en"}), key)
    }

    /// Asks to begin it with this body.
    ///
    /// # Errors
    /// When there is no reply.
    pub fn begin_with(&self, programme: &str, body: &Value, key: &str) -> Outcome<Reply> {
        let path = format!("/programmes/{programme}/applications");
        let request = self.http.request("POST", &path).bearer(&self.token());
        let reply = request.header("Idempotency-Key", quoted(key)).json(body).send()?;
        self.is_begun(&reply);
        Ok(reply)
    }

    /// Notes that there is something to erase, if this reply says so.
    pub fn is_begun(&self, reply: &Reply) {
        if (200..300).contains(&reply.status) {
            self.begun.store(true, Ordering::Relaxed);
        }
    }

    /// The token.
    pub fn token(&self) -> String {
        self.token.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// From now on another token stands for it.
    pub fn is_now(&self, token: &str) {
        token.clone_into(&mut self.token.lock().unwrap_or_else(PoisonError::into_inner));
    }

    /// A request with the token.
    pub fn request(&self, method: &str, path: &str) -> Request<'_> {
        self.http.request(method, path).bearer(&self.token())
    }

    /// Reads it, or a part of it: `""`, `"/export"`, `"/timeline"`.
    ///
    /// # Errors
    /// When there is no reply.
    pub fn get(&self, part: &str) -> Outcome<Reply> {
        self.request("GET", &format!("/application{part}")).send()
    }

    /// Reads it.
    ///
    /// # Errors
    /// When it cannot be read.
    pub fn read(&self) -> Outcome<Reply> {
        let reply = self.get("")?;
        reply.json(&[200])?;
        Ok(reply)
    }

    /// Its answers.
    ///
    /// # Errors
    /// When they cannot be read.
    pub fn answers(&self) -> Outcome<Value> {
        Ok(self.read()?.value()["answers"].clone())
    }

    /// Its version.
    ///
    /// # Errors
    /// When it cannot be read.
    pub fn version(&self) -> Outcome<u64> {
        let reply = self.read()?;
        reply.value()["version"]
            .as_u64()
            .ok_or_else(|| reply.short("a version, a whole number"))
    }

    /// Asks to apply a merge patch to a version.
    ///
    /// # Errors
    /// When there is no reply.
    pub fn patch(&self, version: u64, patch: &Value) -> Outcome<Reply> {
        self.patch_if(&format!("\"{version}\""), patch)
    }

    /// Asks to apply a merge patch if this matches.
    ///
    /// # Errors
    /// When there is no reply.
    pub fn patch_if(&self, if_match: &str, patch: &Value) -> Outcome<Reply> {
        let request = self.request("PATCH", "/application").header("If-Match", if_match);
        request.body("application/merge-patch+json", patch.to_string()).send()
    }

    /// Applies a merge patch to whatever version there is; gives the reply.
    ///
    /// # Errors
    /// When it is not taken.
    pub fn save(&self, patch: &Value) -> Outcome<Reply> {
        let reply = self.patch(self.version()?, patch)?;
        reply.json(&[200])?;
        Ok(reply)
    }

    /// Asks for something that takes a key and no body: `submit`, `withdraw`.
    ///
    /// # Errors
    /// When there is no reply.
    pub fn post(&self, part: &str, key: &str) -> Outcome<Reply> {
        let request = self.request("POST", &format!("/application/{part}"));
        request.header("Idempotency-Key", quoted(key)).send()
    }

    /// Asks to submit a version.
    ///
    /// # Errors
    /// When there is no reply.
    pub fn submit(&self, version: u64, key: &str) -> Outcome<Reply> {
        let request = self.request("POST", "/application/submit");
        let request = request.header("If-Match", format!("\"{version}\""));
        request.header("Idempotency-Key", quoted(key)).send()
    }

    /// Asks to seal a digest.
    ///
    /// # Errors
    /// When there is no reply.
    pub fn seal(&self, digest: &str, version: u64, key: &str) -> Outcome<Reply> {
        let body = json!({"digest": digest, "files": [], "version": version});
        let request = self.request("POST", "/application/seal");
        request.header("Idempotency-Key", quoted(key)).json(&body).send()
    }

    /// What happened to it, in order.
    ///
    /// # Errors
    /// When that cannot be read.
    pub fn happened(&self) -> Outcome<Vec<String>> {
        let timeline = self.get("/timeline")?.json(&[200])?;
        let events = timeline.as_array().into_iter().flatten();
        Ok(events.filter_map(|event| event["what"].as_str()).map(str::to_owned).collect())
    }

    /// Asks to erase it.
    ///
    /// # Errors
    /// When there is no reply.
    pub fn erase(&self) -> Outcome<Reply> {
        let reply = self.request("DELETE", "/application").send()?;
        if reply.status == 204 {
            self.begun.store(false, Ordering::Relaxed);
        }
        Ok(reply)
    }
}

impl Drop for Draft {
    fn drop(&mut self) {
        if self.begun.load(Ordering::Relaxed) {
            // Whether erasing works has a check of its own.
            let _ = self.erase();
        }
    }
}

/// 32 bytes of chance in base64url: a token as an app makes it.
///
/// # Errors
/// When this machine has no chance to give.
pub fn token(http: &Client) -> Outcome<String> {
    let token = URL_SAFE_NO_PAD.encode(chance::<32>()?);
    http.conceal(&token);
    Ok(token)
}

/// A new idempotency key.
///
/// # Errors
/// When this machine has no chance to give.
pub fn key() -> Outcome<String> {
    Ok(URL_SAFE_NO_PAD.encode(chance::<12>()?))
}

/// A key as a structured field's string (RFC 9651, section 3.3.3).
pub fn quoted(key: &str) -> String {
    format!("\"{key}\"")
}

fn chance<const N: usize>() -> Outcome<[u8; N]> {
    let mut bytes = [0; N];
    getrandom::fill(&mut bytes).map_err(|error| Stop::NotChecked(format!("this machine gives no random bytes: {error}")))?;
    Ok(bytes)
}
