//! What staff have done, the latest first.

use leptos::prelude::*;
use leptos::task::spawn_local;
use opencall_core::contract::staff::AuditEntry;
use serde_json::Value;

use super::cx::Cx;
use crate::i18n::{failures, intl};
use crate::ui::dom::{Show, View, el, many};
use crate::ui::kept::{Slot, slot};

/// Entries that come at once.
const PAGE: usize = 100;

/// The page.
pub fn page(cx: Cx) -> View {
    let s = cx.s;
    let entries: Slot<Vec<AuditEntry>> = slot(Vec::new());
    let (more, wrong) = (slot(true), slot(None::<String>));
    let load = move || {
        spawn_local(async move {
            let before = entries.with_untracked(|entries| entries.last().map(|entry| entry.ordinal));
            let outcome = cx.staff.get_value().audit(before).await;
            if entries.is_disposed() {
                return;
            }
            match outcome {
                Ok(found) => {
                    wrong.set(None);
                    more.set(found.len() == PAGE);
                    entries.update(|entries| entries.extend(found));
                }
                Err(error) => wrong.set(Some(failures::words(cx.t, cx.locale, &error))),
            }
        });
    };
    load();
    let zone = cx.programme.schedule.zone.as_str();
    let line = move |entry: &AuditEntry| {
        let what = words(cx, &entry.what).unwrap_or(&entry.what).to_owned();
        let mut about: Vec<String> = entry.about.iter().cloned().collect();
        about.extend(entry.detail.iter().map(|(name, value)| [name, ": ", &said(value)].concat()));
        el("tr")
            .kid(
                el("td").kid(
                    el("time")
                        .attr("datetime", entry.at.to_string())
                        .kid(intl::short(entry.at, zone, cx.locale, true)),
                ),
            )
            .kid(el("td").kid(entry.by.clone().unwrap_or_else(|| s.command_line.to_owned())))
            .kid(el("td").kid(what))
            .kid(el("td").kid(about.join(" · ")))
            .show()
    };
    let head = [s.when, s.who, s.what, s.about]
        .map(|name| el("th").attr("scope", "col").kid(name).show())
        .to_vec();
    let lines = move || entries.with(|entries| many(entries.iter().map(line).collect()));
    el("div")
        .attr("class", "page-narrow")
        .kid(el("h1").attr("tabindex", "-1").kid(s.audit))
        .kid(move || {
            wrong
                .get()
                .map(|words| el("p").attr("class", "notice wrong").attr("role", "alert").kid(words))
        })
        .kid(
            el("div")
                .attr("class", "table-wrap")
                .attr("tabindex", "0")
                .attr("role", "region")
                .attr("aria-label", s.audit)
                .kid(
                    el("table")
                        .attr("class", "plain-table")
                        .kid(el("thead").kid(el("tr").kid(head)))
                        .kid(el("tbody").kid(lines)),
                ),
        )
        .kid(move || {
            more.get().then(|| {
                el("button")
                    .attr("type", "button")
                    .attr("class", "btn quiet")
                    .kid(s.older)
                    .on("click", move |_| load())
            })
        })
        .show()
}

fn words(cx: Cx, what: &str) -> Option<&'static str> {
    let s = cx.s;
    let known = [
        ("signed_in", s.did_sign_in),
        ("signed_out", s.did_sign_out),
        ("ended_session", s.did_end_session),
        ("invited", s.did_invite),
        ("made_link", s.did_link),
        ("revoked_link", s.did_revoke),
        ("changed_person", s.did_change),
        ("extended", s.did_extend),
        ("noted", s.did_note),
        ("moved", s.did_move),
        ("shared_view", s.did_share_view),
        ("changed_view", s.did_change_view),
        ("unshared_view", s.did_unshare_view),
        ("undid_move", s.did_undo),
        ("exported", s.did_export),
    ];
    known.into_iter().find(|(name, _)| *name == what).map(|(_, words)| words)
}

fn said(value: &Value) -> String {
    match value {
        Value::String(text) => text.clone(),
        Value::Array(items) => {
            let shown: Vec<String> = items.iter().take(5).map(said).collect();
            let more = if items.len() > 5 {
                format!(" + {}", items.len() - 5)
            } else {
                String::new()
            };
            shown.join(", ") + &more
        }
        other => other.to_string(),
    }
}
