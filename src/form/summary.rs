//! An answer as a line to read: for checking, for judges.

use opencall_core::programme::{Choice, Field, Kind, Precision};
use opencall_core::{Answers, Locale};
use serde_json::Value;

use super::spot::text_of;
use crate::i18n::messages::{Messages, grouped};
use crate::i18n::{intl, problems};

/// The words for an answer; empty where there is none. Of a group: nothing, its rows are shown one by one.
pub fn line(t: &'static Messages, locale: Locale, field: &Field, answer: Option<&Value>) -> String {
    let text = |part: &str| text_of(answer, part).trim().to_owned();
    match &field.kind {
        Kind::Text { .. } | Kind::LongText { .. } | Kind::Email | Kind::Url { .. } => text(""),
        Kind::Number { unit, .. } => {
            let number = shown_number(&text(""), locale);
            match unit {
                Some(unit) if !number.is_empty() => [&number, " ", unit.get(locale)].concat(),
                _ => number,
            }
        }
        Kind::Money { .. } => {
            let amount = text("amount");
            let digits: String = amount.chars().filter(|c| !c.is_whitespace()).collect();
            match digits.parse::<u64>() {
                Ok(value) => intl::money(value as f64, &text("currency"), locale),
                Err(_) => [&amount, " ", &text("currency")].concat().trim().to_owned(),
            }
        }
        Kind::Date { precision, .. } => date(&text("day"), &text("month"), &text("year"), *precision, locale),
        Kind::Country => {
            let code = text("");
            if code.is_empty() { code } else { intl::country_name(&code, locale) }
        }
        Kind::Choice { options } => answer
            .and_then(Value::as_str)
            .map_or_else(String::new, |id| choice(options, id, locale).to_owned()),
        Kind::Choices { options, .. } => {
            let chosen = answer.and_then(Value::as_array).map(Vec::as_slice).unwrap_or_default();
            intl::list(
                chosen.iter().filter_map(Value::as_str).map(|id| choice(options, id, locale)),
                locale,
            )
        }
        Kind::YesNo => match answer.and_then(Value::as_bool) {
            Some(true) => t.yes.to_owned(),
            Some(false) => t.no.to_owned(),
            None => String::new(),
        },
        Kind::Consent { version } => {
            let given = answer.and_then(|answer| answer.get("given")).and_then(Value::as_bool) == Some(true);
            if given && text("version") == *version {
                t.agreed.to_owned()
            } else {
                t.not_agreed.to_owned()
            }
        }
        Kind::Group { .. } => String::new(),
        Kind::File { .. } => {
            let link = text("link");
            let size = answer.and_then(|answer| answer.get("size")).and_then(Value::as_u64);
            match size {
                Some(size) => [&text("name"), " (", &problems::bytes(t, size, locale), ")"].concat(),
                None => link,
            }
        }
        Kind::Model { .. } => {
            let parts = [text("reference"), text("licence"), text("use")];
            let parts: Vec<&str> = parts.iter().map(String::as_str).filter(|part| !part.is_empty()).collect();
            parts.join("\n")
        }
    }
}

/// The rows of a group's answer.
pub fn rows<'a>(answers: &'a Answers, group: &str) -> &'a [Value] {
    answers
        .0
        .get(group)
        .and_then(Value::as_array)
        .map(Vec::as_slice)
        .unwrap_or_default()
}

fn choice<'a>(options: &'a [Choice], id: &'a str, locale: Locale) -> &'a str {
    options
        .iter()
        .find(|option| option.id == id)
        .map_or(id, |option| option.label.get(locale))
}

/// A number as the language writes it, or what was typed where it is none.
fn shown_number(typed: &str, locale: Locale) -> String {
    let plain: String = typed.chars().filter(|c| !c.is_whitespace()).collect();
    if !plain.is_empty() && plain.bytes().all(|b| b.is_ascii_digit()) {
        grouped(&plain, locale)
    } else {
        typed.to_owned()
    }
}

/// A date in words where it is whole, else what was typed.
fn date(day: &str, month: &str, year: &str, precision: Precision, locale: Locale) -> String {
    let number = |text: &str| text.parse::<u32>().ok();
    let two = |n: u32| [if n < 10 { "0" } else { "" }, &n.to_string()].concat();
    match (precision, number(day), number(month), number(year)) {
        (Precision::Day, Some(day), Some(month), Some(_)) if year.len() == 4 => {
            intl::day(&[year, "-", &two(month), "-", &two(day)].concat(), locale)
        }
        (Precision::Month, _, Some(month), Some(_)) if year.len() == 4 => intl::day(&[year, "-", &two(month)].concat(), locale),
        _ => [day, month, year]
            .iter()
            .filter(|part| !part.is_empty())
            .copied()
            .collect::<Vec<_>>()
            .join(" / "),
    }
}
