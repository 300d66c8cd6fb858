//! The page of a partner's counts.

use anyhow::Result;
use opencall_tests::backend::Setup;
use opencall_tests::browser::Habits;
use opencall_tests::partner::{Organiser, comes};
use opencall_tests::{Backend, Browser, Page, Role, axe};
use reqwest::Method;
use serde_json::json;

const DAY: i64 = 86_400_000;

/// A page of a browser 360 px wide, a backend, and the link of a partner by whom nobody has come yet.
async fn scene(language: &'static str) -> Result<(Backend, Browser, Page, Organiser, String)> {
    let backend = Backend::with(Setup::crowd()).await?;
    let browser = Browser::with(Habits {
        window: (360, 800),
        language,
        ..Habits::default()
    })
    .await?;
    let page = browser.page()?;
    let organiser = Organiser::new(&backend).await?;
    let link = backend.address(&organiser.link("scaleway").await?);
    Ok((backend, browser, page, organiser, link))
}

async fn accessible(page: &Page, state: &str) -> Result<()> {
    let wide = page.script("return document.documentElement.scrollWidth - innerWidth").await?;
    assert!(wide.as_i64().is_some_and(|wide| wide <= 0), "{state}: {wide} px too wide");
    for scheme in ["light", "dark"] {
        page.prefer(scheme).await?;
        assert_eq!(axe::violations(page).await?, Vec::<String>::new(), "{state}, {scheme}");
    }
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn a_partner_reads_its_counts_and_no_small_one() -> Result<()> {
    let (backend, _browser, page, organiser, link) = scene("en-GB").await?;
    comes(&backend, "scaleway", 4, 4).await?;
    backend.shift_clock(DAY)?;
    page.open(&link).await?;
    page.reads("There is nothing to show yet").await?;
    assert_eq!(page.script("return document.querySelector('#numbers').textContent").await?, "");
    accessible(&page, "few").await?;

    comes(&backend, "scaleway", 13, 3).await?;
    backend.shift_clock(2 * DAY)?;
    page.click(Role::Button, "Count again").await?;
    page.reads("Submitted").await?;
    let shown = page
        .script("return [...document.querySelectorAll('.counts-figure, #days td')].map(one => one.textContent)")
        .await?;
    assert_eq!(shown, json!(["7", "17", "7", "7"]));
    page.reads("Up to ").await?;
    page.reads("00:00 UTC").await?;
    accessible(&page, "counts").await?;

    let token = link.split_once('#').map(|(_, token)| token.to_owned()).unwrap_or_default();
    assert_eq!(page.script("return location.hash").await?, "");
    assert_eq!(page.script("return Object.keys(localStorage).length").await?, 0);
    assert_eq!(page.script("return sessionStorage['opencall-partner']").await?, json!(token));
    page.reload().await?;
    page.reads("17").await?;

    backend.front().set_down(true);
    page.click(Role::Button, "Count again").await?;
    page.reads("The counts cannot be reached").await?;
    page.reads("What you see is from before.").await?;
    accessible(&page, "offline").await?;
    backend.front().set_down(false);
    page.click(Role::Button, "Try again").await?;
    page.no_longer_reads("The counts cannot be reached").await?;

    organiser.call(Method::DELETE, "partners/scaleway/link", 204).await?;
    page.click(Role::Button, "Count again").await?;
    page.reads("This link shows no counts any more").await?;
    page.no_longer_reads("17").await?;
    accessible(&page, "gone").await?;
    page.reload().await?;
    page.reads("Open your link").await?;
    accessible(&page, "no link").await
}

#[tokio::test(flavor = "multi_thread")]
async fn a_french_partner_reads_french_and_may_switch() -> Result<()> {
    let (backend, _browser, page, _organiser, link) = scene("fr-FR").await?;
    comes(&backend, "scaleway", 6, 6).await?;
    backend.shift_clock(DAY)?;
    page.open(&link).await?;
    page.reads("Envoyées").await?;
    page.reads("Non donné").await?;
    assert_eq!(page.script("return document.documentElement.lang").await?, "fr");
    page.choose_language("English").await?;
    page.reads("Not told").await?;
    assert_eq!(page.script("return document.documentElement.lang").await?, "en");
    assert_eq!(page.complaints().await?, Vec::<String>::new());
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn the_command_line_makes_a_link_and_takes_it_back() -> Result<()> {
    let (backend, _browser, page, _organiser, _) = scene("en-GB").await?;
    let ask = |more: &[&str]| {
        backend.command(
            &[
                &["partner-link", "--programme", opencall_tests::edition::ID, "--partner", "scaleway"],
                more,
            ]
            .concat(),
        )
    };
    let made = ask(&[])?;
    let link = backend.address(String::from_utf8(made.stdout)?.trim());
    page.open(&link).await?;
    page.reads("There is nothing to show yet").await?;
    assert!(ask(&["--take-back"])?.status.success());
    page.click(Role::Button, "Count again").await?;
    page.reads("This link shows no counts any more").await?;
    assert!(!ask(&["--take-back"])?.status.success(), "there is none");
    Ok(())
}
