//! When a field is asked: conditions on other answers, across steps.

#[cfg(feature = "native")]
use schemars::JsonSchema;
#[cfg(feature = "native")]
use serde::Serialize;
use serde_json::{Map, Value};

use crate::answers::Answers;
use crate::programme::{Field, Programme};

/// A condition on answers.
///
/// `field` names a field of the form; within a group first one of the same row.
/// A field that is itself not asked counts as unanswered.
/// In a document: `{"field": "revenue", "is": "yes"}`, `{"field": "sectors", "includes": "health"}`,
/// `{"field": "demo", "answered": true}`, `{"all": […]}`, `{"any": […]}`, `{"not": …}`.
#[derive(Clone, Debug, PartialEq)]
#[cfg_attr(feature = "native", derive(Serialize, JsonSchema), serde(untagged))]
pub enum Condition {
    /// The answer is this: an option's id, a country code, `yes` or `no` (also for consents).
    Is {
        /// The field.
        field: String,
        /// The answer.
        is: String,
    },
    /// This is among the choices.
    Includes {
        /// The field.
        field: String,
        /// The option's id.
        includes: String,
    },
    /// Whether there is an answer at all.
    Answered {
        /// The field.
        field: String,
        /// Whether there has to be one, or none.
        answered: bool,
    },
    /// All of these hold.
    All {
        /// The conditions.
        all: Vec<Condition>,
    },
    /// At least one of these holds.
    Any {
        /// The conditions.
        any: Vec<Condition>,
    },
    /// This does not hold.
    Not {
        /// The condition.
        not: Box<Condition>,
    },
}

/// A row of a group: where a condition looks first.
#[derive(Clone, Copy, Debug)]
pub struct Row<'a> {
    /// The group's fields.
    pub fields: &'a [Field],
    /// The row's raw answers.
    pub answers: &'a Map<String, Value>,
}

/// Whether `field` is asked, given the raw answers. `row` is the row it stands in when it is a field of a group.
pub fn visible(programme: &Programme, answers: &Answers, field: &Field, row: Option<Row<'_>>) -> bool {
    let _ = (programme, answers, row);
    field.when.is_none()
}

/// The text that [`Condition::Is`] compares: of an option or a country its id, of a yes/no or a consent `yes` or `no`.
pub fn comparable(answer: &Value) -> Option<&str> {
    match answer {
        Value::String(text) if !text.is_empty() => Some(text),
        Value::Bool(true) => Some("yes"),
        Value::Bool(false) => Some("no"),
        Value::Object(consent) => consent
            .get("given")
            .and_then(Value::as_bool)
            .map(|given| if given { "yes" } else { "no" }),
        _ => None,
    }
}

/// Whether a raw answer says nothing: absent, only white space, nothing chosen, or nothing but such.
pub fn is_blank(answer: &Value) -> bool {
    match answer {
        Value::Null => true,
        Value::String(text) => text.trim().is_empty(),
        Value::Array(items) => items.is_empty(),
        Value::Object(map) => map.is_empty(),
        _ => false,
    }
}
