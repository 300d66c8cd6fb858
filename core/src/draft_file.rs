//! A draft as one file: what is written, to be opened again elsewhere, also with another backend that has the same programme.
//!
//! JSON (RFC 8259) in UTF-8, an object with the members `"kind"` (`"opencall/draft"`), `"format"` (`1`), `"programme"` (its id),
//! `"saved_at"` (RFC 3339), `"answers"` (see [`Answers`]) and `"aside"` (a list of [`Aside`]). Members that are not known are left alone.
//! It holds no token: whoever has the file can read what was written, and change nothing anywhere.
//!
//! What the form it is opened in has no place for is set aside, never dropped.

use serde_json::{Map, Value};

use crate::answers::{Answers, object};
use crate::condition::is_blank;
use crate::pointer;
use crate::programme::{Field, Kind, Programme};
use crate::time::Timestamp;

/// The value of `"kind"`.
const KIND: &str = "opencall/draft";
/// The only value of `"format"` so far.
const FORMAT: u64 = 1;

/// A draft as one file.
#[derive(Clone, Debug, PartialEq)]
pub struct DraftFile {
    /// The programme's id.
    pub programme: String,
    /// When it was made, by the backend's clock if that was known.
    pub saved_at: Timestamp,
    /// What is written.
    pub answers: Answers,
    /// What was set aside before.
    pub aside: Vec<Aside>,
}

/// Something written for which the form has no place.
#[derive(Clone, Debug, PartialEq)]
pub struct Aside {
    /// Where it stood: a JSON Pointer (RFC 6901) such as `/team/0/motto`.
    pub pointer: String,
    /// What was written.
    pub value: Value,
}

/// Why a text is no draft file that can be opened.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Unreadable {
    /// It is something else.
    NotDraftFile,
    /// It was made by a newer version of the app.
    Newer,
}

impl DraftFile {
    /// Reads a file's text.
    ///
    /// # Errors
    /// [`Unreadable`], where it is no draft file or a newer one.
    pub fn parse(text: &str) -> Result<Self, Unreadable> {
        // Editors on Windows put a byte order mark in front.
        let value = serde_json::from_str(text.trim_start_matches('\u{feff}')).map_err(|_| Unreadable::NotDraftFile)?;
        Self::read(value).ok_or(Unreadable::NotDraftFile)?
    }

    fn read(value: Value) -> Option<Result<Self, Unreadable>> {
        let Value::Object(mut file) = value else { return None };
        if file.get("kind")?.as_str()? != KIND {
            return None;
        }
        if file.get("format")?.as_u64()? > FORMAT {
            return Some(Err(Unreadable::Newer));
        }
        let answers = match file.remove("answers")? {
            Value::Object(answers) => Answers(answers),
            _ => return None,
        };
        let aside = match file.remove("aside") {
            None | Some(Value::Null) => Vec::new(),
            Some(Value::Array(items)) => items.into_iter().map(Aside::read).collect::<Option<_>>()?,
            Some(_) => return None,
        };
        Some(Ok(Self {
            programme: file.get("programme")?.as_str()?.to_owned(),
            saved_at: Timestamp::parse(file.get("saved_at")?.as_str()?)?,
            answers,
            aside,
        }))
    }

    /// The file's content.
    #[must_use]
    pub fn into_value(self) -> Value {
        object([
            ("kind", Value::from(KIND)),
            ("format", Value::from(FORMAT)),
            ("programme", Value::String(self.programme)),
            ("saved_at", Value::String(self.saved_at.to_string())),
            ("answers", Value::Object(self.answers.0)),
            ("aside", Value::Array(self.aside.into_iter().map(Aside::into_value).collect())),
        ])
    }
}

impl Aside {
    /// Reads what [`Aside::into_value`] made.
    pub fn read(value: Value) -> Option<Self> {
        let Value::Object(mut value) = value else { return None };
        Some(Self {
            pointer: value.get("pointer")?.as_str()?.to_owned(),
            value: value.remove("value")?,
        })
    }

    /// As an object with the members `"pointer"` and `"value"`.
    #[must_use]
    pub fn into_value(self) -> Value {
        object([("pointer", Value::String(self.pointer)), ("value", self.value)])
    }
}

/// Answers that the form can show, and what was set aside: answers without a field or of another shape than the field's, choices
/// that are not offered, and uploads, whose files are with the backend that received them.
#[must_use]
pub fn fit(programme: &Programme, answers: Answers) -> (Answers, Vec<Aside>) {
    let mut aside = Vec::new();
    let fields = programme.steps.iter().flat_map(|step| &step.fields);
    let answers = fit_members(answers.0, &fields.collect::<Vec<_>>(), "", &mut aside);
    (Answers(answers), aside)
}

fn fit_members(members: Map<String, Value>, fields: &[&Field], at: &str, aside: &mut Vec<Aside>) -> Map<String, Value> {
    let mut fitting = Map::new();
    for (id, value) in members {
        if is_blank(&value) {
            continue;
        }
        let pointer = pointer::child(at, &id);
        let value = match fields.iter().find(|field| field.id == id) {
            Some(field) => fit_one(value, &field.kind, &pointer, aside),
            None => Err(value),
        };
        match value {
            Ok(value) => {
                fitting.insert(id, value);
            }
            Err(value) => aside.push(Aside { pointer, value }),
        }
    }
    fitting
}

