//! One application beside the list: answers to read, files, what happened, notes, moves.
//!
//! - [`answers`]: what was answered; [`deadline()`]: a later deadline, for it or for all.

mod answers;
mod extend;

pub use extend::dialog as deadline;

use leptos::prelude::*;
use leptos::task::spawn_local;
use opencall_core::Status;
use opencall_core::contract::HappeningKind;
use opencall_core::contract::staff::StaffHappening;
use opencall_core::programme::FileType;
use opencall_core::role::Permission;

use super::cx::Cx;
use super::list::cells;
use crate::api::ApiError;
use crate::api::staff::ShownApplication;
use crate::i18n::{failures, fill, intl};
use crate::ui::dom::{Show, View, el, later, many};
use crate::ui::kept::{Slot, slot};

/// What is known of it.
#[derive(Clone)]
enum Seen {
    Loading,
    Here(Box<ShownApplication>),
    Failed(ApiError),
}

/// The panel. `close`: puts it away; `moves`: asks for a move to a status.
pub fn panel(cx: Cx, reference: &str, close: impl Fn() + Clone + 'static, moves: impl Fn(Status) + Clone + 'static) -> View {
    let s = cx.s;
    let reference = reference.to_owned();
    let seen = slot(Seen::Loading);
    let load = {
        let reference = reference.clone();
        move || {
            let reference = reference.clone();
            spawn_local(async move {
                let outcome = cx.staff.get_value().application(&reference).await;
                if !seen.is_disposed() {
                    seen.set(match outcome {
                        Ok(application) => Seen::Here(Box::new(application)),
                        Err(error) => Seen::Failed(error),
                    });
                }
            });
        }
    };
    // Again whenever the application itself has changed.
    let (table, of, again) = (cx.rows.table(), reference.clone(), load.clone());
    let mut revision = None;
    later(move || {
        cx.rows.version();
        let now = {
            let table = table.borrow();
            table.find(&of).map(|row| table.revision(row))
        };
        if revision != Some(now) {
            revision = Some(now);
            again();
        }
    });
    let asking = slot(false);
    let (of, opened) = (reference.clone(), reference.clone());
    let shown = move || match seen.get() {
        Seen::Loading => el("p").attr("role", "status").kid(cx.t.loading).show(),
        Seen::Failed(error) => {
            let again = load.clone();
            many(vec![
                el("p").attr("role", "alert").kid(failures::words(cx.t, cx.locale, &error)).show(),
                el("button")
                    .attr("type", "button")
                    .attr("class", "btn quiet")
                    .kid(cx.t.try_again)
                    .on("click", move |_| again())
                    .show(),
            ])
        }
        Seen::Here(application) => untrack(|| whole(cx, &application, moves.clone(), asking)),
    };
    let dialog = move || {
        asking
            .get()
            .then(|| untrack(|| deadline(cx, Some(of.clone()), move || asking.set(false))))
    };
    el("article")
        .attr("class", "one")
        .attr("aria-label", fill(s.one_label, &[("reference", &opened)]))
        .attr("tabindex", "0")
        .kid(
            el("div").attr("class", "one-head").kid(
                el("div").attr("class", "row no-print").kid(el("code").kid(reference)).kid(
                    el("span")
                        .attr("class", "moves")
                        .kid(
                            el("button")
                                .attr("type", "button")
                                .attr("class", "link-btn")
                                .kid(s.print)
                                .on("click", |_| {
                                    let _ = window().print();
                                }),
                        )
                        .kid(
                            el("button")
                                .attr("type", "button")
                                .attr("class", "icon-btn")
                                .attr("aria-label", s.close_one)
                                .kid("×")
                                .on("click", move |_| close()),
                        ),
                ),
            ),
        )
        .kid(shown)
        .kid(dialog)
        .show()
}

