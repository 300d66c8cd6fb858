//! What is done with many: moved, after one has seen what will happen.

use leptos::prelude::*;
use leptos::task::spawn_local;
use opencall_core::Status;
use opencall_core::contract::staff::{MoveOutcome, MoveRequest, Moved, Outcome, Seen, staff_problem};
use opencall_core::role::Permission;
use opencall_core::status::{MOVES, Mover};
use opencall_table::Cell;
use opencall_table::schema::STATUS;

use super::grid::GridAct;
use super::{Asking, List, applications, cells, export};
use crate::api::ApiError;
use crate::i18n::messages::grouped;
use crate::i18n::{failures, fill};
use crate::ui::dialog;
use crate::ui::dom::{Show, View, el, many};
use crate::ui::kept::{Slot, slot};

/// A move that can still be undone.
#[derive(Clone, PartialEq)]
pub struct Done {
    id: String,
    count: usize,
    to: Status,
}

/// The bar below the table while something is selected, or can be undone.
pub fn bar(list: List) -> View {
    let cx = list.cx;
    let s = cx.s;
    let done = list.done;
    let words: Slot<Option<String>> = slot(None);
    let selected = move || {
        let count = list.selection.with(|selection| selection.len());
        if count == 0 {
            return ().show();
        }
        let targets = targets(list);
        let move_to = |to: Status| {
            el("button")
                .attr("type", "button")
                .attr("class", "btn quiet")
                .kid(fill(s.move_to, &[("status", cells::status_name(cx, to))]))
                .on("click", move |_| list.asking.set(Asking::Move(to)))
                .show()
        };
        let moves: Vec<View> = if cx.may(Permission::MoveApplications) {
            targets.into_iter().map(move_to).collect()
        } else {
            Vec::new()
        };
        el("div")
            .attr("class", "bulk")
            .attr("role", "region")
            .attr("aria-label", s.selected_region)
            .kid(
                el("strong")
                    .attr("role", "status")
                    .kid(crate::i18n::messages::plural(s.n_selected, cx.locale, count)),
            )
            .kid(moves)
            .kid(export::buttons(list, export::What::Selected))
            // In the plain table one ticks the rows of a page.
            .kid(move || {
                (list.is_plain() && count < list.order.with_value(|order| order.len())).then(|| {
                    el("button")
                        .attr("type", "button")
                        .attr("class", "link-btn")
                        .kid(s.key_all)
                        .on("click", move |_| list.act(GridAct::SelectAll))
                })
            })
            .kid(
                el("button")
                    .attr("type", "button")
                    .attr("class", "link-btn")
                    .kid(s.select_none)
                    .on("click", move |_| list.selection.update(super::Selection::clear)),
            )
            .show()
    };
    let undone = move || {
        done.get().map(|one| {
            let count = applications(cx, one.count);
            let said = fill(s.moved, &[("applications", &count), ("status", cells::status_name(cx, one.to))]);
            let undo = move |_| {
                let id = one.id.clone();
                spawn_local(async move {
                    let outcome = cx.staff.get_value().undo(&id).await;
                    done.set(None);
                    words.set(Some(match outcome {
                        Ok(_) => s.undone.to_owned(),
                        Err(error) if error.is(staff_problem::TOO_LATE) => s.undo_late.to_owned(),
                        Err(error) if error.is(staff_problem::MOVED_MEANWHILE) => s.undo_changed.to_owned(),
                        Err(error) => failures::words(cx.t, cx.locale, &error),
                    }));
                });
            };
            el("div")
                .attr("class", "bulk")
                .attr("role", "status")
                .kid(el("span").kid(said))
                .kid(
                    el("button")
                        .attr("type", "button")
                        .attr("class", "btn quiet")
                        .kid(s.undo)
                        .on("click", undo),
                )
        })
    };
    // A minute later nothing of it can be undone.
    crate::ui::dom::later(move || {
        if let Some(one) = done.get() {
            words.set(None);
            let id = one.id.clone();
            set_timeout(
                move || {
                    if done.try_with_untracked(|now| now.as_ref().is_some_and(|now| now.id == id)) == Some(true) {
                        done.set(None);
                    }
                },
                std::time::Duration::from_secs(60),
            );
        }
    });
    many(vec![
        selected.show(),
        undone.show(),
        (move || {
            words
                .get()
                .map(|words| el("p").attr("class", "bulk").attr("role", "status").kid(words))
        })
        .show(),
    ])
}

/// Where something of what is selected may be moved to, in the order of an application's life.
pub fn targets(list: List) -> Vec<Status> {
    let statuses: Vec<Status> = seen(list).into_iter().map(|seen| seen.status).collect();
    let possible = |to: &Status| {
        MOVES
            .iter()
            .any(|(from, one, mover)| one == to && *mover == Mover::Staff && statuses.contains(from))
    };
    Status::ALL.into_iter().filter(possible).collect()
}

/// What is selected, as it is seen here.
fn seen(list: List) -> Vec<Seen> {
    let table = list.cx.rows.table();
    let table = table.borrow();
    list.selection.with_untracked(|selection| {
        let one = |reference: &str| {
            let Cell::One(place) = table.cell(table.find(reference)?, STATUS) else {
                return None;
            };
            Some(Seen {
                reference: reference.to_owned(),
                status: *Status::ALL.get(usize::from(place))?,
            })
        };
        selection.iter().filter_map(one).collect()
    })
}

