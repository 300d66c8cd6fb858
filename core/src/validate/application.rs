//! An application: answers that have been read and found good.

use serde_json::{Number, Value};

use crate::answers::{FileAnswer, object};

/// A complete, valid application. Only [`super::application`] makes one.
#[derive(Clone, Debug, PartialEq)]
pub struct Application {
    pub(super) programme: String,
    pub(super) answers: Row,
}

/// Answers by field id, in the order of the form: a whole application's, or those of a group's row.
/// Fields without an answer are absent.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Row {
    pub(super) answers: Vec<(String, Answer)>,
}

/// An answer that has been read.
#[derive(Clone, Debug, PartialEq)]
pub enum Answer {
    /// Text, trimmed, line breaks as `\n`; also e-mail addresses and web addresses.
    Text(String),
    /// A number.
    Number(f64),
    /// Money.
    Money {
        /// How much, in whole units.
        amount: f64,
        /// ISO 4217.
        currency: String,
    },
    /// A date.
    Date {
        /// The year, 1 to 9999.
        year: u16,
        /// The month, 1 to 12.
        month: u8,
        /// The day, 1 to 31, where it was asked.
        day: Option<u8>,
    },
    /// A country of ISO 3166-1.
    Country(String),
    /// The option chosen.
    Choice(String),
    /// The options chosen, in the programme's order.
    Choices(Vec<String>),
    /// Yes or no.
    YesNo(bool),
    /// An agreement to this version of the text.
    Consent {
        /// The version.
        version: String,
    },
    /// The rows of a group.
    Group(Vec<Row>),
    /// A file or a link.
    File(FileAnswer),
    /// An open model.
    Model {
        /// `organisation/name`.
        reference: String,
        /// Its licence.
        licence: String,
        /// How it is used.
        usage: String,
    },
}

impl Application {
    /// The programme's id.
    pub fn programme(&self) -> &str {
        &self.programme
    }

    /// The answers.
    pub fn answers(&self) -> &Row {
        &self.answers
    }

    /// The document whose canonical form is sealed.
    pub fn to_value(&self) -> Value {
        object([
            ("programme", Value::String(self.programme.clone())),
            ("format", Value::from(1)),
            ("answers", self.answers.to_value()),
        ])
    }
}

impl Row {
    /// The answer to a field.
    pub fn get(&self, field: &str) -> Option<&Answer> {
        self.answers.iter().find(|(id, _)| id == field).map(|(_, answer)| answer)
    }

    /// Every answer with its field's id.
    pub fn iter(&self) -> impl Iterator<Item = (&str, &Answer)> {
        self.answers.iter().map(|(id, answer)| (id.as_str(), answer))
    }

    fn to_value(&self) -> Value {
        Value::Object(self.answers.iter().map(|(id, answer)| (id.clone(), answer.to_value())).collect())
    }
}

impl Answer {
    /// The answer in the canonical document: what it says, without ids that mean something to one backend only.
    fn to_value(&self) -> Value {
        let text = |text: &String| Value::String(text.clone());
        match self {
            Self::Text(value) | Self::Country(value) | Self::Choice(value) => text(value),
            Self::Number(value) => number(*value),
            Self::Money { amount, currency } => object([("amount", number(*amount)), ("currency", text(currency))]),
            Self::Date { year, month, day } => Value::String(iso_date(*year, *month, *day)),
            Self::Choices(ids) => Value::Array(ids.iter().map(text).collect()),
            Self::YesNo(yes) => Value::Bool(*yes),
            Self::Consent { version } => object([("given", Value::Bool(true)), ("version", text(version))]),
            Self::Group(rows) => Value::Array(rows.iter().map(Row::to_value).collect()),
            Self::File(FileAnswer::Link { link }) => object([("link", text(link))]),
            Self::File(FileAnswer::Upload {
                name, size, sha256, kind, ..
            }) => object([
                ("name", text(name)),
                ("size", Value::from(*size)),
                ("sha256", text(sha256)),
                ("type", Value::String(String::from(kind.extension()))),
            ]),
            Self::Model { reference, licence, usage } => {
                object([("reference", text(reference)), ("licence", text(licence)), ("use", text(usage))])
            }
        }
    }
}

/// Validation lets no infinite number through.
fn number(value: f64) -> Value {
    Number::from_f64(value).map_or(Value::Null, Value::Number)
}

/// `2023-04-01`, or `2023-04` where no day was asked.
fn iso_date(year: u16, month: u8, day: Option<u8>) -> String {
    let mut text = String::with_capacity(10);
    for unit in [1000, 100, 10, 1] {
        text.push(digit(year / unit));
    }
    for part in std::iter::once(month).chain(day) {
        text.push('-');
        text.push(digit(u16::from(part) / 10));
        text.push(digit(u16::from(part)));
    }
    text
}

fn digit(number: u16) -> char {
    char::from(b'0' + (number % 10) as u8)
}
