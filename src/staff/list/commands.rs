//! What the palette offers of the list: what changes the address can be done from every page, the rest where the list is shown.

use leptos::prelude::*;
use opencall_core::contract::staff::ExportFormat;
use opencall_core::role::Permission;
use opencall_table::schema::PEOPLE;
use opencall_table::{Kind, Query, Sort};

use super::grid::GridAct;
use super::state::State;
use super::{Asking, List, Selection, bulk, cells, export};
use crate::i18n::fill;
use crate::staff::address::Page;
use crate::staff::cx::Cx;
use crate::staff::palette::Command;
use crate::ui::focus;

/// Changes what the list shows, from whichever page.
pub fn change(cx: Cx, change: impl FnOnce(&mut State)) {
    let params = {
        let table = cx.rows.table();
        let table = table.borrow();
        let state = State::parse(table.schema(), &here(cx)).changed(change);
        state.params(table.schema())
    };
    cx.nav.go(Page::Applications, &params);
}

/// The list's query, wherever one is.
fn here(cx: Cx) -> String {
    match cx.nav.page().get_untracked() {
        Page::Applications => cx.nav.query().get_untracked(),
        _ => String::new(),
    }
}

/// Orders, filters and the kind of table.
pub fn anywhere(cx: Cx) -> Vec<Command> {
    let s = cx.s;
    let table = cx.rows.table();
    let table = table.borrow();
    let schema = table.schema();
    let state = State::parse(schema, &here(cx));
    let mut all = Vec::new();
    let plain = state.page.is_some();
    all.push(
        Command::new("", if plain { s.grid_mode } else { s.pages_mode }, move || {
            change(cx, |state| state.page = (!plain).then_some(1))
        })
        .also(s.also_pages),
    );
    if state.query != Query::default() {
        all.push(Command::new("", s.clear_all, move || {
            change(cx, |state| state.query = Query::default())
        }));
    }
    let columns = || (0..schema.columns.len()).filter(|column| *column != PEOPLE);
    for column in columns() {
        let name = cells::label(cx, schema, column);
        for (descending, words) in [(false, s.sort_up), (true, s.sort_down)] {
            let sort = Sort { column, descending };
            if state.query.sort != [sort] {
                all.push(Command::new(s.sort, fill(words, &[("column", &name)]), move || {
                    change(cx, |state| state.query.sort = vec![sort])
                }));
            }
        }
    }
    for column in columns() {
        let name = cells::label(cx, schema, column);
        let values = match &schema.columns[column].kind {
            Kind::One(options) | Kind::Many(options) => options.as_slice(),
            Kind::Open => table.known(column),
            _ => continue,
        };
        for value in values.iter().map(|value| Some(value.clone())).chain([None]) {
            let words = [&name, ": ", &cells::value_name(cx, schema, column, value.as_deref())].concat();
            let words = if state.query.has(column, value.as_deref()) {
                fill(s.filter_drop, &[("filter", &words)])
            } else {
                words
            };
            all.push(Command::new(s.filter_add, words, move || {
                change(cx, |state| state.query.toggle(column, value.as_deref()))
            }));
        }
    }
    all
}

/// What can be done in the list now.
pub fn here_and_now(list: List) -> Vec<Command> {
    let cx = list.cx;
    let s = cx.s;
    let ask = move |asking: Asking| move || list.asking.set(asking.clone());
    let mut all = vec![
        Command::new("", s.search, || focus::after_drawing("#search".to_owned())).keys("/"),
        Command::new("", s.filter_add, ask(Asking::Filter)),
        Command::new("", s.columns, ask(Asking::Columns)),
    ];
    let selected = list.selection.with_untracked(Selection::len);
    if selected > 0 && cx.may(Permission::MoveApplications) {
        for to in bulk::targets(list) {
            let words = fill(s.move_to, &[("status", cells::status_name(cx, to))]);
            all.push(Command::new(s.also_selected, words, ask(Asking::Move(to))));
        }
    }
    if list.has_changes() {
        all.push(Command::new("", s.take_changes, move || list.put_in_order()));
    }
    if selected < list.order.with_value(|order| order.len()) {
        all.push(Command::new("", s.key_all, move || list.act(GridAct::SelectAll)).keys("Ctrl A"));
    }
    if selected > 0 {
        all.push(Command::new("", s.select_none, move || list.selection.update(Selection::clear)));
    }
    if cx.may(Permission::Export) {
        for (what, words) in export::scopes(list) {
            for format in [ExportFormat::Csv, ExportFormat::Json] {
                let words = [words, ": ", crate::staff::export::name(format)].concat();
                all.push(Command::new("", words, move || export::start(list, what, format)).also(s.also_export));
            }
        }
    }
    if cx.may(Permission::ExtendDeadlines) {
        all.push(Command::new("", s.extend_all, ask(Asking::Deadline(None))));
    }
    all.push(Command::new("", s.help, ask(Asking::Help)).also(s.also_help).keys("?"));
    all
}
