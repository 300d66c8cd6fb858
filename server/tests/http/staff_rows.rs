//! The staff's table: a snapshot, its changes, one application, moves of many, CSV.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use http_body_util::BodyExt as _;
use opencall_core::Programme;
use opencall_server::store::rows;
use opencall_table::stream::Reader;
use opencall_table::{Block, Query, Schema, Table};
use serde_json::{Value, json};

use crate::harness::{Applicant, Server, pdf};
use crate::staff::Staff;

fn schema(server: &Server) -> Schema {
    Schema::of(&programme(server))
}

fn programme(server: &Server) -> Programme {
    server.app.programmes.get("small-call").unwrap().programme.clone()
}

fn blocks(schema: &Schema, bytes: &[u8]) -> (u64, Vec<Block>) {
    let mut reader = Reader::new(schema);
    let blocks = reader.push(bytes).unwrap();
    assert!(reader.is_whole());
    (reader.head().unwrap().cursor, blocks)
}

/// The table as a snapshot gives it.
pub async fn table(server: &Server, staff: &Staff<'_>) -> Table {
    let schema = schema(server);
    let reply = staff.get("programmes/small-call/rows").await.expect(200);
    let mut table = Table::new(schema.clone());
    for block in blocks(&schema, &reply.body).1 {
        table.take(block);
    }
    table
}

fn all(table: &Table) -> Vec<String> {
    table
        .select(&Query::default())
        .into_iter()
        .map(|row| format!("{} {}", table.text(row, 1), table.reference(row)))
        .collect()
}

#[tokio::test]
async fn the_snapshot_and_the_changes_after_it_are_all_there_is() {
    let server = Server::start().await;
    let olga = Staff::first(&server).await;
    let schema = schema(&server);
    let (first, version) = Applicant::ready(&server).await;
    let second = Applicant::begun(&server, json!({"name": "Zebra"})).await;
    let before = table(&server, &olga).await;
    assert_eq!(before.len(), 2);
    let reply = olga.get("programmes/small-call/rows").await.expect(200);
    assert_eq!(reply.header("content-type"), "application/vnd.opencall.rows");
    for encoding in ["br", "gzip"] {
        let call = olga.call("GET", "programmes/small-call/rows").header("accept-encoding", encoding);
        let packed = server.send(call).await.expect(200);
        assert_eq!(packed.header("content-encoding"), encoding);
    }
    let (cursor, _) = blocks(&schema, &reply.body);
    first.submit(version, "s").await.expect(200);
    second.send(second.call("DELETE", "application")).await.expect(204);
    let third = Applicant::begun(&server, json!({"name": "Third"})).await;
    third.patch(1, &json!({"name": "Third, renamed"})).await.expect(200);
    let changes = olga.get(&format!("programmes/small-call/changes?since={cursor}")).await.expect(200);
    let (reached, changed) = blocks(&schema, &changes.body);
    let mut after = before;
    changed.into_iter().for_each(|block| {
        after.take(block);
    });
    let mut now = all(&table(&server, &olga).await);
    let mut kept = all(&after);
    now.sort();
    kept.sort();
    assert_eq!(kept, now);
    assert_eq!(now.len(), 2);
    let submitted = after.counts(2, &Query::default());
    assert_eq!(submitted.values[1], 1, "one is submitted");
    let nothing = olga
        .get(&format!("programmes/small-call/changes?since={reached}"))
        .await
        .expect(200);
    assert_eq!(blocks(&schema, &nothing.body), (reached, vec![Block::default()]));
    // What is kept in memory and what has changed since are the same as what the database says; what was erased is in neither.
    third.patch(2, &json!({"name": "Third, again"})).await.expect(200);
    let kept = olga.get("programmes/small-call/rows").await.expect(200);
    let before_that: Vec<Vec<String>> = blocks(&schema, &kept.body)
        .1
        .iter()
        .map(|block| {
            let mut one = Table::new(schema.clone());
            one.take(block.clone());
            all(&one)
        })
        .collect();
    assert_eq!(before_that.len(), 2, "the change, then what was kept: {before_that:?}");
    assert!(
        before_that[0][0].starts_with("Third, again") && before_that[1].len() == 2,
        "{before_that:?}"
    );
    assert!(!kept.body.windows(5).any(|part| part == b"Zebra"));
    let mut with_kept = all(&table(&server, &olga).await);
    server.app.snapshots.forget("small-call");
    let mut anew = all(&table(&server, &olga).await);
    with_kept.sort();
    anew.sort();
    assert_eq!(with_kept, anew);
}

