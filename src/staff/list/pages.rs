//! The plain table: fifty rows a page, an element for each, and buttons for the pages. For whoever reads better so than in a grid, and for
//! paper. It shows what the grid shows and asks for the same.

use std::rc::Rc;

use leptos::prelude::*;
use opencall_table::schema::{NAME, REFERENCE};
use wasm_bindgen::JsCast;

use super::grid::{GridAct, Source};
use super::paging::Paging;
use super::{List, Shown};
use crate::i18n::fill;
use crate::i18n::messages::grouped;
use crate::staff::address::{self, Page};
use crate::staff::frame::plain;
use crate::ui::dom::{Show, View, el, many};
use crate::ui::focus;
use crate::ui::kept::{Kept, kept};

/// The id of the table, which can be focused.
const TABLE: &str = "pages";

/// Draws it.
pub fn table(list: List, source: Shown) -> View {
    let cx = list.cx;
    let s = cx.s;
    let source = Rc::new(source);
    let paging = kept(move |_: Option<&Paging>| {
        list.ordered.get();
        Paging {
            rows: list.order.with_value(|order| order.len()),
            wanted: list.state.with(|state| state.page.unwrap_or(1)),
        }
    });
    let columns = kept(move |_: Option<&Vec<usize>>| list.state.with(|state| state.columns.iter().map(|(column, _)| *column).collect()));
    let (of_head, of_body) = (source.clone(), source);
    let head = move || {
        let count = columns.with(Vec::len);
        untrack(|| head(list, &of_head, paging, count))
    };
    let body = move || {
        list.ordered.get();
        let (columns, paging) = (columns.get(), paging.get());
        untrack(|| {
            let link = [NAME, REFERENCE]
                .into_iter()
                .find_map(|one| columns.iter().position(|column| *column == one));
            let rows: Vec<View> = paging
                .range()
                .map(|row| line(list, &of_body, row, columns.len(), link.unwrap_or(0)))
                .collect();
            el("tbody").attr("role", "rowgroup").kid(rows)
        })
    };
    let title = move || [s.applications, ", ", &place(list, &paging.get())].concat();
    el("div")
        .attr("class", "paged")
        .kid(buttons(list, paging, false))
        .kid(
            el("div")
                .attr("class", "table-wrap")
                .attr("id", TABLE)
                .attr("tabindex", "0")
                .attr("role", "region")
                .attr("aria-label", title)
                .kid(
                    // The roles are those the elements have: they stay where narrow pages lay the cells out one below the other.
                    el("table")
                        .attr("class", "plain-table")
                        .attr("role", "table")
                        .kid(el("caption").attr("class", "vh").kid(title))
                        .kid(el("thead").attr("role", "rowgroup").kid(head))
                        .kid(body),
                ),
        )
        .kid(buttons(list, paging, true))
        .show()
}

/// Which page of how many.
fn place(list: List, paging: &Paging) -> String {
    let number = |n: usize| grouped(&n.to_string(), list.cx.locale);
    fill(
        list.cx.s.page_of,
        &[("n", &number(paging.page())), ("pages", &number(paging.pages()))],
    )
}

/// The buttons for pages, above the table and below it.
fn buttons(list: List, paging: Kept<Paging>, below: bool) -> View {
    let s = list.cx.s;
    let button = |words: &'static str, to: fn(&Paging) -> Option<usize>| {
        el("button")
            .attr("type", "button")
            .attr("class", "btn quiet")
            .attr("aria-disabled", move || paging.with(to).is_none().then_some("true"))
            .kid(words)
            .on("click", move |_| {
                let Some(to) = paging.with_untracked(to) else { return };
                list.change(true, |state| state.page = Some(to));
                // The next page is read from its top.
                if below {
                    focus_table();
                }
            })
            .show()
    };
    el("nav")
        .attr("class", "pages no-print")
        .attr("aria-label", if below { s.pages_below } else { s.pages_above })
        .attr("hidden", move || paging.with(|paging| paging.pages() == 1))
        .kid(button(s.page_first, |paging| paging.before().map(|_| 1)))
        .kid(button(s.page_before, Paging::before))
        .kid(
            el("span")
                .attr("role", (!below).then_some("status"))
                .kid(move || place(list, &paging.get())),
        )
        .kid(button(s.page_behind, Paging::behind))
        .kid(button(s.page_last, |paging| paging.behind().map(|_| paging.pages())))
        .show()
}

/// Puts the focus on the table, and its top into sight.
pub fn focus_table() {
    request_animation_frame(|| {
        if let Some(table) = document().get_element_by_id(TABLE) {
            table.scroll_into_view();
        }
    });
    focus::after_drawing(["#", TABLE].concat());
}

/// Puts the focus on the link of an application, where it is on the page.
pub fn focus_link(reference: &str) {
    focus::after_drawing(["#open-", reference].concat());
}

fn checkbox(label: String) -> crate::ui::dom::El {
    el("input").attr("type", "checkbox").attr("aria-label", label)
}

