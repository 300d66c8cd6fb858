//! A section can be typed into before the app is there, and not a letter of that is lost.

use opencall_tests::{Backend, Browser, Page, Role};

use crate::filling::at;

/// Opens a section, keeps the app away, and waits until a text field takes typing.
async fn open_without_app(backend: &Backend, page: &Page, label: &str) -> anyhow::Result<()> {
    backend.front().hold_app(true);
    page.open_unready(&at(backend, "/apply/company")).await?;
    page.can_be_typed_into(label).await
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_typed_before_the_app_is_there_goes_on_in_it() -> anyhow::Result<()> {
    let backend = Backend::start().await?;
    let browser = Browser::start().await?;
    let page = browser.page()?;
    open_without_app(&backend, &page, "Company name").await?;
    page.focus(Role::Textbox, "Company name").await?;
    page.type_keys("Atelier Nef").await?;
    // The caret stands before the last letter.
    page.press("ArrowLeft", false).await?;
    assert!(!page.has(Role::Button, "Save and continue").await?, "the app is not there yet");
    backend.front().hold_app(false);
    page.find(Role::Button, "Save and continue").await?;
    // The focus and the caret are where they were: nobody noticed.
    page.type_keys("u").await?;
    page.holds("Company name", "Atelier Neuf").await?;
    page.reads("Saved with us").await?;
    page.reload().await?;
    page.holds("Company name", "Atelier Neuf").await
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_typed_is_kept_although_the_app_never_came() -> anyhow::Result<()> {
    let backend = Backend::start().await?;
    let browser = Browser::start().await?;
    let page = browser.page()?;
    open_without_app(&backend, &page, "Company name").await?;
    page.focus(Role::Textbox, "Company name").await?;
    page.type_keys("Atelier").await?;
    // Another page, before the app was there for this one.
    page.open_unready(&at(&backend, "/apply")).await?;
    backend.front().hold_app(false);
    page.reads("Saved with us").await?;
    page.click(Role::Link, "Company").await?;
    page.holds("Company name", "Atelier").await
}

#[tokio::test(flavor = "multi_thread")]
async fn a_draft_on_this_device_is_shown_and_changed_before_the_app_is_there() -> anyhow::Result<()> {
    let backend = Backend::start().await?;
    let browser = Browser::start().await?;
    let page = browser.page()?;
    page.open(&at(&backend, "/apply/company")).await?;
    page.fill("Company name", "Atelier").await?;
    page.fill("City", "Paris").await?;
    page.reads("Saved with us").await?;
    open_without_app(&backend, &page, "City").await?;
    page.holds("Company name", "Atelier").await?;
    page.fill("City", "Lyon").await?;
    assert!(!page.has(Role::Button, "Save and continue").await?, "the app is not there yet");
    backend.front().hold_app(false);
    page.find(Role::Button, "Save and continue").await?;
    page.holds("City", "Lyon").await?;
    page.holds("Company name", "Atelier").await?;
    page.reads("Saved with us").await
}
