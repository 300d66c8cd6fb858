//! Everything by keyboard alone.

use anyhow::Result;
use opencall_tests::{Backend, Browser, Page, wait};

use crate::filling::{at, complete_draft};

/// Presses Tab until what has the focus says this.
async fn tab_to(page: &Page, words: &str) -> Result<()> {
    for _ in 0..120 {
        page.press("Tab", false).await?;
        let focused = page.focused().await?;
        let says = |member: &str| focused[member].as_str().is_some_and(|text| text.starts_with(words));
        if says("text") || says("label") {
            return Ok(());
        }
    }
    anyhow::bail!("Tab does not lead to “{words}”: {}", page.focused().await?)
}

#[tokio::test(flavor = "multi_thread")]
async fn a_section_is_filled_in_and_left_by_keyboard_alone() -> Result<()> {
    let backend = Backend::start().await?;
    let browser = Browser::start().await?;
    let page = browser.page()?;
    page.open(&at(&backend, "")).await?;
    tab_to(&page, "Skip to the content").await?;
    tab_to(&page, "Check if you can apply").await?;
    page.press("Enter", false).await?;
    page.arrived_at("Can you apply?").await?;
    page.open(&at(&backend, "/apply")).await?;
    page.arrived_at("Your application").await?;
    tab_to(&page, "Company").await?;
    page.press("Enter", false).await?;
    page.arrived_at("Company").await?;
    for (label, text) in [
        ("Company name", "Atelier"),
        ("What you do, in one line", "Plans"),
        ("Website", "example.org"),
    ] {
        tab_to(&page, label).await?;
        page.type_keys(text).await?;
    }
    tab_to(&page, "Country of registration").await?;
    page.type_keys("Germ").await?;
    tab_to(&page, "City").await?;
    page.type_keys("Berlin").await?;
    tab_to(&page, "Month").await?;
    page.type_keys("4").await?;
    tab_to(&page, "Year").await?;
    page.type_keys("2023").await?;
    tab_to(&page, "Health").await?;
    page.press(" ", false).await?;
    tab_to(&page, "A prototype").await?;
    page.press(" ", false).await?;
    page.press("ArrowDown", false).await?;
    tab_to(&page, "How many people work there?").await?;
    page.type_keys("7").await?;
    page.press("Enter", false).await?;
    page.arrived_at("Team").await?;
    page.reads("Saved with us").await?;
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn checking_and_submitting_take_no_mouse() -> Result<()> {
    let backend = Backend::start().await?;
    let browser = Browser::start().await?;
    let page = browser.page()?;
    complete_draft(&backend, &page).await?;
    tab_to(&page, "Check your answers and submit").await?;
    page.press("Enter", false).await?;
    page.arrived_at("Check your answers").await?;
    tab_to(&page, "All your answers").await?;
    page.press("ArrowRight", false).await?;
    page.reads("Exactly what each judge reads").await?;
    tab_to(&page, "Submit the application").await?;
    page.press("Enter", false).await?;
    page.arrived_at("Application submitted").await?;
    tab_to(&page, "Withdraw the application").await?;
    page.press("Enter", false).await?;
    page.arrived_at("Withdraw your application?").await?;
    tab_to(&page, "No, keep it").await?;
    page.press("Enter", false).await?;
    page.arrived_at("Application submitted").await?;
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn nothing_scrolls_sideways_on_the_narrowest_screen() -> Result<()> {
    let backend = Backend::start().await?;
    let browser = Browser::start().await?;
    let page = browser.page()?;
    complete_draft(&backend, &page).await?;
    page.cdp(
        "Emulation.setDeviceMetricsOverride",
        serde_json::json!({"width": 320, "height": 640, "deviceScaleFactor": 1, "mobile": true}),
    )
    .await?;
    for path in [
        "",
        "/eligibility",
        "/apply",
        "/apply/company",
        "/apply/team",
        "/apply/open-ai",
        "/apply/files",
        "/apply/consents",
        "/check",
        "/status",
    ] {
        page.open(&at(&backend, path)).await?;
        wait::until("the page stands", wait::PATIENCE, async || {
            Ok((page.script("return document.querySelector('main h1') !== null").await? == true).then_some(()))
        })
        .await?;
        let widths = page.script("return [document.documentElement.scrollWidth, innerWidth]").await?;
        assert!(widths[0].as_u64() <= widths[1].as_u64(), "{path}: {widths}");
    }
    Ok(())
}
