//! Waiting for something to become true: asked again and again, with a deadline, never for a fixed time.

use std::time::{Duration, Instant};

use anyhow::{Result, bail};

/// How long something may take that happens on this machine, while it does other things as well.
pub const PATIENCE: Duration = Duration::from_secs(45);

/// Asks until there is an answer; an error that says what was waited for once `limit` has passed.
pub async fn until<T>(what: &str, limit: Duration, mut ask: impl AsyncFnMut() -> Result<Option<T>>) -> Result<T> {
    let end = Instant::now() + limit;
    loop {
        let last = match ask().await {
            Ok(Some(answer)) => return Ok(answer),
            Ok(None) => None,
            Err(error) => Some(error),
        };
        if Instant::now() >= end {
            match last {
                Some(error) => return Err(error.context(format!("waited {} s in vain: {what}", limit.as_secs()))),
                None => bail!("waited {} s in vain: {what}", limit.as_secs()),
            }
        }
        tokio::time::sleep(Duration::from_millis(25)).await;
    }
}
