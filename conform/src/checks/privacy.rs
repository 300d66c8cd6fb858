//! What others must not see or do.

use serde_json::json;

use crate::check::{Capability::Privacy, Check, Outcome};
use crate::draft::{Draft, key};
use crate::run::Run;
use crate::upload::{about, send, whole};

pub(super) const CHECKS: &[Check] = &[
    Privacy.check(
        "privacy/no-token",
        "without a token there is nothing",
        "docs/backend.md, Calls; docs/backend.md, Problems",
        no_token,
    ),
    Privacy.check(
        "privacy/unknown-token",
        "nor is there with one that was never begun",
        "docs/backend.md, The token; docs/backend.md, Problems",
        unknown_token,
    ),
    Privacy.check(
        "privacy/challenge",
        "401 says how to ask",
        "RFC 9110, 15.5.2; RFC 6750, 3",
        challenge,
    ),
    Privacy.check(
        "privacy/token-elsewhere",
        "a token counts in Authorization and nowhere else",
        "docs/backend.md, Calls; RFC 6750, 2",
        token_elsewhere,
    ),
    Privacy.check(
        "privacy/weak-token",
        "a token that could be guessed begins nothing",
        "docs/backend.md, The token",
        weak_token,
    ),
    Privacy.check(
        "privacy/two-applicants",
        "two applicants see and change their own and nobody else's",
        "docs/backend.md, The token",
        two_applicants,
    ),
    Privacy.check(
        "privacy/files",
        "nobody reads, writes or deletes another's file",
        "docs/backend.md, Uploads",
        files,
    ),
    Privacy.check("privacy/no-list", "nobody lists applications", "docs/backend.md, Calls", no_list),
    Privacy.check(
        "privacy/no-store",
        "what is private is kept in no cache",
        "docs/backend.md, Caches; RFC 9111, 5.2.2.5",
        no_store,
    ),
];

/// Every call that needs a token.
const PRIVATE: [(&str, &str); 11] = [
    ("GET", "/application"),
    ("PATCH", "/application"),
    ("DELETE", "/application"),
    ("GET", "/application/export"),
    ("GET", "/application/timeline"),
    ("POST", "/application/submit"),
    ("POST", "/application/withdraw"),
    ("POST", "/application/token"),
    ("POST", "/application/seal"),
    ("PUT", "/application/presence"),
    ("POST", "/application/files"),
];

/// Those of them that the backend has.
fn private(run: &Run) -> impl Iterator<Item = (&'static str, &'static str)> {
    let has = *run.claims.all(run);
    PRIVATE.into_iter().filter(move |(_, path)| match *path {
        "/application/seal" => has.seals,
        "/application/presence" => has.presence,
        "/application/token" => has.relink,
        "/application/files" => has.uploads != opencall_core::contract::Uploads::None,
        _ => true,
    })
}

fn no_token(run: &Run) -> Outcome {
    for (method, path) in private(run) {
        let request = run
            .http
            .request(method, path)
            .header("Idempotency-Key", "\"conformance\"")
            .header("If-Match", "\"1\"");
        request.send()?.problem(&[401], "/problems/unknown-token")?;
    }
    let begin = run
        .http
        .request("POST", &format!("/programmes/{}/applications", run.programme()?.id));
    let reply = begin
        .header("Idempotency-Key", "\"conformance\"")
        .json(&json!({"answers": {}, "locale": "en"}))
        .send()?;
    reply.problem(&[401], "/problems/unknown-token").map(drop)
}

fn unknown_token(run: &Run) -> Outcome {
    let nobody = run.nobody()?;
    for part in ["", "/export", "/timeline"] {
        nobody.get(part)?.problem(&[401], "/problems/unknown-token")?;
    }
    nobody
        .patch(1, &json!({"conformance_a": "x"}))?
        .problem(&[401], "/problems/unknown-token")?;
    nobody.submit(1, &key()?)?.problem(&[401], "/problems/unknown-token")?;
    nobody.erase()?.problem(&[401], "/problems/unknown-token").map(drop)
}

fn challenge(run: &Run) -> Outcome {
    let reply = run.nobody()?.get("")?;
    reply.status(&[401])?;
    let says = reply.header("www-authenticate").unwrap_or_default().to_ascii_lowercase();
    reply.require(says.starts_with("bearer"), "WWW-Authenticate: Bearer")
}

