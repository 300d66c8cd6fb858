//! Reading a programme document, with every fault by its path.

use super::Programme;
use crate::problem::Fault;

impl Programme {
    /// Reads a document: a programme that holds together, or every fault in it, in the order of the document.
    pub fn load(json: &str) -> Result<Self, Vec<Fault>> {
        let _ = json;
        Err(vec![Fault {
            path: String::new(),
            message: String::from("cannot be read yet"),
        }])
    }
}
