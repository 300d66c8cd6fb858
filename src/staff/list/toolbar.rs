//! Search, filters and columns.

use leptos::prelude::*;
use opencall_table::schema::{PEOPLE, STATUS};
use opencall_table::{Kind, Query, Test};
use wasm_bindgen::JsCast;

use super::{Asking, List, applications, cells};
use crate::i18n::fill;
use crate::i18n::messages::grouped;
use crate::ui::dialog;
use crate::ui::dom::{Show, View, el, input_of, many};
use crate::ui::kept::{Slot, kept, slot};

const DAY: f64 = 86_400_000.0;

/// The line above the table.
pub fn toolbar(list: List) -> View {
    let cx = list.cx;
    let s = cx.s;
    let search = el("input")
        .attr("id", "search")
        .attr("type", "search")
        .attr("placeholder", s.search)
        .attr("aria-label", s.search)
        .attr("autocomplete", "off")
        .attr("spellcheck", "false")
        .value(move || list.state.with(|state| state.query.search.clone()))
        .on("input", move |event| {
            if let Some(input) = input_of(&event) {
                list.change(false, |state| state.query.search = input.value());
            }
        })
        .on("keydown", move |event| {
            let event: &web_sys::KeyboardEvent = event.unchecked_ref();
            if matches!(event.key().as_str(), "ArrowDown" | "Enter") {
                event.prevent_default();
                list.focus_table();
            }
        });
    let button = |words: &'static str, asking: Asking| {
        el("button")
            .attr("type", "button")
            .attr("class", "btn quiet")
            .kid(words)
            .on("click", move |_| list.asking.set(asking.clone()))
    };
    let found = move || {
        list.ordered.get();
        let (shown, all) = (list.order.with_value(|order| order.len()), cx.rows.table().borrow().len());
        if shown == all {
            applications(cx, all)
        } else {
            let number = |n: usize| grouped(&n.to_string(), cx.locale);
            fill(s.found_of, &[("n", &number(shown)), ("all", &number(all))])
        }
    };
    let may_extend = cx.may(opencall_core::role::Permission::ExtendDeadlines);
    many(vec![
        el("div")
            .attr("class", "toolbar")
            .attr("role", "search")
            .kid(search)
            .kid(super::views::button(list))
            .kid(button(s.filter_add, Asking::Filter))
            .kid(button(s.columns, Asking::Columns))
            .kid(may_extend.then(|| button(s.extend_all, Asking::Deadline(None))))
            .kid(
                el("button")
                    .attr("type", "button")
                    .attr("class", "btn quiet")
                    .attr("aria-pressed", move || if list.is_plain() { "true" } else { "false" })
                    .kid(s.pages_mode)
                    .on("click", move |_| {
                        list.change(true, |state| state.page = state.page.is_none().then_some(1))
                    }),
            )
            .kid(super::export::buttons(list, super::export::What::Shown))
            .kid(el("span").attr("class", "found").attr("role", "status").kid(found))
            .kid(chips(list))
            .show(),
    ])
}

/// The filters there are, each to be taken away.
fn chips(list: List) -> View {
    let cx = list.cx;
    let filters = kept(move |_: Option<&Vec<opencall_table::Filter>>| list.state.with(|state| state.query.filters.clone()));
    (move || {
        let table = cx.rows.table();
        let table = table.borrow();
        let schema = table.schema();
        let filters = filters.get();
        let any = filters.len();
        let chip = |filter: &opencall_table::Filter| {
            let column = filter.column;
            let words = [&cells::label(cx, schema, column), ": ", &words(list, column, &filter.test)].concat();
            el("span")
                .attr("class", "chip")
                .kid(words.clone())
                .kid(
                    el("button")
                        .attr("type", "button")
                        .attr("class", "icon-btn")
                        .attr("aria-label", fill(cx.s.filter_drop, &[("filter", &words)]))
                        .kid("×")
                        .on("click", move |_| list.change(true, |state| state.query.filter(column, None))),
                )
                .show()
        };
        let chips: Vec<View> = filters.iter().map(chip).collect();
        el("div")
            .attr("class", "chips")
            .kid(chips)
            .kid((any > 1).then(|| {
                el("button")
                    .attr("type", "button")
                    .attr("class", "link-btn")
                    .kid(cx.s.clear_all)
                    .on("click", move |_| {
                        list.change(true, |state| state.query.filters = Query::default().filters)
                    })
            }))
            .show()
    })
    .show()
}

