//! What is done in a browser with one of the four, and how long it took.

use std::collections::BTreeMap;
use std::time::{Duration, Instant};

use anyhow::{Context, Result, ensure};
use opencall_tests::browser::Habits;
use opencall_tests::site::Site;
use opencall_tests::{Backend, Browser, Page, desk, network, wait};
use serde_json::{Value, json};

use crate::rows::Rows;
use crate::subject::Subject;

/// One run: what was measured, by the names of [`crate::report`].
pub type Run = BTreeMap<&'static str, f64>;

/// How many pixels are scrolled in three seconds.
const SCROLLED: u32 = 15_000;
/// Changes of a hundred rows in half an hour, one a second.
const CHANGES: usize = 1_800;
/// Changes before the heap is looked at for the first time.
const WARM: usize = 100;
/// How long one looks before one does something, at full speed.
const REST: Duration = Duration::from_secs(4);
/// The longest that loading may take, and that the others may take over their changes.
const PATIENCE: Duration = Duration::from_secs(90);

/// What is asked for in turn: its name for the script's and for the paint's time, and what is clicked.
const CLICKS: [(&str, &str, &str); 5] = [
    ("sort by name: script", "sort by name: to paint", "name"),
    ("sort by name, descending: script", "sort by name, descending: to paint", "name"),
    ("sort by status: script", "sort by status: to paint", "status"),
    ("sort by time: script", "sort by time: to paint", "updated"),
    ("filter by status: script", "filter by status: to paint", ""),
];

/// Loads everything, and does what people do; with `long` also half an hour of changes.
pub async fn run(subject: Subject, slowdown: u32, backend: &Backend, site: &Site, rows: &Rows, long: bool) -> Result<Run> {
    // Wide enough for all nine columns.
    let browser = Browser::with(Habits {
        window: (1_600, 900),
        ..Habits::default()
    })
    .await?;
    let page = browser.page()?;
    let address = if subject == Subject::Opencall {
        desk::sign_in(backend, &page, "organiser", "Ada").await?;
        backend.address("/staff")
    } else {
        site.address(&format!("/{}", subject.file()))
    };
    page.open_unready("about:blank").await?;
    page.cdp("Performance.enable", json!({})).await?;
    page.cdp("Network.enable", json!({})).await?;
    page.cdp("Emulation.setCPUThrottlingRate", json!({"rate": slowdown})).await?;
    let load = format!(
        "{}\n__t.load({:?}, () => {});",
        include_str!("../../table_probe.js"),
        subject.rows(),
        subject.all(rows.count())
    );
    page.before_every_page(&load).await?;
    let mut run = Run::new();
    loaded(&page, &address, &mut run).await?;
    // Whoever has just come looks first; ours puts its texts in order meanwhile.
    tokio::time::sleep(REST * slowdown).await;
    for (script, paint, column) in CLICKS {
        let target = if column.is_empty() {
            subject.filter().to_owned()
        } else {
            subject.head(column)
        };
        let took = acted(&page, subject, slowdown, async || click(&page, &target).await)
            .await
            .with_context(|| format!("{script} in {}", subject.name()))?;
        run.insert(script, took.script);
        run.insert(paint, took.paint);
    }
    // All of them again.
    acted(&page, subject, slowdown, async || click(&page, subject.filter()).await).await?;
    page.script("document.getElementById('search').focus()").await?;
    let (mut script, mut paint) = (0.0_f64, 0.0_f64);
    for key in rows.word.chars() {
        let took = acted(&page, subject, slowdown, async || page.type_keys(&key.to_string()).await).await?;
        script = script.max(took.script);
        paint = paint.max(took.paint);
    }
    run.insert("search, the slowest of five keys: script", script);
    run.insert("search, the slowest of five keys: to paint", paint);
    for _ in rows.word.chars() {
        acted(&page, subject, slowdown, async || page.press("Backspace", false).await).await?;
    }
    changed(&page, subject, slowdown, backend, rows, &mut run).await?;
    scrolled(&page, subject, &mut run).await?;
    if long {
        run.insert("heap with everything, MiB", heap(&page).await?);
        grown(&page, subject, backend, rows, &mut run).await?;
    }
    Ok(run)
}

