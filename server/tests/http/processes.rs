//! Two processes on one database.

use serde_json::json;

use crate::harness::{Applicant, Server};

#[tokio::test]
async fn one_draft_is_begun_once() {
    let server = Server::start().await;
    let twin = server.twin().await;
    for _ in 0..10 {
        let here = Applicant::new(&server);
        let there = Applicant {
            server: &twin,
            token: here.token.clone(),
        };
        let (one, two) = tokio::join!(here.begin("a", json!({"name": "Acme"})), there.begin("b", json!({"name": "Acme"})));
        let mut statuses = [one.status.as_u16(), two.status.as_u16()];
        statuses.sort_unstable();
        assert_eq!(statuses, [200, 201]);
        assert_eq!(one.json()["id"], two.json()["id"]);
    }
}

#[tokio::test]
async fn one_submission_is_made_once() {
    let server = Server::start().await;
    let twin = server.twin().await;
    for _ in 0..5 {
        let (here, version) = Applicant::ready(&server).await;
        let there = Applicant {
            server: &twin,
            token: here.token.clone(),
        };
        let (one, two) = tokio::join!(here.submit(version, "same"), there.submit(version, "same"));
        // The slower one gets the same receipt, or is told to come back for it.
        for reply in [&one, &two] {
            assert!([200, 409].contains(&reply.status.as_u16()), "{}", reply.text());
        }
        let receipt = here.submit(version, "same").await.expect(200);
        assert_eq!(there.submit(version, "same").await.expect(200).body, receipt.body);
        let timeline = here.send(here.call("GET", "application/timeline")).await.expect(200).json();
        assert_eq!(timeline.as_array().unwrap().len(), 2, "{timeline}");
    }
}

#[tokio::test]
async fn one_version_is_written_over_once() {
    let server = Server::start().await;
    let twin = server.twin().await;
    let here = Applicant::begun(&server, json!({})).await;
    let there = Applicant {
        server: &twin,
        token: here.token.clone(),
    };
    for version in 1..10 {
        let (his, hers) = (
            json!({"name": format!("his {version}")}),
            json!({"name": format!("hers {version}")}),
        );
        let (one, two) = tokio::join!(here.patch(version, &his), there.patch(version, &hers));
        let mut statuses = [one.status.as_u16(), two.status.as_u16()];
        statuses.sort_unstable();
        assert_eq!(statuses, [200, 412]);
    }
}
