//! Time: the backend's clock counts, each phase has its words, and the end comes while the page is open.

use jiff::ToSpan;
use opencall_tests::{Backend, Browser, Role, Setup};

use crate::filling::{at, open_section};

#[tokio::test(flavor = "multi_thread")]
async fn a_device_with_a_wrong_clock_is_told_and_shown_the_right_time_left() -> anyhow::Result<()> {
    let backend = Backend::with(Setup {
        closes: 10.hours(),
        ..Setup::default()
    })
    .await?;
    // The device is three hours behind the backend.
    backend.shift_clock(3 * 3_600_000)?;
    let browser = Browser::start().await?;
    let page = browser.page()?;
    open_section(&backend, &page, "company", "Company").await?;
    page.reads("Your device’s clock is wrong by 3\u{a0}h").await?;
    page.reads("6\u{a0}h 59\u{a0}min left").await?;
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn the_last_hour_has_its_own_words_and_seconds() -> anyhow::Result<()> {
    let backend = Backend::with(Setup {
        closes: 40.minutes(),
        ..Setup::default()
    })
    .await?;
    let browser = Browser::start().await?;
    let page = browser.page()?;
    open_section(&backend, &page, "company", "Company").await?;
    page.reads("Less than an hour left").await?;
    page.reads("39\u{a0}min").await?;
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn when_the_deadline_passes_the_form_closes_in_place_and_stays_readable() -> anyhow::Result<()> {
    let backend = Backend::with(Setup {
        closes: 1.hours(),
        ..Setup::default()
    })
    .await?;
    let browser = Browser::start().await?;
    let page = browser.page()?;
    open_section(&backend, &page, "company", "Company").await?;
    page.fill("Company name", "Atelier Neuf").await?;
    page.reads("Saved with us").await?;
    // Twelve seconds before the end, by the backend's clock.
    backend.shift_clock(3_600_000 - 12_000)?;
    page.reload().await?;
    page.arrived_at("Company").await?;
    page.holds("Company name", "Atelier Neuf").await?;
    page.reads("Less than an hour left").await?;
    page.reads("The call has closed").await?;
    page.lacks(Role::Button, "Save and continue").await?;
    page.holds("Company name", "Atelier Neuf").await?;
    page.find(Role::Button, "Next section").await?;
    page.open(&at(&backend, "/check")).await?;
    page.arrived_at("Check your answers").await?;
    page.reads("Atelier Neuf").await?;
    assert!(!page.has(Role::Button, "Submit the application").await?);
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn before_the_opening_questions_can_be_read_and_not_answered() -> anyhow::Result<()> {
    let backend = Backend::with(Setup {
        opens: 30.hours(),
        ..Setup::default()
    })
    .await?;
    let browser = Browser::start().await?;
    let page = browser.page()?;
    page.open(&at(&backend, "")).await?;
    page.reads("Opens on").await?;
    open_section(&backend, &page, "company", "Company").await?;
    page.reads("Applications open on").await?;
    assert!(!page.has(Role::Button, "Save and continue").await?);
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn a_closed_call_says_since_when() -> anyhow::Result<()> {
    let backend = Backend::with(Setup {
        opens: (-90 * 24).hours(),
        closes: (-40 * 24).hours(),
        ..Setup::default()
    })
    .await?;
    let browser = Browser::start().await?;
    let page = browser.page()?;
    page.open(&at(&backend, "")).await?;
    page.reads("Closed on").await?;
    assert!(!page.has(Role::Link, "Check if you can apply").await?);
    Ok(())
}
