//! The call: what, who runs it, what winners get, who judges and how, the dates, the countdown, one button.
//! The server writes the same markup into the shell (see `style/call.css`), so that nothing moves here.

use crate::ui::dom::{Show, View, el, many};
use crate::ui::kept::kept;
use opencall_core::{Localised, Phase, Timestamp};

use super::cx::Cx;
use super::time;
use crate::clock::remaining;
use crate::i18n::fill;
use crate::i18n::intl;
use crate::route::Route;

/// The page.
pub fn page(cx: Cx) -> View {
    let (programme, locale) = (cx.programme, cx.locale);
    cx.title(programme.title.get(locale));
    el("article")
        .attr("class", "call")
        .kid(
            el("header")
                .attr("class", "call-head")
                .kid(el("p").attr("class", "call-place").kid(programme.place.get(locale)))
                .kid(
                    el("h1")
                        .attr("class", "call-title")
                        .attr("tabindex", "-1")
                        .kid(programme.title.get(locale)),
                )
                .kid(el("p").attr("class", "call-summary").kid(programme.summary.get(locale)))
                .kid(organisers_line(cx))
                .kid(deadline(cx))
                .kid(start(cx)),
        )
        .kid(el("div").attr("class", "frieze").attr("aria-hidden", "true"))
        .kid(body(cx))
        .show()
}

/// "By Meta, Hugging Face and Scaleway".
fn organisers_line(cx: Cx) -> View {
    let all = &cx.programme.organisers;
    let names: Vec<_> = all
        .iter()
        .enumerate()
        .map(|(at, organiser)| {
            let between = match all.len() - at {
                _ if at == 0 => " ".to_owned(),
                1 => [" ", cx.t.and, " "].concat(),
                _ => ", ".to_owned(),
            };
            many(vec![
                (between).show(),
                el("a").attr("href", organiser.url.as_str()).kid(organiser.name.as_str()).show(),
            ])
        })
        .collect();
    el("p").attr("class", "call-by").kid(cx.t.call_by).kid(names).show()
}

/// Where the call stands, the countdown, and the date in the programme's zone, the reader's and UTC.
fn deadline(cx: Cx) -> View {
    let phase = cx.lasting.phase;
    (move || {
        let t = cx.t;
        let now = phase.get()?;
        let (words, at) = match now {
            Phase::NotYetOpen { opens } => (t.call_opens, opens),
            Phase::Open { deadline } | Phase::LastHour { deadline } => (t.call_open, deadline),
            Phase::Grace { .. } => (t.grace_title, cx.programme.schedule.deadline),
            Phase::Closed { since } => (t.call_closed, since),
        };
        let counting = now.closes().map(|closes| countdown(cx, closes));
        let plain = counting.is_none().then_some(words);
        Some(
            el("div")
                .attr("class", "call-deadline")
                .kid(el("p").attr("class", "call-left").kid(counting).kid(plain))
                .kid(
                    el("p")
                        .attr("class", "call-when")
                        .kid(el("time").attr("datetime", at.to_string()).kid(time::stated(cx, at))),
                )
                .kid(zones(cx, at)),
        )
    })
    .show()
}

fn countdown(cx: Cx, closes: Timestamp) -> View {
    let clock = cx.lasting.clock;
    let left = move || {
        fill(
            cx.t.left,
            &[(
                "left",
                &time::left(cx.t, cx.locale, remaining(clock.tick().get().millis_until(closes))),
            )],
        )
    };
    el("span")
        .attr("role", "timer")
        .attr("aria-label", cx.t.timer_label)
        .kid(left)
        .show()
}

/// The same moment where the reader is and in UTC, in one line.
fn zones(cx: Cx, at: Timestamp) -> View {
    let yours = fill(cx.t.zone_yours, &[("time", &time::elsewhere(cx, at, None))]);
    let utc = fill(cx.t.zone_utc, &[("time", &time::elsewhere(cx, at, Some("UTC")))]);
    el("p").attr("class", "call-zones").kid(yours).kid(" · ").kid(utc).show()
}

