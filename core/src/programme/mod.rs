//! A programme: the document that describes a call. Data, not code: staff change a question or a
//! deadline without a rebuild.
//!
//! [`Programme::load`] is the only way in. It reads a JSON document and either gives a programme
//! that holds together, or every fault by its path.

#[cfg(feature = "native")]
use schemars::JsonSchema;
#[cfg(feature = "native")]
use serde::Serialize;

use crate::locale::{Locale, Localised};
use crate::phase::Schedule;

mod field;
pub mod load;

pub use field::{Choice, Field, FileType, Kind, Precision, TextFormat};

/// A call for applications: one edition of a programme.
#[derive(Clone, Debug, PartialEq)]
#[cfg_attr(
    feature = "native",
    derive(Serialize, JsonSchema),
    serde(rename_all = "camelCase", deny_unknown_fields)
)]
pub struct Programme {
    /// Names it in addresses: lowercase letters, digits and hyphens, at most 64.
    #[cfg_attr(feature = "native", schemars(extend("pattern" = "^[a-z0-9][a-z0-9-]{0,63}$")))]
    pub id: String,
    /// The languages every text is written in; the first is the fallback.
    pub locales: Vec<Locale>,
    /// What it is called.
    pub title: Localised,
    /// One or two sentences that say what it is.
    pub summary: Localised,
    /// Where it takes place.
    pub place: Localised,
    /// Who runs it.
    pub organisers: Vec<Organiser>,
    /// When it opens and closes.
    pub schedule: Schedule,
    /// How many are chosen.
    pub seats: u32,
    /// What the call page says.
    pub call: Call,
    /// The questions asked first and kept nowhere.
    pub eligibility: Eligibility,
    /// The sections of the form.
    pub steps: Vec<Step>,
    /// What the judges score.
    pub rubric: Vec<Criterion>,
    /// Whom to ask: an e-mail address.
    pub contact: String,
    /// The edition before this one: the id of another programme of the same backend. Staff compare with it how many have submitted.
    #[cfg_attr(feature = "native", serde(skip_serializing_if = "Option::is_none"))]
    pub follows: Option<String>,
}

/// One of those who run the programme.
#[derive(Clone, Debug, PartialEq)]
#[cfg_attr(
    feature = "native",
    derive(Serialize, JsonSchema),
    serde(rename_all = "camelCase", deny_unknown_fields)
)]
pub struct Organiser {
    /// Names it in addresses (`?partner=`) and records.
    #[cfg_attr(feature = "native", schemars(extend("pattern" = "^[a-z0-9][a-z0-9-]{0,63}$")))]
    pub id: String,
    /// What it is called.
    pub name: String,
    /// Its web address.
    pub url: String,
    /// What it brings.
    pub role: Localised,
    /// The origins (RFC 6454: scheme, host, port) of its pages that may hold the form in a frame, as browsers write them.
    #[cfg_attr(
        feature = "native",
        schemars(with = "Option<Vec<String>>"),
        serde(skip_serializing_if = "Vec::is_empty")
    )]
    pub origins: Vec<String>,
}

impl Programme {
    /// Every origin whose pages may hold the form in a frame.
    pub fn origins(&self) -> impl Iterator<Item = &str> {
        self.organisers.iter().flat_map(|organiser| &organiser.origins).map(String::as_str)
    }
}

/// The texts of the call page.
#[derive(Clone, Debug, PartialEq)]
#[cfg_attr(
    feature = "native",
    derive(Serialize, JsonSchema),
    serde(rename_all = "camelCase", deny_unknown_fields)
)]
pub struct Call {
    /// What the programme is about, a paragraph each.
    pub about: Vec<Localised>,
    /// What winners get.
    pub offers: Vec<Titled>,
    /// Who can apply, a line each.
    pub who: Vec<Localised>,
    /// Who judges and how.
    pub judging: Vec<Localised>,
    /// The dates to know, in order.
    pub dates: Vec<KeyDate>,
    /// What happens to personal data, a paragraph each.
    pub privacy: Vec<Localised>,
}

/// A heading and its text.
#[derive(Clone, Debug, PartialEq)]
#[cfg_attr(
    feature = "native",
    derive(Serialize, JsonSchema),
    serde(rename_all = "camelCase", deny_unknown_fields)
)]
pub struct Titled {
    /// The heading.
    pub title: Localised,
    /// The text.
    pub text: Localised,
}

/// A date to know.
#[derive(Clone, Debug, PartialEq)]
#[cfg_attr(
    feature = "native",
    derive(Serialize, JsonSchema),
    serde(rename_all = "camelCase", deny_unknown_fields)
)]
pub struct KeyDate {
    /// The day, `YYYY-MM-DD`, or the month, `YYYY-MM`.
    pub on: String,
    /// What happens then.
    pub what: Localised,
}

/// The questions asked first. Their answers are saved nowhere.
#[derive(Clone, Debug, PartialEq)]
#[cfg_attr(
    feature = "native",
    derive(Serialize, JsonSchema),
    serde(rename_all = "camelCase", deny_unknown_fields)
)]
pub struct Eligibility {
    /// Said above the questions.
    pub intro: Localised,
    /// The questions, in order.
    pub questions: Vec<EligibilityQuestion>,
}

/// One of the eligibility questions: a choice, a yes/no or a country, and the answers that pass.
#[derive(Clone, Debug, PartialEq)]
#[cfg_attr(
    feature = "native",
    derive(Serialize, JsonSchema),
    serde(rename_all = "camelCase", deny_unknown_fields)
)]
pub struct EligibilityQuestion {
    /// The question.
    pub field: Field,
    /// The answers that pass: option ids, `yes` or `no`, or country codes; empty when every answer passes.
    pub pass: Vec<String>,
    /// Why another answer does not pass, and what one can do.
    pub explain: Localised,
}

/// A section of the form: one page.
#[derive(Clone, Debug, PartialEq)]
#[cfg_attr(
    feature = "native",
    derive(Serialize, JsonSchema),
    serde(rename_all = "camelCase", deny_unknown_fields)
)]
pub struct Step {
    /// Names it in addresses: as a programme's id.
    #[cfg_attr(feature = "native", schemars(extend("pattern" = "^[a-z0-9][a-z0-9-]{0,63}$")))]
    pub id: String,
    /// Its heading.
    pub title: Localised,
    /// Said under the heading.
    #[cfg_attr(feature = "native", serde(skip_serializing_if = "Option::is_none"))]
    pub intro: Option<Localised>,
    /// Its fields, in order.
    pub fields: Vec<Field>,
}

/// What the judges score.
#[derive(Clone, Debug, PartialEq)]
#[cfg_attr(
    feature = "native",
    derive(Serialize, JsonSchema),
    serde(rename_all = "camelCase", deny_unknown_fields)
)]
pub struct Criterion {
    /// Names it in scores.
    #[cfg_attr(feature = "native", schemars(extend("pattern" = "^[a-z0-9][a-z0-9_-]{0,63}$")))]
    pub id: String,
    /// What it is called.
    pub title: Localised,
    /// What it asks.
    pub text: Localised,
    /// Its share, in per cent; all add up to 100.
    pub weight: u32,
}

impl Programme {
    /// The step with this id.
    pub fn step(&self, id: &str) -> Option<&Step> {
        self.steps.iter().find(|step| step.id == id)
    }

    /// The field of the form with this id, outside groups.
    pub fn field(&self, id: &str) -> Option<&Field> {
        self.steps.iter().flat_map(|step| &step.fields).find(|field| field.id == id)
    }
}
