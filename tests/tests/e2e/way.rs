//! From the call to the receipt, by hand, with every kind of field.

use opencall_tests::{Applicant, Backend, Browser, Role, material};
use serde_json::json;

use crate::filling::{self, at, go_on};

#[tokio::test(flavor = "multi_thread")]
async fn a_startup_goes_from_the_call_to_its_receipt() -> anyhow::Result<()> {
    let backend = Backend::start().await?;
    let browser = Browser::start().await?;
    let page = browser.page()?;
    page.open(&at(&backend, "")).await?;
    page.find(Role::Timer, "Time left").await?;
    page.click(Role::Link, "Check if you can apply").await?;

    page.arrived_at("Can you apply?").await?;
    page.select("Where is your company registered, or where will it be?", "France")
        .await?;
    page.choose("How far along are you?", "First users or pilots").await?;
    page.choose("Do you build on open models?", "Yes, today").await?;
    page.choose("Does at least one founder work on it full time?", "Yes").await?;
    page.choose("Do you have a demo that works?", "Yes").await?;
    page.choose("Can someone of your team be in Paris from January to June?", "Yes")
        .await?;
    page.click(Role::Button, "See whether you can apply").await?;
    page.reads("You can apply").await?;
    page.click(Role::Link, "Start the application").await?;

    page.arrived_at("Your application").await?;
    page.reads("0 of 8 sections complete").await?;
    page.inside(Role::Main, "").await?.click(Role::Link, "Company").await?;
    page.arrived_at("Company").await?;
    filling::company(&page).await?;
    go_on(&page, "Team").await?;
    filling::team(&page).await?;
    go_on(&page, "Product").await?;
    filling::product(&page).await?;
    go_on(&page, "Open AI").await?;
    filling::open_ai(&page).await?;
    go_on(&page, "Traction").await?;
    filling::traction(&page).await?;
    go_on(&page, "Fit").await?;
    filling::fit(&page).await?;
    go_on(&page, "Files").await?;
    let deck = backend.scratch().join("deck.pdf");
    std::fs::write(&deck, material::pdf(300_000))?;
    page.attach("Deck", &deck).await?;
    page.reads("Uploaded").await?;
    page.fill("Link", "https://video.example/atelier-neuf").await?;
    go_on(&page, "Consents").await?;
    filling::consents(&page).await?;
    go_on(&page, "Check your answers").await?;

    page.reads("Atelier Neuf").await?;
    page.reads("deck.pdf").await?;
    page.click(Role::Tab, "What the judges see").await?;
    page.reads("Exactly what each judge reads").await?;
    page.no_longer_reads("zoe@atelier-neuf.example").await?;
    page.click(Role::Button, "Submit the application").await?;
    page.arrived_at("Application submitted").await?;
    page.reads("In time: the deadline is").await?;

    // The backend has it, as it was typed.
    let link = page.field("Private link").await?.value;
    let applicant = Applicant::with_token(&backend, link.rsplit('#').next().unwrap());
    let view = applicant.read().await?.expect(200)?.json();
    assert_eq!(view["status"], "submitted");
    page.reads(view["receipt"]["reference"].as_str().unwrap()).await?;
    page.reads(view["receipt"]["digest"].as_str().unwrap()).await?;
    let mut expected = material::answers();
    let answers = &view["answers"];
    assert_eq!(answers["raised"], json!({"amount": "250000", "currency": "USD"}));
    assert_eq!(answers["team"][1]["name"], "Ada Okafor");
    assert_eq!(answers["models"][0]["model"]["reference"], "mistralai/Mistral-7B-v0.1");
    assert_eq!(answers["deck"]["name"], "deck.pdf");
    for own in ["website", "raised", "team", "models", "monthly_revenue"] {
        expected.as_object_mut().unwrap().remove(own);
    }
    for (id, answer) in expected.as_object().unwrap() {
        assert_eq!(&answers[id], answer, "{id}");
    }
    assert_eq!(page.complaints().await?, Vec::<String>::new());
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn whoever_is_not_eligible_is_told_why() -> anyhow::Result<()> {
    let backend = Backend::start().await?;
    let browser = Browser::start().await?;
    let page = browser.page()?;
    page.open(&at(&backend, "/eligibility")).await?;
    page.arrived_at("Can you apply?").await?;
    page.click(Role::Button, "See whether you can apply").await?;
    page.reads("There are 6 problems").await?;
    page.select("Where is your company registered, or where will it be?", "France")
        .await?;
    page.choose("How far along are you?", "First users or pilots").await?;
    page.choose("Do you build on open models?", "Yes, today").await?;
    page.choose("Does at least one founder work on it full time?", "Yes").await?;
    page.choose("Do you have a demo that works?", "No").await?;
    page.choose("Can someone of your team be in Paris from January to June?", "Yes")
        .await?;
    page.click(Role::Button, "See whether you can apply").await?;
    page.reads("This edition is not for you as things stand").await?;
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn sections_are_found_again_by_back_and_forward_and_by_address() -> anyhow::Result<()> {
    let backend = Backend::start().await?;
    let browser = Browser::start().await?;
    let page = browser.page()?;
    filling::open_section(&backend, &page, "product", "Product").await?;
    page.fill("The problem", "Plans are drawings.").await?;
    page.click(Role::Link, "Back to all sections").await?;
    page.arrived_at("Your application").await?;
    page.reads("In progress").await?;
    page.back().await?;
    page.arrived_at("Product").await?;
    page.holds("The problem", "Plans are drawings.").await?;
    assert!(page.title().await?.starts_with("Product"));
    page.open(&at(&backend, "/apply/nothing")).await?;
    page.arrived_at("There is no such page").await?;
    Ok(())
}
