//! Why calls are refused: problem details (RFC 9457), each kind with what it says beyond them.

use serde_json::{Map, Value, json};

use super::headers::Header;
use crate::contract::problem_type as kind;
use crate::contract::staff::staff_problem;

/// A way to be refused.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Refusal {
    /// The status.
    pub status: u16,
    /// The `type` of the problem; `about:blank` where it is no more than its status.
    pub kind: &'static str,
    /// When.
    pub when: &'static str,
    /// The headers of the reply.
    pub headers: &'static [Header],
}

const fn refusal(status: u16, kind: &'static str, when: &'static str) -> Refusal {
    Refusal {
        status,
        kind,
        when,
        headers: &[],
    }
}

const fn with(refusal: Refusal, headers: &'static [Header]) -> Refusal {
    Refusal { headers, ..refusal }
}

/// Nothing but a status.
pub const BLANK: &str = "about:blank";

/// The request could not be read.
pub const MALFORMED: Refusal = refusal(400, kind::MALFORMED, "The request cannot be read, or says what cannot be.");
/// Another media type.
pub const UNSUPPORTED: Refusal = refusal(415, kind::MALFORMED, "The body has another media type.");
/// The body does not arrive.
pub const SLOW: Refusal = refusal(408, BLANK, "The body takes too long to arrive.");
/// Larger than taken.
pub const TOO_LARGE: Refusal = refusal(413, kind::TOO_LARGE, "The request is larger than taken.");
/// No such thing.
pub const NOT_FOUND: Refusal = refusal(404, kind::NOT_FOUND, "There is no such thing, or not for whoever asks.");
/// No token, or one that stands for nothing.
pub const UNKNOWN_TOKEN: Refusal = with(
    refusal(
        401,
        kind::UNKNOWN_TOKEN,
        "The token is missing, stands for nothing, or was replaced.",
    ),
    &[Header::WwwAuthenticate],
);
/// No key.
pub const KEY_MISSING: Refusal = refusal(400, kind::KEY_MISSING, "`Idempotency-Key` is missing or empty.");
/// Another request under the key.
pub const KEY_REUSED: Refusal = refusal(422, kind::KEY_REUSED, "The same `Idempotency-Key` came with another request.");
/// The first one is still running.
pub const KEY_RUNNING: Refusal = with(
    refusal(
        409,
        kind::KEY_RUNNING,
        "The first request with this `Idempotency-Key` is still running.",
    ),
    &[Header::RetryAfter],
);
/// No `If-Match`.
pub const IF_MATCH_MISSING: Refusal = refusal(428, kind::IF_MATCH_MISSING, "`If-Match` is missing.");
/// Changed meanwhile.
pub const CHANGED: Refusal = with(
    refusal(
        412,
        kind::CHANGED,
        "`If-Match` names another version: somebody else was faster. The reply has what it takes to merge.",
    ),
    &[Header::Version],
);
/// The call is not open.
pub const NOT_OPEN: Refusal = refusal(
    403,
    kind::NOT_OPEN,
    "The call is not open to this applicant; `phase` says where it stands.",
);
/// In the grace, without a seal.
pub const NO_SEAL: Refusal = refusal(403, kind::NO_SEAL, "The deadline has passed, and nothing was sealed before it.");
/// In the grace, and not what was sealed.
pub const SEAL_MISMATCH: Refusal = refusal(
    422,
    kind::SEAL_MISMATCH,
    "The deadline has passed, and this is not what was sealed before it.",
);
/// Answers stand in the way.
pub const ANSWERS: Refusal = refusal(422, kind::ANSWERS, "Answers stand in the way: `errors` has every one.");
/// The status does not allow it.
pub const ILLEGAL_MOVE: Refusal = refusal(409, kind::ILLEGAL_MOVE, "The application's status does not allow it.");
/// The file cannot be taken.
pub const FILE: Refusal = with(
    refusal(422, kind::FILE, "The field takes no such file: `errors` says why."),
    &[Header::TusResumable],
);
/// The file is larger than the field takes.
pub const FILE_TOO_BIG: Refusal = with(
    refusal(413, kind::FILE, "The file is larger than the field takes."),
    &[Header::TusResumable],
);
/// Another version of tus.
pub const OTHER_TUS: Refusal = with(
    refusal(412, BLANK, "The client speaks another version of tus."),
    &[Header::TusResumable, Header::TusVersion],
);
/// Another request writes to the file.
pub const LOCKED: Refusal = with(
    refusal(423, BLANK, "Another request is writing to the file."),
    &[Header::RetryAfter],
);
/// The offset is another.
pub const OTHER_OFFSET: Refusal = with(
    refusal(
        409,
        BLANK,
        "Another number of bytes has arrived (`Upload-Offset`), or the upload went on in another request.",
    ),
    &[Header::TusResumable, Header::UploadOffset],
);
/// Too many requests.
pub const RATE_LIMITED: Refusal = with(
    refusal(429, kind::RATE_LIMITED, "Too many requests; `Retry-After` says when to come back."),
    &[Header::RetryAfter],
);
/// Something went wrong.
pub const INTERNAL: Refusal = refusal(500, kind::INTERNAL, "Something went wrong in the backend.");
/// Nothing can be stored.
pub const STORAGE: Refusal = with(
    refusal(
        503,
        kind::STORAGE,
        "The backend cannot read or write at the moment. Nothing was changed.",
    ),
    &[Header::RetryAfter],
);
/// Nobody is signed in.
pub const SIGNED_OUT: Refusal = with(
    refusal(401, staff_problem::SIGNED_OUT, "Nobody is signed in."),
    &[Header::WwwAuthenticate],
);
/// The role does not allow it.
pub const NOT_ALLOWED: Refusal = refusal(403, staff_problem::NOT_ALLOWED, "The role does not allow it.");
/// Another site's page.
pub const FOREIGN: Refusal = refusal(403, staff_problem::FOREIGN, "`Opencall-Staff` is missing, or another origin asks.");
/// A link that signs nobody in.
pub const LINK: Refusal = refusal(404, staff_problem::LINK, "The link is unknown, used, or its time is up.");
/// Somebody else was faster.
pub const MOVED_MEANWHILE: Refusal = refusal(
    409,
    staff_problem::MOVED_MEANWHILE,
    "Somebody else has moved one of them meanwhile. Nothing was moved; `outcomes` says where each stands.",
);
/// It can be undone no more.
pub const TOO_LATE: Refusal = refusal(
    409,
    staff_problem::TOO_LATE,
    "It can be undone no more: the minute is over, it was undone, or it is somebody else's.",
);
/// One organiser has to stay.
pub const LAST_ORGANISER: Refusal = refusal(409, staff_problem::LAST_ORGANISER, "No organiser would be left.");
/// The name is taken.
pub const VIEW_EXISTS: Refusal = refusal(409, staff_problem::VIEW_EXISTS, "There is a saved view of this name.");
/// Too many views.
pub const TOO_MANY_VIEWS: Refusal = refusal(409, staff_problem::TOO_MANY_VIEWS, "There are too many saved views.");

