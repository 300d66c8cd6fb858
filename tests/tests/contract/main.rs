//! The applicants' HTTP contract, from outside: the real server binary on a data folder of its own.

#![allow(clippy::unwrap_used)]

mod applying;
mod drafts;
mod durability;
mod hostile;
mod pages;
mod uploads;
