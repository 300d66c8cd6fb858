//! Backends that can do less: one that takes files whole; and one that has no keys, no If-Match, no files, no clock, no seals, no presence, no new links, nothing for staff.

use opencall_conform::suite::{Options, Results};
use serde_json::{Value, json};

use crate::message::{Reply, Request};
use crate::proxy::{Proxy, World};
use crate::server::{PLAIN, Server};
use crate::{claims, conform, conform_with, options};

/// A file that claims this.
pub fn claiming(server: &Server, name: &str, capabilities: &Value) -> Result<String, String> {
    let file = server.scratch().join(name);
    std::fs::write(&file, json!({"contract": 1, "capabilities": capabilities}).to_string()).map_err(|error| error.to_string())?;
    Ok(file.display().to_string())
}

fn lesser(world: &World, mut request: Request) -> Reply {
    let path = request.path().to_owned();
    let lacks = [
        "/openapi.json",
        "/clock",
        "/application/seal",
        "/application/presence",
        "/application/token",
        "/application/files",
    ]
    .contains(&path.as_str())
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
    let results = at_plain(server, &proxy, Some(&claiming(server, "nothing.json", &json!({}))?))?;
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

/// Says what it can do in the contract that it serves of itself.
fn described(world: &World, request: Request) -> Reply {
    if request.is("GET", "/openapi.json") {
        return Reply::json_of(
            200,
            &json!({"openapi": "3.1.0", "x-opencall": {"contract": 1, "capabilities": {"clock": true}}}),
        );
    }
    world.ask(&request)
}

pub fn read_in_its_contract(server: &Server) -> Result<(), String> {
    let proxy = Proxy::start(server.port(), described)?;
    let results = conform(server, &proxy.origin(), None, &["clock", "presence"])?;
    let is_read = results.read_from.ends_with("/api/v1/openapi.json") && results.counts() == [4, 0, 4, 0];
    if is_read { Ok(()) } else { Err(results.text(true)) }
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

/// Takes files whole: tus's creation with upload, and nothing else of it.
fn whole(world: &World, mut request: Request) -> Reply {
    if request.is("OPTIONS", "/application/files") && request.header("origin").is_empty() {
        let mut reply = world.ask(&request);
        reply.set("tus-extension", "creation-with-upload");
        return reply;
    }
    if ["HEAD", "PATCH", "DELETE"].iter().any(|method| request.is_upload(method)) {
        return Reply::json_of(405, &json!({"type": "about:blank", "title": "Method Not Allowed", "status": 405}));
    }
    if !request.is("POST", "/application/files") || request.body.is_empty() {
        return world.ask(&request);
    }
    let body = std::mem::take(&mut request.body);
    let created = world.ask(&request);
    if created.status != 201 {
        return created;
    }
    let mut part = request.like("PATCH", created.header("location"));
    part.set("content-type", "application/offset+octet-stream");
    part.set("upload-offset", "0");
    part.body = body;
    let taken = world.ask(&part);
    if taken.status == 204 { created } else { taken }
}

pub fn takes_whole(server: &Server) -> Result<(), String> {
    let proxy = Proxy::start(server.port(), whole)?;
    let config = claiming(
        server,
        "whole.json",
        &json!({"uploads": "whole", "idempotency": true, "concurrency": "if-match", "seals": true}),
    )?;
    let only = [
        "uploads",
        "submission",
        "seals/receipt-files",
        "privacy/files",
        "deadline/upload",
        "cors",
    ];
    let results = conform(server, &proxy.origin(), Some(&config), &only)?;
    let [passed, failed, not_offered, not_checked] = results.counts();
    if failed == 0 && not_checked == 0 && passed > 20 && not_offered < 10 {
        return Ok(());
    }
    Err(results.text(true))
}

/// Has no clock and takes files whole, and lets other origins neither read the date nor say how long a file is.
fn half_open(world: &World, request: Request) -> Reply {
    let mut reply = world.ask(&request);
    for (header, member) in [
        ("access-control-expose-headers", "date, "),
        ("access-control-allow-headers", "upload-length, "),
    ] {
        let without = reply.header(header).replace(member, "");
        if !without.is_empty() {
            reply.set(header, &without);
        }
    }
    reply
}

pub fn is_used_from_elsewhere(server: &Server) -> Result<(), String> {
    let proxy = Proxy::start(server.port(), half_open)?;
    let config = claiming(server, "half-open.json", &json!({"uploads": "whole", "idempotency": true}))?;
    let results = conform(server, &proxy.origin(), Some(&config), &["cors"])?;
    let text = results.text(false);
    let says = [
        "Access-Control-Expose-Headers has date",
        "Access-Control-Allow-Headers has upload-length",
    ];
    if results.short() == ["cors/preflight", "cors/read"] && says.iter().all(|said| text.contains(said)) {
        return Ok(());
    }
    Err(results.text(true))
}

/// Staff have accounts: the password is what the secret of a link is to the backend behind.
pub fn accounts(world: &World, mut request: Request) -> Reply {
    if request.is("POST", "/staff/session") {
        let asked = request.json();
        request.set_json(&json!({"secret": asked["password"], "name": asked["account"]}));
    }
    world.ask(&request)
}

pub fn has_accounts(server: &Server) -> Result<(), String> {
    let proxy = Proxy::start(server.port(), accounts)?;
    let config = claiming(
        server,
        "accounts.json",
        &json!({"staff": "accounts", "events": true, "uploads": "tus", "idempotency": true, "concurrency": "if-match"}),
    )?;
    let with_link = options(server, &proxy.origin(), Some(&config))?;
    let account = with_link
        .token
        .as_deref()
        .and_then(|link| Some(("Ada".to_owned(), link.rsplit('#').next()?.to_owned())));
    let results = conform_with(
        Options {
            token: None,
            account,
            ..with_link
        },
        &["staff"],
    )?;
    let [passed, failed, not_offered, not_checked] = results.counts();
    if failed == 0 && not_checked == 0 && passed > 20 && not_offered == 1 {
        return Ok(());
    }
    Err(results.text(true))
}
