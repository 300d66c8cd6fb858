//! What stays in sight: the time left, and the state of the draft in words.

use crate::ui::dom::{Show, View, el, later};
use crate::ui::kept::kept;
use opencall_core::Phase;

use super::cx::Cx;
use super::{storage, time};
use crate::api::ApiError;
use crate::clock::remaining;
use crate::clock::remaining::announcement;
use crate::draft::{Local, Remote};
use crate::i18n::fill;
use crate::i18n::intl::{self, Look};
use crate::i18n::messages::plural;

/// The bar.
pub fn bar(cx: Cx) -> View {
    el("section")
        .attr("class", "bar")
        .attr("aria-label", cx.t.bar_label)
        .kid(el("div").attr("class", "wrap").kid(countdown(cx)).kid(saving(cx)))
        .show()
}

/// Time left, the date with its zone beside it; spoken only as each threshold is passed.
fn countdown(cx: Cx) -> View {
    let (t, locale, clock) = (cx.t, cx.locale, cx.lasting.clock);
    let deadline = kept(move |_: Option<&_>| match cx.lasting.phase.get() {
        Some(Phase::Open { deadline } | Phase::LastHour { deadline }) => Some(deadline),
        _ => None,
    });
    // Zero is the end of the deadline's own second: until then the form is open.
    let closes = kept(move |_: Option<&_>| cx.lasting.phase.get().and_then(Phase::closes));
    let mut before = None;
    later(move || {
        let left = closes.get().map(|closes| clock.tick().get().millis_until(closes));
        let threshold = left.and_then(|left| announcement(before, left));
        let words = match threshold {
            Some(1_440) => t.say_day,
            Some(60) => t.say_hour,
            Some(15) => t.say_quarter,
            Some(5) => t.say_five,
            Some(_) => t.say_minute,
            None if left.is_none() && before.is_some() => t.say_closed,
            None => "",
        };
        if !words.is_empty() {
            cx.lasting.announcer.say(words.to_owned());
        }
        before = left;
    });
    let alone = clock.is_alone();
    (move || {
        let Some(deadline) = deadline.get() else { return over(cx) };
        let left = move || {
            let left = clock.tick().get().millis_until(closes.get().unwrap_or(deadline));
            let words = if alone.get() { t.left_device } else { t.left };
            fill(words, &[("left", &time::left(t, locale, remaining(left)))])
        };
        let urgent = move || matches!(cx.lasting.phase.get(), Some(Phase::LastHour { .. }));
        el("p")
            .attr("class", move || if urgent() { "bar-time urgent" } else { "bar-time" })
            .kid(
                el("span")
                    .attr("class", "bar-left")
                    .attr("role", "timer")
                    .attr("aria-label", t.timer_label)
                    .kid(left),
            )
            .kid(
                el("time")
                    .attr("class", "bar-date")
                    .attr("datetime", deadline.to_string())
                    .kid(fill(t.until, &[("date", &time::stated_shortly(cx, deadline))])),
            )
            .show()
    })
    .show()
}

/// Before the opening and after the end.
fn over(cx: Cx) -> View {
    let (words, at) = match cx.lasting.phase.get() {
        Some(Phase::NotYetOpen { opens }) => (cx.t.unopened_title, opens),
        Some(Phase::Closed { since }) => (cx.t.closed_title, since),
        Some(Phase::Grace { .. }) => return el("p").attr("class", "bar-left").kid(cx.t.grace_title).show(),
        _ => return ().show(),
    };
    el("p")
        .attr("class", "bar-left")
        .kid(fill(words, &[("date", &time::stated(cx, at))]))
        .show()
}

/// Where the draft is safe, in words.
fn saving(cx: Cx) -> View {
    let saving = cx.lasting.draft.saving();
    let remote = kept(move |_: Option<&_>| saving.with(|state| remote_words(cx, &state.remote)));
    // What keeps the draft from being safe is also spoken.
    let mut before = None;
    later(move || {
        let (class, words) = remote.get();
        if class != "is-good" && !class.is_empty() && before.is_some_and(|before| before != class) {
            cx.lasting.announcer.say(words);
        }
        before = Some(class);
    });
    let line = move |(class, words): (&'static str, String)| (!words.is_empty()).then(|| el("span").attr("class", class).kid(words));
    let local = kept(move |_: Option<&_>| saving.with(|state| local_words(cx, &state.local)));
    let local = move || {
        let words = local.get();
        // On a narrow screen there is room for the better news only.
        let also = words.0 == "is-good" && remote.with(|(class, _)| *class == "is-good");
        line(if also { ("is-good is-also", words.1) } else { words })
    };
    el("p")
        .attr("class", "bar-save")
        .kid(el("span").attr("class", "vh").kid(cx.t.save_label).kid(" "))
        .kid(local)
        .kid(move || line(remote.get()))
        .show()
}

fn local_words(cx: Cx, local: &Local) -> (&'static str, String) {
    match local {
        Local::Nothing => ("", String::new()),
        Local::Saving => ("", cx.t.saving_here.to_owned()),
        Local::Saved(at) => ("is-good", fill(cx.t.saved_here, &[("time", &time::of_day(cx, *at))])),
        Local::Failed(error) => ("is-wrong", storage::title(cx.t, *error).to_owned()),
    }
}

fn remote_words(cx: Cx, remote: &Remote) -> (&'static str, String) {
    let t = cx.t;
    match remote {
        Remote::Nothing | Remote::Closed { changes: 0 } => ("", String::new()),
        // One word for both: a figure that counts every keystroke would only be noise.
        Remote::Waiting { .. } | Remote::Saving => ("", t.saving_there.to_owned()),
        Remote::Saved(at) => (
            "is-good",
            fill(t.saved_there, &[("time", &intl::moment(*at, None, cx.locale, Look::Time))]),
        ),
        // Somebody answered, and it was nothing of use: a banner says what.
        Remote::Offline {
            error: ApiError::Captive | ApiError::Contract { .. },
            ..
        } => ("is-waiting", t.refused_there.to_owned()),
        Remote::Offline { changes: 0, .. } => ("is-waiting", t.offline_idle.to_owned()),
        Remote::Offline { changes, .. } => ("is-waiting", plural(t.offline, cx.locale, *changes)),
        Remote::Conflict { .. } => ("is-waiting", t.clash.to_owned()),
        Remote::Refused(_) => ("is-wrong", t.refused_there.to_owned()),
        Remote::Closed { .. } => ("is-wrong", t.closed_there.to_owned()),
    }
}
