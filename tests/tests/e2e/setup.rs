//! A site that is not set up yet says what is missing.

use opencall_tests::{Backend, Browser, Setup};

use crate::filling::at;

#[tokio::test(flavor = "multi_thread")]
async fn a_missing_or_wrong_configuration_is_named() -> anyhow::Result<()> {
    for (config, words) in [
        (None, "/config.json is missing"),
        (Some("{\"contract\": 1,"), "/config.json is not JSON"),
        (Some("{\"contract\": 1, \"api\": 7}"), "/config.json:"),
    ] {
        let backend = Backend::with(Setup {
            config: Some(config),
            ..Setup::default()
        })
        .await?;
        let browser = Browser::start().await?;
        let page = browser.page()?;
        page.open(&at(&backend, "/apply/company")).await?;
        page.reads("This site is not set up yet").await?;
        page.reads(words).await?;
    }
    Ok(())
}
