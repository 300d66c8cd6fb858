//! Applications as staff handle them: one, many at once, as a file, and their deadlines.

use serde_json::{Value, json};

use super::super::applicants::receipt;
use super::super::headers::{Header, query};
use super::super::model::{Body, Operation, bytes, empty, json};
use super::super::refusals::{ILLEGAL_MOVE, MALFORMED, MOVED_MEANWHILE, NOT_FOUND, TOO_LATE, WITH_BODY};
use super::super::schemas::Schemas;
use super::signed;
use crate::contract::staff::{ExportRequest, Extend, MoveRequest, Moved, NewNote, StaffApplication};
use crate::role::Permission::{Export, ExtendDeadlines, MoveApplications, ReadApplications, WriteNotes};

/// The calls.
pub fn operations(schemas: &mut Schemas) -> Vec<Operation> {
    let mut calls = one(schemas);
    calls.extend(many(schemas));
    calls
}

fn one(schemas: &mut Schemas) -> Vec<Operation> {
    let mut file = empty(200, "The file's bytes.").headers([Header::ContentDisposition]);
    file.bodies = ["application/pdf", "video/mp4"].into_iter().map(bytes).collect();
    vec![
        signed("get", "/api/v1/staff/applications/{reference}", "readStaffApplication", Some(ReadApplications), "One application")
            .about("Everything about it: what was submitted, the draft where it has changed since, files, receipt, timeline with names, notes, where it may move.")
            .gives(
                json(200, "The application.", schemas.reply::<StaffApplication>(), application()).leads([
                    (
                        "readStaffFile",
                        [("reference", "$response.body#/reference"), ("file", "$response.body#/files/0/id")].as_slice(),
                    ),
                    ("addNote", &[("reference", "$response.body#/reference")]),
                    ("extendApplication", &[("reference", "$response.body#/reference")]),
                ]),
            )
            .refuses([NOT_FOUND]),
        signed(
            "get",
            "/api/v1/staff/applications/{reference}/files/{file}",
            "readStaffFile",
            Some(ReadApplications),
            "A file of an application",
        )
        .about("A download, whatever it is: whoever applied has written it. With `inline=1` a PDF may be shown in a frame of the same origin.")
        .takes([query("inline", "1 to show it in a frame.", 0, 1, 1)])
        .gives(file)
        .refuses([NOT_FOUND, MALFORMED]),
        signed("post", "/api/v1/staff/applications/{reference}/notes", "addNote", Some(WriteNotes), "Adds a note")
            .about("Among staff. Never changed, never taken away.")
            .json(schemas.request::<NewNote>(), json!({"text": "Called them back."}))
            .gives(empty(201, "It is kept.").leads([("readStaffApplication", [("reference", "$request.path.reference")].as_slice())]))
            .refuses([NOT_FOUND])
            .refuses(WITH_BODY),
        extension("/api/v1/staff/applications/{reference}/extension", "extendApplication", "A later deadline for one", schemas),
    ]
}

