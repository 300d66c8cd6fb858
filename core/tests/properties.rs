//! Rules that hold for every input.
#![cfg(feature = "native")]
#![allow(clippy::unwrap_used)]

mod common;

use common::arbitrary::{PROGRAMME, answers, json_value, plain_answers, programmes, text};
use opencall_core::condition::visible;
use opencall_core::draft_file::{Aside, DraftFile, fit};
use opencall_core::problem::Code;
use opencall_core::validate::step_problems;
use opencall_core::{Answers, Programme, Timestamp, application, eligibility, progress, seal};
use proptest::collection::vec;
use proptest::prelude::*;
use serde_json::{Map, Value, json};

/// A programme of yes/no fields `f0`, `f1`, … where each condition names the fields given.
fn graph(needs: &[Vec<usize>]) -> String {
    let label = json!({"en": "x", "fr": "x"});
    let fields: Vec<Value> = needs
        .iter()
        .enumerate()
        .map(|(index, needs)| {
            let mut field = json!({"id": format!("f{index}"), "label": label, "kind": "yes-no"});
            if !needs.is_empty() {
                let all: Vec<_> = needs.iter().map(|need| json!({"field": format!("f{need}"), "is": "yes"})).collect();
                field["when"] = json!({ "all": all });
            }
            field
        })
        .collect();
    common::document(&[("/steps", json!([{"id": "one", "title": label, "fields": fields}]))])
}

/// Which nodes can reach themselves, found by multiplying steps out.
fn in_circles(needs: &[Vec<usize>]) -> Vec<usize> {
    let mut reach = vec![vec![false; needs.len()]; needs.len()];
    for (from, tos) in needs.iter().enumerate() {
        tos.iter().for_each(|to| reach[from][*to] = true);
    }
    for via in 0..needs.len() {
        for from in 0..needs.len() {
            for to in 0..needs.len() {
                reach[from][to] |= reach[from][via] && reach[via][to];
            }
        }
    }
    (0..needs.len()).filter(|node| reach[*node][*node]).collect()
}

/// Every text that shows something, number and yes or no in a value, but for ids of rows.
fn words(value: &Value, out: &mut Vec<String>) {
    match value {
        Value::Null => {}
        Value::Array(items) => items.iter().for_each(|item| words(item, out)),
        Value::Object(members) => members
            .iter()
            .filter(|(name, _)| *name != "id")
            .for_each(|(_, member)| words(member, out)),
        Value::String(text) if opencall_core::text::is_blank(text) => {}
        other => out.push(other.to_string()),
    }
}

