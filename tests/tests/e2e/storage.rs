//! A browser that keeps nothing, has no room, or is emptied: it is said in words of its own, the draft goes on with the
//! backend, and nothing that was said to be saved is lost. Leaving the page, and coming back to it.

use std::time::Duration;

use anyhow::{Context, Result, ensure};
use opencall_tests::{Applicant, Backend, Browser, Host, Page, Role, material, network, wait};
use serde_json::json;

use crate::a11y::Audit;
use crate::filling::{at, open_section};
use crate::keeping::typed_a_second_ago;

/// Notes whatever the live region says.
const HEARD: &str = "window.__said = [];
    new MutationObserver(() => {
        const words = document.querySelector('[aria-live=polite]')?.textContent.trim();
        if (words && words !== __said.at(-1)) __said.push(words);
    }).observe(document, {childList: true, subtree: true, characterData: true});";

/// What browsers without storage do: refuse to name it, lack it, or never answer.
const REFUSALS: [&str; 3] = [
    "Object.defineProperty(window, 'indexedDB', {get() { throw new DOMException('denied', 'SecurityError'); }})",
    "Object.defineProperty(window, 'indexedDB', {value: undefined})",
    "IDBFactory.prototype.open = () => new EventTarget()",
];

/// Whether the browser would ask before this page is left.
const ASKS: &str = "const e = new Event('beforeunload', {cancelable: true}); window.dispatchEvent(e); return e.defaultPrevented";

/// How often the live region said something that begins so.
async fn times_said(page: &Page, words: &str) -> Result<usize> {
    let said = page.script("return window.__said").await?;
    let said = said.as_array().into_iter().flatten();
    Ok(said
        .filter(|text| text.as_str().is_some_and(|text| text.starts_with(words)))
        .count())
}

/// The private link as the page shows it.
async fn link(page: &Page) -> Result<String> {
    let link = page.field("Private link").await?.value;
    ensure!(link.contains("/draft#"), "{link}");
    Ok(link)
}

fn owner(backend: &Backend, link: &str) -> Applicant {
    Applicant::with_token(backend, link.rsplit('#').next().unwrap_or_default())
}

/// The same draft on another device holds these answers in the section on the company.
async fn elsewhere(backend: &Backend, link: &str, label: &str, text: &str) -> Result<()> {
    let browser = Browser::start().await?;
    let page = browser.page()?;
    page.open(link).await?;
    page.arrived_at("Your application").await?;
    open_section(backend, &page, "company", "Company").await?;
    page.holds(label, text).await
}

