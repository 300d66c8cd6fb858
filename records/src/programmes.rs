//! Programmes' documents, and the clock.

use opencall_core::contract::{Clock, Keys, problem_type};
use opencall_core::seal::digest;
use opencall_core::{Programme, Timestamp, phase};
use serde_json::{Value, json};

use crate::auth::Who;
use crate::gateway::Gateway;
use crate::http::{Reply, Request};
use crate::problem::{self, Failure};
use crate::store::Which;

/// How long a document is taken for what it was, in milliseconds.
const FRESH_MS: i64 = 20_000;

/// A programme as it was read.
#[derive(Clone, Debug)]
pub struct Document {
    /// The rules.
    pub programme: Programme,
    /// The document, as it travels.
    text: String,
    tag: String,
    read_at: i64,
}

impl Gateway {
    /// Now, by the clock that was asked last; until one was, by the device's.
    pub fn now(&self) -> Timestamp {
        Timestamp::from_millis(self.store.http().now() + self.offset.get())
    }

    /// `GET /clock`: the time of the host that the app comes from, by the `Date` of its replies.
    ///
    /// # Errors
    /// When it cannot be reached or tells no time.
    pub async fn clock(&self) -> Result<Reply, Failure> {
        let request = Request {
            method: String::from("GET"),
            url: self.store.description().clock.clone(),
            ..Request::default()
        };
        let sent = self.store.http().now();
        let reply = self.store.http().send(request).await.map_err(|_| Failure::Unreachable)?;
        let date = reply.header("date").and_then(Timestamp::parse_http_date);
        let date = date.ok_or_else(|| Failure::new(502, "about:blank", "The host of this page tells no time"))?;
        // Cut off to the second: half of one later is the best guess.
        let now = date.plus_millis(500);
        let halfway = sent + (self.store.http().now() - sent) / 2;
        self.offset.set(now.millis() - halfway);
        problem::json(200, &Clock { now })
    }

    /// The document of a programme.
    ///
    /// # Errors
    /// 404; 502 for a document that is none.
    pub async fn document(&self, id: &str) -> Result<Document, Failure> {
        let now = self.store.http().now();
        let known = self.documents.borrow().get(id).cloned();
        if let Some(known) = known.filter(|known| (0..FRESH_MS).contains(&(now - known.read_at))) {
            return Ok(known);
        }
        let collection = &self.store.description().collections.programmes;
        let found = self
            .store
            .read(&Who::Anyone, collection, id)
            .await?
            .ok_or_else(Failure::not_found)?;
        let text = found.record.get("document").map(Value::to_string).unwrap_or_default();
        let programme = Programme::load(&text).map_err(|faults| {
            let faults: Vec<String> = faults.iter().map(ToString::to_string).collect();
            Failure::new(502, problem_type::INTERNAL, "The programme's document is not one").detail(faults.join("; "))
        })?;
        let document = Document {
            tag: format!("\"{}\"", &digest(&text)[..16]),
            programme,
            text,
            read_at: now,
        };
        self.documents.borrow_mut().insert(id.to_owned(), document.clone());
        Ok(document)
    }

    /// `GET /programmes/{id}`.
    ///
    /// # Errors
    /// As [`Gateway::document`].
    pub async fn programme(&self, id: &str, request: &Request) -> Result<Reply, Failure> {
        let document = self.document(id).await?;
        let etag = (String::from("etag"), document.tag.clone());
        if request.header("if-none-match") == Some(document.tag.as_str()) {
            return Ok(Reply {
                headers: vec![etag],
                ..problem::empty(304)
            });
        }
        Ok(Reply {
            status: 200,
            headers: vec![(String::from("content-type"), String::from("application/json")), etag],
            body: document.text.into_bytes(),
        })
    }

    /// `GET /programmes`.
    ///
    /// # Errors
    /// When the store cannot be read.
    pub async fn programmes(&self) -> Result<Reply, Failure> {
        let collection = &self.store.description().collections.programmes;
        let found = self.store.list(&Who::Anyone, collection, Which::All).await?;
        let now = self.now();
        let listed: Vec<Value> = found
            .iter()
            .filter_map(|item| Programme::load(&item.record.get("document")?.to_string()).ok())
            .map(|programme| {
                let title: serde_json::Map<String, Value> = programme
                    .locales
                    .iter()
                    .map(|locale| (locale.tag().to_owned(), Value::from(programme.title.get(*locale))))
                    .collect();
                json!({"id": programme.id, "title": title, "phase": phase(&programme.schedule, None, now)})
            })
            .collect();
        problem::json(200, &listed)
    }

    /// `GET /programmes/{id}/keys`: none; a record store signs nothing.
    ///
    /// # Errors
    /// 404.
    pub async fn keys(&self, id: &str) -> Result<Reply, Failure> {
        self.document(id).await?;
        problem::json(200, &Keys { keys: Vec::new() })
    }
}
