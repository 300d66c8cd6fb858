//! A date: day, month and year typed in fields of their own, as people know them; no picker.

use crate::ui::dom::{Show, View, el};
use leptos::prelude::*;
use opencall_core::problem::Code;
use opencall_core::programme::Precision;

use super::field::{described_by, several};
use super::spot::Spot;

/// Day (if it is asked), month and year.
pub fn control(spot: Spot, precision: Precision) -> View {
    let t = spot.form.t;
    let day = (precision == Precision::Day).then(|| part(spot, "day", t.day, "input w-2"));
    several(
        spot,
        el("div")
            .attr("class", "parts")
            .kid(day)
            .kid(part(spot, "month", t.month, "input w-2"))
            .kid(part(spot, "year", t.year, "input w-4"))
            .show(),
    )
}

fn part(spot: Spot, part: &'static str, label: &'static str, class: &'static str) -> View {
    let id = [&spot.id(), "-", part].concat();
    el("div")
        .attr("class", "part")
        .kid(el("label").attr("for", id.clone()).kid(label))
        .kid(
            el("input")
                .attr("class", class)
                .attr("id", id)
                .attr("type", "text")
                .attr("inputmode", "numeric")
                .attr("autocomplete", "off")
                .attr("enterkeyhint", "next")
                .attr("aria-describedby", described_by(spot, ""))
                .attr("aria-invalid", move || {
                    spot.problem("").and_then(|code| concerns(&code, part).then_some("true"))
                })
                .attr("readonly", move || !spot.is_open())
                .value(move || spot.text(part))
                .on("input", move |event| spot.set_text(part, event_target_value(&event))),
        )
        .show()
}

/// Whether a problem lies in this part: only the missing parts are marked, else all.
fn concerns(code: &Code, part: &str) -> bool {
    match code {
        Code::DateIncomplete { day, month, year } => match part {
            "day" => *day,
            "month" => *month,
            _ => *year,
        },
        _ => true,
    }
}
