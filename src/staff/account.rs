//! Signing in with an account of the backend's: a name and a password. Both are kept in memory only.

use super::sign_in::{Parts, around};
use crate::api::ApiError;
use crate::i18n::failures;
use crate::ui::dom::{El, Show, View, el, input_of, many};
use crate::ui::kept::{Slot, slot};

/// The page. `done`: called once somebody is signed in.
pub fn page(parts: Parts, done: impl Fn() + Clone + 'static) -> View {
    let Parts { t, s, locale, out } = parts;
    let (name, password) = (slot(String::new()), slot(String::new()));
    let wrong: Slot<Option<String>> = slot(None);
    let busy = slot(false);
    let submit = move |event: web_sys::Event| {
        event.prevent_default();
        if busy.get_untracked() {
            return;
        }
        if name.with_untracked(|name| name.trim().is_empty()) {
            wrong.set(Some(s.account_missing.to_owned()));
            return;
        }
        busy.set(true);
        let (out, done) = (out.clone(), done.clone());
        leptos::task::spawn_local(async move {
            let outcome = out.sign_in_as(name.get_untracked().trim(), &password.get_untracked()).await;
            busy.set(false);
            match outcome {
                Ok(()) => done(),
                Err(ApiError::Problem(details)) if details.status < 500 => wrong.set(Some(s.account_refused.to_owned())),
                Err(error) => wrong.set(Some(failures::words(t, locale, &error))),
            }
        });
    };
    let inside = many(vec![
        el("h1").attr("tabindex", "-1").kid(s.sign_in).show(),
        el("form")
            .attr("class", "stack")
            .attr("novalidate", "")
            .kid(move || {
                wrong.get().map(|words| {
                    el("p")
                        .attr("class", "error")
                        .attr("role", "alert")
                        .attr("id", "account-error")
                        .kid(words)
                })
            })
            .kid(field("account", "text", "username", s.account, name, wrong))
            .kid(field("password", "password", "current-password", s.password, password, wrong))
            .kid(el("p").attr("class", "hint small soft").kid(s.account_hint))
            .kid(
                el("button")
                    .attr("type", "submit")
                    .attr("class", "btn big")
                    .attr("aria-disabled", move || busy.get().then_some("true"))
                    .kid(s.sign_in),
            )
            .on("submit", submit)
            .show(),
    ]);
    around(t, inside)
}

fn field(
    id: &'static str,
    kind: &'static str,
    complete: &'static str,
    label: &'static str,
    text: Slot<String>,
    wrong: Slot<Option<String>>,
) -> El {
    let input = el("input")
        .attr("id", id)
        .attr("type", kind)
        .attr("autocomplete", complete)
        .attr("autocapitalize", "none")
        .attr("spellcheck", "false")
        .attr("aria-describedby", "account-error")
        // Nobody is told which of the two does not fit.
        .attr("aria-invalid", move || wrong.get().map(|_| "true"))
        .value(move || text.get())
        .on("input", move |event| {
            if let Some(input) = input_of(&event) {
                text.set(input.value());
            }
        });
    el("div")
        .attr("class", "field")
        .kid(el("label").attr("for", id).kid(label))
        .kid(input)
}
