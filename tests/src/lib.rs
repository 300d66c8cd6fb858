//! What the tests from outside share: a real server with a programme of their own, a person at the HTTP
//! contract, and a person at a browser who finds things by role and name.
//!
//! - [`settings`]: where the app, the server and the browser are.
//! - [`edition`]: the sample programme with dates around now.
//! - [`backend`]: the server's binary on a loopback port, killed and started again at will.
//! - [`front`]: the address that browsers see: it outlives the server behind it and can lose replies.
//! - [`static_host`]: the app alone, on nginx; [`base`] writes its path into its pages, as the build does.
//! - [`tamper`]: what a network does to replies.
//! - [`host`]: another site, with a page of its own.
//! - [`applicant`]: a person at the HTTP contract.
//! - [`abandoned`]: requests given up before their reply has been read.
//! - [`kept`]: what the server's database holds.
//! - [`seeded`]: chance that can be repeated.
//! - [`material`]: complete answers, and files that are what they say.
//! - [`browser`]: Chromium, with a profile that can survive its death.
//! - [`desk`]: applications and staff.
//! - [`page`]: a person at a page: finds by role and accessible name, waits with a deadline.
//! - [`axe`]: the accessibility checker.
//! - [`plain`]: the same form in plain HTML, to measure against; [`site`] serves it.
//! - [`network`]: what the browser requested, byte by byte.

#![allow(missing_docs, reason = "names say it; the modules explain what is surprising")]

pub mod abandoned;
pub mod applicant;
pub mod axe;
pub mod backend;
#[path = "../../xtask/src/base.rs"]
pub mod base;
pub mod browser;
pub mod desk;
pub mod edition;
pub mod front;
pub mod host;
pub mod kept;
pub mod material;
pub mod network;
pub mod page;
pub mod partner;
pub mod plain;
pub mod seeded;
pub mod settings;
pub mod site;
pub mod static_host;
pub mod tamper;
pub mod wait;

pub use applicant::{Applicant, Reply};
pub use backend::{Backend, Setup};
pub use browser::Browser;
pub use host::Host;
pub use page::{Page, Role};
pub use static_host::StaticHost;
pub use tamper::Damage;
