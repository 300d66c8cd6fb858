//! The published schema: current, and of one mind with the reader.
#![cfg(feature = "native")]
#![allow(clippy::unwrap_used)]

mod common;

use serde_json::{Value, json};

fn root() -> std::path::PathBuf {
    std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("..")
}

fn validator() -> jsonschema::Validator {
    let schema: Value = serde_json::from_str(&opencall_core::schema::programme_schema()).unwrap();
    jsonschema::validator_for(&schema).unwrap()
}

#[test]
fn the_published_schema_is_current() {
    let published = std::fs::read_to_string(root().join("schema/programme.schema.json")).unwrap();
    assert!(
        published == opencall_core::schema::programme_schema(),
        "out of date; write it anew with: cargo run -p opencall-core --features native --example schema > schema/programme.schema.json"
    );
}

#[test]
fn the_schema_accepts_the_samples_and_what_is_written() {
    let validator = validator();
    let mut documents = vec![common::EVERY_KIND.to_owned(), serde_json::to_string(&common::programme()).unwrap()];
    for entry in std::fs::read_dir(root().join("public/programmes")).unwrap() {
        documents.push(std::fs::read_to_string(entry.unwrap().path()).unwrap());
    }
    for document in documents {
        let document: Value = serde_json::from_str(&document).unwrap();
        let errors: Vec<_> = validator
            .iter_errors(&document)
            .map(|error| format!("{}: {error}", error.instance_path()))
            .collect();
        assert!(errors.is_empty(), "{errors:#?}");
    }
}

#[test]
fn the_schema_refuses_wrong_shapes_as_the_reader_does() {
    let validator = validator();
    for edit in [
        ("/colour", json!("red")),
        ("/seats", json!("5")),
        ("/seats", Value::Null),
        ("/id", json!("Every Kind")),
        ("/steps/0/fields/0/maximum", json!(1)),
        ("/steps/0/fields/0/kind", json!("line")),
        ("/steps/0/fields/0/max", json!("80")),
        ("/steps/0/fields/6/when", json!({"field": "country", "equals": "FR"})),
        ("/steps/3/fields/0/accept/0", json!("exe")),
        ("/title", json!("Title")),
    ] {
        let document = common::document(std::slice::from_ref(&edit));
        assert!(!validator.is_valid(&serde_json::from_str(&document).unwrap()), "{edit:?}");
        assert!(opencall_core::Programme::load(&document).is_err(), "{edit:?}");
    }
}
