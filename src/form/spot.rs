//! One question in one place: at the top of a section or in a row of a group.

use leptos::prelude::*;
use opencall_core::condition::{self, Row};
use opencall_core::problem::{Code, Problem};
use opencall_core::programme::{Field, Kind};
use opencall_core::{Answers, condition::visible};
use serde_json::{Map, Value, json};

use super::editing::Form;
use crate::i18n::problems;

/// One question in one place.
#[derive(Clone, Copy)]
pub struct Spot {
    /// The form it is in.
    pub form: Form,
    /// The question.
    pub field: &'static Field,
    /// The group and the id of the row it stands in.
    row: Option<(&'static Field, StoredValue<String>)>,
}

impl Spot {
    /// A question at the top of a section.
    pub fn top(form: Form, field: &'static Field) -> Self {
        Self { form, field, row: None }
    }

    /// A question in a row of a group.
    pub fn in_row(form: Form, group: &'static Field, row: StoredValue<String>, field: &'static Field) -> Self {
        Self {
            form,
            field,
            row: Some((group, row)),
        }
    }

    /// Where its answer is; `None` when its row is gone.
    fn pointer(self, answers: &Answers) -> Option<String> {
        let Some((group, row)) = self.row else {
            return Some(["/", &self.field.id].concat());
        };
        let rows = answers.0.get(&group.id)?.as_array()?;
        let index = row.with_value(|id| rows.iter().position(|row| row.get("id").and_then(Value::as_str) == Some(id)))?;
        Some(["/", &group.id, "/", &index.to_string(), "/", &self.field.id].concat())
    }

    /// Where its answer is now; empty when its row is gone.
    pub fn pointer_now(self) -> String {
        self.form.with_untracked(|answers| self.pointer(answers)).unwrap_or_default()
    }

    /// Looks at the answer and follows it.
    pub fn with<T>(self, look: impl FnOnce(Option<&Value>) -> T) -> T {
        self.form
            .with(|answers| look(self.pointer(answers).and_then(|pointer| answers.get(&pointer))))
    }

    /// Looks at the answer once.
    pub fn with_untracked<T>(self, look: impl FnOnce(Option<&Value>) -> T) -> T {
        self.form
            .with_untracked(|answers| look(self.pointer(answers).and_then(|pointer| answers.get(&pointer))))
    }

    /// The answer as text, or the text of one of its parts; reactive.
    pub fn text(self, part: &'static str) -> String {
        self.with(|value| text_of(value, part))
    }

    /// Answers; `null` takes the answer away.
    pub fn set(self, value: Value) {
        if let (Some((group, row)), true) = (self.row, self.pointer_now().is_empty()) {
            // A row that has only been shown so far begins with its first answer.
            let mut rows = self
                .form
                .with_untracked(|answers| answers.0.get(&group.id).and_then(Value::as_array).cloned())
                .unwrap_or_default();
            rows.push(json!({ "id": row.get_value() }));
            self.form.set(&["/", &group.id].concat(), Value::Array(rows));
        }
        let pointer = self.pointer_now();
        if !pointer.is_empty() {
            self.form.set(&pointer, value);
        }
    }

    /// Answers with text; an empty one takes the answer away.
    pub fn set_text(self, part: &'static str, text: String) {
        let value = if text.is_empty() { Value::Null } else { Value::String(text) };
        if part.is_empty() {
            self.set(value);
            return;
        }
        let mut parts = self
            .with_untracked(|value| value.and_then(Value::as_object).cloned())
            .unwrap_or_default();
        if value.is_null() {
            parts.remove(part);
        } else {
            parts.insert(part.to_owned(), value);
        }
        self.set(if parts.is_empty() { Value::Null } else { Value::Object(parts) });
    }

    /// The id of its element; controls add to it.
    pub fn id(self) -> String {
        match self.row {
            None => ["q-", &self.field.id].concat(),
            Some((group, row)) => row.with_value(|row| ["q-", &group.id, "-", row, "-", &self.field.id].concat()),
        }
    }

    /// Its label in the reader's language.
    pub fn label(self) -> &'static str {
        self.field.label.get(self.form.locale)
    }

    /// The problem shown with it, or with that part of it; reactive.
    pub fn problem(self, part: &str) -> Option<Code> {
        self.form.shown.with(|shown| {
            if shown.is_empty() {
                return None;
            }
            let mut pointer = self.form.with_untracked(|answers| self.pointer(answers))?;
            if !part.is_empty() {
                pointer.push('/');
                pointer.push_str(part);
            }
            shown
                .iter()
                .find(|problem| problem.pointer == pointer)
                .map(|problem| problem.code.clone())
        })
    }

    /// The words of that problem, the same as in the summary; reactive.
    pub fn error(self, part: &str) -> Option<String> {
        let code = self.problem(part)?;
        let mut pointer = self.form.with_untracked(|answers| self.pointer(answers))?;
        if !part.is_empty() {
            pointer.push('/');
            pointer.push_str(part);
        }
        Some(self.form.words(&Problem { pointer, code }))
    }

    /// The words for a code that did not come from the answers, such as a refused file.
    pub fn words(self, code: &Code) -> String {
        problems::words(self.form.t, self.form.locale, code, self.label(), false)
    }

    /// Whether it is asked; reactive.
    pub fn is_asked(self) -> bool {
        self.form.with(|answers| {
            let Some((group, row)) = self.row else {
                return visible(self.form.programme, answers, self.field, None);
            };
            let Kind::Group { fields, .. } = &group.kind else { return true };
            let rows = answers.0.get(&group.id).and_then(Value::as_array);
            let row = row.with_value(|id| {
                rows?
                    .iter()
                    .find(|row| row.get("id").and_then(Value::as_str) == Some(id))?
                    .as_object()
            });
            let empty = Map::new();
            let row = Row {
                fields,
                answers: row.unwrap_or(&empty),
            };
            condition::visible(self.form.programme, answers, self.field, Some(row))
        })
    }

    /// Whether it stands in a row of a group.
    pub fn is_in_row(self) -> bool {
        self.row.is_some()
    }

    /// Whether the answer can be changed now; reactive.
    pub fn is_open(self) -> bool {
        self.form.open.get()
    }
}

/// The text of an answer, or of one of its parts; empty where it is no text.
pub fn text_of(value: Option<&Value>, part: &str) -> String {
    let value = if part.is_empty() {
        value
    } else {
        value.and_then(|value| value.get(part))
    };
    value.and_then(Value::as_str).unwrap_or_default().to_owned()
}
