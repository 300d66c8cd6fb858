//! The table itself: a grid (APG) that draws the rows in sight and no others. Its rows are made once and filled again
//! as one scrolls: nothing of it goes through signals, since it has to be done between two frames.

use std::cell::{Cell, RefCell};
use std::rc::Rc;

use leptos::prelude::*;
use wasm_bindgen::closure::Closure;
use wasm_bindgen::{JsCast, JsValue};
use web_sys::{Element, HtmlElement, KeyboardEvent, MouseEvent};

use super::keys::{self, Act, At, Key, Size};
use super::window::{MOST, ROW, Window};
use crate::ui::dom::{El, Show, View, el};

/// A column as it is shown.
#[derive(Clone, Debug, PartialEq)]
pub struct Head {
    /// Its id.
    pub id: String,
    /// What stands above it.
    pub label: String,
    /// Its width in CSS pixels.
    pub width: f64,
    /// How it is sorted by: 1 for ascending, -1 for descending, 0 for not.
    pub sorted: i8,
    /// Its place among the columns sorted by, from 1, when there are several.
    pub place: Option<usize>,
    /// Whether it holds numbers or times, which stand at the end of the cell.
    pub at_end: bool,
}

impl Head {
    /// How it is sorted by, for the eye.
    pub fn arrow(&self) -> String {
        let arrow = match self.sorted {
            1 => "↑",
            -1 => "↓",
            _ => "",
        };
        [arrow, &self.place.map(|place| place.to_string()).unwrap_or_default()].concat()
    }
}

/// What stands in a cell.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Content {
    /// The text.
    pub text: String,
    /// A class for it; a status has one.
    pub class: &'static str,
}

/// Where the grid gets what it shows, and what it tells.
pub trait Source {
    /// How many rows there are.
    fn rows(&self) -> usize;
    /// The columns, in order.
    fn heads(&self) -> Vec<Head>;
    /// What stands in a cell; `column` is a place in what [`Source::heads`] gave last.
    fn content(&self, row: usize, column: usize) -> Content;
    /// The row's application, by its reference; stays with it wherever it is sorted to.
    fn reference(&self, row: usize) -> String;
    /// Whether the row is selected.
    fn is_selected(&self, row: usize) -> bool;
    /// Whether the row's application is open beside the list.
    fn is_open(&self, row: usize) -> bool;
    /// What a key or a click asks for. The cursor has moved already.
    fn act(&self, act: GridAct);
    /// The name of a row's checkbox.
    fn choose_label(&self) -> &'static str;
    /// The name of the grid.
    fn label(&self) -> String;
}

/// What is asked for.
#[derive(Clone, Debug, PartialEq)]
pub enum GridAct {
    /// The row is selected, or no longer.
    Toggle(usize),
    /// All rows are selected.
    SelectAll,
    /// Everything from where the selection began to here is selected; the second is where the cursor was.
    Extend(usize, usize),
    /// The row's application is opened.
    Open(usize),
    /// Sorted by this column; `true` adds to what it is sorted by.
    Sort(usize, bool),
    /// A column is this wide now, in CSS pixels.
    Width(usize, f64),
    /// Escape was pressed.
    Escape,
    /// The cursor is on another row.
    Moved(usize),
}

/// A drawn row.
struct Line {
    element: HtmlElement,
    tick: Element,
    cells: Vec<Element>,
    /// Which row it shows; `usize::MAX` for none.
    row: Cell<usize>,
    /// Which row its ids and its index name; stays when what it shows is to be filled again.
    named: Cell<usize>,
    /// Where it stands, in whole CSS pixels from the top of all rows.
    top: Cell<f64>,
    /// What its cells say, so that what stays the same is left alone.
    said: RefCell<Vec<Content>>,
}

/// The grid. Cheap to clone.
#[derive(Clone)]
pub struct Grid {
    inner: Rc<Inner>,
}

