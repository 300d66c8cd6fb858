//! What a reply has to be. Each says, when it is not, what was expected of which reply.

use std::sync::Arc;

use opencall_core::Timestamp;
use serde_json::Value;

use crate::check::{Fault, Outcome, Stop};
use crate::http::Reply;

impl Reply {
    /// A header; the first of several.
    pub fn header(&self, name: &str) -> Option<&str> {
        self.headers
            .iter()
            .find(|(known, _)| known == name)
            .map(|(_, value)| value.as_str())
    }

    /// Whether a header has this among its members, separated by commas.
    pub fn header_has(&self, name: &str, member: &str) -> bool {
        let values = self.headers.iter().filter(|(known, _)| known == name);
        values
            .flat_map(|(_, value)| value.split(','))
            .any(|value| value.trim().eq_ignore_ascii_case(member))
    }

    /// The media type, without parameters, in lower case; empty where there is none.
    pub fn media_type(&self) -> String {
        let value = self.header("content-type").unwrap_or_default();
        value.split(';').next().unwrap_or_default().trim().to_ascii_lowercase()
    }

    /// The body as JSON, whatever it calls itself; `null` when it is none.
    pub fn value(&self) -> Value {
        serde_json::from_slice(&self.body).unwrap_or_default()
    }

    /// This reply is not what was expected.
    pub fn short(&self, expected: impl Into<String>) -> Stop {
        self.fault(expected.into(), self.broken.clone())
    }

    /// This reply is not what was expected, and says why it is not.
    pub fn short_of(&self, expected: impl Into<String>, found: impl Into<String>) -> Stop {
        self.fault(expected.into(), Some(found.into()))
    }

    fn fault(&self, expected: String, found: Option<String>) -> Stop {
        Stop::Short(Box::new(Fault {
            expected,
            found,
            asked: Some(Arc::clone(&self.asked)),
            reply: Some(self.clone()),
        }))
    }

    /// Has to be so.
    ///
    /// # Errors
    /// When it is not.
    pub fn require(&self, holds: bool, expected: &str) -> Outcome {
        if holds { Ok(()) } else { Err(self.short(expected)) }
    }

    /// Has to have one of these statuses.
    ///
    /// # Errors
    /// When it has another.
    pub fn status(&self, expected: &[u16]) -> Outcome<&Self> {
        if expected.contains(&self.status) && self.broken.is_none() {
            return Ok(self);
        }
        let listed: Vec<String> = expected.iter().map(u16::to_string).collect();
        Err(self.short(format!("status {}", listed.join(" or "))))
    }

    /// Has to be JSON with one of these statuses.
    ///
    /// # Errors
    /// When it is not.
    pub fn json(&self, expected: &[u16]) -> Outcome<Value> {
        self.status(expected)?;
        serde_json::from_slice(&self.body).map_err(|error| self.short_of("JSON", format!("it is none: {error}")))
    }

    /// Has to be a problem of this kind (RFC 9457).
    ///
    /// # Errors
    /// When it is something else.
    pub fn problem(&self, statuses: &[u16], kind: &str) -> Outcome<Value> {
        self.status(statuses).map_err(|_| {
            let listed: Vec<String> = statuses.iter().map(u16::to_string).collect();
            self.short(format!("status {} and the problem {kind}", listed.join(" or ")))
        })?;
        let value = self.json(statuses)?;
        if ends_with_type(value["type"].as_str().unwrap_or_default(), kind) {
            return Ok(value);
        }
        Err(self.short(format!("a problem of the type {kind}")))
    }

    /// The version in the `ETag`, which is it in quotes.
    ///
    /// # Errors
    /// When there is none.
    pub fn version(&self) -> Outcome<u64> {
        let tag = self.header("etag").and_then(|tag| tag.strip_prefix('"')?.strip_suffix('"'));
        tag.and_then(|version| version.parse().ok())
            .ok_or_else(|| self.short("an ETag that is the version in quotes, such as \"7\""))
    }

    /// A member of the body that has to be a time in UTC.
    ///
    /// # Errors
    /// When it is none.
    pub fn time(&self, pointer: &str) -> Outcome<Timestamp> {
        let value = self.value();
        let text = value.pointer(pointer).and_then(Value::as_str);
        text.and_then(utc)
            .ok_or_else(|| self.short(format!("{pointer} is a time of RFC 3339 in UTC, such as 2023-12-01T22:59:59Z")))
    }

    /// A member of the body that has to be a text that says something.
    ///
    /// # Errors
    /// When it is none.
    pub fn text(&self, pointer: &str) -> Outcome<String> {
        let value = self.value();
        let text = value.pointer(pointer).and_then(Value::as_str).filter(|text| !text.is_empty());
        text.map(str::to_owned).ok_or_else(|| self.short(format!("{pointer} is a text")))
    }

