//! The small parts of reading: one value of a document each, with its faults.
//!
//! A reader never gives up: what cannot be read becomes a fault and an empty value, and reading goes on, so that
//! one pass names everything. It is not generic over types, so that it stays small in the browser.

use serde_json::{Map, Value};

use crate::locale::Locale;
use crate::pointer;
use crate::problem::Fault;

/// An object of the document; `None` where there is none, which has been said already.
pub(super) type Object<'v> = Option<&'v Map<String, Value>>;

/// Nobody mends more at once.
const FAULTS_MAX: usize = 200;

/// Where reading is, and what was wrong so far.
#[derive(Default)]
pub(super) struct Reader {
    path: String,
    /// The lengths of `path` before each part.
    lengths: Vec<usize>,
    pub(super) faults: Vec<Fault>,
    /// The languages that every text needs.
    pub(super) locales: Vec<Locale>,
    /// How many fields have been read.
    pub(super) fields: usize,
    /// How many comparisons the condition being read has.
    pub(super) comparisons: usize,
    /// The paths of fields that have faults of their own: what other fields say about them is not judged.
    pub(super) doubtful: Vec<String>,
}

impl Reader {
    pub(super) fn enter(&mut self, part: &str) {
        self.lengths.push(self.path.len());
        pointer::push(&mut self.path, part);
    }

    pub(super) fn enter_index(&mut self, index: usize) {
        self.lengths.push(self.path.len());
        pointer::push_index(&mut self.path, index);
    }

    pub(super) fn leave(&mut self) {
        if let Some(length) = self.lengths.pop() {
            self.path.truncate(length);
        }
    }

    pub(super) fn path(&self) -> &str {
        &self.path
    }

    /// Something is wrong here.
    pub(super) fn fault(&mut self, message: &str) {
        if self.faults.len() < FAULTS_MAX {
            self.faults.push(Fault {
                path: self.path.clone(),
                message: String::from(message),
            });
        }
    }

    /// Something is wrong with a member of the object here.
    pub(super) fn fault_at(&mut self, member: &str, message: &str) {
        self.enter(member);
        self.fault(message);
        self.leave();
    }

    /// The value here as an object, and the names of members that nobody knows.
    pub(super) fn object<'v>(&mut self, value: Option<&'v Value>, known: &[&[&str]]) -> Object<'v> {
        let value = value?;
        let Some(map) = value.as_object() else {
            self.fault("must be an object");
            return None;
        };
        for name in map.keys() {
            if !known.iter().any(|names| names.contains(&name.as_str())) {
                self.fault_at(name, "is not known here");
            }
        }
        Some(map)
    }

    /// A member that has to be there.
    pub(super) fn member<'v>(&mut self, object: Object<'v>, name: &str) -> Option<&'v Value> {
        let value = object?.get(name);
        if value.is_none() {
            self.fault_at(name, "is missing");
        }
        value
    }
}
