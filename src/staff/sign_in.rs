//! Signing in by a one-time link: its secret is in the fragment, which browsers send nowhere.

use std::rc::Rc;

use leptos::prelude::*;
use opencall_core::Locale;
use opencall_core::contract::staff::{Credentials, LinkView, SignIn};
use wasm_bindgen::JsValue;

use super::frame::role_name;
use super::words::Words;
use crate::api::ApiError;
use crate::api::staff::SignedOut;
use crate::i18n::{Messages, failures, fill};
use crate::ui::dom::{El, Show, View, el, input_of, many};
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
pub fn page(parts: Parts, done: Rc<dyn Fn()>) -> View {
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
        Link::Good(view) => untrack(|| good(&parts, &view, secret.clone(), done.clone())),
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

/// The page of a good link: who signs in.
fn good(parts: &Parts, view: &LinkView, secret: String, done: Rc<dyn Fn()>) -> View {
    let s = parts.s;
    let done = Rc::new(move || {
        forget_secret();
        done();
    });
    let form = Form::new(view.name.clone().unwrap_or_default(), s.name_missing);
    let known = view.name.is_some();
    let hint = el("p")
        .attr("class", "hint small soft")
        .attr("id", "staff-name-hint")
        .kid(s.your_name_hint);
    let input = form
        .input("staff-name", "text", "name", form.name)
        .attr("maxlength", "80")
        .attr("aria-describedby", "staff-name-hint sign-in-error")
        .attr("readonly", known.then_some(""));
    let field = el("div")
        .attr("class", "field")
        .kid(el("label").attr("for", "staff-name").kid(s.your_name))
        .kid(hint)
        .kid(form.error())
        .kid(input);
    let with = move |name| {
        Credentials::Link(SignIn {
            secret: secret.clone(),
            name: Some(name),
        })
    };
    many(vec![
        el("h1").attr("tabindex", "-1").kid(s.sign_in).show(),
        el("p").kid(fill(s.sign_in_as, &[("role", role_name(s, view.role))])).show(),
        form.show(parts, field.show(), Box::new(with), None, done),
    ])
}

/// A form that signs somebody in: sends once at a time, and says what is wrong.
#[derive(Clone, Copy)]
pub struct Form {
    /// Who signs in.
    pub name: Slot<String>,
    missing: &'static str,
    wrong: Slot<Option<String>>,
    busy: Slot<bool>,
}

impl Form {
    /// With nothing wrong yet. `name`: as far as it is known; `missing`: what is said while it is blank.
    pub fn new(name: String, missing: &'static str) -> Self {
        Self {
            name: slot(name),
            missing,
            wrong: slot(None),
            busy: slot(false),
        }
    }

    /// The place of what is wrong: `#sign-in-error`.
    pub fn error(self) -> impl Show {
        move || {
            let words = self.wrong.get()?;
            Some(
                el("p")
                    .attr("class", "error")
                    .attr("role", "alert")
                    .attr("id", "sign-in-error")
                    .kid(words),
            )
        }
    }

    /// A control for `text`, marked while something is wrong.
    pub fn input(self, id: &'static str, kind: &'static str, complete: &'static str, text: Slot<String>) -> El {
        el("input")
            .attr("id", id)
            .attr("type", kind)
            .attr("autocomplete", complete)
            .attr("aria-invalid", move || self.wrong.get().map(|_| "true"))
            .value(move || text.get())
            .on("input", move |event| {
                if let Some(input) = input_of(&event) {
                    text.set(input.value());
                }
            })
    }

    /// The form around its fields. `with`: what is signed in with, of a name; `refused`: the words for what is not good for it,
    /// where the backend's own are not shown; `done`: called once somebody is signed in.
    pub fn show(
        self,
        parts: &Parts,
        fields: View,
        with: Box<dyn Fn(String) -> Credentials>,
        refused: Option<&'static str>,
        done: Rc<dyn Fn()>,
    ) -> View {
        let Parts { t, s, locale, .. } = *parts;
        let out = parts.out.clone();
        let submit = move |event: web_sys::Event| {
            event.prevent_default();
            if self.busy.get_untracked() {
                return;
            }
            let name = self.name.with_untracked(|name| name.trim().to_owned());
            if name.is_empty() {
                self.wrong.set(Some(self.missing.to_owned()));
                return;
            }
            self.busy.set(true);
            let (out, with, done) = (out.clone(), with(name), done.clone());
            leptos::task::spawn_local(async move {
                let outcome = out.sign_in(with).await;
                self.busy.set(false);
                match (outcome, refused) {
                    (Ok(()), _) => done(),
                    (Err(ApiError::Problem(details)), Some(words)) if details.status < 500 => self.wrong.set(Some(words.to_owned())),
                    (Err(error), _) => self.wrong.set(Some(failures::words(t, locale, &error))),
                }
            });
        };
        el("form")
            .attr("class", "stack")
            .attr("novalidate", "")
            .kid(fields)
            .kid(
                el("button")
                    .attr("type", "submit")
                    .attr("class", "btn big")
                    .attr("aria-disabled", move || self.busy.get().then_some("true"))
                    .kid(s.sign_in),
            )
            .on("submit", submit)
            .show()
    }
}
