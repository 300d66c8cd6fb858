//! What was acknowledged is on disk, whatever happens next; and it is there once.

use opencall_tests::{Applicant, Backend};
use serde_json::json;

#[tokio::test(flavor = "multi_thread")]
async fn a_draft_saved_before_a_power_cut_is_there_after_it() -> anyhow::Result<()> {
    let mut backend = Backend::start().await?;
    let applicant = Applicant::new(&backend)?;
    let mut version = applicant.begin(&json!({})).await?.expect(201)?.json()["version"].as_u64().unwrap();
    for city in ["Paris", "Lyon", "Lille", "Nice"] {
        version = applicant.patch(version, &json!({"city": city})).await?.expect(200)?.json()["version"]
            .as_u64()
            .unwrap();
        backend.kill();
        backend.run().await?;
        let view = applicant.read().await?.expect(200)?.json();
        assert_eq!((&view["answers"]["city"], &view["version"]), (&json!(city), &json!(version)));
    }
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn a_server_killed_between_submission_and_reply_has_exactly_one_application() -> anyhow::Result<()> {
    let mut backend = Backend::start().await?;
    let applicant = Applicant::new(&backend)?;
    let version = applicant.complete().await?;
    backend.front().lose_submit_replies(true);
    assert!(applicant.submit(version, "key").await.is_err(), "the reply is lost on its way");
    assert_eq!(backend.front().lost(), 1);
    backend.kill();
    backend.front().lose_submit_replies(false);
    backend.run().await?;
    let receipt = applicant.submit(version, "key").await?.expect(200)?.json();
    let events = applicant.get("timeline").await?.json();
    assert_eq!(
        events
            .as_array()
            .unwrap()
            .iter()
            .filter(|event| event["what"] == "submitted")
            .count(),
        1,
        "{events}"
    );
    assert_eq!(applicant.read().await?.json()["receipt"], receipt);
    assert_eq!(events[1]["at"], receipt["received_at"], "the receipt is that of the first attempt");
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn a_server_killed_at_any_moment_of_a_submission_loses_and_doubles_nothing() -> anyhow::Result<()> {
    let mut backend = Backend::start().await?;
    for round in 0..6_u64 {
        let applicant = Applicant::new(&backend)?;
        let version = applicant.complete().await?;
        let sender = applicant.clone();
        let sending = tokio::spawn(async move { sender.submit(version, "key").await });
        // A different moment of the server's work each time.
        for _ in 0..round * 40 {
            tokio::task::yield_now().await;
        }
        backend.kill();
        let first = sending.await?;
        backend.run().await?;
        let receipt = applicant.submit(version, "key").await?.expect(200)?.json();
        if let Ok(first) = first {
            assert_eq!(first.json(), receipt, "an acknowledged submission is kept");
        }
        let events = applicant.get("timeline").await?.json();
        assert_eq!(
            events
                .as_array()
                .unwrap()
                .iter()
                .filter(|event| event["what"] == "submitted")
                .count(),
            1,
            "{events}"
        );
    }
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn fifty_people_at_once_get_fifty_receipts() -> anyhow::Result<()> {
    let backend = Backend::start().await?;
    let mut people = Vec::new();
    for _ in 0..50 {
        let applicant = Applicant::new(&backend)?;
        people.push(tokio::spawn(async move {
            let version = applicant.complete().await?;
            let receipt = applicant.submit(version, "key").await?.expect(200)?.json();
            anyhow::Ok(receipt["reference"].to_string())
        }));
    }
    let mut references = std::collections::BTreeSet::new();
    for person in people {
        references.insert(person.await??);
    }
    assert_eq!(references.len(), 50);
    Ok(())
}
