//! A country: a native list, which every device lets one search by typing.

use crate::ui::dom::{Show, View, el};
use leptos::prelude::*;

use super::field::{described_by, is_wrong, single};
use super::spot::Spot;
use crate::i18n::intl;

/// The list of countries, in the order of the language's alphabet.
pub fn control(spot: Spot) -> View {
    let options: Vec<_> = intl::country_names(spot.form.locale)
        .into_iter()
        .map(|(code, name)| el("option").attr("value", code).kid(name))
        .collect();
    let control = el("select")
        .attr("class", "input w-20")
        .attr("id", [&spot.id(), "-in"].concat())
        .attr("name", spot.field.id.as_str())
        .attr("autocomplete", "country")
        .attr("aria-describedby", described_by(spot, ""))
        .attr("aria-invalid", is_wrong(spot, ""))
        .attr("aria-required", (!spot.field.optional).then_some("true"))
        .attr("disabled", move || !spot.is_open())
        .kid(el("option").attr("value", "").kid(spot.form.t.choose))
        .kid(options)
        .value(move || spot.text(""))
        .on("change", move |event| spot.set_text("", event_target_value(&event)));
    single(spot, control.show())
}
