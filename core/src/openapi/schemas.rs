//! The shapes of bodies, from the types: as they are read for requests, as they are written for replies.

use schemars::JsonSchema;
use schemars::generate::{SchemaGenerator, SchemaSettings};
use serde_json::{Map, Value, json};

use crate::contract::pattern::LARGEST;

/// Collects the schemas of types.
pub struct Schemas {
    requests: SchemaGenerator,
    replies: SchemaGenerator,
}

impl Schemas {
    /// None yet.
    pub fn new() -> Self {
        let settings = || SchemaSettings::draft2020_12().with(|settings| settings.definitions_path = "/components/schemas".into());
        Self {
            requests: settings().for_deserialize().into_generator(),
            replies: settings().for_serialize().into_generator(),
        }
    }

    /// What a request may be. What may be left out may also be `null`.
    pub fn request<T: JsonSchema>(&mut self) -> Value {
        self.requests.subschema_for::<T>().to_value()
    }

    /// What a reply is. What may be left out is never `null`.
    pub fn reply<T: JsonSchema>(&mut self) -> Value {
        let mut schema = self.replies.subschema_for::<T>().to_value();
        never_null(&mut schema);
        schema
    }

    /// All of them, by name.
    ///
    /// # Panics
    /// When a type is read in another shape than it is written, and travels both ways.
    pub fn all(mut self) -> Map<String, Value> {
        let mut all = self.requests.take_definitions(true);
        for (name, mut schema) in self.replies.take_definitions(true) {
            never_null(&mut schema);
            if name == "WholeView" {
                // The flattened view has one too, which is always absent.
                schema["properties"]["receipt"] =
                    json!({"$ref": "#/components/schemas/SignedReceipt", "description": "The receipt of the last submission."});
            }
            let before = all.insert(name.clone(), schema);
            assert!(
                before.is_none_or(|before| before == all[&name]),
                "{name} is read in another shape than it is written"
            );
        }
        all.values_mut().for_each(tidy);
        all
    }
}

/// Takes `null` out of what stands for an `Option`: replies leave out what is absent.
fn never_null(schema: &mut Value) {
    match schema {
        Value::Array(items) => items.iter_mut().for_each(never_null),
        Value::Object(members) => {
            if let Some(Value::Array(types)) = members.get_mut("type") {
                types.retain(|one| one != "null");
                if let [one] = types.as_slice() {
                    let one = one.clone();
                    members.insert(String::from("type"), one);
                }
            }
            if let Some(Value::Array(choices)) = members.get_mut("anyOf") {
                choices.retain(|one| *one != json!({"type": "null"}));
                if let [Value::Object(one)] = choices.as_slice() {
                    let one = one.clone();
                    members.remove("anyOf");
                    members.extend(one);
                }
            }
            members.values_mut().for_each(never_null);
        }
        _ => {}
    }
}

/// Whole numbers are those that every JSON library keeps, and words about Rust's items are about the contract's.
fn tidy(schema: &mut Value) {
    match schema {
        Value::Array(items) => items.iter_mut().for_each(tidy),
        Value::Object(members) => {
            let is_wide = matches!(members.get("format").and_then(Value::as_str), Some("uint64" | "int64"));
            if is_wide {
                members.remove("format");
                members.entry("maximum").or_insert(LARGEST.into());
            } else if matches!(members.get("format").and_then(Value::as_str), Some("uint32" | "uint16" | "uint8")) {
                members.remove("format");
            }
            if let Some(Value::String(text)) = members.get_mut("description") {
                *text = plain(text);
            }
            members.values_mut().for_each(tidy);
        }
        _ => {}
    }
}

/// A doc comment without links to items, which nobody can follow here.
fn plain(text: &str) -> String {
    let mut kept = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(at) = rest.find("[`") {
        let (before, after) = rest.split_at(at);
        let Some(end) = after.find("`]") else { break };
        let name = &after[2..end];
        kept.push_str(before);
        kept.push('`');
        kept.push_str(name.strip_prefix("crate::").or(name.strip_prefix("super::")).unwrap_or(name));
        kept.push('`');
        rest = &after[end + 2..];
    }
    kept.push_str(rest);
    // One line a paragraph; tables stay as they are.
    let mut joined = String::with_capacity(kept.len());
    for (at, line) in kept.lines().enumerate() {
        let goes_on = at > 0 && !line.is_empty() && !line.starts_with('|') && !joined.ends_with('\n');
        if goes_on {
            joined.push(' ');
        } else if at > 0 {
            joined.push('\n');
        }
        joined.push_str(line);
    }
    joined
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_option_in_a_reply_is_absent_or_there() {
        let mut schema =
            json!({"a": {"type": ["string", "null"]}, "b": {"anyOf": [{"$ref": "#/x"}, {"type": "null"}], "description": "B."}});
        never_null(&mut schema);
        assert_eq!(schema, json!({"a": {"type": "string"}, "b": {"$ref": "#/x", "description": "B."}}));
    }

    #[test]
    fn words_about_items_are_words() {
        assert_eq!(
            plain("One of [`crate::seal`]'s,\nor [`problem_type`].\n\nTwo."),
            "One of `seal`'s, or `problem_type`.\n\nTwo."
        );
        assert_eq!(plain("A table:\n\n| a |\n|---|\n| b |"), "A table:\n\n| a |\n|---|\n| b |");
    }
}
