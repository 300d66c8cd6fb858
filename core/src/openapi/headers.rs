//! Parameters and the headers of replies that calls share.

use serde_json::{Value, json};

use super::model::{Parameter, Place};
use crate::contract::pattern;

/// A header of a reply.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Header {
    /// The version of the answers, in quotes.
    Version,
    /// The version of a document.
    DocumentTag,
    /// Where what was made is.
    Location,
    /// Seconds until it is worth trying again.
    RetryAfter,
    /// How to say who one is.
    WwwAuthenticate,
    /// How a download is to be saved.
    ContentDisposition,
    /// The cookie of a session.
    SetCookie,
    /// The version of tus.
    TusResumable,
    /// The versions of tus.
    TusVersion,
    /// The extensions of tus.
    TusExtension,
    /// The largest upload.
    TusMaxSize,
    /// How many bytes have arrived.
    UploadOffset,
    /// How many bytes it will have.
    UploadLength,
    /// How many rows were asked for.
    Rows,
}

impl Header {
    /// Every header.
    pub const ALL: [Self; 14] = [
        Self::Version,
        Self::DocumentTag,
        Self::Location,
        Self::RetryAfter,
        Self::WwwAuthenticate,
        Self::ContentDisposition,
        Self::SetCookie,
        Self::TusResumable,
        Self::TusVersion,
        Self::TusExtension,
        Self::TusMaxSize,
        Self::UploadOffset,
        Self::UploadLength,
        Self::Rows,
    ];

    /// Its name on the wire.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Version | Self::DocumentTag => "ETag",
            Self::Location => "Location",
            Self::RetryAfter => "Retry-After",
            Self::WwwAuthenticate => "WWW-Authenticate",
            Self::ContentDisposition => "Content-Disposition",
            Self::SetCookie => "Set-Cookie",
            Self::TusResumable => "Tus-Resumable",
            Self::TusVersion => "Tus-Version",
            Self::TusExtension => "Tus-Extension",
            Self::TusMaxSize => "Tus-Max-Size",
            Self::UploadOffset => "Upload-Offset",
            Self::UploadLength => "Upload-Length",
            Self::Rows => "Opencall-Rows",
        }
    }

    /// Its name among the document's components.
    pub const fn component(self) -> &'static str {
        match self {
            Self::Version => "Version",
            Self::DocumentTag => "DocumentTag",
            other => other.name(),
        }
    }

    /// As the document describes it.
    pub fn describe(self) -> Value {
        let (about, schema, example) = match self {
            Self::Version => (
                "The version of the answers, in quotes: for `If-Match`.",
                json!({"type": "string", "pattern": pattern::VERSION_TAG}),
                json!("\"7\""),
            ),
            Self::DocumentTag => (
                "Changes with the document; for `If-None-Match`.",
                json!({"type": "string", "pattern": "^(W/)?\"[!#-~]*\"$"}),
                json!("W/\"0a1b2c3d4e5f6071\""),
            ),
            Self::Location => (
                "Where what was made is: an absolute path, or a whole address.",
                json!({"type": "string", "format": "uri-reference"}),
                json!("/api/v1/application/files/9f86d081884c7d65"),
            ),
            Self::RetryAfter => (
                "Seconds until it is worth trying again (RFC 9110, section 10.2.3).",
                json!({"type": "integer", "minimum": 0}),
                json!(5),
            ),
            Self::WwwAuthenticate => (
                "How to say who one is (RFC 9110, section 11.6.1): `Bearer`, or `Cookie` for staff.",
                json!({"type": "string"}),
                json!("Bearer"),
            ),
            Self::ContentDisposition => (
                "That it is to be saved, and under which name (RFC 6266).",
                json!({"type": "string"}),
                json!("attachment; filename=\"deck.pdf\""),
            ),
            Self::SetCookie => (
                "The session's cookie: `HttpOnly`, `SameSite=Strict`, `Path=/`; over https `Secure`, and its name begins with `__Host-`.",
                json!({"type": "string"}),
                json!("opencall_staff=…; Path=/; HttpOnly; SameSite=Strict; Max-Age=2592000"),
            ),
            Self::TusResumable => (
                "The version of tus spoken.",
                json!({"type": "string", "const": "1.0.0"}),
                json!("1.0.0"),
            ),
            Self::TusVersion => (
                "The versions of tus spoken, with commas.",
                json!({"type": "string"}),
                json!("1.0.0"),
            ),
            Self::TusExtension => (
                "The extensions of tus spoken, with commas.",
                json!({"type": "string"}),
                json!("creation,creation-with-upload,termination"),
            ),
            Self::TusMaxSize => (
                "The most bytes of an upload, of whichever field.",
                json!({"type": "integer", "minimum": 0}),
                json!(524_288_000),
            ),
            Self::UploadOffset => (
                "How many bytes have arrived and are on disk.",
                json!({"type": "integer", "minimum": 0}),
                json!(65_536),
            ),
            Self::UploadLength => (
                "How many bytes the file has.",
                json!({"type": "integer", "minimum": 0}),
                json!(1_048_576),
            ),
            Self::Rows => (
                "How many applications were asked for.",
                json!({"type": "integer", "minimum": 0}),
                json!(2),
            ),
        };
        json!({"description": about, "schema": schema, "example": example})
    }
}

