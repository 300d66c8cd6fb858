//! The dialog for a later deadline.

use leptos::prelude::*;
use leptos::task::spawn_local;
use opencall_core::Timestamp;
use opencall_core::contract::staff::Extend;

use crate::i18n::{failures, fill, intl};
use crate::staff::cx::Cx;
use crate::ui::dialog;
use crate::ui::dom::{Show, View, el, input_of, many};
use crate::ui::kept::{Slot, slot};

/// For one application, or for all. `close`: once it is over.
pub fn dialog(cx: Cx, reference: Option<String>, close: impl Fn() + Clone + 'static) -> View {
    let s = cx.s;
    let zone = cx.programme.schedule.zone.as_str();
    let now = intl::moment(cx.programme.schedule.deadline, Some(zone), cx.locale, intl::Look::DateTimeZone);
    let (hours, reason) = (slot("24".to_owned()), slot(String::new()));
    let wrong: Slot<Option<String>> = slot(None);
    let busy = slot(false);
    let until = move || {
        let hours: f64 = hours
            .get()
            .trim()
            .replace(',', ".")
            .parse()
            .ok()
            .filter(|hours: &f64| *hours > 0.0 && *hours <= 24.0 * 366.0)?;
        let from = cx.programme.schedule.deadline.millis().max(js_sys::Date::now() as i64);
        // To the minute: nobody announces seconds.
        let until = (from + (hours * 3_600_000.0) as i64).div_euclid(60_000) * 60_000;
        Some(Timestamp::from_millis(until))
    };
    let (finish, of) = (close.clone(), reference.clone());
    let act = move |_| {
        let Some(deadline) = untrack(until) else {
            wrong.set(Some(s.extend_hours_wrong.to_owned()));
            return;
        };
        if reason.with_untracked(|reason| reason.trim().is_empty()) {
            wrong.set(Some(s.reason_missing.to_owned()));
            return;
        }
        if busy.get_untracked() {
            return;
        }
        busy.set(true);
        let (finish, of) = (finish.clone(), of.clone());
        spawn_local(async move {
            let extend = Extend {
                deadline,
                reason: reason.get_untracked(),
            };
            let outcome = cx.staff.get_value().extend(&cx.programme.id, of.as_deref(), extend).await;
            busy.set(false);
            match outcome {
                Ok(()) => {
                    cx.announcer.say(s.extended.to_owned());
                    finish();
                }
                Err(error) => wrong.set(Some(failures::words(cx.t, cx.locale, &error))),
            }
        });
    };
    let text = |id: &'static str, label: &'static str, hint: View, value: Slot<String>| {
        el("div")
            .attr("class", "field")
            .kid(el("label").attr("for", id).kid(label))
            .kid(
                el("p")
                    .attr("class", "hint small soft")
                    .attr("id", [id, "-hint"].concat())
                    .kid(hint),
            )
            .kid(
                el("input")
                    .attr("id", id)
                    .attr("type", "text")
                    .attr("maxlength", "500")
                    .attr("aria-describedby", [id, "-hint"].concat())
                    .value(move || value.get())
                    .on("input", move |event| {
                        if let Some(input) = input_of(&event) {
                            value.set(input.value());
                        }
                    }),
            )
            .show()
    };
    let so = move || match until() {
        Some(until) => fill(
            s.extend_until,
            &[("until", &intl::moment(until, Some(zone), cx.locale, intl::Look::DateTimeZone))],
        ),
        None => s.extend_hours_wrong.to_owned(),
    };
    let title = match &reference {
        Some(reference) => fill(s.extend_one_title, &[("reference", reference)]),
        None => s.extend_all.to_owned(),
    };
    let cancel = close.clone();
    let inside = many(vec![
        el("p").kid(fill(s.extend_now, &[("deadline", &now)])).show(),
        text("extend-hours", s.extend_hours, so.show(), hours),
        text("extend-reason", s.reason, s.reason_applicants.show(), reason),
        (move || {
            wrong
                .get()
                .map(|words| el("p").attr("class", "notice wrong").attr("role", "alert").kid(words))
        })
        .show(),
        el("div")
            .attr("class", "row-actions")
            .kid(
                el("button")
                    .attr("type", "button")
                    .attr("class", "btn")
                    .attr("aria-disabled", move || busy.get().then_some("true"))
                    .kid(s.extend)
                    .on("click", act),
            )
            .kid(
                el("button")
                    .attr("type", "button")
                    .attr("class", "link-btn")
                    .kid(s.cancel)
                    .on("click", move |_| cancel()),
            )
            .show(),
    ]);
    dialog::dialog("", title, cx.t.close, inside, close)
}
