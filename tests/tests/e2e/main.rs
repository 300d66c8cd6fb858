//! Whole ways through the app, in Chromium, against the real server. Everything is found by role and
//! name; nothing sleeps.

#![allow(clippy::unwrap_used)]

mod a11y;
mod clock;
mod deadline;
mod degraded;
mod draft_file;
mod early;
mod embed_host;
mod embedding;
mod errors;
mod failures;
mod files;
mod filling;
mod hardship;
mod hosting;
mod keeping;
mod keyboard;
mod kit;
mod language;
mod link;
mod partner;
mod records;
mod sealing;
mod setup;
mod staff;
mod storage;
mod submitting;
mod together;
mod verify;
mod way;
