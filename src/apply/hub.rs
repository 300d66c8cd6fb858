//! The hub: every section with where it stands, in any order; then check and submit.

use crate::ui::dom::{Show, View, el, many};
use crate::ui::kept::kept;
use opencall_core::contract::Concurrency;
use opencall_core::programme::Step;
use opencall_core::progress::fraction;

use super::cx::Cx;
use super::draft_file::draft_file;
use super::link_box::link_box;
use crate::i18n::fill;
use crate::ui::arches::{Light, bays};

/// The page.
pub fn page(cx: Cx) -> View {
    let t = cx.t;
    cx.title(t.hub);
    let draft = cx.lasting.draft;
    let tasks: Vec<_> = cx.programme.steps.iter().enumerate().map(|(at, step)| task(cx, at, step)).collect();
    let complete = kept(move |_: Option<&_>| cx.programme.steps.iter().filter(|step| cx.state(&step.id).0 == Light::Full).count());
    let given = kept(move |_: Option<&_>| draft.with_answers(|answers| fraction(cx.programme, answers)));
    let figure = |text: &'static str, done: usize, all: usize| fill(text, &[("done", &done.to_string()), ("all", &all.to_string())]);
    many(vec![
        (bays(t.hub_nav, cx.bays(""))).show(),
        el("div")
            .attr("class", "page-head")
            .kid(el("h1").attr("tabindex", "-1").kid(t.hub))
            .kid(
                el("p")
                    .attr("class", "hub-figure")
                    .kid(move || figure(t.hub_figure, complete.get(), cx.programme.steps.len())),
            )
            .kid(el("p").attr("class", "soft").kid(move || {
                let (done, all) = given.get();
                figure(t.hub_required, done, all)
            }))
            .show(),
        el("ol").attr("class", "tasks").kid(tasks).show(),
        el("div")
            .attr("class", "hub-end stack")
            .kid(el("p").kid(el("a").attr("class", "btn big").attr("href", cx.check().href()).kid(t.hub_check)))
            .kid(el("p").attr("class", "soft small").kid(t.hub_check_note))
            .kid(
                (cx.lasting.capabilities.concurrency == Concurrency::None)
                    .then(|| el("p").attr("class", "soft small").kid(t.one_at_a_time)),
            )
            .show(),
        (link_box(cx)).show(),
        (draft_file(cx)).show(),
    ])
    .show()
}

fn task(cx: Cx, at: usize, step: &'static Step) -> View {
    let state = kept(move |_: Option<&_>| cx.state(&step.id));
    let id = ["state-", &step.id].concat();
    let draft = cx.lasting.draft;
    el("li")
        .attr("class", "task")
        .kid(el("span").attr("class", "task-number").attr("aria-hidden", "true").kid(at + 1))
        .kid(
            el("a")
                .attr("href", cx.section(&step.id).href())
                .attr("aria-describedby", id.clone())
                .kid(step.title.get(cx.locale)),
        )
        .kid(
            el("span")
                .attr("class", move || ["tag ", state.get().0.class()].concat())
                .attr("id", id.clone())
                .kid(move || state.get().1)
                .kid(move || {
                    let here = draft.others().with(|others| others.iter().any(|other| other.section == step.id));
                    here.then(|| [" · ", cx.t.here_now].concat())
                }),
        )
        .show()
}
