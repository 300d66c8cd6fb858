//! Texts with places to fill: `{base}{path}/{id}`. A place that nothing is known for stays empty.

use opencall_core::encoding::percent_encoded;
use serde_json::{Map, Value};

/// What is put into the places of a template.
#[derive(Clone, Debug, Default)]
pub struct Fill {
    values: Vec<(&'static str, Value)>,
}

impl Fill {
    /// With one more value.
    #[must_use]
    pub fn with(mut self, name: &'static str, value: impl Into<Value>) -> Self {
        self.values.push((name, value.into()));
        self
    }

    fn find(&self, name: &str) -> Option<&Value> {
        self.values.iter().rev().find(|(known, _)| *known == name).map(|(_, value)| value)
    }

    /// The text with its places filled. `encode` is applied to what is put in, not to what stands around it.
    fn put(&self, template: &str, encode: fn(&str, &mut String)) -> String {
        let mut out = String::with_capacity(template.len() + 64);
        let mut rest = template;
        while let Some((before, after)) = rest.split_once('{') {
            out.push_str(before);
            // A brace that opens no place is itself.
            let Some((name, behind)) = after.split_once('}') else {
                out.push('{');
                rest = after;
                continue;
            };
            match self.find(name) {
                Some(Value::String(text)) => encode(text, &mut out),
                Some(Value::Null) | None => {}
                Some(other) => encode(&other.to_string(), &mut out),
            }
            rest = behind;
        }
        out.push_str(rest);
        out
    }

    /// An address. `base`, `path` and `where` are parts of addresses already; everything else is percent-encoded.
    pub fn address(&self, template: &str) -> String {
        let mut raw = Self::default();
        for (name, value) in &self.values {
            if matches!(*name, "base" | "path" | "where") {
                raw.values.push((name, value.clone()));
            } else {
                let text = match value {
                    Value::String(plain) => percent_encoded(plain),
                    Value::Null => String::new(),
                    other => percent_encoded(&other.to_string()),
                };
                raw.values.push((name, Value::String(text)));
            }
        }
        raw.put(template, |text, out| out.push_str(text))
    }

    /// A header's value. Line breaks cannot stand in one and are left out.
    pub fn header(&self, template: &str) -> String {
        self.put(template, |text, out| out.extend(text.chars().filter(|c| !c.is_control())))
    }

    /// A JSON value: a text that is one place and nothing else becomes the value put there, of whatever type.
    pub fn json(&self, template: &Value) -> Value {
        match template {
            Value::String(text) => {
                let whole = text.strip_prefix('{').and_then(|rest| rest.strip_suffix('}'));
                match whole.filter(|name| !name.contains(['{', '}'])) {
                    Some(name) => self.find(name).cloned().unwrap_or(Value::Null),
                    None => Value::String(self.put(text, |text, out| out.push_str(text))),
                }
            }
            Value::Array(items) => Value::Array(items.iter().map(|item| self.json(item)).collect()),
            Value::Object(members) => {
                let filled: Map<String, Value> = members.iter().map(|(name, value)| (name.clone(), self.json(value))).collect();
                Value::Object(filled)
            }
            other => other.clone(),
        }
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn an_address_takes_its_parts_as_they_are_and_encodes_the_rest() {
        let fill = Fill::default()
            .with("base", "https://a/b")
            .with("path", "/c")
            .with("id", "a/ü?")
            .with("version", 7);
        assert_eq!(
            fill.address("{base}{path}/{id}?v={version}{where}"),
            "https://a/b/c/a%2F%C3%BC%3F?v=7"
        );
    }

    #[test]
    fn a_text_that_is_one_place_becomes_the_value() {
        let fill = Fill::default().with("record", json!({"a": [1]})).with("id", "x");
        let template = json!({"data": "{record}", "key": "k-{id}", "more": ["{id}", "{nothing}", 7]});
        assert_eq!(
            fill.json(&template),
            json!({"data": {"a": [1]}, "key": "k-x", "more": ["x", null, 7]})
        );
    }

    #[test]
    fn nothing_that_is_put_into_a_header_breaks_out_of_it() {
        assert_eq!(Fill::default().with("id", "a\r\nb: c").header("\"{id}\""), "\"ab: c\"");
    }

    #[test]
    fn a_brace_that_opens_no_place_is_itself() {
        assert_eq!(Fill::default().with("id", "x").address("{id}{"), "x{");
        assert_eq!(Fill::default().json(&json!("{")), json!("{"));
    }
}