/// What a filter asks for, in words.
fn words(list: List, column: usize, test: &Test) -> String {
    let cx = list.cx;
    let table = cx.rows.table();
    let table = table.borrow();
    let schema = table.schema();
    match test {
        Test::AnyOf(values) => values
            .iter()
            .map(|value| cells::value_name(cx, schema, column, value.as_deref()))
            .collect::<Vec<_>>()
            .join(", "),
        Test::Present(true) => cx.s.present.to_owned(),
        Test::Present(false) => cx.s.missing.to_owned(),
        Test::Between(from, to) => {
            let time = schema.columns[column].kind == Kind::Time;
            let end = |end: &Option<f64>, last: bool| match end {
                None => "…".to_owned(),
                Some(end) if time => {
                    // The last millisecond of a day is said as that day.
                    let at = opencall_core::Timestamp::from_millis(if last { *end as i64 - 1 } else { *end as i64 });
                    crate::i18n::intl::short(at, "UTC", cx.locale, false)
                }
                Some(end) => grouped(&end.to_string(), cx.locale),
            };
            [&end(from, false), " – ", &end(to, true)].concat()
        }
    }
}

/// The dialog for a new filter.
pub fn filter(list: List) -> View {
    let cx = list.cx;
    let s = cx.s;
    let close = move || list.asking.set(Asking::Nothing);
    let table = cx.rows.table();
    let names: Vec<(usize, String)> = {
        let table = table.borrow();
        let schema = table.schema();
        (0..schema.columns.len())
            .filter(|column| *column != PEOPLE && !matches!(schema.columns[*column].kind, Kind::Text))
            .map(|column| (column, cells::label(cx, schema, column)))
            .collect()
    };
    let column = slot(STATUS);
    let options: Vec<View> = names
        .into_iter()
        .map(|(place, name)| el("option").attr("value", place.to_string()).kid(name).show())
        .collect();
    let which = el("div")
        .attr("class", "field")
        .kid(el("label").attr("for", "filter-column").kid(s.filter_by))
        .kid(
            el("select")
                .attr("id", "filter-column")
                .kid(options)
                .value(move || column.get().to_string())
                .on("change", move |event| {
                    let value = event
                        .target()
                        .and_then(|target| target.dyn_into::<web_sys::HtmlSelectElement>().ok())
                        .and_then(|select| select.value().parse().ok());
                    if let Some(value) = value {
                        column.set(value);
                    }
                }),
        );
    let values = move || {
        let column = column.get();
        untrack(|| match cx.rows.table().borrow().schema().columns[column].kind {
            Kind::Number => between(list, column, false),
            Kind::Time => between(list, column, true),
            _ => ticks(list, column),
        })
    };
    let inside = many(vec![
        which.show(),
        values.show(),
        el("div")
            .attr("class", "row-actions")
            .kid(
                el("button")
                    .attr("type", "button")
                    .attr("class", "btn")
                    .kid(s.done)
                    .on("click", move |_| close()),
            )
            .show(),
    ]);
    dialog::dialog("", s.filter_add.to_owned(), cx.t.close, inside, close)
}

/// Values with how many there are of each, to be ticked. What is ticked holds at once.
fn ticks(list: List, column: usize) -> View {
    let cx = list.cx;
    let table = cx.rows.table();
    let table = table.borrow();
    let schema = table.schema();
    let counts = list.state.with_untracked(|state| table.counts(column, &state.query));
    let names: Vec<String> = match schema.columns[column].kind {
        Kind::Open => table.known(column).to_vec(),
        _ => schema.columns[column].options().to_vec(),
    };
    let mut values: Vec<(Option<String>, u32)> = names.into_iter().map(Some).zip(counts.values).collect();
    values.push((None, counts.missing));
    let chosen = |value: Option<&str>| list.state.with_untracked(|state| state.query.has(column, value));
    values.retain(|(value, n)| *n > 0 || chosen(value.as_deref()));
    values.sort_by_key(|(_, n)| std::cmp::Reverse(*n));
    let tick = |(at, (value, n)): (usize, &(Option<String>, u32))| {
        let (id, now) = (format!("value-{at}"), value.clone());
        let change = value.clone();
        el("li")
            .attr("class", "tick-line")
            .kid(
                el("input")
                    .attr("type", "checkbox")
                    .attr("id", id.clone())
                    .checked(move || list.state.with(|state| state.query.has(column, now.as_deref())))
                    .on("change", move |_| {
                        list.change(true, |state| state.query.toggle(column, change.as_deref()))
                    }),
            )
            .kid(
                el("label")
                    .attr("for", id)
                    .kid(cells::value_name(cx, schema, column, value.as_deref())),
            )
            .kid(el("span").attr("class", "soft").kid(grouped(&n.to_string(), cx.locale)))
            .show()
    };
    let lines: Vec<View> = values.iter().enumerate().map(tick).collect();
    el("ul").attr("class", "ticks").kid(lines).show()
}

