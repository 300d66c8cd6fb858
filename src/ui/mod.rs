//! Presentational components that know nothing of calls.
//!
//! - [`announce`]: words spoken politely by screen readers.
//! - [`arches`]: the row of arches that shows how far one has come.
//! - [`dialog`]: a dialog above the page.
//! - [`dom`]: elements, and what follows signals.
//! - [`download`]: giving the reader a file.
//! - [`errors`]: the summary of errors at the top of a page.
//! - [`focus`]: moving focus and sight.
//! - [`icon`]: the few icons there are.
//! - [`idle`]: acting when nothing is being drawn.
//! - [`kept`]: values derived from signals.
//! - [`notice`]: a banner.
//! - [`qr`]: a text as a QR code.
//!
//! They are functions giving a [`View`](dom::View).

pub mod announce;
pub mod arches;
pub mod dialog;
pub mod dom;
pub mod download;
pub mod errors;
pub mod focus;
pub mod icon;
pub mod idle;
pub mod kept;
pub mod notice;
pub mod qr;
