//! Several lines, with a count of characters as people count them.

use crate::ui::dom::{Show, View, el, many};
use crate::ui::kept::kept;
use leptos::prelude::*;
use opencall_core::text::characters;

use super::field::{described_by, is_wrong, single};
use super::spot::Spot;
use crate::i18n::messages::plural;

/// How long typing pauses before the count is spoken.
const SPEAK_AFTER_MS: u64 = 500;

/// A question answered in several lines.
pub fn control(spot: Spot, part: &'static str, max: u32) -> View {
    single(
        spot,
        many(vec![(area(spot, part, "-in", max)).show(), (count(spot, part, max)).show()]).show(),
    )
}

/// The text area. No `maxlength`: what is pasted is kept whole and shortened by its writer.
pub fn area(spot: Spot, part: &'static str, suffix: &'static str, max: u32) -> View {
    let (class, rows) = if max > 400 { ("input tall", "6") } else { ("input", "3") };
    el("textarea")
        .attr("class", class)
        .attr("id", [&spot.id(), suffix].concat())
        .attr("name", [&spot.field.id, part].concat())
        .attr("rows", rows)
        .attr("autocomplete", "off")
        .attr("spellcheck", "true")
        .attr("aria-describedby", described_by(spot, part))
        .attr("aria-invalid", is_wrong(spot, part))
        .attr("aria-required", (!spot.field.optional).then_some("true"))
        .attr("readonly", move || !spot.is_open())
        .value(move || spot.text(part))
        .on("input", move |event| {
            spot.set_text(part, event_target_value(&event));
            spot.form
                .announcer
                .say_after(SPEAK_AFTER_MS, move || words(spot, left(spot, part, max)));
        })
        .show()
}

/// The count under a control: seen by those who see it; others hear it when typing pauses.
pub fn count(spot: Spot, part: &'static str, max: u32) -> View {
    let left = kept(move |_: Option<&_>| i64::from(max) - spot.with(|value| length(value, part)));
    el("p")
        .attr("class", move || if left.get() < 0 { "field-count over" } else { "field-count" })
        .attr("aria-hidden", "true")
        .kid(move || words(spot, left.get()))
        .show()
}

fn left(spot: Spot, part: &str, max: u32) -> i64 {
    i64::from(max) - spot.with_untracked(|value| length(value, part))
}

fn length(value: Option<&serde_json::Value>, part: &str) -> i64 {
    let value = if part.is_empty() {
        value
    } else {
        value.and_then(|value| value.get(part))
    };
    value.and_then(serde_json::Value::as_str).map_or(0, |text| characters(text) as i64)
}

fn words(spot: Spot, left: i64) -> String {
    let text = if left < 0 { spot.form.t.count_over } else { spot.form.t.count_left };
    plural(text, spot.form.locale, left.unsigned_abs() as usize)
}
