//! What all applications come to: how many are where, when they came, where from, where people stop. Every figure is a filter.

use leptos::prelude::*;
use opencall_core::{Status, Timestamp};
use opencall_table::schema::{CREATED, PARTNER, STATUS, STOPPED, SUBMITTED};
use opencall_table::{Filter, Kind, Schema, Test};
use wasm_bindgen::JsCast;

use super::chart::{self, Bucket};
use super::{List, cells};
use crate::i18n::messages::grouped;
use crate::i18n::{fill, intl};
use crate::ui::dom::{Show, View, el, keyed, later, many};
use crate::ui::kept::{Kept, Slot, kept, slot};

/// How many bars a list of values shows.
const BARS: usize = 5;
/// The most bars of the chart.
const BUCKETS: i64 = 45;
const DAY: i64 = 86_400_000;
const HOUR: i64 = 3_600_000;

/// Everything the overview says.
#[derive(Clone, Default, PartialEq)]
struct Figures {
    statuses: Vec<u32>,
    all: u32,
    arrivals: Vec<Bucket>,
    bars: Vec<Bars>,
    /// How many had been submitted in the edition before as long before its deadline as it is now.
    previous: Option<u32>,
}

/// The values of one column, the most frequent first.
#[derive(Clone, Default, PartialEq)]
struct Bars {
    column: usize,
    values: Vec<(Option<String>, u32)>,
}

/// What the bars of the chart are called, so that the browser is asked once.
#[derive(Default)]
struct Days {
    start: i64,
    width: i64,
    names: Vec<String>,
}

/// Draws it. It is counted after the table has been drawn: whoever types sees rows first.
pub fn overview(list: List) -> View {
    let cx = list.cx;
    let figures = slot(Figures::default());
    let scheduled = StoredValue::new(false);
    let days = StoredValue::new_local(Days::default());
    let previous = slot(None::<Vec<(i64, u32)>>);
    if cx.programme.follows.is_some() {
        leptos::task::spawn_local(async move {
            // Without it there is nothing to compare with; all the rest stands.
            if let Ok(found) = cx.staff.get_value().previous(&cx.programme.id).await
                && !previous.is_disposed()
            {
                previous.set(Some(found));
            }
        });
    }
    let count = move || {
        scheduled.set_value(false);
        if figures.is_disposed() {
            return;
        }
        let counted = days
            .try_update_value(|days| previous.with_untracked(|previous| count(list, days, previous.as_deref())))
            .unwrap_or_default();
        if figures.with_untracked(|before| *before != counted) {
            figures.set(counted);
        }
    };
    // In which order the rows stand is nothing to it.
    let asked =
        kept(move |_: Option<&(String, Vec<Filter>)>| list.state.with(|state| (state.query.search.clone(), state.query.filters.clone())));
    later(move || {
        asked.with(|_| ());
        previous.with(|_| ());
        cx.rows.version();
        if !scheduled.get_value() {
            scheduled.set_value(true);
            set_timeout(count, std::time::Duration::from_millis(60));
        }
    });
    many(vec![statuses(list, figures), panels(list, figures)])
}