struct Inner {
    source: Box<dyn Source>,
    root: HtmlElement,
    head: Element,
    body: HtmlElement,
    lines: RefCell<Vec<Line>>,
    heads: RefCell<Vec<Head>>,
    /// The cursor. Row 0 is the header, row 1 the first of the list.
    at: Cell<At>,
    /// The reference under the cursor, by which it is found again when the order changes.
    under: RefCell<String>,
    /// The cell that is marked as being under the cursor.
    marked: RefCell<Option<Element>>,
    scheduled: Cell<bool>,
    /// Whether more than what is in sight has changed since it was drawn.
    outdated: Cell<bool>,
    height: Cell<f64>,
    /// How far it is scrolled, in CSS pixels, as last heard: to ask would be to have the page laid out.
    scrolled: Cell<f64>,
}

/// The least and the most a column may be wide, in CSS pixels.
const NARROWEST: f64 = 56.0;
const WIDEST: f64 = 900.0;
/// The width of the column with the ticks.
const TICKS: f64 = 40.0;
/// What a width changes by with one key.
const NUDGE: f64 = 16.0;

impl Grid {
    /// Draws it.
    pub fn new(source: impl Source + 'static) -> (Self, View) {
        let head = el("div").attr("role", "rowgroup").attr("class", "grid-head");
        let body = el("div").attr("role", "rowgroup").attr("class", "grid-body");
        let root = el("div")
            .attr("role", "grid")
            .attr("class", "grid")
            .attr("id", "grid")
            .attr("tabindex", "0")
            .attr("aria-multiselectable", "true")
            .attr("aria-label", source.label());
        let inner = Inner {
            root: root.node().clone().unchecked_into(),
            head: head.node().clone(),
            body: body.node().clone().unchecked_into(),
            source: Box::new(source),
            lines: RefCell::default(),
            heads: RefCell::default(),
            at: Cell::new(At { row: 1, column: 1 }),
            under: RefCell::default(),
            marked: RefCell::default(),
            scheduled: Cell::new(false),
            outdated: Cell::new(false),
            height: Cell::new(0.0),
            scrolled: Cell::new(0.0),
        };
        let grid = Self { inner: Rc::new(inner) };
        let root = grid.clone().listening(root).kid(head).kid(body);
        grid.follow_size();
        (grid, root.show())
    }

    fn listening(self, root: El) -> El {
        let (scrolled, pressed, clicked, dragged, focused) = (self.clone(), self.clone(), self.clone(), self.clone(), self);
        root.on("scroll", move |_| {
            scrolled.inner.scrolled.set(f64::from(scrolled.inner.root.scroll_top()));
            scrolled.soon();
        })
        .on("keydown", move |event| {
            if let Some(event) = event.dyn_ref::<KeyboardEvent>() {
                pressed.key(event);
            }
        })
        .on("click", move |event| {
            if let Some(event) = event.dyn_ref::<MouseEvent>() {
                clicked.click(event);
            }
        })
        .on("pointerdown", move |event| dragged.drag(&event))
        .on("focus", move |_| focused.mark())
    }

    /// The window's height follows the element's.
    fn follow_size(&self) {
        let grid = self.clone();
        let observe = Closure::<dyn FnMut(JsValue)>::new(move |_: JsValue| {
            grid.inner.height.set(grid.space());
            // What was not shown for a while may have been scrolled back meanwhile.
            grid.inner.scrolled.set(f64::from(grid.inner.root.scroll_top()));
            grid.soon();
        });
        if let Ok(observer) = web_sys::ResizeObserver::new(observe.as_ref().unchecked_ref()) {
            observer.observe(&self.inner.root);
            let held = StoredValue::new_local((observer, observe));
            on_cleanup(move || held.with_value(|(observer, _)| observer.disconnect()));
        }
    }

    /// The height that rows have, in CSS pixels.
    fn space(&self) -> f64 {
        let head = f64::from(self.inner.head.client_height());
        (f64::from(self.inner.root.client_height()) - head).max(0.0)
    }

    fn window(&self) -> Window {
        Window {
            rows: self.inner.source.rows(),
            height: self.inner.height.get(),
        }
    }

