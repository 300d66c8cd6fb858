//! The list of calls. Apps know the one they show from their `config.json`; this is for whoever has none.

use serde::Serialize;

use crate::locale::Localised;
use crate::phase::Phase;

/// A call in `GET /api/v1/programmes`.
#[derive(Debug, Serialize, schemars::JsonSchema)]
pub struct Listed {
    /// The programme's id.
    pub id: String,
    /// Its title, by language.
    pub title: Localised,
    /// Where it stands now, for somebody without an extension.
    pub phase: Phase,
}