#[tokio::test]
async fn rows_written_for_another_form_are_computed_anew() {
    let server = Server::start().await;
    let olga = Staff::first(&server).await;
    Applicant::ready(&server).await;
    let mut tx = server.app.store.begin().await.unwrap();
    sqlx::query("UPDATE applications SET cells = 'bm9uc2Vuc2U=', cells_for = 'another form'")
        .execute(tx.connection())
        .await
        .unwrap();
    tx.end(Ok(())).await.unwrap();
    let table = table(&server, &olga).await;
    assert_eq!((table.len(), table.text(0, 1)), (1, "Acme"));
}

#[tokio::test]
async fn a_snapshot_of_many_blocks_has_every_row_once() {
    let server = Server::start().await;
    let olga = Staff::first(&server).await;
    for at in 0..25 {
        Applicant::begun(&server, json!({"name": format!("N{at}")})).await;
    }
    let entry = server.app.programmes.get("small-call").unwrap();
    let schema = Schema::of(&entry.programme);
    let (mut place, mut found) = (Some(rows::Place::default()), Vec::new());
    while let Some(from) = place {
        let (page, next) = rows::page(server.app.store.pool(), &schema, &entry, &from, 7).await.unwrap();
        found.extend(page.into_iter().map(|row| row.revision));
        place = next;
    }
    let mut sorted = found.clone();
    sorted.sort_unstable_by(|a, b| b.cmp(a));
    sorted.dedup();
    assert_eq!((found.len(), &found), (25, &sorted));
    assert_eq!(table(&server, &olga).await.len(), 25);
}

/// Reads events until one has been read.
async fn next_event(body: &mut axum::body::Body, read: &mut String) -> (u64, Vec<u8>) {
    loop {
        if let Some((event, rest)) = read.split_once("\n\n") {
            let line = |name: &str| {
                event
                    .lines()
                    .find_map(|line| line.strip_prefix(name))
                    .map(|text| text.trim().to_owned())
            };
            let found = line("id:").zip(line("data:"));
            let rest = rest.to_owned();
            *read = rest;
            if let Some((id, data)) = found {
                return (id.parse().unwrap(), STANDARD.decode(data).unwrap());
            }
            continue;
        }
        let frame = body.frame().await.unwrap().unwrap();
        read.push_str(std::str::from_utf8(frame.data_ref().unwrap()).unwrap());
    }
}

#[tokio::test]
async fn events_go_on_after_a_lost_connection_without_a_gap_or_a_double() {
    let server = Server::start().await;
    let olga = Staff::first(&server).await;
    let schema = schema(&server);
    let listen = async |last: Option<u64>| {
        let call = olga.call("GET", "programmes/small-call/events");
        let call = match last {
            Some(last) => call.header("last-event-id", last.to_string()),
            None => call,
        };
        let response = server.start_sending(call).await;
        assert_eq!(response.headers()["content-type"], "text/event-stream");
        response.into_body()
    };
    let mut seen: Vec<u64> = Vec::new();
    let mut body = listen(None).await;
    let one = Applicant::begun(&server, json!({"name": "One"})).await;
    let mut read = String::new();
    let (last, bytes) = next_event(&mut body, &mut read).await;
    seen.extend(
        blocks(&schema, &bytes)
            .1
            .iter()
            .flat_map(|block| &block.rows)
            .map(|row| row.revision),
    );
    drop(body);
    // Nobody listens.
    Applicant::begun(&server, json!({"name": "Two"})).await;
    one.patch(1, &json!({"name": "One again"})).await.expect(200);
    let mut body = listen(Some(last)).await;
    let mut read = String::new();
    let (_, bytes) = next_event(&mut body, &mut read).await;
    let (_, changed) = blocks(&schema, &bytes);
    seen.extend(changed.iter().flat_map(|block| &block.rows).map(|row| row.revision));
    assert_eq!(seen, [1, 2, 3]);
}

