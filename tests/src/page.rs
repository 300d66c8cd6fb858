//! A person at a page. Things are found as assistive technology finds them: by role and accessible name in
//! the browser's own accessibility tree, never by class or id. Every question waits for its answer.

use std::path::Path;
use std::time::Duration;

use anyhow::{Context, Result, bail};
use serde_json::{Value, json};
use thirtyfour::{By, WebDriver, WebElement};

use crate::wait;

/// ARIA roles that tests look for.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Role {
    Alert,
    Button,
    Checkbox,
    Combobox,
    Dialog,
    Group,
    Heading,
    Image,
    Link,
    ListItem,
    Main,
    Navigation,
    Progressbar,
    Radio,
    RadioGroup,
    Region,
    Status,
    Tab,
    Term,
    Textbox,
    Timer,
}

impl Role {
    const fn name(self) -> &'static str {
        match self {
            Self::Alert => "alert",
            Self::Button => "button",
            Self::Checkbox => "checkbox",
            Self::Combobox => "combobox",
            Self::Dialog => "dialog",
            Self::Group => "group",
            Self::Heading => "heading",
            Self::Image => "image",
            Self::Link => "link",
            Self::ListItem => "listitem",
            Self::Main => "main",
            Self::Navigation => "navigation",
            Self::Progressbar => "progressbar",
            Self::Radio => "radio",
            Self::RadioGroup => "radiogroup",
            Self::Region => "region",
            Self::Status => "status",
            Self::Tab => "tab",
            Self::Term => "term",
            Self::Textbox => "textbox",
            Self::Timer => "timer",
        }
    }
}

/// Something in the accessibility tree.
#[derive(Clone, Debug)]
pub struct Thing {
    /// Its accessible name.
    pub name: String,
    /// Its accessible description: hints and errors.
    pub description: String,
    /// What it holds, of controls.
    pub value: String,
    /// `aria-invalid` and the like, by name.
    pub properties: Value,
    node: i64,
}

impl Thing {
    /// Whether it is marked as wrong.
    pub fn is_invalid(&self) -> bool {
        self.properties["invalid"] == "true"
    }

    /// Whether it is checked (checkboxes and radio buttons).
    pub fn is_checked(&self) -> bool {
        self.properties["checked"] == "true"
    }
}

/// An open page.
#[derive(Clone)]
pub struct Page {
    driver: WebDriver,
    /// Where to look: the whole document, or one thing of it.
    within: Option<i64>,
}

impl Page {
    pub(crate) fn new(driver: WebDriver) -> Self {
        Self { driver, within: None }
    }

    /// The session, for what has no words here.
    pub fn driver(&self) -> &WebDriver {
        &self.driver
    }

    /// A command of the DevTools protocol.
    pub async fn cdp(&self, method: &str, parameters: Value) -> Result<Value> {
        self.driver
            .cdp()
            .send_raw(method, parameters)
            .await
            .with_context(|| method.to_owned())
    }

    /// Runs a script that returns a value.
    pub async fn script(&self, script: &str) -> Result<Value> {
        Ok(self.driver.execute(script, Vec::new()).await?.json().clone())
    }

    /// Goes to an address, as if typed into the address bar, and waits for the app.
    pub async fn open(&self, address: &str) -> Result<()> {
        self.open_cached(address).await?;
        self.app_there().await
    }

    /// Goes to an address and looks at it as the server sent it; nothing comes from the cache.
    pub async fn open_unready(&self, address: &str) -> Result<()> {
        self.cdp("Network.clearBrowserCache", json!({})).await?;
        self.open_cached(address).await
    }

    async fn open_cached(&self, address: &str) -> Result<()> {
        self.driver.goto(address).await.with_context(|| address.to_owned())
    }

    /// Loads the page again.
    pub async fn reload(&self) -> Result<()> {
        self.driver.refresh().await?;
        self.app_there().await
    }

    /// Waits until the app has taken over from what the server sent.
    async fn app_there(&self) -> Result<()> {
        let shell = "return document.readyState === 'complete' && document.querySelector('#app [data-at]') === null";
        wait::until("the app", wait::PATIENCE, async || {
            Ok((self.script(shell).await? == true).then_some(()))
        })
        .await
    }

