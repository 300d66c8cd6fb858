//! The shapes that travel between the app and any backend, as `docs/backend.md` describes them.
//! Times are RFC 3339 in UTC.

use serde::{Deserialize, Deserializer, Serialize};
use serde_json::{Map, Value};

use crate::answers::Answers;
use crate::locale::Locale;
use crate::problem::Problem;
use crate::programme::FileType;
use crate::status::Status;
use crate::time::Timestamp;

mod capabilities;
#[cfg(feature = "native")]
mod listed;
pub mod partner;
#[cfg(feature = "native")]
pub mod pattern;
pub mod staff;
mod trust;

pub use capabilities::*;
#[cfg(feature = "native")]
pub use listed::*;
pub use trust::*;

/// `GET /api/v1/clock`: the backend's clock.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "native", derive(schemars::JsonSchema))]
pub struct Clock {
    /// Now, to the millisecond.
    pub now: Timestamp,
}

/// `POST /api/v1/programmes/{programme}/applications`: begins a draft.
///
/// The bearer token is made by the app (256 random bits, base64url without padding); the backend keeps its
/// SHA-256 only. Beginning again with the same token gives the draft already there.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "native", derive(schemars::JsonSchema))]
pub struct Begin {
    /// What was typed before the backend was reached.
    pub answers: Answers,
    /// The applicant's language.
    pub locale: Locale,
    /// What led here.
    #[serde(flatten)]
    pub source: Source,
}

/// What led an applicant here; recorded when the draft is begun, and never changed.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "native", derive(schemars::JsonSchema))]
pub struct Source {
    /// The partner whose page led here: an organiser's id.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub partner: Option<String>,
    /// The origin (RFC 6454) of the page that led here, and no more of its address.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub referrer: Option<String>,
    /// The campaign that the link was part of, as it named itself.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub campaign: Option<String>,
}

impl Source {
    /// Without what cannot be a partner, an origin or the name of a campaign: all three come from addresses that anybody writes.
    #[must_use]
    pub fn plausible(self) -> Self {
        let is_campaign = |text: &String| {
            (1..=64).contains(&text.len()) && text.bytes().all(|b| b.is_ascii_alphanumeric() || matches!(b, b'-' | b'_' | b'.'))
        };
        Self {
            partner: self.partner.filter(|text| is_id(text)),
            referrer: self.referrer.filter(|text| text.len() <= 200 && is_origin(text)),
            campaign: self.campaign.filter(is_campaign),
        }
    }

    /// Whether nothing is known.
    pub fn is_empty(&self) -> bool {
        *self == Self::default()
    }
}

/// Whether this can name a programme, a section or an organiser: lowercase letters, digits and hyphens, 1 to 64.
pub fn is_id(text: &str) -> bool {
    (1..=64).contains(&text.len()) && text.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'-')
}

/// Whether a text is the origin of a site as browsers write it (RFC 6454, section 6.2): nothing but scheme, host and port. `http` only
/// for this machine. It becomes part of policies, so nothing else may stand in it.
pub fn is_origin(text: &str) -> bool {
    let Some((scheme, authority)) = text.split_once("://") else {
        return false;
    };
    let (host, port) = authority.split_once(':').unwrap_or((authority, "1"));
    let is_here = host == "localhost" || host.ends_with(".localhost") || host == "127.0.0.1";
    let is_host = (1..=253).contains(&host.len())
        && host
            .split('.')
            .all(|label| !label.is_empty() && label.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'-'));
    let is_port = (1..=5).contains(&port.len()) && port.bytes().all(|b| b.is_ascii_digit());
    is_host && is_port && (scheme == "https" || scheme == "http" && is_here)
}

/// `GET /api/v1/application`: what the backend holds for a token.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "native", derive(schemars::JsonSchema))]
pub struct ApplicationView {
    /// Public id.
    pub id: String,
    /// The programme's id.
    pub programme: String,
    /// Where it stands.
    pub status: Status,
    /// Counts the changes of the answers; also the `ETag`, in quotes.
    pub version: u64,
    /// The draft's answers.
    pub answers: Answers,
    /// The files uploaded or being uploaded.
    pub files: Vec<FileView>,
    /// When it was begun.
    pub created_at: Timestamp,
    /// When the answers last changed.
    pub updated_at: Timestamp,
    /// A later deadline granted to this applicant.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub extension: Option<Timestamp>,
    /// The receipt of the last submission.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub receipt: Option<Receipt>,
    /// The version of the answers that was submitted last; differs from `version` when there are later edits.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub submitted_version: Option<u64>,
    /// What led the applicant here.
    #[serde(flatten)]
    pub source: Source,
}

