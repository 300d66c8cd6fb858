//! The page for people: a section a call, from the same source as the document.

use std::fmt::Write as _;

use serde_json::{Map, Value};

use super::model::{Body, Operation, Parameter, Place, Tag, Who, refusals};

const HEAD: &str = "\
# The contract, call by call

Made from the same source as `schema/openapi.json`, which the reference backend serves at `/api/v1/openapi.json`; do not edit it here:
`cargo run -p opencall-core --features native --example openapi -- page > docs/contract.md`. What holds for all calls, and why, is on one
page: [backend.md](backend.md). The shapes of bodies are at the end; the types behind them in `core/src/contract.rs`.

Every call may also meet 429 `/problems/rate-limited` (with `Retry-After`), 500 `/problems/internal` and 503 `/problems/storage` (with
`Retry-After`): they are not repeated below. Every reply has `Cache-Control: no-store`, but for the two documents that have an `ETag` to ask again with.
";

/// The page.
pub fn page(operations: &[Operation], shapes: &Map<String, Value>) -> String {
    let mut page = String::from(HEAD);
    page.push('\n');
    for tag in Tag::ALL {
        let _ = writeln!(page, "- [{}](#{})", heading(tag), anchor(heading(tag)));
        for operation in operations.iter().filter(|operation| operation.tag == tag) {
            let _ = writeln!(page, "  - [{}](#{}): {}", operation.id, anchor(operation.id), operation.summary);
        }
    }
    page.push_str("- [Statuses and roles](#statuses-and-roles)\n- [Shapes](#shapes)\n");
    for tag in Tag::ALL {
        let _ = write!(page, "\n## {}\n\n{}\n", heading(tag), wrapped(tag.about()));
        for operation in operations.iter().filter(|operation| operation.tag == tag) {
            section(&mut page, operation);
        }
    }
    super::rules::write(&mut page);
    super::shapes::write(&mut page, shapes);
    page
}

const fn heading(tag: Tag) -> &'static str {
    match tag {
        Tag::Programmes => "Calls and their documents",
        Tag::Clock => "The clock",
        Tag::Application => "An application",
        Tag::Seals => "Seals",
        Tag::Uploads => "Files",
        Tag::Presence => "Presence",
        Tag::Partners => "Partners",
        Tag::Staff => "Staff",
        Tag::Events => "Events",
    }
}

/// As code hosts make it of a heading.
fn anchor(heading: &str) -> String {
    heading.to_lowercase().replace(' ', "-")
}

fn section(page: &mut String, operation: &Operation) {
    let _ = write!(
        page,
        "\n### {}\n\n**`{} {}`** · {}. {}\n\n{}\n",
        operation.id,
        operation.method.to_uppercase(),
        operation.path,
        operation.summary,
        who(operation.who),
        wrapped(operation.about)
    );
    if !operation.parameters.is_empty() {
        page.push_str("\n| sent | where | |\n|---|---|---|\n");
        for parameter in &operation.parameters {
            let _ = writeln!(page, "{}", row(parameter));
        }
    }
    if let Some(body) = &operation.body {
        let optional = if operation.body_is_optional { ", or nothing" } else { "" };
        let _ = write!(page, "\nSends {}{optional}{}\n", shape(body), about(body));
        example(page, body);
    }
    for reply in &operation.replies {
        let _ = write!(page, "\n**{}** {}", reply.status, reply.about);
        for body in &reply.bodies {
            let _ = write!(page, " {}.{}", shape(body), spaced(body.about));
        }
        if !reply.headers.is_empty() {
            let names: Vec<String> = reply.headers.iter().map(|header| format!("`{}`", header.name())).collect();
            let _ = write!(page, " With {}.", names.join(", "));
        }
        page.push('\n');
        if let Some(body) = reply.bodies.first() {
            example(page, body);
        }
    }
    let refused: Vec<_> = refusals(operation)
        .into_iter()
        .filter(|refusal| !matches!(refusal.status, 429 | 500 | 503) || operation.refusals.contains(refusal))
        .collect();
    if !refused.is_empty() {
        page.push_str("\n| refused | type | when |\n|---|---|---|\n");
        for refusal in refused {
            let headers: Vec<String> = refusal.headers.iter().map(|header| format!("`{}`", header.name())).collect();
            let with = if headers.is_empty() {
                String::new()
            } else {
                format!(" With {}.", headers.join(", "))
            };
            let _ = writeln!(page, "| {} | `{}` | {}{with} |", refusal.status, refusal.kind, refusal.when);
        }
    }
}

