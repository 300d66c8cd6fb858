//! Sealing: what is submitted is first fixed by its digest, one small request; the whole follows, at the latest in the grace.

use js_sys::{Array, Function, Promise, Reflect, Uint8Array};
use leptos::prelude::*;
use leptos::task::spawn_local;
use opencall_core::answers::object;
use opencall_core::contract::{ProblemDetails, Receipt, problem_type};
use opencall_core::programme::{FileType, Programme};
use opencall_core::text::file_name;
use opencall_core::{Answers, Status, Timestamp, application, seal};
use serde_json::Value;
use wasm_bindgen::{JsCast, JsValue};
use wasm_bindgen_futures::JsFuture;

use super::check;
use super::clash::Clash;
use super::device;
use super::handle::Draft;
use super::save::Event;
use super::token;
use super::upload::{Upload, UploadState};
use crate::api::ApiError;
use crate::api::wire::{Members, Read, Whole};

/// How often it is looked whether the files have arrived, in ms.
const LOOK_MS: u32 = 300;
/// Stands for the id of a file that is still on its way: an id is no part of what is sealed.
const ON_ITS_WAY: &str = "here";

/// What was fixed by its digest and is not submitted yet.
#[derive(Clone, Debug, PartialEq)]
pub struct Sealed {
    /// The answers as they were sealed, with the files that were still on their way.
    pub answers: Answers,
    /// SHA-256 of the canonical application ([`opencall_core::seal`]).
    pub digest: String,
    /// When the backend received the digest, by its clock.
    pub at: Timestamp,
    /// The last instant at which the rest counts, as things stood then.
    pub until: Timestamp,
    /// The seal to the last member, signature included.
    pub whole: Value,
}

impl Sealed {
    fn of(answers: Answers, whole: Value) -> Read<Self> {
        let mut from = Members::of(whole.clone())?;
        Ok(Self {
            answers,
            digest: from.text("digest")?,
            at: from.time("sealed_at")?,
            until: from.time("until")?,
            whole,
        })
    }

    /// From what is stored; `None` where it is not one.
    pub(super) fn read(value: Value) -> Option<Self> {
        let mut from = Members::of(value).ok()?;
        Self::of(from.answers("answers").ok()?, from.take("whole")?).ok()
    }

    /// To store.
    pub(super) fn to_value(&self) -> Value {
        object([("answers", Value::Object(self.answers.0.clone())), ("whole", self.whole.clone())])
    }

    /// The sealed answers with the ids of the files that have arrived since, as they stand in `now`.
    fn with_files_of(&self, now: &Answers) -> Answers {
        let mut answers = self.answers.clone();
        for (id, value) in &mut answers.0 {
            let same = |there: &&Value| there.get("sha256").is_some() && there.get("sha256") == value.get("sha256");
            if let Some(there) = now.0.get(id).filter(same) {
                *value = there.clone();
            }
        }
        answers
    }
}

/// What another device sealed and nobody has submitted yet, as the backend tells.
#[derive(Clone, Debug, PartialEq)]
pub struct Elsewhere {
    /// The seal, with the answers that the backend has by now.
    pub sealed: Sealed,
    /// The files that have not arrived: name, bytes that have, bytes in all.
    pub coming: Vec<(String, u64, u64)>,
}

impl Elsewhere {
    /// `None` where there is nothing to wait for: no seal, or its application has arrived, or another one since.
    fn of(whole: &Whole) -> Option<Self> {
        let view = &whole.view;
        let sealed = Sealed::of(view.answers.clone(), whole.seal.clone()?).ok()?;
        let has_arrived = whole
            .receipt
            .as_ref()
            .is_some_and(|given| given.receipt.digest == sealed.digest || given.receipt.received_at >= sealed.at);
        if has_arrived || !matches!(view.status, Status::Draft | Status::Submitted) {
            return None;
        }
        let mut coming = Vec::new();
        for named in Members::of(sealed.whole.clone()).ok()?.list("files").ok()? {
            let mut named = Members::of(named).ok()?;
            let (name, size, sha256) = (named.text("name").ok()?, named.number("size").ok()?, named.text("sha256").ok()?);
            if !view.files.iter().any(|file| file.sha256.as_ref() == Some(&sha256)) {
                let under_way = view
                    .files
                    .iter()
                    .find(|file| file.sha256.is_none() && file.name == name && file.size == size);
                coming.push((name, under_way.map_or(0, |file| file.received), size));
            }
        }
        Some(Self { sealed, coming })
    }
}

