//! The hub: every section with where it stands, in any order; then check and submit.

use leptos::prelude::*;
use opencall_core::programme::Step;
use opencall_core::progress::fraction;

use super::cx::Cx;
use super::link_box::link_box;
use crate::i18n::fill;
use crate::ui::arches::{Light, bays};

/// The page.
pub fn page(cx: Cx) -> AnyView {
    let t = cx.t;
    cx.title(t.hub);
    let draft = cx.lasting.draft;
    let tasks: Vec<_> = cx.programme.steps.iter().enumerate().map(|(at, step)| task(cx, at, step)).collect();
    let complete = Memo::new(move |_| cx.programme.steps.iter().filter(|step| cx.state(&step.id).0 == Light::Full).count());
    let given = Memo::new(move |_| draft.with_answers(|answers| fraction(cx.programme, answers)));
    let figure = |text: &'static str, done: usize, all: usize| fill(text, &[("done", &done.to_string()), ("all", &all.to_string())]);
    view! {
        {bays(t.hub_nav, cx.bays(""))}
        <div class="page-head">
            <h1 tabindex="-1">{t.hub}</h1>
            <p class="hub-figure">{move || figure(t.hub_figure, complete.get(), cx.programme.steps.len())}</p>
            <p class="soft">{move || { let (done, all) = given.get(); figure(t.hub_required, done, all) }}</p>
        </div>
        <ol class="tasks">{tasks}</ol>
        <div class="hub-end stack">
            <p>
                <a class="btn big" href=cx.check().path()>
                    {t.hub_check}
                </a>
            </p>
            <p class="soft small">{t.hub_check_note}</p>
        </div>
        {link_box(cx)}
    }
    .into_any()
}

fn task(cx: Cx, at: usize, step: &'static Step) -> AnyView {
    let state = Memo::new(move |_| cx.state(&step.id));
    let id = ["state-", &step.id].concat();
    view! {
        <li class="task">
            <span class="task-number" aria-hidden="true">
                {at + 1}
            </span>
            <a href=cx.section(&step.id).path() aria-describedby=id.clone()>
                {step.title.get(cx.locale)}
            </a>
            <span class=move || ["tag ", state.get().0.class()].concat() id=id.clone()>
                {move || state.get().1}
            </span>
        </li>
    }
    .into_any()
}
