//! Arbitrary answers and programmes.
#![allow(dead_code)]

use std::sync::LazyLock;

use opencall_core::condition::Condition;
use opencall_core::programme::{Choice, Field, FileType, Kind, Precision, Step, TextFormat};
use opencall_core::{Answers, Locale, Localised, Programme, Timestamp};
use proptest::collection::{btree_map, vec};
use proptest::prelude::*;
use serde_json::{Value, json};

pub static PROGRAMME: LazyLock<Programme> = LazyLock::new(super::programme);

/// Any text, and texts that are nearly right.
pub fn text() -> impl Strategy<Value = String> {
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

pub fn json_value() -> impl Strategy<Value = Value> {
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
pub fn answers() -> impl Strategy<Value = Answers> {
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
        let mut answers = if from_complete { super::complete() } else { Answers::default() };
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

pub fn plain_answers() -> impl Strategy<Value = Answers> {
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
                prefill: false,
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

pub fn programmes() -> impl Strategy<Value = Programme> {
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