    /// Waits until a text field takes typing.
    pub async fn can_be_typed_into(&self, label: &str) -> Result<()> {
        wait::until(&format!("“{label}” takes typing"), wait::PATIENCE, async || {
            Ok((self.field(label).await?.properties["readonly"] != true).then_some(()))
        })
        .await
    }

    /// The browser's Back.
    pub async fn back(&self) -> Result<()> {
        Ok(self.driver.back().await?)
    }

    /// The path of the address.
    pub async fn path(&self) -> Result<String> {
        Ok(self.driver.current_url().await?.path().to_owned())
    }

    /// The title of the page.
    pub async fn title(&self) -> Result<String> {
        Ok(self.driver.title().await?)
    }

    /// The text of the page as shown.
    pub async fn text(&self) -> Result<String> {
        Ok(self
            .script("return document.body.innerText")
            .await?
            .as_str()
            .unwrap_or_default()
            .to_owned())
    }

    /// Waits until the page shows a text.
    pub async fn reads(&self, text: &str) -> Result<()> {
        self.reads_within(text, wait::PATIENCE).await
    }

    /// Waits until the page shows a text, so long at most.
    pub async fn reads_within(&self, text: &str, limit: Duration) -> Result<()> {
        let outcome = wait::until(&format!("the page shows “{text}”"), limit, async || {
            Ok(self.text().await?.contains(text).then_some(()))
        })
        .await;
        match outcome {
            Ok(()) => Ok(()),
            Err(error) => Err(error.context(self.about().await)),
        }
    }

    /// Waits until the page does not show a text.
    pub async fn no_longer_reads(&self, text: &str) -> Result<()> {
        wait::until(&format!("the page no longer shows “{text}”"), wait::PATIENCE, async || {
            Ok((!self.text().await?.contains(text)).then_some(()))
        })
        .await
    }

    /// Waits until the page's main heading is this and has the focus.
    pub async fn arrived_at(&self, heading: &str) -> Result<()> {
        let script = "const h = document.querySelectorAll('h1'); return h.length == 1 ? [h[0].innerText.trim(), document.activeElement === h[0] || document.activeElement === document.body] : ['', false]";
        let outcome = wait::until(&format!("the heading is “{heading}”"), wait::PATIENCE, async || {
            let seen = self.script(script).await?;
            Ok((seen[0].as_str().is_some_and(|text| text.contains(heading)) && seen[1] == true).then_some(()))
        })
        .await;
        match outcome {
            Ok(()) => Ok(()),
            Err(error) => Err(error.context(self.about().await)),
        }
    }

    /// Everything of a role there is now, in the order of the page.
    pub async fn all(&self, role: Role) -> Result<Vec<Thing>> {
        let mut question = json!({"role": role.name()});
        match self.within {
            Some(node) => question["backendNodeId"] = node.into(),
            None => {
                let document = self.cdp("DOM.getDocument", json!({"depth": 0})).await?;
                question["nodeId"] = document["root"]["nodeId"].clone();
            }
        }
        let answer = self.cdp("Accessibility.queryAXTree", question).await?;
        Ok(answer["nodes"].as_array().into_iter().flatten().filter_map(thing).collect())
    }

    /// Waits for one thing of a role and name: the whole name, or the beginning of it up to a bracket or colon.
    pub async fn find(&self, role: Role, name: &str) -> Result<Thing> {
        let outcome = wait::until(&format!("{} “{name}”", role.name()), wait::PATIENCE, async || {
            Ok(self.all(role).await?.into_iter().find(|thing| is_called(&thing.name, name)))
        })
        .await;
        match outcome {
            Ok(thing) => Ok(thing),
            Err(error) => Err(error.context(self.about().await)),
        }
    }

    /// Whether there is such a thing now.
    pub async fn has(&self, role: Role, name: &str) -> Result<bool> {
        Ok(self.all(role).await?.iter().any(|thing| is_called(&thing.name, name)))
    }

    /// Waits until there is no such thing.
    pub async fn lacks(&self, role: Role, name: &str) -> Result<()> {
        wait::until(&format!("no {} “{name}”", role.name()), wait::PATIENCE, async || {
            Ok((!self.has(role, name).await?).then_some(()))
        })
        .await
    }

    /// The same page, looking only inside one thing.
    pub async fn inside(&self, role: Role, name: &str) -> Result<Self> {
        let thing = self.find(role, name).await?;
        Ok(Self {
            driver: self.driver.clone(),
            within: Some(thing.node),
        })
    }

