//! What is measured of the server alone.

use std::time::Instant;

use anyhow::{Context, Result};
use opencall_tests::Backend;

use crate::rows::Rows;

/// All applications taken out as CSV.
pub struct TakenOut {
    /// Seconds until the first byte, and until the last.
    pub seconds: (f64, f64),
    /// Megabytes.
    pub megabytes: f64,
    /// The server's resident memory before, and at most meanwhile, in MiB.
    pub memory: (f64, f64),
}

/// Takes all out, and looks at the server's memory meanwhile.
pub async fn csv(backend: &Backend, rows: &Rows) -> Result<TakenOut> {
    let process = backend.process().context("the server does not run")?;
    let before = resident(process)?;
    let mut most = before;
    let began = Instant::now();
    let mut reply = rows.csv(backend).await?;
    let mut first = None;
    let mut bytes = 0;
    while let Some(chunk) = reply.chunk().await? {
        first.get_or_insert_with(|| began.elapsed().as_secs_f64());
        bytes += chunk.len();
        most = most.max(resident(process)?);
    }
    #[expect(clippy::cast_precision_loss, reason = "megabytes")]
    Ok(TakenOut {
        seconds: (first.unwrap_or_default(), began.elapsed().as_secs_f64()),
        megabytes: bytes as f64 / 1e6,
        memory: (before, most),
    })
}

/// A process's resident memory in MiB, from /proc.
fn resident(process: u32) -> Result<f64> {
    let status = std::fs::read_to_string(format!("/proc/{process}/status")).context("the server does not run")?;
    let line = status
        .lines()
        .find_map(|line| line.strip_prefix("VmRSS:"))
        .context("no resident memory")?;
    let kilobytes: f64 = line.trim().trim_end_matches(" kB").trim().parse()?;
    Ok(kilobytes / 1_024.0)
}
