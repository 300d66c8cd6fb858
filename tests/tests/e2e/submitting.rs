//! Submitting, and what may be done after: once, whatever happens on the way.

use opencall_tests::{Backend, Browser, Role};

use crate::filling::{at, complete_draft, submit};

#[tokio::test(flavor = "multi_thread")]
async fn a_server_killed_between_submission_and_reply_leaves_one_application_and_a_receipt() -> anyhow::Result<()> {
    let mut backend = Backend::start().await?;
    let browser = Browser::start().await?;
    let page = browser.page()?;
    let applicant = complete_draft(&backend, &page).await?;
    backend.front().lose_submit_replies(true);
    page.click(Role::Link, "Check your answers and submit").await?;
    page.arrived_at("Check your answers").await?;
    page.click(Role::Button, "Submit the application").await?;
    opencall_tests::wait::until("a reply is lost", opencall_tests::wait::PATIENCE, async || {
        Ok((backend.front().lost() > 0).then_some(()))
    })
    .await?;
    backend.kill();
    backend.front().lose_submit_replies(false);
    backend.run().await?;
    // The app tries again by itself, or the person does: it is counted once.
    opencall_tests::wait::until("the receipt", opencall_tests::wait::PATIENCE, async || {
        let text = page.text().await?;
        if text.contains("Your application has not been submitted") {
            page.click(Role::Button, "Submit the application").await?;
        }
        Ok(text.contains("Application submitted").then_some(()))
    })
    .await?;
    let view = applicant.read().await?.expect(200)?.json();
    page.reads(view["receipt"]["reference"].as_str().unwrap()).await?;
    let what = applicant.happened().await?;
    assert_eq!(what.iter().filter(|what| **what == "submitted").count(), 1, "{what:?}");
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn a_browser_killed_while_submitting_finds_its_receipt_again() -> anyhow::Result<()> {
    let backend = Backend::start().await?;
    let mut browser = Browser::start().await?;
    let page = browser.page()?;
    let applicant = complete_draft(&backend, &page).await?;
    backend.front().lose_submit_replies(true);
    submit(&page).await?;
    opencall_tests::wait::until("a reply is lost", opencall_tests::wait::PATIENCE, async || {
        Ok((backend.front().lost() > 0).then_some(()))
    })
    .await?;
    browser.kill();
    backend.front().lose_submit_replies(false);
    browser.run().await?;
    let page = browser.page()?;
    page.open(&at(&backend, "/status")).await?;
    page.arrived_at("Application submitted").await?;
    let what = applicant.happened().await?;
    assert_eq!(what.iter().filter(|what| **what == "submitted").count(), 1, "{what:?}");
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn after_submitting_one_can_change_submit_again_withdraw_and_delete() -> anyhow::Result<()> {
    let backend = Backend::start().await?;
    let browser = Browser::start().await?;
    let page = browser.page()?;
    let applicant = complete_draft(&backend, &page).await?;
    submit(&page).await?;
    page.arrived_at("Application submitted").await?;
    let first = applicant.read().await?.json()["receipt"].clone();

    page.click(Role::Link, "Change your answers").await?;
    page.arrived_at("Your application").await?;
    crate::filling::open_section(&backend, &page, "company", "Company").await?;
    page.fill("City", "Lyon").await?;
    page.reads("Saved with us").await?;
    page.open(&at(&backend, "/status")).await?;
    page.reads("You have changed answers since").await?;
    assert_eq!(
        applicant.read().await?.json()["receipt"],
        first,
        "the submitted version counts until then"
    );
    page.click(Role::Link, "Check your answers and submit").await?;
    page.click(Role::Button, "Submit this version").await?;
    page.arrived_at("Application submitted").await?;
    page.no_longer_reads("You have changed answers since").await?;
    let second = applicant.read().await?.json()["receipt"].clone();
    assert_eq!(first["reference"], second["reference"]);
    assert_ne!(first["digest"], second["digest"]);

    page.click(Role::Button, "Withdraw the application").await?;
    page.click(Role::Button, "Yes, withdraw it").await?;
    page.reads("Your application is withdrawn").await?;
    assert_eq!(applicant.read().await?.json()["status"], "withdrawn");

    page.click(Role::Button, "Delete everything").await?;
    page.click(Role::Button, "No, keep it").await?;
    page.click(Role::Button, "Delete everything").await?;
    page.click(Role::Button, "Yes, delete everything").await?;
    page.reads("Everything is deleted").await?;
    applicant.read().await?.expect(401)?;
    page.open(&at(&backend, "/apply")).await?;
    page.arrived_at("Your application").await?;
    page.reads("0 of 8 sections complete").await?;
    Ok(())
}
