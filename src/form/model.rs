//! An open model: what it is, its licence, how it is used, and in words what that means for the criterion of
//! openness.

use leptos::prelude::*;

use super::field::{described_by, error, hint, label};
use super::input::{Line, line};
use super::long_text::{area, count};
use super::spot::Spot;
use crate::i18n::fill;
use crate::ui::icon::{ARCH, icon};

/// What a licence means for the criterion of openness.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Openness {
    /// An open-source licence.
    Open,
    /// Open weights with terms of use.
    Weights,
    /// No commercial use.
    NonCommercial,
    /// Not known here.
    Unknown,
}

/// Judges a licence by its SPDX identifier, or a model licence by the name Hugging Face gives it.
fn openness(licence: &str) -> Openness {
    const OPEN: [&str; 18] = [
        "apache",
        "mit",
        "bsd",
        "mpl",
        "gpl",
        "agpl",
        "lgpl",
        "isc",
        "eupl",
        "epl",
        "cc0",
        "cc-by-4",
        "cc-by-sa",
        "unlicense",
        "zlib",
        "artistic",
        "ecl",
        "openmdw",
    ];
    const WEIGHTS: [&str; 8] = [
        "llama",
        "gemma",
        "openrail",
        "bigscience",
        "creativeml",
        "falcon",
        "qwen",
        "deepseek",
    ];
    let licence = licence.trim().to_ascii_lowercase();
    if licence.contains("-nc") || licence.contains("noncommercial") || licence.contains("research") {
        Openness::NonCommercial
    } else if OPEN.iter().any(|name| licence.starts_with(name)) {
        Openness::Open
    } else if WEIGHTS.iter().any(|name| licence.contains(name)) {
        Openness::Weights
    } else {
        Openness::Unknown
    }
}

/// Reference, licence, use.
pub fn control(spot: Spot, licences: &'static [String], max: u32) -> AnyView {
    let t = spot.form.t;
    let id = spot.id();
    let reference = line(
        spot,
        Line {
            part: "reference",
            suffix: "-reference",
            spellcheck: false,
            wrong: "reference",
            ..Line::PLAIN
        },
    );
    let licence = line(
        spot,
        Line {
            part: "licence",
            suffix: "-licence",
            spellcheck: false,
            width: "w-20",
            wrong: "licence",
            list: true,
            ..Line::PLAIN
        },
    );
    let known: Vec<_> = licences
        .iter()
        .map(|licence| view! { <option value=licence.as_str()></option> })
        .collect();
    let use_area = view! { {area(spot, "use", "-use", max)} {count(spot, "use", max)} }.into_any();
    // In a group the heading of the row already says what this is.
    let legend = if spot.is_in_row() { "vh" } else { "field-label" };
    view! {
        <fieldset class="field" id=id.clone() aria-describedby=described_by(spot, "")>
            <legend class=legend>{label(spot)}</legend>
            {hint(spot)}
            {error(spot, "")}
            <div class="fields">
                {part(spot, "reference", t.model_reference, t.model_reference_hint, reference)}
                {part(spot, "licence", t.model_licence, t.model_licence_hint, licence)}
                <datalist id=[&id, "-list"].concat()>{known}</datalist>
                <p class="model-word" aria-live="polite">
                    {meaning(spot)}
                </p>
                {part(spot, "use", t.model_use, "", use_area)}
            </div>
        </fieldset>
    }
    .into_any()
}

/// One part: label, help, error, control.
fn part(spot: Spot, part: &'static str, label: &'static str, hint: &'static str, control: AnyView) -> AnyView {
    let id = spot.id();
    let hint = (!hint.is_empty()).then(|| view! { <p class="field-hint">{hint}</p> });
    view! {
        <div class=move || if spot.problem(part).is_some() { "field wrong" } else { "field" }>
            <label class="field-label" for=[&id, "-", part].concat()>
                {label}
            </label>
            {hint}
            {error(spot, part)}
            {control}
        </div>
    }
    .into_any()
}

/// What the licence means, in a sentence.
fn meaning(spot: Spot) -> impl Fn() -> AnyView + Send + Sync + 'static {
    let t = spot.form.t;
    let licence = Memo::new(move |_| spot.text("licence").trim().to_owned());
    move || {
        let licence = licence.get();
        if licence.is_empty() {
            return ().into_any();
        }
        let words = match openness(&licence) {
            Openness::Open => t.model_open,
            Openness::Weights => t.model_weights,
            Openness::NonCommercial => t.model_noncommercial,
            Openness::Unknown => t.model_unknown,
        };
        view! { {icon(ARCH)} <span>{fill(words, &[("licence", &licence)])}</span> }.into_any()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn licences_are_told_apart() {
        for (licence, expected) in [
            ("Apache-2.0", Openness::Open),
            ("mit", Openness::Open),
            ("cc-by-4.0", Openness::Open),
            ("cc-by-nc-4.0", Openness::NonCommercial),
            ("llama3.1", Openness::Weights),
            ("openrail++", Openness::Weights),
            ("bigscience-openrail-m", Openness::Weights),
            ("our own", Openness::Unknown),
        ] {
            assert_eq!(openness(licence), expected, "{licence}");
        }
    }
}
