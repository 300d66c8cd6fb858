//! Private links replaced in doubt, drafts erased while something is on its way, and links opened where another draft is.

use leptos::task::spawn_local;
use opencall_core::Answers;
use opencall_core::contract::problem_type;
use serde_json::json;
use wasm_bindgen::JsValue;
use wasm_bindgen_test::wasm_bindgen_test;

use super::*;
use crate::api::{ApiError, Token};
use crate::draft::Adopted;
use crate::draft::record::Record;
use crate::draft::store::{Shelf, Store};

/// A tab whose draft is with the backend.
async fn saved(backend: &Arc<Backend>, programme: &str) -> Tab {
    let tab = open(backend, programme);
    tab.draft.set("/name", json!("Ada"));
    tab.draft.flush().await.unwrap();
    tab
}

/// The same, whose link has been replaced there, and nobody here knows.
async fn in_doubt(backend: &Arc<Backend>, programme: &str) -> Tab {
    let tab = saved(backend, programme).await;
    backend.state().lose = 4;
    assert_eq!(tab.draft.replace_link().await, Err(ApiError::Offline));
    assert_eq!(backend.state().replaced.len(), 1);
    tab
}

impl Tab {
    fn token(&self) -> Option<Token> {
        self.draft.token.get_untracked()
    }

    /// Goes on with what the backend has.
    async fn goes_on(&self, backend: &Arc<Backend>) {
        self.draft.set("/line", json!("x"));
        self.draft.flush().await.unwrap();
        assert_eq!(backend.answers(), json!({"name": "Ada", "line": "x"}));
        assert_eq!(backend.state().applications.len(), 1);
        until("said so", || matches!(self.remote(), Remote::Saved(_))).await;
    }
}

#[wasm_bindgen_test]
async fn a_link_replaced_in_doubt_is_found_by_the_new_one_after_its_key_was_forgotten() {
    let (backend, programme) = (Arc::<Backend>::default(), programme("swept"));
    let tab = in_doubt(&backend, &programme).await;
    let old = tab.token();
    tab.kill();
    backend.state().replaced.clear();
    let again = open(&backend, &programme);
    until("the new link", || again.token().is_some() && again.token() != old).await;
    again.goes_on(&backend).await;
}

#[wasm_bindgen_test]
async fn too_many_requests_do_not_throw_the_only_link_away() {
    let (backend, programme) = (Arc::<Backend>::default(), programme("busy-link"));
    let tab = in_doubt(&backend, &programme).await;
    backend.state().busy = true;
    let refused = tab.draft.replace_link().await;
    assert!(matches!(refused, Err(ApiError::RateLimited { .. })), "{refused:?}");
    backend.state().busy = false;
    tab.draft.replace_link().await.unwrap();
    tab.goes_on(&backend).await;
}

#[wasm_bindgen_test]
async fn a_look_while_a_link_is_in_doubt_learns_which_one_counts_and_refuses_nothing() {
    let (backend, programme) = (Arc::<Backend>::default(), programme("look-link"));
    let tab = in_doubt(&backend, &programme).await;
    // As long as nobody knows, nothing is said to be gone.
    backend.state().busy = true;
    assert!(tab.draft.refresh().await.is_err());
    tab.draft.set("/line", json!("x"));
    assert!(tab.draft.flush().await.is_err());
    assert!(!matches!(tab.remote(), Remote::Refused(_)), "{:?}", tab.remote());
    backend.state().busy = false;
    tab.draft.refresh().await.unwrap();
    tab.goes_on(&backend).await;
}

#[wasm_bindgen_test]
async fn a_save_while_a_link_is_in_doubt_goes_on_under_the_new_one() {
    let (backend, programme) = (Arc::<Backend>::default(), programme("save-link"));
    let tab = in_doubt(&backend, &programme).await;
    tab.goes_on(&backend).await;
    tab.draft.submit().await.unwrap();
}

#[wasm_bindgen_test]
async fn a_draft_whose_link_is_in_doubt_is_erased_by_the_one_that_counts() {
    let (backend, programme) = (Arc::<Backend>::default(), programme("erase-link"));
    let tab = in_doubt(&backend, &programme).await;
    tab.draft.erase().await.unwrap();
    assert!(backend.state().applications.is_empty());
    assert!(!tab.draft.exists().get_untracked());
}

#[wasm_bindgen_test]
async fn a_beginning_on_its_way_does_not_bring_an_erased_draft_back() {
    let (backend, programme) = (Arc::<Backend>::default(), programme("late-begin"));
    let tab = open(&backend, &programme);
    tab.loaded().await;
    backend.state().slow = 400;
    tab.draft.set("/name", json!("Ada"));
    until("on its way", || matches!(tab.remote(), Remote::Saving)).await;
    Fetch.wait(50).await;
    tab.draft.erase().await.unwrap();
    Fetch.wait(600).await;
    assert!(backend.state().applications.is_empty());
    assert!(!tab.draft.exists().get_untracked() && !tab.draft.begun.get_untracked());
    // A new one is begun, and not mistaken for the old one.
    backend.state().slow = 0;
    tab.draft.set("/name", json!("Grace"));
    tab.draft.flush().await.unwrap();
    assert_eq!(backend.answers(), json!({"name": "Grace"}));
}

