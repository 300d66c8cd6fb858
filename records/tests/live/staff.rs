//! Staff: the table, changes, one application, moves, notes.

use opencall_core::{Programme, Status};
use opencall_table::stream::Reader;
use opencall_table::{Query, Schema, Table};
use serde_json::{Value, json};

use super::harness::{Device, answers, programme, steps, text, token, value};
use super::kind::Kind;

/// The table as the staff's page has it, after what a reply says.
fn take(table: &mut Table, schema: &Schema, bytes: &[u8]) -> u64 {
    let mut reader = Reader::new(schema);
    for block in reader.push(bytes).unwrap() {
        table.take(block);
    }
    reader.head().unwrap().cursor
}

fn rules(device: &Device, programme: &str) -> Programme {
    Programme::load(&text(&device.send("GET", &format!("/programmes/{programme}"), &[], &Value::Null))).unwrap()
}

#[test]
fn staff_see_every_application_and_what_changes_and_applicants_see_what_becomes_of_theirs() {
    let (device, programme) = (Device::new(), programme(86_400));
    // More than a page of each list.
    let tokens: Vec<String> = (0..8).map(|_| token()).collect();
    let mut versions = Vec::new();
    for (place, token) in tokens.iter().enumerate() {
        let mut answers = answers();
        answers["company_name"] = json!(format!("Xylophon{place}quux"));
        let begun = device.begin(token, &programme, &answers);
        assert_eq!(begun.status, 201, "{}", text(&begun));
        versions.push(value(&begun)["version"].as_u64().unwrap());
    }
    let mut references = Vec::new();
    for place in 0..5 {
        let receipt = value(&device.submit(&tokens[place], versions[place]));
        references.push(receipt["reference"].as_str().unwrap().to_owned());
    }

    device.sign_in();
    let schema = Schema::of(&rules(&device, &programme));
    let mut table = Table::new(schema.clone());
    let rows = device.staff("GET", &format!("/programmes/{programme}/rows"), &Value::Null);
    assert_eq!(rows.status, 200, "{}", text(&rows));
    let cursor = take(&mut table, &schema, &rows.body);
    assert_eq!(table.select(&Query::default()).len(), 8);
    let submitted = |table: &Table| table.counts(opencall_table::schema::STATUS, &Query::default());
    assert!(!submitted(&table).values.is_empty());

    // Moved, and taken back.
    let seen: Vec<Value> = references
        .iter()
        .take(2)
        .map(|reference| json!({"reference": reference, "status": "submitted"}))
        .collect();
    let body = json!({"to": "in_review", "reason": "Worth a look", "applications": seen});
    let dry = json!({"to": "in_review", "dry_run": true, "applications": seen});
    let path = format!("/programmes/{programme}/moves");
    assert_eq!(value(&device.staff("POST", &path, &dry))["outcomes"][1]["outcome"], "moves");
    let moved = device.staff("POST", &path, &body);
    assert_eq!(moved.status, 200, "{}", text(&moved));
    let id = value(&moved)["id"].as_str().unwrap().to_owned();
    let meanwhile = device.staff("POST", &path, &json!({"to": "ineligible", "applications": seen}));
    assert_eq!(
        (meanwhile.status, value(&meanwhile)["type"].as_str()),
        (409, Some("/problems/moved-meanwhile"))
    );
    assert_eq!(value(&device.read(&tokens[0]))["status"], "in_review", "the applicant sees it");
    let timeline = value(&device.as_applicant(&tokens[0], "GET", "/application/timeline", &[], &Value::Null));
    assert!(timeline.to_string().contains("moved") && !timeline.to_string().contains("Worth a look"));
    assert_eq!(device.staff("POST", &format!("/moves/{id}/undo"), &Value::Null).status, 200);
    assert_eq!(value(&device.read(&tokens[0]))["status"], "submitted");
    assert_eq!(device.staff("POST", &format!("/moves/{id}/undo"), &Value::Null).status, 409);

    // A note, and one application to the end.
    let one = format!("/applications/{}", references[0]);
    assert_eq!(
        device
            .staff("POST", &format!("{one}/notes"), &json!({"text": "Called them."}))
            .status,
        201
    );
    let seen = value(&device.staff("GET", &one, &Value::Null));
    assert_eq!(seen["submitted"]["company_name"], "Xylophon0quux");
    assert_eq!(
        (seen["notes"][0]["text"].as_str(), seen["notes"][0]["by"].as_str()),
        (Some("Called them."), Some(Kind::here().staff()))
    );
    assert_eq!(seen.get("draft"), None, "{seen}");
    assert_eq!(steps(&seen["timeline"]), ["begun", "submitted", "moved", "moved"]);

    // What changes arrives, and only that; what is erased goes.
    let other = Device::new();
    assert_eq!(other.save(&tokens[7], versions[7], &json!({"company_name": "Renamed"})).status, 200);
    assert_eq!(other.erase(&tokens[6]).status, 204);
    if !Kind::here().tells_what_was_removed() {
        // Then a read of the whole says it, which is due every five minutes.
        device.ahead.set(301_000);
    }
    let changes = device.staff("GET", &format!("/programmes/{programme}/changes?since={cursor}"), &Value::Null);
    let reached = take(&mut table, &schema, &changes.body);
    assert!(reached > cursor);
    assert_eq!(table.select(&Query::default()).len(), 7);
    let found = |text: &str| {
        let query = Query {
            search: text.to_owned(),
            ..Query::default()
        };
        table.select(&query).len()
    };
    assert_eq!((found("Renamed"), found("Xylophon7quux"), found("Xylophon6quux")), (1, 0, 0));
    let nothing = device.staff("GET", &format!("/programmes/{programme}/changes?since={reached}"), &Value::Null);
    let mut unchanged = Table::new(schema.clone());
    take(&mut unchanged, &schema, &nothing.body);
    assert_eq!(unchanged.select(&Query::default()).len(), 0);

    assert_eq!(device.staff("DELETE", "/session", &Value::Null).status, 204);
    assert_eq!(device.staff("GET", &one, &Value::Null).status, 401);
}

