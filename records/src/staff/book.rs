//! All applications of a programme, read once and kept up to date, and the table that staff's pages are given of them.

use std::collections::{BTreeMap, BTreeSet};

use opencall_core::Programme;
use opencall_table::stream::{Head, MEDIA_TYPE, framed, head};
use opencall_table::{Facts, Row, Schema, block, row};
use serde_json::Value;

use super::session::signed_out;
use crate::acts::{self, Act, Decision, Standing};
use crate::applicant::{answers, begun, locale, text};
use crate::auth::{Account, Who, reference};
use crate::description::{Collection, iso};
use crate::gateway::Gateway;
use crate::http::Reply;
use crate::problem::Failure;
use crate::store::{Item, Which};

/// Rows of a block.
const BLOCK: usize = 2_000;
/// Everything is read anew after so long, in milliseconds: a list that was paged through while something was erased may lack one, and some
/// stores do not say what was erased.
const WHOLE_MS: i64 = 5 * 60_000;
/// A store may have taken the time of a record so long before others can see it, in milliseconds.
const COMMIT_MS: i64 = 60_000;

/// All applications of a programme.
#[derive(Debug, Default)]
pub struct Book {
    pages: BTreeMap<String, Page>,
    /// The number of the last change.
    revision: u64,
    /// References of what was erased, by the number of that change.
    gone: Vec<(u64, String)>,
    /// The latest time seen of each list, as the store writes it.
    cursors: [Value; 3],
    /// How long before that the next read begins, in milliseconds.
    overlap: i64,
    /// When everything was read last, by the device's clock.
    whole_at: Option<i64>,
}

/// One application.
#[derive(Debug, Default, Clone, PartialEq)]
pub struct Page {
    /// The draft's record; `Null` where only acts are known.
    pub record: Value,
    /// What its applicant did, as it was listed.
    acts: Vec<Item>,
    /// Where staff moved it: their record of that.
    pub decision: Value,
    /// The number of its last change.
    pub revision: u64,
}

impl Page {
    /// What its applicant did.
    pub fn acts(&self) -> Vec<Act> {
        acts::read(&self.acts)
    }

    /// Whose it is, as the store names them; `None` where nothing was done with it.
    pub fn owner(&self) -> Option<Value> {
        let acts = self.acts();
        let first = acts.first()?;
        let is_it = |item: &&Item| item.received == Some(first.at) && text(&item.record, "id").as_deref() == Some(first.id.as_str());
        self.acts.iter().find(is_it)?.owner.clone()
    }

    /// Where it stands.
    pub fn standing(&self, programme: &Programme) -> Standing {
        acts::standing(&self.acts(), programme)
    }

    /// Its status.
    pub fn status(&self, programme: &Programme) -> opencall_core::Status {
        self.standing(programme).status(Decision::of(&self.decision).as_ref())
    }
}

impl Book {
    /// An application by its reference.
    pub fn find(&self, reference: &str) -> Option<(&str, &Page)> {
        let mut pages = self.pages.iter().filter(|(_, page)| page.record.is_object());
        pages
            .find(|(id, _)| self::reference(id) == reference)
            .map(|(id, page)| (id.as_str(), page))
    }

    /// Takes in what was listed; gives the ids of what changed.
    fn take(&mut self, programme: &str, [applications, acts, decisions]: [Vec<Item>; 3], all: bool) {
        let mut changed: BTreeSet<String> = BTreeSet::new();
        if all {
            // What is listed no more is gone, where the store does not tell.
            let listed: BTreeSet<String> = applications.iter().filter_map(|item| text(&item.record, "id")).collect();
            for (id, page) in &mut self.pages {
                if page.record.is_object() && !listed.contains(id) {
                    page.record = Value::Null;
                    changed.insert(id.clone());
                }
            }
        }
        for item in applications {
            let Some(id) = text(&item.record, "id") else { continue };
            if item.removed {
                if let Some(page) = self.pages.get_mut(&id).filter(|page| page.record.is_object()) {
                    page.record = Value::Null;
                    changed.insert(id);
                }
            } else if text(&item.record, "programme").as_deref() == Some(programme)
                && item.record.get("answers").is_some_and(Value::is_object)
            {
                let page = self.pages.entry(id.clone()).or_default();
                if page.record != item.record {
                    page.record = item.record;
                    changed.insert(id);
                }
            }
        }
        for item in acts {
            let Some(id) = text(&item.record, "application") else { continue };
            let page = self.pages.entry(id.clone()).or_default();
            if !page.acts.contains(&item) {
                page.acts.push(item);
                changed.insert(id);
            }
        }
        for item in decisions {
            let Some(id) = text(&item.record, "id") else { continue };
            let page = self.pages.entry(id.clone()).or_default();
            if page.decision != item.record {
                page.decision = item.record;
                changed.insert(id);
            }
        }
        if changed.is_empty() {
            return;
        }
        self.revision += 1;
        for id in changed {
            let Some(page) = self.pages.get_mut(&id) else { continue };
            page.revision = self.revision;
            if page.record.is_null() {
                self.gone.push((self.revision, self::reference(&id)));
            }
        }
    }

