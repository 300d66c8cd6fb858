//! Takes pictures of every page: at three widths, light and dark, empty, full, in error, offline and after the end; some
//! also at 320 px (which is 1280 px at 400 %), in forced colours and printed. They are there to be looked at:
//! target/shots/PAGE-WIDTH-SCHEME.png and PAGE.pdf.

use std::path::PathBuf;

use anyhow::Result;
use opencall_tests::applicant::send;
use opencall_tests::backend::Setup;
use opencall_tests::partner::{Organiser, comes};
use opencall_tests::{Applicant, Backend, Browser, Damage, Host, Page, Role, desk, edition, material, settings, wait};
use reqwest::Method;
use serde_json::{Value, json};

/// The widths of a phone, a tablet and a desk.
const WIDTHS: [u32; 3] = [360, 768, 1280];

#[tokio::main]
async fn main() -> Result<()> {
    let folder = settings::root().join("target/shots");
    std::fs::create_dir_all(&folder)?;
    let backend = Backend::start().await?;
    let browser = Browser::start().await?;
    let page = browser.page()?;
    let camera = Camera {
        page: page.clone(),
        folder,
    };

    match std::env::args().nth(1).as_deref() {
        Some("staff") => return camera.staff().await,
        Some("kit") => return camera.kit(&backend).await,
        Some("partners") => return camera.partners().await,
        Some("degraded") => return camera.degraded().await,
        _ => {}
    }
    for (name, path) in [
        ("call", ""),
        ("eligibility", "/eligibility"),
        ("hub-empty", "/apply"),
        ("company-empty", "/apply/company"),
        ("team-empty", "/apply/team"),
        ("open-ai-empty", "/apply/open-ai"),
        ("files-empty", "/apply/files"),
        ("consents-empty", "/apply/consents"),
        ("check-empty", "/check"),
        ("status-empty", "/status"),
        ("not-found", "/nowhere/at/all"),
    ] {
        camera.visit(&backend, path).await?;
        camera.take(name).await?;
    }
    // As the server sends it, while the app is on its way.
    backend.front().hold_app(true);
    page.open_unready(&backend.address(&format!("/{}/apply/company", edition::ID)))
        .await?;
    page.can_be_typed_into("Company name").await?;
    camera.take("company-early").await?;
    backend.front().hold_app(false);

    camera.visit(&backend, "/apply/company").await?;
    page.click(Role::Button, "Save and continue").await?;
    page.reads("problems").await?;
    camera.take("company-error").await?;
    camera.take_hard("company-error").await?;
    page.fill("City", "Paris").await?;
    page.set_offline(true).await?;
    page.fill("City", "Lyon").await?;
    page.reads("Offline").await?;
    camera.take("company-offline").await?;
    page.set_offline(false).await?;

    camera.storage(&backend).await?;

    let applicant = Applicant::new(&backend)?;
    applicant.complete().await?;
    page.open(&backend.address(&applicant.private_link())).await?;
    page.arrived_at("Your application").await?;
    camera.take("hub-full").await?;
    camera.take_hard("hub-full").await?;
    // A draft file that says something else, and something for which the form has no place.
    let file = backend.scratch().join("atelier-neuf-draft.json");
    let draft = json!({
        "kind": "opencall/draft", "format": 1, "programme": edition::ID, "saved_at": "2023-11-08T09:00:00Z",
        "answers": {"city": "Nantes", "motto": "Onwards", "team": [{"id": "r1", "nickname": "Zo"}]},
    });
    std::fs::write(&file, draft.to_string())?;
    page.attach("Open a draft file", &file).await?;
    page.reads("Kept aside").await?;
    camera.take("hub-file").await?;
    page.click(Role::Button, "Keep what is written here: City").await?;
    for step in edition::sample()?["steps"].as_array().into_iter().flatten() {
        let id = step["id"].as_str().unwrap_or_default();
        camera.visit(&backend, &format!("/apply/{id}")).await?;
        camera.take(&format!("{id}-full")).await?;
    }
    camera.sealed_elsewhere(&backend, &applicant).await?;
    camera.visit(&backend, "/check").await?;
    camera.take("check-full").await?;
    camera.take_hard("check-full").await?;
    page.click(Role::Tab, "What the judges see").await?;
    camera.take("check-judges").await?;
    page.click(Role::Button, "Submit the application").await?;
    page.arrived_at("Application submitted").await?;
    camera.take("receipt").await?;
    camera.take_hard("receipt").await?;
    let receipt = applicant.read().await?.json()["receipt"].clone();
    camera.checks(&backend, &receipt).await?;
    camera.kit(&backend).await?;
    camera.visit(&backend, "?lang=fr").await?;
    camera.take("call-french").await?;
    backend.shift_clock(21 * 24 * 3_600_000 - 30 * 60_000)?;
    camera.visit(&backend, "/apply/company?lang=en").await?;
    camera.take("company-last-hour").await?;
    backend.shift_clock(30 * 24 * 3_600_000)?;
    camera.visit(&backend, "").await?;
    camera.take("call-closed").await?;
    camera.visit(&backend, "/apply/company").await?;
    camera.take("company-closed").await?;
    camera.partners().await?;
    camera.degraded().await?;
    camera.staff().await?;
    println!("pictures are in target/shots");
    Ok(())
}