/// The parameters in a path.
pub fn in_path(path: &'static str) -> Vec<Parameter> {
    let names = path
        .split('{')
        .skip(1)
        .filter_map(|rest| rest.split_once('}').map(|(name, _)| name));
    names
        .map(|name| {
            let (about, pattern, example) = match name {
                "programme" => ("The programme's id.", pattern::ID, "ai-startup-program"),
                "partner" => ("An organiser's id, as the programme's document has it.", pattern::ID, "meta"),
                "reference" => ("The application's short reference.", pattern::REFERENCE, "K7QF-2MXD"),
                "file" => ("The file's id.", pattern::MADE_ID, "9f86d081884c7d659a2feaa0c55ad015"),
                "session" => (
                    "The session's id; not what its cookie holds.",
                    pattern::MADE_ID,
                    "6b86b273ff34fce19d6b804eff5a3f57",
                ),
                "person" => ("The person's id.", pattern::MADE_ID, "d4735e3a265e16eee03f59718b9b5d03"),
                "invitation" => (
                    "The link's id; not its secret.",
                    pattern::MADE_ID,
                    "4e07408562bedb8b60ce05c1decfe3ad",
                ),
                "move" => ("The move's id.", pattern::MADE_ID, "4b227777d4dd1fc61c6f884f48641d02"),
                "view" => ("The view's id.", pattern::MADE_ID, "ef2d127de37b942baad06145e54b0c61"),
                other => unreachable!("nothing is known of {other} in paths"),
            };
            Parameter {
                name,
                place: Place::Path,
                required: true,
                schema: json!({"type": "string", "pattern": pattern}),
                about,
                example: json!(example),
            }
        })
        .collect()
}

fn header(name: &'static str, required: bool, schema: Value, about: &'static str, example: impl Into<Value>) -> Parameter {
    Parameter {
        name,
        place: Place::Header,
        required,
        schema,
        about,
        example: example.into(),
    }
}

/// `If-Match`.
pub fn if_match() -> Parameter {
    header(
        "If-Match",
        true,
        json!({"type": "string"}),
        "The version that was changed, as the `ETag` had it. `*` for whatever there is. Missing: 428. Another version, or what is none: 412.",
        "\"7\"",
    )
}

/// `If-None-Match`.
pub fn if_none_match() -> Parameter {
    header(
        "If-None-Match",
        false,
        json!({"type": "string"}),
        "The `ETag` of the document one has; 304 when it is still the same.",
        "W/\"0a1b2c3d4e5f6071\"",
    )
}

/// `Idempotency-Key`.
pub fn key() -> Parameter {
    header(
        "Idempotency-Key",
        true,
        json!({"type": "string", "pattern": pattern::KEY}),
        "Made by the client before the first attempt, and the same for every repetition: 1 to 255 printable ASCII characters, with or \
         without quotes. The stored reply is given again, byte for byte, for 48 hours at least. Keys belong to a token.",
        "\"3f1c7b1e-7c55-4d0e-9a53-0d9e6c6f9a10\"",
    )
}

/// `Opencall-Device`.
pub fn device() -> Parameter {
    header(
        "Opencall-Device",
        false,
        json!({"type": "string"}),
        "What the device calls itself, percent-encoded UTF-8; 60 characters of it are kept. Whoever meets a conflict is told.",
        "Firefox%20on%20Android",
    )
}

/// `Opencall-Staff`.
pub fn opencall_staff() -> Parameter {
    header(
        "Opencall-Staff",
        true,
        json!({"type": "string"}),
        "Any value. No other site's page can send it, so a request with it is not forged (CSRF).",
        "1",
    )
}

/// `Tus-Resumable`.
pub fn tus_resumable() -> Parameter {
    header(
        "Tus-Resumable",
        false,
        json!({"type": "string", "enum": ["1.0.0"]}),
        "The version of tus that the client speaks; another one than the backend's: 412.",
        "1.0.0",
    )
}

/// A number of bytes in a header.
pub fn number(name: &'static str, about: &'static str, example: u64) -> Parameter {
    let schema = json!({"type": "integer", "minimum": 0, "maximum": pattern::LARGEST});
    header(name, true, schema, about, example)
}

/// `Upload-Metadata`.
pub fn upload_metadata() -> Parameter {
    header(
        "Upload-Metadata",
        true,
        json!({
            "type": "string",
            "format": "upload-metadata",
            "pattern": "^field [A-Za-z0-9+/]+={0,2},filename [A-Za-z0-9+/]+={0,2}$"
        }),
        "`field` (the field it answers, as in the answers: `deck`, `team/0/photo`) and `filename`, each with its value in base64 of UTF-8, \
         at most 1,024 bytes. Other pairs are passed over.",
        "field ZGVjaw==,filename ZGVjay5wZGY=",
    )
}

/// `Last-Event-ID`.
pub fn last_event_id() -> Parameter {
    header(
        "Last-Event-ID",
        false,
        json!({"type": "string"}),
        "The id of the last event heard, which browsers send by themselves. It counts more than `since`; what is no cursor is passed over.",
        "42",
    )
}

/// A number in the query.
pub fn query(name: &'static str, about: &'static str, least: u64, most: u64, example: u64) -> Parameter {
    Parameter {
        name,
        place: Place::Query,
        required: false,
        schema: json!({"type": "integer", "minimum": least, "maximum": most}),
        about,
        example: json!(example),
    }
}
