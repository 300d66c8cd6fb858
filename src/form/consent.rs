//! A statement to agree to: a checkbox, never preset. What is kept names the version of the text agreed to.

use leptos::prelude::*;
use serde_json::{Value, json};

use super::field::{described_by, error, hint, is_wrong, label};
use super::spot::Spot;

/// The checkbox and its statement.
pub fn control(spot: Spot, version: &'static str) -> AnyView {
    let given = move || {
        spot.with(|value| {
            let member = |name: &str| value.and_then(|value| value.get(name));
            member("given").and_then(Value::as_bool) == Some(true) && member("version").and_then(Value::as_str) == Some(version)
        })
    };
    let change = move |on: bool| {
        spot.set(if on {
            json!({ "given": true, "version": version })
        } else {
            Value::Null
        })
    };
    let id = spot.id();
    let wrong = is_wrong(spot, "");
    view! {
        <div class=move || if spot.problem("").is_some() { "field wrong" } else { "field" } id=id.clone()>
            {error(spot, "")}
            <label class="choice">
                <input
                    id=[&id, "-in"].concat()
                    type="checkbox"
                    name=id.clone()
                    autocomplete="off"
                    aria-describedby=described_by(spot, "")
                    aria-invalid=wrong
                    disabled=move || !spot.is_open()
                    prop:checked=given
                    on:change=move |event| change(event_target_checked(&event))
                />
                <span>{label(spot)}</span>
            </label>
            {hint(spot)}
        </div>
    }
    .into_any()
}
