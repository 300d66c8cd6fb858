//! The applicants' calls but beginning and submitting: reading, saving, erasing, taking out.

use opencall_core::contract::{
    ApplicationView, Export, Happening, HappeningKind, Receipt, Saved, SignedReceipt, Source, WholeView, problem_type,
};
use opencall_core::encoding::percent_decoded;
use opencall_core::status::Mover;
use opencall_core::{Answers, Locale, Programme, Status, Timestamp, phase};
use serde_json::{Map, Value};

use crate::acts::{self, Act, Decision, Standing, What};
use crate::auth::{Link, reference};
use crate::begin::check_size;
use crate::gateway::{Gateway, TRIES};
use crate::http::{Reply, Request};
use crate::problem::{self, Failure};
use crate::store::{Changed, Found, Which};

/// An application as its applicant sees it.
#[derive(Clone, Debug)]
pub struct Seen {
    /// The draft's record.
    pub found: Found,
    /// What was done with it.
    pub acts: Vec<Act>,
    /// Where it stands by that.
    pub standing: Standing,
    /// Staff's record of it, where they show it.
    pub decision: Option<Value>,
    /// The programme.
    pub programme: Programme,
}

impl Seen {
    /// The status.
    pub fn status(&self) -> Status {
        self.standing.status(self.decision.as_ref().and_then(Decision::of).as_ref())
    }

    /// The draft's answers.
    pub fn answers(&self) -> Answers {
        answers(&self.found.record)
    }
}

/// The answers of a draft's record.
pub fn answers(record: &Value) -> Answers {
    Answers(record.get("answers").and_then(Value::as_object).cloned().unwrap_or_default())
}

/// A text of a record.
pub fn text(record: &Value, name: &str) -> Option<String> {
    record.get(name)?.as_str().filter(|text| !text.is_empty()).map(str::to_owned)
}

/// When a draft was begun: as the app said, or when it was written last.
pub fn begun(record: &Value, written: Option<Timestamp>) -> Timestamp {
    let begun = text(record, "begun_at").and_then(|text| Timestamp::parse(&text));
    begun.or(written).unwrap_or(Timestamp::from_millis(0))
}

/// The language of a draft's record.
pub fn locale(record: &Value) -> Locale {
    text(record, "locale").and_then(|tag| Locale::from_tag(&tag)).unwrap_or_default()
}

/// The receipt of a submission.
pub fn receipt(act: &Act, programme: &Programme) -> SignedReceipt {
    SignedReceipt {
        receipt: Receipt {
            reference: reference(&act.application),
            application: act.application.clone(),
            programme: programme.id.clone(),
            version: act.version,
            digest: act.digest.clone(),
            received_at: act.at,
            deadline: programme.schedule.deadline,
        },
        sealed_at: None,
        files: None,
        signed: None,
    }
}

impl Gateway {
    /// Reads what a link stands for.
    ///
    /// # Errors
    /// 401 where it stands for nothing.
    pub async fn look(&self, link: &Link) -> Result<Seen, Failure> {
        let who = Self::applicant(link);
        let collections = &self.store.description().collections;
        let found = self.store.read(&who, &collections.applications, &link.id).await?;
        let found = found.ok_or_else(Failure::unknown_token)?;
        let programme = self
            .document(&text(&found.record, "programme").unwrap_or_default())
            .await?
            .programme;
        let acts = self.acts(link).await?;
        let standing = acts::standing(&acts, &programme);
        // Nobody decides about what was not submitted.
        let decision = match &standing.submitted {
            Some(_) => self
                .store
                .read(&who, &collections.decisions, &link.id)
                .await?
                .map(|found| found.record),
            None => None,
        };
        Ok(Seen {
            found,
            acts,
            standing,
            decision,
            programme,
        })
    }

    /// What was done with the application of a link.
    ///
    /// # Errors
    /// When the store cannot be read.
    pub async fn acts(&self, link: &Link) -> Result<Vec<Act>, Failure> {
        let collection = &self.store.description().collections.acts;
        let items = self.store.list(&Self::applicant(link), collection, Which::Of(&link.id)).await?;
        Ok(acts::read(&items).into_iter().filter(|act| act.application == link.id).collect())
    }