/// A file that is on its way, as the answer it will be.
struct Coming {
    pointer: String,
    name: String,
    size: u64,
    sha256: String,
    kind: FileType,
}

impl Coming {
    fn of(upload: &Upload, sha256: String, kind: Option<FileType>) -> Self {
        let ending = upload.name.rsplit_once('.').map_or("", |(_, ending)| ending);
        let named = |kind: &FileType| ending.eq_ignore_ascii_case(kind.extension());
        let by_name = || FileType::ALL.into_iter().find(named);
        Self {
            pointer: upload.pointer.clone(),
            name: file_name(&upload.name),
            size: upload.size,
            sha256,
            kind: kind.or_else(by_name).unwrap_or(FileType::Pdf),
        }
    }

    fn answer(&self) -> Value {
        object([
            ("id", Value::from(ON_ITS_WAY)),
            ("name", Value::from(self.name.as_str())),
            ("size", Value::from(self.size)),
            ("sha256", Value::from(self.sha256.as_str())),
            ("type", Value::from(self.kind.extension())),
        ])
    }

    fn named(&self) -> Value {
        object([
            ("field", Value::from(self.pointer.trim_start_matches('/'))),
            ("name", Value::from(self.name.as_str())),
            ("size", Value::from(self.size)),
            ("sha256", Value::from(self.sha256.as_str())),
        ])
    }
}

/// Whether an upload will arrive if it is only given time: paused or interrupted ones will, refused and failed ones will not.
fn is_coming(upload: &Upload) -> bool {
    !matches!(
        upload.state,
        UploadState::Refused(_) | UploadState::ChooseAgain | UploadState::Failed(_)
    )
}

impl Draft {
    /// What was sealed and is not submitted yet.
    pub fn sealed(self) -> crate::ui::kept::Look<Option<Sealed>> {
        self.sealed.look()
    }

    /// What another device sealed; of interest where this one sealed nothing itself.
    pub fn sealed_elsewhere(self) -> crate::ui::kept::Look<Option<Elsewhere>> {
        self.elsewhere.look()
    }

    /// Notes what the backend says of a seal that is not this device's.
    pub(super) fn note_seal(self, whole: &Whole) {
        let elsewhere = match self.sealed.with_untracked(Option::is_some) {
            true => None,
            false => Elsewhere::of(whole),
        };
        if self.elsewhere.with_untracked(|known| *known != elsewhere) {
            self.elsewhere.set(elsewhere);
        }
    }

    /// Whether what was sealed, or is being submitted, is being sent right now; reactive.
    pub fn is_delivering(self) -> bool {
        self.delivering.get()
    }

    /// The same, looked at once.
    pub fn delivering_now(self) -> bool {
        self.delivering.get_untracked()
    }

    /// The answers as they will be once the files on their way have arrived: what can be judged before they have.
    pub fn expected(self) -> Answers {
        let answers = self.answers.get_untracked();
        if !self.can_seal() {
            return answers;
        }
        let coming = self.uploads.with_untracked(|uploads| {
            let coming = uploads.iter().filter(|upload| is_coming(upload));
            coming.map(|upload| Coming::of(upload, "0".repeat(64), None)).collect::<Vec<_>>()
        });
        with_coming(answers, &coming)
    }

    /// Whether what is written can be sealed. Digests are made by the browser, and it makes them on secure pages only.
    fn can_seal(self) -> bool {
        self.inner.with_value(|inner| inner.client.capabilities().seals) && subtle().is_some()
    }