fn count(list: List, days: &mut Days, previous: Option<&[(i64, u32)]>) -> Figures {
    let table = list.cx.rows.table();
    let table = table.borrow();
    let query = list.state.with_untracked(|state| state.query.clone());
    // What was filtered is not compared with everything.
    let previous = previous.filter(|_| query.search.is_empty() && query.filters.is_empty());
    let deadline = list.cx.programme.schedule.deadline.millis();
    let by_now = |hours: &[(i64, u32)]| {
        let left = (deadline - js_sys::Date::now() as i64).div_euclid(HOUR);
        hours.iter().filter(|(hour, _)| *hour > left).map(|(_, n)| n).sum()
    };
    let rows = table.matching(&query, None);
    // Where nothing filters a column itself, the rows that are there already are the ones to be counted.
    let counts = |column: usize| match query.filter_of(column) {
        Some(_) => table.counts(column, &query),
        None => table.counts_among(column, &rows),
    };
    let statuses = counts(STATUS);
    let is_draft = Filter {
        column: STATUS,
        test: Test::AnyOf(vec![Some(Status::Draft.name().to_owned())]),
    };
    let drafts = table.narrowed(&rows, &is_draft);
    let columns = columns(table.schema());
    let bars = columns
        .into_iter()
        .map(|column| {
            // Whoever has submitted has not stopped.
            let counts = if column == STOPPED {
                table.counts_among(column, &drafts)
            } else {
                counts(column)
            };
            let names: Vec<&String> = match table.schema().columns[column].kind {
                Kind::Open => table.known(column).iter().collect(),
                _ => table.schema().columns[column].options().iter().collect(),
            };
            let mut values: Vec<(Option<String>, u32)> = names
                .into_iter()
                .zip(counts.values)
                .map(|(name, n)| (Some(name.clone()), n))
                .collect();
            values.push((None, counts.missing));
            values.retain(|(name, n)| *n > 0 || query.has(column, name.as_deref()));
            // Where people stop is told in the order of the form.
            if column != STOPPED {
                values.sort_by_key(|(_, n)| std::cmp::Reverse(*n));
            }
            Bars { column, values }
        })
        .collect();
    Figures {
        all: statuses.rows,
        statuses: statuses.values,
        arrivals: arrivals(list, &table, &rows, days, previous),
        previous: previous.map(by_now),
        bars,
    }
}

/// What is counted beside the statuses: where people come from, the first two questions with options, where they stop.
fn columns(schema: &Schema) -> Vec<usize> {
    let mut columns = vec![PARTNER];
    let asked = schema
        .columns
        .iter()
        .enumerate()
        .filter(|(_, column)| column.id.starts_with("answers."));
    columns.extend(
        asked
            .filter(|(_, column)| matches!(column.kind, Kind::One(_)))
            .take(2)
            .map(|(place, _)| place),
    );
    columns.push(STOPPED);
    columns
}

/// A bar a day from the opening to the deadline, or to today where that is later; fewer and wider ones where that would be too many.
fn arrivals(list: List, table: &opencall_table::Table, rows: &[u32], calendar: &mut Days, previous: Option<&[(i64, u32)]>) -> Vec<Bucket> {
    let schedule = &list.cx.programme.schedule;
    let start = schedule.opens.millis().div_euclid(DAY) * DAY;
    let end = [CREATED, SUBMITTED]
        .into_iter()
        .filter_map(|column| table.last(column))
        .fold(schedule.deadline.millis(), i64::max);
    let days = (end - start).div_euclid(DAY) + 1;
    let width = days.div_euclid(BUCKETS).max(1) * DAY;
    let buckets = usize::try_from((end - start).div_euclid(width) + 1).unwrap_or(1).min(400);
    let begun = table.series(CREATED, rows, start, width, buckets);
    let submitted = table.series(SUBMITTED, rows, start, width, buckets);
    if (calendar.start, calendar.width, calendar.names.len()) != (start, width, buckets) {
        let format = intl::Short::new(&schedule.zone, list.cx.locale, false);
        let name = |at| format.say(Timestamp::from_millis(start + at as i64 * width));
        *calendar = Days {
            start,
            width,
            names: (0..buckets).map(name).collect(),
        };
    }
    // As far from this deadline as it was from that one.
    let previous = previous.map(|hours| {
        let mut counts = vec![0; buckets];
        for (hour, n) in hours {
            let at = schedule.deadline.millis() - hour * HOUR - HOUR / 2;
            if let Some(count) = usize::try_from((at - start).div_euclid(width))
                .ok()
                .and_then(|bucket| counts.get_mut(bucket))
            {
                *count += n;
            }
        }
        counts
    });
    let before = |at: usize| previous.as_ref().and_then(|counts| counts.get(at).copied());
    begun
        .into_iter()
        .zip(submitted)
        .zip(&calendar.names)
        .enumerate()
        .map(|(at, ((begun, submitted), name))| Bucket {
            name: name.clone(),
            begun,
            submitted,
            previous: before(at),
        })
        .collect()
}

fn number(list: List, count: u32) -> String {
    grouped(&count.to_string(), list.cx.locale)
}

