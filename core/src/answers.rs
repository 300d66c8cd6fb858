//! What an applicant has typed so far: raw, however incomplete or wrong. A draft may always be saved.

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

use crate::pointer::unescape;

/// The raw answers of a draft: an object from field id to what was typed.
///
/// The shape by field kind; anything not typed yet is absent (or `null`). JSON text with a lone surrogate
/// (`"\\ud800"`) is refused by serde_json when it is read, so every text in here is Unicode.
///
/// | kind | raw answer |
/// |---|---|
/// | text, long text, email, URL, number | the text as typed |
/// | money | `{"amount": "12 000", "currency": "EUR"}` |
/// | date | `{"day": "1", "month": "4", "year": "2023"}`, `day` absent where only months are asked |
/// | country | ISO 3166-1 alpha-2, `"FR"` |
/// | choice | the option's id |
/// | choices | an array of option ids |
/// | yes/no | `true` or `false` |
/// | consent | `{"given": true, "version": "2023-11"}`, the version of the text agreed to |
/// | group | an array of rows; a row is an object with its own `"id"` and the answers of the group's fields |
/// | file | [`FileAnswer`]: a finished upload, or a link where the field takes one |
/// | model | `{"reference": "org/name", "licence": "apache-2.0", "use": "…"}` |
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "native", derive(schemars::JsonSchema))]
#[serde(transparent)]
pub struct Answers(pub Map<String, Value>);

/// The answer to a file field.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(untagged)]
pub enum FileAnswer {
    /// A finished upload.
    Upload {
        /// The backend's id of the file.
        id: String,
        /// The name it had on the applicant's device.
        name: String,
        /// Its length in bytes.
        size: u64,
        /// SHA-256 of its content, 64 lowercase hex digits.
        sha256: String,
        /// What its content is.
        #[serde(rename = "type")]
        kind: crate::programme::FileType,
    },
    /// Somewhere else.
    Link {
        /// The web address as typed.
        link: String,
    },
}

impl Answers {
    /// The raw answer at a JSON Pointer such as `/team/0/name`; `None` where nothing was typed.
    pub fn get(&self, pointer: &str) -> Option<&Value> {
        let mut parts = pointer.strip_prefix('/')?.split('/');
        let mut value = self.0.get(&unescape(parts.next()?))?;
        for part in parts {
            value = match value {
                Value::Object(map) => map.get(&unescape(part))?,
                Value::Array(rows) => rows.get(part.parse::<usize>().ok()?)?,
                _ => return None,
            };
        }
        if value.is_null() { None } else { Some(value) }
    }

    /// Puts a raw answer at a JSON Pointer; `null` removes it, from a list too. Parents are made as objects
    /// where they are missing. Returns whether there was a place for it: a row that does not exist has none,
    /// nor has anything below a text.
    pub fn set(&mut self, pointer: &str, value: Value) -> bool {
        let Some(path) = pointer.strip_prefix('/') else { return false };
        let (parents, last) = path.rsplit_once('/').map_or((None, path), |(parents, last)| (Some(parents), last));
        let mut map = &mut self.0;
        let mut parts = parents.into_iter().flat_map(|parents| parents.split('/')).map(unescape);
        while let Some(part) = parts.next() {
            if value.is_null() && map.get(&part).is_none_or(Value::is_null) {
                return true;
            }
            let mut child = map.entry(part).or_insert(Value::Null);
            if child.is_null() {
                *child = Value::Object(Map::new());
            }
            while let Value::Array(items) = child {
                let Some(part) = parts.next() else {
                    return set_item(items, last, value);
                };
                let Some(item) = part.parse::<usize>().ok().and_then(|index| items.get_mut(index)) else {
                    return false;
                };
                child = item;
            }
            let Value::Object(inner) = child else { return false };
            map = inner;
        }
        if value.is_null() {
            map.remove(&unescape(last));
        } else {
            map.insert(unescape(last), value);
        }
        true
    }

    /// Where the row with this `"id"` stands in a group now; other people may have moved it.
    pub fn row_index(&self, group: &str, id: &str) -> Option<usize> {
        self.0
            .get(group)?
            .as_array()?
            .iter()
            .position(|row| row.get("id").and_then(Value::as_str) == Some(id))
    }

    /// Applies a merge patch (RFC 7396).
    pub fn merge(&mut self, patch: Map<String, Value>) {
        merge(&mut self.0, patch);
    }

    /// The smallest merge patch (RFC 7396) that turns `self` into `target`: objects member by member, lists whole.
    ///
    /// A merge patch cannot put a `null` into an object; answers hold none, as `null` says "not typed".
    pub fn patch_to(&self, target: &Self) -> Map<String, Value> {
        diff(&self.0, &target.0)
    }
}

/// An object of these members.
pub fn object<const N: usize>(members: [(&str, Value); N]) -> Value {
    let mut map = Map::new();
    for (name, value) in members {
        map.insert(String::from(name), value);
    }
    Value::Object(map)
}

