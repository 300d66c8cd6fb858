//! Wrong in how it replies.

use serde_json::json;

use super::Variant;
use crate::message::{Reply, Request};
use crate::proxy::World;

pub const ALL: &[Variant] = &[
    Variant::run_with(
        "says its errors are plain JSON",
        &["replies/problem-media"],
        &["privacy/unknown-token", "replies"],
        plain_errors,
    ),
    Variant::run_with(
        "has problems without a type",
        &["privacy/unknown-token", "replies/problem-type"],
        &["privacy/unknown-token", "replies"],
        untyped,
    ),
    Variant::run_with(
        "has a problem of another status",
        &["replies/problem-status"],
        &["privacy/unknown-token", "replies"],
        other_status,
    ),
    Variant::run_with(
        "says 200 to an error",
        &["privacy/unknown-token", "replies/success"],
        &["privacy/unknown-token", "replies"],
        fine_errors,
    ),
    Variant::run_with(
        "says its JSON is a web page",
        &["replies/media"],
        &["drafts/read", "replies"],
        web_pages,
    ),
    Variant::run_with(
        "fails where it should refuse",
        &["replies/no-fault"],
        &["drafts/malformed", "replies"],
        fails,
    ),
    Variant::run_with("redirects", &["replies/no-redirect"], &["drafts/read", "replies"], redirects),
    Variant::run_with(
        "has a clock without a zone",
        &["clock/now", "replies/times"],
        &["clock", "replies"],
        no_zone,
    ),
    Variant::run_with(
        "has times in another zone",
        &["replies/times"],
        &["drafts/read", "replies"],
        other_zone,
    ),
    Variant::run_with("has a clock that is an hour off", &["clock/date"], &["clock"], hour_off),
    Variant::run_with("has a clock that stands still", &["clock/runs"], &["clock"], stands_still),
    Variant::run_with(
        "lets caches keep what is private",
        &["privacy/no-store", "replies/no-store"],
        &["privacy/no-store", "replies"],
        cached,
    ),
    Variant::run_with("says the token again", &["replies/no-token"], &["drafts/read", "replies"], echoes),
    Variant::run_with(
        "sends a document that has not changed",
        &["programmes/etag"],
        &["programmes"],
        no_etag,
    ),
    Variant::run_with(
        "has a document with a fault",
        &["programmes/document"],
        &["programmes/document"],
        faulty_document,
    ),
    Variant::run_with("says a closed call is open", &["deadline/listed"], &["deadline/listed"], all_open),
    Variant::run_with("tells those at other drafts", &["presence/own-draft"], &["presence"], tells_others),
    Variant::run_with(
        "forgets a header of preflights",
        &["cors/preflight"],
        &["cors"],
        no_if_match_allowed,
    ),
    Variant::new("refuses preflights of a submission", &["cors/preflight"], no_submitting),
];

fn plain_errors(world: &World, request: Request) -> Reply {
    let mut reply = world.ask(&request);
    if reply.status >= 400 {
        reply.set("content-type", "application/json");
    }
    reply
}

fn untyped(world: &World, request: Request) -> Reply {
    let reply = world.ask(&request);
    if reply.status < 400 {
        return reply;
    }
    reply.with(|problem| {
        problem.as_object_mut().and_then(|members| members.remove("type"));
    })
}

fn other_status(world: &World, request: Request) -> Reply {
    let reply = world.ask(&request);
    if reply.status < 400 {
        return reply;
    }
    reply.with(|problem| problem["status"] = json!(400))
}

fn fine_errors(world: &World, request: Request) -> Reply {
    let mut reply = world.ask(&request);
    if reply.status >= 400 {
        reply.status = 200;
    }
    reply
}

fn web_pages(world: &World, request: Request) -> Reply {
    let mut reply = world.ask(&request);
    if reply.header("content-type") == "application/json" {
        reply.set("content-type", "text/html; charset=utf-8");
    }
    reply
}

