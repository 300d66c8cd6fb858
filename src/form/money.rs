//! An amount of money and its currency.

use leptos::prelude::*;
use serde_json::{Value, json};

use super::field::{described_by, is_wrong, several};
use super::input::{Line, line};
use super::spot::{Spot, text_of};

/// Amount and currency; the first currency is preset.
pub fn control(spot: Spot, currencies: &'static [String]) -> AnyView {
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
        .map(|code| view! { <option value=code.as_str()>{code.as_str()}</option> })
        .collect();
    let control = view! {
        <div class="with-unit" on:input=move |_| keep_preset()>
            <label class="vh" for=[&id, "-amount"].concat()>
                {spot.form.t.amount}
            </label>
            {amount}
            <label class="vh" for=[&id, "-currency"].concat()>
                {spot.form.t.currency}
            </label>
            <select
                class="input"
                id=[&id, "-currency"].concat()
                autocomplete="off"
                aria-describedby=described_by(spot, "")
                aria-invalid=is_wrong(spot, "")
                disabled=move || !spot.is_open()
                prop:value=chosen
                on:change=move |event| spot.set_text("currency", event_target_value(&event))
            >
                {options}
            </select>
        </div>
    };
    several(spot, control.into_any())
}
