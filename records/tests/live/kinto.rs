//! What only Kinto has: buckets, groups, a history, and times that clients may write.

use serde_json::{Value, json};

use super::harness::{Caller, Device, answers, ask, ids, link, list, make, programme, text, token, value};
use super::kind::Kind;

/// The trail, as a caller is shown it.
fn trail(caller: &Caller) -> String {
    ask(caller, "GET", "/history?_limit=500", &[], &Value::Null).1.to_string()
}

#[test]
fn nobody_but_the_organiser_makes_accounts_buckets_or_groups() {
    if !Kind::Kinto.is_here() {
        return;
    }
    let applicant = Caller::Applicant(token());
    for (method, path) in [
        ("PUT", "/collections/new"),
        ("PUT", "/groups/staff"),
        ("PATCH", "/groups/staff"),
        ("PATCH", ""),
        ("DELETE", ""),
        ("DELETE", "/history"),
        ("DELETE", "/collections/applications"),
    ] {
        let body = if method == "DELETE" {
            Value::Null
        } else {
            json!({"data": {"members": ["system.Everyone"]}})
        };
        let (status, body) = ask(&applicant, method, path, &[], &body);
        assert!(matches!(status, 401 | 403), "{method} {path}: {status} {body}");
    }
}

#[test]
fn whoever_removes_everything_removes_only_their_own() {
    if !Kind::Kinto.is_here() {
        return;
    }
    let (device, programme, hers, his) = (Device::new(), programme(86_400), token(), token());
    device.begin(&hers, &programme, &answers());
    device.begin(&his, &programme, &answers());
    let path = "/collections/applications/records";
    for caller in [Caller::Stranger, Caller::Nobody, Caller::Applicant(his.clone())] {
        ask(&caller, "DELETE", path, &[], &Value::Null);
    }
    let left = ids(&list(&Caller::Staff, "applications").1);
    assert!(left.contains(&link(&hers).id) && !left.contains(&link(&his).id), "{left:?}");
}

#[test]
fn the_trail_shows_nobody_anybody_elses_and_keeps_no_notes() {
    if !Kind::Kinto.is_here() {
        return;
    }
    let (device, programme, hers, his) = (Device::new(), programme(86_400), token(), token());
    let (_, receipt) = device.applies(&hers, &programme);
    device.begin(&his, &programme, &json!({}));
    device.sign_in();
    let reference = receipt["reference"].as_str().unwrap();
    assert_eq!(device.moves(&programme, reference, "in_review").status, 200);
    let note = format!("/applications/{reference}/notes");
    assert_eq!(device.staff("POST", &note, &json!({"text": "Hardly"})).status, 201);
    assert!(!trail(&Caller::Applicant(his)).contains(&link(&hers).id));
    let own = trail(&Caller::Applicant(hers));
    assert!(
        !own.contains("Between us") && !own.contains("Hardly") && !own.contains("account:admin"),
        "{own}"
    );
    assert!(
        !trail(&Caller::Staff).contains("Hardly"),
        "notes are kept once, so that removing them removes them"
    );
}

#[test]
fn a_time_in_the_future_is_refused_and_nobody_else_meets_it() {
    if !Kind::Kinto.is_here() || !Kind::here().is_careful() {
        return; // Memory has no rules of its own: it is for trials.
    }
    let (device, programme, token) = (Device::new(), programme(86_400), token());
    let attacker = super::harness::token();
    let id = link(&attacker).act(1);
    for collection in ["applications", "submissions", "acts"] {
        for time in [253_402_300_799_000_i64, 4_000_000_000_000, now_ms() + 60_000] {
            let record = json!({"application": link(&attacker).id, "last_modified": time});
            let (status, _) = make(&Caller::Applicant(attacker.clone()), collection, &id, record);
            assert!(status >= 400, "{collection} {time}: {status}");
        }
    }
    let begun = device.begin(&token, &programme, &answers());
    assert_eq!(begun.status, 201, "{}", text(&begun));
    let version = value(&begun)["version"].as_u64().unwrap();
    let apart = i64::try_from(version).unwrap() - now_ms();
    assert!(apart.abs() < 10_000, "{apart} ms");
    assert_eq!(device.submit(&token, version).status, 200);
}

fn now_ms() -> i64 {
    let now = std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH).unwrap();
    i64::try_from(now.as_millis()).unwrap()
}
