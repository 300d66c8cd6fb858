//! The time left is right, and so is the phase, whatever the device's clock says: wrong by an hour or a day, after a sleep,
//! in a night in which clocks change, after ten minutes out of sight.

use std::time::Duration;

use anyhow::{Context, Result};
use jiff::{Timestamp, ToSpan};
use opencall_tests::applicant::send;
use opencall_tests::{Applicant, Backend, Browser, Damage, Page, Role, Setup, edition, wait};
use reqwest::Method;
use serde_json::json;

use crate::filling::{at, complete_draft, open_section};

const MINUTE: i64 = 60_000;
const HOUR: i64 = 60 * MINUTE;
const DAY: i64 = 24 * HOUR;

/// A browser whose clocks can be set: the device's (`wall`) and the monotonic one (`mono`).
async fn with_clocks(browser: &Browser, wall: i64) -> Result<Page> {
    let page = browser.page()?;
    let source = include_str!("clock.js").replace("WALL", &wall.to_string());
    page.before_every_page(&source).await?;
    Ok(page)
}

/// Seconds until the deadline, by the backend's clock.
async fn truth(backend: &Backend) -> Result<f64> {
    let applicant = Applicant::new(backend)?;
    let now: Timestamp = send(applicant.request(Method::GET, "/api/v1/clock")).await?.expect(200)?.json()["now"]
        .as_str()
        .context("no time")?
        .parse()?;
    let path = format!("/api/v1/programmes/{}", edition::ID);
    let document = send(applicant.request(Method::GET, &path)).await?.expect(200)?.json();
    let deadline: Timestamp = document["schedule"]["deadline"].as_str().context("no deadline")?.parse()?;
    // The deadline's own second counts to its end.
    Ok((deadline.as_millisecond() + 1_000 - now.as_millisecond()) as f64 / 1_000.0)
}

/// Seconds until the deadline, as the page says.
async fn shown(page: &Page) -> Result<Option<f64>> {
    let text = page
        .script("return document.querySelector('[role=timer]')?.innerText ?? ''")
        .await?;
    let mut seconds = None;
    let words = text.as_str().unwrap_or_default().replace('\u{a0}', " ");
    let words: Vec<&str> = words.split(' ').collect();
    for pair in words.windows(2) {
        let Ok(number) = pair[0].parse::<f64>() else { continue };
        let unit = match pair[1] {
            "min" => 60.0,
            "s" => 1.0,
            _ => continue,
        };
        *seconds.get_or_insert(0.0) += number * unit;
    }
    Ok(seconds)
}

/// The page is right to the second, within a second of being looked at.
async fn is_right(backend: &Backend, page: &Page, case: &str) -> Result<()> {
    let mut last = (0.0, None);
    let right = wait::until(&format!("{case}: the right time"), Duration::from_millis(2_500), async || {
        let shown = shown(page).await?;
        let truth = truth(backend).await?;
        last = (truth, shown);
        // What is shown is cut to whole seconds, and was read a moment before.
        Ok(shown.filter(|shown| (shown - truth).abs() <= 1.25).map(|_| ()))
    })
    .await;
    right.with_context(|| format!("{case}: shown {:?}, right {}", last.1, last.0))?;
    page.reads("Less than an hour left").await
}

