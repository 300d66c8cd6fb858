//! An open model: what it is, its licence, how it is used, and in words what that means for the criterion of
//! openness.

use crate::ui::dom::{Show, View, el, many};
use crate::ui::kept::kept;

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
pub fn control(spot: Spot, licences: &'static [String], max: u32) -> View {
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
        .map(|licence| el("option").attr("value", licence.as_str()))
        .collect();
    let use_area = many(vec![(area(spot, "use", "-use", max)).show(), (count(spot, "use", max)).show()]).show();
    // In a group the heading of the row already says what this is.
    let legend = if spot.is_in_row() { "vh" } else { "field-label" };
    el("fieldset")
        .attr("class", "field")
        .attr("id", id.clone())
        .attr("aria-describedby", described_by(spot, ""))
        .kid(el("legend").attr("class", legend).kid(label(spot)))
        .kid(hint(spot))
        .kid(error(spot, ""))
        .kid(
            el("div")
                .attr("class", "fields")
                .kid(part(spot, "reference", t.model_reference, t.model_reference_hint, reference))
                .kid(part(spot, "licence", t.model_licence, t.model_licence_hint, licence))
                .kid(el("datalist").attr("id", [&id, "-list"].concat()).kid(known))
                .kid(el("p").attr("class", "model-word").attr("aria-live", "polite").kid(meaning(spot)))
                .kid(part(spot, "use", t.model_use, "", use_area)),
        )
        .show()
}

/// One part: label, help, error, control.
fn part(spot: Spot, part: &'static str, label: &'static str, hint: &'static str, control: View) -> View {
    let id = spot.id();
    let hint = (!hint.is_empty()).then(|| el("p").attr("class", "field-hint").kid(hint));
    el("div")
        .attr("class", move || if spot.problem(part).is_some() { "field wrong" } else { "field" })
        .kid(
            el("label")
                .attr("class", "field-label")
                .attr("for", [&id, "-", part].concat())
                .kid(label),
        )
        .kid(hint)
        .kid(error(spot, part))
        .kid(control)
        .show()
}

/// What the licence means, in a sentence.
fn meaning(spot: Spot) -> impl Fn() -> View + Send + Sync + 'static {
    let t = spot.form.t;
    let licence = kept(move |_: Option<&_>| spot.text("licence").trim().to_owned());
    move || {
        let licence = licence.get();
        if licence.is_empty() {
            return ().show();
        }
        let words = match openness(&licence) {
            Openness::Open => t.model_open,
            Openness::Weights => t.model_weights,
            Openness::NonCommercial => t.model_noncommercial,
            Openness::Unknown => t.model_unknown,
        };
        many(vec![
            (icon(ARCH)).show(),
            el("span").kid(fill(words, &[("licence", &licence)])).show(),
        ])
        .show()
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
