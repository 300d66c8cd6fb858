//! The questions asked first. Their answers last as long as the page; each that does not pass explains itself.

use leptos::prelude::*;
use opencall_core::eligibility::{Outcome, outcomes, overall};
use opencall_core::{Answers, Localised};

use super::cx::Cx;
use crate::form::{Answered, Form, Scope, Spot, field::field};
use crate::i18n::fill;
use crate::i18n::messages::plural;
use crate::ui::{errors, focus};

/// The page.
pub fn page(cx: Cx) -> AnyView {
    let (t, locale) = (cx.t, cx.locale);
    cx.title(t.eligibility);
    let answers = RwSignal::new(Answers::default());
    // One may look whether a call is for oneself at any time.
    let form = cx.form_over(Scope::Eligibility, Answered::Here(answers), Signal::derive(|| true));
    let judged = RwSignal::new(false);
    let questions: Vec<_> = cx
        .programme
        .eligibility
        .questions
        .iter()
        .map(|question| field(Spot::top(form, &question.field)))
        .collect();
    let submit = move |event: leptos::ev::SubmitEvent| {
        event.prevent_default();
        let whole = form.check();
        judged.set(whole);
        if whole {
            focus::after_drawing("#verdict".to_owned())
        } else {
            errors::take_focus()
        }
    };
    view! {
        {errors::summary(Signal::derive(move || form.error_lines()), move |n| form.errors_title(n))}
        <div class="page-head">
            <h1 tabindex="-1">{t.eligibility}</h1>
            <p class="page-intro">{cx.programme.eligibility.intro.get(locale)}</p>
            <p class="soft small">{t.eligibility_kept}</p>
        </div>
        <form novalidate on:submit=submit>
            <div class="fields">{questions}</div>
            <div class="actions hub-end">
                <button type="submit" class="btn big">
                    {t.eligibility_check}
                </button>
            </div>
        </form>
        <div class="hub-end">{move || judged.get().then(|| verdict(cx, form))}</div>
    }
    .into_any()
}

/// What the answers mean; follows them.
fn verdict(cx: Cx, form: Form) -> AnyView {
    (move || {
        let outcomes = form.with(|answers| outcomes(cx.programme, &answers.0));
        match overall(&outcomes) {
            Outcome::Pass => eligible(cx),
            Outcome::Fail => {
                let questions = &cx.programme.eligibility.questions;
                let failed = outcomes
                    .iter()
                    .zip(questions)
                    .filter(|(outcome, _)| matches!(outcome, Outcome::Fail));
                ineligible(cx, failed.map(|(_, question)| &question.explain).collect())
            }
            Outcome::Unanswered => ().into_any(),
        }
    })
    .into_any()
}

fn eligible(cx: Cx) -> AnyView {
    view! {
        <section class="verdict stack">
            <h2 id="verdict" tabindex="-1">
                {cx.t.eligible_title}
            </h2>
            <p>{plural(cx.t.eligible_text, cx.locale, cx.programme.steps.len())}</p>
            <p>
                <a class="btn big" href=cx.hub().path()>
                    {cx.t.eligible_start}
                </a>
            </p>
        </section>
    }
    .into_any()
}

fn ineligible(cx: Cx, reasons: Vec<&'static Localised>) -> AnyView {
    let reasons: Vec<_> = reasons
        .into_iter()
        .map(|reason| view! { <li>{reason.get(cx.locale)}</li> })
        .collect();
    view! {
        <section class="verdict amiss stack">
            <h2 id="verdict" tabindex="-1">
                {cx.t.ineligible_title}
            </h2>
            <ul class="call-who">{reasons}</ul>
            <p>{fill(cx.t.ineligible_text, &[("email", &cx.programme.contact)])}</p>
        </section>
    }
    .into_any()
}
