//! The private link: replaced, the old one opens nothing any more.

use opencall_tests::{Backend, Browser, Role, axe};

use crate::filling::{complete_draft, open_section};

#[tokio::test(flavor = "multi_thread")]
async fn a_replaced_link_ends_and_the_new_one_opens_the_draft_elsewhere() -> anyhow::Result<()> {
    let backend = Backend::start().await?;
    let browser = Browser::start().await?;
    let page = browser.page()?;
    let before = complete_draft(&backend, &page).await?;
    let shown = "return document.querySelector('#link input').value";
    let old = page.script(shown).await?;
    assert!(old.as_str().unwrap().ends_with(&before.token));
    page.click(Role::Button, "Replace the link").await?;
    page.reads("stops working at once").await?;
    assert_eq!(axe::violations(&page).await?, Vec::<String>::new());
    page.click(Role::Button, "Keep it").await?;
    page.no_longer_reads("stops working at once").await?;
    before.read().await?.expect(200)?;

    page.click(Role::Button, "Replace the link").await?;
    page.click(Role::Button, "Replace it now").await?;
    page.reads("Link replaced").await?;
    before.read().await?.expect(401)?;
    let new = page.script(shown).await?;
    let new = new.as_str().unwrap().to_owned();
    assert_ne!(old.as_str(), Some(new.as_str()));

    // This device goes on with the new one, also after a reload.
    page.reload().await?;
    open_section(&backend, &page, "company", "Company").await?;
    page.fill("City", "Nantes").await?;
    page.reads("Saved with us").await?;
    // Both see that the other is there.
    let elsewhere = Browser::start().await?;
    let there = elsewhere.page()?;
    there.open(&new).await?;
    there.arrived_at("Your application").await?;
    open_section(&backend, &there, "company", "Company").await?;
    there.holds("City", "Nantes").await?;
    there.reads("Also in this section: Chrome on Linux").await?;
    page.reads_within("Also in this section", std::time::Duration::from_secs(45))
        .await?;
    there.open(&new).await?;
    there.arrived_at("Your application").await?;
    there.reads("somebody is here").await?;
    there.open(old.as_str().unwrap()).await?;
    there.reads("link").await?;
    there.lacks(Role::Link, "Company").await?;
    Ok(())
}
