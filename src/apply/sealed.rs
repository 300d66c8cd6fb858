//! What was sealed: since when it is fixed, what has still to arrive, and by when.

use crate::ui::dom::{Show, View, el};
use crate::ui::kept::{kept, slot};
use leptos::task::spawn_local;
use opencall_core::Allowed;

use super::cx::Cx;
use super::time;
use crate::api::ApiError;
use crate::draft::{Elsewhere, Sealed, Upload, UploadState};
use crate::i18n::{failures, fill, problems};
use crate::json;
use crate::ui::download;

/// A seal whose application has not arrived, and who sends it.
enum Held {
    Here(Sealed),
    Elsewhere(Elsewhere),
}

/// The banner of whoever has sealed and not submitted yet; afterwards, that all has arrived.
pub fn sealed(cx: Cx) -> View {
    let draft = cx.lasting.draft;
    let sealed = draft.sealed();
    let elsewhere = draft.sealed_elsewhere();
    let failed = slot(None::<ApiError>);
    let submitted = kept(move |_: Option<&_>| {
        let application = draft.application();
        application.with(|one| one.as_ref().and_then(|one| one.submitted_version))
    });
    let had = slot(false);
    (move || match sealed.get().map(Held::Here).or_else(|| elsewhere.get().map(Held::Elsewhere)) {
        Some(held) => {
            had.set(true);
            Some(waiting(cx, held, failed))
        }
        None if had.get_untracked() && submitted.get().is_some() => Some(
            el("div")
                .attr("class", "notice good")
                .attr("role", "status")
                .kid(el("h2").kid(cx.t.sealed_done))
                .kid(el("p").kid(el("a").attr("href", cx.status().href()).kid(cx.t.status_go)))
                .show(),
        ),
        None => None,
    })
    .show()
}

fn waiting(cx: Cx, held: Held, failed: crate::ui::kept::Slot<Option<ApiError>>) -> View {
    let (t, lasting) = (cx.t, cx.lasting);
    let (sealed, others) = match held {
        Held::Here(sealed) => (sealed, None),
        Held::Elsewhere(elsewhere) => (elsewhere.sealed, Some(elsewhere.coming)),
    };
    // Only what has arrived can be submitted from here; the files are on the other device.
    let may_send = others.as_ref().is_none_or(Vec::is_empty);
    let is_ours = others.is_none();
    let others = slot(others);
    let draft = lasting.draft;
    let name = ["opencall-seal-", sealed.digest.get(..8).unwrap_or_default(), ".json"].concat();
    let save = move |_| download::text(&name, "application/json", &json::pretty(&sealed.whole));
    // An extension moves the end of the grace; the phase knows.
    let until = kept(move |_: Option<&_>| match lasting.phase.get().map(|phase| phase.allows(true)) {
        Some(Allowed::Everything { .. }) => Some(cx.programme.schedule.grace_for(draft.extension().get())),
        Some(Allowed::WhatWasSealed { until }) => Some(until),
        Some(Allowed::Nothing) => None,
        None => Some(sealed.until),
    });
    let send = move |_| {
        if draft.delivering_now() {
            return;
        }
        failed.set(None);
        spawn_local(async move {
            match draft.deliver().await {
                Ok(_) => lasting.router.go(&cx.status()),
                Err(error) => failed.set(Some(error)),
            }
        });
    };
    let left = move || {
        let mut lines: Vec<String> = match others.get() {
            Some(coming) => coming.iter().map(|(name, sent, size)| progress(cx, name, *sent, *size)).collect(),
            None => draft
                .uploads()
                .with(|uploads| uploads.iter().map(|upload| coming(cx, upload)).collect()),
        };
        lines.push(t.sealed_answers.to_owned());
        lines.into_iter().map(|line| el("li").kid(line)).collect::<Vec<_>>()
    };
    let rest = move || {
        let Some(until) = until.get() else {
            return el("p").kid(t.sealed_past).show();
        };
        let closing = if draft.is_delivering() {
            el("p").kid(t.sealed_stay)
        } else if !is_ours && (lasting.open.get() || !may_send) {
            el("p").kid(t.sealed_elsewhere)
        } else if lasting.open.get() {
            el("p")
                .kid(t.sealed_edited)
                .kid(" ")
                .kid(el("a").attr("href", cx.check().href()).kid(t.hub_check))
        } else {
            el("p").kid(
                el("button")
                    .attr("type", "button")
                    .attr("class", "btn")
                    .kid(t.sealed_send)
                    .on("click", send),
            )
        };
        el("div")
            .kid(el("p").kid(fill(t.sealed_text, &[("date", &time::stated(cx, until))])))
            .kid(el("ul").kid(left))
            .kid(closing)
            .show()
    };
    let failure = move || {
        failed
            .get()
            .map(|error| el("p").attr("class", "field-error").kid(failures::words(t, cx.locale, &error)))
    };
    el("div")
        .attr("class", "notice good sealed")
        .attr("role", "status")
        .kid(el("h2").kid(t.sealed_title))
        .kid(el("p").kid(fill(t.sealed_at, &[("date", &time::exactly(cx, sealed.at))])))
        .kid(rest)
        .kid(el("div").attr("role", "alert").kid(failure))
        .kid(
            el("p").kid(
                el("button")
                    .attr("type", "button")
                    .attr("class", "link-btn")
                    .kid(t.sealed_download)
                    .on("click", save),
            ),
        )
        .show()
}

fn coming(cx: Cx, upload: &Upload) -> String {
    match upload.state {
        UploadState::ChooseAgain | UploadState::Refused(_) => fill(cx.t.sealed_choose, &[("name", &upload.name)]),
        _ => progress(cx, &upload.name, upload.sent, upload.size),
    }
}

/// How much of a file has arrived, in bytes.
fn progress(cx: Cx, name: &str, sent: u64, size: u64) -> String {
    let bytes = |n: u64| problems::bytes(cx.t, n, cx.locale);
    fill(cx.t.sealed_file, &[("name", name), ("sent", &bytes(sent)), ("size", &bytes(size))])
}
