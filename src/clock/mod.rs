//! Time as the backend has it, the countdown, and what is announced on the way.
//!
//! - [`estimate`]: from exchanges with the backend to the time now.
//! - [`remaining`]: days, hours, minutes and seconds, and the announcements.
//!
//! Phases are [`opencall_core::phase()`]'s and nobody else's.

pub mod estimate;
pub mod remaining;

mod server;

pub use remaining::{Remaining, remaining};
pub use server::ServerClock;
pub(crate) use server::monotonic;
