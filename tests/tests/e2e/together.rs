//! Several people, or tabs, at one draft: what each wrote is there, and where both wrote the same answer a person chooses.

use anyhow::Result;
use jiff::ToSpan;
use opencall_tests::{Applicant, Backend, Browser, Page, Role, edition, wait};
use serde_json::{Value, json};

use crate::filling::open_section;

/// How many turns the script has.
const TURNS: u32 = 30;

/// A draft with a city, open here and on another device at the same section.
async fn shared(backend: &Backend, page: &Page, other: &Page) -> Result<Applicant> {
    open_section(backend, page, "company", "Company").await?;
    page.fill("City", "Paris").await?;
    page.reads("Saved with us").await?;
    page.click(Role::Link, "Back to all sections").await?;
    let link = page.field("Private link").await?.value;
    other.open(&link).await?;
    other.arrived_at("Your application").await?;
    open_section(backend, page, "company", "Company").await?;
    open_section(backend, other, "company", "Company").await?;
    other.holds("City", "Paris").await?;
    Ok(Applicant::with_token(backend, link.rsplit('#').next().unwrap_or_default()))
}

#[tokio::test(flavor = "multi_thread")]
async fn what_two_people_wrote_in_one_answer_is_kept_until_one_chooses() -> Result<()> {
    let backend = Backend::start().await?;
    let (here, there) = (Browser::start().await?, Browser::start().await?);
    let (page, other) = (here.page()?, there.page()?);
    let applicant = shared(&backend, &page, &other).await?;
    page.set_offline(true).await?;
    page.fill("City", "Lyon").await?;
    page.fill("Company name", "Atelier").await?;
    page.reads("Offline:").await?;
    other.fill("City", "Nice").await?;
    other.fill("What you do, in one line", "Models that read plans").await?;
    other.reads("Saved with us").await?;
    page.set_offline(false).await?;
    page.reads("Changed in two places at once").await?;
    // Different answers are simply there; of the same one both versions are shown, with where the other came from.
    page.holds("What you do, in one line", "Models that read plans").await?;
    page.holds("City", "Lyon").await?;
    let text = page.text().await?;
    for words in ["Written here", "Nice", "Chrome on Linux"] {
        assert!(text.contains(words), "{words}: {text}");
    }
    // Both outlive the page.
    page.reload().await?;
    page.reads("Changed in two places at once").await?;
    page.click(Role::Button, "Take this version: City").await?;
    page.no_longer_reads("Changed in two places at once").await?;
    page.holds("City", "Nice").await?;
    wait::until("the backend has the choice", wait::PATIENCE, async || {
        let answers = applicant.read().await?.expect(200)?.json()["answers"].clone();
        Ok((answers["city"] == "Nice" && answers["company_name"] == "Atelier").then_some(()))
    })
    .await
}

#[tokio::test(flavor = "multi_thread")]
async fn rows_that_two_people_add_are_both_there() -> Result<()> {
    let backend = Backend::start().await?;
    let (here, there) = (Browser::start().await?, Browser::start().await?);
    let (page, other) = (here.page()?, there.page()?);
    let applicant = shared(&backend, &page, &other).await?;
    open_section(&backend, &page, "team", "Team").await?;
    open_section(&backend, &other, "team", "Team").await?;
    page.set_offline(true).await?;
    page.fill("Full name", "Zoé").await?;
    page.reads("Offline:").await?;
    other.fill("Full name", "Ada").await?;
    other.reads("Saved with us").await?;
    page.set_offline(false).await?;
    wait::until("both are there", wait::PATIENCE, async || {
        let team = applicant.read().await?.expect(200)?.json()["answers"]["team"].clone();
        let names: Vec<&str> = team
            .as_array()
            .into_iter()
            .flatten()
            .filter_map(|row| row["name"].as_str())
            .collect();
        Ok((names.contains(&"Zoé") && names.contains(&"Ada")).then_some(()))
    })
    .await
}

#[tokio::test(flavor = "multi_thread")]
async fn a_deadline_that_staff_move_reaches_the_open_page_and_the_caret_stays() -> Result<()> {
    let backend = Backend::start().await?;
    let browser = Browser::start().await?;
    let page = browser.page()?;
    open_section(&backend, &page, "company", "Company").await?;
    page.focus(Role::Textbox, "City").await?;
    page.type_keys("Lyn").await?;
    page.press("ArrowLeft", false).await?;
    let mut document: Value = edition::sample()?;
    edition::set_dates(&mut document, (-24).hours(), (40 * 24).hours())?;
    let path = backend.data().join("programmes").join(format!("{}.json", edition::ID));
    std::fs::write(path, document.to_string())?;
    let limit = std::time::Duration::from_secs(32);
    page.reads_within("The deadline has moved to", limit).await?;
    page.reads("39 days").await?;
    page.type_keys("o").await?;
    page.holds("City", "Lyon").await
}

/// Two browsers, one of them with two tabs, write different answers by turns, online and offline, as a seeded script has it.
/// In the end every answer is what was written into it last.
#[tokio::test(flavor = "multi_thread")]
async fn nobodys_last_word_vanishes_however_tabs_and_devices_take_turns() -> Result<()> {
    let seed: u64 = std::env::var("OPENCALL_SEED")
        .ok()
        .and_then(|seed| seed.parse().ok())
        .unwrap_or(20_231_201);
    println!("OPENCALL_SEED={seed}");
    let mut state = seed;
    let mut random = |below: u64| {
        // SplitMix64 (Steele, Lea, Flood 2014).
        state = state.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = state;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        (z ^ (z >> 31)) % below
    };
    let backend = Backend::start().await?;
    let (here, there) = (Browser::start().await?, Browser::start().await?);
    let (page, other) = (here.page()?, there.page()?);
    let applicant = shared(&backend, &page, &other).await?;
    // Two people: one at `page`, one with two tabs.
    let first = other.driver().window().await?;
    let second = other.driver().new_tab().await?;
    other.driver().switch_to_window(second.clone()).await?;
    open_section(&backend, &other, "company", "Company").await?;
    let turn_to = async |who: usize| -> Result<&Page> {
        if who == 0 {
            return Ok(&page);
        }
        let window = if who == 1 { &first } else { &second };
        other.driver().switch_to_window(window.clone()).await?;
        Ok(&other)
    };
    let labels = ["Company name", "What you do, in one line", "City"];
    let ids = ["company_name", "one_line", "city"];
    let mut last: [Value; 3] = std::array::from_fn(|_| Value::Null);
    let mut offline = [false; 3];
    for turn in 0..TURNS {
        // Everybody has an answer of their own: both in one answer is another test's.
        let who = usize::try_from(random(3))?;
        let one = turn_to(who).await?;
        if random(3) == 0 {
            offline[who] = !offline[who];
            one.set_offline(offline[who]).await?;
        }
        let text = format!("{} {turn}", ids[who]);
        one.fill(labels[who], &text).await?;
        last[who] = json!(text);
    }
    for who in 0..3 {
        turn_to(who).await?.set_offline(false).await?;
    }
    wait::until("everybody's last word", std::time::Duration::from_secs(60), async || {
        let answers = applicant.read().await?.expect(200)?.json()["answers"].clone();
        let all = ids.iter().zip(&last).all(|(id, last)| last.is_null() || answers[*id] == *last);
        Ok(all.then_some(()))
    })
    .await?;
    for who in 0..3 {
        let text = turn_to(who).await?.text().await?;
        assert!(!text.contains("Changed in two places"), "{who}: {text}");
    }
    Ok(())
}
