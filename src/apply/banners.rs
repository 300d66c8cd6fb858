//! What is said across a page: where the call stands, a clock that is wrong, answers changed elsewhere.

use crate::ui::dom::{Show, View, el};
use crate::ui::kept::kept;
use opencall_core::Phase;
use opencall_core::contract::Uploads;
use opencall_core::programme::{Field, Kind};

use super::cx::Cx;
use super::{clashes, sealed, storage, time};
use crate::api::ApiError;
use crate::draft::Remote;
use crate::i18n::{self, failures, fill};
use crate::route::Route;
use crate::ui::notice::notice;

/// The banners that are due.
pub fn banners(cx: Cx) -> View {
    el("div")
        .attr("class", "notices")
        .kid(phase(cx))
        .kid(sealed::sealed(cx))
        .kid(moved(cx))
        .kid(extension(cx))
        .kid(clock(cx))
        .kid(draft(cx))
        .kid(storage::storage(cx))
        .kid(covered(cx))
        .kid(clashes::clashes(cx))
        .kid(uploads(cx))
        .kid(language(cx))
        .show()
}

/// Each phase has its own words; while it is open with time to spare there is nothing to say.
/// The call's own page says all of it itself.
fn phase(cx: Cx) -> View {
    let t = cx.t;
    let route = cx.lasting.router.current();
    let is_call = kept(move |_: Option<&_>| matches!(route.get(), Route::Call { .. }));
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
            // What was sealed speaks for itself.
            Phase::Grace { .. } if is_sealed(cx) => return None,
            Phase::Grace { until } => notice("warn", t.grace_title.to_owned(), timed(t.grace_text, until)),
            Phase::Closed { since } => notice("", dated(t.closed_title, since), t.closed_text.to_owned()),
        })
    })
    .show()
}

/// A click that was held back, on a partner's page.
fn covered(cx: Cx) -> View {
    let covered = cx.lasting.covered;
    (move || {
        covered
            .get()
            .then(|| notice("wrong", cx.t.covered_title.to_owned(), cx.t.covered_text.to_owned()))
    })
    .show()
}

/// Whether there is a seal whose application has not arrived, on whichever device.
fn is_sealed(cx: Cx) -> bool {
    let draft = cx.lasting.draft;
    draft.sealed().with(Option::is_some) || draft.sealed_elsewhere().with(Option::is_some)
}

fn extension(cx: Cx) -> View {
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
    .show()
}

/// Staff moved the deadline of the call while this page was open.
fn moved(cx: Cx) -> View {
    let deadline = cx.programme.schedule.deadline;
    (move || {
        let title = fill(cx.t.moved_title, &[("date", &time::stated(cx, deadline))]);
        cx.lasting.moved.get().then(|| notice("good", title, String::new()))
    })
    .show()
}

fn clock(cx: Cx) -> View {
    let off = cx.lasting.clock.device_error();
    // Seconds come and go; the words change with the minute.
    let minutes = kept(move |_: Option<&_>| off.get().map(|seconds| seconds / 60 * 60));
    (move || {
        let by = time::off(cx.t, cx.locale, minutes.get()?);
        Some(notice("warn", fill(cx.t.clock_title, &[("by", &by)]), cx.t.clock_text.to_owned()))
    })
    .show()
}

/// Answers that the backend does not take, or not yet.
fn draft(cx: Cx) -> View {
    let t = cx.t;
    let saving = cx.lasting.draft.saving();
    let said = kept(move |_: Option<&_>| {
        saving.with(|state| match &state.remote {
            // No network is said in the bar, and passes; what else there is has to be known.
            Remote::Offline {
                error: ApiError::Offline | ApiError::Timeout,
                ..
            } => None,
            Remote::Refused(error) | Remote::Offline { error, .. } => Some(failures::words(t, cx.locale, error)),
            _ => None,
        })
    });
    (move || {
        let words = said.get()?;
        let refused = saving.with_untracked(|state| matches!(state.remote, Remote::Refused(_)));
        let (tone, title) = if refused {
            ("wrong", t.refused_there)
        } else {
            ("warn", t.trouble_there)
        };
        Some(notice(tone, title.to_owned(), words))
    })
    .show()
}

/// A backend that takes no files: said, not hidden; and on every page where a file cannot be
/// left out, else before the form and where a file is asked for.
fn uploads(cx: Cx) -> View {
    if cx.lasting.capabilities.uploads != Uploads::None {
        return ().show();
    }
    let files = |fields: &'static [Field]| {
        fields
            .iter()
            .find(|field| !field.optional && field.when.is_none() && only_file(field))
    };
    let stopped = cx.programme.steps.iter().find_map(|step| files(&step.fields));
    match stopped {
        Some(field) => {
            let places = [("field", field.label.get(cx.locale)), ("email", cx.programme.contact.as_str())];
            notice("wrong", cx.t.no_file.to_owned(), fill(cx.t.no_uploads_stop, &places))
        }
        None => {
            let route = cx.lasting.router.current();
            let asked = move |id: &str| {
                cx.programme
                    .steps
                    .iter()
                    .any(|step| step.id == id && step.fields.iter().any(takes_file))
            };
            let due = kept(move |_: Option<&_>| match route.get() {
                Route::Hub { .. } => true,
                Route::Section { step, .. } => asked(&step),
                _ => false,
            });
            (move || due.get().then(|| notice("warn", cx.t.no_uploads.to_owned(), String::new()))).show()
        }
    }
}

/// Whether a file is asked for here.
fn takes_file(field: &Field) -> bool {
    match &field.kind {
        Kind::File { .. } => true,
        Kind::Group { fields, .. } => fields.iter().any(takes_file),
        _ => false,
    }
}

/// Whether nothing but a file answers this.
fn only_file(field: &Field) -> bool {
    match &field.kind {
        Kind::File { or_link, .. } => !or_link,
        Kind::Group { fields, min, .. } => {
            *min > 0
                && fields
                    .iter()
                    .any(|field| !field.optional && field.when.is_none() && only_file(field))
        }
        _ => false,
    }
}

/// A language whose words could not be fetched.
fn language(cx: Cx) -> View {
    (move || {
        let name = i18n::name(cx.lasting.i18n.failed()?);
        Some(notice("warn", fill(cx.t.language_failed, &[("language", name)]), String::new()))
    })
    .show()
}
