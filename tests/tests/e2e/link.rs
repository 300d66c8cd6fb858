//! The private link: as a QR code; replaced, the old one opens nothing any more.

use opencall_tests::{Applicant, Backend, Browser, Page, Role, axe, wait};
use serde_json::json;

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
    // Nobody meets themselves after a reload.
    page.reload().await?;
    page.arrived_at("Company").await?;
    let told = "return performance.getEntriesByType('resource').some((e) => e.name.endsWith('/presence') && e.responseEnd > 0)";
    wait::until("it is told who else is here", wait::PATIENCE, async || {
        Ok((page.script(told).await? == true).then_some(()))
    })
    .await?;
    assert!(!page.text().await?.contains("Also in this section"));
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

const CODE: &str = "QR code of the private link: scan it with a phone to open this draft there";

#[tokio::test(flavor = "multi_thread")]
async fn a_phone_reads_the_link_from_the_screen_and_the_new_one_after_it_was_replaced() -> anyhow::Result<()> {
    let backend = Backend::start().await?;
    let browser = Browser::start().await?;
    let page = browser.page()?;
    complete_draft(&backend, &page).await?;
    let phone = json!({"width": 360, "height": 780, "deviceScaleFactor": 1, "mobile": false});
    page.cdp("Emulation.setDeviceMetricsOverride", phone).await?;
    page.lacks(Role::Image, CODE).await?;
    page.click(Role::Button, "Show as QR code").await?;
    let old = reads_as_the_link(&page).await?;

    page.click(Role::Button, "Replace the link").await?;
    page.click(Role::Button, "Replace it now").await?;
    page.reads("Link replaced").await?;
    assert_ne!(reads_as_the_link(&page).await?, old);
    assert!(!page.driver().title().await?.contains("QR"));
    assert_eq!(page.complaints().await?, Vec::<String>::new());
    page.click(Role::Button, "Hide the QR code").await?;
    page.lacks(Role::Image, CODE).await
}

/// The link in the field, which the code on the screen says too, in every scheme and without a fault of accessibility.
async fn reads_as_the_link(page: &Page) -> anyhow::Result<String> {
    let link = page.find(Role::Textbox, "Private link").await?.value;
    for scheme in ["light", "dark"] {
        page.prefer(scheme).await?;
        let code = page.find(Role::Image, CODE).await?;
        // From under the bar, which stays on top of the page.
        page.script("document.querySelector('#link [role=img]').scrollIntoView({block: 'center'})")
            .await?;
        let picture = page.element(&code).await?.screenshot_as_png().await?;
        let (width, read) = read(&picture)?;
        assert!((200..=260).contains(&width), "{width} px");
        assert_eq!(read, link, "{scheme}");
        assert_eq!(axe::violations(page).await?, Vec::<String>::new(), "{scheme}");
    }
    Ok(link)
}

/// The width of a picture, and what its QR code says.
fn read(picture: &[u8]) -> anyhow::Result<(usize, String)> {
    let mut decoder = png::Decoder::new(std::io::Cursor::new(picture));
    decoder.set_transformations(png::Transformations::normalize_to_color8());
    let mut reader = decoder.read_info()?;
    let mut points = vec![0; reader.output_buffer_size().unwrap()];
    let info = reader.next_frame(&mut points)?;
    let (width, height) = (info.width as usize, info.height as usize);
    let samples = info.color_type.samples();
    // One channel is as good as three: it is black on white.
    let mut image = rqrr::PreparedImage::prepare_from_greyscale(width, height, |x, y| points[(y * width + x) * samples]);
    let codes = image.detect_grids();
    assert_eq!(codes.len(), 1);
    Ok((width, codes[0].decode()?.1))
}

#[tokio::test(flavor = "multi_thread")]
async fn a_link_opened_while_the_backend_is_away_opens_by_itself_once_it_is_back() -> anyhow::Result<()> {
    let backend = Backend::start().await?;
    let browser = Browser::start().await?;
    let page = browser.page()?;
    let applicant = Applicant::new(&backend)?;
    applicant.complete().await?;
    page.cdp("Network.enable", json!({})).await?;
    page.cdp("Network.setBlockedURLs", json!({"urls": ["*/api/v1/application"]}))
        .await?;
    page.open(&backend.address(&applicant.private_link())).await?;
    page.reads("This page keeps trying").await?;
    page.find(Role::Button, "Try again").await?;
    assert_eq!(axe::violations(&page).await?, Vec::<String>::new());
    page.cdp("Network.setBlockedURLs", json!({"urls": []})).await?;
    page.arrived_at("Your application").await?;
    page.reads("8 of 8 sections complete").await
}
