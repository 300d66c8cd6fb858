//! The gateway over a real Kinto, whose address `OPENCALL_KINTO` names and whose staff account is `admin`. `cargo xtask test records`
//! starts one with the `kinto.ini` of `deploy/records/kinto`, on memory and on PostgreSQL.
#![allow(clippy::unwrap_used)]

mod applying;
mod harness;
mod many;
mod safety;
mod staff;
