//! Sealing before the deadline, and what may still arrive after it.

use opencall_core::seal::{canonical, digest};
use opencall_core::{Programme, application, proof};
use serde_json::{Value, json};

use crate::harness::{Applicant, CALL, Reply, Server, pdf};

/// A moment in the grace.
const GRACE: &str = "2026-02-01T11:10:00Z";

impl Applicant<'_> {
    pub async fn seal(&self, digest: &str, key: &str) -> Reply {
        let body = json!({"digest": digest, "files": [], "version": 1});
        self.send(self.call("POST", "application/seal").key(key).json(&body)).await
    }
}

/// The digest of these answers, made as the app makes it.
fn digest_of(answers: &Value) -> String {
    let programme = Programme::load(CALL).unwrap();
    let application = application(&programme, &serde_json::from_value(answers.clone()).unwrap()).unwrap();
    digest(&canonical(&application))
}

/// Answers that will be complete once the file has arrived.
fn answers_with(name: &str, film: &[u8]) -> Value {
    use sha2::Digest as _;
    let sha256 = opencall_server::token::hex(&sha2::Sha256::digest(film));
    json!({"name": name, "deck": {"id": "local", "name": "deck.pdf", "size": film.len(), "sha256": sha256, "type": "pdf"}})
}

/// What is kept of everybody.
async fn keys(server: &Server) -> Vec<proof::PublicKey> {
    let keys = server.get("/api/v1/programmes/small-call/keys").await.expect(200).json();
    serde_json::from_value(keys["keys"].clone()).unwrap()
}

#[tokio::test]
async fn a_seal_is_signed_and_can_be_checked_by_anybody() {
    let server = Server::start().await;
    let applicant = Applicant::begun(&server, json!({})).await;
    server.at("2026-02-01T11:00:00.999Z");
    let file = json!({"field": "deck", "name": "../deck.pdf", "size": 5, "sha256": "ab".repeat(32)});
    let body = json!({"digest": "cd".repeat(32), "files": [file], "version": 1});
    let seal = applicant
        .send(applicant.call("POST", "application/seal").key("k").json(&body))
        .await
        .expect(200)
        .json();
    assert_eq!(seal["sealed_at"], "2026-02-01T11:00:00.999Z");
    assert_eq!(seal["until"], "2026-02-01T11:30:00Z");
    assert_eq!(seal["files"][0]["name"], "deck.pdf");
    let proven = proof::check(&seal, &keys(&server).await).unwrap();
    assert!(matches!(proven, proof::Statement::Seal(_)));
    let view = applicant.read().await;
    assert_eq!(view["seal"], seal);
    assert_eq!(view["status"], "draft");
    let timeline = applicant.send(applicant.call("GET", "application/timeline")).await.json();
    assert_eq!(timeline[1]["what"], "sealed");
}

#[tokio::test]
async fn the_first_late_instant_is_too_late_to_seal() {
    let server = Server::start().await;
    let applicant = Applicant::begun(&server, json!({})).await;
    server.at("2026-02-01T11:00:01Z");
    let refused = applicant.seal(&"cd".repeat(32), "k").await.problem(403, "not-open").json();
    assert_eq!(refused["phase"]["phase"], "grace");
    assert!(applicant.read().await["seal"].is_null());
    server.at("2025-12-01T00:00:00Z");
    applicant.seal(&"cd".repeat(32), "k").await.problem(403, "not-open");
}

#[tokio::test]
async fn what_was_sealed_may_arrive_in_the_grace() {
    let server = Server::start().await;
    let applicant = Applicant::begun(&server, json!({"name": "Acme"})).await;
    let film = pdf(1_000);
    let sealed = digest_of(&answers_with("Acme Labs", &film));
    server.at("2026-02-01T10:59:58Z");
    applicant.seal(&sealed, "k").await.expect(200);
    server.at(GRACE);
    applicant.patch(1, &json!({"name": "Acme Labs"})).await.expect(200);
    let deck = applicant.upload("deck", "deck.pdf", &film).await;
    let other = applicant.upload("film", "film.pdf", &pdf(100)).await;
    let other = format!("application/files/{}", other["id"].as_str().unwrap());
    applicant.send(applicant.call("DELETE", &other)).await.expect(204);
    applicant.patch(2, &json!({"deck": deck})).await.expect(200);
    let receipt = applicant.submit(3, "s").await.expect(200).json();
    assert_eq!(receipt["digest"], sealed.as_str());
    assert_eq!(receipt["sealed_at"], "2026-02-01T10:59:58Z");
    assert_eq!(receipt["received_at"], GRACE);
    assert_eq!(receipt["files"][0]["field"], "deck");
    assert!(proof::check(&receipt, &keys(&server).await).is_ok());
    let view = applicant.read().await;
    assert_eq!((&view["receipt"], &view["status"]), (&receipt, &json!("submitted")));
    server.at("2026-02-01T11:30:01Z");
    applicant.patch(3, &json!({"name": "Late"})).await.problem(403, "not-open");
    applicant.submit(3, "late").await.problem(403, "not-open");
}