fn fails(world: &World, request: Request) -> Reply {
    let reply = world.ask(&request);
    if reply.status == 400 {
        return Reply::json_of(
            500,
            &json!({"type": "/problems/internal", "title": "Something went wrong", "status": 500}),
        );
    }
    reply
}

fn redirects(world: &World, request: Request) -> Reply {
    if request.is("GET", "/application") {
        let mut reply = Reply::json_of(307, &json!({}));
        reply.set("location", "/api/v1/application/");
        return reply;
    }
    world.ask(&request)
}

fn no_zone(world: &World, request: Request) -> Reply {
    let reply = world.ask(&request);
    if !request.is("GET", "/clock") {
        return reply;
    }
    reply.with(|clock| clock["now"] = json!(clock["now"].as_str().unwrap_or_default().trim_end_matches('Z')))
}

fn other_zone(world: &World, request: Request) -> Reply {
    let reply = world.ask(&request);
    if request.path() != "/application" || reply.status >= 400 {
        return reply;
    }
    reply.with(|view| {
        let at = view["created_at"].as_str().unwrap_or_default().replace('Z', "+01:00");
        view["created_at"] = json!(at);
    })
}

fn hour_off(world: &World, request: Request) -> Reply {
    let reply = world.ask(&request);
    if !request.is("GET", "/clock") {
        return reply;
    }
    reply.with(|clock| {
        let now = clock["now"].as_str().and_then(opencall_core::Timestamp::parse);
        clock["now"] = json!(now.map(|now| now.plus_millis(3_600_000)));
    })
}

fn stands_still(world: &World, request: Request) -> Reply {
    let mut reply = world.ask(&request);
    if request.is("GET", "/clock") {
        reply.body = world.first("clock", &reply.body);
    }
    reply
}

fn cached(world: &World, request: Request) -> Reply {
    let mut reply = world.ask(&request);
    if request.path().starts_with("/application") {
        reply.set("cache-control", "max-age=60");
    }
    reply
}

fn echoes(world: &World, request: Request) -> Reply {
    let reply = world.ask(&request);
    if !request.is("GET", "/application") {
        return reply;
    }
    let token = request.header("authorization").trim_start_matches("Bearer ").to_owned();
    reply.with(|view| view["link"] = json!(token))
}

fn no_etag(world: &World, mut request: Request) -> Reply {
    request.remove("if-none-match");
    world.ask(&request)
}

fn faulty_document(world: &World, request: Request) -> Reply {
    let reply = world.ask(&request);
    if !request.is("GET", "/programmes/ai-startup-program") {
        return reply;
    }
    reply.with(|document| document["steps"][0]["fields"][0]["kind"] = json!("mood"))
}

fn all_open(world: &World, request: Request) -> Reply {
    let reply = world.ask(&request);
    if !request.is("GET", "/programmes") {
        return reply;
    }
    reply.with(|calls| {
        for call in calls.as_array_mut().into_iter().flatten() {
            call["phase"] = json!({"phase": "open", "deadline": "2099-01-01T00:00:00Z"});
        }
    })
}

fn tells_others(world: &World, request: Request) -> Reply {
    let reply = world.ask(&request);
    if !request.is("PUT", "/application/presence") || reply.status != 200 {
        return reply;
    }
    let client = request.json()["client"].clone();
    reply.with(|present| {
        if client == "conformance-2" && present["others"] == json!([]) {
            present["others"] = json!([{"client": "conformance-1", "seen_at": "2026-01-01T00:00:00Z"}]);
        }
    })
}

fn no_if_match_allowed(world: &World, request: Request) -> Reply {
    let mut reply = world.ask(&request);
    let allowed = reply.header("access-control-allow-headers").replace("if-match, ", "");
    if !allowed.is_empty() {
        reply.set("access-control-allow-headers", &allowed);
    }
    reply
}

fn no_submitting(world: &World, request: Request) -> Reply {
    if request.is("OPTIONS", "/application/submit") {
        return Reply::json_of(405, &json!({"type": "about:blank", "title": "Method Not Allowed", "status": 405}));
    }
    world.ask(&request)
}