fn who(who: Who) -> String {
    match who {
        Who::Anyone => String::from("For anyone."),
        Who::Applicant => String::from("For whoever has the token: `Authorization: Bearer …`."),
        Who::Partner => String::from("For whoever has a partner's token: `Authorization: Bearer …`."),
        Who::Link => String::from("For whoever has a one-time link."),
        Who::Staff(None) => String::from("For whoever is signed in."),
        Who::Staff(Some(permission)) => {
            let name = serde_json::to_value(permission).unwrap_or_default();
            format!("For staff with the permission `{}`.", name.as_str().unwrap_or_default())
        }
    }
}

fn row(parameter: &Parameter) -> String {
    let place = match parameter.place {
        Place::Path => "path",
        Place::Query => "query",
        Place::Header => "header",
    };
    let optional = if parameter.required { "" } else { ", optional" };
    let example = match &parameter.example {
        Value::String(text) => text.clone(),
        other => other.to_string(),
    };
    format!(
        "| `{}` | {place}{optional} | {} Such as `{example}`. |",
        parameter.name, parameter.about
    )
}

/// What a body is, in words: its media type and the name of its shape.
fn shape(body: &Body) -> String {
    match name(&body.schema) {
        Some(name) => format!("`{}`: {name}", body.media),
        None => format!("`{}`", body.media),
    }
}

fn name(schema: &Value) -> Option<String> {
    let last = |reference: &Value| {
        reference
            .as_str()?
            .rsplit('/')
            .next()
            .map(|name| format!("[{name}]({})", super::shapes::anchor(name)))
    };
    match schema.get("$ref") {
        Some(reference) => last(reference),
        None => last(schema.get("items")?.get("$ref")?).map(|name| format!("a list of {name}")),
    }
}

fn about(body: &Body) -> String {
    if body.about.is_empty() {
        String::from(".")
    } else {
        format!(". {}", body.about)
    }
}

fn spaced(text: &str) -> String {
    if text.is_empty() { String::new() } else { format!(" {text}") }
}

fn example(page: &mut String, body: &Body) {
    let Some(example) = &body.example else { return };
    let (language, text) = match example {
        Value::String(text) => ("text", text.trim_end().to_owned()),
        other => ("json", compact(other, 0)),
    };
    let _ = write!(page, "\n```{language}\n{text}\n```\n");
}

/// JSON for reading: what fits on a line stays on one.
fn compact(value: &Value, depth: usize) -> String {
    let line = one_line(value);
    if line.len() + depth * 2 <= 118 {
        return line;
    }
    let (open, close, inner): (_, _, Vec<String>) = match value {
        Value::Object(members) => (
            '{',
            '}',
            members
                .iter()
                .map(|(name, value)| format!("{}: {}", Value::from(name.as_str()), compact(value, depth + 1)))
                .collect(),
        ),
        Value::Array(items) => ('[', ']', items.iter().map(|item| compact(item, depth + 1)).collect()),
        _ => return line,
    };
    let indent = "  ".repeat(depth + 1);
    format!(
        "{open}\n{indent}{}\n{}{close}",
        inner.join(&format!(",\n{indent}")),
        "  ".repeat(depth)
    )
}

fn one_line(value: &Value) -> String {
    match value {
        Value::Object(members) => {
            let inner: Vec<String> = members
                .iter()
                .map(|(name, value)| format!("{}: {}", Value::from(name.as_str()), one_line(value)))
                .collect();
            format!("{{{}}}", inner.join(", "))
        }
        Value::Array(items) => format!("[{}]", items.iter().map(one_line).collect::<Vec<_>>().join(", ")),
        other => other.to_string(),
    }
}

/// Lines of at most 130 characters.
pub fn wrapped(text: &str) -> String {
    text.lines().map(line).collect::<Vec<_>>().join("\n")
}

fn line(text: &str) -> String {
    if text.starts_with('|') {
        return String::from(text);
    }
    let mut lines: Vec<String> = vec![String::new()];
    for word in text.split(' ') {
        let last = lines.last_mut().expect("there is a line");
        if !last.is_empty() && last.chars().count() + 1 + word.chars().count() > 130 {
            lines.push(String::from(word));
        } else {
            if !last.is_empty() {
                last.push(' ');
            }
            last.push_str(word);
        }
    }
    lines.join("\n")
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn what_fits_on_a_line_stays_on_one() {
        assert_eq!(compact(&json!({"a": [1, "b"]}), 0), "{\"a\": [1, \"b\"]}");
        let long = json!({"a": "x".repeat(80), "b": ["y".repeat(40)]});
        assert_eq!(compact(&long, 0).lines().count(), 4);
    }

    #[test]
    fn lines_are_wrapped_between_words() {
        let text = wrapped(&"word ".repeat(60));
        assert!(text.lines().all(|line| line.len() <= 130));
        assert_eq!(text.split_whitespace().count(), 60);
    }
}