#[tokio::test(flavor = "multi_thread")]
async fn a_device_clock_an_hour_or_a_day_off_changes_nothing() -> Result<()> {
    let backend = Backend::with(Setup {
        closes: 40.minutes(),
        ..Setup::default()
    })
    .await?;
    for (skew, words) in [
        (HOUR, "wrong by 1 h"),
        (-HOUR, "wrong by 1 h"),
        (DAY, "wrong by 1 day"),
        (-DAY, "wrong by 1 day"),
    ] {
        let browser = Browser::start().await?;
        let page = with_clocks(&browser, skew).await?;
        open_section(&backend, &page, "company", "Company").await?;
        is_right(&backend, &page, words).await?;
        let text = page.text().await?.replace('\u{a0}', " ");
        assert!(text.contains(words), "{words}: {text}");
        // The form is open although the device thinks the deadline has passed.
        page.fill("City", "Paris").await?;
        page.reads("Saved with us").await?;
    }
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn after_a_sleep_of_six_hours_the_time_left_is_right_at_once() -> Result<()> {
    // Some systems count sleep in the monotonic clock, others do not.
    for mono in [0, 6 * HOUR] {
        let backend = Backend::with(Setup {
            closes: (6 * 60 + 30).minutes(),
            ..Setup::default()
        })
        .await?;
        let browser = Browser::start().await?;
        let page = with_clocks(&browser, 0).await?;
        open_section(&backend, &page, "company", "Company").await?;
        page.reads("left").await?;
        backend.shift_clock(6 * HOUR)?;
        page.script(&format!("__clocks.pass({}, {mono})", 6 * HOUR)).await?;
        is_right(&backend, &page, &format!("six hours of sleep, {mono} of them counted")).await?;
    }
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn a_night_in_which_the_clocks_change_takes_no_hour_away() -> Result<()> {
    // In Paris an hour is left out on 28 March 2027 and said twice on 31 October 2027, both at 01:00 UTC.
    for (night, said) in [("2027-03-28T00:45:00Z", "03:15"), ("2027-10-31T00:45:00Z", "02:15")] {
        let night: Timestamp = night.parse()?;
        let ahead = night.as_millisecond() - Timestamp::now().as_millisecond();
        let backend = Backend::with(Setup {
            closes: (ahead / 1_000 + 30 * 60 + 30).seconds(),
            ..Setup::default()
        })
        .await?;
        backend.shift_clock(ahead)?;
        let browser = Browser::start().await?;
        let page = with_clocks(&browser, ahead).await?;
        page.cdp("Emulation.setTimezoneOverride", json!({"timezoneId": "Europe/Paris"}))
            .await?;
        open_section(&backend, &page, "company", "Company").await?;
        is_right(&backend, &page, said).await?;
        page.reads(said).await?;
        // Through the change itself.
        backend.shift_clock(ahead + 20 * MINUTE)?;
        page.script(&format!("__clocks.pass({0}, {0})", 20 * MINUTE)).await?;
        is_right(&backend, &page, &format!("after the change before {said}")).await?;
    }
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn after_ten_minutes_out_of_sight_the_time_left_is_right_within_a_second() -> Result<()> {
    let backend = Backend::with(Setup {
        closes: 50.minutes(),
        ..Setup::default()
    })
    .await?;
    let browser = Browser::start().await?;
    let page = with_clocks(&browser, 0).await?;
    open_section(&backend, &page, "company", "Company").await?;
    is_right(&backend, &page, "in sight").await?;
    page.script("__clocks.hide(true)").await?;
    backend.shift_clock(10 * MINUTE)?;
    page.script(&format!("__clocks.pass({0}, {0})", 10 * MINUTE)).await?;
    page.script("__clocks.hide(false)").await?;
    is_right(&backend, &page, "in sight again").await
}

#[tokio::test(flavor = "multi_thread")]
async fn a_device_two_hours_ahead_whose_backend_says_no_time_closes_nothing() -> Result<()> {
    let backend = Backend::with(Setup {
        closes: 40.minutes(),
        ..Setup::crowd()
    })
    .await?;
    backend.front().tamper("", Damage::Without(&["date"]));
    backend.front().tamper("GET /api/v1/clock ", Damage::Page);
    let browser = Browser::start().await?;
    let page = with_clocks(&browser, 2 * HOUR).await?;
    complete_draft(&backend, &page).await?;
    open_section(&backend, &page, "company", "Company").await?;
    // It is said whose clock that is.
    page.reads("left by this device’s clock").await?;
    page.fill("City", "Paris").await?;
    page.reads("Saved with us").await?;
    page.open(&at(&backend, "/check")).await?;
    page.arrived_at("Check your answers").await?;
    page.click(Role::Button, "Submit the application").await?;
    page.arrived_at("Application submitted").await?;
    Ok(())
}
