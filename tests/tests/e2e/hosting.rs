//! The app alone on a host of files (nginx, with the configuration of `docs/hosting/`), at the root of its origin and below a path, with the
//! backend on another origin.

use anyhow::{Context as _, Result};
use opencall_tests::{Applicant, Backend, Browser, Role, Setup, StaticHost, applicant, axe, edition, material, partner, wait};
use reqwest::header::HeaderMap;
use serde_json::{Value, json};

use crate::embedding::inside;
use crate::filling;

/// Where the app lives on its host.
const PLACES: [&str; 2] = ["/", "/calls/"];

/// A backend, and the app on a host of its own. `allowed`: whether the backend allows the host's origin.
async fn scene(path: &str, allowed: bool) -> Result<(Backend, StaticHost)> {
    let mut host = StaticHost::below(path)?;
    let backend = Backend::with(Setup {
        arguments: if allowed {
            vec!["--allow-origin".to_owned(), host.origin()]
        } else {
            Vec::new()
        },
        ..Setup::default()
    })
    .await?;
    host.serve(&backend.origin(), "https://partner.example").await?;
    Ok((backend, host))
}

/// What a host of files answers.
struct Answer {
    status: u16,
    headers: HeaderMap,
    body: Vec<u8>,
}

impl Answer {
    fn header(&self, name: &str) -> &str {
        self.headers.get(name).and_then(|value| value.to_str().ok()).unwrap_or_default()
    }
}

async fn get(address: &str, headers: &[(&str, &str)]) -> Result<Answer> {
    let client = reqwest::Client::builder().redirect(reqwest::redirect::Policy::none()).build()?;
    let request = headers
        .iter()
        .fold(client.get(address), |request, (name, value)| request.header(*name, *value));
    let reply = request.send().await?;
    Ok(Answer {
        status: reply.status().as_u16(),
        headers: reply.headers().clone(),
        body: reply.bytes().await?.to_vec(),
    })
}

/// The names of the app's files below a folder that end like this, but for the compressed copies.
fn files(host: &StaticHost, ending: &str) -> Result<Vec<String>> {
    let mut found = Vec::new();
    for folder in ["", "words", "embed", "fonts"] {
        for entry in std::fs::read_dir(host.app().join(folder))? {
            let name = entry?.file_name().to_string_lossy().into_owned();
            if name.ends_with(ending) {
                found.push(format!("{}{folder}/{name}", if folder.is_empty() { "" } else { "/" }));
            }
        }
    }
    Ok(found)
}

