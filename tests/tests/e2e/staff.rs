//! Staff at work: signing in, the list and its address, keys, many at once, live changes, what people try.

use std::time::Duration;

use anyhow::Result;
use base64::Engine as _;
use jiff::ToSpan;
use opencall_tests::{Applicant, Backend, Browser, Page, Role, Setup, axe, desk, edition, material, wait};
use serde_json::json;

async fn organiser(backend: &Backend, page: &Page) -> Result<()> {
    desk::sign_in(backend, page, "organiser", "Olga").await
}

/// What the status line of the list says.
async fn lists(page: &Page, words: &str) -> Result<()> {
    wait::until(&format!("the list says “{words}”"), wait::PATIENCE, async || {
        let found = page.script("return document.querySelector('.found')?.innerText ?? ''").await?;
        Ok((found == words).then_some(()))
    })
    .await?;
    drawn(page).await
}

/// Waits until the grid is drawn: once a frame, so a little after what stands around it.
async fn drawn(page: &Page) -> Result<()> {
    let script = "const done = arguments[arguments.length - 1]; requestAnimationFrame(() => requestAnimationFrame(() => done()))";
    page.driver().execute_async(script, Vec::new()).await?;
    Ok(())
}

/// The names of the rows in sight, from the top.
async fn names(page: &Page) -> Result<Vec<String>> {
    drawn(page).await?;
    let script = "return [...document.querySelectorAll('.grid-body .grid-row:not([hidden])')].sort((a, b) => a.ariaRowIndex - b.ariaRowIndex).map((row) => row.children[2].innerText)";
    let found = page.script(script).await?;
    Ok(found
        .as_array()
        .into_iter()
        .flatten()
        .map(|name| name.as_str().unwrap_or_default().to_owned())
        .collect())
}

/// Replaces what is searched for.
async fn search(page: &Page, words: &str) -> Result<()> {
    page.script("document.querySelector('#search').select()").await?;
    page.insert(words).await
}

