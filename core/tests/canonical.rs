//! The page about the canonical form says what is so: its table is a complete application of `common/every-kind.json`.
#![allow(clippy::unwrap_used)]

mod common;

use opencall_core::{Answers, application, seal};
use serde_json::{Map, Value};

/// The field, the raw answer and the canonical one of each row of the table.
fn rows(page: &str) -> Vec<(String, Value, Option<Value>)> {
    let cell = |text: &str| {
        let text = text.trim().trim_matches('`').replace("\\|", "|");
        serde_json::from_str::<Value>(&text).ok()
    };
    page.lines()
        .filter_map(|line| {
            let cells: Vec<&str> = line.strip_prefix("| `")?.strip_suffix(" |")?.split(" | ").collect();
            let [field, _kind, raw, canonical] = cells.as_slice() else {
                return None;
            };
            let raw = cell(raw).unwrap_or_else(|| panic!("{raw} is no JSON"));
            Some((field.trim_end_matches('`').to_owned(), raw, cell(canonical)))
        })
        .collect()
}

/// The first block of code that is set off by four spaces after a line.
fn block_after<'a>(page: &'a str, line: &str) -> &'a str {
    let (_, rest) = page.split_once(line).unwrap();
    rest.lines().find_map(|line| line.strip_prefix("    ")).unwrap()
}

#[test]
fn the_page_gives_the_canonical_form_of_what_it_lists() {
    let page = std::fs::read_to_string(concat!(env!("CARGO_MANIFEST_DIR"), "/../docs/canonical.md")).unwrap();
    let rows = rows(&page);
    let raw: Map<String, Value> = rows.iter().map(|(field, raw, _)| (field.clone(), raw.clone())).collect();
    let expected: Map<String, Value> = rows
        .into_iter()
        .filter_map(|(field, _, canonical)| Some((field, canonical?)))
        .collect();
    let application = application(&common::programme(), &Answers(raw)).unwrap_or_else(|problems| panic!("{problems:?}"));
    let kinds = common::programme().steps.iter().flat_map(|step| &step.fields).count();
    assert!(expected.len() + 4 > kinds, "the page shows {} of {kinds} fields", expected.len());
    let canonical = seal::canonical(&application);
    let whole: Value = serde_json::from_str(&canonical).unwrap();
    assert_eq!(
        seal::canonical_json(&whole["answers"]),
        seal::canonical_json(&Value::Object(expected))
    );
    assert_eq!(block_after(&page, "its canonical form is"), canonical);
    assert_eq!(block_after(&page, "and its digest"), seal::digest(&canonical));
}
