//! All applications of a programme as columns: what travels to the staff's table, and how it is searched, filtered,
//! sorted and counted. Pure: no network, no clock, no browser; the backend and the staff's app are made of the same code.
//!
//! - [`schema`]: which columns a programme has; [`row`]: the cells of one application.
//! - [`block`]: rows as bytes, column by column; [`stream`]: blocks one behind the other.
//! - [`table`]: the rows in memory.
//! - [`query`]: what is asked for, as it stands in an address; [`select`]: the rows that answer it, in order;
//!   `ranking` keeps texts in theirs, `search` finds words by sets of rows (`grams`, `bits`).
//! - [`counts`]: how many of each; [`fold`]: how text is compared.

mod bits;
pub mod block;
pub mod bytes;
pub mod counts;
pub mod fold;
mod grams;
pub mod query;
mod ranking;
pub mod row;
pub mod schema;
mod search;
pub mod select;
pub mod stream;
pub mod table;
mod texts;

pub use block::{Block, Fault};
pub use query::{Filter, Query, Sort, Test};
pub use row::{Cell, Facts, Row, row};
pub use schema::{Column, Kind, Schema};
pub use table::Table;
