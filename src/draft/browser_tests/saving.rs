//! Saving here and there, through reloads, lost replies, other tabs and other devices.

use leptos::task::spawn_local;
use serde_json::{Value, json};
use wasm_bindgen_test::wasm_bindgen_test;

use super::*;
use crate::api::ApiError;
use crate::draft::record::Record;
use crate::draft::state::Local;
use crate::draft::store::{Shelf, Store};
use opencall_core::Answers;
use opencall_core::contract::problem_type;

async fn stored(programme: &str) -> Option<Record> {
    let value = Store::default().get(Shelf::Drafts, programme).await.unwrap()?;
    Record::from_text(&value.as_string()?)
}

#[wasm_bindgen_test]
async fn a_keystroke_is_on_this_device_within_a_second_and_with_the_backend_within_three() {
    let (backend, programme) = (Arc::<Backend>::default(), programme("keystroke"));
    let tab = open(&backend, &programme);
    tab.loaded().await;
    assert!(!tab.draft.exists().get_untracked());
    let typed = js_sys::Date::now();
    tab.draft.set("/name", json!("Ada"));
    loop {
        if stored(&programme)
            .await
            .is_some_and(|record| record.answers.get("/name") == Some(&json!("Ada")))
        {
            break;
        }
        assert!(js_sys::Date::now() - typed < 1_000.0);
    }
    until("with the backend", || backend.answers() == json!({"name": "Ada"})).await;
    assert!(js_sys::Date::now() - typed < 3_000.0);
    until("said so", || matches!(tab.remote(), Remote::Saved(_))).await;
    assert!(matches!(tab.draft.saving().get_untracked().local, Local::Saved(_)));
}

#[wasm_bindgen_test]
async fn what_is_typed_before_the_store_has_been_read_is_kept() {
    let (backend, programme) = (Arc::<Backend>::default(), programme("early"));
    let tab = open(&backend, &programme);
    tab.draft.set("/name", json!("Ada"));
    tab.loaded().await;
    assert_eq!(tab.text("/name").as_deref(), Some("Ada"));
    until("with the backend", || backend.answers() == json!({"name": "Ada"})).await;
}

#[wasm_bindgen_test]
async fn a_reload_finds_the_same_draft_and_begins_no_second_one() {
    let (backend, programme) = (Arc::<Backend>::default(), programme("reload"));
    let tab = open(&backend, &programme);
    tab.draft.set("/name", json!("Ada"));
    tab.draft.flush().await.unwrap();
    tab.kill();
    let again = open(&backend, &programme);
    again.loaded().await;
    assert_eq!(again.text("/name").as_deref(), Some("Ada"));
    again.draft.set("/line", json!("x"));
    again.draft.flush().await.unwrap();
    assert_eq!(backend.answers(), json!({"name": "Ada", "line": "x"}));
    assert_eq!(backend.state().applications.len(), 1);
}

#[wasm_bindgen_test]
async fn without_a_backend_the_draft_is_kept_here_and_sent_when_the_network_is_back() {
    let (backend, programme) = (Arc::<Backend>::default(), programme("offline"));
    let tab = open(&backend, &programme);
    tab.loaded().await;
    tab.line.cut(true);
    tab.draft.set("/name", json!("Ada"));
    until("offline", || {
        matches!(
            tab.remote(),
            Remote::Offline {
                changes: 1,
                error: ApiError::Offline
            }
        )
    })
    .await;
    tab.kill();
    // After a crash it is all still here.
    let again = open(&backend, &programme);
    again.line.cut(true);
    again.loaded().await;
    assert_eq!(again.text("/name").as_deref(), Some("Ada"));
    until("offline", || matches!(again.remote(), Remote::Offline { .. })).await;
    again.line.cut(false);
    happen("online");
    until("with the backend", || backend.answers() == json!({"name": "Ada"})).await;
}

#[wasm_bindgen_test]
async fn a_lost_reply_to_the_first_save_makes_no_second_application_and_no_conflict() {
    let (backend, programme) = (Arc::<Backend>::default(), programme("lost-begin"));
    let tab = open(&backend, &programme);
    backend.state().lose = 5;
    tab.draft.set("/name", json!("A"));
    until("begun there", || !backend.state().applications.is_empty()).await;
    tab.draft.set("/name", json!("Ada"));
    tab.kill();
    backend.state().lose = 0;
    let again = open(&backend, &programme);
    again.draft.set("/name", json!("Ada L"));
    again.draft.flush().await.unwrap();
    assert_eq!(backend.answers(), json!({"name": "Ada L"}));
    assert_eq!(backend.state().applications.len(), 1);
}

