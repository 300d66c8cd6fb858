//! A date: day, month and year typed in fields of their own, as people know them; no picker.

use leptos::prelude::*;
use opencall_core::problem::Code;
use opencall_core::programme::Precision;

use super::field::{described_by, several};
use super::spot::Spot;

/// Day (if it is asked), month and year.
pub fn control(spot: Spot, precision: Precision) -> AnyView {
    let t = spot.form.t;
    let day = (precision == Precision::Day).then(|| part(spot, "day", t.day, "input w-2"));
    several(
        spot,
        view! { <div class="parts">{day} {part(spot, "month", t.month, "input w-2")} {part(spot, "year", t.year, "input w-4")}</div> }
            .into_any(),
    )
}

fn part(spot: Spot, part: &'static str, label: &'static str, class: &'static str) -> AnyView {
    let id = [&spot.id(), "-", part].concat();
    view! {
        <div class="part">
            <label for=id.clone()>{label}</label>
            <input
                class=class
                id=id
                type="text"
                inputmode="numeric"
                autocomplete="off"
                enterkeyhint="next"
                aria-describedby=described_by(spot, "")
                aria-invalid=move || spot.problem("").and_then(|code| concerns(&code, part).then_some("true"))
                readonly=move || !spot.is_open()
                prop:value=move || spot.text(part)
                on:input=move |event| spot.set_text(part, event_target_value(&event))
            />
        </div>
    }
    .into_any()
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
