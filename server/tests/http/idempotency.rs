//! Requests that must not happen twice.

use serde_json::json;

use crate::harness::{Applicant, Server};
use opencall_server::store::sweep;

#[tokio::test]
async fn a_repeated_submission_gets_the_receipt_byte_for_byte() {
    let server = Server::start().await;
    let (applicant, version) = Applicant::ready(&server).await;
    let first = applicant.submit(version, "s").await.expect(200);
    server.pass(60_000);
    // Even when the draft has changed, and the call has closed, since.
    applicant.patch(version, &json!({"name": "Later"})).await.expect(200);
    server.at("2026-03-01T00:00:00Z");
    let second = applicant.submit(version, "s").await.expect(200);
    assert_eq!(first.body, second.body);
    assert_eq!(first.header("etag"), second.header("etag"));
}

#[tokio::test]
async fn a_repeated_beginning_and_withdrawal_get_the_same_reply() {
    let server = Server::start().await;
    let (applicant, version) = Applicant::ready(&server).await;
    let again = applicant.begin("begin", json!({"name": "Acme"})).await.expect(201);
    assert_eq!(again.json()["version"], 1, "the reply as it was");
    assert_eq!(again.header("location"), "/api/v1/application");
    applicant.submit(version, "s").await.expect(200);
    let first = applicant.withdraw("w").await.expect(200);
    assert_eq!(first.body, applicant.withdraw("w").await.expect(200).body);
}

#[tokio::test]
async fn without_a_key_nothing_happens() {
    let server = Server::start().await;
    let (applicant, version) = Applicant::ready(&server).await;
    for path in ["application/submit", "application/withdraw"] {
        applicant
            .send(applicant.call("POST", path).if_match(version))
            .await
            .problem(400, "idempotency-key-missing");
        applicant
            .send(applicant.call("POST", path).if_match(version).key("\"\""))
            .await
            .problem(400, "idempotency-key-missing");
        let long = "k".repeat(300);
        applicant
            .send(applicant.call("POST", path).if_match(version).key(&long))
            .await
            .problem(400, "malformed");
    }
    let other = Applicant::new(&server);
    let call = other
        .call("POST", "programmes/small-call/applications")
        .json(&json!({"answers": {}, "locale": "en"}));
    other.send(call).await.problem(400, "idempotency-key-missing");
}

#[tokio::test]
async fn a_key_belongs_to_one_request() {
    let server = Server::start().await;
    let (applicant, version) = Applicant::ready(&server).await;
    applicant
        .begin("begin", json!({"name": "Other"}))
        .await
        .problem(422, "idempotency-key-reused");
    applicant.submit(version, "begin").await.problem(422, "idempotency-key-reused");
    applicant.submit(version, "s").await.expect(200);
    applicant.submit(version + 1, "s").await.problem(422, "idempotency-key-reused");
    applicant.withdraw("s").await.problem(422, "idempotency-key-reused");
    // Quotes are the header's, not the key's.
    applicant.submit(version, "\"s\"").await.expect(200);
}

#[tokio::test]
async fn a_key_belongs_to_one_applicant() {
    let server = Server::start().await;
    let (hers, version) = Applicant::ready(&server).await;
    let (his, _) = Applicant::ready(&server).await;
    let first = hers.submit(version, "same").await.expect(200).json();
    let second = his.submit(version, "same").await.expect(200).json();
    assert_ne!(first["reference"], second["reference"]);
}

#[tokio::test]
async fn while_the_first_is_running_the_second_is_told_so() {
    let server = Server::start().await;
    let (applicant, version) = Applicant::ready(&server).await;
    // Holds the database's turn, or its lock on the row, so that the first cannot go on.
    let mut tx = server.app.store.begin().await.unwrap();
    let token = opencall_server::token::TokenHash::from_token(&applicant.token).unwrap();
    opencall_server::store::applications::find_locked(&mut tx, &token).await.unwrap();
    let first = applicant.submit(version, "s");
    let mut first = std::pin::pin!(first);
    let second = async {
        loop {
            // The first has to be polled once before it has claimed the key.
            tokio::task::yield_now().await;
            let reply = applicant.submit(version, "s").await;
            if reply.status == 409 {
                return reply;
            }
        }
    };
    tokio::select! {
        biased;
        _ = &mut first => panic!("the first went through while it was held up"),
        second = second => {
            assert_eq!(second.problem(409, "idempotency-key-running").header("retry-after"), "1");
        }
    }
    tx.commit().await.unwrap();
    first.await.expect(200);
}

#[tokio::test]
async fn a_refused_request_can_be_mended_and_sent_with_its_key() {
    let server = Server::start().await;
    let (applicant, version) = Applicant::ready(&server).await;
    server.at("2025-12-31T00:00:00Z");
    applicant.submit(version, "s").await.problem(403, "not-open");
    server.at("2026-01-16T00:00:00Z");
    applicant.submit(version, "s").await.expect(200);
}

#[tokio::test]
async fn kept_replies_go_after_two_days() {
    let server = Server::start().await;
    let (applicant, version) = Applicant::ready(&server).await;
    let first = applicant.submit(version, "s").await.expect(200);
    server.pass(sweep::REPLIES_KEPT);
    sweep::sweep(&server.app.store, server.now()).await.unwrap();
    assert_eq!(
        applicant.submit(version, "s").await.expect(200).body,
        first.body,
        "kept, or found unchanged"
    );
    server.pass(1);
    sweep::sweep(&server.app.store, server.now()).await.unwrap();
    // The key is free: what was another request is now the first with it.
    applicant.withdraw("s").await.expect(200);
}
