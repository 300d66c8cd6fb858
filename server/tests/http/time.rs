//! What may be done when, by the server's clock.

use serde_json::json;

use crate::harness::{Applicant, Server, pdf};

#[tokio::test]
async fn the_clock_is_told_to_the_millisecond() {
    let server = Server::start().await;
    server.pass(123);
    let reply = server.get("/api/v1/clock").await.expect(200);
    assert_eq!(reply.json(), json!({"now": "2026-01-15T12:00:00.123Z"}));
    assert_eq!(reply.header("cache-control"), "no-store");
}

#[tokio::test]
async fn before_the_opening_nothing_begins() {
    let server = Server::start().await;
    server.at("2025-12-31T22:59:59.999Z");
    let refused = Applicant::new(&server).begin("a", json!({})).await.problem(403, "not-open").json();
    assert_eq!(refused["phase"]["phase"], "not_yet_open");
    assert_eq!(refused["now"], "2025-12-31T22:59:59.999Z");
    server.at("2025-12-31T23:00:00Z");
    Applicant::new(&server).begin("a", json!({})).await.expect(201);
}

#[tokio::test]
async fn the_last_second_is_in_time_and_the_next_is_not() {
    let server = Server::start().await;
    let (applicant, version) = Applicant::ready(&server).await;
    server.at("2026-02-01T11:00:00.999Z");
    applicant.submit(version, "a").await.expect(200);
    server.at("2026-02-01T11:00:01Z");
    applicant.patch(version, &json!({"name": "Late"})).await.problem(403, "not-open");
}

#[tokio::test]
async fn without_a_seal_nothing_new_is_taken_in_the_grace_or_after_it_and_everything_can_be_read() {
    let server = Server::start().await;
    let (applicant, version) = Applicant::ready(&server).await;
    applicant.submit(version, "in time").await.expect(200);
    let created = applicant.create("film", "film.pdf", 100).await.expect(201);
    let location = created.header("location");
    let file = applicant.read().await["answers"]["deck"]["id"].as_str().unwrap().to_owned();
    for (time, phase) in [("2026-02-01T11:10:00Z", "grace"), ("2026-02-01T12:00:00Z", "closed")] {
        server.at(time);
        let kind = if phase == "grace" { "no-seal" } else { "not-open" };
        let refused = applicant.submit(version, time).await.problem(403, kind).json();
        assert_eq!(refused["phase"]["phase"], phase);
        applicant.patch(version, &json!({"name": "Late"})).await.problem(403, "not-open");
        applicant.create("deck", "deck.pdf", 100).await.problem(403, "not-open");
        applicant.append(location, 0, &pdf(100)).await.problem(403, "not-open");
        applicant
            .send(applicant.call("DELETE", &format!("application/files/{file}")))
            .await
            .problem(403, "not-open");
        Applicant::new(&server).begin("late", json!({})).await.problem(403, "not-open");
        assert_eq!(applicant.read().await["status"], "submitted");
        for path in ["application/export", "application/timeline", &format!("application/files/{file}")] {
            applicant.send(applicant.call("GET", path)).await.expect(200);
        }
        assert_eq!(applicant.begin("again", json!({})).await.expect(200).json()["status"], "submitted");
    }
    applicant.withdraw("w").await.expect(200);
    applicant.send(applicant.call("DELETE", "application")).await.expect(204);
}

#[tokio::test]
async fn an_extension_counts_for_its_applicant_alone() {
    let server = Server::start().await;
    let (hers, version) = Applicant::ready(&server).await;
    let (his, _) = Applicant::ready(&server).await;
    let later = opencall_core::Timestamp::parse("2026-02-03T11:00:00Z").unwrap();
    sqlx::query("UPDATE applications SET extension = $1 WHERE id = $2")
        .bind(later.millis())
        .bind(hers.read().await["id"].as_str().unwrap().to_owned())
        .execute(server.app.store.pool())
        .await
        .unwrap();
    server.at("2026-02-02T00:00:00Z");
    assert_eq!(hers.read().await["extension"], "2026-02-03T11:00:00Z");
    assert_eq!(
        hers.submit(version, "s").await.expect(200).json()["deadline"],
        "2026-02-03T11:00:00Z"
    );
    his.submit(version, "s").await.problem(403, "not-open");
}
