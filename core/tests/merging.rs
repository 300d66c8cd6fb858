//! Rules of merging that hold for every three versions of a draft.
#![cfg(feature = "native")]
#![allow(clippy::unwrap_used)]

mod common;

use common::arbitrary::json_value;
use opencall_core::Answers;
use opencall_core::merge::{Clash, Merged, ancestor, merge};
use proptest::collection::{btree_map, vec};
use proptest::prelude::*;
use serde_json::{Map, Value, json};

/// Few different values, so that the three versions often agree.
fn value() -> impl Strategy<Value = Value> {
    prop_oneof![
        6 => prop::sample::select(vec!["1", "2", "3"]).prop_map(Value::from),
        1 => Just(json!({"amount": "1", "currency": "EUR"})),
        1 => Just(json!({"amount": "1", "currency": "USD"})),
        1 => Just(json!(["x", "y"])),
        1 => Just(Value::Null),
    ]
}

/// Rows in any order, each id once.
fn rows() -> impl Strategy<Value = Value> {
    let row = btree_map(prop::sample::select(vec!["name", "role"]), value(), 0..3);
    let rows = btree_map(prop::sample::select(vec!["a", "b", "c", "d", "e"]), row, 0..6);
    rows.prop_map(|rows| rows.into_iter().collect::<Vec<_>>())
        .prop_shuffle()
        .prop_map(|rows| {
            let row = |(id, fields): (&str, std::collections::BTreeMap<&str, Value>)| {
                let mut row: Map<String, Value> = fields.into_iter().map(|(name, value)| (name.to_owned(), value)).collect();
                row.insert("id".to_owned(), json!(id));
                Value::Object(row)
            };
            Value::Array(rows.into_iter().map(row).collect())
        })
}

fn version() -> impl Strategy<Value = Answers> {
    let fields = btree_map(prop::sample::select(vec!["f", "g", "h"]), value(), 0..4);
    (fields, prop::option::weighted(0.9, rows())).prop_map(|(fields, team)| {
        let mut answers: Map<String, Value> = fields.into_iter().map(|(name, value)| (name.to_owned(), value)).collect();
        if let Some(team) = team {
            answers.insert("team".to_owned(), team);
        }
        Answers(answers)
    })
}

/// Anything at all under a few names, so that it meets itself.
fn wild() -> impl Strategy<Value = Answers> {
    btree_map("[ab/~]{1,2}", json_value(), 0..4).prop_map(|map| Answers(map.into_iter().collect()))
}

fn wild_or_sane() -> impl Strategy<Value = Answers> {
    prop_oneof![3 => version(), 1 => wild()]
}

/// Every place that a person can change: fields, and fields of rows by the row's id. Values that say "not typed" count as none.
fn places(answers: &Answers) -> std::collections::BTreeMap<(String, String, String), Value> {
    let mut places = std::collections::BTreeMap::new();
    for (field, value) in &answers.0 {
        match (field.as_str(), value) {
            ("team", Value::Array(rows)) => {
                for row in rows {
                    let id = row["id"].as_str().unwrap();
                    for (inner, value) in row.as_object().unwrap().iter().filter(|(_, value)| !value.is_null()) {
                        places.insert((field.clone(), id.to_owned(), inner.clone()), value.clone());
                    }
                }
            }
            (_, value) if !value.is_null() => {
                places.insert((field.clone(), String::new(), String::new()), value.clone());
            }
            _ => {}
        }
    }
    places
}

