//! One application as staff see it, and notes beside it.

use opencall_core::contract::HappeningKind;
use opencall_core::contract::staff::{NewNote, Note, StaffApplication, StaffHappening};
use opencall_core::status::Mover;
use opencall_core::text::clean_lines;
use opencall_core::{Answers, Status, Timestamp, seal};
use serde_json::{Map, Value, json};

use super::session::signed_out;
use crate::acts::{self, What};
use crate::applicant::{answers, begun, locale, receipt, text};
use crate::auth::{Account, Who};
use crate::description::Collection;
use crate::gateway::Gateway;
use crate::http::{Reply, Request};
use crate::problem::{self, Failure};
use crate::staff::book::Page;
use crate::store::{Changed, Made};

/// The most characters of a note.
const NOTE_LIMIT: usize = 5_000;
/// How often a record of staff's is written anew after somebody else has written it.
const TRIES: u32 = 5;

impl Gateway {
    /// `GET …/applications/{reference}`.
    ///
    /// # Errors
    /// 404.
    pub async fn one(&self, account: &Account, reference: &str) -> Result<Reply, Failure> {
        let (programme, id) = self.locate(account, reference).await?;
        let programme = self.refresh(account, &programme).await?;
        let page = self.page(&programme.id, &id)?;
        let standing = page.standing(&programme);
        let submitted = match &standing.submitted {
            Some(act) => self.submitted(account, &act.id, &act.digest).await?,
            None => None,
        };
        let version = page
            .record
            .pointer(&self.store.description().version.member)
            .and_then(Value::as_u64);
        let unchanged = submitted.is_some() && standing.submitted.as_ref().map(|act| act.version) == version;
        let status = page.status(&programme);
        let said = self.said(account, &id).await?;
        let written = self.store.description().written.of(&page.record);
        let created_at = begun(&page.record, written);
        let seen: StaffApplication = StaffApplication {
            id,
            reference: reference.to_owned(),
            programme: programme.id.clone(),
            status,
            revision: page.revision,
            locale: locale(&page.record),
            partner: text(&page.record, "partner"),
            created_at,
            updated_at: written.unwrap_or(created_at),
            extension: None,
            draft: (!unchanged).then(|| answers(&page.record)),
            submitted,
            files: Vec::new(),
            receipt: standing.submitted.as_ref().map(|act| receipt(act, &programme)),
            seal: None,
            timeline: timeline(&page, &said, created_at),
            notes: notes(&said),
            moves: Status::ALL.into_iter().filter(|to| status.may_become(*to, Mover::Staff)).collect(),
        };
        problem::json(200, &seen)
    }

    /// What was submitted, if it is what its act says.
    async fn submitted(&self, account: &Account, id: &str, digest: &str) -> Result<Option<Answers>, Failure> {
        let collection = &self.store.description().collections.submissions;
        let found = self.store.read(&Who::Staff(account.clone()), collection, id).await?;
        let canonical = found
            .and_then(|found| text(&found.record, "canonical"))
            .filter(|canonical| seal::digest(canonical) == digest);
        let whole: Option<Value> = canonical.and_then(|canonical| serde_json::from_str(&canonical).ok());
        Ok(whole.and_then(|whole| whole.get("answers")?.as_object().cloned()).map(Answers))
    }

    /// The programme and the id that a reference stands for.
    pub(super) async fn locate(&self, account: &Account, reference: &str) -> Result<(String, String), Failure> {
        if let Some(found) = self.found(reference)? {
            return Ok(found);
        }
        // Opened by its address, or come since the list was read.
        let collection = &self.store.description().collections.programmes;
        let known: Vec<String> = self.desk.borrow().as_ref().ok_or_else(signed_out)?.books.keys().cloned().collect();
        let programmes = if known.is_empty() {
            let listed = self.store.list(&Who::Anyone, collection, crate::store::Which::All).await?;
            listed.iter().filter_map(|item| text(&item.record, "id")).collect()
        } else {
            known
        };
        for programme in programmes {
            self.refresh(account, &programme).await?;
            if let Some(found) = self.found(reference)? {
                return Ok(found);
            }
        }
        Err(Failure::not_found())
    }

    fn found(&self, reference: &str) -> Result<Option<(String, String)>, Failure> {
        let desk = self.desk.borrow();
        let desk = desk.as_ref().ok_or_else(signed_out)?;
        let mut books = desk.books.iter();
        Ok(books.find_map(|(programme, book)| book.find(reference).map(|(id, _)| (programme.clone(), id.to_owned()))))
    }

    /// An application of a book.
    pub(super) fn page(&self, programme: &str, id: &str) -> Result<Page, Failure> {
        let desk = self.desk.borrow();
        let book = desk.as_ref().ok_or_else(signed_out)?.books.get(programme);
        let page = book
            .and_then(|book| book.find(&crate::auth::reference(id)))
            .map(|(_, page)| page.clone());
        page.ok_or_else(Failure::not_found)
    }

