//! Partners' links, and the counts they show.

use serde_json::{Value, json};

use crate::harness::{Applicant, Call, Reply, Server};
use crate::staff::Staff;

const LINK: &str = "programmes/small-call/partners/acme/link";

/// Makes the link; gives its token.
async fn made(staff: &Staff<'_>) -> String {
    let made = staff.post(LINK, &json!({})).await.expect(201).json();
    let link = made["link"].as_str().unwrap();
    link.strip_prefix("/partner#").unwrap().to_owned()
}

async fn counts(server: &Server, token: &str) -> Reply {
    server.send(Call::new("GET", "/api/v1/partner/counts").token(token)).await
}

/// Somebody who begins by a partner's page; submits too where said.
async fn comes(server: &Server, partner: &str, submits: bool) {
    let applicant = Applicant::new(server);
    let begin = json!({"answers": {"name": "Acme"}, "locale": "en", "partner": partner});
    let call = applicant.call("POST", "programmes/small-call/applications").key("begin");
    applicant.send(call.json(&begin)).await.expect(201);
    if submits {
        let deck = applicant.upload("deck", "deck.pdf", &crate::harness::pdf(1_000)).await;
        let version = applicant.patch(1, &json!({"deck": deck})).await.expect(200).json()["version"].clone();
        applicant.submit(version.as_u64().unwrap(), "s").await.expect(200);
    }
}

#[tokio::test]
async fn a_partner_reads_its_own_counts_up_to_the_last_midnight_and_no_small_one() {
    let server = Server::start().await;
    let token = made(&Staff::first(&server).await).await;
    let reply = counts(&server, &token).await.expect(200);
    assert_eq!(reply.header("cache-control"), "no-store");
    let nobody = reply.json();
    assert_eq!(nobody["programme"], "small-call");
    assert_eq!((&nobody["partner"], &nobody["periods"]), (&json!("acme"), &json!([])));
    assert_eq!((nobody.get("begun"), nobody.get("submitted")), (None, None));
    for _ in 0..4 {
        comes(&server, "acme", true).await;
    }
    for _ in 0..6 {
        comes(&server, "other", true).await;
    }
    let figures = |reply: Value| json!([reply["begun"], reply["submitted"], reply["periods"]]);
    server.at("2026-01-16T00:00:00Z");
    assert_eq!(
        figures(counts(&server, &token).await.json()),
        json!([null, null, []]),
        "four are not told"
    );
    comes(&server, "acme", true).await;
    comes(&server, "acme", true).await;
    for _ in 0..10 {
        comes(&server, "acme", false).await;
    }
    assert_eq!(
        figures(counts(&server, &token).await.json()),
        json!([null, null, []]),
        "the day is not over"
    );
    server.at("2026-01-17T09:00:00Z");
    let told = counts(&server, &token).await.json();
    assert_eq!(told["counted_at"], "2026-01-17T00:00:00Z");
    assert_eq!(figures(told), json!([16, 6, [{"until": "2026-01-17T00:00:00Z", "submitted": 6}]]));
}

#[tokio::test]
async fn who_withdraws_stays_counted() {
    let server = Server::start().await;
    let token = made(&Staff::first(&server).await).await;
    for _ in 0..4 {
        comes(&server, "acme", true).await;
    }
    let (applicant, version) = {
        let applicant = Applicant::new(&server);
        let begin = json!({"answers": {"name": "Acme"}, "locale": "en", "partner": "acme"});
        let call = applicant.call("POST", "programmes/small-call/applications").key("begin");
        applicant.send(call.json(&begin)).await.expect(201);
        let deck = applicant.upload("deck", "deck.pdf", &crate::harness::pdf(1_000)).await;
        let version = applicant.patch(1, &json!({"deck": deck})).await.expect(200).json()["version"].clone();
        (applicant, version.as_u64().unwrap())
    };
    applicant.submit(version, "s").await.expect(200);
    applicant.withdraw("w").await.expect(200);
    server.at("2026-01-16T00:00:00Z");
    assert_eq!(counts(&server, &token).await.json()["submitted"], 5);
}

#[tokio::test]
async fn a_link_ends_when_another_is_made_and_when_it_is_taken_back() {
    let server = Server::start().await;
    let olga = Staff::first(&server).await;
    let list = "programmes/small-call/partners";
    let before = olga.get(list).await.expect(200).json();
    assert_eq!(before[0]["partner"], "acme");
    assert_eq!(before[0].get("created_at"), None);
    let first = made(&olga).await;
    let second = made(&olga).await;
    counts(&server, &first).await.problem(401, "unknown-token");
    counts(&server, &second).await.expect(200);
    let listed = olga.get(list).await.expect(200);
    assert_eq!(listed.json()[0]["by"], "Olga");
    assert!(listed.json()[0]["created_at"].is_string());
    assert!(!listed.text().contains(&second), "the token is said once");
    olga.delete(LINK).await.expect(204);
    counts(&server, &second).await.problem(401, "unknown-token");
    olga.delete(LINK).await.problem(404, "not-found");
    olga.post("programmes/small-call/partners/nobody/link", &json!({}))
        .await
        .problem(404, "not-found");
    let trail = olga.get("audit").await.expect(200);
    let what: Vec<Value> = trail.json().as_array().unwrap().iter().map(|entry| entry["what"].clone()).collect();
    assert_eq!(
        what[..3],
        [
            json!("revoked_partner_link"),
            json!("made_partner_link"),
            json!("made_partner_link")
        ]
    );
    assert!(!trail.text().contains(&second) && !trail.text().contains(&first));
}

#[tokio::test]
async fn a_partners_token_opens_nothing_else_and_no_other_opens_its_counts() {
    let server = Server::start().await;
    let token = made(&Staff::first(&server).await).await;
    server
        .send(Call::new("GET", "/api/v1/application").token(&token))
        .await
        .problem(401, "unknown-token");
    let applicant = Applicant::begun(&server, json!({})).await;
    counts(&server, &applicant.token).await.problem(401, "unknown-token");
    server.get("/api/v1/partner/counts").await.problem(401, "unknown-token");
    server
        .get(&format!("/api/v1/partner/counts?token={token}"))
        .await
        .problem(401, "unknown-token");
}

#[tokio::test]
async fn whoever_guesses_at_links_soon_has_to_wait() {
    let server = Server::limited(20).await;
    let guess = async || {
        let applicant = Applicant::new(&server);
        counts(&server, &applicant.token).await.status.as_u16()
    };
    assert_eq!((guess().await, guess().await, guess().await), (401, 401, 429));
}