#[tokio::test]
async fn writers_at_once_leave_no_gap_for_a_reader() {
    let server = Server::start().await;
    let olga = Staff::first(&server).await;
    let schema = schema(&server);
    let writers = futures_util::future::join_all((0..40).map(|at| Applicant::begun(&server, json!({"name": format!("W{at}")}))));
    let reader = async {
        let (mut cursor, mut seen) = (0, Vec::new());
        while seen.len() < 40 {
            let reply = olga.get(&format!("programmes/small-call/changes?since={cursor}")).await.expect(200);
            let (reached, changed) = blocks(&schema, &reply.body);
            seen.extend(changed.iter().flat_map(|block| &block.rows).map(|row| row.revision));
            seen.sort_unstable();
            seen.dedup();
            cursor = reached;
            tokio::task::yield_now().await;
        }
        seen
    };
    let (_, seen) = tokio::join!(writers, reader);
    assert_eq!(seen, (1..=40).collect::<Vec<u64>>());
}

#[tokio::test]
async fn one_application_is_shown_whole_with_notes_and_files_that_run_nothing() {
    let server = Server::start().await;
    let olga = Staff::first(&server).await;
    let (applicant, version) = Applicant::ready(&server).await;
    applicant.submit(version, "s").await.expect(200);
    applicant.patch(version, &json!({"name": "Later"})).await.expect(200);
    let reference = applicant.read().await["receipt"]["reference"].as_str().unwrap().to_owned();
    let path = format!("applications/{reference}");
    olga.post(&format!("{path}/notes"), &json!({"text": " <b>Strong</b>\r\nteam "}))
        .await
        .expect(201);
    olga.post(&format!("{path}/notes"), &json!({"text": "  "}))
        .await
        .problem(400, "malformed");
    let seen = olga.get(&path).await.expect(200).json();
    assert_eq!(
        (&seen["submitted"]["name"], &seen["draft"]["name"]),
        (&json!("Acme"), &json!("Later"))
    );
    assert_eq!(seen["moves"], json!(["ineligible", "in_review"]));
    assert_eq!(
        (&seen["notes"][0]["by"], &seen["notes"][0]["text"]),
        (&json!("Olga"), &json!("<b>Strong</b>\nteam"))
    );
    assert_eq!(seen["receipt"]["reference"], reference);
    assert_eq!(seen["timeline"].as_array().unwrap().last().unwrap()["what"], "submitted");
    let file = seen["files"][0]["id"].as_str().unwrap();
    let download = olga.get(&format!("{path}/files/{file}")).await.expect(200);
    assert_eq!(download.body, pdf(1_000));
    assert!(download.header("content-disposition").starts_with("attachment"));
    assert!(download.header("content-security-policy").contains("sandbox"));
    assert_eq!(download.header("x-content-type-options"), "nosniff");
    let inline = olga.get(&format!("{path}/files/{file}?inline=1")).await.expect(200);
    assert_eq!(
        (inline.header("content-disposition"), inline.header("content-type")),
        ("inline", "application/pdf")
    );
    assert!(inline.header("content-security-policy").contains("frame-ancestors 'self'"));
    olga.get("applications/NONE-NONE").await.problem(404, "not-found");
    let other = Applicant::begun(&server, json!({})).await;
    let theirs = other.upload("deck", "d.pdf", &pdf(500)).await;
    olga.get(&format!("{path}/files/{}", theirs["id"].as_str().unwrap()))
        .await
        .problem(404, "not-found");
}

/// Submitted applications, by reference.
async fn submitted(server: &Server, count: usize) -> Vec<(Applicant<'_>, String)> {
    let mut found = Vec::new();
    for _ in 0..count {
        let (applicant, version) = Applicant::ready(server).await;
        let receipt = applicant.submit(version, "s").await.expect(200).json();
        found.push((applicant, receipt["reference"].as_str().unwrap().to_owned()));
    }
    found
}

fn asked(to: &str, from: &str, references: &[&str], dry_run: bool) -> Value {
    let seen: Vec<Value> = references.iter().map(|one| json!({"reference": one, "status": from})).collect();
    json!({"to": to, "reason": "Fits the call", "dry_run": dry_run, "applications": seen})
}

fn outcomes(reply: &Value) -> Vec<&str> {
    reply["outcomes"]
        .as_array()
        .unwrap()
        .iter()
        .map(|one| one["outcome"].as_str().unwrap())
        .collect()
}

const MOVES: &str = "programmes/small-call/moves";