async fn has_no_violation(page: &Page) -> Result<()> {
    assert_eq!(axe::violations(page).await?, Vec::<String>::new());
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn links_sign_in_once_and_roles_see_what_is_theirs() -> Result<()> {
    let (backend, _) = desk::with_applications(3).await?;
    let browser = Browser::start().await?;
    let page = browser.page()?;
    page.open_unready(&backend.address("/staff")).await?;
    page.reads("You are signed out").await?;
    has_no_violation(&page).await?;
    let link = desk::link(&backend, "organiser", "Olga")?;
    page.open_unready(&link).await?;
    page.reads("It works once").await?;
    has_no_violation(&page).await?;
    page.click(Role::Button, "Sign in").await?;
    page.reads("3 applications").await?;
    // The secret is out of the address, and in no store that scripts can read.
    let kept = "return JSON.stringify([location.href, {...localStorage}, {...sessionStorage}, document.cookie])";
    let kept = page.script(kept).await?.to_string();
    let secret = link.split_once('#').unwrap().1;
    assert!(!kept.contains(secret) && !kept.contains("opencall_staff"), "{kept}");
    page.click(Role::Link, "People").await?;
    page.arrived_at("People").await?;
    has_no_violation(&page).await?;
    page.fill("Name", "Vera Viewer").await?;
    page.click(Role::Button, "Invite").await?;
    page.reads("It is shown once").await?;
    let invited = page.script("return document.querySelector('#new-link').value").await?;
    let invited = invited.as_str().unwrap().to_owned();

    let elsewhere = Browser::start().await?;
    let hers = elsewhere.page()?;
    hers.open_unready(&link).await?;
    hers.reads("This link signs nobody in any more").await?;
    hers.open_unready(&invited).await?;
    hers.click(Role::Button, "Sign in").await?;
    hers.reads("3 applications").await?;
    assert!(!hers.has(Role::Link, "Audit trail").await?);
    assert!(!hers.has(Role::Button, "Extend the deadline").await?);
    hers.click(Role::Button, "Sign out").await?;
    hers.reads("You are signed out").await?;

    page.click(Role::Link, "Audit trail").await?;
    page.arrived_at("Audit trail").await?;
    page.reads("invited").await?;
    page.reads("signed out").await?;
    has_no_violation(&page).await
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_asked_for_stands_in_the_address_and_survives_reload_and_sharing() -> Result<()> {
    let (backend, _) = desk::with_applications(30).await?;
    let browser = Browser::start().await?;
    let page = browser.page()?;
    organiser(&backend, &page).await?;
    lists(&page, "30 applications").await?;
    page.click(Role::Button, "10 Draft").await?;
    lists(&page, "10 of 30").await?;
    search(&page, "nothing at all").await?;
    page.reads("Nothing fits").await?;
    lists(&page, "0 of 30").await?;
    search(&page, "ZÉBRA").await?;
    lists(&page, "3 of 30").await?;
    page.script("[...document.querySelectorAll('[role=columnheader]')].find((head) => head.innerText.startsWith('Name')).click()")
        .await?;
    let sorted = names(&page).await?;
    assert!(sorted.is_sorted(), "{sorted:?}");
    let address = page.script("return location.href").await?;
    let address = address.as_str().unwrap().to_owned();
    assert!(
        address.contains("status=draft") && address.contains("q=Z%C3%89BRA") && address.contains("sort=name"),
        "{address}"
    );
    page.driver().refresh().await?;
    lists(&page, "3 of 30").await?;
    assert_eq!(names(&page).await?, sorted);
    let aria = page
        .script("return [...document.querySelectorAll('[aria-sort=ascending]')].map((head) => head.innerText.trim())")
        .await?;
    assert_eq!(aria.as_array().map(Vec::len), Some(1));
    // Somebody else opens the same address.
    let elsewhere = Browser::start().await?;
    let hers = elsewhere.page()?;
    desk::sign_in(&backend, &hers, "viewer", "Vera").await?;
    hers.open_unready(&address).await?;
    lists(&hers, "3 of 30").await?;
    assert_eq!(names(&hers).await?, sorted);
    has_no_violation(&page).await
}

#[tokio::test(flavor = "multi_thread")]
async fn the_keyboard_alone_finds_selects_moves_and_takes_back() -> Result<()> {
    let (backend, people) = desk::with_applications(12).await?;
    let browser = Browser::start().await?;
    let page = browser.page()?;
    organiser(&backend, &page).await?;
    lists(&page, "12 applications").await?;
    let grid = page.script("const grid = document.querySelector('[role=grid]'); return [grid.ariaRowCount, grid.ariaColCount, grid.tabIndex, document.querySelectorAll('.grid [tabindex]').length]").await?;
    assert_eq!(grid, json!(["13", "10", 0, 0]), "header and rows counted, one tab stop");
    has_no_violation(&page).await?;
    page.press("/", false).await?;
    wait::until("the search has the focus", wait::PATIENCE, async || {
        Ok((page.script("return document.activeElement.id").await? == "search").then_some(()))
    })
    .await?;
    page.insert("oeuvres").await?;
    lists(&page, "1 of 12").await?;
    page.press("ArrowDown", false).await?;
    page.press("Enter", false).await?;
    page.reads("What happened").await?;
    page.reads("Yes, by its signed receipt").await?;
    has_no_violation(&page).await?;
    page.press("Escape", false).await?;
    page.no_longer_reads("What happened").await?;
    page.press("x", false).await?;
    page.reads("1 selected").await?;
    page.click(Role::Button, "Move to: In review").await?;
    page.reads("1 will become “In review”").await?;
    has_no_violation(&page).await?;
    page.inside(Role::Dialog, "Move to: In review")
        .await?
        .click(Role::Button, "Move to: In review")
        .await?;
    page.reads("1 application moved to: In review.").await?;
    assert_eq!(people[1].read().await?.json()["status"], "in_review");
    page.click(Role::Button, "Undo").await?;
    page.reads("Undone.").await?;
    assert_eq!(people[1].read().await?.json()["status"], "submitted");
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn changes_arrive_by_themselves_also_those_made_while_nobody_was_connected() -> Result<()> {
    let (mut backend, _) = desk::with_applications(4).await?;
    let browser = Browser::start().await?;
    let page = browser.page()?;
    organiser(&backend, &page).await?;
    lists(&page, "4 applications").await?;
    page.reads("Live").await?;
    let before = names(&page).await?;
    let late = Applicant::new(&backend)?;
    late.begin(&json!({"company_name": "Late Labs"})).await?.expect(201)?;
    page.reads("Changed meanwhile: sort again").await?;
    assert_eq!(names(&page).await?, before, "nothing moves under the cursor");
    page.click(Role::Button, "Changed meanwhile: sort again").await?;
    lists(&page, "5 applications").await?;
    assert_eq!(names(&page).await?[0], "Late Labs");
    // The connection is lost, and what happens meanwhile is not.
    backend.kill();
    page.reads_within("Not connected", Duration::from_secs(40)).await?;
    backend.run().await?;
    late.patch(1, &json!({"company_name": "Late Labs, renamed"})).await?.expect(200)?;
    let later = Applicant::new(&backend)?;
    later.begin(&json!({"company_name": "Later Labs"})).await?.expect(201)?;
    page.reads_within("Late Labs, renamed", Duration::from_secs(40)).await?;
    page.click(Role::Button, "Changed meanwhile: sort again").await?;
    lists(&page, "6 applications").await?;
    assert_eq!(names(&page).await?.iter().filter(|name| name.starts_with("Later")).count(), 1);
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn of_two_at_once_the_second_is_told() -> Result<()> {
    let (backend, people) = desk::with_applications(2).await?;
    let (one, other) = (Browser::start().await?, Browser::start().await?);
    let (olga, oscar) = (one.page()?, other.page()?);
    organiser(&backend, &olga).await?;
    desk::sign_in(&backend, &oscar, "organiser", "Oscar").await?;
    for page in [&olga, &oscar] {
        lists(page, "2 applications").await?;
        page.script("document.querySelectorAll('.grid-body .tick').forEach((tick, at) => at < 2 && tick.click())")
            .await?;
        page.reads("2 selected").await?;
    }
    oscar.click(Role::Button, "Move to: Ineligible").await?;
    oscar.reads("2 will become “Ineligible”").await?;
    olga.click(Role::Button, "Move to: In review").await?;
    olga.reads("2 will become “In review”").await?;
    olga.inside(Role::Dialog, "Move to: In review")
        .await?
        .click(Role::Button, "Move to: In review")
        .await?;
    olga.reads("2 applications moved to").await?;
    oscar
        .inside(Role::Dialog, "Move to: Ineligible")
        .await?
        .click(Role::Button, "Move to: Ineligible")
        .await?;
    oscar.reads("Somebody else was faster").await?;
    oscar.reads("2 were moved by somebody else meanwhile").await?;
    for applicant in &people {
        assert_eq!(applicant.read().await?.json()["status"], "in_review");
    }
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn what_people_try_stays_text_in_the_table_beside_it_and_in_csv() -> Result<()> {
    let backend = Backend::with(opencall_tests::Setup::crowd()).await?;
    let evil = Applicant::new(&backend)?;
    let long = "A".repeat(10_000);
    let answers = json!({"company_name": "=HYPERLINK(\"http://evil.example\")", "one_line": "\u{202e}desrever", "problem": long, "city": "<img src=x onerror=alert(1)>"});
    evil.begin(&answers).await?.expect(201)?;
    let browser = Browser::start().await?;
    let page = browser.page()?;
    organiser(&backend, &page).await?;
    lists(&page, "1 application").await?;
    assert_eq!(names(&page).await?, ["=HYPERLINK(\"http://evil.example\")"]);
    page.script("document.querySelector('#c0-2').click()").await?;
    page.reads("<img src=x onerror=alert(1)>").await?;
    assert_eq!(
        page.script("return document.querySelectorAll('main img, main script').length")
            .await?,
        json!(0)
    );
    let wide = page.script("return document.documentElement.scrollWidth <= innerWidth").await?;
    assert_eq!(wide, json!(true), "10,000 characters push nothing out of the window");
    has_no_violation(&page).await?;
    page.fill("New note", "Looks odd").await?;
    page.click(Role::Button, "Add the note").await?;
    page.reads("Looks odd").await?;
    page.reads("Olga").await?;
    // On paper: all of it, over as many pages as it takes, and nothing else.
    page.cdp("Emulation.setEmulatedMedia", json!({"media": "print"})).await?;
    let cut = "return [...document.querySelectorAll('.one, .one *')].filter(one => one.getClientRects().length
        && (one.scrollWidth > one.clientWidth + 1 && getComputedStyle(one).display !== 'inline'
            || getComputedStyle(one).overflowY !== 'visible' && one.scrollHeight > one.clientHeight + 1)).map(one => one.outerHTML.slice(0, 200))";
    assert_eq!(page.script(cut).await?, json!([]), "something is cut off on paper");
    let shown =
        "return ['.grid', '.toolbar', '.staff-top', '.one .moves'].filter(one => document.querySelector(one)?.getClientRects().length)";
    assert_eq!(page.script(shown).await?, json!([]));
    page.cdp("Emulation.setEmulatedMedia", json!({"media": ""})).await?;
    let pdf = page.cdp("Page.printToPDF", json!({"preferCSSPageSize": true})).await?;
    let pdf = base64::engine::general_purpose::STANDARD.decode(pdf["data"].as_str().unwrap_or_default())?;
    let pages = pdf.windows(11).filter(|part| part == b"/Type /Page").count() - 1;
    assert!((3..12).contains(&pages), "{pages} pages for 10,000 characters");
    // What the button saves, read here from the same call.
    let script = format!(
        "const done = arguments[arguments.length - 1];
         fetch('/api/v1/staff/programmes/{}/export', {{method: 'POST', headers: {{'content-type': 'application/json', 'opencall-staff': '1'}},
             body: JSON.stringify({{format: 'csv', references: [document.querySelector('#c0-1').innerText]}})}}).then((reply) => reply.text()).then(done)",
        edition::ID
    );
    let csv = page.driver().execute_async(&script, Vec::new()).await?;
    let csv = csv.json().as_str().unwrap_or_default().to_owned();
    assert!(csv.contains("'=HYPERLINK"), "{}", &csv[..csv.len().min(500)]);
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn columns_are_chosen_ordered_and_filtered_by_what_they_hold() -> Result<()> {
    let (backend, _) = desk::with_applications(10).await?;
    let browser = Browser::start().await?;
    let page = browser.page()?;
    organiser(&backend, &page).await?;
    lists(&page, "10 applications").await?;
    page.click(Role::Button, "Columns").await?;
    has_no_violation(&page).await?;
    page.tick("Stage").await?;
    page.click(Role::Button, "Done").await?;
    let heads = "return [...document.querySelectorAll('[role=columnheader] .head-label')].map((head) => head.innerText)";
    let shown = page.script(heads).await?;
    assert!(!shown.to_string().contains("Stage"), "{shown}");
    page.click(Role::Button, "Filter").await?;
    page.select("Filter by", "Country of registration").await?;
    page.tick("Nigeria").await?;
    has_no_violation(&page).await?;
    page.click(Role::Button, "Done").await?;
    page.reads("Country of registration: Nigeria").await?;
    let found = names(&page).await?.len();
    assert!((1..10).contains(&found), "{found}");
    page.driver().refresh().await?;
    page.reads("Country of registration: Nigeria").await?;
    lists(&page, &format!("{found} of 10")).await?;
    assert_eq!(page.script(heads).await?, shown);
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn views_are_saved_found_again_and_shared() -> Result<()> {
    let (backend, _) = desk::with_applications(9).await?;
    let browser = Browser::start().await?;
    let page = browser.page()?;
    organiser(&backend, &page).await?;
    lists(&page, "9 applications").await?;
    search(&page, "robotics").await?;
    page.click(Role::Button, "Views").await?;
    let dialog = page.inside(Role::Dialog, "Views").await?;
    page.reads("No view is saved yet").await?;
    dialog.click(Role::Button, "Save the view").await?;
    page.reads("Enter a name for the view.").await?;
    page.fill("Save this list as", "Robots").await?;
    dialog.click(Role::Button, "Save the view").await?;
    dialog.find(Role::Link, "Robots").await?;
    has_no_violation(&page).await?;
    // The same name is refused, and what was typed stays.
    page.fill("Save this list as", "Robots").await?;
    dialog.click(Role::Button, "Save the view").await?;
    page.reads("You have a view of this name").await?;
    page.holds("Save this list as", "Robots").await?;
    dialog.click(Role::Button, "Dismiss").await?;
    page.find(Role::Button, "Views: Robots").await?;

    // It is there after a reload, and leads back from another list; nobody else sees it.
    search(&page, "").await?;
    page.reload().await?;
    lists(&page, "9 applications").await?;
    page.click(Role::Button, "Views").await?;
    let dialog = page.inside(Role::Dialog, "Views").await?;
    dialog.click(Role::Link, "Robots").await?;
    page.find(Role::Button, "Views: Robots").await?;
    assert!(
        page.driver()
            .current_url()
            .await?
            .query()
            .is_some_and(|query| query.contains("q=robotics"))
    );
    let hers = Browser::start().await?;
    let vera = hers.page()?;
    desk::sign_in(&backend, &vera, "viewer", "Vera").await?;
    vera.click(Role::Button, "Views").await?;
    vera.reads("No view is saved yet").await?;
    assert!(!vera.has(Role::Checkbox, "Share it with all staff").await?);
    vera.inside(Role::Dialog, "Views").await?.click(Role::Button, "Dismiss").await?;

    // Shared, everybody finds it, and only organisers change it.
    page.click(Role::Button, "Views: Robots").await?;
    page.click(Role::Button, "Share: Robots").await?;
    page.find(Role::Button, "Share no longer: Robots").await?;
    vera.click(Role::Button, "Views").await?;
    vera.reads("shared by Olga").await?;
    assert!(!vera.has(Role::Button, "Delete: Robots").await?);
    has_no_violation(&vera).await?;
    vera.click(Role::Link, "Robots").await?;
    vera.find(Role::Button, "Views: Robots").await?;

    // Another name, by keys alone.
    page.click(Role::Button, "Rename: Robots").await?;
    page.fill("New name: Robots", "Machines").await?;
    has_no_violation(&page).await?;
    page.press("Enter", false).await?;
    page.find(Role::Link, "Machines").await?;
    vera.click(Role::Button, "Views: Robots").await?;
    vera.find(Role::Link, "Machines").await?;

    // Deleted after having been asked once more.
    page.click(Role::Button, "Delete: Machines").await?;
    page.click(Role::Button, "Delete for good: Machines").await?;
    page.reads("No view is saved yet").await?;
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn whatever_can_be_done_is_found_by_typing() -> Result<()> {
    let (backend, people) = desk::with_applications(12).await?;
    let browser = Browser::start().await?;
    let page = browser.page()?;
    organiser(&backend, &page).await?;
    lists(&page, "12 applications").await?;
    let options = async || {
        let script = "return [...document.querySelectorAll('#palette-found [role=option]')].map(one => one.innerText.split('\\n')[0])";
        anyhow::Ok(serde_json::from_value::<Vec<String>>(page.script(script).await?)?)
    };
    page.press("k", true).await?;
    page.find(Role::Dialog, "Commands").await?;
    has_no_violation(&page).await?;
    // Words in any order; Enter takes the first.
    page.type_keys("name sort desc").await?;
    wait::until("sorting is found", wait::PATIENCE, async || {
        Ok(options()
            .await?
            .first()
            .is_some_and(|first| first.contains("descending"))
            .then_some(()))
    })
    .await?;
    page.press("Enter", false).await?;
    page.lacks(Role::Dialog, "Commands").await?;
    wait::until("the list is sorted", wait::PATIENCE, async || {
        Ok(page
            .driver()
            .current_url()
            .await?
            .query()
            .is_some_and(|query| query.contains("sort=-name"))
            .then_some(()))
    })
    .await?;
    // An application by its name, from another page; Escape leaves without doing anything.
    page.click(Role::Link, "People").await?;
    page.arrived_at("People").await?;
    page.click(Role::Button, "Commands").await?;
    page.find(Role::Dialog, "Commands").await?;
    page.press("Escape", false).await?;
    page.lacks(Role::Dialog, "Commands").await?;
    page.press("k", true).await?;
    page.find(Role::Dialog, "Commands").await?;
    page.type_keys("zebra").await?;
    wait::until("the application is found", wait::PATIENCE, async || {
        Ok(options().await?.iter().any(|one| one.contains("Zebra Robotics 1")).then_some(()))
    })
    .await?;
    page.press("ArrowDown", false).await?;
    page.press("Home", false).await?;
    page.press("Enter", false).await?;
    page.reads("What happened").await?;
    page.reads("Zebra Robotics 1").await?;
    // What a role may not do is not offered.
    let hers = Browser::start().await?;
    let vera = hers.page()?;
    desk::sign_in(&backend, &vera, "viewer", "Vera").await?;
    vera.press("k", true).await?;
    vera.find(Role::Dialog, "Commands").await?;
    vera.type_keys("deadline").await?;
    vera.lacks(Role::Button, "Extend the deadline").await?;
    drop(people);
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn the_plain_table_is_read_page_by_page() -> Result<()> {
    let (backend, _) = desk::with_applications(60).await?;
    let browser = Browser::start().await?;
    let page = browser.page()?;
    organiser(&backend, &page).await?;
    lists(&page, "60 applications").await?;
    page.click(Role::Button, "Page by page").await?;
    page.reads("Page 1 of 2").await?;
    let rows = "return document.querySelectorAll('#pages tbody tr').length";
    assert_eq!(page.script(rows).await?, json!(50));
    has_no_violation(&page).await?;
    page.inside(Role::Navigation, "Pages of the table")
        .await?
        .click(Role::Button, "Next")
        .await?;
    page.reads("Page 2 of 2").await?;
    assert_eq!(page.script(rows).await?, json!(10));
    page.reload().await?;
    page.reads("Page 2 of 2").await?;
    // Another order begins at the first page, and says so to assistive technology.
    page.script("[...document.querySelectorAll('#pages thead button')].find(one => one.innerText.startsWith('Name')).click()")
        .await?;
    page.reads("Page 1 of 2").await?;
    assert_eq!(
        page.script(
            "return [...document.querySelectorAll('#pages th[aria-sort]')].map(one => [one.innerText.trim().split('\\n')[0], one.ariaSort])"
        )
        .await?[0][1],
        json!("ascending")
    );
    // A page is selected, then all; one is opened beside it.
    page.click(Role::Checkbox, "Select the page").await?;
    page.reads("50 selected").await?;
    let first = page
        .script("const one = document.querySelector('#pages tbody a'); one.click(); return one.innerText")
        .await?;
    page.reads("What happened").await?;
    page.reads(first.as_str().unwrap_or_default()).await?;
    has_no_violation(&page).await?;
    // 320 pixels: nothing sideways.
    page.cdp(
        "Emulation.setDeviceMetricsOverride",
        json!({"width": 320, "height": 800, "deviceScaleFactor": 1, "mobile": false}),
    )
    .await?;
    let fits = "return [document.documentElement, document.querySelector('#pages')].every(one => one.scrollWidth <= one.clientWidth)";
    assert_eq!(page.script(fits).await?, json!(true));
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_shown_is_saved_as_json_too_and_the_words_say_what_was() -> Result<()> {
    let (backend, _) = desk::with_applications(9).await?;
    let browser = Browser::start().await?;
    let page = browser.page()?;
    organiser(&backend, &page).await?;
    lists(&page, "9 applications").await?;
    search(&page, "robotics").await?;
    let folder = backend.scratch().join("downloads");
    std::fs::create_dir_all(&folder)?;
    page.cdp(
        "Browser.setDownloadBehavior",
        json!({"behavior": "allow", "downloadPath": folder.to_string_lossy()}),
    )
    .await?;
    page.click(Role::Button, "JSON").await?;
    page.reads("JSON: 1 application in a file of").await?;
    let saved = wait::until("the file", wait::PATIENCE, async || {
        let files = std::fs::read_dir(&folder)?.filter_map(|entry| Some(entry.ok()?.path()));
        Ok(files.filter(|path| path.extension().is_some_and(|ending| ending == "json")).last())
    })
    .await?;
    let saved: serde_json::Value = serde_json::from_str(&std::fs::read_to_string(saved)?)?;
    assert_eq!(saved.as_array().map(Vec::len), Some(1));
    assert!(saved.to_string().contains("Zebra Robotics"));
    has_no_violation(&page).await?;
    // While nothing can be reached, that is said, and it can be tried again.
    backend.front().set_down(true);
    page.click(Role::Button, "CSV").await?;
    page.reads("No file was saved.").await?;
    backend.front().set_down(false);
    page.click(Role::Button, "Try again").await?;
    page.reads("CSV: 1 application in a file of").await?;
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn the_edition_before_stands_beside_this_one() -> Result<()> {
    let backend = Backend::with(Setup {
        change: |document| {
            (Setup::crowd().change)(document);
            document["follows"] = "the-edition-before".into();
        },
        ..Setup::crowd()
    })
    .await?;
    // It closes nine days later than this one: who submits there now did so earlier than anybody here.
    let mut before = edition::sample()?;
    edition::set_dates(&mut before, (-14 * 24).hours(), (30 * 24).hours())?;
    (Setup::crowd().change)(&mut before);
    before["id"] = "the-edition-before".into();
    let file = backend.data().join("programmes/the-edition-before.json");
    std::fs::write(file, before.to_string())?;
    let address = backend.address("/api/v1/programmes/the-edition-before");
    wait::until("the edition before is served", wait::PATIENCE, async || {
        Ok(reqwest::get(&address).await?.status().is_success().then_some(()))
    })
    .await?;
    for _ in 0..2 {
        let applicant = Applicant::new(&backend)?;
        let begun = applicant.begin_at("the-edition-before", &material::answers()).await?.expect(201)?;
        let version = begun.json()["version"].as_u64().unwrap();
        applicant.submit(version, "s").await?.expect(200)?;
    }
    desk::apply(&Applicant::new(&backend)?, 0).await?;
    let browser = Browser::start().await?;
    let page = browser.page()?;
    organiser(&backend, &page).await?;
    page.reads("Last edition: 2 by this time").await?;
    page.script("document.querySelector('.panels .numbers').open = true").await?;
    wait::until("the table has a column for it", wait::PATIENCE, async || {
        let heads = page
            .script("return [...document.querySelectorAll('.panels .numbers th')].map((head) => head.innerText)")
            .await?;
        Ok(heads
            .as_array()
            .is_some_and(|heads| heads.contains(&json!("Last edition")))
            .then_some(()))
    })
    .await?;
    assert_eq!(
        page.script("return document.querySelectorAll('.arrivals .previous').length")
            .await?,
        1
    );
    has_no_violation(&page).await?;
    // What is searched for is not compared with everything.
    search(&page, "atelier").await?;
    page.no_longer_reads("by this time").await?;
    Ok(())
}