#[wasm_bindgen_test]
async fn a_lost_reply_to_a_save_is_no_conflict_with_oneself() {
    let (backend, programme) = (Arc::<Backend>::default(), programme("lost-save"));
    let tab = open(&backend, &programme);
    tab.draft.set("/name", json!("A"));
    tab.draft.flush().await.unwrap();
    backend.state().lose = 1;
    tab.draft.set("/name", json!("Ad"));
    assert_eq!(tab.draft.flush().await, Err(ApiError::Offline));
    tab.draft.set("/name", json!("Ada"));
    tab.draft.flush().await.unwrap();
    assert_eq!(backend.answers(), json!({"name": "Ada"}));
    assert!(matches!(tab.remote(), Remote::Saved(_)), "{:?}", tab.remote());
}

#[wasm_bindgen_test]
async fn what_somebody_else_wrote_in_other_fields_is_taken_and_in_the_same_field_named() {
    let (backend, programme) = (Arc::<Backend>::default(), programme("conflict"));
    let tab = open(&backend, &programme);
    tab.draft.set("/name", json!("Ada"));
    tab.draft.set("/line", json!("one"));
    tab.draft.flush().await.unwrap();
    backend.change(json!({"line": "theirs", "city": "Paris"}));
    tab.draft.set("/line", json!("mine"));
    tab.draft.flush().await.unwrap();
    assert_eq!(backend.answers(), json!({"name": "Ada", "line": "mine", "city": "Paris"}));
    assert_eq!(tab.text("/city").as_deref(), Some("Paris"));
    assert!(matches!(tab.remote(), Remote::Conflict { .. }));
    let clashes = tab.draft.clashes().get_untracked();
    assert_eq!(clashes.len(), 1);
    assert_eq!(
        (&clashes[0].field, &clashes[0].mine, &clashes[0].theirs),
        (&"line".to_owned(), &json!("mine"), &json!("theirs"))
    );
    // What is sent replaces theirs there: both versions are on the disk by then, and outlive the page.
    tab.kill();
    let tab = open(&backend, &programme);
    tab.loaded().await;
    assert_eq!(tab.draft.clashes().get_untracked(), clashes);
    tab.draft.choose(&clashes[0], true);
    let chosen = json!({"name": "Ada", "line": "theirs", "city": "Paris"});
    until("the choice is with the backend", || backend.answers() == chosen).await;
    assert!(tab.draft.clashes().get_untracked().is_empty());
    until("said so", || matches!(tab.remote(), Remote::Saved(_))).await;
}

#[wasm_bindgen_test]
async fn whoever_waits_for_a_save_while_versions_are_open_sees_its_end() {
    let (backend, programme) = (Arc::<Backend>::default(), programme("waiting"));
    let tab = open(&backend, &programme);
    tab.draft.set("/line", json!("one"));
    tab.draft.flush().await.unwrap();
    backend.change(json!({"line": "theirs"}));
    tab.draft.set("/line", json!("mine"));
    tab.draft.flush().await.unwrap();
    assert_eq!(tab.draft.clashes().get_untracked().len(), 1);
    // The second one comes while the first one's save is under way.
    tab.draft.set("/line", json!("mine too"));
    let ended = Rc::new(Cell::new(0));
    for _ in 0..2 {
        let (draft, ended) = (tab.draft, ended.clone());
        spawn_local(async move {
            draft.flush().await.unwrap();
            ended.set(ended.get() + 1);
        });
    }
    until("both have waited", || ended.get() == 2).await;
    assert_eq!(backend.answers(), json!({"line": "mine too"}));
}

#[wasm_bindgen_test]
async fn pressing_submit_again_after_a_lost_reply_even_after_a_reload_submits_once() {
    let (backend, programme) = (Arc::<Backend>::default(), programme("submit"));
    let tab = open(&backend, &programme);
    tab.draft.set("/name", json!("Ada"));
    tab.draft.flush().await.unwrap();
    backend.state().lose = 4;
    assert_eq!(tab.draft.submit().await, Err(ApiError::Offline));
    assert!(tab.draft.submission_in_doubt());
    tab.kill();
    backend.state().down = true;
    let again = open(&backend, &programme);
    again.loaded().await;
    assert!(again.draft.submission_in_doubt());
    backend.state().down = false;
    let receipt = again.draft.submit().await.unwrap();
    assert_eq!(receipt.reference, "K7QF-2MXD");
    let state = backend.state();
    assert_eq!(state.submissions, 1);
    assert!(state.keys.len() >= 2 && state.keys.iter().all(|key| *key == state.keys[0]));
    drop(state);
    assert!(!again.draft.submission_in_doubt());
}

