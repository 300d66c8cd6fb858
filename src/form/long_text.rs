//! Several lines, with a count of characters as people count them.

use leptos::prelude::*;
use opencall_core::text::characters;

use super::field::{described_by, is_wrong, single};
use super::spot::Spot;
use crate::i18n::messages::plural;

/// How long typing pauses before the count is spoken.
const SPEAK_AFTER_MS: u64 = 500;

/// A question answered in several lines.
pub fn control(spot: Spot, part: &'static str, max: u32) -> AnyView {
    single(spot, view! { {area(spot, part, "-in", max)} {count(spot, part, max)} }.into_any())
}

/// The text area. No `maxlength`: what is pasted is kept whole and shortened by its writer.
pub fn area(spot: Spot, part: &'static str, suffix: &'static str, max: u32) -> AnyView {
    let (class, rows) = if max > 400 { ("input tall", "6") } else { ("input", "3") };
    view! {
        <textarea
            class=class
            id=[&spot.id(), suffix].concat()
            name=[&spot.field.id, part].concat()
            rows=rows
            autocomplete="off"
            spellcheck="true"
            aria-describedby=described_by(spot, part)
            aria-invalid=is_wrong(spot, part)
            aria-required=(!spot.field.optional).then_some("true")
            readonly=move || !spot.is_open()
            prop:value=move || spot.text(part)
            on:input=move |event| {
                spot.set_text(part, event_target_value(&event));
                spot.form.announcer.say_after(SPEAK_AFTER_MS, move || words(spot, left(spot, part, max)));
            }
        ></textarea>
    }
    .into_any()
}

/// The count under a control: seen by those who see it; others hear it when typing pauses.
pub fn count(spot: Spot, part: &'static str, max: u32) -> AnyView {
    let left = Memo::new(move |_| i64::from(max) - spot.with(|value| length(value, part)));
    view! {
        <p class=move || if left.get() < 0 { "field-count over" } else { "field-count" } aria-hidden="true">
            {move || words(spot, left.get())}
        </p>
    }
    .into_any()
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
