//! `config.json`, read when the app starts: where the backend is and what it can do. The same build
//! serves any backend.

use opencall_core::contract::{Capabilities, Concurrency, StaffSide, Uploads};
use serde_json::{Map, Value};

use crate::api::ApiError;

/// The contract this app speaks.
pub const CONTRACT: u64 = 1;

/// What the app has to know before anything else.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Config {
    /// The backend's base address without a slash at its end; empty for this origin.
    pub api: String,
    /// The programme shown at `/`.
    pub programme: String,
    /// What the backend can do.
    pub capabilities: Capabilities,
    /// The description of a record store, as JSON, where one takes the backend's place (`docs/records.md`).
    pub records: Option<String>,
}

/// Why `config.json` is of no use.
#[derive(Clone, Debug, PartialEq)]
pub enum ConfigError {
    /// There is none; or a web page stands in its place, as on a network that wants somebody to sign in.
    Missing,
    /// It could not be fetched.
    Unreachable(ApiError),
    /// It is not JSON.
    NotJson {
        /// The line the reader stopped at, from 1.
        line: usize,
        /// The column the reader stopped at, from 1.
        column: usize,
    },
    /// A member is missing or wrong.
    Member {
        /// Its path, such as `/capabilities/uploads`.
        path: &'static str,
        /// What it has to be, in English.
        wanted: &'static str,
    },
    /// The description of a record store is none.
    Records {
        /// What is wrong with it, in English.
        fault: String,
    },
    /// It is written for a newer contract than this app speaks.
    Newer {
        /// The contract it names.
        contract: u64,
    },
}

/// Reads the text of a `config.json`.
pub fn parse(text: &str) -> Result<Config, ConfigError> {
    let value: Value = serde_json::from_str(text).map_err(|fault| ConfigError::NotJson {
        line: fault.line(),
        column: fault.column(),
    })?;
    let wrong = |path, wanted| ConfigError::Member { path, wanted };
    let root = value.as_object().ok_or(wrong("", "an object"))?;
    let contract = root
        .get("contract")
        .and_then(Value::as_u64)
        .filter(|n| *n > 0)
        .ok_or(wrong("/contract", "a whole number from 1"))?;
    if contract > CONTRACT {
        return Err(ConfigError::Newer { contract });
    }
    let api = root
        .get("api")
        .and_then(Value::as_str)
        .ok_or(wrong("/api", "a text: the backend's address, empty for this origin"))?;
    let host = api.strip_prefix("https://").or_else(|| api.strip_prefix("http://"));
    if !(api.is_empty() || host.is_some() || (api.starts_with('/') && !api.starts_with("//"))) {
        return Err(wrong("/api", "empty, or an address that begins with https://, http:// or /"));
    }
    let host = host.map(|rest| rest.split('/').next().unwrap_or_default());
    if host.is_some_and(|host| host.is_empty() || host.contains('@'))
        || api.contains(|c: char| matches!(c, '?' | '#' | '\\') || c.is_whitespace())
    {
        return Err(wrong(
            "/api",
            "an address with a host, without a name or password, space, ?, # or \\",
        ));
    }
    let programme = root
        .get("programme")
        .and_then(Value::as_str)
        .ok_or(wrong("/programme", "a text: a programme's id"))?;
    if !opencall_core::contract::is_id(programme) {
        return Err(wrong("/programme", "a programme's id: lowercase letters, digits and hyphens"));
    }
    if root.get("auth").and_then(Value::as_str) != Some("bearer") {
        return Err(wrong("/auth", "\"bearer\""));
    }
    let none = Map::new();
    let capabilities = match root.get("capabilities") {
        None => &none,
        Some(value) => value.as_object().ok_or(wrong("/capabilities", "an object"))?,
    };
    let records = match root.get("records") {
        None => None,
        Some(value @ Value::Object(_)) => Some(crate::json::compact(value)),
        Some(_) => return Err(wrong("/records", "an object")),
    };
    Ok(Config {
        records,
        api: api.trim_end_matches('/').to_owned(),
        programme: programme.to_owned(),
        capabilities: Capabilities {
            idempotency: flag(capabilities, "idempotency").ok_or(wrong("/capabilities/idempotency", "true or false"))?,
            concurrency: word(capabilities, "concurrency", [("if-match", Concurrency::IfMatch)])
                .ok_or(wrong("/capabilities/concurrency", "\"if-match\" or \"none\""))?,
            uploads: word(capabilities, "uploads", [("tus", Uploads::Tus), ("whole", Uploads::Whole)])
                .ok_or(wrong("/capabilities/uploads", "\"tus\", \"whole\" or \"none\""))?,
            events: flag(capabilities, "events").ok_or(wrong("/capabilities/events", "true or false"))?,
            clock: flag(capabilities, "clock").ok_or(wrong("/capabilities/clock", "true or false"))?,
            seals: flag(capabilities, "seals").ok_or(wrong("/capabilities/seals", "true or false"))?,
            presence: flag(capabilities, "presence").ok_or(wrong("/capabilities/presence", "true or false"))?,
            relink: flag(capabilities, "relink").ok_or(wrong("/capabilities/relink", "true or false"))?,
            staff: word(
                capabilities,
                "staff",
                [("links", StaffSide::Links), ("accounts", StaffSide::Accounts)],
            )
            .ok_or(wrong("/capabilities/staff", "\"links\", \"accounts\" or \"none\""))?,
        },
    })
}

