//! Dates, numbers and names as the reader writes them: the browser's `Intl` (ECMA-402).
//!
//! Everything is called by name, since all of it takes and gives plain values. What a browser refuses,
//! such as a zone it does not know, falls back to something plain instead of failing.

use std::cell::RefCell;

use js_sys::{Array, Function, Object, Reflect};
use opencall_core::{Locale, Timestamp, country};
use wasm_bindgen::{JsCast, JsValue};

/// How much of a moment is said.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Look {
    /// "1 December 2023".
    Date,
    /// "December 2023".
    Month,
    /// "Friday 1 December 2023 at 23:59".
    DateTime,
    /// "Friday 1 December 2023 at 23:59 CET".
    DateTimeZone,
    /// "14:02".
    Time,
    /// "14:02:36".
    TimeSeconds,
}

/// The variety of the language dates and numbers are written in: days before months, 24 hours.
const fn tag(locale: Locale) -> &'static str {
    match locale {
        Locale::En => "en-GB",
        Locale::Fr => "fr-FR",
    }
}

/// A moment in an IANA zone, or in the reader's own.
pub fn moment(at: Timestamp, zone: Option<&str>, locale: Locale, look: Look) -> String {
    let options = Object::new();
    let say = |name: &str, value: &str| set(&options, name, &JsValue::from_str(value));
    match look {
        Look::Date | Look::Month => {
            say("year", "numeric");
            say("month", "long");
            if look == Look::Date {
                say("day", "numeric");
            }
        }
        Look::DateTime | Look::DateTimeZone => {
            for (name, value) in [
                ("weekday", "long"),
                ("year", "numeric"),
                ("month", "long"),
                ("day", "numeric"),
                ("hour", "2-digit"),
                ("minute", "2-digit"),
            ] {
                say(name, value);
            }
            if look == Look::DateTimeZone {
                say("timeZoneName", "short");
            }
        }
        Look::Time | Look::TimeSeconds => {
            say("hour", "2-digit");
            say("minute", "2-digit");
            if look == Look::TimeSeconds {
                say("second", "2-digit");
            }
        }
    }
    if let Some(zone) = zone {
        say("timeZone", zone);
    }
    let date = js_sys::Date::new(&JsValue::from_f64(at.millis() as f64));
    let format = construct("DateTimeFormat", locale, &options).or_else(|| {
        // A zone this browser does not know.
        set(&options, "timeZone", &JsValue::from_str("UTC"));
        set(&options, "timeZoneName", &JsValue::from_str("short"));
        construct("DateTimeFormat", locale, &options)
    });
    format
        .and_then(|format| call(&format, "format", &date))
        .unwrap_or_else(|| at.to_string())
}

/// Moments in figures, as a table has them: "01/12/2023, 23:59", or the day alone. Made once for many: making it takes the browser a hundred
/// times as long as writing with it.
pub struct Short(Option<(JsValue, Function)>);

impl Short {
    /// In an IANA zone; `time`: to the minute.
    pub fn new(zone: &str, locale: Locale, time: bool) -> Self {
        let options = Object::new();
        for (name, value) in [("year", "numeric"), ("month", "2-digit"), ("day", "2-digit"), ("timeZone", zone)] {
            set(&options, name, &JsValue::from_str(value));
        }
        if time {
            for name in ["hour", "minute"] {
                set(&options, name, &JsValue::from_str("2-digit"));
            }
        }
        let made = construct("DateTimeFormat", locale, &options);
        Self(made.and_then(|format| Some((format.clone(), method(&format, "format")?))))
    }

    /// A moment.
    pub fn say(&self, at: Timestamp) -> String {
        let date = js_sys::Date::new(&JsValue::from_f64(at.millis() as f64));
        self.0
            .as_ref()
            .and_then(|(format, write)| write.call1(format, &date).ok()?.as_string())
            .unwrap_or_else(|| at.to_string())
    }
}

/// One moment in figures: see [`Short`].
pub fn short(at: Timestamp, zone: &str, locale: Locale, time: bool) -> String {
    Short::new(zone, locale, time).say(at)
}

/// A day `YYYY-MM-DD` or a month `YYYY-MM`; as it is where it is neither.
pub fn day(text: &str, locale: Locale) -> String {
    let (whole, look) = if text.len() == 7 {
        (format!("{text}-01T12:00:00Z"), Look::Month)
    } else {
        (format!("{text}T12:00:00Z"), Look::Date)
    };
    Timestamp::parse(&whole).map_or_else(|| text.to_owned(), |at| moment(at, Some("UTC"), locale, look))
}

/// A number with the language's separators, at most six decimals.
pub fn number(value: f64, locale: Locale) -> String {
    let options = Object::new();
    set(&options, "maximumFractionDigits", &JsValue::from_f64(6.0));
    format_number(value, locale, &options)
}

