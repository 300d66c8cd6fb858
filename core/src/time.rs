//! Moments in time. One type, milliseconds since the Unix epoch; no zones: an instant has none.

use std::fmt;

use serde::{Deserialize, Deserializer, Serialize, Serializer, de::Error as _};

/// An instant: milliseconds since 1970-01-01T00:00:00Z, leap seconds not counted.
///
/// Written and read as RFC 3339; always written in UTC (`2023-12-01T22:59:59Z`, with
/// milliseconds only where they are not zero).
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Timestamp(i64);

impl Timestamp {
    /// From milliseconds since the epoch.
    pub const fn from_millis(millis: i64) -> Self {
        Self(millis)
    }

    /// Milliseconds since the epoch.
    pub const fn millis(self) -> i64 {
        self.0
    }

    /// This instant and `millis` more; stops at the ends of the range instead of wrapping.
    #[must_use]
    pub const fn plus_millis(self, millis: i64) -> Self {
        Self(self.0.saturating_add(millis))
    }

    /// Milliseconds from `self` until `later`; negative when `later` is earlier.
    pub const fn millis_until(self, later: Self) -> i64 {
        later.0.saturating_sub(self.0)
    }

    /// Reads the date of an HTTP header (IMF-fixdate, RFC 9110, section 5.6.7), such as `Sun, 06 Nov 1994 08:49:37 GMT`. `None` for
    /// anything else, the obsolete forms included.
    pub fn parse_http_date(text: &str) -> Option<Self> {
        const MONTHS: [&str; 12] = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];
        let mut parts = text.split_once(", ")?.1.split(' ');
        let (day, month, year, time, zone) = (parts.next()?, parts.next()?, parts.next()?, parts.next()?, parts.next()?);
        let month = 1 + MONTHS.iter().position(|name| *name == month)?;
        if zone != "GMT" || parts.next().is_some() {
            return None;
        }
        Self::parse(&format!("{year}-{month:02}-{day}T{time}Z"))
    }

    /// Reads RFC 3339 (section 5.6): date, `T`, time, optional fraction, `Z` or an offset.
    ///
    /// A leap second (`:60`) counts as the second after `:59`. Fractions finer than a
    /// millisecond are cut off. `None` for anything else.
    pub fn parse(text: &str) -> Option<Self> {
        let b = text.as_bytes();
        if !text.is_ascii() || b.len() < 20 {
            return None;
        }
        let digits = |from: usize, to: usize| -> Option<i64> {
            let part = b.get(from..to)?;
            if !part.iter().all(u8::is_ascii_digit) {
                return None;
            }
            Some(part.iter().fold(0, |n, d| n * 10 + i64::from(d - b'0')))
        };
        if b[4] != b'-' || b[7] != b'-' || !matches!(b[10], b'T' | b't') || b[13] != b':' || b[16] != b':' {
            return None;
        }
        let (year, month, day) = (digits(0, 4)?, digits(5, 7)?, digits(8, 10)?);
        let (hour, minute, second) = (digits(11, 13)?, digits(14, 16)?, digits(17, 19)?);
        if !(1..=12).contains(&month) || day < 1 || day > days_in_month(year, month) || hour > 23 || minute > 59 || second > 60 {
            return None;
        }
        let mut at = 19;
        let mut fraction = 0;
        if b[at] == b'.' {
            let start = at + 1;
            at = start;
            while b.get(at).is_some_and(u8::is_ascii_digit) {
                at += 1;
            }
            if at == start {
                return None;
            }
            for i in 0..3 {
                let digit = if start + i < at { i64::from(b[start + i] - b'0') } else { 0 };
                fraction = fraction * 10 + digit;
            }
        }
        let offset = match (b.get(at)?, b.len() - at) {
            (b'Z' | b'z', 1) => 0,
            (sign @ (b'+' | b'-'), 6) if b[at + 3] == b':' => {
                let (h, m) = (digits(at + 1, at + 3)?, digits(at + 4, at + 6)?);
                if h > 23 || m > 59 {
                    return None;
                }
                (h * 60 + m) * if *sign == b'-' { -1 } else { 1 }
            }
            _ => return None,
        };
        let seconds = days_from_civil(year, month, day) * 86_400 + hour * 3_600 + minute * 60 + second - offset * 60;
        // In UTC it may be of another year, and has to have four digits there too.
        let kept = days_from_civil(0, 1, 1) * 86_400..days_from_civil(10_000, 1, 1) * 86_400;
        kept.contains(&seconds).then_some(Self(seconds * 1_000 + fraction))
    }
}

impl fmt::Display for Timestamp {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let seconds = self.0.div_euclid(1_000);
        let millis = self.0.rem_euclid(1_000);
        let (year, month, day) = civil_from_days(seconds.div_euclid(86_400));
        let of_day = seconds.rem_euclid(86_400);
        let (hour, minute, second) = (of_day / 3_600, of_day / 60 % 60, of_day % 60);
        write!(f, "{year:04}-{month:02}-{day:02}T{hour:02}:{minute:02}:{second:02}")?;
        if millis != 0 {
            write!(f, ".{millis:03}")?;
        }
        f.write_str("Z")
    }
}

