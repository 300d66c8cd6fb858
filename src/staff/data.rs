//! The rows: loaded once with visible progress, then kept up to date by events; by asking where there are none. What is shown says how
//! fresh it is.

use std::cell::RefCell;
use std::rc::Rc;
use std::time::Duration;

use leptos::leptos_dom::helpers::TimeoutHandle;
use leptos::prelude::*;
use leptos::task::spawn_local;
use opencall_core::Programme;
use opencall_table::stream::Reader;
use opencall_table::{Block, Query, Schema, Sort, Table};

use crate::api::live::{Line, Live};
use crate::api::staff::{Staff, is_out};
use crate::api::{ApiError, stream};
use crate::ui::idle::when_idle;
use crate::ui::kept::{Slot, slot};

/// How far loading is.
#[derive(Clone, Debug, PartialEq)]
pub enum Load {
    /// So many rows of so many.
    Loading(u64, u64),
    /// All are here.
    Ready,
    /// It failed.
    Failed(ApiError),
}

/// How fresh what is shown is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Fresh {
    /// Changes arrive as they happen.
    Live,
    /// They are asked for now and then.
    Asking,
    /// The backend cannot be reached: there may be changes that nobody sees here.
    Stale,
}

/// How often changes are asked for where there are no events.
const ASK: Duration = Duration::from_secs(10);
/// How long events may be silent about a lost connection before it is said, in milliseconds.
const PATIENCE: Duration = Duration::from_secs(3);
/// How often what is shown follows what is loaded, in milliseconds.
const REDRAW_MS: f64 = 200.0;
/// How long putting one column of texts in order waits for an idle moment at most, in milliseconds.
const IDLE: u32 = 5_000;

/// The rows of a programme. Lives as long as somebody is signed in.
#[derive(Clone, Copy)]
pub struct Rows {
    inner: StoredValue<Inner, LocalStorage>,
    /// Counts what changes.
    version: Slot<u64>,
    load: Slot<Load>,
    fresh: Slot<Fresh>,
    /// When the backend was heard last, in ms since the Unix epoch by the device's clock; 0 for never.
    heard: Slot<f64>,
    /// Whether the backend says that nobody is signed in any more.
    out: Slot<bool>,
}

struct Inner {
    table: Rc<RefCell<Table>>,
    staff: Staff,
    programme: String,
    cursor: u64,
    live: Option<Live>,
    timer: Option<TimeoutHandle>,
    stopped: bool,
}

impl Rows {
    /// Begins to load them.
    pub fn start(staff: &Staff, programme: &'static Programme) -> Self {
        let rows = Self {
            inner: StoredValue::new_local(Inner {
                table: Rc::new(RefCell::new(Table::new(Schema::of(programme)))),
                staff: staff.clone(),
                programme: programme.id.clone(),
                cursor: 0,
                live: None,
                timer: None,
                stopped: false,
            }),
            version: slot(0),
            load: slot(Load::Loading(0, 0)),
            fresh: slot(Fresh::Asking),
            heard: slot(0.0),
            out: slot(false),
        };
        rows.load_all();
        rows
    }

    /// The table itself; to be looked at and not kept.
    pub fn table(self) -> Rc<RefCell<Table>> {
        self.inner.with_value(|inner| inner.table.clone())
    }

    /// Counts changes; reactive.
    pub fn version(self) -> u64 {
        self.version.get()
    }

    /// How far loading is; reactive.
    pub fn load(self) -> Load {
        self.load.get()
    }

    /// How fresh the rows are; reactive.
    pub fn fresh(self) -> Fresh {
        self.fresh.get()
    }

    /// When the backend was heard last, in ms since the Unix epoch by the device's clock; reactive.
    pub fn heard(self) -> f64 {
        self.heard.get()
    }

    /// Whether the session has ended; reactive.
    pub fn is_out(self) -> bool {
        self.out.get()
    }

    /// Loads everything, again after a failure.
    pub fn load_all(self) {
        self.load.set(Load::Loading(0, 0));
        spawn_local(async move {
            let (staff, programme, table) = self
                .inner
                .with_value(|inner| (inner.staff.clone(), inner.programme.clone(), inner.table.clone()));
            let schema = table.borrow().schema().clone();
            let mut reader = Reader::new(&schema);
            let mut cursor = 0;
            let mut drawn = 0.0;
            let outcome = staff
                .rows(&programme, |bytes| {
                    let blocks = reader.push(bytes).map_err(|fault| fault.to_string())?;
                    if blocks.is_empty() {
                        return Ok(());
                    }
                    let head = reader.head();
                    cursor = head.map_or(0, |head| head.cursor);
                    blocks.into_iter().for_each(|block| {
                        table.borrow_mut().take(block);
                    });
                    let here = table.borrow().len() as u64;
                    self.load.set(Load::Loading(here, head.map_or(here, |head| head.rows.max(here))));
                    // The first rows at once; what all of them come to not with every block.
                    let now = js_sys::Date::now();
                    if now - drawn > REDRAW_MS {
                        drawn = now;
                        self.changed();
                    }
                    Ok(())
                })
                .await;
            let outcome = match outcome {
                Ok(()) if !reader.is_whole() => Err(ApiError::Offline),
                other => other,
            };
            match outcome {
                Ok(()) => {
                    self.inner.update_value(|inner| inner.cursor = cursor);
                    self.heard.set(js_sys::Date::now());
                    self.load.set(Load::Ready);
                    self.changed();
                    self.listen();
                    prepare(table, 0);
                }
                Err(error) => self.failed(&error, |rows| rows.load.set(Load::Failed(error.clone()))),
            }
        });
    }

