//! All applications: what they come to, the table, one beside it.
//!
//! - [`state`]: what the address says; [`selection`]: which are selected.
//! - [`overview`]: figures and charts, each a filter; [`chart`]: the arrivals.
//! - [`toolbar`]: search, filters, columns; [`views`]: what of it was saved; [`bulk`]: what is done with many; [`export`]: what is taken out.
//! - [`grid`]: the table itself; [`window`]: which rows are drawn; [`keys`]: what keys do; [`cells`]: what stands in cells.
//! - [`pages`]: the plain table instead; [`paging`]: which rows a page has.
//! - [`commands`]: what the palette offers of all this.

mod bulk;
pub mod cells;
mod chart;
pub mod commands;
mod export;
mod grid;
mod help;
mod keys;
mod overview;
mod pages;
mod paging;
mod selection;
mod state;
mod toolbar;
mod views;
mod window;

use std::cell::RefCell;
use std::rc::Rc;

use leptos::ev;
use leptos::prelude::*;
use opencall_core::Timestamp;
use opencall_table::query::Sort;
use opencall_table::schema::UPDATED;
use opencall_table::{Query, Table};
use wasm_bindgen::JsCast;

use super::address::Page;
use super::cx::Cx;
use super::data::{Fresh, Load};
use super::one;
use crate::i18n::messages::{grouped, plural};
use crate::i18n::{failures, fill, intl};
use crate::ui::dom::{Show, View, el, later, many};
use crate::ui::kept::{Kept, Slot, kept, slot};
use cells::Writer;
use grid::{Content, Grid, GridAct, Head, Source};
use selection::Selection;
use state::State;

/// The list with everything that belongs to it.
#[derive(Clone, Copy)]
pub struct List {
    cx: Cx,
    /// What the address says.
    state: Kept<State>,
    /// The rows shown, in order.
    order: StoredValue<Rc<Vec<u32>>, LocalStorage>,
    /// Counts how often there was another order.
    ordered: Slot<u64>,
    /// The changes that were there when the rows were put in order.
    seen: Slot<u64>,
    selection: Slot<Selection>,
    grid: StoredValue<Option<Grid>, LocalStorage>,
    asking: Slot<Asking>,
    views: views::Views,
    /// The last move, while it can be undone.
    done: Slot<Option<bulk::Done>>,
}

/// Which dialog is open.
#[derive(Clone, Debug, PartialEq)]
enum Asking {
    Nothing,
    Columns,
    Filter,
    Views,
    Move(opencall_core::Status),
    Deadline(Option<String>),
    Help,
}

/// The page.
pub fn page(cx: Cx) -> View {
    let query = cx.nav.query();
    let table = cx.rows.table();
    let schema = table.borrow().schema().clone();
    let list = List {
        cx,
        state: kept(move |_: Option<&State>| State::parse(&schema, &query.get())),
        order: StoredValue::new_local(Rc::default()),
        ordered: slot(0),
        seen: slot(0),
        selection: slot(Selection::default()),
        grid: StoredValue::new_local(None),
        asking: slot(Asking::Nothing),
        views: views::Views::new(),
        done: slot(None),
    };
    list.views.load(list);
    list.follow();
    list.hear_keys();
    cx.palette.offer(move || commands::here_and_now(list));
    let beside = kept(move |_: Option<&bool>| list.state.with(|state| state.open.is_some()));
    let opened = kept(move |_: Option<&Option<String>>| list.state.with(|state| state.open.clone()));
    let plain = kept(move |_: Option<&bool>| list.is_plain());
    let body = el("div")
        .attr("class", move || {
            [
                "list-body",
                if beside.get() { " beside" } else { "" },
                if plain.get() { " plain" } else { "" },
            ]
            .concat()
        })
        .kid(table_or_why_not(list))
        .kid(move || {
            opened
                .get()
                .map(|reference| untrack(|| one::panel(cx, &reference, move || list.open(None), move |status| list.moved_one(status))))
        });
    el("div")
        .attr("class", "list")
        .kid(
            el("div")
                .attr("class", "overview")
                .kid(el("h1").attr("class", "vh").attr("tabindex", "-1").kid(cx.s.applications))
                .kid(overview::overview(list)),
        )
        .kid(toolbar::toolbar(list))
        .kid(body)
        .kid(el("div").attr("class", "stack").kid(bulk::bar(list)).kid(foot(list)))
        .kid(move || {
            let asking = list.asking.get();
            untrack(|| match asking {
                Asking::Nothing => ().show(),
                Asking::Columns => toolbar::columns(list),
                Asking::Filter => toolbar::filter(list),
                Asking::Views => views::dialog(list),
                Asking::Move(to) => bulk::dialog(list, to),
                Asking::Deadline(reference) => one::deadline(cx, reference, move || list.asking.set(Asking::Nothing)),
                Asking::Help => help::dialog(list),
            })
        })
        .show()
}