    /// Fixes what is written by its digest, before anything else is sent. Nothing where the backend takes no seals, or the
    /// same is sealed already.
    ///
    /// # Errors
    /// With problems of the answers where they are not ready; else why the backend has not taken it.
    pub async fn seal(self, programme: &Programme) -> Result<(), ApiError> {
        self.until_loaded().await;
        if !self.can_seal() {
            return Ok(());
        }
        if !self.begun.get_untracked() {
            self.flush().await?;
        }
        let coming = self.coming().await;
        let answers = with_coming(self.answers.get_untracked(), &coming);
        let whole = application(programme, &answers).map_err(|errors| {
            ApiError::Problem(Box::new(ProblemDetails {
                kind: problem_type::ANSWERS.to_owned(),
                status: 422,
                errors,
                ..ProblemDetails::default()
            }))
        })?;
        let Some(digest) = sha256(seal::canonical_with(&whole, &crate::json::ecmascript).as_bytes()).await else {
            return Ok(());
        };
        if self
            .sealed
            .with_untracked(|known| known.as_ref().is_some_and(|known| known.digest == digest))
        {
            return Ok(());
        }
        let version = self.inner.with_value(|inner| inner.record.version);
        let request = object([
            ("digest", Value::from(digest.as_str())),
            ("files", Value::Array(coming.iter().map(Coming::named).collect())),
            ("version", version.map_or(Value::Null, Value::from)),
        ]);
        let (client, token) = self.authority()?;
        let given = client.seal(&token, &token::key(), request).await?;
        let sealed = Sealed::of(answers, given).map_err(ApiError::shape)?;
        if sealed.digest != digest {
            return Err(ApiError::shape("POST of a seal: its digest is another one".to_owned()));
        }
        self.keep_sealed(Some(sealed)).await;
        Ok(())
    }

    /// Sends what is written as soon as its files are there, and submits it. After the deadline it is what was sealed
    /// that is sent; what was written since stays, beside it.
    ///
    /// `None` where somebody has gone on writing meanwhile and still can: then it is theirs to submit again.
    ///
    /// # Errors
    /// As [`Draft::submit`] has them. Files that have to be chosen again keep it waiting.
    pub async fn deliver(self) -> Result<Option<Receipt>, ApiError> {
        self.delivering.set(true);
        let outcome = self.deliver_whole().await;
        self.delivering.set(false);
        outcome
    }

    async fn deliver_whole(self) -> Result<Option<Receipt>, ApiError> {
        self.until_loaded().await;
        let client = self.inner.with_value(|inner| inner.client.clone());
        let waits = || {
            let loaded = self.inner.with_value(|inner| inner.transfers.loaded);
            !loaded || self.uploads.with_untracked(|uploads| uploads.iter().any(is_coming))
        };
        while self.can_seal() && waits() {
            client.wait(LOOK_MS).await;
        }
        if let Some(sealed) = self.sealed.get_untracked() {
            if self.is_open() && !self.is_as(&sealed) {
                return Ok(None);
            }
            self.restore(&sealed);
        } else if !self.is_open()
            && let Some(elsewhere) = self.elsewhere.get_untracked()
        {
            // What another device has sent counts now, and what was written here since stays beside it.
            self.restore(&elsewhere.sealed);
        }
        let receipt = self.submit().await?;
        self.elsewhere.set(None);
        self.keep_sealed(None).await;
        Ok(Some(receipt))
    }

    /// After a reload, or when the deadline has passed: goes on with what was sealed. Not where somebody has gone on
    /// writing and still can: it is theirs to say when that is ready.
    pub(super) fn resume_delivery(self) {
        let Some(sealed) = self.sealed.get_untracked() else { return };
        if self.delivering.get_untracked() || (self.is_open() && !self.is_as(&sealed)) {
            return;
        }
        spawn_local(async move {
            // Where it fails the page says what was sealed and offers to try again.
            let _ = self.deliver().await;
        });
    }

    /// Whether what is written is what was sealed, but for files that are still on their way.
    fn is_as(self, sealed: &Sealed) -> bool {
        let answers = self.answers.get_untracked();
        let coming: Vec<_> = self
            .uploads
            .with_untracked(|uploads| uploads.iter().map(|upload| upload.pointer.clone()).collect());
        let mut expected = sealed.with_files_of(&answers);
        for pointer in coming {
            expected.set(&pointer, answers.get(&pointer).cloned().unwrap_or_default());
        }
        expected == answers
    }

    fn is_open(self) -> bool {
        self.inner.with_value(|inner| inner.open)
    }

