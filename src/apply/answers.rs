//! What was answered, to read: by its writer with a way back to each question, or by a judge.

use crate::ui::dom::{Show, View, el, many};
use opencall_core::Answers;
use opencall_core::condition::{Row, visible};
use opencall_core::programme::{Field, Kind, Step};
use serde_json::Value;
use wasm_bindgen::JsCast;

use super::cx::{Cx, Errand};
use crate::form::summary;
use crate::i18n::fill;

/// The words a judge reads in a minute.
const WORDS_A_MINUTE: usize = 220;

/// A section's answers with a way back to each question.
pub fn section(cx: Cx, answers: &Answers, step: &'static Step) -> View {
    el("section")
        .attr("class", "answers")
        .kid(el("h2").kid(step.title.get(cx.locale)))
        .kid(fields(cx, answers, step, false))
        .show()
}

/// A section as a judge sees it: what is private or was not answered is left out. Nothing where nothing remains.
pub fn section_for_judges(cx: Cx, answers: &Answers, step: &'static Step) -> View {
    if !step.fields.iter().any(|field| !field.private && answers.0.contains_key(&field.id)) {
        return ().show();
    }
    el("section")
        .attr("class", "answers eye")
        .kid(el("h2").kid(step.title.get(cx.locale)))
        .kid(fields(cx, answers, step, true))
        .show()
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
fn fields(cx: Cx, answers: &Answers, step: &'static Step, eye: bool) -> Vec<View> {
    let mut lines = Vec::new();
    let mut list: Vec<View> = Vec::new();
    for field in &step.fields {
        if !visible(cx.programme, answers, field, None) || (eye && field.private) {
            continue;
        }
        let Kind::Group { item, fields: inner, .. } = &field.kind else {
            list.extend(line(cx, step, field, answers.0.get(&field.id), &["q-", &field.id].concat(), eye));
            continue;
        };
        if !list.is_empty() {
            lines.push(el("dl").kid(std::mem::take(&mut list)).show());
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
            lines.push(many(vec![el("h3").kid(title).show(), el("dl").kid(of_row).show()]).show());
        }
    }
    if !list.is_empty() {
        lines.push(el("dl").kid(list).show());
    }
    lines
}

/// One answer. For judges those that say nothing are left out.
fn line(cx: Cx, step: &'static Step, field: &'static Field, answer: Option<&Value>, element: &str, eye: bool) -> Option<View> {
    let label = field.label.get(cx.locale);
    let words = summary::line(cx.t, cx.locale, field, answer);
    if eye {
        let shown = el("div")
            .attr("class", "answer")
            .kid(el("dt").kid(label))
            .kid(el("dd").kid(words.clone()));
        return (!words.is_empty()).then(|| shown.show());
    }
    let value = if words.is_empty() {
        el("span").attr("class", "nothing").kid(cx.t.unanswered).show()
    } else {
        words.show()
    };
    Some(entry(label, value, change(cx, step, element, label)))
}

/// A line of a list of answers, with what one can do about it.
pub fn entry(label: &str, value: View, action: View) -> View {
    el("div")
        .attr("class", "answer")
        .kid(el("dt").kid(label))
        .kid(el("dd").kid(value))
        .kid(el("dd").attr("class", "answer-change").kid(action))
        .show()
}

/// The way to a question; it comes straight back.
fn change(cx: Cx, step: &'static Step, element: &str, label: &str) -> View {
    if !cx.lasting.open.get_untracked() {
        return ().show();
    }
    let errand = Errand {
        step: step.id.clone(),
        element: element.to_owned(),
        wrong: false,
    };
    el("a")
        .attr("href", [&cx.section(&step.id).href(), "#", element].concat())
        .attr("aria-label", fill(cx.t.change_what, &[("label", label)]))
        .kid(cx.t.change)
        .on("click", move |event| run(cx, &event, &errand))
        .show()
}

/// Goes to a question; clicks that mean another window are left to the browser.
pub fn run(cx: Cx, event: &web_sys::Event, errand: &Errand) {
    let event: &web_sys::MouseEvent = event.unchecked_ref();
    if event.button() != 0 || event.meta_key() || event.ctrl_key() || event.shift_key() || event.alt_key() {
        return;
    }
    event.prevent_default();
    cx.lasting.errand.set(Some(errand.clone()));
    cx.lasting.router.go(&cx.section(&errand.step));
}
