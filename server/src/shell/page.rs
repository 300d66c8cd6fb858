//! The call in HTML. Every text of a programme is escaped.

use opencall_core::programme::Programme;
use opencall_core::{Locale, Phase, Timestamp};

use super::html::Html;
use super::words::{day, moment, words};

/// What belongs into `<head>`: title, description, and a head start for the document that the app asks for first. `api` is the backend's
/// address, as `config.json` says it.
pub fn head(programme: &Programme, locale: Locale, api: &str) -> String {
    let mut html = Html::default();
    html.raw("<title>")
        .text(programme.title.get(locale))
        .raw("</title>\n<meta name=\"description\" content=\"");
    html.text(programme.summary.get(locale))
        .raw("\">\n<link rel=\"preload\" as=\"fetch\" href=\"")
        .text(api);
    html.raw("/api/v1/programmes/").text(&programme.id).raw("\" crossorigin>");
    html.0
}

/// The call page.
pub fn call(programme: &Programme, locale: Locale, phase: Phase) -> String {
    let words = words(locale);
    let mut html = Html::default();
    html.raw("<article class=\"call\"><header class=\"call-head\">");
    html.element("p", "call-place", programme.place.get(locale));
    html.element("h1", "call-title", programme.title.get(locale));
    html.element("p", "call-summary", programme.summary.get(locale));
    html.raw("<p class=\"call-by\">").text(words.by).raw(" ");
    for (index, organiser) in programme.organisers.iter().enumerate() {
        if index > 0 {
            let last = index + 1 == programme.organisers.len();
            html.raw(if last { " " } else { ", " });
            if last {
                html.text(words.and).raw(" ");
            }
        }
        html.link("", &organiser.url, &organiser.name);
    }
    html.raw("</p><div class=\"call-deadline\">");
    let (state, at) = standing(programme, locale, phase);
    html.element("p", "call-left", state);
    html.raw("<p class=\"call-when\"><time datetime=\"")
        .text(&at.to_string())
        .raw("\">");
    html.text(&moment(at, &programme.schedule.zone, locale)).raw("</time></p></div>");
    let (page, label) = if phase.is_open() {
        ("eligibility", words.start)
    } else {
        ("apply", words.read)
    };
    html.raw("<p class=\"call-apply\">")
        .link("btn big", &format!("/{}/{page}", programme.id), label)
        .raw("</p>");
    html.raw("</header><div class=\"frieze\" aria-hidden=\"true\"></div><div class=\"call-body\">");
    sections(&mut html, programme, locale);
    html.raw("</div></article>");
    html.0
}

fn sections(html: &mut Html, programme: &Programme, locale: Locale) {
    let words = words(locale);
    let call = &programme.call;
    html.section(words.about, !call.about.is_empty(), |html| html.paragraphs(&call.about, locale));
    html.section(words.offers, !call.offers.is_empty(), |html| {
        html.terms("call-offers", &call.offers, locale)
    });
    html.section(words.who, !call.who.is_empty(), |html| {
        html.raw("<ul class=\"call-who\">");
        for line in &call.who {
            html.raw("<li>").text(line.get(locale)).raw("</li>");
        }
        html.raw("</ul>");
    });
    html.section(words.judging, !call.judging.is_empty() || !programme.rubric.is_empty(), |html| {
        html.paragraphs(&call.judging, locale);
        html.raw("<dl class=\"call-rubric\">");
        for criterion in &programme.rubric {
            html.raw("<div><dt>")
                .text(criterion.title.get(locale))
                .raw(" <span class=\"call-weight\">");
            html.text(&criterion.weight.to_string()).raw("\u{a0}%");
            html.raw("</span></dt><dd>").text(criterion.text.get(locale)).raw("</dd></div>");
        }
        html.raw("</dl>");
    });
    html.section(words.dates, !call.dates.is_empty(), |html| {
        html.raw("<ol class=\"call-dates\">");
        for date in &call.dates {
            html.raw("<li><time datetime=\"")
                .text(&date.on)
                .raw("\">")
                .text(&day(&date.on, locale));
            html.raw("</time><span>").text(date.what.get(locale)).raw("</span></li>");
        }
        html.raw("</ol>");
    });
    html.section(words.organisers, !programme.organisers.is_empty(), |html| {
        html.raw("<dl class=\"call-organisers\">");
        for organiser in &programme.organisers {
            html.raw("<div><dt>").link("", &organiser.url, &organiser.name).raw("</dt><dd>");
            html.text(organiser.role.get(locale)).raw("</dd></div>");
        }
        html.raw("</dl>");
    });
    html.section(words.privacy, !call.privacy.is_empty(), |html| {
        html.paragraphs(&call.privacy, locale)
    });
}

