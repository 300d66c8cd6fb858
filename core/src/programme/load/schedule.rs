//! Reading the dates of a call.

use super::enter_object;
use super::reader::{Object, Reader};
use crate::phase::Schedule;
use crate::time::Timestamp;

/// A week: longer is no grace but another deadline.
const GRACE_MAX: u32 = 7 * 24 * 60;

pub(super) fn schedule(r: &mut Reader, object: Object<'_>) -> Schedule {
    let object = enter_object(r, object, "schedule", &["opens", "deadline", "zone", "graceMinutes"]);
    let (opens_text, deadline_text, zone) = (r.text(object, "opens"), r.text(object, "deadline"), r.text(object, "zone"));
    let grace_minutes = r.small(object, "graceMinutes", None, 0, GRACE_MAX);
    let opens = instant(r, "opens", &opens_text);
    let deadline = instant(r, "deadline", &deadline_text);
    if let (Some(opens), Some(deadline)) = (opens, deadline)
        && deadline <= opens
    {
        r.fault_at("deadline", "must be after the opening");
    }
    if !zone.is_empty() {
        zone_fits(r, &zone, &[("opens", &opens_text, opens), ("deadline", &deadline_text, deadline)]);
    }
    r.leave();
    let start = Timestamp::from_millis(0);
    Schedule {
        opens: opens.unwrap_or(start),
        deadline: deadline.unwrap_or(start),
        zone,
        grace_minutes,
    }
}

fn instant(r: &mut Reader, name: &str, text: &str) -> Option<Timestamp> {
    let instant = Timestamp::parse(text);
    if instant.is_none() && !text.is_empty() {
        r.fault_at(name, "must be a time as in RFC 3339, such as 2023-12-01T23:59:59+01:00");
    }
    instant
}

/// Whether a text is a day that exists, `YYYY-MM-DD`.
pub(super) fn is_date(text: &str) -> bool {
    crate::validate::calendar_date(text).is_some()
}

/// The zone exists, and the offsets written in the document are the zone's at those moments: a deadline "23:59 Paris
/// time" with London's offset is somebody's mistake. `Z` says nothing about the place and always fits.
#[cfg(feature = "native")]
fn zone_fits(r: &mut Reader, zone: &str, times: &[(&str, &str, Option<Timestamp>)]) {
    let Ok(known) = jiff::tz::TimeZone::get(zone) else {
        r.fault_at("zone", "must be a zone of the IANA time zone database, such as Europe/Paris");
        return;
    };
    for (name, text, instant) in times {
        let Some(instant) = instant.and_then(|instant| jiff::Timestamp::from_millisecond(instant.millis()).ok()) else {
            continue;
        };
        let offset = known.to_offset(instant).seconds();
        if let Some(written) = written_offset(text)
            && written != offset
        {
            let (sign, minutes) = (if offset < 0 { '-' } else { '+' }, offset.abs() / 60);
            r.fault_at(
                name,
                &format!(
                    "has another offset than {zone} at that moment, {sign}{:02}:{:02}",
                    minutes / 60,
                    minutes % 60
                ),
            );
        }
    }
}

/// The offset at the end of a time, in seconds; `None` for `Z`.
#[cfg(feature = "native")]
fn written_offset(text: &str) -> Option<i32> {
    let (sign, digits) = text.get(text.len().checked_sub(6)?..)?.split_at_checked(1)?;
    let (hours, minutes) = digits.split_once(':')?;
    let seconds = hours.parse::<i32>().ok()? * 3_600 + minutes.parse::<i32>().ok()? * 60;
    match sign {
        "+" => Some(seconds),
        "-" => Some(-seconds),
        _ => None,
    }
}

/// Browsers bring their own time zone database, which nobody can ask without formatting: only the shape is looked at.
#[cfg(not(feature = "native"))]
fn zone_fits(r: &mut Reader, zone: &str, _times: &[(&str, &str, Option<Timestamp>)]) {
    if zone.len() > 64
        || !zone
            .bytes()
            .all(|b| b.is_ascii_alphanumeric() || matches!(b, b'/' | b'_' | b'-' | b'+'))
    {
        r.fault_at("zone", "must be a zone of the IANA time zone database, such as Europe/Paris");
    }
}
