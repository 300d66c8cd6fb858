//! What was answered, to read: by its writer with a way back to each question, or by a judge.

use leptos::prelude::*;
use opencall_core::Answers;
use opencall_core::condition::{Row, visible};
use opencall_core::programme::{Field, Kind, Step};
use serde_json::Value;

use super::cx::{Cx, Errand};
use crate::form::summary;
use crate::i18n::fill;

/// The words a judge reads in a minute.
const WORDS_A_MINUTE: usize = 220;

/// A section's answers with a way back to each question.
pub fn section(cx: Cx, answers: &Answers, step: &'static Step) -> AnyView {
    view! {
        <section class="answers">
            <h2>{step.title.get(cx.locale)}</h2>
            {fields(cx, answers, step, false)}
        </section>
    }
    .into_any()
}

/// A section as a judge sees it: what is private or was not answered is left out. Nothing where nothing remains.
pub fn section_for_judges(cx: Cx, answers: &Answers, step: &'static Step) -> AnyView {
    if !step.fields.iter().any(|field| !field.private && answers.0.contains_key(&field.id)) {
        return ().into_any();
    }
    view! {
        <section class="answers eye">
            <h2>{step.title.get(cx.locale)}</h2>
            {fields(cx, answers, step, true)}
        </section>
    }
    .into_any()
}

/// The minutes a judge needs for all of it, at least one.
pub fn reading_minutes(cx: Cx, answers: &Answers) -> usize {
    let mut words = 0;
    for field in cx
        .programme
        .steps
        .iter()
        .flat_map(|step| &step.fields)
        .filter(|field| !field.private)
    {
        if visible(cx.programme, answers, field, None) {
            count(answers.0.get(&field.id), &field.kind, &mut words);
        }
    }
    words.div_ceil(WORDS_A_MINUTE).max(1)
}

fn count(answer: Option<&Value>, kind: &Kind, words: &mut usize) {
    match (answer, kind) {
        (Some(Value::String(text)), _) => *words += text.split_whitespace().count(),
        (Some(Value::Object(parts)), Kind::Model { .. }) => parts.values().for_each(|part| count(Some(part), kind, words)),
        (Some(Value::Array(rows)), Kind::Group { fields, .. }) => {
            for row in rows {
                for field in fields.iter().filter(|field| !field.private) {
                    count(row.get(&field.id), &field.kind, words);
                }
            }
        }
        _ => {}
    }
}

/// The fields of a section, rows of groups one by one.
fn fields(cx: Cx, answers: &Answers, step: &'static Step, eye: bool) -> Vec<AnyView> {
    let mut lines = Vec::new();
    let mut list: Vec<AnyView> = Vec::new();
    for field in &step.fields {
        if !visible(cx.programme, answers, field, None) || (eye && field.private) {
            continue;
        }
        let Kind::Group { item, fields: inner, .. } = &field.kind else {
            list.extend(line(cx, step, field, answers.0.get(&field.id), &["q-", &field.id].concat(), eye));
            continue;
        };
        if !list.is_empty() {
            lines.push(view! { <dl>{std::mem::take(&mut list)}</dl> }.into_any());
        }
        let rows = summary::rows(answers, &field.id);
        if rows.is_empty() && !eye {
            list.extend(line(cx, step, field, None, &["q-", &field.id].concat(), eye));
        }
        for (index, row) in rows.iter().enumerate() {
            let Some(values) = row.as_object() else { continue };
            let title = fill(cx.t.item_n, &[("item", item.get(cx.locale)), ("n", &(index + 1).to_string())]);
            let row_id = row.get("id").and_then(Value::as_str).unwrap_or_default();
            let mut of_row = Vec::new();
            for inner_field in inner {
                let asked = visible(
                    cx.programme,
                    answers,
                    inner_field,
                    Some(Row {
                        fields: inner,
                        answers: values,
                    }),
                );
                if asked && !(eye && inner_field.private) {
                    let element = ["q-", &field.id, "-", row_id, "-", &inner_field.id].concat();
                    of_row.extend(line(cx, step, inner_field, values.get(&inner_field.id), &element, eye));
                }
            }
            lines.push(view! { <h3>{title}</h3> <dl>{of_row}</dl> }.into_any());
        }
    }
    if !list.is_empty() {
        lines.push(view! { <dl>{list}</dl> }.into_any());
    }
    lines
}

/// One answer. For judges those that say nothing are left out.
fn line(cx: Cx, step: &'static Step, field: &'static Field, answer: Option<&Value>, element: &str, eye: bool) -> Option<AnyView> {
    let label = field.label.get(cx.locale);
    let words = summary::line(cx.t, cx.locale, field, answer);
    if eye {
        let shown = view! {
            <div class="answer">
                <dt>{label}</dt>
                <dd>{words.clone()}</dd>
            </div>
        };
        return (!words.is_empty()).then(|| shown.into_any());
    }
    let value = if words.is_empty() {
        view! { <span class="nothing">{cx.t.unanswered}</span> }.into_any()
    } else {
        words.into_any()
    };
    let change = change(cx, step, element, label);
    let shown = view! {
        <div class="answer">
            <dt>{label}</dt>
            <dd>{value}</dd>
            <dd class="answer-change">{change}</dd>
        </div>
    };
    Some(shown.into_any())
}

/// The way to a question; it comes straight back.
fn change(cx: Cx, step: &'static Step, element: &str, label: &str) -> AnyView {
    if !cx.lasting.open.get_untracked() {
        return ().into_any();
    }
    let errand = Errand {
        step: step.id.clone(),
        element: element.to_owned(),
        wrong: false,
    };
    view! {
        <a
            href=[&cx.section(&step.id).path(), "#", element].concat()
            aria-label=fill(cx.t.change_what, &[("label", label)])
            on:click=move |event| run(cx, &event, &errand)
        >
            {cx.t.change}
        </a>
    }
    .into_any()
}

/// Goes to a question; clicks that mean another window are left to the browser.
pub fn run(cx: Cx, event: &leptos::ev::MouseEvent, errand: &Errand) {
    if event.button() != 0 || event.meta_key() || event.ctrl_key() || event.shift_key() || event.alt_key() {
        return;
    }
    event.prevent_default();
    cx.lasting.errand.set(Some(errand.clone()));
    cx.lasting.router.go(&cx.section(&errand.step));
}
