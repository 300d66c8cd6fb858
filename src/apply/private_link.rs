//! A private link opened here: the draft behind it becomes this device's, and the secret leaves the address.

use crate::ui::dom::{Show, View, el, many};
use crate::ui::kept::{Slot, slot};
use std::time::Duration;

use leptos::prelude::*;
use leptos::task::spawn_local;
use opencall_core::contract::problem_type;

use super::cx::Cx;
use super::link_box::own_link;
use crate::api::ApiError;
use crate::draft::Adopted;
use crate::i18n::failures;
use crate::ui::focus;

/// How long after a failure that may pass it is tried again.
const AGAIN: Duration = Duration::from_secs(5);

/// Why the link is not open yet.
#[derive(Clone, PartialEq)]
struct Failed {
    words: String,
    what: What,
}

#[derive(Clone, Copy, PartialEq)]
enum What {
    /// It is tried again by itself.
    Passing,
    /// It will not open.
    Final,
    /// Another draft is here, and somebody has to choose. Whether its own link opens it again.
    Choice { leads_back: bool },
}

/// The page.
pub fn page(cx: Cx) -> View {
    let t = cx.t;
    cx.title(t.adopt_title);
    let (failed, turn) = (slot(None::<Failed>), StoredValue::new(0));
    open(cx, failed, turn, false);
    // Another link put into the address on this page changes the fragment only.
    let changed = window_event_listener(leptos::ev::hashchange, move |_| {
        failed.set(None);
        open(cx, failed, turn, false);
    });
    let online = window_event_listener(leptos::ev::online, move |_| open(cx, failed, turn, false));
    on_cleanup(move || {
        changed.remove();
        online.remove();
    });
    (move || match failed.get() {
        None => el("h1").attr("tabindex", "-1").kid(t.adopt_title).show(),
        Some(Failed { words, what }) => {
            let (title, yes) = match what {
                What::Passing => (t.adopt_title, t.try_again),
                What::Final => (t.adopt_failed, ""),
                What::Choice { .. } => (t.adopt_other, t.adopt_other_yes),
            };
            let choice = matches!(what, What::Choice { .. });
            // Whoever keeps the draft goes to it.
            let (back, no) = if choice {
                (cx.hub(), t.adopt_other_no)
            } else {
                (crate::route::Route::Call { programme: cx.id() }, t.to_call)
            };
            many(vec![
                el("div")
                    .attr("class", "page-head")
                    .kid(el("h1").attr("tabindex", "-1").kid(title))
                    .kid(
                        el("p")
                            .attr("class", "page-intro")
                            .attr("role", (!choice).then_some("alert"))
                            .kid(words),
                    )
                    .show(),
                el("div")
                    .attr("class", "stack")
                    .kid((what == What::Choice { leads_back: true }).then(|| own_link(cx)))
                    .kid(
                        el("p")
                            .attr("class", "actions")
                            .kid((what != What::Final).then(|| {
                                el("button")
                                    .attr("type", "button")
                                    .attr("class", "btn")
                                    .kid(yes)
                                    .on("click", move |_| open(cx, failed, turn, choice))
                            }))
                            .kid(el("a").attr("href", back.href()).kid(no)),
                    )
                    .show(),
            ])
            .show()
        }
    })
    .show()
}

/// Opens the draft of the link in the address. Where nobody knows whether the backend was reached it is tried again for as long
/// as this page is open; the words stay meanwhile, so that nothing flickers and nothing is read out twice.
/// Whoever is `sure` has been asked about the other draft that is here.
fn open(cx: Cx, failed: Slot<Option<Failed>>, turn: StoredValue<u32>, sure: bool) {
    let (t, router, draft) = (cx.t, cx.lasting.router, cx.lasting.draft);
    let token = router.fragment();
    let mine = turn.get_value() + 1;
    turn.set_value(mine);
    let say = move |words: String, what: What| {
        let now = Some(Failed { words, what });
        if failed.with_untracked(|before| *before != now) {
            failed.set(now);
            if matches!(what, What::Choice { .. }) {
                focus::heading();
            }
        }
    };
    if token.is_empty() {
        return say(t.adopt_missing.to_owned(), What::Final);
    }
    spawn_local(async move {
        let outcome = draft.adopt(&token, sure).await;
        // Left behind, or tried anew meanwhile.
        if turn.try_get_value() != Some(mine) || router.fragment() != token {
            return;
        }
        match outcome {
            Ok(Adopted::Done) => router.replace(&cx.hub()),
            Ok(Adopted::Asks { leads_back }) => {
                let words = if leads_back { t.adopt_other_text } else { t.adopt_other_gone };
                say(words.to_owned(), What::Choice { leads_back });
            }
            Err(error) if is_unknown(&error) => say(t.adopt_unknown.to_owned(), What::Final),
            Err(error) => {
                let passing = error.leaves_doubt();
                let unreached = matches!(error, ApiError::Offline | ApiError::Timeout);
                let words = if unreached {
                    t.adopt_waiting.to_owned()
                } else {
                    failures::words(t, cx.locale, &error)
                };
                say(words, if passing { What::Passing } else { What::Final });
                if passing {
                    let again = move || {
                        if turn.try_get_value() == Some(mine) {
                            open(cx, failed, turn, sure);
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
