//! Wrong on the staff's side.

use serde_json::json;

use super::Variant;
use crate::message::{Reply, Request};
use crate::proxy::World;

pub const ALL: &[Variant] = &[
    Variant::new("has pages without a bound", &["paging/audit"], unbounded),
    Variant::new("has one page and no more", &["paging/audit-next"], one_page),
    Variant::new("skips an entry between pages", &["paging/audit-next"], skips_entry),
    Variant::new("tells again what was heard", &["events/goes-on"], tells_again),
    Variant::new("loses changes", &["paging/changes"], loses_changes),
    Variant::new("sends rows that are cut", &["paging/rows"], cuts_rows),
    Variant::new(
        "shows staff's pages to anybody",
        &["staff/signed-out", "staff/applicants-token"],
        open_to_all,
    ),
    Variant::new("takes what another site could send", &["staff/header"], needs_no_header),
    Variant::new("has a cookie that scripts can read", &["staff/sign-in"], loose_cookie),
    Variant::new("says who moved an application", &["staff/moves"], says_who),
    Variant::new("moves what somebody else has moved", &["staff/moved-meanwhile"], moves_blindly),
    Variant::new("shortens a deadline", &["staff/extension"], shortens),
];

fn unbounded(world: &World, mut request: Request) -> Reply {
    if !request.is("GET", "/staff/audit") || !request.target.contains("limit=1000000") {
        return world.ask(&request);
    }
    request.target = request.target.replace("limit=1000000", "limit=1");
    world.ask(&request).with(|page| {
        let entry = page[0].clone();
        let entries = (1..=5_000).rev().map(|ordinal| {
            let mut entry = entry.clone();
            entry["ordinal"] = json!(ordinal);
            entry
        });
        *page = entries.collect();
    })
}

fn one_page(world: &World, mut request: Request) -> Reply {
    if request.is("GET", "/staff/audit") {
        request.target = request.target.split("before=").next().unwrap_or_default().to_owned();
    }
    world.ask(&request)
}

fn skips_entry(world: &World, mut request: Request) -> Reply {
    if request.is("GET", "/staff/audit")
        && let Some((start, rest)) = request.target.split_once("before=")
    {
        let (before, rest) = rest.split_once('&').unwrap_or((rest, ""));
        let before = before.parse::<u64>().unwrap_or_default().saturating_sub(1);
        request.target = format!("{start}before={before}&{rest}");
    }
    world.ask(&request)
}

/// Whoever comes back is told everything, as one that has come for the first time.
fn tells_again(world: &World, mut request: Request) -> Reply {
    if request.listens() && !request.header("last-event-id").is_empty() {
        request.remove("last-event-id");
        request.target = format!("{}?since=0", request.target.split('?').next().unwrap_or_default());
    }
    world.ask(&request)
}

fn loses_changes(world: &World, mut request: Request) -> Reply {
    if request.path().ends_with("/changes") && request.path().starts_with("/staff/") {
        request.target = format!("{}?since=999999999", request.target.split('?').next().unwrap_or_default());
    }
    world.ask(&request)
}

fn cuts_rows(world: &World, request: Request) -> Reply {
    let mut reply = world.ask(&request);
    if request.path().ends_with("/rows") && reply.status == 200 {
        reply.body.truncate(reply.body.len() - 3);
    }
    reply
}

fn open_to_all(world: &World, request: Request) -> Reply {
    let reply = world.ask(&request);
    if request.method == "GET" && request.path().starts_with("/staff/") && reply.status == 401 {
        return Reply::json_of(200, &json!([]));
    }
    reply
}

fn needs_no_header(world: &World, mut request: Request) -> Reply {
    if request.path().starts_with("/staff/") {
        request.set("opencall-staff", "1");
    }
    world.ask(&request)
}

fn loose_cookie(world: &World, request: Request) -> Reply {
    let mut reply = world.ask(&request);
    let cookie = reply.header("set-cookie").replace("; HttpOnly", "");
    if !cookie.is_empty() {
        reply.set("set-cookie", &cookie);
    }
    reply
}

fn says_who(world: &World, request: Request) -> Reply {
    let reply = world.ask(&request);
    if !request.is("GET", "/application/timeline") {
        return reply;
    }
    reply.with(|timeline| {
        for event in timeline
            .as_array_mut()
            .into_iter()
            .flatten()
            .filter(|event| event["what"] == "moved")
        {
            event["by"] = json!("Conformance suite");
        }
    })
}

fn moves_blindly(world: &World, request: Request) -> Reply {
    let reply = world.ask(&request);
    if request.path().ends_with("/moves") && reply.status == 409 {
        return Reply::json_of(200, &json!({"id": "m", "undo_until": "2099-01-01T00:00:00Z", "outcomes": []}));
    }
    reply
}

fn shortens(world: &World, request: Request) -> Reply {
    let mut reply = world.ask(&request);
    if request.path().ends_with("/extension") && reply.status == 409 {
        (reply.status, reply.body) = (204, Vec::new());
    }
    reply
}
