//! What travels between the staff's app and a backend: `docs/backend.md`, "Staff".

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

use super::{FileView, HappeningKind, Seal, SignedReceipt};
use crate::answers::Answers;
use crate::locale::Locale;
use crate::role::{Permission, Role};
use crate::status::Status;
use crate::time::Timestamp;

/// The header that every call but reading has to have, with any value: no other site's page can send it (Fetch, CORS-safelisted
/// request-headers).
pub const HEADER: &str = "opencall-staff";
/// Milliseconds in which many moves at once can be undone.
pub const UNDO_MS: i64 = 60_000;

/// `POST /api/v1/staff/link`: asks what a one-time link is good for, without using it up.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "native", derive(schemars::JsonSchema))]
pub struct LinkSecret {
    /// What stands in the link behind `#`: 43 characters of base64url.
    pub secret: String,
}

/// What a one-time link is good for.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "native", derive(schemars::JsonSchema))]
pub struct LinkView {
    /// The role it gives.
    pub role: Role,
    /// Who it is for, where that is settled.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,
    /// Until when.
    pub expires_at: Timestamp,
}

/// `POST /api/v1/staff/session`: signs in, and uses the link up.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "native", derive(schemars::JsonSchema))]
pub struct SignIn {
    /// As [`LinkSecret::secret`].
    pub secret: String,
    /// The person's name, at most 80 characters; needed unless the link says it.
    #[cfg_attr(feature = "native", schemars(extend("pattern" = super::pattern::PRINTABLE, "maxLength" = 80)))]
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,
}

/// `POST /api/v1/staff/session` where staff have accounts (`"staff": "accounts"`): signs in.
#[derive(Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "native", derive(schemars::JsonSchema))]
pub struct AccountSignIn {
    /// The account's name.
    pub account: String,
    /// Its password.
    pub password: String,
}

/// `POST /api/v1/staff/session`: what somebody signs in with. One of them, as the backend has it.
#[derive(Clone, PartialEq, Serialize)]
#[serde(untagged)]
pub enum Credentials {
    /// A one-time link.
    Link(SignIn),
    /// An account.
    Account(AccountSignIn),
}

/// `GET /api/v1/staff/session`: who is signed in.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "native", derive(schemars::JsonSchema))]
pub struct SessionView {
    /// Who.
    pub person: PersonView,
    /// In which session.
    pub session: SessionInfo,
    /// What the person may do. What this build does not know of is left out: an open page stays signed in while the backend is renewed.
    #[serde(deserialize_with = "known")]
    pub permissions: Vec<Permission>,
}

fn known<'de, D: serde::Deserializer<'de>>(given: D) -> Result<Vec<Permission>, D::Error> {
    let all = Vec::<Value>::deserialize(given)?;
    Ok(all.into_iter().filter_map(|one| serde_json::from_value(one).ok()).collect())
}

/// Somebody of the staff.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "native", derive(schemars::JsonSchema))]
pub struct PersonView {
    /// Public id.
    pub id: String,
    /// The name the others see.
    pub name: String,
    /// What the person is there for.
    pub role: Role,
    /// Whether the person may sign in.
    pub active: bool,
    /// Since when.
    pub created_at: Timestamp,
}

/// A session.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "native", derive(schemars::JsonSchema))]
pub struct SessionInfo {
    /// Public id; not what the cookie holds.
    pub id: String,
    /// Whose.
    pub person: String,
    /// Since when.
    pub created_at: Timestamp,
    /// When it was used last, to the minute.
    pub seen_at: Timestamp,
    /// When it ends if it is not used.
    pub expires_at: Timestamp,
    /// Whether it is the one that asks.
    pub current: bool,
}

/// `PATCH /api/v1/staff/people/{id}`.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "native", derive(schemars::JsonSchema))]
pub struct PersonChange {
    /// Another role.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub role: Option<Role>,
    /// Lets the person sign in, or no longer; then every session of theirs ends.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub active: Option<bool>,
}

/// `POST /api/v1/staff/invitations`.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "native", derive(schemars::JsonSchema))]
pub struct Invite {
    /// The role.
    pub role: Role,
    /// For whom, at most 80 characters; only the organisers see it until the person has given their own.
    #[cfg_attr(feature = "native", schemars(extend("pattern" = super::pattern::SEEN, "maxLength" = 80)))]
    pub name: String,
}

/// A link that nobody has used yet.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "native", derive(schemars::JsonSchema))]
pub struct InvitationView {
    /// Public id.
    pub id: String,
    /// The role it gives.
    pub role: Role,
    /// For whom.
    pub name: String,
    /// Since when.
    pub created_at: Timestamp,
    /// Until when.
    pub expires_at: Timestamp,
    /// The link's path with its secret; said once, when it is made.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub link: Option<String>,
}

