//! Chromium under ChromeDriver, in a profile that can survive its death.

use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::Duration;

use anyhow::{Context, Result, anyhow};
use serde_json::json;
use thirtyfour::{CapabilitiesHelper, ChromiumLikeCapabilities, DesiredCapabilities, WebDriver};

use crate::backend::free_port;
use crate::page::Page;
use crate::{settings, wait};

/// What every browser is started with; the profile and the language are added.
const FLAGS: [&str; 8] = [
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--disable-quic",
];

/// What a person's browser is set to.
#[derive(Clone)]
pub struct Habits {
    /// The preferred language.
    pub language: &'static str,
    /// The device's IANA zone.
    pub zone: &'static str,
    /// Width and height of the window in CSS pixels.
    pub window: (u32, u32),
    /// Whether the browser denies storage to what stands in frames of other sites.
    pub blocks_third_parties: bool,
}

impl Default for Habits {
    fn default() -> Self {
        Self {
            language: "en-GB",
            zone: "Europe/London",
            window: (1280, 900),
            blocks_third_parties: false,
        }
    }
}

/// A browser. It ends and its profile goes when this is dropped.
pub struct Browser {
    habits: Habits,
    profile: PathBuf,
    driver: Option<WebDriver>,
    process: Option<u64>,
    chromedriver: Option<Child>,
}

impl Browser {
    /// Starts a browser with a new profile.
    pub async fn start() -> Result<Self> {
        Self::with(Habits::default()).await
    }

    /// Starts a browser with a new profile.
    pub async fn with(habits: Habits) -> Result<Self> {
        static COUNT: AtomicU32 = AtomicU32::new(0);
        let name = format!("opencall-profile-{}-{}", std::process::id(), COUNT.fetch_add(1, Ordering::Relaxed));
        let mut browser = Self {
            habits,
            profile: std::env::temp_dir().join(name),
            driver: None,
            process: None,
            chromedriver: None,
        };
        browser.run().await?;
        Ok(browser)
    }

    /// Starts the browser, again after [`Browser::kill`], with the profile it had.
    pub async fn run(&mut self) -> Result<()> {
        self.kill();
        // What Chromium leaves behind when it is killed keeps it from using the profile again.
        for name in ["SingletonLock", "SingletonCookie", "SingletonSocket", "DevToolsActivePort"] {
            let _ = std::fs::remove_file(self.profile.join(name));
        }
        let port = free_port()?;
        self.chromedriver = Some(
            Command::new(settings::chromedriver()?)
                .arg(format!("--port={port}"))
                .arg("--log-level=OFF")
                .env("TZ", self.habits.zone)
                .stdin(Stdio::null())
                .stdout(Stdio::null())
                .stderr(Stdio::null())
                .spawn()
                .context("chromedriver cannot be started")?,
        );
        let server = format!("http://127.0.0.1:{port}");
        wait::until("chromedriver answers", wait::PATIENCE, async || {
            Ok(reqwest::get(format!("{server}/status")).await.is_ok().then_some(()))
        })
        .await?;
        let driver = WebDriver::new(server, self.capabilities()?)
            .await
            .context("Chromium cannot be started")?;
        self.process = driver
            .handle()
            .capabilities()
            .get("goog:processID")
            .and_then(serde_json::Value::as_u64);
        driver.set_script_timeout(Duration::from_secs(60)).await?;
        self.driver = Some(driver);
        Ok(())
    }

    fn capabilities(&self) -> Result<thirtyfour::ChromeCapabilities> {
        let mut capabilities = DesiredCapabilities::chrome();
        for flag in FLAGS {
            capabilities.add_arg(flag)?;
        }
        let (width, height) = self.habits.window;
        let language = self.habits.language;
        for flag in [
            format!("--user-data-dir={}", self.profile.display()),
            format!("--window-size={width},{height}"),
            format!("--lang={language}"),
            format!("--accept-lang={language}"),
        ] {
            capabilities.add_arg(&flag)?;
        }
        capabilities.set_binary(&settings::chromium()?.to_string_lossy())?;
        if self.habits.blocks_third_parties {
            let wanted = json!({"profile": {"block_third_party_cookies": true, "cookie_controls_mode": 1}});
            capabilities.add_experimental_option("prefs", wanted)?;
            // Without it a frame gets a storage of its own.
            capabilities.add_arg("--disable-features=ThirdPartyStoragePartitioning")?;
        }
        capabilities.set("goog:loggingPrefs", json!({"browser": "ALL", "performance": "ALL"}))?;
        Ok(capabilities)
    }

    /// The page that is open.
    pub fn page(&self) -> Result<Page> {
        Ok(Page::new(self.driver.clone().ok_or_else(|| anyhow!("the browser is not running"))?))
    }

    /// The folder with everything that the browser keeps.
    pub fn profile(&self) -> &Path {
        &self.profile
    }

    /// Ends the browser at once, as a crash does (SIGKILL).
    pub fn kill(&mut self) {
        if let Some(process) = self.process.take() {
            let _ = Command::new("kill")
                .args(["-KILL", &process.to_string()])
                .stderr(Stdio::null())
                .status();
        }
        if let Some(mut chromedriver) = self.chromedriver.take() {
            let _ = chromedriver.kill();
            let _ = chromedriver.wait();
        }
        if let Some(driver) = self.driver.take() {
            // There is nobody left to say goodbye to.
            let _ = driver.leak();
        }
    }
}

impl Drop for Browser {
    fn drop(&mut self) {
        self.kill();
        // Its processes may be writing their last.
        for _ in 0..20 {
            if std::fs::remove_dir_all(&self.profile).is_ok() || !self.profile.exists() {
                break;
            }
        }
    }
}
