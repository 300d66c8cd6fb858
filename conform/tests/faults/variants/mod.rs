//! The variants: a name, what is wrong, which check has to find out, and how it is done.

mod drafts;
mod replies;
mod staff;
mod submission;
mod uploads;

use crate::proxy::Fault;

/// A backend that is wrong in one thing.
pub struct Variant {
    /// Its name.
    pub name: &'static str,
    /// The checks that have to fall short.
    pub caught_by: &'static [&'static str],
    /// What of the suite is run against it.
    pub only: &'static [&'static str],
    /// How it is wrong.
    pub fault: Fault,
}

impl Variant {
    /// One that the checks which catch it show by themselves.
    const fn new(name: &'static str, caught_by: &'static [&'static str], fault: Fault) -> Self {
        Self::run_with(name, caught_by, caught_by, fault)
    }

    /// One that shows in what other checks (`only`) are told.
    const fn run_with(name: &'static str, caught_by: &'static [&'static str], only: &'static [&'static str], fault: Fault) -> Self {
        Self {
            name,
            caught_by,
            only,
            fault,
        }
    }
}

/// All of them.
pub fn all() -> impl Iterator<Item = &'static Variant> {
    let files: [&'static [Variant]; 5] = [drafts::ALL, submission::ALL, replies::ALL, uploads::ALL, staff::ALL];
    files.into_iter().flatten()
}

/// As a table in Markdown, for `docs/conformance.md`.
pub fn table() -> String {
    let mut out = String::from("| a backend that | is caught by |\n|---|---|\n");
    for variant in all() {
        let checks: Vec<String> = variant.caught_by.iter().map(|id| format!("`{id}`")).collect();
        out.push_str(&format!("| {} | {} |\n", variant.name, checks.join(", ")));
    }
    out
}
