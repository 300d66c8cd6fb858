//! The applicants' pages, one file a page.
//!
//! - [`start`]: from nothing to the first page: configuration, programme, draft.
//! - [`cx`]: what every page is given.
//! - [`frame`]: header, footer, and the page between them; [`bar`]: time left and the state of the draft;
//!   [`banners`]: what is said across a page; [`clashes`]: answers that two people changed at once.
//! - pages: [`call`], [`eligibility`], [`hub`], [`section`], [`check`], [`status`], [`private_link`], [`last_resort`].
//! - parts of pages: [`answers`] (what was answered, to read), [`receipt`], [`sealed`] (what was sealed and has still to arrive), [`leave`] (withdraw, delete), [`link_box`].

mod answers;
mod banners;
mod bar;
mod call;
mod check;
mod clashes;
mod cx;
mod draft_file;
mod eligibility;
mod frame;
mod hub;
pub(crate) mod last_resort;
mod leave;
mod link_box;
mod private_link;
mod receipt;
mod sealed;
mod section;
mod start;
mod status;
mod storage;
mod time;

pub use cx::Lasting;
pub use start::mount;
