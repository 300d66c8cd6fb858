//! What a partner's page may ask of the form and what it may not: looks, prefilled answers, sight, and what hostile pages try.

use std::time::Duration;

use anyhow::{Context, Result, ensure};
use opencall_tests::browser::Habits;
use opencall_tests::{Applicant, Backend, Browser, Host, Page, axe, edition, settings, wait};
use serde_json::{Value, json};
use thirtyfour::By;

use crate::embedding::{HEARD, arrived, begun, fits, heard, host, inside, outside, press, tag};

/// The last of these events, once a condition holds of it.
async fn told(page: &Page, name: &str, code: &str) -> Result<Value> {
    wait::until(&format!("the page hears “{name}” {code}"), wait::PATIENCE, async || {
        let all = outside(page, "return window.heard").await?;
        let found = all
            .as_array()
            .into_iter()
            .flatten()
            .rfind(|one| one[0] == name && one[1]["code"] == code);
        Ok(found.map(|one| one[1].clone()))
    })
    .await
}

/// Goes to a page of the form in the first frame, as a link there would.
async fn go(page: &Page, path: &str) -> Result<()> {
    let script = format!("location.assign('/embed/{}{path}'); return true", edition::ID);
    inside(page, 0, path, &script).await.map(drop)
}

/// Until a question of the form in the frame can be answered.
async fn asks(page: &Page, field: &str) -> Result<()> {
    let there = format!(
        "const one = document.querySelector('[name={field}]'); return one !== null && !one.readOnly && document.querySelector('.bar') !== null"
    );
    inside(page, 0, field, &there).await.map(drop)
}

#[tokio::test(flavor = "multi_thread")]
async fn a_page_sets_tokens_and_nothing_else() -> Result<()> {
    let backend = Backend::start().await?;
    let host = host(&backend, &tag(&backend)).await?;
    let (_browser, page) = begun(&backend, &host).await?;
    heard(&page, "ready").await?;
    let accent = "return getComputedStyle(document.documentElement).getPropertyValue('--oc-accent')";
    let default = inside(&page, 0, "the accent", accent).await?;
    // By attribute, by custom property of any page around it, in any notation of CSS.
    for (script, light) in [
        ("open.setAttribute('accent', '#4f0599')", "#4f0599"),
        (
            "open.removeAttribute('accent'); document.documentElement.style.setProperty('--oc-accent', 'rebeccapurple'); open.setAttribute('theme', 'light')",
            "#663399",
        ),
        (
            "document.documentElement.style.setProperty('--oc-accent', 'hsl(0 100% 30%)'); open.setAttribute('theme', 'auto')",
            "#990000",
        ),
    ] {
        outside(
            &page,
            &format!("const open = document.querySelector('open-call'); {script}; return true"),
        )
        .await?;
        let is = format!("return getComputedStyle(document.documentElement).getPropertyValue('--oc-accent').includes('{light}')");
        inside(&page, 0, light, &is).await?;
    }
    let button = "return getComputedStyle(document.querySelector('.btn')).backgroundColor === 'rgb(153, 0, 0)'";
    inside(&page, 0, "buttons have it", button).await?;
    outside(&page, "document.documentElement.style.cssText = '--oc-radius: 12px; --oc-font: \"Liberation Serif\", serif; --oc-accent: yellow'; document.querySelector('open-call').setAttribute('theme', 'light'); return true").await?;
    let set = "const of = getComputedStyle(document.querySelector('.btn')); return of.borderRadius === '12px' && of.fontFamily.includes('Liberation Serif')";
    inside(&page, 0, "corners and font", set).await?;
    // Yellow on paper nobody reads: it is darkened.
    let contrast = axe_of_frame(&page).await?;
    assert_eq!(contrast, Vec::<String>::new());
    // What is none: refused by name, and the form is as it was.
    for odd in [
        "url(https://evil.example/x)",
        "red; background: url(x)",
        "expression(alert(1))",
        "var(--none)",
        "x".repeat(10_000).as_str(),
    ] {
        outside(
            &page,
            "window.heard.length = 0; document.documentElement.style.cssText = ''; return true",
        )
        .await?;
        let set = format!(
            "const open = document.querySelector('open-call'); open.setAttribute('accent', {}); return true",
            json!(odd)
        );
        outside(&page, &set).await?;
        assert_eq!(told(&page, "error", "token").await?["names"], json!(["accent"]), "{odd:.40}");
        assert_eq!(inside(&page, 0, "the accent", accent).await?, default, "{odd:.40}");
    }
    let asked = inside(
        &page,
        0,
        "requests",
        "return performance.getEntriesByType('resource').map((one) => one.name).join(' ')",
    )
    .await?;
    ensure!(!asked.to_string().contains("evil.example"), "{asked}");
    Ok(())
}

