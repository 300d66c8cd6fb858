//! Nothing typed is ever lost: reloads, crashes, no network, another device.

use std::time::{Duration, Instant};

use opencall_tests::applicant::new_token;
use opencall_tests::{Applicant, Backend, Browser, Page, Role, axe, wait};

use crate::filling::{at, open_section};

/// Types a name and waits for a second after its last key.
pub async fn typed_a_second_ago(page: &Page) -> anyhow::Result<()> {
    page.focus(Role::Textbox, "Company name").await?;
    page.type_keys("Atelier Neuf").await?;
    let typed = Instant::now();
    page.reads("Saved on this device").await?;
    wait::until("a second has passed", wait::PATIENCE, async || {
        Ok((typed.elapsed() >= Duration::from_secs(1)).then_some(()))
    })
    .await
}

#[tokio::test(flavor = "multi_thread")]
async fn what_was_typed_is_there_after_a_reload() -> anyhow::Result<()> {
    let backend = Backend::start().await?;
    let browser = Browser::start().await?;
    let page = browser.page()?;
    open_section(&backend, &page, "company", "Company").await?;
    page.focus(Role::Textbox, "Company name").await?;
    page.type_keys("Atelier").await?;
    let typed = Instant::now();
    page.reads("Saved on this device").await?;
    assert!(
        typed.elapsed() < Duration::from_millis(1_500),
        "saved here only after {:?}",
        typed.elapsed()
    );
    page.reads("Saved with us").await?;
    assert!(
        typed.elapsed() < Duration::from_millis(3_500),
        "saved there only after {:?}",
        typed.elapsed()
    );
    page.reload().await?;
    page.arrived_at("Company").await?;
    page.holds("Company name", "Atelier").await?;
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn what_was_typed_a_second_before_the_browser_died_is_there_after_it() -> anyhow::Result<()> {
    let backend = Backend::start().await?;
    let mut browser = Browser::start().await?;
    let page = browser.page()?;
    open_section(&backend, &page, "company", "Company").await?;
    // The network is gone too: only this device can have kept it.
    backend.front().set_down(true);
    typed_a_second_ago(&page).await?;
    browser.kill();
    backend.front().set_down(false);
    browser.run().await?;
    let page = browser.page()?;
    open_section(&backend, &page, "company", "Company").await?;
    page.holds("Company name", "Atelier Neuf").await?;
    page.reads("Saved with us").await?;
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn work_goes_on_offline_and_arrives_afterwards() -> anyhow::Result<()> {
    let backend = Backend::start().await?;
    let browser = Browser::start().await?;
    let page = browser.page()?;
    open_section(&backend, &page, "company", "Company").await?;
    page.fill("City", "Paris").await?;
    page.reads("Saved with us").await?;
    page.set_offline(true).await?;
    page.fill("City", "Lyon").await?;
    page.fill("Company name", "Atelier").await?;
    page.reads("Offline:").await?;
    // Other sections are there without a network.
    page.click(Role::Link, "Back to all sections").await?;
    page.arrived_at("Your application").await?;
    page.set_offline(false).await?;
    page.reads("Saved with us").await?;
    let link = page.field("Private link").await?.value;
    let applicant = Applicant::with_token(&backend, link.rsplit('#').next().unwrap());
    let answers = applicant.read().await?.expect(200)?.json()["answers"].clone();
    assert_eq!((&answers["city"], &answers["company_name"]), (&"Lyon".into(), &"Atelier".into()));
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn a_server_that_comes_back_gets_what_was_typed_meanwhile() -> anyhow::Result<()> {
    let mut backend = Backend::start().await?;
    let browser = Browser::start().await?;
    let page = browser.page()?;
    open_section(&backend, &page, "company", "Company").await?;
    page.fill("City", "Paris").await?;
    page.reads("Saved with us").await?;
    backend.kill();
    page.fill("City", "Lyon").await?;
    page.reads("waiting").await?;
    backend.run().await?;
    page.click(Role::Link, "Back to all sections").await?;
    let link = page.field("Private link").await?.value;
    let applicant = Applicant::with_token(&backend, link.rsplit('#').next().unwrap());
    // Half a minute passes at most before it is tried again.
    wait::until("the backend has it", Duration::from_secs(70), async || {
        Ok((applicant.read().await?.json()["answers"]["city"] == "Lyon").then_some(()))
    })
    .await
}

#[tokio::test(flavor = "multi_thread")]
async fn the_private_link_opens_the_draft_on_another_device_and_leaves_the_address() -> anyhow::Result<()> {
    let backend = Backend::start().await?;
    let (here, there) = (Browser::start().await?, Browser::start().await?);
    let page = here.page()?;
    open_section(&backend, &page, "company", "Company").await?;
    page.fill("City", "Paris").await?;
    page.reads("Saved with us").await?;
    page.click(Role::Link, "Back to all sections").await?;
    let link = page.field("Private link").await?.value;
    assert!(link.contains("/draft#"), "{link}");

    let other = there.page()?;
    other.open(&link).await?;
    other.arrived_at("Your application").await?;
    let address = other.driver().current_url().await?.to_string();
    assert!(!address.contains('#'), "the secret stays in the address: {address}");
    open_section(&backend, &other, "company", "Company").await?;
    other.holds("City", "Paris").await?;
    other.fill("Company name", "Atelier").await?;
    other.reads("Saved with us").await?;
    page.reload().await?;
    open_section(&backend, &page, "company", "Company").await?;
    page.holds("Company name", "Atelier").await?;
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn another_persons_draft_cannot_be_opened() -> anyhow::Result<()> {
    let backend = Backend::start().await?;
    let (zoe, eve) = (Browser::start().await?, Browser::start().await?);
    let page = zoe.page()?;
    open_section(&backend, &page, "company", "Company").await?;
    page.fill("Company name", "Zoé’s secret").await?;
    page.reads("Saved with us").await?;
    let other = eve.page()?;
    other.open(&at(&backend, "/apply")).await?;
    other.arrived_at("Your application").await?;
    other.reads("0 of 8 sections complete").await?;
    other.open(&at(&backend, &format!("/draft#{}", new_token()?))).await?;
    other.reads("This link does not open a draft").await?;
    other.open(&at(&backend, "/draft")).await?;
    other.reads("The link is not whole").await?;
    other.open(&at(&backend, "/check")).await?;
    other.arrived_at("Check your answers").await?;
    assert!(!other.text().await?.contains("secret"));
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn a_private_link_opened_where_another_draft_is_asks_first_and_both_stay() -> anyhow::Result<()> {
    let backend = Backend::start().await?;
    let browser = Browser::start().await?;
    let page = browser.page()?;
    open_section(&backend, &page, "company", "Company").await?;
    page.fill("City", "Paris").await?;
    page.reads("Saved with us").await?;
    page.click(Role::Link, "Back to all sections").await?;
    let own = page.field("Private link").await?.value;
    let other = Applicant::new(&backend)?;
    other.complete().await?;
    let link = backend.address(&other.private_link());

    page.open(&link).await?;
    page.arrived_at("There is another draft on this device").await?;
    assert_eq!(page.field("Private link").await?.value, own);
    for scheme in ["light", "dark"] {
        page.prefer(scheme).await?;
        assert_eq!(axe::violations(&page).await?, Vec::<String>::new(), "{scheme}");
    }
    page.choose_language("Français").await?;
    page.arrived_at("Il y a un autre brouillon sur cet appareil").await?;
    page.choose_language("English").await?;
    page.click(Role::Link, "Keep this one").await?;
    page.arrived_at("Your application").await?;
    page.reads("0 of 8 sections complete").await?;

    page.open(&link).await?;
    page.click(Role::Button, "Open the other draft").await?;
    page.arrived_at("Your application").await?;
    page.reads("8 of 8 sections complete").await?;
    // One's own link leads back.
    page.open(&own).await?;
    page.click(Role::Button, "Open the other draft").await?;
    page.arrived_at("Your application").await?;
    open_section(&backend, &page, "company", "Company").await?;
    page.holds("City", "Paris").await?;
    Ok(())
}
