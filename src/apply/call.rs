//! The call: what, who runs it, what winners get, who judges and how, the dates, the countdown, one button.
//! The server writes the same markup into the shell (see `style/call.css`), so that nothing moves here.

use leptos::prelude::*;
use opencall_core::{Localised, Phase, Timestamp};

use super::cx::Cx;
use super::time;
use crate::clock::remaining;
use crate::i18n::fill;
use crate::i18n::intl;
use crate::route::Route;

/// The page.
pub fn page(cx: Cx) -> AnyView {
    let (programme, locale) = (cx.programme, cx.locale);
    cx.title(programme.title.get(locale));
    view! {
        <article class="call">
            <header class="call-head">
                <p class="call-place">{programme.place.get(locale)}</p>
                <h1 class="call-title" tabindex="-1">
                    {programme.title.get(locale)}
                </h1>
                <p class="call-summary">{programme.summary.get(locale)}</p>
                {organisers_line(cx)}
                {deadline(cx)}
                {start(cx)}
            </header>
            <div class="frieze" aria-hidden="true"></div>
            {body(cx)}
        </article>
    }
    .into_any()
}

/// "By Meta, Hugging Face and Scaleway".
fn organisers_line(cx: Cx) -> AnyView {
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
            view! { {between} <a href=organiser.url.as_str()>{organiser.name.as_str()}</a> }
        })
        .collect();
    view! { <p class="call-by">{cx.t.call_by} {names}</p> }.into_any()
}

/// Where the call stands, the countdown, and the date in the programme's zone, the reader's and UTC.
fn deadline(cx: Cx) -> AnyView {
    let phase = cx.lasting.phase;
    (move || {
        let t = cx.t;
        let (words, at) = match phase.get()? {
            Phase::NotYetOpen { opens } => (t.call_opens, opens),
            Phase::Open { deadline } | Phase::LastHour { deadline } => (t.call_open, deadline),
            Phase::Grace { .. } => (t.grace_title, cx.programme.schedule.deadline),
            Phase::Closed { since } => (t.call_closed, since),
        };
        let counting = cx.lasting.open.get().then(|| countdown(cx, at));
        let plain = counting.is_none().then_some(words);
        Some(view! {
            <div class="call-deadline">
                <p class="call-left">{counting} {plain}</p>
                <p class="call-when">
                    <time datetime=at.to_string()>{time::stated(cx, at)}</time>
                </p>
                {zones(cx, at)}
            </div>
        })
    })
    .into_any()
}

fn countdown(cx: Cx, at: Timestamp) -> AnyView {
    let clock = cx.lasting.clock;
    let left = move || {
        fill(
            cx.t.left,
            &[("left", &time::left(cx.t, cx.locale, remaining(clock.tick().get().millis_until(at))))],
        )
    };
    view! {
        <span role="timer" aria-label=cx.t.timer_label>
            {left}
        </span>
    }
    .into_any()
}

/// The same moment where the reader is and in UTC, in one line.
fn zones(cx: Cx, at: Timestamp) -> AnyView {
    let yours = fill(cx.t.zone_yours, &[("time", &time::elsewhere(cx, at, None))]);
    let utc = fill(cx.t.zone_utc, &[("time", &time::elsewhere(cx, at, Some("UTC")))]);
    view! { <p class="call-zones">{yours} " · " {utc}</p> }.into_any()
}

/// The one button: it leads to what is next for this reader.
fn start(cx: Cx) -> AnyView {
    let (t, draft) = (cx.t, cx.lasting.draft);
    let exists = draft.exists();
    let submitted = Memo::new(move |_| {
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
        Some(view! {
            <p class="call-apply">
                <a class="btn big" href=route.path()>
                    {words}
                </a>
            </p>
        })
    })
    .into_any()
}

fn body(cx: Cx) -> AnyView {
    let (programme, locale, t) = (cx.programme, cx.locale, cx.t);
    let call = &programme.call;
    let paragraphs = |texts: &'static [Localised]| -> Vec<_> { texts.iter().map(|text| view! { <p>{text.get(locale)}</p> }).collect() };
    let offers: Vec<_> = call
        .offers
        .iter()
        .map(|offer| pair(offer.title.get(locale).into_any(), offer.text.get(locale)))
        .collect();
    let who: Vec<_> = call.who.iter().map(|text| view! { <li>{text.get(locale)}</li> }).collect();
    let rubric: Vec<_> = programme
        .rubric
        .iter()
        .map(|criterion| {
            let weight = fill(t.percent, &[("n", &criterion.weight.to_string())]);
            let title = view! { {criterion.title.get(locale)} " " <span class="call-weight">{weight}</span> }.into_any();
            pair(title, criterion.text.get(locale))
        })
        .collect();
    let dates: Vec<_> = call
        .dates
        .iter()
        .map(|date| {
            view! {
                <li>
                    <time datetime=date.on.as_str()>{intl::day(&date.on, locale)}</time>
                    <span>{date.what.get(locale)}</span>
                </li>
            }
        })
        .collect();
    let organisers: Vec<_> = programme
        .organisers
        .iter()
        .map(|organiser| {
            let name = view! { <a href=organiser.url.as_str()>{organiser.name.as_str()}</a> }.into_any();
            pair(name, organiser.role.get(locale))
        })
        .collect();
    view! {
        <div class="call-body">
            {section(t.call_about, !call.about.is_empty(), view! { {paragraphs(&call.about)} }.into_any())}
            {section(t.call_offers, !call.offers.is_empty(), view! { <dl class="call-offers">{offers}</dl> }.into_any())}
            {section(t.call_who, !call.who.is_empty(), view! { <ul class="call-who">{who}</ul> }.into_any())}
            {section(t.call_judging, !call.judging.is_empty() || !programme.rubric.is_empty(), view! { {paragraphs(&call.judging)} <dl class="call-rubric">{rubric}</dl> }.into_any())}
            {section(t.call_dates, !call.dates.is_empty(), view! { <ol class="call-dates">{dates}</ol> }.into_any())}
            {section(t.call_organisers, !programme.organisers.is_empty(), view! { <dl class="call-organisers">{organisers}</dl> }.into_any())}
            {section(t.call_privacy, !call.privacy.is_empty(), paragraphs(&call.privacy).into_any())}
        </div>
    }
    .into_any()
}

fn section(heading: &'static str, there: bool, content: AnyView) -> AnyView {
    if !there {
        return ().into_any();
    }
    view! {
        <section class="call-section">
            <h2>{heading}</h2>
            {content}
        </section>
    }
    .into_any()
}

fn pair(term: AnyView, text: &'static str) -> AnyView {
    view! {
        <div>
            <dt>{term}</dt>
            <dd>{text}</dd>
        </div>
    }
    .into_any()
}