/// Reply to `PATCH /api/v1/application` (`application/merge-patch+json`, `If-Match`).
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "native", derive(schemars::JsonSchema))]
pub struct Saved {
    /// The new version; also the `ETag`.
    pub version: u64,
    /// When it was on disk, by the backend's clock.
    pub saved_at: Timestamp,
}

/// A file of an application.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "native", derive(schemars::JsonSchema))]
pub struct FileView {
    /// Its id; the upload's address is `/api/v1/application/files/{id}`.
    pub id: String,
    /// The field it answers.
    pub field: String,
    /// Its name, without folders or control characters.
    pub name: String,
    /// Its length in bytes once complete.
    pub size: u64,
    /// How many bytes have arrived.
    pub received: u64,
    /// What its content is, once complete and checked.
    #[serde(rename = "type", default, skip_serializing_if = "Option::is_none")]
    pub kind: Option<FileType>,
    /// SHA-256 of its content, once complete: 64 lowercase hex digits.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub sha256: Option<String>,
    /// When the upload began.
    pub created_at: Timestamp,
}

/// Proof of a submission: reply to `POST /api/v1/application/submit` (`If-Match`, `Idempotency-Key`).
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "native", derive(schemars::JsonSchema))]
pub struct Receipt {
    /// A short reference for people, such as `K7QF-2MXD`.
    pub reference: String,
    /// The application's id.
    pub application: String,
    /// The programme's id.
    pub programme: String,
    /// The version of the answers submitted.
    pub version: u64,
    /// SHA-256 of the canonical application ([`crate::seal`]), 64 lowercase hex digits.
    pub digest: String,
    /// When it was received, by the backend's clock.
    pub received_at: Timestamp,
    /// The deadline that was in force.
    pub deadline: Timestamp,
}

/// Something that happened to an application: `GET /api/v1/application/timeline`.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "native", derive(schemars::JsonSchema))]
pub struct Event {
    /// When, by the backend's clock.
    pub at: Timestamp,
    /// What.
    pub what: EventKind,
}

/// What can happen to an application.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "native", derive(schemars::JsonSchema))]
#[serde(rename_all = "snake_case")]
pub enum EventKind {
    /// The draft was begun.
    Begun,
    /// It was submitted.
    Submitted,
    /// It was taken back.
    Withdrawn,
    /// Its status was changed by staff.
    Moved,
    /// Its deadline was extended.
    Extended,
}

/// `GET /api/v1/application/export`: everything the backend holds about an application.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "native", derive(schemars::JsonSchema))]
pub struct Export {
    /// The application as it stands.
    pub application: WholeView,
    /// The canonical form of what was last submitted.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub submitted: Option<Value>,
    /// Every seal, the first one first.
    #[serde(default)]
    pub seals: Vec<Seal>,
    /// What happened to it.
    pub timeline: Vec<Happening>,
}

/// A list of objects. What serde derives would take lists in the place of objects too, for their members in order.
fn objects<'de, D: Deserializer<'de>, T: serde::de::DeserializeOwned>(given: D) -> Result<Vec<T>, D::Error> {
    let objects = Vec::<Map<String, Value>>::deserialize(given)?;
    let read = |object| serde_json::from_value(Value::Object(object)).map_err(serde::de::Error::custom);
    objects.into_iter().map(read).collect()
}

/// Reply to an error: problem details (RFC 9457), `application/problem+json`.
#[derive(Clone, Debug, Default, PartialEq, Serialize)]
#[cfg_attr(feature = "native", derive(schemars::JsonSchema))]
pub struct ProblemDetails {
    /// Which kind of problem: one of [`problem_type`]'s, or `about:blank`.
    #[serde(rename = "type")]
    pub kind: String,
    /// What it is, in English.
    pub title: String,
    /// The HTTP status.
    pub status: u16,
    /// What it is this time, in English.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub detail: Option<String>,
    /// What is wrong with single answers.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub errors: Vec<Problem>,
    /// The backend's clock when it decided.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub now: Option<Timestamp>,
    /// Anything else.
    #[serde(flatten)]
    pub more: Map<String, Value>,
}

/// By hand, for the same reason as [`Problem`]'s. Members of another shape than promised count as absent, except
/// `errors`: what stands in the way must not get lost. An absent `type` means `about:blank` (RFC 9457, section 3.1.1).
impl<'de> Deserialize<'de> for ProblemDetails {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let mut more = Map::deserialize(deserializer)?;
        let text = |member: Option<Value>| match member {
            Some(Value::String(text)) => Some(text),
            _ => None,
        };
        Ok(Self {
            kind: text(more.remove("type")).unwrap_or_else(|| String::from("about:blank")),
            title: text(more.remove("title")).unwrap_or_default(),
            status: more
                .remove("status")
                .and_then(|status| u16::try_from(status.as_u64()?).ok())
                .unwrap_or_default(),
            detail: text(more.remove("detail")),
            errors: match more.remove("errors") {
                Some(errors) => serde_json::from_value(errors).map_err(serde::de::Error::custom)?,
                None => Vec::new(),
            },
            now: text(more.remove("now")).and_then(|now| Timestamp::parse(&now)),
            more,
        })
    }
}

