//! The staff's side, below `/api/v1/staff`.
//!
//! - [`people`]: signing in, who may, what they have done;
//! - [`desk`]: one application and many;
//! - [`table`]: the table of all of them.

use super::headers::opencall_staff;
use super::model::{Operation, Tag, Who, call};
use super::refusals::{FOREIGN, NOT_ALLOWED, SIGNED_OUT};
use super::schemas::Schemas;
use crate::role::Permission;

mod desk;
mod people;
mod table;

/// The calls.
pub fn operations(schemas: &mut Schemas) -> Vec<Operation> {
    let mut calls = people::operations(schemas);
    calls.extend(table::operations(schemas));
    calls.extend(desk::operations(schemas));
    calls
}

/// A call of somebody who is signed in.
fn signed(method: &'static str, path: &'static str, id: &'static str, may: Option<Permission>, summary: &'static str) -> Operation {
    let call = guarded(call(method, path, id, Tag::Staff, Who::Staff(may), summary)).refuses([SIGNED_OUT]);
    match may {
        Some(_) => call.refuses([NOT_ALLOWED]),
        None => call,
    }
}

/// A call with the lock against other sites' pages: all but reading have it.
fn guarded(call: Operation) -> Operation {
    if call.method == "get" {
        call
    } else {
        call.takes([opencall_staff()]).refuses([FOREIGN])
    }
}