/// How many are where; pressing one shows those.
fn statuses(list: List, figures: Slot<Figures>) -> View {
    let cx = list.cx;
    let all = el("button")
        .attr("type", "button")
        .attr("class", "figure")
        .attr("aria-pressed", move || {
            if list.state.with(|state| state.query.filter_of(STATUS).is_none()) {
                "true"
            } else {
                "false"
            }
        })
        .kid(
            el("span")
                .attr("class", "n")
                .kid(move || figures.with(|figures| number(list, figures.all))),
        )
        .kid(el("span").attr("class", "what").kid(cx.s.all))
        .on("click", move |_| list.change(true, |state| state.query.filter(STATUS, None)));
    let one = |(place, status): (usize, Status)| {
        el("button")
            .attr("type", "button")
            .attr("class", "figure")
            .attr("aria-pressed", move || {
                if list.state.with(|state| state.query.has(STATUS, Some(status.name()))) {
                    "true"
                } else {
                    "false"
                }
            })
            .kid(
                el("span")
                    .attr("class", "n")
                    .kid(move || figures.with(|figures| number(list, figures.statuses.get(place).copied().unwrap_or(0)))),
            )
            .kid(
                el("span")
                    .attr("class", ["what ", cells::class_of(status)].concat())
                    .kid(cells::status_name(cx, status)),
            )
            .on("click", move |_| {
                list.change(true, |state| state.query.toggle(STATUS, Some(status.name())))
            })
            .show()
    };
    let each: Vec<View> = Status::ALL.into_iter().enumerate().map(one).collect();
    el("div")
        .attr("class", "figures")
        .attr("role", "group")
        .attr("aria-label", cx.s.by_status)
        .kid(all)
        .kid(each)
        .show()
}

/// Drawn once: what stands in it follows the figures, so that what is open stays open and what has the focus keeps it.
fn panels(list: List, figures: Slot<Figures>) -> View {
    let cx = list.cx;
    let s = cx.s;
    let arrivals = kept(move |_: Option<&Vec<Bucket>>| figures.with(|figures| figures.arrivals.clone()));
    let drawing = move || {
        let schedule = &cx.programme.schedule;
        let whole = (schedule.deadline.millis() - schedule.opens.millis()).max(1) as f64;
        let now = (js_sys::Date::now() - schedule.opens.millis() as f64) / whole;
        arrivals.with(|arrivals| chart::draw(arrivals, Some(now)))
    };
    let chart = el("div")
        .attr("class", "panel")
        .kid(el("h2").kid(s.arrivals))
        .kid(drawing)
        .kid(
            el("p")
                .attr("class", "legend")
                .kid(el("span").kid(s.begun))
                .kid(el("span").attr("class", "is-submitted").kid(s.submitted))
                .kid(move || {
                    let previous = figures.with(|figures| figures.previous)?;
                    let words = fill(s.previous_by_now, &[("n", &number(list, previous))]);
                    Some(el("span").attr("class", "is-previous").kid(words))
                }),
        )
        .kid(numbers(list, arrivals));
    let bars: Vec<View> = columns(cx.rows.table().borrow().schema())
        .into_iter()
        .enumerate()
        .map(|(at, column)| {
            let bars = kept(move |_: Option<&Bars>| figures.with(|figures| figures.bars.get(at).cloned().unwrap_or_default()));
            panel(list, column, bars)
        })
        .collect();
    let nothing = move || figures.with(|figures| figures.bars.is_empty());
    el("details")
        .attr("class", "all-panels")
        .attr("open", "")
        .kid(el("summary").kid(s.overview))
        .kid(el("div").attr("class", "panels").attr("hidden", nothing).kid(chart).kid(bars))
        .show()
}