/// Takes the page that is open.
struct Camera {
    page: Page,
    folder: PathBuf,
}

impl Camera {
    /// Goes to a page of the programme and waits until it stands.
    async fn visit(&self, backend: &Backend, path: &str) -> Result<()> {
        self.page.open(&backend.address(&format!("/{}{path}", edition::ID))).await?;
        let stands = "return document.querySelector('main h1') !== null && !document.querySelector('.waiting')";
        wait::until(&format!("{path} stands"), wait::PATIENCE, async || {
            Ok((self.page.script(stands).await? == true).then_some(()))
        })
        .await
    }

    /// The staff's pages.
    async fn staff(&self) -> Result<()> {
        let page = &self.page;
        let (backend, _) = desk::with_applications(40).await?;
        page.open_unready(&backend.address("/staff")).await?;
        page.reads("You are signed out").await?;
        self.take("staff-signed-out").await?;
        page.open_unready(&desk::link(&backend, "organiser", "Olga Organiser")?).await?;
        page.find(Role::Button, "Sign in").await?;
        self.take("staff-sign-in").await?;
        page.click(Role::Button, "Sign in").await?;
        page.reads("40 applications").await?;
        page.reads("Live").await?;
        self.take("staff-list").await?;
        page.script("document.querySelector('#c1-2').click()").await?;
        page.reads("What happened").await?;
        self.take("staff-one").await?;
        page.print(&self.folder.join("staff-one.pdf")).await?;
        page.script("document.querySelector('#c1-0').click(); document.querySelector('#c2-0').click()")
            .await?;
        page.reads("2 selected").await?;
        page.script("[...document.querySelectorAll('.bulk button')][0].click()").await?;
        page.reads("Reason").await?;
        self.take("staff-move").await?;
        page.open_unready(&backend.address("/staff?q=r&sort=name")).await?;
        page.click(Role::Button, "Views").await?;
        page.fill("Save this list as", "Robots, by name").await?;
        page.click(Role::Button, "Save the view").await?;
        page.find(Role::Link, "Robots, by name").await?;
        self.take("staff-views").await?;
        page.open_unready(&backend.address("/staff")).await?;
        page.click(Role::Button, "Commands").await?;
        page.find(Role::Dialog, "Commands").await?;
        page.type_keys("sub").await?;
        self.take("staff-commands").await?;
        page.open_unready(&backend.address("/staff?mode=pages&sort=name")).await?;
        page.find(Role::Checkbox, "Select the page").await?;
        self.take("staff-pages").await?;
        page.open_unready(&backend.address("/staff?q=nothing-fits")).await?;
        page.reads("Nothing fits").await?;
        self.take("staff-nothing").await?;
        for (name, path) in [("people", "/staff/people"), ("audit", "/staff/audit")] {
            page.open_unready(&backend.address(path)).await?;
            page.reads("Olga").await?;
            self.take(&format!("staff-{name}")).await?;
        }
        Ok(())
    }

    /// A browser that was emptied, and one that stores nothing.
    async fn storage(&self, backend: &Backend) -> Result<()> {
        let page = &self.page;
        self.visit(backend, "/apply/company").await?;
        page.fill("City", "Paris").await?;
        page.reads("Saved with us").await?;
        page.empty_storage(&backend.origin()).await?;
        page.fill("City", "Lyon").await?;
        page.find(Role::Region, "What this site kept on this device was deleted").await?;
        self.take("company-emptied").await?;
        let without = "Object.defineProperty(window, 'indexedDB', {value: undefined})";
        let known = page.before_every_page(without).await?;
        self.visit(backend, "/apply/company").await?;
        page.fill("City", "Nice").await?;
        page.reads("Saved with us").await?;
        page.field("Private link").await?;
        self.take("company-refused").await?;
        self.take_hard("company-refused").await?;
        page.no_longer_before(known).await
    }

