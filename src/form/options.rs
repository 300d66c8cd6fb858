//! One line of a group of radios or checkboxes; the whole line is the target.

use crate::ui::dom::{Show, View, el};
use leptos::prelude::*;

use super::field::is_wrong;
use super::spot::Spot;

/// What a line shows.
pub struct Line {
    /// `radio` or `checkbox`.
    pub kind: &'static str,
    /// Behind the question's id.
    pub suffix: String,
    /// Its words.
    pub label: String,
    /// What it means.
    pub hint: Option<String>,
}

/// A radio or a checkbox with its words.
pub fn line(spot: Spot, line: Line, checked: impl Fn() -> bool + Send + Sync + 'static, change: impl Fn(bool) + 'static) -> View {
    let Line { kind, suffix, label, hint } = line;
    let id = spot.id();
    let own = [&id, "-", &suffix].concat();
    let hint_id = hint.as_ref().map(|_| [&own, "-hint"].concat());
    let hint = hint.map(|hint| el("span").attr("class", "choice-hint").attr("id", hint_id.clone()).kid(hint));
    el("label")
        .attr("class", "choice")
        .kid(
            el("input")
                .attr("id", own.clone())
                .attr("type", kind)
                .attr("name", id)
                .attr("autocomplete", "off")
                .attr("aria-describedby", hint_id)
                .attr("aria-invalid", is_wrong(spot, ""))
                .attr("disabled", move || !spot.is_open())
                .checked(checked)
                .on("change", move |event| change(event_target_checked(&event))),
        )
        .kid(el("span").kid(label))
        .kid(hint)
        .show()
}