/// What a request with an `Idempotency-Key` may meet.
pub const KEYED: [Refusal; 3] = [KEY_MISSING, KEY_REUSED, KEY_RUNNING];
/// What a request with a body may meet.
pub const WITH_BODY: [Refusal; 4] = [MALFORMED, SLOW, TOO_LARGE, UNSUPPORTED];

impl Refusal {
    /// The same, for another reason.
    pub const fn when(self, when: &'static str) -> Self {
        Self { when, ..self }
    }

    /// The title and, by example, what such a problem says.
    pub fn example(self) -> Value {
        let mut members = Map::new();
        members.insert(String::from("type"), self.kind.into());
        members.insert(String::from("title"), title(self).into());
        members.insert(String::from("status"), self.status.into());
        for (name, _, example) in more(self.kind) {
            members.insert(String::from(name), example);
        }
        if self.status == 413 && self.kind == kind::FILE {
            members.insert(String::from("max_bytes"), 20_000_000.into());
            members["errors"] = json!([{"pointer": "/deck", "code": "file_too_big", "max_bytes": 20_000_000}]);
        }
        Value::Object(members)
    }

    /// The name of its schema.
    pub fn schema_name(self) -> String {
        schema_name(self.kind)
    }
}

/// Every kind of problem, with the statuses it comes with.
pub const KINDS: [(&str, &[u16]); 27] = [
    (kind::ANSWERS, &[422]),
    (kind::NOT_OPEN, &[403]),
    (kind::NO_SEAL, &[403]),
    (kind::SEAL_MISMATCH, &[422]),
    (kind::ILLEGAL_MOVE, &[409]),
    (kind::CHANGED, &[412]),
    (kind::IF_MATCH_MISSING, &[428]),
    (kind::KEY_MISSING, &[400]),
    (kind::KEY_REUSED, &[422]),
    (kind::KEY_RUNNING, &[409]),
    (kind::UNKNOWN_TOKEN, &[401]),
    (kind::NOT_FOUND, &[404]),
    (kind::MALFORMED, &[400, 415]),
    (kind::TOO_LARGE, &[413]),
    (kind::RATE_LIMITED, &[429]),
    (kind::FILE, &[413, 422]),
    (kind::STORAGE, &[503]),
    (kind::INTERNAL, &[500]),
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

/// `/problems/not-open` is `NotOpenProblem`.
fn schema_name(kind: &str) -> String {
    let words = kind.strip_prefix("/problems/").unwrap_or("blank").split('-');
    let capital = |word: &str| word[..1].to_uppercase() + &word[1..];
    words.map(capital).collect::<String>() + "Problem"
}

/// The schemas of all kinds, by name.
pub fn schemas() -> Map<String, Value> {
    let schema = |kind: &str, statuses: &[u16]| {
        let mut properties = Map::new();
        properties.insert(String::from("type"), json!({"const": kind}));
        let mut required = vec!["type", "title", "status"];
        if !statuses.is_empty() {
            properties.insert(String::from("status"), json!({"enum": statuses}));
        }
        for (name, schema, _) in more(kind) {
            properties.insert(String::from(name), schema);
            if !MAYBE.contains(&(kind, name)) {
                required.push(name);
            }
        }
        json!({
            "allOf": [{"$ref": "#/components/schemas/ProblemDetails"}],
            "type": "object",
            "required": required,
            "properties": properties
        })
    };
    let blank = (schema_name(BLANK), schema(BLANK, &[]));
    let all = KINDS.iter().map(|(kind, statuses)| (schema_name(kind), schema(kind, statuses)));
    all.chain([blank]).collect()
}

/// Members that a kind has only sometimes.
const MAYBE: [(&str, &str); 6] = [
    (kind::CHANGED, "changed_by"),
    (kind::ILLEGAL_MOVE, "application_status"),
    (kind::ILLEGAL_MOVE, "programme"),
    (kind::ILLEGAL_MOVE, "deadline"),
    (kind::FILE, "max_bytes"),
    (kind::SEAL_MISMATCH, "sealed"),
];

/// What a kind says beyond the members that all have: name, schema, example.
fn more(kind: &str) -> Vec<(&'static str, Value, Value)> {
    let reference = |name: &str| json!({"$ref": format!("#/components/schemas/{name}")});
    let errors = || json!({"type": "array", "minItems": 1, "items": {"$ref": "#/components/schemas/Problem"}});
    let now = || ("now", reference("Timestamp"), json!("2023-12-01T23:05:00Z"));
    let phase = || {
        let example = json!({"phase": "grace", "until": "2023-12-01T23:29:59Z"});
        ("phase", reference("Phase"), example)
    };
    match kind {
        kind::ANSWERS => vec![
            (
                "errors",
                errors(),
                json!([{"pointer": "/company_name", "code": "missing"}, {"pointer": "/one_line", "code": "too_long", "max": 120, "over": 7}]),
            ),
            now(),
        ],
        kind::FILE => vec![(
            "errors",
            errors(),
            json!([{"pointer": "/deck", "code": "file_wrong_kind", "accept": ["pdf"]}]),
        )],
        kind::NOT_OPEN | kind::NO_SEAL => vec![now(), phase()],
        kind::SEAL_MISMATCH => vec![
            now(),
            phase(),
            (
                "digest",
                json!({"type": "string", "description": "What was submitted."}),
                json!("0f343b0931126a20f133d67c2b018a3b1c3c6d1f1b3a6f6f1a2b3c4d5e6f7081"),
            ),
            (
                "sealed",
                json!({"type": ["string", "null"], "description": "What was sealed last."}),
                json!("9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08"),
            ),
        ],
        kind::ILLEGAL_MOVE => vec![("application_status", reference("Status"), json!("selected"))],
        kind::CHANGED => vec![
            (
                "version",
                json!({"type": "integer", "minimum": 0, "description": "The version there is."}),
                json!(8),
            ),
            ("answers", reference("Answers"), json!({"company_name": "Atelier Neuf"})),
            ("updated_at", reference("Timestamp"), json!("2023-11-30T09:12:03.250Z")),
            (
                "changed_by",
                json!({"type": "string", "description": "The device that wrote it, as it calls itself."}),
                json!("Firefox on Android"),
            ),
        ],
        staff_problem::MOVED_MEANWHILE => vec![(
            "outcomes",
            json!({"type": "array", "items": {"$ref": "#/components/schemas/MoveOutcome"}}),
            json!([{"reference": "K7QF-2MXD", "from": "in_review", "outcome": "changed"}]),
        )],
        _ => Vec::new(),
    }
}

fn title(refusal: Refusal) -> &'static str {
    match refusal.kind {
        kind::ANSWERS => "Answers stand in the way",
        kind::NOT_OPEN => "The call is not open",
        kind::NO_SEAL => "The deadline has passed, and this application was not sealed before it",
        kind::SEAL_MISMATCH => "This is not what was sealed before the deadline",
        kind::ILLEGAL_MOVE => "The application's status does not allow it",
        kind::CHANGED => "Changed by someone else meanwhile",
        kind::IF_MATCH_MISSING => "If-Match is missing",
        kind::KEY_MISSING => "Idempotency-Key is missing",
        kind::KEY_REUSED => "Idempotency-Key was used for another request",
        kind::KEY_RUNNING => "The first request with this key is still running",
        kind::UNKNOWN_TOKEN => "No application belongs to this link",
        kind::NOT_FOUND => "Not found",
        kind::MALFORMED => "The request could not be read",
        kind::TOO_LARGE => "The request is too large",
        kind::RATE_LIMITED => "Too many requests",
        kind::FILE => "The file cannot be taken",
        kind::STORAGE => "Nothing can be stored at the moment",
        kind::INTERNAL => "Something went wrong in the server",
        staff_problem::SIGNED_OUT => "Nobody is signed in",
        staff_problem::NOT_ALLOWED => "Your role does not allow it",
        staff_problem::FOREIGN => "The request could have come from another site",
        staff_problem::LINK => "This link signs nobody in",
        staff_problem::MOVED_MEANWHILE => "Somebody else has moved some of them meanwhile",
        staff_problem::TOO_LATE => "This can be undone no more",
        staff_problem::LAST_ORGANISER => "One organiser has to stay",
        staff_problem::VIEW_EXISTS => "There is a saved view of this name",
        staff_problem::TOO_MANY_VIEWS => "There are too many saved views",
        _ => match refusal.status {
            408 => "Request Timeout",
            409 => "Conflict",
            412 => "Precondition Failed",
            423 => "Locked",
            _ => "Error",
        },
    }
}
