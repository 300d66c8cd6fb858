//! Replies lost at random and a server killed at random, lived through in the app by one person after the other.

use std::collections::BTreeSet;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::time::Duration;

use anyhow::Result;
use opencall_tests::seeded::Seeded;
use opencall_tests::{Applicant, Backend, Browser, Page, Role, Setup, kept, wait};
use serde_json::json;

const PEOPLE: usize = 100;
const KILLS: usize = 50;
/// So many have to live through them, however slow the machine: it is killed on until they have.
const SURVIVORS: usize = 4;
/// Longer than a server is killed again and again on a busy machine: after that everything has to come to its end.
const END: Duration = Duration::from_secs(300);

/// Opens a complete draft by its private link.
async fn arrive(link: &str, page: &Page) -> Result<()> {
    // Whoever finds a page that could not be loaded loads it again.
    wait::until("the draft is open", END, async || {
        // From another page: the same address again, with its fragment, would load nothing.
        page.open_unready("about:blank").await?;
        page.open_unready(link).await?;
        let opened = wait::until("it", Duration::from_secs(6), async || {
            // The draft of whoever was here before is still on this device.
            if page.has(Role::Button, "Open the other draft").await? {
                page.click(Role::Button, "Open the other draft").await?;
            }
            Ok(page.text().await?.contains("8 of 8 sections complete").then_some(()))
        });
        Ok(opened.await.ok())
    })
    .await
}

/// Presses Submit, and again whenever the app says that it has not worked, until the receipt is shown.
async fn submit(page: &Page) -> Result<()> {
    wait::until("the receipt", END, async || {
        let text = page.text().await?;
        if text.contains("Application submitted") {
            return Ok(Some(()));
        }
        let sends = page
            .script("return document.querySelector('main .btn.big[aria-disabled]') !== null")
            .await?
            == true;
        if !sends && page.has(Role::Button, "Submit the application").await? {
            // It may have gone on by itself meanwhile.
            let _ = page.click(Role::Button, "Submit the application").await;
        }
        Ok(None)
    })
    .await
}

/// The reference of somebody's only receipt, after one submission of what was sealed once.
async fn submitted_once(applicant: &Applicant) -> Result<String> {
    let view = applicant.read().await?.expect(200)?.json();
    let what = applicant.happened().await?;
    let seals = what.iter().filter(|what| **what == "sealed").count();
    assert_eq!(what.iter().filter(|what| **what == "submitted").count(), 1, "{what:?}");
    assert!(seals <= 1, "{what:?}");
    // Who meets nothing but dead servers submits without a seal in the end: it is still open.
    if seals == 1 {
        assert_eq!(view["receipt"]["digest"], view["seal"]["digest"]);
    }
    Ok(view["receipt"]["reference"].as_str().unwrap().to_owned())
}

#[tokio::test(flavor = "multi_thread")]
async fn a_hundred_people_whose_connection_is_cut_at_random_have_a_hundred_receipts() -> Result<()> {
    let backend = Backend::with(Setup::crowd()).await?;
    let browser = Browser::start().await?;
    let page = browser.page()?;
    let mut chance = Seeded::new("a hundred people in the app");
    let mut references = BTreeSet::new();
    for _ in 0..PEOPLE {
        let applicant = Applicant::new(&backend)?;
        applicant.complete().await?;
        arrive(&backend.address(&applicant.private_link()), &page).await?;
        page.click(Role::Link, "Check your answers and submit").await?;
        page.arrived_at("Check your answers").await?;
        backend.front().cut_submissions(Some(chance.branch()));
        submit(&page).await?;
        backend.front().cut_submissions(None);
        let reference = submitted_once(&applicant).await?;
        // No more than three connections are cut in a row, and the app does not give up as early as that.
        assert!(applicant.happened().await?.iter().any(|what| what == "sealed"));
        page.reads(&reference).await?;
        references.insert(reference);
    }
    assert_eq!(references.len(), PEOPLE);
    assert_eq!(kept::counts(&backend.data()).await?, [i64::try_from(PEOPLE)?; 3]);
    println!("{PEOPLE} people, {} requests cut", backend.front().lost());
    Ok(())
}

/// Changes an answer some times, waits until the app says that it is safe, and submits; gives the answer.
async fn apply(link: &str, page: &Page, applicant: &Applicant, chance: &mut Seeded) -> Result<String> {
    arrive(link, page).await?;
    page.click(Role::Link, "Company").await?;
    page.arrived_at("Company").await?;
    let mut last = String::new();
    for _ in 0..2 + chance.below(4) {
        last = format!("City {}", chance.below(1_000_000));
        page.fill("City", &last).await?;
        tokio::time::sleep(chance.wait_below(Duration::from_millis(400))).await;
    }
    page.reads_within("Saved with us", END).await?;
    // It has been acknowledged, whatever has become of the server since.
    let there = wait::until("the server is back", END, async || Ok(applicant.read().await.ok())).await?;
    assert_eq!(there.expect(200)?.json()["answers"]["city"], json!(last));
    page.click(Role::Link, "Back to all sections").await?;
    page.arrived_at("Your application").await?;
    page.click(Role::Link, "Check your answers and submit").await?;
    page.arrived_at("Check your answers").await?;
    submit(page).await?;
    Ok(last)
}

#[tokio::test(flavor = "multi_thread")]
async fn a_server_killed_fifty_times_under_people_who_type_and_submit_keeps_what_the_app_said_was_safe() -> Result<()> {
    let mut backend = Backend::with(Setup::crowd()).await?;
    let browser = Browser::start().await?;
    let page = browser.page()?;
    let mut chance = Seeded::new("fifty kills under the app");
    let mut people = Vec::new();
    for _ in 0..PEOPLE {
        let applicant = Applicant::new(&backend)?;
        applicant.complete().await?;
        people.push((backend.address(&applicant.private_link()), applicant));
    }
    let (mut pauses, over, through) = (chance.branch(), AtomicBool::new(false), AtomicUsize::new(0));
    let actor = async {
        let mut done = Vec::new();
        for (link, applicant) in &people {
            if over.load(Ordering::SeqCst) {
                break;
            }
            done.push((applicant, apply(link, &page, applicant, &mut chance).await?));
            through.store(done.len(), Ordering::SeqCst);
        }
        anyhow::Ok(done)
    };
    let killer = async {
        let mut kills = 0;
        while kills < KILLS || (through.load(Ordering::SeqCst) < SURVIVORS && kills < 4 * KILLS) {
            kills += 1;
            tokio::time::sleep(pauses.wait_below(Duration::from_millis(2_000))).await;
            backend.kill();
            tokio::time::sleep(pauses.wait_below(Duration::from_millis(300))).await;
            backend.run().await?;
        }
        over.store(true, Ordering::SeqCst);
        anyhow::Ok(kills)
    };
    let (done, killed) = tokio::join!(actor, killer);
    let (kills, done) = (killed?, done?);
    backend.kill();
    backend.run().await?;
    for (applicant, city) in &done {
        submitted_once(applicant).await?;
        assert_eq!(applicant.read().await?.expect(200)?.json()["answers"]["city"], json!(city));
    }
    assert!(done.len() >= SURVIVORS, "there was a load to survive");
    // Everybody's draft was there before.
    let count = i64::try_from(done.len())?;
    assert_eq!(kept::counts(&backend.data()).await?, [i64::try_from(PEOPLE)?, count, count]);
    println!("{kills} kills, {} people have typed and submitted", done.len());
    Ok(())
}