    /// The rows changed since, the latest first, and the references of those erased.
    fn since(&self, programme: &Programme, schema: &Schema, since: u64) -> (Vec<Row>, Vec<String>) {
        let mut rows: Vec<Row> = self
            .pages
            .iter()
            .filter(|(_, page)| page.revision > since && page.record.is_object())
            .map(|(id, page)| row_of(programme, schema, id, page))
            .collect();
        rows.sort_by_key(|row| std::cmp::Reverse(row.revision));
        let gone = self.gone.iter().filter(|(revision, _)| *revision > since);
        (rows, gone.map(|(_, reference)| reference.clone()).collect())
    }
}

fn row_of(programme: &Programme, schema: &Schema, id: &str, page: &Page) -> Row {
    let standing = page.standing(programme);
    let partner = text(&page.record, "partner");
    let written = page
        .record
        .get("written")
        .and_then(Value::as_i64)
        .map(opencall_core::Timestamp::from_millis);
    let created = begun(&page.record, written);
    let facts = Facts {
        revision: page.revision,
        reference: &reference(id),
        status: standing.status(Decision::of(&page.decision).as_ref()),
        partner: partner.as_deref(),
        created,
        updated: written.unwrap_or(created),
        submitted: standing.submitted.as_ref().map(|act| act.at),
        deadline: None,
        locale: locale(&page.record),
    };
    row(schema, programme, &facts, &answers(&page.record))
}

impl Gateway {
    /// Brings the book of a programme up to date.
    ///
    /// # Errors
    /// 404; when the store cannot be read.
    pub async fn refresh(&self, account: &Account, id: &str) -> Result<Programme, Failure> {
        let programme = self.document(id).await?.programme;
        let who = Who::Staff(account.clone());
        let collections = &self.store.description().collections;
        let (cursors, overlap, whole_at) = {
            let desk = self.desk.borrow();
            let book = desk.as_ref().ok_or_else(signed_out)?.books.get(id);
            book.map_or_else(Default::default, |book| (book.cursors.clone(), book.overlap, book.whole_at))
        };
        let began = self.store.http().now();
        let sources: [&Collection; 3] = [&collections.applications, &collections.acts, &collections.decisions];
        let tells = sources.iter().all(|collection| self.store.tells_changes(collection));
        let is_fresh = whole_at.is_some_and(|at| (0..WHOLE_MS).contains(&(began - at)));
        let all = !(is_fresh && tells);
        let mut listed: [Vec<Item>; 3] = Default::default();
        for (place, collection) in sources.into_iter().enumerate() {
            let since = earlier(&cursors[place], overlap).filter(|_| !all);
            let which = since.as_ref().map_or(Which::All, Which::Since);
            listed[place] = self.store.list(&who, collection, which).await?;
        }
        let time = &self.store.description().written;
        for item in &mut listed[0] {
            // As the table wants it, whatever the store calls it.
            if let (Some(at), Value::Object(members)) = (time.of(&item.record), &mut item.record) {
                members.insert(String::from("written"), Value::from(at.millis()));
            }
        }
        let mut desk = self.desk.borrow_mut();
        let book = desk.as_mut().ok_or_else(signed_out)?.books.entry(id.to_owned()).or_default();
        for (place, items) in listed.iter().enumerate() {
            for item in items {
                if is_later(&item.cursor, &book.cursors[place]) {
                    book.cursors[place] = item.cursor.clone();
                }
            }
        }
        book.take(id, listed, all);
        // What came while the pages were read may stand on one that was read already.
        book.overlap = (self.store.http().now() - began).max(0) + COMMIT_MS;
        if all {
            book.whole_at = Some(began);
        }
        Ok(programme)
    }

