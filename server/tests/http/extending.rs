//! Deadlines that become later.

use opencall_server::config::{Cli, Command, Extend};
use opencall_server::extend::{ExtendError, extend};
use opencall_server::store::extensions;
use serde_json::json;

use crate::harness::{Applicant, Call, Server};

fn options(arguments: &[&str]) -> Extend {
    use clap::Parser as _;
    let line = ["opencall-server", "extend", "--reason", "The network of the venue was down."];
    match Cli::parse_from(line.iter().chain(arguments)).command {
        Some(Command::Extend(options)) => options,
        _ => unreachable!(),
    }
}

async fn run(server: &Server, arguments: &[&str]) -> Result<String, ExtendError> {
    let done = extend(&server.app.store, &server.app.programmes, &options(arguments), server.now()).await;
    // What the running server does every second.
    server
        .app
        .programmes
        .extend(extensions::of_programmes(server.app.store.pool()).await.unwrap());
    done
}

#[tokio::test]
async fn an_extension_of_the_call_reaches_everybody_and_changes_the_documents_tag() {
    let server = Server::start().await;
    let (applicant, version) = Applicant::ready(&server).await;
    let before = server.get("/api/v1/programmes/small-call").await.expect(200);
    run(&server, &["--programme", "small-call", "--until", "2026-02-03T12:00:00+01:00"])
        .await
        .unwrap();
    let known = Call::new("GET", "/api/v1/programmes/small-call").header("if-none-match", before.header("etag"));
    let after = server.send(known).await.expect(200);
    assert_ne!(before.header("etag"), after.header("etag"));
    let mut expected = before.json();
    expected["schedule"]["deadline"] = json!("2026-02-03T12:00:00+01:00");
    assert_eq!(after.json(), expected, "nothing else has changed");
    server.at("2026-02-03T11:00:00Z");
    let receipt = applicant.submit(version, "s").await.expect(200).json();
    assert_eq!(receipt["deadline"], "2026-02-03T11:00:00Z");
    let timeline = applicant.send(applicant.call("GET", "application/timeline")).await.json();
    assert_eq!(
        timeline[1],
        json!({
            "at": "2026-01-15T12:00:00Z", "what": "extended", "until": "2026-02-03T11:00:00Z",
            "reason": "The network of the venue was down."
        })
    );
    server.at("2026-02-03T11:00:01Z");
    applicant.patch(version, &json!({"name": "Late"})).await.problem(403, "not-open");
    let listed = server.get("/api/v1/programmes").await.json();
    assert_eq!(listed[0]["phase"]["phase"], "grace");
}

#[tokio::test]
async fn an_extension_outlives_a_change_of_the_document_and_a_new_start() {
    let server = Server::start().await;
    run(&server, &["--programme", "small-call", "--until", "2026-02-03T12:00:00+01:00"])
        .await
        .unwrap();
    let path = server.folder.path().join("programmes/call.json");
    std::fs::write(&path, crate::harness::CALL.replace("\"seats\": 2", "\"seats\": 33")).unwrap();
    assert!(server.app.programmes.refresh().is_empty());
    let document = server.get("/api/v1/programmes/small-call").await.json();
    assert_eq!(document["seats"], 33);
    assert_eq!(document["schedule"]["deadline"], "2026-02-03T12:00:00+01:00");
    // Whoever writes a later date into the document is believed.
    std::fs::write(
        &path,
        crate::harness::CALL.replace("2026-02-01T12:00:00+01:00", "2026-03-01T12:00:00+01:00"),
    )
    .unwrap();
    assert!(server.app.programmes.refresh().is_empty());
    let document = server.get("/api/v1/programmes/small-call").await.json();
    assert_eq!(document["schedule"]["deadline"], "2026-03-01T12:00:00+01:00");
    let twin = server.twin().await;
    twin.app
        .programmes
        .extend(extensions::of_programmes(twin.app.store.pool()).await.unwrap());
    assert_eq!(twin.get("/api/v1/programmes/small-call").await.json(), document);
}

#[tokio::test]
async fn an_extension_of_one_application_is_its_own() {
    let server = Server::start().await;
    let (hers, version) = Applicant::ready(&server).await;
    let (his, _) = Applicant::ready(&server).await;
    let id = hers.read().await["id"].as_str().unwrap().to_owned();
    run(&server, &["--application", &id, "--until", "2026-02-02T23:59:59+01:00"])
        .await
        .unwrap();
    server.at("2026-02-02T22:59:59.999Z");
    assert_eq!(hers.read().await["extension"], "2026-02-02T22:59:59Z");
    let sealed = hers.seal(&"cd".repeat(32), "k").await.expect(200).json();
    assert_eq!(sealed["until"], "2026-02-02T23:29:59Z");
    hers.submit(version, "s").await.expect(200);
    his.seal(&"cd".repeat(32), "k").await.problem(403, "not-open");
    let timeline = hers.send(hers.call("GET", "application/timeline")).await.json();
    assert_eq!(timeline[1]["reason"], "The network of the venue was down.");
    let other = his.send(his.call("GET", "application/timeline")).await.json();
    assert_eq!(other.as_array().unwrap().len(), 1);
}

#[tokio::test]
async fn a_deadline_becomes_later_or_stays() {
    let server = Server::start().await;
    let applicant = Applicant::begun(&server, json!({})).await;
    let id = applicant.read().await["id"].as_str().unwrap().to_owned();
    for target in [["--programme", "small-call"], ["--application", id.as_str()]] {
        let earlier = [target[0], target[1], "--until", "2026-02-01T12:00:00+01:00"];
        assert!(matches!(run(&server, &earlier).await, Err(ExtendError::NotLater(_))));
    }
    for target in [["--programme", "other"], ["--application", "nobody"]] {
        let unknown = [target[0], target[1], "--until", "2026-03-01T12:00:00+01:00"];
        assert!(matches!(run(&server, &unknown).await, Err(ExtendError::Unknown(_))));
    }
    let timeline = applicant.send(applicant.call("GET", "application/timeline")).await.json();
    assert_eq!(timeline.as_array().unwrap().len(), 1);
}
