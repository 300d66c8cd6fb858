//! Check your answers: everything, with ways to change it; what the judges see; then one button.

use leptos::prelude::*;
use leptos::task::spawn_local;
use opencall_core::application;
use opencall_core::problem::Problem;

use super::answers::{self, run};
use super::cx::{Cx, Errand};
use super::time;
use crate::api::ApiError;
use crate::form::{element_id, problem_words};
use crate::i18n::messages::plural;
use crate::i18n::{failures, fill};
use crate::ui::focus;
use crate::ui::icon::{BACK, icon};

/// The page.
pub fn page(cx: Cx) -> AnyView {
    let t = cx.t;
    cx.title(t.check);
    cx.lasting.errand.set(None);
    let eye = RwSignal::new(false);
    view! {
        <a class="back" href=cx.hub().path()>
            {icon(BACK)}
            {t.back_to_sections}
        </a>
        {problems(cx)}
        <div class="page-head">
            <h1 tabindex="-1">{t.check}</h1>
        </div>
        {tabs(cx, eye)}
        <div role="tabpanel" id="view" aria-labelledby=move || if eye.get() { "tab-eye" } else { "tab-all" }>
            {move || if eye.get() { for_judges(cx) } else { for_writer(cx) }}
        </div>
        {submit(cx)}
    }
    .into_any()
}

/// The two views; arrow keys move between them (ARIA Authoring Practices, tabs with automatic activation).
fn tabs(cx: Cx, eye: RwSignal<bool>) -> AnyView {
    let tab = |id: &'static str, of_eye: bool, words: &'static str| {
        let chosen = move || eye.get() == of_eye;
        view! {
            <button
                type="button"
                role="tab"
                class="tab"
                id=id
                aria-controls="view"
                aria-selected=move || if chosen() { "true" } else { "false" }
                tabindex=move || if chosen() { "0" } else { "-1" }
                on:click=move |_| eye.set(of_eye)
            >
                {words}
            </button>
        }
    };
    let turn = move |event: leptos::ev::KeyboardEvent| {
        let to_eye = match event.key().as_str() {
            "ArrowRight" | "ArrowLeft" => !eye.get_untracked(),
            "Home" => false,
            "End" => true,
            _ => return,
        };
        event.prevent_default();
        eye.set(to_eye);
        focus::after_drawing((if to_eye { "#tab-eye" } else { "#tab-all" }).to_owned());
    };
    view! {
        <div class="tabs" role="tablist" aria-label=cx.t.check_tabs on:keydown=turn>
            {tab("tab-all", false, cx.t.check_all)}
            {tab("tab-eye", true, cx.t.check_eye)}
        </div>
    }
    .into_any()
}

fn for_writer(cx: Cx) -> AnyView {
    cx.lasting
        .draft
        .with_answers(|all| {
            cx.programme
                .steps
                .iter()
                .map(|step| answers::section(cx, all, step))
                .collect::<Vec<_>>()
        })
        .into_any()
}

fn for_judges(cx: Cx) -> AnyView {
    let (minutes, sections) = cx.lasting.draft.with_answers(|all| {
        let sections: Vec<_> = cx
            .programme
            .steps
            .iter()
            .map(|step| answers::section_for_judges(cx, all, step))
            .collect();
        (answers::reading_minutes(cx, all), sections)
    });
    let minutes = plural(cx.t.reading, cx.locale, minutes);
    view! {
        <p class="page-intro page-head">{fill(cx.t.eye_text, &[("minutes", &minutes)])}</p>
        {sections}
    }
    .into_any()
}

