//! What an applicant may do: whoever holds the token.

use serde_json::{Value, json};

use super::headers::{Header, device, if_match, key};
use super::model::{Body, Operation, Tag, Who, call, empty, json};
use super::refusals::{
    ANSWERS, CHANGED, IF_MATCH_MISSING, ILLEGAL_MOVE, KEYED, NO_SEAL, NOT_FOUND, NOT_OPEN, RATE_LIMITED, SEAL_MISMATCH, UNKNOWN_TOKEN,
    WITH_BODY,
};
use super::schemas::Schemas;
use crate::contract::{
    Begin, Export, Happening, NewToken, Presence, Present, Saved, Seal, SealRequest, SignedReceipt, TokenReplaced, WholeView,
};

const GONE: super::refusals::Refusal = NOT_FOUND.when("The programme is no longer served. What was written is kept.");

/// The calls.
pub fn operations(schemas: &mut Schemas) -> Vec<Operation> {
    let mut calls = own(schemas);
    calls.extend(moves(schemas));
    calls
}

/// Beginning, reading, saving, taking out, erasing.
fn own(schemas: &mut Schemas) -> Vec<Operation> {
    let happenings = json!({"type": "array", "items": schemas.reply::<Happening>()});
    let one = |method, id, summary| call(method, "/api/v1/application", id, Tag::Application, Who::Applicant, summary);
    vec![
        call(
            "post",
            "/api/v1/programmes/{programme}/applications",
            "beginApplication",
            Tag::Application,
            Who::Applicant,
            "Begins an application",
        )
        .about(
            "The token is 43 characters of base64url (256 random bits) that the app has made and stored before: keep only its SHA-256. With a token \
             that is known already it gives the application there is, so a repeated request makes no second one. `partner`, `referrer` and \
             `campaign` come from addresses that anybody writes: what is none is left out, not refused.",
        )
        .takes([key(), device()])
        .json(
            schemas.request::<Begin>(),
            json!({"answers": {"company_name": "Atelier Neuf"}, "locale": "en", "partner": "meta", "referrer": "https://meta.example"}),
        )
        .gives(
            json(201, "The application, begun.", schemas.reply::<WholeView>(), application(1))
                .headers([Header::Version, Header::Location])
                .leads(ways_on()),
        )
        .gives(
            json(200, "The application that the token stands for already.", schemas.reply::<WholeView>(), application(1))
                .headers([Header::Version])
                .leads(ways_on()),
        )
        .refuses([UNKNOWN_TOKEN, NOT_FOUND.when("There is no such programme."), NOT_OPEN])
        .refuses([ILLEGAL_MOVE.when("The token belongs to an application of another programme (`programme`).")])
        .refuses(KEYED)
        .refuses(WITH_BODY),
        one("get", "readApplication", "The application")
            .about("Everything the app shows: answers, files, the last receipt and seal, an extension.")
            .gives(
                json(200, "The application.", schemas.reply::<WholeView>(), application(7))
                    .headers([Header::Version])
                    .leads(ways_on())
                    .leads([
                        ("downloadFile", [("file", "$response.body#/files/0/id")].as_slice()),
                        ("readUpload", &[("file", "$response.body#/files/0/id")]),
                        ("appendUpload", &[("file", "$response.body#/files/0/id")]),
                        ("removeFile", &[("file", "$response.body#/files/0/id")]),
                    ]),
            )
            .refuses([UNKNOWN_TOKEN]),
        one("patch", "saveApplication", "Saves answers")
            .about(
                "A merge patch (RFC 7396) of the answers: what is `null` is removed, objects are merged, lists replaced whole. A draft is never refused \
                 for what is in it, only for its size (512 KiB of JSON) and depth (32). Answer only when it is on disk. A patch that changes nothing \
                 makes no new version.",
            )
            .takes([if_match(), device()])
            .body(Body {
                media: "application/merge-patch+json",
                schema: json!({"type": "object", "additionalProperties": true}),
                example: Some(json!({"one_line": "Chairs that listen", "siren": null})),
                about: "",
            })
            .gives(
                json(200, "Saved.", schemas.reply::<Saved>(), json!({"version": 8, "saved_at": "2023-11-20T10:00:00.250Z"}))
                    .headers([Header::Version])
                    .leads(ways_on()),
            )
            .refuses([UNKNOWN_TOKEN, NOT_OPEN, GONE, ILLEGAL_MOVE, IF_MATCH_MISSING, CHANGED])
            .refuses(WITH_BODY),
        one("delete", "eraseApplication", "Erases the application")
            .about("Every row and every file; nothing is left to bring back. The token is unknown from then on.")
            .gives(empty(204, "Erased."))
            .refuses([UNKNOWN_TOKEN]),
        call("get", "/api/v1/application/export", "exportApplication", Tag::Application, Who::Applicant, "Everything, to keep")
            .about("What the backend holds about the application, as a download.")
            .gives(
                json(
                    200,
                    "Everything.",
                    schemas.reply::<Export>(),
                    json!({"application": application(7), "seals": [], "timeline": [{"at": "2023-11-19T08:00:00Z", "what": "begun"}]}),
                )
                .headers([Header::ContentDisposition]),
            )
            .refuses([UNKNOWN_TOKEN]),
        call("get", "/api/v1/application/timeline", "readTimeline", Tag::Application, Who::Applicant, "What happened to it")
            .about("The earliest first. Who of the staff did it, and why they moved it, is not in here. Apps pass over what they do not know.")
            .gives(json(
                200,
                "What happened.",
                happenings,
                json!([{"at": "2023-11-19T08:00:00Z", "what": "begun"},
                    {"at": "2023-11-30T09:00:00Z", "what": "extended", "until": "2023-12-02T22:59:59Z", "reason": "The site was down for an hour."}]),
            ))
            .refuses([UNKNOWN_TOKEN]),
    ]
}

