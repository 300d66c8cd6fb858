//! One section: a page of questions, its own address. What is typed is kept as it is, whatever is wrong with it.

use crate::ui::dom::{Show, View, el, many};
use crate::ui::kept::slot;
use leptos::prelude::*;
use leptos::reactive::owner::Owner;
use leptos::task::spawn_local;
use opencall_core::programme::{Field, Kind};
use std::mem::discriminant;
use std::time::Duration;

use super::cx::Cx;
use super::last_resort;
use crate::form::{Form, Scope, Spot, field::field};
use crate::i18n::fill;
use crate::ui::arches::bays;
use crate::ui::errors;
use crate::ui::icon::{BACK, icon};

/// From drawing one kind of question in advance to drawing the next.
const WARM_UP: Duration = Duration::from_millis(10);
/// As many questions as fit a screen below the heading.
const IN_SIGHT: usize = 4;

/// The page of a section; the page that says so where there is no such section. `at_leisure`: the questions below the
/// first screen may come with the frame after the first.
pub fn page(cx: Cx, id: &str, at_leisure: bool) -> View {
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
    let at_once = if at_leisure && !back {
        in_sight(&step.fields)
    } else {
        step.fields.len()
    };
    let (at_once, after) = step.fields.split_at(at_once);
    let hub = cx.hub().href();
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
            .kid(
                el("p")
                    .attr("class", "also-here")
                    .attr("role", "status")
                    .kid(move || also_here(cx, &step.id)),
            )
            .kid(
                el("p")
                    .attr("class", "also-here")
                    .attr("role", "status")
                    .kid(move || prefilled(cx, &step.fields)),
            )
            .show(),
        el("form")
            .attr("novalidate", "")
            .kid(
                el("div")
                    .attr("class", "fields")
                    .kid(questions(form, at_once))
                    .kid(next_frame(form, after)),
            )
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

/// Who else looks at this section: what they write comes here by itself, and nothing is overwritten.
fn also_here(cx: Cx, step: &str) -> Option<String> {
    let devices = cx.lasting.draft.others().with(|others| {
        let here = others.iter().filter(|other| other.section == step);
        let name = |device: &str| if device.is_empty() { cx.t.clash_elsewhere } else { device }.to_owned();
        here.map(|other| name(&other.device)).collect::<Vec<_>>()
    });
    (!devices.is_empty()).then(|| fill(cx.t.also_here, &[("devices", &devices.join(", "))]))
}

/// What the page around has filled in here.
fn prefilled(cx: Cx, fields: &[Field]) -> Option<String> {
    let labels = cx.lasting.prefilled.with(|prefilled| {
        let here = prefilled.iter().filter(|field| fields.iter().any(|one| std::ptr::eq(one, **field)));
        here.map(|field| field.label.get(cx.locale)).collect::<Vec<_>>()
    });
    (!labels.is_empty()).then(|| fill(cx.t.prefilled, &[("fields", &labels.join(", "))]))
}

/// How many of these questions fill the first screen; a group has as much to show as its questions.
fn in_sight(fields: &[Field]) -> usize {
    let mut height = 0;
    let below = fields.iter().position(|field| {
        let full = height >= IN_SIGHT;
        height += match &field.kind {
            Kind::Group { fields, .. } => fields.len(),
            _ => 1,
        };
        full
    });
    below.unwrap_or(fields.len())
}

fn questions(form: Form, fields: &'static [Field]) -> Vec<View> {
    fields.iter().map(|question| field(Spot::top(form, question))).collect()
}

/// Questions that come once the page has been seen.
fn next_frame(form: Form, fields: &'static [Field]) -> View {
    if fields.is_empty() {
        return ().show();
    }
    let seen = slot(false);
    request_animation_frame(move || set_timeout(move || seen.set(true), Duration::ZERO));
    (move || seen.get().then(|| untrack(|| questions(form, fields)))).show()
}

/// Draws a question of each kind and throws it away, each in a moment of its own: the browser compiles what draws them now
/// and not while somebody waits for a page.
pub fn warm_up(cx: Cx) {
    let mut kinds: Vec<(&Field, Scope)> = Vec::new();
    for step in &cx.programme.steps {
        for field in &step.fields {
            if !kinds
                .iter()
                .any(|(known, _)| discriminant(&known.kind) == discriminant(&field.kind))
            {
                kinds.push((field, Scope::Step(&step.id)));
            }
        }
    }
    for (at, (field, scope)) in (1..).zip(kinds) {
        let draw = move || {
            let owner = Owner::new();
            owner.with(|| questions(cx.form(scope), std::slice::from_ref(field)));
            owner.cleanup();
        };
        set_timeout(draw, WARM_UP * at);
    }
}
