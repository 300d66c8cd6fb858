//! axe-core finds nothing, in any state of any page, light or dark.

use anyhow::Result;
use jiff::ToSpan;
use opencall_tests::{Backend, Browser, Page, Role, Setup, axe};

use crate::filling::{at, complete_draft, open_section};

/// What was found in all the states looked at, so that one run shows everything.
#[derive(Default)]
pub struct Audit {
    found: Vec<String>,
}

impl Audit {
    /// Looks at the page as it is now, in both schemes.
    pub async fn check(&mut self, page: &Page, state: &str) -> Result<()> {
        for scheme in ["light", "dark"] {
            page.prefer(scheme).await?;
            let violations = axe::violations(page).await?;
            self.found
                .extend(violations.into_iter().map(|violation| format!("{state}, {scheme}: {violation}")));
        }
        Ok(())
    }
}

impl Drop for Audit {
    fn drop(&mut self) {
        if !std::thread::panicking() {
            assert!(
                self.found.is_empty(),
                "{} violations of accessibility\n{}",
                self.found.len(),
                self.found.join("\n")
            );
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn the_pages_before_anything_is_typed() -> Result<()> {
    let mut audit = Audit::default();
    let backend = Backend::start().await?;
    let browser = Browser::start().await?;
    let page = browser.page()?;
    page.open(&at(&backend, "")).await?;
    page.find(Role::Timer, "Time left").await?;
    audit.check(&page, "the call").await?;
    for (path, heading) in [
        ("/eligibility", "Can you apply?"),
        ("/apply", "Your application"),
        ("/check", "Check your answers"),
        ("/status", "There is no application on this device"),
        ("/nowhere/at/all", "There is no such page"),
    ] {
        page.open(&at(&backend, path)).await?;
        page.arrived_at(heading).await?;
        audit.check(&page, path).await?;
    }
    backend.front().hold_app(true);
    page.open_unready(&at(&backend, "/apply/company")).await?;
    page.can_be_typed_into("Company name").await?;
    audit.check(&page, "a section before the app is there").await
}

#[tokio::test(flavor = "multi_thread")]
async fn every_section_empty_and_in_error() -> Result<()> {
    let mut audit = Audit::default();
    let backend = Backend::start().await?;
    let browser = Browser::start().await?;
    let page = browser.page()?;
    for (id, title) in sections() {
        open_section(&backend, &page, id, title).await?;
        audit.check(&page, &format!("{title}, empty")).await?;
        page.click(Role::Button, "Save and continue").await?;
        page.reads("problem").await?;
        audit.check(&page, &format!("{title}, in error")).await?;
    }
    page.open(&at(&backend, "/eligibility")).await?;
    page.click(Role::Button, "See whether you can apply").await?;
    page.reads("problems").await?;
    audit.check(&page, "eligibility, in error").await
}

#[tokio::test(flavor = "multi_thread")]
async fn everything_filled_in_submitted_and_left() -> Result<()> {
    let mut audit = Audit::default();
    let backend = Backend::start().await?;
    let browser = Browser::start().await?;
    let page = browser.page()?;
    complete_draft(&backend, &page).await?;
    audit.check(&page, "the hub, complete").await?;
    for (id, title) in sections() {
        open_section(&backend, &page, id, title).await?;
        audit.check(&page, &format!("{title}, filled in")).await?;
    }
    page.open(&at(&backend, "/check")).await?;
    page.arrived_at("Check your answers").await?;
    audit.check(&page, "check, all").await?;
    page.click(Role::Tab, "What the judges see").await?;
    audit.check(&page, "check, as judges see it").await?;
    page.click(Role::Button, "Submit the application").await?;
    page.arrived_at("Application submitted").await?;
    audit.check(&page, "the receipt").await?;
    page.click(Role::Button, "Withdraw the application").await?;
    audit.check(&page, "withdraw?").await?;
    page.click(Role::Button, "Yes, withdraw it").await?;
    page.reads("Your application is withdrawn").await?;
    audit.check(&page, "withdrawn").await?;
    page.click(Role::Button, "Delete everything").await?;
    audit.check(&page, "delete?").await?;
    page.click(Role::Button, "Yes, delete everything").await?;
    page.reads("Everything is deleted").await?;
    audit.check(&page, "deleted").await
}

#[tokio::test(flavor = "multi_thread")]
async fn offline_in_the_last_hour_and_after_the_end() -> Result<()> {
    let mut audit = Audit::default();
    let backend = Backend::with(Setup {
        closes: 50.minutes(),
        ..Setup::default()
    })
    .await?;
    let browser = Browser::start().await?;
    let page = browser.page()?;
    open_section(&backend, &page, "company", "Company").await?;
    page.fill("City", "Paris").await?;
    page.reads("Saved with us").await?;
    page.set_offline(true).await?;
    page.fill("City", "Lyon").await?;
    page.reads("Offline:").await?;
    audit.check(&page, "offline in the last hour").await?;
    page.set_offline(false).await?;
    page.reads("Saved with us").await?;
    backend.shift_clock(51 * 60_000)?;
    open_section(&backend, &page, "company", "Company").await?;
    page.reads("The call has closed").await?;
    audit.check(&page, "in the grace").await?;
    backend.shift_clock(5 * 3_600_000)?;
    page.open(&at(&backend, "")).await?;
    page.reads("Closed on").await?;
    audit.check(&page, "closed").await
}

/// The sections of the sample programme.
fn sections() -> [(&'static str, &'static str); 8] {
    [
        ("company", "Company"),
        ("team", "Team"),
        ("product", "Product"),
        ("open-ai", "Open AI"),
        ("traction", "Traction"),
        ("fit", "Fit"),
        ("files", "Files"),
        ("consents", "Consents"),
    ]
}
