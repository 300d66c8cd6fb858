//! The typed fetch layer: the only code that touches the network.
//!
//! - [`endpoint`]: every call as a value; the only place where addresses are made.
//! - [`client`]: sends them: time limits, repeats, errors.
//! - [`live`]: server-sent events; [`stream`]: a reply read as it arrives.
//! - [`retry`]: what is repeated, and when.
//! - [`body`]: the bytes of a reply, as many as may be.
//! - [`error`]: every way it can fail.
//! - [`transport`]: what lies below; [`fetch`] in the browser, `recorded` in tests.
//! - [`carrier`]: the browser's `fetch`, or a record store in the place of a backend.
//! - [`staff`]: the staff's calls.
//! - [`tus`]: resumable uploads.
//! - [`wire`]: reads what travels.

#[cfg(test)]
mod bench;
pub mod body;
pub mod carrier;
pub mod client;
#[cfg(test)]
mod documented;
pub mod endpoint;
pub mod error;
pub mod fetch;
#[cfg(all(test, not(target_arch = "wasm32")))]
mod fuzz;
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
pub use error::{ApiError, Breach};
pub use wire::{Given, Whole};
