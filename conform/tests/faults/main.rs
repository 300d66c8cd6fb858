//! Backends that are wrong, one thing each: the reference backend behind a proxy that changes that thing. The check that is about it
//! has to fall short; and of the reference backend itself, and of one that can do less and says so, none may.
//!
//! One server for all, so this has a `main` of its own. An argument runs the variants whose names contain it; with `--show` each one's
//! report is printed.

mod lesser;
mod message;
mod proxy;
mod quiet;
mod server;
mod variants;

use std::process::ExitCode;
use std::sync::Mutex;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Instant;

use opencall_conform::report;
use opencall_conform::suite::{self, Options, Results, Selection};

use crate::proxy::Proxy;
use crate::server::Server;
use crate::variants::Variant;

/// A test of its own: its name, and what it needs the server for.
type Test = (&'static str, fn(&Server) -> Result<(), String>);

const TESTS: [Test; 17] = [
    ("the reference backend holds everything", reference_holds),
    ("another call, with every kind of question, is answered and submitted", odd_call),
    ("nothing that was begun is left when the suite ends", nothing_is_left),
    ("a backend below a path holds everything", below_a_path),
    ("a backend that can do less and says so holds what it claims", lesser::declared),
    ("a backend that can do less and says nothing is found out", lesser::tried),
    ("a backend that takes files whole holds what it claims", lesser::takes_whole),
    ("a backend whose staff have accounts holds what it claims", lesser::has_accounts),
    (
        "what a backend claims is read in the contract that it serves",
        lesser::read_in_its_contract,
    ),
    ("what is claimed and is not there falls short", lesser::claimed),
    (
        "what a backend without a clock, or with whole files, owes other origins is asked",
        lesser::is_used_from_elsewhere,
    ),
    ("whatever nonsense comes is reported", nonsense),
    ("a draft that may still be changed is left alone", quiet::open_draft),
    ("no password is in a report", quiet::password),
    ("no cookie is in a report", quiet::cookie),
    ("a run that found out nothing does not end well", quiet::nothing_found_out),
    ("the documentation lists every check and every variant", documented),
];

fn main() -> ExitCode {
    let wanted = std::env::args()
        .skip(1)
        .find(|argument| !argument.starts_with('-'))
        .unwrap_or_default();
    let began = Instant::now();
    let server = match Server::start() {
        Ok(server) => server,
        Err(error) => {
            eprintln!("{error}");
            return ExitCode::FAILURE;
        }
    };
    let tests = TESTS.iter().filter(|(name, _)| name.contains(&wanted));
    let variants = variants::all().filter(|variant| variant.name.contains(&wanted));
    let jobs: Vec<Job<'_>> = tests.map(Job::Test).chain(variants.map(Job::Variant)).collect();
    let (next, failures) = (AtomicUsize::new(0), Mutex::new(Vec::new()));
    let work = || {
        while let Some(job) = jobs.get(next.fetch_add(1, Ordering::Relaxed)) {
            let began = Instant::now();
            let (name, outcome) = match job {
                Job::Test((name, test)) => (*name, test(&server)),
                Job::Variant(variant) => (variant.name, caught(&server, variant)),
            };
            let took = began.elapsed().as_secs_f64();
            println!("{} {name} ({took:.1} s)", if outcome.is_ok() { "ok    " } else { "FAILED" });
            if let Err(error) = outcome
                && let Ok(mut failures) = failures.lock()
            {
                failures.push(format!("---- {name}\n{error}"));
            }
        }
    };
    std::thread::scope(|scope| {
        scope.spawn(work);
        work();
    });
    let failures = failures.into_inner().unwrap_or_default();
    let took = began.elapsed().as_secs_f64();
    println!("{} run, {} failed, {took:.1} s", jobs.len(), failures.len());
    if failures.is_empty() {
        return ExitCode::SUCCESS;
    }
    eprintln!("{}\nthe server's log:\n{}", failures.join("\n"), server.last_words());
    ExitCode::FAILURE
}

/// What there is to do.
enum Job<'a> {
    Test(&'a Test),
    Variant(&'a Variant),
}

/// Runs the suite against an address.
fn conform(server: &Server, base_url: &str, config: Option<&str>, only: &[&str]) -> Result<Results, String> {
    conform_with(options(server, base_url, config)?, only)
}

/// What the suite is told of the server, reached at an address.
fn options(server: &Server, base_url: &str, config: Option<&str>) -> Result<Options, String> {
    Ok(Options {
        base_url: base_url.to_owned(),
        token: Some(server.invite()?),
        closed_programme: Some(String::from(server::CLOSED)),
        closed_draft: Some(server.closed_draft.clone()),
        origin: Some(String::from(server::ORIGIN)),
        config: config.map(str::to_owned),
        programme: None,
        account: None,
    })
}

fn conform_with(options: Options, only: &[&str]) -> Result<Results, String> {
    let only: Vec<String> = only.iter().map(|name| (*name).to_owned()).collect();
    suite::run(options, &Selection::of(&only)?, |_| ())
}

/// What the reference backend claims.
fn claims() -> String {
    format!("{}/../public/config.json", env!("CARGO_MANIFEST_DIR"))
}

fn reference_holds(server: &Server) -> Result<(), String> {
    let results = conform(server, &server.origin(), Some(&claims()), &[])?;
    println!("       {}", report::summary(&results));
    all_hold(&results)
}

fn odd_call(server: &Server) -> Result<(), String> {
    let options = options(server, &server.origin(), Some(&claims()))?;
    let programme = Some(String::from(server::ODD));
    let only = ["drafts/every-field", "uploads", "submission", "seals"];
    all_hold(&conform_with(Options { programme, ..options }, &only)?)
}

/// Passes everything on, and remembers which applications were begun and which erased.
fn counting(world: &proxy::World, request: message::Request) -> message::Reply {
    if request.is("DELETE", "/application") {
        let id = world.ask(&request.like("GET", "/api/v1/application")).json()["id"].clone();
        let reply = world.ask(&request);
        if reply.status == 204 {
            world.first(&format!("erased {id}"), b"");
        }
        return reply;
    }
    let reply = world.ask(&request);
    if request.begins() && reply.status == 201 {
        world.first(&format!("begun {}", reply.json()["id"]), b"");
    }
    reply
}

fn nothing_is_left(server: &Server) -> Result<(), String> {
    let proxy = Proxy::start(server.port(), counting)?;
    let only = ["idempotency", "submission", "deadline", "privacy", "link", "staff"];
    conform(server, &proxy.origin(), Some(&claims()), &only)?;
    let (begun, erased) = (proxy.world.names("begun "), proxy.world.names("erased "));
    let left: Vec<_> = begun.iter().filter(|id| !erased.contains(id)).collect();
    let others: Vec<_> = erased.iter().filter(|id| !begun.contains(id)).collect();
    if begun.len() > 20 && left.is_empty() && others.is_empty() {
        return Ok(());
    }
    Err(format!(
        "{} begun; left: {left:?}; erased though another's: {others:?}",
        begun.len()
    ))
}

fn below_a_path(server: &Server) -> Result<(), String> {
    let stripped = |world: &proxy::World, mut request: message::Request| {
        request.target = request.target.replacen("/calls", "", 1);
        world.ask(&request)
    };
    let proxy = Proxy::start(server.port(), stripped)?;
    let only = ["programmes", "drafts/begin", "uploads", "submission/receipt", "replies"];
    all_hold(&conform(server, &format!("{}/calls/", proxy.origin()), Some(&claims()), &only)?)
}

fn all_hold(results: &Results) -> Result<(), String> {
    let [_, failed, not_offered, not_checked] = results.counts();
    if failed == 0 && not_offered == 0 && not_checked == 0 {
        return Ok(());
    }
    Err(results.text(true))
}

fn caught(server: &Server, variant: &Variant) -> Result<(), String> {
    let proxy = Proxy::start(server.port(), variant.fault)?;
    let results = conform(server, &proxy.origin(), Some(&claims()), variant.only)?;
    if std::env::args().any(|argument| argument == "--show") {
        println!("{}", results.text(false));
    }
    let short = results.short();
    let missed: Vec<_> = variant.caught_by.iter().filter(|id| !short.contains(id)).collect();
    if missed.is_empty() {
        return Ok(());
    }
    Err(format!("not caught by {missed:?}, but by {short:?}\n{}", results.text(true)))
}

fn documented(_: &Server) -> Result<(), String> {
    let page = include_str!("../../../docs/conformance.md");
    let (checks, variants) = (report::table(), variants::table());
    for (what, table) in [("checks", checks), ("variants", variants)] {
        if !page.contains(&table) {
            return Err(format!("docs/conformance.md does not have the table of {what} as it is:\n{table}"));
        }
    }
    for count in [
        format!("{} checks", opencall_conform::checks::all().count()),
        format!("{} that are wrong", variants::all().count()),
    ] {
        if !page.contains(&count) {
            return Err(format!("docs/conformance.md does not say {count}"));
        }
    }
    Ok(())
}

/// Whatever is asked, a web page of somebody else's comes, as networks with a login have it.
fn web_page(_: &proxy::World, _: message::Request) -> message::Reply {
    let mut reply = message::Reply::json_of(200, &serde_json::Value::Null);
    reply.set("content-type", "text/html");
    reply.body = b"<!doctype html><title>Sign in</title>".to_vec();
    reply
}

/// JSON that is cut off in the middle.
fn cut_json(world: &proxy::World, request: message::Request) -> message::Reply {
    let mut reply = world.ask(&request);
    reply.body.truncate(reply.body.len() / 2);
    reply
}

/// JSON of other shapes than promised.
fn other_shapes(world: &proxy::World, request: message::Request) -> message::Reply {
    let mut reply = world.ask(&request);
    let shapes = [
        "[]",
        "7",
        "{\"id\": 7, \"answers\": [], \"errors\": {}, \"keys\": 1, \"version\": \"x\"}",
        "\"text\"",
        "[[1], {}, null]",
    ];
    let tick = usize::try_from(world.tick()).unwrap_or(0);
    reply.body = shapes[tick % shapes.len()].as_bytes().to_vec();
    reply
}

/// JSON that nests deeper than anything is read.
fn nested(world: &proxy::World, request: message::Request) -> message::Reply {
    let mut reply = world.ask(&request);
    reply.body = b"[".repeat(100_000);
    reply
}

fn nonsense(server: &Server) -> Result<(), String> {
    for fault in [web_page as proxy::Fault, cut_json, other_shapes, nested] {
        let proxy = Proxy::start(server.port(), fault)?;
        let options = Options {
            programme: Some(String::from("ai-startup-program")),
            ..options(server, &proxy.origin(), Some(&claims()))?
        };
        let results = conform_with(options, &[])?;
        let [passed, failed, ..] = results.counts();
        if failed < 10 || passed > 40 {
            return Err(results.text(true));
        }
        // Neither report may break on what came.
        if !report::json(&results).is_object() {
            return Err(String::from("the report is no JSON"));
        }
    }
    Ok(())
}
