//! What only PocketBase has: accounts that anybody may make, relations and hooks.

use serde_json::{Value, json};

use super::harness::{Caller, Device, answers, ask, link, list, make, programme, read, rewrite, token, value};
use super::kind::Kind;

#[test]
fn nobody_makes_an_account_of_staff_nor_sees_or_takes_anybody_elses() {
    if !Kind::PocketBase.is_here() {
        return;
    }
    let (device, programme, hers, his) = (Device::new(), programme(86_400), token(), token());
    for token in [&hers, &his] {
        assert_eq!(device.begin(token, &programme, &json!({})).status, 201);
    }
    let he = Caller::Applicant(his);
    let owner = read(&Caller::Applicant(hers.clone()), "applications", &link(&hers).id).1["owner"].clone();
    let hers_at = format!("/applicants/records/{}", owner.as_str().unwrap());
    let account = json!({"email": "eve@opencall.example", "password": "a-password", "passwordConfirm": "a-password"});
    for caller in [he.clone(), Caller::Nobody] {
        for collection in ["staff", "_superusers"] {
            let (status, body) = ask(&caller, "POST", &format!("/{collection}/records"), &[], &account);
            assert_eq!(status, 403, "{collection} {caller:?}: {body}");
        }
        for collection in ["staff", "applicants", "_superusers"] {
            let (status, seen) = list(&caller, collection);
            assert!(status == 403 && seen.is_empty(), "{collection} {caller:?}: {status} {seen:?}");
        }
        for (method, body) in [("PATCH", account.clone()), ("DELETE", Value::Null), ("GET", Value::Null)] {
            let (status, body) = ask(&caller, method, &hers_at, &[], &body);
            assert!(matches!(status, 403 | 404), "{method} {caller:?}: {status} {body}");
        }
        for settings in ["", "/applications", "/meta/scaffolds"] {
            let (status, _) = ask(&caller, "GET", settings, &[], &Value::Null);
            assert!(matches!(status, 401 | 403), "{settings}: {status}");
        }
    }
    // Her address is taken, and by nobody but her.
    let mut again = account;
    again["email"] = json!(format!("{}@opencall.invalid", link(&hers).account));
    let (status, told) = ask(&Caller::Nobody, "POST", "/applicants/records", &[], &again);
    assert_eq!((status, &told["data"]["email"]["code"]), (400, &json!("validation_not_unique")));
    assert_eq!(device.read(&hers).status, 200);
}

#[test]
fn nobody_learns_by_asking_for_programmes_what_applications_say() {
    if !Kind::PocketBase.is_here() {
        return;
    }
    let (device, programme, hers) = (Device::new(), programme(86_400), token());
    assert_eq!(device.begin(&hers, &programme, &answers()).status, 201);
    for guess in [
        "filter=@collection.applications.locale%20%3F=%20%27fr%27",
        "filter=@collection.applicants.email%20%3F~%20%27opencall%27",
        "sort=@collection.applications.locale",
    ] {
        let (status, told) = ask(&Caller::Nobody, "GET", &format!("/programmes/records?{guess}"), &[], &Value::Null);
        assert!(matches!(status, 400 | 403), "{guess}: {status} {told}");
    }
}

#[test]
fn a_record_is_whoevers_who_makes_it_and_stays_so() {
    if !Kind::PocketBase.is_here() {
        return;
    }
    let (device, programme, hers, his) = (Device::new(), programme(86_400), token(), token());
    for token in [&hers, &his] {
        assert_eq!(device.begin(token, &programme, &answers()).status, 201);
    }
    let (she, he) = (Caller::Applicant(hers.clone()), Caller::Applicant(his.clone()));
    let owner = read(&she, "applications", &link(&hers).id).1["owner"].clone();
    for (number, naming) in ["owner", "owner+", "+owner"].into_iter().enumerate() {
        let mut act = json!({"application": link(&hers).id, "programme": programme, "act": "withdrawn", "draft_version": 1});
        act[naming] = owner.clone();
        let (status, told) = make(&he, "acts", &link(&his).act(1 + number as u64), act);
        assert!(status == 400 || told["owner"] != owner, "{naming}: {status} {told}");
    }
    let path = Kind::here().record("applications", &link(&his).id);
    for naming in ["owner", "owner+", "+owner", "owner-", "programme"] {
        let version = value(&device.read(&his))["version"].to_string();
        let mut changes = json!({});
        changes[naming] = owner.clone();
        let (status, told) = ask(&he, "PATCH", &path, &[("if-match", &version)], &changes);
        assert!(matches!(status, 200 | 404), "{naming}: {status} {told}");
        let kept = value(&device.read(&his));
        assert_eq!(
            kept["programme"],
            programme.as_str(),
            "{naming}: it is still his, and for the same programme"
        );
    }
}

#[test]
fn a_change_says_which_version_it_was_made_of_and_cannot_choose_its_own() {
    if !Kind::PocketBase.is_here() {
        return;
    }
    let (device, programme, token) = (Device::new(), programme(86_400), token());
    let version = value(&device.begin(&token, &programme, &answers()))["version"].as_u64().unwrap();
    let she = Caller::Applicant(token.clone());
    let (status, told) = rewrite(&she, "applications", &link(&token).id, json!({"answers": {}}));
    assert_eq!(status, 412, "{told}");
    let path = Kind::here().record("applications", &link(&token).id);
    let changes = json!({"answers": {"city": "Nice"}, "version": 900});
    let (status, told) = ask(&she, "PATCH", &path, &[("if-match", &format!("\"{version}\""))], &changes);
    assert_eq!((status, &told["version"]), (200, &json!(version + 1)), "{told}");
}

#[test]
fn whose_session_has_ended_is_told_so() {
    if !Kind::PocketBase.is_here() {
        return;
    }
    for collection in ["applications", "decisions", "programmes"] {
        let (status, told) = ask(&Caller::Stranger, "GET", &Kind::here().list(collection), &[], &Value::Null);
        assert_eq!(status, 401, "{collection}: {told}");
    }
}

#[test]
fn nobody_has_it_write_to_anybody() {
    if !Kind::PocketBase.is_here() {
        return;
    }
    let (device, programme, hers) = (Device::new(), programme(86_400), token());
    assert_eq!(device.begin(&hers, &programme, &json!({})).status, 201);
    let real = json!({"email": "victim@example.org", "password": "a-password", "passwordConfirm": "a-password"});
    let (status, told) = ask(&Caller::Nobody, "POST", "/applicants/records", &[], &real);
    assert_eq!(status, 400, "{told}");
    let hers_at = format!("{}@opencall.invalid", link(&hers).account);
    for (path, body) in [
        ("request-password-reset", json!({"email": hers_at})),
        ("request-verification", json!({"email": hers_at})),
        ("request-email-change", json!({"newEmail": "victim@example.org"})),
    ] {
        let she = Caller::Applicant(hers.clone());
        let (status, told) = ask(&she, "POST", &format!("/applicants/{path}"), &[], &body);
        assert_eq!(status, 403, "{path}: {told}");
    }
}

#[test]
fn a_decision_about_nobody_is_shown_to_nobody() {
    if !Kind::PocketBase.is_here() {
        return;
    }
    let id = link(&token()).id;
    let (status, told) = make(&Caller::Staff, "decisions", &id, json!({"status": "in_review"}));
    assert_eq!(status, 200, "{told}");
    assert_eq!(read(&Caller::Nobody, "decisions", &id).0, 404);
    assert_eq!(list(&Caller::Nobody, "decisions").1, Vec::<Value>::new());
}
