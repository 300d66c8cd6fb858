//! Seal, then upload, as a person lives through it: the deadline passes while the deck is on its way.

use std::time::Duration;

use jiff::ToSpan;
use opencall_core::Timestamp;
use opencall_tests::applicant::digest;
use opencall_tests::{Applicant, Backend, Browser, Damage, Page, Role, Setup, axe, material};
use serde_json::Value;

use crate::filling::{at, complete_draft, open_section};

/// This long before the deadline the page is opened, in ms.
const BEFORE: i64 = 25_000;
/// Until the deadline has passed for sure.
const PAST: Duration = Duration::from_secs(45);

async fn backend() -> anyhow::Result<Backend> {
    Backend::with(Setup {
        closes: 2.hours(),
        ..Setup::default()
    })
    .await
}

/// A complete application whose new deck is on its way, slowly, seconds before the deadline; and sealed.
async fn sealed_in_the_last_seconds(backend: &Backend, page: &Page) -> anyhow::Result<(Applicant, Timestamp)> {
    let applicant = complete_draft(backend, page).await?;
    open_section(backend, page, "files", "Files").await?;
    page.throttle(200_000).await?;
    let deck = backend.scratch().join("last-minute.pdf");
    std::fs::write(&deck, material::pdf(8_000_000))?;
    page.attach("Deck", &deck).await?;
    page.reads("\u{a0}MB of 8").await?;
    let deadline = backend.document().await?["schedule"]["deadline"].clone();
    let deadline = Timestamp::parse(deadline.as_str().unwrap()).unwrap();
    let now = Timestamp::from_millis(jiff::Timestamp::now().as_millisecond());
    backend.shift_clock(now.millis_until(deadline) - BEFORE)?;
    page.open(&at(backend, "/check")).await?;
    page.arrived_at("Check your answers").await?;
    page.click(Role::Button, "Submit the application").await?;
    page.reads("Sealed on").await?;
    page.reads("last-minute.pdf").await?;
    Ok((applicant, deadline))
}

/// The receipt: sealed in time, received in the grace, with the new deck in it.
async fn sealed_then_received(applicant: &Applicant, deadline: Timestamp) -> anyhow::Result<Value> {
    let view = applicant.read().await?.expect(200)?.json();
    let receipt = &view["receipt"];
    let time = |member: &str| Timestamp::parse(receipt[member].as_str().unwrap_or_default()).unwrap();
    assert_eq!(view["status"], "submitted");
    assert!(time("sealed_at") <= deadline && deadline < time("received_at"), "{receipt}");
    assert_eq!(receipt["digest"], view["seal"]["digest"]);
    assert!(receipt["files"].to_string().contains("last-minute.pdf"), "{receipt}");
    Ok(view)
}

