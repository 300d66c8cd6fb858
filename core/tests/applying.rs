//! From answers to an application: what stands, what is in the way, how far a draft has come.
#![cfg(feature = "native")]
#![allow(clippy::unwrap_used)]

mod common;

use common::{answers, codes, complete, programme};
use opencall_core::eligibility::{Outcome, outcomes, overall};
use opencall_core::progress::{StepState, fraction, step_state};
use opencall_core::validate::{Answer, step_problems};
use opencall_core::{Answers, Locale, application, seal};
use serde_json::{Value, json};

/// What is wrong with the complete answers after some edits, as `pointer code`.
fn wrong(edits: &[(&str, Value)]) -> Vec<String> {
    application(&programme(), &answers(edits)).map_or_else(|problems| codes(&problems), |_| Vec::new())
}

#[test]
fn complete_answers_are_an_application() {
    let application = application(&programme(), &complete()).unwrap();
    assert_eq!(application.programme(), "every-kind");
    let answers = application.answers();
    assert_eq!(answers.get("name"), Some(&Answer::Text("Acme Labs".into())));
    assert_eq!(answers.get("pitch"), Some(&Answer::Text("Line one\nline two 👨‍👩‍👧".into())));
    assert_eq!(answers.get("siren"), Some(&Answer::Text("552032534".into())));
    assert_eq!(
        answers.get("founded"),
        Some(&Answer::Date {
            year: 2021,
            month: 4,
            day: None
        })
    );
    assert_eq!(
        answers.get("sectors"),
        Some(&Answer::Choices(vec!["health".into(), "other".into()]))
    );
    assert_eq!(answers.get("growth"), Some(&Answer::Number(-3.25)));
    assert_eq!(
        answers.get("revenue"),
        Some(&Answer::Money {
            amount: 12_000.0,
            currency: "USD".into()
        })
    );
    assert_eq!(answers.get("truth"), Some(&Answer::Consent { version: "2".into() }));
    assert_eq!(answers.get("news"), None);
    let Some(Answer::Group(team)) = answers.get("team") else {
        panic!("no team")
    };
    assert_eq!(team.len(), 2);
    assert_eq!(team[1].iter().map(|(id, _)| id).collect::<Vec<_>>(), ["name", "technical"]);
}

#[test]
fn nothing_typed_names_every_required_answer_in_the_order_of_the_form() {
    let problems = application(&programme(), &Answers::default()).unwrap_err();
    assert_eq!(
        codes(&problems),
        [
            "/name missing",
            "/pitch missing",
            "/email missing",
            "/country missing",
            "/founded missing",
            "/sectors missing",
            "/headcount missing",
            "/team missing",
            "/has_revenue missing",
            "/deck missing",
            "/stage missing",
            "/truth consent_needed",
        ]
    );
}

#[test]
fn each_wrong_answer_is_named_where_it_stands() {
    for (pointer, value, expected) in [
        ("/name", json!(" \u{200b} "), "/name missing"),
        ("/name", json!("x".repeat(81)), "/name too_long"),
        ("/name", json!("\u{1b}[31m"), "/name control_characters"),
        ("/name", json!({"first": "Ada"}), "/name wrong_shape"),
        ("/pitch", json!("x\r\n".repeat(51)), "/pitch too_long"),
        ("/email", json!("ada"), "/email not_email"),
        ("/site", json!("javascript:alert(1)"), "/site not_url"),
        ("/repo", json!("gitlab.com/x"), "/repo host_not_allowed"),
        ("/siren", json!("552032535"), "/siren siren_checksum"),
        ("/founded/month", json!("13"), "/founded not_date"),
        ("/founded/year", Value::Null, "/founded date_incomplete"),
        ("/founded/year", json!("1999"), "/founded too_early"),
        ("/day", json!({"day": "30", "month": "2", "year": "2023"}), "/day not_date"),
        ("/sectors", json!(["other", "health", "climate"]), "/sectors too_many"),
        ("/headcount", json!("0"), "/headcount too_small"),
        ("/headcount", json!("2.5"), "/headcount not_whole"),
        ("/team/1/name", Value::Null, "/team/1/name missing"),
        ("/team/0/stack", json!(""), "/team/0/stack missing"),
        ("/team/1", json!("Bob"), "/team/1 wrong_shape"),
        ("/team", json!("Bob"), "/team wrong_shape"),
        ("/team/1/nickname", json!("B"), "/team/1/nickname unknown_field"),
        ("/revenue/currency", json!("BTC"), "/revenue unknown_currency"),
        ("/revenue/amount", Value::Null, "/revenue missing"),
        ("/growth", json!("1.234,567"), "/growth too_precise"),
        ("/models/0/model/reference", json!("mistral"), "/models/0/model/reference not_model"),
        ("/models/0/model/licence", json!(" "), "/models/0/model/licence licence_missing"),
        ("/models/0/model/use", Value::Null, "/models/0/model/use use_missing"),
        ("/models/0/model", Value::Null, "/models/0/model missing"),
        ("/deck/size", json!(1001), "/deck file_too_big"),
        ("/deck/type", json!("mp4"), "/deck file_wrong_kind"),
        ("/deck", json!({"link": "https://example.org"}), "/deck wrong_shape"),
        ("/video/link", json!("nowhere"), "/video not_url"),
        ("/stage", json!("last"), "/stage unknown_choice"),
        ("/truth/given", json!(false), "/truth consent_needed"),
        ("/truth/version", json!("1"), "/truth consent_outdated"),
        ("/hobby", json!("chess"), "/hobby unknown_field"),
    ] {
        assert_eq!(wrong(&[(pointer, value.clone())]), [expected], "{pointer} = {value}");
    }
}

