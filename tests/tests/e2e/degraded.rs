//! Backends that can do less: the app does with what there is, and says what is lacking. `config.json` says what they can; what the
//! reference backend would do all the same, the front takes away.

use std::time::Duration;

use anyhow::Result;
use opencall_tests::{Applicant, Backend, Browser, Damage, Page, Role, Setup, desk, material};
use serde_json::json;

use crate::filling::{at, complete_draft, open_section, submit};

/// A backend that can do all, but for one line.
macro_rules! config {
    ($idempotency:literal, $concurrency:literal, $uploads:literal, $events:literal, $clock:literal, $seals:literal, $staff:literal) => {
        concat!(
            r#"{"contract":1,"api":"","programme":"ai-startup-program","auth":"bearer","capabilities":{"idempotency":"#,
            $idempotency,
            r#","concurrency":""#,
            $concurrency,
            r#"","uploads":""#,
            $uploads,
            r#"","events":"#,
            $events,
            r#","clock":"#,
            $clock,
            r#","seals":"#,
            $seals,
            r#","presence":false,"relink":true,"staff":""#,
            $staff,
            r#""}}"#
        )
    };
}

async fn start(config: &'static str) -> Result<(Backend, Browser, Page)> {
    let setup = Setup {
        config: Some(Some(config)),
        ..Setup::crowd()
    };
    let backend = Backend::with(setup).await?;
    let browser = Browser::start().await?;
    let page = browser.page()?;
    Ok((backend, browser, page))
}

const NO_KEYS: &str = config!(false, "if-match", "tus", true, true, false, "links");

