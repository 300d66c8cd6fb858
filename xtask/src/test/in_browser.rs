//! The app's own tests that need a browser, in headless Chromium.

use anyhow::Result;

use crate::{debian, process, tools};

/// Runs `wasm-bindgen-test`s; `webdriver.json` in the root holds the browser's flags.
pub fn run() -> Result<()> {
    tests(&[], &[])
}

/// Measures what a call costs over bare `fetch`, optimised for speed of compiling rather than for size: docs/fetch-layer.md.
pub fn measure_fetch() -> Result<()> {
    process::run(process::cargo().args(["test", "--package", "opencall", "--lib", "api::bench", "--", "--nocapture"]))?;
    tests(
        &["--profile", "bench-app"],
        &["--include-ignored", "--nocapture", "what_a_call_costs_over_bare_fetch"],
    )
}

fn tests(how: &[&str], which: &[&str]) -> Result<()> {
    tools::wasm_target()?;
    tools::wasm_bindgen()?;
    let browser = debian::browser()?;
    process::run(
        process::cargo()
            .args(["test", "--package", "opencall", "--lib", "--target", "wasm32-unknown-unknown"])
            .args(how)
            .arg("--")
            .args(which)
            .env("CARGO_TARGET_WASM32_UNKNOWN_UNKNOWN_RUNNER", "wasm-bindgen-test-runner")
            .env("CHROMEDRIVER", &browser.driver)
            .env("WASM_BINDGEN_TEST_TIMEOUT", "120")
            .env("PATH", tools::path()?),
    )
}