/// An answer as its field's control shows it; `Err` with what has no place in it.
fn fit_one(value: Value, kind: &Kind, at: &str, aside: &mut Vec<Aside>) -> Result<Value, Value> {
    match (kind, value) {
        (
            Kind::Text { .. } | Kind::LongText { .. } | Kind::Email | Kind::Url { .. } | Kind::Number { .. } | Kind::Country,
            value @ Value::String(_),
        )
        | (Kind::YesNo, value @ Value::Bool(_)) => Ok(value),
        (Kind::Money { .. } | Kind::Date { .. } | Kind::Model { .. }, Value::Object(parts)) if parts.values().all(Value::is_string) => {
            Ok(Value::Object(parts))
        }
        (Kind::Consent { .. }, Value::Object(consent)) if consent.get("given").is_some_and(Value::is_boolean) => Ok(Value::Object(consent)),
        (Kind::Choice { options }, Value::String(id)) if options.iter().any(|option| option.id == id) => Ok(Value::String(id)),
        (Kind::Choices { options, .. }, Value::Array(chosen)) => {
            let offered = |id: &Value| options.iter().any(|option| Some(option.id.as_str()) == id.as_str());
            let (kept, gone): (Vec<_>, Vec<_>) = chosen.into_iter().partition(offered);
            if kept.is_empty() {
                return Err(Value::Array(gone));
            }
            if !gone.is_empty() {
                aside.push(Aside {
                    pointer: String::from(at),
                    value: Value::Array(gone),
                });
            }
            Ok(Value::Array(kept))
        }
        (Kind::File { or_link: true, .. }, Value::Object(file)) if file.contains_key("link") => Ok(Value::Object(file)),
        (Kind::Group { fields, .. }, Value::Array(rows)) if rows.iter().all(Value::is_object) => {
            Ok(Value::Array(fit_rows(rows, &fields.iter().collect::<Vec<_>>(), at, aside)))
        }
        (_, value) => Err(value),
    }
}

fn fit_rows(rows: Vec<Value>, fields: &[&Field], at: &str, aside: &mut Vec<Aside>) -> Vec<Value> {
    let mut fitting: Vec<Value> = Vec::with_capacity(rows.len());
    for (index, row) in rows.into_iter().enumerate() {
        let Value::Object(mut row) = row else { continue };
        let mut here = String::from(at);
        pointer::push_index(&mut here, index);
        let taken = |id: &Value| fitting.iter().any(|other| other.get("id") == Some(id));
        let id = match row.remove("id") {
            Some(id) if id.is_string() && !taken(&id) => id,
            // A row of a file that was edited by hand: it needs an id of its own.
            _ => (index..)
                .map(|n| Value::String(["row-", &n.to_string()].concat()))
                .find(|id| !taken(id))
                .unwrap_or_default(),
        };
        let mut row = fit_members(row, fields, &here, aside);
        row.insert(String::from("id"), id);
        fitting.push(Value::Object(row));
    }
    fitting
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use serde_json::json;

    use super::*;

    fn file() -> DraftFile {
        DraftFile {
            programme: String::from("seed-2023"),
            saved_at: Timestamp::from_millis(1_699_434_000_250),
            answers: Answers(json!({"name": "Ada", "team": [{"id": "a"}]}).as_object().unwrap().clone()),
            aside: vec![Aside {
                pointer: String::from("/motto"),
                value: json!("Onwards"),
            }],
        }
    }

    #[test]
    fn a_file_survives_being_written_and_read_with_or_without_a_byte_order_mark() {
        let text = file().into_value().to_string();
        assert_eq!(DraftFile::parse(&text), Ok(file()));
        assert_eq!(DraftFile::parse(&["\u{feff}", &text].concat()), Ok(file()));
    }

    #[test]
    fn it_is_json_that_says_what_it_is() {
        assert_eq!(
            file().into_value(),
            json!({
                "kind": "opencall/draft",
                "format": 1,
                "programme": "seed-2023",
                "saved_at": "2023-11-08T09:00:00.250Z",
                "answers": {"name": "Ada", "team": [{"id": "a"}]},
                "aside": [{"pointer": "/motto", "value": "Onwards"}],
            })
        );
    }

    #[test]
    fn what_is_something_else_is_said_to_be_and_so_is_what_is_newer() {
        let with = |name: &str, value: Value| {
            let mut file = file().into_value();
            file[name] = value;
            DraftFile::parse(&file.to_string()).map(|_| ())
        };
        let other = Err(Unreadable::NotDraftFile);
        for text in ["", "{}", "[]", "null", "%PDF-1.7", "{\"kind\":\"opencall/draft\"}"] {
            assert_eq!(DraftFile::parse(text).map(|_| ()), other, "{text}");
        }
        assert_eq!(with("kind", json!("opencall/receipt")), other);
        assert_eq!(with("answers", json!([])), other);
        assert_eq!(with("aside", json!([1])), other);
        assert_eq!(with("saved_at", json!("yesterday")), other);
        assert_eq!(with("format", json!(2)), Err(Unreadable::Newer));
        assert_eq!(with("more", json!({"from": "elsewhere"})), Ok(()));
    }
}
