//! Wrong with drafts.

use serde_json::{Value, json};

use super::Variant;
use crate::message::{Reply, Request};
use crate::proxy::World;

pub const ALL: &[Variant] = &[
    Variant::new("takes a stale save", &["concurrency/stale", "concurrency/race"], takes_stale),
    Variant::new("saves without If-Match", &["concurrency/missing"], needs_no_if_match),
    Variant::new("forgets which device wrote", &["concurrency/changed-by"], forgets_device),
    Variant::new("has an ETag that does not change", &["concurrency/etag"], constant_etag),
    Variant::new("loses a field", &["drafts/every-field"], loses_field),
    Variant::new(
        "loses characters beyond the BMP",
        &["drafts/unicode", "drafts/unicode-begun"],
        loses_beyond_bmp,
    ),
    Variant::new("composes accents anew", &["drafts/unicode"], composes),
    Variant::new("trims what is typed", &["drafts/white-space"], trims),
    Variant::new("replaces all answers instead of merging", &["drafts/nothing-else"], replaces_all),
    Variant::new("replaces objects instead of merging", &["drafts/objects-merge"], replaces_objects),
    Variant::new("appends to lists", &["drafts/arrays-replace"], appends),
    Variant::new("keeps what null takes away", &["drafts/nulls-remove"], keeps_null),
    Variant::new("refuses a draft for what is in it", &["drafts/wrong-answers"], refuses_wrong),
    Variant::new("says numbers as texts", &["drafts/numbers"], numbers_as_texts),
    Variant::new("begins a known token anew", &["drafts/begin-again"], begins_anew),
    Variant::new("erases nothing", &["drafts/erase", "submission/erase"], erases_nothing),
    Variant::new("leaks another's draft", &["privacy/two-applicants"], leaks),
    Variant::new("takes the token from the address", &["privacy/token-elsewhere"], token_in_query),
];

/// Changes the body of every save.
fn saving(world: &World, mut request: Request, change: impl FnOnce(&mut Value)) -> Reply {
    if request.is("PATCH", "/application") && request.json().is_object() {
        let mut patch = request.json();
        change(&mut patch);
        request.set_json(&patch);
    }
    world.ask(&request)
}

/// The answers that are there.
fn answers(world: &World, request: &Request) -> Value {
    world.ask(&request.like("GET", "/api/v1/application")).json()["answers"].clone()
}

fn members(value: &mut Value) -> impl Iterator<Item = (&String, &mut Value)> {
    value.as_object_mut().into_iter().flatten()
}

fn takes_stale(world: &World, mut request: Request) -> Reply {
    if request.is("PATCH", "/application") && !request.header("if-match").is_empty() {
        request.set("if-match", "*");
    }
    world.ask(&request)
}

fn needs_no_if_match(world: &World, mut request: Request) -> Reply {
    if request.is("PATCH", "/application") && request.header("if-match").is_empty() {
        request.set("if-match", "*");
    }
    world.ask(&request)
}

fn forgets_device(world: &World, mut request: Request) -> Reply {
    request.remove("opencall-device");
    world.ask(&request)
}

fn constant_etag(world: &World, request: Request) -> Reply {
    let mut reply = world.ask(&request);
    if request.path() == "/application" && !reply.header("etag").is_empty() {
        reply.set("etag", "\"1\"");
    }
    reply
}

fn loses_field(world: &World, request: Request) -> Reply {
    saving(world, request, |patch| {
        if let Some(members) = patch.as_object_mut().filter(|members| members.len() > 3) {
            let last = members.keys().next_back().cloned().unwrap_or_default();
            members.remove(&last);
        }
    })
}

fn loses_beyond_bmp(world: &World, mut request: Request) -> Reply {
    if request.is("PATCH", "/application") || request.begins() {
        let text = String::from_utf8_lossy(&request.body).into_owned();
        request.body = text.replace(|c: char| u32::from(c) > 0xffff, "\u{fffd}").into_bytes();
    }
    world.ask(&request)
}

fn composes(world: &World, mut request: Request) -> Reply {
    if request.is("PATCH", "/application") {
        request.body = String::from_utf8_lossy(&request.body).replace("e\u{301}", "é").into_bytes();
    }
    world.ask(&request)
}

fn trims(world: &World, request: Request) -> Reply {
    saving(world, request, |patch| {
        for (_, value) in members(patch) {
            if let Some(text) = value.as_str() {
                *value = json!(text.trim());
            }
        }
    })
}

fn replaces_all(world: &World, request: Request) -> Reply {
    let mut there = answers(world, &request);
    saving(world, request, |patch| {
        for (name, _) in members(&mut there) {
            if patch.get(name).is_none() {
                patch[name] = Value::Null;
            }
        }
    })
}

fn replaces_objects(world: &World, request: Request) -> Reply {
    let mut there = answers(world, &request);
    saving(world, request, |patch| {
        for (name, value) in members(&mut there) {
            for (inner, _) in members(value) {
                if patch[name].is_object() && patch[name].get(inner).is_none() {
                    patch[name][inner] = Value::Null;
                }
            }
        }
    })
}

fn appends(world: &World, request: Request) -> Reply {
    let there = answers(world, &request);
    saving(world, request, |patch| {
        for (name, value) in members(patch) {
            if let (Some(before), Some(more)) = (there[name].as_array(), value.as_array()) {
                *value = json!([before.as_slice(), more.as_slice()].concat());
            }
        }
    })
}

fn keeps_null(world: &World, request: Request) -> Reply {
    saving(world, request, |patch| {
        if let Some(members) = patch.as_object_mut() {
            members.retain(|_, value| !value.is_null());
        }
    })
}

fn refuses_wrong(world: &World, request: Request) -> Reply {
    if request.is("PATCH", "/application") && String::from_utf8_lossy(&request.body).contains("not what was asked") {
        return Reply::json_of(
            422,
            &json!({"type": "/problems/answers", "title": "Answers stand in the way", "status": 422}),
        );
    }
    world.ask(&request)
}

fn numbers_as_texts(world: &World, request: Request) -> Reply {
    let reply = world.ask(&request);
    if !request.is("GET", "/application") || reply.status != 200 {
        return reply;
    }
    reply.with(|value| {
        for (_, answer) in members(&mut value["answers"]) {
            for item in answer.as_array_mut().into_iter().flatten().filter(|item| item.is_number()) {
                *item = json!(item.to_string());
            }
        }
    })
}

fn begins_anew(world: &World, request: Request) -> Reply {
    if request.begins() {
        world.ask(&request.like("DELETE", "/api/v1/application"));
    }
    world.ask(&request)
}

fn erases_nothing(world: &World, request: Request) -> Reply {
    if request.is("DELETE", "/application") {
        let mut reply = Reply::json_of(200, &Value::Null);
        (reply.status, reply.body) = (204, Vec::new());
        return reply;
    }
    world.ask(&request)
}

fn leaks(world: &World, mut request: Request) -> Reply {
    if request.is("GET", "/application") {
        let own = request.header("authorization").to_owned();
        let first = world.first("first", own.as_bytes());
        request.set("authorization", &String::from_utf8_lossy(&first));
    }
    world.ask(&request)
}

fn token_in_query(world: &World, mut request: Request) -> Reply {
    let token = request.target.split_once("access_token=").map(|(_, token)| token.to_owned());
    if let Some(token) = token {
        request.set("authorization", &format!("Bearer {token}"));
    }
    world.ask(&request)
}
