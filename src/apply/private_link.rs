//! A private link opened here: the draft behind it becomes this device's, and the secret leaves the address.

use crate::ui::dom::{Show, View, el, many};
use crate::ui::kept::{Slot, slot};
use std::time::Duration;

use leptos::prelude::*;
use leptos::task::spawn_local;
use opencall_core::contract::problem_type;

use super::cx::Cx;
use crate::api::ApiError;
use crate::i18n::failures;

/// How long after a failure that may pass it is tried again.
const AGAIN: Duration = Duration::from_secs(5);

/// Why the link is not open yet.
#[derive(Clone, PartialEq)]
struct Failed {
    words: String,
    /// Whether it is tried again by itself.
    passing: bool,
}

/// The page.
pub fn page(cx: Cx) -> View {
    let t = cx.t;
    cx.title(t.adopt_title);
    let (failed, turn) = (slot(None::<Failed>), StoredValue::new(0));
    open(cx, failed, turn);
    // Another link put into the address on this page changes the fragment only.
    let changed = window_event_listener(leptos::ev::hashchange, move |_| {
        failed.set(None);
        open(cx, failed, turn);
    });
    let online = window_event_listener(leptos::ev::online, move |_| open(cx, failed, turn));
    on_cleanup(move || {
        changed.remove();
        online.remove();
    });
    (move || match failed.get() {
        None => el("h1").attr("tabindex", "-1").kid(t.adopt_title).show(),
        Some(Failed { words, passing }) => many(vec![
            el("div")
                .attr("class", "page-head")
                .kid(
                    el("h1")
                        .attr("tabindex", "-1")
                        .kid(if passing { t.adopt_title } else { t.adopt_failed }),
                )
                .kid(el("p").attr("class", "page-intro").attr("role", "alert").kid(words))
                .show(),
            el("p")
                .attr("class", "actions")
                .kid(passing.then(|| {
                    el("button")
                        .attr("type", "button")
                        .attr("class", "btn")
                        .kid(t.try_again)
                        .on("click", move |_| open(cx, failed, turn))
                }))
                .kid(
                    el("a")
                        .attr("href", crate::route::Route::Call { programme: cx.id() }.href())
                        .kid(t.to_call),
                )
                .show(),
        ])
        .show(),
    })
    .show()
}

/// Opens the draft of the link in the address. Where nobody knows whether the backend was reached it is tried again for as long
/// as this page is open; the words stay meanwhile, so that nothing flickers and nothing is read out twice.
fn open(cx: Cx, failed: Slot<Option<Failed>>, turn: StoredValue<u32>) {
    let (t, router, draft) = (cx.t, cx.lasting.router, cx.lasting.draft);
    let token = router.fragment();
    let mine = turn.get_value() + 1;
    turn.set_value(mine);
    let say = move |words: String, passing: bool| {
        let now = Some(Failed { words, passing });
        if failed.with_untracked(|before| *before != now) {
            failed.set(now);
        }
    };
    if token.is_empty() {
        return say(t.adopt_missing.to_owned(), false);
    }
    spawn_local(async move {
        let outcome = draft.adopt(&token).await;
        // Left behind, or tried anew meanwhile.
        if turn.try_get_value() != Some(mine) || router.fragment() != token {
            return;
        }
        match outcome {
            Ok(()) => router.replace(&cx.hub()),
            Err(error) if is_unknown(&error) => say(t.adopt_unknown.to_owned(), false),
            Err(error) => {
                let passing = error.leaves_doubt();
                let unreached = matches!(error, ApiError::Offline | ApiError::Timeout);
                let words = if unreached {
                    t.adopt_waiting.to_owned()
                } else {
                    failures::words(t, cx.locale, &error)
                };
                say(words, passing);
                if passing {
                    let again = move || {
                        if turn.try_get_value() == Some(mine) {
                            open(cx, failed, turn);
                        }
                    };
                    set_timeout(again, AGAIN);
                }
            }
        }
    });
}

fn is_unknown(error: &ApiError) -> bool {
    error.is(problem_type::UNKNOWN_TOKEN) || error.is(problem_type::NOT_FOUND)
}
