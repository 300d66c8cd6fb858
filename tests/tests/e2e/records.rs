//! The app with a record store in the place of a backend: pages from nginx, records in the store, and no server of ours. `cargo xtask test
//! records` starts each store and says which one it is and where.

use anyhow::{Context as _, Result, bail, ensure};
use opencall_tests::{Browser, Page, Role, StaticHost, axe, edition, settings, wait};
use reqwest::Method;
use serde_json::{Value, json};

use crate::filling::{self, go_on};

/// The password of the organiser's account.
const PASSWORD: &str = "s3cr3t-s3cr3t";

/// A store, as its organiser's own client knows it.
#[derive(Clone, Copy, PartialEq)]
enum Kind {
    Kinto,
    PocketBase,
    Directus,
}

/// The store that runs.
struct Store {
    kind: Kind,
    url: String,
}

impl Store {
    fn here() -> Result<Self> {
        let said = |name: &str| {
            std::env::var(name).with_context(|| format!("{name} is not said; `cargo xtask test records` starts a store and says it"))
        };
        let kind = match said("OPENCALL_STORE")?.as_str() {
            "Kinto on memory" | "Kinto on PostgreSQL" => Kind::Kinto,
            "PocketBase" => Kind::PocketBase,
            "Directus" => Kind::Directus,
            other => bail!("OPENCALL_STORE is {other}"),
        };
        let url = said("OPENCALL_STORE_URL")?;
        Ok(Self { kind, url })
    }

    /// The folder of `deploy/records` that is about it.
    fn folder(&self) -> &'static str {
        match self.kind {
            Kind::Kinto => "kinto",
            Kind::PocketBase => "pocketbase",
            Kind::Directus => "directus",
        }
    }

    /// The organiser's account.
    fn account(&self) -> &'static str {
        match self.kind {
            Kind::Kinto => "admin",
            Kind::PocketBase => "ada@opencall.example",
            Kind::Directus => "ada@example.com",
        }
    }

    /// What addresses begin with.
    fn base(&self) -> String {
        match self.kind {
            Kind::Kinto => format!("{}/v1/buckets/opencall", self.url),
            Kind::PocketBase => format!("{}/api/collections", self.url),
            Kind::Directus => self.url.clone(),
        }
    }

    /// The address of a collection's records.
    fn records(&self, collection: &str) -> String {
        match self.kind {
            Kind::Kinto => format!("{}/collections/{collection}/records", self.base()),
            Kind::PocketBase => format!("{}/{collection}/records", self.base()),
            Kind::Directus => format!("{}/items/{collection}", self.base()),
        }
    }

    /// What an organiser's request carries.
    async fn authorization(&self) -> Result<String> {
        match self.kind {
            Kind::Kinto => {
                let credentials = format!("{}:{PASSWORD}", self.account());
                Ok(format!("Basic {}", opencall_core::encoding::base64(credentials.as_bytes())))
            }
            Kind::PocketBase => {
                let body = json!({"identity": self.account(), "password": PASSWORD});
                self.signed_in("/staff/auth-with-password", &body, "/token").await
            }
            Kind::Directus => {
                let body = json!({"email": self.account(), "password": PASSWORD});
                self.signed_in("/auth/login", &body, "/data/access_token").await
            }
        }
    }

    async fn signed_in(&self, path: &str, body: &Value, token: &str) -> Result<String> {
        let address = format!("{}{path}", self.base());
        let reply = reqwest::Client::new().post(address).json(body).send().await?;
        let reply: Value = reply.error_for_status()?.json().await?;
        let token = reply.pointer(token).and_then(Value::as_str).context("no token")?;
        Ok(format!("Bearer {token}"))
    }

    /// A request of the organiser's.
    async fn organiser(&self, method: Method, address: &str, body: &Value) -> Result<Value> {
        let authorization = self.authorization().await?;
        let mut attempts = 0;
        loop {
            let request = reqwest::Client::new()
                .request(method.clone(), address)
                .header("authorization", &authorization);
            let request = if body.is_null() { request } else { request.json(body) };
            let reply = request.send().await?;
            attempts += 1;
            if reply.status().is_success() {
                return Ok(reply.json().await?);
            }
            // Others write at the same moment.
            let is_passing = matches!(reply.status().as_u16(), 409 | 503);
            ensure!(is_passing && attempts < 10, "{address}: {}", reply.status());
        }
    }

    /// Puts a programme into its collection.
    async fn publish(&self, id: &str, document: Value) -> Result<()> {
        let records = self.records("programmes");
        match self.kind {
            Kind::Kinto => {
                let body = json!({"data": {"document": document}});
                self.organiser(Method::PUT, &format!("{records}/{id}"), &body).await?;
            }
            Kind::PocketBase | Kind::Directus => {
                let body = json!({"id": id, "document": document, "version": 1});
                self.organiser(Method::POST, &records, &body).await?;
            }
        }
        Ok(())
    }

    /// Every record of a collection.
    async fn all(&self, collection: &str) -> Result<Vec<Value>> {
        let (query, items) = match self.kind {
            Kind::Kinto => ("_limit=500", "data"),
            Kind::PocketBase => ("perPage=500", "items"),
            Kind::Directus => ("limit=500", "data"),
        };
        let address = format!("{}?{query}", self.records(collection));
        let listed = self.organiser(Method::GET, &address, &Value::Null).await?;
        Ok(listed[items].as_array().cloned().unwrap_or_default())
    }
}

