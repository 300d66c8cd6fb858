//! The private link, to go on elsewhere or to let a co-founder in.

use leptos::prelude::*;
use leptos::task::spawn_local;
use wasm_bindgen::JsCast;

use super::cx::Cx;

/// The link with what it means, once there is a draft.
pub fn link_box(cx: Cx) -> AnyView {
    let t = cx.t;
    let link = Memo::new(move |_| cx.lasting.draft.private_link());
    let said = RwSignal::new("");
    let copy = move |_| {
        let Some(link) = link.get_untracked() else { return };
        spawn_local(async move {
            let copied = wasm_bindgen_futures::JsFuture::from(window().navigator().clipboard().write_text(&link)).await;
            said.set(if copied.is_ok() { t.link_copied } else { t.link_failed });
        });
    };
    // Choosing the field chooses the whole link.
    let select = |event: leptos::ev::FocusEvent| {
        if let Some(input) = event
            .target()
            .and_then(|target| target.dyn_into::<web_sys::HtmlInputElement>().ok())
        {
            input.select();
        }
    };
    let body = move || {
        let Some(link) = link.get() else {
            return view! { <p class="soft">{t.link_none}</p> }.into_any();
        };
        view! {
            <p>{t.link_text}</p>
            <div class="link-box">
                <input class="input" type="text" readonly aria-label=t.link_label prop:value=link on:focus=select />
                <button type="button" class="btn quiet" on:click=copy>
                    {t.link_copy}
                </button>
            </div>
        }
        .into_any()
    };
    view! {
        <section class="aside stack" id="link">
            <h2>{t.link_title}</h2>
            {body}
            <p role="status">{move || said.get()}</p>
        </section>
    }
    .into_any()
}