    /// Takes changes from now on: as they happen, or by asking where the backend does not tell.
    fn listen(self) {
        let (staff, programme, since, stopped) = self
            .inner
            .with_value(|inner| (inner.staff.clone(), inner.programme.clone(), inner.cursor, inner.stopped));
        if stopped {
            return;
        }
        if !staff.has_events() {
            return self.ask();
        }
        let heard = move |data: String| {
            if let Some(bytes) = stream::from_base64(&data) {
                self.take(&bytes);
            }
        };
        let line = move |line: Line| match line {
            Line::Open => {
                self.forget_timer();
                self.set_fresh(Fresh::Live);
            }
            // The browser tries again by itself; only what lasts is worth a word.
            Line::Connecting => self.later(PATIENCE, move || self.set_fresh(Fresh::Stale)),
            Line::Closed => {
                self.inner.update_value(|inner| inner.live = None);
                self.ask();
            }
        };
        let live = staff.listen(&programme, since, heard, line);
        match live {
            Some(live) => self.inner.update_value(|inner| inner.live = Some(live)),
            None => self.ask(),
        }
    }

    /// Asks for changes, and again later: for backends without events.
    fn ask(self) {
        let (staff, programme, since, stopped) = self
            .inner
            .with_value(|inner| (inner.staff.clone(), inner.programme.clone(), inner.cursor, inner.stopped));
        if stopped {
            return;
        }
        spawn_local(async move {
            let mut bytes = Vec::new();
            let outcome = staff
                .changes(&programme, since, |part| {
                    bytes.extend_from_slice(part);
                    Ok(())
                })
                .await;
            match outcome {
                Ok(()) => {
                    self.take(&bytes);
                    self.heard.set(js_sys::Date::now());
                    // Events may be back.
                    self.set_fresh(Fresh::Asking);
                    self.later(ASK, move || self.listen());
                }
                Err(error) => {
                    self.failed(&error, |rows| rows.set_fresh(Fresh::Stale));
                    self.later(ASK, move || self.ask());
                }
            }
        });
    }

    /// Takes changes in: a stream with a head and blocks.
    pub fn take(self, bytes: &[u8]) {
        let table = self.table();
        let schema = table.borrow().schema().clone();
        let mut reader = Reader::new(&schema);
        let Ok(blocks) = reader.push(bytes) else {
            // Written for other columns: the form has changed. All of it is loaded again with the page.
            self.set_fresh(Fresh::Stale);
            return;
        };
        let changed: usize = blocks.into_iter().map(|block: Block| table.borrow_mut().take(block)).sum();
        if let Some(head) = reader.head() {
            self.inner.update_value(|inner| inner.cursor = head.cursor.max(inner.cursor));
        }
        if changed > 0 {
            self.changed();
        }
    }

    /// Ends everything: nobody is signed in any more.
    pub fn stop(self) {
        self.forget_timer();
        self.inner.update_value(|inner| {
            inner.stopped = true;
            inner.live = None;
        });
    }

    fn failed(self, error: &ApiError, say: impl FnOnce(Self)) {
        if is_out(error) || matches!(error, ApiError::Problem(details) if details.status == 401) {
            self.stop();
            self.out.set(true);
        } else {
            say(self);
        }
    }

    fn changed(self) {
        self.version.update(|version| *version += 1);
    }

    fn set_fresh(self, fresh: Fresh) {
        if self.fresh.get_untracked() != fresh {
            self.fresh.set(fresh);
        }
    }

    fn later(self, wait: Duration, act: impl FnOnce() + 'static) {
        self.forget_timer();
        let timer = set_timeout_with_handle(act, wait).ok();
        self.inner.update_value(|inner| inner.timer = timer);
    }

    fn forget_timer(self) {
        if let Some(timer) = self.inner.try_update_value(|inner| inner.timer.take()).flatten() {
            timer.clear();
        }
    }
}

/// Puts texts in order before somebody sorts by them, a column in each idle moment. Then asks for everything once, for nobody: what has
/// run, the browser has compiled, and the first key is as quick as the tenth.
fn prepare(table: Rc<RefCell<Table>>, column: usize) {
    when_idle(IDLE, move || {
        let next = {
            let table = table.borrow();
            if table.prepare() {
                Some(column)
            } else {
                let query = Query {
                    search: String::from(["a", "an", "ann", "anna"][column % 4]),
                    sort: vec![Sort {
                        column,
                        descending: column.is_multiple_of(2),
                    }],
                    ..Query::default()
                };
                table.select(&query);
                table.counts(column, &query);
                (column + 1 < table.schema().columns.len()).then_some(column + 1)
            }
        };
        if let Some(column) = next {
            prepare(table, column);
        }
    });
}