    /// Draws everything anew, in the next frame: other columns, another order, other contents.
    pub fn refresh(&self) {
        self.inner.outdated.set(true);
        self.soon();
    }

    /// Brings everything but the rows up to date.
    fn update(&self) {
        let heads = self.inner.source.heads();
        if *self.inner.heads.borrow() != heads {
            self.draw_heads(&heads);
            let shape = |heads: &[Head]| heads.iter().map(|head| (head.id.clone(), head.at_end)).collect::<Vec<_>>();
            if shape(&self.inner.heads.borrow()) != shape(&heads) {
                self.inner.body.set_text_content(None);
                self.inner.lines.borrow_mut().clear();
            }
            self.inner.heads.replace(heads);
        }
        let rows = self.inner.source.rows();
        let _ = self.inner.root.set_attribute("aria-rowcount", &(rows + 1).to_string());
        let _ = self
            .inner
            .root
            .set_attribute("aria-colcount", &(self.inner.heads.borrow().len() + 1).to_string());
        let _ = self
            .inner
            .body
            .style()
            .set_property("height", &format!("{}px", self.window().total() as i64));
        if self.inner.height.get() == 0.0 {
            self.inner.height.set(self.space());
        }
        for line in self.inner.lines.borrow().iter() {
            line.row.set(usize::MAX);
        }
    }

    /// The cursor goes to the application it was on, wherever that is now: the row is found by `find`.
    pub fn keep_cursor(&self, find: impl FnOnce(&str) -> Option<usize>) {
        let under = self.inner.under.borrow().clone();
        let at = self.inner.at.get();
        if at.row == 0 || under.is_empty() {
            return;
        }
        let row = find(&under).map_or(1, |row| row + 1);
        self.inner.at.set(At { row, ..at });
        self.mark();
    }

    /// To the top, with the cursor on the first row.
    pub fn to_top(&self) {
        self.scroll_to(0.0);
        let at = self.inner.at.get();
        if at.row > 0 {
            self.inner.at.set(At { row: 1, ..at });
        }
    }

    fn scroll_to(&self, place: f64) {
        if self.inner.scrolled.replace(place) != place {
            self.inner.root.set_scroll_top(place as i32);
        }
    }

    /// Puts the focus on the grid.
    pub fn focus(&self) {
        let _ = self.inner.root.focus();
    }

    /// Draws before the next frame, once however often this is called.
    fn soon(&self) {
        if self.inner.scheduled.replace(true) {
            return;
        }
        let grid = self.clone();
        request_animation_frame(move || {
            grid.inner.scheduled.set(false);
            grid.paint();
        });
    }

    /// Fills the rows in sight.
    fn paint(&self) {
        if self.inner.outdated.take() {
            self.update();
        }
        let window = self.window();
        let scrolled = self.inner.scrolled.get();
        let drawn = window.drawn(scrolled);
        let wanted = (window.in_sight() + 12).min(MOST);
        let mut lines = self.inner.lines.borrow_mut();
        while lines.len() < wanted {
            let line = self.line();
            let _ = self.inner.body.append_child(&line.element);
            lines.push(line);
        }
        let pool = lines.len();
        for (place, line) in lines.iter().enumerate() {
            let now = line.row.get();
            // Each row has its place in the pool, so that scrolling by one fills one.
            let row = drawn.start + (place + pool - drawn.start % pool) % pool;
            if row >= drawn.end {
                if now != usize::MAX || !line.element.hidden() {
                    line.element.set_hidden(true);
                    line.row.set(usize::MAX);
                }
                continue;
            }
            let top = window.top(row, scrolled).round();
            if line.top.replace(top) != top {
                let _ = line
                    .element
                    .style()
                    .set_property("transform", &format!("translateY({}px)", top as i64));
            }
            if now != row {
                line.row.set(row);
                self.fill(line, row);
                line.element.set_hidden(false);
            }
        }
        drop(lines);
        self.mark();
    }

