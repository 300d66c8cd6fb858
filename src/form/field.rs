//! Label, help and error around a control; which control a kind has.

use crate::ui::dom::{Show, View, el, many};
use crate::ui::kept::kept;
use opencall_core::programme::{Kind, TextFormat};

use super::spot::Spot;
use super::{choice, choices, consent, country, date, file, group, input, long_text, model, money, yes_no};
use crate::i18n::problems;
use crate::ui::icon::{WRONG, icon};

/// A question with its control, there only while it is asked.
pub fn field(spot: Spot) -> View {
    if spot.field.when.is_none() {
        return control(spot);
    }
    let asked = kept(move |_: Option<&_>| spot.is_asked());
    (move || if asked.get() { control(spot) } else { ().show() }).show()
}

fn control(spot: Spot) -> View {
    match &spot.field.kind {
        Kind::Text { autocomplete, format, .. } => input::text(spot, autocomplete.as_deref(), *format == TextFormat::Siren),
        Kind::Email => input::email(spot),
        Kind::Url { .. } => input::url(spot),
        Kind::Number { decimals, unit, max, .. } => input::number(spot, *decimals, unit.as_ref(), *max),
        Kind::LongText { max } => long_text::control(spot, "", *max),
        Kind::Money { currencies, .. } => money::control(spot, currencies),
        Kind::Date { precision, .. } => date::control(spot, *precision),
        Kind::Country => country::control(spot),
        Kind::Choice { options } => choice::control(spot, options),
        Kind::Choices { options, max, .. } => choices::control(spot, options, *max),
        Kind::YesNo => yes_no::control(spot),
        Kind::Consent { version } => consent::control(spot, version),
        Kind::Group { item, min, max, fields } => group::control(spot, item, *min, *max, fields),
        Kind::File {
            accept,
            max_bytes,
            or_link,
        } => file::control(spot, accept, *max_bytes, *or_link),
        Kind::Model { licences, max } => model::control(spot, licences, *max),
    }
}

/// A question with one control, which has the id `{id}-in` (with the part behind it).
pub fn single(spot: Spot, control: View) -> View {
    let id = spot.id();
    el("div")
        .attr("class", wrong_class(spot, ""))
        .attr("id", id.clone())
        .kid(
            el("label")
                .attr("class", "field-label")
                .attr("for", [&id, "-in"].concat())
                .kid(label(spot)),
        )
        .kid(hint(spot))
        .kid(error(spot, ""))
        .kid(control)
        .show()
}

/// A question with several controls: a fieldset, named by its legend.
pub fn several(spot: Spot, control: View) -> View {
    el("fieldset")
        .attr("class", wrong_class(spot, ""))
        .attr("id", spot.id())
        .attr("aria-describedby", described_by(spot, ""))
        .kid(el("legend").attr("class", "field-label").kid(label(spot)))
        .kid(hint(spot))
        .kid(error(spot, ""))
        .kid(control)
        .show()
}

/// The label's words, and whether the question may be left out.
pub fn label(spot: Spot) -> View {
    let optional = spot.field.optional.then(|| {
        many(vec![
            (" ").show(),
            el("span").attr("class", "field-optional").kid(spot.form.t.optional).show(),
        ])
    });
    many(vec![(spot.label()).show(), (optional).show()]).show()
}

/// The help under the label: the programme's own words; without them, what the kind asks and whether judges see it.
pub fn hint(spot: Spot) -> View {
    let words = hint_words(spot);
    if words.is_empty() {
        return ().show();
    }
    el("p")
        .attr("class", "field-hint")
        .attr("id", [&spot.id(), "-hint"].concat())
        .kid(words.join(" "))
        .show()
}

fn hint_words(spot: Spot) -> Vec<String> {
    let (t, locale) = (spot.form.t, spot.form.locale);
    let mut words: Vec<String> = spot.field.hint.iter().map(|hint| hint.get(locale).to_owned()).collect();
    match &spot.field.kind {
        Kind::Url { hosts } if !hosts.is_empty() && words.is_empty() => {
            words.push(crate::i18n::fill(
                t.url_hosts,
                &[("hosts", &problems::list(hosts.iter().map(String::as_str), t.or))],
            ));
        }
        Kind::File { accept, max_bytes, .. } => {
            let (kinds, size) = (problems::kinds(accept, t.or), problems::bytes(t, *max_bytes, locale));
            words.push(crate::i18n::fill(t.file_takes, &[("kinds", &kinds), ("size", &size)]));
        }
        _ => {}
    }
    if spot.field.private && words.is_empty() {
        words.push(t.private.to_owned());
    }
    for word in &mut words {
        // Hints stand one behind the other: each ends as a sentence does.
        if !word.ends_with(['.', '!', '?', '…']) {
            word.push('.');
        }
    }
    words
}

/// The error beside a control.
pub fn error(spot: Spot, part: &'static str) -> View {
    (move || {
        spot.error(part).map(|words| {
            let id = [&spot.id(), part, "-error"].concat();
            el("p")
                .attr("class", "field-error")
                .attr("id", id)
                .kid(icon(WRONG))
                .kid(el("span").kid(words))
        })
    })
    .show()
}

/// The ids that describe a control: help first, then the error while there is one.
pub fn described_by(spot: Spot, part: &'static str) -> impl Fn() -> Option<String> + Clone + Send + Sync + 'static {
    let id = spot.id();
    let hint = if part.is_empty() && !hint_words(spot).is_empty() {
        [&id, "-hint"].concat()
    } else {
        String::new()
    };
    move || {
        let mut ids = hint.clone();
        if spot.problem(part).is_some() {
            for piece in [" ", &id, part, "-error"] {
                ids.push_str(piece);
            }
        }
        (!ids.is_empty()).then_some(ids)
    }
}

/// `aria-invalid`, there only while something is wrong.
pub fn is_wrong(spot: Spot, part: &'static str) -> impl Fn() -> Option<&'static str> + Clone + Send + Sync + 'static {
    move || spot.problem(part).map(|_| "true")
}

fn wrong_class(spot: Spot, part: &'static str) -> impl Fn() -> &'static str + Clone + Send + Sync + 'static {
    move || if spot.problem(part).is_some() { "field wrong" } else { "field" }
}