/// The clash that speaks of a place, if there is one, and the values it names for it.
fn named(merged: &Merged, place: &(String, String, String)) -> Option<(Option<Value>, Option<Value>)> {
    let (field, row, inner) = place;
    let said = |value: &Option<Value>| value.clone().filter(|value| !value.is_null());
    let find = |pointer: String| merged.clashes.iter().find(|clash| clash.pointer == pointer);
    if row.is_empty() {
        return find(format!("/{field}")).map(|clash| (said(&clash.mine), said(&clash.theirs)));
    }
    let index = merged.answers.row_index(field, row)?;
    if let Some(clash) = find(format!("/{field}/{index}/{inner}")) {
        return Some((said(&clash.mine), said(&clash.theirs)));
    }
    let inside = |value: &Option<Value>| said(&value.as_ref().and_then(|row| row.get(inner)).cloned());
    find(format!("/{field}/{index}")).map(|clash| (inside(&clash.mine), inside(&clash.theirs)))
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(2_000))]

    #[test]
    fn no_edit_vanishes(base in version(), mine in version(), theirs in version()) {
        let merged = merge(&base, &mine, &theirs);
        let (before, after) = (places(&base), places(&merged.answers));
        for (side, is_mine) in [(&mine, true), (&theirs, false)] {
            let now = places(side);
            for place in before.keys().chain(now.keys()) {
                let value = now.get(place);
                if value == before.get(place) || value == after.get(place) {
                    continue;
                }
                let Some((said_mine, said_theirs)) = named(&merged, place) else {
                    return Err(TestCaseError::fail(format!("{place:?}: {value:?} is neither kept nor named")));
                };
                let said = if is_mine { said_mine } else { said_theirs };
                prop_assert_eq!(said.as_ref(), value, "{:?}", place);
            }
        }
    }

    #[test]
    fn every_row_that_was_added_or_edited_is_there_once(base in version(), mine in version(), theirs in version()) {
        let merged = merge(&base, &mine, &theirs);
        let rows = |answers: &Answers| answers.0.get("team").and_then(Value::as_array).cloned().unwrap_or_default();
        let ids: Vec<_> = rows(&merged.answers).iter().map(|row| row["id"].clone()).collect();
        for (index, id) in ids.iter().enumerate() {
            prop_assert!(!ids[..index].contains(id), "{} twice", id);
        }
        for side in [&mine, &theirs] {
            for row in rows(side) {
                let unchanged = rows(&base).contains(&row);
                prop_assert!(unchanged || ids.contains(&row["id"]), "{} is gone", row);
            }
        }
    }

    #[test]
    fn without_a_clash_it_does_not_matter_whose_is_whose(base in wild_or_sane(), mine in wild_or_sane(), theirs in wild_or_sane()) {
        let one = merge(&base, &mine, &theirs);
        let other = merge(&base, &theirs, &mine);
        prop_assert_eq!(one.clashes.is_empty(), other.clashes.is_empty());
        if one.clashes.is_empty() {
            prop_assert_eq!(one.answers, other.answers);
        } else {
            // Both name the same places, each with the sides exchanged; of rows only what they are, not where.
            let values = |merged: &Merged, swap: bool| {
                let text = |clash: &Clash| {
                    let (a, b) = if swap { (&clash.theirs, &clash.mine) } else { (&clash.mine, &clash.theirs) };
                    json!([a, b]).to_string()
                };
                let mut all: Vec<_> = merged.clashes.iter().filter(|clash| clash.pointer != "/team").map(text).collect();
                all.sort();
                all
            };
            prop_assert_eq!(values(&one, false), values(&other, true));
        }
    }

    #[test]
    fn merging_twice_changes_nothing(base in wild_or_sane(), mine in wild_or_sane(), theirs in wild_or_sane()) {
        let once = merge(&base, &mine, &theirs).answers;
        prop_assert_eq!(&merge(&base, &once, &theirs).answers, &once, "with the same ancestor");
        let again = merge(&theirs, &once, &theirs);
        prop_assert_eq!(&again.answers, &once, "once theirs is what came before");
        prop_assert!(again.clashes.is_empty());
        let same = merge(&base, &once, &once);
        prop_assert_eq!(&same.answers, &once, "with itself");
        prop_assert!(same.clashes.is_empty());
    }

    #[test]
    fn an_unchanged_side_gives_the_other(base in wild_or_sane(), other in wild_or_sane()) {
        for merged in [merge(&base, &base, &other), merge(&base, &other, &base)] {
            prop_assert_eq!(&merged.answers, &other);
            prop_assert!(merged.clashes.is_empty());
        }
    }

    #[test]
    fn every_clash_points_at_a_place_or_at_one_that_was_removed(base in wild_or_sane(), mine in wild_or_sane(), theirs in wild_or_sane()) {
        let merged = merge(&base, &mine, &theirs);
        for clash in &merged.clashes {
            let there = merged.answers.get(&clash.pointer).cloned();
            let mine = clash.mine.clone().filter(|value| !value.is_null());
            let is_kept_row = mine.is_none() && there == clash.theirs;
            prop_assert!(there == mine || is_kept_row, "{}", clash.pointer);
            prop_assert_ne!(&clash.mine, &clash.theirs);
        }
    }

    #[test]
    fn what_was_sent_never_clashes_with_itself(base in version(), sent in vec(version(), 0..4), mine in version()) {
        for theirs in &sent {
            let merged = merge(&ancestor(&base, &sent, theirs), &mine, theirs);
            prop_assert_eq!(&merged.answers, &mine);
            prop_assert!(merged.clashes.is_empty());
        }
    }
}