    /// Sealed on another device, with a file on its way.
    async fn sealed_elsewhere(&self, backend: &Backend, applicant: &Applicant) -> Result<()> {
        let seal = json!({
            "digest": "ab".repeat(32),
            "files": [{"field": "deck", "name": "atelier-neuf-deck.pdf", "size": 8_000_000, "sha256": "cd".repeat(32)}],
        });
        let request = applicant.request(Method::POST, "/api/v1/application/seal");
        send(request.header("Idempotency-Key", "\"another-device\"").json(&seal))
            .await?
            .expect(200)?;
        self.visit(backend, "/apply").await?;
        self.page.reads("It was sealed on another device").await?;
        self.take("hub-sealed-elsewhere").await
    }

    /// The page that checks receipts: empty, good with a copy, refused.
    async fn checks(&self, backend: &Backend, receipt: &Value) -> Result<()> {
        let page = &self.page;
        page.open(&backend.address("/verify?lang=en")).await?;
        page.reads("Nothing has been checked yet").await?;
        self.take("verify-empty").await?;
        let (good, deck) = (backend.scratch().join("receipt.json"), backend.scratch().join("deck.pdf"));
        std::fs::write(&good, receipt.to_string())?;
        std::fs::write(&deck, material::pdf(2_000))?;
        page.attach("Choose a receipt", &good).await?;
        page.reads("This receipt is genuine").await?;
        page.attach("Choose copies", &deck).await?;
        page.reads("that was received: the fingerprints are the same").await?;
        self.take("verify-good").await?;
        self.take_hard("verify-good").await?;
        let mut forged = receipt.clone();
        forged["received_at"] = json!("2020-01-01T00:00:00Z");
        std::fs::write(&good, forged.to_string())?;
        page.attach("Choose a receipt", &good).await?;
        page.reads("This proves nothing").await?;
        self.take("verify-refused").await
    }

    /// The page of a partner's counts: with some, with few, and with a link that was taken back.
    async fn partners(&self) -> Result<()> {
        let page = &self.page;
        let backend = Backend::with(Setup::crowd()).await?;
        let organiser = Organiser::new(&backend).await?;
        let link = organiser.link("scaleway").await?.replace('#', "?lang=en#");
        page.open(&backend.address(&link)).await?;
        page.reads("There is nothing to show yet").await?;
        self.take("partner-few").await?;
        for (day, submitted) in [(1, 6), (3, 2), (4, 4), (6, 11)] {
            backend.shift_clock(day * 24 * 3_600_000)?;
            comes(&backend, "scaleway", submitted + 3, submitted).await?;
        }
        backend.shift_clock(7 * 24 * 3_600_000)?;
        page.click(Role::Button, "Count again").await?;
        page.reads("When they were submitted").await?;
        self.take("partner").await?;
        self.take_hard("partner").await?;
        organiser.call(Method::DELETE, "partners/scaleway/link", 204).await?;
        page.click(Role::Button, "Count again").await?;
        page.reads("This link shows no counts any more").await?;
        self.take("partner-gone").await
    }

    /// The partners' kit, and the pages that hold the form with its panel.
    async fn kit(&self, backend: &Backend) -> Result<()> {
        let page = &self.page;
        let ready = async |script: &str| {
            wait::until(script, wait::PATIENCE, async || {
                Ok((page.script(script).await? == true).then_some(()))
            })
            .await
        };
        let form = "return document.querySelector('open-call')?.shadowRoot?.querySelector('slot').hidden === true";
        page.driver().goto(backend.address("/embed/check?lang=en")).await?;
        ready(form).await?;
        self.take("kit").await?;
        page.fill("Address of your page", "https://www.example.com/jobs").await?;
        page.fill("Its Content-Security-Policy", "default-src 'self'").await?;
        page.click(Role::Button, "Check the page").await?;
        page.reads("To mend").await?;
        self.take("kit-checked").await?;
        for name in ["corporate", "magazine", "bare"] {
            let host = Host::sample(name, &backend.origin(), " loading=eager debug").await?;
            backend.register(&host.origin()).await?;
            page.driver().goto(host.address()).await?;
            ready(form).await?;
            ready("return document.querySelector('open-call').shadowRoot.querySelectorAll('section li.ok').length > 5").await?;
            for scheme in ["light", "dark"] {
                page.prefer(scheme).await?;
                for width in WIDTHS {
                    // The frame is drawn by a process of its own, a little after the page.
                    let size = json!({"width": width, "height": 5_000, "deviceScaleFactor": 1, "mobile": false});
                    page.cdp("Emulation.setDeviceMetricsOverride", size).await?;
                    ready(
                        "const one = document.querySelector('open-call'), frame = one.shadowRoot.querySelector('iframe');
                         const still = frame.style.height === window.before && frame.clientWidth === window.wide;
                         [window.before, window.wide] = [frame.style.height, frame.clientWidth];
                         return still",
                    )
                    .await?;
                    page.picture(&self.folder.join(format!("host-{name}-{width}-{scheme}.png")), width)
                        .await?;
                }
            }
        }
        Ok(())
    }