#[tokio::test(flavor = "multi_thread")]
async fn files_have_the_types_the_caching_and_the_headers_that_the_app_wants() -> Result<()> {
    for path in PLACES {
        let (backend, host) = scene(path, true).await?;
        let compressed = [("accept-encoding", "gzip, br")];
        for (ending, kind) in [
            (".wasm", "application/wasm"),
            (".js", "text/javascript; charset=utf-8"),
            (".css", "text/css; charset=utf-8"),
            (".txt", "text/plain; charset=utf-8"),
            (".woff2", "font/woff2"),
        ] {
            let all = files(&host, ending)?;
            assert!(!all.is_empty(), "there are files that end in {ending}");
            for file in all {
                let reply = get(&host.address(&file), &compressed).await?;
                assert_eq!((reply.status, reply.header("content-type")), (200, kind), "{file}");
                let for_ever = file.rsplit('-').next().is_some_and(|rest| rest.len() == 16 + ending.len());
                let caching = if for_ever {
                    "public, max-age=31536000, immutable"
                } else {
                    "no-cache"
                };
                assert_eq!(reply.header("cache-control"), caching, "{file}");
                let there = host.app().join(format!("{}.br", &file[1..])).exists();
                assert_eq!(reply.header("content-encoding"), if there { "br" } else { "" }, "{file}");
                assert_eq!(reply.header("x-content-type-options"), "nosniff", "{file}");
                assert_eq!(
                    reply.header("content-security-policy"),
                    "default-src 'none'; frame-ancestors 'none'",
                    "{file}"
                );
                let (anyones, readers) = if file.starts_with("/embed/") {
                    ("*", "cross-origin")
                } else {
                    ("", "same-origin")
                };
                assert_eq!(reply.header("access-control-allow-origin"), anyones, "{file}");
                assert_eq!(reply.header("cross-origin-resource-policy"), readers, "{file}");
            }
        }
        let config = host.address("/config.json");
        let reply = get(&config, &compressed).await?;
        assert_eq!(reply.header("content-type"), "application/json");
        assert_eq!((reply.header("cache-control"), reply.header("content-encoding")), ("no-cache", ""));
        let again = get(&config, &[("if-none-match", reply.header("etag"))]).await?;
        assert_eq!((again.status, again.body.len()), (304, 0));
        // What a 304 says takes the place of what the browser keeps: another policy would break the page at its next reload.
        let page = get(&host.address("/"), &[]).await?;
        let again = get(&host.address("/"), &[("if-none-match", page.header("etag"))]).await?;
        assert_eq!(again.status, 304);
        for name in ["content-security-policy", "permissions-policy", "cross-origin-opener-policy"] {
            assert_eq!(again.header(name), page.header(name), "{name}");
        }
        for (accepted, encoding) in [("br", "br"), ("gzip", "gzip"), ("identity", "")] {
            let reply = get(&host.address("/"), &[("accept-encoding", accepted)]).await?;
            assert_eq!(reply.header("content-encoding"), encoding);
            assert!(reply.header("vary").contains("Accept-Encoding"), "{accepted}");
        }
        drop(backend);
    }
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn addresses_of_the_app_are_its_pages_and_everything_else_is_not_found() -> Result<()> {
    for path in PLACES {
        let (backend, host) = scene(path, true).await?;
        let id = edition::ID;
        let policy = |reply: &Answer| reply.header("content-security-policy").to_owned();
        let api = format!("connect-src 'self' {};", backend.origin());
        let mark = |page: &str| format!("<link rel=\"stylesheet\" href=\"{path}{page}-");
        for (address, page, around) in [
            ("/".to_owned(), "main", "'none'"),
            (format!("/{id}"), "main", "'none'"),
            (format!("/{id}/"), "main", "'none'"),
            (format!("/{id}/apply/company?lang=fr"), "main", "'none'"),
            (format!("/{id}/draft"), "main", "'none'"),
            (format!("/embed/{id}"), "main", "'self' https://partner.example"),
            (format!("/embed/{id}/apply/team"), "main", "'self' https://partner.example"),
            ("/embed/kit".to_owned(), "kit", "'none'"),
            ("/staff".to_owned(), "staff", "'none'"),
            ("/staff/people".to_owned(), "staff", "'none'"),
            ("/verify".to_owned(), "verify", "'none'"),
            ("/verify.html".to_owned(), "verify", "'none'"),
            ("/partner".to_owned(), "partner", "'none'"),
        ] {
            let reply = get(&host.address(&address), &[("accept", "text/html")]).await?;
            assert_eq!(
                (reply.status, reply.header("content-type")),
                (200, "text/html; charset=utf-8"),
                "{address}"
            );
            assert_eq!(reply.header("cache-control"), "no-cache", "{address}");
            let body = String::from_utf8_lossy(&reply.body);
            assert!(body.contains(&mark(page)), "{address} is another page: {body}");
            let policy = policy(&reply);
            assert!(policy.contains(&api), "{address}: {policy}");
            assert!(policy.ends_with(&format!("frame-ancestors {around}")), "{address}: {policy}");
            assert!(!policy.contains("unsafe-inline"), "{address}: {policy}");
            assert_eq!(policy.contains("wasm"), matches!(page, "main" | "staff"), "{address}: {policy}");
            assert_eq!(policy.contains("frame-src 'self'"), page == "kit", "{address}: {policy}");
            for (name, value) in [
                ("referrer-policy", "no-referrer"),
                ("cross-origin-opener-policy", "same-origin"),
                ("x-content-type-options", "nosniff"),
            ] {
                assert_eq!(reply.header(name), value, "{address}");
            }
            assert!(reply.header("permissions-policy").contains("camera=()"), "{address}");
        }
        for address in [
            "/apply-0000000000000000.js",
            "/nothing.css",
            "/embed/v2.js",
            "/config.json.br",
            "/index.html.gz",
            "/.git/config",
            &format!("/{id}/nonsense"),
            &format!("/{id}/apply/a/b"),
            "/fonts/",
        ] {
            let reply = get(&host.address(address), &[]).await?;
            let listed = String::from_utf8_lossy(&reply.body).contains("woff2\"");
            let expected = if address == "/fonts/" { 200 } else { 404 };
            assert_eq!((reply.status, listed), (expected, false), "{address}");
            assert_eq!(reply.header("x-content-type-options"), "nosniff", "{address}");
            assert!(!reply.header("cache-control").contains("immutable"), "{address}");
        }
        let client = reqwest::Client::new();
        let head = client.head(host.address(&format!("/{id}"))).send().await?;
        assert_eq!(
            (head.status().as_u16(), head.headers()["content-type"].as_bytes()),
            (200, &b"text/html; charset=utf-8"[..])
        );
        assert_eq!(client.post(host.address(&format!("/{id}"))).send().await?.status(), 405);
        if path != "/" {
            let beside = get(&format!("{}/calls", host.origin()), &[]).await?;
            assert_eq!((beside.status, beside.header("location")), (301, "/calls/"));
            assert_ne!(get(&format!("{}/{id}", host.origin()), &[]).await?.status, 200, "nothing outside");
        }
    }
    Ok(())
}

/// From the call to the receipt, and its check.
async fn applies_at(path: &str) -> Result<()> {
    let (backend, host) = scene(path, true).await?;
    host.fill(&backend)?;
    let browser = Browser::start().await?;
    let page = browser.page()?;
    let at = |rest: &str| host.address(&format!("/{}{rest}", edition::ID));
    let below = |rest: &str| format!("{path}{}{rest}", edition::ID);

    page.open(&host.address("/")).await?;
    page.find(Role::Timer, "Time left").await?;
    page.click(Role::Link, "Check if you can apply").await?;
    page.arrived_at("Can you apply?").await?;
    assert_eq!(page.path().await?, below("/eligibility"));
    page.open(&at("/apply")).await?;
    page.arrived_at("Your application").await?;
    page.inside(Role::Main, "").await?.click(Role::Link, "Company").await?;
    page.arrived_at("Company").await?;
    assert_eq!(page.path().await?, below("/apply/company"));
    page.fill("Company name", "Atelier Neuf").await?;
    page.reads("Saved with us").await?;
    page.reload().await?;
    page.arrived_at("Company").await?;
    page.holds("Company name", "Atelier Neuf").await?;
    page.click(Role::Link, "Back to all sections").await?;
    page.arrived_at("Your application").await?;
    page.reads("In progress").await?;
    page.back().await?;
    page.arrived_at("Company").await?;
    page.driver().forward().await?;
    page.arrived_at("Your application").await?;
    // The draft is the backend's, and its link leads to this host.
    let link = page.script("return document.querySelector('#link input').value").await?;
    let (address, token) = link.as_str().and_then(|link| link.split_once('#')).context("no private link")?;
    assert_eq!(address, at("/draft"));
    let applicant = Applicant::with_token(&backend, token);
    assert_eq!(
        applicant.read().await?.expect(200)?.json()["answers"]["company_name"],
        "Atelier Neuf"
    );
    // An upload, by requests that browsers ask about beforehand.
    page.open(&at("/apply/files")).await?;
    page.arrived_at("Files").await?;
    let deck = backend.scratch().join("deck.pdf");
    std::fs::write(&deck, material::pdf(300_000))?;
    page.attach("Deck", &deck).await?;
    page.reads("Uploaded").await?;
    page.reads("Saved with us").await?;

    // Somebody else's, by the link: complete, submitted, proven.
    let complete = Applicant::new(&backend)?;
    complete.complete().await?;
    page.empty_storage(&host.origin()).await?;
    page.open(&at(&format!("/draft#{}", complete.token))).await?;
    page.arrived_at("Your application").await?;
    assert_eq!(page.path().await?, below("/apply"));
    page.reads("8 of 8 sections complete").await?;
    filling::submit(&page).await?;
    page.arrived_at("Application submitted").await?;
    let receipt = complete.read().await?.expect(200)?.json()["receipt"].clone();
    page.reads(receipt["reference"].as_str().context("no receipt")?).await?;
    let check = page.script("return document.querySelector('.stub a[href*=verify]').href").await?;
    assert_eq!(check, json!(host.address("/verify.html")));
    page.driver().goto(host.address("/verify.html")).await?;
    let file = backend.scratch().join("receipt.json");
    std::fs::write(&file, receipt.to_string())?;
    page.attach("Choose a receipt", &file).await?;
    page.reads("This receipt is genuine").await?;
    page.reads("is the one that this site publishes").await?;
    assert_eq!(page.complaints().await?, Vec::<String>::new());
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn an_applicant_gets_to_the_receipt_from_a_host_of_files() -> Result<()> {
    applies_at("/").await
}

#[tokio::test(flavor = "multi_thread")]
async fn an_applicant_gets_to_the_receipt_below_a_path_of_a_host_of_files() -> Result<()> {
    applies_at("/calls/").await
}

#[tokio::test(flavor = "multi_thread")]
async fn the_call_can_be_read_before_any_script_where_it_was_written_into_the_page() -> Result<()> {
    let (backend, host) = scene("/calls/", true).await?;
    let document = backend.document().await?;
    let title = document["title"]["en"].as_str().context("no title")?;
    let page = |reply: &Answer| String::from_utf8_lossy(&reply.body).into_owned();
    let there = |html: &str| html.contains(&format!("<h1 class=\"call-title\">{title}</h1>"));
    assert!(!there(&page(&get(&host.address("/"), &[]).await?)));
    // Filled again, it stays one call.
    for _ in 0..2 {
        host.fill(&backend)?;
        let html = page(&get(&host.address("/"), &[]).await?);
        assert!(there(&html), "{html}");
        assert_eq!(html.matches("call-title").count(), 1);
        assert!(html.contains(&format!("href=\"/calls/{}/eligibility\"", edition::ID)), "{html}");
        let early = format!(
            "<link rel=\"preload\" as=\"fetch\" href=\"{}/api/v1/programmes/{}\" crossorigin>",
            backend.origin(),
            edition::ID
        );
        assert!(html.contains(&early), "{html}");
    }
    let inner = get(&host.address(&format!("/{}/apply", edition::ID)), &[]).await?;
    assert!(!there(&page(&inner)), "pages of an applicant are not the call's");
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn partners_and_staff_find_their_pages_below_a_path() -> Result<()> {
    let (backend, host) = scene("/calls/", true).await?;
    let browser = Browser::start().await?;
    let page = browser.page()?;
    // The kit: the form in a frame, by the loader beside it, and a tag that names this host.
    page.driver().goto(host.address("/embed/kit?lang=en")).await?;
    page.arrived_at("The form on your page").await?;
    let there = "return document.documentElement.classList.contains('framed') && document.querySelector('h1.call-title') !== null";
    inside(&page, 0, "the form", there).await?;
    page.driver().enter_default_frame().await?;
    wait::until("the form has said that it is there", wait::PATIENCE, async || {
        let ready = "return document.querySelector('open-call').shadowRoot.querySelector('slot').hidden";
        Ok((page.script(ready).await? == true).then_some(()))
    })
    .await?;
    let tag = page.script("return document.querySelector('#line-tag').textContent").await?;
    let (home, id) = (host.address(""), edition::ID);
    let expected = format!(
        "<script type=\"module\" src=\"{home}/embed/v1.js\"></script>\n<open-call src=\"{home}/embed/{id}\">\n  \
         <a href=\"{home}/{id}\">Open the form</a>\n</open-call>"
    );
    assert_eq!(tag, json!(expected));

    // A partner's counts, by its link.
    let organiser = partner::Organiser::new(&backend).await?;
    let link = organiser.link("scaleway").await?;
    page.driver().goto(host.address(&link)).await?;
    page.reads("There is nothing to show yet").await?;

    // Staff sign in where the cookie is.
    page.driver().goto(host.address("/staff")).await?;
    page.arrived_at("Staff sign in at the backend’s own address").await?;
    let there = page.script("return document.querySelector('main a').href").await?;
    assert_eq!(there, json!(backend.address("/staff")));
    assert_eq!(axe::violations(&page).await?, Vec::<String>::new());
    assert_eq!(page.complaints().await?, Vec::<String>::new());
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn a_backend_that_refuses_the_origin_is_told_from_one_that_is_away() -> Result<()> {
    let (backend, host) = scene("/", false).await?;
    let browser = Browser::start().await?;
    let page = browser.page()?;
    page.driver().goto(host.address("/")).await?;
    page.reads("It is not your connection").await?;
    page.reads(&format!("opencall-server does with --allow-origin {}", host.origin()))
        .await?;
    assert_eq!(axe::violations(&page).await?, Vec::<String>::new());
    backend.front().set_down(true);
    page.click(Role::Button, "Try again").await?;
    page.reads("does not answer, or not in a way that pages of").await?;
    page.no_longer_reads("--allow-origin").await?;
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn a_policy_that_keeps_the_page_from_its_backend_is_named() -> Result<()> {
    let mut host = StaticHost::below("/")?;
    let backend = Backend::with(Setup {
        arguments: vec!["--allow-origin".to_owned(), host.origin()],
        ..Setup::default()
    })
    .await?;
    host.serve("https://elsewhere.example", "").await?;
    let file = host.app().join("config.json");
    let mut config: Value = serde_json::from_str(&std::fs::read_to_string(&file)?)?;
    config["api"] = json!(backend.origin());
    std::fs::write(&file, config.to_string())?;
    let browser = Browser::start().await?;
    let page = browser.page()?;
    page.driver().goto(host.address("/?lang=fr")).await?;
    page.reads("Ce n’est pas votre connexion").await?;
    page.reads(&format!("lui interdit {}. Ajoutez cette origine à connect-src.", backend.origin()))
        .await?;
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn a_backend_lets_an_allowed_origin_ask_and_read_what_the_contract_says() -> Result<()> {
    let (backend, host) = scene("/", true).await?;
    let client = reqwest::Client::new();
    let asked = client
        .request(reqwest::Method::OPTIONS, backend.address("/api/v1/application"))
        .header("Origin", host.origin())
        .header("Access-Control-Request-Method", "PATCH")
        .header(
            "Access-Control-Request-Headers",
            "authorization, content-type, if-match, opencall-device",
        );
    let asked = applicant::send(asked).await?.expect(204)?;
    assert_eq!(asked.header("access-control-allow-origin"), host.origin());
    assert_eq!(asked.header("access-control-max-age"), "86400");
    assert_eq!(asked.header("access-control-allow-credentials"), "", "no cookie is ever involved");
    let documented = std::fs::read_to_string(opencall_tests::settings::root().join("docs/hosting.md"))?;
    for (header, row) in [
        ("access-control-allow-methods", "Access-Control-Allow-Methods"),
        ("access-control-allow-headers", "Access-Control-Allow-Headers"),
        ("access-control-expose-headers", "Access-Control-Expose-Headers"),
    ] {
        let row = documented
            .lines()
            .find(|line| line.starts_with(&format!("| `{row}`")))
            .context(row)?;
        let row = row.to_lowercase();
        for name in asked.header(header).split(", ") {
            assert!(
                row.contains(&format!("`{}`", name.to_lowercase())),
                "docs/hosting.md leaves out {name}"
            );
        }
    }
    Ok(())
}
