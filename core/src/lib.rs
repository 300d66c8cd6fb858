//! The rules of an open call, once: the same crate is compiled into the browser and into the
//! backend, so that a rule cannot differ between them. No I/O, no clock, no web in here.
//!
//! - [`programme`]: the document that describes a call, and its loading with every fault named.
//! - [`answers`]: what an applicant has typed so far, however incomplete or wrong.
//! - [`validate`]: from answers to an [`Application`], or to every [`Problem`] in the way.
//! - [`condition`]: when a field is asked at all.
//! - [`eligibility`]: the questions asked first and kept nowhere.
//! - [`merge`]: two versions of a draft made into one, and what a person has to decide.
//! - [`progress`]: how far each step of a draft has come.
//! - [`mod@phase`]: where a call stands at a moment; the only place that decides "open" or "closed".
//! - [`proof`]: signed statements of what was received, and when.
//! - [`role`]: who of the staff may do what.
//! - [`counts`]: what a partner may be told of how many applied.
//! - [`status`]: where an application stands, and the legal moves between statuses.
//! - [`seal`]: the canonical form of an application and its digest.
//! - [`text`], [`time`], [`encoding`], [`country`], [`locale`], [`mod@pointer`]: what the above is made of.
//! - [`contract`]: the shapes that travel between app and backend.
//! - `openapi` (native only): the contract as a document and as a page.

pub mod answers;
mod cluster;
pub mod condition;
pub mod contract;
pub mod country;
pub mod counts;
pub mod draft_file;
pub mod eligibility;
pub mod encoding;
pub mod locale;
pub mod merge;
#[cfg(feature = "native")]
pub mod openapi;
pub mod phase;
pub mod pointer;
pub mod problem;
pub mod programme;
pub mod progress;
pub mod proof;
pub mod role;
#[cfg(feature = "native")]
pub mod schema;
pub mod seal;
pub mod status;
pub mod text;
pub mod time;
pub mod validate;

pub use answers::Answers;
pub use locale::{Locale, Localised};
pub use phase::{Allowed, Phase, Schedule, phase};
pub use problem::{Fault, Problem};
pub use programme::Programme;
pub use status::Status;
pub use time::Timestamp;
pub use validate::{Application, application};