    /// `GET /application`.
    ///
    /// # Errors
    /// 401.
    pub async fn read(&self, link: &Link) -> Result<Reply, Failure> {
        self.whole(200, &self.look(link).await?).await
    }

    /// A reply with all of it.
    ///
    /// # Errors
    /// Never for what was read.
    pub async fn whole(&self, status: u16, seen: &Seen) -> Result<Reply, Failure> {
        let mut reply = problem::json(status, &view(seen))?;
        reply.headers.push((String::from("etag"), format!("\"{}\"", seen.found.version)));
        Ok(reply)
    }

    /// `PATCH /application`.
    ///
    /// # Errors
    /// 428 and 412 for `If-Match`, 403 when the call is not open, 409 when the status does not allow it, 413 for too much.
    pub async fn save(&self, link: &Link, request: &Request) -> Result<Reply, Failure> {
        let patch: Map<String, Value> = serde_json::from_str(&request.body).map_err(|fault| Failure::malformed(fault.to_string()))?;
        let wanted = self.wanted(request)?;
        let who = Self::applicant(link);
        let collection = &self.store.description().collections.applications;
        for _ in 0..TRIES {
            let found = self.store.read(&who, collection, &link.id).await?;
            let found = found.ok_or_else(Failure::unknown_token)?;
            let programme = self
                .document(&text(&found.record, "programme").unwrap_or_default())
                .await?
                .programme;
            let now = self.now();
            let phase = phase(&programme.schedule, None, now);
            if !phase.is_open() {
                return Err(Failure::not_open(phase, now));
            }
            if wanted.is_some_and(|wanted| wanted != found.version) {
                return Err(changed(&found));
            }
            let mut merged = answers(&found.record);
            merged.merge(patch.clone());
            check_size(&Value::Object(merged.0.clone()))?;
            if merged == answers(&found.record) {
                return saved(&found, now);
            }
            let whole = if self.store.description().update.merges {
                patch.clone()
            } else {
                merged.0
            };
            let mut changes = Map::from_iter([(String::from("answers"), Value::Object(whole))]);
            changes.insert(String::from("changed_by"), Value::from(device(request)));
            // Whoever wrote meanwhile is not overwritten: what was just read is what is changed.
            match self.store.update(&who, collection, &link.id, found.version, changes, None).await? {
                Changed::Done(found) => return saved(&found, now),
                Changed::Absent => return Err(Failure::unknown_token()),
                // It is read again, and merged anew or refused.
                Changed::Conflict => {}
            }
        }
        Err(Failure::new(503, problem_type::STORAGE, "Others write at the same moment"))
    }

    /// `DELETE /application`: what was submitted and done first, the draft last, so that an attempt that broke off can be repeated.
    ///
    /// # Errors
    /// 401.
    pub async fn erase(&self, link: &Link) -> Result<Reply, Failure> {
        let who = Self::applicant(link);
        let collections = &self.store.description().collections;
        let found = self.store.read(&who, &collections.applications, &link.id).await?;
        found.ok_or_else(Failure::unknown_token)?;
        if !self.store.description().cascades {
            // Also those that were written for an act that never came.
            for item in self.store.list(&who, &collections.submissions, Which::Of(&link.id)).await? {
                if let Some(id) = text(&item.record, "id") {
                    self.store.remove(&who, &collections.submissions, &id).await?;
                }
            }
            for act in self.acts(link).await? {
                self.store.remove(&who, &collections.submissions, &act.id).await?;
                self.store.remove(&who, &collections.acts, &act.id).await?;
            }
        }
        self.store.remove(&who, &collections.applications, &link.id).await?;
        Ok(problem::empty(204))
    }

    /// `GET /application/export`.
    ///
    /// # Errors
    /// 401.
    pub async fn export(&self, link: &Link) -> Result<Reply, Failure> {
        let seen = self.look(link).await?;
        let submitted = match &seen.standing.submitted {
            Some(act) => {
                let collection = &self.store.description().collections.submissions;
                let found = self.store.read(&Self::applicant(link), collection, &act.id).await?;
                found.and_then(|found| serde_json::from_str(found.record.get("canonical")?.as_str()?).ok())
            }
            None => None,
        };
        let export = Export {
            application: view(&seen),
            submitted,
            seals: Vec::new(),
            timeline: timeline(&seen),
        };
        problem::json(200, &export)
    }