/// Sealing, submitting, taking back, the link, presence.
fn moves(schemas: &mut Schemas) -> Vec<Operation> {
    let post = |path, id, tag, summary| call("post", path, id, tag, Who::Applicant, summary);
    vec![
        post("/api/v1/application/seal", "sealApplication", Tag::Seals, "Fixes the application by its digest")
            .about(
                "One small request that goes before all others: take it whatever else fails, and count it by itself. The digest is the SHA-256 of the \
                 application's canonical form, files included. In the grace after the deadline, whoever has a seal may still save, upload and submit \
                 what has this digest. The same digest, files and version as in the last seal give that one again: the earlier one proves more.",
            )
            .takes([key()])
            .json(
                schemas.request::<SealRequest>(),
                json!({"digest": DIGEST, "files": [named_file()], "version": 7}),
            )
            .gives(json(200, "The seal, signed.", schemas.reply::<Seal>(), seal()).leads([("readApplication", [].as_slice())]))
            .refuses([UNKNOWN_TOKEN, NOT_OPEN, GONE, ILLEGAL_MOVE])
            .refuses([RATE_LIMITED.when("Too many requests, or 500 seals of one application; `Retry-After` says when to come back.")])
            .refuses(KEYED)
            .refuses(WITH_BODY),
        post("/api/v1/application/submit", "submitApplication", Tag::Application, "Submits the answers as they stand")
            .about(
                "No body. The backend reads the answers with the same rules as the app, and writes their canonical form, its SHA-256, the receipt and \
                 the status in one step; only then it answers. Repeated with the same key, the stored receipt comes again; submitted again without a \
                 change, the receipt there is still speaks the truth and comes again too. Until the deadline it may be changed and submitted again: the \
                 last one counts.",
            )
            .takes([if_match(), key()])
            .gives(
                json(200, "The receipt.", schemas.reply::<SignedReceipt>(), receipt())
                    .headers([Header::Version])
                    .leads([
                        ("readStaffApplication", [("reference", "$response.body#/reference")].as_slice()),
                        ("addNote", &[("reference", "$response.body#/reference")]),
                        ("extendApplication", &[("reference", "$response.body#/reference")]),
                        ("withdrawApplication", &[]),
                        ("exportApplication", &[]),
                    ]),
            )
            .refuses([UNKNOWN_TOKEN, NOT_OPEN, NO_SEAL, GONE, ILLEGAL_MOVE, IF_MATCH_MISSING, CHANGED, ANSWERS, SEAL_MISMATCH])
            .refuses(KEYED)
            .refuses(WITH_BODY.into_iter().filter(|refusal| refusal.status != 415)),
        post("/api/v1/application/withdraw", "withdrawApplication", Tag::Application, "Takes the application back")
            .about("No body. The draft stays, and can be submitted again while the call is open.")
            .takes([key()])
            .gives(
                json(200, "The application, withdrawn.", schemas.reply::<WholeView>(), application(7))
                    .headers([Header::Version])
                    .leads(ways_on()),
            )
            .refuses([UNKNOWN_TOKEN, ILLEGAL_MOVE])
            .refuses(KEYED)
            .refuses(WITH_BODY.into_iter().filter(|refusal| refusal.status != 415)),
        post("/api/v1/application/token", "replaceToken", Tag::Application, "Replaces the private link")
            .about(
                "Whoever had the old one is out. Sent with the old token; repeated with the same key and the old token, the reply is the same, and all \
                 else under it is 401 from then on. Keys of idempotency move to the new token.",
            )
            .takes([key()])
            .json(schemas.request::<NewToken>(), json!({"token": "mW3cX1bq0n2Zk8sR5tYvJ7hG4fD9aP6eL1iO0uQwErA"}))
            .gives(json(
                200,
                "Replaced.",
                schemas.reply::<TokenReplaced>(),
                json!({"replaced_at": "2023-11-20T10:00:00.250Z"}),
            ))
            .refuses([UNKNOWN_TOKEN, ILLEGAL_MOVE.when("The new token belongs to an application already, or did.")])
            .refuses(KEYED)
            .refuses(WITH_BODY),
        call("put", "/api/v1/application/presence", "showPresence", Tag::Presence, Who::Applicant, "Says who is here, hears who else is")
            .about(
                "Repeated every 20 s or so, and when the section changes. It is no record: gone after a minute. Nothing waits for it, and it holds up \
                 nothing; count it by itself.",
            )
            .json(
                schemas.request::<Presence>(),
                json!({"client": "p-5f1d", "section": "team", "device": "Firefox on Android"}),
            )
            .gives(json(
                200,
                "The others, the one seen last first.",
                schemas.reply::<Present>(),
                json!({"others": [{"client": "p-77aa", "section": "company", "device": "Safari on iPhone", "seen_at": "2023-11-20T09:59:48Z"}]}),
            ))
            .refuses([UNKNOWN_TOKEN])
            .refuses(WITH_BODY),
    ]
}

