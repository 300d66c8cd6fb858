//! Signing in by a one-time link: its secret is in the fragment, which browsers send nowhere.

use leptos::prelude::*;
use opencall_core::Locale;
use opencall_core::contract::staff::LinkView;
use wasm_bindgen::JsValue;

use super::frame::role_name;
use super::words::Words;
use crate::api::ApiError;
use crate::api::staff::SignedOut;
use crate::i18n::{Messages, failures, fill};
use crate::ui::dom::{Show, View, el, input_of, many};
use crate::ui::kept::{Slot, slot};

/// What the page needs.
#[derive(Clone)]
pub struct Parts {
    /// The words shared with the applicants' app.
    pub t: &'static Messages,
    /// The staff's words.
    pub s: &'static Words,
    /// The language.
    pub locale: Locale,
    /// The calls of somebody who is signed out.
    pub out: SignedOut,
}

/// The secret of the address, if there is one.
pub fn secret() -> Option<String> {
    let fragment = window().location().hash().ok()?;
    let secret = fragment.strip_prefix('#')?;
    (secret.len() == 43).then(|| secret.to_owned())
}

/// Takes the secret out of the address, so that it is neither bookmarked nor shown on a shared screen.
fn forget_secret() {
    if let Ok(history) = window().history() {
        let path = window().location().pathname().unwrap_or_default();
        let _ = history.replace_state_with_url(&JsValue::NULL, "", Some(&path));
    }
}

/// What is known of the link.
#[derive(Clone)]
enum Link {
    /// There is none.
    None,
    /// Asking what it is good for.
    Asking,
    /// Good.
    Good(LinkView),
    /// Of no use.
    Refused(ApiError),
}

/// The page. `done`: called once somebody is signed in.
pub fn page(parts: Parts, done: impl Fn() + Clone + 'static) -> View {
    let Parts { t, s, locale, .. } = parts;
    let link = slot(Link::None);
    let found = secret();
    if let Some(secret) = found.clone() {
        let out = parts.out.clone();
        link.set(Link::Asking);
        leptos::task::spawn_local(async move {
            link.set(match out.look(&secret).await {
                Ok(view) => Link::Good(view),
                Err(error) => Link::Refused(error),
            });
        });
    }
    let secret = found.unwrap_or_default();
    let inside = move || match link.get() {
        Link::None => many(vec![
            el("h1").attr("tabindex", "-1").kid(s.signed_out).show(),
            el("p").kid(s.signed_out_how).show(),
        ]),
        Link::Asking => el("p").attr("role", "status").kid(t.loading).show(),
        Link::Good(view) => untrack(|| form(&parts, &view, secret.clone(), done.clone())),
        Link::Refused(error) => {
            // Whoever guesses, used it twice or came late is told the same way on.
            let refused = matches!(&error, ApiError::Problem(details) if details.status < 500);
            many(vec![
                el("h1")
                    .attr("tabindex", "-1")
                    .kid(if refused { s.link_refused } else { s.link_failed })
                    .show(),
                el("p")
                    .attr("role", "alert")
                    .kid(if refused {
                        s.link_refused_how.to_owned()
                    } else {
                        failures::words(t, locale, &error)
                    })
                    .show(),
            ])
        }
    };
    around(t, inside)
}

/// The page in place of all others where the backend is on another origin: sessions are cookies (`SameSite=Strict`).
pub fn elsewhere(t: &'static Messages, s: &'static Words, api: &str) -> View {
    let address = [api, "/staff"].concat();
    let inside = many(vec![
        el("h1").attr("tabindex", "-1").kid(s.elsewhere).show(),
        el("p").kid(s.elsewhere_how).show(),
        el("p").kid(el("a").attr("href", address.clone()).kid(address)).show(),
    ]);
    around(t, inside)
}

/// The page around what is asked for.
pub fn around(t: &'static Messages, inside: impl Show) -> View {
    many(vec![
        el("header")
            .attr("class", "staff-top")
            .kid(el("span").attr("class", "brand").kid(crate::ui::icon::mark()).kid(t.product))
            .show(),
        el("main")
            .attr("id", "main")
            .attr("class", "main wrap stack sign-in")
            .kid(inside)
            .show(),
    ])
}

fn form(parts: &Parts, view: &LinkView, secret: String, done: impl Fn() + Clone + 'static) -> View {
    let Parts { t, s, locale, .. } = *parts;
    let out = parts.out.clone();
    let name = slot(view.name.clone().unwrap_or_default());
    let wrong: Slot<Option<String>> = slot(None);
    let busy = slot(false);
    let submit = move |event: web_sys::Event| {
        event.prevent_default();
        if busy.get_untracked() {
            return;
        }
        if name.with_untracked(|name| name.trim().is_empty()) {
            wrong.set(Some(s.name_missing.to_owned()));
            return;
        }
        busy.set(true);
        let (out, secret, done) = (out.clone(), secret.clone(), done.clone());
        leptos::task::spawn_local(async move {
            let outcome = out.sign_in(&secret, name.get_untracked().trim()).await;
            busy.set(false);
            match outcome {
                Ok(()) => {
                    forget_secret();
                    done();
                }
                Err(error) => wrong.set(Some(failures::words(t, locale, &error))),
            }
        });
    };
    let known = view.name.is_some();
    many(vec![
        el("h1").attr("tabindex", "-1").kid(s.sign_in).show(),
        el("p").kid(fill(s.sign_in_as, &[("role", role_name(s, view.role))])).show(),
        el("form")
            .attr("class", "stack")
            .attr("novalidate", "")
            .kid(
                el("div")
                    .attr("class", "field")
                    .kid(el("label").attr("for", "staff-name").kid(s.your_name))
                    .kid(
                        el("p")
                            .attr("class", "hint small soft")
                            .attr("id", "staff-name-hint")
                            .kid(s.your_name_hint),
                    )
                    .kid(move || {
                        wrong.get().map(|words| {
                            el("p")
                                .attr("class", "error")
                                .attr("role", "alert")
                                .attr("id", "staff-name-error")
                                .kid(words)
                        })
                    })
                    .kid(
                        el("input")
                            .attr("id", "staff-name")
                            .attr("type", "text")
                            .attr("autocomplete", "name")
                            .attr("maxlength", "80")
                            .attr("aria-describedby", "staff-name-hint")
                            .attr("aria-invalid", move || wrong.get().map(|_| "true"))
                            .attr("readonly", known.then_some(""))
                            .value(move || name.get())
                            .on("input", move |event| {
                                if let Some(input) = input_of(&event) {
                                    name.set(input.value());
                                }
                            }),
                    ),
            )
            .kid(
                el("button")
                    .attr("type", "submit")
                    .attr("class", "btn big")
                    .attr("aria-disabled", move || busy.get().then_some("true"))
                    .kid(s.sign_in),
            )
            .on("submit", submit)
            .show(),
    ])
}