    /// `GET /application/timeline`.
    ///
    /// # Errors
    /// 401.
    pub async fn timeline(&self, link: &Link) -> Result<Reply, Failure> {
        problem::json(200, &timeline(&self.look(link).await?))
    }
}

impl Gateway {
    /// The version that `If-Match` asks for; `None` for any.
    ///
    /// # Errors
    /// 428 where it is missing, but for stores that cannot compare versions.
    pub fn wanted(&self, request: &Request) -> Result<Option<u64>, Failure> {
        match request.header("if-match") {
            Some(value) => Ok(version_of(value)),
            None if !self.store.description().compares() => Ok(None),
            None => Err(Failure::new(428, problem_type::IF_MATCH_MISSING, "If-Match is missing")),
        }
    }
}

fn version_of(value: &str) -> Option<u64> {
    if value.trim() == "*" {
        return None;
    }
    // Another tag than one of ours stands for no version there is.
    Some(value.trim().trim_matches('"').parse().unwrap_or(u64::MAX))
}

/// Changed by somebody else, with all that it takes to merge.
pub fn changed(found: &Found) -> Failure {
    let failure = Failure::new(412, problem_type::CHANGED, "Changed by someone else meanwhile")
        .more("version", found.version)
        .more("answers", Value::Object(answers(&found.record).0));
    let failure = match found.written {
        Some(at) => failure.more("updated_at", at.to_string()),
        None => failure,
    };
    match text(&found.record, "changed_by") {
        Some(device) => failure.more("changed_by", device),
        None => failure,
    }
}

fn saved(found: &Found, now: Timestamp) -> Result<Reply, Failure> {
    let saved = Saved {
        version: found.version,
        saved_at: found.written.unwrap_or(now),
    };
    let mut reply = problem::json(200, &saved)?;
    reply.headers.push((String::from("etag"), format!("\"{}\"", found.version)));
    Ok(reply)
}

/// What the device calls itself, as it came: percent-encoded UTF-8.
fn device(request: &Request) -> String {
    let name = percent_decoded(request.header("opencall-device").unwrap_or_default());
    name.chars().filter(|c| !c.is_control()).take(60).collect()
}

fn view(seen: &Seen) -> WholeView {
    let record = &seen.found.record;
    let updated_at = seen.found.written.unwrap_or(begun(record, None));
    let view = ApplicationView {
        id: text(record, "id").unwrap_or_default(),
        programme: seen.programme.id.clone(),
        status: seen.status(),
        version: seen.found.version,
        answers: seen.answers(),
        files: Vec::new(),
        created_at: begun(record, seen.found.written),
        updated_at,
        extension: None,
        receipt: None,
        submitted_version: seen.standing.submitted.as_ref().map(|act| act.version),
        source: Source {
            partner: text(record, "partner"),
            referrer: text(record, "referrer"),
            campaign: text(record, "campaign"),
        },
    };
    WholeView {
        view,
        receipt: seen.standing.submitted.as_ref().map(|act| receipt(act, &seen.programme)),
        seal: None,
        changed_by: text(record, "changed_by"),
    }
}

fn timeline(seen: &Seen) -> Vec<Happening> {
    let happening = |at, what| Happening {
        at,
        what,
        until: None,
        reason: None,
    };
    let mut all = vec![happening(begun(&seen.found.record, seen.found.written), HappeningKind::Begun)];
    all.extend(seen.acts.iter().map(|act| {
        let what = match act.what {
            What::Submitted => HappeningKind::Submitted,
            What::Withdrawn => HappeningKind::Withdrawn,
        };
        happening(act.at, what)
    }));
    all.extend(
        seen.decision
            .as_ref()
            .and_then(Decision::of)
            .map(|decision| happening(acts::not_before(&seen.acts, &decision.about, decision.at), HappeningKind::Moved)),
    );
    all.sort_by_key(|happening| happening.at);
    all
}

/// Refuses what the table of moves does not have.
///
/// # Errors
/// 409.
pub fn must_be_able_to_become(seen: &Seen, to: Status) -> Result<(), Failure> {
    if seen.status().may_become(to, Mover::Applicant) {
        return Ok(());
    }
    Err(Failure::illegal_move(seen.status()))
}