/// A programme of its own in the store, and the app on nginx for it.
struct Scene {
    store: Store,
    host: StaticHost,
    id: String,
}

impl Scene {
    async fn new(name: &str) -> Result<Self> {
        // Of its own, also where one store is used again.
        let id = format!("{name}-{}", std::process::id());
        let id = id.as_str();
        let mut document = edition::sample()?;
        edition::set_dates(&mut document, jiff::Span::new().hours(-48), jiff::Span::new().hours(48))?;
        document["id"] = id.into();
        // What a record store takes: the deck is asked for by no file, the video by a link.
        let steps = document["steps"].as_array_mut().into_iter().flatten();
        for fields in steps.filter_map(|step| step["fields"].as_array_mut()) {
            fields.retain(|field| field["id"] != "deck" && field["id"] != "one_pager");
        }
        let store = Store::here()?;
        store.publish(id, document).await?;
        let config = settings::root().join("deploy/records").join(store.folder()).join("config.json");
        let mut config: Value = serde_json::from_str(&std::fs::read_to_string(config)?)?;
        config["programme"] = id.into();
        config["records"]["base"] = store.base().into();
        let mut host = StaticHost::below("/")?;
        host.serve_with(&config.to_string(), &store.url, "https://partner.example").await?;
        Ok(Self {
            store,
            host,
            id: id.to_owned(),
        })
    }

    fn at(&self, path: &str) -> String {
        self.host.address(&format!("/{}{path}", self.id))
    }

    /// How many records of a collection are this programme's.
    async fn records(&self, collection: &str) -> Result<Vec<Value>> {
        let mut all = self.store.all(collection).await?;
        all.retain(|one| one["programme"] == self.id.as_str());
        Ok(all)
    }
}

/// The private link, from the list of sections.
async fn private_link(scene: &Scene, page: &Page) -> Result<String> {
    page.open(&scene.at("/apply")).await?;
    page.arrived_at("Your application").await?;
    Ok(page.field("Private link").await?.value)
}

/// Fills in everything from the section that is open, and submits.
async fn apply(page: &Page) -> Result<()> {
    filling::team(page).await?;
    go_on(page, "Product").await?;
    filling::product(page).await?;
    go_on(page, "Open AI").await?;
    filling::open_ai(page).await?;
    go_on(page, "Traction").await?;
    filling::traction(page).await?;
    go_on(page, "Fit").await?;
    filling::fit(page).await?;
    go_on(page, "Files").await?;
    page.fill("Link", "https://video.example/atelier-neuf").await?;
    go_on(page, "Consents").await?;
    filling::consents(page).await?;
    go_on(page, "Check your answers").await?;
    page.click(Role::Button, "Submit the application").await?;
    page.arrived_at("Application submitted").await
}

async fn is_accessible(page: &Page, what: &str) -> Result<()> {
    for scheme in ["light", "dark"] {
        page.prefer(scheme).await?;
        assert_eq!(axe::violations(page).await?, Vec::<String>::new(), "{what}, {scheme}");
    }
    Ok(())
}

