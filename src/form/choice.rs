//! One of several choices: radios, all in sight.

use crate::ui::dom::{Show, View, el};
use opencall_core::programme::Choice;
use serde_json::Value;

use super::field::several;
use super::options::{Line, line};
use super::spot::Spot;

/// A radio a choice.
pub fn control(spot: Spot, options: &'static [Choice]) -> View {
    let locale = spot.form.locale;
    let lines: Vec<_> = options
        .iter()
        .map(|option| {
            let shown = Line {
                kind: "radio",
                suffix: option.id.clone(),
                label: option.label.get(locale).to_owned(),
                hint: option.hint.as_ref().map(|hint| hint.get(locale).to_owned()),
            };
            let checked = move || spot.with(|value| value.and_then(Value::as_str) == Some(&option.id));
            line(spot, shown, checked, move |_| spot.set(Value::String(option.id.clone())))
        })
        .collect();
    several(spot, el("div").attr("class", "choices").kid(lines).show())
}
