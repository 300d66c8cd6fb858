//! What applicants did: submitted, withdrew. Each is a record that is only made, never changed, and the time at which the store itself
//! received it is what counts.
//!
//! A record store cannot refuse what comes too late, so nobody relies on it to: whoever reads an application decides what came in time,
//! by the store's own time and the rule that decides it everywhere ([`opencall_core::phase`]). Where a store lets clients write the times
//! of records, its description names a trail that they cannot write.

use std::collections::{BTreeMap, BTreeSet};

use opencall_core::programme::Programme;
use opencall_core::{Status, Timestamp, phase};
use serde_json::{Map, Value};

use crate::store::Item;

/// What was done.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum What {
    /// The application was submitted.
    Submitted,
    /// It was taken back.
    Withdrawn,
}

/// Something an applicant did.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Act {
    /// The record's id: the application's, `-`, a number from 1, and what only the link tells ([`crate::auth::Link::act`]).
    pub id: String,
    /// The application's id.
    pub application: String,
    /// What was done.
    pub what: What,
    /// The version of the draft.
    pub version: u64,
    /// SHA-256 of what was submitted, in canonical form; empty where it was taken back.
    pub digest: String,
    /// When the store received it.
    pub at: Timestamp,
}

impl Act {
    /// The record to be made of it.
    pub fn record(application: &str, programme: &str, what: What, version: u64, digest: &str) -> Map<String, Value> {
        let name = match what {
            What::Submitted => "submitted",
            What::Withdrawn => "withdrawn",
        };
        let members = [
            ("application", Value::from(application)),
            ("programme", Value::from(programme)),
            ("act", Value::from(name)),
            ("draft_version", Value::from(version)),
            ("digest", Value::from(digest)),
        ];
        members.into_iter().map(|(name, value)| (name.to_owned(), value)).collect()
    }

    fn of(item: &Item) -> Option<Self> {
        let text = |name: &str| item.record.get(name)?.as_str().map(str::to_owned);
        Some(Self {
            id: text("id")?,
            application: text("application")?,
            what: match text("act")?.as_str() {
                "submitted" => What::Submitted,
                "withdrawn" => What::Withdrawn,
                _ => return None,
            },
            version: item.record.get("draft_version")?.as_u64()?,
            digest: text("digest").unwrap_or_default(),
            at: item.received?,
        })
        .filter(|act| {
            act.id
                .strip_prefix(act.application.as_str())
                .is_some_and(|rest| rest.starts_with('-'))
        })
    }
}

/// Acts in the order in which the store received them. Of what was written more than once, the first counts: a trail tells of every time,
/// and whoever changed an act afterwards has changed nothing. Whoever acted first is the applicant, and nobody else's acts count, where
/// the store says who wrote: an application's id stands in its receipts, and whoever was shown one could write acts that name it.
pub fn read(items: &[Item]) -> Vec<Act> {
    let mut acts: Vec<(Act, &Item)> = items.iter().filter_map(|item| Some((Act::of(item)?, item))).collect();
    acts.sort_by(|(a, _), (b, _)| (a.at, &a.id).cmp(&(b.at, &b.id)));
    let mut owners: BTreeMap<String, Option<&Value>> = BTreeMap::new();
    let mut seen = BTreeSet::new();
    acts.retain(|(act, item)| {
        let owner = owners.entry(act.application.clone()).or_insert(item.owner.as_ref());
        *owner == item.owner.as_ref() && seen.insert(act.id.clone())
    });
    acts.into_iter().map(|(act, _)| act).collect()
}

/// A time, but not before the act that it is about: it is of another clock, which may be behind.
pub fn not_before(acts: &[Act], about: &str, at: Timestamp) -> Timestamp {
    acts.iter().find(|act| act.id == about).map_or(at, |act| at.max(act.at))
}

/// The number of the next act.
pub fn next_number(acts: &[Act]) -> u64 {
    let number = |act: &Act| {
        let rest = act.id.strip_prefix(act.application.as_str())?;
        rest.split('-').nth(1)?.parse::<u64>().ok()
    };
    acts.iter().filter_map(number).max().unwrap_or(0) + 1
}

/// Where an application stands by what its applicant did.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Standing {
    /// The last submission in time.
    pub submitted: Option<Act>,
    /// When it was taken back since, if it was.
    pub withdrawn: Option<Timestamp>,
}

/// Where an application stands by its acts.
pub fn standing(acts: &[Act], programme: &Programme) -> Standing {
    let mut standing = Standing::default();
    for act in acts {
        match act.what {
            What::Submitted if phase(&programme.schedule, None, act.at).is_open() => {
                standing = Standing {
                    submitted: Some(act.clone()),
                    withdrawn: None,
                };
            }
            What::Submitted => {}
            What::Withdrawn if standing.submitted.is_some() => standing.withdrawn = Some(act.at),
            What::Withdrawn => {}
        }
    }
    standing
}

/// Where staff moved an application, as their record of it says.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Decision {
    /// Where to.
    pub status: Status,
    /// The id of the act of submitting that was decided about. It is what counts: times of different clocks are not compared.
    pub about: String,
    /// When, by the clock of whoever decided.
    pub at: Timestamp,
}

