//! When a field is asked: conditions on other answers, across steps.

#[cfg(feature = "native")]
use schemars::JsonSchema;
#[cfg(feature = "native")]
use serde::Serialize;
use serde_json::{Map, Value};

use crate::answers::Answers;
use crate::programme::{Field, Kind, Programme};

/// A condition on answers.
///
/// `field` names a field of the form; within a group first one of the same row.
/// A field that is itself not asked counts as unanswered.
/// In a document: `{"field": "revenue", "is": "yes"}`, `{"field": "sectors", "includes": "health"}`,
/// `{"field": "demo", "answered": true}`, `{"all": […]}`, `{"any": […]}`, `{"not": …}`.
#[derive(Clone, Debug, PartialEq)]
#[cfg_attr(feature = "native", derive(Serialize, JsonSchema), serde(untagged, deny_unknown_fields))]
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

/// A row of a group: where the conditions of its fields look first.
#[derive(Clone, Copy, Debug)]
pub struct Row<'a> {
    /// The group's fields.
    pub fields: &'a [Field],
    /// The row's raw answers.
    pub answers: &'a Map<String, Value>,
}

/// Whether `field` is asked, given the raw answers. `row` is the row it stands in when it is a field of a group.
///
/// To ask about many fields at once, keep one [`Asked`].
pub fn visible(programme: &Programme, answers: &Answers, field: &Field, row: Option<Row<'_>>) -> bool {
    Asked::new(programme, answers).field(field, row)
}

/// Which fields are asked. Looks at each field once, however many conditions name it.
pub struct Asked<'a> {
    programme: &'a Programme,
    answers: &'a Answers,
    /// Of fields outside groups. A field being looked at counts as not asked, so that even a circle,
    /// which no loaded programme has, comes to an end.
    known: Vec<(&'a str, bool)>,
}

impl<'a> Asked<'a> {
    /// For these answers.
    pub fn new(programme: &'a Programme, answers: &'a Answers) -> Self {
        Self {
            programme,
            answers,
            known: Vec::new(),
        }
    }

    /// Whether `field` is asked, within `row` when it is a field of a group.
    pub fn field(&mut self, field: &Field, row: Option<Row<'_>>) -> bool {
        let Some(when) = &field.when else { return true };
        match row {
            Some(row) => self.holds(when, Some(row), &mut vec![(field.id.as_str(), false)]),
            None => self.holds(when, None, &mut Vec::new()),
        }
    }

    /// `known_in_row` is to the row's fields what `known` is to the others.
    fn holds<'r>(&mut self, condition: &'r Condition, row: Option<Row<'r>>, known_in_row: &mut Vec<(&'r str, bool)>) -> bool
    where
        'a: 'r,
    {
        match condition {
            Condition::Is { field, is } => self
                .answer(field, row, known_in_row)
                .is_some_and(|(field, answer)| comparable(field, answer) == Some(is)),
            Condition::Includes { field, includes } => self.answer(field, row, known_in_row).is_some_and(|(_, answer)| {
                answer
                    .as_array()
                    .is_some_and(|chosen| chosen.iter().any(|id| id.as_str() == Some(includes)))
            }),
            Condition::Answered { field, answered } => {
                self.answer(field, row, known_in_row)
                    .is_some_and(|(field, answer)| is_answered(field, answer))
                    == *answered
            }
            Condition::All { all } => all.iter().all(|condition| self.holds(condition, row, known_in_row)),
            Condition::Any { any } => any.iter().any(|condition| self.holds(condition, row, known_in_row)),
            Condition::Not { not } => !self.holds(not, row, known_in_row),
        }
    }

    /// The field a condition names and its raw answer, if it is asked and there is one.
    fn answer<'r>(&mut self, id: &str, row: Option<Row<'r>>, known_in_row: &mut Vec<(&'r str, bool)>) -> Option<(&'r Field, &'r Value)>
    where
        'a: 'r,
    {
        if let Some(row) = row
            && let Some(field) = row.fields.iter().find(|field| field.id == id)
        {
            let asked = match known_in_row.iter().position(|(known, _)| *known == id) {
                Some(index) => known_in_row[index].1,
                None => {
                    let index = known_in_row.len();
                    known_in_row.push((&field.id, false));
                    let asked = field.when.as_ref().is_none_or(|when| self.holds(when, Some(row), known_in_row));
                    known_in_row[index].1 = asked;
                    asked
                }
            };
            return if asked { Some((field, row.answers.get(id)?)) } else { None };
        }
        let programme: &'a Programme = self.programme;
        let field = programme.field(id)?;
        let asked = match self.known.iter().find(|(known, _)| *known == id) {
            Some((_, asked)) => *asked,
            None => {
                let index = self.known.len();
                self.known.push((&field.id, false));
                let asked = field.when.as_ref().is_none_or(|when| self.holds(when, None, &mut Vec::new()));
                self.known[index].1 = asked;
                asked
            }
        };
        let answers: &'a Answers = self.answers;
        if asked { Some((field, answers.0.get(id)?)) } else { None }
    }
}

/// The text that [`Condition::Is`] and the eligibility screen compare: of a choice or a country the answer itself,
/// of a yes/no or a consent `yes` or `no`. A consent to another version than the current one is a `no`.
pub(crate) fn comparable<'v>(field: &Field, answer: &'v Value) -> Option<&'v str> {
    let yes_no = |yes| Some(if yes { "yes" } else { "no" });
    match (&field.kind, answer) {
        (Kind::Choice { .. } | Kind::Country, Value::String(text)) if !text.is_empty() => Some(text),
        (Kind::YesNo, Value::Bool(yes)) => yes_no(*yes),
        (Kind::Consent { version }, Value::Object(consent)) => yes_no(
            consent.get("given").and_then(Value::as_bool) == Some(true) && consent.get("version").and_then(Value::as_str) == Some(version),
        ),
        _ => None,
    }
}

/// Whether there is an answer in a raw answer: not only white space, an empty list, or a form's empty parts.
/// Says nothing about whether it is a good one.
pub fn is_answered(field: &Field, answer: &Value) -> bool {
    let filled = |name: &str| answer.get(name).is_some_and(|part| !is_blank(part));
    match (&field.kind, answer) {
        (Kind::Consent { .. }, Value::Object(_)) => answer.get("given").and_then(Value::as_bool) == Some(true),
        // The currency is preset.
        (Kind::Money { .. }, Value::Object(_)) => filled("amount"),
        (Kind::Date { .. }, Value::Object(_)) => ["day", "month", "year"].into_iter().any(filled),
        (Kind::File { .. }, Value::Object(_)) => ["id", "link"].into_iter().any(filled),
        (Kind::Model { .. }, Value::Object(_)) => ["reference", "licence", "use"].into_iter().any(filled),
        (_, answer) => !is_blank(answer),
    }
}

/// Whether a raw value says nothing.
pub(crate) fn is_blank(value: &Value) -> bool {
    match value {
        Value::Null => true,
        Value::String(text) => crate::text::is_blank(text),
        Value::Array(items) => items.is_empty(),
        Value::Object(map) => map.is_empty(),
        Value::Bool(_) | Value::Number(_) => false,
    }
}
