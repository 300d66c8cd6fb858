//! What the suite leaves alone, what it does not say, and that it does not end well when it found out nothing.

use std::process::Command;

use opencall_conform::report;
use opencall_conform::suite::{Options, Results};
use serde_json::json;

use crate::lesser::{accounts, claiming};
use crate::message::{Reply, Request};
use crate::proxy::{Fault, Proxy, World};
use crate::server::{CLOSED, Server};
use crate::{claims, conform_with, options};

/// Remembers what is tried with a draft, beside reading it.
fn watched(world: &World, request: Request) -> Reply {
    let reads = matches!(request.method.as_str(), "GET" | "HEAD" | "OPTIONS");
    if request.path().starts_with("/application") && !reads {
        world.first(&format!("tried {} {}", request.method, request.path()), b"");
    }
    world.ask(&request)
}

/// The draft's call is one that is open.
fn still_open(world: &World, request: Request) -> Reply {
    let is_draft = request.is("GET", "/application");
    let reply = watched(world, request);
    if is_draft {
        return reply.with(|view| view["programme"] = json!("ai-startup-program"));
    }
    reply
}

/// The draft has more time than its call.
fn extended(world: &World, request: Request) -> Reply {
    let is_draft = request.is("GET", "/application");
    let reply = watched(world, request);
    if is_draft {
        return reply.with(|view| view["extension"] = json!("2099-01-01T00:00:00Z"));
    }
    reply
}

/// The draft's call has no document.
fn no_document(world: &World, request: Request) -> Reply {
    if request.is("GET", &format!("/programmes/{CLOSED}")) {
        return Reply::json_of(404, &json!({"type": "/problems/not-found", "title": "Not found", "status": 404}));
    }
    watched(world, request)
}

/// It is the grace, which is three hours, for a draft without a seal.
fn in_grace(world: &World, request: Request) -> Reply {
    let is_document = request.is("GET", &format!("/programmes/{CLOSED}"));
    let reply = watched(world, request);
    if is_document {
        return reply.with(|document| document["schedule"]["graceMinutes"] = json!(180));
    }
    reply
}

/// The same for one with a seal.
fn sealed_in_grace(world: &World, request: Request) -> Reply {
    let is_draft = request.is("GET", "/application");
    let reply = in_grace(world, request);
    if is_draft {
        return reply.with(|view| view["seal"] = json!({"digest": "0"}));
    }
    reply
}

pub fn open_draft(server: &Server) -> Result<(), String> {
    let only = [
        "deadline/read",
        "deadline/save",
        "deadline/submit",
        "deadline/seal",
        "deadline/upload",
    ];
    for (fault, is_left_alone) in [
        (watched as Fault, false),
        (in_grace, false),
        (still_open, true),
        (extended, true),
        (no_document, true),
        (sealed_in_grace, true),
    ] {
        let proxy = Proxy::start(server.port(), fault)?;
        let results = conform_with(options(server, &proxy.origin(), Some(&claims()))?, &only)?;
        let tried = proxy.world.names("tried ");
        let expected = if is_left_alone { [0, 0, 0, 5] } else { [5, 0, 0, 0] };
        if results.counts() != expected || tried.is_empty() != is_left_alone || results.is_good() == is_left_alone {
            return Err(format!("tried: {tried:?}\n{}", results.text(true)));
        }
    }
    Ok(())
}

/// Both reports.
fn reports(results: &Results) -> [String; 2] {
    [results.text(true), report::json(results).to_string()]
}

/// Says the password again when it is wrong.
fn says_password(world: &World, request: Request) -> Reply {
    let said = request.json()["password"].as_str().unwrap_or_default().to_owned();
    let reply = accounts(world, request);
    if reply.status != 404 || said.is_empty() {
        return reply;
    }
    reply.with(|problem| problem["detail"] = json!(format!("{said} is wrong")))
}

pub fn password(server: &Server) -> Result<(), String> {
    let config = claiming(server, "password.json", &json!({"staff": "accounts"}))?;
    for password in ["correct-horse", "correct-horse, isn't it: \"battery\" \\ staple"] {
        let proxy = Proxy::start(server.port(), says_password)?;
        let given = Options {
            token: None,
            account: Some((String::from("ada"), password.to_owned())),
            ..options(server, &proxy.origin(), Some(&config))?
        };
        let results = conform_with(given, &["staff"])?;
        for report in reports(&results) {
            let is_said = ["correct", "horse", "battery", "staple"].iter().any(|part| report.contains(part));
            if is_said || !report.contains("… is wrong") || results.counts()[1] == 0 {
                return Err(format!("{report}\nhas something of {password}"));
            }
        }
    }
    Ok(())
}

/// Signs in with another status than it should, and with a cookie that says nothing but itself.
fn signs_in_otherwise(world: &World, request: Request) -> Reply {
    let mut reply = world.ask(&request);
    if request.is("POST", "/staff/session") && reply.status == 201 {
        reply.status = 200;
        let pair = reply.header("set-cookie").split(';').next().unwrap_or_default().to_owned();
        let (_, value) = pair.split_once('=').unwrap_or_default();
        world.first("cookie", value.as_bytes());
        reply.set("set-cookie", &pair);
        reply.set("x-session", value);
    }
    reply
}

pub fn cookie(server: &Server) -> Result<(), String> {
    let proxy = Proxy::start(server.port(), signs_in_otherwise)?;
    let results = conform_with(options(server, &proxy.origin(), Some(&claims()))?, &["staff"])?;
    let cookie = String::from_utf8(proxy.world.remembered("cookie").unwrap_or_default()).map_err(|error| error.to_string())?;
    let start = cookie.get(..4).ok_or("there was no cookie")?;
    for report in reports(&results) {
        if report.contains(start) || !report.contains("=…") || !report.contains("x-session: …") {
            return Err(format!("{report}\nhas something of {cookie}"));
        }
    }
    Ok(())
}

/// Every call has closed.
fn all_closed(world: &World, request: Request) -> Reply {
    let reply = world.ask(&request);
    if !request.is("GET", "/programmes") {
        return reply;
    }
    reply.with(|calls| {
        for call in calls.as_array_mut().into_iter().flatten() {
            call["phase"] = json!({"phase": "closed", "since": "2023-12-01T22:59:59Z"});
        }
    })
}

pub fn nothing_found_out(server: &Server) -> Result<(), String> {
    let proxy = Proxy::start(server.port(), all_closed)?;
    for (only, code, said) in [
        (
            "drafts,seals",
            1,
            "conform: nothing could be found out of drafts, seals: no call is open: name one with --programme\n",
        ),
        // That no link and no draft are given, whoever gave none knows.
        ("events,paging,deadline/save", 0, ""),
        // Something was.
        ("clock,deadline/listed,deadline/save", 0, ""),
    ] {
        let run = Command::new(env!("CARGO_BIN_EXE_opencall-conform"))
            .args(["--base-url", &proxy.origin(), "--config", &claims(), "--only", only])
            .output()
            .map_err(|error| error.to_string())?;
        let words = String::from_utf8_lossy(&run.stderr);
        if run.status.code() != Some(code) || words != said {
            return Err(format!("{:?}\n{words}{}", run.status, String::from_utf8_lossy(&run.stdout)));
        }
    }
    Ok(())
}
