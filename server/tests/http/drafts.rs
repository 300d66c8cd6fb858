//! Saving, reading, exporting and erasing a draft.

use serde_json::json;

use crate::harness::{Applicant, Server, pdf};

#[tokio::test]
async fn a_merge_patch_changes_what_it_names_and_nothing_else() {
    let server = Server::start().await;
    let applicant = Applicant::begun(&server, json!({"name": "Acme", "pitch": "old"})).await;
    server.pass(1_000);
    let saved = applicant
        .patch(1, &json!({"pitch": null, "team": [{"id": "a", "who": "Ann"}]}))
        .await
        .expect(200);
    assert_eq!(saved.header("etag"), "\"2\"");
    assert_eq!(saved.json(), json!({"version": 2, "saved_at": "2026-01-15T12:00:01Z"}));
    let view = applicant.read().await;
    assert_eq!(view["answers"], json!({"name": "Acme", "team": [{"id": "a", "who": "Ann"}]}));
    assert_eq!(view["updated_at"], "2026-01-15T12:00:01Z");
}

#[tokio::test]
async fn objects_are_merged_member_by_member() {
    let server = Server::start().await;
    let applicant = Applicant::begun(&server, json!({"money": {"amount": "1", "currency": "EUR"}})).await;
    applicant.patch(1, &json!({"money": {"amount": "2"}})).await.expect(200);
    assert_eq!(
        applicant.read().await["answers"],
        json!({"money": {"amount": "2", "currency": "EUR"}})
    );
}

#[tokio::test]
async fn wrong_answers_are_saved_as_they_are() {
    let server = Server::start().await;
    let applicant = Applicant::begun(&server, json!({})).await;
    let wrong = json!({"name": 7, "team": "nobody", "unheard_of": [[[]]], "deck": {"id": "not mine"}});
    applicant.patch(1, &wrong).await.expect(200);
    assert_eq!(applicant.read().await["answers"], wrong);
}

#[tokio::test]
async fn a_patch_that_changes_nothing_makes_no_version() {
    let server = Server::start().await;
    let applicant = Applicant::begun(&server, json!({"name": "Acme"})).await;
    assert_eq!(applicant.patch(1, &json!({"name": "Acme"})).await.expect(200).json()["version"], 1);
}

#[tokio::test]
async fn an_older_version_is_not_written_over() {
    let server = Server::start().await;
    let applicant = Applicant::begun(&server, json!({})).await;
    applicant.patch(1, &json!({"name": "hers"})).await.expect(200);
    let refused = applicant.patch(1, &json!({"name": "his"})).await.problem(412, "changed");
    assert_eq!(refused.json()["version"], 2);
    assert_eq!(refused.header("etag"), "\"2\"");
    assert_eq!(applicant.read().await["answers"], json!({"name": "hers"}));
}

#[tokio::test]
async fn a_precondition_is_needed_and_read_as_http_says() {
    let server = Server::start().await;
    let applicant = Applicant::begun(&server, json!({})).await;
    let patch = |if_match: Option<&'static str>, name: &str| {
        let call = applicant
            .call("PATCH", "application")
            .body("application/merge-patch+json", json!({"name": name}).to_string());
        applicant.send(if_match.into_iter().fold(call, |call, value| call.header("if-match", value)))
    };
    patch(None, "a").await.problem(428, "if-match-missing");
    for none in ["W/\"1\"", "1", "\"one\"", "nonsense", "\"-1\"", "\"99999999999999999999999\""] {
        patch(Some(none), "a").await.problem(412, "changed");
    }
    patch(Some("\"7\", \"1\""), "a").await.expect(200);
    patch(Some("*"), "b").await.expect(200);
    assert_eq!(applicant.read().await["answers"]["name"], "b");
}

#[tokio::test]
async fn of_two_at_once_one_has_to_look_again() {
    let server = Server::start().await;
    let applicant = Applicant::begun(&server, json!({})).await;
    let (his, hers) = (json!({"name": "his"}), json!({"name": "hers"}));
    let (one, two) = tokio::join!(applicant.patch(1, &his), applicant.patch(1, &hers));
    let mut statuses = [one.status.as_u16(), two.status.as_u16()];
    statuses.sort_unstable();
    assert_eq!(statuses, [200, 412]);
}

