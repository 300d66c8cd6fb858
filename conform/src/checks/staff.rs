//! The staff's side: who gets in.

use opencall_core::contract::staff::HEADER;
use serde_json::json;

use crate::check::{Capability::Staff, Check, Outcome, Stop};
use crate::draft;
use crate::run::Run;
use crate::staff::{NAME, has_accounts};

pub(super) const CHECKS: &[Check] = &[
    Staff.check(
        "staff/signed-out",
        "nobody who is not signed in reads or does anything",
        "docs/backend.md, Staff",
        signed_out,
    ),
    Staff.check(
        "staff/applicants-token",
        "an applicant's token opens none of it",
        "docs/backend.md, Staff",
        applicants_token,
    ),
    Staff.check(
        "staff/unknown-link",
        "a link that is unknown, or a wrong password, signs nobody in",
        "docs/backend.md, Staff",
        unknown_link,
    ),
    Staff.check(
        "staff/sign-in",
        "an unused link, or an account, begins a session, in a cookie that scripts and other sites do not get",
        "docs/backend.md, Staff; RFC 6265, 4.1.2",
        sign_in,
    ),
    Staff.check(
        "staff/used-link",
        "a link that was used is good for nothing",
        "docs/backend.md, Staff",
        used_link,
    ),
    Staff.check(
        "staff/session",
        "whoever is signed in can see as whom, and with what role",
        "docs/backend.md, Staff",
        session,
    ),
    Staff.check(
        "staff/header",
        "all but reading needs the header Opencall-Staff",
        "docs/backend.md, Staff",
        header,
    ),
    Staff.check(
        "staff/no-store",
        "nothing of it is kept in caches",
        "docs/backend.md, Caches; RFC 9111, 5.2.2.5",
        no_store,
    ),
    Staff.check(
        "staff/partner-counts",
        "a partner's counts are told to nobody without the partner's link",
        "docs/backend.md, Calls",
        partner_counts,
    ),
    Staff.check(
        "staff/unknown",
        "what does not exist is not found",
        "docs/backend.md, Staff; docs/backend.md, Problems",
        unknown,
    ),
];

/// What only staff may read. An application that does not exist must not be found out either.
fn reading(run: &Run) -> Outcome<Vec<String>> {
    let id = &run.programme()?.id;
    let mut paths: Vec<String> = [
        "/session",
        "/sessions",
        "/people",
        "/invitations",
        "/audit",
        "/applications/AAAA-AAAA",
    ]
    .map(String::from)
    .into();
    for part in ["rows", "changes", "views", "partners", "previous"] {
        paths.push(format!("/programmes/{id}/{part}"));
    }
    if run.claims.all(run).events {
        paths.push(format!("/programmes/{id}/events"));
    }
    Ok(paths)
}

fn writing(run: &Run) -> Outcome<Vec<(&'static str, String)>> {
    let id = &run.programme()?.id;
    let mut calls = vec![
        ("DELETE", String::from("/session")),
        ("POST", String::from("/invitations")),
        ("POST", String::from("/applications/AAAA-AAAA/notes")),
        ("POST", String::from("/applications/AAAA-AAAA/extension")),
    ];
    for part in ["moves", "export", "views", "extension"] {
        calls.push(("POST", format!("/programmes/{id}/{part}")));
    }
    Ok(calls)
}

fn signed_out(run: &Run) -> Outcome {
    for path in reading(run)? {
        let reply = run
            .http
            .request("GET", &format!("/staff{path}"))
            .header("Cookie", "opencall_staff=conformance")
            .send()?;
        reply.problem(&[401], "/problems/signed-out")?;
    }
    for (method, path) in writing(run)? {
        let request = run.http.request(method, &format!("/staff{path}")).header(HEADER, "1");
        request.json(&json!({})).send()?.problem(&[401], "/problems/signed-out")?;
    }
    Ok(())
}