/// The person comes back to the window.
async fn come_back(page: &Page) -> Result<()> {
    page.script("window.dispatchEvent(new Event('focus'))").await?;
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn where_the_browser_stores_nothing_the_private_link_leads_back() -> Result<()> {
    let mut audit = Audit::default();
    let backend = Backend::start().await?;
    for refusal in REFUSALS {
        let browser = Browser::start().await?;
        let page = browser.page()?;
        page.before_every_page(HEARD).await?;
        page.before_every_page(refusal).await?;
        open_section(&backend, &page, "company", "Company").await?;
        page.find(Role::Region, "This browser keeps nothing").await?;
        page.fill("City", "Paris").await?;
        page.reads("Saved with us").await?;
        let link = link(&page).await?;
        // Said once, whatever is typed and tried again.
        page.fill("City", "Lyon").await?;
        wait::until("the backend has it", wait::PATIENCE, async || {
            let answers = owner(&backend, &link).read().await?.json()["answers"].clone();
            Ok((answers["city"] == "Lyon").then_some(()))
        })
        .await?;
        assert_eq!(times_said(&page, "This browser keeps nothing").await?, 1, "{refusal}");
        page.reads("Saved with us").await?;
        assert_eq!(page.script(ASKS).await?, false, "the backend has it all");
        audit.check(&page, "storage refused").await?;
        // Nothing is left here after a reload, and the link leads back, here and elsewhere.
        page.reload().await?;
        page.arrived_at("Company").await?;
        page.holds("City", "").await?;
        page.open(&link).await?;
        page.arrived_at("Your application").await?;
        elsewhere(&backend, &link, "City", "Lyon").await?;
    }
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn a_full_device_is_named_and_saved_to_again_once_there_is_room() -> Result<()> {
    let mut audit = Audit::default();
    let backend = Backend::start().await?;
    let mut browser = Browser::start().await?;
    let page = browser.page()?;
    open_section(&backend, &page, "company", "Company").await?;
    page.fill("City", "Paris").await?;
    page.reads("Saved with us").await?;
    // Chromium remembers for half a minute how much room there was, and not after it was closed.
    browser.run().await?;
    let page = browser.page()?;
    page.cdp(
        "Storage.overrideQuotaForOrigin",
        json!({"origin": backend.origin(), "quotaSize": 1}),
    )
    .await?;
    page.before_every_page(HEARD).await?;
    open_section(&backend, &page, "company", "Company").await?;
    page.holds("City", "Paris").await?;
    page.fill("Company name", "Atelier").await?;
    page.find(Role::Region, "No room left on this device").await?;
    page.reads("Saved with us").await?;
    audit.check(&page, "no room").await?;
    assert_eq!(page.script(ASKS).await?, false, "the backend has it");
    let link = link(&page).await?;
    elsewhere(&backend, &link, "Company name", "Atelier").await?;
    // Neither here nor there: now the browser is to ask.
    page.set_offline(true).await?;
    page.fill("City", "Lyon").await?;
    page.reads("Offline:").await?;
    assert_eq!(page.script(ASKS).await?, true, "nobody has it");
    page.set_offline(false).await?;
    page.reads("Saved with us").await?;
    wait::until("nothing is asked any more", wait::PATIENCE, async || {
        Ok((page.script(ASKS).await? == false).then_some(()))
    })
    .await?;
    assert_eq!(times_said(&page, "No room left on this device").await?, 1);
    page.cdp("Storage.overrideQuotaForOrigin", json!({"origin": backend.origin()}))
        .await?;
    // It is tried again every half minute at most.
    page.reads_within("Saved on this device", Duration::from_secs(50)).await?;
    page.lacks(Role::Region, "No room left on this device").await?;
    page.reload().await?;
    page.arrived_at("Company").await?;
    page.holds("City", "Lyon").await?;
    page.holds("Company name", "Atelier").await
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_emptied_while_somebody_types_is_stored_again_in_full() -> Result<()> {
    let mut audit = Audit::default();
    let backend = Backend::start().await?;
    let mut browser = Browser::start().await?;
    let page = browser.page()?;
    page.before_every_page(HEARD).await?;
    open_section(&backend, &page, "company", "Company").await?;
    page.fill("City", "Paris").await?;
    page.reads("Saved with us").await?;
    // From here on only this device can have it.
    backend.front().set_down(true);
    page.focus(Role::Textbox, "Company name").await?;
    page.type_keys("Atelier").await?;
    page.reads("Offline:").await?;
    page.reads("Saved on this device").await?;
    for part in [" Neuf", " et", " Fils"] {
        page.type_keys(part).await?;
        page.empty_storage(&backend.origin()).await?;
    }
    page.type_keys(" Frères").await?;
    page.find(Role::Region, "What this site kept on this device was deleted").await?;
    page.reads("Saved on this device").await?;
    assert_eq!(times_said(&page, "What this site kept").await?, 1);
    audit.check(&page, "emptied").await?;
    page.click(Role::Button, "Dismiss").await?;
    page.lacks(Role::Region, "What this site kept on this device was deleted").await?;
    wait::until("it is all stored", wait::PATIENCE, async || {
        Ok((page.script(ASKS).await? == false).then_some(()))
    })
    .await?;
    browser.kill();
    backend.front().set_down(false);
    browser.run().await?;
    let page = browser.page()?;
    open_section(&backend, &page, "company", "Company").await?;
    page.holds("Company name", "Atelier Neuf et Fils Frères").await?;
    page.holds("City", "Paris").await?;
    page.reads("Saved with us").await
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_emptied_while_nobody_types_is_found_out_on_coming_back_with_uploads_on_their_way() -> Result<()> {
    let backend = Backend::start().await?;
    let browser = Browser::start().await?;
    let page = browser.page()?;
    open_section(&backend, &page, "company", "Company").await?;
    page.fill("City", "Paris").await?;
    page.reads("Saved with us").await?;
    page.empty_storage(&backend.origin()).await?;
    come_back(&page).await?;
    page.find(Role::Region, "What this site kept on this device was deleted").await?;
    page.reads("Saved on this device").await?;
    page.reload().await?;
    page.arrived_at("Company").await?;
    page.holds("City", "Paris").await?;
    page.lacks(Role::Region, "What this site kept on this device was deleted").await?;

    open_section(&backend, &page, "files", "Files").await?;
    let file = backend.scratch().join("deck.pdf");
    std::fs::write(&file, material::pdf(6_000_000))?;
    page.throttle(200_000).await?;
    page.attach("Deck", &file).await?;
    page.reads("\u{a0}MB of 6").await?;
    page.empty_storage(&backend.origin()).await?;
    come_back(&page).await?;
    page.find(Role::Region, "What this site kept on this device was deleted").await?;
    // The file was still on the person's disk, so that its copy could be kept again.
    assert!(!page.text().await?.contains("Files on their way were deleted too"));
    page.reload().await?;
    page.arrived_at("Files").await?;
    page.set_offline(false).await?;
    page.reads_within("Uploaded", Duration::from_secs(60)).await
}

#[tokio::test(flavor = "multi_thread")]
async fn a_tab_closed_right_after_the_last_key_has_sent_it() -> Result<()> {
    let backend = Backend::start().await?;
    let browser = Browser::start().await?;
    let page = browser.page()?;
    let (first, second) = second_tab(&page).await?;
    open_section(&backend, &page, "company", "Company").await?;
    page.fill("City", "Paris").await?;
    page.reads("Saved with us").await?;
    page.click(Role::Link, "Back to all sections").await?;
    let owner = owner(&backend, &link(&page).await?);
    open_section(&backend, &page, "company", "Company").await?;
    page.focus(Role::Textbox, "Company name").await?;
    page.type_keys("Atelier").await?;
    close_tab(&page, &second).await?;
    page.driver().switch_to_window(first).await?;
    wait::until("the backend has the last key", wait::PATIENCE, async || {
        Ok((owner.read().await?.json()["answers"]["company_name"] == "Atelier").then_some(()))
    })
    .await
}

#[tokio::test(flavor = "multi_thread")]
async fn a_tab_closed_right_after_the_last_key_without_a_network_has_stored_it() -> Result<()> {
    let backend = Backend::start().await?;
    let browser = Browser::start().await?;
    let page = browser.page()?;
    let (first, second) = second_tab(&page).await?;
    open_section(&backend, &page, "company", "Company").await?;
    backend.front().set_down(true);
    page.focus(Role::Textbox, "Company name").await?;
    page.type_keys("Atelier").await?;
    close_tab(&page, &second).await?;
    page.driver().switch_to_window(first).await?;
    backend.front().set_down(false);
    open_section(&backend, &page, "company", "Company").await?;
    page.holds("Company name", "Atelier").await?;
    page.reads("Saved with us").await
}

/// Opens another tab and goes there; both tabs' handles.
async fn second_tab(page: &Page) -> Result<(thirtyfour::WindowHandle, thirtyfour::WindowHandle)> {
    let first = page.driver().window().await?;
    let second = page.driver().new_tab().await?;
    page.driver().switch_to_window(second.clone()).await?;
    Ok((first, second))
}

/// Closes the tab one is in as its cross does.
async fn close_tab(page: &Page, tab: &thirtyfour::WindowHandle) -> Result<()> {
    let target = page.cdp("Target.getTargetInfo", json!({})).await?["targetInfo"]["targetId"].clone();
    // The answer comes from a tab that is gone.
    let _ = page.cdp("Target.closeTarget", json!({"targetId": target})).await;
    wait::until("the tab is gone", wait::PATIENCE, async || {
        Ok((!page.driver().windows().await?.contains(tab)).then_some(()))
    })
    .await
}

#[tokio::test(flavor = "multi_thread")]
async fn back_finds_the_page_as_it_was_and_it_goes_on_saving() -> Result<()> {
    let backend = Backend::start().await?;
    let browser = Browser::start().await?;
    let page = browser.page()?;
    page.before_every_page("addEventListener('pageshow', event => { window.__persisted = event.persisted; })")
        .await?;
    open_section(&backend, &page, "company", "Company").await?;
    page.fill("City", "Paris").await?;
    page.reads("Saved with us").await?;
    page.script("window.__same = true").await?;
    page.driver().goto(backend.address("/verify?lang=en")).await?;
    page.reads("Nothing has been checked yet").await?;
    page.back().await?;
    page.find(Role::Heading, "Company").await?;
    let reasons = page
        .script("return JSON.stringify(performance.getEntriesByType('navigation')[0].notRestoredReasons)")
        .await?;
    assert_eq!(
        page.script("return window.__same === true && window.__persisted").await?,
        true,
        "{reasons}"
    );
    page.find(Role::Timer, "Time left").await?;
    page.fill("Company name", "Atelier").await?;
    page.reads("Saved on this device").await?;
    page.reads("Saved with us").await?;
    wait::until("all is saved", wait::PATIENCE, async || {
        Ok((page.script(ASKS).await? == false).then_some(()))
    })
    .await?;
    // Another tab hears of it and is heard.
    let (first, _) = second_tab(&page).await?;
    open_section(&backend, &page, "company", "Company").await?;
    page.holds("Company name", "Atelier").await?;
    page.fill("City", "Lyon").await?;
    page.reads("Saved on this device").await?;
    page.driver().switch_to_window(first).await?;
    page.holds("City", "Lyon").await
}

#[tokio::test(flavor = "multi_thread")]
async fn leaving_is_asked_about_only_while_nobody_has_what_was_typed() -> Result<()> {
    let backend = Backend::start().await?;
    let browser = Browser::start().await?;
    let page = browser.page()?;
    open_section(&backend, &page, "company", "Company").await?;
    assert_eq!(page.script(ASKS).await?, false, "nothing is typed");
    page.fill("City", "Paris").await?;
    page.reads("Saved with us").await?;
    assert_eq!(page.script(ASKS).await?, false, "all is saved");
    page.set_offline(true).await?;
    // In one task, so that the save to this device cannot be over: typed, and asked.
    let typed_and_asked = format!(
        "const field = [...document.querySelectorAll('input')].find(it => it.labels[0]?.innerText.startsWith('City'));
        field.value = 'Lyon'; field.dispatchEvent(new InputEvent('input', {{bubbles: true}})); {ASKS}"
    );
    assert_eq!(page.script(&typed_and_asked).await?, true, "nobody has it yet");
    wait::until("this device has it", wait::PATIENCE, async || {
        Ok((page.script(ASKS).await? == false).then_some(()))
    })
    .await?;
    page.reads("Offline:").await?;
    page.set_offline(false).await?;
    page.reads("Saved with us").await
}

#[tokio::test(flavor = "multi_thread")]
async fn what_was_typed_a_second_before_the_browser_died_on_a_slow_network_is_there_after_it() -> Result<()> {
    let backend = Backend::start().await?;
    let mut browser = Browser::start().await?;
    let page = browser.page()?;
    open_section(&backend, &page, "company", "Company").await?;
    network::slow_down(&page).await?;
    typed_a_second_ago(&page).await?;
    browser.kill();
    browser.run().await?;
    let page = browser.page()?;
    open_section(&backend, &page, "company", "Company").await?;
    page.holds("Company name", "Atelier Neuf").await?;
    page.reads("Saved with us").await?;
    page.open(&at(&backend, "/apply")).await?;
    let link = link(&page).await.context("the draft is with the backend")?;
    let answers = owner(&backend, &link).read().await?.expect(200)?.json()["answers"].clone();
    assert_eq!(answers["company_name"], "Atelier Neuf");
    Ok(())
}

/// Until a script in the frame gives something other than nothing.
async fn in_frame(page: &Page, what: &str, script: &str) -> Result<serde_json::Value> {
    wait::until(what, wait::PATIENCE, async || {
        page.driver().enter_default_frame().await?;
        page.driver().enter_frame(0).await?;
        let value = page.script(script).await?;
        Ok(Some(value).filter(|value| !value.is_null() && *value != ""))
    })
    .await
}

#[tokio::test(flavor = "multi_thread")]
async fn in_another_sites_page_the_storage_is_another_and_the_private_link_leads_out() -> Result<()> {
    let backend = Backend::start().await?;
    let host = Host::start(&format!(
        "<!doctype html><title>Partner</title><iframe width=900 height=900 src=\"{}\"></iframe>",
        backend.address("/embed/ai-startup-program/apply/company")
    ))
    .await?;
    backend.register(&host.origin()).await?;
    let browser = Browser::start().await?;
    let page = browser.page()?;
    page.driver().goto(host.address()).await?;
    let said = "return document.querySelector('[aria-label=\"This form stands in another site’s page\"]') && document.body.innerText";
    in_frame(&page, "it is said", said).await?;
    let city = page.driver().find(thirtyfour::By::Css("input[name=city]")).await?;
    city.send_keys("Lyon").await?;
    in_frame(&page, "saved", "return document.body.innerText.includes('Saved with us') || null").await?;
    let link = in_frame(
        &page,
        "the link",
        "return [...document.querySelectorAll('input')].map(i => i.value).find(v => v.includes('/draft#'))",
    )
    .await?;
    let link = link.as_str().context("a link")?.to_owned();
    // Kept in the frame, on this site.
    page.driver().goto(host.address()).await?;
    assert_eq!(
        in_frame(
            &page,
            "the answer is back",
            "return document.querySelector('input[name=city]')?.value"
        )
        .await?,
        "Lyon"
    );
    // By itself the app has another storage, with nothing in it; the link brings the draft there.
    page.driver().enter_default_frame().await?;
    open_section(&backend, &page, "company", "Company").await?;
    page.holds("City", "").await?;
    page.lacks(Role::Region, "This form stands in another site’s page").await?;
    page.open(&link).await?;
    page.arrived_at("Your application").await?;
    open_section(&backend, &page, "company", "Company").await?;
    page.holds("City", "Lyon").await
}