    /// A row of the pool.
    fn line(&self) -> Line {
        let tick = el("div").attr("role", "gridcell").attr("class", "tick").attr("aria-colindex", "1");
        let mut row = el("div").attr("role", "row").attr("class", "grid-row");
        let tick_element = tick.node().clone();
        row = row.kid(tick);
        let mut cells = Vec::new();
        for (column, head) in self.inner.heads.borrow().iter().enumerate() {
            let cell = el("div")
                .attr("role", "gridcell")
                .attr("class", if head.at_end { "end" } else { "" })
                .attr("aria-colindex", (column + 2).to_string())
                // A name may be written the other way round; it must not turn its neighbours.
                .attr("dir", "auto");
            cells.push(cell.node().clone());
            row = row.kid(cell);
        }
        let element: HtmlElement = row.node().clone().unchecked_into();
        element.set_hidden(true);
        let said = RefCell::new(vec![Content::default(); cells.len()]);
        Line {
            element,
            tick: tick_element,
            cells,
            row: Cell::new(usize::MAX),
            named: Cell::new(usize::MAX),
            top: Cell::new(-1.0),
            said,
        }
    }

    fn fill(&self, line: &Line, row: usize) {
        let source = &self.inner.source;
        let renamed = line.named.replace(row) != row;
        if renamed {
            let _ = line.element.set_attribute("aria-rowindex", &(row + 2).to_string());
            line.tick.set_id(&format!("c{row}-0"));
        }
        let selected = source.is_selected(row);
        let _ = line.element.set_attribute("aria-selected", if selected { "true" } else { "false" });
        let _ = line.element.class_list().toggle_with_force("open", source.is_open(row));
        let name = [source.choose_label(), " ", &source.reference(row)].concat();
        let _ = line.tick.set_attribute("aria-label", &name);
        let mut said = line.said.borrow_mut();
        for (column, cell) in line.cells.iter().enumerate() {
            let content = source.content(row, column);
            let before = &mut said[column];
            if before.text != content.text {
                cell.set_text_content(Some(&content.text));
            }
            if before.class != content.class {
                for class in [before.class, content.class].into_iter().filter(|class| !class.is_empty()) {
                    let _ = cell.class_list().toggle_with_force(class, class == content.class);
                }
            }
            if renamed {
                cell.set_id(&format!("c{row}-{}", column + 1));
            }
            *before = content;
        }
    }

    fn draw_heads(&self, heads: &[Head]) {
        let grid = &self.inner;
        grid.head.set_text_content(None);
        let mut row = el("div")
            .attr("role", "row")
            .attr("class", "grid-row")
            .attr("aria-rowindex", "1")
            .kid(
                el("div")
                    .attr("role", "columnheader")
                    .attr("class", "tick")
                    .attr("id", "h0")
                    .attr("aria-colindex", "1")
                    .kid(el("span").attr("class", "vh").kid(grid.source.choose_label())),
            );
        for (column, head) in heads.iter().enumerate() {
            let sort = match head.sorted {
                1 => "ascending",
                -1 => "descending",
                _ => "none",
            };
            row = row.kid(
                el("div")
                    .attr("role", "columnheader")
                    .attr("class", if head.at_end { "end" } else { "" })
                    .attr("id", format!("h{}", column + 1))
                    .attr("aria-colindex", (column + 2).to_string())
                    .attr("aria-sort", sort)
                    .attr("title", head.label.clone())
                    .kid(el("span").attr("class", "head-label").kid(head.label.clone()))
                    .kid(el("span").attr("class", "arrow").attr("aria-hidden", "true").kid(head.arrow()))
                    .kid(
                        el("span")
                            .attr("class", "grip")
                            .attr("aria-hidden", "true")
                            .attr("data-column", column.to_string()),
                    ),
            );
        }
        let _ = grid.head.append_child(row.node());
        self.set_widths(heads.iter().map(|head| head.width));
    }

    fn set_widths(&self, widths: impl Iterator<Item = f64>) {
        let mut columns = format!("{}px", TICKS as i64);
        for width in widths {
            columns += &format!(" {}px", width.round() as i64);
        }
        let _ = self.inner.root.style().set_property("--columns", &columns);
    }

