//! A country: a native list, which every device lets one search by typing.

use crate::ui::dom::{Show, View, el};
use crate::ui::kept::slot;
use leptos::prelude::*;
use std::time::Duration;

use super::field::{described_by, is_wrong, single};
use super::spot::{Spot, text_of};
use crate::i18n::intl;

/// The list of countries, in the order of the language's alphabet. It comes after the first frame: until then the list
/// holds the country chosen, and nobody has opened it.
pub fn control(spot: Spot) -> View {
    let locale = spot.form.locale;
    let drawn = slot(false);
    request_animation_frame(move || set_timeout(move || drawn.set(true), Duration::ZERO));
    let options = move || {
        let option = |(code, name): (String, String)| el("option").attr("value", code).kid(name);
        if drawn.get() {
            return intl::country_names(locale).into_iter().map(option).collect::<Vec<_>>();
        }
        let chosen = spot.with_untracked(|value| text_of(value, ""));
        let name = intl::country_name(&chosen, locale);
        if chosen.is_empty() {
            Vec::new()
        } else {
            vec![option((chosen, name))]
        }
    };
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
        .value(move || {
            // Again once the list is whole.
            drawn.get();
            spot.text("")
        })
        .on("change", move |event| spot.set_text("", event_target_value(&event)));
    single(spot, control.show())
}
