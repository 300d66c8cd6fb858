//! `POST /programmes/{id}/applications`: begins a draft, or gives the one that this link has begun.

use opencall_core::contract::Begin;
use opencall_core::phase;
use serde_json::{Map, Value};

use crate::auth::{self, Link};
use crate::gateway::Gateway;
use crate::http::{Reply, Request};
use crate::problem::Failure;
use crate::store::Made;

/// The most bytes of an application's answers, as JSON.
pub const ANSWERS_LIMIT: usize = 512 * 1024;

impl Gateway {
    /// Begins a draft.
    ///
    /// # Errors
    /// 404 without such a programme, 403 when it is not open, 413 for too much.
    pub async fn begin(&self, link: &Link, programme: &str, request: &Request) -> Result<Reply, Failure> {
        let begin: Begin = serde_json::from_str(&request.body).map_err(|fault| Failure::malformed(fault.to_string()))?;
        check_size(&Value::Object(begin.answers.0.clone()))?;
        let document = self.document(programme).await?;
        let now = self.now();
        let phase = phase(&document.programme.schedule, None, now);
        let who = Self::applicant(link);
        if !phase.is_open() {
            // Whoever began in time is given what there is.
            return match self.look(link).await {
                Ok(seen) => self.whole(200, &seen).await,
                Err(_) => Err(Failure::not_open(phase, now)),
            };
        }
        auth::register(&self.store, link).await?;
        let source = begin.source.plausible();
        let mut record = Map::from_iter([
            (String::from("programme"), Value::from(programme)),
            (String::from("answers"), Value::Object(begin.answers.0)),
            (String::from("locale"), Value::from(begin.locale.tag())),
            (String::from("begun_at"), Value::from(now.to_string())),
        ]);
        for (name, text) in [
            ("partner", source.partner),
            ("referrer", source.referrer),
            ("campaign", source.campaign),
        ] {
            record.extend(text.map(|text| (name.to_owned(), Value::from(text))));
        }
        let collection = &self.store.description().collections.applications;
        let status = match self.store.create(&who, collection, &link.id, record, None).await? {
            Made::Made(_) => 201,
            Made::Exists => 200,
        };
        let seen = self.look(link).await?;
        self.whole(status, &seen).await
    }
}

/// Refuses answers that are too large; what is stored stays.
///
/// # Errors
/// 413.
pub fn check_size(answers: &Value) -> Result<(), Failure> {
    if answers.to_string().len() <= ANSWERS_LIMIT {
        return Ok(());
    }
    let kind = opencall_core::contract::problem_type::TOO_LARGE;
    Err(Failure::new(413, kind, "The request is too large").detail(format!("All answers together may have {ANSWERS_LIMIT} bytes.")))
}
