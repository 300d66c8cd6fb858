//! What partners are given: the panel that says what stands in the way on their page, and the kit with the tag to copy.

use anyhow::{Context, Result};
use opencall_tests::browser::Habits;
use opencall_tests::{Backend, Browser, Host, Page, Role, axe, edition, wait};
use serde_json::{Value, json};

/// A page with the tag and its panel, behind a policy.
async fn page_with(backend: &Backend, attributes: &str, style: &str, policy: &str) -> Result<Host> {
    let form = backend.origin();
    let html = format!(
        "<!doctype html><html lang=en><title>Partner</title><meta name=viewport content=\"width=device-width\"><style>{style}</style>\
         <script type=module src=\"{form}/embed/v1.js\"></script><main><h1>Partner</h1>\
         <open-call debug loading=eager {attributes}><a href=\"{form}/{}\">Open the form</a></open-call></main>",
        edition::ID
    );
    Host::guarded(&html, policy).await
}

fn allowing(backend: &Backend) -> String {
    let form = backend.origin();
    format!("default-src 'none'; script-src {form}; frame-src {form}; style-src 'unsafe-inline'")
}

fn good(backend: &Backend) -> String {
    format!("src=\"{}\" partner=scaleway", backend.address(&format!("/embed/{}", edition::ID)))
}

async fn opened(browser: &Browser, host: &Host) -> Result<Page> {
    let page = browser.page()?;
    page.driver().goto(host.address()).await?;
    Ok(page)
}

/// The panel's findings: kind, words, and the line that mends it.
async fn findings(page: &Page) -> Result<Vec<Value>> {
    let script = "const root = document.querySelector('open-call')?.shadowRoot;
        return [...root?.querySelectorAll('section li') ?? []].map((one) =>
            [one.className, one.querySelector('span').textContent, one.querySelector('code')?.textContent ?? ''])";
    Ok(page.script(script).await?.as_array().cloned().unwrap_or_default())
}

/// Waits for a finding of this kind whose words hold a text; gives its line.
async fn finds(page: &Page, kind: &str, words: &str) -> Result<String> {
    let mut last = Vec::new();
    let line = wait::until(&format!("the panel says “{words}”"), wait::PATIENCE, async || {
        last = findings(page).await?;
        let found = last
            .iter()
            .find(|one| one[0] == kind && one[1].as_str().is_some_and(|said| said.contains(words)));
        Ok(found.map(|one| one[2].as_str().unwrap_or_default().to_owned()))
    })
    .await;
    line.with_context(|| format!("{last:#?}"))
}

/// axe-core in both schemes, on a narrow page.
async fn accessible(page: &Page) -> Result<()> {
    page.cdp(
        "Emulation.setDeviceMetricsOverride",
        json!({"width": 360, "height": 900, "deviceScaleFactor": 1, "mobile": false}),
    )
    .await?;
    for scheme in ["light", "dark"] {
        page.prefer(scheme).await?;
        assert_eq!(axe::violations(page).await?, Vec::<String>::new(), "{scheme}");
        assert_eq!(
            page.script("return document.documentElement.scrollWidth <= innerWidth").await?,
            true,
            "{scheme}: it scrolls sideways"
        );
    }
    page.cdp("Emulation.clearDeviceMetricsOverride", json!({})).await.map(drop)
}

