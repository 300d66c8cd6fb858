//! Answers changed here and elsewhere at once: both versions are kept until a person has chosen.

use opencall_core::answers::object;
use opencall_core::merge::Merged;
use opencall_core::{Answers, Timestamp, pointer};
use serde_json::Value;

use crate::api::wire::Members;

/// An answer changed here and elsewhere at once.
#[derive(Clone, Debug, PartialEq)]
pub struct Clash {
    /// The field, or the group whose row it is.
    pub field: String,
    /// The id of the row of a group; empty outside of groups.
    pub row: String,
    /// The field in the row; empty for the row itself.
    pub inner: String,
    /// What was written here; `null` where it was removed.
    pub mine: Value,
    /// What was written elsewhere; `null` where it was removed.
    pub theirs: Value,
    /// When that was saved, by the backend's clock.
    pub at: Timestamp,
    /// The device it was written on, as it calls itself; empty where nobody says.
    pub by: String,
}

impl Clash {
    /// The clashes of a merge with what was saved `at` from the device `by`.
    pub fn of(merged: &Merged, at: Timestamp, by: &str) -> Vec<Self> {
        let one = |clash: &opencall_core::merge::Clash| {
            let mut parts = clash.pointer.split('/').skip(1).map(pointer::unescape);
            let field = parts.next()?;
            // Rows are known by their id: others may move them before anybody chooses.
            let row = match parts.next() {
                None => String::new(),
                Some(index) => {
                    let row = merged.answers.get(&[&pointer::child("", &field), "/", &index].concat())?;
                    row.get("id")?.as_str()?.to_owned()
                }
            };
            Some(Self {
                field,
                row,
                inner: parts.next().unwrap_or_default(),
                mine: clash.mine.clone().unwrap_or_default(),
                theirs: clash.theirs.clone().unwrap_or_default(),
                at,
                by: by.to_owned(),
            })
        };
        merged.clashes.iter().filter_map(one).collect()
    }

    /// Whether it is about the same answer.
    pub fn is_about(&self, other: &Self) -> bool {
        (&self.field, &self.row, &self.inner) == (&other.field, &other.row, &other.inner)
    }

    /// Whether it is about the order of a group's rows.
    pub fn is_order(&self) -> bool {
        let has_rows = |value: &Value| value.get(0).is_some_and(|row| row.get("id").is_some());
        self.row.is_empty() && has_rows(&self.mine) && has_rows(&self.theirs)
    }

    /// What to change in `answers` for a choice, as pointer and value; nothing where they are so already.
    pub fn chosen(&self, take_theirs: bool, answers: &Answers) -> Option<(String, Value)> {
        let field = pointer::child("", &self.field);
        if self.row.is_empty() {
            if !take_theirs {
                return None;
            }
            let value = if self.is_order() {
                in_order(answers.get(&field)?, &self.theirs)
            } else {
                self.theirs.clone()
            };
            return Some((field, value));
        }
        let index = answers.row_index(&self.field, &self.row)?;
        let row = [&field, "/", &index.to_string()].concat();
        if self.inner.is_empty() {
            // The merged answers hold the row; it goes where that was chosen.
            let kept = if take_theirs { &self.theirs } else { &self.mine };
            return kept.is_null().then_some((row, Value::Null));
        }
        take_theirs.then(|| (pointer::child(&row, &self.inner), self.theirs.clone()))
    }

    /// To be stored.
    pub fn to_value(&self) -> Value {
        object([
            ("field", Value::from(self.field.as_str())),
            ("row", Value::from(self.row.as_str())),
            ("inner", Value::from(self.inner.as_str())),
            ("mine", self.mine.clone()),
            ("theirs", self.theirs.clone()),
            ("at", Value::from(self.at.to_string())),
            ("by", Value::from(self.by.as_str())),
        ])
    }

    /// As stored; `None` where it is none.
    pub fn from_value(value: Value) -> Option<Self> {
        let mut from = Members::of(value).ok()?;
        Some(Self {
            field: from.text("field").ok()?,
            row: from.text("row").ok()?,
            inner: from.text("inner").ok()?,
            mine: from.take("mine").unwrap_or_default(),
            theirs: from.take("theirs").unwrap_or_default(),
            at: from.time("at").ok()?,
            by: from.text("by").ok()?,
        })
    }
}

