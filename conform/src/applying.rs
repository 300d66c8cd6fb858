//! Drafts that are complete, and applications that were submitted.

use opencall_core::contract::Uploads;
use opencall_core::{Answers, application, seal};
use serde_json::{Value, json};

use crate::check::{Outcome, Stop};
use crate::draft::{self, Draft};
use crate::fill::{Extent, fill};
use crate::http::Reply;
use crate::run::Run;
use crate::{material, upload};

/// A complete draft, not submitted.
pub struct Complete {
    /// The draft.
    pub draft: Draft,
    /// The version to submit.
    pub version: u64,
    /// What was answered.
    pub answers: Value,
    /// SHA-256 of its canonical form.
    pub digest: String,
}

/// An application that was submitted.
pub struct Submitted {
    /// Its draft.
    pub draft: Draft,
    /// What was answered.
    pub answers: Value,
    /// The receipt.
    pub receipt: Reply,
}

impl Submitted {
    /// The reference that people read out.
    ///
    /// # Errors
    /// When the receipt has none.
    pub fn reference(&self) -> Outcome<String> {
        self.receipt.text("/reference")
    }
}

impl Run {
    /// A complete draft: everything that is asked is answered, and the files are there.
    ///
    /// # Errors
    /// When it cannot be made.
    pub fn complete(&self, extent: Extent) -> Outcome<Complete> {
        let call = self.programme()?;
        let uploads = self.uploads();
        let filled = fill(&call.programme, extent, uploads != Uploads::None).map_err(|problems| {
            let at: Vec<String> = problems.into_iter().map(|problem| problem.pointer).collect();
            Stop::NotChecked(format!("the suite knows no answers to {}", at.join(", ")))
        })?;
        if uploads == Uploads::None && !filled.files.is_empty() {
            return Stop::not_checked("the call requires a file, and the backend takes none");
        }
        let mut answers = filled.answers;
        let (draft, begun) = Draft::begin(&self.http, &call.id, &json!(answers))?;
        let mut version = begun.version().or_else(|_| draft.version())?;
        if !filled.files.is_empty() {
            for wanted in &filled.files {
                let fitting = wanted
                    .accept
                    .iter()
                    .find_map(|kind| Some((*kind, material::file(*kind, wanted.max_bytes)?)));
                let Some((kind, bytes)) = fitting else {
                    return Stop::not_checked(format!("{} takes no file of the least size", wanted.pointer));
                };
                let field = wanted.pointer.trim_start_matches('/');
                let answer = upload::whole(self, &draft, field, kind, &bytes)?;
                answers.set(&wanted.pointer, answer);
            }
            let saved = draft.patch(version, &json!(answers))?;
            saved.json(&[200])?;
            version = saved.version().or_else(|_| draft.version())?;
        }
        let digest = self.digest(&answers)?;
        Ok(Complete {
            draft,
            version,
            answers: json!(answers),
            digest,
        })
    }

    /// The digest of complete answers, by the rules that app and backend share.
    ///
    /// # Errors
    /// When they are not complete.
    pub fn digest(&self, answers: &Answers) -> Outcome<String> {
        let application = application(&self.programme()?.programme, answers).map_err(|problems| {
            let at: Vec<String> = problems.into_iter().map(|problem| problem.pointer).collect();
            Stop::NotChecked(format!("the suite's answers to {} are none", at.join(", ")))
        })?;
        Ok(seal::digest(&seal::canonical(&application)))
    }

    /// An application that was submitted.
    ///
    /// # Errors
    /// When it cannot be.
    pub fn submitted(&self, extent: Extent) -> Outcome<Submitted> {
        let complete = self.complete(extent)?;
        let receipt = complete.draft.submit(complete.version, &draft::key()?)?;
        receipt.json(&[200])?;
        Ok(Submitted {
            draft: complete.draft,
            answers: complete.answers,
            receipt,
        })
    }
}
