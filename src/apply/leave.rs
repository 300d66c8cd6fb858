//! Withdraw, and delete everything: each by a clear second step on a page of its own words.

use leptos::prelude::*;
use leptos::task::spawn_local;

use super::cx::Cx;
use crate::api::ApiError;
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
pub fn second_step(cx: Cx, leave: Leave, asked: RwSignal<Option<Leave>>, erased: RwSignal<bool>) -> AnyView {
    let t = cx.t;
    let draft = cx.lasting.draft;
    let (title, yes, text) = match leave {
        Leave::Erase => (t.erase_title, t.erase_yes, t.erase_text),
        Leave::Withdraw if cx.lasting.open.get_untracked() => (t.withdraw_title, t.withdraw_yes, t.withdraw_text),
        Leave::Withdraw => (t.withdraw_title, t.withdraw_yes, t.withdraw_text_closed),
    };
    let busy = RwSignal::new(false);
    let failed = RwSignal::<Option<ApiError>>::new(None);
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
            .map(|error| view! { <p class="field-error">{failures::words(t, cx.locale, &error)}</p> })
    };
    view! {
        <div class="page-head">
            <h1 tabindex="-1">{title}</h1>
            <p class="page-intro">{text}</p>
        </div>
        <div role="alert">{failure}</div>
        <div class="actions">
            <button type="button" class="btn danger" aria-disabled=move || busy.get().then_some("true") on:click=act>
                {move || if busy.get() { t.working } else { yes }}
            </button>
            <button type="button" class="btn quiet" on:click=keep>
                {t.keep}
            </button>
        </div>
    }
    .into_any()
}
