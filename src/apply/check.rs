//! Check your answers: everything, with ways to change it; what the judges see; then one button.

use crate::ui::dom::{Show, View, el, many};
use crate::ui::kept::{Slot, kept, slot};
use leptos::task::spawn_local;
use opencall_core::application;
use opencall_core::contract::Receipt;
use opencall_core::problem::{Code, Problem};
use wasm_bindgen::JsCast;

use super::answers::{self, run};
use super::cx::{Cx, Errand};
use super::time;
use crate::api::ApiError;
use crate::embed::guard::GRAVE;
use crate::form::{element_id, problem_words};
use crate::i18n::messages::plural;
use crate::i18n::{failures, fill};
use crate::ui::focus;
use crate::ui::icon::{BACK, icon};
use crate::ui::notice::notice;

/// The page.
pub fn page(cx: Cx) -> View {
    let t = cx.t;
    cx.title(t.check);
    cx.lasting.errand.set(None);
    let eye = slot(false);
    many(vec![
        el("a")
            .attr("class", "back")
            .attr("href", cx.hub().href())
            .kid(icon(BACK))
            .kid(t.back_to_sections)
            .show(),
        (problems(cx)).show(),
        el("div")
            .attr("class", "page-head")
            .kid(el("h1").attr("tabindex", "-1").kid(t.check))
            .show(),
        (tabs(cx, eye)).show(),
        el("div")
            .attr("role", "tabpanel")
            .attr("id", "view")
            .attr("aria-labelledby", move || if eye.get() { "tab-eye" } else { "tab-all" })
            .kid(move || if eye.get() { for_judges(cx) } else { for_writer(cx) })
            .show(),
        (submit(cx)).show(),
    ])
    .show()
}