    /// `POST …/notes`.
    ///
    /// # Errors
    /// 404; 400 for none, and for one that is too long.
    pub async fn note(&self, account: &Account, reference: &str, request: &Request) -> Result<Reply, Failure> {
        let NewNote { text } = serde_json::from_str(&request.body).map_err(|fault| Failure::malformed(fault.to_string()))?;
        let text = clean_lines(&text);
        if text.is_empty() || text.chars().count() > NOTE_LIMIT {
            return Err(Failure::malformed(format!("A note has 1 to {NOTE_LIMIT} characters.")));
        }
        let (programme, id) = self.locate(account, reference).await?;
        self.page(&programme, &id)?;
        let note = json!({"at": self.now().to_string(), "by": account.name, "text": text});
        self.say(account, &id, "notes", note).await?;
        Ok(problem::empty(201))
    }

    /// What staff said of an application; `null` where nothing was said.
    async fn said(&self, account: &Account, id: &str) -> Result<Value, Failure> {
        let collection = &self.store.description().collections.notes;
        let found = self.store.read(&Who::Staff(account.clone()), collection, id).await?;
        Ok(found.map_or(Value::Null, |found| found.record))
    }

    /// Adds an item to what staff said of an application: to its `notes`, or to its `moves`.
    pub(super) async fn say(&self, account: &Account, id: &str, list: &str, item: Value) -> Result<(), Failure> {
        let collection = &self.store.description().collections.notes;
        self.rewrite(account, (collection, id), None, |said| {
            let mut items = said.get(list).and_then(Value::as_array).cloned().unwrap_or_default();
            items.push(item.clone());
            Ok(Map::from_iter([(list.to_owned(), Value::Array(items))]))
        })
        .await
    }

    /// Writes where staff moved an application: `change` is given what it is now. `owner` may see it, where the store can let them.
    pub(super) async fn decide(
        &self,
        account: &Account,
        id: &str,
        owner: Option<&Value>,
        change: impl Fn(&Value) -> Result<Map<String, Value>, Failure>,
    ) -> Result<(), Failure> {
        let collection = &self.store.description().collections.decisions;
        self.rewrite(account, (collection, id), owner, change).await
    }

    /// Makes or changes a record of staff's: `change` is given what it is now, again whenever somebody else was faster.
    async fn rewrite(
        &self,
        account: &Account,
        (collection, id): (&Collection, &str),
        owner: Option<&Value>,
        change: impl Fn(&Value) -> Result<Map<String, Value>, Failure>,
    ) -> Result<(), Failure> {
        let who = Who::Staff(account.clone());
        for _ in 0..TRIES {
            let found = self.store.read(&who, collection, id).await?;
            let changes = change(found.as_ref().map_or(&Value::Null, |found| &found.record))?;
            let is_written = match found {
                Some(found) => {
                    let outcome = self.store.update(&who, collection, id, found.version, changes, owner).await?;
                    matches!(outcome, Changed::Done(_))
                }
                None => self.store.create(&who, collection, id, changes, owner).await? != Made::Exists,
            };
            if is_written {
                return Ok(());
            }
        }
        let kind = opencall_core::contract::problem_type::STORAGE;
        Err(Failure::new(503, kind, "Others write at the same moment"))
    }
}

fn notes(said: &Value) -> Vec<Note> {
    let notes = said.get("notes").and_then(Value::as_array);
    notes
        .into_iter()
        .flatten()
        .filter_map(|note| serde_json::from_value(note.clone()).ok())
        .collect()
}

fn timeline(page: &Page, said: &Value, begun: Timestamp) -> Vec<StaffHappening> {
    let happening = |at, what| StaffHappening {
        at,
        what,
        until: None,
        reason: None,
        by: None,
        from: None,
        to: None,
    };
    let mut all = vec![happening(begun, HappeningKind::Begun)];
    let acts = page.acts();
    all.extend(acts.iter().map(|act| {
        let what = match act.what {
            What::Submitted => HappeningKind::Submitted,
            What::Withdrawn => HappeningKind::Withdrawn,
        };
        happening(act.at, what)
    }));
    for step in said.get("moves").and_then(Value::as_array).into_iter().flatten() {
        let status = |name: &str| Status::from_name(step.get(name)?.as_str()?);
        let Some(at) = text(step, "at").and_then(|at| Timestamp::parse(&at)) else {
            continue;
        };
        let about = text(step, "about");
        let at = acts::not_before(&acts, about.as_deref().unwrap_or_default(), at);
        all.push(StaffHappening {
            by: text(step, "by"),
            reason: text(step, "reason"),
            from: status("from"),
            to: status("to"),
            ..happening(at, HappeningKind::Moved)
        });
    }
    all.sort_by_key(|happening| happening.at);
    all
}
