//! One section: a page of questions, its own address. What is typed is kept as it is, whatever is wrong with it.

use crate::ui::dom::{Show, View, el, many};
use leptos::task::spawn_local;

use super::cx::Cx;
use super::last_resort;
use crate::form::{Scope, Spot, field::field};
use crate::i18n::fill;
use crate::ui::arches::bays;
use crate::ui::errors;
use crate::ui::icon::{BACK, icon};

/// The page of a section; the page that says so where there is no such section.
pub fn page(cx: Cx, id: &str) -> View {
    let (t, locale, steps) = (cx.t, cx.locale, &cx.programme.steps);
    let Some(at) = steps.iter().position(|step| step.id == id) else {
        return last_resort::not_found(cx);
    };
    let step = &steps[at];
    cx.title(step.title.get(locale));
    let form = cx.form(Scope::Step(&step.id));

    // Sent here from the check page: show what is wrong, and go straight back when it is mended.
    let errand = cx.lasting.errand.get_untracked().filter(|errand| errand.step == step.id);
    if errand.as_ref().is_some_and(|errand| errand.wrong) {
        form.check();
    }
    let back = errand.is_some();
    if !back {
        cx.lasting.errand.set(None);
    }
    let next = match steps.get(at + 1) {
        Some(next) if !back => cx.section(&next.id),
        _ => cx.check(),
    };

    let submit = move |event: web_sys::Event| {
        event.prevent_default();
        let open = cx.lasting.open.get_untracked();
        if open {
            cx.lasting.draft.attempt(&step.id);
            spawn_local(async move {
                // What happens is told by the state of the draft.
                let _ = cx.lasting.draft.flush().await;
            });
        }
        if !open || form.check() {
            cx.lasting.errand.set(None);
            cx.lasting.router.go(&next);
        } else {
            errors::take_focus();
        }
    };
    let words = move || match (cx.lasting.open.get(), back) {
        (false, _) => t.next_section,
        (true, true) => t.save_return,
        (true, false) => t.save_continue,
    };
    let place = fill(t.section_of, &[("n", &(at + 1).to_string()), ("all", &steps.len().to_string())]);
    let intro = step
        .intro
        .as_ref()
        .map(|intro| el("p").attr("class", "page-intro").kid(intro.get(locale)));
    let questions: Vec<_> = step.fields.iter().map(|question| field(Spot::top(form, question))).collect();
    let hub = cx.hub().path();
    many(vec![
        (bays(t.hub_nav, cx.bays(&step.id))).show(),
        el("a")
            .attr("class", "back")
            .attr("href", hub.clone())
            .kid(icon(BACK))
            .kid(t.back_to_sections)
            .show(),
        (errors::summary(Box::new(move || form.error_lines()), Box::new(move |n| form.errors_title(n)))).show(),
        el("div")
            .attr("class", "page-head")
            .kid(el("p").attr("class", "soft").kid(place))
            .kid(el("h1").attr("tabindex", "-1").kid(step.title.get(locale)))
            .kid(intro)
            .show(),
        el("form")
            .attr("novalidate", "")
            .kid(el("div").attr("class", "fields").kid(questions))
            .kid(
                el("div")
                    .attr("class", "actions hub-end")
                    .kid(el("button").attr("type", "submit").attr("class", "btn big").kid(words))
                    .kid(el("a").attr("href", hub.clone()).kid(t.back_to_sections)),
            )
            .on("submit", submit)
            .show(),
    ])
    .show()
}
