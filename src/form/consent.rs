//! A statement to agree to: a checkbox, never preset. What is kept names the version of the text agreed to.

use crate::ui::dom::{Show, View, el};
use leptos::prelude::*;
use serde_json::{Value, json};

use super::field::{described_by, error, hint, is_wrong, label};
use super::spot::Spot;

/// The checkbox and its statement.
pub fn control(spot: Spot, version: &'static str) -> View {
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
    el("div")
        .attr("class", move || if spot.problem("").is_some() { "field wrong" } else { "field" })
        .attr("id", id.clone())
        .kid(error(spot, ""))
        .kid(
            el("label")
                .attr("class", "choice")
                .kid(
                    el("input")
                        .attr("id", [&id, "-in"].concat())
                        .attr("type", "checkbox")
                        .attr("name", id.clone())
                        .attr("autocomplete", "off")
                        .attr("aria-describedby", described_by(spot, ""))
                        .attr("aria-invalid", wrong)
                        .attr("disabled", move || !spot.is_open())
                        .checked(given)
                        .on("change", move |event| change(event_target_checked(&event))),
                )
                .kid(el("span").kid(label(spot))),
        )
        .kid(hint(spot))
        .show()
}
