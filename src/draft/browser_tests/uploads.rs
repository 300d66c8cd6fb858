//! Files: in parts, through interruptions and reloads.

use opencall_core::problem::Code;
use opencall_core::programme::FileType;
use serde_json::{Value, json};
use wasm_bindgen_test::wasm_bindgen_test;

use super::*;
use crate::api::ApiError;
use crate::draft::{FileRule, Upload, UploadState};

fn rule() -> FileRule {
    FileRule {
        accept: vec![FileType::Pdf],
        max_bytes: 5_000_000,
    }
}

fn pdf(bytes: usize) -> Vec<u8> {
    let mut content = b"%PDF-1.7\n".to_vec();
    content.resize(bytes - 5, b'x');
    content.extend_from_slice(b"%%EOF");
    content
}

impl Tab {
    fn upload(&self) -> Option<Upload> {
        self.draft.uploads().get_untracked().first().cloned()
    }

    fn is(&self, state: &UploadState) -> bool {
        self.upload().is_some_and(|upload| upload.state == *state)
    }

    fn answer(&self) -> Option<Value> {
        self.draft.get_untracked("/deck")
    }
}

#[wasm_bindgen_test]
async fn a_finished_upload_becomes_the_answer() {
    let (backend, programme) = (Arc::<Backend>::default(), programme("upload"));
    let tab = open(&backend, &programme);
    tab.loaded().await;
    let content = pdf(1_000_000);
    tab.draft.start_upload("/deck", file("deck.pdf", &content), rule());
    until("answered", || tab.answer().is_some()).await;
    assert_eq!(tab.answer().unwrap()["type"], json!("pdf"));
    assert_eq!(backend.state().files["f0"], content);
    until("with the backend", || backend.answers()["deck"]["id"] == json!("f0")).await;
    assert!(tab.upload().is_none());
}

#[wasm_bindgen_test]
async fn what_cannot_be_taken_is_refused_before_any_byte_is_sent() {
    let (backend, programme) = (Arc::<Backend>::default(), programme("refused"));
    let tab = open(&backend, &programme);
    tab.loaded().await;
    for (name, content, code) in [
        ("deck.pdf", Vec::new(), Code::FileEmpty),
        ("deck.pdf", pdf(5_000_001), Code::FileTooBig { max_bytes: 5_000_000 }),
        (
            "deck.pdf",
            b"GIF89a".to_vec(),
            Code::FileWrongKind {
                accept: vec![FileType::Pdf],
            },
        ),
    ] {
        tab.draft.start_upload("/deck", file(name, &content), rule());
        until("refused", || tab.is(&UploadState::Refused(code.clone()))).await;
    }
    assert_eq!(tab.draft.uploads().get_untracked().len(), 1);
    assert!(backend.state().files.is_empty());
    assert!(tab.answer().is_none());
}

#[wasm_bindgen_test]
async fn a_part_that_is_refused_where_it_fits_is_not_sent_again_at_full_speed() {
    let (backend, programme) = (Arc::<Backend>::default(), programme("stuck"));
    let tab = open(&backend, &programme);
    tab.loaded().await;
    backend.state().stuck = true;
    tab.draft.start_upload("/deck", file("deck.pdf", &pdf(100_000)), rule());
    let waits = || {
        matches!(
            tab.upload().map(|upload| upload.state),
            Some(UploadState::Interrupted(ApiError::Contract { .. }))
        )
    };
    until("it waits", waits).await;
    backend.state().log.clear();
    Fetch.wait(400).await;
    assert!(backend.state().log.iter().all(|line| !line.starts_with("PATCH")));
    backend.state().stuck = false;
    until("answered", || tab.answer().is_some()).await;
}

#[wasm_bindgen_test]
async fn what_the_backend_finds_damaged_is_said_to_be() {
    let (backend, programme) = (Arc::<Backend>::default(), programme("damaged"));
    let tab = open(&backend, &programme);
    tab.loaded().await;
    tab.draft.start_upload("/deck", file("deck.pdf", b"%PDF-1.7 cut off"), rule());
    until("refused", || tab.is(&UploadState::Refused(Code::FileDamaged))).await;
    let id = tab.upload().unwrap().id;
    tab.draft.cancel_upload(id);
    assert!(tab.upload().is_none());
    assert!(tab.answer().is_none());
}