/// Replaces or removes an element of a list; whether it was there.
fn set_item(items: &mut Vec<Value>, index: &str, value: Value) -> bool {
    let Some(index) = index.parse::<usize>().ok().filter(|index| *index < items.len()) else {
        return false;
    };
    if value.is_null() {
        items.remove(index);
    } else {
        items[index] = value;
    }
    true
}

fn merge(map: &mut Map<String, Value>, patch: Map<String, Value>) {
    for (key, value) in patch {
        match value {
            Value::Null => {
                map.remove(&key);
            }
            Value::Object(inner) => {
                let child = map.entry(key).or_insert(Value::Null);
                if !child.is_object() {
                    *child = Value::Object(Map::new());
                }
                if let Value::Object(child) = child {
                    merge(child, inner);
                }
            }
            value => {
                map.insert(key, value);
            }
        }
    }
}

fn diff(from: &Map<String, Value>, to: &Map<String, Value>) -> Map<String, Value> {
    let mut patch = Map::new();
    for (key, value) in to {
        match (from.get(key), value) {
            (Some(old), new) if old == new => {}
            (Some(Value::Object(old)), Value::Object(new)) => {
                patch.insert(key.clone(), Value::Object(diff(old, new)));
            }
            (_, new) => {
                patch.insert(key.clone(), new.clone());
            }
        }
    }
    for key in from.keys().filter(|key| !to.contains_key(*key)) {
        patch.insert(key.clone(), Value::Null);
    }
    patch
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use serde_json::json;

    use super::*;

    fn answers(value: Value) -> Answers {
        serde_json::from_value(value).unwrap()
    }

    #[test]
    fn what_is_put_in_can_be_read_again() {
        let mut draft = answers(json!({ "team": [{ "id": "a" }, { "id": "b" }] }));
        assert!(draft.set("/name", json!("Ada")));
        assert!(draft.set("/team/1/email", json!("b@example.org")));
        assert!(draft.set("/raised/amount", json!("12")));
        assert!(draft.set("/odd~1key", json!(true)));
        assert_eq!(draft.get("/name"), Some(&json!("Ada")));
        assert_eq!(draft.get("/team/1/email"), Some(&json!("b@example.org")));
        assert_eq!(draft.get("/raised/amount"), Some(&json!("12")));
        assert_eq!(draft.0.get("odd/key"), Some(&json!(true)));
    }

    #[test]
    fn null_removes_and_leaves_no_trace_of_parents() {
        let mut draft = answers(json!({ "name": "x", "team": [{ "id": "a" }, { "id": "b" }] }));
        assert!(draft.set("/name", Value::Null));
        assert!(draft.set("/raised/amount", Value::Null));
        assert!(draft.set("/team/0", Value::Null));
        assert_eq!(draft, answers(json!({ "team": [{ "id": "b" }] })));
    }

    #[test]
    fn there_is_no_place_below_a_text_or_in_a_row_that_does_not_exist() {
        let mut draft = answers(json!({ "name": "x", "team": [] }));
        for pointer in ["", "name", "/name/first", "/team/0/name", "/team/0", "/team/x/name", "/team/-1"] {
            assert!(!draft.set(pointer, json!(1)), "{pointer}");
            assert_eq!(draft.get(pointer), None, "{pointer}");
        }
        assert_eq!(draft, answers(json!({ "name": "x", "team": [] })));
    }

    #[test]
    fn rows_are_found_by_id() {
        let draft = answers(json!({ "team": [{ "id": "a" }, {}, 7, { "id": "b" }] }));
        assert_eq!(draft.row_index("team", "b"), Some(3));
        assert_eq!(draft.row_index("team", "c"), None);
        assert_eq!(draft.row_index("nobody", "b"), None);
    }

    /// The examples of RFC 7396, appendix A, whose targets are objects.
    #[test]
    fn merging_follows_rfc_7396() {
        let cases = [
            (json!({ "a": "b" }), json!({ "a": "c" }), json!({ "a": "c" })),
            (json!({ "a": "b" }), json!({ "b": "c" }), json!({ "a": "b", "b": "c" })),
            (json!({ "a": "b" }), json!({ "a": null }), json!({})),
            (json!({ "a": "b", "b": "c" }), json!({ "a": null }), json!({ "b": "c" })),
            (json!({ "a": ["b"] }), json!({ "a": "c" }), json!({ "a": "c" })),
            (json!({ "a": "c" }), json!({ "a": ["b"] }), json!({ "a": ["b"] })),
            (
                json!({ "a": { "b": "c" } }),
                json!({ "a": { "b": "d", "c": null } }),
                json!({ "a": { "b": "d" } }),
            ),
            (json!({ "a": [{ "b": "c" }] }), json!({ "a": [1] }), json!({ "a": [1] })),
            (json!({ "e": null }), json!({ "a": 1 }), json!({ "e": null, "a": 1 })),
            (json!({}), json!({ "a": { "bb": { "ccc": null } } }), json!({ "a": { "bb": {} } })),
        ];
        for (before, patch, after) in cases {
            let mut draft = answers(before);
            draft.merge(patch.as_object().unwrap().clone());
            assert_eq!(draft, answers(after), "{patch}");
        }
    }
}
