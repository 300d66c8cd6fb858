//! What the tag costs the page it stands on, beside two other embeds in the same run; written down in docs/embed.md.
//!
//! Each page frames an empty page of another site, so that what is counted is the script on the page and the frame's making; the form
//! itself runs in the frame, for all three in a process of its own.

use std::time::Duration;

use anyhow::{Context, Result, ensure};
use opencall_tests::site::{Asset, Site};
use opencall_tests::{Browser, Page, network, settings};
use serde_json::json;

/// How often each is measured, by turns.
const RUNS: usize = 7;
/// How much slower the processor seems.
const SLOWDOWN: u32 = 4;

/// What is measured: its name and the page that holds it, from the frame's origin.
type Subject = (&'static str, fn(&str) -> String);

const SUBJECTS: [Subject; 4] = [
    ("a bare iframe", |origin| format!("<iframe src='{origin}/embed/x'></iframe>")),
    ("Opencall", |origin| {
        format!("<script type=module src='{origin}/embed/v1.js'></script><open-call src='{origin}/embed/x' loading=eager></open-call>")
    }),
    ("@typeform/embed", |_| {
        "<link rel=stylesheet href='/typeform.css'><div id=here></div><script src='/typeform.js'></script>
         <script>tf.createWidget('x', {container: document.querySelector('#here')})</script>"
            .to_owned()
    }),
    ("@calcom/embed-core", |origin| {
        format!(
            "<div id=here></div>
             <script>window.Cal = function () {{ Cal.q.push(arguments) }}; Cal.q = []; Cal.ns = {{}}; Cal.loaded = true;
             Cal('init', {{origin: '{origin}'}}); Cal('inline', {{elementOrSelector: '#here', calLink: 'a/b'}})</script>
             <script src='/cal.js'></script>"
        )
    }),
];

/// Kilobytes on the wire for the page's own scripts and styles; milliseconds of its main thread: all tasks, script, style and layout.
type Run = [f64; 4];

#[tokio::main]
async fn main() -> Result<()> {
    let peers = settings::peers()?;
    let read = |path: &str| std::fs::read(peers.join(path)).with_context(|| format!("{path} is missing"));
    let page = |body: &str| format!("<!doctype html><html lang=en><title>Partner</title><h1>Partner</h1>{body}<p>Below</p>");
    let text = |path: &str, media_type: &'static str, body: Vec<u8>| Asset {
        path: path.to_owned(),
        media_type,
        body,
        quality: 11,
    };
    let script = std::fs::read(settings::dist()?.join("embed/v1.js"))?;
    let empty = b"<!doctype html><title>Form</title>".to_vec();
    let form = Site::start(vec![
        text("/embed/v1.js", "text/javascript", script),
        text("/embed/x", "text/html", empty),
    ])
    .await?;
    let mut assets = vec![
        text("/typeform.js", "text/javascript", read("typeform.js")?),
        text("/typeform.css", "text/css", read("typeform.css")?),
        text("/cal.js", "text/javascript", read("cal.js")?),
    ];
    for (nth, (_, body)) in SUBJECTS.iter().enumerate() {
        assets.push(text(&format!("/{nth}"), "text/html", page(&body(&form.elsewhere())).into_bytes()));
    }
    let site = Site::start(assets).await?;
    let mut runs: [Vec<Run>; SUBJECTS.len()] = Default::default();
    for run in 1..=RUNS {
        eprintln!("run {run} of {RUNS}");
        for (nth, (name, _)) in SUBJECTS.iter().enumerate() {
            let measured = one(&site.address(&format!("/{nth}"))).await;
            runs[nth].push(measured.with_context(|| (*name).to_owned())?);
        }
    }
    let mut table = String::from("| | kB, brotli | main thread, ms | of it script, ms | style and layout, ms |\n|---|---|---|---|---|\n");
    for ((name, _), runs) in SUBJECTS.iter().zip(&runs) {
        let [bytes, tasks, script, layout] = medians(runs);
        table += &format!("| {name} | {bytes:.1} | {tasks:.0} | {script:.1} | {layout:.1} |\n");
    }
    println!("{table}");
    write_down(&table)
}

async fn one(address: &str) -> Result<Run> {
    let browser = Browser::start().await?;
    let page = browser.page()?;
    page.cdp("Emulation.setCPUThrottlingRate", json!({"rate": SLOWDOWN})).await?;
    page.cdp("Performance.enable", json!({})).await?;
    let before = counted(&page).await?;
    page.open_unready(address).await?;
    // Nothing is asked of the page meanwhile: that would be counted.
    tokio::time::sleep(Duration::from_secs(3)).await;
    let after = counted(&page).await?;
    let fetched = network::fetched(&page).await?;
    let made = "const within = (root) => root.querySelector('iframe') || [...root.querySelectorAll('*')].some((one) => one.shadowRoot && within(one.shadowRoot));
         return Boolean(within(document))";
    ensure!(page.script(made).await? == true, "there is no frame");
    let own = |address: &str| {
        let here = ["http://127.0.0.1", "http://localhost"]
            .iter()
            .any(|origin| address.starts_with(origin));
        here && [".js", ".css"].iter().any(|end| address.ends_with(end))
    };
    let bytes: u64 = fetched.iter().filter(|one| own(&one.address)).map(|one| one.bytes).sum();
    ensure!(after[0] > before[0], "nothing was counted");
    let ms = |nth: usize| (after[nth] - before[nth]) * 1000.0;
    Ok([bytes as f64 / 1000.0, ms(0), ms(1), ms(2)])
}

async fn counted(page: &Page) -> Result<[f64; 3]> {
    let layout = page.metric("LayoutDuration").await? + page.metric("RecalcStyleDuration").await?;
    Ok([page.metric("TaskDuration").await?, page.metric("ScriptDuration").await?, layout])
}

fn medians(runs: &[Run]) -> Run {
    std::array::from_fn(|nth| {
        let mut all: Vec<f64> = runs.iter().map(|run| run[nth]).collect();
        all.sort_by(f64::total_cmp);
        all[all.len() / 2]
    })
}

fn write_down(table: &str) -> Result<()> {
    const BEGIN: &str = "<!-- measured -->";
    const END: &str = "<!-- /measured -->";
    let path = settings::root().join("docs/embed.md");
    let on = settings::measured_on()?;
    let text = std::fs::read_to_string(&path)?;
    let (before, rest) = text.split_once(BEGIN).context("docs/embed.md has lost its marks")?;
    let (_, after) = rest.split_once(END).context("docs/embed.md has lost its marks")?;
    Ok(std::fs::write(
        &path,
        format!("{before}{BEGIN}\n{on} with `cargo xtask bench embed`.\n\n{table}{END}{after}"),
    )?)
}
