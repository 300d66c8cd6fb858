//! The server as its clients see it, in this process: see [`harness`].
#![allow(clippy::unwrap_used, missing_docs)]

mod applicant;
mod begin;
mod cors;
mod drafts;
mod extending;
mod files;
mod harness;
mod hostile;
mod idempotency;
mod limits;
mod pages;
mod partners;
mod processes;
mod programmes;
mod seals;
mod seeding;
mod sockets;
mod staff;
mod staff_rows;
mod staff_views;
mod storage;
mod submit;
mod time;
mod together;
mod uploads;
