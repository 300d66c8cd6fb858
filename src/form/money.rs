//! An amount of money and its currency.

use crate::ui::dom::{Show, View, el};
use leptos::prelude::*;
use serde_json::{Value, json};

use super::field::{described_by, is_wrong, several};
use super::input::{Line, line};
use super::spot::{Spot, text_of};

/// Amount and currency; the first currency is preset.
pub fn control(spot: Spot, currencies: &'static [String]) -> View {
    let preset = currencies.first().map_or("", String::as_str);
    let id = spot.id();
    let amount = line(
        spot,
        Line {
            part: "amount",
            suffix: "-amount",
            mode: Some("numeric"),
            spellcheck: false,
            width: "w-8",
            ..Line::PLAIN
        },
    );
    let chosen = move || {
        let currency = spot.text("currency");
        if currency.is_empty() { preset.to_owned() } else { currency }
    };
    // The preset counts as the answer as soon as there is an amount.
    let keep_preset = move || {
        let amount = spot.with_untracked(|value| text_of(value, "amount"));
        let currency = spot.with_untracked(|value| text_of(value, "currency"));
        if amount.is_empty() {
            spot.set(Value::Null);
        } else if currency.is_empty() {
            spot.set(json!({ "amount": amount, "currency": preset }));
        }
    };
    let options: Vec<_> = currencies
        .iter()
        .map(|code| el("option").attr("value", code.as_str()).kid(code.as_str()))
        .collect();
    let control = el("div")
        .attr("class", "with-unit")
        .kid(
            el("label")
                .attr("class", "vh")
                .attr("for", [&id, "-amount"].concat())
                .kid(spot.form.t.amount),
        )
        .kid(amount)
        .kid(
            el("label")
                .attr("class", "vh")
                .attr("for", [&id, "-currency"].concat())
                .kid(spot.form.t.currency),
        )
        .kid(
            el("select")
                .attr("class", "input")
                .attr("id", [&id, "-currency"].concat())
                .attr("autocomplete", "off")
                .attr("aria-describedby", described_by(spot, ""))
                .attr("aria-invalid", is_wrong(spot, ""))
                .attr("disabled", move || !spot.is_open())
                .kid(options)
                .value(chosen)
                .on("change", move |event| spot.set_text("currency", event_target_value(&event))),
        )
        .on("input", move |_| keep_preset());
    several(spot, control.show())
}
