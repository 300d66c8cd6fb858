//! How many requests are taken.

use serde_json::json;

use crate::harness::{Applicant, Call, Server};

#[tokio::test]
async fn one_application_may_ask_so_often() {
    let server = Server::limited(10).await;
    let applicant = Applicant::begun(&server, json!({})).await;
    for _ in 0..9 {
        applicant.read().await;
    }
    let refused = applicant
        .send(applicant.call("GET", "application"))
        .await
        .problem(429, "rate-limited");
    assert!(refused.header("retry-after").parse::<u64>().unwrap() >= 1);
    assert_eq!(refused.header("cache-control"), "no-store");
    // Nobody else is held up, and what belongs to no application is not counted.
    server.get("/api/v1/clock").await.expect(200);
    let other = Applicant::new(&server);
    let call = other
        .call("POST", "programmes/small-call/applications")
        .header("x-forwarded-for", "192.0.2.9")
        .key("a");
    other.send(call.json(&json!({"answers": {}, "locale": "en"}))).await.expect(201);
}

#[tokio::test]
async fn one_address_may_begin_so_often() {
    let server = Server::limited(20).await;
    let begin = |address: &'static str| {
        let applicant = Applicant::new(&server);
        let call = applicant
            .call("POST", "programmes/small-call/applications")
            .header("x-forwarded-for", address)
            .key("a");
        server.send(call.json(&json!({"answers": {}, "locale": "en"})))
    };
    begin("192.0.2.1").await.expect(201);
    begin("198.51.100.7, 192.0.2.1").await.expect(201);
    begin("192.0.2.1").await.problem(429, "rate-limited");
    begin("192.0.2.2").await.expect(201);
}

#[tokio::test]
async fn whoever_guesses_at_tokens_has_to_wait() {
    let server = Server::limited(20).await;
    let guess = || server.send(Call::new("GET", "/api/v1/application").token(&"A".repeat(43)));
    guess().await.problem(401, "unknown-token");
    let other = Applicant::new(&server);
    other.send(other.call("GET", "application")).await.problem(401, "unknown-token");
    let third = Applicant::new(&server);
    third.send(third.call("GET", "application")).await.problem(429, "rate-limited");
}
