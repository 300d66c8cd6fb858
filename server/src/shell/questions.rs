//! A section's questions in HTML, so that a line or a text can be written before the app is there.
//!
//! What takes typing carries `data-at`, the JSON Pointer of its answer. `public/boot.js` fills in what this device keeps,
//! then takes `readonly` away, and keeps what is typed; the app takes it over (`src/apply/start.rs`). Everything else has
//! its place and its words, and works once the app is there. The markup is that of `src/form`.

use opencall_core::Locale;
use opencall_core::programme::{Choice, Field, Kind, Precision, Programme, Step, TextFormat};

use super::html::Html;
use super::words::{Words, words};

/// The page of a section; `None` where the programme has no such section.
pub fn section(programme: &Programme, id: &str, locale: Locale) -> Option<String> {
    let words = words(locale);
    let at = programme.steps.iter().position(|step| step.id == id)?;
    let step = &programme.steps[at];
    let hub = format!("/{}/apply", programme.id);
    let mut html = Html::default();
    bays(&mut html, programme, step, locale);
    html.raw("<a class=\"back\" href=\"")
        .text(&hub)
        .raw("\"><svg viewBox=\"0 0 16 16\" fill=\"none\" stroke=\"currentColor\" stroke-width=\"2\" aria-hidden=\"true\"><path d=\"M10 3 4 8l6 5\"/></svg>")
        .text(words.back)
        .raw("</a><div class=\"page-head\">");
    let place = words
        .section_of
        .replace("{n}", &(at + 1).to_string())
        .replace("{all}", &programme.steps.len().to_string());
    html.element("p", "soft", &place)
        .raw("<h1>")
        .text(step.title.get(locale))
        .raw("</h1>");
    if let Some(intro) = &step.intro {
        html.element("p", "page-intro", intro.get(locale));
    }
    html.raw("</div><div class=\"fields\">");
    // What is asked only after another answer is not asked yet.
    for field in step.fields.iter().filter(|field| field.when.is_none()) {
        question(&mut html, field, locale);
    }
    html.raw("</div>");
    Some(html.0)
}

/// The row of sections, as `src/ui/arches.rs` draws it, with no light in it yet.
fn bays(html: &mut Html, programme: &Programme, current: &Step, locale: Locale) {
    html.raw("<nav aria-label=\"")
        .text(words(locale).sections)
        .raw("\"><ol class=\"bays\">");
    for step in &programme.steps {
        html.raw("<li><a class=\"bay none\" href=\"/")
            .text(&programme.id)
            .raw("/apply/")
            .text(&step.id)
            .raw("\"");
        if step.id == current.id {
            html.raw(" aria-current=\"step\"");
        }
        html.raw("><svg viewBox=\"0 0 100 72\" preserveAspectRatio=\"none\" aria-hidden=\"true\"><path class=\"bay-inner\" d=\"M8 72V52C8 28 26 12 50 12S92 28 92 52V72\"/><path class=\"bay-outer\" d=\"M0 72V50C0 22 22 4 50 4S100 22 100 50V72\"/></svg>");
        html.element("span", "bay-name", step.title.get(locale));
        html.element("span", "vh", step.title.get(locale)).raw("</a></li>");
    }
    html.raw("</ol></nav>");
}

fn question(html: &mut Html, field: &Field, locale: Locale) {
    let words = words(locale);
    match &field.kind {
        Kind::Text { max, format, autocomplete } => {
            let siren = *format == TextFormat::Siren;
            let named = autocomplete.is_some();
            let line = Line {
                mode: siren.then_some("numeric"),
                autocomplete: autocomplete.as_deref(),
                spellcheck: !siren && !named,
                width: if siren || *max <= 20 { "w-8" } else { "" },
            };
            single(html, field, locale, |html| {
                line.write(html, field, "-in", "");
                if !siren && !named {
                    counter(html);
                }
            });
        }
        Kind::Email => {
            let line = Line {
                mode: Some("email"),
                autocomplete: Some("email"),
                ..Line::PLAIN
            };
            single(html, field, locale, |html| line.write(html, field, "-in", ""));
        }
        Kind::Url { .. } => {
            let line = Line {
                mode: Some("url"),
                autocomplete: Some("url"),
                ..Line::PLAIN
            };
            single(html, field, locale, |html| line.write(html, field, "-in", ""));
        }
        Kind::Number { max, decimals, unit, .. } => {
            let line = Line {
                mode: Some(if *decimals == 0 { "numeric" } else { "decimal" }),
                width: if *max < 10_000.0 { "w-4" } else { "w-8" },
                ..Line::PLAIN
            };
            single(html, field, locale, |html| {
                html.raw("<div class=\"with-unit\">");
                line.write(html, field, "-in", "");
                if let Some(unit) = unit {
                    html.element("span", "unit", unit.get(locale));
                }
                html.raw("</div>");
            });
        }
        Kind::LongText { max } => single(html, field, locale, |html| {
            area(html, field, *max);
            counter(html);
        }),
        Kind::Date { precision, .. } => several(html, field, locale, |html| {
            html.raw("<div class=\"parts\">");
            let parts = [
                ("day", words.day, "w-2"),
                ("month", words.month, "w-2"),
                ("year", words.year, "w-4"),
            ];
            for (part, label, width) in parts.into_iter().skip(usize::from(*precision == Precision::Month)) {
                let suffix = ["-", part].concat();
                html.raw("<div class=\"part\"><label for=\"q-")
                    .text(&field.id)
                    .text(&suffix)
                    .raw("\">")
                    .text(label)
                    .raw("</label>");
                let line = Line {
                    mode: Some("numeric"),
                    width,
                    ..Line::PLAIN
                };
                line.write(html, field, &suffix, part);
                html.raw("</div>");
            }
            html.raw("</div>");
        }),
        Kind::Choice { options } => choices(html, field, locale, "radio", options),
        Kind::Choices { options, .. } => choices(html, field, locale, "checkbox", options),
        Kind::YesNo => several(html, field, locale, |html| {
            html.raw("<div class=\"choices inline\">");
            for label in [words.yes, words.no] {
                html.raw("<label class=\"choice\"><input type=\"radio\" disabled><span>")
                    .text(label)
                    .raw("</span></label>");
            }
            html.raw("</div>");
        }),
        Kind::Country => single(html, field, locale, |html| {
            html.raw("<select class=\"input w-20\" id=\"q-")
                .text(&field.id)
                .raw("-in\" disabled><option>");
            html.text(words.choose).raw("</option></select>");
        }),
        _ => several(html, field, locale, |html| {
            html.raw("<div class=\"waiting\" aria-hidden=\"true\"><div class=\"waiting-line\"></div></div>");
        }),
    }
}