#[tokio::test]
async fn answers_that_would_grow_too_large_are_refused_and_nothing_is_lost() {
    let server = Server::start().await;
    let applicant = Applicant::begun(&server, json!({"name": "Acme"})).await;
    let long = "x".repeat(200_000);
    applicant.patch(1, &json!({"a": long})).await.expect(200);
    applicant.patch(2, &json!({"b": long})).await.expect(200);
    applicant.patch(3, &json!({"c": long})).await.problem(413, "too-large");
    let view = applicant.read().await;
    assert_eq!(view["version"], 3);
    assert_eq!(view["answers"]["name"], "Acme");
}

#[tokio::test]
async fn an_export_has_everything() {
    let server = Server::start().await;
    let (applicant, version) = Applicant::ready(&server).await;
    let receipt = applicant.submit(version, "s").await.expect(200).json();
    let export = applicant.send(applicant.call("GET", "application/export")).await.expect(200);
    let name = format!(
        "attachment; filename=\"application-{}.json\"",
        receipt["reference"].as_str().unwrap()
    );
    assert_eq!(export.header("content-disposition"), name);
    let export = export.json();
    assert_eq!(export["application"], applicant.read().await);
    assert_eq!(export["submitted"]["answers"]["name"], "Acme");
    let what: Vec<_> = export["timeline"]
        .as_array()
        .unwrap()
        .iter()
        .map(|event| event["what"].clone())
        .collect();
    assert_eq!(what, ["begun", "submitted"]);
}

#[tokio::test]
async fn erasing_takes_rows_files_and_kept_replies() {
    let server = Server::start().await;
    let (applicant, version) = Applicant::ready(&server).await;
    applicant.submit(version, "s").await.expect(200);
    applicant.create("film", "half.pdf", 2_000).await.expect(201);
    assert_eq!(server.uploads_on_disk().len(), 1);
    applicant.send(applicant.call("DELETE", "application")).await.expect(204);
    assert!(server.uploads_on_disk().is_empty());
    for table in ["applications", "submissions", "submission_files", "files", "events", "idempotency"] {
        let sql = sqlx::AssertSqlSafe(format!("SELECT COUNT(*) AS n FROM {table}"));
        let row = sqlx::query(sql).fetch_one(server.app.store.pool()).await.unwrap();
        assert_eq!(sqlx::Row::get::<i64, _>(&row, "n"), 0, "{table}");
    }
    applicant
        .send(applicant.call("GET", "application"))
        .await
        .problem(401, "unknown-token");
    applicant
        .send(applicant.call("DELETE", "application"))
        .await
        .problem(401, "unknown-token");
}

#[tokio::test]
async fn one_applicants_things_are_out_of_anothers_reach() {
    let server = Server::start().await;
    let (hers, _) = Applicant::ready(&server).await;
    let file = hers.read().await["files"][0]["id"].as_str().unwrap().to_owned();
    let his = Applicant::begun(&server, json!({})).await;
    let location = format!("/api/v1/application/files/{file}");
    for method in ["GET", "HEAD", "DELETE"] {
        let reply = his.send(his.call(method, &format!("application/files/{file}"))).await;
        assert_eq!(reply.status, 404, "{method}");
    }
    his.append(&location, 1_000, b"").await.problem(404, "not-found");
    assert!(his.read().await["files"].as_array().unwrap().is_empty());
    // Nor can another's file be handed in.
    let deck = hers.read().await["answers"]["deck"].clone();
    his.patch(1, &json!({"name": "Thief", "deck": deck})).await.expect(200);
    assert_eq!(his.submit(2, "s").await.problem(422, "answers").errors(), ["/deck file_unknown"]);
    let download = hers.send(hers.call("GET", &format!("application/files/{file}"))).await.expect(200);
    assert_eq!(download.body, pdf(1_000));
}