    /// The same page, looking only inside the nth thing (from 0) of those whose name begins so.
    pub async fn inside_nth(&self, role: Role, name: &str, nth: usize) -> Result<Self> {
        let thing = wait::until(&format!("{} “{name}” number {nth}", role.name()), wait::PATIENCE, async || {
            Ok(self
                .all(role)
                .await?
                .into_iter()
                .filter(|thing| thing.name.starts_with(name))
                .nth(nth))
        })
        .await?;
        Ok(Self {
            driver: self.driver.clone(),
            within: Some(thing.node),
        })
    }

    /// Clicks, once it is there and nothing covers it.
    pub async fn click(&self, role: Role, name: &str) -> Result<()> {
        let outcome = wait::until(
            &format!("{} “{name}” can be clicked", role.name()),
            wait::PATIENCE,
            async || {
                let Some(thing) = self.all(role).await?.into_iter().find(|thing| is_called(&thing.name, name)) else {
                    return Ok(None);
                };
                let element = self.element(&thing).await?;
                // Into the middle: at the edge it would be under the bar that is always in sight.
                let middle = "arguments[0].scrollIntoView({block: 'center', behavior: 'instant'})";
                self.driver.execute(middle, vec![element.to_json()?]).await?;
                element.click().await?;
                Ok(Some(()))
            },
        )
        .await;
        match outcome {
            Ok(()) => Ok(()),
            Err(error) => Err(error.context(self.about().await)),
        }
    }

    /// Puts the focus on a control.
    pub async fn focus(&self, role: Role, name: &str) -> Result<()> {
        let thing = self.find(role, name).await?;
        self.cdp("DOM.focus", json!({"backendNodeId": thing.node})).await?;
        Ok(())
    }

    /// Replaces what a text field holds (one with suggestions is a combobox).
    pub async fn fill(&self, label: &str, text: &str) -> Result<()> {
        let field = self.field(label).await?;
        self.cdp("DOM.focus", json!({"backendNodeId": field.node})).await?;
        self.press("a", true).await?;
        self.press("Delete", false).await?;
        self.insert(text).await
    }

    /// Waits for the text field of this label.
    pub async fn field(&self, label: &str) -> Result<Thing> {
        let outcome = wait::until(&format!("text field “{label}”"), wait::PATIENCE, async || {
            for role in [Role::Textbox, Role::Combobox] {
                if let Some(thing) = self.all(role).await?.into_iter().find(|thing| is_called(&thing.name, label)) {
                    return Ok(Some(thing));
                }
            }
            Ok(None)
        })
        .await;
        match outcome {
            Ok(thing) => Ok(thing),
            Err(error) => Err(error.context(self.about().await)),
        }
    }

    /// Waits until the text field of this label holds a text.
    pub async fn holds(&self, label: &str, text: &str) -> Result<()> {
        let outcome = wait::until(&format!("“{label}” holds “{text}”"), wait::PATIENCE, async || {
            Ok((self.field(label).await?.value == text).then_some(()))
        })
        .await;
        match outcome {
            Ok(()) => Ok(()),
            Err(error) => Err(error.context(self.about().await)),
        }
    }

    /// Puts text where the caret is, as pasting does.
    pub async fn insert(&self, text: &str) -> Result<()> {
        self.cdp("Input.insertText", json!({"text": text})).await?;
        Ok(())
    }

    /// Types text where the caret is, key by key.
    pub async fn type_keys(&self, text: &str) -> Result<()> {
        for character in text.chars() {
            let text = character.to_string();
            self.cdp("Input.dispatchKeyEvent", json!({"type": "keyDown", "text": text, "key": text}))
                .await?;
            self.cdp("Input.dispatchKeyEvent", json!({"type": "keyUp", "key": text})).await?;
        }
        Ok(())
    }

