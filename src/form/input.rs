//! One line of typing: text, email, web address, number, and the parts of other kinds.

use crate::ui::dom::{Show, View, el, many};
use leptos::prelude::*;
use opencall_core::Localised;
use opencall_core::programme::Kind;

use super::field::{described_by, is_wrong, single};
use super::long_text::count;
use super::spot::Spot;

/// How a line of typing is set up. No `type=number`: it drops what it cannot read, and turning the wheel changes it.
#[derive(Clone, Copy)]
pub struct Line {
    /// Which part of the answer; empty for the whole.
    pub part: &'static str,
    /// Behind the question's id.
    pub suffix: &'static str,
    /// `type`.
    pub kind: &'static str,
    /// `inputmode`: which keys a touch screen shows.
    pub mode: Option<&'static str>,
    /// `autocomplete`.
    pub autocomplete: Option<&'static str>,
    /// Whether the spelling is looked at.
    pub spellcheck: bool,
    /// A width class of `style/control.css`.
    pub width: &'static str,
    /// The part whose errors are this line's; empty for the whole answer's.
    pub wrong: &'static str,
    /// Whether there is a datalist, with the id `{id}-list`.
    pub list: bool,
}

impl Line {
    /// Plain text.
    pub const PLAIN: Self = Self {
        part: "",
        suffix: "-in",
        kind: "text",
        mode: None,
        autocomplete: None,
        spellcheck: true,
        width: "",
        wrong: "",
        list: false,
    };
}

/// The input element of a line.
pub fn line(spot: Spot, line: Line) -> View {
    let Line {
        part,
        suffix,
        kind,
        mode,
        autocomplete,
        spellcheck,
        width,
        wrong,
        list,
    } = line;
    el("input")
        .attr("class", ["input ", width].concat())
        .attr("id", [&spot.id(), suffix].concat())
        .attr("type", kind)
        .attr("name", [&spot.field.id, part].concat())
        .attr("inputmode", mode)
        .attr("autocomplete", autocomplete.unwrap_or("off"))
        .attr("autocapitalize", (!spellcheck).then_some("none"))
        .attr("spellcheck", if spellcheck { "true" } else { "false" })
        .attr("enterkeyhint", "next")
        .attr("list", list.then(|| [&spot.id(), "-list"].concat()))
        .attr("aria-describedby", described_by(spot, wrong))
        .attr("aria-invalid", is_wrong(spot, wrong))
        .attr("aria-required", (!spot.field.optional).then_some("true"))
        .attr("readonly", move || !spot.is_open())
        .value(move || spot.text(part))
        .on("input", move |event| spot.set_text(part, event_target_value(&event)))
        .show()
}

/// A line of text, with a count of characters.
pub fn text(spot: Spot, autocomplete: Option<&'static str>, siren: bool) -> View {
    let Kind::Text { max, .. } = spot.field.kind else {
        return ().show();
    };
    if siren {
        return single(
            spot,
            self::line(
                spot,
                Line {
                    mode: Some("numeric"),
                    spellcheck: false,
                    width: "w-8",
                    ..Line::PLAIN
                },
            ),
        );
    }
    let width = if max <= 20 { "w-8" } else { "" };
    let names = autocomplete.is_some();
    let control = line(
        spot,
        Line {
            autocomplete,
            width,
            spellcheck: !names,
            ..Line::PLAIN
        },
    );
    // Nobody reaches the limit of a name: counting there would only be noise.
    let counter = (!names).then(|| count(spot, "", max));
    single(spot, many(vec![(control).show(), (counter).show()]).show())
}

/// An e-mail address. The browser's own check is off (`novalidate`), its keyboard is wanted.
pub fn email(spot: Spot) -> View {
    single(
        spot,
        line(
            spot,
            Line {
                kind: "email",
                mode: Some("email"),
                autocomplete: Some("email"),
                spellcheck: false,
                ..Line::PLAIN
            },
        ),
    )
}

/// A web address: as text, since `type=url` hides what it cannot read.
pub fn url(spot: Spot) -> View {
    single(
        spot,
        line(
            spot,
            Line {
                mode: Some("url"),
                autocomplete: Some("url"),
                spellcheck: false,
                ..Line::PLAIN
            },
        ),
    )
}

/// A number and its unit.
pub fn number(spot: Spot, decimals: u8, unit: Option<&'static Localised>, max: f64) -> View {
    let mode = Some(if decimals == 0 { "numeric" } else { "decimal" });
    let width = if max < 10_000.0 { "w-4" } else { "w-8" };
    let control = line(
        spot,
        Line {
            mode,
            spellcheck: false,
            width,
            ..Line::PLAIN
        },
    );
    let unit = unit.map(|unit| el("span").attr("class", "unit").kid(unit.get(spot.form.locale)));
    single(spot, el("div").attr("class", "with-unit").kid(control).kid(unit).show())
}