impl Decision {
    /// Of a record.
    pub fn of(record: &Value) -> Option<Self> {
        Some(Self {
            status: Status::from_name(record.get("status")?.as_str()?)?,
            about: record.get("about")?.as_str()?.to_owned(),
            at: Timestamp::parse(record.get("moved_at")?.as_str()?)?,
        })
    }
}

impl Standing {
    /// The status: what the applicant did, and what staff decided about that.
    pub fn status(&self, decision: Option<&Decision>) -> Status {
        let Some(submitted) = &self.submitted else { return Status::Draft };
        // A decision about what was submitted before it was submitted anew is none about this.
        let decided = decision.filter(|decision| decision.about == submitted.id);
        match (self.withdrawn, decided) {
            (Some(_), Some(decision)) if decision.status == Status::Selected => Status::Selected,
            (Some(_), _) => Status::Withdrawn,
            (None, Some(decision)) => decision.status,
            (None, None) => Status::Submitted,
        }
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use serde_json::json;

    use super::*;

    fn programme() -> Programme {
        let text = include_str!("../../public/programmes/ai-startup-program-2023.json");
        Programme::load(text).unwrap()
    }

    fn item(id: &str, act: &str, version: u64, at: &str) -> Item {
        Item {
            record: json!({"id": id, "application": "a", "act": act, "draft_version": version, "digest": format!("d{version}")}),
            removed: false,
            received: Timestamp::parse(at),
            owner: None,
            cursor: Value::Null,
        }
    }

    #[test]
    fn the_last_submission_in_time_counts_and_a_late_one_takes_nothing_away() {
        let acts = read(&[
            item("a-2", "submitted", 5, "2023-12-01T22:59:59.999Z"),
            item("a-3", "submitted", 9, "2023-12-01T23:00:00Z"),
            item("a-1", "submitted", 3, "2023-11-20T10:00:00Z"),
        ]);
        let standing = standing(&acts, &programme());
        assert_eq!(standing.submitted.as_ref().map(|act| act.version), Some(5));
        assert_eq!(standing.status(None), Status::Submitted);
        assert_eq!(next_number(&acts), 4);
    }

    #[test]
    fn an_act_that_was_changed_afterwards_is_what_it_was_at_first() {
        let acts = read(&[
            item("a-1", "submitted", 9, "2023-11-25T10:00:00Z"),
            item("a-1", "submitted", 3, "2023-11-20T10:00:00Z"),
            item("a-1", "withdrawn", 3, "2023-11-26T10:00:00Z"),
        ]);
        assert_eq!(acts.len(), 1);
        assert_eq!((acts[0].version, acts[0].what), (3, What::Submitted));
    }

    #[test]
    fn what_is_no_act_or_speaks_of_another_application_is_passed_over() {
        let mut foreign = item("b-1", "submitted", 1, "2023-11-20T10:00:00Z");
        foreign.record["application"] = json!("a");
        let mut timeless = item("a-1", "submitted", 1, "2023-11-20T10:00:00Z");
        timeless.received = None;
        let junk = Item {
            record: json!([1]),
            ..timeless.clone()
        };
        assert!(read(&[foreign, timeless, junk, item("a-1", "sung", 1, "2023-11-20T10:00:00Z")]).is_empty());
    }

    #[test]
    fn what_somebody_else_did_with_it_counts_for_nothing() {
        let by = |owner: &str, item: Item| Item {
            owner: Some(json!(owner)),
            ..item
        };
        let acts = read(&[
            by("other", item("a-7", "withdrawn", 1, "2023-11-23T10:00:00Z")),
            by("hers", item("a-1", "submitted", 1, "2023-11-20T10:00:00Z")),
            by("other", item("a-1", "submitted", 9, "2023-11-21T10:00:00Z")),
            by("hers", item("a-2", "submitted", 2, "2023-11-22T10:00:00Z")),
        ]);
        let ids: Vec<&str> = acts.iter().map(|act| act.id.as_str()).collect();
        assert_eq!(ids, ["a-1", "a-2"]);
        assert_eq!(standing(&acts, &programme()).status(None), Status::Submitted);
    }

    #[test]
    fn taken_back_and_submitted_anew_it_is_what_it_is_now() {
        let programme = programme();
        let decision = |status| Decision {
            status,
            about: String::from("a-1"),
            // A clock that is years behind.
            at: Timestamp::from_millis(0),
        };
        let first = item("a-1", "submitted", 1, "2023-11-20T10:00:00Z");
        let back = item("a-2", "withdrawn", 1, "2023-11-22T10:00:00Z");
        let anew = item("a-3", "submitted", 2, "2023-11-24T10:00:00Z");
        let of = |items: &[Item]| standing(&read(items), &programme);
        let in_review = Some(decision(Status::InReview));
        let in_review = in_review.as_ref();
        assert_eq!(of(std::slice::from_ref(&first)).status(in_review), Status::InReview);
        assert_eq!(of(&[first.clone(), back.clone()]).status(in_review), Status::Withdrawn);
        assert_eq!(of(&[first.clone(), back.clone(), anew]).status(in_review), Status::Submitted);
        assert_eq!(of(std::slice::from_ref(&back)).status(in_review), Status::Draft);
        let selected = decision(Status::Selected);
        assert_eq!(
            of(&[first, back]).status(Some(&selected)),
            Status::Selected,
            "a chosen applicant does not vanish by a click"
        );
    }
}
