//! When a field is asked.
#![cfg(feature = "native")]
#![allow(clippy::unwrap_used)]

mod common;

use opencall_core::condition::{Asked, Condition, Row, is_answered, visible};
use opencall_core::programme::Kind;
use opencall_core::{Answers, Programme, application};
use serde_json::{Value, json};

fn answers(value: Value) -> Answers {
    serde_json::from_value(value).unwrap()
}

/// Whether a condition holds on the form.
fn holds(condition: Condition, draft: Value) -> bool {
    let programme = common::programme();
    let mut field = programme.field("name").unwrap().clone();
    field.when = Some(condition);
    visible(&programme, &answers(draft), &field, None)
}

fn is(field: &str, is: &str) -> Condition {
    Condition::Is {
        field: field.into(),
        is: is.into(),
    }
}

fn answered(field: &str, answered: bool) -> Condition {
    Condition::Answered {
        field: field.into(),
        answered,
    }
}

#[test]
fn answers_are_compared_by_what_they_say() {
    assert!(holds(is("country", "FR"), json!({"country": "FR"})));
    assert!(!holds(is("country", "FR"), json!({"country": ["FR"]})));
    assert!(holds(is("stage", "seed"), json!({"stage": "seed"})));
    assert!(holds(is("has_revenue", "no"), json!({"has_revenue": false})));
    assert!(!holds(is("has_revenue", "no"), json!({})));
    assert!(!holds(is("has_revenue", "yes"), json!({"has_revenue": "yes"})));
    assert!(holds(
        Condition::Includes {
            field: "sectors".into(),
            includes: "health".into()
        },
        json!({"sectors": ["other", "health"]})
    ));
    assert!(!holds(
        Condition::Includes {
            field: "sectors".into(),
            includes: "health".into()
        },
        json!({"sectors": "health"})
    ));
}

#[test]
fn a_consent_counts_in_its_current_version() {
    assert!(holds(is("truth", "yes"), json!({"truth": {"given": true, "version": "2"}})));
    assert!(holds(is("truth", "no"), json!({"truth": {"given": true, "version": "1"}})));
    assert!(holds(is("truth", "no"), json!({"truth": {"given": false, "version": "2"}})));
    assert!(!holds(is("truth", "no"), json!({})));
}

#[test]
fn what_a_form_leaves_behind_is_no_answer() {
    let programme = common::programme();
    for (field, blank, filled) in [
        ("name", json!(" \n\u{200b}"), json!("x")),
        ("revenue", json!({"amount": "", "currency": "EUR"}), json!({"amount": "0"})),
        ("day", json!({"day": "", "month": " "}), json!({"day": "1"})),
        ("sectors", json!([]), json!(["health"])),
        ("video", json!({"link": ""}), json!({"link": "x"})),
        ("truth", json!({"given": false, "version": "2"}), json!({"given": true})),
        ("team", json!([]), json!([{}])),
        ("has_revenue", Value::Null, json!(false)),
    ] {
        let field = programme.field(field).unwrap();
        assert!(!is_answered(field, &blank), "{} {blank}", field.id);
        assert!(is_answered(field, &filled), "{} {filled}", field.id);
    }
}

#[test]
fn conditions_combine() {
    let (fr, seed) = (is("country", "FR"), is("stage", "seed"));
    let only_fr = json!({"country": "FR"});
    assert!(!holds(
        Condition::All {
            all: vec![fr.clone(), seed.clone()]
        },
        only_fr.clone()
    ));
    assert!(holds(
        Condition::Any {
            any: vec![fr, seed.clone()]
        },
        only_fr.clone()
    ));
    assert!(holds(Condition::Not { not: Box::new(seed) }, only_fr));
    assert!(holds(answered("pitch", false), json!({"pitch": ""})));
}

#[test]
fn a_field_not_asked_counts_as_unanswered() {
    // `siren` is asked in France only.
    assert!(holds(answered("siren", true), json!({"siren": "1", "country": "FR"})));
    assert!(!holds(answered("siren", true), json!({"siren": "1", "country": "BE"})));
}

#[test]
fn rows_look_at_themselves_and_then_at_the_form() {
    let programme = common::programme();
    let Kind::Group { fields, .. } = &programme.field("team").unwrap().kind else {
        panic!("a group")
    };
    let draft = answers(json!({"headcount": "2"}));
    let asked = |row: Value, draft: &Answers| {
        let row = Row {
            fields,
            answers: row.as_object().unwrap(),
        };
        visible(&programme, draft, &fields[2], Some(row))
    };
    assert!(asked(json!({"technical": true}), &draft));
    assert!(!asked(json!({"technical": false}), &draft));
    assert!(!asked(json!({}), &draft));
    assert!(!asked(json!({"technical": true}), &Answers::default()));
}

/// A programme of yes/no fields in one step, each with a condition made from its number.
fn chain(count: usize, when: impl Fn(usize) -> Option<Condition>) -> Programme {
    let mut programme = common::programme();
    let mut template = programme.field("has_revenue").unwrap().clone();
    programme.steps.truncate(1);
    programme.steps[0].fields = (0..count)
        .map(|index| {
            template.id = format!("f{index}");
            template.when = when(index);
            template.clone()
        })
        .collect();
    programme
}

#[test]
fn a_long_chain_named_twice_at_each_link_is_walked_once() {
    let programme = chain(200, |index| {
        let before = format!("f{}", index.checked_sub(1)?);
        Some(Condition::All {
            all: vec![
                Condition::Not {
                    not: Box::new(is(&before, "no")),
                },
                is(&before, "yes"),
            ],
        })
    });
    let draft = Answers((0..200).map(|index| (format!("f{index}"), json!(true))).collect());
    assert_eq!(application(&programme, &draft).unwrap().answers().iter().count(), 200);
    assert!(Asked::new(&programme, &draft).field(&programme.steps[0].fields[199], None));
}

#[test]
fn even_a_circle_comes_to_an_end() {
    // No document loads like this; a value made by hand may.
    let programme = chain(3, |index| Some(is(&format!("f{}", (index + 1) % 3), "yes")));
    let draft = answers(json!({"f0": true, "f1": true, "f2": true}));
    let _ = application(&programme, &draft);
    let _ = visible(&programme, &draft, &programme.steps[0].fields[0], None);
}
