//! A backend that can do less: no keys, no If-Match, no files, no clock, no seals, no presence, nothing for staff.

use opencall_conform::suite::{Options, Results};
use serde_json::{Value, json};

use crate::message::{Reply, Request};
use crate::proxy::{Proxy, World};
use crate::server::{PLAIN, Server};
use crate::{claims, conform, conform_with, options};

/// What it claims when it says so.
fn nothing(server: &Server) -> Result<String, String> {
    let file = server.scratch().join("nothing.json");
    std::fs::write(&file, r#"{"contract": 1, "capabilities": {}}"#).map_err(|error| error.to_string())?;
    Ok(file.display().to_string())
}

fn lesser(world: &World, mut request: Request) -> Reply {
    let path = request.path().to_owned();
    let lacks = ["/clock", "/application/seal", "/application/presence", "/application/files"].contains(&path.as_str())
        || path.starts_with("/staff")
        || path.starts_with("/application/files/")
        || path.ends_with("/keys");
    if lacks {
        return Reply::json_of(404, &json!({"type": "/problems/not-found", "title": "Not found", "status": 404}));
    }
    // Whatever key comes, it is taken for a new one.
    let tick = world.tick();
    request.set("idempotency-key", &format!("\"lesser-{tick}\""));
    if request.is("PATCH", "/application") || request.is("POST", "/application/submit") {
        request.set("if-match", "*");
    }
    let mut reply = world.ask(&request);
    reply.headers.retain(|(name, _)| name != "etag" || path.starts_with("/programmes"));
    if reply.header("content-type").starts_with("application/json") {
        reply = reply.with(unsigned);
    }
    reply
}

/// Takes away what belongs to signatures.
fn unsigned(value: &mut Value) {
    if let Some(members) = value.as_object_mut() {
        if members.contains_key("signed") {
            for member in ["signed", "files", "sealed_at"] {
                members.remove(member);
            }
        }
        for name in ["receipt", "application"] {
            if let Some(inner) = members.get_mut(name) {
                unsigned(inner);
            }
        }
    }
}

/// Everything, at a call that requires no file.
fn at_plain(server: &Server, proxy: &Proxy, config: Option<&str>) -> Result<Results, String> {
    let options = options(server, &proxy.origin(), config)?;
    let programme = Some(String::from(PLAIN));
    conform_with(Options { programme, ..options }, &[])
}

pub fn declared(server: &Server) -> Result<(), String> {
    let proxy = Proxy::start(server.port(), lesser)?;
    let results = at_plain(server, &proxy, Some(&nothing(server)?))?;
    let [passed, failed, not_offered, _] = results.counts();
    if failed == 0 && passed > 40 && not_offered > 40 {
        return Ok(());
    }
    Err(results.text(true))
}

pub fn tried(server: &Server) -> Result<(), String> {
    let proxy = Proxy::start(server.port(), lesser)?;
    let results = at_plain(server, &proxy, None)?;
    let [passed, failed, not_offered, _] = results.counts();
    if failed == 0 && passed > 40 && not_offered > 40 {
        return Ok(());
    }
    Err(results.text(true))
}

pub fn claimed(server: &Server) -> Result<(), String> {
    let proxy = Proxy::start(server.port(), lesser)?;
    let only = [
        "clock",
        "presence",
        "uploads",
        "seals/seal",
        "idempotency/missing",
        "concurrency/missing",
        "staff/signed-out",
    ];
    let results = conform(server, &proxy.origin(), Some(&claims()), &only)?;
    let short = results.short();
    let missed = [
        "clock/now",
        "presence/others",
        "uploads/options",
        "seals/seal",
        "idempotency/missing",
        "concurrency/missing",
        "staff/signed-out",
    ];
    let missed: Vec<_> = missed.iter().filter(|id| !short.contains(id)).collect();
    if missed.is_empty() {
        Ok(())
    } else {
        Err(format!("not caught by {missed:?}\n{}", results.text(true)))
    }
}
