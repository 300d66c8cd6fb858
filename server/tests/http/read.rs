//! How requests are read: what looks like the contract's and is not, and what is and does not look like it. Schemathesis found most of it.

use serde_json::{Value, json};

use crate::harness::{Applicant, Server};
use crate::staff::Staff;

fn file() -> Value {
    json!({"field": "deck", "name": "deck.pdf", "size": 5, "sha256": "ab".repeat(32)})
}

/// The reference of an application that was submitted.
async fn submitted(server: &Server) -> String {
    let (applicant, version) = Applicant::ready(server).await;
    let receipt = applicant.submit(version, "k").await.expect(200).json();
    receipt["reference"].as_str().unwrap().to_owned()
}

#[tokio::test]
async fn a_list_is_no_object() {
    let server = Server::start().await;
    let staff = Staff::first(&server).await;
    let me = staff.me().await["person"]["id"].as_str().unwrap().to_owned();
    let change = staff.call("PATCH", &format!("people/{me}")).json(&json!([null, null]));
    server.send(change).await.problem(400, "malformed");
    let seen = json!({"to": "in_review", "applications": [["AAAA-AAAA", "submitted"]]});
    staff.post("programmes/small-call/moves", &seen).await.problem(400, "malformed");

    let applicant = Applicant::begun(&server, json!({})).await;
    let body = json!({"digest": "cd".repeat(32), "files": [["deck", "deck.pdf", 5, "ab".repeat(32)]]});
    let call = applicant.call("POST", "application/seal").key("k").json(&body);
    applicant.send(call).await.problem(400, "malformed");
}

#[tokio::test]
async fn a_whole_number_is_one_however_it_is_written() {
    let server = Server::start().await;
    let applicant = Applicant::begun(&server, json!({})).await;
    let seal = |key: &'static str, version: &str, size: &str| {
        let mut file = file().to_string();
        file = file.replace("\"size\":5", &format!("\"size\":{size}"));
        let body = format!("{{\"digest\":\"{}\",\"files\":[{file}],\"version\":{version}}}", "cd".repeat(32));
        applicant.send(applicant.call("POST", "application/seal").key(key).body("application/json", body))
    };
    let sealed = seal("a", "7.0", "5e0").await.expect(200).json();
    assert_eq!(
        (sealed["version"].clone(), sealed["files"][0]["size"].clone()),
        (json!(7), json!(5))
    );
    for (version, size) in [("7.5", "5"), ("7", "-1"), ("9007199254740992", "5"), ("7", "1e300")] {
        seal("b", version, size).await.problem(400, "malformed");
    }
}

#[tokio::test]
async fn what_cannot_be_read_of_a_query_is_a_problem_like_any_other() {
    let server = Server::start().await;
    let staff = Staff::first(&server).await;
    for path in [
        "audit?limit=x",
        "audit?limit=0",
        "audit?limit=201",
        "audit?before=-1",
        "audit?before=9007199254740992",
        "programmes/small-call/changes?since=",
        "programmes/small-call/changes?since=1&since=2",
        "programmes/small-call/events?since=x",
    ] {
        staff.get(path).await.problem(400, "malformed");
    }
    let reference = submitted(&server).await;
    let path = format!("applications/{reference}/files/{}?inline=2", "a".repeat(32));
    staff.get(&path).await.problem(400, "malformed");
}

#[tokio::test]
async fn what_no_database_keeps_is_refused_or_found_nowhere() {
    let server = Server::start().await;
    let staff = Staff::first(&server).await;
    for path in ["applications/a%00b", "applications/%ff"] {
        staff.get(path).await.problem(404, "not-found");
    }
    let moves = json!({"to": "in_review", "applications": [{"reference": "a\u{0}b", "status": "submitted"}]});
    let moved = staff.post("programmes/small-call/moves", &moves).await.expect(200).json();
    assert_eq!(moved["outcomes"][0]["outcome"], "unknown");
    let export = json!({"format": "json", "references": ["a\u{0}b"]});
    let taken = staff.post("programmes/small-call/export", &export).await.expect(200).json();
    assert_eq!(taken, json!([]));
    for name in ["a\u{0}b", "\u{200b}", "\u{85}", &"a".repeat(81)] {
        let invite = json!({"role": "viewer", "name": name});
        staff.post("invitations", &invite).await.problem(400, "malformed");
    }
    // In answers it may stand: they are kept as JSON.
    let applicant = Applicant::begun(&server, json!({"name": "a\u{0}b"})).await;
    assert_eq!(applicant.read().await["answers"]["name"], "a\u{0}b");
}

#[tokio::test]
async fn an_application_named_twice_moves_once() {
    let server = Server::start().await;
    let staff = Staff::first(&server).await;
    let (one, two) = (submitted(&server).await, submitted(&server).await);
    let seen: Vec<Value> = [&one, &two, &one]
        .iter()
        .map(|reference| json!({"reference": reference, "status": "submitted"}))
        .collect();
    let moves = json!({"to": "in_review", "applications": seen});
    staff.post("programmes/small-call/moves", &moves).await.expect(200);
    let moved = staff.get(&format!("applications/{one}")).await.expect(200).json();
    let moves = moved["timeline"]
        .as_array()
        .unwrap()
        .iter()
        .filter(|entry| entry["what"] == "moved");
    assert_eq!(moves.count(), 1);
}