#[tokio::test]
async fn in_the_grace_one_changed_character_is_refused_and_nothing_is_lost() {
    let server = Server::start().await;
    let (applicant, version) = Applicant::ready(&server).await;
    let answers = applicant.read().await["answers"].clone();
    applicant.seal(&digest_of(&answers), "k").await.expect(200);
    server.at(GRACE);
    applicant.patch(version, &json!({"name": "Acmf"})).await.expect(200);
    let refused = applicant.submit(version + 1, "s").await.problem(422, "seal-mismatch").json();
    assert_eq!(refused["sealed"], digest_of(&answers).as_str());
    assert_ne!(refused["digest"], refused["sealed"]);
    assert_eq!(refused["now"], GRACE);
    assert!(refused["detail"].as_str().unwrap().contains("restore what was sealed"));
    assert_eq!(applicant.read().await["answers"]["name"], "Acmf", "what was written is kept");
    applicant.patch(version + 1, &json!({"name": "Acme"})).await.expect(200);
    applicant.submit(version + 2, "s").await.expect(200);
}

#[tokio::test]
async fn any_seal_from_before_the_deadline_counts_and_the_last_is_shown() {
    let server = Server::start().await;
    let (applicant, version) = Applicant::ready(&server).await;
    let first = digest_of(&applicant.read().await["answers"]);
    applicant.seal(&first, "one").await.expect(200);
    server.pass(1_000);
    applicant.seal(&"cd".repeat(32), "two").await.expect(200);
    assert_eq!(applicant.read().await["seal"]["digest"], "cd".repeat(32));
    server.at(GRACE);
    let receipt = applicant.submit(version, "s").await.expect(200).json();
    assert_eq!(receipt["sealed_at"], crate::harness::OPEN);
    let export = applicant.send(applicant.call("GET", "application/export")).await.json();
    assert_eq!(export["seals"].as_array().unwrap().len(), 2);
    assert_eq!(export["seals"][0]["digest"], first.as_str());
}

#[tokio::test]
async fn without_a_seal_nothing_arrives_in_the_grace_and_another_ones_seal_is_none() {
    let server = Server::start().await;
    let (hers, _) = Applicant::ready(&server).await;
    let (his, version) = Applicant::ready(&server).await;
    let theirs = digest_of(&his.read().await["answers"]);
    hers.seal(&theirs, "k").await.expect(200);
    server.at(GRACE);
    let refused = his.submit(version, "s").await.problem(403, "no-seal").json();
    assert_eq!(refused["phase"]["phase"], "grace");
    his.patch(version, &json!({"name": "Late"})).await.problem(403, "not-open");
    his.create("film", "film.pdf", 100).await.problem(403, "not-open");
    assert_eq!(his.read().await["status"], "draft");
    // Nor when he has one of his own, of something else.
    server.at("2026-02-01T10:59:58Z");
    his.seal(&"cd".repeat(32), "own").await.expect(200);
    server.at(GRACE);
    his.submit(version, "t").await.problem(422, "seal-mismatch");
}

#[tokio::test]
async fn a_seal_is_made_once_however_often_it_is_asked_for() {
    let server = Server::start().await;
    let applicant = Applicant::begun(&server, json!({})).await;
    let one = applicant.seal(&"cd".repeat(32), "k").await.expect(200);
    server.pass(1_000);
    assert_eq!(applicant.seal(&"cd".repeat(32), "k").await.expect(200).body, one.body);
    assert_eq!(
        applicant.seal(&"cd".repeat(32), "other").await.expect(200).body,
        one.body,
        "the earlier one proves more"
    );
    applicant.seal(&"ef".repeat(32), "k").await.problem(422, "idempotency-key-reused");
    let no_key = applicant.call("POST", "application/seal").json(&json!({"digest": "cd".repeat(32)}));
    applicant.send(no_key).await.problem(400, "idempotency-key-missing");
    for wrong in ["", "CD", &"CD".repeat(32), &"g".repeat(64)] {
        applicant.seal(wrong, wrong.get(..1).unwrap_or("x")).await.problem(400, "malformed");
    }
}

#[tokio::test]
async fn with_the_judges_nothing_is_sealed() {
    let server = Server::start().await;
    let (applicant, version) = Applicant::ready(&server).await;
    applicant.submit(version, "s").await.expect(200);
    let id = applicant.read().await["id"].as_str().unwrap().to_owned();
    let mut tx = server.app.store.begin().await.unwrap();
    opencall_server::store::applications::set_status(&mut tx, &id, opencall_core::Status::InReview)
        .await
        .unwrap();
    tx.commit().await.unwrap();
    applicant.seal(&"cd".repeat(32), "k").await.problem(409, "illegal-move");
}

