//! The contract over a backend that only keeps records in collections over HTTP. What such a backend looks like (addresses,
//! envelopes, versions, paging, how one signs in) is data in `config.json`, not code: [`description`].
//!
//! The app sends the requests of the contract, as to any backend; [`Gateway`] answers them with what it reads from and writes to the
//! collections. In the browser it is a module of its own (`records.js`), fetched only where `config.json` says so.
//!
//! - [`description`]: what is said about a record store; [`template`]: texts with places to fill.
//! - [`http`]: what lies below; `browser` in the browser, anything in tests.
//! - [`store`]: records read, listed, made, changed and removed, by the description; [`auth`]: whose request it is.
//! - [`gateway`]: which call a request means; [`problem`]: errors as replies.
//! - [`applicant`], [`begin`], [`submit`]: the applicants' calls; [`acts`]: what an applicant did, and what came in time.
//! - [`programmes`]: documents and the clock.
//! - [`staff`]: the staff's calls.
//!
//! What a record store cannot do by itself is kept honest by what it can: nobody is asked to trust an applicant's clock, because the
//! time of a submission is the one that the store itself put on a record that only says "submitted, with this digest" ([`acts`]).

pub mod acts;
pub mod applicant;
pub mod auth;
pub mod begin;
#[cfg(target_arch = "wasm32")]
mod browser;
pub mod description;
pub mod gateway;
pub mod http;
pub mod problem;
pub mod programmes;
pub mod staff;
pub mod store;
pub mod submit;
pub mod template;

pub use description::Description;
pub use gateway::Gateway;