/// A flag that is false where it is absent; `None` where it is something else.
fn flag(map: &Map<String, Value>, name: &str) -> Option<bool> {
    map.get(name).map_or(Some(false), Value::as_bool)
}

/// What the member names; absent and `"none"` are the least there is; `None` where it names something else.
fn word<T: Default, const N: usize>(map: &Map<String, Value>, member: &str, names: [(&str, T); N]) -> Option<T> {
    match map.get(member).map(Value::as_str) {
        None | Some(Some("none")) => Some(T::default()),
        Some(Some(text)) => names.into_iter().find(|(name, _)| *name == text).map(|(_, value)| value),
        Some(None) => None,
    }
}

/// Fetches and reads `config.json`, which lies beside the app's pages.
pub async fn load() -> Result<Config, ConfigError> {
    let config = match crate::api::document(&crate::route::below("/config.json")).await {
        Ok(Some(text)) => parse(&text)?,
        Ok(None) | Err(ApiError::Captive) => return Err(ConfigError::Missing),
        Err(error) => return Err(ConfigError::Unreachable(error)),
    };
    if let Some(description) = &config.records {
        let answering = crate::api::carrier::answer_from_records(description).await;
        answering.map_err(|fault| fault.map_or(ConfigError::Unreachable(ApiError::Offline), |fault| ConfigError::Records { fault }))?;
    }
    Ok(config)
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    const GOOD: &str = r#"{"contract":1,"api":"https://api.example/","programme":"a-b","auth":"bearer",
        "capabilities":{"idempotency":true,"concurrency":"if-match","uploads":"tus","clock":true,"staff":"links"}}"#;

    #[test]
    fn a_good_file_is_read_and_the_slash_at_the_end_of_the_address_does_not_matter() {
        let config = parse(GOOD).unwrap();
        assert_eq!(config.api, "https://api.example");
        assert_eq!(config.programme, "a-b");
        let expected = Capabilities {
            idempotency: true,
            concurrency: Concurrency::IfMatch,
            uploads: Uploads::Tus,
            clock: true,
            staff: StaffSide::Links,
            ..Capabilities::default()
        };
        assert_eq!(config.capabilities, expected);
    }

    #[test]
    fn what_a_backend_cannot_do_may_be_left_out() {
        let config = parse(r#"{"contract":1,"api":"","programme":"a","auth":"bearer"}"#).unwrap();
        assert_eq!((config.capabilities, config.records), (Capabilities::default(), None));
    }

    #[test]
    fn a_wrong_member_is_named() {
        for (from, to, path) in [
            ("\"contract\":1", "\"contract\":\"1\"", "/contract"),
            ("\"api\":\"https://api.example/\"", "\"api\":\"ftp://x\"", "/api"),
            ("\"api\":\"https://api.example/\"", "\"api\":\"//x\"", "/api"),
            ("https://api.example/", "https://", "/api"),
            ("https://api.example/", "http:///v1", "/api"),
            ("https://api.example/", "https://api.example/ ", "/api"),
            ("https://api.example/", "https://api.example/?x", "/api"),
            ("https://api.example/", "https://api.example#f", "/api"),
            ("https://api.example/", "https://user:pass@api.example", "/api"),
            ("https://api.example/", "/v1?x", "/api"),
            ("\"a-b\"", "\"../etc\"", "/programme"),
            ("\"bearer\"", "\"cookie\"", "/auth"),
            ("\"tus\"", "\"ftp\"", "/capabilities/uploads"),
            ("\"links\"", "\"badge\"", "/capabilities/staff"),
            ("\"links\"", "7", "/capabilities/staff"),
            ("\"clock\":true", "\"clock\":1", "/capabilities/clock"),
        ] {
            match parse(&GOOD.replace(from, to)) {
                Err(ConfigError::Member { path: named, .. }) => assert_eq!(named, path),
                other => panic!("{to}: {other:?}"),
            }
        }
    }

    #[test]
    fn a_record_store_is_handed_on_as_it_is_described() {
        let described = GOOD.replace("\"contract\":1", "\"contract\":1,\"records\":{\"base\":\"/v1\"}");
        assert_eq!(parse(&described).unwrap().records.as_deref(), Some("{\"base\":\"/v1\"}"));
        let wrong = GOOD.replace("\"contract\":1", "\"contract\":1,\"records\":true");
        assert!(matches!(parse(&wrong), Err(ConfigError::Member { path: "/records", .. })));
    }

    #[test]
    fn broken_json_says_where() {
        assert!(matches!(parse("{\n\"contract\": oops}"), Err(ConfigError::NotJson { line: 2, .. })));
        assert!(matches!(parse("<!doctype html>"), Err(ConfigError::NotJson { line: 1, .. })));
    }

    #[test]
    fn a_newer_contract_is_refused_by_its_number() {
        assert_eq!(
            parse(&GOOD.replace("\"contract\":1", "\"contract\":2")),
            Err(ConfigError::Newer { contract: 2 })
        );
    }
}
