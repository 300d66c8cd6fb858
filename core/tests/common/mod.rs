//! A programme with every kind of field, and answers that make an application of it.
#![allow(dead_code, clippy::unwrap_used)] // Each test file uses a part of this.

pub mod arbitrary;

use opencall_core::{Answers, Fault, Problem, Programme};
use serde_json::{Value, json};

pub const EVERY_KIND: &str = include_str!("every-kind.json");

pub fn programme() -> Programme {
    Programme::load(EVERY_KIND).unwrap_or_else(|faults| panic!("{}", list(&faults)))
}

pub fn list(faults: &[Fault]) -> String {
    faults.iter().map(|fault| format!("{fault}\n")).collect()
}

/// The document with values put at JSON Pointers; `null` removes a member.
pub fn document(edits: &[(&str, Value)]) -> String {
    let mut document: Value = serde_json::from_str(EVERY_KIND).unwrap();
    for (pointer, value) in edits {
        let (parent, last) = pointer.rsplit_once('/').unwrap();
        match document.pointer_mut(parent).unwrap_or_else(|| panic!("nothing at {parent}")) {
            Value::Object(map) if value.is_null() => drop(map.remove(last)),
            Value::Object(map) => drop(map.insert(last.to_owned(), value.clone())),
            Value::Array(items) if last == "-" => items.push(value.clone()),
            Value::Array(items) => items[last.parse::<usize>().unwrap()] = value.clone(),
            other => panic!("{other} has no members"),
        }
    }
    document.to_string()
}

/// Answers that are an application.
pub fn complete() -> Answers {
    serde_json::from_value(json!({
        "name": " Acme\u{202e} Labs ",
        "pitch": "Line one\r\nline two \u{1f468}\u{200d}\u{1f469}\u{200d}\u{1f467}",
        "email": "ada@example.org",
        "site": "Example.org/a?b",
        "country": "FR",
        "siren": "552 032 534",
        "founded": {"month": "4", "year": "2021"},
        "sectors": ["other", "health"],
        "sector_other": "Law",
        "headcount": "12",
        "team": [
            {"id": "r1", "name": "Ada", "technical": true, "stack": "Rust"},
            {"id": "r2", "name": "Bob", "technical": false}
        ],
        "has_revenue": true,
        "revenue": {"amount": "12 000", "currency": "USD"},
        "growth": "-3,25",
        "models": [{"id": "m1", "model": {"reference": "mistralai/Mistral-7B-v0.1", "licence": "apache-2.0", "use": "Tuned"}}],
        "deck": {"id": "f1", "name": "deck.pdf", "size": 900, "sha256": "0a".repeat(32), "type": "pdf"},
        "video": {"link": "https://video.example.org/1"},
        "stage": "seed",
        "truth": {"given": true, "version": "2"}
    }))
    .unwrap()
}

/// The complete answers with values put at JSON Pointers.
pub fn answers(edits: &[(&str, Value)]) -> Answers {
    let mut answers = complete();
    for (pointer, value) in edits {
        assert!(answers.set(pointer, value.clone()), "no place for {pointer}");
    }
    answers
}

/// Problems as `pointer code`.
pub fn codes(problems: &[Problem]) -> Vec<String> {
    problems
        .iter()
        .map(|problem| {
            format!(
                "{} {}",
                problem.pointer,
                serde_json::to_value(&problem.code).unwrap()["code"].as_str().unwrap()
            )
        })
        .collect()
}
