//! Filling in the sample programme by hand, and arriving with a draft that is already filled in.

use anyhow::Result;
use opencall_tests::{Applicant, Backend, Page, Role, edition};

/// An address of the sample programme.
pub fn at(backend: &Backend, path: &str) -> String {
    backend.address(&format!("/{}{path}", edition::ID))
}

/// Opens a section.
pub async fn open_section(backend: &Backend, page: &Page, id: &str, title: &str) -> Result<()> {
    page.open(&at(backend, &format!("/apply/{id}"))).await?;
    page.arrived_at(title).await
}

/// A draft that lacks nothing, opened by its private link.
pub async fn complete_draft(backend: &Backend, page: &Page) -> Result<Applicant> {
    let applicant = Applicant::new(backend)?;
    applicant.complete().await?;
    page.open(&backend.address(&applicant.private_link())).await?;
    page.arrived_at("Your application").await?;
    page.reads("8 of 8 sections complete").await?;
    Ok(applicant)
}

/// Submits from the hub.
pub async fn submit(page: &Page) -> Result<()> {
    page.click(Role::Link, "Check your answers and submit").await?;
    page.arrived_at("Check your answers").await?;
    page.click(Role::Button, "Submit the application").await
}

/// Saves a section and arrives at the next.
pub async fn go_on(page: &Page, next: &str) -> Result<()> {
    page.click(Role::Button, "Save and continue").await?;
    page.arrived_at(next).await
}

/// The first section.
pub async fn company(page: &Page) -> Result<()> {
    page.fill("Company name", "Atelier Neuf").await?;
    page.fill("What you do, in one line", "Open models that read building plans")
        .await?;
    page.fill("Website", "atelier-neuf.example").await?;
    page.select("Country of registration", "France").await?;
    page.fill("City", "Paris").await?;
    let founded = page.group("When was it founded?").await?;
    founded.fill("Month", "4").await?;
    founded.fill("Year", "2023").await?;
    page.fill("SIREN number", "732 829 320").await?;
    let sectors = page.group("Sectors").await?;
    sectors.tick("Industry and robotics").await?;
    sectors.tick("Climate and energy").await?;
    page.choose("Stage", "First users or pilots").await?;
    page.fill("How many people work there?", "7").await
}

/// The second: two people.
pub async fn team(page: &Page) -> Result<()> {
    let first = page.group("Team member 1").await?;
    member(&first, "Zoé Martin", "CEO", "zoe@atelier-neuf.example", "No").await?;
    first.fill("Profile link", "linkedin.com/in/zoe").await?;
    page.click(Role::Button, "Add: Team member").await?;
    let second = page.group("Team member 2").await?;
    member(&second, "Ada Okafor", "CTO", "ada@atelier-neuf.example", "Yes").await?;
    page.fill(
        "How long have you known each other, and how did you meet?",
        "Six years; we met at work.",
    )
    .await?;
    page.fill("Who writes the code?", "Ada and two engineers.").await
}

async fn member(row: &Page, name: &str, role: &str, email: &str, technical: &str) -> Result<()> {
    row.fill("Full name", name).await?;
    row.fill("Role", role).await?;
    row.fill("Email address", email).await?;
    row.choose("Full time?", "Yes").await?;
    row.choose("Technical?", technical).await?;
    row.fill(
        "The most impressive thing they have done",
        "Built the plan parser that the city now uses.",
    )
    .await
}

/// The third.
pub async fn product(page: &Page) -> Result<()> {
    page.fill("The problem", "Plans are drawings.\nNobody can ask them anything.")
        .await?;
    page.fill("Your solution", "A model that answers questions about plans.").await?;
    page.fill("What is new about it?", "It cites the drawing.").await?;
    page.fill("Competitors", "Consultants.").await?;
    page.fill("Link to your demo", "demo.atelier-neuf.example").await?;
    page.fill("How to get in", "No account needed.").await
}

/// The fourth.
pub async fn open_ai(page: &Page) -> Result<()> {
    page.choose("Do you build on open models?", "Yes, today").await?;
    let model = page.group("Model").await?;
    model.fill("Model", "mistralai/Mistral-7B-v0.1").await?;
    model.fill("Licence", "apache-2.0").await?;
    model.fill("How you use it", "Fine-tuned on plans.").await?;
    page.fill("Your approach to open AI", "We publish adapters and the evaluation.")
        .await?;
    page.fill("Your data, and your right to use it", "Plans licensed from two cities.")
        .await?;
    page.fill("What you will open", "Adapters under Apache 2.0.").await?;
    page.fill("Risks, and what you do about them", "Wrong answers; every answer cites its source.")
        .await
}

/// The fifth.
pub async fn traction(page: &Page) -> Result<()> {
    page.fill("Active users in the last 30 days", "340").await?;
    page.choose("Do you have revenue?", "Yes").await?;
    page.group("Revenue last month").await?.fill("Amount", "12 000").await?;
    page.group("Money raised so far").await?.fill("Amount", "250000").await?;
    page.group("Money raised so far").await?.select("Currency", "USD").await?;
    page.fill("Runway", "14").await?;
    page.fill("How you make, or will make, money", "A licence per building.").await
}

/// The sixth.
pub async fn fit(page: &Page) -> Result<()> {
    page.fill("Your goals for the six months", "Ten cities.").await?;
    page.fill("What do you need from Meta?", "Advice on multimodal models.").await?;
    page.fill("What do you need from Hugging Face?", "Evaluation.").await?;
    page.fill("What do you need from Scaleway?", "Compute.").await?;
    page.choose("Which GPUs do you need?", "L4").await?;
    page.fill("GPU hours a month", "400").await?;
    page.fill("Storage", "1.5").await?;
    page.fill("How many people will work on site?", "3").await
}

/// The last: everything that is required, agreed to.
pub async fn consents(page: &Page) -> Result<()> {
    for words in [
        "What we say here is true",
        "I have read the privacy notice",
        "Meta may see our application",
        "Hugging Face may see our application",
        "Scaleway may see our application",
    ] {
        page.tick_starting(words).await?;
    }
    Ok(())
}