#[test]
fn optional_answers_may_be_left_or_emptied_again() {
    let emptied = [
        ("/site", json!("")),
        ("/growth", json!(" ")),
        ("/models", json!([])),
        ("/video", json!({"link": ""})),
        ("/day", json!({"day": "", "month": "", "year": ""})),
        ("/news", json!({"given": false, "version": "0"})),
        ("/retired", Value::Null),
        ("/retired_too", json!("")),
    ];
    assert_eq!(wrong(&emptied), [""; 0]);
    assert_eq!(application(&programme(), &answers(&emptied)).unwrap().answers().get("site"), None);
}

#[test]
fn a_200_person_team_is_one_problem_more() {
    let row = json!({"id": "r", "name": "Ada", "technical": false});
    let team: Vec<_> = (0..200).map(|_| row.clone()).collect();
    assert_eq!(wrong(&[("/team", json!(team))]), ["/team too_many"]);
    let bad: Vec<_> = (0..200).map(|_| json!({})).collect();
    assert_eq!(wrong(&[("/team", json!(bad))]).len(), 1 + 6 * 2);
}

#[test]
fn a_flood_of_unknown_answers_is_named_in_part() {
    let mut flooded = complete();
    for index in 0..10_000 {
        flooded.0.insert(format!("x{index}"), json!("x"));
    }
    assert_eq!(application(&programme(), &flooded).unwrap_err().len(), 32);
}

#[test]
fn a_field_that_is_not_asked_is_neither_needed_nor_kept() {
    // Without revenue, its amount goes, and with the amount unanswered, growth is not asked either.
    let quiet = answers(&[("/has_revenue", json!(false)), ("/growth", json!("nonsense"))]);
    let application = application(&programme(), &quiet).unwrap();
    assert_eq!(application.answers().get("revenue"), None);
    assert_eq!(application.answers().get("growth"), None);
    // The raw answers are still there for when it is asked again.
    assert!(quiet.get("/revenue/amount").is_some());
    assert_eq!(wrong(&[("/country", json!("BE")), ("/siren", json!("1"))]), [""; 0]);
}

#[test]
fn conditions_in_a_row_look_at_the_row_first() {
    assert_eq!(wrong(&[("/team/1/technical", json!(true))]), ["/team/1/stack missing"]);
    assert_eq!(wrong(&[("/team/1/stack", json!("x".repeat(100)))]), [""; 0]);
}

#[test]
fn a_step_speaks_of_its_own_fields_only() {
    let draft = answers(&[("/name", Value::Null), ("/team/0/name", Value::Null), ("/hobby", json!("chess"))]);
    assert_eq!(codes(&step_problems(&programme(), &draft, "company")), ["/name missing"]);
    assert_eq!(codes(&step_problems(&programme(), &draft, "team")), ["/team/0/name missing"]);
    assert_eq!(step_problems(&programme(), &draft, "nowhere"), []);
}

