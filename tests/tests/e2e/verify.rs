//! Checking receipts and seals in the browser: what was signed is taken, whatever has been touched is refused.

use std::path::PathBuf;

use anyhow::{Context, Result};
use jiff::ToSpan;
use opencall_tests::browser::Habits;
use opencall_tests::{Applicant, Backend, Browser, Page, Role, Setup, axe, edition, material, settings, wait};
use serde_json::{Value, json};

const GOOD: &str = "This receipt is genuine";
const BAD: &str = "This proves nothing";

/// A receipt from a real submission, the keys, and a page that is open.
struct Scene {
    backend: Backend,
    browser: Browser,
    page: Page,
    applicant: Applicant,
    receipt: Value,
}

impl Scene {
    async fn new() -> Result<Self> {
        Self::with(Habits::default()).await
    }

    async fn with(habits: Habits) -> Result<Self> {
        // Half an hour over whole hours, so that no test is at the edge where another word is right.
        let backend = Backend::with(Setup {
            closes: (20 * 24 + 12).hours().minutes(30),
            ..Setup::default()
        })
        .await?;
        let browser = Browser::with(habits).await?;
        let page = browser.page()?;
        let applicant = Applicant::new(&backend)?;
        let version = applicant.complete().await?;
        let receipt = applicant.submit(version, "once").await?.expect(200)?.json();
        page.open(&backend.address("/verify")).await?;
        Ok(Self {
            backend,
            browser,
            page,
            applicant,
            receipt,
        })
    }

    /// Writes a file to choose.
    fn file(&self, name: &str, content: impl AsRef<[u8]>) -> Result<PathBuf> {
        let path = self.backend.scratch().join(name);
        std::fs::write(&path, content)?;
        Ok(path)
    }

    /// Chooses a receipt and waits for what the page says of it.
    async fn check(&self, document: &Value, verdict: &str) -> Result<()> {
        self.check_text(&document.to_string(), verdict).await
    }

    async fn check_text(&self, document: &str, verdict: &str) -> Result<()> {
        self.clear().await?;
        self.page.attach("Choose a receipt", &self.file("receipt.json", document)?).await?;
        self.judged(verdict).await
    }

    /// Waits until the verdict is there and has the focus.
    async fn judged(&self, verdict: &str) -> Result<()> {
        wait::until(&format!("the verdict is “{verdict}”"), wait::PATIENCE, async || {
            let focused = self.page.focused().await?;
            Ok((focused["text"].as_str() == Some(verdict)).then_some(()))
        })
        .await
        .with_context(|| format!("the receipt is {}", self.receipt))
    }

    /// Takes the focus away, so that a verdict can be told from the one before.
    async fn clear(&self) -> Result<()> {
        self.page.script("document.activeElement.blur()").await.map(|_| ())
    }

    async fn keys(&self) -> Result<String> {
        let address = self.backend.address(&format!("/api/v1/programmes/{}/keys", edition::ID));
        Ok(reqwest::get(address).await?.text().await?)
    }