impl Serialize for Timestamp {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for Timestamp {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = String::deserialize(deserializer)?;
        Self::parse(&text).ok_or_else(|| D::Error::custom("not an RFC 3339 time"))
    }
}

/// As text, and not as the number inside.
#[cfg(feature = "native")]
impl schemars::JsonSchema for Timestamp {
    fn schema_name() -> std::borrow::Cow<'static, str> {
        "Timestamp".into()
    }

    fn json_schema(_: &mut schemars::SchemaGenerator) -> schemars::Schema {
        schemars::json_schema!({
            "type": "string",
            "format": "date-time",
            "description": "An instant, RFC 3339, of the years 0000 to 9999; always written in UTC, with milliseconds only where they are not zero.",
            "examples": ["2023-12-01T22:59:59Z"]
        })
    }
}

/// Days in a month of the proleptic Gregorian calendar; `month` from 1 to 12.
pub fn days_in_month(year: i64, month: i64) -> i64 {
    match month {
        2 if year % 4 == 0 && (year % 100 != 0 || year % 400 == 0) => 29,
        2 => 28,
        4 | 6 | 9 | 11 => 30,
        _ => 31,
    }
}

/// Days since 1970-01-01 of a Gregorian date, counting years from March so that the leap day is last.
pub fn days_from_civil(year: i64, month: i64, day: i64) -> i64 {
    let y = if month <= 2 { year - 1 } else { year };
    let era = y.div_euclid(400);
    let year_of_era = y.rem_euclid(400);
    let day_of_year = (153 * ((month + 9) % 12) + 2) / 5 + day - 1;
    let day_of_era = year_of_era * 365 + year_of_era / 4 - year_of_era / 100 + day_of_year;
    era * 146_097 + day_of_era - 719_468
}

/// The Gregorian date `days` after 1970-01-01; the inverse of [`days_from_civil`].
pub fn civil_from_days(days: i64) -> (i64, i64, i64) {
    let z = days + 719_468;
    let era = z.div_euclid(146_097);
    let day_of_era = z.rem_euclid(146_097);
    let year_of_era = (day_of_era - day_of_era / 1_460 + day_of_era / 36_524 - day_of_era / 146_096) / 365;
    let day_of_year = day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
    let shifted = (5 * day_of_year + 2) / 153;
    let day = day_of_year - (153 * shifted + 2) / 5 + 1;
    let month = if shifted < 10 { shifted + 3 } else { shifted - 9 };
    (era * 400 + year_of_era + i64::from(month <= 2), month, day)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &str) -> Option<String> {
        Timestamp::parse(text).map(|time| time.to_string())
    }

    #[test]
    fn the_date_of_a_reply_is_read_and_nothing_that_only_looks_like_one() {
        let read = |text: &str| Timestamp::parse_http_date(text).map(|at| at.to_string());
        assert_eq!(read("Sun, 06 Nov 1994 08:49:37 GMT").as_deref(), Some("1994-11-06T08:49:37Z"));
        for wrong in [
            "Sunday, 06-Nov-94 08:49:37 GMT",
            "Sun Nov  6 08:49:37 1994",
            "Sun, 06 Nov 1994 08:49:37 +0100",
            "Sun, 31 Feb 1994 08:49:37 GMT",
            "",
        ] {
            assert_eq!(read(wrong), None, "{wrong}");
        }
    }

    #[test]
    fn times_are_written_in_utc() {
        for (text, written) in [
            ("2023-12-01T23:59:59+01:00", "2023-12-01T22:59:59Z"),
            ("2023-12-01t22:59:59.5z", "2023-12-01T22:59:59.500Z"),
            ("2023-12-01T22:59:59.123999Z", "2023-12-01T22:59:59.123Z"),
            ("2024-02-29T00:00:00-00:30", "2024-02-29T00:30:00Z"),
            ("1969-12-31T23:59:59.999Z", "1969-12-31T23:59:59.999Z"),
            ("2016-12-31T23:59:60Z", "2017-01-01T00:00:00Z"),
        ] {
            assert_eq!(read(text).as_deref(), Some(written), "{text}");
        }
    }

    #[test]
    fn anything_else_is_no_time() {
        for text in [
            "",
            "2023-12-01",
            "2023-12-01 22:59:59Z",
            "2023-12-01T22:59:59",
            "2023-12-01T22:59Z",
            "2023-02-29T00:00:00Z",
            "2023-12-01T24:00:00Z",
            "2023-12-01T22:59:59.Z",
            "2023-12-01T22:59:59+1:00",
            "2023-12-01T22:59:59+25:00",
            "2023-12-01T22:59:59Zx",
            "+2023-12-01T22:59:59Z",
            "9999-12-31T23:59:59-00:01",
            "9999-12-31T23:59:60Z",
            "0000-01-01T00:00:00+00:01",
        ] {
            assert_eq!(read(text), None, "{text}");
        }
    }

    #[test]
    fn the_ends_of_the_range_do_not_overflow() {
        for millis in [i64::MIN, i64::MAX] {
            let end = Timestamp::from_millis(millis);
            let _ = (
                end.to_string(),
                end.plus_millis(millis),
                end.millis_until(Timestamp::from_millis(0)),
            );
        }
    }
}
