//! Whatever a backend replies, a call ends with a value or an error that has words: no panic. A long session:
//! `PROPTEST_CASES=200000 cargo test -p opencall --lib fuzz`.
#![allow(clippy::unwrap_used)]

#[path = "../../core/tests/common/mutate.rs"]
mod mutate;

use std::sync::Arc;

use mutate::{deep, mutated};
use opencall_core::Locale;
use opencall_core::contract::{Begin, Capabilities};
use proptest::collection::vec;
use proptest::prelude::*;
use serde_json::{Map, json};

use super::recorded::{Recorded, now};
use super::staff::SignedOut;
use super::transport::{Failure, Reply};
use super::tus::{self, FileId};
use super::{ApiError, Breach, Client, Token};
use crate::config;
use crate::i18n::{failures, messages};

const APPLICATION: &str = r#"{"id":"a","programme":"p","status":"submitted","version":7,"answers":{"name":"Ada","team":[{"id":"r1","name":"Bob"}]},
    "files":[{"id":"f","field":"deck","name":"d.pdf","size":9,"received":9,"type":"pdf","sha256":"00","created_at":"2023-11-08T09:00:00Z"}],
    "created_at":"2023-11-08T09:00:00Z","updated_at":"2023-11-08T09:00:00.25Z","extension":"2023-12-02T22:59:59Z",
    "receipt":{"reference":"K7QF-2MXD","application":"a","programme":"p","version":7,"digest":"00","received_at":"2023-11-08T09:00:00Z","deadline":"2023-12-01T22:59:59Z"},
    "seal":{"digest":"00"},"changed_by":"Phone","submitted_version":7,"partner":"meta"}"#;
const MEMBERS: &str = r#"{"now":"2023-11-08T09:00:00Z","version":8,"saved_at":"2023-11-08T09:00:00Z","reference":"K7QF-2MXD","application":"a","programme":"p",
    "digest":"00","received_at":"2023-11-08T09:00:00Z","deadline":"2023-12-01T22:59:59Z","others":[]}"#;
const EVENTS: &str = r#"[{"at":"2023-11-08T09:00:00Z","what":"begun"},{"at":"2023-11-08T09:00:00Z","what":"new"}]"#;
const PROBLEM: &str = r#"{"type":"/problems/answers","title":"No","status":422,"detail":"x","now":"2023-11-08T09:00:00Z","version":9,
    "errors":[{"pointer":"/a/0/b","code":"too_long","max":50,"over":3},{"pointer":"/a","code":"date_incomplete","day":true,"month":false,"year":true}]}"#;
const CONFIG: &str = r#"{"contract":1,"api":"https://api.example/","programme":"a-b","auth":"bearer",
    "capabilities":{"idempotency":true,"concurrency":"if-match","uploads":"tus","clock":true,"staff":"links"}}"#;
const PROGRAMME: &str = include_str!("../../public/programmes/ai-startup-program.json");
const SAMPLES: [&str; 7] = [APPLICATION, MEMBERS, EVENTS, PROBLEM, CONFIG, PROGRAMME, "{}"];

const TYPES: [&str; 7] = [
    "application/json",
    "application/problem+json",
    "text/html; charset=utf-8",
    "",
    "application/vnd.opencall.programme+json",
    "APPLICATION/JSON ;x",
    ";;\u{e9}",
];
const STATUSES: [u16; 16] = [200, 201, 204, 304, 302, 400, 401, 403, 404, 409, 412, 413, 422, 429, 500, 511];

/// Makes every call of the applicants, and one of the staff, with the same reply to each request.
fn every_call(outcome: &Result<Reply, Failure>) -> Vec<ApiError> {
    let client = |capabilities| -> (Arc<Recorded>, Client) {
        let recorded = Recorded::new(std::iter::repeat_n(outcome.clone(), 64));
        (recorded.clone(), recorded.client_with(capabilities))
    };
    let token = Token::parse(&"t".repeat(43)).unwrap();
    let id = FileId::parse("f").unwrap();
    let mut errors = Vec::new();
    for capabilities in [
        Capabilities::default(),
        Capabilities {
            idempotency: true,
            clock: true,
            ..Capabilities::default()
        },
    ] {
        let made = || client(capabilities).1;
        errors.extend(now(made().clock()).err());
        errors.extend(now(made().programme("p")).err());
        errors.extend(now(made().programme_since("p", Some("\"1\""))).err());
        errors.extend(now(made().begin("p", &token, "k", Begin::default())).err());
        errors.extend(now(made().read(&token)).err());
        errors.extend(now(made().save(&token, 7, Map::new(), String::new())).err());
        errors.extend(now(made().submit(&token, 7, "k")).err());
        errors.extend(now(made().seal(&token, "k", json!({}))).err());
        errors.extend(now(made().replace_token(&token, "k", json!({}))).err());
        errors.extend(now(made().be_here(&token, json!({}))).err());
        errors.extend(now(made().withdraw(&token, "k")).err());
        errors.extend(now(made().erase(&token)).err());
        errors.extend(now(made().export(&token)).err());
        errors.extend(now(made().timeline(&token)).err());
        errors.extend(now(tus::create(&made(), &token, "deck", "a", 7, None)).err());
        errors.extend(now(tus::offset(&made(), &token, &id)).err());
        errors.extend(now(tus::terminate(&made(), &token, &id)).err());
        errors.extend(now(SignedOut::new(made()).resume()).err());
        errors.extend(now(SignedOut::new(made()).look("s")).err());
    }
    errors
}