#[wasm_bindgen_test]
async fn a_lost_connection_interrupts_and_its_return_goes_on() {
    let (backend, programme) = (Arc::<Backend>::default(), programme("interrupted"));
    let tab = open(&backend, &programme);
    tab.loaded().await;
    let content = pdf(4_000_000);
    tab.draft.start_upload("/deck", file("deck.pdf", &content), rule());
    until("some bytes", || {
        backend.state().files.get("f0").is_some_and(|bytes| !bytes.is_empty())
    })
    .await;
    tab.line.cut(true);
    until("interrupted", || {
        tab.upload()
            .is_some_and(|upload| matches!(upload.state, UploadState::Interrupted(_)))
    })
    .await;
    tab.line.cut(false);
    happen("online");
    until("answered", || tab.answer().is_some()).await;
    let state = backend.state();
    assert_eq!(state.files.len(), 1);
    assert_eq!(state.files["f0"], content);
}

#[wasm_bindgen_test]
async fn after_a_reload_it_goes_on_by_itself() {
    let (backend, programme) = (Arc::<Backend>::default(), programme("reloaded"));
    let tab = open(&backend, &programme);
    tab.loaded().await;
    let content = pdf(4_000_000);
    tab.draft.start_upload("/deck", file("deck.pdf", &content), rule());
    until("some bytes", || {
        backend.state().files.get("f0").is_some_and(|bytes| !bytes.is_empty())
    })
    .await;
    let id = tab.upload().unwrap().id;
    tab.draft.pause_upload(id);
    until("kept here", || tab.draft.is_content_kept(id)).await;
    assert!(tab.is(&UploadState::Paused));
    tab.kill();
    let again = open(&backend, &programme);
    until("answered", || again.answer().is_some()).await;
    let state = backend.state();
    assert_eq!(state.files.len(), 1);
    assert_eq!(state.files["f0"], content);
}

#[wasm_bindgen_test]
async fn a_paused_upload_waits_and_goes_on_when_told() {
    let (backend, programme) = (Arc::<Backend>::default(), programme("paused"));
    let tab = open(&backend, &programme);
    tab.loaded().await;
    tab.draft.start_upload("/deck", file("deck.pdf", &pdf(4_000_000)), rule());
    until("some bytes", || {
        backend.state().files.get("f0").is_some_and(|bytes| !bytes.is_empty())
    })
    .await;
    let id = tab.upload().unwrap().id;
    tab.draft.pause_upload(id);
    assert!(tab.is(&UploadState::Paused));
    tab.draft.resume_upload(id);
    until("answered", || tab.answer().is_some()).await;
}

#[wasm_bindgen_test]
async fn a_cancelled_upload_leaves_nothing() {
    let (backend, programme) = (Arc::<Backend>::default(), programme("cancelled"));
    let tab = open(&backend, &programme);
    tab.loaded().await;
    tab.draft.start_upload("/deck", file("deck.pdf", &pdf(4_000_000)), rule());
    until("some bytes", || {
        backend.state().files.get("f0").is_some_and(|bytes| !bytes.is_empty())
    })
    .await;
    tab.draft.cancel_upload(tab.upload().unwrap().id);
    assert!(tab.upload().is_none());
    until("gone there", || backend.state().files.is_empty()).await;
    assert!(tab.answer().is_none());
}

#[wasm_bindgen_test]
async fn another_file_takes_the_place_of_the_first_and_removing_leaves_no_answer() {
    let (backend, programme) = (Arc::<Backend>::default(), programme("replaced"));
    let tab = open(&backend, &programme);
    tab.loaded().await;
    tab.draft.start_upload("/deck", file("one.pdf", &pdf(1_000)), rule());
    until("answered", || tab.answer().is_some()).await;
    tab.draft.start_upload("/deck", file("two.pdf", &pdf(2_000)), rule());
    until("answered anew", || {
        tab.answer().is_some_and(|answer| answer["size"] == json!(2_000))
    })
    .await;
    until("the first is gone", || backend.state().files.len() == 1).await;
    tab.draft.remove_file("/deck");
    assert!(tab.answer().is_none());
    until("nothing is left", || backend.state().files.is_empty()).await;
    until("with the backend", || backend.answers() == json!({})).await;
}
