//! A browser that does not keep the draft, or may not: what that means, what to do, and the private link that leads back.

use crate::ui::dom::{Show, View, el, later};
use crate::ui::kept::{kept, slot};
use leptos::prelude::window;

use super::cx::Cx;
use super::link_box::own_link;
use crate::draft::{Cleared, Local, StoreError};
use crate::i18n::messages::Messages;
use crate::route::Route;
use crate::ui::focus;

/// What is wrong with this device's storage.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Trouble {
    /// It does not take the draft.
    Fails(StoreError),
    /// It was emptied; the draft is stored again.
    Emptied(Cleared),
    /// The page stands in another site's, where browsers keep things apart and forget them sooner.
    Framed,
}

/// Why this device does not store the draft, in a few words.
pub fn title(t: &Messages, error: StoreError) -> &'static str {
    match error {
        StoreError::Refused => t.store_refused,
        StoreError::Full => t.store_full,
        StoreError::Broken => t.store_broken,
    }
}

/// The banner. What it says is spoken once, when the trouble begins.
pub fn storage(cx: Cx) -> View {
    let (t, draft) = (cx.t, cx.lasting.draft);
    let framed = window().top().ok().flatten().is_none_or(|top| top != window());
    let trouble = kept(move |_: Option<&_>| {
        let told = draft.saving().with(|state| match state.local {
            Local::Failed(error) => Some(Trouble::Fails(error)),
            _ => state.cleared.map(Trouble::Emptied),
        });
        told.or(framed.then_some(Trouble::Framed))
    });
    let words = move |trouble| match trouble {
        Trouble::Fails(error) => {
            let text = match error {
                StoreError::Refused => t.store_refused_text,
                StoreError::Full => t.store_full_text,
                StoreError::Broken => t.store_broken_text,
            };
            (title(t, error), text, "")
        }
        Trouble::Emptied(cleared) => (
            t.store_cleared,
            t.store_cleared_text,
            if cleared.files { t.store_files } else { "" },
        ),
        Trouble::Framed => (t.store_framed, t.store_framed_text, ""),
    };
    let route = cx.lasting.router.current();
    // There nothing is typed.
    let is_call = kept(move |_: Option<&_>| matches!(route.get(), Route::Call { .. }));
    let mut spoken = None;
    later(move || {
        let now = trouble.get();
        if now != spoken && (now.is_none() || !is_call.get()) {
            spoken = now;
            if let Some(trouble) = now {
                let (title, text, more) = words(trouble);
                cx.lasting.announcer.say([title, ". ", text, " ", more].concat());
            }
        }
    });
    let put_away = slot(None);
    (move || {
        let trouble = trouble.get().filter(|_| !is_call.get())?;
        if put_away.get() == Some(trouble) {
            return None;
        }
        let (title, text, more) = words(trouble);
        Some(
            el("section")
                .attr("class", "notice warn stack screen")
                .attr("aria-label", title)
                .kid(el("h2").kid(title))
                .kid(el("p").kid(text))
                .kid((!more.is_empty()).then(|| el("p").kid(more)))
                .kid(own_link(cx))
                .kid(
                    el("button")
                        .attr("type", "button")
                        .attr("class", "link-btn")
                        .kid(t.close)
                        .on("click", move |_| {
                            put_away.set(Some(trouble));
                            focus::heading();
                        }),
                ),
        )
    })
    .show()
}