/// An amount of money in whole units; `currency` is of ISO 4217.
pub fn money(amount: f64, currency: &str, locale: Locale) -> String {
    let options = Object::new();
    set(&options, "style", &JsValue::from_str("currency"));
    set(&options, "currency", &JsValue::from_str(currency));
    set(&options, "minimumFractionDigits", &JsValue::from_f64(0.0));
    set(&options, "maximumFractionDigits", &JsValue::from_f64(2.0));
    format_number(amount, locale, &options)
}

/// The share as a percentage without decimals; `0.25` is "25%".
pub fn percent(share: f64, locale: Locale) -> String {
    let options = Object::new();
    set(&options, "style", &JsValue::from_str("percent"));
    format_number(share, locale, &options)
}

/// A number of bytes in the unit people use for that size: "640 kB", "9.5 MB".
pub fn bytes(count: u64, locale: Locale) -> String {
    let (divisor, unit) = match count {
        0..=999 => (1.0, "byte"),
        1_000..=999_999 => (1e3, "kilobyte"),
        _ => (1e6, "megabyte"),
    };
    let value = count as f64 / divisor;
    let options = Object::new();
    set(&options, "style", &JsValue::from_str("unit"));
    set(&options, "unit", &JsValue::from_str(unit));
    let decimals = if unit == "megabyte" && value < 100.0 { 1.0 } else { 0.0 };
    set(&options, "maximumFractionDigits", &JsValue::from_f64(decimals));
    format_number(value, locale, &options)
}

/// Texts as an enumeration: "Meta, Hugging Face and Scaleway".
pub fn list<'a>(items: impl IntoIterator<Item = &'a str>, locale: Locale) -> String {
    let array = Array::new();
    for item in items {
        array.push(&JsValue::from_str(item));
    }
    let list = construct("ListFormat", locale, &Object::new());
    list.and_then(|list| call(&list, "format", &array))
        .unwrap_or_else(|| array.join(", ").into())
}

/// The name of a country of ISO 3166-1; its code where the browser has none.
pub fn country_name(code: &str, locale: Locale) -> String {
    region_names(locale)
        .and_then(|names| call(&names, "of", &JsValue::from_str(code)))
        .unwrap_or_else(|| code.to_owned())
}

/// Every country as code and name, in the order of the language's alphabet.
pub fn country_names(locale: Locale) -> Vec<(String, String)> {
    let names = region_names(locale);
    let name = |code: &str| {
        names
            .as_ref()
            .and_then(|names| call(names, "of", &JsValue::from_str(code)))
            .unwrap_or_else(|| code.to_owned())
    };
    // Sorted by the browser in one go: each name that crosses from there to here costs more than comparing it.
    let all: Array = country::countries()
        .map(|code| JsValue::from_str(&[&name(code), "\0", code].concat()))
        .collect();
    let compare = construct("Collator", locale, &Object::new())
        .and_then(|collator| Reflect::get(&collator, &JsValue::from_str("compare")).ok())
        .unwrap_or(JsValue::UNDEFINED);
    if let Some(sort) = method(&all, "sort") {
        // Without a collator by code units, which sorting by nothing means.
        let _ = sort.call1(&all, &compare);
    }
    let split = |one: JsValue| {
        let one = one.as_string()?;
        let (name, code) = one.split_once('\0')?;
        Some((code.to_owned(), name.to_owned()))
    };
    all.iter().filter_map(split).collect()
}

/// The reader's own IANA zone, such as `America/New_York`; `UTC` where the browser does not say.
pub fn reader_zone() -> String {
    construct("DateTimeFormat", Locale::En, &Object::new())
        .and_then(|format| {
            let resolved = method(&format, "resolvedOptions")?.call0(&format).ok()?;
            Reflect::get(&resolved, &JsValue::from_str("timeZone")).ok()?.as_string()
        })
        .unwrap_or_else(|| "UTC".to_owned())
}

fn region_names(locale: Locale) -> Option<JsValue> {
    thread_local! {
        // Made once: lists have hundreds of countries.
        static MADE: RefCell<Option<(Locale, JsValue)>> = const { RefCell::new(None) };
    }
    MADE.with_borrow_mut(|made| {
        if made.as_ref().is_none_or(|(of, _)| *of != locale) {
            let options = Object::new();
            set(&options, "type", &JsValue::from_str("region"));
            *made = construct("DisplayNames", locale, &options).map(|names| (locale, names));
        }
        made.as_ref().map(|(_, names)| names.clone())
    })
}

fn format_number(value: f64, locale: Locale, options: &Object) -> String {
    let format = construct("NumberFormat", locale, options);
    format
        .and_then(|format| call(&format, "format", &JsValue::from_f64(value)))
        .unwrap_or_else(|| plain_number(value))
}

/// As JavaScript writes it: Rust's own way of writing fractions weighs several kilobytes.
fn plain_number(value: f64) -> String {
    js_sys::Number::from(value)
        .to_string_with_radix(10)
        .map(String::from)
        .unwrap_or_default()
}

