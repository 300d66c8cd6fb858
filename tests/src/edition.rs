//! The sample programme with dates of a test's own.

use anyhow::{Context, Result};
use jiff::tz::TimeZone;
use jiff::{Span, Timestamp};
use serde_json::Value;

use crate::settings;

/// The id of the sample programme.
pub const ID: &str = "ai-startup-program";

/// The sample programme's document as it is in the repository.
pub fn sample() -> Result<Value> {
    let path = settings::root().join("public/programmes").join(format!("{ID}.json"));
    let text = std::fs::read_to_string(&path).with_context(|| format!("{} cannot be read", path.display()))?;
    Ok(serde_json::from_str(&text)?)
}

/// Sets when a document's call opens and closes, relative to now.
pub fn set_dates(document: &mut Value, opens: Span, closes: Span) -> Result<()> {
    let zone = TimeZone::get(document["schedule"]["zone"].as_str().context("the programme has no zone")?)?;
    for (member, span) in [("opens", opens), ("deadline", closes)] {
        let moment = (Timestamp::now() + span).to_zoned(zone.clone());
        document["schedule"][member] = moment.strftime("%Y-%m-%dT%H:%M:%S%:z").to_string().into();
    }
    Ok(())
}
