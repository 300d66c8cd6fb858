//! Numbers and money, as people type them in either language.

use serde_json::Value;

use super::{Answer, Read, part, string};
use crate::problem::Code;

/// The most characters of a number as typed.
const TYPED_MAX: usize = 64;

/// A number within limits.
pub(super) fn number(raw: &Value, min: f64, max: f64, decimals: u8) -> Read {
    Ok(Some(Answer::Number(within(string(raw)?, min, max, decimals)?)))
}

/// An amount in one of the currencies. A currency sign before or after the amount is taken.
pub(super) fn money(raw: &Value, currencies: &[String], max: f64) -> Read {
    if !raw.is_object() {
        return Err(Code::WrongShape);
    }
    let amount = part(raw, "amount")?.trim().trim_matches(['€', '$', '£']);
    let amount = within(amount, 0.0, max, 0)?;
    let currency = match part(raw, "currency")? {
        // The first is preset: a form need not store it.
        "" => currencies.first(),
        typed => currencies.iter().find(|currency| *currency == typed),
    };
    Ok(Some(Answer::Money {
        amount,
        currency: currency.ok_or(Code::UnknownCurrency)?.clone(),
    }))
}

fn within(typed: &str, min: f64, max: f64, decimals: u8) -> Result<f64, Code> {
    let number = parse(typed, decimals)?;
    if number < min {
        Err(Code::TooSmall { min: decimal(min) })
    } else if number > max {
        Err(Code::TooLarge { max: decimal(max) })
    } else {
        Ok(number)
    }
}

/// Reads a number as people write it: `1200`, `1 200`, `1,200.50`, `1.200,50`, `1 200,50` (with any kind of space),
/// `1'200`, `-3`, `−3`.
///
/// Digits may be grouped by spaces, apostrophes, points or commas: groups of three, in the Indian way also of two
/// before the last. The decimal separator is a point or a comma. Where both stand, the last is the decimal one. A
/// lone point or comma before exactly three digits groups, unless the field keeps three decimals or more: "1,200" is
/// one thousand two hundred in a field of people. Units, exponents and other digits than 0 to 9 are no number.
fn parse(typed: &str, decimals: u8) -> Result<f64, Code> {
    let typed = typed.trim();
    if typed.len() > TYPED_MAX {
        return Err(Code::NotNumber);
    }
    let (negative, unsigned) = match typed.strip_prefix(['-', '\u{2212}']) {
        Some(rest) => (true, rest),
        None => (false, typed.strip_prefix('+').unwrap_or(typed)),
    };
    let unsigned = unsigned.trim_start();
    let decimal_at = decimal_separator(unsigned, decimals);
    let (whole, fraction) = match decimal_at {
        Some(at) => (&unsigned[..at], &unsigned[at + 1..]),
        None => (unsigned, ""),
    };
    let mut digits = grouped(whole).ok_or(Code::NotNumber)?;
    if (digits.is_empty() && fraction.is_empty()) || !fraction.bytes().all(|b| b.is_ascii_digit()) {
        return Err(Code::NotNumber);
    }
    let fraction = fraction.trim_end_matches('0');
    if fraction.len() > usize::from(decimals) {
        return Err(if decimals == 0 {
            Code::NotWhole
        } else {
            Code::TooPrecise { decimals }
        });
    }
    digits.push_str(fraction);
    let digits = digits.trim_start_matches('0');
    // No field's limits reach this far, so it is a slip of the hand.
    if digits.len() > 18 {
        return Err(Code::NotNumber);
    }
    let unscaled = digits.bytes().fold(0_u64, |n, digit| n * 10 + u64::from(digit - b'0'));
    // One division of two exact numbers rounds once, as a decimal parser would.
    let number = unscaled as f64 / 10_u64.pow(fraction.len() as u32) as f64;
    // Not `-0`.
    Ok(if negative && number != 0.0 { -number } else { number })
}

/// Where the decimal separator stands, if there is one.
fn decimal_separator(text: &str, decimals: u8) -> Option<usize> {
    let last = text.rfind(['.', ','])?;
    let separator = text.as_bytes()[last];
    let (before, after) = (&text[..last], &text[last + 1..]);
    if before.as_bytes().contains(&separator) {
        return None; // Twice the same: both group.
    }
    let other = if separator == b'.' { ',' } else { '.' };
    let lone = !before.contains(|c: char| c == other || is_space(c));
    let looks_grouped = after.len() == 3 && (1..=3).contains(&before.len()) && !before.starts_with('0');
    if lone && looks_grouped && decimals < 3 { None } else { Some(last) }
}

/// The digits of a whole part, if its groups are plausible and separated alike.
fn grouped(text: &str) -> Option<String> {
    let mut digits = String::new();
    let mut separator = None;
    let mut group = 0;
    let mut first = true;
    for c in text.chars() {
        if c.is_ascii_digit() {
            digits.push(c);
            group += 1;
            continue;
        }
        let c = if is_space(c) { ' ' } else { c };
        if !matches!(c, ' ' | '.' | ',' | '\'' | '’') || separator.is_some_and(|known| known != c) {
            return None;
        }
        if group == 0 || group > 3 || (!first && group < 2) {
            return None;
        }
        separator = Some(c);
        first = false;
        group = 0;
    }
    if first || group == 3 { Some(digits) } else { None }
}