#[test]
fn a_step_needs_attention_when_something_is_wrong_or_was_left_behind() {
    let state = |draft: &Answers, attempted| step_state(&programme(), draft, "money", attempted);
    let draft = |value: Value| serde_json::from_value::<Answers>(value).unwrap();
    assert_eq!(state(&Answers::default(), false), StepState::NotStarted);
    assert_eq!(state(&Answers::default(), true), StepState::NeedsAttention);
    assert_eq!(state(&draft(json!({"has_revenue": true})), false), StepState::InProgress);
    assert_eq!(state(&draft(json!({"has_revenue": true})), true), StepState::NeedsAttention);
    assert_eq!(
        state(&draft(json!({"has_revenue": true, "revenue": {"amount": "much"}})), false),
        StepState::NeedsAttention
    );
    assert_eq!(state(&draft(json!({"has_revenue": false})), false), StepState::Complete);
    assert_eq!(step_state(&programme(), &complete(), "nowhere", true), StepState::NotStarted);
    // A half-filled model is a gap, not a mistake.
    let half = draft(json!({"has_revenue": false, "models": [{"id": "m", "model": {"reference": "a/b"}}]}));
    assert_eq!(state(&half, false), StepState::InProgress);
    // Consents and rows still to come are gaps as well.
    assert_eq!(
        step_state(&programme(), &draft(json!({"stage": "seed"})), "files", false),
        StepState::InProgress
    );
}

#[test]
fn progress_counts_what_is_asked_and_needed() {
    assert_eq!(fraction(&programme(), &Answers::default()), (0, 12));
    let (answered, required) = fraction(&programme(), &complete());
    assert_eq!(answered, required);
    // One wrong answer is one answer less; one that hides a question asks for less.
    assert_eq!(
        fraction(&programme(), &answers(&[("/email", json!("ada"))])),
        (required - 1, required)
    );
    assert_eq!(
        fraction(&programme(), &answers(&[("/has_revenue", json!(false))])),
        (required - 1, required - 1)
    );
    assert_eq!(
        fraction(&programme(), &answers(&[("/team/1/name", Value::Null)])),
        (required - 1, required)
    );
}

#[test]
fn eligibility_passes_fails_or_waits() {
    let judge = |value: Value| outcomes(&programme(), value.as_object().unwrap());
    use Outcome::{Fail, Pass, Unanswered};
    assert_eq!(judge(json!({})), [Unanswered; 3]);
    assert_eq!(judge(json!({"where": "FR", "demo": true, "models": "planned"})), [Pass; 3]);
    assert_eq!(judge(json!({"where": "US", "demo": false, "models": "no"})), [Fail; 3]);
    assert_eq!(judge(json!({"where": 7, "demo": "yes", "models": ""})), [Unanswered; 3]);
    assert_eq!(overall(&[Pass, Unanswered]), Unanswered);
    assert_eq!(overall(&[Pass, Unanswered, Fail]), Fail);
    assert_eq!(overall(&[]), Pass);
}

#[test]
fn the_canonical_form_says_everything_and_holds_no_ids() {
    let canonical = seal::canonical(&application(&programme(), &complete()).unwrap());
    let expected = r#"{"answers":{"country":"FR","deck":{"name":"deck.pdf","sha256":"DIGEST","size":900,"type":"pdf"},"email":"ada@example.org","founded":"2021-04","growth":-3.25,"has_revenue":true,"headcount":12,"models":[{"model":{"licence":"apache-2.0","reference":"mistralai/Mistral-7B-v0.1","use":"Tuned"}}],"name":"Acme Labs","pitch":"Line one\nline two 👨‍👩‍👧","revenue":{"amount":12000,"currency":"USD"},"sector_other":"Law","sectors":["health","other"],"siren":"552032534","site":"https://example.org/a?b","stage":"seed","team":[{"name":"Ada","stack":"Rust","technical":true},{"name":"Bob","technical":false}],"truth":{"given":true,"version":"2"},"video":{"link":"https://video.example.org/1"}},"format":1,"programme":"every-kind"}"#;
    assert_eq!(canonical, expected.replace("DIGEST", &"0a".repeat(32)));
    assert_eq!(seal::digest(&canonical).len(), 64);
}

#[test]
fn what_differs_only_in_typing_has_the_same_seal() {
    let digest = |answers: &Answers| seal::digest(&seal::canonical(&application(&programme(), answers).unwrap()));
    let retyped = answers(&[
        ("/name", json!("Acme Labs")),
        ("/pitch", json!("Line one\nline two 👨‍👩‍👧\n")),
        ("/headcount", json!("12,0")),
        ("/sectors", json!(["health", "other"])),
        ("/team/0/id", json!("elsewhere")),
        ("/deck/id", json!("other-backend")),
    ]);
    assert_eq!(digest(&retyped), digest(&complete()));
    assert_ne!(digest(&answers(&[("/headcount", json!("13"))])), digest(&complete()));
}

#[test]
fn texts_are_there_in_both_languages() {
    let programme = programme();
    assert_eq!(programme.step("company").unwrap().title.get(Locale::Fr), "Entreprise");
    assert_eq!(programme.field("headcount").unwrap().label.get(Locale::En), "People");
    assert!(programme.field("technical").is_none());
}
