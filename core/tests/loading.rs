//! Programme documents: what loads, and what is said of what does not.
#![cfg(feature = "native")]
#![allow(clippy::unwrap_used)]

mod common;

use common::{document, list, programme};
use opencall_core::Programme;
use serde_json::{Value, json};

/// The faults of an edited document, as `path: message` lines.
fn faults(edits: &[(&str, Value)]) -> String {
    Programme::load(&document(edits)).map_or_else(|faults| list(&faults), |_| String::from("loads"))
}

/// Each edit alone leads to one fault, at the path and with the words given.
fn each(cases: &[(&str, Value, &str, &str)]) {
    for (pointer, value, path, words) in cases {
        let found = faults(&[(pointer, value.clone())]);
        let lines: Vec<_> = found.lines().collect();
        assert_eq!(lines.len(), 1, "{pointer} = {value}:\n{found}");
        let (at, message) = lines[0].split_once(": ").unwrap_or_default();
        assert!(
            at == *path && message.contains(words),
            "{pointer} = {value}:\n{found}expected {path}: …{words}…"
        );
    }
}

#[test]
fn what_is_written_can_be_read_again() {
    let programme = programme();
    let written = serde_json::to_string(&programme).unwrap();
    assert_eq!(Programme::load(&written).map_err(|faults| list(&faults)), Ok(programme));
}

#[test]
fn an_edition_may_follow_another() {
    let follows = |value| Programme::load(&document(&[("/follows", value)])).unwrap().follows;
    assert_eq!(follows(json!("last-year")).as_deref(), Some("last-year"));
    assert_eq!(follows(Value::Null), None);
}

#[test]
fn an_organiser_may_name_origins() {
    let named = json!([
        "https://www.acme.example",
        "https://acme.example:8443",
        "http://localhost:8000",
        "http://127.0.0.1",
        "http://a.localhost:1"
    ]);
    let programme = Programme::load(&document(&[("/organisers/0/origins", named.clone())])).unwrap();
    assert!(
        programme
            .origins()
            .eq(named.as_array().unwrap().iter().map(|origin| origin.as_str().unwrap()))
    );
    assert_eq!(count_of_origins(&json!([])), 0);
    assert_eq!(count_of_origins(&Value::Null), 0);
}

fn count_of_origins(value: &Value) -> usize {
    Programme::load(&document(&[("/organisers/0/origins", value.clone())]))
        .unwrap()
        .origins()
        .count()
}

#[test]
fn nothing_but_an_origin_is_one() {
    for text in [
        "*",
        "https:",
        "https://",
        "https://*.acme.example",
        "https://acme.example/",
        "https://acme.example/page",
        "https://acme.example; script-src *",
        "https://acme.example 'self'",
        "https://me@acme.example",
        "https://acme.example:",
        "https://acme.example:port",
        "https://acme.example:123456",
        "https://acme..example",
        "https://Acme.example",
        "https://acmé.example",
        "http://acme.example",
        "http://localhost.acme.example",
        "javascript://acme.example",
        "acme.example",
    ] {
        let found = faults(&[("/organisers/0/origins", json!([text]))]);
        assert!(found.starts_with("/organisers/0/origins/0: must be an origin"), "{text}: {found}");
    }
}

#[test]
fn pages_of_partners_fill_in_single_plain_answers_alone() {
    let programme = Programme::load(&document(&[("/steps/0/fields/0/prefill", json!(true))])).unwrap();
    let filled: Vec<_> = programme
        .steps
        .iter()
        .flat_map(|step| &step.fields)
        .filter(|one| one.prefill)
        .collect();
    assert_eq!(filled.len(), 1);
    let kinds = document(&[]);
    let kinds: Value = serde_json::from_str(&kinds).unwrap();
    let mut refused = Vec::new();
    for (s, step) in kinds["steps"].as_array().unwrap().iter().enumerate() {
        for (f, field) in step["fields"].as_array().unwrap().iter().enumerate() {
            let found = faults(&[(&format!("/steps/{s}/fields/{f}/prefill"), json!(true))]);
            if found != "loads" {
                assert!(found.contains("/prefill: is for single answers"), "{found}");
                refused.push(field["kind"].as_str().unwrap().to_owned());
            }
        }
    }
    refused.sort_unstable();
    refused.dedup();
    assert_eq!(refused, ["choices", "consent", "date", "file", "group", "money", "yes-no"]);
    let found = faults(&[("/steps/1/fields/0/fields/0/prefill", json!(true))]);
    assert!(found.contains("/prefill: is for single answers outside groups"), "{found}");
}

