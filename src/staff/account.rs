//! Signing in with an account of the backend's: a name and a password. Both are kept in memory only.

use std::rc::Rc;

use opencall_core::contract::staff::{AccountSignIn, Credentials};

use super::sign_in::{Form, Parts, around};
use crate::ui::dom::{El, Show, View, el, many};
use crate::ui::kept::slot;

/// The page. `done`: called once somebody is signed in.
pub fn page(parts: &Parts, done: Rc<dyn Fn()>) -> View {
    let s = parts.s;
    let password = slot(String::new());
    let form = Form::new(String::new(), s.account_missing);
    let with = move |account| {
        Credentials::Account(AccountSignIn {
            account,
            password: password.get_untracked(),
        })
    };
    let fields = many(vec![
        form.error().show(),
        field(s.account, form.input("account", "text", "username", form.name)),
        field(s.password, form.input("password", "password", "current-password", password)),
        el("p").attr("class", "hint small soft").kid(s.account_hint).show(),
    ]);
    let inside = many(vec![
        el("h1").attr("tabindex", "-1").kid(s.sign_in).show(),
        // Nobody is told which of the two does not fit.
        form.show(parts, fields, Box::new(with), Some(s.account_refused), done),
    ]);
    around(parts.t, inside)
}

fn field(label: &'static str, input: El) -> View {
    let input = input
        .attr("autocapitalize", "none")
        .attr("spellcheck", "false")
        .attr("aria-describedby", "sign-in-error");
    let id = input.node().id();
    el("div")
        .attr("class", "field")
        .kid(el("label").attr("for", id).kid(label))
        .kid(input)
        .show()
}
