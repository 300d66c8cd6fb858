//! What of the list is taken out as a file.

use std::collections::BTreeSet;

use leptos::prelude::*;
use opencall_core::contract::staff::ExportFormat;
use opencall_core::role::Permission;

use super::{List, Selection};
use crate::staff::export::name;
use crate::ui::dom::{Show, View, el};

/// What is taken out.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum What {
    /// Exactly the rows shown, in their order.
    Shown,
    /// What is selected, in the order of the table; what the filter hides comes last.
    Selected,
}

/// What can be taken out now, and what that is called.
pub fn scopes(list: List) -> Vec<(What, &'static str)> {
    let s = list.cx.s;
    let shown = list
        .order
        .with_value(|order| !order.is_empty())
        .then_some((What::Shown, s.export_shown));
    let any = list.selection.with_untracked(Selection::len) > 0;
    shown
        .into_iter()
        .chain(any.then_some((What::Selected, s.export_selected)))
        .collect()
}

/// Begins.
pub fn start(list: List, what: What, format: ExportFormat) {
    let shown = list.references();
    let references = match what {
        What::Shown => shown,
        What::Selected => list.selection.with_untracked(|selection| {
            let mut chosen: Vec<String> = shown.into_iter().filter(|one| selection.has(one)).collect();
            let there: BTreeSet<&str> = chosen.iter().map(String::as_str).collect();
            let hidden: Vec<String> = selection.iter().filter(|one| !there.contains(one)).map(str::to_owned).collect();
            chosen.extend(hidden);
            chosen
        }),
    };
    list.cx.exports.start(list.cx, format, references);
}

/// A button for each kind of file; nothing for whoever may not.
pub fn buttons(list: List, what: What) -> View {
    let cx = list.cx;
    if !cx.may(Permission::Export) {
        return ().show();
    }
    let button = |format: ExportFormat| {
        el("button")
            .attr("type", "button")
            .attr("class", "btn quiet")
            .attr("aria-disabled", move || {
                list.ordered.get();
                let none = what == What::Shown && list.order.with_value(|order| order.is_empty());
                (none || cx.exports.is_running()).then_some("true")
            })
            .kid(name(format))
            .on("click", move |_| start(list, what, format))
            .show()
    };
    el("span")
        .attr("class", "exports")
        .attr("role", "group")
        .attr(
            "aria-label",
            match what {
                What::Shown => cx.s.export_shown,
                What::Selected => cx.s.export_selected,
            },
        )
        .kid(button(ExportFormat::Csv))
        .kid(button(ExportFormat::Json))
        .show()
}
