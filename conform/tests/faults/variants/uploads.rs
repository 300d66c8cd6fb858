//! Wrong with files.

use serde_json::json;

use super::Variant;
use crate::message::{Reply, Request};
use crate::proxy::World;

pub const ALL: &[Variant] = &[
    Variant::new("lies about an offset", &["uploads/parts"], lies),
    Variant::new("forgets what it says it has", &["uploads/interrupted"], forgets_bytes),
    Variant::new("takes bytes for another place", &["uploads/wrong-offset"], takes_anywhere),
    Variant::new("cuts a download", &["uploads/download"], cuts),
    Variant::new("says another SHA-256", &["uploads/listed"], other_hash),
    Variant::new(
        "judges a file by its name",
        &["uploads/wrong-kind", "uploads/damaged"],
        takes_any_kind,
    ),
    Variant::new("takes files of any size", &["uploads/too-big"], takes_any_size),
    Variant::new("shows others' files", &["privacy/files"], shows_files),
    Variant::new("keeps a file that was taken away", &["uploads/delete"], keeps_deleted),
];

fn lies(world: &World, request: Request) -> Reply {
    let mut reply = world.ask(&request);
    if request.is_upload("HEAD") {
        let offset: u64 = reply.header("upload-offset").parse().unwrap_or(0);
        reply.set("upload-offset", &(offset + 1).to_string());
    }
    reply
}

/// As one does that counts bytes before they are on the disk: some are counted, and are none.
fn forgets_bytes(world: &World, mut request: Request) -> Reply {
    if request.is_upload("HEAD") {
        let mut reply = world.ask(&request);
        let offset: u64 = reply.header("upload-offset").parse().unwrap_or(0);
        reply.set("upload-offset", &(offset + 100).to_string());
        return reply;
    }
    if request.is_upload("PATCH") {
        let head = world.ask(&request.like("HEAD", &request.target.clone()));
        let offset = head.header("upload-offset");
        if offset != request.header("upload-offset") {
            // Zeros stand where nothing came.
            request.body.splice(0..0, [0; 100]);
            request.set("upload-offset", offset);
        }
    }
    world.ask(&request)
}

fn takes_anywhere(world: &World, mut request: Request) -> Reply {
    if request.is_upload("PATCH") {
        let head = world.ask(&request.like("HEAD", &request.target.clone()));
        request.set("upload-offset", head.header("upload-offset"));
    }
    world.ask(&request)
}

fn cuts(world: &World, request: Request) -> Reply {
    let mut reply = world.ask(&request);
    if request.is_upload("GET") && reply.status == 200 {
        reply.body.truncate(reply.body.len() - 10);
    }
    reply
}

fn other_hash(world: &World, request: Request) -> Reply {
    let reply = world.ask(&request);
    if !request.is("GET", "/application") || reply.status != 200 {
        return reply;
    }
    reply.with(|view| {
        for file in view["files"].as_array_mut().into_iter().flatten() {
            file["sha256"] = json!("0".repeat(64));
        }
    })
}

fn takes_any_kind(world: &World, request: Request) -> Reply {
    let mut reply = world.ask(&request);
    if request.is_upload("PATCH") && reply.status == 422 {
        (reply.status, reply.body) = (204, Vec::new());
        reply.set("upload-offset", &request.body.len().to_string());
    }
    reply
}

fn takes_any_size(world: &World, mut request: Request) -> Reply {
    if request.is("POST", "/application/files") {
        request.set("upload-length", "1000");
    }
    world.ask(&request)
}

fn shows_files(world: &World, mut request: Request) -> Reply {
    let owner = format!("owner of {}", request.path());
    if request.is_upload("PATCH") {
        world.first(&owner, request.header("authorization").as_bytes());
    } else if request.is_upload("GET")
        && let Some(token) = world.remembered(&owner)
    {
        request.set("authorization", &String::from_utf8_lossy(&token));
    }
    world.ask(&request)
}

fn keeps_deleted(world: &World, request: Request) -> Reply {
    if request.is_upload("DELETE") {
        let mut reply = Reply::json_of(204, &json!({}));
        reply.body = Vec::new();
        return reply;
    }
    world.ask(&request)
}