#[test]
fn every_sample_programme_loads() {
    let folder = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("../public/programmes");
    let mut count = 0;
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        let loaded = Programme::load(&std::fs::read_to_string(&path).unwrap());
        let programme = loaded.unwrap_or_else(|faults| panic!("{}:\n{}", path.display(), list(&faults)));
        assert_eq!(
            path.file_stem().unwrap().to_str(),
            Some(programme.id.as_str()),
            "named after its id"
        );
        count += 1;
    }
    assert!(count >= 2);
}

#[test]
fn three_faults_are_named_in_one_go() {
    let found = faults(&[
        ("/title/fr", Value::Null),
        ("/steps/0/fields/11/min", json!(501)),
        ("/steps/2/fields/1/when/field", json!("has_revenu")),
    ]);
    assert_eq!(
        found,
        "/title/fr: is missing\n\
         /steps/0/fields/11/min: must not be above max\n\
         /steps/2/fields/1/when/field: there is no field `has_revenu`\n"
    );
}

#[test]
fn what_is_no_document_is_said_to_be_none() {
    let load = |text: &str| Programme::load(text).map_or_else(|faults| list(&faults), |_| String::from("loads"));
    assert_eq!(load("{\n  nope"), "/: is not JSON (line 2, column 3)\n");
    assert_eq!(load("[]"), "/: must be an object\n");
    assert!(load("{}").contains("/steps: is missing\n"));
    assert!(load("\"\\ud800\"").starts_with("/: is not JSON"));
    assert!(load(&"[".repeat(1_000_000)).starts_with("/: is not JSON"));
    assert_eq!(load(&" ".repeat(1_000_001)), "/: must not be larger than 1,000,000 bytes\n");
}

#[test]
fn members_are_known_there_and_of_the_right_type() {
    each(&[
        ("/colour", json!("red"), "/colour", "is not known here"),
        ("/seats", Value::Null, "/seats", "is missing"),
        ("/follows", json!("Last year"), "/follows", "must be 1 to 64 lowercase letters"),
        ("/follows", json!("every-kind"), "/follows", "must be another programme"),
        ("/seats", json!("5"), "/seats", "must be a whole number from 1 to 100000"),
        ("/seats", json!(2.5), "/seats", "must be a whole number"),
        ("/seats", json!(0), "/seats", "must be a whole number"),
        ("/title", json!("Title"), "/title", "must be an object from language to text"),
        ("/title/de", json!("Titel"), "/title/de", "is not one of the programme's languages"),
        ("/title/en", json!(""), "/title/en", "must not be empty"),
        ("/title/en", json!("a\u{7}"), "/title/en", "control characters"),
        ("/title/en", json!("x".repeat(10_001)), "/title/en", "longer than 10,000"),
        ("/call", json!([]), "/call", "must be an object"),
        ("/call/who", json!({}), "/call/who", "must be a list"),
        ("/call/dates/0/on", json!("2023-13-01"), "/call/dates/0/on", "must be a day"),
        ("/call/dates/1/on", json!("2023-00"), "/call/dates/1/on", "must be a day"),
        (
            "/organisers/0/url",
            json!("acme.example.org"),
            "/organisers/0/url",
            "must be a web address",
        ),
        ("/contact", json!("hello"), "/contact", "must be an e-mail address"),
        ("/steps", json!([]), "/steps", "must not be empty"),
        ("/steps/1/fields", json!([]), "/steps/1/fields", "must not be empty"),
        ("/steps/0/fields/0", json!(7), "/steps/0/fields/0", "must be an object"),
        (
            "/steps/0/fields/0/optional",
            json!("no"),
            "/steps/0/fields/0/optional",
            "must be true or false",
        ),
        (
            "/steps/0/fields/0/maximum",
            json!(7),
            "/steps/0/fields/0/maximum",
            "is not known here",
        ),
        ("/steps/0/fields/2/max", json!(7), "/steps/0/fields/2/max", "is not known here"),
    ]);
}

