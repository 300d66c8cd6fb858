//! Which call of the contract a request means.

use std::cell::{Cell, RefCell};
use std::collections::BTreeMap;

use crate::auth::{Link, Who};
use crate::description::Description;
use crate::http::{Http, Reply, Request, Unreachable};
use crate::problem::Failure;
use crate::programmes::Document;
use crate::staff::Desk;
use crate::store::Store;

/// How often something is tried again after somebody else acted at the same moment.
pub(crate) const TRIES: u32 = 5;

/// Answers requests of the contract from a record store.
pub struct Gateway {
    pub(crate) store: Store,
    /// How far the time that was told last is ahead of the device's, in milliseconds.
    pub(crate) offset: Cell<i64>,
    pub(crate) documents: RefCell<BTreeMap<String, Document>>,
    pub(crate) desk: RefCell<Option<Desk>>,
}

impl Gateway {
    /// For the store that is described, reached through `http`.
    pub fn new(description: Description, http: Box<dyn Http>) -> Self {
        Self {
            store: Store::new(description, http),
            offset: Cell::new(0),
            documents: RefCell::default(),
            desk: RefCell::default(),
        }
    }

    /// Answers a request of the contract: [`Request::url`] is its path and query.
    ///
    /// # Errors
    /// When the store cannot be reached.
    pub async fn answer(&self, request: Request) -> Result<Reply, Unreachable> {
        match self.route(&request).await {
            Ok(reply) => Ok(reply),
            Err(failure) => failure.into_reply().ok_or(Unreachable),
        }
    }

    async fn route(&self, request: &Request) -> Result<Reply, Failure> {
        let path = request.url.split(['?', '#']).next().unwrap_or_default();
        let parts: Vec<&str> = path.trim_matches('/').split('/').collect();
        let Some((["api", "v1"], call)) = parts.split_at_checked(2) else {
            return Err(Failure::not_found());
        };
        let method = request.method.as_str();
        match (method, call) {
            (_, ["staff", rest @ ..]) => self.staff(request, rest).await,
            ("GET", ["clock"]) => self.clock().await,
            ("GET", ["programmes"]) => self.programmes().await,
            ("GET", ["programmes", id]) => self.programme(id, request).await,
            ("GET", ["programmes", id, "keys"]) => self.keys(id).await,
            ("POST", ["programmes", id, "applications"]) => self.begin(&self.link(request)?, id, request).await,
            ("GET", ["application"]) => self.read(&self.link(request)?).await,
            ("PATCH", ["application"]) => self.save(&self.link(request)?, request).await,
            ("DELETE", ["application"]) => self.erase(&self.link(request)?).await,
            ("POST", ["application", "submit"]) => self.submit(&self.link(request)?, request).await,
            ("POST", ["application", "withdraw"]) => self.withdraw(&self.link(request)?).await,
            ("GET", ["application", "export"]) => self.export(&self.link(request)?).await,
            ("GET", ["application", "timeline"]) => self.timeline(&self.link(request)?).await,
            (_, ["application", "seal" | "token" | "presence" | "files", ..]) => Err(Failure::not_offered(
                "A record store takes no seals, files or new links, and tells nobody of one another.",
            )),
            _ => Err(Failure::not_found()),
        }
    }

    /// Whose link a request comes with.
    fn link(&self, request: &Request) -> Result<Link, Failure> {
        let (scheme, token) = request
            .header("authorization")
            .and_then(|value| value.split_once(' '))
            .ok_or_else(Failure::unknown_token)?;
        if !scheme.eq_ignore_ascii_case("bearer") {
            return Err(Failure::unknown_token());
        }
        Link::of(token.trim(), self.store.description().id_length).ok_or_else(Failure::unknown_token)
    }

    pub(crate) fn applicant(link: &Link) -> Who {
        Who::Applicant(link.clone())
    }
}
