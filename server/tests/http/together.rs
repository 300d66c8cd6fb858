//! Several people at one draft: who is there, who changed what, and a link that is replaced.

use opencall_server::token::random;
use serde_json::{Value, json};

use crate::harness::{Applicant, Reply, Server};

impl<'a> Applicant<'a> {
    /// The same draft under another link.
    fn under(&self, token: &str) -> Self {
        Self {
            server: self.server,
            token: token.to_owned(),
        }
    }

    async fn replace_link(&self, token: &str, key: &str) -> Reply {
        self.send(self.call("POST", "application/token").key(key).json(&json!({"token": token})))
            .await
    }

    async fn is_here(&self, client: &str, section: Option<&str>) -> Value {
        let body = json!({"client": client, "section": section, "device": "Firefox on Android"});
        self.send(self.call("PUT", "application/presence").json(&body))
            .await
            .expect(200)
            .json()
    }
}

fn new_token() -> String {
    use base64::Engine as _;
    base64::engine::general_purpose::URL_SAFE_NO_PAD.encode(random::<32>())
}

#[tokio::test]
async fn a_replaced_link_opens_nothing_and_the_new_one_everything() {
    let server = Server::start().await;
    let (old, version) = Applicant::ready(&server).await;
    let receipt = old.submit(version, "s").await.expect(200);
    let before = old.read().await;
    let token = new_token();
    old.replace_link(&token, "r").await.expect(200);
    let new = old.under(&token);
    assert_eq!(new.read().await, before);
    for (method, path) in [("GET", "application"), ("DELETE", "application"), ("GET", "application/export")] {
        old.send(old.call(method, path)).await.problem(401, "unknown-token");
    }
    old.patch(version, &json!({"name": "Thief"})).await.problem(401, "unknown-token");
    old.begin("begin", json!({"name": "Acme"})).await.problem(401, "unknown-token");
    old.begin("anew", json!({})).await.problem(401, "unknown-token");
    old.submit(version, "s").await.problem(401, "unknown-token");
    assert_eq!(
        new.submit(version, "s").await.expect(200).body,
        receipt.body,
        "what was asked under the old link can be asked again under the new one"
    );
    let timeline = new.send(new.call("GET", "application/timeline")).await.json();
    assert_eq!(timeline[2]["what"], "link_replaced");
}

#[tokio::test]
async fn replacing_a_link_is_done_once_however_often_it_is_asked_for() {
    let server = Server::start().await;
    let old = Applicant::begun(&server, json!({})).await;
    let token = new_token();
    let one = old.replace_link(&token, "r").await.expect(200);
    server.pass(1_000);
    assert_eq!(old.replace_link(&token, "r").await.expect(200).body, one.body);
    old.replace_link(&new_token(), "r").await.problem(422, "idempotency-key-reused");
    old.replace_link(&new_token(), "q").await.problem(401, "unknown-token");
    let new = old.under(&token);
    new.replace_link(&old.token, "back").await.problem(409, "illegal-move");
    new.replace_link(&token, "same").await.problem(409, "illegal-move");
    new.replace_link("short", "short").await.problem(400, "malformed");
    let other = Applicant::begun(&server, json!({})).await;
    new.replace_link(&other.token, "hers").await.problem(409, "illegal-move");
    new.send(new.call("DELETE", "application")).await.expect(204);
    for table in ["replaced_tokens", "idempotency"] {
        let sql = sqlx::AssertSqlSafe(format!("SELECT COUNT(*) AS n FROM {table}"));
        let row = sqlx::query(sql).fetch_one(server.app.store.pool()).await.unwrap();
        let others = i64::from(table == "idempotency");
        assert_eq!(sqlx::Row::get::<i64, _>(&row, "n"), others, "{table}");
    }
}

