//! The applicants' form on a slow network and a slow processor, beside a plain HTML form of the same
//! fields in the same run; written down in docs/bench-form.md.

use anyhow::{Context, Result};
use opencall_tests::site::Site;
use opencall_tests::{Backend, Browser, Page, Role, edition, network, plain, settings, wait};
use serde_json::{Value, json};

/// How often each is measured, by turns.
const RUNS: usize = 7;
/// How many characters are typed.
const KEYS: usize = 200;
/// From key to key: faster than anybody types, and slow enough that keys do not wait for each other.
const PACE: std::time::Duration = std::time::Duration::from_millis(60);
/// How much slower the processor seems.
const SLOWDOWN: u32 = 4;

/// What is measured, with the bound where there is one.
const ROWS: [(&str, &str); 12] = [
    ("kB whole before the first input is usable", "200"),
    ("kB until the app has taken over", ""),
    ("first contentful paint, ms", "700"),
    ("first input usable, ms", "1500"),
    ("app has taken over, ms", ""),
    ("total blocking time, ms", ""),
    ("key to next frame, p98, ms", "35"),
    ("key to the frame drawn, p98, ms", "50"),
    ("script per key, ms", ""),
    ("next step, ms", "100"),
    ("JS heap after load, MiB", ""),
    ("wasm memory after load, MiB", ""),
];

/// One run: the rows in their order.
type Run = [f64; ROWS.len()];

#[tokio::main]
async fn main() -> Result<()> {
    let programme = edition::sample()?;
    let backend = Backend::start().await?;
    let plain = plain::start(&programme).await?;
    let steps: Vec<&Value> = programme["steps"]
        .as_array()
        .context("the programme has no steps")?
        .iter()
        .collect();
    // The section with the longest text to write.
    let room = |step: &Value| {
        step["fields"]
            .as_array()
            .into_iter()
            .flatten()
            .filter_map(|field| field["max"].as_u64())
            .max()
    };
    let longest = steps.iter().max_by_key(|step| room(step)).context("the programme has no steps")?;
    let (mut ours, mut theirs) = (Vec::new(), Vec::new());
    for run in 1..=RUNS {
        eprintln!("run {run} of {RUNS}");
        ours.push(opencall(&backend, &programme, longest).await?);
        theirs.push(hand_written(&plain, &programme, longest).await?);
    }
    let table = table(&medians(&ours), &medians(&theirs));
    println!("{table}");
    write_down(&table)
}

/// One run of our app.
async fn opencall(backend: &Backend, programme: &Value, longest: &Value) -> Result<Run> {
    let path = |step: &Value| format!("/{}/apply/{}", edition::ID, step["id"].as_str().unwrap_or_default());
    let first = &programme["steps"][0];
    let browser = Browser::start().await?;
    let page = browser.page()?;
    slow_down(&page).await?;
    let [early, bytes, painted, input, there, blocked, heap, memory] = loaded(&page, &backend.address(&path(first))).await?;
    // The measured moment has to be true: a real key lands and the app knows.
    let label = first["fields"][0]["label"]["en"].as_str().context("no label")?;
    page.focus(Role::Textbox, label).await?;
    page.type_keys("a").await?;
    page.reads("Saved").await?;
    // From the hub: a section's Continue would first want its answers.
    page.open(&backend.address(&format!("/{}/apply", edition::ID))).await?;
    page.find(Role::Link, first["title"]["en"].as_str().context("no title")?).await?;
    page.script("__probe.unwatch()").await?;
    let mut next = Vec::new();
    for step in programme["steps"].as_array().into_iter().flatten().take(3) {
        let title = step["title"]["en"].as_str().context("no title")?;
        next.push(stepped(&page, title).await?);
        page.back().await?;
        page.find(Role::Link, title).await?;
    }
    page.open(&backend.address(&path(longest))).await?;
    let [p98, drawn, script] = typed(&page).await?;
    let next = median(&mut next);
    Ok([early, bytes, painted, input, there, blocked, p98, drawn, script, next, heap, memory])
}

/// One run of the plain form.
async fn hand_written(plain: &Site, programme: &Value, longest: &Value) -> Result<Run> {
    let browser = Browser::start().await?;
    let page = browser.page()?;
    slow_down(&page).await?;
    let [early, bytes, painted, input, there, blocked, heap, memory] = loaded(&page, &plain.address("/")).await?;
    let mut next = Vec::new();
    for step in programme["steps"].as_array().into_iter().flatten() {
        if step["id"] == longest["id"] {
            break;
        }
        next.push(stepped(&page, "Continue").await?);
    }
    let [p98, drawn, script] = typed(&page).await?;
    let next = median(&mut next);
    Ok([early, bytes, painted, input, there, blocked, p98, drawn, script, next, heap, memory])
}

