//! A store that is emptied, another tab that erases, and a page that is left.

use opencall_core::Answers;
use serde_json::{Value, json};
use wasm_bindgen::JsValue;
use wasm_bindgen_test::wasm_bindgen_test;

use super::*;
use crate::api::Token;
use crate::draft::record::Record;
use crate::draft::state::{Cleared, Local};
use crate::draft::store::{Shelf, Store};

async fn stored(programme: &str) -> Option<Record> {
    let value = Store::default().get(Shelf::Drafts, programme).await.unwrap()?;
    Record::from_text(&value.as_string()?)
}

async fn put(programme: &str, record: &Record) {
    let text = JsValue::from_str(&record.to_text());
    Store::default().put(Shelf::Drafts, programme, &text).await.unwrap();
}

fn answers(value: Value) -> Answers {
    serde_json::from_value(value).unwrap()
}

/// A tab whose draft is stored and with the backend.
async fn saved(backend: &Arc<Backend>, programme: &str) -> Tab {
    let tab = open(backend, programme);
    tab.draft.set("/name", json!("Ada"));
    tab.draft.flush().await.unwrap();
    until("stored", || matches!(tab.draft.saving().get_untracked().local, Local::Saved(_))).await;
    tab
}

/// Whether the browser would ask before the page is left.
fn asks() -> bool {
    let options = web_sys::EventInit::new();
    options.set_cancelable(true);
    let event = web_sys::Event::new_with_event_init_dict("beforeunload", &options).unwrap();
    window().dispatch_event(&event).unwrap();
    event.default_prevented()
}

#[wasm_bindgen_test]
async fn a_store_emptied_by_somebody_else_is_filled_again_by_the_next_save() {
    let (backend, programme) = (Arc::<Backend>::default(), programme("emptied"));
    let tab = saved(&backend, &programme).await;
    assert_eq!(tab.draft.saving().get_untracked().cleared, None);
    Store::default().delete(Shelf::Drafts, &programme).await.unwrap();
    tab.line.cut(true);
    tab.draft.set("/line", json!("x"));
    until("said", || {
        tab.draft.saving().get_untracked().cleared == Some(Cleared { files: false })
    })
    .await;
    let record = stored(&programme).await.unwrap();
    assert_eq!(record.answers, answers(json!({"name": "Ada", "line": "x"})));
    assert_eq!(record.token, tab.draft.token.get_untracked());
}

#[wasm_bindgen_test]
async fn a_store_emptied_while_nobody_types_is_filled_again_on_coming_back() {
    let (backend, programme) = (Arc::<Backend>::default(), programme("idle"));
    let tab = saved(&backend, &programme).await;
    Store::default().delete(Shelf::Drafts, &programme).await.unwrap();
    happen("focus");
    until("said", || tab.draft.saving().get_untracked().cleared.is_some()).await;
    assert_eq!(stored(&programme).await.unwrap().answers, answers(json!({"name": "Ada"})));
}

#[wasm_bindgen_test]
async fn a_tab_that_slept_while_its_draft_was_erased_does_not_bring_it_back() {
    let (backend, programme) = (Arc::<Backend>::default(), programme("asleep"));
    let tab = saved(&backend, &programme).await;
    // What another tab does when it erases, without a word to this one.
    let tombstone = stored(&programme).await.unwrap().tombstone();
    put(&programme, &tombstone).await;
    backend.state().applications.clear();
    tab.draft.set("/name", json!("Ada L"));
    until("gone", || !tab.draft.exists().get_untracked()).await;
    assert_eq!(tab.draft.with_answers_untracked(Clone::clone), Answers::default());
    assert_eq!(tab.draft.saving().get_untracked().cleared, None);
    assert_eq!(stored(&programme).await.unwrap(), tombstone);
    assert!(backend.state().applications.is_empty());
    // A new one can begin.
    tab.draft.set("/name", json!("Grace"));
    tab.draft.flush().await.unwrap();
    assert_eq!(backend.answers(), json!({"name": "Grace"}));
}

#[wasm_bindgen_test]
async fn a_tab_that_slept_through_erasing_and_a_new_beginning_adds_nothing_of_the_old_draft() {
    let (backend, programme) = (Arc::<Backend>::default(), programme("anew"));
    let tab = saved(&backend, &programme).await;
    let next = Record {
        token: Token::parse(&"n".repeat(43)),
        answers: answers(json!({"line": "new"})),
        ..stored(&programme).await.unwrap().tombstone()
    };
    put(&programme, &next).await;
    tab.draft.set("/name", json!("Ada L"));
    until("the new draft is shown", || tab.text("/line").as_deref() == Some("new")).await;
    assert_eq!(tab.text("/name"), None);
    assert_eq!(stored(&programme).await.unwrap().answers, answers(json!({"line": "new"})));
}

#[wasm_bindgen_test]
async fn erasing_in_one_tab_empties_the_others_and_whoever_types_there_begins_anew() {
    let (backend, programme) = (Arc::<Backend>::default(), programme("erased-tabs"));
    let one = saved(&backend, &programme).await;
    let two = open(&backend, &programme);
    two.loaded().await;
    assert_eq!(two.text("/name").as_deref(), Some("Ada"));
    one.draft.erase().await.unwrap();
    until("gone there too", || !two.draft.exists().get_untracked()).await;
    two.draft.set("/line", json!("x"));
    two.draft.flush().await.unwrap();
    assert_eq!(backend.answers(), json!({"line": "x"}));
    until("the first has it", || one.text("/line").is_some()).await;
    assert_eq!(one.text("/name"), None);
}

#[wasm_bindgen_test]
async fn leaving_right_after_the_first_key_stores_it_and_begins_the_draft() {
    let (backend, programme) = (Arc::<Backend>::default(), programme("first-key"));
    let tab = open(&backend, &programme);
    tab.loaded().await;
    tab.draft.set("/name", json!("A"));
    happen("pagehide");
    let left = js_sys::Date::now();
    until("with the backend", || backend.answers() == json!({"name": "A"})).await;
    assert!(js_sys::Date::now() - left < 240.0, "it waited for the pause in typing");
    until("stored", || matches!(tab.draft.saving().get_untracked().local, Local::Saved(_))).await;
    assert_eq!(stored(&programme).await.unwrap().token, tab.draft.token.get_untracked());
    assert_eq!(backend.state().applications.len(), 1);
}

#[wasm_bindgen_test]
async fn the_page_asks_before_it_is_left_only_while_nobody_has_what_was_typed() {
    let (backend, programme) = (Arc::<Backend>::default(), programme("asks"));
    let tab = saved(&backend, &programme).await;
    tab.draft.set("/name", json!("Ada L"));
    assert!(!asks(), "leaving saves it");
    tab.draft.flush().await.unwrap();
    tab.line.cut(true);
    tab.draft.set("/name", json!("Ada Lo"));
    until("offline", || matches!(tab.remote(), Remote::Offline { .. })).await;
    assert!(!asks(), "this device has it");
    tab.draft.set("/name", json!("Ada Lov"));
    assert!(asks(), "nobody has it yet");
    until("stored", || !asks()).await;
}
