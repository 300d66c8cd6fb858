//! What a check is, and what can come of one.

use std::sync::Arc;

use crate::http::{Asked, Reply};
use crate::run::Run;

/// One thing that a backend has to hold.
#[derive(Clone, Copy)]
pub struct Check {
    /// Names it: the capability, a slash, and what it is about.
    pub id: &'static str,
    /// What it belongs to.
    pub capability: Capability,
    /// What holds when it does.
    pub says: &'static str,
    /// Where that is laid down: `docs/backend.md, If-Match`, or an RFC's section.
    pub clause: &'static str,
    /// Finds out.
    pub run: fn(&Run) -> Outcome,
}

/// What comes of a check, or of a step of one.
pub type Outcome<T = ()> = Result<T, Stop>;

/// Why a check goes no further.
#[derive(Clone, Debug)]
pub enum Stop {
    /// The backend does something else than the contract says.
    Short(Box<Fault>),
    /// The backend does not claim to have it.
    NotOffered(String),
    /// It could not be found out, for a reason that is no fault of the backend's.
    NotChecked(String),
    /// It could not be found out because the suite was not given what it takes: a link, an account, an origin, a closed call.
    NotGiven(String),
}

/// What fell short.
#[derive(Clone, Debug)]
pub struct Fault {
    /// What was expected.
    pub expected: String,
    /// What was there instead, where the reply alone does not show it.
    pub found: Option<String>,
    /// The request.
    pub asked: Option<Arc<Asked>>,
    /// The reply, if there was one.
    pub reply: Option<Reply>,
}

impl Stop {
    /// Something else than expected, in no single reply.
    pub fn short(expected: impl Into<String>, found: impl Into<String>) -> Self {
        Self::Short(Box::new(Fault {
            expected: expected.into(),
            found: Some(found.into()),
            asked: None,
            reply: None,
        }))
    }

    /// Could not be found out.
    pub fn not_checked<T>(why: impl Into<String>) -> Outcome<T> {
        Err(Self::NotChecked(why.into()))
    }

    /// Could not be found out without what was not given.
    pub fn not_given<T>(why: impl Into<String>) -> Outcome<T> {
        Err(Self::NotGiven(why.into()))
    }
}

/// What a backend can do, as far as checks are grouped by it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Capability {
    /// Calls and their documents, for anyone.
    Programmes,
    /// The backend's time.
    Clock,
    /// Beginning, reading, saving, erasing a draft.
    Drafts,
    /// `If-Match`.
    Concurrency,
    /// `Idempotency-Key`.
    Idempotency,
    /// Files.
    Uploads,
    /// Submitting, receipts, taking back.
    Submission,
    /// Signed receipts, and digests before the deadline.
    Seals,
    /// What is refused once a call has closed.
    Deadline,
    /// What others must not see.
    Privacy,
    /// The private link.
    Link,
    /// Who else is at a draft.
    Presence,
    /// Apps on other origins.
    Cors,
    /// The staff's side.
    Staff,
    /// Bounded pages and snapshots of it.
    Paging,
    /// Its changes, as they happen.
    Events,
    /// Errors, media types and times of every reply of the run.
    Replies,
}

impl Capability {
    /// A check of it.
    pub const fn check(self, id: &'static str, says: &'static str, clause: &'static str, run: fn(&Run) -> Outcome) -> Check {
        Check {
            id,
            capability: self,
            says,
            clause,
            run,
        }
    }

    /// Every one, in the order in which they are checked. Replies come last: they are about all before them.
    pub const ALL: [Self; 17] = [
        Self::Programmes,
        Self::Clock,
        Self::Drafts,
        Self::Concurrency,
        Self::Idempotency,
        Self::Uploads,
        Self::Submission,
        Self::Seals,
        Self::Deadline,
        Self::Privacy,
        Self::Link,
        Self::Presence,
        Self::Cors,
        Self::Staff,
        Self::Paging,
        Self::Events,
        Self::Replies,
    ];

    /// Its name on the command line, in ids and in reports.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Programmes => "programmes",
            Self::Clock => "clock",
            Self::Drafts => "drafts",
            Self::Concurrency => "concurrency",
            Self::Idempotency => "idempotency",
            Self::Uploads => "uploads",
            Self::Submission => "submission",
            Self::Seals => "seals",
            Self::Deadline => "deadline",
            Self::Privacy => "privacy",
            Self::Link => "link",
            Self::Presence => "presence",
            Self::Cors => "cors",
            Self::Staff => "staff",
            Self::Paging => "paging",
            Self::Events => "events",
            Self::Replies => "replies",
        }
    }

    /// Whether only the staff's pages need it.
    pub const fn is_of_staff(self) -> bool {
        matches!(self, Self::Staff | Self::Paging | Self::Events)
    }
}
