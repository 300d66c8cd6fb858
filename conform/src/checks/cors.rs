//! Apps on other origins.

use opencall_core::contract::Uploads;

use crate::check::{Capability::Cors, Check, Outcome, Stop};
use crate::http::Reply;
use crate::run::Run;

pub(super) const CHECKS: &[Check] = &[
    Cors.check(
        "cors/preflight",
        "every method and header of the contract is allowed to the origin",
        "Fetch, 3.3.2",
        preflight,
    ),
    Cors.check(
        "cors/read",
        "its pages may read replies and the headers that the contract uses",
        "Fetch, 3.3.3",
        read,
    ),
    Cors.check("cors/errors", "they may read errors too", "Fetch, 3.3.3", errors),
    Cors.check(
        "cors/others",
        "no origin is let in with cookies for the asking",
        "Fetch, 3.3.5",
        others,
    ),
];

fn origin(run: &Run) -> Outcome<&str> {
    match &run.options.origin {
        Some(origin) => Ok(origin),
        None => Stop::not_given("needs an origin that the backend lets use it: give it with --origin"),
    }
}

fn lets_in(reply: &Reply, origin: &str) -> Outcome {
    let said = reply.header("access-control-allow-origin").unwrap_or_default();
    reply.require(said == origin || said == "*", &format!("Access-Control-Allow-Origin: {origin}"))
}

fn preflight(run: &Run) -> Outcome {
    let origin = origin(run)?;
    let tus = "authorization,content-type,tus-resumable,upload-length,upload-metadata,upload-offset";
    let programme = run.programme()?.id.clone();
    let has = *run.claims.all(run);
    // What a device calls itself is sent elsewhere only where those at a draft hear of one another.
    let headers = if has.presence {
        "authorization,content-type,idempotency-key,if-match,if-none-match,opencall-device"
    } else {
        "authorization,content-type,idempotency-key,if-match,if-none-match"
    };
    let (files, parts) = (has.uploads != Uploads::None, has.uploads == Uploads::Tus);
    let file = String::from("/application/files/x");
    for (is_offered, method, path, headers) in [
        (has.clock, "GET", String::from("/clock"), "authorization"),
        (true, "POST", format!("/programmes/{programme}/applications"), headers),
        (true, "PATCH", String::from("/application"), headers),
        (true, "DELETE", String::from("/application"), headers),
        (true, "POST", String::from("/application/submit"), headers),
        (true, "POST", String::from("/application/withdraw"), headers),
        (has.seals, "POST", String::from("/application/seal"), headers),
        (has.relink, "POST", String::from("/application/token"), headers),
        (has.presence, "PUT", String::from("/application/presence"), headers),
        // What takes files whole is sent tus's headers too, and is asked to take one away.
        (files, "POST", String::from("/application/files"), tus),
        (files, "DELETE", file.clone(), tus),
        (parts, "HEAD", file.clone(), tus),
        (parts, "PATCH", file, tus),
    ] {
        if !is_offered {
            continue;
        }
        let request = run.http.request("OPTIONS", &path).header("Origin", origin);
        let request = request.header("Access-Control-Request-Method", method);
        let reply = request.header("Access-Control-Request-Headers", headers).send()?;
        reply.status(&[200, 204])?;
        lets_in(&reply, origin)?;
        let allows = |name: &str, wanted: &str| reply.header_has(name, wanted) || reply.header_has(name, "*");
        reply.require(
            allows("access-control-allow-methods", method),
            &format!("Access-Control-Allow-Methods has {method}"),
        )?;
        for header in headers.split(',') {
            // A star does not stand for Authorization (Fetch, CORS non-wildcard request-header name).
            let allowed = reply.header_has("access-control-allow-headers", header)
                || header != "authorization" && reply.header_has("access-control-allow-headers", "*");
            reply.require(allowed, &format!("Access-Control-Allow-Headers has {header}"))?;
        }
    }
    Ok(())
}

fn read(run: &Run) -> Outcome {
    let origin = origin(run)?;
    let draft = run.some_draft()?;
    let reply = draft.request("GET", "/application").header("Origin", origin).send()?;
    reply.json(&[200])?;
    lets_in(&reply, origin)?;
    // Where there is no clock, the app reads the time in it.
    let date = (!run.claims.all(run).clock).then_some("date");
    for header in ["etag", "location", "retry-after", "upload-offset", "upload-length"]
        .into_iter()
        .chain(date)
    {
        let exposed = reply.header_has("access-control-expose-headers", header) || reply.header_has("access-control-expose-headers", "*");
        reply.require(exposed, &format!("Access-Control-Expose-Headers has {header}"))?;
    }
    Ok(())
}

fn errors(run: &Run) -> Outcome {
    let origin = origin(run)?;
    let reply = run.nobody()?.request("GET", "/application").header("Origin", origin).send()?;
    reply.problem(&[401], "/problems/unknown-token")?;
    lets_in(&reply, origin)
}

fn others(run: &Run) -> Outcome {
    for origin in ["https://conformance.invalid", "null"] {
        let reply = run.http.request("GET", "/programmes").header("Origin", origin).send()?;
        let let_in = reply.header("access-control-allow-origin") == Some(origin);
        let with_cookies = reply.header("access-control-allow-credentials") == Some("true");
        reply.require(!(let_in && with_cookies), &format!("{origin} is not let in with cookies"))?;
    }
    Ok(())
}
