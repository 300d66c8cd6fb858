//! One line of a group of radios or checkboxes; the whole line is the target.

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
pub fn line(spot: Spot, line: Line, checked: impl Fn() -> bool + Send + Sync + 'static, change: impl Fn(bool) + 'static) -> AnyView {
    let Line { kind, suffix, label, hint } = line;
    let id = spot.id();
    let own = [&id, "-", &suffix].concat();
    let hint_id = hint.as_ref().map(|_| [&own, "-hint"].concat());
    let hint = hint.map(|hint| view! { <span class="choice-hint" id=hint_id.clone()>{hint}</span> });
    view! {
        <label class="choice">
            <input
                id=own.clone()
                type=kind
                name=id
                autocomplete="off"
                aria-describedby=hint_id
                aria-invalid=is_wrong(spot, "")
                disabled=move || !spot.is_open()
                prop:checked=checked
                on:change=move |event| change(event_target_checked(&event))
            />
            <span>{label}</span>
            {hint}
        </label>
    }
    .into_any()
}
