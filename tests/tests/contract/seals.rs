//! Seal, then upload: a crowd in the last minute disqualifies nobody, and nothing gets in that was not fixed in time.

use opencall_core::Timestamp;
use opencall_tests::applicant::{digest, sha256};
use opencall_tests::{Applicant, Backend, Setup, material};
use serde_json::{Value, json};

async fn deadline(backend: &Backend) -> anyhow::Result<Timestamp> {
    let document = backend.document().await?;
    Ok(Timestamp::parse(document["schedule"]["deadline"].as_str().unwrap()).unwrap())
}

/// Complete answers with a deck that has not arrived anywhere yet.
fn with_deck(deck: &[u8]) -> Value {
    let mut answers = material::answers();
    answers["deck"] = json!({"id": "here", "name": "deck.pdf", "size": deck.len(), "sha256": sha256(deck), "type": "pdf"});
    answers
}

fn version(reply: &opencall_tests::Reply) -> u64 {
    reply.json()["version"].as_u64().unwrap()
}

#[tokio::test(flavor = "multi_thread")]
async fn sealed_two_seconds_before_the_deadline_and_finished_in_the_grace() -> anyhow::Result<()> {
    let backend = Backend::start().await?;
    let (document, deadline) = (backend.document().await?, deadline(&backend).await?);
    let deck = material::pdf(60_000);
    let applicant = Applicant::new(&backend)?;
    applicant.begin(&json!({"city": "Lyon"})).await?.expect(201)?;
    let created = applicant.create_upload("deck", "deck.pdf", deck.len()).await?.expect(201)?;
    let location = created.header("location").to_owned();
    applicant.send_bytes(&location, 0, &deck[..20_000]).await?.expect(204)?;

    backend.stop_clock_at(deadline.plus_millis(-2_000))?;
    let sealed = digest(&document, &with_deck(&deck))?;
    let seal = applicant.seal(&sealed, "seal").await?.expect(200)?.json();
    assert_eq!(seal["sealed_at"], deadline.plus_millis(-2_000).to_string());

    // The rest follows when nobody else could.
    backend.stop_clock_at(deadline.plus_millis(60_000))?;
    let offset = applicant.offset(&location).await?;
    assert_eq!(offset, 20_000, "what had arrived is kept");
    applicant.send_bytes(&location, offset, &deck[offset..]).await?.expect(204)?;
    let mut answers = with_deck(&deck);
    answers["deck"]["id"] = location.rsplit('/').next().unwrap().into();
    let saved = applicant.patch(1, &answers).await?.expect(200)?;
    let receipt = applicant.submit(version(&saved), "submit").await?.expect(200)?.json();
    assert_eq!(receipt["digest"], sealed.as_str());
    assert_eq!(receipt["sealed_at"], seal["sealed_at"]);
    assert_eq!(receipt["received_at"], deadline.plus_millis(60_000).to_string());
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn one_changed_character_no_seal_and_another_ones_seal_are_refused_in_words() -> anyhow::Result<()> {
    let backend = Backend::start().await?;
    let (document, deadline) = (backend.document().await?, deadline(&backend).await?);
    let (hers, his, theirs) = (Applicant::new(&backend)?, Applicant::new(&backend)?, Applicant::new(&backend)?);
    let versions = [hers.complete().await?, his.complete().await?, theirs.complete().await?];
    let digest_of = async |applicant: &Applicant| digest(&document, &applicant.read().await?.json()["answers"]);
    backend.stop_clock_at(deadline.plus_millis(-2_000))?;
    hers.seal(&digest_of(&hers).await?, "k").await?.expect(200)?;
    // Whose digest it is, is not asked of the digest: his is sealed by somebody else only.
    theirs.seal(&digest_of(&his).await?, "k").await?.expect(200)?;

    backend.stop_clock_at(deadline.plus_millis(60_000))?;
    let changed = hers.patch(versions[0], &json!({"city": "Pariz"})).await?.expect(200)?;
    let refused = hers.submit(version(&changed), "s").await?.expect(422)?;
    assert_eq!(refused.problem(), "/problems/seal-mismatch");
    let words = refused.json()["detail"].as_str().unwrap().to_owned();
    assert!(
        words.contains("as it was sealed") && words.contains("What you wrote is kept"),
        "{words}"
    );
    assert_eq!(hers.read().await?.json()["answers"]["city"], "Pariz");

    let refused = his.submit(versions[1], "s").await?.expect(403)?;
    assert_eq!(refused.problem(), "/problems/no-seal");
    assert!(refused.json()["title"].as_str().unwrap().contains("not sealed"));

    // Hers, with the digest of his. To begin with she has to have changed something, or it would be the same application.
    let changed = theirs.patch(versions[2], &json!({"city": "Nice"})).await?.expect(200)?;
    assert_eq!(
        theirs.submit(version(&changed), "s").await?.expect(422)?.problem(),
        "/problems/seal-mismatch"
    );
    // And restoring what was sealed is taken.
    let restored = hers.read().await?;
    let restored = hers.patch(version(&restored), &json!({"city": "Paris"})).await?.expect(200)?;
    hers.submit(version(&restored), "t").await?.expect(200)?;
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn a_seal_is_taken_while_the_disk_has_no_room_for_files() -> anyhow::Result<()> {
    let backend = Backend::with(Setup {
        // More than any disk has.
        arguments: vec![String::from("--keep-free"), String::from("1000000000000")],
        ..Setup::default()
    })
    .await?;
    let document = backend.document().await?;
    let applicant = Applicant::new(&backend)?;
    let begun = applicant.begin(&material::answers()).await?.expect(201)?;
    let deck = material::pdf(2_000);
    let created = applicant.create_upload("deck", "deck.pdf", deck.len()).await?.expect(201)?;
    let refused = applicant.send_bytes(created.header("location"), 0, &deck).await?.expect(503)?;
    assert_eq!(refused.problem(), "/problems/storage");
    applicant.patch(version(&begun), &json!({"city": "Lyon"})).await?.expect(200)?;
    applicant.seal(&digest(&document, &with_deck(&deck))?, "k").await?.expect(200)?;
    Ok(())
}