    /// A member of the body has to be this.
    ///
    /// # Errors
    /// When it is something else.
    pub fn member(&self, pointer: &str, expected: &Value) -> Outcome {
        let value = self.value();
        let found = value.pointer(pointer).unwrap_or(&Value::Null);
        if same(found, expected) {
            return Ok(());
        }
        Err(self.short_of(
            format!("{pointer} is {}", brief(expected)),
            format!("{pointer} is {}", brief(found)),
        ))
    }
}

/// Whether a problem's `type` is of a kind: relative, or below some origin (RFC 9457, section 3.1.1).
pub fn ends_with_type(given: &str, kind: &str) -> bool {
    given == kind || given.contains("://") && given.ends_with(kind)
}

/// A time of RFC 3339 whose zone is UTC.
pub fn utc(text: &str) -> Option<Timestamp> {
    let in_utc = text.ends_with('Z') || text.ends_with("+00:00");
    Timestamp::parse(text).filter(|_| in_utc)
}

/// Whether two JSON values say the same: numbers by what they are worth (RFC 8785 takes them for IEEE doubles), members in any order.
pub fn same(a: &Value, b: &Value) -> bool {
    match (a, b) {
        (Value::Number(a), Value::Number(b)) => match (a.as_i64(), b.as_i64()) {
            (Some(a), Some(b)) => a == b,
            _ => a.as_f64() == b.as_f64(),
        },
        (Value::Array(a), Value::Array(b)) => a.len() == b.len() && a.iter().zip(b).all(|(a, b)| same(a, b)),
        (Value::Object(a), Value::Object(b)) => a.len() == b.len() && a.iter().all(|(name, a)| b.get(name).is_some_and(|b| same(a, b))),
        (a, b) => a == b,
    }
}

/// Where two values differ first: a JSON Pointer, and both.
pub fn difference(expected: &Value, found: &Value) -> Option<String> {
    fn at(place: &str, expected: &Value, found: &Value) -> Option<String> {
        match (expected, found) {
            (Value::Object(a), Value::Object(b)) => {
                let names = a.keys().chain(b.keys().filter(|name| !a.contains_key(*name)));
                let mut parts = names.map(|name| (name, a.get(name), b.get(name)));
                parts.find_map(|(name, a, b)| {
                    let place = format!("{place}/{name}");
                    match (a, b) {
                        (Some(a), Some(b)) => at(&place, a, b),
                        (Some(a), None) => Some(format!("{place} is missing; it was {}", brief(a))),
                        _ => Some(format!("{place} is there and was never sent")),
                    }
                })
            }
            (Value::Array(a), Value::Array(b)) if a.len() == b.len() => {
                let mut parts = a.iter().zip(b).enumerate();
                parts.find_map(|(index, (a, b))| at(&format!("{place}/{index}"), a, b))
            }
            (a, b) if same(a, b) => None,
            (a, b) => Some(format!("{place} is {} and was {}", brief(b), brief(a))),
        }
    }
    at("", expected, found)
}

/// A value on one line, not too long.
pub fn brief(value: &Value) -> String {
    let text = value.to_string();
    if text.chars().count() <= 120 {
        return text;
    }
    let start: String = text.chars().take(120).collect();
    format!("{start}… ({} bytes)", text.len())
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn numbers_are_the_same_by_what_they_are_worth() {
        assert!(same(&json!([1, 1.5, {"a": 1e2}]), &json!([1.0, 1.5, {"a": 100}])));
        assert!(!same(&json!(1), &json!("1")));
        assert!(!same(&json!({"a": 1}), &json!({"a": 1, "b": null})));
    }

    #[test]
    fn what_differs_is_named() {
        let (sent, found) = (json!({"a": [1, {"b": "x"}], "c": 1}), json!({"a": [1, {"b": "y"}], "c": 1}));
        assert_eq!(difference(&sent, &found).as_deref(), Some("/a/1/b is \"y\" and was \"x\""));
        assert_eq!(difference(&sent, &sent), None);
        assert!(difference(&sent, &json!({"a": sent["a"]})).is_some_and(|text| text.starts_with("/c is missing")));
    }

    #[test]
    fn a_time_without_a_zone_or_in_another_is_none() {
        assert!(utc("2023-12-01T22:59:59.250Z").is_some() && utc("2023-12-01T22:59:59+00:00").is_some());
        for text in ["2023-12-01T22:59:59", "2023-12-01T23:59:59+01:00", "2023-12-01", "1701471599"] {
            assert_eq!(utc(text), None, "{text}");
        }
    }
}
