//! What holds for every reply of the run: looked at last, over all that came.

use opencall_core::contract::{problem_type, staff::staff_problem};
use serde_json::Value;

use crate::check::{Capability::Replies, Check, Outcome};
use crate::expect::{ends_with_type, utc};
use crate::http::Reply;
use crate::run::Run;

pub(super) const CHECKS: &[Check] = &[
    Replies.check(
        "replies/problem-media",
        "every error is problem details, and says so",
        "docs/backend.md, Problems; RFC 9457, 3",
        problem_media,
    ),
    Replies.check(
        "replies/problem-type",
        "every problem is of a type that the contract lists, with the status it has there",
        "docs/backend.md, Problems",
        problem_types,
    ),
    Replies.check(
        "replies/problem-status",
        "its status member is the status, and it has a title",
        "RFC 9457, 3.1",
        problem_status,
    ),
    Replies.check(
        "replies/success",
        "no success carries an error",
        "docs/backend.md, Problems; RFC 9110, 15.3",
        success,
    ),
    Replies.check("replies/media", "every JSON reply says that it is one", "RFC 9110, 8.3", media),
    Replies.check(
        "replies/times",
        "every time is RFC 3339 in UTC",
        "docs/backend.md; RFC 3339, 5.6",
        times,
    ),
    Replies.check(
        "replies/no-fault",
        "nothing the suite sent made the backend fail",
        "RFC 9110, 15.6",
        no_fault,
    ),
    Replies.check(
        "replies/no-redirect",
        "no call leads elsewhere",
        "docs/backend.md, Calls",
        no_redirect,
    ),
    Replies.check(
        "replies/retry-after",
        "too many requests are refused with when to come back",
        "docs/backend.md, Problems; RFC 6585, 4",
        retry_after,
    ),
    Replies.check(
        "replies/no-token",
        "no reply has a token in it",
        "docs/backend.md, The token",
        no_token,
    ),
    Replies.check(
        "replies/no-store",
        "no private reply may be kept in a cache",
        "docs/backend.md, Caches; RFC 9111, 5.2.2.5",
        no_store,
    ),
    Replies.check(
        "replies/date",
        "every reply has its Date, which stands in where there is no clock",
        "RFC 9110, 6.6.1",
        date,
    ),
];

/// What every reply below the contract's address has to hold.
fn each(run: &Run, holds: impl Fn(&Reply) -> Outcome) -> Outcome {
    run.http
        .journal()
        .iter()
        .filter(|reply| reply.asked.path.starts_with('/'))
        .try_for_each(holds)
}

fn is_error(reply: &Reply) -> bool {
    reply.status >= 400 && reply.asked.method != "HEAD"
}

fn problem_media(run: &Run) -> Outcome {
    each(run, |reply| {
        if !is_error(reply) {
            return Ok(());
        }
        reply.require(
            reply.media_type() == "application/problem+json",
            "Content-Type: application/problem+json",
        )?;
        reply.require(reply.value().is_object(), "an object")
    })
}

/// Which statuses a type may have.
fn statuses(kind: &str) -> Option<&'static [u16]> {
    const KNOWN: &[(&str, &[u16])] = &[
        (problem_type::ANSWERS, &[422]),
        (problem_type::FILE, &[422, 413]),
        (problem_type::NOT_OPEN, &[403]),
        (problem_type::NO_SEAL, &[403]),
        (problem_type::SEAL_MISMATCH, &[422]),
        (problem_type::ILLEGAL_MOVE, &[409]),
        (problem_type::CHANGED, &[412]),
        (problem_type::IF_MATCH_MISSING, &[428]),
        (problem_type::KEY_MISSING, &[400]),
        (problem_type::KEY_REUSED, &[422]),
        (problem_type::KEY_RUNNING, &[409]),
        (problem_type::UNKNOWN_TOKEN, &[401]),
        (problem_type::NOT_FOUND, &[404]),
        (problem_type::MALFORMED, &[400, 415, 422]),
        (problem_type::TOO_LARGE, &[413]),
        (problem_type::RATE_LIMITED, &[429]),
        (problem_type::STORAGE, &[503]),
        (problem_type::INTERNAL, &[500]),
        (staff_problem::SIGNED_OUT, &[401]),
        (staff_problem::NOT_ALLOWED, &[403]),
        (staff_problem::FOREIGN, &[403]),
        (staff_problem::LINK, &[404]),
        (staff_problem::MOVED_MEANWHILE, &[409]),
        (staff_problem::TOO_LATE, &[409]),
        (staff_problem::LAST_ORGANISER, &[409]),
        (staff_problem::VIEW_EXISTS, &[409]),
        (staff_problem::TOO_MANY_VIEWS, &[409]),
    ];
    KNOWN
        .iter()
        .find(|(known, _)| ends_with_type(kind, known))
        .map(|(_, statuses)| *statuses)
}