fn whole(cx: Cx, application: &ShownApplication, moves: impl Fn(Status) + Clone + 'static, asking: Slot<bool>) -> View {
    let s = cx.s;
    let answers = application.submitted.as_ref().or(application.draft.as_ref());
    let name = opencall_table::schema::name_field(cx.programme)
        .and_then(|field| answers?.0.get(&field.id)?.as_str())
        .filter(|name| !name.trim().is_empty())
        .map_or_else(|| s.nameless.to_owned(), answers::plain);
    let move_to = |to: &Status| {
        let (to, moves) = (*to, moves.clone());
        el("button")
            .attr("type", "button")
            .attr("class", "btn quiet")
            .kid(fill(s.move_to, &[("status", cells::status_name(cx, to))]))
            .on("click", move |_| moves(to))
            .show()
    };
    let buttons: Vec<View> = if cx.may(Permission::MoveApplications) {
        application.moves.iter().map(move_to).collect()
    } else {
        Vec::new()
    };
    let extend = cx.may(Permission::ExtendDeadlines).then(|| {
        el("button")
            .attr("type", "button")
            .attr("class", "btn quiet")
            .kid(s.extend_one)
            .on("click", move |_| asking.set(true))
    });
    let section = |title: &'static str, inside: View| el("section").kid(el("h2").kid(title)).kid(inside).show();
    many(vec![
        el("header")
            .attr("class", "one-head")
            .kid(el("h1").attr("class", "name").kid(name))
            .kid(
                el("p")
                    .kid(
                        el("span")
                            .attr("class", ["pill ", cells::class_of(application.status)].concat())
                            .kid(cells::status_name(cx, application.status)),
                    )
                    .kid(el("span").attr("class", "meta").kid([" ", application.reference.as_str()].concat())),
            )
            .kid(facts(cx, application))
            .kid(el("div").attr("class", "moves no-print").kid(buttons).kid(extend))
            .show(),
        (application.submitted.is_some() && application.draft.is_some())
            .then(|| el("p").attr("class", "notice").kid(s.changed_since))
            .show(),
        answers.map(|answers| answers::sections(cx, answers)).show(),
        section(s.files, files(cx, application)),
        section(s.happened, timeline(cx, &application.timeline)),
        section(s.notes, notes(cx, application)),
    ])
}

