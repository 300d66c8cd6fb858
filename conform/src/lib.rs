//! Drives any backend through the contract (`docs/backend.md`) and says, check by check, what holds and what falls short. It needs
//! nothing of ours on the other side: everything goes over HTTP, as an app would do it.
//!
//! - [`suite`]: one run from the first request to the last clean-up.
//! - [`check`]: what a check is, and what can come of one; [`checks`]: all of them, a file a capability.
//! - [`run`]: what the checks of a run share: the programme, what the backend claims, a draft, a session.
//! - [`claims`]: where what a backend claims is read, and how it is found out where nothing is said.
//! - [`http`]: requests, and replies as they came; [`expect`]: what a reply has to be.
//! - [`broken`]: a request that breaks off.
//! - [`draft`]: a draft that is erased when it is done with; [`upload`]: files; [`staff`]: a session of the staff's.
//! - [`fill`]: complete answers to any programme; [`applying`]: drafts with them, and what was submitted; [`material`]: files that are what they say.
//! - [`conceal`]: what no report may say; [`report`]: for people and for programs, without it.

pub mod applying;
pub mod broken;
pub mod check;
pub mod checks;
pub mod claims;
pub mod conceal;
pub mod draft;
pub mod expect;
pub mod fill;
pub mod http;
pub mod material;
pub mod report;
pub mod run;
pub mod staff;
pub mod suite;
pub mod upload;

pub use check::{Capability, Check, Outcome, Stop};
pub use run::Run;
pub use suite::{Options, Results, Selection};