/// From and to: numbers, or days.
fn between(list: List, column: usize, days: bool) -> View {
    let s = list.cx.s;
    let now = list.state.with_untracked(|state| match state.query.filter_of(column) {
        Some(Test::Between(from, to)) => (*from, *to),
        _ => (None, None),
    });
    let shown = |end: Option<f64>, last: bool| match end {
        None => String::new(),
        Some(end) if days => {
            let at = opencall_core::Timestamp::from_millis(if last { end as i64 - 1 } else { end as i64 });
            at.to_string().chars().take(10).collect()
        }
        Some(end) => end.to_string(),
    };
    let ends = slot((shown(now.0, false), shown(now.1, true)));
    let apply = move || {
        let (from, to) = ends.get_untracked();
        let read = |text: &str, last: bool| {
            if days {
                // A day ends where the next begins.
                let day = opencall_core::Timestamp::parse(&[text, "T00:00:00Z"].concat())?.millis() as f64;
                Some(if last { day + DAY } else { day })
            } else {
                text.trim().parse().ok()
            }
        };
        let (from, to) = (read(&from, false), read(&to, true));
        let test = (from.is_some() || to.is_some()).then_some(Test::Between(from, to));
        list.change(true, |state| state.query.filter(column, test));
    };
    let input = |id: &'static str, label: &'static str, first: bool, ends: Slot<(String, String)>| {
        el("div").attr("class", "field").kid(el("label").attr("for", id).kid(label)).kid(
            el("input")
                .attr("id", id)
                .attr("type", if days { "date" } else { "text" })
                .attr("inputmode", if days { "none" } else { "decimal" })
                .value(move || ends.with(|ends| if first { ends.0.clone() } else { ends.1.clone() }))
                .on("change", move |event| {
                    if let Some(input) = input_of(&event) {
                        ends.update(|ends| if first { ends.0 = input.value() } else { ends.1 = input.value() });
                        apply();
                    }
                }),
        )
    };
    el("div")
        .attr("class", "row-actions")
        .kid(input("filter-from", s.from, true, ends))
        .kid(input("filter-to", s.to, false, ends))
        .show()
}

/// The dialog for columns: which, in which order.
pub fn columns(list: List) -> View {
    let cx = list.cx;
    let s = cx.s;
    let close = move || list.asking.set(Asking::Nothing);
    let lines = move || {
        let shown = list.state.with(|state| state.columns.clone());
        let table = cx.rows.table();
        let table = table.borrow();
        let schema = table.schema();
        let hidden = (0..schema.columns.len()).filter(|column| *column != PEOPLE && !shown.iter().any(|(one, _)| one == column));
        let all: Vec<usize> = shown.iter().map(|(column, _)| *column).chain(hidden).collect();
        let count = shown.len();
        let line = |(at, column): (usize, usize)| {
            let name = cells::label(cx, schema, column);
            let id = format!("column-{column}");
            let usual = super::state::usual_width(schema, column);
            let visible = at < count;
            let toggle = move |_| {
                list.change(true, |state| match state.columns.iter().position(|(one, _)| *one == column) {
                    Some(place) if state.columns.len() > 1 => {
                        state.columns.remove(place);
                    }
                    Some(_) => {}
                    None => state.columns.push((column, usual)),
                });
                crate::ui::focus::after_drawing(format!("#column-{column}"));
            };
            let step = |by: isize, words: &'static str, sign: &'static str, possible: bool| {
                let id = format!("column-{column}-{by}");
                let again = format!("#{id}");
                el("button")
                    .attr("type", "button")
                    .attr("class", "icon-btn")
                    .attr("id", id)
                    .attr("aria-label", fill(words, &[("column", &name)]))
                    .attr("aria-disabled", (!possible).then_some("true"))
                    .kid(sign)
                    .on("click", move |_| {
                        if possible {
                            list.change(true, |state| state.columns.swap(at, at.saturating_add_signed(by)));
                            crate::ui::focus::after_drawing(again.clone());
                        }
                    })
            };
            el("li")
                .attr("class", "tick-line")
                .kid(
                    el("input")
                        .attr("type", "checkbox")
                        .attr("id", id.clone())
                        .checked(move || visible)
                        .on("change", toggle),
                )
                .kid(el("label").attr("for", id).kid(name.clone()))
                .kid(visible.then(|| {
                    many(vec![
                        step(-1, s.column_up, "↑", at > 0).show(),
                        step(1, s.column_down, "↓", at + 1 < count).show(),
                    ])
                }))
                .show()
        };
        let lines: Vec<View> = all.into_iter().enumerate().map(line).collect();
        el("ul").attr("class", "ticks").kid(lines).show()
    };
    let usual = move |_| {
        let table = cx.rows.table();
        let usual = super::state::usual(table.borrow().schema());
        list.change(true, |state| state.columns = usual);
    };
    let inside = many(vec![
        el("p").attr("class", "small soft").kid(s.columns_how).show(),
        lines.show(),
        el("div")
            .attr("class", "row-actions")
            .kid(
                el("button")
                    .attr("type", "button")
                    .attr("class", "btn")
                    .kid(s.done)
                    .on("click", move |_| close()),
            )
            .kid(
                el("button")
                    .attr("type", "button")
                    .attr("class", "link-btn")
                    .kid(s.columns_usual)
                    .on("click", usual),
            )
            .show(),
    ]);
    dialog::dialog("", s.columns.to_owned(), cx.t.close, inside, close)
}
