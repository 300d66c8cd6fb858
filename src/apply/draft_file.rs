//! The draft as a file: downloaded here, opened elsewhere; and what the form has no place for.

use crate::ui::dom::{Show, View, el, input_of, many};
use crate::ui::kept::slot;
use leptos::task::spawn_local;
use opencall_core::draft_file::{Aside, Unreadable};
use opencall_core::pointer;
use serde_json::Value;
use wasm_bindgen_futures::JsFuture;

use super::answers::entry;
use super::cx::Cx;
use crate::draft::Opened;
use crate::i18n::fill;
use crate::i18n::intl::{self, Look};
use crate::i18n::messages::plural;
use crate::ui::download;

/// The most bytes a draft file may have; ours have some ten thousand.
const MOST: f64 = 2_000_000.0;

/// Downloading the draft and opening one, on the hub.
pub fn draft_file(cx: Cx) -> View {
    let t = cx.t;
    let draft = cx.lasting.draft;
    let said = slot(String::new());
    let save = move |_| {
        download::text(
            &[cx.programme.id.as_str(), "-draft.json"].concat(),
            "application/json",
            &draft.to_file(),
        )
    };
    let open = move |event: web_sys::Event| {
        let Some(input) = input_of(&event) else { return };
        let Some(file) = input.files().and_then(|files| files.get(0)) else {
            return;
        };
        said.set(String::new());
        spawn_local(async move {
            let name = file.name();
            let text = if file.size() > MOST {
                None
            } else {
                JsFuture::from(file.text()).await.ok()
            };
            let outcome = text
                .and_then(|text| text.as_string())
                .ok_or(Unreadable::NotDraftFile)
                .and_then(|text| draft.open_file(cx.programme, &name, &text));
            said.set(outcome_words(cx, &name, outcome));
            // The same file may be chosen again.
            input.set_value("");
        });
    };
    let opening = move || {
        cx.lasting.open.get().then(|| {
            many(vec![
                el("input")
                    .attr("class", "vh")
                    .attr("id", "draft-file")
                    .attr("type", "file")
                    .attr("accept", "application/json,.json")
                    .on("change", open)
                    .show(),
                el("label")
                    .attr("class", "btn quiet")
                    .attr("for", "draft-file")
                    .kid(t.draft_file_open)
                    .show(),
            ])
        })
    };
    let exists = draft.exists();
    let saving = move || {
        exists.get().then(|| {
            el("button")
                .attr("type", "button")
                .attr("class", "btn quiet")
                .kid(t.draft_file_save)
                .on("click", save)
        })
    };
    el("section")
        .attr("class", "aside stack screen")
        .attr("id", "file")
        .kid(el("h2").kid(t.draft_file_title))
        .kid(el("p").kid(t.draft_file_text))
        .kid(el("div").attr("class", "actions").kid(saving).kid(opening))
        .kid(el("p").attr("role", "status").kid(move || said.get()))
        .kid(kept_aside(cx))
        .show()
}

fn outcome_words(cx: Cx, name: &str, outcome: Result<Opened, Unreadable>) -> String {
    let t = cx.t;
    let opened = match outcome {
        Ok(opened) => opened,
        Err(Unreadable::NotDraftFile) => return fill(t.draft_file_not, &[("name", name)]),
        Err(Unreadable::Newer) => return fill(t.draft_file_newer, &[("name", name)]),
    };
    let time = intl::moment(opened.saved_at, None, cx.locale, Look::DateTime);
    let taken = plural(t.draft_file_taken, cx.locale, opened.taken);
    let mut words = fill(&taken, &[("name", name), ("time", &time)]);
    let other = opened.programme != cx.programme.id;
    for (holds, more) in [(opened.clashes, t.draft_file_clashes), (other, t.draft_file_other)] {
        if holds {
            words.push(' ');
            words.push_str(more);
        }
    }
    words
}

/// What was written and has no place in the form; nothing where there is none.
fn kept_aside(cx: Cx) -> View {
    let t = cx.t;
    let draft = cx.lasting.draft;
    (move || {
        let aside = draft.aside().get();
        if aside.is_empty() {
            return None;
        }
        let line = |one: Aside| {
            let (label, value) = (label(cx, &one.pointer), words(cx, &one.value));
            let remove = el("button")
                .attr("type", "button")
                .attr("class", "link-btn")
                .attr("aria-label", [t.aside_remove, ": ", &label].concat())
                .kid(t.aside_remove)
                .on("click", move |_| draft.remove_aside(&one));
            entry(&label, value.show(), remove.show())
        };
        Some(many(vec![
            el("h3").kid(t.aside_title).show(),
            el("p").kid(t.aside_text).show(),
            el("dl")
                .attr("class", "answers")
                .kid(aside.into_iter().map(line).collect::<Vec<_>>())
                .show(),
        ]))
    })
    .show()
}

/// What a place is called: the question where it is known, else as the file calls it.
fn label(cx: Cx, at: &str) -> String {
    let mut parts = at.split('/').skip(1).map(pointer::unescape);
    let first = parts.next().unwrap_or_default();
    let mut label = cx
        .programme
        .field(&first)
        .map_or(first, |field| field.label.get(cx.locale).to_owned());
    for part in parts {
        label.push_str(" · ");
        match part.parse::<usize>() {
            Ok(index) => label.push_str(&(index + 1).to_string()),
            Err(_) => label.push_str(&part),
        }
    }
    label
}

/// What was written, whatever shape it has; of a file its name.
fn words(cx: Cx, value: &Value) -> String {
    let all = |values: &mut dyn Iterator<Item = &Value>| {
        let lines: Vec<String> = values.map(|value| words(cx, value)).filter(|words| !words.is_empty()).collect();
        lines.join("\n")
    };
    match value {
        Value::Null => String::new(),
        Value::Bool(true) => cx.t.yes.to_owned(),
        Value::Bool(false) => cx.t.no.to_owned(),
        Value::String(text) => text.clone(),
        Value::Number(_) => crate::json::compact(value),
        Value::Array(items) => all(&mut items.iter()),
        Value::Object(members) if members.contains_key("sha256") => members.get("name").map(|name| words(cx, name)).unwrap_or_default(),
        Value::Object(members) => all(&mut members.iter().filter(|(name, _)| *name != "id").map(|(_, member)| member)),
    }
}