#[test]
fn ids_are_well_formed_and_each_once() {
    each(&[
        ("/id", json!("Every Kind"), "/id", "lowercase letters, digits and hyphens"),
        ("/id", json!("x".repeat(65)), "/id", "1 to 64"),
        ("/id", json!("api"), "/id", "is reserved"),
        // Pages below `/embed/`.
        ("/id", json!("kit"), "/id", "is reserved"),
        ("/id", json!("check"), "/id", "is reserved"),
        ("/steps/1/id", json!("company"), "/steps/1/id", "`company` is there already"),
        ("/steps/1/id", json!("../x"), "/steps/1/id", "lowercase"),
        (
            "/steps/2/fields/2/id",
            json!("name"),
            "/steps/2/fields/2/id",
            "`name` is there already",
        ),
        ("/steps/0/fields/0/id", json!("first-name"), "/steps/0/fields/0/id", "underscores"),
        (
            "/steps/1/fields/0/fields/0/id",
            json!("id"),
            "/steps/1/fields/0/fields/0/id",
            "is reserved",
        ),
        (
            "/steps/1/fields/0/fields/0/id",
            json!("stack"),
            "/steps/1/fields/0/fields/2/id",
            "`stack` is there already",
        ),
        (
            "/steps/3/fields/2/options/1/id",
            json!("seed"),
            "/steps/3/fields/2/options/1/id",
            "`seed` is there already",
        ),
        (
            "/eligibility/questions/1/field/id",
            json!("where"),
            "/eligibility/questions/1/field/id",
            "`where` is there already",
        ),
        ("/rubric/1/id", json!("openness"), "/rubric/1/id", "is there already"),
    ]);
    // Texts are then in a language too many.
    assert!(faults(&[("/locales/1", json!("en"))]).contains("/locales/1: `en` is there already"));
    assert!(faults(&[("/locales/1", json!("xx"))]).contains("/locales/1: is not a language"));
}

#[test]
fn limits_make_sense() {
    each(&[
        ("/steps/0/fields/0/max", json!(0), "/steps/0/fields/0/max", "whole number from 1"),
        ("/steps/0/fields/0/max", json!(1e9), "/steps/0/fields/0/max", "whole number from 1"),
        ("/steps/0/fields/9/min", json!(3), "/steps/0/fields/9/min", "must not be above max"),
        (
            "/steps/3/fields/2/options",
            json!([]),
            "/steps/3/fields/2/options",
            "must not be empty",
        ),
        ("/steps/0/fields/11/max", json!(1e300), "/steps/0/fields/11/max", "of at most"),
        ("/steps/2/fields/2/decimals", json!(7), "/steps/2/fields/2/decimals", "from 0 to 6"),
        ("/steps/2/fields/1/max", json!(-1), "/steps/2/fields/1/max", "must not be below 0"),
        (
            "/steps/2/fields/1/currencies",
            json!([]),
            "/steps/2/fields/1/currencies",
            "must not be empty",
        ),
        (
            "/steps/2/fields/1/currencies/0",
            json!("euro"),
            "/steps/2/fields/1/currencies/0",
            "ISO 4217",
        ),
        (
            "/steps/0/fields/7/earliest",
            json!("2023-02-29"),
            "/steps/0/fields/7/earliest",
            "a day that exists",
        ),
        (
            "/steps/0/fields/7/earliest",
            json!("2024-01-01"),
            "/steps/0/fields/7/earliest",
            "must not be after latest",
        ),
        (
            "/steps/0/fields/7/precision",
            json!("week"),
            "/steps/0/fields/7/precision",
            "day, month",
        ),
        (
            "/steps/0/fields/4/hosts/0",
            json!("https://github.com"),
            "/steps/0/fields/4/hosts/0",
            "a host's name",
        ),
        (
            "/steps/3/fields/0/accept",
            json!(["exe"]),
            "/steps/3/fields/0/accept/0",
            "no kind of file",
        ),
        (
            "/steps/3/fields/0/maxBytes",
            json!(0),
            "/steps/3/fields/0/maxBytes",
            "whole number from 1",
        ),
        ("/steps/1/fields/0/min", json!(7), "/steps/1/fields/0/min", "must not be above max"),
        ("/steps/1/fields/0/max", json!(101), "/steps/1/fields/0/max", "from 1 to 100"),
        ("/rubric/0/weight", json!(61), "/rubric", "must add up to 100"),
    ]);
}