/// What the browser complains about, but for two things, since browsers report every such reply: a store answers 403 or 404 where there is
/// nothing for whoever asks, as about an applicant of whom nothing is decided; and 400 or 401 to a wrong password.
async fn complaints(scene: &Scene, page: &Page) -> Result<Vec<String>> {
    let mut all = page.complaints().await?;
    let base = scene.store.base();
    let is_usual = |one: &str| {
        let is_wrong_password = one.contains("/auth-with-password") && one.contains("status of 400")
            || one.contains("/auth/login") && one.contains("status of 401");
        one.contains("status of 403") || one.contains("status of 404") || is_wrong_password
    };
    all.retain(|one| !(one.contains(&base) && is_usual(one)));
    Ok(all)
}

/// Takes pictures where somebody wants to look: `OPENCALL_PICTURES` is a folder.
async fn picture(page: &Page, name: &str) -> Result<()> {
    let Some(folder) = std::env::var_os("OPENCALL_PICTURES") else {
        return Ok(());
    };
    for width in [360, 1280] {
        for scheme in ["light", "dark"] {
            page.prefer(scheme).await?;
            let file = std::path::Path::new(&folder).join(format!("{name}-{width}-{scheme}.png"));
            page.picture(&file, width).await?;
        }
    }
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn an_applicant_applies_to_the_end_comes_back_to_the_draft_and_staff_see_and_move_it() -> Result<()> {
    let scene = Scene::new("records-whole-way").await?;
    let phone = Browser::start().await?;
    let page = phone.page()?;
    page.open(&scene.at("")).await?;
    page.find(Role::Timer, "Time left").await?;
    page.open(&scene.at("/apply/company")).await?;
    page.arrived_at("Company").await?;
    filling::company(&page).await?;
    page.reads("Saved with us").await?;
    picture(&page, "records-section").await?;
    let link = private_link(&scene, &page).await?;
    is_accessible(&page, "the list of sections").await?;
    page.reads("On this site it cannot be replaced by a new one later.").await?;
    page.lacks(Role::Button, "Replace the link").await?;
    picture(&page, "records-hub").await?;
    assert_eq!(complaints(&scene, &page).await?, Vec::<String>::new());

    // On another device, by the link: what was written is there, and it goes on.
    let laptop = Browser::start().await?;
    let page = laptop.page()?;
    page.open(&link).await?;
    page.arrived_at("Your application").await?;
    page.reads("1 of 8 sections complete").await?;
    page.open(&scene.at("/apply/company")).await?;
    page.holds("City", "Paris").await?;
    go_on(&page, "Team").await?;
    apply(&page).await?;
    let status = page.text().await?;
    picture(&page, "records-status").await?;
    assert_eq!(complaints(&scene, &page).await?, Vec::<String>::new());
    let (submissions, acts) = (scene.records("submissions").await?, scene.records("acts").await?);
    assert_eq!((submissions.len(), acts.len()), (1, 1));
    let digest = acts[0]["digest"].as_str().context("no digest")?;
    assert!(status.contains(digest), "the receipt is the one that is kept");
    assert_eq!(
        opencall_core::seal::digest(submissions[0]["canonical"].as_str().context("nothing")?),
        digest
    );
    // Loaded again it is still so, and on the first device too.
    page.reload().await?;
    page.arrived_at("Application submitted").await?;
    let first = phone.page()?;
    first.open(&scene.at("/status")).await?;
    first.arrived_at("Application submitted").await?;

    staff_see_and_move_it(&scene).await?;

    // The applicant sees what became of it.
    page.open(&scene.at("/status")).await?;
    page.reads("With the judges").await?;
    Ok(())
}

async fn staff_see_and_move_it(scene: &Scene) -> Result<()> {
    let browser = Browser::start().await?;
    let page = browser.page()?;
    page.open_unready(&scene.host.address("/staff")).await?;
    page.find(Role::Button, "Sign in").await?;
    is_accessible(&page, "signing in").await?;
    page.click(Role::Button, "Sign in").await?;
    page.reads("Enter the name of your account.").await?;
    page.fill("Name of your account", scene.store.account()).await?;
    page.fill("Password", "wrong").await?;
    page.click(Role::Button, "Sign in").await?;
    page.reads("No account has this name and password").await?;
    is_accessible(&page, "a wrong password").await?;
    picture(&page, "records-sign-in").await?;
    page.fill("Password", PASSWORD).await?;
    page.click(Role::Button, "Sign in").await?;
    page.find(Role::Button, "Sign out").await?;
    page.reads("Atelier Neuf").await?;
    picture(&page, "records-dashboard").await?;
    let kept = page
        .script("return JSON.stringify([{...localStorage}, {...sessionStorage}])")
        .await?;
    assert!(!kept.to_string().contains(PASSWORD), "the password is kept nowhere");

    // One application, and where it goes.
    page.press("/", false).await?;
    wait::until("the search has the focus", wait::PATIENCE, async || {
        Ok((page.script("return document.activeElement.id").await? == "search").then_some(()))
    })
    .await?;
    page.insert("atelier").await?;
    page.press("ArrowDown", false).await?;
    page.press("Enter", false).await?;
    page.reads("What happened").await?;
    page.reads("Open models that read building plans").await?;
    is_accessible(&page, "one application").await?;
    picture(&page, "records-one").await?;
    page.press("Escape", false).await?;
    page.no_longer_reads("What happened").await?;
    page.press("x", false).await?;
    page.reads("1 selected").await?;
    page.click(Role::Button, "Move to: In review").await?;
    page.reads("1 will become “In review”").await?;
    page.inside(Role::Dialog, "Move to: In review")
        .await?
        .click(Role::Button, "Move to: In review")
        .await?;
    page.reads("1 application moved to: In review.").await?;
    let act = &scene.records("acts").await?[0];
    let decided = scene.store.all("decisions").await?;
    let ours = |one: &&Value| act["application"] == one["id"] && one["status"] == "in_review";
    assert!(decided.iter().any(|one| ours(&one)), "{decided:?}");
    page.click(Role::Button, "Sign out").await?;
    page.find(Role::Button, "Sign in").await?;
    assert_eq!(complaints(scene, &page).await?, Vec::<String>::new());
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn two_applicants_do_not_see_each_others_and_a_made_up_link_opens_nothing() -> Result<()> {
    let scene = Scene::new("records-two").await?;
    let (hers, his) = (Browser::start().await?, Browser::start().await?);
    let (her, him) = (hers.page()?, his.page()?);
    for (page, city) in [(&her, "Lyon"), (&him, "Nantes")] {
        page.open(&scene.at("/apply/company")).await?;
        page.arrived_at("Company").await?;
        page.fill("City", city).await?;
        page.reads("Saved with us").await?;
    }
    assert_eq!(scene.records("applications").await?.len(), 2);
    for (page, city) in [(&her, "Lyon"), (&him, "Nantes")] {
        page.reload().await?;
        page.holds("City", city).await?;
    }
    // Whoever says nothing of themselves is shown nobody's; past the app, `records/tests/live/safety.rs` tries it with his credentials.
    let listed = him
        .script(&format!(
            "return (await (await fetch('{}')).text())",
            scene.store.records("applications")
        ))
        .await?;
    assert!(!listed.to_string().contains("Lyon"), "{listed}");
    him.open(&scene.at(&format!("/draft#{}", "x".repeat(43)))).await?;
    him.reads("This link does not open a draft").await?;
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn a_store_that_is_not_there_is_said_and_nothing_typed_is_lost() -> Result<()> {
    let scene = Scene::new("records-away").await?;
    let browser = Browser::start().await?;
    let page = browser.page()?;
    page.open(&scene.at("/apply/company")).await?;
    page.arrived_at("Company").await?;
    page.fill("City", "Lille").await?;
    page.reads("Saved with us").await?;
    page.set_offline(true).await?;
    page.fill("City", "Roubaix").await?;
    page.reads("Saved on this device").await?;
    page.reads("Offline").await?;
    page.set_offline(false).await?;
    page.reads("Saved with us").await?;
    wait::until("the change in the store", wait::PATIENCE, async || {
        let kept = scene.records("applications").await?;
        Ok((kept[0]["answers"]["city"] == "Roubaix").then_some(()))
    })
    .await
}
