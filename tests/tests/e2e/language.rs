//! English and French: chosen by the browser, switched by hand.

use opencall_tests::browser::Habits;
use opencall_tests::{Backend, Browser, Role, wait};

use crate::filling::at;

#[tokio::test(flavor = "multi_thread")]
async fn a_french_browser_is_spoken_to_in_french_and_can_switch() -> anyhow::Result<()> {
    let backend = Backend::start().await?;
    let browser = Browser::with(Habits {
        language: "fr-FR",
        zone: "Europe/Paris",
        ..Habits::default()
    })
    .await?;
    let page = browser.page()?;
    page.open(&at(&backend, "/apply/company")).await?;
    page.arrived_at("Entreprise").await?;
    assert_eq!(page.script("return document.documentElement.lang").await?, "fr");
    page.fill("Ville", "Paris").await?;
    page.choose_language("English").await?;
    page.reads("Country of registration").await?;
    assert_eq!(page.script("return document.documentElement.lang").await?, "en");
    page.holds("City", "Paris").await?;
    page.reload().await?;
    page.arrived_at("Company").await?;
    page.select("Country of registration", "Germany").await?;
    assert!(!page.has(Role::Textbox, "Ville").await?);
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn the_call_shows_the_deadline_in_its_zone_in_the_readers_and_in_utc() -> anyhow::Result<()> {
    let backend = Backend::start().await?;
    let browser = Browser::with(Habits {
        zone: "America/New_York",
        ..Habits::default()
    })
    .await?;
    let page = browser.page()?;
    page.open(&at(&backend, "")).await?;
    page.reads("(Paris)").await?;
    page.reads("Where you are:").await?;
    page.reads("UTC:").await?;
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn the_language_can_be_switched_without_a_network() -> anyhow::Result<()> {
    let backend = Backend::start().await?;
    let browser = Browser::start().await?;
    let page = browser.page()?;
    page.open(&at(&backend, "/apply/company?lang=en")).await?;
    page.arrived_at("Company").await?;
    // The words of the other language follow by themselves once the page stands.
    wait::until("the other words", wait::PATIENCE, async || {
        let fetched = page
            .script("return performance.getEntriesByType('resource').some((one) => one.name.includes('/words/fr') && one.responseEnd > 0)")
            .await?;
        Ok((fetched == true).then_some(()))
    })
    .await?;
    page.set_offline(true).await?;
    page.choose_language("Français").await?;
    page.reads("Pays d’immatriculation").await?;
    assert_eq!(page.script("return document.documentElement.lang").await?, "fr");
    Ok(())
}
