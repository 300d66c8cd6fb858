//! What travels between the page of a partner's counts and a backend: `docs/embed.md`, "What a partner can see".

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::locale::Locale;
use crate::time::Timestamp;

/// `GET /api/v1/partner/counts`: how many applications came by a partner's pages. What is told and what is not: [`crate::counts`].
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "native", derive(schemars::JsonSchema))]
pub struct PartnerCounts {
    /// The programme's id.
    pub programme: String,
    /// The programme's title, by language.
    pub title: BTreeMap<Locale, String>,
    /// The partner's id: an organiser of the programme.
    pub partner: String,
    /// What the partner is called.
    pub name: String,
    /// The midnight (UTC) up to which is counted; what came later is in none of the figures.
    pub counted_at: Timestamp,
    /// How many were begun, up to four too few; absent where fewer than five, or where it would tell of fewer than five.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub begun: Option<u64>,
    /// How many were submitted, withdrawn ones included, up to four too few; absent below five.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub submitted: Option<u64>,
    /// When they were submitted, the earliest first; `submitted` is their sum.
    pub periods: Vec<PartnerPeriod>,
}

/// Whole days (UTC) in which five or more were submitted.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "native", derive(schemars::JsonSchema))]
pub struct PartnerPeriod {
    /// The midnight it begins with; absent where it goes back to the beginning.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub from: Option<Timestamp>,
    /// The midnight it ends with.
    pub until: Timestamp,
    /// How many, five or more.
    pub submitted: u64,
}

/// `GET /api/v1/staff/programmes/{programme}/partners`, `POST …/partners/{partner}/link`: an organiser of the programme, and its link.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "native", derive(schemars::JsonSchema))]
pub struct PartnerLinkView {
    /// The partner's id.
    pub partner: String,
    /// What it is called.
    pub name: String,
    /// When its link was made; absent where it has none.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub created_at: Option<Timestamp>,
    /// Who made it, by name; nobody where it was the server's command line.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub by: Option<String>,
    /// The link's path with its token; said once, when it is made.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub link: Option<String>,
}
