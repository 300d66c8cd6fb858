//! `POST /application/submit` and `/withdraw`.
//!
//! What is submitted is written first, under an id of its own, and never again; then the act that says so, with its digest. Between the two
//! nothing is lost: what was submitted before still stands, and the same request makes it whole. Repeating it gives the same receipt, so
//! no key is needed for that.

use opencall_core::answers::FileAnswer;
use opencall_core::contract::problem_type;
use opencall_core::problem::Code;
use opencall_core::validate::{Answer, Row};
use opencall_core::{Problem, Status, application, phase, seal};
use serde_json::{Map, Value};

use crate::acts::{self, Act, What};
use crate::applicant::{Seen, changed, must_be_able_to_become, receipt};
use crate::auth::Link;
use crate::gateway::{Gateway, TRIES};
use crate::http::{Reply, Request};
use crate::problem::{self, Failure};
use crate::store::Made;

/// How many submissions without an act are passed over in search of a free number.
const LEFT: u64 = 50;

impl Gateway {
    /// Submits the draft as it stands.
    ///
    /// # Errors
    /// 428 and 412 for `If-Match`, 403 when the call is not open, 409 when the status does not allow it, 422 with every answer in the way.
    pub async fn submit(&self, link: &Link, request: &Request) -> Result<Reply, Failure> {
        if request.header("idempotency-key").is_none() {
            return Err(Failure::new(400, problem_type::KEY_MISSING, "Idempotency-Key is missing"));
        }
        let wanted = self.wanted(request)?;
        for _ in 0..TRIES {
            let seen = self.look(link).await?;
            let unchanged = seen
                .standing
                .submitted
                .as_ref()
                .filter(|act| seen.standing.withdrawn.is_none() && act.version == seen.found.version);
            if let Some(act) = unchanged {
                // Nothing has changed since: the receipt there is still speaks the truth.
                return self.received(&seen, act);
            }
            let now = self.now();
            let phase = phase(&seen.programme.schedule, None, now);
            if !phase.is_open() {
                return Err(Failure::not_open(phase, now));
            }
            must_be_able_to_become(&seen, Status::Submitted)?;
            if wanted.is_some_and(|wanted| wanted != seen.found.version) {
                return Err(changed(&seen.found));
            }
            if let Some(id) = self.write(link, &seen).await? {
                return self.judged(link, &seen, &id).await;
            }
        }
        Err(Failure::new(503, problem_type::STORAGE, "Others act at the same moment"))
    }

    /// Writes what is submitted and that it is; `None` when somebody else acted meanwhile.
    async fn write(&self, link: &Link, seen: &Seen) -> Result<Option<String>, Failure> {
        let refused = |errors| {
            Failure::new(422, problem_type::ANSWERS, "Answers stand in the way")
                .errors(errors)
                .at(self.now())
        };
        let application = application(&seen.programme, &seen.answers()).map_err(refused)?;
        let uploads = uploads(application.answers());
        if !uploads.is_empty() {
            return Err(refused(uploads));
        }
        let canonical = seal::canonical(&application);
        let digest = seal::digest(&canonical);
        let Some(id) = self.keep(link, seen, &canonical).await? else {
            return Ok(None);
        };
        let (who, collections) = (Self::applicant(link), &self.store.description().collections);
        let act = Act::record(&link.id, &seen.programme.id, What::Submitted, seen.found.version, &digest);
        match self.store.create(&who, &collections.acts, &id, act, None).await? {
            Made::Made(_) => Ok(Some(id)),
            Made::Exists => Ok(None),
        }
    }

    /// Writes what is submitted under the first number at which nothing else stands; gives its id, `None` where there is no such number.
    async fn keep(&self, link: &Link, seen: &Seen, canonical: &str) -> Result<Option<String>, Failure> {
        let (who, collection) = (Self::applicant(link), &self.store.description().collections.submissions);
        let record = Map::from_iter([
            (String::from("application"), Value::from(link.id.as_str())),
            (String::from("programme"), Value::from(seen.programme.id.as_str())),
            (String::from("draft_version"), Value::from(seen.found.version)),
            (String::from("canonical"), Value::from(canonical)),
        ]);
        let first = acts::next_number(&seen.acts);
        for id in (first..first + LEFT).map(|number| link.act(number)) {
            if self.store.create(&who, collection, &id, record.clone(), None).await? != Made::Exists {
                return Ok(Some(id));
            }
            // Somebody's who is about to say that it is submitted, or left by an attempt that broke off: it stays, whosever it is.
            let left = self.store.read(&who, collection, &id).await?;
            if left.is_some_and(|left| left.record.get("canonical").and_then(Value::as_str) == Some(canonical)) {
                return Ok(Some(id));
            }
        }
        Ok(None)
    }

    /// Says what became of a submission, by the store's own time of it.
    async fn judged(&self, link: &Link, seen: &Seen, id: &str) -> Result<Reply, Failure> {
        let acts = self.acts(link).await?;
        let act = acts.iter().find(|act| act.id == id);
        let act = act.ok_or_else(|| Failure::new(502, "about:blank", "The record store does not tell when it received the submission"))?;
        let phase = phase(&seen.programme.schedule, None, act.at);
        if !phase.is_open() {
            return Err(Failure::not_open(phase, act.at));
        }
        self.received(seen, act)
    }

    fn received(&self, seen: &Seen, act: &Act) -> Result<Reply, Failure> {
        let mut reply = problem::json(200, &receipt(act, &seen.programme))?;
        reply.headers.push((String::from("etag"), format!("\"{}\"", seen.found.version)));
        Ok(reply)
    }

    /// Takes the application back.
    ///
    /// # Errors
    /// 409 when the status does not allow it.
    pub async fn withdraw(&self, link: &Link) -> Result<Reply, Failure> {
        for _ in 0..TRIES {
            let seen = self.look(link).await?;
            if seen.status() == Status::Withdrawn {
                // Done before, by an attempt whose answer was lost.
                return self.whole(200, &seen).await;
            }
            must_be_able_to_become(&seen, Status::Withdrawn)?;
            let id = link.act(acts::next_number(&seen.acts));
            let act = Act::record(&link.id, &seen.programme.id, What::Withdrawn, seen.found.version, "");
            let collection = &self.store.description().collections.acts;
            if let Made::Made(_) = self.store.create(&Self::applicant(link), collection, &id, act, None).await? {
                return self.whole(200, &self.look(link).await?).await;
            }
        }
        Err(Failure::new(503, problem_type::STORAGE, "Others act at the same moment"))
    }
}

/// Uploads that answers speak of: there are none here.
fn uploads(answers: &Row) -> Vec<Problem> {
    let problem = |pointer| Problem {
        pointer,
        code: Code::FileUnknown,
    };
    let upload = |answer: &Answer| matches!(answer, Answer::File(FileAnswer::Upload { .. }));
    let mut problems = Vec::new();
    for (field, answer) in answers.iter() {
        if upload(answer) {
            problems.push(problem(format!("/{field}")));
        }
        if let Answer::Group(rows) = answer {
            for (index, row) in rows.iter().enumerate() {
                let inner = row.iter().filter(|(_, answer)| upload(answer));
                problems.extend(inner.map(|(inner, _)| problem(format!("/{field}/{index}/{inner}"))));
            }
        }
    }
    problems
}
