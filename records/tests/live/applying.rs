//! Applying: begun, saved, merged, submitted, changed, taken back, erased; on two devices.

use opencall_core::contract::{Receipt, WholeView};
use serde_json::{Value, json};

use super::harness::{Caller, Device, answers, ids, link, list, make, programme, steps, text, token, value};
use super::kind::Kind;

#[test]
fn an_application_is_begun_saved_submitted_and_read_again_from_another_device() {
    let (phone, laptop, programme, token) = (Device::new(), Device::new(), programme(86_400), token());
    let begun = phone.begin(
        &token,
        &programme,
        &json!({"company_name": "Zoë 👩\u{200d}👩\u{200d}👧 \u{202b}א\u{202c}\u{2028}"}),
    );
    assert_eq!(begun.status, 201, "{}", text(&begun));
    assert_eq!(phone.begin(&token, &programme, &json!({})).status, 200, "begun once");
    let version = value(&begun)["version"].as_u64().unwrap();
    assert_eq!(begun.header("etag"), Some(format!("\"{version}\"").as_str()));

    let saved = phone.save(&token, version, &answers());
    assert_eq!(saved.status, 200, "{}", text(&saved));
    let version = value(&saved)["version"].as_u64().unwrap();
    let seen = laptop.read(&token);
    let whole: WholeView = serde_json::from_slice(&seen.body).unwrap();
    assert_eq!(whole.view.version, version);
    assert_eq!(whole.changed_by.as_deref(), Some("Firefox on Android"));
    for (name, answer) in answers().as_object().unwrap() {
        assert_eq!(whole.view.answers.0.get(name), Some(answer), "{name}");
    }

    let submitted = laptop.submit(&token, version);
    assert_eq!(submitted.status, 200, "{}", text(&submitted));
    let receipt: Receipt = serde_json::from_slice(&submitted.body).unwrap();
    assert_eq!(receipt.version, version);
    let again: Receipt = serde_json::from_slice(&phone.submit(&token, version).body).unwrap();
    assert_eq!(again, receipt, "submitted once");
    let whole: WholeView = serde_json::from_slice(&phone.read(&token).body).unwrap();
    assert_eq!(whole.view.status.name(), "submitted");
    assert_eq!(whole.view.submitted_version, Some(version));
    assert_eq!(whole.receipt.unwrap().receipt, receipt);

    // The digest is that of the answers, as any backend would make it.
    let export = value(&phone.as_applicant(&token, "GET", "/application/export", &[], &Value::Null));
    let canonical = opencall_core::seal::canonical_json(&export["submitted"]);
    assert_eq!(opencall_core::seal::digest(&canonical), receipt.digest);
    let timeline = value(&phone.as_applicant(&token, "GET", "/application/timeline", &[], &Value::Null));
    assert_eq!(steps(&timeline), ["begun", "submitted"]);
}

#[test]
fn nobody_overwrites_anybody() {
    let (phone, laptop, programme, token) = (Device::new(), Device::new(), programme(86_400), token());
    let version = value(&phone.begin(&token, &programme, &json!({"city": "Lyon"})))["version"]
        .as_u64()
        .unwrap();
    assert_eq!(
        phone
            .save(&token, version, &json!({"city": "Paris", "team": [{"id": "r", "name": "Ada"}]}))
            .status,
        200
    );
    let refused = laptop.save(&token, version, &json!({"city": "Nice"}));
    assert_eq!(refused.status, 412, "{}", text(&refused));
    let told = value(&refused);
    assert_eq!(
        (told["type"].as_str(), told["answers"]["city"].as_str()),
        (Some("/problems/changed"), Some("Paris"))
    );
    let now = told["version"].as_u64().unwrap();
    assert_eq!(laptop.save(&token, now, &json!({"city": null, "country": "FR"})).status, 200);
    let answers = value(&phone.read(&token))["answers"].clone();
    assert_eq!(answers, json!({"team": [{"id": "r", "name": "Ada"}], "country": "FR"}));
    // Without a version: where one is compared it has to be said; elsewhere what is changed is merged into what there is.
    let bare = phone.as_applicant(&token, "PATCH", "/application", &[], &json!({"city": "Brest"}));
    if Kind::here().compares() {
        assert_eq!(bare.status, 428);
    } else {
        assert_eq!(bare.status, 200, "{}", text(&bare));
        let kept = value(&laptop.read(&token))["answers"].clone();
        assert_eq!(
            kept,
            json!({"team": [{"id": "r", "name": "Ada"}], "country": "FR", "city": "Brest"})
        );
    }
}

#[test]
fn what_stands_in_the_way_is_named_and_nothing_is_submitted() {
    let (phone, programme, token) = (Device::new(), programme(86_400), token());
    let version = value(&phone.begin(&token, &programme, &json!({"country": "FR", "siren": "1"})))["version"]
        .as_u64()
        .unwrap();
    let refused = phone.submit(&token, version);
    assert_eq!(refused.status, 422);
    let errors = value(&refused)["errors"].as_array().unwrap().clone();
    assert!(
        errors
            .iter()
            .any(|error| error["pointer"] == "/siren" && error["code"] == "siren_length"),
        "{errors:?}"
    );
    assert_eq!(value(&phone.read(&token))["status"], "draft");
}

