//! The form on a partner's page: another site with a strict policy, which hears what happens and nothing of what is written.
//! The page is at `localhost`, the form at `127.0.0.1`: two sites to browsers, without a line in any hosts file.

use anyhow::{Context, Result, ensure};
use opencall_tests::{Applicant, Backend, Browser, Host, Page, edition, wait};
use serde_json::{Value, json};
use thirtyfour::By;

/// Notes what elements tell the page.
pub const HEARD: &str = "window.heard = [];
    for (const name of ['ready', 'step', 'saved', 'submitted', 'closed', 'error'])
        document.addEventListener('opencall:' + name, (event) => heard.push([name, event.detail]));";

/// A page that allows scripts and frames of the form's origin, and nothing else.
pub async fn host(backend: &Backend, body: &str) -> Result<Host> {
    let form = backend.origin();
    Host::start(&format!(
        "<!doctype html><html lang=en><meta http-equiv=Content-Security-Policy content=\"default-src 'none'; script-src {form}; frame-src {form}\">\
         <title>Partner</title><meta name=viewport content=\"width=device-width\">\
         <script type=module src=\"{form}/embed/v1.js\"></script><h1>Partner</h1>{body}<p id=below>Below</p>"
    ))
    .await
}

/// The tag as partners write it.
pub fn tag(backend: &Backend) -> String {
    let form = backend.address(&format!("/embed/{}", edition::ID));
    format!(
        "<open-call src=\"{form}\" partner=scaleway><a href=\"{}\">Open the form</a></open-call>",
        form.replace("/embed", "")
    )
}

/// Leaves the frame.
pub async fn outside(page: &Page, script: &str) -> Result<Value> {
    page.driver().enter_default_frame().await?;
    page.script(script).await
}

/// What the page has heard by that name, once it has.
pub async fn heard(page: &Page, name: &str) -> Result<Value> {
    let mut all = Value::Null;
    let found = wait::until(&format!("the page hears “{name}”"), wait::PATIENCE, async || {
        all = outside(page, "return window.heard").await?;
        let found = all.as_array().into_iter().flatten().rfind(|one| one[0] == name);
        Ok(found.map(|one| one[1].clone()))
    })
    .await;
    if found.is_err() {
        eprintln!("heard: {all}; complaints: {:?}", page.complaints().await?);
    }
    found
}

/// Until a script in the nth form gives something.
pub async fn inside(page: &Page, nth: usize, what: &str, script: &str) -> Result<Value> {
    wait::until(what, wait::PATIENCE, async || {
        page.driver().enter_default_frame().await?;
        let element = page
            .driver()
            .find_all(By::Css("open-call"))
            .await?
            .into_iter()
            .nth(nth)
            .context("no element")?;
        let Ok(frame) = element.get_shadow_root().await?.find(By::Css("iframe")).await else {
            return Ok(None);
        };
        frame.enter_frame().await?;
        // Between two documents there is nothing to ask.
        let value = page.script(script).await.unwrap_or_default();
        Ok(Some(value).filter(|value| !value.is_null() && *value != false && *value != ""))
    })
    .await
}

/// Presses what is called so in the form.
pub async fn press(page: &Page, name: &str) -> Result<()> {
    let script = format!(
        "const found = [...document.querySelectorAll('#main a, #main button')].find((one) => one.textContent.trim() === {});
         found?.click(); return found !== undefined",
        json!(name)
    );
    inside(page, 0, name, &script).await.map(drop)
}

/// That the form shows the page with this heading.
pub async fn arrived(page: &Page, heading: &str) -> Result<()> {
    let script = format!("return document.querySelector('h1')?.textContent.trim() === {}", json!(heading));
    inside(page, 0, heading, &script).await.map(drop)
}

/// That the frame is as tall as what stands in it: within a line, without a scrollbar.
pub async fn fits(page: &Page) -> Result<()> {
    let script = "const d = document.documentElement; return [d.getBoundingClientRect().height, innerHeight, d.scrollHeight]";
    let mut last = Value::Null;
    let fitting = wait::until("the frame fits", wait::PATIENCE, async || {
        last = inside(page, 0, "sizes", script).await?;
        let of = |at: usize| last[at].as_f64().unwrap_or(0.0);
        Ok(((of(0) - of(1)).abs() <= 16.0 && of(2) <= of(1)).then_some(()))
    })
    .await;
    fitting.with_context(|| format!("{last}"))
}

/// The page in a browser, its origin registered.
pub async fn begun(backend: &Backend, host: &Host) -> Result<(Browser, Page)> {
    backend.register(&host.origin()).await?;
    let browser = Browser::start().await?;
    let page = browser.page()?;
    page.before_every_page(HEARD).await?;
    page.driver().goto(host.address()).await?;
    Ok((browser, page))
}

