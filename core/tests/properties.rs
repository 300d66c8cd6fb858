//! Rules that hold for every input.
#![cfg(feature = "native")]
#![allow(clippy::unwrap_used)]

mod common;

use std::sync::LazyLock;

use opencall_core::condition::{Condition, visible};
use opencall_core::programme::{Choice, Field, FileType, Kind, Precision, Step, TextFormat};
use opencall_core::validate::step_problems;
use opencall_core::{Answers, Locale, Localised, Programme, Timestamp, application, eligibility, progress, seal};
use proptest::collection::{btree_map, vec};
use proptest::prelude::*;
use serde_json::{Map, Value, json};

static PROGRAMME: LazyLock<Programme> = LazyLock::new(common::programme);

/// Any text, and texts that are nearly right.
fn text() -> impl Strategy<Value = String> {
    prop_oneof![
        any::<String>(),
        "[0-9 ,.\u{202f}'-]{0,12}",
        "[a-z@.:/?#\\\\%-]{0,24}",
        "(https?://)?[a-z]{1,5}\\.[a-z]{2,3}(/[a-z]{0,4})?",
        "[\u{0}-\u{1f}\u{202a}-\u{202e}\u{200d}e\u{301}👩🇫]{0,8}",
        Just(String::from("FR")),
        Just(String::from("seed")),
    ]
}

fn json_value() -> impl Strategy<Value = Value> {
    let leaf = prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::Bool),
        any::<i64>().prop_map(Value::from),
        any::<f64>().prop_map(|number| json!(number)),
        text().prop_map(Value::String),
    ];
    let names = prop_oneof![
        "[a-z]{1,3}",
        any::<String>(),
        prop::sample::select(vec![
            "id",
            "name",
            "technical",
            "stack",
            "model",
            "amount",
            "currency",
            "day",
            "month",
            "year",
            "given",
            "version",
            "link",
            "size",
            "sha256",
            "type",
            "reference",
            "licence",
            "use",
        ])
        .prop_map(String::from),
    ];
    leaf.prop_recursive(4, 40, 6, move |inner| {
        prop_oneof![
            vec(inner.clone(), 0..6).prop_map(Value::Array),
            btree_map(names.clone(), inner, 0..6).prop_map(|map| Value::Object(map.into_iter().collect())),
        ]
    })
}

/// Answers with some of the programme's fields replaced by anything, and some strangers.
fn answers() -> impl Strategy<Value = Answers> {
    let ids: Vec<String> = PROGRAMME
        .steps
        .iter()
        .flat_map(|step| &step.fields)
        .map(|field| field.id.clone())
        .collect();
    let edits = vec(
        (prop_oneof![9 => prop::sample::select(ids), 1 => any::<String>()], json_value()),
        0..12,
    );
    (any::<bool>(), edits).prop_map(|(from_complete, edits)| {
        let mut answers = if from_complete { common::complete() } else { Answers::default() };
        answers.0.extend(edits);
        answers
    })
}

/// Answers as forms hold them: no `null` inside objects.
fn without_nulls(value: Value) -> Value {
    match value {
        Value::Object(map) => Value::Object(
            map.into_iter()
                .filter(|(_, value)| !value.is_null())
                .map(|(name, value)| (name, without_nulls(value)))
                .collect(),
        ),
        other => other,
    }
}

fn plain_answers() -> impl Strategy<Value = Answers> {
    btree_map("[a-c]", json_value(), 0..4).prop_map(|map| {
        let Value::Object(map) = without_nulls(Value::Object(map.into_iter().collect())) else {
            unreachable!()
        };
        Answers(map)
    })
}

fn localised() -> impl Strategy<Value = Localised> {
    ("[a-zé<>&\"]{1,8}", "[a-zé’ ]{0,7}x").prop_map(|(en, fr)| Localised::new([(Locale::En, en), (Locale::Fr, fr)]))
}

fn options() -> impl Strategy<Value = Vec<Choice>> {
    vec((localised(), prop::option::of(localised())), 1..4).prop_map(|labels| {
        labels
            .into_iter()
            .enumerate()
            .map(|(index, (label, hint))| Choice {
                id: format!("o-{index}"),
                label,
                hint,
            })
            .collect()
    })
}