fn set(object: &Object, name: &str, value: &JsValue) {
    // Setting a property of a plain object does not fail.
    let _ = Reflect::set(object, &JsValue::from_str(name), value);
}

/// `new Intl[name](tag, options)`.
fn construct(name: &str, locale: Locale, options: &Object) -> Option<JsValue> {
    let intl = Reflect::get(&js_sys::global(), &JsValue::from_str("Intl")).ok()?;
    let class: Function = Reflect::get(&intl, &JsValue::from_str(name)).ok()?.dyn_into().ok()?;
    Reflect::construct(&class, &Array::of2(&JsValue::from_str(tag(locale)), options)).ok()
}

fn method(object: &JsValue, name: &str) -> Option<Function> {
    Reflect::get(object, &JsValue::from_str(name)).ok()?.dyn_into().ok()
}

/// `object[name](argument)` as text.
fn call(object: &JsValue, name: &str, argument: &JsValue) -> Option<String> {
    method(object, name)?.call1(object, argument).ok()?.as_string()
}

#[cfg(all(test, target_arch = "wasm32"))]
mod tests {
    #![allow(clippy::unwrap_used)]
    use wasm_bindgen_test::wasm_bindgen_test;

    use super::*;

    fn deadline() -> Timestamp {
        Timestamp::parse("2023-12-01T22:59:59Z").unwrap()
    }

    /// Spaces that only look different, as locales choose them, made plain.
    fn plain(text: &str) -> String {
        text.replace(['\u{a0}', '\u{202f}', '\u{2009}'], " ")
    }

    #[wasm_bindgen_test]
    fn a_moment_is_said_in_the_zone_and_the_language_asked_for() {
        let said = |zone, locale, look| plain(&moment(deadline(), Some(zone), locale, look));
        assert_eq!(said("Europe/Paris", Locale::En, Look::Date), "1 December 2023");
        assert_eq!(said("Europe/Paris", Locale::Fr, Look::Date), "1 décembre 2023");
        assert_eq!(said("Pacific/Auckland", Locale::En, Look::Date), "2 December 2023");
        assert_eq!(said("Europe/Paris", Locale::En, Look::TimeSeconds), "23:59:59");
        assert_eq!(said("UTC", Locale::Fr, Look::Time), "22:59");
        let long = said("Europe/Paris", Locale::En, Look::DateTimeZone);
        assert!(
            long.starts_with("Friday") && long.contains("1 December 2023") && long.contains("23:59") && long.ends_with("CET"),
            "{long}"
        );
    }

    #[wasm_bindgen_test]
    fn a_zone_the_browser_does_not_know_is_said_in_utc() {
        let said = moment(deadline(), Some("Mars/Olympus"), Locale::En, Look::Time);
        assert!(said.contains("22:59") && said.contains("UTC"), "{said}");
    }

    #[wasm_bindgen_test]
    fn days_months_and_anything_else() {
        assert_eq!(day("2023-12-01", Locale::Fr), "1 décembre 2023");
        assert_eq!(day("2024-01", Locale::En), "January 2024");
        assert_eq!(day("soon", Locale::En), "soon");
    }

    #[wasm_bindgen_test]
    fn numbers_money_shares_and_sizes() {
        assert_eq!(number(1_234_567.5, Locale::En), "1,234,567.5");
        assert_eq!(plain(&number(1_234_567.5, Locale::Fr)), "1 234 567,5");
        assert_eq!(plain(&money(12_000.0, "EUR", Locale::Fr)), "12 000 €");
        assert!(money(1.0, "not a currency", Locale::En).contains('1'));
        assert_eq!(percent(0.25, Locale::En), "25%");
        assert_eq!(bytes(999, Locale::En), "999 byte");
        assert_eq!(bytes(9_500_000, Locale::En), "9.5 MB");
        assert_eq!(plain(&bytes(640_000, Locale::Fr)), "640 ko");
    }

    #[wasm_bindgen_test]
    fn countries_come_with_names_in_alphabetical_order() {
        let names = country_names(Locale::Fr);
        assert_eq!(names.len(), 249);
        let place = |code| names.iter().position(|(known, _)| *known == code).unwrap();
        // É is sorted as E, not after Z.
        assert!(place("EG") < place("FR") && place("FR") < place("ZW"));
        assert_eq!(names[place("DE")].1, "Allemagne");
        assert_eq!(country_name("FR", Locale::En), "France");
        assert_eq!(country_name("nonsense", Locale::En), "nonsense");
    }

    #[wasm_bindgen_test]
    fn lists_and_the_readers_zone() {
        assert_eq!(
            list(["Meta", "Hugging Face", "Scaleway"], Locale::En),
            "Meta, Hugging Face and Scaleway"
        );
        assert!(!reader_zone().is_empty());
    }
}
