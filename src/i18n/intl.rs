//! Dates, numbers and names as the reader writes them: the browser's `Intl` (ECMA-402).
//!
//! Everything is called by name, since all of it takes and gives plain values. What a browser refuses,
//! such as a zone it does not know, falls back to something plain instead of failing.

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
pub fn country_names(locale: Locale) -> Vec<(&'static str, String)> {
    let names = region_names(locale);
    let name = |code: &str| {
        names
            .as_ref()
            .and_then(|names| call(names, "of", &JsValue::from_str(code)))
            .unwrap_or_else(|| code.to_owned())
    };
    let mut all: Vec<(&'static str, String)> = country::countries().map(|code| (code, name(code))).collect();
    let compare = construct("Collator", locale, &Object::new())
        .and_then(|collator| Reflect::get(&collator, &JsValue::from_str("compare")).ok())
        .and_then(|compare| compare.dyn_into::<Function>().ok());
    all.sort_by(|(_, a), (_, b)| match &compare {
        Some(compare) => {
            let order = compare.call2(&JsValue::UNDEFINED, &JsValue::from_str(a), &JsValue::from_str(b));
            order.ok().and_then(|order| order.as_f64()).unwrap_or(0.0).total_cmp(&0.0)
        }
        None => a.cmp(b),
    });
    all
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
    let options = Object::new();
    set(&options, "type", &JsValue::from_str("region"));
    construct("DisplayNames", locale, &options)
}

fn format_number(value: f64, locale: Locale, options: &Object) -> String {
    let format = construct("NumberFormat", locale, options);
    format
        .and_then(|format| call(&format, "format", &JsValue::from_f64(value)))
        .unwrap_or_else(|| value.to_string())
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
