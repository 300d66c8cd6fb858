//! What is said across a page: where the call stands, a clock that is wrong, answers changed elsewhere.

use leptos::prelude::*;
use opencall_core::Phase;

use super::cx::Cx;
use super::time;
use crate::draft::Remote;
use crate::i18n::{failures, fill, problems};
use crate::route::Route;
use crate::ui::notice::notice;

/// The banners that are due.
pub fn banners(cx: Cx) -> AnyView {
    view! { <div class="notices">{phase(cx)} {extension(cx)} {clock(cx)} {draft(cx)} {uploads(cx)}</div> }.into_any()
}

/// Each phase has its own words; while it is open with time to spare there is nothing to say.
/// The call's own page says all of it itself.
fn phase(cx: Cx) -> AnyView {
    let t = cx.t;
    let route = cx.lasting.router.current();
    let is_call = Memo::new(move |_| matches!(route.get(), Route::Call { .. }));
    (move || {
        if is_call.get() {
            return None;
        }
        let dated = |text: &'static str, at| fill(text, &[("date", &time::stated(cx, at))]);
        let timed = |text: &'static str, at| fill(text, &[("time", &time::stated_time(cx, at))]);
        Some(match cx.lasting.phase.get()? {
            Phase::Open { .. } => return None,
            Phase::NotYetOpen { opens } => notice("", dated(t.unopened_title, opens), t.unopened_text.to_owned()),
            Phase::LastHour { deadline } => notice("warn", t.hour_title.to_owned(), timed(t.hour_text, deadline)),
            Phase::Grace { until } => notice("warn", t.grace_title.to_owned(), timed(t.grace_text, until)),
            Phase::Closed { since } => notice("", dated(t.closed_title, since), t.closed_text.to_owned()),
        })
    })
    .into_any()
}

fn extension(cx: Cx) -> AnyView {
    (move || {
        let until = cx.lasting.draft.extension().get()?;
        let open = cx.lasting.open.get() && until > cx.programme.schedule.deadline;
        open.then(|| {
            notice(
                "good",
                fill(cx.t.extended_title, &[("date", &time::stated(cx, until))]),
                String::new(),
            )
        })
    })
    .into_any()
}

fn clock(cx: Cx) -> AnyView {
    let off = cx.lasting.clock.device_error();
    // Seconds come and go; the words change with the minute.
    let minutes = Memo::new(move |_| off.get().map(|seconds| seconds / 60 * 60));
    (move || {
        let by = time::off(cx.t, cx.locale, minutes.get()?);
        Some(notice("warn", fill(cx.t.clock_title, &[("by", &by)]), cx.t.clock_text.to_owned()))
    })
    .into_any()
}

/// Answers that somebody else changed too, or that the backend does not take.
fn draft(cx: Cx) -> AnyView {
    let t = cx.t;
    let saving = cx.lasting.draft.saving();
    let clash = Memo::new(move |_| {
        saving.with(|state| match &state.remote {
            Remote::Conflict { fields, .. } => Some(fields.clone()),
            _ => None,
        })
    });
    let refused = Memo::new(move |_| {
        saving.with(|state| match &state.remote {
            Remote::Refused(error) => Some(failures::words(t, cx.locale, error)),
            _ => None,
        })
    });
    (move || {
        if let Some(words) = refused.get() {
            return Some(notice("wrong", t.refused_there.to_owned(), words));
        }
        let fields = clash.get()?;
        let label = |id: &String| cx.programme.field(id).map_or("", |field| field.label.get(cx.locale));
        let labels = problems::list(fields.iter().map(label), t.and);
        Some(
            view! {
                <div class="notice warn" role="status">
                    <h2>{t.clash_title}</h2>
                    <p>{fill(t.clash_text, &[("fields", &labels)])}</p>
                    <button type="button" class="link-btn" on:click=move |_| cx.lasting.draft.dismiss_conflict()>
                        {t.close}
                    </button>
                </div>
            }
            .into_any(),
        )
    })
    .into_any()
}

/// A backend that takes no files: said, not hidden.
fn uploads(cx: Cx) -> AnyView {
    if cx.lasting.uploads {
        ().into_any()
    } else {
        notice("warn", cx.t.no_uploads.to_owned(), String::new())
    }
}
