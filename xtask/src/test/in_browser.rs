//! The app's own tests that need a browser, in headless Chromium.

use anyhow::Result;

use crate::{debian, process, tools};

/// Runs `wasm-bindgen-test`s; `webdriver.json` in the root holds the browser's flags.
pub fn run() -> Result<()> {
    tools::wasm_target()?;
    tools::wasm_bindgen()?;
    let browser = debian::browser()?;
    process::run(
        process::cargo()
            .args(["test", "--package", "opencall", "--lib", "--target", "wasm32-unknown-unknown"])
            .env("CARGO_TARGET_WASM32_UNKNOWN_UNKNOWN_RUNNER", "wasm-bindgen-test-runner")
            .env("CHROMEDRIVER", &browser.driver)
            .env("WASM_BINDGEN_TEST_TIMEOUT", "120")
            .env("PATH", tools::path()?),
    )
}
