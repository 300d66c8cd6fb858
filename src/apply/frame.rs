//! The frame of every page: header, bar, banners, footer, and the page between them.

use crate::ui::dom::{Show, View, el, later, many};
use crate::ui::kept::{Kept, kept};
use leptos::prelude::*;
use leptos::task::spawn_local;
use opencall_core::Locale;

use super::cx::Cx;
use super::{banners, bar, call, check, eligibility, hub, last_resort, private_link, section, status};
use crate::i18n::{self, fill};
use crate::route::Route;
use crate::ui::focus;
use crate::ui::icon::mark;

/// The frame with the page of the address in it.
pub fn frame(cx: Cx) -> View {
    let route = cx.lasting.router.current();
    let is_call = kept(move |_: Option<&_>| matches!(route.get(), Route::Call { .. }));
    later(move || set_title(cx));
    let page = move || {
        let route = route.get();
        // Errors belong to the page left behind; a change of language keeps them.
        let before = cx.lasting.page.get_value();
        if before != route {
            cx.lasting.page.set_value(route.clone());
            cx.lasting.shown.set(Vec::new());
        }
        let moved = before != route && before != Route::NotFound;
        // What the page reads of other signals while it is drawn must not draw it again.
        untrack(|| page(cx, route, moved))
    };
    many(vec![
        el("a").attr("class", "skip").attr("href", "#main").kid(cx.t.skip).show(),
        el("header")
            .attr("class", "top")
            .kid(
                el("div")
                    .attr("class", "wrap")
                    .kid(if cx.lasting.router.framed() {
                        full_page(cx)
                    } else {
                        brand(cx, is_call)
                    })
                    .kid(languages(cx)),
            )
            .show(),
        (move || (!is_call.get()).then(|| bar::bar(cx))).show(),
        el("main")
            .attr("id", "main")
            .attr("class", "main wrap")
            .attr("tabindex", "-1")
            .kid(banners::banners(cx))
            .kid(page)
            .show(),
        (footer(cx)).show(),
    ])
    .show()
}

/// What the page belongs to, and the way to the call.
fn brand(cx: Cx, is_call: Kept<bool>) -> View {
    let words = move || {
        if is_call.get() {
            cx.t.product
        } else {
            cx.programme.title.get(cx.locale)
        }
    };
    el("a")
        .attr("class", "brand")
        .attr("href", Route::Call { programme: cx.id() }.href())
        .kid(mark())
        .kid(el("span").kid(words))
        .show()
}

/// The way out of a partner's page, with the draft if there is one: what is not saved yet is saved before.
fn full_page(cx: Cx) -> View {
    let lasting = cx.lasting;
    let address = kept(move |_: Option<&_>| {
        let source = lasting.router.source();
        let call = || {
            let partner = source.partner.as_ref().map(|id| ["?partner=", id].concat());
            [&Route::Call { programme: cx.id() }.href(), partner.as_deref().unwrap_or_default()].concat()
        };
        lasting.draft.private_link().unwrap_or_else(call)
    });
    el("a")
        .attr("class", "full-page")
        .attr("href", move || address.get())
        .attr("target", "_blank")
        .attr("rel", "noopener")
        .kid(cx.t.full_page)
        .on("click", move |event| {
            if !lasting.draft.exists().get_untracked() {
                return;
            }
            event.prevent_default();
            spawn_local(async move {
                // Saved or not, the link leads to the draft.
                let _ = lasting.draft.flush().await;
                let _ = window().open_with_url_and_target_and_features(&address.get_untracked(), "_blank", "noopener");
            });
        })
        .show()
}

/// `moved`: from another page, so that nobody is in the middle of this one.
fn page(cx: Cx, route: Route, moved: bool) -> View {
    match route {
        Route::Call { .. } => call::page(cx),
        Route::Eligibility { .. } => eligibility::page(cx),
        Route::Hub { .. } => hub::page(cx),
        Route::Section { step, .. } => section::page(cx, &step, moved),
        Route::Check { .. } => check::page(cx),
        Route::Status { .. } => status::page(cx),
        Route::Draft { .. } => private_link::page(cx),
        Route::NotFound => last_resort::not_found(cx),
    }
}

/// On a change of page focus goes to the new heading, or to the question one came to mend. Not on the first page, where
/// the browser's own order holds.
pub fn follow_pages(lasting: super::cx::Lasting) {
    let route = lasting.router.current();
    let mut before: Option<Route> = None;
    later(move || {
        let now = route.get();
        if before.as_ref().is_some_and(|before| *before != now) {
            let errand = lasting.errand.with_untracked(|errand| {
                errand
                    .as_ref()
                    .filter(|errand| matches!(&now, Route::Section { step, .. } if *step == errand.step))
                    .map(|errand| errand.element.clone())
            });
            match errand {
                Some(element) => request_animation_frame(move || focus::question(&element)),
                None => focus::heading(),
            }
        }
        let section = match &now {
            Route::Section { step, .. } => Some(step.clone()),
            _ => None,
        };
        lasting.draft.be_in(section);
        before = Some(now);
    });
}

fn set_title(cx: Cx) {
    let page = cx.lasting.title.get();
    let programme = cx.programme.title.get(cx.locale);
    let title = if page == programme {
        page
    } else {
        fill(cx.t.title, &[("page", &page), ("programme", programme)])
    };
    let title = if cx.lasting.shown.with(Vec::is_empty) {
        title
    } else {
        fill(cx.t.error_title, &[("title", &title)])
    };
    document().set_title(&title);
}

/// The languages the programme is written in. Each is a link that also works without the app.
fn languages(cx: Cx) -> View {
    if cx.programme.locales.len() < 2 {
        return ().show();
    }
    let link = |locale: Locale| {
        let tag = locale.tag();
        let name = i18n::name(locale);
        el("a")
            .attr("href", ["?lang=", tag].concat())
            .attr("lang", tag)
            .attr("hreflang", tag)
            .attr("aria-current", (locale == cx.locale).then_some("true"))
            .kid(tag.to_ascii_uppercase())
            .kid(el("span").attr("class", "vh").kid(" ").kid(name))
            .on("click", move |event| {
                event.prevent_default();
                cx.lasting.i18n.set(locale);
                focus::after_drawing([".langs [lang=", tag, "]"].concat());
            })
    };
    let links: Vec<_> = cx.programme.locales.iter().map(|locale| link(*locale)).collect();
    el("nav")
        .attr("class", "langs")
        .attr("aria-label", cx.t.language_nav)
        .kid(links)
        .show()
}

fn footer(cx: Cx) -> View {
    let contact = cx.programme.contact.as_str();
    let write = el("a")
        .attr("href", ["mailto:", contact].concat())
        .kid(fill(cx.t.contact, &[("email", contact)]));
    let draft = cx.lasting.draft;
    el("footer")
        .attr("class", "foot")
        .kid(
            el("div")
                .attr("class", "wrap")
                .kid(write)
                .kid(
                    el("a")
                        .attr("href", Route::Call { programme: cx.id() }.href())
                        .kid(cx.t.back_to_call),
                )
                .kid(move || {
                    draft.exists().get().then(|| {
                        many(vec![
                            el("a").attr("href", cx.hub().href()).kid(cx.t.link_open).show(),
                            el("a").attr("href", cx.status().href()).kid(cx.t.status_go).show(),
                        ])
                    })
                }),
        )
        .show()
}