    async fn seal(&self) -> Result<Value> {
        let digest = "ab".repeat(32);
        Ok(self.applicant.seal(&digest, "seal").await?.json())
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn what_the_server_signed_is_good_and_said_in_words() -> Result<()> {
    let scene = Scene::new().await?;
    scene.check(&scene.receipt, GOOD).await?;
    let page = &scene.page;
    for member in ["reference", "application", "programme", "digest"] {
        page.reads(scene.receipt[member].as_str().unwrap()).await?;
    }
    page.reads(scene.receipt["files"][0]["sha256"].as_str().unwrap()).await?;
    page.reads("Yes: 20\u{a0}days 12\u{a0}h").await?;
    page.reads("(Paris)").await?;
    page.reads("(where you are)").await?;
    page.reads("\u{a0}UTC").await?;
    let key = scene.receipt["signed"]["key_id"].as_str().unwrap();
    page.reads(&format!("The key {key} is the one that this site publishes.")).await?;
    // Only what was signed, without what is shown.
    scene.check(&scene.receipt["signed"], GOOD).await?;
    scene.check(&scene.seal().await?, "This seal is genuine").await?;
    page.reads("The rest until").await?;
    assert_eq!(page.complaints().await?, Vec::<String>::new());
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn whatever_has_been_touched_is_refused_in_words() -> Result<()> {
    let scene = Scene::new().await?;
    let receipt = &scene.receipt;
    let statement = receipt["signed"]["statement"].as_str().unwrap();
    let changed = |pointer: &str, value: Value| {
        let mut document = receipt.clone();
        *document.pointer_mut(pointer).unwrap() = value;
        document
    };
    let shows = "It shows something else than was signed.";
    let not_signed = "The signature does not fit";
    let other_digest = statement.replace(receipt["digest"].as_str().unwrap(), &"ab".repeat(32));
    let other_time = statement.replace("\"received_at\":\"2", "\"received_at\":\"1");
    let mut lying_together = changed("/signed/statement", json!(other_digest));
    lying_together["digest"] = json!("ab".repeat(32));
    let mut later = changed("/signed/statement", json!(other_time));
    later["received_at"] = json!(later["received_at"].as_str().unwrap().replacen('2', "1", 1));
    let signature = receipt["signed"]["signature"].as_str().unwrap();
    let first = if signature.starts_with('A') { "B" } else { "A" };
    let mut bare = receipt.clone();
    bare.as_object_mut().unwrap().remove("signed");
    let mut more = receipt.clone();
    more["status"] = json!("selected");
    let twice = receipt.to_string().replacen('{', "{\"digest\":\"0\",", 1);
    for (what, document, words) in [
        ("the digest that is shown", changed("/digest", json!("ab".repeat(32))), shows),
        (
            "the time that is shown",
            changed("/received_at", json!("2020-01-01T00:00:00Z")),
            shows,
        ),
        ("a file that is shown", changed("/files/0/size", json!(1)), shows),
        ("something more that is shown", more, shows),
        ("the digest, in both places", lying_together, not_signed),
        ("the time, in both places", later, not_signed),
        (
            "a byte of the signature",
            changed("/signed/signature", json!(format!("{first}{}", &signature[1..]))),
            not_signed,
        ),
        (
            "another algorithm",
            changed("/signed/algorithm", json!("none")),
            "This receipt is not signed.",
        ),
        ("no signature", bare, "This receipt is not signed."),
        (
            "a statement with a space",
            changed("/signed/statement", json!(statement.replacen(':', ": ", 1))),
            "What was signed is not",
        ),
        ("another file", json!({"hello": "world"}), "neither a receipt nor a seal"),
        ("no object", json!(null), "neither a receipt nor a seal"),
    ] {
        scene.check(&document, BAD).await.context(what)?;
        scene.page.reads(words).await.context(what)?;
        assert!(
            !scene.page.text().await?.contains(receipt["application"].as_str().unwrap()),
            "{what}: nothing of it is shown"
        );
        let alerts = scene.page.all(Role::Alert).await?;
        assert_eq!(alerts.len(), 1, "{what}");
    }
    scene.check_text(&twice, BAD).await?;
    scene.page.reads("names a member twice").await?;
    scene.check_text("{", BAD).await?;
    scene.page.reads("damaged").await?;
    scene.check(receipt, GOOD).await
}

#[tokio::test(flavor = "multi_thread")]
async fn every_changed_byte_of_statement_and_signature_is_refused() -> Result<()> {
    let scene = Scene::new().await?;
    let script = "const [receipt, keys, done] = arguments;
        (async () => {
            const known = await opencallProof.keysFrom(keys);
            const refused = (text) => opencallProof.check(text, known).then(() => 0, () => 1);
            const count = {good: 1 - await refused(JSON.stringify(receipt)), statement: 0, signature: 0, file: 0, taken: []};
            for (const member of ['statement', 'signature']) {
                const bytes = new TextEncoder().encode(receipt.signed[member]);
                for (let at = 0; at < bytes.length; at++) for (const change of [0x01, 0x20, 0x80]) {
                    const other = bytes.slice();
                    other[at] ^= change;
                    const text = new TextDecoder().decode(other);
                    // As somebody would who changes what is shown too.
                    const forged = {...receipt, signed: {...receipt.signed, [member]: text}};
                    const alone = forged.signed;
                    const both = await refused(JSON.stringify(forged)) + await refused(JSON.stringify(alone));
                    if (both === 2) count[member]++; else count.taken.push(`${member} ${at} ${text}`);
                }
            }
            const bytes = new TextEncoder().encode(JSON.stringify(receipt));
            for (let at = 0; at < bytes.length; at++) for (const change of [0x01, 0x20, 0x80]) {
                const other = bytes.slice();
                other[at] ^= change;
                if (await refused(new TextDecoder().decode(other))) count.file++; else count.taken.push(`file ${at}`);
            }
            return count;
        })().then(done, wrong => done(String(wrong)))";
    let arguments = vec![scene.receipt.clone(), json!(scene.keys().await?)];
    let count = scene.page.driver().execute_async(script, arguments).await?.json().clone();
    println!("refused: {count}");
    assert_eq!(count["good"], 1, "{count}");
    assert_eq!(count["taken"], json!([]), "{count}");
    for (member, length) in [
        ("statement", scene.receipt["signed"]["statement"].as_str().unwrap().len()),
        ("signature", 88),
        ("file", scene.receipt.to_string().len()),
    ] {
        assert_eq!(count[member], 3 * length, "{member}: {count}");
    }
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn a_copy_is_compared_with_what_was_received() -> Result<()> {
    let scene = Scene::new().await?;
    let page = &scene.page;
    let export = scene.applicant.get("export").await?.expect(200)?;
    let whole = scene.file("application.json", &export.bytes)?;
    page.attach("Choose copies", &whole).await?;
    page.reads("Choose the receipt first").await?;
    scene.check(&scene.receipt, GOOD).await?;
    page.reads("application.json is the application that was received").await?;

    let mut export = export.json();
    let submitted = scene.file("submitted.json", export["submitted"].to_string())?;
    page.attach("Choose copies", &submitted).await?;
    page.reads("submitted.json is the application that was received").await?;
    let name = export["submitted"]["answers"]["company_name"]
        .as_str()
        .context("no name")?
        .to_owned();
    export["submitted"]["answers"]["company_name"] = json!(format!("{name}."));
    page.attach("Choose copies", &scene.file("changed.json", export.to_string())?)
        .await?;
    page.reads("changed.json is not the application that was received").await?;

    page.attach("Choose copies", &scene.file("my deck.pdf", material::pdf(2_000))?)
        .await?;
    page.reads("my deck.pdf is the file “deck.pdf” that was received").await?;
    page.attach("Choose copies", &scene.file("other.pdf", material::pdf(2_001))?)
        .await?;
    page.reads("other.pdf is none of the files").await?;
    let focused = page.focused().await?;
    assert!(focused["text"].as_str().is_some_and(|text| text.contains("other.pdf")), "{focused}");
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn canonical_json_is_written_as_the_rfc_and_core_write_it() -> Result<()> {
    let scene = Scene::new().await?;
    let value = json!({
        "numbers": [333_333_333.333_333_3, 1e30, 4.5, 2e-3, 1e-27, -0.0, 1e21, 5e-324, 9_007_199_254_740_991_i64],
        "\u{20ac}": 1, "\r": 2, "\u{fb33}": 3, "10": 4, "9": 5, "\u{1f600}": 6, "\u{80}": 7, "__proto__": 8,
        "string": "€$\u{f}\nA'B\"\\\\\"/\u{7f}\u{2028}", "literals": [null, true, false], "empty": {}, "none": [],
    });
    let script = "return opencallProof.canonical(opencallProof.parse(arguments[0]))";
    let text = scene.page.driver().execute(script, vec![json!(value.to_string())]).await?;
    assert_eq!(text.json().as_str(), Some(opencall_core::seal::canonical_json(&value).as_str()));
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn it_works_after_the_backend_is_gone_with_a_key_file() -> Result<()> {
    let mut scene = Scene::new().await?;
    let keys = scene.keys().await?;
    let pem = serde_json::from_str::<Value>(&keys)?["keys"][0]["pem"].as_str().unwrap().to_owned();
    scene.backend.kill();
    scene.backend.front().set_down(true);
    let page = &scene.page;
    scene.check(&scene.receipt, "The signature is not checked yet").await?;
    page.reads("This site’s keys cannot be reached.").await?;
    page.reads(scene.receipt["reference"].as_str().unwrap()).await?;
    for (name, content) in [("keys.json", &keys), ("key.pem", &pem)] {
        scene.clear().await?;
        page.attach("Choose a key file", &scene.file(name, content)?).await?;
        scene.judged(GOOD).await?;
        page.reads(&format!("is from your file {name}.")).await?;
    }
    let stranger = "-----BEGIN PUBLIC KEY-----\nMCowBQYDK2VwAyEA11qYAYKxCrfVS/7TyWQHOg7hcvPapiMlrwIaaPcHURo=\n-----END PUBLIC KEY-----\n";
    scene.clear().await?;
    page.attach("Choose a key file", &scene.file("stranger.pem", stranger)?).await?;
    scene.judged(BAD).await?;
    page.reads("not among those at hand (06e3fd8fda29bb60)").await?;
    scene.clear().await?;
    page.attach("Choose a key file", &scene.file("noise.pem", "noise")?).await?;
    page.reads("There is no Ed25519 key in noise.pem.").await?;
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn files_can_be_dropped_and_one_that_misses_its_place_does_no_harm() -> Result<()> {
    let scene = Scene::new().await?;
    let drop = "const [label, text] = arguments;
        const target = label ? [...document.querySelectorAll('label')].find(one => one.innerText === label).parentElement : document.body;
        const dataTransfer = new DataTransfer();
        dataTransfer.items.add(new File([text], 'dropped.json'));
        const event = kind => new DragEvent(kind, {dataTransfer, bubbles: true, cancelable: true});
        target.dispatchEvent(event('dragover'));
        return !target.dispatchEvent(event('drop'))";
    let text = json!(scene.receipt.to_string());
    let dropped = async |label: &str| scene.page.driver().execute(drop, vec![json!(label), text.clone()]).await;
    assert_eq!(*dropped("").await?.json(), true, "the browser would open it in the page's place");
    scene.page.reads("Nothing has been checked yet").await?;
    assert_eq!(*dropped("Choose a receipt").await?.json(), true);
    scene.judged(GOOD).await
}

#[tokio::test(flavor = "multi_thread")]
async fn a_copy_of_the_page_on_a_disk_works_too() -> Result<()> {
    let scene = Scene::new().await?;
    let keys = scene.file("keys.json", scene.keys().await?)?;
    // As browsers save a page: what it needs stands beside it.
    let dist = settings::dist()?;
    let html = std::fs::read_to_string(dist.join("verify.html"))?;
    for entry in std::fs::read_dir(&dist)? {
        let name = entry?.file_name().to_string_lossy().into_owned();
        if html.contains(&format!("=\"/{name}\"")) {
            std::fs::copy(dist.join(&name), scene.backend.scratch().join(&name))?;
        }
    }
    let copy = scene.file("verify.html", html.replace("=\"/verify", "=\"verify"))?;
    scene.page.open(&format!("file://{}", copy.canonicalize()?.display())).await?;
    scene.check(&scene.receipt, "The signature is not checked yet").await?;
    scene.clear().await?;
    scene.page.attach("Choose a key file", &keys).await?;
    scene.judged(GOOD).await
}

#[tokio::test(flavor = "multi_thread")]
async fn a_browser_without_ed25519_says_so_and_how_else() -> Result<()> {
    let scene = Scene::new().await?;
    scene
        .page
        .script("SubtleCrypto.prototype.importKey = () => Promise.reject(new DOMException('', 'NotSupportedError'))")
        .await?;
    scene.check(&scene.receipt, "The signature is not checked yet").await?;
    scene.page.reads("This browser cannot check signatures").await?;
    scene.page.reads("openssl pkeyutl -verify -rawin").await
}

#[tokio::test(flavor = "multi_thread")]
async fn it_is_done_by_keyboard_alone() -> Result<()> {
    let scene = Scene::new().await?;
    let page = &scene.page;
    let mut met = Vec::new();
    for _ in 0..8 {
        page.press("Tab", false).await?;
        let focused = page.focused().await?;
        let (label, text) = (
            focused["label"].as_str().unwrap_or_default(),
            focused["text"].as_str().unwrap_or_default(),
        );
        met.push(
            if label.is_empty() {
                text.lines().next().unwrap_or_default()
            } else {
                label
            }
            .to_owned(),
        );
    }
    assert_eq!(
        met,
        [
            "To the result",
            "Opencall",
            "EN",
            "FR",
            "Choose a receipt",
            "Choose a key file",
            "Choose copies",
            "To the call"
        ]
        .map(str::to_owned)
    );
    page.focus(Role::Link, "To the result").await?;
    page.press("Enter", false).await?;
    assert_eq!(page.focused().await?["id"], "verdict");
    // After the verdict one goes on to what stands below it.
    scene.check(&scene.receipt, GOOD).await?;
    page.press("Tab", false).await?;
    assert_eq!(page.focused().await?["label"], "Choose a key file");
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn a_french_reader_reads_french_and_keeps_what_was_chosen_when_switching() -> Result<()> {
    let scene = Scene::with(Habits {
        language: "fr-FR",
        zone: "Europe/Paris",
        ..Habits::default()
    })
    .await?;
    let page = &scene.page;
    page.reads("Vérifier un récépissé").await?;
    assert_eq!(page.script("return document.documentElement.lang").await?, "fr");
    page.attach("Choisir un récépissé", &scene.file("receipt.json", scene.receipt.to_string())?)
        .await?;
    scene.judged("Ce récépissé est authentique").await?;
    page.reads("Oui\u{a0}: 20\u{a0}jours 12\u{a0}h").await?;
    page.choose_language("English").await?;
    page.reads(GOOD).await?;
    assert_eq!(page.script("return document.documentElement.lang").await?, "en");
    page.reads(scene.receipt["reference"].as_str().unwrap()).await?;
    page.open(&scene.backend.address("/verify?lang=fr")).await?;
    page.reads("Rien n’a encore été vérifié").await
}

#[tokio::test(flavor = "multi_thread")]
async fn every_state_is_accessible_and_fits_a_narrow_screen() -> Result<()> {
    let scene = Scene::with(Habits {
        window: (320, 800),
        ..Habits::default()
    })
    .await?;
    let page = &scene.page;
    let mut found = Vec::new();
    let mut look = async |state: &str| -> Result<()> {
        page.cdp(
            "Emulation.setDeviceMetricsOverride",
            json!({"width": 320, "height": 800, "deviceScaleFactor": 1, "mobile": false}),
        )
        .await?;
        let wide = page.script("return document.documentElement.scrollWidth").await?;
        assert!(wide.as_u64().is_some_and(|wide| wide <= 320), "{state}: {wide} px wide");
        page.cdp("Emulation.clearDeviceMetricsOverride", json!({})).await?;
        for scheme in ["light", "dark"] {
            page.prefer(scheme).await?;
            for violation in axe::violations(page).await? {
                found.push(format!("{state}, {scheme}: {violation}"));
            }
        }
        Ok(())
    };
    look("nothing chosen").await?;
    scene.check(&scene.receipt, GOOD).await?;
    page.attach("Choose copies", &scene.file("my deck.pdf", material::pdf(2_000))?)
        .await?;
    page.reads("that was received").await?;
    look("good, with a copy").await?;
    page.attach("Choose copies", &scene.file("other.pdf", material::pdf(2_001))?)
        .await?;
    page.reads("none of the files").await?;
    page.attach("Choose a key file", &scene.file("keys.json", scene.keys().await?)?)
        .await?;
    page.reads("is from your file keys.json").await?;
    look("good, with a key file and another copy").await?;
    let mut forged = scene.receipt.clone();
    forged["version"] = json!(99);
    scene.check(&forged, BAD).await?;
    look("refused").await?;
    page.script("SubtleCrypto.prototype.importKey = () => Promise.reject(new DOMException('', 'NotSupportedError'))")
        .await?;
    scene.check(&scene.receipt, "The signature is not checked yet").await?;
    look("not checked").await?;
    assert_eq!(found, Vec::<String>::new());
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn the_apps_receipt_leads_there() -> Result<()> {
    let scene = Scene::new().await?;
    let page = &scene.page;
    page.open(&scene.backend.address(&scene.applicant.private_link())).await?;
    page.arrived_at("Your application").await?;
    page.open(&crate::filling::at(&scene.backend, "/status")).await?;
    page.arrived_at("Application submitted").await?;
    page.click(Role::Link, "Check a receipt").await?;
    page.reads("Nothing has been checked yet").await?;
    assert_eq!(page.path().await?, "/verify.html");
    drop(scene.browser);
    Ok(())
}