    /// Puts back what was sealed. What was written since is kept and shown as another version.
    fn restore(self, sealed: &Sealed) {
        let now = self.answers.get_untracked();
        let wanted = sealed.with_files_of(&now);
        if wanted == now {
            return;
        }
        let at = self.inner.with_value(|inner| inner.record.saved_here).unwrap_or(sealed.at);
        let differing = now.0.keys().chain(wanted.0.keys().filter(|id| !now.0.contains_key(*id)));
        let later = differing
            .filter(|id| now.0.get(*id) != wanted.0.get(*id))
            .map(|id| Clash {
                field: id.clone(),
                row: String::new(),
                inner: String::new(),
                mine: wanted.0.get(id).cloned().unwrap_or_default(),
                theirs: now.0.get(id).cloned().unwrap_or_default(),
                at,
                by: device::name(),
            })
            .collect();
        self.inner.update_value(|inner| inner.record.note_clashes(later));
        self.answers.set(wanted);
        self.dispatch(Event::Edit);
    }

    /// Keeps what was sealed, or forgets it.
    pub(super) async fn keep_sealed(self, sealed: Option<Sealed>) {
        self.inner.update_value(|inner| inner.record.sealed.clone_from(&sealed));
        if sealed.is_some() {
            self.elsewhere.set(None);
        }
        self.sealed.set(sealed);
        // A device that stores nothing keeps it as long as the page is open.
        let _ = self.write_record().await;
    }

    /// The files on their way, with their digests. One that cannot be read is left out: it has to be chosen again.
    async fn coming(self) -> Vec<Coming> {
        let uploads = self.uploads.get_untracked();
        let mut coming = Vec::new();
        for upload in uploads.iter().filter(|upload| is_coming(upload)) {
            let Some(Some(blob)) = self.with_job(upload.id, |job| job.file.clone()) else {
                continue;
            };
            let Ok(buffer) = JsFuture::from(blob.array_buffer()).await else {
                continue;
            };
            if let Some(sha256) = digest(&buffer).await {
                let head = Uint8Array::new(&buffer).slice(0, check::HEAD_BYTES).to_vec();
                coming.push(Coming::of(upload, sha256, check::kind(&head)));
            }
        }
        coming
    }
}

fn with_coming(mut answers: Answers, coming: &[Coming]) -> Answers {
    for file in coming {
        answers.set(&file.pointer, file.answer());
    }
    answers
}

/// SHA-256 as 64 lowercase hex digits, made by the browser: code for it would have to be downloaded.
async fn sha256(bytes: &[u8]) -> Option<String> {
    digest(&Uint8Array::from(bytes)).await
}

async fn digest(source: &JsValue) -> Option<String> {
    let subtle = subtle()?;
    let function: Function = Reflect::get(&subtle, &JsValue::from_str("digest")).ok()?.dyn_into().ok()?;
    let promise: Promise = Reflect::apply(&function, &subtle, &Array::of2(&JsValue::from_str("SHA-256"), source))
        .ok()?
        .dyn_into()
        .ok()?;
    let buffer = JsFuture::from(promise).await.ok()?;
    Some(seal::hex(&Uint8Array::new(&buffer).to_vec()))
}

