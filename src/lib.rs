//! The applicants' and staff's single-page app of Opencall.
//!
//! - [`apply`]: the applicants' pages, one file a page.
//! - [`form`]: the form, one file a field kind.
//! - [`ui`]: presentational components that know nothing of calls.
//! - [`api`]: the typed fetch layer: the only code that touches the network.
//! - [`clock`]: the backend's time, the countdown.
//! - [`config`]: `config.json`, read when the app starts.
//! - [`draft`]: keeping a draft: on this device and with the backend.
//! - [`embed`]: the form in a frame on a partner's page.
//! - [`i18n`]: English and French.
//! - [`json`]: writing JSON.
//! - [`programme`]: the programme shown, kept up to date.
//! - [`route`]: which page an address means.
//! - [`staff`]: the staff's pages, an app of their own.

pub mod api;
pub mod apply;
pub mod clock;
pub mod config;
pub mod draft;
pub mod embed;
pub mod form;
pub mod i18n;
pub mod json;
pub mod programme;
pub mod route;
pub mod staff;
pub mod ui;