/// What axe-core finds in the form alone.
async fn axe_of_frame(page: &Page) -> Result<Vec<String>> {
    inside(page, 0, "the form", "return document.querySelector('h1') !== null").await?;
    axe::violations(page).await
}

#[tokio::test(flavor = "multi_thread")]
async fn a_page_fills_in_what_is_listed_and_nobody_has_begun() -> Result<()> {
    let backend = Backend::start().await?;
    let host = host(&backend, &tag(&backend)).await?;
    let (_browser, page) = begun(&backend, &host).await?;
    outside(
        &page,
        "document.querySelector('open-call').prefill({city: 'Lyon', company_name: 'Acme', website: 'https://acme.example', country: 'nowhere', problem: 'Mine', team: [{name: 'x'}], nothing: 1, one_line: '<b>'});
         return true",
    )
    .await?;
    let refused = told(&page, "error", "prefill").await?;
    assert_eq!(refused["names"], json!(["country", "nothing", "one_line", "problem", "team"]));
    // Nothing is begun by reading the call.
    tokio::time::sleep(Duration::from_millis(500)).await;
    ensure!(outside(&page, "return heard.some(([name]) => name === 'saved')").await? == false);
    go(&page, "/apply/company").await?;
    asks(&page, "city").await?;
    // The page was loaded anew, and it asks again.
    outside(
        &page,
        "document.querySelector('open-call').prefill({city: 'Lyon', company_name: 'Acme'}); return true",
    )
    .await?;
    let filled =
        "return document.querySelector('[name=city]').value === 'Lyon' && document.querySelector('[name=company_name]').value === 'Acme'";
    inside(&page, 0, "it is filled in", filled).await?;
    let said = "return document.body.innerText.includes('Filled in by the page around this form: City, Company name')";
    inside(&page, 0, "and said so", said).await?;
    heard(&page, "saved").await?;
    // What somebody wrote is theirs.
    let city = page.driver();
    inside(&page, 0, "the question", filled).await?;
    let city = city.find(By::Css("[name=city]")).await?;
    city.clear().await?;
    city.send_keys("Nice").await?;
    outside(
        &page,
        "document.querySelector('open-call').prefill({city: 'Paris', website: 'https://acme.example'}); return true",
    )
    .await?;
    tokio::time::sleep(Duration::from_millis(500)).await;
    let kept = "return document.querySelector('[name=city]').value === 'Nice' && document.querySelector('[name=website]').value === ''";
    inside(&page, 0, "it stays", kept).await?;
    // Too much at once is nothing.
    outside(
        &page,
        "heard.length = 0; document.querySelector('open-call').prefill({city: 'x'.repeat(1e6)}); return true",
    )
    .await?;
    assert_eq!(told(&page, "error", "prefill").await?["names"], json!([]));
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn what_led_here_is_recorded_and_shown_to_the_applicant() -> Result<()> {
    let backend = Backend::start().await?;
    let tag = tag(&backend).replace("<open-call ", "<open-call campaign=Spring_26 ");
    let host = host(&backend, &tag).await?;
    let (_browser, page) = begun(&backend, &host).await?;
    heard(&page, "ready").await?;
    press(&page, "Check if you can apply").await?;
    // A reload within the frame, without what the first address said.
    go(&page, "/apply/company").await?;
    asks(&page, "city").await?;
    page.driver().find(By::Css("[name=city]")).await?.send_keys("Lyon").await?;
    heard(&page, "saved").await?;
    go(&page, "/status").await?;
    let said = format!(
        "return document.body.innerText.includes('Scaleway · {} · Spring_26')",
        host.origin().trim_start_matches("http://")
    );
    inside(&page, 0, "what led here", &said).await?;
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn what_gets_the_focus_is_in_sight_on_the_page_around() -> Result<()> {
    let backend = Backend::start().await?;
    let body = format!("<p>{}</p>{}", "Words before. ".repeat(400), tag(&backend));
    let host = host(&backend, &body).await?;
    let (_browser, page) = begun(&backend, &host).await?;
    let size = json!({"width": 768, "height": 700, "deviceScaleFactor": 1, "mobile": false});
    page.cdp("Emulation.setDeviceMetricsOverride", size).await?;
    outside(&page, "document.querySelector('open-call').scrollIntoView(); return true").await?;
    heard(&page, "ready").await?;
    // It comes without taking the focus or moving the page.
    outside(&page, "scrollTo(0, 0); return true").await?;
    tokio::time::sleep(Duration::from_millis(400)).await;
    assert_eq!(
        outside(&page, "return [scrollY, document.activeElement.tagName]").await?,
        json!([0, "BODY"])
    );
    go(&page, "/apply/company").await?;
    asks(&page, "city").await?;
    fits(&page).await?;
    outside(&page, "scrollTo(0, document.documentElement.scrollHeight); return true").await?;
    // The button is far below; what is wrong is told at the top, and each line leads to its question.
    press(&page, "Save and continue").await?;
    let seen = async |what: &str, script: &str| {
        wait::until(what, wait::PATIENCE, async || {
            let place = inside(&page, 0, what, script).await?;
            let top = outside(
                &page,
                "return document.querySelector('open-call').shadowRoot.querySelector('iframe').getBoundingClientRect().top",
            )
            .await?;
            let y = top.as_f64().context("no place")? + place.as_f64().context("no place")?;
            Ok((0.0..700.0).contains(&y).then_some(()))
        })
        .await
    };
    seen(
        "what is wrong is in sight",
        "return document.activeElement?.id === 'errors' && document.activeElement.getBoundingClientRect().top",
    )
    .await?;
    let last = "const links = document.querySelectorAll('#errors a'); links[links.length - 1].click(); return links.length > 3";
    inside(&page, 0, "the last of them", last).await?;
    seen(
        "its question is in sight",
        "const at = document.activeElement; return at?.getAttribute('aria-invalid') === 'true' && at.getBoundingClientRect().top",
    )
    .await
}

/// Brings the form's last button into sight and clicks where it is, whatever lies there; `trick` runs in between.
async fn point_and_click(page: &Page, trick: Option<&str>) -> Result<()> {
    let place = "const { left, top, width, height } = document.querySelector('[data-grave]').getBoundingClientRect();
         return [left + width / 2, top + height / 2]";
    let inner = inside(page, 0, "the button", place).await?;
    let script = format!(
        "const frame = document.querySelector('open-call').shadowRoot.querySelector('iframe');
         scrollTo(0, scrollY + frame.getBoundingClientRect().top + {1} - innerHeight / 2);
         const {{ left, top }} = frame.getBoundingClientRect(); return [left + {0}, top + {1}]",
        inner[0], inner[1]
    );
    let at = outside(page, &script).await?;
    if let Some(trick) = trick {
        page.script(trick).await?;
    }
    tokio::time::sleep(Duration::from_millis(300)).await;
    for (kind, buttons) in [("mouseMoved", 0), ("mousePressed", 1), ("mouseReleased", 0)] {
        let event = json!({"type": kind, "x": at[0], "y": at[1], "button": if kind == "mouseMoved" { "none" } else { "left" }, "buttons": buttons, "clickCount": 1});
        page.cdp("Input.dispatchMouseEvent", event).await?;
    }
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn a_button_that_something_lies_over_does_nothing() -> Result<()> {
    let backend = Backend::start().await?;
    let applicant = Applicant::new(&backend)?;
    applicant.complete().await?;
    let host = host(&backend, &tag(&backend)).await?;
    let (_browser, page) = begun(&backend, &host).await?;
    heard(&page, "ready").await?;
    let link = format!("location.assign('/embed{}'); return true", applicant.private_link());
    inside(&page, 0, "the private link", &link).await?;
    arrived(&page, "Your application").await?;
    press(&page, "Check your answers and submit").await?;
    arrived(&page, "Check your answers").await?;
    fits(&page).await?;
    let uncover = "document.querySelector('#lure')?.remove(); document.querySelector('open-call').style.opacity = ''; return true";
    // A picture over the button that lets clicks through; and a form that cannot be seen.
    for trick in [
        "const lure = document.createElement('div'); lure.id = 'lure'; lure.style.cssText = 'position: fixed; inset: 0; background: white; pointer-events: none'; document.body.append(lure); return true",
        "document.querySelector('open-call').style.opacity = '0.01'; return true",
    ] {
        outside(&page, uncover).await?;
        point_and_click(&page, Some(trick)).await?;
        let said = "return document.body.innerText.includes('Nothing was done: the button was covered')";
        inside(&page, 0, "the form says so", said).await?;
        assert_eq!(applicant.read().await?.expect(200)?.json()["status"], "draft");
    }
    outside(&page, uncover).await?;
    tokio::time::sleep(Duration::from_secs(1)).await;
    point_and_click(&page, None).await?;
    heard(&page, "submitted").await?;
    assert_eq!(applicant.read().await?.expect(200)?.json()["status"], "submitted");
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn where_frames_of_others_store_nothing_one_goes_on_outside_with_every_word() -> Result<()> {
    let backend = Backend::start().await?;
    let host = host(&backend, &tag(&backend)).await?;
    backend.register(&host.origin()).await?;
    let browser = Browser::with(Habits {
        blocks_third_parties: true,
        ..Habits::default()
    })
    .await?;
    let page = browser.page()?;
    page.before_every_page(HEARD).await?;
    page.driver().goto(host.address()).await?;
    heard(&page, "ready").await?;
    let denied = "try { localStorage.length; return 'stores' } catch { return 'denied' }";
    assert_eq!(inside(&page, 0, "storage", denied).await?, "denied");
    go(&page, "/apply/company").await?;
    asks(&page, "city").await?;
    page.driver().find(By::Css("[name=city]")).await?.send_keys("Lyon").await?;
    inside(
        &page,
        0,
        "it says so",
        "return document.body.innerText.includes('This browser keeps nothing')",
    )
    .await?;
    // At once, before it is saved: the way out takes every word along.
    inside(
        &page,
        0,
        "the question",
        "return document.querySelector('[name=city]').value === 'Lyon'",
    )
    .await?;
    page.driver().find(By::Css("[name=company_name]")).await?.send_keys("Acme").await?;
    let before = page.driver().windows().await?;
    let out = "const link = document.querySelector('.full-page'); link.click(); return link.textContent === 'Open on a page of its own'";
    inside(&page, 0, "the way out", out).await?;
    let new = wait::until("a new window", wait::PATIENCE, async || {
        Ok(page.driver().windows().await?.into_iter().find(|one| !before.contains(one)))
    })
    .await?;
    page.driver().switch_to_window(new).await?;
    page.arrived_at("Your application").await?;
    page.driver()
        .goto(backend.address(&format!("/{}/apply/company", edition::ID)))
        .await?;
    page.holds("City", "Lyon").await?;
    page.holds("Company name", "Acme").await
}

#[tokio::test(flavor = "multi_thread")]
async fn other_frames_and_other_versions_are_not_listened_to() -> Result<()> {
    let backend = Backend::start().await?;
    // A page of its own on the same site, which has the form in a frame beside it.
    let forger = Host::start("<!doctype html><title>Forger</title>").await?;
    let form = backend.origin();
    let html = format!(
        "<!doctype html><html lang=en><meta http-equiv=Content-Security-Policy content=\"default-src 'none'; script-src {form}; frame-src {form} {0}\">\
         <title>Partner</title><script type=module src=\"{form}/embed/v1.js\"></script><iframe id=forger src=\"{1}\"></iframe>{2}",
        forger.origin(),
        forger.address(),
        tag(&backend)
    );
    let host = Host::start(&html).await?;
    let (_browser, page) = begun(&backend, &host).await?;
    heard(&page, "ready").await?;
    fits(&page).await?;
    let height = "return document.querySelector('open-call').shadowRoot.querySelector('iframe').clientHeight";
    let tall = outside(&page, height).await?;
    // From another frame: to the page as if it were the form, and to the form as if it were the page.
    page.driver().enter_default_frame().await?;
    page.driver().enter_frame(0).await?;
    page.script(
        "const { port1, port2 } = new MessageChannel();
         window.answers = []; port1.onmessage = ({ data }) => answers.push(data);
         for (let n = 0; n < 200; n++) for (const type of ['hello', 'ready', 'height', 'submitted', 'error'])
             parent.postMessage({opencall: 1, type, height: 5, reference: 'FORGED', code: 'token', names: ['x']}, '*');
         for (let nth = 0; nth < parent.length; nth++) {
             for (const version of [0, 2, '1', null]) parent[nth].postMessage({opencall: version, type: 'connect'}, '*');
             if (parent[nth] !== window) parent[nth].postMessage({opencall: 1, type: 'connect'}, '*', [port2]);
             break;
         }
         for (let nth = 1; nth < parent.length; nth++) parent[nth].postMessage({opencall: 1, type: 'connect'}, '*', [new MessageChannel().port2]);
         return true",
    )
    .await?;
    tokio::time::sleep(Duration::from_millis(600)).await;
    assert_eq!(page.script("return answers").await?, json!([]));
    assert_eq!(outside(&page, height).await?, tall);
    assert_eq!(outside(&page, "return heard.map(([name]) => name)").await?, json!(["ready"]));
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn the_page_around_does_not_jump_and_nothing_is_wrong_across_the_border() -> Result<()> {
    let backend = Backend::start().await?;
    let host = host(&backend, &tag(&backend)).await?;
    backend.register(&host.origin()).await?;
    let browser = Browser::start().await?;
    let page = browser.page()?;
    page.before_every_page(HEARD).await?;
    page.before_every_page(
        "window.shifts = []; new PerformanceObserver((list) => {
             for (const one of list.getEntries()) shifts.push([one.startTime, one.value]);
         }).observe({type: 'layout-shift', buffered: true});
         document.addEventListener('opencall:ready', () => { window.readyAt ??= performance.now(); });",
    )
    .await?;
    for width in [320, 768, 1280] {
        let size = json!({"width": width, "height": 800, "deviceScaleFactor": 1, "mobile": false});
        page.cdp("Emulation.setDeviceMetricsOverride", size).await?;
        page.driver().goto(host.address()).await?;
        heard(&page, "ready").await?;
        tokio::time::sleep(Duration::from_secs(2)).await;
        let sum = "return shifts.filter(([at]) => at >= readyAt).reduce((sum, [, value]) => sum + value, 0)";
        let sum = outside(&page, sum).await?.as_f64().context("no sum")?;
        println!("layout shift of the page around after ready, {width} px: {sum:.4}");
        ensure!(sum <= 0.05, "{width} px: {sum}");
        assert_eq!(axe_across(&page).await?, Vec::<String>::new(), "{width} px");
    }
    Ok(())
}

/// What axe-core finds on the page around and, asked through it, in the form.
async fn axe_across(page: &Page) -> Result<Vec<String>> {
    let script = std::fs::read_to_string(settings::axe()?)? + "; axe.configure({allowedOrigins: ['<unsafe_all_origins>']})";
    inside(page, 0, "the form", "return document.querySelector('h1') !== null").await?;
    page.driver().execute(script.as_str(), Vec::new()).await?;
    page.driver().enter_default_frame().await?;
    page.driver().execute(script.as_str(), Vec::new()).await?;
    let script = "const done = arguments[arguments.length - 1];
        axe.run(document, {runOnly: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa']}).then(
            ({violations, passes}) => done([
                ...violations.map((one) => one.id + ': ' + one.nodes.map((node) => node.target.join(' ') + ' ' + node.failureSummary).join('; ')),
                // It has looked inside.
                ...(passes.some((one) => one.nodes.some((node) => node.target.length > 1)) ? [] : ['the form was not looked at']),
            ]), (wrong) => done([String(wrong)]))";
    let found = page.driver().execute_async(script, Vec::new()).await?;
    Ok(serde_json::from_value(found.json().clone())?)
}

/// A browser with its window on the page of a partner, registered.
async fn with_habits(backend: &Backend, host: &Host, habits: Habits) -> Result<(Browser, Page)> {
    backend.register(&host.origin()).await?;
    let browser = Browser::with(habits).await?;
    let page = browser.page()?;
    page.before_every_page(HEARD).await?;
    page.driver().goto(host.address()).await?;
    heard(&page, "ready").await?;
    Ok((browser, page))
}

#[tokio::test(flavor = "multi_thread")]
async fn one_applies_from_the_first_word_to_the_receipt_in_the_frame_whatever_it_may_store() -> Result<()> {
    for blocks_third_parties in [false, true] {
        let backend = Backend::start().await?;
        let host = host(&backend, &tag(&backend)).await?;
        let habits = Habits {
            blocks_third_parties,
            ..Habits::default()
        };
        let (_browser, page) = with_habits(&backend, &host, habits).await?;
        go(&page, "/apply/company").await?;
        asks(&page, "city").await?;
        page.driver().find(By::Css("[name=city]")).await?.send_keys("Lyon").await?;
        heard(&page, "saved").await?;
        let link = "return document.querySelector('.full-page').hash.slice(1)";
        let token = inside(&page, 0, "the private link", link).await?;
        let applicant = Applicant::with_token(&backend, token.as_str().context("no token")?);
        // The rest comes from elsewhere, as from a co-founder.
        applicant.complete_begun().await?;
        let open = format!("location.assign('/embed{}'); return true", applicant.private_link());
        inside(&page, 0, "the draft", &open).await?;
        arrived(&page, "Your application").await?;
        press(&page, "Check your answers and submit").await?;
        arrived(&page, "Check your answers").await?;
        outside(&page, "scrollTo(0, document.documentElement.scrollHeight); return true").await?;
        press(&page, "Submit the application").await?;
        let reference = heard(&page, "submitted").await?["reference"].clone();
        let view = applicant.read().await?.expect(200)?.json();
        assert_eq!(view["receipt"]["reference"], reference, "blocked: {blocks_third_parties}");
        assert_eq!(view["partner"], "scaleway");
    }
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn the_frame_is_as_tall_as_every_step_at_every_width() -> Result<()> {
    let backend = Backend::start().await?;
    let host = host(&backend, &tag(&backend)).await?;
    let (_browser, page) = begun(&backend, &host).await?;
    heard(&page, "ready").await?;
    let programme = edition::sample()?;
    let steps: Vec<&str> = programme["steps"]
        .as_array()
        .context("no steps")?
        .iter()
        .filter_map(|step| step["id"].as_str())
        .collect();
    for width in [320, 768, 1280] {
        let size = json!({"width": width, "height": 800, "deviceScaleFactor": 1, "mobile": false});
        page.cdp("Emulation.setDeviceMetricsOverride", size).await?;
        for step in &steps {
            // Within the app, as by its own links: the frame is not loaded anew.
            let follow = format!(
                "const link = document.createElement('a'); link.href = '/embed/{}/apply/{step}'; document.body.append(link); link.click(); link.remove();
                 return location.pathname.endsWith('/apply/{step}')",
                edition::ID
            );
            inside(&page, 0, step, &follow).await?;
            let drawn = format!("return document.querySelector('form .fields') !== null && location.pathname.endsWith('{step}')");
            inside(&page, 0, step, &drawn).await?;
            fits(&page).await.with_context(|| format!("{step} at {width} px"))?;
        }
    }
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_taken_out_listens_no_longer() -> Result<()> {
    let backend = Backend::start().await?;
    let host = host(&backend, &tag(&backend)).await?;
    backend.register(&host.origin()).await?;
    let browser = Browser::start().await?;
    let page = browser.page()?;
    page.before_every_page(HEARD).await?;
    // Counts what listens to the window, the document and media queries.
    page.before_every_page(
        "window.listening = 0;
         const { addEventListener } = EventTarget.prototype;
         EventTarget.prototype.addEventListener = function (name, act, options) {
             const lasting = this === window || this === document || this instanceof MediaQueryList;
             if (lasting && options?.signal) { listening++; options.signal.addEventListener('abort', () => { listening--; }); }
             return addEventListener.call(this, name, act, options);
         };",
    )
    .await?;
    page.driver().goto(host.address()).await?;
    heard(&page, "ready").await?;
    let once = outside(&page, "return listening").await?;
    ensure!(once.as_u64().is_some_and(|n| n > 0), "{once}");
    let again = "const open = document.querySelector('open-call'), at = open.parentNode;
         for (let n = 0; n < 50; n++) { open.remove(); at.append(open); } return listening";
    assert_eq!(outside(&page, again).await?, once, "fifty times in and out");
    assert_eq!(
        outside(&page, "document.querySelector('open-call').remove(); return listening").await?,
        0
    );
    Ok(())
}