/// From a reply with a version to what takes one.
fn ways_on() -> [(&'static str, &'static [(&'static str, &'static str)]); 6] {
    [
        ("readApplication", &[]),
        ("saveApplication", &[("header.If-Match", "$response.header.ETag")]),
        ("submitApplication", &[("header.If-Match", "$response.header.ETag")]),
        ("readTimeline", &[]),
        ("createUpload", &[]),
        ("sealApplication", &[]),
    ]
}

const DIGEST: &str = "0f343b0931126a20f133d67c2b018a3b1c3c6d1f1b3a6f6f1a2b3c4d5e6f7081";

/// An application, by example.
fn application(version: u64) -> Value {
    json!({
        "id": "a1b2c3d4e5f60718293a4b5c6d7e8f90",
        "programme": "ai-startup-program",
        "status": "draft",
        "version": version,
        "answers": {"company_name": "Atelier Neuf"},
        "files": [{
            "id": "9f86d081884c7d659a2feaa0c55ad015", "field": "deck", "name": "deck.pdf", "size": 1_048_576, "received": 1_048_576, "type": "pdf",
            "sha256": "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08", "created_at": "2023-11-20T09:00:00Z"
        }],
        "created_at": "2023-11-19T08:00:00Z",
        "updated_at": "2023-11-20T09:12:03.250Z",
        "partner": "meta"
    })
}

fn named_file() -> Value {
    json!({"field": "deck", "name": "deck.pdf", "size": 1_048_576, "sha256": "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08"})
}

fn signed() -> Value {
    json!({
        "statement": "{\"application\":\"…\",\"deadline\":\"2023-12-01T22:59:59Z\",…}",
        "key_id": "21a5f0b1c2d3e4f5",
        "algorithm": "Ed25519",
        "signature": "k1zq…=="
    })
}

/// A receipt, by example.
pub fn receipt() -> Value {
    json!({
        "reference": "K7QF-2MXD",
        "application": "a1b2c3d4e5f60718293a4b5c6d7e8f90",
        "programme": "ai-startup-program",
        "version": 7,
        "digest": DIGEST,
        "received_at": "2023-11-30T18:04:05.678Z",
        "deadline": "2023-12-01T22:59:59Z",
        "files": [named_file()],
        "signed": signed()
    })
}

fn seal() -> Value {
    json!({
        "reference": "K7QF-2MXD",
        "application": "a1b2c3d4e5f60718293a4b5c6d7e8f90",
        "programme": "ai-startup-program",
        "version": 7,
        "digest": DIGEST,
        "sealed_at": "2023-12-01T22:59:58.250Z",
        "deadline": "2023-12-01T22:59:59Z",
        "until": "2023-12-01T23:29:59Z",
        "files": [named_file()],
        "signed": signed()
    })
}