/// The page of an applicant before the app is there: which call, until when, and lines where the page will be.
pub fn inner(programme: &Programme, locale: Locale, phase: Phase) -> String {
    let (state, at) = standing(programme, locale, phase);
    let mut html = Html::default();
    html.element("p", "call-place", programme.title.get(locale));
    html.raw("<p class=\"call-when\">")
        .text(state)
        .raw(" <time datetime=\"")
        .text(&at.to_string())
        .raw("\">");
    html.text(&moment(at, &programme.schedule.zone, locale)).raw("</time></p>");
    html.raw("<div class=\"waiting\" aria-hidden=\"true\"><div class=\"waiting-line\"></div><div class=\"waiting-line\"></div>");
    html.raw("<div class=\"waiting-line\"></div></div>");
    html.0
}

/// The bar over a section: until when, without the time left, which only the app counts.
pub fn bar(programme: &Programme, locale: Locale, phase: Phase) -> String {
    let (state, at) = standing(programme, locale, phase);
    let mut html = Html::default();
    html.raw("<section class=\"bar\" aria-label=\"").text(words(locale).bar);
    html.raw("\"><div class=\"wrap\"><p class=\"bar-time\"><span class=\"bar-left\">")
        .text(state)
        .raw("</span> <time class=\"bar-date\" datetime=\"")
        .text(&at.to_string())
        .raw("\">");
    html.text(&moment(at, &programme.schedule.zone, locale))
        .raw("</time></p></div></section>");
    html.0
}

/// The languages the call can be read in, as the app shows them; nothing where there is one.
pub fn languages(programme: &Programme, locale: Locale) -> String {
    let mut html = Html::default();
    if programme.locales.len() > 1 {
        html.raw("<nav class=\"langs\" aria-label=\"")
            .text(words(locale).languages)
            .raw("\">");
        for one in &programme.locales {
            let (tag, name) = match one {
                Locale::En => ("en", "English"),
                Locale::Fr => ("fr", "Français"),
            };
            html.raw("<a href=\"?lang=").raw(tag).raw("\" lang=\"").raw(tag).raw("\"");
            if *one == locale {
                html.raw(" aria-current=\"true\"");
            }
            html.raw(">")
                .text(&tag.to_ascii_uppercase())
                .element("span", "vh", name)
                .raw("</a>");
        }
        html.raw("</nav>");
    }
    html.0
}

/// What stands beside the mark at the top of an applicant's page; the call's own page has the product's name there.
pub fn brand(programme: &Programme, locale: Locale) -> String {
    let mut html = Html::default();
    html.text(programme.title.get(locale));
    html.0
}

/// Where the call stands, in words, and the moment that belongs to them.
fn standing(programme: &Programme, locale: Locale, phase: Phase) -> (&'static str, Timestamp) {
    let words = words(locale);
    let schedule = &programme.schedule;
    match phase {
        Phase::NotYetOpen { .. } => (words.opens, schedule.opens),
        Phase::Open { .. } | Phase::LastHour { .. } => (words.open, schedule.deadline),
        Phase::Grace { .. } => (words.grace, schedule.deadline),
        Phase::Closed { .. } => (words.closed, schedule.deadline),
    }
}