/// When it came and what proves it.
fn facts(cx: Cx, application: &ShownApplication) -> View {
    let s = cx.s;
    let zone = cx.programme.schedule.zone.as_str();
    let at = |time| intl::moment(time, Some(zone), cx.locale, intl::Look::DateTimeZone);
    let mut lines: Vec<(&'static str, String)> = vec![(s.col_created, at(application.created_at))];
    if let Some(receipt) = &application.receipt {
        lines.push((s.col_submitted, at(receipt.received_at)));
        let in_time = receipt.sealed_at.unwrap_or(receipt.received_at) <= receipt.deadline;
        lines.push((s.in_time, if in_time { s.in_time_yes } else { s.in_time_no }.to_owned()));
        lines.push((s.digest, receipt.digest.clone()));
    }
    if let Some(extension) = application.extension {
        lines.push((s.col_deadline, at(extension)));
    }
    if let Some(partner) = &application.partner {
        lines.push((s.col_partner, partner.clone()));
    }
    let line = |(name, value): (&'static str, String)| el("div").kid(el("dt").kid(name)).kid(el("dd").kid(value)).show();
    el("dl").kid(lines.into_iter().map(line).collect::<Vec<View>>()).show()
}

fn files(cx: Cx, application: &ShownApplication) -> View {
    let s = cx.s;
    if application.files.is_empty() {
        return el("p").attr("class", "soft").kid(s.no_files).show();
    }
    let framed: Slot<Option<String>> = slot(None);
    let staff = cx.staff.get_value();
    let line = |file: &opencall_core::contract::FileView| {
        let whole = file.kind.is_some();
        let inline = staff.file(&application.reference, &file.id, true);
        let look = (file.kind == Some(FileType::Pdf)).then(|| {
            el("button")
                .attr("type", "button")
                .attr("class", "link-btn no-print")
                .kid(s.look)
                .kid(el("span").attr("class", "vh").kid([" ", &file.name].concat()))
                .on("click", move |_| {
                    framed.update(|now| {
                        *now = if now.as_ref() == Some(&inline) {
                            None
                        } else {
                            Some(inline.clone())
                        }
                    })
                })
        });
        let size = intl::bytes(file.size, cx.locale);
        let name = if whole {
            el("a")
                .attr("href", staff.file(&application.reference, &file.id, false))
                .attr("download", "")
                .kid(el("bdi").kid(file.name.clone()))
                .show()
        } else {
            el("bdi").kid(file.name.clone()).show()
        };
        el("li")
            .kid(name)
            .kid(
                el("span")
                    .attr("class", "meta")
                    .kid([" ", &size, if whole { "" } else { s.file_unfinished }].concat()),
            )
            .kid(" ")
            .kid(look)
            .show()
    };
    let lines: Vec<View> = application.files.iter().map(line).collect();
    many(vec![
        el("ul").attr("class", "plain").kid(lines).show(),
        (move || {
            framed.get().map(|address| {
                el("iframe")
                    .attr("class", "no-print")
                    .attr("src", address)
                    .attr("title", s.file_frame)
                    .attr("referrerpolicy", "no-referrer")
            })
        })
        .show(),
    ])
}

fn timeline(cx: Cx, happenings: &[StaffHappening]) -> View {
    let s = cx.s;
    let zone = cx.programme.schedule.zone.as_str();
    let at = |time| intl::moment(time, Some(zone), cx.locale, intl::Look::DateTimeZone);
    let line = |one: &StaffHappening| {
        let what = match one.what {
            HappeningKind::Begun => s.event_begun.to_owned(),
            HappeningKind::Sealed => s.event_sealed.to_owned(),
            HappeningKind::Submitted => s.event_submitted.to_owned(),
            HappeningKind::Withdrawn => s.event_withdrawn.to_owned(),
            HappeningKind::LinkReplaced => s.event_link.to_owned(),
            HappeningKind::Extended => fill(s.event_extended, &[("until", &one.until.map(at).unwrap_or_default())]),
            HappeningKind::Moved => {
                let name = |status: Option<Status>| status.map_or("?", |status| cells::status_name(cx, status));
                [name(one.from), " → ", name(one.to)].concat()
            }
        };
        let by = one.by.as_ref().map(|by| [" · ", by].concat()).unwrap_or_default();
        el("li")
            .kid(el("span").kid(what))
            .kid(el("span").attr("class", "meta").kid([" · ", &at(one.at), &by].concat()))
            .kid(one.reason.as_ref().map(|reason| el("p").attr("class", "note").kid(reason.clone())))
            .show()
    };
    el("ol")
        .attr("class", "plain")
        .kid(happenings.iter().map(line).collect::<Vec<View>>())
        .show()
}

fn notes(cx: Cx, application: &ShownApplication) -> View {
    let s = cx.s;
    let zone = cx.programme.schedule.zone.as_str();
    let shown = slot(application.notes.clone());
    let reference = application.reference.clone();
    let text = slot(String::new());
    let wrong: Slot<Option<String>> = slot(None);
    let busy = slot(false);
    let add = move |event: web_sys::Event| {
        event.prevent_default();
        let words = text.get_untracked();
        if busy.get_untracked() || words.trim().is_empty() {
            return;
        }
        busy.set(true);
        let reference = reference.clone();
        spawn_local(async move {
            let staff = cx.staff.get_value();
            let outcome = match staff.note(&reference, &words).await {
                Ok(()) => staff.application(&reference).await,
                Err(error) => Err(error),
            };
            if shown.is_disposed() {
                return;
            }
            busy.set(false);
            match outcome {
                Ok(application) => {
                    // Only now: what was typed is kept until it is safe.
                    text.set(String::new());
                    wrong.set(None);
                    shown.set(application.notes);
                }
                Err(error) => wrong.set(Some(failures::words(cx.t, cx.locale, &error))),
            }
        });
    };
    let list = move || {
        let line = |note: &opencall_core::contract::staff::Note| {
            let at = intl::moment(note.at, Some(zone), cx.locale, intl::Look::DateTimeZone);
            el("li")
                .kid(el("p").attr("class", "note").attr("dir", "auto").kid(note.text.clone()))
                .kid(el("p").attr("class", "meta").kid([&note.by, " · ", &at].concat()))
                .show()
        };
        shown.with(|notes| {
            el("ul")
                .attr("class", "plain")
                .kid(notes.iter().map(line).collect::<Vec<View>>())
                .show()
        })
    };
    let form = cx.may(Permission::WriteNotes).then(|| {
        el("form")
            .attr("class", "stack no-print")
            .kid(
                el("div")
                    .attr("class", "field")
                    .kid(el("label").attr("for", "note").kid(s.note_new))
                    .kid(move || {
                        wrong
                            .get()
                            .map(|words| el("p").attr("class", "error").attr("role", "alert").kid(words))
                    })
                    .kid(
                        el("textarea")
                            .attr("id", "note")
                            .attr("rows", "3")
                            .attr("maxlength", "5000")
                            .value(move || text.get())
                            .on("input", move |event| {
                                use wasm_bindgen::JsCast;
                                if let Some(area) = event
                                    .target()
                                    .and_then(|target| target.dyn_into::<web_sys::HtmlTextAreaElement>().ok())
                                {
                                    text.set(area.value());
                                }
                            }),
                    ),
            )
            .kid(
                el("button")
                    .attr("type", "submit")
                    .attr("class", "btn quiet")
                    .attr("aria-disabled", move || busy.get().then_some("true"))
                    .kid(s.note_add),
            )
            .on("submit", add)
    });
    many(vec![list.show(), form.show()])
}
