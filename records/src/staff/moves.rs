//! Many moved at once: what would happen, doing it, taking it back within a minute.
//!
//! A record store moves one at a time. If somebody else is faster with one while they are being moved, that one stays and is told as
//! changed; the others are moved.

use opencall_core::contract::staff::{MoveOutcome, MoveRequest, Moved, Outcome, UNDO_MS, staff_problem};
use opencall_core::seal::hex;
use opencall_core::status::Mover;
use opencall_core::text::clean_lines;
use opencall_core::{Programme, Status, Timestamp};
use serde_json::{Map, Value, json};

use super::session::signed_out;
use crate::acts::Decision;
use crate::auth::Account;
use crate::gateway::Gateway;
use crate::http::{Reply, Request};
use crate::problem::{self, Failure};

/// The most applications of one move.
const MOST: usize = 5_000;

/// A move that can be taken back.
#[derive(Clone, Debug)]
pub struct Done {
    id: String,
    programme: String,
    to: Status,
    /// References, ids and the status each had.
    items: Vec<(String, String, Status)>,
    until: Timestamp,
}

/// One application moved.
struct Step<'a> {
    from: Status,
    to: Status,
    reason: Option<&'a str>,
    by: &'a str,
    at: Timestamp,
}

impl Gateway {
    /// `POST …/moves`.
    ///
    /// # Errors
    /// 404; 400 for too many; 409 with every outcome when somebody else was faster.
    pub async fn moves(&self, account: &Account, programme: &str, request: &Request) -> Result<Reply, Failure> {
        let asked: MoveRequest = serde_json::from_str(&request.body).map_err(|fault| Failure::malformed(fault.to_string()))?;
        if asked.applications.len() > MOST {
            return Err(Failure::malformed(format!("Move at most {MOST} at once.")));
        }
        let rules = self.refresh(account, programme).await?;
        let mut moving = Vec::new();
        let mut outcomes = Vec::with_capacity(asked.applications.len());
        {
            let desk = self.desk.borrow();
            let book = desk.as_ref().and_then(|desk| desk.books.get(programme)).ok_or_else(signed_out)?;
            for seen in &asked.applications {
                let found = book.find(&seen.reference).map(|(id, page)| (id.to_owned(), page.status(&rules)));
                let outcome = match &found {
                    None => Outcome::Unknown,
                    Some((_, now)) if *now == asked.to => Outcome::Already,
                    Some((_, now)) if *now != seen.status => Outcome::Changed,
                    Some((_, now)) if now.may_become(asked.to, Mover::Staff) => Outcome::Moves,
                    Some(_) => Outcome::Illegal,
                };
                let from = found.as_ref().map(|(_, now)| *now);
                if let (Outcome::Moves, Some((id, now))) = (outcome, found) {
                    moving.push((seen.reference.clone(), id, now));
                }
                outcomes.push(MoveOutcome {
                    reference: seen.reference.clone(),
                    from,
                    outcome,
                });
            }
        }
        if !asked.dry_run && outcomes.iter().any(|one| one.outcome == Outcome::Changed) {
            return Err(meanwhile(&outcomes));
        }
        if asked.dry_run || moving.is_empty() {
            return problem::json(200, &moved(None, outcomes));
        }
        let reason = asked.reason.as_deref().map(clean_lines).filter(|reason| !reason.is_empty());
        let at = self.now();
        let mut items = Vec::with_capacity(moving.len());
        for (reference, id, from) in moving {
            let step = Step {
                from,
                to: asked.to,
                reason: reason.as_deref(),
                by: &account.name,
                at,
            };
            if self.step(account, &rules, &id, &step).await? {
                items.push((reference, id, from));
            } else if let Some(outcome) = outcomes.iter_mut().find(|one| one.reference == reference) {
                outcome.outcome = Outcome::Changed;
            }
        }
        let done = Done {
            id: hex(&self.store.http().random()),
            programme: programme.to_owned(),
            to: asked.to,
            items,
            until: at.plus_millis(UNDO_MS),
        };
        let reply = problem::json(200, &moved(Some(&done), outcomes));
        if let Some(desk) = self.desk.borrow_mut().as_mut() {
            desk.done = Some(done);
        }
        reply
    }

    /// Moves one; whether it was still where it was seen.
    async fn step(&self, account: &Account, rules: &Programme, id: &str, step: &Step<'_>) -> Result<bool, Failure> {
        let page = self.page(&rules.id, id)?;
        let Some(submitted) = page.standing(rules).submitted else {
            return Ok(false);
        };
        let entry = json!({"at": step.at.to_string(), "about": submitted.id, "by": step.by, "from": step.from.name(),
            "to": step.to.name(), "reason": step.reason});
        let known = Decision::of(&page.decision);
        let moved = self
            .decide(account, id, page.owner().as_ref(), |decision| {
                // Whoever decided since this list was read was faster.
                if Decision::of(decision) != known {
                    return Err(Failure::illegal_move(step.from));
                }
                Ok(Map::from_iter([
                    (String::from("status"), Value::from(step.to.name())),
                    (String::from("about"), Value::from(submitted.id.as_str())),
                    (String::from("moved_at"), Value::from(step.at.to_string())),
                ]))
            })
            .await;
        match moved {
            Ok(()) => {}
            Err(Failure::Problem(details, _)) if details.status == 409 => return Ok(false),
            Err(failure) => return Err(failure),
        }
        self.say(account, id, "moves", entry).await?;
        Ok(true)
    }

    /// `POST /staff/moves/{id}/undo`.
    ///
    /// # Errors
    /// 409 when it is too late, was undone already or somebody else's; 409 with every outcome when something has been moved since.
    pub async fn undo(&self, account: &Account, id: &str) -> Result<Reply, Failure> {
        let now = self.now();
        let done = self.desk.borrow_mut().as_mut().and_then(|desk| desk.done.take());
        let done = done.filter(|done| done.id == id && now <= done.until);
        let done = done.ok_or_else(|| Failure::new(409, staff_problem::TOO_LATE, "This can be undone no more"))?;
        let rules = self.refresh(account, &done.programme).await?;
        let mut outcomes = Vec::with_capacity(done.items.len());
        for (reference, id, _) in &done.items {
            let still = self.page(&done.programme, id).is_ok_and(|page| page.status(&rules) == done.to);
            outcomes.push(MoveOutcome {
                reference: reference.clone(),
                from: Some(done.to),
                outcome: if still { Outcome::Moves } else { Outcome::Changed },
            });
        }
        if outcomes.iter().any(|one| one.outcome == Outcome::Changed) {
            return Err(meanwhile(&outcomes));
        }
        for (_, id, before) in &done.items {
            let step = Step {
                from: done.to,
                to: *before,
                reason: None,
                by: &account.name,
                at: now,
            };
            self.step(account, &rules, id, &step).await?;
        }
        problem::json(200, &moved(None, outcomes))
    }
}

fn moved(done: Option<&Done>, outcomes: Vec<MoveOutcome>) -> Moved {
    Moved {
        id: done.map(|done| done.id.clone()),
        undo_until: done.map(|done| done.until),
        outcomes,
    }
}

fn meanwhile(outcomes: &[MoveOutcome]) -> Failure {
    Failure::new(
        409,
        staff_problem::MOVED_MEANWHILE,
        "Somebody else has moved some of them meanwhile",
    )
    .detail("Nothing was moved. Look at them again.")
    .more("outcomes", serde_json::to_value(outcomes).unwrap_or_default())
}
