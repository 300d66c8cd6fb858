//! Submitting and withdrawing.

use serde_json::json;

use crate::harness::{Applicant, DEADLINE, Server};

#[tokio::test]
async fn a_receipt_speaks_of_what_is_kept() {
    let server = Server::start().await;
    let (applicant, version) = Applicant::ready(&server).await;
    server.pass(5_000);
    let reply = applicant.submit(version, "s").await.expect(200);
    let receipt = reply.json();
    assert_eq!(reply.header("etag"), format!("\"{version}\""));
    assert_eq!(receipt["version"], version);
    assert_eq!(receipt["received_at"], "2026-01-15T12:00:05Z");
    assert_eq!(receipt["deadline"], DEADLINE);
    assert_eq!(receipt["reference"].as_str().unwrap().len(), 9);
    let view = applicant.read().await;
    assert_eq!(view["status"], "submitted");
    assert_eq!(view["receipt"], receipt);
    assert_eq!(view["submitted_version"], version);
    let id = view["id"].as_str().unwrap();
    let kept = opencall_server::store::submissions::last(server.app.store.pool(), id)
        .await
        .unwrap()
        .unwrap();
    assert_eq!(opencall_core::seal::digest(&kept.canonical), receipt["digest"]);
    assert!(kept.canonical.contains("Acme"));
}

#[tokio::test]
async fn every_answer_in_the_way_is_named() {
    let server = Server::start().await;
    let applicant = Applicant::begun(&server, json!({"team": [{"id": "a", "who": ""}]})).await;
    let refused = applicant.submit(1, "s").await.problem(422, "answers");
    let errors = refused.errors();
    assert!(errors.contains(&String::from("/name missing")), "{errors:?}");
    assert!(errors.contains(&String::from("/deck missing")), "{errors:?}");
    assert_eq!(refused.json()["now"], "2026-01-15T12:00:00Z");
    assert_eq!(applicant.read().await["status"], "draft");
}

#[tokio::test]
async fn a_file_has_to_be_here_complete_and_the_one_spoken_of() {
    let server = Server::start().await;
    let (applicant, version) = Applicant::ready(&server).await;
    let deck = applicant.read().await["answers"]["deck"].clone();
    let created = applicant.create("film", "film.pdf", 100).await.expect(201);
    let half = created.header("location").rsplit('/').next().unwrap().to_owned();
    let mut version = version;
    for (member, value, problem) in [
        ("id", json!("0123456789abcdef0123456789abcdef"), "/deck file_unknown"),
        ("sha256", json!("0".repeat(64)), "/deck file_unknown"),
        ("size", json!(999), "/deck file_unknown"),
        ("id", json!(half), "/deck file_unfinished"),
    ] {
        let mut wrong = deck.clone();
        wrong[member] = value;
        version = applicant.patch(version, &json!({"deck": wrong})).await.expect(200).json()["version"]
            .as_u64()
            .unwrap();
        assert_eq!(applicant.submit(version, "s").await.problem(422, "answers").errors(), [problem]);
    }
}

#[tokio::test]
async fn a_file_in_a_row_is_checked_too() {
    let server = Server::start().await;
    let (applicant, version) = Applicant::ready(&server).await;
    let cv = applicant.upload("/team/0/cv", "cv.pdf", &crate::harness::pdf(500)).await;
    let team = |cv: &serde_json::Value| json!({"team": [{"id": "a", "who": "Ann", "cv": cv}]});
    let mut wrong = cv.clone();
    wrong["sha256"] = json!("0".repeat(64));
    applicant.patch(version, &team(&wrong)).await.expect(200);
    assert_eq!(
        applicant.submit(version + 1, "s").await.problem(422, "answers").errors(),
        ["/team/0/cv file_unknown"]
    );
    applicant.patch(version + 1, &team(&cv)).await.expect(200);
    applicant.submit(version + 2, "s").await.expect(200);
}

#[tokio::test]
async fn what_was_submitted_counts_until_the_next_is() {
    let server = Server::start().await;
    let (applicant, version) = Applicant::ready(&server).await;
    let first = applicant.submit(version, "one").await.expect(200).json();
    applicant.patch(version, &json!({"name": "Renamed"})).await.expect(200);
    let view = applicant.read().await;
    assert_eq!(
        (&view["receipt"], &view["submitted_version"], &view["version"]),
        (&first, &json!(version), &json!(version + 1))
    );
    server.pass(1_000);
    let second = applicant.submit(version + 1, "two").await.expect(200).json();
    assert_eq!(first["reference"], second["reference"]);
    assert_ne!(first["digest"], second["digest"]);
    assert_ne!(first["received_at"], second["received_at"]);
}

#[tokio::test]
async fn submitting_the_same_version_again_gives_the_receipt_there_is() {
    let server = Server::start().await;
    let (applicant, version) = Applicant::ready(&server).await;
    let first = applicant.submit(version, "one").await.expect(200).json();
    server.pass(60_000);
    assert_eq!(applicant.submit(version, "two").await.expect(200).json(), first);
    assert_eq!(
        applicant
            .send(applicant.call("GET", "application/timeline"))
            .await
            .json()
            .as_array()
            .unwrap()
            .len(),
        2
    );
}

#[tokio::test]
async fn submitting_needs_the_version_that_was_checked() {
    let server = Server::start().await;
    let (applicant, version) = Applicant::ready(&server).await;
    let call = || applicant.call("POST", "application/submit").key("s");
    applicant.send(call()).await.problem(428, "if-match-missing");
    applicant.send(call().if_match(version - 1)).await.problem(412, "changed");
    assert_eq!(applicant.read().await["status"], "draft");
}

#[tokio::test]
async fn what_was_submitted_can_be_taken_back_and_submitted_again() {
    let server = Server::start().await;
    let (applicant, version) = Applicant::ready(&server).await;
    let refused = applicant.withdraw("w").await.problem(409, "illegal-move");
    assert_eq!(refused.json()["application_status"], "draft");
    applicant.submit(version, "one").await.expect(200);
    assert_eq!(applicant.withdraw("w").await.expect(200).json()["status"], "withdrawn");
    applicant.withdraw("w again").await.problem(409, "illegal-move");
    server.pass(1_000);
    assert_eq!(
        applicant.submit(version, "two").await.expect(200).json()["received_at"],
        "2026-01-15T12:00:01Z"
    );
    let timeline = applicant
        .send(applicant.call("GET", "application/timeline"))
        .await
        .expect(200)
        .json();
    let what: Vec<_> = timeline.as_array().unwrap().iter().map(|event| event["what"].clone()).collect();
    assert_eq!(what, ["begun", "submitted", "withdrawn", "submitted"]);
}

#[tokio::test]
async fn with_the_judges_an_application_can_no_longer_be_changed() {
    let server = Server::start().await;
    let (applicant, version) = Applicant::ready(&server).await;
    applicant.submit(version, "s").await.expect(200);
    let id = applicant.read().await["id"].as_str().unwrap().to_owned();
    let mut tx = server.app.store.begin().await.unwrap();
    opencall_server::store::applications::set_status(&mut tx, &id, opencall_core::Status::InReview)
        .await
        .unwrap();
    tx.commit().await.unwrap();
    applicant
        .patch(version, &json!({"name": "Late"}))
        .await
        .problem(409, "illegal-move");
    applicant.submit(version, "t").await.problem(409, "illegal-move");
    applicant.create("film", "film.pdf", 100).await.problem(409, "illegal-move");
    applicant.withdraw("w").await.expect(200);
}
