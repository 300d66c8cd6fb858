//! Whoever wants to do harm talks to Kinto itself, past the gateway. The permissions of `setup.json` and the rule of `acts` hold.

use serde_json::{Value, json};

use super::harness::{Device, answers, programme, raw, text, token, value};

/// What a link is at the store: by the same derivation as the gateway's, which no attacker can make without the link.
fn credentials(token: &str) -> (String, String) {
    let derived = |purpose: &str| opencall_core::seal::digest(&format!("opencall {purpose} {token}"));
    (derived("id"), format!("applicant:{}", derived("key")))
}

#[test]
fn an_applicant_reads_writes_lists_and_removes_nobody_elses() {
    let (device, programme, hers, his) = (Device::new(), programme(86_400), token(), token());
    device.begin(&hers, &programme, &answers());
    let version = value(&device.read(&hers))["version"].as_u64().unwrap();
    assert_eq!(device.submit(&hers, version).status, 200);
    device.begin(&his, &programme, &json!({}));
    let ((her_id, _), (his_id, he)) = (credentials(&hers), credentials(&his));

    for collection in ["applications", "submissions", "acts", "decisions"] {
        let records = format!("/collections/{collection}/records");
        let one = if matches!(collection, "submissions" | "acts") {
            format!("{her_id}-1")
        } else {
            her_id.clone()
        };
        for credentials in [Some(he.as_str()), Some("someone:else"), None] {
            let (status, body) = raw(credentials, "GET", &format!("{records}/{one}"), &[], &Value::Null);
            assert!(matches!(status, 401 | 403 | 404), "{collection} {credentials:?}: {status} {body}");
            for method in ["PUT", "PATCH", "DELETE"] {
                let body = if method == "DELETE" {
                    Value::Null
                } else {
                    json!({"data": {"answers": {}}})
                };
                let (status, body) = raw(credentials, method, &format!("{records}/{one}"), &[], &body);
                assert!(
                    matches!(status, 401 | 403 | 404),
                    "{method} {collection} {credentials:?}: {status} {body}"
                );
            }
            let (status, listed) = raw(credentials, "GET", &records, &[], &Value::Null);
            let ids: Vec<&str> = listed["data"]
                .as_array()
                .into_iter()
                .flatten()
                .filter_map(|one| one["id"].as_str())
                .collect();
            assert!(status == 200 || matches!(status, 401 | 403), "{status}");
            assert!(
                ids.iter().all(|id| id.starts_with(&his_id)),
                "{collection} {credentials:?} lists {ids:?}"
            );
            let (_, deleted) = raw(credentials, "DELETE", &records, &[], &Value::Null);
            let ids: Vec<&str> = deleted["data"]
                .as_array()
                .into_iter()
                .flatten()
                .filter_map(|one| one["id"].as_str())
                .collect();
            assert!(
                !ids.iter().any(|id| id.starts_with(&her_id)),
                "{collection} {credentials:?} removed {ids:?}"
            );
        }
    }
    let (_, trail) = raw(Some(&he), "GET", "/history", &[], &Value::Null);
    assert!(!trail.to_string().contains(&her_id), "{trail}");
    assert_eq!(value(&device.read(&hers))["status"], "submitted");
}

