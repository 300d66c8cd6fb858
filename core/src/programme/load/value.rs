//! Reading single values: texts, names, numbers.

use serde_json::Value;

use super::reader::{Object, Reader};
use crate::locale::Localised;
use crate::pointer;

/// The most characters of a text; a call page is not a book.
const TEXT_MAX: usize = 10_000;

/// The most characters of an id.
const ID_MAX: usize = 64;

/// Which characters an id has.
#[derive(Clone, Copy)]
pub(super) enum IdStyle {
    /// Stands in addresses: lowercase letters, digits, hyphens.
    Address,
    /// Stands in answers: lowercase letters, digits, underscores.
    Field,
    /// Stands in answers as a value: lowercase letters, digits, hyphens, underscores.
    Value,
}

/// Whether an optional member is not there; `null` is another way to leave it out.
pub(super) fn is_absent(object: Object<'_>, name: &str) -> bool {
    object.and_then(|map| map.get(name)).is_none_or(Value::is_null)
}

impl Reader {
    /// A text that has to be there and say something.
    pub(super) fn text(&mut self, object: Object<'_>, name: &str) -> String {
        let value = self.member(object, name);
        self.enter(name);
        let text = self.text_value(value);
        self.leave();
        text
    }

    /// A text that may be absent or `null`.
    pub(super) fn optional_text(&mut self, object: Object<'_>, name: &str) -> Option<String> {
        if is_absent(object, name) {
            None
        } else {
            Some(self.text(object, name))
        }
    }

    /// The value here as a text that says something.
    pub(super) fn text_value(&mut self, value: Option<&Value>) -> String {
        let Some(value) = value else { return String::new() };
        let Some(text) = value.as_str() else {
            self.fault("must be a text");
            return String::new();
        };
        if crate::text::is_blank(text) {
            self.fault("must not be empty");
        } else if text.len() > 4 * TEXT_MAX || crate::text::characters(text) > TEXT_MAX {
            self.fault("must not be longer than 10,000 characters");
        } else if crate::text::has_controls(text) {
            self.fault("must not contain control characters");
        } else {
            return String::from(text);
        }
        String::new()
    }

    /// A text in each of the programme's languages.
    pub(super) fn localised(&mut self, object: Object<'_>, name: &str) -> Localised {
        let value = self.member(object, name);
        self.enter(name);
        let texts = self.localised_value(value);
        self.leave();
        texts
    }

    /// A localised text that may be absent or `null`.
    pub(super) fn optional_localised(&mut self, object: Object<'_>, name: &str) -> Option<Localised> {
        if is_absent(object, name) {
            None
        } else {
            Some(self.localised(object, name))
        }
    }

    /// The value here as a text in each language.
    pub(super) fn localised_value(&mut self, value: Option<&Value>) -> Localised {
        let Some(value) = value else { return Localised::default() };
        let Some(map) = value.as_object() else {
            self.fault("must be an object from language to text");
            return Localised::default();
        };
        for tag in map.keys() {
            if !self.locales.iter().any(|locale| locale.tag() == tag) {
                self.fault_at(tag, "is not one of the programme's languages");
            }
        }
        let mut texts = Vec::new();
        for index in 0..self.locales.len() {
            let locale = self.locales[index];
            texts.push((locale, self.text(Some(map), locale.tag())));
        }
        Localised::new(texts)
    }

    /// A name used elsewhere in the document, in answers or in addresses.
    pub(super) fn id(&mut self, object: Object<'_>, name: &str, style: IdStyle) -> String {
        let value = self.member(object, name);
        self.enter(name);
        let id = self.text_value(value);
        let (separators, message): (&[u8], _) = match style {
            IdStyle::Address => (
                b"-",
                "must be 1 to 64 lowercase letters, digits and hyphens, and start with a letter or digit",
            ),
            IdStyle::Field => (
                b"_",
                "must be 1 to 64 lowercase letters, digits and underscores, and start with a letter",
            ),
            IdStyle::Value => (
                b"-_",
                "must be 1 to 64 lowercase letters, digits, hyphens and underscores, and start with a letter or digit",
            ),
        };
        let first = |b: &u8| b.is_ascii_lowercase() || (b.is_ascii_digit() && !matches!(style, IdStyle::Field));
        let rest = |b: u8| b.is_ascii_lowercase() || b.is_ascii_digit() || separators.contains(&b);
        if !id.is_empty() && (id.len() > ID_MAX || !id.as_bytes().first().is_some_and(first) || !id.bytes().all(rest)) {
            self.fault(message);
        }
        self.leave();
        id
    }

    /// A whole number within limits; `default` stands for an absent one.
    pub(super) fn whole(&mut self, object: Object<'_>, name: &str, default: Option<u64>, min: u64, max: u64) -> u64 {
        let value = match (object.and_then(|map| map.get(name)), default) {
            (None, Some(default)) => return default,
            (None, None) => self.member(object, name),
            (value, _) => value,
        };
        let Some(value) = value else { return min };
        let Some(number) = value.as_u64().filter(|number| (min..=max).contains(number)) else {
            self.fault_at(
                name,
                &[
                    "must be a whole number from ",
                    &pointer::decimal(min),
                    " to ",
                    &pointer::decimal(max),
                ]
                .concat(),
            );
            return min;
        };
        number
    }

    /// As [`Self::whole`], for what fits.
    pub(super) fn small(&mut self, object: Object<'_>, name: &str, default: Option<u32>, min: u32, max: u32) -> u32 {
        let number = self.whole(object, name, default.map(u64::from), u64::from(min), u64::from(max));
        u32::try_from(number).unwrap_or(max)
    }

    /// A number of at most a million millions either way; a document cannot mean more, and they stay exact.
    pub(super) fn number(&mut self, object: Object<'_>, name: &str) -> f64 {
        // Not a number, so that it compares with nothing.
        let Some(value) = self.member(object, name) else { return f64::NAN };
        let Some(number) = value.as_f64().filter(|number| number.abs() <= 1e12) else {
            self.fault_at(name, "must be a number, of at most 1,000,000,000,000");
            return f64::NAN;
        };
        number
    }

    /// A yes or no; absent is no.
    pub(super) fn flag(&mut self, object: Object<'_>, name: &str) -> bool {
        let Some(value) = object.and_then(|map| map.get(name)) else {
            return false;
        };
        value.as_bool().unwrap_or_else(|| {
            self.fault_at(name, "must be true or false");
            false
        })
    }
}