#[tokio::test]
async fn many_move_at_once_and_back_within_a_minute() {
    let server = Server::start().await;
    let olga = Staff::first(&server).await;
    let people = submitted(&server, 3).await;
    let draft = Applicant::begun(&server, json!({})).await;
    let references: Vec<&str> = people.iter().map(|(_, reference)| reference.as_str()).collect();
    let status = async |at: usize| people[at].0.read().await["status"].as_str().unwrap().to_owned();
    let dry = olga
        .post(MOVES, &asked("in_review", "submitted", &references, true))
        .await
        .expect(200)
        .json();
    assert_eq!(outcomes(&dry), ["moves", "moves", "moves"]);
    assert_eq!(status(0).await, "submitted", "nothing has happened");
    let drafts = table(&server, &olga).await;
    let of_draft = (0..4)
        .map(|row| drafts.reference(row).to_owned())
        .find(|one| !references.contains(&one.as_str()))
        .unwrap();
    let mut mixed = asked("in_review", "submitted", &references, false);
    mixed["applications"]
        .as_array_mut()
        .unwrap()
        .push(json!({"reference": of_draft, "status": "draft"}));
    mixed["applications"]
        .as_array_mut()
        .unwrap()
        .push(json!({"reference": "NONE-NONE", "status": "draft"}));
    let moved = olga.post(MOVES, &mixed).await.expect(200).json();
    assert_eq!(outcomes(&moved), ["moves", "moves", "moves", "illegal", "unknown"]);
    assert_eq!(
        (status(2).await.as_str(), draft.read().await["status"].as_str()),
        ("in_review", Some("draft"))
    );
    // Who did it and why is the staff's.
    let timeline = people[0]
        .0
        .send(people[0].0.call("GET", "application/timeline"))
        .await
        .json()
        .to_string();
    assert!(
        timeline.contains("moved") && !timeline.contains("Olga") && !timeline.contains("Fits"),
        "{timeline}"
    );
    let seen = olga.get(&format!("applications/{}", references[0])).await.expect(200).json();
    let last = seen["timeline"].as_array().unwrap().last().unwrap().clone();
    assert_eq!(
        (&last["by"], &last["from"], &last["to"], &last["reason"]),
        (&json!("Olga"), &json!("submitted"), &json!("in_review"), &json!("Fits the call"))
    );
    let id = moved["id"].as_str().unwrap();
    let oscar = olga.invite("organiser", "Oscar").await;
    oscar.post(&format!("moves/{id}/undo"), &json!({})).await.problem(409, "too-late");
    olga.post(&format!("moves/{id}/undo"), &json!({})).await.expect(200);
    assert_eq!((status(0).await.as_str(), status(2).await.as_str()), ("submitted", "submitted"));
    olga.post(&format!("moves/{id}/undo"), &json!({})).await.problem(409, "too-late");
    // After a minute it stands.
    let moved = olga
        .post(MOVES, &asked("in_review", "submitted", &references, false))
        .await
        .expect(200)
        .json();
    server.pass(60_000);
    olga.post(&format!("moves/{}/undo", moved["id"].as_str().unwrap()), &json!({}))
        .await
        .problem(409, "too-late");
    let trail = olga.get("audit").await.expect(200).json();
    let what: Vec<&str> = trail
        .as_array()
        .unwrap()
        .iter()
        .map(|entry| entry["what"].as_str().unwrap())
        .collect();
    assert_eq!(what[..2], ["moved", "undid_move"]);
    assert!(what.contains(&"undid_move"));
}

#[tokio::test]
async fn the_second_of_two_is_told_and_overwrites_nothing() {
    let server = Server::start().await;
    let olga = Staff::first(&server).await;
    let oscar = olga.invite("organiser", "Oscar").await;
    let people = submitted(&server, 2).await;
    let references: Vec<&str> = people.iter().map(|(_, reference)| reference.as_str()).collect();
    let moved = olga
        .post(MOVES, &asked("in_review", "submitted", &references[..1], false))
        .await
        .expect(200)
        .json();
    let refused = oscar
        .post(MOVES, &asked("ineligible", "submitted", &references, false))
        .await
        .problem(409, "moved-meanwhile")
        .json();
    assert_eq!(outcomes(&refused), ["changed", "moves"]);
    assert_eq!(people[1].0.read().await["status"], "submitted", "nothing of it was done");
    oscar
        .post(MOVES, &asked("shortlisted", "in_review", &references[..1], false))
        .await
        .expect(200);
    let refused = olga
        .post(&format!("moves/{}/undo", moved["id"].as_str().unwrap()), &json!({}))
        .await
        .problem(409, "moved-meanwhile")
        .json();
    assert_eq!(outcomes(&refused), ["changed"]);
    assert_eq!(people[0].0.read().await["status"], "shortlisted");
}

