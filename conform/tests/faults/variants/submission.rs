//! Wrong with keys, submissions, receipts and the deadline.

use serde_json::json;

use super::Variant;
use crate::message::{Reply, Request};
use crate::proxy::World;
use crate::server::CLOSED;

pub const ALL: &[Variant] = &[
    Variant::new("repeats a submission", &["idempotency/submit", "submission/once"], repeats),
    Variant::new("needs no key", &["idempotency/missing", "idempotency/missing-submit"], needs_no_key),
    Variant::new(
        "replays another body",
        &["idempotency/begin", "idempotency/submit"],
        replays_otherwise,
    ),
    Variant::new("takes a key for another request", &["idempotency/reused"], takes_reused),
    Variant::new("shares keys among applicants", &["idempotency/whose"], shares_keys),
    Variant::new("takes what is incomplete", &["submission/incomplete"], takes_incomplete),
    Variant::new(
        "names the wrong answer",
        &["submission/incomplete", "submission/wrong"],
        names_wrong_answer,
    ),
    Variant::new(
        "gives a receipt of another digest",
        &["submission/digest", "seals/receipt"],
        other_digest,
    ),
    Variant::new("signs with nothing that fits", &["seals/receipt", "seals/seal"], bad_signature),
    Variant::new("forgets when it was sealed", &["seals/sealed-at"], forgets_seal),
    Variant::new("loses the first seal", &["seals/shown"], loses_seal),
    Variant::new("begins after the deadline", &["deadline/begin"], begins_late),
    Variant::new(
        "saves and submits after the deadline",
        &["deadline/save", "deadline/submit"],
        takes_late,
    ),
    Variant::new("takes files after the deadline", &["deadline/upload"], uploads_late),
    Variant::new("keeps the old link", &["link/replace"], keeps_old_link),
];

fn repeats(world: &World, mut request: Request) -> Reply {
    if request.is("GET", "/application/timeline") {
        return world.ask(&request).with(|timeline| {
            if let Some(events) = timeline.as_array_mut() {
                let again: Vec<_> = events.iter().filter(|event| event["what"] == "submitted").cloned().collect();
                events.extend(again);
            }
        });
    }
    if request.is("POST", "/application/submit") && !request.header("idempotency-key").is_empty() {
        let tick = world.tick();
        request.set("idempotency-key", &format!("\"repeated-{tick}\""));
        let reply = world.ask(&request);
        if reply.status == 200 {
            return reply.with(|receipt| receipt["received_at"] = json!(format!("2026-01-01T00:00:00.{tick:03}Z")));
        }
        return reply;
    }
    world.ask(&request)
}

fn needs_no_key(world: &World, mut request: Request) -> Reply {
    if request.method == "POST" && request.header("idempotency-key").is_empty() {
        let tick = world.tick();
        request.set("idempotency-key", &format!("\"made-up-{tick}\""));
    }
    world.ask(&request)
}

fn replays_otherwise(world: &World, request: Request) -> Reply {
    let mut reply = world.ask(&request);
    let key = request.header("idempotency-key");
    if !key.is_empty() && reply.status < 300 {
        let first = world.first(key, &reply.body);
        if first == reply.body && world.remembered(&format!("{key} again")).is_some() {
            // The same members, in another order.
            reply.body = format!("{:#}", reply.json()).into_bytes();
        }
        world.first(&format!("{key} again"), b"");
    }
    reply
}

fn takes_reused(world: &World, mut request: Request) -> Reply {
    let key = request.header("idempotency-key").trim_matches('"').to_owned();
    if !key.is_empty() {
        let sum: u64 = request
            .body
            .iter()
            .chain(request.target.as_bytes())
            .map(|byte| u64::from(*byte))
            .sum();
        request.set("idempotency-key", &format!("\"{key}-{sum}\""));
    }
    world.ask(&request)
}

fn shares_keys(world: &World, request: Request) -> Reply {
    let mut reply = world.ask(&request);
    let key = request.header("idempotency-key");
    if !key.is_empty() && reply.status < 300 {
        reply.body = world.first(key, &reply.body);
    }
    reply
}

fn takes_incomplete(world: &World, request: Request) -> Reply {
    let reply = world.ask(&request);
    if request.is("POST", "/application/submit") && reply.status == 422 {
        return Reply::json_of(200, &json!({"reference": "AAAA-AAAA"}));
    }
    reply
}

fn names_wrong_answer(world: &World, request: Request) -> Reply {
    let reply = world.ask(&request);
    if reply.status != 422 {
        return reply;
    }
    reply.with(|problem| {
        if let Some(error) = problem["errors"].get_mut(0) {
            error["pointer"] = json!("/elsewhere");
        }
    })
}

fn other_digest(world: &World, request: Request) -> Reply {
    let reply = world.ask(&request);
    if request.is("POST", "/application/submit") && reply.status == 200 {
        return reply.with(|receipt| receipt["digest"] = json!("0".repeat(64)));
    }
    reply
}

fn bad_signature(world: &World, request: Request) -> Reply {
    let reply = world.ask(&request);
    if request.method != "POST" || reply.status != 200 || reply.json()["signed"].is_null() {
        return reply;
    }
    reply.with(|document| {
        let signature = document["signed"]["signature"].as_str().unwrap_or_default().to_owned();
        let first = if signature.starts_with('A') { "B" } else { "A" };
        document["signed"]["signature"] = json!(format!("{first}{}", signature.get(1..).unwrap_or_default()));
    })
}

fn forgets_seal(world: &World, request: Request) -> Reply {
    let reply = world.ask(&request);
    if !request.is("POST", "/application/submit") {
        return reply;
    }
    reply.with(|receipt| {
        receipt.as_object_mut().and_then(|members| members.remove("sealed_at"));
    })
}

fn loses_seal(world: &World, request: Request) -> Reply {
    let reply = world.ask(&request);
    if !request.is("GET", "/application/export") {
        return reply;
    }
    reply.with(|export| {
        if let Some(seals) = export["seals"].as_array_mut().filter(|seals| seals.len() > 1) {
            seals.remove(0);
        }
    })
}

fn begins_late(world: &World, mut request: Request) -> Reply {
    if request.begins() {
        request.target = request.target.replace(CLOSED, "ai-startup-program");
    }
    world.ask(&request)
}

fn takes_late(world: &World, request: Request) -> Reply {
    let reply = world.ask(&request);
    if reply.status != 403 {
        return reply;
    }
    match request.path() {
        "/application" => Reply::json_of(200, &json!({"version": 2, "saved_at": "2026-01-01T00:00:00Z"})),
        "/application/submit" => Reply::json_of(200, &json!({"reference": "AAAA-AAAA", "version": 1})),
        _ => reply,
    }
}

fn uploads_late(world: &World, request: Request) -> Reply {
    let mut reply = world.ask(&request);
    if request.is("POST", "/application/files") && reply.status == 403 {
        (reply.status, reply.body) = (201, Vec::new());
        reply.set("location", "/api/v1/application/files/late");
    }
    reply
}

fn keeps_old_link(world: &World, mut request: Request) -> Reply {
    if request.is("POST", "/application/token") {
        let old = request.header("authorization").to_owned();
        world.first(
            &old,
            format!("Bearer {}", request.json()["token"].as_str().unwrap_or_default()).as_bytes(),
        );
    } else if let Some(new) = world.remembered(request.header("authorization")) {
        request.set("authorization", &String::from_utf8_lossy(&new));
    }
    world.ask(&request)
}