#[test]
fn kinds_are_known_and_groups_are_flat() {
    let inner =
        json!({"id": "sub", "label": {"en": "x", "fr": "x"}, "kind": "group", "item": {"en": "x", "fr": "x"}, "max": 2, "fields": []});
    each(&[
        (
            "/steps/0/fields/5/kind",
            json!("land"),
            "/steps/0/fields/5/kind",
            "is no kind of field",
        ),
        ("/steps/0/fields/5/kind", Value::Null, "/steps/0/fields/5/kind", "is missing"),
        (
            "/steps/1/fields/0/fields/0",
            inner,
            "/steps/1/fields/0/fields/0/kind",
            "must not be a group within a group",
        ),
    ]);
}

#[test]
fn dates_are_real_and_in_order_and_in_their_zone() {
    each(&[
        (
            "/schedule/opens",
            json!("2023-12-02T00:00:00+01:00"),
            "/schedule/deadline",
            "must be after the opening",
        ),
        ("/schedule/deadline", json!("2023-12-01 23:59:59"), "/schedule/deadline", "RFC 3339"),
        (
            "/schedule/deadline",
            json!("2023-12-32T23:59:59+01:00"),
            "/schedule/deadline",
            "RFC 3339",
        ),
        ("/schedule/zone", json!("Europe/Station_F"), "/schedule/zone", "IANA"),
        (
            "/schedule/deadline",
            json!("2023-12-01T23:59:59+02:00"),
            "/schedule/deadline",
            "another offset than Europe/Paris at that moment, +01:00",
        ),
        (
            "/schedule/graceMinutes",
            json!(100_000),
            "/schedule/graceMinutes",
            "from 0 to 10080",
        ),
    ]);
    assert_eq!(faults(&[("/schedule/deadline", json!("2023-12-01T22:59:59Z"))]), "loads");
    // Summer time, and a zone west of Greenwich.
    assert_eq!(faults(&[("/schedule/opens", json!("2023-06-01T00:00:00+02:00"))]), "loads");
    let new_york = json!({"opens": "2023-11-01T00:00:00-04:00", "deadline": "2023-12-01T00:00:00-05:00", "zone": "America/New_York", "graceMinutes": 0});
    assert_eq!(faults(&[("/schedule", new_york)]), "loads");
}

#[test]
fn conditions_name_fields_and_answers_that_exist() {
    let at = "/steps/0/fields/6/when";
    let deep = (0..20).fold(json!({"field": "country", "is": "FR"}), |inner, _| json!({"not": inner}));
    let many: Vec<_> = (0..60)
        .map(|_| json!({"any": [{"field": "country", "is": "FR"}, {"field": "country", "is": "BE"}]}))
        .collect();
    let cases = [
        (json!({"field": "land", "is": "FR"}), "/field", "there is no field `land`"),
        (json!({"field": "country", "is": "France"}), "/is", "is no answer to `country`"),
        (json!({"field": "stage", "is": "middle"}), "/is", "is no answer to `stage`"),
        (
            json!({"field": "has_revenue", "is": "true"}),
            "/is",
            "is no answer to `has_revenue`",
        ),
        (
            json!({"field": "sectors", "includes": "war"}),
            "/includes",
            "is no answer to `sectors`",
        ),
        (json!({"field": "sectors", "is": "health"}), "/is", "does not suit"),
        (json!({"field": "stage", "includes": "seed"}), "/includes", "does not suit"),
        (json!({"field": "name", "is": "Acme"}), "/is", "does not suit"),
        (
            json!({"field": "technical", "is": "yes"}),
            "/field",
            "there is no field `technical`",
        ),
        (json!({"field": "country"}), "", "needs one of: is, includes, answered"),
        (json!({"field": "country", "is": "FR", "not": true}), "/not", "is not known here"),
        (json!({"field": "country", "answered": "yes"}), "/answered", "must be true or false"),
        (json!({"all": []}), "/all", "must not be empty"),
        (
            json!({"any": [{"field": "country", "is": "FR"}, {"not": {"field": "land", "answered": true}}]}),
            "/any/1/not/field",
            "there is no field",
        ),
        (json!("FR"), "", "must be a condition"),
        (deep, &"/not".repeat(16), "nested too deeply"),
        (json!({ "all": many }), "/all/32/any/0", "at most 64"),
    ];
    for (condition, path, words) in cases {
        each(&[(at, condition, &format!("{at}{path}"), words)]);
    }
}

