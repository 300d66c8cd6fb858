//! Every way in which a call to the backend can fail: one type, each with a way on for a person.

use opencall_core::contract::{ProblemDetails, problem_type};

/// Why a call to the backend gave nothing.
#[derive(Clone, Debug, PartialEq)]
pub enum ApiError {
    /// The backend was not reached: no network, or nobody listening there.
    Offline,
    /// The backend did not answer in time.
    Timeout,
    /// The backend said no, and why (RFC 9457).
    Problem(Box<ProblemDetails>),
    /// What was to be changed has been changed by someone else meanwhile (412).
    Conflict {
        /// The version there is now, if the backend said.
        version: Option<u64>,
    },
    /// Too many requests (429).
    RateLimited {
        /// Seconds after which to try again, if the backend said.
        retry_after_s: Option<u32>,
    },
    /// A web page came in the place of the reply: a network that wants somebody to sign in, a proxy's page, or a site that is not
    /// set up.
    Captive,
    /// The reply was not what the contract promises.
    Contract {
        /// In what way.
        breach: Breach,
        /// Which call and what was wrong, in English, for whoever runs the backend.
        at: String,
    },
}

/// In what way a reply was not what the contract promises.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Breach {
    /// It says something else than this app expects: the backend speaks an older or a newer contract, or has a fault.
    Shape,
    /// It ends too early.
    Cut,
    /// It is longer than anything the contract has; the rest was not read.
    TooLong,
    /// It is nested deeper than anything the contract has.
    TooDeep,
    /// It is not written in the format that was promised.
    Garbled,
    /// It lacks a header: something on the way takes headers out.
    Header,
    /// The backend does not know the call: it speaks another version of the contract.
    UnknownCall,
}

/// Before what serde_json says of JSON that is of another shape.
pub(super) const UNLIKE: &str = "not as promised: ";

impl ApiError {
    /// A problem as a backend would name it, for when there is no need to ask one.
    pub fn problem(status: u16, kind: &str) -> Self {
        Self::Problem(Box::new(ProblemDetails {
            kind: kind.to_owned(),
            status,
            ..ProblemDetails::default()
        }))
    }

    /// A reply that says something else than it should: `at` is which call and what was wrong, in English.
    pub fn shape(at: String) -> Self {
        Self::Contract { breach: Breach::Shape, at }
    }

    /// What a fault in reading a reply means: serde_json and the programme's loader tell it in words only.
    pub fn unread(at: &str, fault: &str) -> Self {
        let told = [
            (UNLIKE, Breach::Shape),
            ("EOF while", Breach::Cut),
            ("ends too early (", Breach::Cut),
            ("recursion limit", Breach::TooDeep),
            (" at line ", Breach::Garbled),
            ("is not JSON (", Breach::Garbled),
        ];
        let breach = told.into_iter().find(|(words, _)| fault.contains(words));
        let breach = breach.map_or(Breach::Shape, |(_, breach)| breach);
        Self::Contract {
            breach,
            at: [at, ": ", fault].concat(),
        }
    }

    /// Whether the same call may work later without anybody changing anything.
    pub fn is_passing(&self) -> bool {
        match self {
            Self::Offline | Self::Timeout | Self::RateLimited { .. } | Self::Captive | Self::Contract { .. } => true,
            Self::Conflict { .. } => false,
            Self::Problem(details) => details.status >= 500 || details.kind == problem_type::KEY_RUNNING,
        }
    }

    /// Whether nobody knows what the backend did with the request: it may or may not have acted on it.
    pub fn leaves_doubt(&self) -> bool {
        match self {
            Self::Offline | Self::Timeout | Self::Captive | Self::Contract { .. } => true,
            Self::Conflict { .. } | Self::RateLimited { .. } => false,
            Self::Problem(details) => details.status >= 500 || details.kind == problem_type::KEY_RUNNING,
        }
    }

    /// Whether this is a problem of the given kind (one of [`problem_type`]'s).
    pub fn is(&self, kind: &str) -> bool {
        matches!(self, Self::Problem(details) if kind_of(&details.kind) == kind)
    }
}

/// A problem's type without the origin a backend may put before it.
fn kind_of(kind: &str) -> &str {
    kind.find("/problems/").map_or(kind, |at| &kind[at..])
}
