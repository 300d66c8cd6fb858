//! The shapes of bodies on the page for people: a table each.

use std::fmt::Write as _;

use serde_json::{Map, Value};

/// What a programme's document is made of: `docs/programmes.md` tells of it.
const OF_PROGRAMMES: [&str; 17] = [
    "Programme",
    "Call",
    "Choice",
    "Condition",
    "Criterion",
    "Eligibility",
    "EligibilityQuestion",
    "Field",
    "KeyDate",
    "Localised",
    "Organiser",
    "Precision",
    "Schedule",
    "Step",
    "TextFormat",
    "Titled",
    "Offer",
];

/// Where the shape of this name is.
pub fn anchor(name: &str) -> String {
    if name == "Programme" {
        return String::from("programmes.md");
    }
    format!("#shape-{}", name.to_lowercase())
}

/// Every shape but those of programmes' documents.
pub fn write(page: &mut String, shapes: &Map<String, Value>) {
    page.push_str(
        "\n## Shapes\n\nMembers that may be left out are said to be optional; in requests they may be `null` too, in replies they never are. \
         Of a programme's document:\n[programmes.md](programmes.md).\n",
    );
    for (name, shape) in shapes {
        if !OF_PROGRAMMES.contains(&name.as_str()) {
            one(page, name, shape);
        }
    }
}

fn one(page: &mut String, name: &str, shape: &Value) {
    let about = shape["description"].as_str().unwrap_or_default();
    let _ = write!(page, "\n### Shape {name}\n\n{}\n", super::page::wrapped(about));
    if let Some(choices) = shape["oneOf"].as_array() {
        page.push_str("\n| one of | |\n|---|---|\n");
        for choice in choices {
            let _ = writeln!(page, "| {} | {} |", chosen(choice), flat(choice));
        }
    }
    let Some(members) = shape["properties"].as_object() else { return };
    page.push_str("\n| member | | |\n|---|---|---|\n");
    for (member, told) in members {
        let is_needed = shape["required"]
            .as_array()
            .is_some_and(|needed| needed.iter().any(|one| one == member));
        let optional = if is_needed { "" } else { ", optional" };
        let _ = writeln!(page, "| `{member}` | {}{optional} | {} |", kind(told), flat(told));
    }
}

/// One of several: a word, or an object told by its first constant, with what else it has.
fn chosen(choice: &Value) -> String {
    if let Some(word) = choice["const"].as_str() {
        return format!("`{word}`");
    }
    let members = choice["properties"].as_object();
    let told = members.into_iter().flatten().map(|(name, told)| match told["const"].as_str() {
        Some(word) => format!("`{name}`: `{word}`"),
        None => format!("`{name}`: {}", kind(told)),
    });
    told.collect::<Vec<_>>().join(", ")
}

fn flat(told: &Value) -> String {
    told["description"]
        .as_str()
        .unwrap_or_default()
        .replace('\n', " ")
        .replace('|', "\\|")
}

/// What a value is, in a word or two.
fn kind(told: &Value) -> String {
    if let Some(reference) = told["$ref"].as_str() {
        let name = reference.rsplit('/').next().unwrap_or_default();
        return format!("[{name}]({})", anchor(name));
    }
    if let Some(choices) = told["anyOf"].as_array() {
        return choices.iter().find(|one| one.get("$ref").is_some()).map_or_else(String::new, kind);
    }
    let name = match &told["type"] {
        Value::String(name) => name.as_str(),
        Value::Array(names) => names.first().and_then(Value::as_str).unwrap_or_default(),
        _ => "anything",
    };
    match name {
        "array" => format!("list of {}", kind(&told["items"])),
        "integer" => String::from("whole number"),
        "boolean" => String::from("yes or no"),
        "string" => String::from("text"),
        other => String::from(other),
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn kinds_are_told_in_a_word_or_two() {
        assert_eq!(kind(&json!({"type": ["string", "null"]})), "text");
        assert_eq!(
            kind(&json!({"type": "array", "items": {"$ref": "#/components/schemas/Seen"}})),
            "list of [Seen](#shape-seen)"
        );
        assert_eq!(
            kind(&json!({"anyOf": [{"$ref": "#/components/schemas/Role"}, {"type": "null"}]})),
            "[Role](#shape-role)"
        );
    }
}