    /// Presses a key by its DOM name (`Tab`, `Enter`, ` `, `ArrowDown`, `a`), with Control or without.
    pub async fn press(&self, key: &str, control: bool) -> Result<()> {
        let (code, text) = match key {
            "Tab" => (9, ""),
            "Enter" => (13, "\r"),
            "Escape" => (27, ""),
            " " => (32, " "),
            "End" => (35, ""),
            "Home" => (36, ""),
            "ArrowLeft" => (37, ""),
            "ArrowUp" => (38, ""),
            "ArrowRight" => (39, ""),
            "ArrowDown" => (40, ""),
            "Delete" => (46, ""),
            "Backspace" => (8, ""),
            "a" => (65, ""),
            "k" => (75, ""),
            "x" => (88, "x"),
            "/" => (191, "/"),
            _ => bail!("no key {key} here"),
        };
        let mut event =
            json!({"type": if text.is_empty() { "rawKeyDown" } else { "keyDown" }, "key": key, "code": key, "windowsVirtualKeyCode": code});
        if !text.is_empty() {
            event["text"] = text.into();
        }
        if control {
            event["modifiers"] = 2.into();
            if key == "a" {
                event["commands"] = json!(["selectAll"]);
            }
        }
        self.cdp("Input.dispatchKeyEvent", event.clone()).await?;
        event["type"] = "keyUp".into();
        self.cdp("Input.dispatchKeyEvent", event).await?;
        Ok(())
    }

    /// Goes to the previous control.
    pub async fn press_shift_tab(&self) -> Result<()> {
        for kind in ["rawKeyDown", "keyUp"] {
            self.cdp(
                "Input.dispatchKeyEvent",
                json!({"type": kind, "key": "Tab", "code": "Tab", "windowsVirtualKeyCode": 9, "modifiers": 8}),
            )
            .await?;
        }
        Ok(())
    }

    /// Chooses an option of a drop-down by what it says.
    pub async fn select(&self, label: &str, option: &str) -> Result<()> {
        let thing = self.find(Role::Combobox, label).await?;
        let element = self.element(&thing).await?;
        wait::until(&format!("“{label}” offers “{option}”"), wait::PATIENCE, async || {
            for candidate in element.find_all(By::Css("option")).await? {
                if candidate.prop("label").await?.is_some_and(|text| text.trim() == option) {
                    return Ok(Some(candidate.click().await?));
                }
            }
            Ok(None)
        })
        .await
    }

    /// Chooses a radio button of a named group.
    pub async fn choose(&self, group: &str, option: &str) -> Result<()> {
        self.group(group).await?.click(Role::Radio, option).await
    }

    /// Ticks or unticks a checkbox.
    pub async fn tick(&self, name: &str) -> Result<()> {
        self.click(Role::Checkbox, name).await
    }

    /// Ticks the checkbox whose name begins so.
    pub async fn tick_starting(&self, words: &str) -> Result<()> {
        let thing = wait::until(&format!("checkbox “{words}…”"), wait::PATIENCE, async || {
            Ok(self
                .all(Role::Checkbox)
                .await?
                .into_iter()
                .find(|thing| thing.name.starts_with(words)))
        })
        .await?;
        Ok(self.element(&thing).await?.click().await?)
    }

    /// Switches the language of the app.
    pub async fn choose_language(&self, name: &str) -> Result<()> {
        wait::until(&format!("a switch to {name}"), wait::PATIENCE, async || {
            for role in [Role::Link, Role::Button, Role::Radio] {
                if let Some(thing) = self.all(role).await?.into_iter().find(|thing| thing.name.ends_with(name)) {
                    self.element(&thing).await?.click().await?;
                    return Ok(Some(()));
                }
            }
            Ok(None)
        })
        .await
    }

    /// Inside the group (fieldset or radio group) of this name.
    pub async fn group(&self, name: &str) -> Result<Self> {
        let outcome = wait::until(&format!("group “{name}”"), wait::PATIENCE, async || {
            for role in [Role::RadioGroup, Role::Group] {
                if let Some(thing) = self.all(role).await?.into_iter().find(|thing| is_called(&thing.name, name)) {
                    return Ok(Some(thing));
                }
            }
            Ok(None)
        })
        .await;
        match outcome {
            Ok(thing) => Ok(Self {
                driver: self.driver.clone(),
                within: Some(thing.node),
            }),
            Err(error) => Err(error.context(self.about().await)),
        }
    }

