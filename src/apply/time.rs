//! Times and lengths of time in words.

use opencall_core::{Locale, Timestamp};

use super::cx::Cx;
use crate::clock::Remaining;
use crate::i18n::intl::{self, Look};
use crate::i18n::messages::{Messages, plural};

/// "21 days 4 h"; "4 h 12 min"; in the last hour "12 min 30 s".
pub fn left(t: &Messages, locale: Locale, left: Remaining) -> String {
    let part = |text: &'static str, n: u32| plural(text, locale, n as usize);
    if left.days > 0 && left.hours == 0 {
        return part(t.days, left.days);
    }
    let (first, second) = if left.days > 0 {
        (part(t.days, left.days), part(t.hours, left.hours))
    } else if left.shows_seconds() && left.hours == 0 {
        (part(t.minutes, left.minutes), part(t.seconds, left.seconds))
    } else {
        (part(t.hours, left.hours), part(t.minutes, left.minutes))
    };
    [&first, " ", &second].concat()
}

/// How wrong a clock is: "3 h 20 min", "5 min".
pub fn off(t: &Messages, locale: Locale, seconds: i64) -> String {
    let minutes = seconds.unsigned_abs() / 60;
    let part = |text: &'static str, n: u64| plural(text, locale, n as usize);
    match (minutes / 1_440, minutes / 60 % 24, minutes % 60) {
        (0, 0, minutes) => part(t.minutes, minutes),
        (0, hours, minutes) => [&part(t.hours, hours), " ", &part(t.minutes, minutes)].concat(),
        (days, hours, _) => [&part(t.days, days), " ", &part(t.hours, hours)].concat(),
    }
}

/// A moment as the programme states it, with the city of its zone: "Friday 18 December 2026 at 23:59 (Paris)".
/// The server writes the same into the shell.
pub fn stated(cx: Cx, at: Timestamp) -> String {
    [
        &intl::moment(at, Some(&cx.programme.schedule.zone), cx.locale, Look::DateTime),
        " (",
        &city(cx),
        ")",
    ]
    .concat()
}

/// The same without the day of the week, where there is little room: "18 December 2026, 23:59 (Paris)".
pub fn stated_shortly(cx: Cx, at: Timestamp) -> String {
    let day = intl::moment(at, Some(&cx.programme.schedule.zone), cx.locale, Look::Date);
    [&day, ", ", &stated_time(cx, at)].concat()
}

/// The time of day as the programme states it: "23:59 (Paris)".
pub fn stated_time(cx: Cx, at: Timestamp) -> String {
    [
        &intl::moment(at, Some(&cx.programme.schedule.zone), cx.locale, Look::Time),
        " (",
        &city(cx),
        ")",
    ]
    .concat()
}

fn city(cx: Cx) -> String {
    let zone = &cx.programme.schedule.zone;
    zone.rsplit('/').next().unwrap_or(zone).replace('_', " ")
}

/// The same moment in another zone; with the date only where it is another one.
pub fn elsewhere(cx: Cx, at: Timestamp, zone: Option<&str>) -> String {
    let day = |zone: Option<&str>| intl::moment(at, zone, cx.locale, Look::Date);
    let (there, here) = (day(zone), day(Some(&cx.programme.schedule.zone)));
    let time = intl::moment(at, zone, cx.locale, Look::Time);
    if there == here { time } else { [&there, " ", &time].concat() }
}

/// The time of day where the reader is.
pub fn of_day(cx: Cx, at: Timestamp) -> String {
    intl::moment(at, None, cx.locale, Look::Time)
}

/// A moment to the second, as the programme states it: for proof.
pub fn exactly(cx: Cx, at: Timestamp) -> String {
    let zone = Some(cx.programme.schedule.zone.as_str());
    let day = intl::moment(at, zone, cx.locale, Look::Date);
    [
        &day,
        ", ",
        &intl::moment(at, zone, cx.locale, Look::TimeSeconds),
        " (",
        &cx.programme.schedule.zone,
        ").",
    ]
    .concat()
}