/// Lets what is done afterwards come to its end.
async fn idle(slowdown: u32) {
    tokio::time::sleep(Duration::from_millis(if slowdown > 1 { 1_200 } else { 500 })).await;
}

/// Loads with an empty cache.
async fn loaded(page: &Page, address: &str, run: &mut Run) -> Result<()> {
    network::fetched(page).await?;
    page.open_unready(address).await?;
    let seen = wait::until("all rows", PATIENCE, async || {
        let seen = page.script("return __t.all ? [__t.first, __t.all] : null").await?;
        Ok((!seen.is_null()).then_some(seen))
    })
    .await;
    let seen = match seen {
        Ok(seen) => seen,
        Err(error) => {
            let said = page.driver().get_log("browser").await?;
            let said: Vec<&str> = said.iter().map(|entry| entry.message.as_str()).collect();
            return Err(error.context(format!("{}\n{}", said.join("\n"), page.text().await?)));
        }
    };
    run.insert("first rows on screen, ms", number(&seen[0])?);
    run.insert("all rows searchable, ms", number(&seen[1])?);
    let bytes: u64 = network::fetched(page).await?.iter().map(|one| one.bytes).sum();
    #[expect(clippy::cast_precision_loss, reason = "megabytes")]
    run.insert("MB on the wire", bytes as f64 / 1e6);
    Ok(())
}

/// How long something took, in milliseconds.
struct Took {
    script: f64,
    paint: f64,
}

/// Does something, and waits until the page shows it and has done what follows.
async fn acted(page: &Page, subject: Subject, slowdown: u32, act: impl AsyncFnOnce() -> Result<()>) -> Result<Took> {
    page.script(&format!("__t.arm(() => {})", subject.sign())).await?;
    let before = page.metric("ScriptDuration").await?;
    act().await?;
    let paint = page.script("return __t.took").await?;
    ensure!(!paint.is_null(), "nothing has changed on the page within 5 s");
    idle(slowdown).await;
    let script = (page.metric("ScriptDuration").await? - before) * 1_000.0;
    Ok(Took {
        script,
        paint: number(&paint)?,
    })
}

/// A hundred rows change, those on screen among them.
async fn changed(page: &Page, subject: Subject, slowdown: u32, backend: &Backend, rows: &Rows, run: &mut Run) -> Result<()> {
    let seen = page
        .script(&format!(
            "return [...document.querySelectorAll({:?})].filter(row => row.getClientRects().length).flatMap(row => row.textContent.match(/[0-9A-Z]{{4}}-[0-9A-Z]{{4}}/) ?? [])",
            subject.rows()
        ))
        .await?;
    let seen: Vec<String> = seen
        .as_array()
        .into_iter()
        .flatten()
        .filter_map(|one| Some(one.as_str()?.to_owned()))
        .collect();
    let hundred = rows.hundred(&seen);
    let whole = format!(
        "[...document.querySelectorAll({:?})].map(row => row.textContent).join()",
        subject.rows()
    );
    page.script(&format!("__t.arm(() => {whole})")).await?;
    let text = rows.changed(&hundred, "in_review");
    let before = page.metric("ScriptDuration").await?;
    let undo = if subject == Subject::Opencall {
        Some(rows.move_to_review(backend, &hundred).await?)
    } else {
        // The text is there already, as if it had arrived.
        page.script(&format!(
            "const text = {}; setTimeout(() => {{ __t.begin(performance.now()); change(text) }}, 50)",
            json!(text)
        ))
        .await?;
        None
    };
    let paint = page.script("return __t.took").await?;
    ensure!(!paint.is_null(), "no change was seen");
    idle(slowdown).await;
    let script = (page.metric("ScriptDuration").await? - before) * 1_000.0;
    run.insert("100 rows change: script", script);
    run.insert("100 rows change: to paint", number(&paint)?);
    if let Some(id) = undo {
        rows.undo(backend, &id).await?;
        idle(slowdown).await;
    }
    Ok(())
}

