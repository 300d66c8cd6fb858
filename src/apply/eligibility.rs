//! The questions asked first. Their answers last as long as the page; each that does not pass explains itself.

use crate::ui::dom::{Show, View, el, many};
use crate::ui::kept::{kept, slot};
use opencall_core::eligibility::{Outcome, outcomes, overall};
use opencall_core::{Answers, Localised};

use super::cx::Cx;
use crate::form::{Answered, Form, Scope, Spot, field::field};
use crate::i18n::fill;
use crate::i18n::messages::plural;
use crate::ui::{errors, focus};

/// The page.
pub fn page(cx: Cx) -> View {
    let (t, locale) = (cx.t, cx.locale);
    cx.title(t.eligibility);
    let answers = slot(Answers::default());
    // One may look whether a call is for oneself at any time.
    let form = cx.form_over(Scope::Eligibility, Answered::Here(answers), kept(move |_: Option<&_>| true));
    let judged = slot(false);
    let questions: Vec<_> = cx
        .programme
        .eligibility
        .questions
        .iter()
        .map(|question| field(Spot::top(form, &question.field)))
        .collect();
    let submit = move |event: web_sys::Event| {
        event.prevent_default();
        let whole = form.check();
        judged.set(whole);
        if whole {
            focus::after_drawing("#verdict".to_owned())
        } else {
            errors::take_focus()
        }
    };
    many(vec![
        (errors::summary(Box::new(move || form.error_lines()), Box::new(move |n| form.errors_title(n)))).show(),
        el("div")
            .attr("class", "page-head")
            .kid(el("h1").attr("tabindex", "-1").kid(t.eligibility))
            .kid(el("p").attr("class", "page-intro").kid(cx.programme.eligibility.intro.get(locale)))
            .kid(el("p").attr("class", "soft small").kid(t.eligibility_kept))
            .show(),
        el("form")
            .attr("novalidate", "")
            .kid(el("div").attr("class", "fields").kid(questions))
            .kid(
                el("div").attr("class", "actions hub-end").kid(
                    el("button")
                        .attr("type", "submit")
                        .attr("class", "btn big")
                        .kid(t.eligibility_check),
                ),
            )
            .on("submit", submit)
            .show(),
        el("div")
            .attr("class", "hub-end")
            .kid(move || judged.get().then(|| verdict(cx, form)))
            .show(),
    ])
    .show()
}

/// What the answers mean; follows them.
fn verdict(cx: Cx, form: Form) -> View {
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
            Outcome::Unanswered => ().show(),
        }
    })
    .show()
}

fn eligible(cx: Cx) -> View {
    el("section")
        .attr("class", "verdict stack")
        .kid(el("h2").attr("id", "verdict").attr("tabindex", "-1").kid(cx.t.eligible_title))
        .kid(el("p").kid(plural(cx.t.eligible_text, cx.locale, cx.programme.steps.len())))
        .kid(
            el("p").kid(
                el("a")
                    .attr("class", "btn big")
                    .attr("href", cx.hub().href())
                    .kid(cx.t.eligible_start),
            ),
        )
        .show()
}

fn ineligible(cx: Cx, reasons: Vec<&'static Localised>) -> View {
    let reasons: Vec<_> = reasons.into_iter().map(|reason| el("li").kid(reason.get(cx.locale))).collect();
    el("section")
        .attr("class", "verdict amiss stack")
        .kid(el("h2").attr("id", "verdict").attr("tabindex", "-1").kid(cx.t.ineligible_title))
        .kid(el("ul").attr("class", "call-who").kid(reasons))
        .kid(el("p").kid(fill(cx.t.ineligible_text, &[("email", &cx.programme.contact)])))
        .show()
}