/// `crypto.subtle`; only secure pages have it.
fn subtle() -> Option<JsValue> {
    let crypto = window().crypto().ok()?;
    Reflect::get(&crypto, &JsValue::from_str("subtle")).ok().filter(JsValue::is_object)
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use serde_json::json;

    use super::*;

    fn answers(value: Value) -> Answers {
        serde_json::from_value(value).unwrap()
    }

    fn sealed() -> Sealed {
        let whole = json!({"digest": "ab", "sealed_at": "2023-12-01T22:59:57Z", "until": "2023-12-01T23:29:59Z", "signed": {}});
        let deck = json!({"id": ON_ITS_WAY, "name": "deck.pdf", "size": 3, "sha256": "cd", "type": "pdf"});
        Sealed::of(answers(json!({"city": "Lyon", "deck": deck})), whole).unwrap()
    }

    #[test]
    fn nobody_waits_for_an_upload_that_failed() {
        let upload = |state| Upload {
            id: 1,
            pointer: "/deck".to_owned(),
            name: "deck.pdf".to_owned(),
            size: 3,
            sent: 0,
            seconds_left: None,
            state,
        };
        assert!(is_coming(&upload(UploadState::Interrupted(ApiError::Offline))));
        assert!(!is_coming(&upload(UploadState::Failed(ApiError::problem(403, "about:blank")))));
    }

    #[test]
    fn a_seal_survives_being_stored() {
        assert_eq!(Sealed::read(sealed().to_value()), Some(sealed()));
        assert_eq!(Sealed::read(json!({"answers": {}})), None);
    }

    #[test]
    fn what_another_device_sealed_waits_until_it_or_something_later_has_arrived() {
        let mut whole = json!({
            "id": "a", "programme": "p", "status": "draft", "version": 3, "answers": {"city": "Lyon"},
            "created_at": "2023-12-01T10:00:00Z", "updated_at": "2023-12-01T10:00:00Z",
            "files": [
                {"id": "f1", "field": "deck", "name": "deck.pdf", "size": 3, "received": 3, "type": "pdf", "sha256": "cd", "created_at": "2023-12-01T10:00:00Z"},
                {"id": "f2", "field": "plan", "name": "plan.pdf", "size": 9, "received": 4, "created_at": "2023-12-01T10:00:00Z"}
            ],
            "seal": {
                "digest": "ab", "sealed_at": "2023-12-01T22:59:57Z", "until": "2023-12-01T23:29:59Z", "signed": {}, "files": [
                    {"field": "deck", "name": "deck.pdf", "size": 3, "sha256": "cd"},
                    {"field": "plan", "name": "plan.pdf", "size": 9, "sha256": "ef"},
                    {"field": "video", "name": "video.mp4", "size": 7, "sha256": "01"}
                ]
            }
        });
        let of = |value: &Value| Elsewhere::of(&crate::api::wire::whole(Members::of(value.clone()).unwrap()).unwrap());
        let waiting = of(&whole).unwrap();
        assert_eq!(waiting.sealed.answers, answers(json!({"city": "Lyon"})));
        assert_eq!(waiting.coming, [("plan.pdf".to_owned(), 4, 9), ("video.mp4".to_owned(), 0, 7)]);
        let receipt = |digest: &str, at: &str| {
            json!({"reference": "K", "application": "a", "programme": "p", "version": 3, "digest": digest,
                "received_at": at, "deadline": "2023-12-01T22:59:59Z"})
        };
        whole["receipt"] = receipt("00", "2023-12-01T22:00:00Z");
        assert!(of(&whole).is_some(), "submitted before it was sealed anew");
        whole["receipt"] = receipt("00", "2023-12-01T22:59:58Z");
        assert_eq!(of(&whole), None, "something else was submitted since");
        whole["receipt"] = receipt("ab", "2023-12-01T23:05:00Z");
        assert_eq!(of(&whole), None, "it has arrived");
        whole["receipt"] = Value::Null;
        whole["status"] = json!("withdrawn");
        assert_eq!(of(&whole), None, "it was taken back");
        whole["status"] = json!("draft");
        whole["seal"] = json!({"digest": 1});
        assert_eq!(of(&whole), None, "an app can do without");
    }

    #[test]
    fn a_file_that_has_arrived_takes_its_place_and_another_one_does_not() {
        let arrived = json!({"id": "f1", "name": "deck.pdf", "size": 3, "sha256": "cd", "type": "pdf"});
        let now = answers(json!({"city": "Paris", "deck": arrived}));
        assert_eq!(sealed().with_files_of(&now), answers(json!({"city": "Lyon", "deck": arrived})));
        let other = answers(json!({"deck": {"id": "f2", "sha256": "ef"}}));
        assert_eq!(sealed().with_files_of(&other), sealed().answers);
    }

    #[test]
    fn a_file_on_its_way_is_the_answer_it_will_be() {
        let coming = Coming {
            pointer: "/deck".to_owned(),
            name: "Deck.PDF".to_owned(),
            size: 9,
            sha256: "0".repeat(64),
            kind: FileType::Pdf,
        };
        let read: opencall_core::answers::FileAnswer = serde_json::from_value(coming.answer()).unwrap();
        let whole = opencall_core::answers::FileAnswer::Upload {
            id: ON_ITS_WAY.to_owned(),
            name: "Deck.PDF".to_owned(),
            size: 9,
            sha256: "0".repeat(64),
            kind: FileType::Pdf,
        };
        assert_eq!(read, whole);
        let named: opencall_core::proof::NamedFile = serde_json::from_value(coming.named()).unwrap();
        assert_eq!((named.field.as_str(), named.size), ("deck", 9));
    }
}
