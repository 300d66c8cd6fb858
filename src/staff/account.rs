//! Signing in with an account of the backend's: a name and a password. Both are kept in memory only.

use super::sign_in::{Parts, around};
use crate::api::ApiError;
use crate::i18n::failures;
use crate::ui::dom::{El, Show, View, el, input_of, many};
use crate::ui::kept::{Slot, slot};

/// What is wrong, and with which field.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Wrong {
    /// Nothing was entered for a name.
    Name,
    /// Name and password do not fit.
    Both,
    /// Something else.
    Neither,
}

/// The page. `done`: called once somebody is signed in.
pub fn page(parts: Parts, done: impl Fn() + Clone + 'static) -> View {
    let Parts { t, s, locale, out } = parts;
    let (name, password) = (slot(String::new()), slot(String::new()));
    let wrong: Slot<Option<(Wrong, String)>> = slot(None);
    let busy = slot(false);
    let submit = move |event: web_sys::Event| {
        event.prevent_default();
        if busy.get_untracked() {
            return;
        }
        if name.with_untracked(|name| name.trim().is_empty()) {
            wrong.set(Some((Wrong::Name, s.account_missing.to_owned())));
            return;
        }
        busy.set(true);
        let (out, done) = (out.clone(), done.clone());
        leptos::task::spawn_local(async move {
            let outcome = out.sign_in_as(name.get_untracked().trim(), &password.get_untracked()).await;
            busy.set(false);
            match outcome {
                Ok(()) => done(),
                Err(ApiError::Problem(details)) if matches!(details.status, 401 | 403 | 404) => {
                    wrong.set(Some((Wrong::Both, s.account_refused.to_owned())));
                }
                Err(error) => wrong.set(Some((Wrong::Neither, failures::words(t, locale, &error)))),
            }
        });
    };
    let is_wrong = move |which: &[Wrong]| wrong.with(|wrong| wrong.as_ref().is_some_and(|(now, _)| which.contains(now)));
    let inside = many(vec![
        el("h1").attr("tabindex", "-1").kid(s.sign_in).show(),
        el("form")
            .attr("class", "stack")
            .attr("novalidate", "")
            .kid(move || {
                let words = wrong.with(|wrong| wrong.as_ref().map(|(_, words)| words.clone()));
                words.map(|words| {
                    el("p")
                        .attr("class", "error")
                        .attr("role", "alert")
                        .attr("id", "account-error")
                        .kid(words)
                })
            })
            .kid(field(
                "account",
                s.account,
                input("account", "text", "username", name)
                    .attr("aria-invalid", move || is_wrong(&[Wrong::Name, Wrong::Both]).then_some("true")),
            ))
            .kid(field(
                "password",
                s.password,
                input("password", "password", "current-password", password)
                    .attr("aria-invalid", move || is_wrong(&[Wrong::Both]).then_some("true")),
            ))
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

fn input(id: &'static str, kind: &'static str, complete: &'static str, text: Slot<String>) -> El {
    el("input")
        .attr("id", id)
        .attr("type", kind)
        .attr("autocomplete", complete)
        .attr("autocapitalize", "none")
        .attr("spellcheck", "false")
        .attr("aria-describedby", "account-error")
        .value(move || text.get())
        .on("input", move |event| {
            if let Some(input) = input_of(&event) {
                text.set(input.value());
            }
        })
}

fn field(id: &'static str, label: &'static str, input: El) -> El {
    el("div")
        .attr("class", "field")
        .kid(el("label").attr("for", id).kid(label))
        .kid(input)
}
