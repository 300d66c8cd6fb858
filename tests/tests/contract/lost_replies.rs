//! Replies that are lost anywhere: before the server has the request, while it commits, and after.

use opencall_core::proof;
use opencall_tests::abandoned::{self, Cut};
use opencall_tests::applicant::digest;
use opencall_tests::seeded::Seeded;
use opencall_tests::{Applicant, Backend, edition, kept};
use serde_json::{Value, json};

const PEOPLE: usize = 100;

/// Gives a request up once to three times; gives how often, by where.
async fn give_up(chance: &mut Seeded, port: u16, request: &[u8], cuts: &mut [usize; 3]) {
    for _ in 0..=chance.below(3) {
        let cut = Cut::any(chance, request.len());
        // The connection may be gone before as much of the reply has come as was to be read; that is a lost reply too.
        let _ = abandoned::send(port, request, cut).await;
        cuts[match cut {
            Cut::Sending(_) => 0,
            Cut::Waiting(_) => 1,
            Cut::Reading(_) => 2,
        }] += 1;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_hundred_submissions_with_lost_replies_are_a_hundred_applications_with_one_seal_and_one_receipt_each() -> anyhow::Result<()> {
    let backend = Backend::with(opencall_tests::Setup {
        arguments: vec![String::from("--rate-limit"), String::from("0")],
        ..opencall_tests::Setup::default()
    })
    .await?;
    let mut chance = Seeded::new("a hundred submissions");
    let (document, port) = (backend.document().await?, backend.front().port());
    let (mut cuts, mut references) = ([0; 3], std::collections::BTreeSet::new());
    for _ in 0..PEOPLE {
        let applicant = Applicant::new(&backend)?;
        let token = applicant.token.as_str();
        let body = json!({"answers": {"city": "Paris"}, "locale": "en"}).to_string();
        let kind = ("content-type", "application/json");
        let begin = format!("/api/v1/programmes/{}/applications", edition::ID);
        let begin = abandoned::post(&begin, token, &[("idempotency-key", "\"begin\""), kind], &body);
        give_up(&mut chance, port, &begin, &mut cuts).await;
        let version = applicant.complete_begun().await?;
        let answers = applicant.read().await?.json()["answers"].clone();

        let sealed = digest(&document, &answers)?;
        let body = json!({"digest": sealed, "files": []}).to_string();
        let seal = abandoned::post("/api/v1/application/seal", token, &[("idempotency-key", "\"seal\""), kind], &body);
        give_up(&mut chance, port, &seal, &mut cuts).await;
        let seal = until_answered(async || applicant.seal(&sealed, "seal").await).await?;

        let if_match = format!("\"{version}\"");
        let headers = [("idempotency-key", "\"submit\""), ("if-match", if_match.as_str())];
        let submit = abandoned::post("/api/v1/application/submit", token, &headers, "");
        give_up(&mut chance, port, &submit, &mut cuts).await;
        let receipt = until_answered(async || applicant.submit(version, "submit").await).await?;

        assert_eq!(applicant.happened().await?, ["begun", "sealed", "submitted"]);
        let view = applicant.read().await?.json();
        assert_eq!((&view["receipt"], &view["seal"]), (&receipt, &seal));
        assert_eq!(receipt["sealed_at"], seal["sealed_at"]);
        assert!(proof::read(&receipt).is_ok() && proof::read(&seal).is_ok());
        references.insert(receipt["reference"].to_string());
    }
    assert_eq!(references.len(), PEOPLE);
    assert_eq!(kept::counts(&backend.data()).await?, [i64::try_from(PEOPLE)?; 3]);
    println!(
        "requests given up: {} while sending, {} while waiting, {} while reading",
        cuts[0], cuts[1], cuts[2]
    );
    Ok(())
}

/// Repeats what is answered with "still running", as the contract asks; anything else than success is an error.
async fn until_answered(mut ask: impl AsyncFnMut() -> anyhow::Result<opencall_tests::Reply>) -> anyhow::Result<Value> {
    opencall_tests::wait::until("a definite answer", opencall_tests::wait::PATIENCE, async || {
        let reply = ask().await?;
        Ok(if reply.status == 409 { None } else { Some(reply) })
    })
    .await?
    .expect(200)
    .map(|reply| reply.json())
}