#[tokio::test(flavor = "multi_thread")]
async fn the_panel_finds_nothing_where_nothing_stands_in_the_way() -> Result<()> {
    let backend = Backend::start().await?;
    let host = page_with(&backend, &good(&backend), "", &allowing(&backend)).await?;
    backend.register(&host.origin()).await?;
    let browser = Browser::start().await?;
    let page = opened(&browser, &host).await?;
    for words in [
        "The form answers",
        "is registered",
        "partner is scaleway",
        "has the height",
        "allows the frame",
    ] {
        finds(&page, "ok", words).await?;
    }
    let all = findings(&page).await?;
    assert!(all.iter().all(|one| one[0] != "problem"), "{all:#?}");
    accessible(&page).await?;
    // It goes with its element, and is there once when that comes again.
    let again = "const one = document.querySelector('open-call'); one.remove(); document.querySelector('main').append(one)";
    page.script(again).await?;
    finds(&page, "ok", "The form answers").await?;
    let panels = "return document.querySelector('open-call').shadowRoot.querySelectorAll('section').length";
    assert_eq!(page.script(panels).await?, 1);
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn the_panel_gives_the_line_for_a_policy_that_refuses_the_frame() -> Result<()> {
    let backend = Backend::start().await?;
    let form = backend.origin();
    let browser = Browser::start().await?;
    for (policy, line) in [
        (
            format!("default-src 'none'; script-src {form}; style-src 'unsafe-inline'"),
            format!("frame-src {form}"),
        ),
        (
            format!("script-src {form}; frame-src 'self' https://video.example"),
            format!("frame-src 'self' https://video.example {form}"),
        ),
    ] {
        let host = page_with(&backend, &good(&backend), "", &policy).await?;
        backend.register(&host.origin()).await?;
        let page = opened(&browser, &host).await?;
        assert_eq!(finds(&page, "problem", "refuses the frame").await?, line, "{policy}");
    }
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn the_panel_gives_the_line_for_what_is_missing_or_wrong() -> Result<()> {
    let backend = Backend::start().await?;
    let browser = Browser::start().await?;
    let wrong = good(&backend).replace("scaleway", "nobody");
    let host = page_with(&backend, &format!("{wrong} lang=de"), "", &allowing(&backend)).await?;
    let page = opened(&browser, &host).await?;
    assert_eq!(
        finds(&page, "problem", "is not registered").await?,
        format!("\"origins\": [\"{}\"]", host.origin())
    );
    finds(
        &page,
        "problem",
        "partner is no organiser of this programme. Organisers: meta, huggingface, scaleway.",
    )
    .await?;
    assert_eq!(
        finds(&page, "problem", "none of the form’s languages: en, fr").await?,
        "lang=\"en\""
    );
    // Without an address, in French.
    let host = page_with(&backend, "src=/elsewhere lang=fr", "", &allowing(&backend)).await?;
    let page = opened(&browser, &host).await?;
    let line = finds(&page, "problem", "src ne désigne aucun formulaire").await?;
    assert_eq!(line, format!("src=\"{}/embed/elsewhere\"", backend.origin()));
    accessible(&page).await
}

#[tokio::test(flavor = "multi_thread")]
async fn the_panel_says_what_was_refused_and_that_nothing_is_stored() -> Result<()> {
    let backend = Backend::start().await?;
    let attributes = format!("{} accent=\"url(x)\"", good(&backend));
    let host = page_with(&backend, &attributes, "", &allowing(&backend)).await?;
    backend.register(&host.origin()).await?;
    let browser = Browser::with(Habits {
        blocks_third_parties: true,
        ..Habits::default()
    })
    .await?;
    let page = opened(&browser, &host).await?;
    finds(&page, "problem", "Refused: accent").await?;
    finds(&page, "problem", "store nothing that lasts").await?;
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn the_panel_names_the_style_that_cuts_the_form() -> Result<()> {
    let backend = Backend::start().await?;
    let browser = Browser::start().await?;
    let style = "open-call { max-height: 300px; overflow: hidden } main { max-width: 260px }";
    let host = page_with(&backend, &good(&backend), style, &allowing(&backend)).await?;
    backend.register(&host.origin()).await?;
    let page = opened(&browser, &host).await?;
    let line = finds(&page, "problem", "max-height of open-call has to go").await?;
    assert_eq!(line, "open-call { height: auto; max-height: none; }");
    finds(&page, "problem", "under 280").await?;
    // It stands where it is not cut off with the form.
    let first = "return document.querySelector('open-call').shadowRoot.firstChild.localName";
    assert_eq!(page.script(first).await?, "section");
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn sample_pages_of_three_kinds_hold_the_form() -> Result<()> {
    let backend = Backend::start().await?;
    let browser = Browser::start().await?;
    for name in ["corporate", "magazine", "bare"] {
        let host = Host::sample(name, &backend.origin(), " loading=eager").await?;
        backend.register(&host.origin()).await?;
        for width in [360, 1280] {
            let page = browser.page()?;
            page.cdp(
                "Emulation.setDeviceMetricsOverride",
                json!({"width": width, "height": 900, "deviceScaleFactor": 1, "mobile": false}),
            )
            .await?;
            page.driver().goto(host.address()).await?;
            // Ready, as tall as it asks to be, and no wider than the page.
            let stands = "const one = document.querySelector('open-call'), frame = one?.shadowRoot?.querySelector('iframe');
                const asked = Number.parseInt(frame?.style.height ?? '0');
                return one?.shadowRoot?.querySelector('slot').hidden === true && asked > 400 && Math.abs(frame.clientHeight - asked) < 2
                    && document.documentElement.scrollWidth <= innerWidth";
            wait::until(&format!("{name} at {width} px"), wait::PATIENCE, async || {
                Ok((page.script(stands).await? == true).then_some(()))
            })
            .await?;
            assert_eq!(page.complaints().await?, Vec::<String>::new(), "{name}");
            page.cdp("Emulation.clearDeviceMetricsOverride", json!({})).await?;
        }
    }
    Ok(())
}

/// Opens the kit and waits until it stands.
async fn kit(backend: &Backend, path: &str) -> Result<(Browser, Page)> {
    let browser = Browser::start().await?;
    let page = browser.page()?;
    page.driver().goto(backend.address(path)).await?;
    wait::until("the kit stands", wait::PATIENCE, async || {
        let ready = page.script("return document.documentElement.classList.contains('ready')").await?;
        Ok((ready == true).then_some(()))
    })
    .await?;
    Ok((browser, page))
}

async fn snippet(page: &Page) -> Result<String> {
    let text = page.script("return document.querySelector('#line-tag').textContent").await?;
    Ok(text.as_str().unwrap_or_default().to_owned())
}

#[tokio::test(flavor = "multi_thread")]
async fn the_kit_shows_the_form_and_keeps_the_snippet_in_step() -> Result<()> {
    let backend = Backend::start().await?;
    let (_browser, page) = kit(&backend, "/embed/kit?lang=en").await?;
    wait::until("the form is ready", wait::PATIENCE, async || {
        let ready = "return document.querySelector('open-call')?.shadowRoot?.querySelector('slot').hidden === true";
        Ok((page.script(ready).await? == true).then_some(()))
    })
    .await?;
    page.select("Your organisation", "Scaleway").await?;
    page.select("Light or dark", "Dark").await?;
    page.fill("Least height, in px", "480").await?;
    page.press("Tab", false).await?;
    page.fill("Accent colour", "#0B57D0").await?;
    page.press("Tab", false).await?;
    let (form, id) = (backend.origin(), edition::ID);
    let expected = format!(
        "<script type=\"module\" src=\"{form}/embed/v1.js\"></script>\n\
         <open-call src=\"{form}/embed/{id}\" partner=\"scaleway\" theme=\"dark\" accent=\"#0b57d0\" min-height=\"480\">\n  \
         <a href=\"{form}/{id}?partner=scaleway\">Open the form</a>\n</open-call>"
    );
    wait::until("the snippet follows", wait::PATIENCE, async || {
        Ok((snippet(&page).await? == expected).then_some(()))
    })
    .await
    .with_context(|| expected.clone())?;
    page.fill("Accent colour", "red; }").await?;
    page.press("Tab", false).await?;
    page.reads("six hexadecimal digits").await?;
    assert!(!snippet(&page).await?.contains("accent"), "what is no colour is left out");
    page.click(Role::Button, "Copy: The tag").await?;
    wait::until("it is said", wait::PATIENCE, async || {
        let said = page.script("return document.querySelector('#said').textContent").await?;
        Ok(said.as_str().filter(|said| !said.is_empty()).map(str::to_owned))
    })
    .await?;
    // In French.
    page.script("document.querySelector('#languages a[lang=fr]').click()").await?;
    page.arrived_at("Le formulaire sur votre page").await?;
    page.reads("Ce que vous mettez sur votre page").await?;
    assert!(snippet(&page).await?.contains("Ouvrir le formulaire"));
    assert_eq!(page.complaints().await?, Vec::<String>::new());
    accessible(&page).await
}

#[tokio::test(flavor = "multi_thread")]
async fn a_partners_page_is_checked_by_what_is_said_of_it() -> Result<()> {
    let backend = Backend::start().await?;
    backend.register("https://www.example.com").await?;
    let (_browser, page) = kit(&backend, "/embed/check?lang=en").await?;
    assert_eq!(page.focused().await?["text"], "Check your page");
    let form = backend.origin();
    let good = format!("script-src {form}; frame-src {form}");
    let own = "https://www.example.com/jobs";
    let nothing: &[String] = &[];
    let script = format!("script-src {form}");
    let frame = format!("frame-src {form}");
    let told = [
        (own, String::new(), nothing.to_vec()),
        (own, good.clone(), nothing.to_vec()),
        (
            own,
            format!("Content-Security-Policy: default-src 'self'; {good}"),
            nothing.to_vec(),
        ),
        (own, "default-src 'none'".to_owned(), vec![script.clone(), frame.clone()]),
        (
            own,
            "default-src 'self' 'unsafe-inline'".to_owned(),
            vec![
                format!("script-src 'self' 'unsafe-inline' {form}"),
                format!("frame-src 'self' {form}"),
            ],
        ),
        (
            own,
            format!("{script}; child-src https://video.example"),
            vec![format!("child-src https://video.example {form}")],
        ),
        (own, format!("{good}, frame-src 'none'"), vec![frame.clone()]),
        (
            own,
            format!("{frame}; script-src 'nonce-abc' 'strict-dynamic' {form}"),
            vec!["nonce=".to_owned()],
        ),
        (
            own,
            format!("{good}; sandbox allow-scripts"),
            vec!["sandbox allow-scripts allow-same-origin".to_owned()],
        ),
        // Other ports are other sources; any port is not.
        (
            own,
            "script-src http://127.0.0.1:*; frame-src http://127.0.0.1:1".to_owned(),
            vec![format!("frame-src http://127.0.0.1:1 {form}")],
        ),
        (own, "script-src http:; frame-src *".to_owned(), nothing.to_vec()),
        (
            own,
            format!("FRAME-SRC 'none'; frame-src {form}; {script}"),
            vec![format!("frame-src {form}")],
        ),
        (
            "https://jobs.example.com/",
            good.clone(),
            vec!["\"origins\": [\"https://jobs.example.com\"]".to_owned()],
        ),
        (
            "http://www.example.com/jobs",
            good.clone(),
            vec!["https://www.example.com/jobs".to_owned()],
        ),
    ];
    for (address, policy, lines) in told {
        page.fill("Address of your page", address).await?;
        page.fill("Its Content-Security-Policy", &policy).await?;
        page.click(Role::Button, "Check the page").await?;
        let found = page
            .script("return [...document.querySelectorAll('#verdict code')].map((one) => one.textContent)")
            .await?;
        let found: Vec<String> = serde_json::from_value(found)?;
        assert_eq!(found.len(), lines.len(), "{policy}: {found:?}");
        for (found, line) in found.iter().zip(&lines) {
            assert!(found == line || found.contains(line.as_str()), "{policy}: {found} for {line}");
        }
        page.reads(if lines.is_empty() { "Nothing stands in the way" } else { "To mend" })
            .await?;
    }
    page.fill(
        "Its Content-Security-Policy",
        &format!("{good}; require-trusted-types-for 'script'"),
    )
    .await?;
    page.fill("Address of your page", own).await?;
    page.click(Role::Button, "Check the page").await?;
    page.reads("is no obstacle").await?;
    page.fill("Address of your page", "example").await?;
    page.click(Role::Button, "Check the page").await?;
    page.reads("Write the whole address").await?;
    accessible(&page).await
}
