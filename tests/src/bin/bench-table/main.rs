//! The staff's table with 100,000 applications in a browser, beside the same rows in AG Grid Community, Tabulator and TanStack Table
//! with Virtual; written down in docs/bench-table.md.
//!
//! - [`rows`]: the rows, from the backend that ours loads them from, and as JSON for the others.
//! - [`subject`]: where each of the four has what is clicked and looked at.
//! - [`measure`]: what is done in the browser.
//! - [`outside`]: what is measured of the server: taking everything out as CSV.
//! - [`report`]: what comes of it in docs/bench-table.md.

#![allow(missing_docs, reason = "a program")]

mod measure;
mod outside;
mod report;
mod rows;
mod subject;

use anyhow::{Context, Result};
use opencall_tests::{Backend, Setup};

use measure::Run;
use rows::Rows;
use subject::Subject;

/// How often each is measured, by turns.
const RUNS: usize = 3;
/// How much slower the processor seems in the second part.
const SLOWDOWNS: [u32; 2] = [1, 4];

#[tokio::main]
async fn main() -> Result<()> {
    let seeded = std::env::var_os("OPENCALL_SEEDED").context("OPENCALL_SEEDED names no data folder; use `cargo xtask bench table`")?;
    let runs = std::env::var("OPENCALL_RUNS")
        .ok()
        .and_then(|runs| runs.parse().ok())
        .unwrap_or(RUNS);
    let backend = Backend::with(Setup {
        data: Some(seeded.into()),
        arguments: vec![String::from("--rate-limit"), String::from("0")],
        ..Setup::default()
    })
    .await?;
    let rows = Rows::load(&backend).await?;
    eprintln!("{} applications; searching for {:?}", rows.count(), rows.word);
    if std::env::var("OPENCALL_ONLY").is_ok_and(|only| only == "CSV") {
        println!("{}", report::csv(&outside::csv(&backend, &rows).await?));
        return Ok(());
    }
    let site = subject::site(&rows).await?;
    // While one is being worked on: only that one, once, and nothing written down.
    if let Ok(only) = std::env::var("OPENCALL_ONLY") {
        let subject = Subject::ALL
            .into_iter()
            .find(|subject| subject.name() == only)
            .context("no such subject")?;
        for slowdown in SLOWDOWNS {
            let run = measure::run(subject, slowdown, &backend, &site, &rows, slowdown == 1).await?;
            println!("{only}, processor 1/{slowdown}: {run:#.1?}");
        }
        return Ok(());
    }
    let mut results: Vec<(Subject, u32, Vec<Run>)> = Vec::new();
    for slowdown in SLOWDOWNS {
        results.extend(Subject::ALL.map(|subject| (subject, slowdown, Vec::new())));
    }
    for run in 1..=runs {
        for (subject, slowdown, runs) in &mut results {
            eprintln!("run {run}: {}, processor 1/{slowdown}", subject.name());
            // What changes goes on changing from the first run to the last only where runs are short.
            let last = run == 1 && *slowdown == 1;
            runs.push(measure::run(*subject, *slowdown, &backend, &site, &rows, last).await?);
        }
    }
    let taken_out = outside::csv(&backend, &rows).await?;
    let text = report::text(&results, &taken_out);
    println!("{text}");
    report::write_down(&text)
}
