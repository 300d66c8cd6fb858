//! Drafts: begun, changed under a version, and nobody else's business.

use opencall_tests::applicant::{new_token, send};
use opencall_tests::{Applicant, Backend};
use reqwest::Method;
use serde_json::json;

#[tokio::test(flavor = "multi_thread")]
async fn beginning_again_with_the_same_token_gives_the_draft_already_there() -> anyhow::Result<()> {
    let backend = Backend::start().await?;
    let applicant = Applicant::new(&backend)?;
    let one = applicant.begin(&json!({"city": "Paris"})).await?.expect(201)?.json();
    let two = applicant.begin(&json!({"city": "Lyon"})).await?.expect(200)?.json();
    assert_eq!(one["id"], two["id"]);
    assert_eq!(two["answers"], json!({"city": "Paris"}));
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn a_draft_is_saved_however_wrong() -> anyhow::Result<()> {
    let backend = Backend::start().await?;
    let applicant = Applicant::new(&backend)?;
    let begun = applicant.begin(&json!({})).await?.expect(201)?;
    assert_eq!(begun.header("etag"), format!("\"{}\"", begun.json()["version"]));
    let wrong = json!({"website": "no address", "headcount": "many", "team": [{"id": "a"}], "founded": {"year": "x"}});
    let saved = applicant
        .patch(begun.json()["version"].as_u64().unwrap(), &wrong)
        .await?
        .expect(200)?;
    assert_eq!(saved.header("etag"), format!("\"{}\"", saved.json()["version"]));
    assert_eq!(applicant.read().await?.json()["answers"], wrong);
    let removed = applicant
        .patch(
            saved.json()["version"].as_u64().unwrap(),
            &json!({"website": null, "founded": {"month": "4"}}),
        )
        .await?;
    removed.expect(200)?;
    assert_eq!(
        applicant.read().await?.json()["answers"],
        json!({"headcount": "many", "team": [{"id": "a"}], "founded": {"year": "x", "month": "4"}}),
        "a true merge patch (RFC 7396)"
    );
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn of_two_changes_to_one_version_the_second_is_told() -> anyhow::Result<()> {
    let backend = Backend::start().await?;
    let applicant = Applicant::new(&backend)?;
    let version = applicant.begin(&json!({})).await?.expect(201)?.json()["version"].as_u64().unwrap();
    let (paris, lyon) = (json!({"city": "Paris"}), json!({"city": "Lyon"}));
    let (one, two) = tokio::join!(applicant.patch(version, &paris), applicant.patch(version, &lyon));
    let mut statuses = [one?.status, two?.status];
    statuses.sort_unstable();
    assert_eq!(statuses, [200, 412]);
    let late = applicant.patch(version, &json!({})).await?.expect(412)?;
    assert_eq!(late.problem(), "/problems/changed");
    assert_eq!(late.json()["version"], version + 1, "it says which version there is now");
    let blind = send(
        applicant
            .request(Method::PATCH, "/api/v1/application")
            .header("Content-Type", "application/merge-patch+json")
            .body("{}"),
    )
    .await?;
    assert_eq!(blind.expect(428)?.problem(), "/problems/if-match-missing");
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn another_persons_draft_cannot_be_read_or_changed() -> anyhow::Result<()> {
    let backend = Backend::start().await?;
    let (zoe, eve) = (Applicant::new(&backend)?, Applicant::new(&backend)?);
    zoe.begin(&json!({"city": "Paris"})).await?.expect(201)?;
    eve.begin(&json!({})).await?.expect(201)?;
    let created = zoe.create_upload("deck", "deck.pdf", 10).await?.expect(201)?;
    let file = created.header("location").to_owned();
    for method in [Method::HEAD, Method::GET, Method::DELETE] {
        let path = &file[file.find("/api/").unwrap()..];
        let reply = send(eve.request(method.clone(), path).header("Tus-Resumable", "1.0.0")).await?;
        assert!(
            [401, 403, 404].contains(&reply.status),
            "{method} of another's file: {}",
            reply.status
        );
    }
    assert_eq!(eve.send_bytes(&file, 0, b"0123456789").await?.status, 404);
    let stranger = Applicant::with_token(&backend, &new_token()?);
    assert_eq!(stranger.read().await?.expect(401)?.problem(), "/problems/unknown-token");
    for token in ["", "short", &"a".repeat(5_000), "../../etc/passwd", "%00"] {
        let status = Applicant::with_token(&backend, token).read().await?.status;
        assert!([400, 401, 431].contains(&status), "token {token:.20}: {status}");
    }
    // And the token itself is nowhere on disk.
    drop(backend.log());
    for name in ["opencall.db", "opencall.db-wal", "opencall.sqlite", "opencall.sqlite-wal"] {
        if let Ok(bytes) = std::fs::read(backend.data().join(name)) {
            assert!(
                !bytes.windows(zoe.token.len()).any(|window| window == zoe.token.as_bytes()),
                "{name} holds the token"
            );
        }
    }
    assert!(!backend.log().contains(&zoe.token), "the log holds the token");
    Ok(())
}
