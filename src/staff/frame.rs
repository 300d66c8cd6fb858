//! The frame of every page: header with the pages there are and who is signed in, and the page below it.

use leptos::prelude::*;
use opencall_core::Locale;
use opencall_core::role::Permission;

use super::address::Page;
use super::cx::Cx;
use super::palette::{self, Command};
use super::{audit, export, list, people, words};
use crate::i18n::{self, failures, fill};
use crate::ui::dom::{Show, View, el, later, many};
use crate::ui::focus;
use crate::ui::icon::mark;

/// The frame with the page of the address in it. `left`: called once who was signed in is signed out.
pub fn frame(cx: Cx, left: impl Fn() + Clone + 'static) -> View {
    let page = cx.nav.page();
    let mut before = page.get_untracked();
    later(move || {
        let now = page.get();
        document().set_title(&fill(
            cx.s.title,
            &[("page", name(cx, now)), ("programme", cx.programme.title.get(cx.locale))],
        ));
        if now != before {
            focus::heading();
        }
        before = now;
    });
    let shown = move || {
        let page = page.get();
        untrack(|| match page {
            Page::Applications => list::page(cx),
            Page::People => people::page(cx),
            Page::Audit => audit::page(cx),
            Page::NotFound => el("h1").attr("tabindex", "-1").kid(cx.s.no_page).show(),
        })
    };
    let leave = sign_out(cx, left);
    let by_button = leave.clone();
    many(vec![
        el("a").attr("class", "skip").attr("href", "#main").kid(cx.t.skip).show(),
        header(cx, move |_| by_button()),
        el("main")
            .attr("id", "main")
            .attr("class", "staff-main")
            .attr("tabindex", "-1")
            .kid(shown)
            .show(),
        export::bar(cx),
        cx.palette.view(cx, move || commands(cx, leave.clone())),
    ])
    .show()
}

/// What can be done on every page.
fn commands(cx: Cx, leave: impl Fn() + 'static) -> Vec<Command> {
    let here = cx.nav.page().get_untracked();
    let mut all: Vec<Command> = offered(cx)
        .filter(|page| *page != here)
        .map(|page| Command::new(cx.s.page, name(cx, page), move || cx.nav.go(page, "")))
        .collect();
    let others = Locale::ALL.into_iter().filter(|locale| *locale != cx.locale);
    all.extend(others.map(|locale| Command::new(cx.t.language_nav, i18n::name(locale), move || cx.i18n.set(locale))));
    all.push(Command::new("", cx.s.sign_out, leave).also(cx.s.also_sign_out));
    all
}

fn sign_out(cx: Cx, left: impl Fn() + Clone + 'static) -> impl Fn() + Clone + 'static {
    move || {
        let left = left.clone();
        leptos::task::spawn_local(async move {
            match cx.staff.get_value().sign_out().await {
                Ok(()) => left(),
                Err(error) => cx.announcer.say(failures::words(cx.t, cx.locale, &error)),
            }
        });
    }
}

/// The pages that who is signed in may see.
fn offered(cx: Cx) -> impl Iterator<Item = Page> {
    Page::ALL.into_iter().filter(move |page| match page {
        Page::Audit => cx.may(Permission::ReadAudit),
        Page::People | Page::Applications | Page::NotFound => true,
    })
}

fn name(cx: Cx, page: Page) -> &'static str {
    match page {
        Page::Applications => cx.s.applications,
        Page::People => cx.s.people,
        Page::Audit => cx.s.audit,
        Page::NotFound => cx.s.no_page,
    }
}

/// What a person does here, in words.
pub fn role_name(s: &'static words::Words, role: opencall_core::role::Role) -> &'static str {
    use opencall_core::role::Role;
    match role {
        Role::Viewer => s.role_viewer,
        Role::Organiser => s.role_organiser,
        Role::Judge => s.role_judge,
    }
}

fn header(cx: Cx, leave: impl FnMut(web_sys::Event) + 'static) -> View {
    let here = cx.nav.page();
    let links: Vec<View> = offered(cx)
        .map(|page| {
            el("a")
                .attr("href", page.href())
                .attr("aria-current", move || (here.get() == page).then_some("page"))
                .kid(name(cx, page))
                .on("click", move |event| {
                    if plain(&event) {
                        event.prevent_default();
                        cx.nav.go(page, "");
                    }
                })
                .show()
        })
        .collect();
    let languages: Vec<View> = Locale::ALL
        .into_iter()
        .map(|locale| {
            el("button")
                .attr("type", "button")
                .attr("lang", locale.tag())
                .attr("aria-pressed", if locale == cx.locale { "true" } else { "false" })
                .kid(locale.tag().to_ascii_uppercase())
                .kid(el("span").attr("class", "vh").kid(" ").kid(i18n::name(locale)))
                .on("click", move |_| cx.i18n.set(locale))
                .show()
        })
        .collect();
    el("header")
        .attr("class", "staff-top")
        .kid(
            el("span")
                .attr("class", "brand")
                .kid(mark())
                .kid(el("span").kid(cx.programme.title.get(cx.locale))),
        )
        .kid(el("nav").attr("aria-label", cx.s.pages).kid(links))
        .kid(
            el("div")
                .attr("class", "staff-me")
                .kid(
                    el("button")
                        .attr("type", "button")
                        .attr("class", "btn quiet open-palette")
                        .attr("aria-keyshortcuts", "Control+K Meta+K")
                        .kid(cx.s.commands)
                        .kid(el("kbd").attr("aria-hidden", "true").kid(palette::keys()))
                        .on("click", move |_| cx.palette.open()),
                )
                .kid(
                    el("span")
                        .attr("class", "langs")
                        .attr("role", "group")
                        .attr("aria-label", cx.t.language_nav)
                        .kid(languages),
                )
                .kid(
                    el("span").attr("class", "who").kid(cx.me.person.name.as_str()).kid(
                        el("span")
                            .attr("class", "soft")
                            .kid([" · ", role_name(cx.s, cx.me.person.role)].concat()),
                    ),
                )
                .kid(
                    el("button")
                        .attr("type", "button")
                        .attr("class", "link-btn")
                        .kid(cx.s.sign_out)
                        .on("click", leave),
                ),
        )
        .show()
}

/// Whether a click is meant for this page: not for a new tab.
pub fn plain(event: &web_sys::Event) -> bool {
    use wasm_bindgen::JsCast;
    event
        .dyn_ref::<web_sys::MouseEvent>()
        .is_none_or(|event| !(event.ctrl_key() || event.meta_key() || event.shift_key()) && event.button() == 0)
}
