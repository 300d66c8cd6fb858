//! An application: answers that have been read and found good.

use serde_json::{Map, Value, json};

use crate::answers::FileAnswer;

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
        json!({ "programme": self.programme, "format": 1, "answers": self.answers.to_value() })
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
        Value::Object(Map::new())
    }
}