#[test]
fn a_page_opened_by_its_address_finds_its_application() {
    let (device, programme, token) = (Device::new(), programme(86_400), token());
    let (_, receipt) = device.applies(&token, &programme);
    device.sign_in();
    let one = device.staff(
        "GET",
        &format!("/applications/{}", receipt["reference"].as_str().unwrap()),
        &Value::Null,
    );
    assert_eq!(one.status, 200, "{}", text(&one));
    assert_eq!(device.staff("GET", "/applications/ZZZZ-ZZZZ", &Value::Null).status, 404);
    assert_eq!(device.staff("GET", "/people", &Value::Null).status, 501);
}

#[test]
fn whoever_is_moved_by_somebody_else_at_the_same_moment_stays_where_they_put_it() {
    let (ada, programme, token) = (Device::new(), programme(86_400), token());
    let (_, receipt) = ada.applies(&token, &programme);
    let reference = receipt["reference"].as_str().unwrap().to_owned();
    let bob = Device::new();
    ada.sign_in();
    bob.sign_in();
    // Bob's list was read, and before he writes Ada has moved it.
    let (theirs, hers) = (programme.clone(), reference.clone());
    let moves = move || assert_eq!(ada.moves(&theirs, &hers, "in_review").status, 200);
    *bob.meanwhile.borrow_mut() = Some((|line| line.contains(&Kind::here().deciding()), Box::new(moves)));
    let moved = value(&bob.moves(&programme, &reference, "ineligible"));
    assert_eq!(moved["outcomes"][0]["outcome"], "changed", "{moved}");
    assert_eq!(value(&bob.read(&token))["status"], "in_review");
}

#[test]
fn a_decision_is_about_what_was_submitted_whatever_the_clocks_say() {
    let (device, programme, token) = (Device::new(), programme(86_400), token());
    let (version, receipt) = device.applies(&token, &programme);
    let reference = receipt["reference"].as_str().unwrap();
    let slow = Device::new();
    slow.sign_in();
    // Set back after it was asked for the time.
    slow.ahead.set(-3_600_000);
    assert_eq!(slow.moves(&programme, reference, "in_review").status, 200);
    assert_eq!(value(&device.read(&token))["status"], "in_review");
    let seen = value(&slow.staff("GET", &format!("/applications/{reference}"), &Value::Null))["timeline"].clone();
    let own = value(&device.as_applicant(&token, "GET", "/application/timeline", &[], &Value::Null));
    for timeline in [seen, own] {
        assert_eq!(steps(&timeline), ["begun", "submitted", "moved"], "{timeline}");
    }
    // Taken back while a fast clock moves on: taken back it is.
    slow.ahead.set(3_600_000);
    let withdrawn = device.withdraw(&token);
    assert_eq!(value(&withdrawn)["status"], "withdrawn");
    let anew = device.submit(&token, version);
    assert_eq!(value(&device.read(&token))["status"], "submitted", "{}", text(&anew));
    assert_eq!(
        value(&slow.staff("GET", &format!("/applications/{reference}"), &Value::Null))["status"],
        "submitted"
    );
}

#[test]
fn what_came_while_the_pages_were_read_is_in_the_next_read() {
    let (device, programme) = (Device::new(), programme(86_400));
    let tokens: Vec<String> = (0..7).map(|_| token()).collect();
    let begun: Vec<u64> = tokens
        .iter()
        .map(|token| value(&device.begin(token, &programme, &answers()))["version"].as_u64().unwrap())
        .collect();
    let staff = Device::new();
    staff.sign_in();
    let schema = Schema::of(&rules(&staff, &programme));
    // All of them submit while the lists are read: on pages that were read already, and on later ones.
    let late = std::rc::Rc::new(tokens.clone());
    let all = late.clone();
    let submit = move || {
        let phone = Device::new();
        for (token, version) in all.iter().zip(&begun) {
            assert_eq!(phone.submit(token, *version).status, 200);
        }
    };
    *staff.meanwhile.borrow_mut() = Some((|line| Kind::here().is_later_page(line), Box::new(submit)));
    let rows = format!("/programmes/{programme}/rows");
    let mut table = Table::new(schema.clone());
    let cursor = take(&mut table, &schema, &staff.staff("GET", &rows, &Value::Null).body);
    assert!(staff.meanwhile.borrow().is_none(), "there was a second page");
    take(
        &mut table,
        &schema,
        &staff
            .staff("GET", &format!("/programmes/{programme}/changes?since={cursor}"), &Value::Null)
            .body,
    );
    let counts = table.counts(opencall_table::schema::STATUS, &Query::default());
    assert_eq!(table.select(&Query::default()).len(), 7);
    let submitted = Status::ALL.iter().position(|status| *status == Status::Submitted).unwrap();
    assert_eq!(counts.values[submitted], 7, "everybody has submitted: {counts:?}");
}
