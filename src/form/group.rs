//! A repeating group: rows of fields that can be added and removed. A row is known by its own id, so that what
//! is typed stays with it when others come and go.

use crate::ui::dom::{Show, View, el, keyed};
use crate::ui::kept::{kept, slot};
use leptos::prelude::*;
use opencall_core::Localised;
use opencall_core::programme::Field;
use serde_json::{Value, json};

use super::field::{described_by, error, field, hint, label};
use super::spot::Spot;
use crate::i18n::fill;
use crate::ui::focus;

/// A row that was removed, and where it stood.
type Gone = (usize, Value);

/// The rows, and the button that adds one. As many as are needed stand there from the beginning.
pub fn control(spot: Spot, item: &'static Localised, min: u32, max: u32, fields: &'static [Field]) -> View {
    let form = spot.form;
    let gone = slot(None::<Gone>);
    let spare = StoredValue::new((0..min).map(|_| new_id()).collect::<Vec<_>>());
    let ids = kept(move |_: Option<&_>| {
        let mut ids = spot.with(row_ids);
        let missing = (min as usize).saturating_sub(ids.len());
        spare.with_value(|spare| {
            ids.extend(
                spare
                    .iter()
                    .filter(|id| !ids.contains(id))
                    .take(missing)
                    .cloned()
                    .collect::<Vec<_>>(),
            )
        });
        ids
    });
    let name = move |index: usize| fill(form.t.item_n, &[("item", item.get(form.locale)), ("n", &(index + 1).to_string())]);
    let place = move |id: &str| ids.with(|ids| ids.iter().position(|one| one == id)).unwrap_or_default();

    let remove = move |id: &str| {
        let index = untrack(|| place(id));
        let mut rows = rows(spot);
        let removed = if index < rows.len() { Some(rows.remove(index)) } else { None };
        spot.set(if rows.is_empty() { Value::Null } else { Value::Array(rows) });
        spare.update_value(|spare| spare.retain(|one| one != id));
        spare.update_value(|spare| spare.push(new_id()));
        form.announcer.say(fill(form.t.removed, &[("item", &name(index))]));
        let filled = removed.filter(|row| !blank_row(row));
        // Focus goes to what undoes it, else to what adds a row.
        let next = if filled.is_some() { "-undo" } else { "-add" };
        gone.set(filled.map(|row| (index, row)));
        focus::after_drawing(["#", &spot.id(), next].concat());
    };
    let undo = move |_| {
        let Some((index, row)) = gone.get_untracked() else {
            return;
        };
        gone.set(None);
        let mut rows = rows(spot);
        let id = row.get("id").and_then(Value::as_str).unwrap_or_default().to_owned();
        rows.insert(index.min(rows.len()), row);
        spot.set(Value::Array(rows));
        form.announcer.say(fill(form.t.restored, &[("item", &name(index))]));
        focus::after_drawing(["#", &spot.id(), "-", &id].concat());
    };
    let add = move |_| {
        let mut rows = rows(spot);
        // Rows that are only shown so far come before the new one.
        let shown = ids.get_untracked();
        rows.extend(shown.iter().skip(rows.len()).map(|id| json!({ "id": id })));
        let id = new_id();
        rows.push(json!({ "id": id }));
        let index = rows.len() - 1;
        spot.set(Value::Array(rows));
        gone.set(None);
        form.announcer.say(fill(form.t.added, &[("item", &name(index))]));
        focus::after_drawing(["#", &spot.id(), "-", &id].concat());
    };

    let row = move |id: String| {
        let heading = [&spot.id(), "-", &id].concat();
        let key = StoredValue::new(id);
        let title = move || key.with_value(|id| name(place(id)));
        let questions: Vec<_> = fields
            .iter()
            .map(|inner| field(Spot::in_row(form, spot.field, key, inner)))
            .collect();
        let can_go = move || form.open.get() && ids.with(Vec::len) > min as usize;
        el("div")
            .attr("class", "row")
            .attr("role", "group")
            .attr("aria-labelledby", heading.clone())
            .kid(
                el("div")
                    .attr("class", "row-head")
                    .kid(el("h3").attr("id", heading.clone()).attr("tabindex", "-1").kid(title))
                    .kid(move || {
                        can_go().then(|| {
                            el("button")
                                .attr("type", "button")
                                .attr("class", "link-btn")
                                .attr("aria-label", move || fill(form.t.remove_item, &[("item", &title())]))
                                .kid(form.t.remove)
                                .on("click", move |_| key.with_value(|id| remove(id)))
                        })
                    }),
            )
            .kid(questions)
            .show()
    };

    let undo_line = move || {
        gone.with(|gone| gone.as_ref().map(|(index, _)| *index)).map(|index| {
            el("div")
                .attr("class", "row-gone")
                .kid(el("span").kid(fill(form.t.removed, &[("item", &name(index))])))
                .kid(
                    el("button")
                        .attr("type", "button")
                        .attr("class", "link-btn")
                        .attr("id", [&spot.id(), "-undo"].concat())
                        .kid(form.t.undo)
                        .on("click", undo),
                )
        })
    };
    let add_button = move || {
        if !form.open.get() {
            return ().show();
        }
        if ids.with(Vec::len) >= max as usize {
            return el("p")
                .attr("class", "field-hint")
                .kid(fill(form.t.add_full, &[("n", &max.to_string())]))
                .show();
        }
        el("button")
            .attr("type", "button")
            .attr("class", "btn quiet")
            .attr("id", [&spot.id(), "-add"].concat())
            .kid(fill(form.t.add_item, &[("item", item.get(form.locale))]))
            .on("click", add)
            .show()
    };

    el("fieldset")
        .attr("class", move || if spot.problem("").is_some() { "field wrong" } else { "field" })
        .attr("id", spot.id())
        .attr("aria-describedby", described_by(spot, ""))
        .kid(el("legend").attr("class", "field-label").kid(el("h2").kid(label(spot))))
        .kid(hint(spot))
        .kid(error(spot, ""))
        .kid(el("div").attr("class", "rows").kid(keyed(move || ids.get(), row)).kid(undo_line))
        .kid(el("div").attr("class", "rows-add").kid(add_button))
        .show()
}

/// The rows as they are now.
fn rows(spot: Spot) -> Vec<Value> {
    spot.with_untracked(|value| value.and_then(Value::as_array).cloned())
        .unwrap_or_default()
}

/// The ids of the rows of an answer.
fn row_ids(value: Option<&Value>) -> Vec<String> {
    let rows = value.and_then(Value::as_array).map(Vec::as_slice).unwrap_or_default();
    rows.iter()
        .filter_map(|row| row.get("id").and_then(Value::as_str).map(str::to_owned))
        .collect()
}

/// Whether nothing was answered in a row.
fn blank_row(row: &Value) -> bool {
    row.as_object()
        .is_none_or(|row| row.iter().all(|(name, answer)| name == "id" || blank(answer)))
}

/// Whether an answer says nothing, whatever its kind.
fn blank(answer: &Value) -> bool {
    match answer {
        Value::Null => true,
        Value::String(text) => text.trim().is_empty(),
        Value::Object(parts) => parts.values().all(blank),
        Value::Array(chosen) => chosen.is_empty(),
        _ => false,
    }
}

/// An id for a row: it has to differ from those of a handful of others.
fn new_id() -> String {
    let mut n = (js_sys::Math::random() * f64::from(u32::MAX)) as u32;
    let digits: String = std::iter::repeat_with(|| {
        let digit = char::from_digit(n % 36, 36).unwrap_or('0');
        n /= 36;
        digit
    })
    .take(6)
    .collect();
    ["r", &digits].concat()
}
