//! The draft as a file: downloaded here, opened with another backend whose form has changed since.

use std::path::PathBuf;

use opencall_tests::{Applicant, Backend, Browser, Page, Role, Setup, axe, edition, wait};
use serde_json::{Value, json};

use crate::filling::{at, complete_draft, open_section};

/// Presses the button and gives the file that the browser has written.
async fn download(backend: &Backend, page: &Page) -> anyhow::Result<PathBuf> {
    let folder = backend.scratch().join("downloads");
    std::fs::create_dir_all(&folder)?;
    page.cdp(
        "Browser.setDownloadBehavior",
        json!({"behavior": "allow", "downloadPath": folder.to_string_lossy()}),
    )
    .await?;
    page.click(Role::Button, "Download the draft").await?;
    let file = folder.join([edition::ID, "-draft.json"].concat());
    wait::until("the downloaded file", wait::PATIENCE, async || Ok(file.exists().then_some(()))).await?;
    Ok(file)
}

async fn hub(backend: &Backend, page: &Page) -> anyhow::Result<()> {
    page.open(&at(backend, "/apply")).await?;
    page.arrived_at("Your application").await
}

async fn fits(page: &Page, name: &str) -> anyhow::Result<()> {
    for scheme in ["light", "dark"] {
        page.prefer(scheme).await?;
        assert_eq!(axe::violations(page).await?, Vec::<String>::new(), "{name}, {scheme}");
    }
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn a_draft_travels_as_a_file_to_another_backend_and_nothing_in_it_is_dropped() -> anyhow::Result<()> {
    let here = Backend::start().await?;
    let browser = Browser::start().await?;
    let page = browser.page()?;
    let before = complete_draft(&here, &page).await?.read().await?.expect(200)?.json();
    let file = download(&here, &page).await?;
    let text = std::fs::read_to_string(&file)?;
    let whole: Value = serde_json::from_str(&text)?;
    assert_eq!((&whole["kind"], &whole["answers"]), (&json!("opencall/draft"), &before["answers"]));

    // Elsewhere the form has lost a question, a question of each team member, and a choice.
    let there = Backend::with(Setup {
        change: |document| {
            let steps = document["steps"].as_array_mut().unwrap();
            let fields = |step: &mut Value| step["fields"].as_array_mut().unwrap().clone();
            let without = |fields: Vec<Value>, id: &str| fields.into_iter().filter(|field| field["id"] != id).collect::<Vec<_>>();
            steps[0]["fields"] = without(fields(&mut steps[0]), "siren").into();
            let members = fields(&mut steps[1]["fields"][0]);
            steps[1]["fields"][0]["fields"] = without(members, "achievement").into();
            let sectors = steps[0]["fields"]
                .as_array_mut()
                .unwrap()
                .iter_mut()
                .find(|field| field["id"] == "sectors")
                .unwrap();
            let options = sectors["options"].as_array().unwrap().clone();
            sectors["options"] = without(options, "climate").into();
        },
        ..Setup::default()
    })
    .await?;
    let elsewhere = Browser::start().await?;
    let page = elsewhere.page()?;
    // Something is written there already, and one answer says something else.
    open_section(&there, &page, "company", "Company").await?;
    page.fill("City", "Nantes").await?;
    page.reads("Saved with us").await?;
    hub(&there, &page).await?;
    page.attach("Open a draft file", &file).await?;
    page.reads("answers taken from ai-startup-program-draft.json").await?;
    page.reads("Some of your own say something else").await?;
    for kept in [
        "Kept aside",
        "732 829 320",
        "Led the digitisation of 4,000 public buildings.",
        "climate",
        "deck.pdf",
    ] {
        page.reads(kept).await?;
    }
    fits(&page, "opened").await?;

    let mut expected = before["answers"].clone();
    for gone in ["siren", "deck"] {
        expected.as_object_mut().unwrap().remove(gone);
    }
    expected["city"] = json!("Nantes");
    expected["sectors"] = json!(["industry"]);
    for row in expected["team"].as_array_mut().unwrap() {
        row.as_object_mut().unwrap().remove("achievement");
    }
    let token = page
        .script("return document.querySelector('#link input').value.split('#')[1]")
        .await?;
    let applicant = Applicant::with_token(&there, token.as_str().unwrap());
    wait::until("all of it with the backend", wait::PATIENCE, async || {
        Ok((applicant.read().await?.expect(200)?.json()["answers"] == expected).then_some(()))
    })
    .await?;

    // What was kept aside outlives the page, and travels on.
    page.reload().await?;
    page.reads("732 829 320").await?;
    let again: Value = serde_json::from_str(&std::fs::read_to_string(download(&there, &page).await?)?)?;
    assert!(again["aside"].to_string().contains("732 829 320"), "{again}");
    page.click(Role::Button, "Remove: siren").await?;
    page.no_longer_reads("732 829 320").await?;
    open_section(&there, &page, "company", "Company").await?;
    page.reads("Changed in two places at once").await?;
    page.reads("ai-startup-program-draft.json").await?;
    page.click(Role::Button, "Take this version: City").await?;
    page.holds("City", "Paris").await?;
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn another_file_is_refused_in_words_and_changes_nothing() -> anyhow::Result<()> {
    let backend = Backend::start().await?;
    let browser = Browser::start().await?;
    let page = browser.page()?;
    let applicant = complete_draft(&backend, &page).await?;
    let before = applicant.read().await?.expect(200)?.json();
    for (name, content, words) in [
        ("receipt.json", "{\"kind\": \"something\"}", "receipt.json is not a draft file."),
        ("deck.pdf", "%PDF-1.7", "deck.pdf is not a draft file."),
        (
            "newer.json",
            "{\"kind\": \"opencall/draft\", \"format\": 2}",
            "newer.json was made by a newer version of this site.",
        ),
    ] {
        let file = backend.scratch().join(name);
        std::fs::write(&file, content)?;
        page.attach("Open a draft file", &file).await?;
        page.reads(words).await?;
    }
    fits(&page, "refused").await?;
    assert_eq!(applicant.read().await?.expect(200)?.json()["version"], before["version"]);
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn an_answer_to_a_question_that_is_not_asked_any_more_does_not_keep_anybody_from_submitting() -> anyhow::Result<()> {
    let backend = Backend::start().await?;
    let browser = Browser::start().await?;
    let page = browser.page()?;
    let applicant = complete_draft(&backend, &page).await?;
    let version = applicant.read().await?.expect(200)?.json()["version"].as_u64().unwrap();
    applicant.patch(version, &json!({"motto": "Onwards"})).await?.expect(200)?;
    page.open(&at(&backend, "/check")).await?;
    page.reload().await?;
    page.arrived_at("Check your answers").await?;
    wait::until("the stranger is known here", wait::PATIENCE, async || {
        page.click(Role::Button, "Submit the application").await?;
        Ok(page.text().await?.contains("is not asked any more").then_some(()))
    })
    .await?;
    fits(&page, "not asked any more").await?;
    page.click(Role::Button, "Keep it aside: “motto” is not asked any more").await?;
    page.no_longer_reads("is not asked any more").await?;
    page.click(Role::Button, "Submit the application").await?;
    page.arrived_at("Application submitted").await?;
    hub(&backend, &page).await?;
    page.reads("Onwards").await?;
    Ok(())
}
