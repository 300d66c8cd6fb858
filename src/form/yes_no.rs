//! Yes or no: two radios, neither preset.

use crate::ui::dom::{Show, View, el};
use serde_json::Value;

use super::field::several;
use super::options::{Line, line};
use super::spot::Spot;

/// The two radios.
pub fn control(spot: Spot) -> View {
    let radio = |answer: bool| {
        let (suffix, label) = if answer { ("yes", spot.form.t.yes) } else { ("no", spot.form.t.no) };
        let shown = Line {
            kind: "radio",
            suffix: suffix.to_owned(),
            label: label.to_owned(),
            hint: None,
        };
        line(
            spot,
            shown,
            move || spot.with(|value| value.and_then(Value::as_bool) == Some(answer)),
            move |_| spot.set(Value::Bool(answer)),
        )
    };
    several(
        spot,
        el("div").attr("class", "choices inline").kid(radio(true)).kid(radio(false)).show(),
    )
}