proptest! {
    #[test]
    fn what_a_draft_file_holds_is_in_the_form_or_set_aside_and_the_form_can_show_it(answers in answers()) {
        let (fitting, aside) = fit(&PROGRAMME, answers.clone());
        let said = |values: &mut dyn Iterator<Item = &Value>| {
            let mut all = Vec::new();
            for value in values {
                words(value, &mut all);
            }
            all.sort();
            all
        };
        let before = said(&mut answers.0.values());
        let after = said(&mut fitting.0.values().chain(aside.iter().map(|aside| &aside.value)));
        prop_assert_eq!(before, after);
        let (again, more) = fit(&PROGRAMME, fitting.clone());
        prop_assert_eq!((&again, &more), (&fitting, &Vec::<Aside>::new()));
        for problem in application(&PROGRAMME, &fitting).err().unwrap_or_default() {
            prop_assert!(!matches!(problem.code, Code::UnknownField | Code::UnknownChoice), "{:?}", problem);
        }
        let file = DraftFile { programme: PROGRAMME.id.clone(), saved_at: Timestamp::from_millis(0), answers: fitting, aside };
        prop_assert_eq!(DraftFile::parse(&file.clone().into_value().to_string()), Ok(file));
    }

    #[test]
    fn no_file_makes_reading_a_draft_panic(text in any::<String>(), value in json_value()) {
        let _ = DraftFile::parse(&text);
        let _ = DraftFile::parse(&json!({"kind": "opencall/draft", "format": 1, "programme": "p", "saved_at": "2023-11-08T09:00:00Z", "answers": value}).to_string());
    }

    #[test]
    fn no_answers_panic(answers in answers()) {
        let _ = application(&PROGRAMME, &answers).map(|application| seal::canonical(&application));
        let _ = eligibility::outcomes(&PROGRAMME, &answers.0);
        let (answered, required) = progress::fraction(&PROGRAMME, &answers);
        prop_assert!(answered <= required);
        for step in &PROGRAMME.steps {
            for attempted in [false, true] {
                let _ = progress::step_state(&PROGRAMME, &answers, &step.id, attempted);
            }
        }
    }

    #[test]
    fn validation_agrees_with_itself_after_json(answers in answers()) {
        let again: Answers = serde_json::from_str(&serde_json::to_string(&answers).unwrap()).unwrap();
        prop_assert_eq!(application(&PROGRAMME, &answers), application(&PROGRAMME, &again));
    }

    #[test]
    fn the_steps_together_say_what_the_whole_says(answers in answers()) {
        let whole = application(&PROGRAMME, &answers).err().unwrap_or_default();
        let steps: Vec<_> = PROGRAMME.steps.iter().flat_map(|step| step_problems(&PROGRAMME, &answers, &step.id)).collect();
        prop_assert_eq!(&whole[..steps.len()], &steps[..]);
        prop_assert!(whole[steps.len()..].iter().all(|problem| problem.pointer.matches('/').count() == 1));
    }

    #[test]
    fn problems_travel_as_json(answers in answers()) {
        let problems = application(&PROGRAMME, &answers).err().unwrap_or_default();
        let again: Vec<opencall_core::Problem> = serde_json::from_str(&serde_json::to_string(&problems).unwrap()).unwrap();
        prop_assert_eq!(problems, again);
    }

    #[test]
    fn one_function_decides_what_is_asked(answers in answers()) {
        let fields = PROGRAMME.steps.iter().flat_map(|step| &step.fields);
        let hidden: Vec<_> = fields.filter(|field| !visible(&PROGRAMME, &answers, field, None)).map(|field| format!("/{}", field.id)).collect();
        let problems = application(&PROGRAMME, &answers).err().unwrap_or_default();
        prop_assert!(problems.iter().all(|problem| !hidden.contains(&problem.pointer)));
    }

    #[test]
    fn a_merge_patch_leads_from_one_draft_to_the_other(from in plain_answers(), to in plain_answers()) {
        let patch = from.patch_to(&to);
        let again: Map<String, Value> = serde_json::from_str(&serde_json::to_string(&patch).unwrap()).unwrap();
        let mut merged = from.clone();
        merged.merge(again);
        prop_assert_eq!(&merged, &to);
        prop_assert!(from.patch_to(&from).is_empty());
    }

    #[test]
    fn what_is_set_can_be_got(mut draft in plain_answers(), pointer in "(/[a-c0-2~]{1,2}){1,4}", value in text()) {
        let before = draft.clone();
        if draft.set(&pointer, json!(value)) {
            prop_assert_eq!(draft.get(&pointer), Some(&json!(value)));
        } else {
            prop_assert_eq!(draft.get(&pointer), before.get(&pointer));
        }
    }

    #[test]
    fn any_document_loads_or_is_faulted(value in json_value(), garbage in any::<String>()) {
        prop_assert!(Programme::load(&value.to_string()).is_err());
        prop_assert!(Programme::load(&garbage).is_err());
    }

    #[test]
    fn a_document_with_any_part_replaced_loads_or_names_the_place(value in json_value(), at in any::<prop::sample::Index>()) {
        let document: Value = serde_json::from_str(common::EVERY_KIND).unwrap();
        let mut pointers = Vec::new();
        collect("", &document, &mut pointers);
        let pointer = at.get(&pointers);
        let mut edited = document.clone();
        *edited.pointer_mut(pointer).unwrap() = value;
        if let Err(faults) = Programme::load(&edited.to_string()) {
            prop_assert!(!faults.is_empty() && faults.iter().all(|fault| fault.path.is_empty() || fault.path.starts_with('/')));
        }
    }

    #[test]
    fn what_is_written_loads_as_it_was(programme in programmes()) {
        let written = serde_json::to_string(&programme).unwrap();
        let loaded = Programme::load(&written).map_err(|faults| common::list(&faults));
        prop_assert_eq!(loaded, Ok(programme));
    }

    #[test]
    fn exactly_the_fields_in_a_circle_are_faulted(needs in vec(vec(0_usize..6, 0..3), 6)) {
        let faulted: Vec<String> = Programme::load(&graph(&needs)).err().unwrap_or_default().into_iter().map(|fault| fault.path).collect();
        let expected: Vec<String> = in_circles(&needs).into_iter().map(|index| format!("/steps/0/fields/{index}/when")).collect();
        prop_assert_eq!(faulted, expected);
    }

    #[test]
    fn times_are_read_as_others_read_them(millis in -62_135_596_800_000_i64..253_402_300_799_999, offset in -1_439_i64..=1_439) {
        let ours = Timestamp::from_millis(millis);
        let theirs = jiff::Timestamp::from_millisecond(millis).unwrap();
        prop_assert_eq!(ours.to_string().parse::<jiff::Timestamp>().unwrap(), theirs);
        prop_assert_eq!(Timestamp::parse(&theirs.to_string()), Some(ours));
        let zoned = theirs.to_zoned(jiff::tz::TimeZone::fixed(jiff::tz::Offset::from_seconds(offset as i32 * 60).unwrap()));
        let written = zoned.strftime("%Y-%m-%dT%H:%M:%S%.f%:z").to_string();
        // Years before 1 and after 9999 have no RFC 3339 form.
        if zoned.year() >= 1 && zoned.year() <= 9999 {
            prop_assert_eq!(Timestamp::parse(&written), Some(ours), "{}", written);
        }
    }

    #[test]
    fn no_text_panics_as_a_time(text in prop_oneof![any::<String>(), "[0-9TtZz:.+-]{0,30}", "[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9:.]{5,12}[Zz+-][0-9:]{0,5}"]) {
        if let Some(read) = Timestamp::parse(&text) {
            prop_assert_eq!(Timestamp::parse(&read.to_string()).filter(|_| (0..=9999).contains(&read.to_string()[..4].parse::<i32>().unwrap_or(-1))), Some(read));
        }
    }
}

/// The pointers to every value in a document but the whole.
fn collect(at: &str, value: &Value, pointers: &mut Vec<String>) {
    let members: Vec<(String, &Value)> = match value {
        Value::Object(map) => map.iter().map(|(name, value)| (name.clone(), value)).collect(),
        Value::Array(items) => items.iter().enumerate().map(|(index, value)| (index.to_string(), value)).collect(),
        _ => return,
    };
    for (part, value) in members {
        let pointer = opencall_core::pointer::child(at, &part);
        collect(&pointer, value, pointers);
        pointers.push(pointer);
    }
}