fn many(schemas: &mut Schemas) -> Vec<Operation> {
    let moved = || {
        json!({"id": "4b227777d4dd1fc61c6f884f48641d02", "undo_until": "2023-12-05T10:01:00Z",
            "outcomes": [{"reference": "K7QF-2MXD", "from": "submitted", "outcome": "moves"}]})
    };
    let taken_out = json!({
        "type": "array",
        "items": {
            "type": "object",
            "required": ["reference", "status", "locale", "created_at", "updated_at", "version", "answers"],
            "properties": {"reference": {"type": "string"}, "answers": schemas.reply::<crate::Answers>()},
            "additionalProperties": {"type": "string"}
        }
    });
    vec![
        signed("post", "/api/v1/staff/programmes/{programme}/moves", "moveApplications", Some(MoveApplications), "Moves many at once")
            .about(
                "Or says what would happen (`dry_run`). Those that cannot move stay. If somebody else was faster with only one of them, nothing moves at \
                 all. In one transaction; whoever moved them may undo it within a minute.",
            )
            .json(
                schemas.request::<MoveRequest>(),
                json!({"to": "in_review", "reason": "Complete.", "dry_run": false, "applications": [{"reference": "K7QF-2MXD", "status": "submitted"}]}),
            )
            .gives(
                json(200, "What became of each, in the order asked.", schemas.reply::<Moved>(), moved()).leads([
                    ("undoMove", [("move", "$response.body#/id")].as_slice()),
                    ("readStaffApplication", &[("reference", "$response.body#/outcomes/0/reference")]),
                ]),
            )
            .refuses([NOT_FOUND, MOVED_MEANWHILE])
            .refuses(WITH_BODY),
        signed("post", "/api/v1/staff/moves/{move}/undo", "undoMove", Some(MoveApplications), "Undoes a move")
            .about("Within a minute, by whoever moved. If somebody has moved only one of them since, nothing is put back. No body.")
            .gives(json(
                200,
                "Where each is again.",
                schemas.reply::<Moved>(),
                json!({"outcomes": [{"reference": "K7QF-2MXD", "from": "in_review", "outcome": "moves"}]}),
            ))
            .refuses([NOT_FOUND.when("The programme is no longer served."), TOO_LATE, MOVED_MEANWHILE]),
        signed("post", "/api/v1/staff/programmes/{programme}/export", "exportApplications", Some(Export), "Takes applications out")
            .about("Exactly these, in this order; one that has been erased meanwhile is left out. Written into the audit trail. The body may have 4 MiB.")
            .json(schemas.request::<ExportRequest>(), json!({"format": "json", "references": ["K7QF-2MXD"]}))
            .gives(
                json(200, "The applications.", taken_out, json!([{
                    "reference": "K7QF-2MXD", "status": "submitted", "partner": "meta", "referrer": "", "campaign": "", "locale": "en",
                    "created_at": "2023-11-19T08:00:00Z", "updated_at": "2023-11-30T18:00:00Z", "submitted_at": "2023-11-30T18:04:05.678Z",
                    "deadline": "", "version": "7", "answers": {"company_name": "Atelier Neuf"}
                }]))
                .with(Body {
                    media: "text/csv",
                    schema: json!({"type": "string"}),
                    example: Some(json!("reference,status\r\nK7QF-2MXD,submitted\r\n")),
                    about: "RFC 4180 in UTF-8 with a byte order mark; no cell is a formula.",
                })
                .headers([Header::ContentDisposition, Header::Rows])
                .leads([("readStaffApplication", [("reference", "$response.body#/0/reference")].as_slice())]),
            )
            .refuses([NOT_FOUND])
            .refuses(WITH_BODY),
        extension("/api/v1/staff/programmes/{programme}/extension", "extendProgramme", "A later deadline for all", schemas),
    ]
}

fn extension(path: &'static str, id: &'static str, summary: &'static str, schemas: &mut Schemas) -> Operation {
    signed("post", path, id, Some(ExtendDeadlines), summary)
        .about(
            "A deadline only becomes later, also after the close: then the call opens again. Applicants read the reason in their timeline.",
        )
        .json(
            schemas.request::<Extend>(),
            json!({"deadline": "2023-12-02T23:59:59+01:00", "reason": "The site was down for an hour."}),
        )
        .gives(empty(204, "It is in force."))
        .refuses([NOT_FOUND, ILLEGAL_MOVE.when("It would not be later (`deadline`).")])
        .refuses(WITH_BODY)
}

fn application() -> Value {
    json!({
        "id": "a1b2c3d4e5f60718293a4b5c6d7e8f90", "reference": "K7QF-2MXD", "programme": "ai-startup-program", "status": "submitted", "revision": 43,
        "locale": "en", "partner": "meta", "created_at": "2023-11-19T08:00:00Z", "updated_at": "2023-11-30T18:00:00Z",
        "submitted": {"company_name": "Atelier Neuf"}, "files": [], "receipt": receipt(),
        "timeline": [{"at": "2023-11-19T08:00:00Z", "what": "begun"}, {"at": "2023-12-05T10:00:00Z", "what": "moved", "by": "Ada", "from": "submitted", "to": "in_review"}],
        "notes": [{"at": "2023-12-05T10:02:00Z", "by": "Ada", "text": "Called them back."}], "moves": ["in_review", "ineligible"]
    })
}
