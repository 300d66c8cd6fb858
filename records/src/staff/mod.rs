//! The staff's calls.
//!
//! - [`session`]: signing in with an account of the store's.
//! - [`book`]: all applications of a programme, read once and kept up to date; the table that is made of them.
//! - [`one`]: one application, and notes beside it.
//! - [`moves`]: many moved at once, and taken back.

pub mod book;
pub mod moves;
pub mod one;
pub mod session;

pub use session::Desk;

use opencall_core::contract::staff::HEADER;

use crate::gateway::Gateway;
use crate::http::{Reply, Request};
use crate::problem::{self, Failure};

impl Gateway {
    /// A call below `/api/v1/staff`.
    ///
    /// # Errors
    /// 401 where nobody is signed in, 403 without the header that only our own pages send, 501 for what a record store does not offer.
    pub async fn staff(&self, request: &Request, call: &[&str]) -> Result<Reply, Failure> {
        let method = request.method.as_str();
        if method != "GET" && request.header(HEADER).is_none() {
            return Err(Failure::new(
                403,
                opencall_core::contract::staff::staff_problem::FOREIGN,
                "Not from a page of ours",
            ));
        }
        match (method, call) {
            ("POST", ["session"]) => return self.sign_in(request).await,
            ("GET", ["session"]) => return self.session(),
            ("DELETE", ["session"]) => return Ok(self.sign_out()),
            _ => {}
        }
        let account = self.account()?;
        match (method, call) {
            ("GET", ["sessions"]) => self.sessions(),
            ("GET", ["programmes", id, "rows"]) => self.rows(&account, id, None).await,
            ("GET", ["programmes", id, "changes"]) => self.rows(&account, id, Some(since(&request.url))).await,
            ("GET", ["programmes", _, "views"]) => problem::json(200, &[(); 0]),
            ("GET", ["programmes", _, "previous"]) => Err(Failure::not_found()),
            ("POST", ["programmes", id, "moves"]) => self.moves(&account, id, request).await,
            ("POST", ["moves", id, "undo"]) => self.undo(&account, id).await,
            ("GET", ["applications", reference]) => self.one(&account, reference).await,
            ("POST", ["applications", reference, "notes"]) => self.note(&account, reference, request).await,
            _ => Err(Failure::not_offered(
                "A record store has applications, moves and notes for staff, and no more.",
            )),
        }
    }
}

/// The cursor of a query.
fn since(url: &str) -> u64 {
    let query = url.split_once('?').map_or("", |(_, query)| query);
    let value = query.split('&').find_map(|pair| pair.strip_prefix("since="));
    value.and_then(|value| value.parse().ok()).unwrap_or(0)
}
