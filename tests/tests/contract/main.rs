//! The applicants' HTTP contract, from outside: the real server binary on a data folder of its own.

#![allow(clippy::unwrap_used)]

mod applying;
mod crashes;
mod drafts;
mod durability;
mod extending;
mod hostile;
mod lost_replies;
mod pages;
mod receipts;
mod seals;
mod uploads;