impl List {
    /// The rows follow the address, and while they are loaded what is loaded.
    fn follow(self) {
        let asked = kept(move |_: Option<&Query>| self.state.with(|state| state.query.clone()));
        let mut first = true;
        later(move || {
            asked.get();
            untrack(|| self.put_in_order());
            if !std::mem::take(&mut first) {
                self.with_grid(Grid::to_top);
            }
        });
        let rows = self.cx.rows;
        later(move || {
            rows.version();
            untrack(|| {
                let loading = rows.load() != Load::Ready;
                // Live changes move nothing by themselves: the rows stay, what stands in them changes.
                if loading || self.order.with_value(|order| order.is_empty()) {
                    self.put_in_order();
                } else {
                    self.with_grid(Grid::refresh);
                }
            });
        });
        later(move || {
            if matches!(rows.load(), Load::Ready) {
                untrack(|| self.put_in_order());
            }
        });
        // Other columns, another selection, another one open: the same rows are drawn anew.
        later(move || {
            self.state.with(|_| ());
            self.selection.with(|_| ());
            untrack(|| self.with_grid(Grid::refresh));
        });
    }

    /// Puts the rows in order as they are now.
    fn put_in_order(self) {
        let query = self.effective();
        let table = self.cx.rows.table();
        let order = Rc::new(table.borrow().select(&query));
        self.order.set_value(order.clone());
        self.seen.set(self.cx.rows.version());
        self.ordered.update(|count| *count += 1);
        self.with_grid(|grid| {
            grid.keep_cursor(|reference| {
                let row = table.borrow().find(reference)?;
                order.iter().position(|one| *one == row)
            });
            grid.refresh();
        });
    }

    /// What is asked for; the latest change first where no order is.
    fn effective(self) -> Query {
        let mut query = self.state.with_untracked(|state| state.query.clone());
        if query.sort.is_empty() {
            query.sort.push(Sort {
                column: UPDATED,
                descending: true,
            });
        }
        query
    }

    fn with_grid(self, act: impl FnOnce(&Grid)) {
        // The grid itself asks back: it must not be held meanwhile.
        if let Some(grid) = self.grid.try_with_value(Clone::clone).flatten() {
            act(&grid);
        }
    }

    /// Changes the state, and with it the address; `new` leaves the one before to the browser's Back.
    fn change(self, new: bool, change: impl FnOnce(&mut State)) {
        let state = self.state.get_untracked().changed(change);
        let params = state.params(self.cx.rows.table().borrow().schema());
        if new {
            self.cx.nav.go(Page::Applications, &params);
        } else {
            self.cx.nav.refine(&params);
        }
    }