    /// Backends that can do less, and replies that are wrong.
    async fn degraded(&self) -> Result<()> {
        const LESS: &str = r#"{"contract":1,"api":"","programme":"ai-startup-program","auth":"bearer",
            "capabilities":{"idempotency":false,"concurrency":"none","uploads":"whole","events":false,"clock":false,"staff":"links"}}"#;
        const LEAST: &str = r#"{"contract":1,"api":"","programme":"ai-startup-program","auth":"bearer"}"#;
        let page = &self.page;
        let least = Backend::with(Setup {
            config: Some(Some(LEAST)),
            ..Setup::default()
        })
        .await?;
        self.visit(&least, "/apply").await?;
        page.reads("this site takes none").await?;
        self.take("least-hub").await?;
        self.visit(&least, "/apply/files").await?;
        self.take("least-files").await?;
        page.open_unready(&least.address("/staff")).await?;
        page.reads("There are no staff’s pages here").await?;
        self.take("least-staff").await?;
        drop(least);

        let backend = Backend::with(Setup {
            config: Some(Some(LESS)),
            ..Setup::crowd()
        })
        .await?;
        let front = backend.front();
        let applicant = Applicant::new(&backend)?;
        applicant.complete().await?;
        front.tamper("PATCH /api/v1/application ", Damage::LastWins);
        front.tamper("GET /api/v1/programmes/", Damage::Without(&["date"]));
        front.tamper("GET /api/v1/application", Damage::Without(&["date"]));
        page.open(&backend.address(&applicant.private_link())).await?;
        page.arrived_at("Your application").await?;
        page.reads("by this device’s clock").await?;
        self.take("less-hub").await?;
        front.tamper("POST /api/v1/application/submit ", Damage::Lost);
        self.visit(&backend, "/check").await?;
        page.click(Role::Button, "Submit the application").await?;
        page.find(Role::Button, "Look whether it arrived").await?;
        self.take("less-check-doubt").await?;
        self.visit(&backend, "/apply/files").await?;
        let file = backend.scratch().join("atelier-neuf-deck.pdf");
        std::fs::write(&file, material::pdf(4_000_000))?;
        front.tamper("POST /api/v1/application/files ", Damage::Late(std::time::Duration::from_secs(40)));
        page.attach("Founder video", &file).await.or(page.attach("Deck", &file).await)?;
        page.reads("in one piece").await?;
        self.take("less-files-whole").await?;
        front.be_honest();
        front.tamper("PATCH /api/v1/application ", Damage::Page);
        self.visit(&backend, "/apply/company").await?;
        page.fill("City", "Lyon").await?;
        page.reads("A web page came in place of our reply").await?;
        self.take("less-company-captive").await?;
        front.be_honest();
        front.tamper("GET /api/v1/programmes/", Damage::Changed(|body| body[..900].to_owned()));
        page.open_unready(&backend.address(&format!("/{}/apply", edition::ID))).await?;
        page.reads("The reply broke off").await?;
        self.take("less-call-cut").await?;
        front.be_honest();
        desk::apply(&Applicant::new(&backend)?, 0).await?;
        desk::sign_in(&backend, page, "organiser", "Olga Organiser").await?;
        page.reads("as of").await?;
        self.take("less-staff-list").await
    }

    /// At 320 px, in forced colours, and printed.
    async fn take_hard(&self, name: &str) -> Result<()> {
        self.page.prefer("light").await?;
        self.page.picture(&self.folder.join(format!("{name}-320-light.png")), 320).await?;
        self.page.print(&self.folder.join(format!("{name}.pdf"))).await?;
        self.page.force_colours().await?;
        self.page.picture(&self.folder.join(format!("{name}-768-forced.png")), 768).await?;
        self.page.prefer("light").await
    }

    /// A picture at every width in both schemes.
    async fn take(&self, name: &str) -> Result<()> {
        for scheme in ["light", "dark"] {
            self.page.prefer(scheme).await?;
            for width in WIDTHS {
                self.page
                    .picture(&self.folder.join(format!("{name}-{width}-{scheme}.png")), width)
                    .await?;
            }
        }
        Ok(())
    }
}