fn problem_types(run: &Run) -> Outcome {
    each(run, |reply| {
        if !is_error(reply) {
            return Ok(());
        }
        let value = reply.value();
        let kind = value["type"].as_str().unwrap_or_default();
        // For what HTTP itself says enough of: a method, a media type, an offset (RFC 9457, section 4.2.1).
        let is_plain = kind == "about:blank" && ![401, 403, 404, 428, 429].contains(&reply.status);
        match statuses(kind) {
            Some(right) => reply.require(right.contains(&reply.status), &format!("{kind} with one of {right:?}")),
            None => reply.require(is_plain, "a type that docs/backend.md lists"),
        }
    })
}

fn problem_status(run: &Run) -> Outcome {
    each(run, |reply| {
        if !is_error(reply) {
            return Ok(());
        }
        let value = reply.value();
        reply.require(value["status"] == reply.status, "status is the status of the reply")?;
        reply.require(value["title"].as_str().is_some_and(|title| !title.is_empty()), "title is a text")
    })
}

fn success(run: &Run) -> Outcome {
    each(run, |reply| {
        if !(200..300).contains(&reply.status) {
            return Ok(());
        }
        let value = reply.value();
        let kind = value["type"].as_str().unwrap_or_default();
        let is_problem = reply.media_type() == "application/problem+json" || kind.contains("/problems/");
        let says_error = value["status"].as_u64().is_some_and(|status| status >= 400) || !value["error"].is_null();
        reply.require(!is_problem && !says_error, "an error comes with a status from 400 on")
    })
}

/// Whether the body is meant to be JSON: what is asked for there, and not what it says.
fn is_json(reply: &Reply) -> bool {
    let path = &reply.asked.path;
    let other = ["/rows", "/changes", "/events", "/export"]
        .iter()
        .any(|end| path.split('?').next().unwrap_or_default().ends_with(end));
    let (of_files, of_staff) = (path.contains("/files"), path.starts_with("/staff"));
    match reply.status {
        _ if reply.body.is_empty() => false,
        200 => !(of_files || of_staff && other),
        status => status == 201,
    }
}

fn media(run: &Run) -> Outcome {
    each(run, |reply| {
        reply.require(
            !is_json(reply) || reply.media_type() == "application/json",
            "Content-Type: application/json",
        )
    })
}

/// Members that are times, wherever they stand.
const TIMES: [&str; 17] = [
    "now",
    "saved_at",
    "created_at",
    "updated_at",
    "received_at",
    "sealed_at",
    "replaced_at",
    "seen_at",
    "expires_at",
    "undo_until",
    "at",
    "until",
    "deadline",
    "extension",
    "since",
    "opens",
    "used_at",
];

fn times(run: &Run) -> Outcome {
    /// The first member that should be a time in UTC and is none. Answers are nobody's but the applicant's.
    fn wrong(value: &Value) -> Option<String> {
        match value {
            Value::Array(items) => items.iter().find_map(wrong),
            Value::Object(members) => members.iter().find_map(|(name, value)| match value {
                Value::String(text) if TIMES.contains(&name.as_str()) && utc(text).is_none() => Some(format!("{name} is {text}")),
                _ if matches!(name.as_str(), "answers" | "submitted" | "draft") => None,
                value => wrong(value),
            }),
            _ => None,
        }
    }
    each(run, |reply| {
        // A programme's document states its dates in the programme's own zone.
        let path = &reply.asked.path;
        let is_document = path.starts_with("/programmes/") && path.matches('/').count() == 2;
        if is_document || !(is_json(reply) || is_error(reply)) {
            return Ok(());
        }
        match wrong(&reply.value()) {
            None => Ok(()),
            Some(found) => Err(reply.short_of("times such as 2023-12-01T22:59:59Z", found)),
        }
    })
}

fn no_fault(run: &Run) -> Outcome {
    each(run, |reply| reply.require(reply.status < 500 || reply.status == 503, "no 5xx"))
}

fn no_redirect(run: &Run) -> Outcome {
    each(run, |reply| {
        reply.require(!(300..400).contains(&reply.status) || reply.status == 304, "no 3xx but 304")
    })
}

fn retry_after(run: &Run) -> Outcome {
    each(run, |reply| {
        let seconds = reply.header("retry-after").and_then(|seconds| seconds.trim().parse::<u64>().ok());
        reply.require(reply.status != 429 || seconds.is_some(), "Retry-After, in seconds")
    })
}

fn no_token(run: &Run) -> Outcome {
    each(run, |reply| reply.require(!run.http.echoes(reply), "no token in the body"))
}

fn no_store(run: &Run) -> Outcome {
    each(run, |reply| {
        let private = ["/application", "/staff", "/partner"]
            .iter()
            .any(|start| reply.asked.path.starts_with(start))
            && reply.asked.method != "OPTIONS";
        // What must not be kept by anybody has to say so: without it, a 200 may be kept by guess (RFC 9111, section 4.2.2).
        reply.require(!private || reply.header_has("cache-control", "no-store"), "Cache-Control: no-store")
    })
}

fn date(run: &Run) -> Outcome {
    each(run, |reply| {
        reply.require(reply.status >= 500 || reply.header("date").is_some(), "a Date header")
    })
}
