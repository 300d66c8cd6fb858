//! The private link, to go on elsewhere or to let a co-founder in.

use crate::ui::dom::{Show, View, el, input_of, many};
use crate::ui::kept::{Slot, kept, slot};
use leptos::prelude::*;
use leptos::task::spawn_local;

use super::cx::Cx;
use crate::i18n::failures;
use crate::ui::focus;
use crate::ui::qr;

/// The link with what it means, once there is a draft.
pub fn link_box(cx: Cx) -> View {
    let t = cx.t;
    let exists = kept(move |_: Option<&_>| cx.lasting.draft.private_link().is_some());
    let said = slot(String::new());
    let asked = slot(false);
    let busy = slot(false);
    let replace = move |_| {
        if busy.get_untracked() {
            return;
        }
        busy.set(true);
        said.set(String::new());
        spawn_local(async move {
            let outcome = cx.lasting.draft.replace_link().await;
            busy.set(false);
            asked.set(false);
            said.set(match outcome {
                Ok(()) => t.link_replaced.to_owned(),
                Err(error) => failures::words(t, cx.locale, &error),
            });
        });
    };
    let button = |class: &'static str, words: &'static str| el("button").attr("type", "button").attr("class", class).kid(words);
    let replacing = move || {
        if !cx.lasting.capabilities.relink {
            return el("p").kid(t.link_stays).show();
        }
        if !asked.get() {
            return button("link-btn", t.link_replace)
                .on("click", move |_| {
                    asked.set(true);
                    focus::after_drawing("#replace".to_owned());
                })
                .show();
        }
        many(vec![
            el("p").attr("id", "replace").attr("tabindex", "-1").kid(t.link_replace_text).show(),
            el("p")
                .attr("class", "actions")
                .kid(
                    button("btn quiet", t.link_replace_yes)
                        .attr("aria-disabled", move || busy.get().then_some("true"))
                        .on("click", replace),
                )
                .kid(button("link-btn", t.link_replace_no).on("click", move |_| asked.set(false)))
                .show(),
        ])
    };
    let body = move || {
        if !exists.get() {
            return el("p").attr("class", "soft").kid(t.link_none).show();
        }
        many(vec![el("p").kid(t.link_text).show(), link_field(cx, said), replacing.show()]).show()
    };
    el("section")
        .attr("class", "aside stack screen")
        .attr("id", "link")
        .kid(el("h2").kid(t.link_title))
        .kid(body)
        .kid(el("p").attr("role", "status").kid(move || said.get()))
        .show()
}

/// The link itself with what became of copying it, where nothing else is said in that place.
pub fn own_link(cx: Cx) -> View {
    let said = slot(String::new());
    many(vec![
        link_field(cx, said),
        el("p").attr("role", "status").kid(move || said.get()).show(),
    ])
}

/// The link itself, to be read and copied; nothing until there is one. `said`: what became of copying.
fn link_field(cx: Cx, said: Slot<String>) -> View {
    let t = cx.t;
    let link = kept(move |_: Option<&_>| cx.lasting.draft.private_link());
    let copy = move |_| {
        let Some(link) = link.get_untracked() else { return };
        spawn_local(async move {
            let copied = wasm_bindgen_futures::JsFuture::from(window().navigator().clipboard().write_text(&link)).await;
            said.set(if copied.is_ok() { t.link_copied } else { t.link_failed }.to_owned());
        });
    };
    // Choosing the field chooses the whole link.
    let select = |event: web_sys::Event| {
        if let Some(input) = input_of(&event) {
            input.select();
        }
    };
    let coded = slot(false);
    (move || {
        let link = link.get()?;
        let code = link.clone();
        Some(many(vec![
            el("div")
                .attr("class", "link-box")
                .kid(
                    el("input")
                        .attr("class", "input")
                        .attr("type", "text")
                        .attr("readonly", "")
                        .attr("aria-label", t.link_label)
                        .value(move || link.clone())
                        .on("focus", select),
                )
                .kid(
                    el("button")
                        .attr("type", "button")
                        .attr("class", "btn quiet")
                        .kid(t.link_copy)
                        .on("click", copy),
                )
                .kid(
                    el("button")
                        .attr("type", "button")
                        .attr("class", "btn quiet")
                        .kid(move || if coded.get() { t.link_qr_hide } else { t.link_qr })
                        .on("click", move |_| coded.set(!coded.get_untracked())),
                )
                .show(),
            (move || coded.get().then(|| qr::code(&code, t.link_qr_name))).show(),
        ]))
    })
    .show()
}
