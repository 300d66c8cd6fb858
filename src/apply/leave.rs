//! Withdraw, and delete everything: each by a clear second step on a page of its own words.

use crate::ui::dom::{Show, View, el, many};
use crate::ui::kept::{Slot, slot};
use leptos::task::spawn_local;

use super::cx::Cx;
use crate::api::ApiError;
use crate::embed::guard::GRAVE;
use crate::i18n::failures;
use crate::ui::focus;

/// What is about to be done.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Leave {
    /// Take the application back.
    Withdraw,
    /// Delete everything.
    Erase,
}

/// The second step. `asked` is emptied when it is over; `erased` set when everything is deleted.
pub fn second_step(cx: Cx, leave: Leave, asked: Slot<Option<Leave>>, erased: Slot<bool>) -> View {
    let t = cx.t;
    let draft = cx.lasting.draft;
    let (title, yes, text) = match leave {
        Leave::Erase => (t.erase_title, t.erase_yes, t.erase_text),
        Leave::Withdraw if cx.lasting.open.get_untracked() => (t.withdraw_title, t.withdraw_yes, t.withdraw_text),
        Leave::Withdraw => (t.withdraw_title, t.withdraw_yes, t.withdraw_text_closed),
    };
    let busy = slot(false);
    let failed = slot(None::<ApiError>);
    let act = move |_| {
        if busy.get_untracked() {
            return;
        }
        busy.set(true);
        failed.set(None);
        spawn_local(async move {
            let done = match leave {
                Leave::Withdraw => draft.withdraw().await,
                Leave::Erase => draft.erase().await,
            };
            busy.set(false);
            match done {
                Ok(()) => {
                    erased.set(leave == Leave::Erase);
                    asked.set(None);
                    focus::heading();
                }
                Err(error) => failed.set(Some(error)),
            }
        });
    };
    let keep = move |_| {
        asked.set(None);
        focus::heading();
    };
    let failure = move || {
        failed
            .get()
            .map(|error| el("p").attr("class", "field-error").kid(failures::words(t, cx.locale, &error)))
    };
    many(vec![
        el("div")
            .attr("class", "page-head")
            .kid(el("h1").attr("tabindex", "-1").kid(title))
            .kid(el("p").attr("class", "page-intro").kid(text))
            .show(),
        el("div").attr("role", "alert").kid(failure).show(),
        el("div")
            .attr("class", "actions")
            .kid(
                el("button")
                    .attr("type", "button")
                    .attr("class", "btn danger")
                    .attr(GRAVE, "")
                    .attr("aria-disabled", move || busy.get().then_some("true"))
                    .kid(move || if busy.get() { t.working } else { yes })
                    .on("click", act),
            )
            .kid(
                el("button")
                    .attr("type", "button")
                    .attr("class", "btn quiet")
                    .kid(t.keep)
                    .on("click", keep),
            )
            .show(),
    ])
    .show()
}