    /// Opens an application beside the list, or closes it.
    fn open(self, reference: Option<String>) {
        let before = self.state.with_untracked(|state| state.open.clone());
        let closing = reference.is_none();
        self.change(true, |state| state.open = reference);
        match before {
            _ if !untrack(|| self.is_plain()) => {
                if closing {
                    self.with_grid(Grid::focus);
                }
            }
            // Whoever follows a link is taken there, and back.
            Some(before) if closing => pages::focus_link(&before),
            _ => crate::ui::focus::after_drawing(".one".to_owned()),
        }
    }

    /// Whether the plain table is shown; reactive.
    fn is_plain(self) -> bool {
        self.state.with(|state| state.page.is_some())
    }

    /// Whether something has changed since the rows were put in order; reactive.
    fn has_changes(self) -> bool {
        self.cx.rows.version() != self.seen.get() && self.cx.rows.load() == Load::Ready
    }

    /// Puts the focus on the table, whichever is shown.
    fn focus_table(self) {
        if untrack(|| self.is_plain()) {
            pages::focus_table();
        } else {
            self.with_grid(Grid::focus);
        }
    }

    /// Moves the application that is open.
    fn moved_one(self, to: opencall_core::Status) {
        if let Some(reference) = self.state.with_untracked(|state| state.open.clone()) {
            self.selection.update(|selection| selection.set([reference]));
            self.asking.set(Asking::Move(to));
        }
    }

    /// The references of the rows shown, in order.
    fn references(self) -> Vec<String> {
        let table = self.cx.rows.table();
        let table = table.borrow();
        self.order
            .with_value(|order| order.iter().map(|row| table.reference(*row).to_owned()).collect())
    }

    fn act(self, act: GridAct) {
        let table = self.cx.rows.table();
        let reference = move |row: usize| {
            let row = self.order.with_value(|order| order.get(row).copied());
            row.map(|row| table.borrow().reference(row).to_owned()).unwrap_or_default()
        };
        match act {
            GridAct::Toggle(row) => self.selection.update(|selection| selection.toggle(&reference(row))),
            GridAct::SelectAll => {
                let all = self.references();
                self.selection.update(|selection| {
                    if selection.len() == all.len() {
                        selection.clear();
                    } else {
                        selection.set(all);
                    }
                });
            }
            GridAct::Extend(to, from) => {
                let before = reference(from);
                let anchor = self.selection.with_untracked(|selection| selection.anchor(&before).to_owned());
                let all = self.references();
                let start = all.iter().position(|one| *one == anchor).unwrap_or(from);
                let range = start.min(to)..=start.max(to).min(all.len().saturating_sub(1));
                self.selection
                    .update(|selection| selection.extend(&anchor, all[range].iter().cloned()));
            }
            GridAct::Open(row) => self.open(Some(reference(row))),
            GridAct::Sort(column, more) => self.change(true, |state| {
                if let Some((column, _)) = state.columns.get(column) {
                    state.query.sort_by(*column, more);
                }
            }),
            GridAct::Width(column, width) => self.change(false, |state| {
                if let Some(one) = state.columns.get_mut(column) {
                    one.1 = width.round();
                }
            }),
            GridAct::Escape => {
                if self.state.with_untracked(|state| state.open.is_some()) {
                    self.open(None);
                } else {
                    self.selection.update(Selection::clear);
                }
            }
            GridAct::Moved(row) => {
                // What is open follows the cursor.
                if self.state.with_untracked(|state| state.open.is_some()) {
                    let reference = reference(row);
                    self.change(false, |state| state.open = Some(reference));
                }
            }
        }
    }

    /// Keys that work wherever one is, unless one types.
    fn hear_keys(self) {
        let listening = window_event_listener(ev::keydown, move |event| {
            let typing = event
                .target()
                .and_then(|target| target.dyn_into::<web_sys::Element>().ok())
                .is_some_and(|target| {
                    matches!(target.tag_name().as_str(), "INPUT" | "TEXTAREA" | "SELECT")
                        || target.closest("dialog").ok().flatten().is_some()
                });
            if typing || event.ctrl_key() || event.meta_key() || event.alt_key() {
                return;
            }
            match event.key().as_str() {
                "/" => crate::ui::focus::after_drawing("#search".to_owned()),
                "?" => self.asking.set(Asking::Help),
                "g" => self.focus_table(),
                "Escape" if self.state.with_untracked(|state| state.open.is_some()) => self.open(None),
                _ => return,
            }
            event.prevent_default();
        });
        on_cleanup(move || listening.remove());
    }
}