/// The rows there are now in the order of others; rows that are new since stay at the end.
fn in_order(rows: &Value, order: &Value) -> Value {
    let id = |row: &Value| row.get("id").and_then(Value::as_str).map(str::to_owned);
    let mut left: Vec<Value> = rows.as_array().cloned().unwrap_or_default();
    let mut sorted = Vec::with_capacity(left.len());
    for wanted in order.as_array().into_iter().flatten() {
        if let Some(at) = left.iter().position(|row| id(row) == id(wanted)) {
            sorted.push(left.remove(at));
        }
    }
    sorted.append(&mut left);
    Value::Array(sorted)
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use opencall_core::merge::merge;
    use serde_json::json;

    use super::*;

    fn answers(value: Value) -> Answers {
        serde_json::from_value(value).unwrap()
    }

    /// The answers merged, and what they become by choosing.
    fn choose(base: Value, mine: Value, theirs: Value, take_theirs: bool) -> (Value, Value) {
        let merged = merge(&answers(base), &answers(mine), &answers(theirs));
        let clashes = Clash::of(&merged, Timestamp::from_millis(0), "Firefox on Android");
        assert_eq!(clashes.len(), 1);
        assert_eq!(Clash::from_value(clashes[0].to_value()), Some(clashes[0].clone()));
        let mut chosen = merged.answers.clone();
        if let Some((pointer, value)) = clashes[0].chosen(take_theirs, &chosen) {
            assert!(chosen.set(&pointer, value));
        }
        (serde_json::to_value(merged.answers).unwrap(), serde_json::to_value(chosen).unwrap())
    }

    #[test]
    fn a_field_becomes_what_was_chosen() {
        let (base, mine, theirs) = (json!({"city": "Paris"}), json!({"city": "Lyon"}), json!({"city": "Nice"}));
        let (merged, kept) = choose(base.clone(), mine.clone(), theirs.clone(), false);
        assert_eq!((merged, kept), (mine.clone(), mine.clone()));
        assert_eq!(choose(base.clone(), mine, theirs.clone(), true).1, theirs);
        assert_eq!(choose(base, json!({"city": "Lyon"}), json!({}), true).1, json!({}), "removed there");
    }

    #[test]
    fn a_field_of_a_row_is_found_by_the_rows_id() {
        let team = |name: &str| json!({"team": [{"id": "a", "name": name}]});
        let chosen = choose(
            team("Ada"),
            team("Ada L."),
            json!({"team": [{"id": "t"}, {"id": "a", "name": "Ada K."}]}),
            true,
        )
        .1;
        assert_eq!(chosen, json!({"team": [{"id": "t"}, {"id": "a", "name": "Ada K."}]}));
    }

    #[test]
    fn a_row_removed_on_one_side_and_edited_on_the_other_goes_only_if_that_is_chosen() {
        let base = json!({"team": [{"id": "a", "name": "Ada"}, {"id": "b"}]});
        let removed = json!({"team": [{"id": "b"}]});
        let edited = json!({"team": [{"id": "a", "name": "Ada L."}, {"id": "b"}]});
        for (mine, theirs, take_theirs, expected) in [
            (&removed, &edited, true, &edited),
            (&removed, &edited, false, &removed),
            (&edited, &removed, true, &removed),
            (&edited, &removed, false, &edited),
        ] {
            assert_eq!(choose(base.clone(), mine.clone(), theirs.clone(), take_theirs).1, *expected);
        }
    }

    #[test]
    fn an_order_is_taken_with_what_the_rows_hold_now() {
        let rows = |ids: &[&str]| json!({"team": ids.iter().map(|id| json!({"id": id})).collect::<Vec<_>>()});
        let chosen = choose(rows(&["a", "b", "c"]), rows(&["b", "a", "c"]), rows(&["c", "a", "b"]), true).1;
        assert_eq!(chosen, rows(&["c", "a", "b"]));
    }
}
