//! A private link opened here: the draft behind it becomes this device's, and the secret leaves the address.

use crate::ui::dom::{Show, View, el, many};
use crate::ui::kept::slot;
use leptos::prelude::*;
use leptos::task::spawn_local;
use opencall_core::contract::problem_type;

use super::cx::Cx;
use crate::api::ApiError;
use crate::i18n::failures;

/// The page.
pub fn page(cx: Cx) -> View {
    let (t, router, draft) = (cx.t, cx.lasting.router, cx.lasting.draft);
    cx.title(t.adopt_title);
    let failed = slot(None::<String>);
    let open = move || {
        let token = router.fragment();
        failed.set(token.is_empty().then(|| t.adopt_missing.to_owned()));
        if token.is_empty() {
            return;
        }
        spawn_local(async move {
            match draft.adopt(&token).await {
                Ok(()) => router.replace(&cx.hub()),
                Err(error) => {
                    let words = if is_unknown(&error) {
                        t.adopt_unknown.to_owned()
                    } else {
                        failures::words(t, cx.locale, &error)
                    };
                    failed.set(Some(words));
                }
            }
        });
    };
    open();
    // Another link put into the address on this page changes the fragment only.
    let changed = window_event_listener(leptos::ev::hashchange, move |_| open());
    on_cleanup(move || changed.remove());
    (move || match failed.get() {
        None => el("h1").attr("tabindex", "-1").kid(t.adopt_title).show(),
        Some(words) => many(vec![
            el("div")
                .attr("class", "page-head")
                .kid(el("h1").attr("tabindex", "-1").kid(t.adopt_failed))
                .kid(el("p").attr("class", "page-intro").attr("role", "alert").kid(words))
                .show(),
            el("p")
                .kid(
                    el("a")
                        .attr("href", crate::route::Route::Call { programme: cx.id() }.path())
                        .kid(t.to_call),
                )
                .show(),
        ])
        .show(),
    })
    .show()
}

fn is_unknown(error: &ApiError) -> bool {
    error.is(problem_type::UNKNOWN_TOKEN) || error.is(problem_type::NOT_FOUND)
}
