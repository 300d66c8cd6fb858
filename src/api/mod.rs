//! The typed fetch layer: the only code that touches the network.
//!
//! - [`endpoint`]: every call as a value; the only place where addresses are made.
//! - [`client`]: sends them: time limits, repeats, errors.
//! - [`live`]: server-sent events; [`stream`]: a reply read as it arrives.
//! - [`retry`]: what is repeated, and when.
//! - [`error`]: every way it can fail.
//! - [`transport`]: what lies below; [`fetch`] in the browser, `recorded` in tests.
//! - [`staff`]: the staff's calls.
//! - [`tus`]: resumable uploads.
//! - [`wire`]: reads what travels.

pub mod client;
#[cfg(test)]
mod documented;
pub mod endpoint;
pub mod error;
pub mod fetch;
pub mod live;
#[cfg(test)]
pub mod recorded;
pub mod retry;
pub mod staff;
pub mod stream;
pub mod transport;
pub mod tus;
pub mod wire;

pub use client::{Client, document};
pub use endpoint::{Endpoint, Token};
pub use error::ApiError;
pub use wire::{Given, Whole};
