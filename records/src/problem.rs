//! Errors as replies: problem details (RFC 9457), as any backend of the contract gives them.

use opencall_core::contract::{ProblemDetails, problem_type};
use opencall_core::{Phase, Problem, Status, Timestamp};
use serde_json::Value;

use crate::http::Reply;
use crate::store::Trouble;

/// Why a request was refused or failed.
#[derive(Clone, Debug, PartialEq)]
pub enum Failure {
    /// The store was not reached: whoever asked is told as of any backend that is not reached.
    Unreachable,
    /// A problem, and after how many seconds to try again.
    Problem(Box<ProblemDetails>, Option<String>),
}

impl Failure {
    /// A problem of a kind.
    pub fn new(status: u16, kind: &str, title: &str) -> Self {
        let details = ProblemDetails {
            kind: kind.to_owned(),
            title: title.to_owned(),
            status,
            ..ProblemDetails::default()
        };
        Self::Problem(Box::new(details), None)
    }

    fn with(mut self, change: impl FnOnce(&mut ProblemDetails)) -> Self {
        if let Self::Problem(details, _) = &mut self {
            change(details);
        }
        self
    }

    /// What it is this time.
    #[must_use]
    pub fn detail(self, detail: impl Into<String>) -> Self {
        self.with(|details| details.detail = Some(detail.into()))
    }

    /// What is wrong with single answers.
    #[must_use]
    pub fn errors(self, errors: Vec<Problem>) -> Self {
        self.with(|details| details.errors = errors)
    }

    /// The clock when it was decided.
    #[must_use]
    pub fn at(self, now: Timestamp) -> Self {
        self.with(|details| details.now = Some(now))
    }

    /// A further member.
    #[must_use]
    pub fn more(self, name: &str, value: impl Into<Value>) -> Self {
        self.with(|details| {
            details.more.insert(name.to_owned(), value.into());
        })
    }

    /// No such thing.
    pub fn not_found() -> Self {
        Self::new(404, problem_type::NOT_FOUND, "Not found")
    }

    /// What a record store cannot do.
    pub fn not_offered(what: &str) -> Self {
        Self::new(501, "about:blank", "This backend does not offer that").detail(what)
    }

    /// The request could not be read.
    pub fn malformed(detail: impl Into<String>) -> Self {
        Self::new(400, problem_type::MALFORMED, "The request could not be read").detail(detail)
    }

    /// No token, or one that stands for nothing.
    pub fn unknown_token() -> Self {
        Self::new(401, problem_type::UNKNOWN_TOKEN, "No application belongs to this link")
    }

    /// The call is not open.
    pub fn not_open(phase: Phase, now: Timestamp) -> Self {
        Self::new(403, problem_type::NOT_OPEN, "The call is not open")
            .at(now)
            .more("phase", serde_json::to_value(phase).unwrap_or_default())
    }

    /// The status does not allow it.
    pub fn illegal_move(status: Status) -> Self {
        Self::new(409, problem_type::ILLEGAL_MOVE, "The application's status does not allow it").more("application_status", status.name())
    }

    /// The reply; `None` for what is none.
    pub fn into_reply(self) -> Option<Reply> {
        let Self::Problem(details, retry_after) = self else { return None };
        let mut headers = vec![(String::from("content-type"), String::from("application/problem+json"))];
        headers.extend(retry_after.map(|after| (String::from("retry-after"), after)));
        Some(Reply {
            status: details.status,
            headers,
            body: serde_json::to_vec(&details).unwrap_or_default(),
        })
    }
}

impl From<Trouble> for Failure {
    fn from(trouble: Trouble) -> Self {
        match trouble {
            Trouble::Unreachable => Self::Unreachable,
            Trouble::Refused { status, retry_after, what } => {
                let detail = format!("The record store answered {status} to {what}.");
                let failure = match status {
                    401 | 403 => Self::unknown_token(),
                    413 => Self::new(413, problem_type::TOO_LARGE, "The request is too large"),
                    429 => Self::new(429, problem_type::RATE_LIMITED, "Too many requests"),
                    503 | 507 => Self::new(503, problem_type::STORAGE, "The record store cannot write at the moment"),
                    _ => Self::new(502, "about:blank", "The record store did not do it"),
                };
                match failure.detail(detail) {
                    Self::Problem(details, _) => Self::Problem(details, retry_after),
                    other => other,
                }
            }
            Trouble::Shape(fault) => Self::new(
                502,
                "about:blank",
                "The record store answered in another way than its description says",
            )
            .detail(fault),
        }
    }
}

/// A reply in JSON.
///
/// # Errors
/// Never for the contract's types.
pub fn json(status: u16, value: &impl serde::Serialize) -> Result<Reply, Failure> {
    let body =
        serde_json::to_vec(value).map_err(|fault| Failure::new(500, problem_type::INTERNAL, "Not written").detail(fault.to_string()))?;
    Ok(Reply {
        status,
        headers: vec![(String::from("content-type"), String::from("application/json"))],
        body,
    })
}

/// A reply without content.
pub fn empty(status: u16) -> Reply {
    Reply {
        status,
        ..Reply::default()
    }
}