#[test]
fn conditions_do_not_go_in_circles() {
    let alone = faults(&[("/steps/0/fields/5/when", json!({"field": "country", "answered": true}))]);
    assert_eq!(
        alone,
        "/steps/0/fields/5/when: goes in a circle: the field would depend on itself\n"
    );
    // country -> sectors -> siren -> country; sector_other depends on the circle without being in it.
    let three = faults(&[
        ("/steps/0/fields/5/when", json!({"not": {"field": "sectors", "includes": "health"}})),
        (
            "/steps/0/fields/9/when",
            json!({"any": [{"field": "name", "answered": true}, {"field": "siren", "answered": true}]}),
        ),
    ]);
    let circle = "when: goes in a circle: the field would depend on itself";
    assert_eq!(three, [5, 6, 9].map(|field| format!("/steps/0/fields/{field}/{circle}\n")).concat());
    let in_row = faults(&[("/steps/1/fields/0/fields/1/when", json!({"field": "stack", "answered": true}))]);
    assert_eq!(
        in_row,
        [1, 2].map(|field| format!("/steps/1/fields/0/fields/{field}/{circle}\n")).concat()
    );
}

#[test]
fn eligibility_questions_are_simple_and_can_be_passed() {
    each(&[
        (
            "/eligibility/questions/0/pass/0",
            json!("France"),
            "/eligibility/questions/0/pass/0",
            "is no answer to this question",
        ),
        (
            "/eligibility/questions/1/pass",
            json!(["maybe"]),
            "/eligibility/questions/1/pass/0",
            "is no answer to this question",
        ),
        (
            "/eligibility/questions/2/pass/1",
            json!("never"),
            "/eligibility/questions/2/pass/1",
            "is no answer to this question",
        ),
        (
            "/eligibility/questions/1/field/kind",
            json!("email"),
            "/eligibility/questions/1/field/kind",
            "must be choice, yes-no or country",
        ),
        (
            "/eligibility/questions/1/field/when",
            json!({"field": "where", "is": "FR"}),
            "/eligibility/questions/1/field/when",
            "always asked",
        ),
    ]);
}

#[test]
fn hostile_documents_are_bounded() {
    let field = |id: String| json!({"id": id, "label": {"en": "x", "fr": "x"}, "kind": "email"});
    let many: Vec<_> = (0..150).map(|index| field(format!("a{index}"))).collect();
    let more: Vec<_> = (0..150).map(|index| field(format!("b{index}"))).collect();
    let found = faults(&[("/steps/0/fields", json!(many)), ("/steps/3/fields", json!(more))]);
    assert!(found.contains("a programme has at most 200"), "{found}");
    let members: serde_json::Map<String, Value> = (0..5_000).map(|index| (format!("m{index}"), json!(0))).collect();
    assert_eq!(faults(&[("/call", Value::Object(members))]).lines().count(), 200);
    let steps: Vec<_> = (0..10_000).map(|_| json!(0)).collect();
    assert!(faults(&[("/steps", json!(steps))]).starts_with("/steps: must have at most 50 elements\n"));
}
