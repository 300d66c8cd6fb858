//! Beginning a draft.

use serde_json::json;

use crate::harness::{Applicant, Call, Server};

#[tokio::test]
async fn a_draft_is_begun_and_read_with_its_token() {
    let server = Server::start().await;
    let applicant = Applicant::new(&server);
    let begun = applicant.begin("a", json!({"name": "Acme"})).await.expect(201);
    assert_eq!(begun.header("etag"), "\"1\"");
    assert_eq!(begun.header("location"), "/api/v1/application");
    assert_eq!(begun.header("cache-control"), "no-store");
    let view = applicant.read().await;
    assert_eq!(view, begun.json());
    assert_eq!(view["status"], "draft");
    assert_eq!(view["programme"], "small-call");
    assert_eq!(view["answers"], json!({"name": "Acme"}));
    assert_eq!(view["created_at"], "2026-01-15T12:00:00Z");
}

#[tokio::test]
async fn beginning_again_gives_the_draft_already_there() {
    let server = Server::start().await;
    let applicant = Applicant::begun(&server, json!({"name": "Acme"})).await;
    let again = applicant.begin("another key", json!({"name": "Other"})).await.expect(200);
    assert_eq!(again.json()["answers"], json!({"name": "Acme"}));
}

#[tokio::test]
async fn without_a_proper_token_nothing_is_begun_or_read() {
    let server = Server::start().await;
    let begin = |call: Call| server.send(call.key("a").json(&json!({"answers": {}, "locale": "en"})));
    let path = "/api/v1/programmes/small-call/applications";
    for token in ["", "short", &"a".repeat(42), &"a".repeat(44), &"!".repeat(43)] {
        begin(Call::new("POST", path).token(token)).await.problem(401, "unknown-token");
    }
    let reply = begin(Call::new("POST", path)).await.problem(401, "unknown-token");
    assert_eq!(reply.header("www-authenticate"), "Bearer");
    let stranger = Applicant::new(&server);
    for (method, path) in [
        ("GET", "application"),
        ("DELETE", "application"),
        ("GET", "application/export"),
        ("GET", "application/timeline"),
        ("GET", "application/files/0123456789abcdef0123456789abcdef"),
    ] {
        stranger.send(stranger.call(method, path)).await.problem(401, "unknown-token");
    }
    stranger.patch(1, &json!({})).await.problem(401, "unknown-token");
    stranger.submit(1, "k").await.problem(401, "unknown-token");
    stranger.withdraw("k").await.problem(401, "unknown-token");
    stranger.create("deck", "deck.pdf", 10).await.problem(401, "unknown-token");
}

#[tokio::test]
async fn an_unknown_programme_is_not_found() {
    let server = Server::start().await;
    let applicant = Applicant::new(&server);
    let call = applicant
        .call("POST", "programmes/nowhere/applications")
        .key("a")
        .json(&json!({"answers": {}, "locale": "en"}));
    applicant.send(call).await.problem(404, "not-found");
}

#[tokio::test]
async fn what_led_here_is_kept_and_shown_only_where_it_can_be_that() {
    let server = Server::start().await;
    let whole = json!({"partner": "acme", "referrer": "https://www.acme.example", "campaign": "spring_26"});
    let odd = json!({"partner": "<script>", "referrer": "https://www.acme.example/page?who=ada", "campaign": "two words"});
    for (source, kept) in [(&whole, &whole), (&odd, &json!({})), (&json!({}), &json!({}))] {
        let applicant = Applicant::new(&server);
        let mut body = json!({"answers": {}, "locale": "fr"});
        body.as_object_mut().unwrap().extend(source.as_object().unwrap().clone());
        let begun = applicant
            .send(applicant.call("POST", "programmes/small-call/applications").key("a").json(&body))
            .await
            .expect(201)
            .json();
        let read = applicant.send(applicant.call("GET", "application")).await.expect(200).json();
        for view in [&begun, &read] {
            for name in ["partner", "referrer", "campaign"] {
                assert_eq!(view.get(name), kept.get(name), "{view}");
            }
        }
        // A later beginning with the same link changes nothing of it.
        let again = json!({"answers": {}, "locale": "fr", "partner": "other", "campaign": "autumn"});
        let again = applicant.call("POST", "programmes/small-call/applications").key("b").json(&again);
        let view = applicant.send(again).await.expect(200).json();
        assert_eq!(view.get("partner"), kept.get("partner"));
        let token = opencall_server::token::TokenHash::from_token(&applicant.token).unwrap();
        let record = opencall_server::store::applications::find(server.app.store.pool(), &token)
            .await
            .unwrap()
            .unwrap();
        assert_eq!(record.locale, opencall_core::Locale::Fr);
    }
}

#[tokio::test]
async fn the_token_is_kept_nowhere() {
    let server = Server::start().await;
    let applicant = Applicant::begun(&server, json!({})).await;
    let mut looked = 0;
    for file in std::fs::read_dir(server.data()).unwrap() {
        let path = file.unwrap().path();
        if path.is_file() {
            let bytes = std::fs::read(&path).unwrap();
            assert!(
                !bytes.windows(43).any(|window| window == applicant.token.as_bytes()),
                "{}",
                path.display()
            );
            looked += 1;
        }
    }
    assert!(looked > 0 || std::env::var("OPENCALL_TEST_DATABASE_URL").is_ok());
}
