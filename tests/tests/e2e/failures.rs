//! Backends and networks that answer wrongly: each has its own words, nothing typed is lost, and it goes on once it is over.

use std::sync::atomic::Ordering;
use std::time::Duration;

use anyhow::Result;
use opencall_tests::tamper::POURED;
use opencall_tests::{Backend, Browser, Damage, Page, Role, desk, material, wait};

use crate::filling::{at, open_section};

const SAVES: &str = "PATCH /api/v1/application ";
const JSON: &str = "application/json";

fn instead(status: u16, media_type: &'static str, body: &str) -> Damage {
    Damage::Instead(status, media_type, body.to_owned())
}

/// A draft that has been begun, in its first section.
async fn begun(page: &Page, backend: &Backend) -> Result<()> {
    open_section(backend, page, "company", "Company").await?;
    page.fill("Company name", "Atelier Neuf").await?;
    page.reads("Saved with us").await
}

#[tokio::test(flavor = "multi_thread")]
async fn each_wrong_reply_to_a_save_has_its_words_and_loses_nothing() -> Result<()> {
    let backend = Backend::start().await?;
    let browser = Browser::start().await?;
    let page = browser.page()?;
    begun(&page, &backend).await?;
    let cases = [
        (Damage::Page, "A web page came in place of our reply"),
        (Damage::Without(&["content-type"]), "A part of the reply is missing"),
        (Damage::Changed(|body| body[..body.len() / 2].to_owned()), "The reply broke off"),
        (Damage::Endless, "far longer than it can rightly be"),
        (instead(200, JSON, &"[".repeat(100_000)), "makes no sense"),
        (
            Damage::Changed(|body| body.replace("\"version\":", "\"version\":\"x\",\"was\":")),
            "says something this page does not know",
        ),
        (instead(200, "text/plain", "OK"), "What came was not a reply we send"),
        (instead(404, JSON, "{}"), "are of different versions"),
        (instead(502, "text/html", "<h1>Bad Gateway</h1>"), "in trouble (status 502)"),
        (
            instead(511, "text/html", "<h1>Sign in</h1>"),
            "A web page came in place of our reply",
        ),
    ];
    for (number, (damage, words)) in cases.into_iter().enumerate() {
        backend.front().tamper(SAVES, damage);
        let city = format!("Ville {number}");
        page.fill("City", &city).await?;
        page.reads("Not with us yet: kept on this device").await?;
        page.reads(words).await?;
        // Nothing typed is taken away, now or by a reload.
        page.holds("City", &city).await?;
        page.reload().await?;
        page.arrived_at("Company").await?;
        page.holds("City", &city).await?;
        backend.front().be_honest();
        page.reads("Saved with us").await?;
        page.no_longer_reads("Not with us yet").await?;
        page.holds("City", &city).await?;
    }
    let poured = POURED.load(Ordering::SeqCst);
    assert!(poured > 0 && poured < 32 << 20, "{poured} bytes of an endless reply were taken");
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn replies_that_break_off_come_late_or_never_are_like_no_network() -> Result<()> {
    let backend = Backend::start().await?;
    let browser = Browser::start().await?;
    let page = browser.page()?;
    begun(&page, &backend).await?;
    for (number, damage) in [Damage::Broken(3), Damage::Lost].into_iter().enumerate() {
        backend.front().tamper(SAVES, damage);
        let city = format!("Ville {number}");
        page.fill("City", &city).await?;
        page.reads("Offline").await?;
        backend.front().be_honest();
        page.reads("Saved with us").await?;
        page.holds("City", &city).await?;
    }
    // Slow is not wrong: it says that it is sending, and then that it is saved.
    backend.front().tamper(SAVES, Damage::Late(Duration::from_secs(3)));
    page.fill("City", "Nantes").await?;
    page.reads("Sending").await?;
    page.reads("Saved with us").await?;
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn a_call_that_cannot_be_read_says_why_and_is_there_after_trying_again() -> Result<()> {
    let backend = Backend::start().await?;
    let browser = Browser::start().await?;
    let page = browser.page()?;
    begun(&page, &backend).await?;
    let programme = "application/vnd.opencall.programme+json";
    for (damage, words) in [
        (Damage::Page, "A web page came in place of our reply"),
        (Damage::Changed(|body| body[..5_000].to_owned()), "The reply broke off"),
        (Damage::Without(&["content-type"]), "A part of the reply is missing"),
        (
            Damage::Changed(|body| body.replace("\"steps\"", "\"stages\"")),
            "says something this page does not know",
        ),
        (instead(200, programme, &"{\"a\":".repeat(50_000)), "not a reply we send"),
        (instead(503, "text/html", "<h1>down</h1>"), "in trouble (status 503)"),
    ] {
        backend.front().tamper("GET /api/v1/programmes/", damage);
        page.open_unready(&at(&backend, "/apply/company")).await?;
        page.reads("The call could not be loaded").await?;
        page.reads(words).await?;
        backend.front().be_honest();
        page.click(Role::Button, "Try again").await?;
        page.arrived_at("Company").await?;
        page.holds("Company name", "Atelier Neuf").await?;
    }
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn a_proxy_that_takes_etags_and_retry_after_out_stands_in_nobodys_way() -> Result<()> {
    let backend = Backend::start().await?;
    let browser = Browser::start().await?;
    let page = browser.page()?;
    backend
        .front()
        .tamper("", Damage::Without(&["etag", "retry-after", "cache-control", "age"]));
    begun(&page, &backend).await?;
    page.fill("City", "Paris").await?;
    page.reads("Saved with us").await?;
    page.open(&at(&backend, "/apply/files")).await?;
    page.arrived_at("Files").await?;
    let file = backend.scratch().join("deck.pdf");
    std::fs::write(&file, material::pdf(3_000))?;
    page.attach("Deck", &file).await?;
    page.reads("Uploaded").await?;
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn an_upload_whose_offset_is_taken_out_says_so_and_goes_on_by_itself() -> Result<()> {
    let backend = Backend::start().await?;
    let browser = Browser::start().await?;
    let page = browser.page()?;
    open_section(&backend, &page, "files", "Files").await?;
    let file = backend.scratch().join("deck.pdf");
    std::fs::write(&file, material::pdf(3_000))?;
    let front = backend.front();
    front.tamper("PATCH /api/v1/application/files/", Damage::Without(&["upload-offset"]));
    front.tamper("HEAD /api/v1/application/files/", Damage::Without(&["upload-offset"]));
    page.attach("Deck", &file).await?;
    page.reads("A part of the reply is missing").await?;
    page.reads("Upload-Offset").await?;
    front.be_honest();
    page.reads("Uploaded").await?;
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn a_network_that_says_yes_to_everything_has_deleted_nothing() -> Result<()> {
    let backend = Backend::start().await?;
    let browser = Browser::start().await?;
    let page = browser.page()?;
    let applicant = crate::filling::complete_draft(&backend, &page).await?;
    crate::filling::submit(&page).await?;
    page.arrived_at("Application submitted").await?;
    backend.front().tamper("DELETE /api/v1/application ", Damage::Page);
    page.click(Role::Button, "Delete everything").await?;
    page.click(Role::Button, "Yes, delete everything").await?;
    page.reads("A web page came in place of our reply").await?;
    applicant.read().await?.expect(200)?;
    backend.front().be_honest();
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn a_configuration_behind_a_networks_page_says_so_in_both_languages() -> Result<()> {
    let backend = Backend::start().await?;
    let browser = Browser::start().await?;
    let page = browser.page()?;
    for (language, words) in [
        ("en", "your network answers with a page of its own"),
        ("fr", "votre réseau répond par sa propre page"),
    ] {
        backend.front().tamper("GET /config.json", Damage::Page);
        page.open_unready(&at(&backend, &format!("/apply/company?lang={language}"))).await?;
        page.reads(words).await?;
        page.open_unready(&backend.address(&format!("/staff?lang={language}"))).await?;
        page.reads(words).await?;
        backend.front().be_honest();
    }
    page.click(Role::Button, "Réessayer").await?;
    page.no_longer_reads("votre réseau répond").await?;
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn rows_that_cannot_be_read_say_why_and_come_after_trying_again() -> Result<()> {
    let (backend, _) = desk::with_applications(3).await?;
    let browser = Browser::start().await?;
    let page = browser.page()?;
    desk::sign_in(&backend, &page, "organiser", "Grace").await?;
    page.reads("Atelier Neuf 1").await?;
    let rows = "GET /api/v1/staff/programmes/ai-startup-program/rows";
    for (damage, words) in [
        (Damage::Page, "A web page came in place of our reply"),
        (
            instead(200, "application/vnd.opencall.rows", &"x".repeat(5_000)),
            "says something this page does not know",
        ),
        (instead(503, "text/html", "down"), "in trouble (status 503)"),
        (Damage::Endless, "says something this page does not know"),
    ] {
        backend.front().tamper(rows, damage);
        page.reload().await?;
        page.reads(words).await?;
        backend.front().be_honest();
        page.click(Role::Button, "Try again").await?;
        page.reads("Atelier Neuf 1").await?;
    }
    // Who is signed in.
    backend
        .front()
        .tamper("GET /api/v1/staff/session", instead(200, JSON, "{\"role\":7}"));
    page.reload().await?;
    page.reads("says something this page does not know").await?;
    backend.front().be_honest();
    page.click(Role::Button, "Try again").await?;
    page.reads("Atelier Neuf 1").await?;
    wait::until("nothing was complained of", wait::PATIENCE, async || {
        Ok(page.text().await.ok().map(drop))
    })
    .await
}
