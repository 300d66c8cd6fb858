//! What is wrong is said where it is wrong, in words that say how to mend it, and goes when it is mended.

use opencall_tests::{Backend, Browser, Role};

use crate::filling::open_section;

#[tokio::test(flavor = "multi_thread")]
async fn every_gap_of_a_section_is_named_at_the_top_and_beside_its_question() -> anyhow::Result<()> {
    let backend = Backend::start().await?;
    let browser = Browser::start().await?;
    let page = browser.page()?;
    open_section(&backend, &page, "company", "Company").await?;
    assert!(!page.text().await?.contains("There are"), "nothing is wrong before one goes on");
    page.click(Role::Button, "Save and continue").await?;
    page.reads("There are 8 problems").await?;
    assert!(page.title().await?.starts_with("Error: Company"), "{}", page.title().await?);
    assert_eq!(page.focused().await?["id"], "errors", "the summary has the focus");
    let field = page.field("Company name").await?;
    assert!(field.is_invalid());
    assert!(field.description.contains("Answer “Company name”"), "{}", field.description);

    page.click(Role::Link, "Answer “Company name”").await?;
    assert_eq!(page.focused().await?["label"], "Company name");
    page.insert("A").await?;
    page.reads("There are 7 problems").await?;
    assert!(!page.field("Company name").await?.is_invalid(), "gone as soon as it is mended");
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn each_kind_of_mistake_says_how_it_is_mended() -> anyhow::Result<()> {
    let backend = Backend::start().await?;
    let browser = Browser::start().await?;
    let page = browser.page()?;
    open_section(&backend, &page, "company", "Company").await?;
    page.fill("What you do, in one line", &"x".repeat(53)).await?;
    page.fill("Website", "not an address").await?;
    page.select("Country of registration", "France").await?;
    page.fill("SIREN number", "732 829 321").await?;
    page.group("When was it founded?").await?.fill("Year", "2023").await?;
    let sectors = page.group("Sectors").await?;
    for sector in ["Health", "Education", "Climate and energy", "Developer tools"] {
        sectors.tick(sector).await?;
    }
    page.fill("How many people work there?", "many").await?;
    page.click(Role::Button, "Save and continue").await?;
    for words in [
        "Shorten “What you do, in one line” by 3 characters",
        "Write “Website” like https://example.org",
        "A digit of “SIREN number” is wrong",
        "“When was it founded?” lacks: month",
        "Choose 3 at most for “Sectors”",
        "Write “How many people work there?” in digits, like 12",
    ] {
        page.reads(words).await?;
    }
    // Nothing typed is ever taken away.
    page.holds("Website", "not an address").await?;

    page.fill("What you do, in one line", "Short").await?;
    page.fill("Website", "example.org").await?;
    page.fill("SIREN number", "732829320").await?;
    page.group("When was it founded?").await?.fill("Month", "4").await?;
    page.group("Sectors").await?.tick("Developer tools").await?;
    page.fill("How many people work there?", "7").await?;
    for words in [
        "Shorten “What",
        "Write “Website”",
        "A digit of",
        "lacks: month",
        "at most for “Sectors”",
        "in digits",
    ] {
        page.no_longer_reads(words).await?;
    }
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn rows_of_a_group_name_the_row_that_is_wrong() -> anyhow::Result<()> {
    let backend = Backend::start().await?;
    let browser = Browser::start().await?;
    let page = browser.page()?;
    open_section(&backend, &page, "team", "Team").await?;
    let first = page.group("Team member 1").await?;
    first.fill("Full name", "Zoé Martin").await?;
    first.fill("Email address", "zoe at example").await?;
    first.fill("Profile link", "https://example.org/zoe").await?;
    page.click(Role::Button, "Add: Team member").await?;
    page.click(Role::Button, "Save and continue").await?;
    page.reads("Team member 1: Write “Email address” like name@example.org").await?;
    page.reads("Team member 1: “Profile link” has to be on").await?;
    page.reads("Team member 2: Answer “Full name”").await?;
    page.click(Role::Button, "Remove Team member 2").await?;
    page.no_longer_reads("Team member 2: Answer “Full name”").await?;
    page.group("Team member 1").await?.fill("Email address", "zoe@example.org").await?;
    page.no_longer_reads("Write “Email address”").await?;
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn markup_and_odd_characters_stay_text() -> anyhow::Result<()> {
    let backend = Backend::start().await?;
    let browser = Browser::start().await?;
    let page = browser.page()?;
    open_section(&backend, &page, "company", "Company").await?;
    let text = "<img src=x onerror=alert(1)> 👩‍👩‍👧‍👦 \u{202e}fdp";
    page.fill("Company name", text).await?;
    page.reads("Saved with us").await?;
    page.reload().await?;
    page.arrived_at("Company").await?;
    page.holds("Company name", text).await?;
    page.open(&crate::filling::at(&backend, "/check")).await?;
    page.arrived_at("Check your answers").await?;
    page.reads("<img src=x onerror=alert(1)>").await?;
    assert_eq!(page.complaints().await?, Vec::<String>::new());
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn submitting_with_gaps_leads_to_each_and_back() -> anyhow::Result<()> {
    let backend = Backend::start().await?;
    let browser = Browser::start().await?;
    let page = browser.page()?;
    let applicant = crate::filling::complete_draft(&backend, &page).await?;
    let version = applicant.read().await?.json()["version"].as_u64().unwrap();
    applicant.patch(version, &serde_json::json!({"city": ""})).await?.expect(200)?;
    page.open(&crate::filling::at(&backend, "/check")).await?;
    page.arrived_at("Check your answers").await?;
    page.reload().await?;
    page.arrived_at("Check your answers").await?;
    page.click(Role::Button, "Submit the application").await?;
    page.reads("There is a problem").await?;
    page.click(Role::Link, "Answer “City”").await?;
    page.reads("Section 1 of 8").await?;
    page.fill("City", "Lyon").await?;
    page.click(Role::Button, "Save and return to your answers").await?;
    page.arrived_at("Check your answers").await?;
    page.click(Role::Button, "Submit the application").await?;
    page.arrived_at("Application submitted").await?;
    Ok(())
}