#[tokio::test(flavor = "multi_thread")]
async fn without_idempotency_a_submission_in_doubt_is_looked_for_before_another_is_sent() -> Result<()> {
    let (backend, _browser, page) = start(NO_KEYS).await?;
    let applicant = complete_draft(&backend, &page).await?;
    let front = backend.front();
    front.tamper("POST /api/v1/application/submit ", Damage::Lost);
    submit(&page).await?;
    page.reads("sending it again might count as a second one").await?;
    page.lacks(Role::Button, "Submit the application").await?;
    // As long as nobody can look, nobody can submit; a reload does not change that.
    front.tamper("GET /api/v1/application ", Damage::Page);
    page.click(Role::Button, "Look whether it arrived").await?;
    page.reads("A web page came in place of our reply").await?;
    page.lacks(Role::Button, "Submit the application").await?;
    page.reload().await?;
    page.find(Role::Button, "Look whether it arrived").await?;
    front.be_honest();
    page.click(Role::Button, "Look whether it arrived").await?;
    page.arrived_at("Application submitted").await?;
    let happened = applicant.happened().await?;
    assert_eq!(happened.iter().filter(|what| *what == "submitted").count(), 1, "{happened:?}");
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn without_idempotency_a_submission_that_did_not_arrive_is_sent_after_the_look() -> Result<()> {
    let (backend, _browser, page) = start(NO_KEYS).await?;
    complete_draft(&backend, &page).await?;
    let gateway = Damage::Instead(502, "text/html", String::from("<h1>Bad Gateway</h1>"));
    backend.front().tamper("POST /api/v1/application/submit ", gateway);
    submit(&page).await?;
    page.reads("in trouble (status 502)").await?;
    backend.front().be_honest();
    page.click(Role::Button, "Look whether it arrived").await?;
    page.reads("It has not arrived: nothing was submitted").await?;
    page.click(Role::Button, "Submit the application").await?;
    page.arrived_at("Application submitted").await?;
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn without_idempotency_a_link_whose_replacement_got_no_answer_still_leads_to_the_draft() -> Result<()> {
    let (backend, _browser, page) = start(NO_KEYS).await?;
    let applicant = complete_draft(&backend, &page).await?;
    page.click(Role::Button, "Replace the link").await?;
    backend.front().tamper("POST /api/v1/application/token ", Damage::Lost);
    page.click(Role::Button, "Replace it now").await?;
    page.reads("We cannot be reached").await?;
    backend.front().be_honest();
    page.click(Role::Button, "Replace the link").await?;
    page.click(Role::Button, "Replace it now").await?;
    page.reads("Link replaced: the old one no longer works").await?;
    applicant.read().await?.expect(401)?;
    page.open(&at(&backend, "/apply/company")).await?;
    page.arrived_at("Company").await?;
    page.fill("City", "Lyon").await?;
    page.reads("Saved with us").await?;
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn without_if_match_what_others_wrote_is_read_before_a_save_and_the_hub_says_what_may_happen() -> Result<()> {
    let (backend, _browser, page) = start(config!(true, "none", "tus", true, true, true, "links")).await?;
    backend.front().tamper("PATCH /api/v1/application ", Damage::LastWins);
    backend.front().tamper("POST /api/v1/application/submit ", Damage::LastWins);
    let applicant = complete_draft(&backend, &page).await?;
    page.reads("Two people who write the same answer at the same moment may overwrite each other here")
        .await?;
    page.click(Role::Link, "Company").await?;
    page.arrived_at("Company").await?;
    // Somebody else writes, past the front's rule, as the page would not.
    let version = applicant.read().await?.json()["version"].as_u64().unwrap_or_default();
    applicant.patch(version, &json!({"one_line": "Written elsewhere"})).await?;
    page.fill("City", "Lyon").await?;
    page.reads("Saved with us").await?;
    opencall_tests::wait::until("both are there", opencall_tests::wait::PATIENCE, async || {
        let answers = applicant.read().await?.json()["answers"].clone();
        Ok((answers["city"] == "Lyon" && answers["one_line"] == "Written elsewhere").then_some(()))
    })
    .await?;
    page.holds("What you do, in one line", "Written elsewhere").await?;
    page.open(&at(&backend, "/check")).await?;
    page.arrived_at("Check your answers").await?;
    page.click(Role::Button, "Submit the application").await?;
    page.arrived_at("Application submitted").await?;
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn files_that_are_taken_whole_offer_no_pause_and_begin_anew_after_an_interruption() -> Result<()> {
    let (backend, _browser, page) = start(config!(true, "if-match", "whole", true, true, true, "links")).await?;
    open_section(&backend, &page, "files", "Files").await?;
    let file = backend.scratch().join("deck.pdf");
    std::fs::write(&file, material::pdf(4_000_000))?;
    page.throttle(300_000).await?;
    page.attach("Deck", &file).await?;
    page.reads("in one piece: keep this page open").await?;
    page.lacks(Role::Button, "Pause").await?;
    page.find(Role::Progressbar, "Deck").await?;
    page.set_offline(true).await?;
    page.reads("so it begins anew").await?;
    page.find(Role::Button, "Begin anew").await?;
    page.set_offline(false).await?;
    page.reads("Uploaded").await?;
    page.reload().await?;
    page.arrived_at("Files").await?;
    page.reads("deck.pdf").await?;
    // One that is no good is refused in the same words as ever.
    std::fs::write(&file, &material::pdf(5_000)[..3_000])?;
    page.attach("Deck", &file).await?;
    page.reads("is damaged").await?;
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn a_backend_that_takes_no_files_says_so_before_anybody_fills_in_the_form() -> Result<()> {
    let config = config!(true, "if-match", "none", true, true, true, "links");
    let backend = Backend::with(Setup {
        config: Some(Some(config)),
        ..Setup::default()
    })
    .await?;
    let browser = Browser::start().await?;
    let page = browser.page()?;
    page.open(&at(&backend, "/apply")).await?;
    page.arrived_at("Your application").await?;
    page.reads("“Deck” has to be a file, and this site takes none").await?;
    page.reads("ask").await?;
    page.open(&at(&backend, "/apply/files")).await?;
    page.arrived_at("Files").await?;
    page.reads("This site takes no files.").await?;
    assert_eq!(page.script("return document.querySelectorAll('input[type=file]').length").await?, 0);
    // Where a link will do it is offered.
    page.fill("Link", "https://video.example.org/1").await?;
    page.reads("Saved with us").await?;
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn where_no_file_is_required_an_application_is_completed_without_any() -> Result<()> {
    let (backend, _browser, page) = start(config!(true, "if-match", "none", true, true, true, "links")).await?;
    let applicant = Applicant::new(&backend)?;
    let mut answers = material::answers();
    answers["video"] = json!({"link": "https://video.example.org/1"});
    applicant.begin(&answers).await?.expect(201)?;
    page.open(&backend.address(&applicant.private_link())).await?;
    page.arrived_at("Your application").await?;
    page.reads("Give a link instead where the question allows it").await?;
    // Where no file is asked for there is nothing to say.
    open_section(&backend, &page, "company", "Company").await?;
    page.no_longer_reads("This site takes no files").await?;
    open_section(&backend, &page, "files", "Files").await?;
    page.reads("This site takes no files").await?;
    page.open(&at(&backend, "/apply")).await?;
    submit(&page).await?;
    page.arrived_at("Application submitted").await?;
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn without_events_the_staffs_list_asks_and_says_how_fresh_it_is() -> Result<()> {
    let (backend, _browser, page) = start(config!(true, "if-match", "tus", false, true, true, "links")).await?;
    desk::apply(&Applicant::new(&backend)?, 0).await?;
    desk::sign_in(&backend, &page, "organiser", "Grace").await?;
    page.reads("Atelier Neuf 1").await?;
    page.reads("Asks for changes every 10 seconds").await?;
    page.reads("as of").await?;
    desk::apply(&Applicant::new(&backend)?, 1).await?;
    page.reads_within("Changed meanwhile: sort again", Duration::from_secs(60)).await?;
    page.click(Role::Button, "Changed meanwhile: sort again").await?;
    page.reads("Œuvres & Fils 1").await?;
    let streams = "return performance.getEntriesByType('resource').filter(one => one.name.includes('/events')).length";
    assert_eq!(page.script(streams).await?, 0);
    backend.front().tamper("GET /api/v1/staff/", Damage::Page);
    page.reads("Not connected: there may be changes you do not see").await?;
    page.reads("as of").await?;
    backend.front().be_honest();
    page.reads("Asks for changes every 10 seconds").await?;
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn without_a_staff_side_the_staffs_page_says_so_and_leads_back() -> Result<()> {
    let (backend, _browser, page) = start(config!(true, "if-match", "tus", true, true, true, "none")).await?;
    page.open_unready(&backend.address("/staff")).await?;
    page.reads("There are no staff’s pages here").await?;
    page.click(Role::Link, "To the call").await?;
    page.find(Role::Link, "Check if you can apply").await?;
    page.open_unready(&backend.address("/staff?lang=fr")).await?;
    page.reads("Il n’y a pas de pages pour l’équipe ici").await?;
    Ok(())
}

const NO_CLOCK: &str = config!(true, "if-match", "tus", true, false, false, "links");

#[tokio::test(flavor = "multi_thread")]
async fn without_a_clock_the_time_comes_from_the_dates_of_replies() -> Result<()> {
    let (backend, _browser, page) = start(NO_CLOCK).await?;
    let later = jiff::Timestamp::now() + jiff::SignedDuration::from_hours(2);
    let date = later.strftime("%a, %d %b %Y %H:%M:%S GMT").to_string();
    backend.front().tamper("GET /api/v1/programmes/", Damage::With("date", date));
    page.open(&at(&backend, "/apply/company")).await?;
    page.reads("Your device’s clock is wrong by").await?;
    let by = page.text().await?;
    assert!(by.contains("wrong by 2\u{a0}h") || by.contains("wrong by 1\u{a0}h 5"), "{by}");
    page.no_longer_reads("by this device’s clock").await?;
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn without_a_clock_and_without_dates_the_countdown_says_whose_clock_it_is() -> Result<()> {
    let (backend, _browser, page) = start(NO_CLOCK).await?;
    backend.front().tamper("GET /api/v1/programmes/", Damage::Without(&["date"]));
    page.open(&at(&backend, "/apply/company")).await?;
    page.reads("left by this device’s clock").await?;
    // There are no seals either.
    page.open(&at(&backend, "/check")).await?;
    page.arrived_at("Check your answers").await?;
    page.reads("Only what has arrived by the deadline counts").await?;
    Ok(())
}