/// The two views; arrow keys move between them (ARIA Authoring Practices, tabs with automatic activation).
fn tabs(cx: Cx, eye: Slot<bool>) -> View {
    let tab = |id: &'static str, of_eye: bool, words: &'static str| {
        let chosen = move || eye.get() == of_eye;
        el("button")
            .attr("type", "button")
            .attr("role", "tab")
            .attr("class", "tab")
            .attr("id", id)
            .attr("aria-controls", "view")
            .attr("aria-selected", move || if chosen() { "true" } else { "false" })
            .attr("tabindex", move || if chosen() { "0" } else { "-1" })
            .kid(words)
            .on("click", move |_| eye.set(of_eye))
    };
    let turn = move |event: web_sys::Event| {
        let event: web_sys::KeyboardEvent = event.unchecked_into();
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
    el("div")
        .attr("class", "tabs")
        .attr("role", "tablist")
        .attr("aria-label", cx.t.check_tabs)
        .kid(tab("tab-all", false, cx.t.check_all))
        .kid(tab("tab-eye", true, cx.t.check_eye))
        .on("keydown", turn)
        .show()
}

fn for_writer(cx: Cx) -> View {
    cx.lasting
        .draft
        .with_answers(|all| {
            cx.programme
                .steps
                .iter()
                .map(|step| answers::section(cx, all, step))
                .collect::<Vec<_>>()
        })
        .show()
}

fn for_judges(cx: Cx) -> View {
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
    many(vec![
        el("p")
            .attr("class", "page-intro page-head")
            .kid(fill(cx.t.eye_text, &[("minutes", &minutes)]))
            .show(),
        (sections).show(),
    ])
    .show()
}

/// What stands in the way, each with a way to where it is mended. Shown after Submit.
fn problems(cx: Cx) -> View {
    (move || {
        let shown = cx.lasting.shown.get();
        if shown.is_empty() {
            return ().show();
        }
        let heading = plural(cx.t.errors_title, cx.locale, shown.len());
        let items: Vec<_> = shown.iter().map(|problem| problem_line(cx, problem)).collect();
        el("div")
            .attr("class", "errors")
            .attr("id", "errors")
            .attr("tabindex", "-1")
            .kid(
                el("div")
                    .attr("role", "alert")
                    .kid(el("h2").kid(heading))
                    .kid(el("p").kid(cx.t.check_gaps))
                    .kid(el("ul").kid(items)),
            )
            .show()
    })
    .show()
}

fn problem_line(cx: Cx, problem: &Problem) -> View {
    let words = problem_words(cx.programme, cx.t, cx.locale, problem);
    let pointer = problem.pointer.clone();
    if problem.code == Code::UnknownField {
        // The form has changed since it was written: nothing to mend, only to put aside.
        let button = el("button")
            .attr("type", "button")
            .attr("class", "link-btn")
            .attr("aria-label", [cx.t.aside_set, ": ", &words].concat())
            .kid(cx.t.aside_set);
        return el("li")
            .kid([&words, " "].concat())
            .kid(button.on("click", move |_| {
                cx.lasting.draft.set_aside(&pointer);
                let gone = |problem: &Problem| problem.pointer != pointer;
                cx.lasting.shown.update(|shown| shown.retain(gone));
                focus::after_drawing("#errors, h1".to_owned());
            }))
            .show();
    }
    let field = problem.pointer.split('/').nth(1).unwrap_or_default();
    let Some(step) = cx.programme.steps.iter().find(|step| step.fields.iter().any(|one| one.id == field)) else {
        return el("li").kid(words).show();
    };
    let element = cx
        .lasting
        .draft
        .with_answers_untracked(|answers| element_id(&problem.pointer, answers));
    let href = [&cx.section(&step.id).href(), "#", &element].concat();
    let errand = Errand {
        step: step.id.clone(),
        element,
        wrong: true,
    };
    el("li")
        .kid(
            el("a")
                .attr("href", href)
                .kid(words)
                .on("click", move |event| run(cx, &event, &errand)),
        )
        .show()
}

/// The digest first: it is small, and once it is there the deadline cannot come between. Then everything else.
async fn seal_and_send(cx: Cx) -> Result<Option<Receipt>, ApiError> {
    let draft = cx.lasting.draft;
    if let Err(error) = draft.seal(cx.programme).await {
        let wrong = matches!(&error, ApiError::Problem(details) if !details.errors.is_empty());
        // What is all written may be in time without a seal; what still needs minutes is not.
        if wrong || draft.uploads().with_untracked(|uploads| !uploads.is_empty()) {
            return Err(error);
        }
    }
    draft.deliver().await
}

/// The declaration and the one button; while the call is not open, nothing.
fn submit(cx: Cx) -> View {
    let (t, lasting) = (cx.t, cx.lasting);
    let busy = slot(false);
    let failed = slot(None::<ApiError>);
    // Whether it has to be looked first whether an earlier attempt arrived, and whether that was done and it did not.
    let look = slot(lasting.draft.has_to_look());
    let absent = slot(false);
    let send = move |_| {
        if busy.get_untracked() || lasting.draft.delivering_now() {
            return;
        }
        failed.set(None);
        absent.set(false);
        let looks = look.get_untracked();
        if !looks && let Err(problems) = application(cx.programme, &lasting.draft.expected()) {
            lasting.shown.set(problems);
            focus::after_drawing("#errors".to_owned());
            return;
        }
        busy.set(true);
        spawn_local(async move {
            let sent = if looks {
                lasting.draft.learn_outcome().await
            } else {
                seal_and_send(cx).await
            };
            busy.set(false);
            look.set(lasting.draft.has_to_look());
            match sent {
                // Whoever has gone on to another page meanwhile is told there.
                Ok(Some(_)) if lasting.router.current().with_untracked(|route| *route == cx.check()) => lasting.router.go(&cx.status()),
                Ok(_) => absent.set(looks),
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
    let again = kept(move |_: Option<&_>| {
        application.with(|application| application.as_ref().is_some_and(|application| application.receipt.is_some()))
    });
    let failure = move || {
        let looks = look.get();
        let error = failed.get();
        if error.is_none() && !looks {
            return None;
        }
        let doubt = match &error {
            _ if looks => Some(t.submit_doubt_look),
            Some(error) => error.leaves_doubt().then_some(t.submit_doubt),
            None => None,
        };
        let words = error.map(|error| failures::words(t, cx.locale, &error));
        Some(
            el("div").attr("class", "errors").attr("id", "failed").attr("tabindex", "-1").kid(
                el("div")
                    .attr("role", "alert")
                    .kid((!looks).then(|| el("h2").kid(t.submit_failed)))
                    .kid(el("p").kid(words))
                    .kid(el("p").kid(doubt)),
            ),
        )
    };
    let words = move || match (busy.get(), again.get()) {
        (true, _) => t.submitting,
        _ if look.get() => t.submit_look,
        (false, true) => t.resubmit,
        (false, false) => t.submit,
    };
    let nothing_there = move || absent.get().then(|| notice("", t.submit_absent.to_owned(), String::new()));
    let deadline = kept(move |_: Option<&_>| {
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
        Some(
            el("section")
                .attr("class", "declare stack")
                .kid(failure)
                .kid(nothing_there)
                .kid(el("h2").kid(t.declare_title))
                .kid(el("p").kid(fill(t.declare_text, &[("date", &time::stated(cx, deadline))])))
                .kid((!lasting.capabilities.seals).then(|| el("p").kid(t.no_seals)))
                .kid(
                    el("p").kid(
                        el("button")
                            .attr("type", "button")
                            .attr("class", "btn big")
                            .attr(GRAVE, "")
                            .attr("aria-disabled", move || busy.get().then_some("true"))
                            .kid(words)
                            .on("click", send),
                    ),
                ),
        )
    })
    .show()
}
