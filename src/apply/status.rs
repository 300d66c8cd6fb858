//! Receipt and status: what was received, what happens next, and everything one may still do.

use crate::ui::dom::{Show, View, el, later, many};
use crate::ui::kept::{Slot, kept, slot};
use leptos::task::spawn_local;
use opencall_core::Status;
use opencall_core::contract::{Event, EventKind};

use super::cx::Cx;
use super::leave::{Leave, second_step};
use super::link_box::link_box;
use super::receipt::stub;
use super::time;
use crate::api::ApiError;
use crate::draft::ApplicationSummary;
use crate::i18n::messages::Messages;
use crate::i18n::{failures, fill, intl};
use crate::ui::notice::notice;
use crate::ui::{download, focus};

/// The page.
pub fn page(cx: Cx) -> View {
    cx.title(cx.t.status);
    let draft = cx.lasting.draft;
    let asked = slot(None::<Leave>);
    let erased = slot(false);
    let exists = draft.exists();
    let loaded = draft.loaded();
    spawn_local(async move {
        // What is shown says how fresh it is through the state of the draft.
        let _ = draft.refresh().await;
    });
    (move || {
        if erased.get() {
            return words_only(cx.t.erased_title, cx.t.erased_text, cx);
        }
        if let Some(leave) = asked.get() {
            return second_step(cx, leave, asked, erased);
        }
        if !loaded.get() {
            return el("p").kid(cx.t.loading).show();
        }
        if !exists.get() {
            return words_only(cx.t.status_nothing, cx.t.status_nothing_text, cx);
        }
        overview(cx, asked)
    })
    .show()
}

fn words_only(title: &'static str, text: &'static str, cx: Cx) -> View {
    many(vec![
        el("div")
            .attr("class", "page-head")
            .kid(el("h1").attr("tabindex", "-1").kid(title))
            .kid(el("p").attr("class", "page-intro").kid(text))
            .show(),
        el("p")
            .kid(
                el("a")
                    .attr("href", crate::route::Route::Call { programme: cx.id() }.href())
                    .kid(cx.t.to_call),
            )
            .show(),
    ])
    .show()
}

/// All there is to say about an application.
fn overview(cx: Cx, asked: Slot<Option<Leave>>) -> View {
    let application = cx.lasting.draft.application();
    many(vec![
        (move || application.with(|application| standing(cx, application.as_ref()))).show(),
        (edit(cx)).show(),
        (next(cx)).show(),
        (timeline(cx)).show(),
        (link_box(cx)).show(),
        (yours(cx, asked)).show(),
    ])
    .show()
}

/// The heading, the status and the receipt.
fn standing(cx: Cx, application: Option<&ApplicationSummary>) -> View {
    let t = cx.t;
    let status = application.map_or(Status::Draft, |application| application.status);
    let receipt = application
        .and_then(|application| application.receipt.as_ref())
        .filter(|_| status != Status::Draft);
    let title = if status == Status::Submitted {
        t.status_submitted
    } else {
        t.status
    };
    cx.title(title);
    let words = match status {
        Status::Draft => Some(t.status_draft_text),
        Status::Withdrawn => Some(t.withdrawn_text),
        _ => None,
    };
    let edited =
        receipt.is_some() && status != Status::Withdrawn && application.is_some_and(|one| one.submitted_version != Some(one.version));
    let later = edited.then(|| {
        let text = if cx.lasting.open.get() {
            t.later_edits_text
        } else {
            t.later_edits_closed
        };
        notice("warn", t.later_edits_title.to_owned(), text.to_owned())
    });
    many(vec![
        el("div")
            .attr("class", "page-head")
            .kid(el("h1").attr("tabindex", "-1").kid(title))
            .kid(
                el("p")
                    .kid(t.status_word)
                    .kid(" ")
                    .kid(el("span").attr("class", "tag some").kid(status_name(t, status))),
            )
            .kid(el("p").attr("class", "page-intro").kid(words))
            .show(),
        (later).show(),
        (receipt.map(|receipt| stub(cx, receipt))).show(),
    ])
    .show()
}

fn status_name(t: &Messages, status: Status) -> &'static str {
    match status {
        Status::Draft => t.status_name_draft,
        Status::Submitted => t.status_name_submitted,
        Status::Ineligible => t.status_name_ineligible,
        Status::InReview => t.status_name_in_review,
        Status::Shortlisted => t.status_name_shortlisted,
        Status::Selected => t.status_name_selected,
        Status::Declined => t.status_name_declined,
        Status::Withdrawn => t.status_name_withdrawn,
    }
}

/// The way back to the answers: to change them while it is open, to read them afterwards.
fn edit(cx: Cx) -> View {
    let t = cx.t;
    (move || {
        if !cx.lasting.open.get() {
            return el("p")
                .attr("class", "hub-end")
                .kid(
                    el("a")
                        .attr("class", "btn quiet")
                        .attr("href", cx.check().href())
                        .kid(t.read_answers),
                )
                .show();
        }
        let deadline = cx
            .lasting
            .draft
            .extension()
            .get()
            .map_or(cx.programme.schedule.deadline, |later| later.max(cx.programme.schedule.deadline));
        el("section")
            .attr("class", "aside stack screen")
            .kid(el("h2").kid(t.edit_title))
            .kid(el("p").kid(fill(t.edit_text, &[("date", &time::stated(cx, deadline))])))
            .kid(
                el("p")
                    .attr("class", "actions")
                    .kid(el("a").attr("class", "btn quiet").attr("href", cx.hub().href()).kid(t.edit))
                    .kid(el("a").attr("class", "btn quiet").attr("href", cx.check().href()).kid(t.hub_check)),
            )
            .show()
    })
    .show()
}

