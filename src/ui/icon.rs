//! The few icons there are, drawn in the line of the arches. All are ornaments: the words stand beside them.

use super::dom::{Show, View, el};

/// Points back.
pub const BACK: &str = "M10 3 4 8l6 5";
/// Points on.
pub const ON: &str = "m6 3 6 5-6 5";
/// Something is wrong.
pub const WRONG: &str = "M8 1.500 15 14H1ZM8 6v4M8 11.500v1";
/// An arch.
pub const ARCH: &str = "M0 15h16M2 15V9a6 6 0 0 1 12 0v6";

/// An icon of 16 units.
pub fn icon(path: &'static str) -> View {
    el("svg")
        .attr("viewBox", "0 0 16 16")
        .attr("fill", "none")
        .attr("stroke", "currentColor")
        .attr("stroke-width", "2")
        .attr("aria-hidden", "true")
        .kid(el("path").attr("d", path))
        .show()
}

/// The mark beside the name in the header; `index.html` draws the same.
pub fn mark() -> View {
    el("svg")
        .attr("viewBox", "0 0 28 24")
        .attr("fill", "none")
        .attr("stroke", "currentColor")
        .attr("stroke-width", "2")
        .attr("aria-hidden", "true")
        .kid(el("path").attr("d", "M0 23h28M2 23V15a12 12 0 0 1 24 0v8M8 23v-7a6 6 0 0 1 12 0v7"))
        .show()
}
