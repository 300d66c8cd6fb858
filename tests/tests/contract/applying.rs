//! From an empty draft to a receipt, and what may be done after.

use jiff::ToSpan;
use opencall_tests::{Applicant, Backend, Setup, material};
use serde_json::json;

#[tokio::test(flavor = "multi_thread")]
async fn a_complete_application_earns_a_receipt() -> anyhow::Result<()> {
    let backend = Backend::start().await?;
    let applicant = Applicant::new(&backend)?;
    let version = applicant.complete().await?;
    let receipt = applicant.submit(version, "first").await?.expect(200)?.json();
    assert_eq!(receipt["version"], version);
    assert_eq!(receipt["digest"].as_str().unwrap().len(), 64);
    assert!(!receipt["reference"].as_str().unwrap().is_empty());
    let view = applicant.read().await?.json();
    assert_eq!(view["status"], "submitted");
    assert_eq!(view["submitted_version"], version);
    assert_eq!(view["receipt"], receipt);
    let kinds: Vec<_> = applicant
        .get("timeline")
        .await?
        .json()
        .as_array()
        .unwrap()
        .iter()
        .map(|event| event["what"].clone())
        .collect();
    assert_eq!(kinds, ["begun", "submitted"]);
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn an_incomplete_application_is_saved_but_not_taken_and_every_gap_is_named() -> anyhow::Result<()> {
    let backend = Backend::start().await?;
    let applicant = Applicant::new(&backend)?;
    let mut answers = material::answers();
    answers["company_name"] = json!("");
    answers["siren"] = json!("123456789");
    answers["team"][1]["email"] = json!("nowhere");
    let version = applicant.begin(&answers).await?.expect(201)?.json()["version"].as_u64().unwrap();
    let reply = applicant.submit(version, "first").await?.expect(422)?;
    assert_eq!(reply.problem(), "/problems/answers");
    assert_eq!(reply.header("content-type"), "application/problem+json");
    assert_eq!(
        reply.errors(),
        [
            "/company_name missing",
            "/deck missing",
            "/siren siren_checksum",
            "/team/1/email not_email"
        ]
    );
    // What was refused can be mended and sent again.
    let deck = applicant.upload("deck", "deck.pdf", &material::pdf(2_000)).await?;
    let version = applicant.read().await?.json()["version"].as_u64().unwrap();
    let mut mended = material::answers();
    mended["deck"] = deck;
    let version = applicant.patch(version, &mended).await?.expect(200)?.json()["version"]
        .as_u64()
        .unwrap();
    applicant.submit(version, "second").await?.expect(200)?;
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn the_last_submitted_version_counts_until_a_new_one_is_submitted() -> anyhow::Result<()> {
    let backend = Backend::start().await?;
    let applicant = Applicant::new(&backend)?;
    let version = applicant.complete().await?;
    let first = applicant.submit(version, "first").await?.expect(200)?.json();
    let edited = applicant.patch(version, &json!({"city": "Lyon"})).await?.expect(200)?.json()["version"]
        .as_u64()
        .unwrap();
    let view = applicant.read().await?.json();
    assert_eq!(
        (&view["status"], &view["submitted_version"], &view["version"]),
        (&json!("submitted"), &json!(version), &json!(edited))
    );
    assert_eq!(applicant.get("export").await?.json()["application"]["answers"]["city"], "Lyon");
    let second = applicant.submit(edited, "second").await?.expect(200)?.json();
    assert_eq!(first["reference"], second["reference"]);
    assert_ne!(first["digest"], second["digest"]);
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn a_withdrawn_application_can_come_back_before_the_deadline() -> anyhow::Result<()> {
    let backend = Backend::start().await?;
    let applicant = Applicant::new(&backend)?;
    let version = applicant.complete().await?;
    assert_eq!(
        applicant.withdraw("too early").await?.expect(409)?.problem(),
        "/problems/illegal-move"
    );
    applicant.submit(version, "first").await?.expect(200)?;
    assert_eq!(applicant.withdraw("back").await?.expect(200)?.json()["status"], "withdrawn");
    assert_eq!(
        applicant.withdraw("back").await?.expect(200)?.json()["status"],
        "withdrawn",
        "a repeated request gives the same reply"
    );
    let version = applicant.read().await?.json()["version"].as_u64().unwrap();
    applicant.submit(version, "again").await?.expect(200)?;
    assert_eq!(applicant.read().await?.json()["status"], "submitted");
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn erasing_leaves_nothing_behind() -> anyhow::Result<()> {
    let backend = Backend::start().await?;
    let applicant = Applicant::new(&backend)?;
    let version = applicant.complete().await?;
    applicant.submit(version, "first").await?.expect(200)?;
    applicant.erase().await?.expect(204)?;
    assert_eq!(applicant.read().await?.expect(401)?.problem(), "/problems/unknown-token");
    let mut folders = vec![backend.data()];
    while let Some(folder) = folders.pop() {
        for entry in std::fs::read_dir(folder)? {
            let path = entry?.path();
            if path.is_dir() {
                folders.push(path);
            } else {
                let bytes = std::fs::read(&path)?;
                assert!(!bytes.starts_with(b"%PDF"), "{} is still there", path.display());
            }
        }
    }
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn the_same_key_gives_the_same_receipt_and_one_application() -> anyhow::Result<()> {
    let backend = Backend::start().await?;
    let applicant = Applicant::new(&backend)?;
    let version = applicant.complete().await?;
    let one = applicant.submit(version, "key").await?.expect(200)?;
    let two = applicant.submit(version, "key").await?.expect(200)?;
    assert_eq!(one.json(), two.json());
    let submissions = applicant
        .get("timeline")
        .await?
        .json()
        .as_array()
        .unwrap()
        .iter()
        .filter(|event| event["what"] == "submitted")
        .count();
    assert_eq!(submissions, 1);
    // The same key for something else is a mistake of the client's.
    let edited = applicant.patch(version, &json!({"city": "Lyon"})).await?.expect(200)?.json()["version"]
        .as_u64()
        .unwrap();
    assert_eq!(
        applicant.submit(edited, "key").await?.expect(422)?.problem(),
        "/problems/idempotency-key-reused"
    );
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn before_the_opening_and_after_the_deadline_nothing_is_taken_and_everything_can_be_read() -> anyhow::Result<()> {
    let backend = Backend::with(Setup {
        closes: 2.hours(),
        ..Setup::default()
    })
    .await?;
    let applicant = Applicant::new(&backend)?;
    let version = applicant.complete().await?;
    backend.shift_clock(2 * 3_600_000 + 5_000)?;
    let late = applicant.submit(version, "late").await?.expect(403)?;
    assert_eq!(late.problem(), "/problems/no-seal");
    assert!(
        late.json()["now"].is_string(),
        "the refusal says when it was decided: {}",
        late.json()
    );
    applicant.patch(version, &json!({"city": "Lyon"})).await?.expect(403)?;
    assert_eq!(applicant.read().await?.expect(200)?.json()["answers"]["city"], "Paris");
    applicant.get("export").await?.expect(200)?;
    backend.shift_clock(-15 * 24 * 3_600_000)?;
    Applicant::new(&backend)?.begin(&json!({})).await?.expect(403)?;
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn the_deadlines_last_second_belongs_to_the_applicant() -> anyhow::Result<()> {
    let backend = Backend::with(Setup {
        closes: 1.hour(),
        ..Setup::default()
    })
    .await?;
    let applicant = Applicant::new(&backend)?;
    let version = applicant.complete().await?;
    let deadline = applicant.submit(version, "a").await?.expect(200)?.json()["deadline"]
        .as_str()
        .unwrap()
        .to_owned();
    let clock = |moment: jiff::Timestamp| std::fs::write(backend.scratch().join("clock"), moment.to_string());
    let deadline: jiff::Timestamp = deadline.parse()?;
    let second = deadline - i64::from(deadline.subsec_nanosecond()).nanoseconds();
    clock(second + 900.milliseconds())?;
    applicant.submit(version, "b").await?.expect(200)?;
    clock(second + 1.seconds())?;
    applicant.submit(version, "c").await?.expect(403)?;
    Ok(())
}