/// The dialog before a move: who changes, who cannot and why, and a reason.
pub fn dialog(list: List, to: Status) -> View {
    let cx = list.cx;
    let s = cx.s;
    let close = move || list.asking.set(Asking::Nothing);
    let asked = seen(list);
    let preview: Slot<Option<Result<Moved, ApiError>>> = slot(None);
    let busy = slot(false);
    let request = move |dry_run: bool, reason: String| MoveRequest {
        to,
        reason: Some(reason).filter(|reason| !reason.trim().is_empty()),
        dry_run,
        applications: asked.clone(),
    };
    let dry = request.clone();
    spawn_local(async move {
        let outcome = cx.staff.get_value().moves(&cx.programme.id, dry(true, String::new())).await;
        preview.set(Some(outcome));
    });
    let reason = slot(String::new());
    let wrong: Slot<Option<String>> = slot(None);
    let act = move |_| {
        if busy.get_untracked() {
            return;
        }
        busy.set(true);
        let request = request(false, reason.get_untracked());
        spawn_local(async move {
            let outcome = cx.staff.get_value().moves(&cx.programme.id, request).await;
            busy.set(false);
            match outcome {
                Ok(moved) => {
                    let count = moved.outcomes.iter().filter(|one| one.outcome == Outcome::Moves).count();
                    if let Some(id) = moved.id {
                        list.done.set(Some(Done { id, count, to }));
                    }
                    list.selection.update(super::Selection::clear);
                    close();
                }
                Err(ApiError::Problem(details)) if details.kind.ends_with(staff_problem::MOVED_MEANWHILE) => {
                    // Looked at again: the list says now what each of them is.
                    let outcomes = details.more.get("outcomes").cloned().unwrap_or_default();
                    let outcomes: Vec<MoveOutcome> = serde_json::from_value(outcomes).unwrap_or_default();
                    preview.set(Some(Ok(Moved {
                        id: None,
                        undo_until: None,
                        outcomes,
                    })));
                    wrong.set(Some(s.moved_meanwhile.to_owned()));
                }
                Err(error) => wrong.set(Some(failures::words(cx.t, cx.locale, &error))),
            }
        });
    };
    let shown = move || match preview.get() {
        None => el("p").attr("role", "status").kid(cx.t.loading).show(),
        Some(Err(error)) => el("p")
            .attr("class", "notice wrong")
            .attr("role", "alert")
            .kid(failures::words(cx.t, cx.locale, &error))
            .show(),
        Some(Ok(moved)) => untrack(|| outcomes(list, &moved, to)),
    };
    let field = el("div")
        .attr("class", "field")
        .kid(el("label").attr("for", "move-reason").kid(s.reason))
        .kid(
            el("p")
                .attr("class", "hint small soft")
                .attr("id", "move-reason-hint")
                .kid(s.reason_staff),
        )
        .kid(
            el("input")
                .attr("id", "move-reason")
                .attr("type", "text")
                .attr("maxlength", "500")
                .attr("aria-describedby", "move-reason-hint")
                .on("input", move |event| {
                    if let Some(input) = crate::ui::dom::input_of(&event) {
                        reason.set(input.value());
                    }
                }),
        );
    let inside = many(vec![
        shown.show(),
        field.show(),
        (move || {
            wrong
                .get()
                .map(|words| el("p").attr("class", "notice wrong").attr("role", "alert").kid(words))
        })
        .show(),
        el("div")
            .attr("class", "row-actions")
            .kid(
                el("button")
                    .attr("type", "button")
                    .attr("class", "btn")
                    .attr("aria-disabled", move || busy.get().then_some("true"))
                    .kid(fill(s.move_to, &[("status", cells::status_name(cx, to))]))
                    .on("click", act),
            )
            .kid(
                el("button")
                    .attr("type", "button")
                    .attr("class", "link-btn")
                    .kid(s.cancel)
                    .on("click", move |_| close()),
            )
            .show(),
    ]);
    dialog::dialog(
        "wide",
        fill(s.move_to, &[("status", cells::status_name(cx, to))]),
        cx.t.close,
        inside,
        close,
    )
}

/// Who changes, and who does not and why.
fn outcomes(list: List, moved: &Moved, to: Status) -> View {
    let cx = list.cx;
    let s = cx.s;
    let table = cx.rows.table();
    let table = table.borrow();
    let groups = [
        (Outcome::Moves, s.will_move),
        (Outcome::Changed, s.was_changed),
        (Outcome::Illegal, s.cannot_move),
        (Outcome::Already, s.there_already),
        (Outcome::Unknown, s.gone),
    ];
    let group = |(outcome, title): (Outcome, &'static str)| {
        let of: Vec<&MoveOutcome> = moved.outcomes.iter().filter(|one| one.outcome == outcome).collect();
        if of.is_empty() {
            return None;
        }
        let line = |one: &&MoveOutcome| {
            let name = table
                .find(&one.reference)
                .map(|row| table.text(row, opencall_table::schema::NAME).to_owned())
                .unwrap_or_default();
            let from = one.from.map(|from| cells::status_name(cx, from)).unwrap_or_default();
            let way = if outcome == Outcome::Moves {
                [from, " → ", cells::status_name(cx, to)].concat()
            } else {
                from.to_owned()
            };
            el("li")
                .kid(el("code").kid(one.reference.clone()))
                .kid(el("bdi").kid([" ", &name].concat()))
                .kid(el("span").attr("class", "soft").kid([" – ", &way].concat()))
                .show()
        };
        let lines: Vec<View> = of.iter().take(200).map(line).collect();
        let title = fill(
            title,
            &[
                ("n", &grouped(&of.len().to_string(), cx.locale)),
                ("status", cells::status_name(cx, to)),
            ],
        );
        Some(
            el("section")
                .attr("class", "outcome")
                .kid(el("h3").kid(title))
                .kid(el("ul").attr("tabindex", "0").kid(lines))
                .show(),
        )
    };
    many(groups.into_iter().filter_map(group).collect())
}