#[test]
fn whoever_writes_an_early_time_into_a_late_submission_gains_nothing() {
    let (device, programme, token) = (Device::new(), programme(-5), token());
    let (id, credentials) = credentials(&token);
    // Everything by hand, and every time that can be written is before the deadline.
    let early = 1_500_000_000_000_i64;
    let put = |collection: &str, id: &str, data: Value| {
        let mut data = data;
        data["last_modified"] = json!(early);
        let (status, body) = raw(
            Some(&credentials),
            "PUT",
            &format!("/collections/{collection}/records/{id}"),
            &[],
            &json!({"data": data}),
        );
        assert!(matches!(status, 200 | 201), "{status} {body}");
    };
    put(
        "applications",
        &id,
        json!({"programme": programme, "answers": {}, "locale": "en", "begun_at": "2020-01-01T00:00:00Z"}),
    );
    let canonical = format!("{{\"answers\":{{}},\"format\":1,\"programme\":\"{programme}\"}}");
    let digest = opencall_core::seal::digest(&canonical);
    put(
        "submissions",
        &format!("{id}-1"),
        json!({"application": id, "canonical": canonical}),
    );
    put(
        "acts",
        &format!("{id}-1"),
        json!({"application": id, "act": "submitted", "draft_version": early, "digest": digest}),
    );
    assert_eq!(
        value(&device.read(&token))["status"],
        "draft",
        "the store received it too late, whatever it says of itself"
    );
    device.sign_in();
    let reference = opencall_records::auth::reference(&id);
    let rows = device.staff("GET", &format!("/programmes/{programme}/rows"), &Value::Null);
    assert_eq!(rows.status, 200);
    let one = value(&device.staff("GET", &format!("/applications/{reference}"), &Value::Null));
    assert_eq!((one["status"].as_str(), one.get("receipt")), (Some("draft"), None), "{one}");
}

#[test]
fn an_act_changed_afterwards_still_says_what_it_said_and_what_was_submitted_cannot_be_changed_unseen() {
    let (device, programme, token) = (Device::new(), programme(86_400), token());
    device.begin(&token, &programme, &answers());
    let version = value(&device.read(&token))["version"].as_u64().unwrap();
    let receipt = value(&device.submit(&token, version));
    let (id, credentials) = credentials(&token);
    let act = format!("/collections/acts/records/{id}-1");
    let (status, _) = raw(
        Some(&credentials),
        "PUT",
        &act,
        &[],
        &json!({"data": {"application": id, "act": "submitted", "draft_version": 9, "digest": "00"}}),
    );
    assert_eq!(status, 200);
    assert_eq!(value(&device.read(&token))["receipt"], receipt);
    // The answers behind it are another matter: they are what the digest says, or nothing.
    let submission = format!("/collections/submissions/records/{id}-1");
    let (status, _) = raw(
        Some(&credentials),
        "PUT",
        &submission,
        &[],
        &json!({"data": {"application": id, "canonical": "{\"answers\":{}}"}}),
    );
    assert_eq!(status, 200);
    device.sign_in();
    device.staff("GET", &format!("/programmes/{programme}/rows"), &Value::Null);
    let one = value(&device.staff(
        "GET",
        &format!("/applications/{}", receipt["reference"].as_str().unwrap()),
        &Value::Null,
    ));
    assert_eq!(one.get("submitted"), None, "{one}");
    assert_eq!(one["receipt"]["digest"], receipt["digest"]);
}

#[test]
fn nobody_but_the_organiser_makes_accounts_buckets_groups_or_decisions() {
    let (_, credentials) = credentials(&token());
    for (method, path) in [
        ("PUT", "/collections/decisions/records/x"),
        ("PUT", "/collections/programmes/records/x"),
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
        let (status, body) = raw(Some(&credentials), method, path, &[], &body);
        assert!(matches!(status, 401 | 403), "{method} {path}: {status} {body}");
    }
}

#[test]
fn a_wrong_password_signs_nobody_in_and_a_signed_out_page_sees_nothing() {
    let device = Device::new();
    let wrong = json!({"account": "admin", "password": "wrong"});
    let refused = device.send("POST", "/staff/session", &[("opencall-staff", "1")], &wrong);
    assert_eq!(refused.status, 404, "{}", text(&refused));
    let foreign = device.send("POST", "/staff/session", &[], &wrong);
    assert_eq!(foreign.status, 403);
    for path in ["/session", "/programmes/p/rows", "/applications/AAAA-AAAA"] {
        assert_eq!(device.staff("GET", path, &Value::Null).status, 401, "{path}");
    }
}