#[tokio::test]
async fn csv_has_exactly_what_was_asked_for_and_no_formulas() {
    let server = Server::start().await;
    let olga = Staff::first(&server).await;
    let evil = Applicant::begun(
        &server,
        json!({"name": "=HYPERLINK(\"http://evil.example\",\"x\")", "pitch": "a,b\r\n\"c\""}),
    )
    .await;
    let plain = Applicant::begun(&server, json!({"name": "Plain"})).await;
    Applicant::begun(&server, json!({"name": "Not asked for"})).await;
    let table = table(&server, &olga).await;
    let of = |name: &str| {
        (0..3)
            .find(|row| table.text(*row, 1).starts_with(name))
            .map(|row| table.reference(row).to_owned())
            .unwrap()
    };
    let references = vec![of("Plain"), "NONE-NONE".to_owned(), of("=")];
    let take = async |format: &str| {
        olga.post("programmes/small-call/export", &json!({"format": format, "references": references}))
            .await
            .expect(200)
    };
    let csv = take("csv").await;
    assert_eq!(csv.header("content-type"), "text/csv; charset=utf-8; header=present");
    assert!(
        csv.header("content-disposition")
            .starts_with("attachment; filename=\"small-call-2026-01-15.csv\"")
    );
    let text = csv.text();
    let lines: Vec<&str> = text.strip_prefix('\u{feff}').unwrap().split("\r\n").collect();
    assert!(lines[0].starts_with("reference,status,partner,referrer,campaign,locale,created_at"));
    assert!(lines[1].contains("Plain"));
    assert!(text.contains("\"'=HYPERLINK(\"\"http://evil.example\"\",\"\"x\"\")\""), "{text}");
    assert!(
        text.contains("\"a,b\n\"\"c\"\"\"") || text.contains("\"a,b\r\n\"\"c\"\"\""),
        "{text}"
    );
    assert!(!text.contains("Not asked for"));
    let json = take("json").await.json();
    assert_eq!(json.as_array().unwrap().len(), 2);
    assert_eq!(json[0]["answers"]["name"], "Plain");
    drop((evil, plain));
    let none = json!({"format": "json", "references": []});
    assert_eq!(olga.post("programmes/small-call/export", &none).await.expect(200).json(), json!([]));
    // Applications of one call do not come out of another.
    let mut other: Value = serde_json::from_str(crate::harness::CALL).unwrap();
    other["id"] = "other-call".into();
    std::fs::write(server.folder.path().join("programmes/other.json"), other.to_string()).unwrap();
    assert!(server.app.programmes.refresh().is_empty());
    let elsewhere = json!({"format": "json", "references": references});
    assert_eq!(
        olga.post("programmes/other-call/export", &elsewhere).await.expect(200).json(),
        json!([])
    );
}

#[tokio::test]
async fn the_edition_before_is_told_by_the_hours_that_were_left() {
    let server = Server::start().await;
    let olga = Staff::first(&server).await;
    olga.get("programmes/small-call/previous").await.expect(404);
    // A day and half an hour before the deadline, half an hour before, and half an hour later than everybody else had.
    let (late, late_version) = Applicant::ready(&server).await;
    let reference = crate::staff::reference(&server, &olga).await;
    let extension = json!({"deadline": "2026-02-02T11:00:00Z", "reason": "A power cut."});
    let path = format!("applications/{reference}/extension");
    olga.post(&path, &extension).await.expect(204);
    let (early, early_version) = Applicant::ready(&server).await;
    let (last_minute, last_version) = Applicant::ready(&server).await;
    Applicant::begun(&server, json!({"name": "Never submitted"})).await;
    server.at("2026-01-31T10:30:00Z");
    early.submit(early_version, "early").await.expect(200);
    server.at("2026-02-01T10:30:00Z");
    last_minute.submit(last_version, "last").await.expect(200);
    server.at("2026-02-01T11:30:00Z");
    late.submit(late_version, "late").await.expect(200);
    let mut next: Value = serde_json::from_str(crate::harness::CALL).unwrap();
    next["id"] = "next-call".into();
    next["follows"] = "small-call".into();
    std::fs::write(server.folder.path().join("programmes/next.json"), next.to_string()).unwrap();
    assert!(server.app.programmes.refresh().is_empty());
    let told = olga.get("programmes/next-call/previous").await.expect(200).json();
    assert_eq!(told, json!({"programme": "small-call", "submitted": [[-1, 1], [0, 1], [24, 1]]}));
}
