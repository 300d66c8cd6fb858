//! docs/bench-table.md.

use anyhow::{Context, Result};
use opencall_tests::settings;

use crate::measure::Run;
use crate::outside::TakenOut;
use crate::subject::Subject;

/// What is measured in each run, with the bound on our own where there is one (at full speed).
const ROWS: [(&str, &str); 23] = [
    ("first rows on screen, ms", ""),
    ("all rows searchable, ms", ""),
    ("MB on the wire", ""),
    ("sort by name: script", "16"),
    ("sort by name: to paint", "50"),
    ("sort by name, descending: script", "16"),
    ("sort by name, descending: to paint", "50"),
    ("sort by status: script", "16"),
    ("sort by status: to paint", "50"),
    ("sort by time: script", "16"),
    ("sort by time: to paint", "50"),
    ("filter by status: script", "16"),
    ("filter by status: to paint", "50"),
    ("search, the slowest of five keys: script", "16"),
    ("search, the slowest of five keys: to paint", "50"),
    ("100 rows change: script", "16"),
    ("100 rows change: to paint", "50"),
    ("scrolling: frame, p95, ms", "16.7"),
    ("scrolling: most row nodes", "60"),
    ("scrolling: places without a row, %", "0"),
    ("heap with everything, MiB", ""),
    ("heap, growth while rows change, %", "10"),
    ("heap, changes of 100 rows made", ""),
];

/// A table for each speed of the processor, and what the server did.
pub fn text(results: &[(Subject, u32, Vec<Run>)], taken_out: &TakenOut) -> String {
    let mut text = String::new();
    let mut speeds: Vec<u32> = results.iter().map(|(_, slowdown, _)| *slowdown).collect();
    speeds.dedup();
    for slowdown in speeds {
        let title = if slowdown == 1 {
            String::from("## At full speed")
        } else {
            format!("## With the processor {slowdown} times slower")
        };
        text += &format!("{title}\n\n| |");
        let runs: Vec<&(Subject, u32, Vec<Run>)> = results.iter().filter(|one| one.1 == slowdown).collect();
        for (subject, ..) in &runs {
            text += &format!(" {} |", subject.name());
        }
        text += " bound |\n|---|";
        text += &"---:|".repeat(runs.len() + 1);
        text.push('\n');
        for (row, bound) in ROWS {
            let values: Vec<f64> = runs.iter().map(|(_, _, runs)| median(runs, row)).collect();
            if values.iter().all(|value| value.is_nan()) {
                continue;
            }
            text += &format!("| {row} |");
            for value in values {
                text += &format!(" {} |", shown(value));
            }
            text += &format!(" {} |\n", if slowdown == 1 { bound } else { "" });
        }
        text.push('\n');
    }
    text += &format!("## Taken out as CSV\n\n{}\n", csv(taken_out));
    text
}

/// What taking all out took.
pub fn csv(taken_out: &TakenOut) -> String {
    format!(
        "All {:.0} MB in {:.1} s, the first byte after {:.2} s; the server held {:.0} MiB before and at most {:.0} MiB meanwhile.",
        taken_out.megabytes, taken_out.seconds.1, taken_out.seconds.0, taken_out.memory.0, taken_out.memory.1
    )
}

fn median(runs: &[Run], row: &str) -> f64 {
    let mut values: Vec<f64> = runs.iter().filter_map(|run| run.get(row).copied()).collect();
    values.sort_by(f64::total_cmp);
    values.get(values.len() / 2).copied().unwrap_or(f64::NAN)
}

fn shown(value: f64) -> String {
    if value.is_nan() {
        String::new()
    } else if value < 20.0 {
        format!("{value:.1}")
    } else {
        format!("{value:.0}")
    }
}

/// Puts the figures into docs/bench-table.md, with when and on what they were measured.
pub fn write_down(text: &str) -> Result<()> {
    const BEGIN: &str = "<!-- measured -->";
    const END: &str = "<!-- /measured -->";
    let path = settings::root().join("docs/bench-table.md");
    let page = std::fs::read_to_string(&path).context("docs/bench-table.md cannot be read")?;
    let (before, rest) = page.split_once(BEGIN).context("docs/bench-table.md has lost its marks")?;
    let (_, after) = rest.split_once(END).context("docs/bench-table.md has lost its marks")?;
    let on = settings::measured_on()?;
    Ok(std::fs::write(
        &path,
        format!("{before}{BEGIN}\n{on} with `cargo xtask bench table`.\n\n{text}{END}{after}"),
    )?)
}
