//! Receipt and status: what was received, what happens next, and everything one may still do.

use leptos::prelude::*;
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
pub fn page(cx: Cx) -> AnyView {
    cx.title(cx.t.status);
    let draft = cx.lasting.draft;
    let asked = RwSignal::<Option<Leave>>::new(None);
    let erased = RwSignal::new(false);
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
            return view! { <p>{cx.t.loading}</p> }.into_any();
        }
        if !exists.get() {
            return words_only(cx.t.status_nothing, cx.t.status_nothing_text, cx);
        }
        overview(cx, asked)
    })
    .into_any()
}

fn words_only(title: &'static str, text: &'static str, cx: Cx) -> AnyView {
    view! {
        <div class="page-head">
            <h1 tabindex="-1">{title}</h1>
            <p class="page-intro">{text}</p>
        </div>
        <p>
            <a href=crate::route::Route::Call { programme: cx.id() }.path()>{cx.t.to_call}</a>
        </p>
    }
    .into_any()
}

/// All there is to say about an application.
fn overview(cx: Cx, asked: RwSignal<Option<Leave>>) -> AnyView {
    let application = cx.lasting.draft.application();
    view! {
        {move || application.with(|application| standing(cx, application.as_ref()))}
        {edit(cx)}
        {next(cx)}
        {timeline(cx)}
        {link_box(cx)}
        {yours(cx, asked)}
    }
    .into_any()
}

/// The heading, the status and the receipt.
fn standing(cx: Cx, application: Option<&ApplicationSummary>) -> AnyView {
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
    view! {
        <div class="page-head">
            <h1 tabindex="-1">{title}</h1>
            <p>
                {t.status_word} " " <span class="tag some">{status_name(t, status)}</span>
            </p>
            <p class="page-intro">{words}</p>
        </div>
        {later}
        {receipt.map(|receipt| stub(cx, receipt))}
    }
    .into_any()
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
fn edit(cx: Cx) -> AnyView {
    let t = cx.t;
    (move || {
        if !cx.lasting.open.get() {
            return view! {
                <p class="hub-end">
                    <a class="btn quiet" href=cx.check().path()>
                        {t.read_answers}
                    </a>
                </p>
            }
            .into_any();
        }
        let deadline = cx
            .lasting
            .draft
            .extension()
            .get()
            .map_or(cx.programme.schedule.deadline, |later| later.max(cx.programme.schedule.deadline));
        view! {
            <section class="aside stack">
                <h2>{t.edit_title}</h2>
                <p>{fill(t.edit_text, &[("date", &time::stated(cx, deadline))])}</p>
                <p class="actions">
                    <a class="btn quiet" href=cx.hub().path()>
                        {t.edit}
                    </a>
                    <a class="btn quiet" href=cx.check().path()>
                        {t.hub_check}
                    </a>
                </p>
            </section>
        }
        .into_any()
    })
    .into_any()
}

/// The programme's dates; those past are lit.
fn next(cx: Cx) -> AnyView {
    let today = cx.lasting.clock.now().to_string();
    let items: Vec<_> = cx
        .programme
        .call
        .dates
        .iter()
        .map(|date| {
            let past = today.get(..date.on.len()).is_some_and(|today| today > date.on.as_str());
            view! {
                <li class=if past { "past" } else { "" }>
                    <time datetime=date.on.as_str()>{intl::day(&date.on, cx.locale)}</time>
                    <span>{date.what.get(cx.locale)}</span>
                </li>
            }
        })
        .collect();
    view! {
        <section class="aside stack">
            <h2>{cx.t.next_title}</h2>
            <ol class="next">{items}</ol>
        </section>
    }
    .into_any()
}

/// What has happened, by the backend's account.
fn timeline(cx: Cx) -> AnyView {
    let events = RwSignal::<Option<Result<Vec<Event>, ApiError>>>::new(None);
    let version = Memo::new(move |_| {
        cx.lasting
            .draft
            .application()
            .with(|one| one.as_ref().map(|one| (one.status, one.submitted_version)))
    });
    Effect::new(move |_| {
        version.track();
        spawn_local(async move {
            let read = cx.lasting.draft.timeline().await;
            let _ = events.try_set(Some(read));
        });
    });
    let t = cx.t;
    let list = move || match events.get()? {
        Err(error) => Some(view! { <p class="soft">{failures::words(t, cx.locale, &error)}</p> }.into_any()),
        Ok(events) => {
            let items: Vec<_> = events
                .into_iter()
                .map(|event| {
                    view! {
                        <li class="past">
                            <time datetime=event.at.to_string()>{time::stated(cx, event.at)}</time>
                            <span>{event_name(t, event.what)}</span>
                        </li>
                    }
                })
                .collect();
            Some(view! { <ol class="next">{items}</ol> }.into_any())
        }
    };
    view! {
        <section class="aside stack">
            <h2>{t.timeline_title}</h2>
            {list}
        </section>
    }
    .into_any()
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
fn yours(cx: Cx, asked: RwSignal<Option<Leave>>) -> AnyView {
    let t = cx.t;
    let draft = cx.lasting.draft;
    let failed = RwSignal::<Option<ApiError>>::new(None);
    let export = move |_| {
        failed.set(None);
        spawn_local(async move {
            match draft.export().await {
                Ok(export) => {
                    if let Ok(text) = serde_json::to_string_pretty(&export) {
                        download::text("opencall.json", "application/json", &text);
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
    let may_withdraw = Memo::new(move |_| {
        let may = |status: Status| status.may_become(Status::Withdrawn, opencall_core::status::Mover::Applicant);
        draft.application().with(|one| one.as_ref().is_some_and(|one| may(one.status)))
    });
    let withdraw = move || {
        may_withdraw.get().then(|| {
            view! {
                <button type="button" class="btn quiet" on:click=move |_| ask(Leave::Withdraw)>
                    {t.withdraw}
                </button>
            }
        })
    };
    let failure = move || {
        failed
            .get()
            .map(|error| view! { <p class="field-error">{failures::words(t, cx.locale, &error)}</p> })
    };
    view! {
        <section class="aside stack">
            <h2>{t.yours_title}</h2>
            <div role="alert">{failure}</div>
            <div class="actions">
                <button type="button" class="btn quiet" on:click=export>
                    {t.export}
                </button>
                {withdraw}
                <button type="button" class="link-btn danger" on:click=move |_| ask(Leave::Erase)>
                    {t.erase}
                </button>
            </div>
        </section>
    }
    .into_any()
}