#[test]
fn a_change_after_submitting_leaves_what_was_submitted_until_it_is_submitted_again() {
    let (phone, programme, token) = (Device::new(), programme(86_400), token());
    phone.begin(&token, &programme, &answers());
    let first = value(&phone.read(&token))["version"].as_u64().unwrap();
    let receipt = value(&phone.submit(&token, first));
    let second = value(&phone.save(&token, first, &json!({"city": "Lille"})))["version"]
        .as_u64()
        .unwrap();
    let seen = value(&phone.read(&token));
    assert_eq!(
        (&seen["receipt"]["digest"], seen["submitted_version"].as_u64()),
        (&receipt["digest"], Some(first))
    );
    let anew = value(&phone.submit(&token, second));
    assert_ne!(anew["digest"], receipt["digest"]);

    let withdrawn = phone.withdraw(&token);
    assert_eq!(value(&withdrawn)["status"], "withdrawn", "{}", text(&withdrawn));
    let again = value(&phone.submit(&token, second));
    assert_eq!(again["digest"], anew["digest"]);
    assert_ne!(again["received_at"], anew["received_at"], "it was received again");
    assert_eq!(value(&phone.read(&token))["status"], "submitted");
}

#[test]
fn what_is_erased_is_gone_and_its_link_opens_nothing() {
    let (phone, programme, token) = (Device::new(), programme(86_400), token());
    phone.begin(&token, &programme, &answers());
    let version = value(&phone.read(&token))["version"].as_u64().unwrap();
    assert_eq!(phone.submit(&token, version).status, 200);
    assert_eq!(phone.erase(&token).status, 204);
    let gone = phone.read(&token);
    assert_eq!((gone.status, value(&gone)["type"].as_str()), (401, Some("/problems/unknown-token")));
    assert_eq!(phone.erase(&token).status, 401);
}

#[test]
fn a_link_that_began_nothing_opens_nothing() {
    let made_up = Device::new().read(&token());
    assert_eq!(
        (made_up.status, value(&made_up)["type"].as_str()),
        (401, Some("/problems/unknown-token")),
        "{}",
        text(&made_up)
    );
}

#[test]
fn too_late_is_refused_here_and_again_by_the_stores_own_clock() {
    let (phone, slow, programme, token) = (Device::new(), Device::new(), programme(-1), token());
    let refused = phone.begin(&token, &programme, &json!({}));
    assert_eq!(
        (refused.status, value(&refused)["type"].as_str()),
        (403, Some("/problems/not-open"))
    );
    // A device whose clock is an hour behind thinks it is in time; the store's clock decides.
    slow.ahead.set(-3_600_000);
    assert_eq!(slow.begin(&token, &programme, &answers()).status, 201);
    let version = value(&slow.read(&token))["version"].as_u64().unwrap();
    let refused = slow.submit(&token, version);
    assert_eq!(
        (refused.status, value(&refused)["type"].as_str()),
        (403, Some("/problems/not-open")),
        "{}",
        text(&refused)
    );
    assert_eq!(value(&slow.read(&token))["status"], "draft");
    // After it has asked for the time it knows better.
    assert_eq!(slow.send("GET", "/clock", &[], &Value::Null).status, 200);
    assert_eq!(slow.save(&token, version, &json!({"city": "x"})).status, 403);
}

#[test]
fn what_a_record_store_does_not_offer_it_says() {
    let (phone, programme, token) = (Device::new(), programme(86_400), token());
    phone.begin(&token, &programme, &json!({}));
    for (method, path) in [
        ("POST", "/application/seal"),
        ("POST", "/application/files"),
        ("POST", "/application/token"),
    ] {
        assert_eq!(phone.as_applicant(&token, method, path, &[], &json!({})).status, 501, "{path}");
    }
    assert_eq!(phone.send("GET", "/nothing", &[], &Value::Null).status, 404);
    let document = phone.send("GET", &format!("/programmes/{programme}"), &[], &Value::Null);
    let tag = document.header("etag").unwrap().to_owned();
    let unchanged = phone.send("GET", &format!("/programmes/{programme}"), &[("if-none-match", &tag)], &Value::Null);
    assert_eq!((unchanged.status, unchanged.body.len()), (304, 0));
}

#[test]
fn what_another_attempt_is_about_to_submit_stays_and_erasing_takes_it_along() {
    let (phone, programme, token) = (Device::new(), programme(86_400), token());
    let version = value(&phone.begin(&token, &programme, &answers()))["version"].as_u64().unwrap();
    let (link, she) = (link(&token), Caller::Applicant(token.clone()));
    // A laptop has written what it submits, and not yet that it does.
    let canonical = json!({"answers": {"city": "Nice"}, "format": 1, "programme": programme}).to_string();
    let written = json!({"application": link.id, "programme": programme, "draft_version": 1, "canonical": canonical});
    let (status, told) = make(&she, "submissions", &link.act(1), written);
    assert!(matches!(status, 200 | 201), "{told}");
    let receipt = value(&phone.submit(&token, version));
    assert_eq!(receipt["version"].as_u64(), Some(version), "{receipt}");
    // The laptop goes on: what it wrote is there, and it is the last that counts.
    let digest = opencall_core::seal::digest(&canonical);
    let act = json!({"application": link.id, "programme": programme, "act": "submitted", "draft_version": 1, "digest": digest});
    let (status, told) = make(&she, "acts", &link.act(1), act);
    assert!(matches!(status, 200 | 201), "{told}");
    let export = value(&phone.as_applicant(&token, "GET", "/application/export", &[], &Value::Null));
    assert_eq!(export["submitted"]["answers"]["city"], "Nice", "{export}");
    assert_eq!(export["application"]["receipt"]["digest"], digest.as_str());

    assert_eq!(phone.erase(&token).status, 204);
    for collection in ["applications", "submissions", "acts"] {
        let (_, left) = list(&Caller::Staff, collection);
        assert!(!ids(&left).iter().any(|id| id.starts_with(&link.id)), "{collection}: {left:?}");
    }
}
