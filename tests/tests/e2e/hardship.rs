//! Replies lost at random and a server killed at random, lived through in the app by one person after the other.

use std::collections::BTreeSet;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use anyhow::Result;
use opencall_tests::seeded::Seeded;
use opencall_tests::{Applicant, Backend, Browser, Page, Role, Setup, kept, wait};
use serde_json::json;

const PEOPLE: usize = 100;
const KILLS: usize = 50;
/// Longer than a server is killed again and again on a busy machine: after that everything has to come to its end.
const END: Duration = Duration::from_secs(300);

/// Without a limit of requests, and with answers alone making an application: uploads have tests of their own.
async fn backend() -> Result<Backend> {
    Backend::with(Setup {
        change: |document| {
            for step in document["steps"].as_array_mut().unwrap() {
                for field in step["fields"].as_array_mut().unwrap() {
                    if field["id"] == "deck" {
                        field["optional"] = json!(true);
                    }
                }
            }
        },
        arguments: vec![String::from("--rate-limit"), String::from("0")],
        ..Setup::default()
    })
    .await
}

/// Opens a complete draft by its private link.
async fn arrive(link: &str, page: &Page) -> Result<()> {
    // Whoever finds a page that could not be loaded loads it again.
    wait::until("the draft is open", END, async || {
        // From another page: the same address again, with its fragment, would load nothing.
        page.open_unready("about:blank").await?;
        page.open_unready(link).await?;
        Ok(page.reads_within("8 of 8 sections complete", Duration::from_secs(6)).await.ok())
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

/// The reference of somebody's only receipt, after one seal and one submission.
async fn submitted_once(applicant: &Applicant) -> Result<String> {
    let view = applicant.read().await?.expect(200)?.json();
    let timeline = applicant.get("timeline").await?.json();
    let what: Vec<_> = timeline.as_array().unwrap().iter().map(|event| event["what"].clone()).collect();
    assert_eq!(what.iter().filter(|what| **what == "sealed").count(), 1, "{what:?}");
    assert_eq!(what.iter().filter(|what| **what == "submitted").count(), 1, "{what:?}");
    assert_eq!(view["receipt"]["digest"], view["seal"]["digest"]);
    Ok(view["receipt"]["reference"].as_str().unwrap().to_owned())
}

async fn counts(backend: &Backend, people: usize) -> Result<()> {
    for (table, query) in [
        ("applications", "SELECT COUNT(*) FROM applications"),
        ("seals", "SELECT COUNT(*) FROM seals"),
        ("submissions", "SELECT COUNT(*) FROM submissions"),
    ] {
        assert_eq!(kept::count(&backend.data(), query).await?, i64::try_from(people)?, "{table}");
    }
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn a_hundred_people_whose_connection_is_cut_at_random_have_a_hundred_receipts() -> Result<()> {
    let backend = backend().await?;
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
        page.reads(&reference).await?;
        references.insert(reference);
    }
    assert_eq!(references.len(), PEOPLE);
    counts(&backend, PEOPLE).await?;
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
    let mut backend = backend().await?;
    let browser = Browser::start().await?;
    let page = browser.page()?;
    let mut chance = Seeded::new("fifty kills under the app");
    let mut people = Vec::new();
    for _ in 0..PEOPLE {
        let applicant = Applicant::new(&backend)?;
        applicant.complete().await?;
        people.push((backend.address(&applicant.private_link()), applicant));
    }
    let (mut pauses, over) = (chance.branch(), AtomicBool::new(false));
    let actor = async {
        let mut done = Vec::new();
        for (link, applicant) in &people {
            if over.load(Ordering::SeqCst) {
                break;
            }
            done.push((applicant, apply(link, &page, applicant, &mut chance).await?));
        }
        anyhow::Ok(done)
    };
    let killer = async {
        for _ in 0..KILLS {
            tokio::time::sleep(pauses.wait_below(Duration::from_millis(2_000))).await;
            backend.kill();
            tokio::time::sleep(pauses.wait_below(Duration::from_millis(300))).await;
            backend.run().await?;
        }
        over.store(true, Ordering::SeqCst);
        anyhow::Ok(())
    };
    let (done, killed) = tokio::join!(actor, killer);
    killed?;
    let done = done?;
    backend.kill();
    backend.run().await?;
    for (applicant, city) in &done {
        submitted_once(applicant).await?;
        assert_eq!(applicant.read().await?.expect(200)?.json()["answers"]["city"], json!(city));
    }
    assert!(done.len() > 3, "there was a load to survive");
    for (table, query) in [
        ("seals", "SELECT COUNT(*) FROM seals"),
        ("submissions", "SELECT COUNT(*) FROM submissions"),
    ] {
        assert_eq!(kept::count(&backend.data(), query).await?, i64::try_from(done.len())?, "{table}");
    }
    println!("{KILLS} kills, {} people have typed and submitted", done.len());
    Ok(())
}
