//! Files: what is taken, what is not and why, and uploads that go on where they stopped.

use opencall_tests::{Backend, Browser, Role, material};

use crate::filling::open_section;

#[tokio::test(flavor = "multi_thread")]
async fn each_file_that_cannot_be_taken_says_why() -> anyhow::Result<()> {
    let backend = Backend::start().await?;
    let browser = Browser::start().await?;
    let page = browser.page()?;
    open_section(&backend, &page, "files", "Files").await?;
    let cases: [(&str, Vec<u8>, &str); 5] = [
        ("empty.pdf", Vec::new(), "is empty"),
        (
            "page.pdf",
            b"<html><script>alert(1)</script></html>".repeat(20),
            "is of another kind",
        ),
        ("big.pdf", material::pdf(10_000_001), "is too big"),
        ("cut.pdf", material::pdf(5_000)[..3_000].to_vec(), "is damaged"),
        ("deck.txt", b"words".to_vec(), "is of another kind"),
    ];
    for (name, bytes, words) in cases {
        let file = backend.scratch().join(name);
        std::fs::write(&file, bytes)?;
        page.attach("Deck", &file).await?;
        page.reads(words).await?;
    }
    let file = backend.scratch().join("deck.pdf");
    std::fs::write(&file, material::pdf(3_000))?;
    page.attach("Deck", &file).await?;
    page.reads("Uploaded").await?;
    page.reload().await?;
    page.arrived_at("Files").await?;
    page.reads("deck.pdf").await?;
    page.click(Role::Button, "Remove the file").await?;
    page.no_longer_reads("deck.pdf").await?;
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn an_upload_goes_on_after_the_connection_was_lost() -> anyhow::Result<()> {
    let backend = Backend::start().await?;
    let browser = Browser::start().await?;
    let page = browser.page()?;
    open_section(&backend, &page, "files", "Files").await?;
    let file = backend.scratch().join("deck.pdf");
    std::fs::write(&file, material::pdf(6_000_000))?;
    // Slowly, so that there is a middle.
    page.throttle(400_000).await?;
    page.attach("Deck", &file).await?;
    page.reads("\u{a0}MB of 6").await?;
    page.find(Role::Progressbar, "Deck").await?;
    page.click(Role::Button, "Pause").await?;
    page.reads("Paused").await?;
    page.click(Role::Button, "Resume").await?;
    page.find(Role::Button, "Pause").await?;
    page.set_offline(true).await?;
    page.reads("The connection was lost").await?;
    page.set_offline(false).await?;
    // It may go on by itself before the button is found.
    if page.has(Role::Button, "Resume").await? {
        let _ = page.click(Role::Button, "Resume").await;
    }
    page.reads("Uploaded").await?;
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn an_upload_goes_on_after_a_reload_with_the_same_file() -> anyhow::Result<()> {
    let backend = Backend::start().await?;
    let browser = Browser::start().await?;
    let page = browser.page()?;
    open_section(&backend, &page, "files", "Files").await?;
    let file = backend.scratch().join("deck.pdf");
    std::fs::write(&file, material::pdf(6_000_000))?;
    page.throttle(400_000).await?;
    page.attach("Deck", &file).await?;
    page.reads("\u{a0}MB of 6").await?;
    page.click(Role::Button, "Pause").await?;
    page.reads("Paused").await?;
    page.reload().await?;
    page.arrived_at("Files").await?;
    page.reads("deck.pdf").await?;
    page.set_offline(false).await?;
    // A page cannot open a file by itself: it asks for it again, or for a word to go on.
    opencall_tests::wait::until("the upload is complete", opencall_tests::wait::PATIENCE, async || {
        let text = page.text().await?;
        if text.contains("Choose deck.pdf again") {
            page.attach("Deck", &file).await?;
        } else if page.has(Role::Button, "Resume").await? {
            page.click(Role::Button, "Resume").await?;
        }
        Ok(text.contains("Uploaded").then_some(()))
    })
    .await
}