    /// Shows where the cursor is.
    fn mark(&self) {
        let at = self.inner.at.get();
        let id = if at.row == 0 {
            format!("h{}", at.column)
        } else {
            format!("c{}-{}", at.row - 1, at.column)
        };
        // Rows are filled again and again: what was marked may be another cell by now, or none.
        let marked = self
            .inner
            .marked
            .borrow()
            .as_ref()
            .is_some_and(|cell| cell.id() == id && cell.is_connected());
        if marked && at.row > 0 && self.inner.lines.borrow().iter().any(|line| line.row.get() == at.row - 1) {
            return;
        }
        if let Ok(Some(before)) = self.inner.root.query_selector(".at")
            && before.id() != id
        {
            let _ = before.class_list().remove_1("at");
        }
        match document().get_element_by_id(&id) {
            Some(cell) if cell.closest("[hidden]").ok().flatten().is_none() => {
                let _ = cell.class_list().add_1("at");
                let _ = self.inner.root.set_attribute("aria-activedescendant", &id);
                self.inner.marked.replace(Some(cell));
            }
            _ => {
                self.inner.marked.take();
                let _ = self.inner.root.remove_attribute("aria-activedescendant");
            }
        }
    }

    fn key(&self, event: &KeyboardEvent) {
        let at = self.inner.at.get();
        let columns = self.inner.heads.borrow().len() + 1;
        let size = Size {
            rows: self.inner.source.rows() + 1,
            columns,
            page: (self.inner.height.get() / ROW) as usize,
        };
        let name = event.key();
        let control = event.ctrl_key() || event.meta_key();
        if event.alt_key() {
            // Wider and narrower, for whoever has no pointer.
            let by = match name.as_str() {
                "ArrowRight" => NUDGE,
                "ArrowLeft" => -NUDGE,
                _ => return,
            };
            if let Some(column) = at.column.checked_sub(1) {
                event.prevent_default();
                let width = self.inner.heads.borrow()[column].width + by;
                self.inner.source.act(GridAct::Width(column, width.clamp(NARROWEST, WIDEST)));
            }
            return;
        }
        let key = Key {
            name: &name,
            control,
            shift: event.shift_key(),
        };
        let Some(act) = keys::act(key, at, size) else { return };
        event.prevent_default();
        event.stop_propagation();
        let source = &self.inner.source;
        match act {
            Act::Go(to) => self.go(to),
            Act::Extend(row) => {
                let row = row.max(1);
                self.go(At { row, ..at });
                if source.rows() > 0 {
                    source.act(GridAct::Extend(row - 1, at.row.saturating_sub(1)));
                }
            }
            Act::Toggle | Act::Open if at.row == 0 => match at.column {
                0 => source.act(GridAct::SelectAll),
                column => source.act(GridAct::Sort(column - 1, event.shift_key())),
            },
            Act::Toggle => self.on_row(at.row, GridAct::Toggle),
            Act::Open => self.on_row(at.row, GridAct::Open),
            Act::SelectAll => source.act(GridAct::SelectAll),
            Act::Escape => source.act(GridAct::Escape),
        }
    }

    fn on_row(&self, row: usize, act: impl FnOnce(usize) -> GridAct) {
        if row >= 1 && row <= self.inner.source.rows() {
            self.inner.source.act(act(row - 1));
        }
    }

    /// Moves the cursor and brings it into sight.
    pub fn go(&self, to: At) {
        self.inner.at.set(to);
        if let Some(row) = to.row.checked_sub(1)
            && row < self.inner.source.rows()
        {
            self.inner.under.replace(self.inner.source.reference(row));
            if let Some(place) = self.window().reveal(row, self.inner.scrolled.get()) {
                self.scroll_to(place.trunc());
                self.paint();
            }
            self.inner.source.act(GridAct::Moved(row));
        } else {
            self.scroll_to(0.0);
            self.paint();
        }
        self.mark();
        self.reveal_column(to.column);
    }