fn applicants_token(run: &Run) -> Outcome {
    let draft = run.some_draft()?;
    for path in ["/session", "/people", "/audit"] {
        draft
            .request("GET", &format!("/staff{path}"))
            .send()?
            .problem(&[401], "/problems/signed-out")?;
    }
    Ok(())
}

fn unknown_link(run: &Run) -> Outcome {
    let secret = draft::token(&run.http)?;
    let asked = if has_accounts(run) {
        let account = run.options.account.as_ref().map_or(NAME, |(account, _)| account);
        vec![("/staff/session", json!({"account": account, "password": secret}))]
    } else {
        vec![
            ("/staff/link", json!({"secret": secret})),
            ("/staff/session", json!({"secret": secret, "name": NAME})),
        ]
    };
    for (path, body) in asked {
        let reply = run.http.request("POST", path).header(HEADER, "1").json(&body).send()?;
        reply.problem(&[404], "/problems/link")?;
        reply.require(reply.header("set-cookie").is_none(), "no cookie")?;
    }
    Ok(())
}

fn sign_in(run: &Run) -> Outcome {
    let staff = run.staff()?;
    let reply = &staff.signed_in;
    reply.text("/person/name")?;
    reply.text("/person/role")?;
    reply.require(reply.value()["permissions"].is_array(), "permissions is a list")?;
    let cookie = reply.header("set-cookie").unwrap_or_default().to_ascii_lowercase();
    reply.require(cookie.contains("httponly"), "the cookie is HttpOnly")?;
    reply.require(
        cookie.contains("samesite=strict") || cookie.contains("samesite=lax"),
        "the cookie is SameSite",
    )?;
    let needs_https = run.http.base().starts_with("https://");
    reply.require(!needs_https || cookie.contains("secure"), "the cookie is Secure")?;
    let body = String::from_utf8_lossy(&reply.body);
    reply.require(!body.contains(&staff.secret), "the secret is not said again")
}

fn used_link(run: &Run) -> Outcome {
    if has_accounts(run) {
        return Err(Stop::NotOffered(String::from("accounts are not used up")));
    }
    let staff = run.staff()?;
    let again = run.http.request("POST", "/staff/session").header(HEADER, "1");
    let reply = again.json(&json!({"secret": staff.secret, "name": NAME})).send()?;
    reply.problem(&[404], "/problems/link").map(drop)
}

fn session(run: &Run) -> Outcome {
    let staff = run.staff()?;
    let reply = staff.get("/session")?;
    reply.json(&[200])?;
    for member in ["/person", "/permissions"] {
        reply.member(member, staff.signed_in.value().pointer(member).unwrap_or_default())?;
    }
    reply.member("/session/current", &json!(true))
}

fn header(run: &Run) -> Outcome {
    let staff = run.staff()?;
    for (method, path) in writing(run)? {
        staff.bare(method, &path).json(&json!({})).send()?.status(&[403])?;
    }
    staff.get("/session")?.json(&[200]).map(drop)
}

fn no_store(run: &Run) -> Outcome {
    let staff = run.staff()?;
    for path in [
        String::from("/session"),
        String::from("/people"),
        format!("/programmes/{}/rows", run.programme()?.id),
    ] {
        let reply = staff.get(&path)?;
        reply.require(reply.header_has("cache-control", "no-store"), "Cache-Control: no-store")?;
    }
    Ok(())
}

fn partner_counts(run: &Run) -> Outcome {
    let none = run.http.request("GET", "/partner/counts").send()?;
    none.problem(&[401], "/problems/unknown-token")?;
    for draft in [&run.nobody()?, run.some_draft()?] {
        draft
            .request("GET", "/partner/counts")
            .send()?
            .problem(&[401], "/problems/unknown-token")?;
    }
    Ok(())
}

fn unknown(run: &Run) -> Outcome {
    let staff = run.staff()?;
    staff.may("read_applications")?;
    for path in [
        "/applications/AAAA-AAAA",
        "/programmes/conformance-no-such-call/rows",
        "/conformance-no-such-path",
    ] {
        staff.get(path)?.problem(&[404], "/problems/not-found")?;
    }
    Ok(())
}