#[tokio::test]
async fn of_two_who_replace_a_link_at_once_one_does() {
    let server = Server::start().await;
    let twin = server.twin().await;
    for _ in 0..5 {
        let here = Applicant::begun(&server, json!({})).await;
        let there = Applicant {
            server: &twin,
            token: here.token.clone(),
        };
        let (his, hers) = (new_token(), new_token());
        let (one, two) = tokio::join!(here.replace_link(&his, "a"), there.replace_link(&hers, "b"));
        let mut statuses = [one.status.as_u16(), two.status.as_u16()];
        statuses.sort_unstable();
        assert_eq!(statuses, [200, 401]);
        let winner = if one.status.is_success() { his } else { hers };
        here.under(&winner).read().await;
    }
}

#[tokio::test]
async fn others_are_seen_for_a_minute() {
    let server = Server::start().await;
    let applicant = Applicant::begun(&server, json!({})).await;
    assert_eq!(applicant.is_here("ann", Some("team")).await, json!({"others": []}));
    server.pass(30_000);
    assert_eq!(
        applicant.is_here("bob", None).await,
        json!({"others": [
            {"client": "ann", "section": "team", "device": "Firefox on Android", "seen_at": "2026-01-15T12:00:00Z"}
        ]})
    );
    server.pass(1_000);
    assert_eq!(
        applicant.is_here("ann", Some("product")).await["others"],
        json!([{"client": "bob", "device": "Firefox on Android", "seen_at": "2026-01-15T12:00:30Z"}])
    );
    server.pass(58_999);
    assert_eq!(applicant.is_here("cyd", None).await["others"].as_array().unwrap().len(), 2);
    server.pass(1);
    assert_eq!(applicant.is_here("cyd", None).await["others"][0]["client"], "ann");
    let other = Applicant::begun(&server, json!({})).await;
    assert_eq!(other.is_here("dan", None).await, json!({"others": []}), "nobody else's business");
    applicant.send(applicant.call("DELETE", "application")).await.expect(204);
    server.pass(60_000);
    opencall_server::store::sweep::sweep(&server.app.store, server.now()).await.unwrap();
    let row = sqlx::query("SELECT COUNT(*) AS n FROM presence")
        .fetch_one(server.app.store.pool())
        .await
        .unwrap();
    assert_eq!(sqlx::Row::get::<i64, _>(&row, "n"), 0);
}

#[tokio::test]
async fn a_sign_of_life_is_small_and_counted_by_itself() {
    let server = Server::limited(10).await;
    let applicant = Applicant::begun(&server, json!({})).await;
    for client in ["", "a b", &"x".repeat(65)] {
        let call = applicant.call("PUT", "application/presence").json(&json!({"client": client}));
        let refused = applicant.send(call).await;
        assert!([400, 429].contains(&refused.status.as_u16()), "{}", refused.text());
    }
    let call = applicant.call("PUT", "application/presence").json(&json!({"client": "a"}));
    applicant.send(call).await.problem(429, "rate-limited");
    applicant.read().await;
}

#[tokio::test]
async fn whoever_has_to_look_again_is_told_all_that_it_takes_to_merge() {
    let server = Server::start().await;
    let applicant = Applicant::begun(&server, json!({"name": "Acme"})).await;
    server.pass(1_000);
    let patch = applicant
        .call("PATCH", "application")
        .if_match(1)
        .header("opencall-device", "T%C3%A9l%C3%A9phone%0Ad%E2%80%99Ann")
        .body("application/merge-patch+json", json!({"name": "hers"}).to_string());
    applicant.send(patch).await.expect(200);
    server.pass(1_000);
    for refused in [applicant.patch(1, &json!({"name": "his"})).await, applicant.submit(1, "s").await] {
        let refused = refused.problem(412, "changed").json();
        assert_eq!(refused["version"], 2);
        assert_eq!(refused["answers"], json!({"name": "hers"}));
        assert_eq!(refused["updated_at"], "2026-01-15T12:00:01Z");
        assert_eq!(refused["changed_by"], "Téléphone d’Ann");
    }
    assert_eq!(applicant.read().await["changed_by"], "Téléphone d’Ann");
    applicant.patch(2, &json!({"name": "his"})).await.expect(200);
    assert!(
        applicant.read().await["changed_by"].is_null(),
        "a device that does not say is not taken for another"
    );
}