    fn reveal_column(&self, column: usize) {
        let root = &self.inner.root;
        let heads = self.inner.heads.borrow();
        let left: f64 = TICKS + heads.iter().take(column.saturating_sub(1)).map(|head| head.width).sum::<f64>();
        let Some(width) = column.checked_sub(1).and_then(|at| heads.get(at)).map(|head| head.width) else {
            return;
        };
        let (from, room) = (f64::from(root.scroll_left()), f64::from(root.client_width()));
        // The ticks stay in sight and cover what is below them.
        if left - TICKS < from {
            root.set_scroll_left((left - TICKS) as i32);
        } else if left + width > from + room {
            root.set_scroll_left((left + width - room) as i32);
        }
    }

    /// Which cell stands where an event happened.
    fn place(event: &web_sys::Event) -> Option<At> {
        let target: Element = event.target()?.dyn_into().ok()?;
        let cell = target.closest("[role=gridcell],[role=columnheader]").ok()??;
        let id = cell.id();
        if let Some(column) = id.strip_prefix('h') {
            return Some(At {
                row: 0,
                column: column.parse().ok()?,
            });
        }
        let (row, column) = id.strip_prefix('c')?.split_once('-')?;
        Some(At {
            row: row.parse::<usize>().ok()? + 1,
            column: column.parse().ok()?,
        })
    }

    fn click(&self, event: &MouseEvent) {
        let Some(to) = Self::place(event) else { return };
        if event.target().is_some_and(|target| {
            target
                .dyn_ref::<Element>()
                .is_some_and(|target| target.has_attribute("data-column"))
        }) {
            return;
        }
        let before = self.inner.at.get();
        let source = &self.inner.source;
        self.go(to);
        match (to.row, to.column) {
            (0, 0) => source.act(GridAct::SelectAll),
            (0, column) => source.act(GridAct::Sort(column - 1, event.shift_key())),
            (row, _) if event.shift_key() => source.act(GridAct::Extend(row - 1, before.row.saturating_sub(1))),
            (row, 0) => source.act(GridAct::Toggle(row - 1)),
            (row, _) if event.ctrl_key() || event.meta_key() => source.act(GridAct::Toggle(row - 1)),
            (row, _) => source.act(GridAct::Open(row - 1)),
        }
    }

    /// A column's width follows the pointer from its grip.
    fn drag(&self, event: &web_sys::Event) {
        let Some(event) = event.dyn_ref::<web_sys::PointerEvent>() else {
            return;
        };
        let Some(grip) = event.target().and_then(|target| target.dyn_into::<Element>().ok()) else {
            return;
        };
        let Some(column) = grip.get_attribute("data-column").and_then(|column| column.parse::<usize>().ok()) else {
            return;
        };
        event.prevent_default();
        let _ = grip.set_pointer_capture(event.pointer_id());
        let begun = f64::from(event.client_x());
        let Some(before) = self.inner.heads.borrow().get(column).map(|head| head.width) else {
            return;
        };
        let wide = move |event: &web_sys::PointerEvent| (before + f64::from(event.client_x()) - begun).clamp(NARROWEST, WIDEST);
        let grid = self.clone();
        let moved = Closure::<dyn FnMut(web_sys::PointerEvent)>::new(move |event: web_sys::PointerEvent| {
            let heads = grid.inner.heads.borrow();
            grid.set_widths(
                heads
                    .iter()
                    .enumerate()
                    .map(|(at, head)| if at == column { wide(&event) } else { head.width }),
            );
        });
        let moved = moved.into_js_value();
        let _ = grip.add_event_listener_with_callback("pointermove", moved.unchecked_ref());
        let (grid, held) = (self.clone(), grip.clone());
        let ended = Closure::once_into_js(move |event: web_sys::PointerEvent| {
            let _ = held.remove_event_listener_with_callback("pointermove", moved.unchecked_ref());
            grid.inner.source.act(GridAct::Width(column, wide(&event)));
        });
        let once = web_sys::AddEventListenerOptions::new();
        once.set_once(true);
        let _ = grip.add_event_listener_with_callback_and_add_event_listener_options("lostpointercapture", ended.unchecked_ref(), &once);
    }
}