/// A slow network, a slow processor, and the probe in every page.
async fn slow_down(page: &Page) -> Result<()> {
    network::slow_down(page).await?;
    page.cdp("Emulation.setCPUThrottlingRate", json!({"rate": SLOWDOWN})).await?;
    page.cdp("Performance.enable", json!({})).await?;
    page.before_every_page(include_str!("../probe.js")).await?;
    Ok(())
}

/// Loads a page from a cold cache: kB before the first input and in all, first paint, first input, the app there, blocking,
/// JS heap, wasm memory. A page without an app is all there with its first input.
async fn loaded(page: &Page, address: &str) -> Result<[f64; 8]> {
    network::fetched(page).await?;
    page.open_unready(address).await?;
    let script = "const p = window.__probe, app = document.getElementById('app') ? p.app : p.app || p.there;
        return p.input > 0 && p.painted && app ? [p.painted, p.input, app, performance.timeOrigin + p.there, performance.timeOrigin + app, p.long] : null";
    let seen = wait::until("a field to type into, and the app", wait::PATIENCE, async || {
        let seen = page.script(script).await?;
        Ok((!seen.is_null()).then_some(seen))
    })
    .await?;
    let number = |index: usize| seen[index].as_f64().unwrap_or_default();
    let fetched = network::fetched(page).await?;
    let bytes = |counts: &dyn Fn(&network::Fetched) -> bool| {
        let bytes: u64 = fetched
            .iter()
            .filter(|one| one.address.starts_with("http") && counts(one))
            .map(|one| one.bytes)
            .sum();
        #[expect(clippy::cast_precision_loss, reason = "kilobytes")]
        let kilobytes = bytes as f64 / 1_000.0;
        kilobytes
    };
    let (early, all) = (bytes(&|one| one.ended <= number(3)), bytes(&|one| one.began <= number(4)));
    page.cdp("HeapProfiler.collectGarbage", json!({})).await?;
    let heap = page.metric("JSHeapUsedSize").await? / 1_048_576.0;
    let memory = page
        .script("return __probe.memory ? __probe.memory.buffer.byteLength : 0")
        .await?
        .as_f64()
        .unwrap_or_default()
        / 1_048_576.0;
    Ok([early, all, number(0), number(1), number(2), number(5), heap, memory])
}

/// Lets go of what finding things by role has turned on in Chromium: the tree of accessible things is kept up to date with
/// every change from then on. Each is turned on first, since one that is not on is not turned off either.
async fn unwatched(page: &Page) -> Result<()> {
    for domain in ["Accessibility", "DOM"] {
        page.cdp(&format!("{domain}.enable"), json!({})).await?;
        page.cdp(&format!("{domain}.disable"), json!({})).await?;
    }
    Ok(())
}

/// Milliseconds from the click on a link or button to the frame with another heading. Nothing asks the page meanwhile,
/// nor watches its document: both would be measured with it.
async fn stepped(page: &Page, words: &str) -> Result<f64> {
    unwatched(page).await?;
    let words = serde_json::to_string(words)?;
    let place = page
        .script(&format!(
            "const one = [...document.querySelectorAll('main a, main button')].find(one => one.getClientRects().length > 0 && one.textContent.includes({words}));
             one.scrollIntoView({{block: 'center', behavior: 'instant'}});
             const box = one.getBoundingClientRect();
             return [box.x + box.width / 2, box.y + box.height / 2]"
        ))
        .await?;
    for kind in ["mouseMoved", "mousePressed", "mouseReleased"] {
        let event = json!({"type": kind, "x": place[0], "y": place[1], "button": "left", "clickCount": 1});
        page.cdp("Input.dispatchMouseEvent", event).await?;
    }
    let step = page
        .script("return __probe.step ?? new Promise(done => { __probe.stepped = done })")
        .await?;
    step.as_f64().context("no step was seen")
}

