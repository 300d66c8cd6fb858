//! Whoever wants to do harm talks to the store itself, past the gateway. The permissions that are shipped hold, and the rule of `acts`.

use serde_json::{Value, json};

use super::harness::{Caller, Device, answers, ask, ids, link, list, make, programme, read, rewrite, text, token, value};
use super::kind::Kind;

#[test]
fn an_applicant_reads_writes_lists_and_removes_nobody_elses() {
    let (device, programme, hers, his) = (Device::new(), programme(86_400), token(), token());
    device.begin(&hers, &programme, &answers());
    let version = value(&device.read(&hers))["version"].as_u64().unwrap();
    assert_eq!(device.submit(&hers, version).status, 200);
    device.begin(&his, &programme, &json!({}));
    let (she, he) = (link(&hers), link(&his));
    // Staff have decided about it and said something of it, so that every collection has a record.
    device.sign_in();
    let reference = opencall_records::auth::reference(&she.id);
    assert_eq!(device.moves(&programme, &reference, "in_review").status, 200);

    let kind = Kind::here();
    for collection in ["applications", "submissions", "acts", "decisions", "notes"] {
        let one = if matches!(collection, "submissions" | "acts") {
            she.act(1)
        } else {
            she.id.clone()
        };
        let before = read(&Caller::Staff, collection, &one);
        assert_eq!(before.0, 200, "{collection}: it is there");
        for caller in [Caller::Applicant(his.clone()), Caller::Stranger, Caller::Nobody] {
            let (status, body) = read(&caller, collection, &one);
            assert!(matches!(status, 401 | 403 | 404), "{collection} {caller:?}: {status} {body}");
            for method in ["PUT", "PATCH", "DELETE"] {
                // What whoever may change such a record could change of it.
                let body = match (method, collection) {
                    ("DELETE", _) => Value::Null,
                    (_, "applications") => kind.body(json!({"answers": {}})),
                    (_, "decisions") => kind.body(json!({"status": "selected"})),
                    (_, "notes") => kind.body(json!({"notes": []})),
                    _ => kind.body(json!({"draft_version": 9})),
                };
                let (status, body) = ask(&caller, method, &kind.record(collection, &one), &[("if-match", "\"1\"")], &body);
                assert!(
                    matches!(status, 400 | 401 | 403 | 404 | 405),
                    "{method} {collection} {caller:?}: {status} {body}"
                );
            }
            let (status, seen) = list(&caller, collection);
            assert!(matches!(status, 200 | 401 | 403), "{status}");
            let seen = ids(&seen);
            assert!(
                seen.iter().all(|id| id.starts_with(&he.id)),
                "{collection} {caller:?} lists {seen:?}"
            );
            ask(&caller, "DELETE", &kind.list(collection), &[], &Value::Null);
        }
        assert_eq!(read(&Caller::Staff, collection, &one), before, "{collection}: it is what it was");
    }
    assert_eq!(value(&device.read(&hers))["status"], "in_review");
}

#[test]
fn whoever_writes_an_early_time_into_a_late_submission_gains_nothing() {
    let (device, slow, programme, token) = (Device::new(), Device::new(), programme(-5), token());
    // Where applicants have accounts, one is made with the draft; a device whose clock is behind thinks it is in time.
    slow.ahead.set(-3_600_000);
    assert_eq!(slow.begin(&token, &programme, &json!({})).status, 201);
    let (link, she, kind) = (link(&token), Caller::Applicant(token.clone()), Kind::here());
    // Everything by hand, and every time that can be written is before the deadline.
    let put = |collection: &str, record: Value| {
        let mut early = record.clone();
        for member in kind.times() {
            early[*member] = kind.time(1_500_000_000_000);
        }
        let (status, told) = make(&she, collection, &link.act(1), early);
        // Where a time may not even be written, the attacker leaves it out.
        if !matches!(status, 200 | 201) {
            let (status, told_again) = make(&she, collection, &link.act(1), record);
            assert!(matches!(status, 200 | 201), "{told}, then {status} {told_again}");
        }
    };
    let canonical = format!("{{\"answers\":{{}},\"format\":1,\"programme\":\"{programme}\"}}");
    let digest = opencall_core::seal::digest(&canonical);
    put(
        "submissions",
        json!({"application": link.id, "programme": programme, "canonical": canonical, "draft_version": 1}),
    );
    put(
        "acts",
        json!({"application": link.id, "programme": programme, "act": "submitted", "draft_version": 1, "digest": digest}),
    );
    assert_eq!(
        value(&device.read(&token))["status"],
        "draft",
        "the store received it too late, whatever it says of itself"
    );
    device.sign_in();
    let reference = opencall_records::auth::reference(&link.id);
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
    let (link, she) = (link(&token), Caller::Applicant(token.clone()));
    let act = json!({"application": link.id, "act": "submitted", "draft_version": 9, "digest": "00"});
    let submission = json!({"application": link.id, "canonical": "{\"answers\":{}}"});
    let statuses = [
        rewrite(&she, "acts", &link.act(1), act).0,
        rewrite(&she, "submissions", &link.act(1), submission).0,
    ];
    let lets = Kind::here().keeps_a_trail();
    assert!(
        statuses
            .iter()
            .all(|status| if lets { *status == 200 } else { matches!(status, 403 | 404) }),
        "{statuses:?}"
    );
    assert_eq!(value(&device.read(&token))["receipt"], receipt);
    device.sign_in();
    device.staff("GET", &format!("/programmes/{programme}/rows"), &Value::Null);
    let reference = receipt["reference"].as_str().unwrap();
    let one = value(&device.staff("GET", &format!("/applications/{reference}"), &Value::Null));
    // The answers behind the act are what its digest says, or nothing.
    assert_eq!(one.get("submitted").is_none(), lets, "{one}");
    assert_eq!(one["receipt"]["digest"], receipt["digest"]);
}