    /// `GET …/rows` and `…/changes`.
    ///
    /// # Errors
    /// As [`Gateway::refresh`].
    pub async fn rows(&self, account: &Account, id: &str, since: Option<u64>) -> Result<Reply, Failure> {
        let programme = self.refresh(account, id).await?;
        let schema = Schema::of(&programme);
        let desk = self.desk.borrow();
        let book = desk.as_ref().and_then(|desk| desk.books.get(id)).ok_or_else(signed_out)?;
        let (rows, gone) = book.since(&programme, &schema, since.unwrap_or(0));
        let mut body = head(
            &schema,
            Head {
                rows: rows.len() as u64,
                cursor: book.revision,
            },
        );
        for (place, part) in rows.chunks(BLOCK).enumerate() {
            let gone: &[String] = if place == 0 { &gone } else { &[] };
            body.extend(framed(&block::encode(&schema, part, gone)));
        }
        if rows.is_empty() {
            body.extend(framed(&block::encode(&schema, &[], &gone)));
        }
        Ok(Reply {
            status: 200,
            headers: vec![(String::from("content-type"), MEDIA_TYPE.to_owned())],
            body,
        })
    }
}

/// A place so much before another; `None` where there is none, and where it is not known how it is written.
fn earlier(cursor: &Value, ms: i64) -> Option<Value> {
    match cursor {
        Value::Number(at) => Some(Value::from(at.as_i64()? - ms)),
        Value::String(text) => {
            let at = iso(text)?.plus_millis(-ms).to_string();
            // Some stores compare times as texts.
            Some(Value::from(if text.contains(' ') { at.replacen('T', " ", 1) } else { at }))
        }
        _ => None,
    }
}

/// Whether a place to go on from is behind another, numbers by their value and texts by their letters.
fn is_later(one: &Value, than: &Value) -> bool {
    match (one, than) {
        (Value::Null, _) => false,
        (_, Value::Null) => true,
        (Value::Number(one), Value::Number(than)) => one.as_f64() > than.as_f64(),
        (Value::String(one), Value::String(than)) => one > than,
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn listed(id: &str, name: &str) -> Item {
        Item {
            record: json!({"id": id, "programme": "p", "answers": {"name": name}}),
            removed: false,
            received: None,
            owner: None,
            cursor: Value::Null,
        }
    }

    #[test]
    fn only_what_changed_gets_a_new_number_and_what_is_listed_no_more_is_gone() {
        let mut book = Book::default();
        let take = |book: &mut Book, items: &[Item]| book.take("p", [items.to_vec(), Vec::new(), Vec::new()], true);
        take(&mut book, &[listed("a", "A"), listed("b", "B")]);
        take(&mut book, &[listed("a", "A"), listed("b", "B")]);
        assert_eq!(book.revision, 1);
        take(&mut book, &[listed("a", "A2")]);
        assert_eq!((book.pages["a"].revision, book.pages["b"].record.is_null()), (2, true));
        assert_eq!(book.gone, [(2, reference("b"))]);
        assert!(book.find(&reference("a")).is_some() && book.find(&reference("b")).is_none());
    }

    #[test]
    fn the_next_read_begins_before_the_last_time_seen_in_the_stores_own_writing() {
        assert_eq!(earlier(&json!(1_699_434_000_250_i64), 60_250), Some(json!(1_699_433_940_000_i64)));
        assert_eq!(
            earlier(&json!("2026-11-28 18:56:00.748Z"), 60_000),
            Some(json!("2026-11-28 18:55:00.748Z"))
        );
        assert_eq!(
            earlier(&json!("2026-11-28T18:56:00.748419+00:00"), 1_000),
            Some(json!("2026-11-28T18:55:59.748Z"))
        );
        assert_eq!(earlier(&Value::Null, 1), None);
        assert_eq!(earlier(&json!("yesterday"), 1), None);
    }

    #[test]
    fn records_of_another_programme_and_of_another_shape_are_passed_over() {
        let mut book = Book::default();
        let mut foreign = listed("c", "C");
        foreign.record["programme"] = json!("q");
        let shapeless = Item {
            record: json!({"id": "d", "programme": "p", "answers": 7}),
            ..listed("d", "D")
        };
        book.take("p", [vec![foreign, shapeless], Vec::new(), Vec::new()], true);
        assert_eq!(book.revision, 0);
    }
}