/// An entry of the audit trail: `GET /api/v1/staff/audit?before=&limit=`, the latest first.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "native", derive(schemars::JsonSchema))]
pub struct AuditEntry {
    /// Counts the entries.
    pub ordinal: u64,
    /// When.
    pub at: Timestamp,
    /// Who, by name; nobody where it was the server's command line.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub by: Option<String>,
    /// What, such as `moved` or `signed_in`.
    pub what: String,
    /// What it was about: a reference, a person's name.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub about: Option<String>,
    /// More about it.
    #[serde(default, skip_serializing_if = "Map::is_empty")]
    pub detail: Map<String, Value>,
}

/// `POST …/extension`: a later deadline. It can only become later.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "native", derive(schemars::JsonSchema))]
pub struct Extend {
    /// The new deadline.
    pub deadline: Timestamp,
    /// Why, at most 500 characters; applicants read it.
    #[cfg_attr(feature = "native", schemars(extend("pattern" = super::pattern::SEEN, "maxLength" = 500)))]
    pub reason: String,
}

/// `GET /api/v1/staff/applications/{reference}`. Whoever reads it may take less of the receipt (`R`) and the seal (`S`) than there is.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "native", derive(schemars::JsonSchema))]
#[cfg_attr(feature = "native", schemars(rename = "StaffApplication"))]
pub struct StaffApplication<R = SignedReceipt, S = Seal> {
    /// Public id.
    pub id: String,
    /// What people read out.
    pub reference: String,
    /// The programme's id.
    pub programme: String,
    /// Where it stands.
    pub status: Status,
    /// The number of its last change among the programme's.
    pub revision: u64,
    /// The applicant's language.
    pub locale: Locale,
    /// The partner whose page led here.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub partner: Option<String>,
    /// When it was begun.
    pub created_at: Timestamp,
    /// When the answers last changed.
    pub updated_at: Timestamp,
    /// A later deadline granted to this applicant.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub extension: Option<Timestamp>,
    /// What was submitted last; absent for what never was.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub submitted: Option<Answers>,
    /// The draft, where it has changed since or nothing was submitted.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub draft: Option<Answers>,
    /// The files.
    pub files: Vec<FileView>,
    /// The receipt of the last submission.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub receipt: Option<R>,
    /// The last seal.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub seal: Option<S>,
    /// What happened, by whom where it was staff.
    pub timeline: Vec<StaffHappening>,
    /// Notes among staff.
    pub notes: Vec<Note>,
    /// Where staff may move it.
    pub moves: Vec<Status>,
}

/// An entry of the timeline as staff see it.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "native", derive(schemars::JsonSchema))]
pub struct StaffHappening {
    /// When.
    pub at: Timestamp,
    /// What.
    pub what: HappeningKind,
    /// The new deadline, where it was extended.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub until: Option<Timestamp>,
    /// Why.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reason: Option<String>,
    /// By whom, where it was staff.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub by: Option<String>,
    /// The status before.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub from: Option<Status>,
    /// The status since.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub to: Option<Status>,
}

/// A note among staff. Never changed, never taken away.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "native", derive(schemars::JsonSchema))]
pub struct Note {
    /// When.
    pub at: Timestamp,
    /// By whom.
    pub by: String,
    /// What.
    pub text: String,
}

/// `POST …/notes`.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "native", derive(schemars::JsonSchema))]
pub struct NewNote {
    /// At most 5,000 characters.
    #[cfg_attr(feature = "native", schemars(extend("pattern" = super::pattern::SEEN, "maxLength" = 5_000)))]
    pub text: String,
}

/// `POST /api/v1/staff/programmes/{programme}/moves`: moves many at once, or says what would happen.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "native", derive(schemars::JsonSchema))]
pub struct MoveRequest {
    /// Where to.
    pub to: Status,
    /// Why, at most 500 characters; staff read it.
    #[cfg_attr(feature = "native", schemars(extend("pattern" = super::pattern::PRINTABLE, "maxLength" = 500)))]
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reason: Option<String>,
    /// Only says what would happen.
    #[serde(default)]
    pub dry_run: bool,
    /// Which, as whoever moves them saw them: 5,000 at most.
    #[cfg_attr(feature = "native", schemars(extend("maxItems" = 5_000)))]
    #[serde(deserialize_with = "super::objects")]
    pub applications: Vec<Seen>,
}

/// An application as somebody saw it.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "native", derive(schemars::JsonSchema))]
pub struct Seen {
    /// Its reference.
    pub reference: String,
    /// The status it had.
    pub status: Status,
}

/// What becomes of one application in a move of many.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "native", derive(schemars::JsonSchema))]
pub struct MoveOutcome {
    /// Its reference.
    pub reference: String,
    /// The status it has.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub from: Option<Status>,
    /// What becomes of it.
    pub outcome: Outcome,
}