/// What the grid shows.
struct Shown {
    list: List,
    table: Rc<RefCell<Table>>,
    writer: Writer,
    /// The columns as they were asked for last: every cell needs its own.
    columns: RefCell<Vec<usize>>,
}

impl Shown {
    fn row(&self, row: usize) -> Option<u32> {
        self.list.order.with_value(|order| order.get(row).copied())
    }
}

impl Source for Shown {
    fn rows(&self) -> usize {
        self.list.order.with_value(|order| order.len())
    }

    fn heads(&self) -> Vec<Head> {
        let table = self.table.borrow();
        let schema = table.schema();
        self.list.state.with_untracked(|state| {
            let sort = &state.query.sort;
            let head = |(column, width): &(usize, f64)| {
                let place = sort.iter().position(|sort| sort.column == *column);
                Head {
                    id: schema.columns[*column].id.clone(),
                    label: cells::label(self.list.cx, schema, *column),
                    width: *width,
                    sorted: place.map_or(0, |place| if sort[place].descending { -1 } else { 1 }),
                    place: place.filter(|_| sort.len() > 1).map(|place| place + 1),
                    at_end: matches!(
                        schema.columns[*column].kind,
                        opencall_table::Kind::Number | opencall_table::Kind::Time
                    ),
                }
            };
            self.columns.replace(state.columns.iter().map(|(column, _)| *column).collect());
            state.columns.iter().map(head).collect()
        })
    }

    fn content(&self, row: usize, column: usize) -> Content {
        let column = self.columns.borrow().get(column).copied();
        match (self.row(row), column) {
            (Some(row), Some(column)) => self.writer.content(&self.table.borrow(), row, column),
            _ => Content::default(),
        }
    }

    fn reference(&self, row: usize) -> String {
        self.row(row)
            .map(|row| self.table.borrow().reference(row).to_owned())
            .unwrap_or_default()
    }

    fn is_selected(&self, row: usize) -> bool {
        let reference = self.reference(row);
        self.list.selection.with_untracked(|selection| selection.has(&reference))
    }

    fn is_open(&self, row: usize) -> bool {
        let reference = self.reference(row);
        self.list.state.with_untracked(|state| state.open.as_deref() == Some(&reference))
    }

    fn act(&self, act: GridAct) {
        self.list.act(act);
    }

    fn choose_label(&self) -> &'static str {
        self.list.cx.s.select
    }

    fn label(&self) -> String {
        self.list.cx.s.applications.to_owned()
    }
}

