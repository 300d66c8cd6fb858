//! The published contract: current, whole, and true to itself.
#![cfg(feature = "native")]
#![allow(clippy::unwrap_used)]

use std::collections::BTreeSet;

use opencall_core::contract::Capabilities;
use opencall_core::openapi;
use serde_json::{Value, json};

fn root() -> std::path::PathBuf {
    std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("..")
}

fn document() -> Value {
    openapi::document(&openapi::REFERENCE)
}

/// Every operation: path, method, what is said of it.
fn operations(document: &Value) -> Vec<(String, String, Value)> {
    let paths = document["paths"].as_object().unwrap();
    let all = paths.iter().flat_map(|(path, methods)| {
        let methods = methods.as_object().unwrap();
        methods
            .iter()
            .map(|(method, operation)| (path.clone(), method.clone(), operation.clone()))
            .collect::<Vec<_>>()
    });
    all.collect()
}

/// What a schema says of a value, with what it refers to.
fn faults(document: &Value, schema: &Value, value: &Value) -> Vec<String> {
    let whole = json!({"allOf": [schema], "components": document["components"]});
    let validator = jsonschema::options().should_validate_formats(true).build(&whole).unwrap();
    let told = validator.iter_errors(value);
    told.map(|error| format!("{}: {error}", error.instance_path())).collect()
}

fn visit<'a>(value: &'a Value, see: &mut impl FnMut(&'a str, &'a Value)) {
    match value {
        Value::Object(members) => members.iter().for_each(|(name, value)| {
            see(name, value);
            visit(value, see);
        }),
        Value::Array(items) => items.iter().for_each(|item| visit(item, see)),
        _ => {}
    }
}

#[test]
fn the_published_document_is_current() {
    let published = std::fs::read_to_string(root().join("schema/openapi.json")).unwrap();
    assert!(
        published == openapi::text(),
        "out of date; write it anew with: cargo run -p opencall-core --features native --example openapi > schema/openapi.json"
    );
}

#[test]
fn the_page_for_people_is_current() {
    let published = std::fs::read_to_string(root().join("docs/contract.md")).unwrap();
    assert!(
        published == openapi::page(),
        "out of date; write it anew with: cargo run -p opencall-core --features native --example openapi -- page > docs/contract.md"
    );
}

#[test]
fn the_app_is_told_of_the_reference_backend_what_the_document_says() {
    let config = std::fs::read_to_string(root().join("public/config.json")).unwrap();
    let config: Value = serde_json::from_str(&config).unwrap();
    let told: Capabilities = serde_json::from_value(config["capabilities"].clone()).unwrap();
    assert_eq!(told, openapi::REFERENCE);
    assert_eq!(config["contract"], openapi::CONTRACT);
    assert_eq!(document()["x-opencall"]["capabilities"], config["capabilities"]);
}

#[test]
fn whatever_is_referred_to_is_there() {
    let document = document();
    visit(&document, &mut |name, value| {
        if let ("$ref", Some(reference)) = (name, value.as_str()) {
            let pointer = reference.strip_prefix('#').unwrap();
            assert!(document.pointer(pointer).is_some(), "{reference}");
        }
    });
}

#[test]
fn every_call_has_a_name_of_its_own_and_says_what_it_does() {
    let document = document();
    let operations = operations(&document);
    let names: BTreeSet<&str> = operations.iter().map(|(_, _, one)| one["operationId"].as_str().unwrap()).collect();
    assert_eq!(names.len(), operations.len());
    for (path, method, operation) in &operations {
        for text in ["summary", "description"] {
            assert!(operation[text].as_str().unwrap().len() > 3, "{method} {path}: {text}");
        }
        for status in ["429", "500", "503"] {
            assert!(operation["responses"].get(status).is_some(), "{method} {path}: {status}");
        }
        let is_open = operation["security"] == json!([]);
        assert!(is_open || operation["responses"].get("401").is_some(), "{method} {path}");
        if operation.get("requestBody").is_some() {
            for status in ["400", "408", "415"] {
                assert!(operation["responses"].get(status).is_some(), "{method} {path}: {status}");
            }
        }
    }
}

#[test]
fn links_lead_to_calls_that_take_what_they_give() {
    let document = document();
    let operations = operations(&document);
    visit(&document["paths"], &mut |name, value| {
        if name != "links" {
            return;
        }
        for link in value.as_object().unwrap().values() {
            let target = operations.iter().find(|(_, _, one)| one["operationId"] == link["operationId"]);
            let (_, _, target) = target.unwrap_or_else(|| panic!("{link}"));
            for given in link["parameters"].as_object().into_iter().flat_map(|given| given.keys()) {
                let bare = given.rsplit('.').next().unwrap();
                let takes = target["parameters"].as_array().into_iter().flatten().any(|one| one["name"] == bare);
                assert!(takes, "{link}: {given}");
            }
        }
    });
}

#[test]
fn every_example_is_what_its_schema_says() {
    let document = document();
    let resolve = |value: &Value| match value.get("$ref").and_then(Value::as_str) {
        Some(reference) => document.pointer(&reference[1..]).unwrap().clone(),
        None => value.clone(),
    };
    let mut checked = 0;
    let mut check = |what: String, schema: &Value, example: &Value| {
        let faults = faults(&document, schema, example);
        assert!(faults.is_empty(), "{what}: {faults:#?}");
        checked += 1;
    };
    for (path, method, operation) in operations(&document) {
        let what = format!("{method} {path}");
        for parameter in operation["parameters"].as_array().into_iter().flatten() {
            check(format!("{what} {}", parameter["name"]), &parameter["schema"], &parameter["example"]);
        }
        let responses = operation["responses"].as_object().unwrap().values().map(&resolve);
        for with_content in responses.chain([operation["requestBody"].clone()]) {
            for (media, content) in with_content["content"].as_object().into_iter().flatten() {
                if let Some(example) = content.get("example") {
                    check(format!("{what} {media}"), &content["schema"], example);
                }
                for (name, example) in content["examples"].as_object().into_iter().flatten() {
                    check(format!("{what} {name}"), &content["schema"], &resolve(example)["value"]);
                }
            }
        }
    }
    for header in document["components"]["headers"].as_object().unwrap().values() {
        check(header["description"].to_string(), &header["schema"], &header["example"]);
    }
    assert!(checked > 200, "{checked}");
}

#[test]
fn every_kind_of_problem_that_the_types_name_is_in_it() {
    let source = ["contract.rs", "contract/staff.rs"].map(|file| std::fs::read_to_string(root().join("core/src").join(file)).unwrap());
    let text = document().to_string();
    let mut seen = 0;
    for kind in source.iter().flat_map(|source| source.split("pub const ").skip(1)) {
        let Some((_, rest)) = kind.split_once("&str = \"/problems/") else {
            continue;
        };
        let name = rest.split('"').next().unwrap();
        // In the schema of the kind, and in a call that may be refused so.
        assert!(text.contains(&format!("\"const\":\"/problems/{name}\"")), "{name}");
        assert!(text.contains(&format!("\"{name}\":{{\"$ref\":\"#/components/examples/")), "{name}");
        seen += 1;
    }
    assert!(seen >= 27, "{seen}");
}