#[tokio::test(flavor = "multi_thread")]
async fn what_was_sealed_in_the_last_seconds_is_finished_in_the_grace() -> anyhow::Result<()> {
    let backend = backend().await?;
    let browser = Browser::start().await?;
    let page = browser.page()?;
    let (applicant, deadline) = sealed_in_the_last_seconds(&backend, &page).await?;
    // The upload is cut off, and the deadline passes.
    page.set_offline(true).await?;
    page.reads_within("The call has closed", PAST).await?;
    page.reads("Still to arrive by").await?;
    page.reads("\u{a0}MB of 8").await?;
    for scheme in ["light", "dark"] {
        page.prefer(scheme).await?;
        assert_eq!(axe::violations(&page).await?, Vec::<String>::new(), "{scheme}");
    }
    page.set_offline(false).await?;
    page.arrived_at("Application submitted").await?;
    page.no_longer_reads("Still to arrive").await?;
    sealed_then_received(&applicant, deadline).await?;
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn a_browser_killed_after_sealing_goes_on_by_itself_when_it_is_opened_again() -> anyhow::Result<()> {
    let backend = backend().await?;
    let mut browser = Browser::start().await?;
    let page = browser.page()?;
    let (applicant, deadline) = sealed_in_the_last_seconds(&backend, &page).await?;
    browser.kill();
    backend.shift_clock(Timestamp::from_millis(jiff::Timestamp::now().as_millisecond()).millis_until(deadline) + 60_000)?;
    browser.run().await?;
    let page = browser.page()?;
    page.open(&at(&backend, "/apply")).await?;
    page.arrived_at("Your application").await?;
    page.reads("Everything has arrived").await?;
    sealed_then_received(&applicant, deadline).await?;
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_written_after_sealing_does_not_cost_the_place_and_is_not_lost() -> anyhow::Result<()> {
    let backend = backend().await?;
    let browser = Browser::start().await?;
    let page = browser.page()?;
    let (applicant, deadline) = sealed_in_the_last_seconds(&backend, &page).await?;
    page.set_offline(true).await?;
    page.click(Role::Link, "Back to all sections").await?;
    page.click(Role::Link, "Company").await?;
    page.fill("City", "Nantes").await?;
    page.reads("Offline").await?;
    page.reads_within("The call has closed", PAST).await?;
    page.set_offline(false).await?;
    page.reads("Everything has arrived").await?;
    let view = sealed_then_received(&applicant, deadline).await?;
    assert_ne!(view["answers"]["city"], "Nantes");
    page.reads("Nantes").await?;
    Ok(())
}

/// The same draft in another browser.
async fn opened(backend: &Backend, applicant: &Applicant, page: &Page) -> anyhow::Result<()> {
    page.open(&backend.address(&applicant.private_link())).await?;
    page.arrived_at("Your application").await
}

#[tokio::test(flavor = "multi_thread")]
async fn a_co_founder_sees_what_was_sealed_on_the_other_device_and_what_it_still_sends() -> anyhow::Result<()> {
    let backend = backend().await?;
    let (here, there) = (Browser::start().await?, Browser::start().await?);
    let (page, other) = (here.page()?, there.page()?);
    let (applicant, deadline) = sealed_in_the_last_seconds(&backend, &page).await?;
    page.set_offline(true).await?;
    opened(&backend, &applicant, &other).await?;
    other.reads("Sealed on").await?;
    other.reads("last-minute.pdf").await?;
    other.reads("It was sealed on another device").await?;
    other.reads_within("The call has closed", PAST).await?;
    other.reads("Still to arrive by").await?;
    other.reads("It was sealed on another device").await?;
    assert!(!other.has(Role::Button, "Send the rest now").await?, "the deck is not there");
    for scheme in ["light", "dark"] {
        other.prefer(scheme).await?;
        assert_eq!(axe::violations(&other).await?, Vec::<String>::new(), "{scheme}");
    }
    page.set_offline(false).await?;
    page.arrived_at("Application submitted").await?;
    sealed_then_received(&applicant, deadline).await?;
    // The other device hears of it when it next looks, within half a minute.
    other.reads_within("Everything has arrived", Duration::from_secs(40)).await?;
    other.no_longer_reads("Still to arrive").await
}

#[tokio::test(flavor = "multi_thread")]
async fn what_a_lost_device_sealed_is_submitted_from_another_one() -> anyhow::Result<()> {
    let backend = backend().await?;
    let browser = Browser::start().await?;
    let page = browser.page()?;
    let applicant = complete_draft(&backend, &page).await?;
    let document = backend.document().await?;
    let deadline = Timestamp::parse(document["schedule"]["deadline"].as_str().unwrap()).unwrap();
    let now = Timestamp::from_millis(jiff::Timestamp::now().as_millisecond());
    backend.shift_clock(now.millis_until(deadline) - BEFORE)?;
    open_section(&backend, &page, "company", "Company").await?;
    // The other device seals, and is lost before it has submitted.
    let answers = applicant.read().await?.expect(200)?.json()["answers"].clone();
    let sealed = digest(&document, &answers)?;
    applicant.seal(&sealed, "lost-device").await?.expect(200)?;
    // Written here while there is no network, until after the deadline.
    page.set_offline(true).await?;
    page.fill("City", "Nantes").await?;
    page.reads("Offline").await?;
    page.reads_within("The call has closed", PAST).await?;
    page.set_offline(false).await?;
    // It hears of the seal when it next looks, within half a minute.
    page.reads_within("Sealed on", Duration::from_secs(40)).await?;
    page.click(Role::Button, "Send the rest now").await?;
    page.arrived_at("Application submitted").await?;
    let view = applicant.read().await?.expect(200)?.json();
    assert_eq!(
        (&view["status"], &view["receipt"]["digest"]),
        (&Value::from("submitted"), &Value::from(sealed))
    );
    assert_eq!(view["answers"]["city"], answers["city"]);
    // What was written here is kept beside what counts.
    page.reads("Nantes").await
}

#[tokio::test(flavor = "multi_thread")]
async fn a_seal_of_something_else_than_was_sent_is_none() -> anyhow::Result<()> {
    let backend = Backend::with(Setup {
        closes: 2.hours(),
        ..Setup::crowd()
    })
    .await?;
    let browser = Browser::start().await?;
    let page = browser.page()?;
    let applicant = complete_draft(&backend, &page).await?;
    let another = |body: &str| body.replacen("\"digest\":\"", "\"digest\":\"0", 1);
    backend.front().tamper("POST /api/v1/application/seal ", Damage::Changed(another));
    open_section(&backend, &page, "files", "Files").await?;
    page.throttle(200_000).await?;
    let deck = backend.scratch().join("last-minute.pdf");
    std::fs::write(&deck, material::pdf(8_000_000))?;
    page.attach("Deck", &deck).await?;
    page.reads("\u{a0}MB of 8").await?;
    page.open(&at(&backend, "/check")).await?;
    page.arrived_at("Check your answers").await?;
    page.click(Role::Button, "Submit the application").await?;
    page.reads("The reply says something this page does not know").await?;
    assert!(!page.text().await?.contains("Sealed on"));
    assert_eq!(applicant.read().await?.expect(200)?.json()["status"], "draft");
    Ok(())
}
