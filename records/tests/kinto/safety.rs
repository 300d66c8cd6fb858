//! Whoever wants to do harm talks to Kinto itself, past the gateway. The permissions of `setup.json` and the rule of `acts` hold.

use serde_json::{Value, json};

use super::harness::{AtStore, Device, answers, at_store, on_postgres, programme, raw, text, token, value};

#[test]
fn an_applicant_reads_writes_lists_and_removes_nobody_elses() {
    let (device, programme, hers, his) = (Device::new(), programme(86_400), token(), token());
    device.begin(&hers, &programme, &answers());
    let version = value(&device.read(&hers))["version"].as_u64().unwrap();
    assert_eq!(device.submit(&hers, version).status, 200);
    device.begin(&his, &programme, &json!({}));
    let (she, AtStore { link, credentials: he }) = (at_store(&hers), at_store(&his));
    let (her_id, his_id) = (she.link.id.clone(), link.id);
    // Staff have decided about it and said something of it, so that every collection has a record.
    device.sign_in();
    let reference = opencall_records::auth::reference(&her_id);
    assert_eq!(device.moves(&programme, &reference, "in_review").status, 200);

    for collection in ["applications", "submissions", "acts", "decisions", "notes"] {
        let records = format!("/collections/{collection}/records");
        let one = if matches!(collection, "submissions" | "acts") {
            she.link.act(1)
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
    assert_eq!(value(&device.read(&hers))["status"], "in_review");
}

#[test]
fn whoever_writes_an_early_time_into_a_late_submission_gains_nothing() {
    let (device, programme, token) = (Device::new(), programme(-5), token());
    let AtStore { link, credentials } = at_store(&token);
    let id = link.id.clone();
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
    put("submissions", &link.act(1), json!({"application": id, "canonical": canonical}));
    put(
        "acts",
        &link.act(1),
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
    let AtStore { link, credentials } = at_store(&token);
    let (id, act) = (&link.id, format!("/collections/acts/records/{}", link.act(1)));
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
    let submission = format!("/collections/submissions/records/{}", link.act(1));
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
    let AtStore { credentials, .. } = at_store(&token());
    for (method, path) in [
        ("PUT", "/collections/decisions/records/x"),
        ("PUT", "/collections/notes/records/x"),
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

#[test]
fn what_staff_say_among_themselves_is_shown_to_no_applicant() {
    let (device, programme, token) = (Device::new(), programme(86_400), token());
    let version = value(&device.begin(&token, &programme, &answers()))["version"].as_u64().unwrap();
    let receipt = value(&device.submit(&token, version));
    let reference = receipt["reference"].as_str().unwrap();
    device.sign_in();
    assert_eq!(device.moves(&programme, reference, "in_review").status, 200);
    let one = format!("/applications/{reference}");
    assert_eq!(
        device.staff("POST", &format!("{one}/notes"), &json!({"text": "Hardly"})).status,
        201
    );
    let seen = value(&device.staff("GET", &one, &Value::Null)).to_string();
    assert!(seen.contains("Between us") && seen.contains("Hardly"), "{seen}");

    let AtStore { link, credentials } = at_store(&token);
    let (status, decision) = raw(
        Some(&credentials),
        "GET",
        &format!("/collections/decisions/records/{}", link.id),
        &[],
        &Value::Null,
    );
    assert_eq!(
        (status, decision["data"]["status"].as_str()),
        (200, Some("in_review")),
        "{decision}"
    );
    let notes = format!("/collections/notes/records/{}", link.id);
    let (status, _) = raw(Some(&credentials), "GET", &notes, &[], &Value::Null);
    assert!(matches!(status, 403 | 404), "{status}");
    let (_, trail) = raw(Some(&credentials), "GET", "/history?_limit=500", &[], &Value::Null);
    for told in [&decision, &trail] {
        let told = told.to_string();
        assert!(
            !told.contains("Between us") && !told.contains("Hardly") && !told.contains("admin"),
            "{told}"
        );
    }
    let (_, trail) = raw(Some("admin:s3cr3t"), "GET", "/history?_limit=500", &[], &Value::Null);
    assert!(
        !trail.to_string().contains("Hardly"),
        "notes are kept once, so that removing them removes them"
    );
}

#[test]
fn whoever_knows_an_applications_id_cannot_act_for_it_nor_stand_in_its_way() {
    let (device, programme, hers) = (Device::new(), programme(86_400), token());
    let version = value(&device.begin(&hers, &programme, &answers()))["version"].as_u64().unwrap();
    let receipt = value(&device.submit(&hers, version));
    let id = receipt["application"].as_str().unwrap();
    let attacker = at_store(&token()).credentials;
    for (number, act) in [(2, "withdrawn"), (3, "submitted"), (7, "withdrawn")] {
        for name in [format!("{id}-{number}"), format!("{id}-{number}-0000000000000000")] {
            for collection in ["submissions", "acts"] {
                let record =
                    json!({"application": id, "programme": programme, "act": act, "draft_version": 9, "digest": "00", "canonical": "{}"});
                let path = format!("/collections/{collection}/records/{name}");
                let (status, body) = raw(Some(&attacker), "PUT", &path, &[], &json!({"data": record}));
                assert_eq!(status, 201, "{body}");
            }
        }
    }
    device.sign_in();
    let one = format!("/applications/{}", receipt["reference"].as_str().unwrap());
    let seen = value(&device.staff("GET", &one, &Value::Null));
    assert_eq!(
        (&seen["status"], &seen["receipt"]["digest"]),
        (&json!("submitted"), &receipt["digest"]),
        "{seen}"
    );
    assert_eq!(seen["submitted"]["city"], answers()["city"]);
    // She submits again, and takes it back.
    let saved = value(&device.save(&hers, version, &json!({"city": "Lille"})));
    let anew = device.submit(&hers, saved["version"].as_u64().unwrap());
    assert_eq!(anew.status, 200, "{}", text(&anew));
    let back = device.as_applicant(
        &hers,
        "POST",
        "/application/withdraw",
        &[("idempotency-key", "\"w\"")],
        &Value::Null,
    );
    assert_eq!(value(&back)["status"], "withdrawn", "{}", text(&back));
}

#[test]
fn a_time_in_the_future_is_refused_and_nobody_else_meets_it() {
    if !on_postgres() {
        return; // Memory has no rules of its own: it is for trials.
    }
    let (device, programme, token) = (Device::new(), programme(86_400), token());
    let attacker = at_store(&super::harness::token());
    for collection in ["applications", "submissions", "acts"] {
        for time in [253_402_300_799_000_i64, 4_000_000_000_000, now_ms() + 60_000] {
            let path = format!("/collections/{collection}/records/{}", attacker.link.act(1));
            let (status, _) = raw(
                Some(&attacker.credentials),
                "PUT",
                &path,
                &[],
                &json!({"data": {"application": attacker.link.id, "last_modified": time}}),
            );
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

#[test]
fn of_those_who_save_at_the_same_moment_one_is_taken_and_the_others_are_told() {
    if !on_postgres() {
        return; // As above.
    }
    let (device, programme, token) = (Device::new(), programme(86_400), token());
    let mut version = value(&device.begin(&token, &programme, &json!({})))["version"].as_u64().unwrap();
    for round in 0..12 {
        let statuses: Vec<u16> = std::thread::scope(|scope| {
            let save = |place: u32| {
                let token = &token;
                scope.spawn(move || {
                    Device::new()
                        .save(token, version, &json!({"city": format!("{round}-{place}")}))
                        .status
                })
            };
            let saving: Vec<_> = (0..4).map(save).collect();
            saving.into_iter().map(|one| one.join().unwrap()).collect()
        });
        let taken = statuses.iter().filter(|status| **status == 200).count();
        assert_eq!(taken, 1, "round {round}: {statuses:?}");
        assert!(
            statuses.iter().all(|status| matches!(status, 200 | 412)),
            "round {round}: {statuses:?}"
        );
        version = value(&device.read(&token))["version"].as_u64().unwrap();
    }
}

fn now_ms() -> i64 {
    let now = std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH).unwrap();
    i64::try_from(now.as_millis()).unwrap()
}
