//! Repeating groups.

use serde_json::Value;

use super::{Answer, Reader, Row};
use crate::condition;
use crate::pointer;
use crate::problem::Code;
use crate::programme::Field;

impl Reader<'_> {
    /// The rows of a group. Rows beyond the most allowed are not read: there is one problem, that they are too many.
    pub(super) fn group(&mut self, raw: &Value, fields: &[Field], min: u32, max: u32, at: &str) -> Option<Answer> {
        let Some(raw_rows) = raw.as_array() else {
            self.problem(at, Code::WrongShape);
            return None;
        };
        let count = u32::try_from(raw_rows.len()).unwrap_or(u32::MAX);
        if count < min {
            self.problem(at, Code::TooFew { min });
        } else if count > max {
            self.problem(at, Code::TooMany { max });
        }
        let mut rows = Vec::new();
        for (index, raw_row) in raw_rows.iter().enumerate().take(max as usize) {
            let mut at = String::from(at);
            pointer::push_index(&mut at, index);
            let Some(answers) = raw_row.as_object() else {
                self.problem(&at, Code::WrongShape);
                continue;
            };
            let mut entries = Vec::new();
            self.fields(fields, answers, &at, Some(condition::Row { fields, answers }), &mut entries);
            self.unknown(answers, &at, |id| id == "id" || fields.iter().any(|field| field.id == id));
            rows.push(Row { answers: entries });
        }
        Some(Answer::Group(rows))
    }
}