/// Every error has words in both languages.
fn said(errors: &[ApiError]) {
    for error in errors {
        for locale in Locale::ALL {
            assert!(!failures::words(messages::of(locale), locale, error).is_empty());
        }
    }
}

fn replied(status: u16, media_type: &str, headers: Vec<(String, String)>, body: String) -> Result<Reply, Failure> {
    let mut all = vec![("content-type".to_owned(), media_type.to_owned())];
    all.extend(headers);
    Ok(Reply {
        status,
        headers: all,
        body,
    })
}

fn header() -> impl Strategy<Value = (String, String)> {
    let names = ["retry-after", "etag", "location", "upload-offset", "date", "age"];
    let value = "\\PC{0,30}|[0-9]{0,30}|/files/[a-z0-9./?#]{0,20}";
    (0..names.len(), value).prop_map(move |(at, value)| (names[at].to_owned(), value))
}

fn cases(usually: u32) -> u32 {
    std::env::var("PROPTEST_CASES")
        .ok()
        .and_then(|cases| cases.parse().ok())
        .unwrap_or(usually)
}

proptest! {
    #![proptest_config(ProptestConfig { cases: cases(40), ..ProptestConfig::default() })]

    #[test]
    fn a_good_reply_made_bad_is_a_value_or_an_error_with_words(
        which in 0..SAMPLES.len(),
        thrown in vec(any::<u32>(), 1..24),
        media_type in 0..TYPES.len(),
        status in 0..STATUSES.len(),
        headers in vec(header(), 0..4),
    ) {
        let body = mutated(SAMPLES[which], &thrown);
        said(&every_call(&replied(STATUSES[status], TYPES[media_type], headers, body)));
    }

    #[test]
    fn any_reply_is_a_value_or_an_error_with_words(
        status in 100..1000_u16,
        media_type in 0..TYPES.len(),
        body in vec(any::<u8>(), 0..200),
        headers in vec(header(), 0..4),
    ) {
        let body = String::from_utf8_lossy(&body).into_owned();
        said(&every_call(&replied(status, TYPES[media_type], headers, body)));
    }

    #[test]
    fn any_configuration_is_read_or_a_fault_that_names_its_place(thrown in vec(any::<u32>(), 1..24), text in "\\PC{0,80}") {
        let _ = config::parse(&mutated(CONFIG, &thrown));
        let _ = config::parse(&text);
    }
}

#[test]
fn a_reply_nested_without_end_is_an_error_of_its_own() {
    for body in deep(100_000).into_iter().take(4) {
        let errors = every_call(&replied(200, "application/json", Vec::new(), body.clone()));
        let deep = |error: &&ApiError| {
            matches!(
                error,
                ApiError::Contract {
                    breach: Breach::TooDeep,
                    ..
                }
            )
        };
        assert!(errors.iter().filter(deep).count() >= 8, "{errors:?}");
        // A problem, and a configuration, are read by the same rules.
        said(&every_call(&replied(422, "application/problem+json", Vec::new(), body.clone())));
        assert!(config::parse(&body).is_err());
    }
}

#[test]
fn what_went_wrong_on_the_way_is_told_apart() {
    let token = Token::parse(&"t".repeat(43)).unwrap();
    let read = |outcome: Result<Reply, Failure>| {
        let recorded = Recorded::new(std::iter::repeat_n(outcome, 8));
        now(recorded.client().read(&token)).unwrap_err()
    };
    let breach = |outcome| match read(outcome) {
        ApiError::Contract { breach, .. } => breach,
        other => panic!("{other:?}"),
    };
    let json = |body: &str| replied(200, "application/json", Vec::new(), body.to_owned());
    assert_eq!(breach(json(&APPLICATION[..200])), Breach::Cut);
    assert_eq!(breach(json("{\"id\":}")), Breach::Garbled);
    assert_eq!(
        breach(json(&APPLICATION.replace("\"version\":7", "\"version\":\"7\""))),
        Breach::Shape
    );
    assert_eq!(breach(json(&APPLICATION.replace("submitted\"", "on-the-moon\""))), Breach::Shape);
    assert_eq!(breach(replied(200, "", Vec::new(), APPLICATION.to_owned())), Breach::Header);
    assert_eq!(
        breach(replied(200, "text/plain", Vec::new(), APPLICATION.to_owned())),
        Breach::Garbled
    );
    assert_eq!(
        breach(replied(404, "application/json", Vec::new(), "{}".to_owned())),
        Breach::UnknownCall
    );
    assert_eq!(breach(replied(405, "", Vec::new(), String::new())), Breach::UnknownCall);
    assert_eq!(breach(Err(Failure::TooLong)), Breach::TooLong);
    for status in [200, 302, 403, 404] {
        let page = replied(status, "text/html", Vec::new(), "<html>".to_owned());
        assert_eq!(read(page), ApiError::Captive, "{status}");
    }
    assert_eq!(read(replied(511, "text/html", Vec::new(), String::new())), ApiError::Captive);
    assert!(matches!(
        read(replied(502, "text/html", Vec::new(), "<html>".to_owned())),
        ApiError::Problem(_)
    ));
}