/// The row of titles, each a button that sorts. Drawn anew only when there are other columns: the focus stays on what was pressed.
fn head(list: List, source: &Rc<Shown>, paging: Kept<Paging>, count: usize) -> View {
    let on_page = {
        let source = source.clone();
        move || -> Vec<String> { paging.get().range().map(|row| source.reference(row)).collect() }
    };
    let all = {
        let on_page = on_page.clone();
        move || {
            list.ordered.get();
            let page = on_page();
            list.selection
                .with(|selection| !page.is_empty() && page.iter().all(|one| selection.has(one)))
        }
    };
    let choose = checkbox(list.cx.s.select_page.to_owned())
        .checked(all.clone())
        .on("change", move |_| {
            let (page, every) = untrack(|| (on_page(), all()));
            list.selection.update(|selection| selection.put(page, !every));
        });
    let title = |column: usize| {
        let followed = {
            let source = source.clone();
            move || {
                list.state.with(|_| ());
                untrack(|| source.heads()).into_iter().nth(column)
            }
        };
        let (label, sorted, arrow) = (followed.clone(), followed.clone(), followed);
        let source = source.clone();
        el("th")
            .attr("role", "columnheader")
            .attr("scope", "col")
            .attr("class", move || label().filter(|head| head.at_end).map(|_| "end"))
            .attr("aria-sort", move || match sorted()?.sorted {
                1 => Some("ascending"),
                -1 => Some("descending"),
                _ => None,
            })
            .kid(
                el("button")
                    .attr("type", "button")
                    .kid({
                        let arrow = arrow.clone();
                        move || arrow().map(|head| head.label)
                    })
                    .kid(
                        el("span")
                            .attr("class", "arrow")
                            .attr("aria-hidden", "true")
                            .kid(move || arrow().map(|head| head.arrow())),
                    )
                    .on("click", move |event| {
                        let more = event.dyn_ref::<web_sys::MouseEvent>().is_some_and(web_sys::MouseEvent::shift_key);
                        source.act(GridAct::Sort(column, more));
                    }),
            )
            .show()
    };
    el("tr")
        .attr("role", "row")
        .kid(
            el("th")
                .attr("role", "columnheader")
                .attr("scope", "col")
                .attr("class", "tick")
                .kid(choose),
        )
        .kid((0..count).map(title).collect::<Vec<View>>())
        .show()
}

/// A row. Its cells follow what changes; the row itself stays where it is.
fn line(list: List, source: &Rc<Shown>, row: usize, count: usize, link: usize) -> View {
    let cx = list.cx;
    let heads = source.heads();
    let reference = source.reference(row);
    let (of_open, of_tick) = (reference.clone(), reference.clone());
    let is_open = move || list.state.with(|state| state.open.as_deref() == Some(&of_open));
    let (chosen, marked) = (source.clone(), is_open.clone());
    let tick = checkbox([cx.s.select, " ", &reference].concat())
        .checked(move || list.selection.with(|selection| selection.has(&of_tick)))
        .on("click", move |event| {
            let range = event.dyn_ref::<web_sys::MouseEvent>().is_some_and(web_sys::MouseEvent::shift_key);
            chosen.act(if range { GridAct::Extend(row, row) } else { GridAct::Toggle(row) });
        });
    let cell = |column: usize| {
        let content = {
            let source = source.clone();
            move || {
                cx.rows.version();
                untrack(|| source.content(row, column))
            }
        };
        let end = if heads[column].at_end { "end " } else { "" };
        let text = content.clone();
        let class = move || {
            let content = content();
            [end, if content.text.is_empty() { "none" } else { content.class }].concat()
        };
        if column == link {
            let (reference, here) = (reference.clone(), is_open.clone());
            let named = text.clone();
            let go = el("a")
                .attr("id", ["open-", &reference].concat())
                .attr("href", {
                    let state = list.state.get_untracked().changed(|state| state.open = Some(reference.clone()));
                    address::address(Page::Applications, &state.params(cx.rows.table().borrow().schema()))
                })
                .attr("aria-current", move || here().then_some("true"))
                .kid(el("bdi").kid(move || {
                    Some(named().text)
                        .filter(|text| !text.is_empty())
                        .unwrap_or_else(|| cx.s.nameless.to_owned())
                }))
                .on("click", {
                    let source = source.clone();
                    move |event| {
                        if plain(&event) {
                            event.prevent_default();
                            source.act(GridAct::Open(row));
                        }
                    }
                });
            return el("th").attr("role", "rowheader").attr("scope", "row").kid(go).show();
        }
        el("td")
            .attr("role", "cell")
            .attr("class", class)
            .attr("data-label", heads[column].label.clone())
            .kid(el("bdi").kid(move || text().text))
            .show()
    };
    let cells: Vec<View> = (0..count).map(cell).collect();
    el("tr")
        .attr("role", "row")
        .attr("class", move || marked().then_some("open"))
        .kid(el("td").attr("role", "cell").attr("class", "tick").kid(tick))
        .kid(many(cells))
        .show()
}
