//! A programme document with its dates moved, so that there is something open to try.

use anyhow::{Context, Result};
use jiff::civil::{Date, Time};
use jiff::{Timestamp, ToSpan, tz::TimeZone};
use serde_json::Value;

/// How many days ago an edition opened that is moved to be open now.
const OPENED_DAYS_AGO: i64 = 14;
/// In how many days it closes.
const CLOSES_IN_DAYS: i64 = 21;

/// Whether applications are accepted at `now`, as far as the dates of the document tell.
pub fn is_open(document: &Value, now: Timestamp) -> bool {
    let at = |member: &str| document["schedule"][member].as_str()?.parse::<Timestamp>().ok();
    matches!((at("opens"), at("deadline")), (Some(opens), Some(deadline)) if opens <= now && now <= deadline)
}

/// Moves all dates of a document: it opened 14 days before `now` and closes at the end of the 21st day
/// after it, in the programme's own zone. The dates to know keep their distance from the deadline.
pub fn open_at(document: &mut Value, now: Timestamp) -> Result<()> {
    let schedule = &document["schedule"];
    let zone = TimeZone::get(schedule["zone"].as_str().context("schedule.zone is missing")?)?;
    let moment = |member: &str| -> Result<jiff::Zoned> {
        let text = schedule[member].as_str().with_context(|| format!("schedule.{member} is missing"))?;
        Ok(text
            .parse::<Timestamp>()
            .with_context(|| format!("schedule.{member} is no time"))?
            .to_zoned(zone.clone()))
    };
    let (opened, closed) = (moment("opens")?, moment("deadline")?);
    let today = now.to_zoned(zone.clone()).date();
    let opens = today.saturating_sub(OPENED_DAYS_AGO.days());
    let closes = today.saturating_add(CLOSES_IN_DAYS.days());
    let days = closed.date().until(closes)?.get_days();
    document["schedule"]["opens"] = rfc3339(opens, opened.time(), &zone)?.into();
    document["schedule"]["deadline"] = rfc3339(closes, Time::constant(23, 59, 59, 0), &zone)?.into();
    for date in document["call"]["dates"].as_array_mut().into_iter().flatten() {
        let on = date["on"].as_str().context("a date of call.dates has no `on`")?;
        date["on"] = moved(on, days)?.into();
    }
    Ok(())
}

/// A local time as RFC 3339 with the offset that its zone has then.
fn rfc3339(date: Date, time: Time, zone: &TimeZone) -> Result<String> {
    Ok(date
        .to_datetime(time)
        .to_zoned(zone.clone())?
        .strftime("%Y-%m-%dT%H:%M:%S%:z")
        .to_string())
}

/// A day (`YYYY-MM-DD`) or month (`YYYY-MM`) so many days later; of a month its middle is moved.
fn moved(on: &str, days: i32) -> Result<String> {
    let is_month = on.len() == 7;
    let text = if is_month { format!("{on}-15") } else { on.to_owned() };
    let date: Date = text.parse().with_context(|| format!("`{on}` is no date"))?;
    let date = date.saturating_add(i64::from(days).days());
    Ok(date.strftime(if is_month { "%Y-%m" } else { "%Y-%m-%d" }).to_string())
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use serde_json::json;

    use super::*;

    fn document() -> Value {
        json!({
            "schedule": {"opens": "2023-11-08T09:00:00+01:00", "deadline": "2023-12-01T23:59:59+01:00", "zone": "Europe/Paris", "graceMinutes": 30},
            "call": {"dates": [{"on": "2023-12-01"}, {"on": "2023-12-15"}, {"on": "2024-01"}]},
        })
    }

    fn opened_at(now: &str) -> Value {
        let mut document = document();
        open_at(&mut document, now.parse().unwrap()).unwrap();
        document
    }

    #[test]
    fn it_opened_two_weeks_ago_and_closes_at_the_end_of_a_day_in_three_weeks() {
        let document = opened_at("2026-05-10T10:00:00Z");
        assert_eq!(document["schedule"]["opens"], "2026-04-26T09:00:00+02:00");
        assert_eq!(document["schedule"]["deadline"], "2026-05-31T23:59:59+02:00");
    }

    #[test]
    fn the_offset_is_the_one_of_the_deadline_and_not_of_today() {
        let document = opened_at("2026-10-20T10:00:00Z");
        assert_eq!(document["schedule"]["opens"], "2026-10-06T09:00:00+02:00");
        assert_eq!(document["schedule"]["deadline"], "2026-11-10T23:59:59+01:00");
    }

    #[test]
    fn today_is_the_day_in_the_programmes_zone() {
        assert_eq!(
            opened_at("2026-05-10T22:30:00Z")["schedule"]["deadline"],
            "2026-06-01T23:59:59+02:00"
        );
    }

    #[test]
    fn the_dates_to_know_keep_their_distance_from_the_deadline() {
        let document = opened_at("2026-05-10T10:00:00Z");
        let dates: Vec<_> = document["call"]["dates"]
            .as_array()
            .unwrap()
            .iter()
            .map(|date| date["on"].as_str().unwrap())
            .collect();
        assert_eq!(dates, ["2026-05-31", "2026-06-14", "2026-07"]);
    }

    #[test]
    fn it_is_open_between_its_dates_and_at_no_other_time() {
        let open = |now: &str| is_open(&document(), now.parse().unwrap());
        assert!(!open("2023-11-08T07:59:59Z"));
        assert!(open("2023-11-08T08:00:00Z"));
        assert!(open("2023-12-01T22:59:59Z"));
        assert!(!open("2023-12-01T23:00:00Z"));
    }

    #[test]
    fn a_document_without_dates_is_not_open_and_cannot_be_moved() {
        assert!(!is_open(&json!({}), "2023-11-08T07:59:59Z".parse().unwrap()));
        assert!(open_at(&mut json!({}), "2023-11-08T07:59:59Z".parse().unwrap()).is_err());
    }
}
