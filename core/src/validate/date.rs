//! Dates in three parts (or two): no picker, no format to guess.

use serde_json::Value;

use super::{Answer, Read, part};
use crate::problem::Code;
use crate::programme::Precision;
use crate::time::days_in_month;

/// A date between two others.
pub(super) fn date(raw: &Value, precision: Precision, earliest: Option<&str>, latest: Option<&str>) -> Read {
    if !raw.is_object() {
        return Err(Code::WrongShape);
    }
    let with_day = precision == Precision::Day;
    let [day, month, year] = [part(raw, "day")?.trim(), part(raw, "month")?.trim(), part(raw, "year")?.trim()];
    if (with_day && day.is_empty()) || month.is_empty() || year.is_empty() {
        return Err(Code::DateIncomplete {
            day: with_day && day.is_empty(),
            month: month.is_empty(),
            year: year.is_empty(),
        });
    }
    // Two digits would leave the century to us.
    if year.len() != 4 {
        return Err(Code::NotDate);
    }
    let (year, month) = (digits(year)?, digits(month)?);
    if year == 0 || !(1..=12).contains(&month) {
        return Err(Code::NotDate);
    }
    let day = if with_day { Some(digits(day)?) } else { None };
    if day.is_some_and(|day| day == 0 || i64::from(day) > days_in_month(i64::from(year), i64::from(month))) {
        return Err(Code::NotDate);
    }
    // Of months, a limit within the month does not exclude the month.
    let compared = |limit: &str| calendar_date(limit).map(|(y, m, d)| (y, m, if with_day { d } else { 0 }));
    let typed = (year, month, day.unwrap_or(0));
    if let Some(limit) = earliest
        && compared(limit).is_some_and(|limit| typed < limit)
    {
        return Err(Code::TooEarly {
            earliest: String::from(limit),
        });
    }
    if let Some(limit) = latest
        && compared(limit).is_some_and(|limit| typed > limit)
    {
        return Err(Code::TooLate {
            latest: String::from(limit),
        });
    }
    // Each is below 10,000 and below 100: see `digits` and the checks above.
    Ok(Some(Answer::Date {
        year,
        month: month as u8,
        day: day.map(|day| day as u8),
    }))
}

/// One to four digits.
fn digits(text: &str) -> Result<u16, Code> {
    if text.is_empty() || text.len() > 4 || !text.bytes().all(|b| b.is_ascii_digit()) {
        return Err(Code::NotDate);
    }
    Ok(text.bytes().fold(0, |n, digit| n * 10 + u16::from(digit - b'0')))
}

/// Reads `YYYY-MM-DD`; only days that exist.
pub(crate) fn calendar_date(text: &str) -> Option<(u16, u16, u16)> {
    let b = text.as_bytes();
    if b.len() != 10 || !text.is_ascii() || b[4] != b'-' || b[7] != b'-' {
        return None;
    }
    let (year, month, day) = (digits(&text[..4]).ok()?, digits(&text[5..7]).ok()?, digits(&text[8..]).ok()?);
    let real = year > 0 && (1..=12).contains(&month) && day > 0 && i64::from(day) <= days_in_month(i64::from(year), i64::from(month));
    real.then_some((year, month, day))
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn day(day: &str, month: &str, year: &str) -> Read {
        date(
            &json!({ "day": day, "month": month, "year": year }),
            Precision::Day,
            Some("2000-02-29"),
            Some("2023-11-30"),
        )
    }

    #[test]
    fn a_date_is_a_day_that_exists() {
        assert_eq!(
            day("1", "04", " 2023 "),
            Ok(Some(Answer::Date {
                year: 2023,
                month: 4,
                day: Some(1)
            }))
        );
        assert_eq!(
            day("29", "2", "2020"),
            Ok(Some(Answer::Date {
                year: 2020,
                month: 2,
                day: Some(29)
            }))
        );
        for (d, m, y) in [
            ("29", "2", "2021"),
            ("31", "4", "2021"),
            ("0", "1", "2021"),
            ("1", "13", "2021"),
            ("1", "avril", "2021"),
            ("1", "1", "21"),
            ("-1", "1", "2021"),
        ] {
            assert_eq!(day(d, m, y), Err(Code::NotDate), "{d} {m} {y}");
        }
    }

    #[test]
    fn missing_parts_are_named() {
        assert_eq!(
            day("", "4", " "),
            Err(Code::DateIncomplete {
                day: true,
                month: false,
                year: true
            })
        );
        let month = date(&json!({ "year": "2023" }), Precision::Month, None, None);
        assert_eq!(
            month,
            Err(Code::DateIncomplete {
                day: false,
                month: true,
                year: false
            })
        );
    }

    #[test]
    fn limits_belong_to_the_time_allowed() {
        assert!(day("29", "2", "2000").is_ok() && day("30", "11", "2023").is_ok());
        assert_eq!(
            day("28", "2", "2000"),
            Err(Code::TooEarly {
                earliest: String::from("2000-02-29")
            })
        );
        assert_eq!(
            day("1", "12", "2023"),
            Err(Code::TooLate {
                latest: String::from("2023-11-30")
            })
        );
        let month = |month: &str| {
            date(
                &json!({ "month": month, "year": "2000" }),
                Precision::Month,
                Some("2000-02-29"),
                None,
            )
        };
        assert_eq!(
            month("2"),
            Ok(Some(Answer::Date {
                year: 2000,
                month: 2,
                day: None
            }))
        );
        assert!(month("1").is_err());
    }

    #[test]
    fn other_shapes_are_refused() {
        assert_eq!(date(&json!("2023-04-01"), Precision::Day, None, None), Err(Code::WrongShape));
        assert_eq!(
            date(&json!({ "day": 1, "month": "4", "year": "2023" }), Precision::Day, None, None),
            Err(Code::WrongShape)
        );
    }
}