fn flat_kind() -> impl Strategy<Value = Kind> {
    let limits = (-1_000_000_000_000_i64..=0, 0..=1_000_000_000_000_i64, 0_u8..=6);
    prop_oneof![
        (1_u32..=20_000, any::<bool>(), prop::option::of(Just(String::from("organization")))).prop_map(|(max, siren, autocomplete)| {
            Kind::Text {
                max,
                format: if siren { TextFormat::Siren } else { TextFormat::Plain },
                autocomplete,
            }
        }),
        (1_u32..=20_000).prop_map(|max| Kind::LongText { max }),
        Just(Kind::Email),
        prop::sample::subsequence(vec!["example.org", "github.com"], 0..=2).prop_map(|hosts| Kind::Url {
            hosts: hosts.into_iter().map(String::from).collect()
        }),
        (limits, prop::option::of(localised())).prop_map(|((min, max, decimals), unit)| {
            let scale = 10_f64.powi(i32::from(decimals));
            Kind::Number {
                min: min as f64 / scale,
                max: max as f64 / scale,
                decimals,
                unit,
            }
        }),
        (0_u32..1_000_000).prop_map(|max| Kind::Money {
            currencies: vec![String::from("EUR"), String::from("CHF")],
            max: f64::from(max)
        }),
        (any::<bool>(), prop::option::of(Just(String::from("2000-02-29")))).prop_map(|(month, earliest)| {
            Kind::Date {
                precision: if month { Precision::Month } else { Precision::Day },
                earliest,
                latest: Some(String::from("2030-12-31")),
            }
        }),
        Just(Kind::Country),
        options().prop_map(|options| Kind::Choice { options }),
        (options(), 1_u32..300).prop_map(|(options, max)| Kind::Choices { options, min: 1, max }),
        Just(Kind::YesNo),
        "[0-9.-]{1,8}".prop_map(|version| Kind::Consent { version }),
        (1_u64..=5 << 30, any::<bool>()).prop_map(|(max_bytes, or_link)| Kind::File {
            accept: FileType::ALL.into(),
            max_bytes,
            or_link
        }),
        (1_u32..500).prop_map(|max| Kind::Model {
            licences: vec![String::from("apache-2.0"), String::from("Llama 2")],
            max
        }),
    ]
}

fn fields(kind: impl Strategy<Value = Kind>, prefix: &'static str) -> impl Strategy<Value = Vec<Field>> {
    vec(
        (localised(), prop::option::of(localised()), any::<bool>(), any::<bool>(), kind),
        1..6,
    )
    .prop_map(move |fields| {
        let mut list: Vec<Field> = Vec::new();
        for (index, (label, hint, optional, private, kind)) in fields.into_iter().enumerate() {
            let when = list.last().map(|before| {
                let answered = Condition::Answered {
                    field: before.id.clone(),
                    answered: private,
                };
                let test = match &before.kind {
                    Kind::Choice { .. } => Condition::Is {
                        field: before.id.clone(),
                        is: String::from("o-0"),
                    },
                    Kind::Choices { .. } => Condition::Includes {
                        field: before.id.clone(),
                        includes: String::from("o-0"),
                    },
                    Kind::YesNo => Condition::Is {
                        field: before.id.clone(),
                        is: String::from("no"),
                    },
                    _ => Condition::All {
                        all: vec![answered.clone()],
                    },
                };
                Condition::Any {
                    any: vec![Condition::Not { not: Box::new(answered) }, test],
                }
            });
            list.push(Field {
                id: format!("{prefix}{index}"),
                label,
                hint,
                optional,
                private,
                when: when.filter(|_| optional),
                kind,
            });
        }
        list
    })
}

fn programmes() -> impl Strategy<Value = Programme> {
    let group = (localised(), fields(flat_kind(), "g"), 0_u32..5, 5_u32..=100).prop_map(|(item, fields, min, max)| Kind::Group {
        item,
        min,
        max,
        fields,
    });
    let kind = prop_oneof![5 => flat_kind(), 1 => group];
    (localised(), prop::option::of(localised()), fields(kind, "f"), any::<i32>()).prop_map(|(title, intro, fields, opens)| {
        let mut programme = PROGRAMME.clone();
        programme.schedule.opens = Timestamp::from_millis(i64::from(opens) * 1_000 + 7);
        programme.schedule.deadline = programme.schedule.opens.plus_millis(1);
        programme.steps = vec![Step {
            id: String::from("one"),
            title,
            intro,
            fields,
        }];
        programme
    })
}

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

proptest! {
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