#[wasm_bindgen_test]
async fn a_beginning_that_lands_after_another_tab_has_erased_the_draft_is_taken_back() {
    let (backend, programme) = (Arc::<Backend>::default(), programme("late-other"));
    let tab = open(&backend, &programme);
    tab.loaded().await;
    backend.state().slow = 400;
    tab.draft.set("/name", json!("Ada"));
    until("on its way", || matches!(tab.remote(), Remote::Saving)).await;
    Fetch.wait(50).await;
    // What another tab does when it erases, without a word to this one.
    let store = Store::default();
    let text = store.get(Shelf::Drafts, &programme).await.unwrap().unwrap().as_string().unwrap();
    let tombstone = Record::from_text(&text).unwrap().tombstone().to_text();
    store.put(Shelf::Drafts, &programme, &JsValue::from_str(&tombstone)).await.unwrap();
    happen("focus");
    until("gone", || !tab.draft.exists().get_untracked()).await;
    let asked = |line: &str| backend.state().log.iter().any(|asked| asked.starts_with(line));
    until("it arrived", || asked("POST")).await;
    until("and was taken back", || asked("DELETE")).await;
    assert!(backend.state().applications.is_empty());
    assert!(!tab.draft.begun.get_untracked());
    assert_eq!(tab.draft.with_answers_untracked(Clone::clone), Answers::default());
}

#[wasm_bindgen_test]
async fn a_save_that_changes_nothing_there_ends() {
    let (backend, programme) = (Arc::<Backend>::default(), programme("same"));
    let tab = saved(&backend, &programme).await;
    // There by a way that nobody counted.
    for view in backend.state().applications.values_mut() {
        view.answers.set("/line", json!("x"));
    }
    tab.draft.set("/line", json!("x"));
    let ended = Rc::new(Cell::new(false));
    let (draft, said) = (tab.draft, ended.clone());
    spawn_local(async move {
        draft.flush().await.unwrap();
        said.set(true);
    });
    until("saved", || ended.get()).await;
    assert!(matches!(tab.remote(), Remote::Saved(_)), "{:?}", tab.remote());
}

#[wasm_bindgen_test]
async fn a_look_beside_a_save_makes_no_clash_of_what_was_written_here() {
    let (backend, programme) = (Arc::<Backend>::default(), programme("beside"));
    let tab = saved(&backend, &programme).await;
    backend.state().slow = 400;
    backend.state().lose = 1;
    tab.draft.set("/name", json!("Ada L"));
    until("on its way", || matches!(tab.remote(), Remote::Saving)).await;
    Fetch.wait(50).await;
    // It arrives after this look, and its reply is lost.
    tab.draft.refresh().await.unwrap();
    until("it arrived", || backend.answers() == json!({"name": "Ada L"})).await;
    backend.state().slow = 0;
    tab.draft.set("/name", json!("Ada Lovelace"));
    until("saved", || backend.answers() == json!({"name": "Ada Lovelace"})).await;
    assert_eq!(tab.draft.clashes().get_untracked(), []);
}

#[wasm_bindgen_test]
async fn another_draft_is_opened_only_by_somebody_who_is_sure_and_ones_own_comes_back_whole() {
    let (backend, programme) = (Arc::<Backend>::default(), programme("two"));
    let theirs = saved(&backend, &programme).await;
    let link = theirs.token().unwrap();
    // Another browser: another store.
    theirs.draft.forget().await;
    let tab = saved(&backend, &programme).await;
    let own = tab.token().unwrap();
    tab.draft.set("/line", json!("mine"));
    let asks = Adopted::Asks { leads_back: true };
    assert_eq!(tab.draft.adopt(link.as_str(), false).await, Ok(asks));
    assert_eq!((tab.token(), tab.text("/line").as_deref()), (Some(own.clone()), Some("mine")));
    // The call closes: the last word cannot be sent, and is kept here.
    backend.state().closed = true;
    tab.draft.set("/line", json!("mine too"));
    assert_eq!(tab.draft.adopt(link.as_str(), true).await, Ok(Adopted::Done));
    assert_eq!(tab.token(), Some(link));
    assert_eq!(tab.text("/line"), None);
    assert_eq!(tab.draft.adopt(own.as_str(), true).await, Ok(Adopted::Done));
    assert_eq!(tab.text("/line").as_deref(), Some("mine too"));
}

#[wasm_bindgen_test]
async fn a_draft_to_which_nothing_leads_back_is_said_to_be_one() {
    let (backend, programme) = (Arc::<Backend>::default(), programme("no-way"));
    let theirs = saved(&backend, &programme).await;
    let link = theirs.token().unwrap();
    theirs.draft.forget().await;
    // Never begun there.
    let tab = open(&backend, &programme);
    tab.loaded().await;
    backend.state().closed = true;
    tab.draft.set("/name", json!("mine"));
    let asks = Adopted::Asks { leads_back: false };
    assert_eq!(tab.draft.adopt(link.as_str(), false).await, Ok(asks));
    backend.state().closed = false;
    assert!(
        tab.draft
            .adopt(&"x".repeat(43), false)
            .await
            .unwrap_err()
            .is(problem_type::UNKNOWN_TOKEN)
    );
    assert_eq!(tab.text("/name").as_deref(), Some("mine"));
}

#[wasm_bindgen_test]
async fn a_draft_whose_link_was_replaced_on_another_device_is_not_said_to_be_led_back_to() {
    let (backend, programme) = (Arc::<Backend>::default(), programme("dead-way"));
    let theirs = saved(&backend, &programme).await;
    let link = theirs.token().unwrap();
    theirs.draft.forget().await;
    // All of it was sent, and there is nothing to send that would show it.
    let tab = saved(&backend, &programme).await;
    let asks = Adopted::Asks { leads_back: false };
    let own = format!("Bearer {}", tab.token().unwrap().as_str());
    backend.state().applications.remove(&own).unwrap();
    assert_eq!(tab.draft.adopt(link.as_str(), false).await, Ok(asks));
    assert_eq!(tab.draft.adopt(link.as_str(), true).await, Ok(Adopted::Done));
}
