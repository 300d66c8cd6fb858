//! What only Directus has: accounts that anybody may make, roles, and permissions of single members.

use serde_json::{Value, json};

use super::harness::{Caller, Device, answers, ask, link, list, make, programme, read, token};
use super::kind::Kind;

#[test]
fn nobody_makes_an_account_of_staff_nor_sees_or_takes_anybody_elses() {
    if !Kind::Directus.is_here() {
        return;
    }
    let (device, programme, hers, his) = (Device::new(), programme(86_400), token(), token());
    for token in [&hers, &his] {
        assert_eq!(device.begin(token, &programme, &json!({})).status, 201);
    }
    let (she, he) = (Caller::Applicant(hers.clone()), Caller::Applicant(his));
    let owner = read(&she, "applications", &link(&hers).id).1["user_created"].clone();
    let hers_at = format!("/users/{}", owner.as_str().unwrap());
    let (_, staff) = ask(&Caller::Staff, "GET", "/users/me?fields=role", &[], &Value::Null);
    let role = json!({"role": staff["data"]["role"], "password": "a-password"});
    for caller in [he, Caller::Nobody] {
        for (method, url, body) in [
            ("PATCH", "/users/me", &role),
            ("PATCH", hers_at.as_str(), &role),
            ("DELETE", hers_at.as_str(), &Value::Null),
            ("POST", "/users", &role),
            ("POST", "/roles", &json!({"name": "r"})),
            ("POST", "/policies", &json!({"name": "p", "admin_access": true})),
            ("PATCH", "/settings", &json!({"public_registration_email_filter": null})),
            ("DELETE", "/collections/notes", &Value::Null),
            ("GET", "/activity", &Value::Null),
            ("GET", "/revisions", &Value::Null),
        ] {
            let (status, told) = ask(&caller, method, url, &[], body);
            assert!(matches!(status, 401 | 403), "{method} {url} {caller:?}: {status} {told}");
        }
        let (_, seen) = ask(&caller, "GET", "/users?limit=-1&fields=*", &[], &Value::Null);
        assert!(!seen.to_string().contains(owner.as_str().unwrap()), "{seen}");
        // What is asked for along the way is shown to nobody either.
        let (_, seen) = ask(&caller, "GET", "/items/applications?fields=*,user_created.*", &[], &Value::Null);
        assert!(!seen.to_string().contains("applicants.example.com"), "{seen}");
    }
    // Only addresses that belong to a private link are registered.
    let eve = json!({"email": "eve@example.org", "password": "a-password"});
    ask(&Caller::Nobody, "POST", "/users/register", &[], &eve);
    let (status, _) = ask(&Caller::Nobody, "POST", "/auth/login", &[], &eve);
    assert_ne!(status, 200);
    let eve = json!({"email": "eve@applicants.example.com", "password": "a-password", "role": staff["data"]["role"]});
    assert_eq!(
        ask(&Caller::Nobody, "POST", "/users/register", &[], &eve).0,
        400,
        "nobody says what role they have"
    );
    // Her address is taken, and by nobody but her.
    let again = json!({"email": format!("{}@applicants.example.com", link(&hers).account), "password": "a-password"});
    ask(&Caller::Nobody, "POST", "/users/register", &[], &again);
    assert_ne!(ask(&Caller::Nobody, "POST", "/auth/login", &[], &again).0, 200);
    assert_eq!(device.read(&hers).status, 200);
}

#[test]
fn a_record_is_whoevers_who_makes_it_and_stays_so() {
    if !Kind::Directus.is_here() {
        return;
    }
    let (device, programme, hers, his) = (Device::new(), programme(86_400), token(), token());
    for token in [&hers, &his] {
        assert_eq!(device.begin(token, &programme, &answers()).status, 201);
    }
    let (she, he) = (Caller::Applicant(hers.clone()), Caller::Applicant(his.clone()));
    let owner = read(&she, "applications", &link(&hers).id).1["user_created"].clone();
    let act = json!({"application": link(&hers).id, "programme": programme, "act": "withdrawn", "draft_version": 1, "user_created": owner});
    let (status, told) = make(&he, "acts", &link(&his).act(1), act);
    assert_eq!(status, 403, "{told}");
    // By a query too, as the description does it.
    let hers_by_query = json!({"query": {"filter": {"id": {"_eq": link(&hers).id}}}, "data": {"answers": {}}});
    let (status, told) = ask(&he, "PATCH", "/items/applications", &[], &hers_by_query);
    assert!(status == 403 || told["data"] == json!([]), "{status} {told}");
    assert_eq!(read(&Caller::Staff, "applications", &link(&hers).id).1["answers"], answers());
    let path = Kind::here().record("applications", &link(&his).id);
    for changes in [
        json!({"user_created": owner}),
        json!({"programme": "another"}),
        json!({"written_at": "2020-01-01T00:00:00Z"}),
    ] {
        let (status, told) = ask(&he, "PATCH", &path, &[], &changes);
        assert_eq!(status, 403, "{changes}: {told}");
    }
    assert_eq!(device.read(&his).status, 200);
    assert_eq!(device.read(&hers).status, 200);
}

#[test]
fn what_was_decided_is_shown_to_whom_it_is_about_alone() {
    if !Kind::Directus.is_here() {
        return;
    }
    let (device, programme, hers, his) = (Device::new(), programme(86_400), token(), token());
    device.sign_in();
    for token in [&hers, &his] {
        let (_, receipt) = device.applies(token, &programme);
        let reference = receipt["reference"].as_str().unwrap();
        assert_eq!(device.moves(&programme, reference, "in_review").status, 200);
    }
    for token in [hers, his] {
        let (_, seen) = list(&Caller::Applicant(token.clone()), "decisions");
        assert_eq!(super::harness::ids(&seen), [link(&token).id]);
    }
}

#[test]
fn what_is_erased_is_nowhere_else_either() {
    if !Kind::Directus.is_here() {
        return;
    }
    let (device, programme, token) = (Device::new(), programme(86_400), token());
    device.applies(&token, &programme);
    assert_eq!(device.erase(&token).status, 204);
    for kept in ["/revisions", "/activity"] {
        let (status, told) = ask(
            &Caller::Administrator,
            "GET",
            &format!("{kept}?limit=-1&fields=*"),
            &[],
            &Value::Null,
        );
        assert_eq!(status, 200, "{told}");
        assert!(!told.to_string().contains(&link(&token).id), "{kept}");
    }
}

#[test]
fn whoever_knows_an_applications_id_cannot_have_its_account_locked() {
    if !Kind::Directus.is_here() {
        return;
    }
    let (device, programme, token) = (Device::new(), programme(86_400), token());
    assert_eq!(device.begin(&token, &programme, &answers()).status, 201);
    for _ in 0..30 {
        let guess = json!({"email": format!("{}@applicants.example.com", link(&token).id), "password": "a guess"});
        assert_eq!(ask(&Caller::Nobody, "POST", "/auth/login", &[], &guess).0, 401);
    }
    assert_eq!(Device::new().read(&token).status, 200);
}