#[tokio::test]
async fn a_seal_is_taken_when_everything_else_has_been_asked_too_often() {
    let server = Server::limited(10).await;
    let applicant = Applicant::begun(&server, json!({})).await;
    for _ in 0..9 {
        applicant.read().await;
    }
    applicant
        .send(applicant.call("GET", "application"))
        .await
        .problem(429, "rate-limited");
    applicant.seal(&"cd".repeat(32), "k").await.expect(200);
    applicant.seal(&"cd".repeat(32), "k").await.problem(429, "rate-limited");
}

#[tokio::test]
async fn a_seal_is_taken_while_no_file_can_be() {
    let server = Server::start().await;
    let applicant = Applicant::begun(&server, json!({})).await;
    let created = applicant.create("deck", "deck.pdf", 100).await.expect(201);
    std::fs::remove_dir(server.data().join("files")).unwrap();
    std::fs::write(server.data().join("files"), "in the way").unwrap();
    applicant
        .append(created.header("location"), 0, &pdf(100))
        .await
        .problem(503, "storage");
    applicant.seal(&"cd".repeat(32), "k").await.expect(200);
}

#[tokio::test]
async fn a_seal_passes_by_those_who_wait_to_write() {
    let server = Server::start().await;
    if std::env::var("OPENCALL_TEST_DATABASE_URL").is_ok_and(|url| !url.is_empty()) {
        // PostgreSQL writes for many at once.
        return;
    }
    let store = &server.app.store;
    let writing = store.begin().await.unwrap();
    let order = std::sync::Mutex::new(Vec::new());
    let ordinary = async |number: usize| {
        let tx = store.begin().await.unwrap();
        order.lock().unwrap().push(number.to_string());
        tx.commit().await.unwrap();
    };
    let first = async {
        let tx = store.begin_first().await.unwrap();
        order.lock().unwrap().push(String::from("seal"));
        tx.commit().await.unwrap();
    };
    // Polled in this order: the five stand in line before the seal comes.
    tokio::join!(biased; ordinary(1), ordinary(2), ordinary(3), ordinary(4), ordinary(5), first, async {
        writing.commit().await.unwrap();
    });
    assert_eq!(order.into_inner().unwrap(), ["seal", "1", "2", "3", "4", "5"]);
}

#[tokio::test]
async fn a_submission_in_time_says_when_it_was_sealed_if_it_was() {
    let server = Server::start().await;
    let (applicant, version) = Applicant::ready(&server).await;
    let receipt = applicant.submit(version, "one").await.expect(200).json();
    assert!(receipt["sealed_at"].is_null());
    assert!(proof::check(&receipt, &keys(&server).await).is_ok());
    applicant.patch(version, &json!({"name": "Acme Labs"})).await.expect(200);
    let sealed = digest_of(&applicant.read().await["answers"]);
    applicant.seal(&sealed, "k").await.expect(200);
    server.pass(2_000);
    let receipt = applicant.submit(version + 1, "two").await.expect(200).json();
    assert_eq!(receipt["sealed_at"], crate::harness::OPEN);
}

#[tokio::test]
async fn keys_stay_published_when_another_is_put_in_use() {
    let server = Server::start().await;
    let (applicant, version) = Applicant::ready(&server).await;
    let receipt = applicant.submit(version, "s").await.expect(200).json();
    std::fs::remove_file(server.data().join("signing-key.pem")).unwrap();
    server.pass(60_000);
    let twin = server.twin().await;
    let published = keys(&twin).await;
    assert_eq!(published.len(), 2);
    assert_eq!(published[0].key_id, twin.app.key.id(), "the one in use comes first");
    assert!(proof::check(&receipt, &published).is_ok(), "what the old one signed stays true");
    assert!(proof::check(&receipt, &published[..1]).is_err());
    server.get("/api/v1/programmes/other/keys").await.problem(404, "not-found");
}

#[tokio::test]
async fn what_was_submitted_before_there_were_signatures_keeps_its_plain_receipt() {
    let server = Server::start().await;
    let (applicant, version) = Applicant::ready(&server).await;
    applicant.submit(version, "s").await.expect(200);
    sqlx::query("UPDATE submissions SET statement = NULL, key_id = NULL, signature = NULL")
        .execute(server.app.store.pool())
        .await
        .unwrap();
    let receipt = applicant.read().await["receipt"].clone();
    assert_eq!(receipt["version"], version);
    assert!(receipt["signed"].is_null());
}
