//! The contract as an OpenAPI 3.1 document, made from the types that app and backend share, so that it cannot fall behind them.
//!
//! - [`anyone`], [`applicants`], [`files`], [`staff`], [`partners`]: the calls, by whom they are for.
//! - [`model`]: what a call is; [`headers`], [`refusals`]: what calls share; [`schemas`]: the shapes of bodies.
//! - [`build`]: the document of them; [`page`], [`shapes`]: the page for people, `docs/contract.md`.

use serde_json::Value;

use crate::contract::{Capabilities, Concurrency, ProblemDetails, StaffSide, Uploads};
use crate::phase::Phase;

mod anyone;
mod applicants;
mod build;
mod files;
mod headers;
mod model;
mod page;
mod partners;
mod refusals;
mod rules;
mod schemas;
mod shapes;
mod staff;

/// The version of the contract; also `contract` in `config.json`.
pub const CONTRACT: u64 = 1;

/// What the reference backend can do: everything.
pub const REFERENCE: Capabilities = Capabilities {
    idempotency: true,
    concurrency: Concurrency::IfMatch,
    uploads: Uploads::Tus,
    events: true,
    clock: true,
    seals: true,
    presence: true,
    relink: true,
    staff: StaffSide::Links,
};

/// The document, with what a backend can do in `x-opencall`.
pub fn document(capabilities: &Capabilities) -> Value {
    let (operations, schemas) = operations();
    build::document(&operations, schemas, capabilities)
}

/// The reference backend's document as it is kept in `schema/openapi.json`: pretty-printed, with a final line break.
pub fn text() -> String {
    let mut text = serde_json::to_string_pretty(&document(&REFERENCE)).expect("a document is plain JSON");
    text.push('\n');
    text
}

/// The page for people, as it is kept in `docs/contract.md`.
pub fn page() -> String {
    let (operations, schemas) = operations();
    page::page(&operations, &schemas.all())
}

/// Every call of the contract, in the order in which one reads about them.
fn operations() -> (Vec<model::Operation>, schemas::Schemas) {
    let mut schemas = schemas::Schemas::new();
    // What refusals say, which no call names by itself.
    schemas.reply::<ProblemDetails>();
    schemas.reply::<Phase>();
    let mut operations = anyone::operations(&mut schemas);
    operations.extend(applicants::operations(&mut schemas));
    operations.extend(files::operations(&mut schemas));
    operations.extend(partners::operations(&mut schemas));
    operations.extend(staff::operations(&mut schemas));
    (operations, schemas)
}
