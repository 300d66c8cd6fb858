//! Seals, signed receipts, and what people who share a draft see of one another: what a backend adds to the contract without
//! which an app can do.

use serde::{Deserialize, Serialize};

use super::{ApplicationView, Receipt};
use crate::proof::{self, NamedFile, PublicKey, Signed};
use crate::time::Timestamp;

/// An entry of the timeline, whole. [`super::Event`] is the part of it that an app cannot do without.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "native", derive(schemars::JsonSchema))]
pub struct Happening {
    /// When, by the backend's clock.
    pub at: Timestamp,
    /// What.
    pub what: HappeningKind,
    /// The new deadline, where it was extended.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub until: Option<Timestamp>,
    /// Why, in the words of whoever did it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reason: Option<String>,
}

/// What can happen to an application: [`super::EventKind`] and what apps may leave out.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "native", derive(schemars::JsonSchema))]
#[serde(rename_all = "snake_case")]
pub enum HappeningKind {
    /// The draft was begun.
    Begun,
    /// Its digest was sealed.
    Sealed,
    /// It was submitted.
    Submitted,
    /// It was taken back.
    Withdrawn,
    /// Its status was changed by staff.
    Moved,
    /// Its deadline was extended.
    Extended,
    /// Its private link was replaced.
    LinkReplaced,
}

/// The receipt with its proof, as the backend gives it: `POST /api/v1/application/submit`. What it shows is what was signed
/// ([`proof::shows`]).
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "native", derive(schemars::JsonSchema))]
pub struct SignedReceipt {
    /// What every receipt says.
    #[serde(flatten)]
    pub receipt: Receipt,
    /// When this digest was first sealed, if it was.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub sealed_at: Option<Timestamp>,
    /// The files received with it; absent where it is not signed.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub files: Option<Vec<NamedFile>>,
    /// The statement and its signature; absent from receipts given before there were signatures.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub signed: Option<Signed>,
}

/// `POST /api/v1/application/seal` (`Idempotency-Key`): fixes the application by its digest. The whole may follow in the grace.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "native", derive(schemars::JsonSchema))]
pub struct SealRequest {
    /// SHA-256 of the canonical application ([`crate::seal`]), 64 lowercase hex digits.
    #[cfg_attr(feature = "native", schemars(extend("pattern" = super::pattern::DIGEST)))]
    pub digest: String,
    /// The files that are still to come: 40 at most.
    #[cfg_attr(feature = "native", schemars(extend("maxItems" = 40)))]
    #[serde(default, deserialize_with = "super::objects")]
    pub files: Vec<NamedFile>,
    /// The version of the answers that the backend has.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub version: Option<u64>,
}

/// A seal: proof that a digest was received before the deadline. What it shows is what was signed ([`proof::shows`]).
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "native", derive(schemars::JsonSchema))]
pub struct Seal {
    /// The short reference for people.
    pub reference: String,
    /// The application's id.
    pub application: String,
    /// The programme's id.
    pub programme: String,
    /// The version of the answers that the backend had, as the app said.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub version: Option<u64>,
    /// The digest.
    pub digest: String,
    /// When it was received, by the backend's clock.
    pub sealed_at: Timestamp,
    /// The deadline that was in force.
    pub deadline: Timestamp,
    /// The last instant at which the rest may arrive, as things stood then. A later extension moves it; the phase knows.
    pub until: Timestamp,
    /// The files that were still to come.
    pub files: Vec<NamedFile>,
    /// The statement and its signature.
    pub signed: Signed,
}

impl Seal {
    /// As it is shown, from what was signed.
    pub fn new(sealed: proof::SealedDigest, signed: Signed) -> Self {
        Self {
            reference: sealed.reference,
            application: sealed.application,
            programme: sealed.programme,
            version: sealed.version,
            digest: sealed.digest,
            sealed_at: sealed.sealed_at,
            deadline: sealed.deadline,
            until: sealed.until,
            files: sealed.files,
            signed,
        }
    }
}

/// `GET /api/v1/application`, whole: [`ApplicationView`] with its receipt signed, and what apps may leave out.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "native", derive(schemars::JsonSchema))]
pub struct WholeView {
    /// What every app needs. Its receipt is `None` in here: it is the one below.
    #[serde(flatten)]
    pub view: ApplicationView,
    /// The receipt of the last submission.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub receipt: Option<SignedReceipt>,
    /// The last seal.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub seal: Option<Seal>,
    /// The device on which the answers were changed last, as it calls itself (`Opencall-Device`).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub changed_by: Option<String>,
}

/// `GET /api/v1/programmes/{programme}/keys`: the public keys that receipts and seals are signed with, the one in use first.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "native", derive(schemars::JsonSchema))]
pub struct Keys {
    /// The keys. One that is no longer in use stays: what it has signed stays true.
    pub keys: Vec<PublicKey>,
}

/// `POST /api/v1/application/token` (`Idempotency-Key`): replaces the private link. The old token ends.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "native", derive(schemars::JsonSchema))]
pub struct NewToken {
    /// The new token, made by the app as the first one was.
    #[cfg_attr(feature = "native", schemars(extend("pattern" = super::pattern::TOKEN)))]
    pub token: String,
}

/// Reply to [`NewToken`].
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "native", derive(schemars::JsonSchema))]
pub struct TokenReplaced {
    /// When the old link ended.
    pub replaced_at: Timestamp,
}

/// `PUT /api/v1/application/presence`: somebody is here. To be repeated every 20 s or so, and when the section changes.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "native", derive(schemars::JsonSchema))]
pub struct Presence {
    /// A random id of this page's own making: up to 64 letters, digits, `-` and `_`.
    #[cfg_attr(feature = "native", schemars(extend("pattern" = super::pattern::CLIENT)))]
    pub client: String,
    /// The section being looked at, such as `team`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub section: Option<String>,
    /// What the device calls itself, such as `Firefox on Android`; no name of a person.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub device: Option<String>,
}

/// Reply to [`Presence`]: who else was here in the last minute, the one seen last first.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "native", derive(schemars::JsonSchema))]
pub struct Present {
    /// The others.
    pub others: Vec<Other>,
}

/// Somebody else with the same link.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "native", derive(schemars::JsonSchema))]
pub struct Other {
    /// The page's id.
    pub client: String,
    /// The section being looked at.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub section: Option<String>,
    /// What the device calls itself.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub device: Option<String>,
    /// When it was here last, by the backend's clock.
    pub seen_at: Timestamp,
}