    /// Hands a file to a file field.
    pub async fn attach(&self, label: &str, file: &Path) -> Result<()> {
        // To assistive technology a file field is a button, named by all of its labels.
        let node = wait::until(&format!("file field “{label}”"), wait::PATIENCE, async || {
            for thing in self
                .all(Role::Button)
                .await?
                .into_iter()
                .filter(|thing| thing.name.starts_with(label))
            {
                if self.element_of(thing.node).await?.prop("type").await?.as_deref() == Some("file") {
                    return Ok(Some(thing.node));
                }
            }
            Ok(None)
        })
        .await?;
        self.cdp(
            "DOM.setFileInputFiles",
            json!({"files": [file.to_string_lossy()], "backendNodeId": node}),
        )
        .await?;
        Ok(())
    }

    /// The name of what has the focus.
    pub async fn focused(&self) -> Result<Value> {
        self.script("const a = document.activeElement; return {tag: a.tagName, id: a.id, text: (a.innerText || '').trim(), label: a.labels && a.labels.length ? a.labels[0].innerText.trim() : '', type: a.type || ''}").await
    }

    /// Runs a script before every page that is loaded from now on; gives what [`Page::no_longer_before`] takes.
    pub async fn before_every_page(&self, script: &str) -> Result<Value> {
        self.cdp("Page.addScriptToEvaluateOnNewDocument", json!({"source": script})).await
    }

    /// Runs such a script no longer.
    pub async fn no_longer_before(&self, known: Value) -> Result<()> {
        self.cdp("Page.removeScriptToEvaluateOnNewDocument", known).await?;
        Ok(())
    }

    /// One of Chromium's own counters; wants `Performance.enable` first.
    pub async fn metric(&self, name: &str) -> Result<f64> {
        let answer = self.cdp("Performance.getMetrics", json!({})).await?;
        let found = answer["metrics"]
            .as_array()
            .into_iter()
            .flatten()
            .find(|metric| metric["name"] == name);
        found
            .and_then(|metric| metric["value"].as_f64())
            .with_context(|| format!("Chromium does not count {name}"))
    }

    /// Empties what an origin keeps in the browser, as its settings do, or a cleaning program.
    pub async fn empty_storage(&self, origin: &str) -> Result<()> {
        self.cdp("Storage.clearDataForOrigin", json!({"origin": origin, "storageTypes": "all"}))
            .await?;
        Ok(())
    }

    /// Cuts the browser off from every network, or connects it again.
    pub async fn set_offline(&self, offline: bool) -> Result<()> {
        self.cdp("Network.enable", json!({})).await?;
        self.cdp(
            "Network.emulateNetworkConditions",
            json!({"offline": offline, "latency": 0, "downloadThroughput": -1, "uploadThroughput": -1}),
        )
        .await?;
        Ok(())
    }

    /// Slows uploads down to so many bytes a second; [`Page::set_offline`] ends it.
    pub async fn throttle(&self, upload: u32) -> Result<()> {
        self.cdp("Network.enable", json!({})).await?;
        self.cdp(
            "Network.emulateNetworkConditions",
            json!({"offline": false, "latency": 5, "downloadThroughput": -1, "uploadThroughput": upload}),
        )
        .await?;
        Ok(())
    }

    /// What the console complained about since last asked: errors, and violations of the content security policy.
    pub async fn complaints(&self) -> Result<Vec<String>> {
        let entries = self.driver.get_log("browser").await?;
        Ok(entries
            .into_iter()
            .filter(|entry| entry.level == "SEVERE")
            .map(|entry| entry.message)
            .collect())
    }

    /// A picture of the whole page, however long.
    pub async fn picture(&self, file: &Path, width: u32) -> Result<()> {
        self.cdp(
            "Emulation.setDeviceMetricsOverride",
            json!({"width": width, "height": 900, "deviceScaleFactor": 1, "mobile": false}),
        )
        .await?;
        let height = self
            .script("return document.documentElement.scrollHeight")
            .await?
            .as_u64()
            .unwrap_or(900)
            .clamp(900, 12_000);
        self.cdp(
            "Emulation.setDeviceMetricsOverride",
            json!({"width": width, "height": height, "deviceScaleFactor": 1, "mobile": false}),
        )
        .await?;
        let taken = self.driver.screenshot(file).await;
        self.cdp("Emulation.clearDeviceMetricsOverride", json!({})).await?;
        taken.with_context(|| file.display().to_string())
    }

    /// The colour scheme that the reader prefers: `light` or `dark`. Without motion, so that no colour is seen on its way
    /// to another.
    pub async fn prefer(&self, scheme: &str) -> Result<()> {
        self.emulate(json!([{"name": "prefers-color-scheme", "value": scheme}])).await
    }