/// The table behind the chart.
fn numbers(list: List, arrivals: Kept<Vec<Bucket>>) -> View {
    let s = list.cx.s;
    let compared = move || arrivals.with(|arrivals| arrivals.iter().any(|bucket| bucket.previous.is_some()));
    let column = |name: &'static str| el("th").attr("scope", "col").kid(name);
    let head = el("tr")
        .kid(column(s.day))
        .kid(column(s.begun))
        .kid(column(s.submitted))
        .kid(move || compared().then(|| column(s.previous)));
    let line = move |bucket: &Bucket| {
        el("tr")
            .kid(el("th").attr("scope", "row").kid(bucket.name.clone()))
            .kid(el("td").kid(number(list, bucket.begun)))
            .kid(el("td").kid(number(list, bucket.submitted)))
            .kid(bucket.previous.map(|n| el("td").kid(number(list, n))))
            .show()
    };
    // As long as nobody looks there is nothing to draw.
    let open = slot(false);
    let lines = move || {
        if !open.get() {
            return Vec::new();
        }
        arrivals.with(|arrivals| {
            let some = arrivals
                .iter()
                .filter(|bucket| bucket.begun + bucket.submitted + bucket.previous.unwrap_or(0) > 0);
            some.map(line).collect::<Vec<View>>()
        })
    };
    el("details")
        .attr("class", "numbers")
        .on("toggle", move |event| {
            let is_open = event.target().and_then(|target| target.dyn_into::<web_sys::Element>().ok());
            open.set(is_open.is_some_and(|details| details.has_attribute("open")));
        })
        .kid(el("summary").kid(s.numbers))
        .kid(
            el("div")
                .attr("tabindex", "0")
                .attr("role", "region")
                .attr("aria-label", s.arrivals)
                .kid(
                    el("table")
                        .attr("class", "plain-table")
                        .kid(el("caption").attr("class", "vh").kid(s.arrivals))
                        .kid(el("thead").kid(head))
                        .kid(el("tbody").kid(lines)),
                ),
        )
        .show()
}

/// One column's values, each a filter.
fn panel(list: List, column: usize, bars: Kept<Bars>) -> View {
    let cx = list.cx;
    let limit = if column == STOPPED { 12 } else { BARS };
    let keys = move || bars.with(|bars| bars.values.iter().take(limit).map(|(value, _)| key(value)).collect());
    let bar = move |key: String| {
        let value = key.strip_prefix('=').map(str::to_owned);
        let (of_state, of_count) = (value.clone(), value.clone());
        let name = cells::value_name(cx, cx.rows.table().borrow().schema(), column, value.as_deref());
        let count = kept(move |_: Option<&u32>| {
            bars.with(|bars| {
                let found = bars.values.iter().find(|(one, _)| *one == of_count);
                found.map_or(0, |(_, n)| *n)
            })
        });
        let button = el("button")
            .attr("type", "button")
            .attr("aria-pressed", move || {
                let pressed = list.state.with(|state| state.query.has(column, of_state.as_deref()));
                if pressed { "true" } else { "false" }
            })
            .kid(el("span").kid(name))
            .kid(el("span").attr("class", "n").kid(move || number(list, count.get())))
            .on("click", move |_| {
                list.change(true, |state| state.query.toggle(column, value.as_deref()))
            });
        let element = button.node().clone();
        later(move || {
            let most = bars.with(|bars| bars.values.iter().map(|(_, n)| *n).max()).unwrap_or(1).max(1);
            let share = f64::from(count.get()) / f64::from(most) * 100.0;
            super::set_style(&element, "--share", &[&chart::tenths(share), "%"].concat());
        });
        el("li").kid(button).show()
    };
    let rest = move || {
        let rest = bars.with(|bars| bars.values.len().saturating_sub(limit));
        (rest > 0).then(|| {
            el("p")
                .attr("class", "small soft")
                .kid(crate::i18n::messages::plural(cx.s.n_more, cx.locale, rest))
        })
    };
    el("div")
        .attr("class", "panel")
        .kid(el("h2").kid(if column == STOPPED {
            cx.s.stopped_at.to_owned()
        } else {
            cells::label(cx, cx.rows.table().borrow().schema(), column)
        }))
        .kid(el("ul").attr("class", "bars").kid(keyed(keys, bar)))
        .kid(rest)
        .show()
}

/// A value as a key: missing is no value.
fn key(value: &Option<String>) -> String {
    value.as_ref().map_or_else(String::new, |value| ["=", value].concat())
}
