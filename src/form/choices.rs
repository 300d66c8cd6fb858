//! Any of several choices: checkboxes, all in sight. More than allowed can be ticked and are told of on Continue.

use crate::ui::dom::{Show, View, el};
use opencall_core::programme::Choice;
use serde_json::Value;

use super::field::several;
use super::options::{Line, line};
use super::spot::Spot;

/// A checkbox a choice.
pub fn control(spot: Spot, options: &'static [Choice], _max: u32) -> View {
    let locale = spot.form.locale;
    let lines: Vec<_> = options
        .iter()
        .map(|option| {
            let shown = Line {
                kind: "checkbox",
                suffix: option.id.clone(),
                label: option.label.get(locale).to_owned(),
                hint: option.hint.as_ref().map(|hint| hint.get(locale).to_owned()),
            };
            let checked = move || spot.with(|value| has(value, &option.id));
            line(spot, shown, checked, move |on| toggle(spot, options, &option.id, on))
        })
        .collect();
    let class = if options.len() > 6 { "choices columns" } else { "choices" };
    several(spot, el("div").attr("class", class).kid(lines).show())
}

fn has(value: Option<&Value>, id: &str) -> bool {
    value
        .and_then(Value::as_array)
        .is_some_and(|chosen| chosen.iter().any(|one| one.as_str() == Some(id)))
}

/// The choices with one more or one less, in the programme's order.
fn toggle(spot: Spot, options: &[Choice], id: &str, on: bool) {
    let chosen: Vec<Value> = spot.with_untracked(|value| {
        let wanted = options
            .iter()
            .filter(|option| if option.id == id { on } else { has(value, &option.id) });
        wanted.map(|option| Value::String(option.id.clone())).collect()
    });
    spot.set(if chosen.is_empty() { Value::Null } else { Value::Array(chosen) });
}