fn token_elsewhere(run: &Run) -> Outcome {
    let draft = run.some_draft()?;
    let token = draft.token();
    for name in ["token", "access_token"] {
        let reply = run.http.request("GET", &format!("/application?{name}={token}")).send()?;
        reply.problem(&[401], "/problems/unknown-token")?;
        let reply = run
            .http
            .request("GET", "/application")
            .header("Cookie", format!("{name}={token}"))
            .send()?;
        reply.problem(&[401], "/problems/unknown-token")?;
    }
    let reply = run
        .http
        .request("GET", "/application")
        .header("Authorization", token.clone())
        .send()?;
    reply.problem(&[401], "/problems/unknown-token")?;
    let reply = run
        .http
        .request("GET", "/application")
        .header("Authorization", format!("Basic {token}"))
        .send()?;
    reply.problem(&[401], "/problems/unknown-token").map(drop)
}

fn weak_token(run: &Run) -> Outcome {
    for token in ["1", "conformance", "AAAA AAAA"] {
        let draft = Draft::given(&run.http, token);
        let reply = draft.begin_at(&run.programme()?.id, &json!({}), &key()?)?;
        reply.status(&[401, 400, 422])?;
    }
    Ok(())
}

fn two_applicants(run: &Run) -> Outcome {
    let one = run.draft(&json!({"conformance_secret": "one's own"}))?;
    let other = run.draft(&json!({"conformance_secret": "the other's"}))?;
    for _ in 0..2 {
        for (draft, own) in [(&one, "one's own"), (&other, "the other's")] {
            draft.read()?.member("/answers/conformance_secret", &json!(own))?;
            draft
                .get("/export")?
                .member("/application/answers/conformance_secret", &json!(own))?;
        }
    }
    let ids = (one.read()?.value()["id"].clone(), other.read()?);
    ids.1.require(ids.1.value()["id"] != ids.0, "an id of its own")?;
    other.save(&json!({"conformance_secret": "changed"}))?;
    one.read()?.member("/answers", &json!({"conformance_secret": "one's own"}))?;
    other.erase()?.status(&[204])?;
    one.read()?.member("/answers", &json!({"conformance_secret": "one's own"}))
}

fn files(run: &Run) -> Outcome {
    if run.uploads() == opencall_core::contract::Uploads::None {
        return Err(crate::Stop::NotOffered(String::from("no uploads")));
    }
    let (field, kind, _) = run.file_field()?;
    let (_, _, bytes) = super::uploads::a_file(run)?;
    let (one, other) = (run.draft(&json!({}))?, run.draft(&json!({}))?);
    let answer = whole(run, &one, &field.id, kind, &bytes)?;
    let id = answer["id"].as_str().unwrap_or_default();
    for draft in [&other, &run.nobody()?] {
        for method in ["GET", "HEAD", "DELETE"] {
            about(draft, method, id).send()?.status(&[404, 401, 405])?;
        }
        send(draft, id, 0, &bytes)?.status(&[404, 401, 405])?;
    }
    let read = one.read()?;
    read.require(crate::upload::listed(&read, id).is_some(), "the file is still there")?;
    other.read()?.member("/files", &json!([]))
}

fn no_list(run: &Run) -> Outcome {
    let draft = run.some_draft()?;
    for path in [
        format!("/programmes/{}/applications", run.programme()?.id),
        String::from("/applications"),
    ] {
        run.http.request("GET", &path).send()?.status(&[401, 403, 404, 405])?;
        draft.request("GET", &path).send()?.status(&[401, 403, 404, 405])?;
    }
    Ok(())
}

fn no_store(run: &Run) -> Outcome {
    let draft = run.some_draft()?;
    for part in ["", "/export", "/timeline"] {
        let reply = draft.get(part)?;
        reply.json(&[200])?;
        reply.require(reply.header_has("cache-control", "no-store"), "Cache-Control: no-store")?;
    }
    let refused = run.nobody()?.get("")?;
    refused.require(refused.header_has("cache-control", "no-store"), "Cache-Control: no-store")
}