/// Scrolls with a wheel for three seconds.
async fn scrolled(page: &Page, subject: Subject, run: &mut Run) -> Result<()> {
    let place = page
        .script(&format!(
            "const one = __t.scroller(); const box = one.getBoundingClientRect(); __t.scroll(one, {:?}); return [box.x + 300, (box.y + Math.min(box.bottom, innerHeight)) / 2]",
            subject.rows()
        ))
        .await?;
    let gesture = json!({
        "x": place[0], "y": place[1], "yDistance": -i64::from(SCROLLED), "speed": SCROLLED / 3, "gestureSourceType": "mouse",
    });
    page.cdp("Input.synthesizeScrollGesture", gesture).await?;
    let seen = page
        .script("const seen = __t.seen; __t.seen = null; return [seen.frames, seen.nodes, seen.blanks / seen.places * 100, __t.scroller().scrollTop]")
        .await?;
    ensure!(number(&seen[3])? > f64::from(SCROLLED) / 3.0, "it has not scrolled: {}", seen[3]);
    let mut frames: Vec<f64> = seen[0].as_array().into_iter().flatten().filter_map(Value::as_f64).collect();
    frames.sort_by(f64::total_cmp);
    run.insert(
        "scrolling: frame, p95, ms",
        frames.get(frames.len() * 95 / 100).copied().unwrap_or(f64::NAN),
    );
    run.insert("scrolling: most row nodes", number(&seen[1])?);
    run.insert("scrolling: places without a row, %", number(&seen[2])?);
    Ok(())
}

/// How much the heap, wasm's memory included, grows while rows change as often as in half an hour, in percent; and how often they have. What
/// takes longer over it than anybody waits is stopped before.
async fn grown(page: &Page, subject: Subject, backend: &Backend, rows: &Rows, run: &mut Run) -> Result<()> {
    let hundred = rows.hundred(&[]);
    let texts = [rows.changed(&hundred, "in_review"), rows.changed(&hundred, "submitted")];
    page.script(&format!("window.texts = {}", json!(texts))).await?;
    let mut before = 0.0;
    let mut made = 0;
    let begun = Instant::now();
    for at in 0..(WARM + CHANGES) / 2 {
        if at == WARM / 2 {
            before = heap(page).await?;
        }
        if at > WARM / 2 && subject != Subject::Opencall && begun.elapsed() > PATIENCE {
            break;
        }
        if subject == Subject::Opencall {
            let id = rows.move_to_review(backend, &hundred).await?;
            rows.undo(backend, &id).await?;
        } else {
            page.script(
                "return (async () => { for (const text of texts) { await change(text); await new Promise(requestAnimationFrame); } })()",
            )
            .await?;
        }
        if at >= WARM / 2 {
            made += 2;
        }
    }
    idle(4).await;
    run.insert("heap, growth while rows change, %", (heap(page).await? / before - 1.0) * 100.0);
    run.insert("heap, changes of 100 rows made", f64::from(made));
    Ok(())
}

/// What the page holds after garbage collection, wasm's memory included, in MiB.
async fn heap(page: &Page) -> Result<f64> {
    page.cdp("HeapProfiler.collectGarbage", json!({})).await?;
    let wasm = number(&page.script("return __t.memory ? __t.memory.buffer.byteLength : 0").await?)?;
    Ok((page.metric("JSHeapUsedSize").await? + wasm) / 1_048_576.0)
}

/// Clicks into the middle of what a selector names.
async fn click(page: &Page, selector: &str) -> Result<()> {
    let place = page
        .script(&format!(
            "const box = document.querySelector({selector:?}).getBoundingClientRect(); return [box.x + box.width / 2, box.y + box.height / 2]"
        ))
        .await?;
    for kind in ["mouseMoved", "mousePressed", "mouseReleased"] {
        let event = json!({"type": kind, "x": place[0], "y": place[1], "button": "left", "clickCount": 1});
        page.cdp("Input.dispatchMouseEvent", event).await?;
    }
    Ok(())
}

fn number(value: &Value) -> Result<f64> {
    value.as_f64().with_context(|| format!("no number: {value}"))
}