/// Spaces that separate groups: the plain one, and those that do not break (U+00A0, U+202F, U+2009).
fn is_space(c: char) -> bool {
    matches!(c, ' ' | '\u{a0}' | '\u{202f}' | '\u{2009}')
}

/// A limit as decimal text: at most six decimals, without the formatting machinery of floats. Loading
/// keeps limits below a million millions.
fn decimal(limit: f64) -> String {
    let micros = (limit * 1e6).round() as i64;
    let mut text = String::new();
    if micros < 0 {
        text.push('-');
    }
    let micros = micros.unsigned_abs();
    crate::pointer::push_decimal(&mut text, micros / 1_000_000);
    let mut fraction = micros % 1_000_000;
    if fraction != 0 {
        text.push('.');
        let mut unit = 100_000;
        while fraction != 0 {
            text.push(char::from(b'0' + (fraction / unit) as u8));
            fraction %= unit;
            unit /= 10;
        }
    }
    text
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn numbers_are_read_as_people_write_them() {
        for (typed, decimals, number) in [
            ("0", 0, 0.0),
            ("1200", 0, 1200.0),
            ("1 200", 0, 1200.0),
            (" 1\u{202f}200\u{a0}300 ", 0, 1_200_300.0),
            ("1,200", 0, 1200.0),
            ("1.200", 2, 1200.0),
            ("1,200", 3, 1.2),
            ("1,200.50", 2, 1200.5),
            ("1.200,50", 2, 1200.5),
            ("1 200,50", 2, 1200.5),
            ("1'200.5", 1, 1200.5),
            ("12,34,567", 0, 1_234_567.0),
            ("1.234.567", 0, 1_234_567.0),
            ("0,125", 3, 0.125),
            (".5", 1, 0.5),
            ("5.", 0, 5.0),
            ("2,00", 0, 2.0),
            ("-3", 0, -3.0),
            ("\u{2212}3,5", 1, -3.5),
            ("+7", 0, 7.0),
            ("-0", 0, 0.0),
            ("0.1", 6, 0.1),
            ("007", 0, 7.0),
        ] {
            let read = parse(typed, decimals);
            assert_eq!(read, Ok(number), "{typed}");
            assert_eq!(read.map(f64::is_sign_negative), Ok(number < 0.0), "{typed}");
        }
    }

    #[test]
    fn what_is_no_number_says_so() {
        for (typed, decimals, code) in [
            ("", 0, Code::NotNumber),
            ("-", 0, Code::NotNumber),
            (".", 0, Code::NotNumber),
            ("twelve", 0, Code::NotNumber),
            ("12k", 0, Code::NotNumber),
            ("1e9", 0, Code::NotNumber),
            ("NaN", 0, Code::NotNumber),
            ("0x10", 0, Code::NotNumber),
            ("1 2", 0, Code::NotNumber),
            ("1,2,3", 0, Code::NotNumber),
            ("1 200.300,5", 1, Code::NotNumber),
            ("12 months", 0, Code::NotNumber),
            ("٣", 0, Code::NotNumber),
            ("9999999999999999999", 0, Code::NotNumber),
            ("1.5", 0, Code::NotWhole),
            ("1,25", 1, Code::TooPrecise { decimals: 1 }),
        ] {
            assert_eq!(parse(typed, decimals), Err(code), "{typed}");
        }
        assert_eq!(parse(&"1".repeat(1 << 20), 0), Err(Code::NotNumber));
    }

    #[test]
    fn limits_are_told_as_decimals() {
        assert_eq!(number(&json!("0"), 1.0, 500.0, 0), Err(Code::TooSmall { min: String::from("1") }));
        assert_eq!(number(&json!("3"), 0.0, 2.5, 1), Err(Code::TooLarge { max: String::from("2.5") }));
        assert_eq!(
            number(&json!("-3"), -2.25, 2.5, 2),
            Err(Code::TooSmall {
                min: String::from("-2.25")
            })
        );
        assert_eq!(decimal(1e12), "1000000000000");
        assert_eq!(decimal(-0.000_001), "-0.000001");
    }

    #[test]
    fn money_has_an_amount_and_a_currency() {
        let offered = [String::from("EUR"), String::from("USD")];
        let euros = |amount| {
            Ok(Some(Answer::Money {
                amount,
                currency: String::from("EUR"),
            }))
        };
        assert_eq!(
            money(&json!({ "amount": "12 000", "currency": "EUR" }), &offered, 1e6),
            euros(12_000.0)
        );
        assert_eq!(money(&json!({ "amount": "€12,000" }), &offered, 1e6), euros(12_000.0));
        assert_eq!(
            money(&json!({ "amount": "12 000 €", "currency": null }), &offered, 1e6),
            euros(12_000.0)
        );
        assert_eq!(
            money(&json!({ "amount": "1", "currency": "BTC" }), &offered, 1e6),
            Err(Code::UnknownCurrency)
        );
        assert_eq!(
            money(&json!({ "amount": "1.50", "currency": "EUR" }), &offered, 1e6),
            Err(Code::NotWhole)
        );
        assert_eq!(
            money(&json!({ "amount": "-1" }), &offered, 1e6),
            Err(Code::TooSmall { min: String::from("0") })
        );
        assert_eq!(money(&json!({ "amount": 1 }), &offered, 1e6), Err(Code::WrongShape));
        assert_eq!(money(&json!("12"), &offered, 1e6), Err(Code::WrongShape));
        assert_eq!(money(&json!({ "amount": "1" }), &[], 1e6), Err(Code::UnknownCurrency));
    }
}
