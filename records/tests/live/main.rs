//! The gateway over a record store that runs: `OPENCALL_STORE` says which, `OPENCALL_STORE_URL` where. `cargo xtask test records` starts
//! each with what `deploy/records` has for it.
#![allow(clippy::unwrap_used)]

mod applying;
mod directus;
mod harness;
mod kind;
mod kinto;
mod many;
mod pocketbase;
mod safety;
mod staff;
