//! A country: a native list, which every device lets one search by typing.

use leptos::prelude::*;

use super::field::{described_by, is_wrong, single};
use super::spot::Spot;
use crate::i18n::intl;

/// The list of countries, in the order of the language's alphabet.
pub fn control(spot: Spot) -> AnyView {
    let options: Vec<_> = intl::country_names(spot.form.locale)
        .into_iter()
        .map(|(code, name)| view! { <option value=code>{name}</option> })
        .collect();
    let control = view! {
        <select
            class="input w-20"
            id=[&spot.id(), "-in"].concat()
            name=spot.field.id.as_str()
            autocomplete="country"
            aria-describedby=described_by(spot, "")
            aria-invalid=is_wrong(spot, "")
            aria-required=(!spot.field.optional).then_some("true")
            disabled=move || !spot.is_open()
            prop:value=move || spot.text("")
            on:change=move |event| spot.set_text("", event_target_value(&event))
        >
            <option value="">{spot.form.t.choose}</option>
            {options}
        </select>
    };
    single(spot, control.into_any())
}
