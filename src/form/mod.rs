//! The form: one file a field kind, each with its control, and what is shared by all.
//!
//! - [`editing`]: the answers being edited and the errors shown.
//! - [`spot`]: one question in one place: its answer, its error, its id.
//! - [`field`]: label, help and error around a control; dispatch by kind.
//! - [`summary`]: an answer as a line to read.
//! - controls: [`input`] (text, email, URL, number), [`long_text`], [`money`], [`date`], [`country`], [`choice`],
//!   [`choices`], [`yes_no`], [`consent`], [`group`], [`file`], [`model`].

mod choice;
mod choices;
mod consent;
mod country;
mod date;
mod editing;
pub mod field;
mod file;
mod group;
mod input;
mod long_text;
mod model;
mod money;
mod options;
mod spot;
pub mod summary;
mod yes_no;

pub use editing::{Answered, Form, Scope, element_id, problem_words};
pub use spot::Spot;