/// What stands in the way, each with a way to where it is mended. Shown after Submit.
fn problems(cx: Cx) -> AnyView {
    (move || {
        let shown = cx.lasting.shown.get();
        if shown.is_empty() {
            return ().into_any();
        }
        let heading = plural(cx.t.errors_title, cx.locale, shown.len());
        let items: Vec<_> = shown.iter().map(|problem| problem_line(cx, problem)).collect();
        view! {
            <div class="errors" id="errors" tabindex="-1">
                <div role="alert">
                    <h2>{heading}</h2>
                    <p>{cx.t.check_gaps}</p>
                    <ul>{items}</ul>
                </div>
            </div>
        }
        .into_any()
    })
    .into_any()
}

fn problem_line(cx: Cx, problem: &Problem) -> AnyView {
    let words = problem_words(cx.programme, cx.t, cx.locale, problem);
    let field = problem.pointer.split('/').nth(1).unwrap_or_default();
    let Some(step) = cx.programme.steps.iter().find(|step| step.fields.iter().any(|one| one.id == field)) else {
        return view! { <li>{words}</li> }.into_any();
    };
    let element = cx
        .lasting
        .draft
        .with_answers_untracked(|answers| element_id(&problem.pointer, answers));
    let href = [&cx.section(&step.id).path(), "#", &element].concat();
    let errand = Errand {
        step: step.id.clone(),
        element,
        wrong: true,
    };
    view! {
        <li>
            <a href=href on:click=move |event| run(cx, &event, &errand)>
                {words}
            </a>
        </li>
    }
    .into_any()
}

/// The declaration and the one button; while the call is not open, nothing.
fn submit(cx: Cx) -> AnyView {
    let (t, lasting) = (cx.t, cx.lasting);
    let busy = RwSignal::new(false);
    let failed = RwSignal::<Option<ApiError>>::new(None);
    let send = move |_| {
        if busy.get_untracked() {
            return;
        }
        failed.set(None);
        if let Err(problems) = lasting.draft.with_answers_untracked(|answers| application(cx.programme, answers)) {
            lasting.shown.set(problems);
            focus::after_drawing("#errors".to_owned());
            return;
        }
        busy.set(true);
        spawn_local(async move {
            let sent = lasting.draft.submit().await;
            busy.set(false);
            match sent {
                Ok(_) => lasting.router.go(&cx.status()),
                Err(ApiError::Problem(details)) if !details.errors.is_empty() => {
                    lasting.shown.set(details.errors);
                    focus::after_drawing("#errors".to_owned());
                }
                Err(error) => {
                    failed.set(Some(error));
                    focus::after_drawing("#failed".to_owned());
                }
            }
        });
    };
    let application = lasting.draft.application();
    let again =
        Memo::new(move |_| application.with(|application| application.as_ref().is_some_and(|application| application.receipt.is_some())));
    let failure = move || {
        let error = failed.get()?;
        let doubt = error.leaves_doubt().then_some(t.submit_doubt);
        Some(view! {
            <div class="errors" id="failed" tabindex="-1">
                <div role="alert">
                    <h2>{t.submit_failed}</h2>
                    <p>{failures::words(t, cx.locale, &error)}</p>
                    <p>{doubt}</p>
                </div>
            </div>
        })
    };
    let words = move || match (busy.get(), again.get()) {
        (true, _) => t.submitting,
        (false, true) => t.resubmit,
        (false, false) => t.submit,
    };
    let deadline = Memo::new(move |_| {
        lasting.phase.get().filter(|phase| phase.is_open()).map(|_| {
            lasting
                .draft
                .extension()
                .get()
                .map_or(cx.programme.schedule.deadline, |later| later.max(cx.programme.schedule.deadline))
        })
    });
    (move || {
        let deadline = deadline.get()?;
        Some(view! {
            <section class="declare stack">
                {failure}
                <h2>{t.declare_title}</h2>
                <p>{fill(t.declare_text, &[("date", &time::stated(cx, deadline))])}</p>
                <p>
                    <button type="button" class="btn big" aria-disabled=move || busy.get().then_some("true") on:click=send>
                        {words}
                    </button>
                </p>
            </section>
        })
    })
    .into_any()
}