/// Types into the largest text field there is: p98 of key to next frame and to when it is drawn, script per key.
async fn typed(page: &Page) -> Result<[f64; 3]> {
    let target = "const all = [...document.querySelectorAll('main textarea')].filter(t => t.getClientRects().length > 0);
        const one = all.sort((a, b) => b.offsetHeight - a.offsetHeight)[0]; if (!one) return false; one.scrollIntoView(); one.focus(); return document.activeElement === one";
    wait::until("a long text field", wait::PATIENCE, async || {
        Ok((page.script(target).await? == true).then_some(()))
    })
    .await?;
    page.script("__probe.frames.length = __probe.drawn.length = 0").await?;
    let before = page.metric("ScriptDuration").await?;
    let text: String = "We publish our adapters and how we test them. "
        .chars()
        .cycle()
        .take(KEYS)
        .collect();
    let mut pace = tokio::time::interval(PACE);
    for key in text.chars() {
        pace.tick().await;
        page.type_keys(&key.to_string()).await?;
    }
    let (frames, drawn) = wait::until("every key has had its frame", wait::PATIENCE, async || {
        let seen = page.script("return [__probe.frames, __probe.drawn]").await?;
        let numbers = |index: usize| -> Vec<f64> {
            let list = seen[index].as_array().into_iter().flatten();
            list.filter_map(Value::as_f64).collect()
        };
        let (frames, drawn) = (numbers(0), numbers(1));
        Ok((drawn.len() >= KEYS).then_some((frames, drawn)))
    })
    .await?;
    let script = (page.metric("ScriptDuration").await? - before) * 1_000.0;
    let p98 = |mut keys: Vec<f64>| {
        keys.sort_by(f64::total_cmp);
        keys[(keys.len() * 98).div_ceil(100) - 1]
    };
    #[expect(clippy::cast_precision_loss, reason = "two hundred")]
    let per_key = script / KEYS as f64;
    Ok([p98(frames), p98(drawn), per_key])
}

fn medians(runs: &[Run]) -> Run {
    std::array::from_fn(|row| median(&mut runs.iter().map(|run| run[row]).collect::<Vec<_>>()))
}

fn median(values: &mut [f64]) -> f64 {
    values.sort_by(f64::total_cmp);
    values.get(values.len() / 2).copied().unwrap_or(f64::NAN)
}

fn table(ours: &Run, theirs: &Run) -> String {
    let mut text = String::from("| | Opencall | plain HTML | bound |\n|---|---:|---:|---:|\n");
    for (((name, bound), ours), theirs) in ROWS.iter().zip(ours).zip(theirs) {
        let show = |value: f64| {
            if value < 20.0 {
                format!("{value:.1}")
            } else {
                format!("{value:.0}")
            }
        };
        text.push_str(&format!("| {name} | {} | {} | {bound} |\n", show(*ours), show(*theirs)));
    }
    text
}

/// Puts the table into docs/bench-form.md, with when and on what it was measured.
fn write_down(table: &str) -> Result<()> {
    const BEGIN: &str = "<!-- measured -->";
    const END: &str = "<!-- /measured -->";
    let path = settings::root().join("docs/bench-form.md");
    let on = settings::measured_on()?;
    let measured = format!("{BEGIN}\n{on} with `cargo xtask bench form`.\n\n{table}{END}");
    let text = std::fs::read_to_string(&path).unwrap_or_else(|_| {
        format!(
            "# The applicants' form on a slow device\n\nMedians of {RUNS} runs, ours and plain HTML by turns, each with a new profile and an empty cache; \
             1.6 Mbit/s down, 750 kbit/s up, 150 ms latency, the processor slowed {SLOWDOWN} times. Opened at the first section's own address. \
             `plain HTML` is a hand-written form of the same fields with a dozen lines of script: the limit, not a rival.\n\n{BEGIN}\n{END}\n\n\
             - *First input usable*: the frame in which the first field of the section can be typed into; a real key press checks it.\n\
             - *Key to next frame*: from the key event to the start of the next frame, with the key's own work done; *to the frame drawn*: to when that frame is laid out and painted. {KEYS} characters typed into the largest field of the longest section, one every {} ms.\n\
             - *App has taken over*: from then on the page does all it can; until then what is typed is kept.\n\
             - *Next step*: from the click on a section to the frame with its heading.\n\
             - *Heap*: after garbage collection; wasm has its memory beside the JavaScript heap.\n",
            PACE.as_millis()
        )
    });
    let (before, rest) = text.split_once(BEGIN).context("docs/bench-form.md has lost its marks")?;
    let (_, after) = rest.split_once(END).context("docs/bench-form.md has lost its marks")?;
    std::fs::create_dir_all(settings::root().join("docs"))?;
    Ok(std::fs::write(&path, format!("{before}{measured}{after}"))?)
}