/// The programme's dates; those past are lit.
fn next(cx: Cx) -> View {
    let today = cx.lasting.clock.now().to_string();
    let items: Vec<_> = cx
        .programme
        .call
        .dates
        .iter()
        .map(|date| {
            let past = today.get(..date.on.len()).is_some_and(|today| today > date.on.as_str());
            el("li")
                .attr("class", if past { "past" } else { "" })
                .kid(el("time").attr("datetime", date.on.as_str()).kid(intl::day(&date.on, cx.locale)))
                .kid(el("span").kid(date.what.get(cx.locale)))
        })
        .collect();
    el("section")
        .attr("class", "aside stack")
        .kid(el("h2").kid(cx.t.next_title))
        .kid(el("ol").attr("class", "next").kid(items))
        .show()
}

/// What has happened, by the backend's account.
fn timeline(cx: Cx) -> View {
    let events = slot(None::<Result<Vec<Event>, ApiError>>);
    let version = kept(move |_: Option<&_>| {
        cx.lasting
            .draft
            .application()
            .with(|one| one.as_ref().map(|one| (one.status, one.submitted_version)))
    });
    later(move || {
        version.with(|_| ());
        spawn_local(async move {
            let read = cx.lasting.draft.timeline().await;
            events.set(Some(read));
        });
    });
    let t = cx.t;
    let list = move || match events.get()? {
        Err(error) => Some(el("p").attr("class", "soft").kid(failures::words(t, cx.locale, &error)).show()),
        Ok(events) => {
            let items: Vec<_> = events
                .into_iter()
                .map(|event| {
                    el("li")
                        .attr("class", "past")
                        .kid(el("time").attr("datetime", event.at.to_string()).kid(time::stated(cx, event.at)))
                        .kid(el("span").kid(event_name(t, event.what)))
                })
                .collect();
            Some(el("ol").attr("class", "next").kid(items).show())
        }
    };
    el("section")
        .attr("class", "aside stack")
        .kid(el("h2").kid(t.timeline_title))
        .kid(list)
        .kid(move || came_by(cx))
        .show()
}

/// What led here, as it is recorded: the partner's name, the site, the campaign.
fn came_by(cx: Cx) -> Option<View> {
    let source = cx
        .lasting
        .draft
        .application()
        .with(|one| one.as_ref().map(|one| one.source.clone()))
        .filter(|source| !source.is_empty())?;
    let partner = source.partner.map(|id| {
        let organiser = cx.programme.organisers.iter().find(|organiser| organiser.id == id);
        organiser.map_or(id, |organiser| organiser.name.clone())
    });
    let site = source.referrer.and_then(|origin| Some(origin.split_once("//")?.1.to_owned()));
    let all: Vec<String> = [partner, site, source.campaign].into_iter().flatten().collect();
    let text = fill(cx.t.came_by, &[("source", &all.join(" · "))]);
    Some(el("p").attr("class", "soft").kid(text).show())
}

fn event_name(t: &Messages, what: EventKind) -> &'static str {
    match what {
        EventKind::Begun => t.event_begun,
        EventKind::Submitted => t.event_submitted,
        EventKind::Withdrawn => t.event_withdrawn,
        EventKind::Moved => t.event_moved,
        EventKind::Extended => t.event_extended,
    }
}

/// Download, withdraw, delete.
fn yours(cx: Cx, asked: Slot<Option<Leave>>) -> View {
    let t = cx.t;
    let draft = cx.lasting.draft;
    let failed = slot(None::<ApiError>);
    let export = move |_| {
        failed.set(None);
        spawn_local(async move {
            match draft.export().await {
                Ok(export) => {
                    if let Ok(export) = serde_json::to_value(&export) {
                        download::text("opencall.json", "application/json", &crate::json::pretty(&export));
                    }
                }
                Err(error) => failed.set(Some(error)),
            }
        });
    };
    let ask = move |leave: Leave| {
        asked.set(Some(leave));
        focus::heading();
    };
    let may_withdraw = kept(move |_: Option<&_>| {
        let may = |status: Status| status.may_become(Status::Withdrawn, opencall_core::status::Mover::Applicant);
        draft.application().with(|one| one.as_ref().is_some_and(|one| may(one.status)))
    });
    let withdraw = move || {
        may_withdraw.get().then(|| {
            el("button")
                .attr("type", "button")
                .attr("class", "btn quiet")
                .kid(t.withdraw)
                .on("click", move |_| ask(Leave::Withdraw))
        })
    };
    let failure = move || {
        failed
            .get()
            .map(|error| el("p").attr("class", "field-error").kid(failures::words(t, cx.locale, &error)))
    };
    el("section")
        .attr("class", "aside stack screen")
        .kid(el("h2").kid(t.yours_title))
        .kid(el("div").attr("role", "alert").kid(failure))
        .kid(
            el("div")
                .attr("class", "actions")
                .kid(
                    el("button")
                        .attr("type", "button")
                        .attr("class", "btn quiet")
                        .kid(t.export)
                        .on("click", export),
                )
                .kid(withdraw)
                .kid(
                    el("button")
                        .attr("type", "button")
                        .attr("class", "link-btn danger")
                        .kid(t.erase)
                        .on("click", move |_| ask(Leave::Erase)),
                ),
        )
        .show()
}