#[test]
fn nobody_chooses_afterwards_which_of_their_submissions_counts() {
    let (device, programme, token) = (Device::new(), programme(86_400), token());
    let (version, _) = device.applies(&token, &programme);
    let saved = value(&device.save(&token, version, &json!({"city": "Lille"})));
    let second = value(&device.submit(&token, saved["version"].as_u64().unwrap()));
    device.sign_in();
    let reference = second["reference"].as_str().unwrap();
    assert_eq!(device.moves(&programme, reference, "ineligible").status, 200);
    let (she, act) = (Caller::Applicant(token.clone()), link(&token).act(2));
    for collection in ["submissions", "acts"] {
        let (status, told) = ask(&she, "DELETE", &Kind::here().record(collection, &act), &[], &Value::Null);
        let kept = Kind::here().keeps_a_trail();
        assert!(
            if kept { status == 200 } else { matches!(status, 403 | 404) },
            "{collection}: {status} {told}"
        );
    }
    let seen = value(&device.read(&token));
    assert_eq!(seen["status"], "ineligible", "{seen}");
    let staff = Device::new();
    staff.sign_in();
    let seen = value(&staff.staff("GET", &format!("/applications/{reference}"), &Value::Null));
    assert_eq!(
        (&seen["status"], &seen["receipt"]["digest"]),
        (&json!("ineligible"), &second["digest"]),
        "{seen}"
    );
}

#[test]
fn nobody_but_the_organiser_decides_notes_or_writes_programmes() {
    let (device, programme, token) = (Device::new(), programme(86_400), token());
    assert_eq!(device.begin(&token, &programme, &answers()).status, 201);
    let id = link(&token).id;
    for collection in ["decisions", "notes", "programmes"] {
        for caller in [Caller::Applicant(token.clone()), Caller::Stranger, Caller::Nobody] {
            let record = json!({"status": "winner", "about": link(&token).act(1), "moved_at": "2026-11-29T00:00:00Z"});
            let (status, body) = make(&caller, collection, &id, record);
            assert!(matches!(status, 400 | 401 | 403), "{collection} {caller:?}: {status} {body}");
            let (status, body) = rewrite(&caller, "programmes", &programme, json!({"document": {}}));
            assert!(matches!(status, 401 | 403 | 404), "{caller:?}: {status} {body}");
        }
        let (status, found) = read(&Caller::Staff, collection, &id);
        assert!(matches!(status, 403 | 404), "{collection}: {status} {found}");
    }
    assert!(value(&device.read(&token))["status"] == "draft");
}

#[test]
fn a_wrong_password_signs_nobody_in_and_a_signed_out_page_sees_nothing() {
    let device = Device::new();
    let wrong = json!({"account": Kind::here().staff(), "password": "wrong-wrong"});
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
    let (_, receipt) = device.applies(&token, &programme);
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

    let (link, she) = (link(&token), Caller::Applicant(token.clone()));
    let (status, decision) = read(&she, "decisions", &link.id);
    assert_eq!((status, decision["status"].as_str()), (200, Some("in_review")), "{decision}");
    let (status, _) = read(&she, "notes", &link.id);
    assert!(matches!(status, 403 | 404), "{status}");
    let told = decision.to_string();
    assert!(
        !told.contains("Between us") && !told.contains("Hardly") && !told.contains(Kind::here().staff()),
        "{told}"
    );
}

#[test]
fn whoever_knows_an_applications_id_cannot_act_for_it_nor_stand_in_its_way() {
    let (device, programme, hers, his) = (Device::new(), programme(86_400), token(), token());
    let (version, receipt) = device.applies(&hers, &programme);
    let id = receipt["application"].as_str().unwrap();
    assert_eq!(device.begin(&his, &programme, &json!({})).status, 201);
    let attacker = Caller::Applicant(his);
    for (number, act) in [(2, "withdrawn"), (3, "submitted"), (7, "withdrawn")] {
        for name in [format!("{id}-{number}"), format!("{id}-{number}-0000000000000000")] {
            let about = json!({"application": id, "programme": programme, "draft_version": 9});
            let (mut submission, mut done) = (about.clone(), about);
            submission["canonical"] = json!("{}");
            done["act"] = json!(act);
            done["digest"] = json!("00");
            for (collection, record) in [("submissions", submission), ("acts", done)] {
                // Taken or refused: what counts is that nothing comes of it.
                let (status, body) = make(&attacker, collection, &name, record);
                assert!(matches!(status, 200 | 201 | 400 | 403), "{status} {body}");
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
    let back = device.withdraw(&hers);
    assert_eq!(value(&back)["status"], "withdrawn", "{}", text(&back));
}

#[test]
fn of_those_who_save_at_the_same_moment_one_is_taken_and_the_others_are_told() {
    if !Kind::here().is_careful() {
        return;
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