/// The kinds of problems (`type` members of problem details), relative to the backend's origin.
pub mod problem_type {
    /// Answers stand in the way; see `errors`. 422.
    pub const ANSWERS: &str = "/problems/answers";
    /// The call is not open. 403.
    pub const NOT_OPEN: &str = "/problems/not-open";
    /// The deadline has passed, and nothing was sealed before it. 403.
    pub const NO_SEAL: &str = "/problems/no-seal";
    /// The deadline has passed, and what was sealed before it is something else. 422.
    pub const SEAL_MISMATCH: &str = "/problems/seal-mismatch";
    /// The status does not allow it. 409.
    pub const ILLEGAL_MOVE: &str = "/problems/illegal-move";
    /// Changed by someone else meanwhile (`If-Match` did not match). 412.
    pub const CHANGED: &str = "/problems/changed";
    /// `If-Match` is missing. 428.
    pub const IF_MATCH_MISSING: &str = "/problems/if-match-missing";
    /// `Idempotency-Key` is missing. 400.
    pub const KEY_MISSING: &str = "/problems/idempotency-key-missing";
    /// The same key came with another request. 422.
    pub const KEY_REUSED: &str = "/problems/idempotency-key-reused";
    /// The first request with this key is still running. 409.
    pub const KEY_RUNNING: &str = "/problems/idempotency-key-running";
    /// No such draft, or the link was replaced. 401.
    pub const UNKNOWN_TOKEN: &str = "/problems/unknown-token";
    /// No such thing. 404.
    pub const NOT_FOUND: &str = "/problems/not-found";
    /// The request could not be read. 400.
    pub const MALFORMED: &str = "/problems/malformed";
    /// The request is larger than taken. 413.
    pub const TOO_LARGE: &str = "/problems/too-large";
    /// Too many requests; see `Retry-After`. 429.
    pub const RATE_LIMITED: &str = "/problems/rate-limited";
    /// An uploaded file cannot be taken; `errors` says why. 422.
    pub const FILE: &str = "/problems/file";
    /// The backend cannot write at the moment. 503.
    pub const STORAGE: &str = "/problems/storage";
    /// Something went wrong in the backend. 500.
    pub const INTERNAL: &str = "/problems/internal";
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use serde::de::DeserializeOwned;
    use serde_json::json;

    use super::*;
    use crate::problem::Code;

    /// What is read from `value` is written as `value`.
    fn same<T: Serialize + DeserializeOwned>(value: Value) -> T {
        let read: T = serde_json::from_value(value.clone()).unwrap();
        assert_eq!(serde_json::to_value(&read).unwrap(), value);
        read
    }

    #[test]
    fn problem_details_keep_what_they_do_not_know() {
        let details: ProblemDetails = same(json!({
            "type": "/problems/changed",
            "title": "Changed meanwhile",
            "status": 412,
            "now": "2023-12-01T22:59:59.250Z",
            "errors": [
                {"pointer": "/name", "code": "missing"},
                {"pointer": "/pitch", "code": "too_long", "max": 300, "over": 2},
                {"pointer": "/deck", "code": "file_wrong_kind", "accept": ["pdf"]},
                {"pointer": "/deck", "code": "file_too_big", "max_bytes": 10_000_000_000_u64}
            ],
            "version": 7
        }));
        assert_eq!(details.more.get("version"), Some(&json!(7)));
        assert_eq!(details.errors[1].code, Code::TooLong { max: 300, over: 2 });
    }

    #[test]
    fn problem_details_of_other_servers_are_read() {
        let details: ProblemDetails = serde_json::from_value(json!({"status": 502, "trace": {"id": 1}})).unwrap();
        assert_eq!((details.kind.as_str(), details.status), ("about:blank", 502));
        assert_eq!(serde_json::from_value::<ProblemDetails>(json!({})).unwrap().kind, "about:blank");
    }