#[tokio::test(flavor = "multi_thread")]
async fn a_partners_page_holds_the_form_and_hears_that_somebody_applied() -> Result<()> {
    let backend = Backend::start().await?;
    let host = host(&backend, &tag(&backend)).await?;
    let (_browser, page) = begun(&backend, &host).await?;
    assert_eq!(heard(&page, "ready").await?, json!({}));
    ensure!(
        outside(&page, "return document.activeElement === document.body").await? == true,
        "the form took the focus"
    );
    fits(&page).await?;
    // Begun here, it is that partner's.
    press(&page, "Check if you can apply").await?;
    inside(
        &page,
        0,
        "a section",
        "location.assign('/embed/ai-startup-program/apply/company'); return true",
    )
    .await?;
    let city = "const city = document.querySelector('input[name=city]'); return city !== null && !city.readOnly && document.querySelector('.bar') !== null";
    inside(&page, 0, "the question", city).await?;
    assert_eq!(heard(&page, "step").await?["total"], 8);
    inside(&page, 0, "the question", city).await?;
    page.driver().find(By::Css("input[name=city]")).await?.send_keys("Lyon").await?;
    assert_eq!(heard(&page, "saved").await?, json!({}));
    fits(&page).await?;
    let link = "return [...document.querySelectorAll('input')].map((one) => one.value).find((value) => value.includes('/draft#'))";
    let link = inside(&page, 0, "the private link", link).await?;
    let token = link.as_str().and_then(|link| link.split('#').nth(1)).context("no link")?.to_owned();
    let view = Applicant::with_token(&backend, &token).read().await?.expect(200)?.json();
    assert_eq!(view["answers"]["city"], "Lyon", "{view}");
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn one_can_submit_in_the_frame_and_the_page_hears_the_reference() -> Result<()> {
    let backend = Backend::start().await?;
    let applicant = Applicant::new(&backend)?;
    applicant.complete().await?;
    let host = host(&backend, &tag(&backend)).await?;
    let (_browser, page) = begun(&backend, &host).await?;
    heard(&page, "ready").await?;
    for width in [320, 768, 1280] {
        let size = json!({"width": width, "height": 800, "deviceScaleFactor": 1, "mobile": false});
        page.cdp("Emulation.setDeviceMetricsOverride", size).await?;
        fits(&page).await.with_context(|| format!("{width} px"))?;
    }
    let go = format!("location.assign('/embed{}'); return true", applicant.private_link());
    inside(&page, 0, "the private link", &go).await?;
    arrived(&page, "Your application").await?;
    fits(&page).await?;
    outside(&page, "scrollTo(0, document.documentElement.scrollHeight)").await?;
    press(&page, "Check your answers and submit").await?;
    arrived(&page, "Check your answers").await?;
    fits(&page).await?;
    // Another page of the form begins at its top, wherever the page around was.
    let top = "return document.querySelector('open-call').getBoundingClientRect().top";
    wait::until("the form's top is in sight", wait::PATIENCE, async || {
        Ok(outside(&page, top).await?.as_f64().filter(|top| (-1.0..400.0).contains(top)))
    })
    .await?;
    inside(
        &page,
        0,
        "the declarations",
        "document.querySelectorAll('input[type=checkbox]').forEach((one) => one.checked || one.click()); return true",
    )
    .await?;
    press(&page, "Submit the application").await?;
    let reference = heard(&page, "submitted").await?["reference"].clone();
    let view = applicant.read().await?.expect(200)?.json();
    assert_eq!(view["receipt"]["reference"], reference);
    fits(&page).await?;
    // What the page heard holds no answer.
    let all = outside(&page, "return JSON.stringify(heard)").await?;
    let names: Value = serde_json::from_str(all.as_str().unwrap_or_default())?;
    for one in names.as_array().into_iter().flatten() {
        let known = [json!({}), json!({"reference": reference})].contains(&one[1]) || one[0] == "step";
        ensure!(known, "{one}");
    }
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn elements_come_and_go_and_stand_beside_each_other() -> Result<()> {
    let backend = Backend::start().await?;
    let two = [tag(&backend), tag(&backend)].concat();
    let host = host(&backend, &two).await?;
    let (_browser, page) = begun(&backend, &host).await?;
    let ready = |count: usize| format!("return heard.filter(([name]) => name === 'ready').length >= {count}");
    let until = async |count: usize| {
        wait::until("they are ready", wait::PATIENCE, async || {
            outside(&page, "document.querySelectorAll('open-call')[1]?.scrollIntoView()").await?;
            Ok((outside(&page, &ready(count)).await? == true).then_some(()))
        })
        .await
    };
    until(2).await?;
    let shown = "return [...document.querySelectorAll('open-call a')].map((one) => one.checkVisibility())";
    assert_eq!(outside(&page, shown).await?, json!([false, false]));
    // Out, and in again elsewhere.
    outside(
        &page,
        "window.first = document.querySelector('open-call'); first.remove(); document.body.append(first); return true",
    )
    .await?;
    until(3).await?;
    outside(&page, "first.reload(); return true").await?;
    until(4).await?;
    outside(&page, "first.focusForm(); return true").await?;
    inside(
        &page,
        1,
        "the form has the focus",
        "return document.hasFocus() && document.activeElement?.tagName === 'H1'",
    )
    .await?;
    let ground = "return getComputedStyle(document.documentElement).backgroundColor";
    let light = inside(&page, 0, "the ground", ground).await?;
    outside(
        &page,
        "document.querySelector('open-call').setAttribute('theme', 'dark'); return true",
    )
    .await?;
    wait::until("it is dark", wait::PATIENCE, async || {
        Ok((inside(&page, 0, "the ground", ground).await? != light).then_some(()))
    })
    .await?;
    // What is no address of the form is not loaded, and the link stays.
    let errors = outside(
        &page,
        "first.setAttribute('src', 'https://elsewhere.example/embed/x'); return [heard.at(-1), first.shadowRoot.querySelector('iframe'), first.querySelector('a').checkVisibility()]",
    )
    .await?;
    assert_eq!(errors, json!([["error", {"code": "src"}], null, true]));
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn forged_messages_reach_nobody() -> Result<()> {
    let backend = Backend::start().await?;
    let host = host(&backend, &tag(&backend)).await?;
    let (_browser, page) = begun(&backend, &host).await?;
    heard(&page, "ready").await?;
    let height = "return document.querySelector('open-call').shadowRoot.querySelector('iframe').clientHeight > 1000";
    wait::until("the frame is as tall as the form", wait::PATIENCE, async || {
        Ok((outside(&page, height).await? == true).then_some(()))
    })
    .await?;
    // From the page itself, in every shape, and by the hundred.
    outside(
        &page,
        "const frame = document.querySelector('open-call').shadowRoot.querySelector('iframe').contentWindow;
         for (const data of [{opencall: 1, type: 'hello'}, {opencall: 2, type: 'hello'}, {type: 'height', height: 5},
                             {opencall: 1, type: 'submitted', reference: 'FORGED'}, 'hello', null, 'x'.repeat(1e6)])
             for (let n = 0; n < 100; n++) { window.postMessage(data, '*'); frame.postMessage(data, '*'); }
         for (const data of [{opencall: 2, type: 'connect'}, {opencall: 1, type: 'connect', more: 'x'.repeat(1e5)}, {opencall: 1, type: 'connect'}])
             frame.postMessage(data, '*', [new MessageChannel().port2]);
         return true",
    )
    .await?;
    // Its own channel is the one it had.
    outside(&page, "document.querySelector('open-call').focusForm(); return true").await?;
    inside(
        &page,
        0,
        "the form has the focus",
        "return document.activeElement?.tagName === 'H1'",
    )
    .await?;
    assert_eq!(outside(&page, height).await?, true);
    let names = outside(&page, "return heard.map(([name]) => name)").await?;
    assert_eq!(names, json!(["ready"]));
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn who_is_not_registered_frames_nothing_and_who_is_frames_the_form_alone() -> Result<()> {
    let backend = Backend::start().await?;
    let frames: String = [
        "/embed/ai-startup-program",
        "/ai-startup-program",
        "/staff",
        "/verify",
        "/",
        "/api/v1/clock",
    ]
    .iter()
    .map(|path| format!("<iframe src=\"{}\"></iframe>", backend.address(path)))
    .collect();
    let host = host(&backend, &frames).await?;
    let shown = async |page: &Page| -> Result<Vec<bool>> {
        let mut shown = Vec::new();
        for nth in 0..6 {
            page.driver().enter_default_frame().await?;
            page.driver().enter_frame(nth).await?;
            // What was refused is a page of the browser's own.
            let at = page.script("return location.protocol").await?;
            shown.push(at != "chrome-error:");
        }
        Ok(shown)
    };
    let browser = Browser::start().await?;
    let page = browser.page()?;
    page.driver().goto(host.address()).await?;
    assert_eq!(shown(&page).await?, [false; 6]);
    backend.register(&host.origin()).await?;
    page.driver().enter_default_frame().await?;
    page.driver().goto(host.address()).await?;
    assert_eq!(shown(&page).await?, [true, false, false, false, false, false]);
    Ok(())
}