#[wasm_bindgen_test]
async fn after_a_reload_the_backend_is_asked_what_became_of_a_submission() {
    let (backend, programme) = (Arc::<Backend>::default(), programme("outcome"));
    let tab = open(&backend, &programme);
    tab.draft.set("/name", json!("Ada"));
    tab.draft.flush().await.unwrap();
    backend.state().lose = 4;
    assert!(tab.draft.submit().await.is_err());
    tab.kill();
    let again = open(&backend, &programme);
    until("receipt", || {
        again
            .draft
            .application()
            .get_untracked()
            .is_some_and(|application| application.receipt.is_some())
    })
    .await;
    assert!(!again.draft.submission_in_doubt());
}

#[wasm_bindgen_test]
async fn a_private_link_opens_the_draft_elsewhere_and_what_was_there_is_not_lost() {
    let (backend, first, programme) = (Arc::<Backend>::default(), Arc::<Backend>::default(), programme("link"));
    let tab = open(&first, &programme);
    tab.draft.set("/name", json!("Ada"));
    tab.draft.flush().await.unwrap();
    let link = tab.draft.private_link().unwrap();
    let (address, token) = link.split_once('#').unwrap();
    assert!(address.ends_with(&format!("/{programme}/draft")), "{address}");
    assert_eq!(token.len(), 43);
    // Another device: the same application at the other backend's place.
    let theirs = first.state().applications.clone();
    backend.state().applications = theirs;
    let elsewhere = format!("{programme}-b");
    let other = open(&backend, &elsewhere);
    other.draft.set("/name", json!("mine"));
    other.draft.flush().await.unwrap();
    assert!(
        other
            .draft
            .adopt(&"x".repeat(43), false)
            .await
            .unwrap_err()
            .is(problem_type::UNKNOWN_TOKEN)
    );
    assert!(
        other
            .draft
            .adopt("<script>", false)
            .await
            .unwrap_err()
            .is(problem_type::UNKNOWN_TOKEN)
    );
    assert_eq!(other.text("/name").as_deref(), Some("mine"));
    for view in backend.state().applications.values_mut() {
        view.programme.clone_from(&elsewhere);
    }
    other.draft.adopt(token, true).await.unwrap();
    assert_eq!(other.text("/name").as_deref(), Some("Ada"));
    other.draft.set("/line", json!("x"));
    other.draft.flush().await.unwrap();
    assert_eq!(backend.state().applications.len(), 2);
    let mine = backend
        .state()
        .applications
        .values()
        .any(|view| view.answers.get("/name") == Some(&json!("mine")));
    assert!(mine);
}

#[wasm_bindgen_test]
async fn two_tabs_share_one_draft() {
    let (backend, programme) = (Arc::<Backend>::default(), programme("tabs"));
    let (one, two) = (open(&backend, &programme), open(&backend, &programme));
    one.loaded().await;
    two.loaded().await;
    // Both begin at the same moment.
    one.draft.set("/name", json!("Ada"));
    two.draft.set("/line", json!("x"));
    let both = json!({"name": "Ada", "line": "x"});
    until("both with the backend", || backend.answers() == both).await;
    until("each has the other's", || {
        one.text("/line").is_some() && two.text("/name").is_some()
    })
    .await;
    assert_eq!(backend.state().applications.len(), 1);
    one.draft.set("/name", json!("Grace"));
    until("the other tab shows it", || two.text("/name").as_deref() == Some("Grace")).await;
}

#[wasm_bindgen_test]
async fn two_tabs_in_which_somebody_types_at_once_lose_nothing() {
    let (backend, programme) = (Arc::<Backend>::default(), programme("typing"));
    let (one, two) = (open(&backend, &programme), open(&backend, &programme));
    one.loaded().await;
    two.loaded().await;
    for n in 0..40 {
        one.draft.set("/a", json!(format!("a{n}")));
        two.draft.set("/b", json!(format!("b{n}")));
        Fetch.wait(40).await;
    }
    let both = json!({"a": "a39", "b": "b39"});
    until("both with the backend", || backend.answers() == both).await;
    let shows = |tab: &Tab| (tab.text("/a"), tab.text("/b"));
    let all = (Some("a39".to_owned()), Some("b39".to_owned()));
    until("each shows all", || shows(&one) == all && shows(&two) == all).await;
    let said = format!("nothing waits: {:?} {:?}", one.remote(), two.remote());
    until(&said, || {
        matches!((one.remote(), two.remote()), (Remote::Saved(_), Remote::Saved(_)))
    })
    .await;
    assert_eq!(backend.answers(), both);
}