fn choices(html: &mut Html, field: &Field, locale: Locale, kind: &'static str, options: &[Choice]) {
    let columns = kind == "checkbox" && options.len() > 6;
    several(html, field, locale, |html| {
        html.raw(if columns {
            "<div class=\"choices columns\">"
        } else {
            "<div class=\"choices\">"
        });
        for option in options {
            html.raw("<label class=\"choice\"><input type=\"")
                .raw(kind)
                .raw("\" disabled><span>")
                .text(option.label.get(locale))
                .raw("</span>");
            if let Some(hint) = &option.hint {
                html.element("span", "choice-hint", hint.get(locale));
            }
            html.raw("</label>");
        }
        html.raw("</div>");
    });
}

/// A question with one control.
fn single(html: &mut Html, field: &Field, locale: Locale, control: impl FnOnce(&mut Html)) {
    html.raw("<div class=\"field\"><label class=\"field-label\" for=\"q-")
        .text(&field.id)
        .raw("-in\">");
    label(html, field, locale);
    html.raw("</label>");
    hint(html, field, locale);
    control(html);
    html.raw("</div>");
}

/// A question with several controls.
fn several(html: &mut Html, field: &Field, locale: Locale, controls: impl FnOnce(&mut Html)) {
    html.raw("<fieldset class=\"field\"><legend class=\"field-label\">");
    label(html, field, locale);
    html.raw("</legend>");
    hint(html, field, locale);
    controls(html);
    html.raw("</fieldset>");
}

fn label(html: &mut Html, field: &Field, locale: Locale) {
    html.text(field.label.get(locale));
    if field.optional {
        html.raw(" ").element("span", "field-optional", words(locale).optional);
    }
}

/// The help that the app shows too, where it stands in the programme.
fn hint(html: &mut Html, field: &Field, locale: Locale) {
    let words: &Words = words(locale);
    let own = field.hint.as_ref().map(|hint| hint.get(locale));
    let Some(text) = own.or(field.private.then_some(words.private)) else {
        return;
    };
    html.raw("<p class=\"field-hint\" id=\"q-")
        .text(&field.id)
        .raw("-hint\">")
        .text(text);
    // Hints end as sentences do.
    if !text.ends_with(['.', '!', '?', '…']) {
        html.raw(".");
    }
    html.raw("</p>");
}

/// The place of the count, which only the app knows how to make.
fn counter(html: &mut Html) {
    html.raw("<p class=\"field-count\" aria-hidden=\"true\">\u{a0}</p>");
}

fn area(html: &mut Html, field: &Field, max: u32) {
    html.raw("<textarea class=\"input");
    html.raw(if max > 400 { " tall\" rows=\"6" } else { "\" rows=\"3" });
    html.raw("\" autocomplete=\"off\" spellcheck=\"true\"");
    common(html, field, "-in", "");
    html.raw("></textarea>");
}

/// How a line of typing is set up: see `src/form/input.rs`.
struct Line<'a> {
    mode: Option<&'static str>,
    autocomplete: Option<&'a str>,
    spellcheck: bool,
    width: &'static str,
}

impl Line<'_> {
    const PLAIN: Self = Self {
        mode: None,
        autocomplete: None,
        spellcheck: false,
        width: "",
    };

    fn write(&self, html: &mut Html, field: &Field, suffix: &str, part: &str) {
        html.raw("<input class=\"input ")
            .raw(self.width)
            .raw("\" type=\"text\" autocomplete=\"");
        html.text(self.autocomplete.unwrap_or("off")).raw("\" enterkeyhint=\"next\"");
        if let Some(mode) = self.mode {
            html.raw(" inputmode=\"").raw(mode).raw("\"");
        }
        html.raw(if self.spellcheck {
            " spellcheck=\"true\""
        } else {
            " spellcheck=\"false\" autocapitalize=\"none\""
        });
        common(html, field, suffix, part);
        html.raw(">");
    }
}

/// What everything that takes typing has.
fn common(html: &mut Html, field: &Field, suffix: &str, part: &str) {
    html.raw(" id=\"q-")
        .text(&field.id)
        .text(suffix)
        .raw("\" data-at=\"/")
        .text(&field.id);
    if !part.is_empty() {
        html.raw("/").text(part);
    }
    html.raw("\" readonly");
    if field.hint.is_some() || field.private {
        html.raw(" aria-describedby=\"q-").text(&field.id).raw("-hint\"");
    }
    if !field.optional && part.is_empty() {
        html.raw(" aria-required=\"true\"");
    }
}