/// The table; or why there is none.
fn table_or_why_not(list: List) -> View {
    let cx = list.cx;
    let (s, t) = (cx.s, cx.t);
    let state = kept(move |_: Option<&u8>| {
        list.ordered.get();
        let plain = list.is_plain();
        let none = list.order.with_value(|order| order.is_empty());
        match (cx.rows.load(), none) {
            (Load::Failed(_), _) => 1,
            (Load::Loading(..), true) => 2,
            (Load::Ready, true) if cx.rows.table().borrow().is_empty() => 3,
            (Load::Ready, true) => 4,
            _ if plain => 5,
            _ => 0,
        }
    });
    let empty = |inside: View| el("div").attr("class", "grid-empty").kid(inside).show();
    (move || match state.get() {
        1 => empty(many(vec![
            el("h2").kid(s.load_failed).show(),
            el("p")
                .attr("role", "alert")
                .kid(move || match cx.rows.load() {
                    Load::Failed(error) => failures::words(t, cx.locale, &error),
                    _ => String::new(),
                })
                .show(),
            el("button")
                .attr("type", "button")
                .attr("class", "btn")
                .kid(t.try_again)
                .on("click", move |_| cx.rows.load_all())
                .show(),
        ])),
        2 => empty(el("p").attr("role", "status").kid(t.loading).show()),
        3 => empty(many(vec![
            el("h2").kid(s.none_yet).show(),
            el("p").attr("class", "soft").kid(s.none_yet_how).show(),
        ])),
        4 => empty(many(vec![
            el("h2").kid(s.none_found).show(),
            el("button")
                .attr("type", "button")
                .attr("class", "btn quiet")
                .kid(s.clear_all)
                .on("click", move |_| list.change(true, |state| state.query = Query::default()))
                .show(),
        ])),
        which => untrack(|| {
            let shown = Shown {
                list,
                table: cx.rows.table(),
                writer: Writer::new(cx),
                columns: RefCell::default(),
            };
            if which == 5 {
                list.grid.set_value(None);
                return pages::table(list, shown);
            }
            let (grid, view) = Grid::new(shown);
            list.grid.set_value(Some(grid.clone()));
            request_animation_frame(move || grid.refresh());
            view
        }),
    })
    .show()
}

/// How many there are, how fresh they are, how to get help.
fn foot(list: List) -> View {
    let cx = list.cx;
    let s = cx.s;
    let number = move |count: u64| grouped(&count.to_string(), cx.locale);
    let fresh = move || match cx.rows.load() {
        Load::Loading(here, all) => el("span")
            .attr("class", "loading-line")
            .attr("role", "status")
            .kid(fill(s.loading_rows, &[("n", &number(here)), ("all", &number(all))]))
            .kid(
                el("progress")
                    .attr("max", all.max(1).to_string())
                    .attr("value", here.to_string())
                    .attr("aria-label", s.loading_name),
            )
            .show(),
        Load::Failed(_) => ().show(),
        Load::Ready => {
            // As old as the last word of the backend: told beside the status, so that nobody is read a time every ten seconds.
            let as_of = move || {
                let at = Timestamp::from_millis(cx.rows.heard() as i64);
                let time = intl::moment(at, None, cx.locale, intl::Look::TimeSeconds);
                el("span")
                    .attr("class", "soft")
                    .kid([" · ", &fill(s.as_of, &[("time", &time)])].concat())
            };
            let (class, words) = match cx.rows.fresh() {
                Fresh::Live => ("fresh", s.live),
                Fresh::Asking => ("fresh polling", s.asking),
                Fresh::Stale => ("fresh stale", s.stale),
            };
            let live = class == "fresh";
            many(vec![
                el("span").attr("class", class).attr("role", "status").kid(words).show(),
                (!live).then(|| as_of.show()).show(),
            ])
            .show()
        }
    };
    let waiting = move || {
        list.has_changes().then(|| {
            el("button")
                .attr("type", "button")
                .attr("class", "link-btn")
                .kid(s.take_changes)
                .on("click", move |_| list.put_in_order())
        })
    };
    el("div")
        .attr("class", "list-foot")
        .kid(fresh)
        .kid(waiting)
        .kid(
            el("button")
                .attr("type", "button")
                .attr("class", "link-btn")
                .kid(s.help_open)
                .on("click", move |_| list.asking.set(Asking::Help)),
        )
        .show()
}

/// Sets a property of an element's style. By script: the content security policy lets no `style` attribute through.
fn set_style(element: &web_sys::Element, name: &str, value: &str) {
    if let Some(element) = element.dyn_ref::<web_sys::HtmlElement>() {
        let _ = element.style().set_property(name, value);
    }
}

/// So many applications, in words.
fn applications(cx: Cx, count: usize) -> String {
    plural(cx.s.n_applications, cx.locale, count)
}