/// What becomes of an application in a move.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "native", derive(schemars::JsonSchema))]
#[serde(rename_all = "snake_case")]
pub enum Outcome {
    /// It moves.
    Moves,
    /// It is there already.
    Already,
    /// The table of moves does not have it.
    Illegal,
    /// Somebody has moved it since it was seen.
    Changed,
    /// There is none.
    Unknown,
}

/// Reply to a move of many, and to its undoing.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "native", derive(schemars::JsonSchema))]
pub struct Moved {
    /// By which it can be undone; absent where nothing was moved.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub id: Option<String>,
    /// Until when.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub undo_until: Option<Timestamp>,
    /// What became of each, in the order asked.
    pub outcomes: Vec<MoveOutcome>,
}

/// `POST /api/v1/staff/programmes/{programme}/views`, `PUT /api/v1/staff/views/{view}`.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "native", derive(schemars::JsonSchema))]
pub struct ViewRequest {
    /// At most 80 characters; a person's views have different ones.
    #[cfg_attr(feature = "native", schemars(extend("pattern" = super::pattern::SEEN, "maxLength" = 80)))]
    pub name: String,
    /// The query of the list's address, without `?`; at most 4,000 characters.
    #[cfg_attr(feature = "native", schemars(extend("pattern" = super::pattern::QUERY, "maxLength" = 4_000)))]
    pub query: String,
    /// Whether everybody sees it.
    #[serde(default)]
    pub shared: bool,
}

/// A saved view of the list; `GET /api/v1/staff/programmes/{programme}/views` gives those that whoever asks sees.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "native", derive(schemars::JsonSchema))]
pub struct SavedView {
    /// Public id.
    pub id: String,
    /// Its name.
    pub name: String,
    /// The query of the list's address.
    pub query: String,
    /// Whether everybody sees it.
    pub shared: bool,
    /// Whether it belongs to whoever asks.
    pub mine: bool,
    /// Whose it is, by name.
    pub owner: String,
}

/// `GET /api/v1/staff/programmes/{programme}/previous`: when applications of the edition before were submitted, as far from its deadline.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "native", derive(schemars::JsonSchema))]
pub struct Previous {
    /// Its programme's id.
    pub programme: String,
    /// Whole hours from the last submission to its deadline (0 in the last hour, below it afterwards), and how many applications; hours
    /// without one are left out.
    #[cfg_attr(feature = "native", schemars(with = "Vec<[i64; 2]>"))]
    pub submitted: Vec<(i64, u32)>,
}

/// `POST /api/v1/staff/programmes/{programme}/export`.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "native", derive(schemars::JsonSchema))]
pub struct ExportRequest {
    /// As what.
    pub format: ExportFormat,
    /// Which, in order.
    pub references: Vec<String>,
}

/// What rows are taken out as.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "native", derive(schemars::JsonSchema))]
#[serde(rename_all = "lowercase")]
pub enum ExportFormat {
    /// RFC 4180, UTF-8 with a byte order mark.
    Csv,
    /// A JSON array.
    Json,
}

/// The kinds of problems that only staff meet.
pub mod staff_problem {
    /// Nobody is signed in. 401.
    pub const SIGNED_OUT: &str = "/problems/signed-out";
    /// The role does not allow it. 403.
    pub const NOT_ALLOWED: &str = "/problems/not-allowed";
    /// The request could have come from another site's page. 403.
    pub const FOREIGN: &str = "/problems/foreign-request";
    /// The link is unknown, used or expired. 404.
    pub const LINK: &str = "/problems/link";
    /// Somebody else was faster; `outcomes` says where. 409.
    pub const MOVED_MEANWHILE: &str = "/problems/moved-meanwhile";
    /// It can be undone no more. 409.
    pub const TOO_LATE: &str = "/problems/too-late";
    /// One organiser has to stay. 409.
    pub const LAST_ORGANISER: &str = "/problems/last-organiser";
    /// There is a saved view of this name. 409.
    pub const VIEW_EXISTS: &str = "/problems/view-exists";
    /// There are too many saved views. 409.
    pub const TOO_MANY_VIEWS: &str = "/problems/too-many-views";
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_permission_nobody_here_knows_of_signs_nobody_out() {
        let view = serde_json::json!({
            "person": {"id": "a", "name": "Ada", "role": "viewer", "active": true, "created_at": "2026-01-01T00:00:00Z"},
            "session": {"id": "b", "person": "a", "created_at": "2026-01-01T00:00:00Z", "seen_at": "2026-01-01T00:00:00Z",
                "expires_at": "2026-01-02T00:00:00Z", "current": true},
            "permissions": ["export", "fly", "write_notes"],
        });
        let view: SessionView = serde_json::from_value(view).expect("a session");
        assert_eq!(view.permissions, [Permission::Export, Permission::WriteNotes]);
    }
}