    /// The reader's system replaces all colours with a few of its own (`forced-colors: active`).
    pub async fn force_colours(&self) -> Result<()> {
        self.emulate(json!([{"name": "forced-colors", "value": "active"}, {"name": "prefers-color-scheme", "value": "dark"}]))
            .await
    }

    async fn emulate(&self, features: Value) -> Result<()> {
        let mut features = features;
        if let Some(features) = features.as_array_mut() {
            features.push(json!({"name": "prefers-reduced-motion", "value": "reduce"}));
        }
        self.cdp("Emulation.setEmulatedMedia", json!({"features": features})).await?;
        Ok(())
    }

    /// The page as it is printed, on A4.
    pub async fn print(&self, file: &Path) -> Result<()> {
        use base64::Engine as _;
        let printed = self
            .cdp(
                "Page.printToPDF",
                json!({"paperWidth": 8.27, "paperHeight": 11.69, "printBackground": true}),
            )
            .await?;
        let pdf = base64::engine::general_purpose::STANDARD.decode(printed["data"].as_str().unwrap_or_default())?;
        std::fs::write(file, pdf).with_context(|| file.display().to_string())
    }

    /// The DOM element of a thing.
    pub async fn element(&self, thing: &Thing) -> Result<WebElement> {
        self.element_of(thing.node).await
    }

    /// ChromeDriver's ids of elements end in the DevTools protocol's ids of nodes.
    async fn element_of(&self, node: i64) -> Result<WebElement> {
        let root = self.driver.find(By::Css("html")).await?.element_id().to_string();
        let (prefix, _) = root.rsplit_once('.').context("ChromeDriver names elements in another way now")?;
        let id = json!({"element-6066-11e4-a52e-4f735466cecf": format!("{prefix}.{node}")});
        Ok(WebElement::from_json(id, self.driver.handle().clone())?)
    }

    /// What there is to see, for the message of a failed test.
    async fn about(&self) -> String {
        let address = self
            .driver
            .current_url()
            .await
            .map_or_else(|_| String::new(), |url| url.to_string());
        // The options of a long list say nothing about what went wrong.
        let script = "const all = new Set([...document.querySelectorAll('option')].map(o => o.text)); return document.body.innerText.split('\\n').filter(line => !all.has(line)).join('\\n')";
        let text = self
            .script(script)
            .await
            .ok()
            .and_then(|text| text.as_str().map(str::to_owned))
            .unwrap_or_default();
        let complaints = self.complaints().await.unwrap_or_default();
        format!(
            "at {address}\n---- the page shows\n{text}\n---- the console says\n{}\n----",
            complaints.join("\n")
        )
    }
}

/// From a node of the accessibility tree; nothing from one that assistive technology is not shown.
fn thing(node: &Value) -> Option<Thing> {
    if node["ignored"] == true {
        return None;
    }
    let text = |member: &str| match &node[member]["value"] {
        Value::String(text) => text.split_whitespace().collect::<Vec<_>>().join(" "),
        Value::Null => String::new(),
        other => other.to_string(),
    };
    let mut properties = json!({});
    for property in node["properties"].as_array().into_iter().flatten() {
        if let Some(name) = property["name"].as_str() {
            properties[name] = property["value"]["value"].clone();
        }
    }
    Some(Thing {
        name: text("name"),
        description: text("description"),
        value: text("value"),
        properties,
        node: node["backendDOMNodeId"].as_i64()?,
    })
}

/// Whether a name is the one looked for, apart from an addition such as “(optional)”.
fn is_called(name: &str, wanted: &str) -> bool {
    name.strip_prefix(wanted).is_some_and(|rest| {
        rest.is_empty() || rest.starts_with([' ', ':', ',']) && rest.trim_start_matches([' ', ':', ',']).starts_with(['(', ':'])
    })
}

#[cfg(test)]
mod tests {
    use super::is_called;

    #[test]
    fn a_name_is_itself_with_or_without_an_addition_in_brackets() {
        assert!(is_called("Website", "Website"));
        assert!(is_called("Website (optional)", "Website"));
        assert!(!is_called("Website address", "Website"));
        assert!(!is_called("My website", "Website"));
    }
}
