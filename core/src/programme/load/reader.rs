//! The small parts of reading: one value of a document each, with its faults.
//!
//! A reader never gives up: what cannot be read becomes a fault and an empty value, and reading goes on, so that
//! one pass names everything. It is not generic over types, so that it stays small in the browser.

use serde_json::{Map, Value};

use crate::locale::{Locale, Localised};
use crate::pointer;
use crate::problem::Fault;

/// An object of the document; `None` where there is none, which has been said already.
pub(super) type Object<'v> = Option<&'v Map<String, Value>>;

/// Nobody mends more at once.
const FAULTS_MAX: usize = 200;

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

/// Where reading is, and what was wrong so far.
#[derive(Default)]
pub(super) struct Reader {
    path: String,
    /// The lengths of `path` before each part.
    lengths: Vec<usize>,
    pub(super) faults: Vec<Fault>,
    /// The languages that every text needs.
    pub(super) locales: Vec<Locale>,
    /// How many fields have been read.
    pub(super) fields: usize,
    /// How many comparisons the condition being read has.
    pub(super) comparisons: usize,
    /// The paths of fields that have faults of their own: what other fields say about them is not judged.
    pub(super) doubtful: Vec<String>,
}

impl Reader {
    pub(super) fn enter(&mut self, part: &str) {
        self.lengths.push(self.path.len());
        pointer::push(&mut self.path, part);
    }

    pub(super) fn enter_index(&mut self, index: usize) {
        self.lengths.push(self.path.len());
        pointer::push_index(&mut self.path, index);
    }

    pub(super) fn leave(&mut self) {
        if let Some(length) = self.lengths.pop() {
            self.path.truncate(length);
        }
    }

    pub(super) fn path(&self) -> &str {
        &self.path
    }

    /// Something is wrong here.
    pub(super) fn fault(&mut self, message: &str) {
        if self.faults.len() < FAULTS_MAX {
            self.faults.push(Fault {
                path: self.path.clone(),
                message: String::from(message),
            });
        }
    }

    /// Something is wrong with a member of the object here.
    pub(super) fn fault_at(&mut self, member: &str, message: &str) {
        self.enter(member);
        self.fault(message);
        self.leave();
    }

    /// The value here as an object, and the names of members that nobody knows.
    pub(super) fn object<'v>(&mut self, value: Option<&'v Value>, known: &[&[&str]]) -> Object<'v> {
        let value = value?;
        let Some(map) = value.as_object() else {
            self.fault("must be an object");
            return None;
        };
        for name in map.keys() {
            if !known.iter().any(|names| names.contains(&name.as_str())) {
                self.fault_at(name, "is not known here");
            }
        }
        Some(map)
    }

    /// A member that has to be there.
    pub(super) fn member<'v>(&mut self, object: Object<'v>, name: &str) -> Option<&'v Value> {
        let value = object?.get(name);
        if value.is_none() {
            self.fault_at(name, "is missing");
        }
        value
    }

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

    /// The elements of a list, at most `max`.
    fn items<'v>(&mut self, object: Object<'v>, name: &str, min: usize, max: usize) -> &'v [Value] {
        let Some(value) = self.member(object, name) else { return &[] };
        let Some(items) = value.as_array() else {
            self.fault_at(name, "must be a list");
            return &[];
        };
        if items.len() < min {
            self.fault_at(name, "must not be empty");
        } else if items.len() > max {
            self.fault_at(name, &["must have at most ", &pointer::decimal(max as u64), " elements"].concat());
            return &items[..max];
        }
        items
    }

    /// A list, element by element. With `min` 1 it must not be empty.
    pub(super) fn list<T>(
        &mut self,
        object: Object<'_>,
        name: &str,
        min: usize,
        max: usize,
        read: impl Fn(&mut Self, Option<&Value>) -> T,
    ) -> Vec<T> {
        let items = self.items(object, name, min, max);
        let mut list = Vec::with_capacity(items.len());
        self.enter(name);
        for (index, item) in items.iter().enumerate() {
            self.enter_index(index);
            list.push(read(self, Some(item)));
            self.leave();
        }
        self.leave();
        list
    }

    /// A list of texts, each once; absent is empty unless `min` is 1.
    pub(super) fn texts(&mut self, object: Object<'_>, name: &str, min: usize, check: fn(&str) -> Option<&'static str>) -> Vec<String> {
        if min == 0 && object.is_none_or(|map| !map.contains_key(name)) {
            return Vec::new();
        }
        let texts = self.list(object, name, min, 300, |reader, value| {
            let text = reader.text_value(value);
            if !text.is_empty()
                && let Some(message) = check(&text)
            {
                reader.fault(message);
            }
            text
        });
        self.unique(name, "", &mut texts.iter().map(String::as_str));
        texts
    }

    /// Names each id of a list that stood before; `member` leads from an element to its id.
    pub(super) fn unique(&mut self, list: &str, member: &str, ids: &mut dyn Iterator<Item = &str>) {
        let mut seen: Vec<&str> = Vec::new();
        for (index, id) in ids.enumerate() {
            if !id.is_empty() && seen.contains(&id) {
                self.enter(list);
                self.enter_index(index);
                let parts = member.split('/').filter(|part| !part.is_empty());
                let depth = parts.clone().count();
                parts.for_each(|part| self.enter(part));
                self.fault(&["`", id, "` is there already"].concat());
                (0..depth + 2).for_each(|_| self.leave());
            }
            seen.push(id);
        }
    }
}