    #[test]
    fn an_application_is_as_the_contract_shows_it() {
        let receipt = json!({
            "reference": "K7QF-2MXD", "application": "a1", "programme": "p", "version": 6, "digest": "00",
            "received_at": "2023-12-01T10:00:00Z", "deadline": "2023-12-01T22:59:59Z"
        });
        let view: ApplicationView = same(json!({
            "id": "a1",
            "programme": "p",
            "status": "submitted",
            "version": 7,
            "answers": {"name": "Acme", "team": [{"id": "r", "name": "Ada"}]},
            "files": [
                {"id": "f1", "field": "deck", "name": "deck.pdf", "size": 9, "received": 9, "type": "pdf", "sha256": "00", "created_at": "2023-11-30T09:00:00Z"},
                {"id": "f2", "field": "video", "name": "v.mp4", "size": 9, "received": 4, "created_at": "2023-11-30T09:00:00Z"}
            ],
            "created_at": "2023-11-30T08:00:00Z",
            "updated_at": "2023-12-01T09:00:00.500Z",
            "receipt": receipt,
            "submitted_version": 6,
            "partner": "scaleway",
            "referrer": "https://www.scaleway.com"
        }));
        assert_eq!(view.status, Status::Submitted);
        assert_eq!(view.extension, None);
        assert!(view.submitted_version < Some(view.version), "there are later edits");
    }

    #[test]
    fn what_an_app_does_without_stands_beside_what_it_needs() {
        let signed = json!({"statement": "{}", "key_id": "06e3fd8fda29bb60", "algorithm": "Ed25519", "signature": "AA=="});
        let file = json!({"field": "deck", "name": "deck.pdf", "size": 9, "sha256": "00"});
        let receipt = json!({
            "reference": "K7QF-2MXD", "application": "a1", "programme": "p", "version": 6, "digest": "00",
            "received_at": "2023-12-01T23:10:00Z", "sealed_at": "2023-12-01T22:59:57Z", "deadline": "2023-12-01T22:59:59Z",
            "files": [file], "signed": signed
        });
        let value = json!({
            "id": "a1", "programme": "p", "status": "submitted", "version": 6, "answers": {}, "files": [],
            "created_at": "2023-11-30T08:00:00Z", "updated_at": "2023-12-01T09:00:00Z", "submitted_version": 6,
            "receipt": receipt,
            "seal": {
                "reference": "K7QF-2MXD", "application": "a1", "programme": "p", "version": 6, "digest": "00",
                "sealed_at": "2023-12-01T22:59:57Z", "deadline": "2023-12-01T22:59:59Z", "until": "2023-12-01T23:14:59Z",
                "files": [file], "signed": signed
            },
            "changed_by": "Firefox on Android"
        });
        let whole: WholeView = same(value.clone());
        assert_eq!(whole.view.receipt, None);
        let plain: ApplicationView = serde_json::from_value(value).unwrap();
        assert_eq!(plain.receipt, whole.receipt.map(|signed| signed.receipt));
    }

    #[test]
    fn what_led_here_is_kept_only_where_it_can_be_that() {
        let source = |partner: &str, referrer: &str, campaign: &str| Source {
            partner: Some(partner.to_owned()),
            referrer: Some(referrer.to_owned()),
            campaign: Some(campaign.to_owned()),
        };
        let known = source("hugging-face", "https://huggingface.co", "Spring_26.fr");
        assert_eq!(known.clone().plausible(), known);
        for odd in [
            source("<b>", "https://huggingface.co/path?secret", "<script>"),
            source("Meta", "javascript:alert(1)", &"x".repeat(65)),
            source("", "http://example.org", ""),
            source("a b", "https://exa mple.org; script-src *", "two words"),
            source(&"x".repeat(65), &format!("https://{}.org", "x".repeat(200)), "é"),
        ] {
            assert!(odd.clone().plausible().is_empty(), "{odd:?}");
        }
    }

    #[test]
    fn small_messages_are_as_the_contract_shows_them() {
        same::<Clock>(json!({"now": "2023-12-01T22:59:59Z"}));
        same::<Saved>(json!({"version": 8, "saved_at": "2023-12-01T22:59:59.001Z"}));
        same::<Begin>(json!({"answers": {}, "locale": "fr", "partner": "scaleway"}));
        same::<Begin>(json!({"answers": {}, "locale": "fr", "referrer": "https://www.scaleway.com", "campaign": "spring_26"}));
        same::<Begin>(json!({"answers": {}, "locale": "en"}));
        same::<Event>(json!({"at": "2023-12-01T22:59:59Z", "what": "submitted"}));
        same::<Happening>(json!({"at": "2023-12-01T22:59:59Z", "what": "submitted"}));
        same::<Happening>(json!({
            "at": "2023-12-01T22:59:59Z", "what": "extended", "until": "2023-12-02T22:59:59Z", "reason": "The venue was closed."
        }));
        same::<SealRequest>(json!({"digest": "00", "files": [], "version": 3}));
        same::<Presence>(json!({"client": "c-1", "section": "team", "device": "Firefox on Android"}));
        same::<Present>(json!({"others": [{"client": "c-2", "seen_at": "2023-12-01T22:59:59Z"}]}));
        same::<TokenReplaced>(json!({"replaced_at": "2023-12-01T22:59:59Z"}));
    }
}
