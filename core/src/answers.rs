//! What an applicant has typed so far: raw, however incomplete or wrong. A draft may always be saved.

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

/// The raw answers of a draft: an object from field id to what was typed.
///
/// The shape by field kind; anything not typed yet is absent (or `null`):
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

    /// Puts a raw answer at a JSON Pointer; `null` removes it. Parents are made as objects where they
    /// are missing. Returns whether there was a place for it (a row that does not exist has none).
    pub fn set(&mut self, pointer: &str, value: Value) -> bool {
        let Some(path) = pointer.strip_prefix('/') else { return false };
        let mut parts: Vec<_> = path.split('/').map(unescape).collect();
        let Some(last) = parts.pop() else { return false };
        let mut map = &mut self.0;
        let mut parts = parts.into_iter().peekable();
        while let Some(part) = parts.next() {
            let child = map.entry(part).or_insert(Value::Null);
            if child.is_null() {
                *child = Value::Object(Map::new());
            }
            map = match child {
                Value::Object(inner) => inner,
                Value::Array(rows) => {
                    let row = parts
                        .next()
                        .and_then(|index| index.parse::<usize>().ok())
                        .and_then(|index| rows.get_mut(index));
                    match row {
                        Some(Value::Object(inner)) => inner,
                        _ => return false,
                    }
                }
                _ => return false,
            };
        }
        if value.is_null() {
            map.remove(&last);
        } else {
            map.insert(last, value);
        }
        true
    }

    /// Applies a merge patch (RFC 7396) made by [`Answers::patch_to`] or by anybody else.
    pub fn merge(&mut self, patch: Map<String, Value>) {
        for (id, value) in patch {
            if value.is_null() {
                self.0.remove(&id);
            } else {
                self.0.insert(id, value);
            }
        }
    }

    /// The merge patch that turns `self` into `target`: whole fields, `null` for those gone.
    pub fn patch_to(&self, target: &Self) -> Map<String, Value> {
        let mut patch = Map::new();
        for (id, value) in &target.0 {
            if self.0.get(id) != Some(value) {
                patch.insert(id.clone(), value.clone());
            }
        }
        for id in self.0.keys() {
            if !target.0.contains_key(id) {
                patch.insert(id.clone(), Value::Null);
            }
        }
        patch
    }
}

/// `~1` is `/` and `~0` is `~` (RFC 6901, section 4).
fn unescape(part: &str) -> String {
    part.replace("~1", "/").replace("~0", "~")
}