/// The one button: it leads to what is next for this reader.
fn start(cx: Cx) -> View {
    let (t, draft) = (cx.t, cx.lasting.draft);
    let exists = draft.exists();
    let submitted = kept(move |_: Option<&_>| {
        draft
            .application()
            .with(|application| application.as_ref().is_some_and(|application| application.receipt.is_some()))
    });
    (move || {
        let exists = exists.get();
        let (words, route) = match cx.lasting.phase.get() {
            _ if submitted.get() => (t.call_status, cx.status()),
            Some(Phase::Open { .. } | Phase::LastHour { .. }) if exists => (t.call_resume, cx.hub()),
            Some(Phase::Open { .. } | Phase::LastHour { .. }) => (t.call_start, Route::Eligibility { programme: cx.id() }),
            Some(Phase::NotYetOpen { .. }) => (t.call_read, cx.hub()),
            _ if exists => (t.read_answers, cx.check()),
            _ => return None,
        };
        Some(
            el("p")
                .attr("class", "call-apply")
                .kid(el("a").attr("class", "btn big").attr("href", route.href()).kid(words)),
        )
    })
    .show()
}

fn body(cx: Cx) -> View {
    let (programme, locale, t) = (cx.programme, cx.locale, cx.t);
    let call = &programme.call;
    let paragraphs = |texts: &'static [Localised]| -> Vec<_> { texts.iter().map(|text| el("p").kid(text.get(locale))).collect() };
    let offers: Vec<_> = call
        .offers
        .iter()
        .map(|offer| pair(offer.title.get(locale).show(), offer.text.get(locale)))
        .collect();
    let who: Vec<_> = call.who.iter().map(|text| el("li").kid(text.get(locale))).collect();
    let rubric: Vec<_> = programme
        .rubric
        .iter()
        .map(|criterion| {
            let weight = fill(t.percent, &[("n", &criterion.weight.to_string())]);
            let title = many(vec![
                (criterion.title.get(locale)).show(),
                (" ").show(),
                el("span").attr("class", "call-weight").kid(weight).show(),
            ])
            .show();
            pair(title, criterion.text.get(locale))
        })
        .collect();
    let dates: Vec<_> = call
        .dates
        .iter()
        .map(|date| {
            el("li")
                .kid(el("time").attr("datetime", date.on.as_str()).kid(intl::day(&date.on, locale)))
                .kid(el("span").kid(date.what.get(locale)))
        })
        .collect();
    let organisers: Vec<_> = programme
        .organisers
        .iter()
        .map(|organiser| {
            let name = el("a").attr("href", organiser.url.as_str()).kid(organiser.name.as_str()).show();
            pair(name, organiser.role.get(locale))
        })
        .collect();
    el("div")
        .attr("class", "call-body")
        .kid(section(t.call_about, !call.about.is_empty(), paragraphs(&call.about).show()))
        .kid(section(
            t.call_offers,
            !call.offers.is_empty(),
            el("dl").attr("class", "call-offers").kid(offers).show(),
        ))
        .kid(section(
            t.call_who,
            !call.who.is_empty(),
            el("ul").attr("class", "call-who").kid(who).show(),
        ))
        .kid(section(
            t.call_judging,
            !call.judging.is_empty() || !programme.rubric.is_empty(),
            many(vec![
                (paragraphs(&call.judging)).show(),
                el("dl").attr("class", "call-rubric").kid(rubric).show(),
            ])
            .show(),
        ))
        .kid(section(
            t.call_dates,
            !call.dates.is_empty(),
            el("ol").attr("class", "call-dates").kid(dates).show(),
        ))
        .kid(section(
            t.call_organisers,
            !programme.organisers.is_empty(),
            el("dl").attr("class", "call-organisers").kid(organisers).show(),
        ))
        .kid(section(t.call_privacy, !call.privacy.is_empty(), paragraphs(&call.privacy).show()))
        .show()
}

fn section(heading: &'static str, there: bool, content: View) -> View {
    if !there {
        return ().show();
    }
    el("section")
        .attr("class", "call-section")
        .kid(el("h2").kid(heading))
        .kid(content)
        .show()
}

fn pair(term: View, text: &'static str) -> View {
    el("div").kid(el("dt").kid(term)).kid(el("dd").kid(text)).show()
}
