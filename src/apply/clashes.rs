//! Answers that two people, or two tabs, changed at once: both versions in full, with when and from which device, and a
//! choice that is theirs to make.

use crate::ui::dom::{Show, View, el};
use opencall_core::programme::{Field, Kind};
use serde_json::Value;

use super::cx::Cx;
use crate::draft::Clash;
use crate::form::summary;
use crate::i18n::fill;
use crate::i18n::intl::{self, Look};

/// The answers about which somebody has to choose, one behind the other; nothing where there are none.
pub fn clashes(cx: Cx) -> View {
    let all = cx.lasting.draft.clashes();
    (move || {
        let shown: Vec<View> = all.get().into_iter().filter_map(|clash| one(cx, clash)).collect();
        if shown.is_empty() {
            return None;
        }
        Some(
            el("div")
                .attr("class", "notice warn clashes")
                .attr("role", "status")
                .kid(el("h2").kid(cx.t.clash_title))
                .kid(el("p").kid(cx.t.clash_text))
                .kid(shown),
        )
    })
    .show()
}

fn one(cx: Cx, clash: Clash) -> Option<View> {
    let t = cx.t;
    let field = cx.programme.field(&clash.field)?;
    let (inner, label) = place(cx, field, &clash);
    let by = if clash.by.is_empty() { t.clash_elsewhere } else { &clash.by };
    let time = intl::moment(clash.at, None, cx.locale, Look::DateTime);
    let there = fill(t.clash_there, &[("device", by), ("time", &time)]);
    let version = |heading: String, value: &Value, button: &'static str, theirs: bool| {
        let words = words(cx, &clash, field, inner, value);
        let clash = clash.clone();
        el("div")
            .attr("class", "clash-version")
            .kid(el("h4").kid(heading))
            .kid(el("blockquote").kid(if words.is_empty() { t.clash_removed.to_owned() } else { words }))
            .kid(
                el("button")
                    .attr("type", "button")
                    .attr("class", "btn quiet")
                    .attr("aria-label", [button, ": ", &label].concat())
                    .kid(button)
                    .on("click", move |_| cx.lasting.draft.choose(&clash, theirs)),
            )
    };
    let shown = el("section")
        .attr("class", "clash")
        .kid(el("h3").kid(label.as_str()))
        .kid(version(t.clash_here.to_owned(), &clash.mine, t.clash_keep, false))
        .kid(version(there, &clash.theirs, t.clash_take, true));
    Some(shown.show())
}

/// The field in a row, if it is one, and what the place is called: "City", "Team member 2, Role".
fn place(cx: Cx, field: &'static Field, clash: &Clash) -> (Option<&'static Field>, String) {
    let (Kind::Group { item, fields, .. }, false) = (&field.kind, clash.row.is_empty()) else {
        return (None, field.label.get(cx.locale).to_owned());
    };
    let index = cx
        .lasting
        .draft
        .with_answers_untracked(|answers| answers.row_index(&field.id, &clash.row));
    let number = index.map_or_else(String::new, |index| (index + 1).to_string());
    let row = fill(cx.t.item_n, &[("item", item.get(cx.locale)), ("n", &number)]);
    let inner = fields.iter().find(|inner| inner.id == clash.inner);
    match inner {
        Some(inner) => (Some(inner), [&row, ", ", inner.label.get(cx.locale)].concat()),
        None => (None, row),
    }
}

/// A version in words: an answer, a row with all it holds, or the rows in their order.
fn words(cx: Cx, clash: &Clash, field: &Field, inner: Option<&Field>, value: &Value) -> String {
    if let Some(inner) = inner {
        return summary::line(cx.t, cx.locale, inner, Some(value));
    }
    let Kind::Group { fields, .. } = &field.kind else {
        return summary::line(cx.t, cx.locale, field, Some(value));
    };
    let row = |row: &Value| {
        let lines = fields.iter().map(|inner| summary::line(cx.t, cx.locale, inner, row.get(&inner.id)));
        let lines: Vec<String> = lines.filter(|line| !line.is_empty()).collect();
        // Of an order the names are enough.
        let shown = if clash.row.is_empty() { lines.len().min(1) } else { lines.len() };
        lines[..shown].join("\n")
    };
    match value {
        Value::Array(rows) => rows.iter().map(row).collect::<Vec<_>>().join("\n"),
        Value::Null => String::new(),
        one => row(one),
    }
}