#[wasm_bindgen_test]
async fn erasing_leaves_nothing_here_or_there_and_a_new_draft_can_begin() {
    let (backend, programme) = (Arc::<Backend>::default(), programme("erase"));
    let tab = open(&backend, &programme);
    tab.draft.set("/name", json!("Ada"));
    tab.draft.flush().await.unwrap();
    backend.state().lose = 1;
    tab.draft.erase().await.unwrap();
    assert!(backend.state().applications.is_empty());
    let left = stored(&programme).await.unwrap();
    assert_eq!(
        (&left.token, &left.answers, &left.base),
        (&None, &Answers::default(), &Answers::default())
    );
    assert!(!tab.draft.exists().get_untracked());
    assert_eq!(tab.draft.with_answers_untracked(Clone::clone), Answers::default());
    tab.draft.set("/name", json!("Grace"));
    tab.draft.flush().await.unwrap();
    assert_eq!(backend.answers(), json!({"name": "Grace"}));
}

#[wasm_bindgen_test]
async fn once_the_call_is_closed_the_draft_stays_readable_and_nothing_is_sent() {
    let (backend, programme) = (Arc::<Backend>::default(), programme("closed"));
    let tab = open(&backend, &programme);
    tab.draft.set("/name", json!("Ada"));
    tab.draft.flush().await.unwrap();
    backend.state().closed = true;
    tab.draft.set("/name", json!("Ada L"));
    assert!(tab.draft.flush().await.unwrap_err().is(problem_type::NOT_OPEN));
    assert_eq!(tab.remote(), Remote::Closed { changes: 1 });
    assert_eq!(tab.text("/name").as_deref(), Some("Ada L"));
    let sent = backend.state().log.len();
    tab.draft.set("/name", json!("Ada Lo"));
    assert!(tab.draft.submit().await.unwrap_err().is(problem_type::NOT_OPEN));
    let log = backend.state().log.clone();
    assert!(
        log[sent..]
            .iter()
            .all(|line| !line.starts_with("PATCH") && !line.contains("submit")),
        "{log:?}"
    );
}

#[wasm_bindgen_test]
async fn a_draft_erased_elsewhere_is_said_to_be_gone_and_kept_here() {
    let (backend, programme) = (Arc::<Backend>::default(), programme("gone"));
    let tab = open(&backend, &programme);
    tab.draft.set("/name", json!("Ada"));
    tab.draft.flush().await.unwrap();
    backend.state().applications.clear();
    tab.draft.set("/name", json!("Ada L"));
    assert!(tab.draft.flush().await.unwrap_err().is(problem_type::UNKNOWN_TOKEN));
    assert!(matches!(tab.remote(), Remote::Refused(error) if error.is(problem_type::UNKNOWN_TOKEN)));
    assert_eq!(tab.text("/name").as_deref(), Some("Ada L"));
}

#[wasm_bindgen_test]
async fn leaving_the_page_saves_at_once() {
    let (backend, programme) = (Arc::<Backend>::default(), programme("leave"));
    let tab = open(&backend, &programme);
    tab.draft.set("/name", json!("A"));
    tab.draft.flush().await.unwrap();
    tab.draft.set("/name", json!("Ada"));
    let left = js_sys::Date::now();
    happen("pagehide");
    until("with the backend", || backend.answers() == json!({"name": "Ada"})).await;
    assert!(js_sys::Date::now() - left < 500.0);
}

#[wasm_bindgen_test]
async fn anything_a_person_can_type_comes_back_as_it_was() {
    let (backend, programme) = (Arc::<Backend>::default(), programme("odd"));
    let tab = open(&backend, &programme);
    let odd = [
        "<img src=x onerror=alert(1)>",
        "\u{202e}rtl\u{2066}",
        "a\u{0}b\r\n",
        "\u{fffd}",
        "👩‍👩‍👧‍👦e\u{301}",
    ];
    for (n, text) in odd.iter().enumerate() {
        tab.draft.set(&format!("/f{n}"), json!(text));
    }
    tab.draft.set("/long", json!("x".repeat(1_000_000)));
    tab.draft.flush().await.unwrap();
    tab.kill();
    let again = open(&backend, &programme);
    again.loaded().await;
    for (n, text) in odd.iter().enumerate() {
        assert_eq!(again.text(&format!("/f{n}")).as_deref(), Some(*text));
    }
    assert_eq!(again.text("/long").unwrap().len(), 1_000_000);
}

#[wasm_bindgen_test]
async fn sections_where_continue_was_pressed_are_remembered() {
    let (backend, programme) = (Arc::<Backend>::default(), programme("steps"));
    let tab = open(&backend, &programme);
    tab.loaded().await;
    tab.draft.attempt("company");
    tab.draft.attempt("company");
    tab.draft.set("/name", Value::Null);
    until("stored", || matches!(tab.draft.saving().get_untracked().local, Local::Saved(_))).await;
    tab.kill();
    let again = open(&backend, &programme);
    again.loaded().await;
    assert_eq!(again.draft.attempted().get_untracked(), ["company"]);
}
