//! Fields: a question each, and the kind of answer it takes.

#[cfg(feature = "native")]
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::condition::Condition;
use crate::locale::Localised;

/// A question and the kind of answer it takes.
///
/// In a document the kind's own members stand beside these: `{"id": "name", "label": {…}, "kind": "text", "max": 80}`.
#[derive(Clone, Debug, PartialEq)]
#[cfg_attr(
    feature = "native",
    derive(Serialize, JsonSchema),
    serde(rename_all = "camelCase", deny_unknown_fields)
)]
pub struct Field {
    /// Names it in answers: lowercase letters, digits and underscores, a letter first; unique in the programme, within a group in the group.
    #[cfg_attr(feature = "native", schemars(extend("pattern" = "^[a-z][a-z0-9_]{0,63}$")))]
    pub id: String,
    /// The question.
    pub label: Localised,
    /// Help in answering it.
    #[cfg_attr(feature = "native", serde(skip_serializing_if = "Option::is_none"))]
    pub hint: Option<Localised>,
    /// Whether it may stay unanswered. Without it the answer is required.
    #[cfg_attr(feature = "native", serde(default))]
    pub optional: bool,
    /// Whether judges do not see the answer.
    #[cfg_attr(feature = "native", serde(default))]
    pub private: bool,
    /// Whether a partner's page that holds the form may fill it in where it is still empty. Not within a group.
    #[cfg_attr(feature = "native", serde(default, skip_serializing_if = "std::ops::Not::not"))]
    pub prefill: bool,
    /// Asked only when this holds.
    #[cfg_attr(feature = "native", serde(skip_serializing_if = "Option::is_none"))]
    pub when: Option<Condition>,
    /// The kind of answer.
    #[cfg_attr(feature = "native", serde(flatten))]
    pub kind: Kind,
}

impl Field {
    /// Whether answers of this kind can be filled in from outside: short plain values, and never a consent or a file.
    pub fn can_be_prefilled(&self) -> bool {
        matches!(
            self.kind,
            Kind::Text { .. }
                | Kind::LongText { .. }
                | Kind::Email
                | Kind::Url { .. }
                | Kind::Number { .. }
                | Kind::Country
                | Kind::Choice { .. }
        )
    }
}

/// The kinds of fields. Limits count characters as people do ([`crate::text::characters`]).
#[derive(Clone, Debug, PartialEq)]
#[cfg_attr(
    feature = "native",
    derive(Serialize, JsonSchema),
    serde(tag = "kind", rename_all = "kebab-case", rename_all_fields = "camelCase")
)]
pub enum Kind {
    /// One line.
    Text {
        /// The most characters.
        max: u32,
        /// What the text has to look like.
        #[cfg_attr(feature = "native", serde(default))]
        format: TextFormat,
        /// What browsers may fill in: a token of HTML's `autocomplete` (`organization`, `name`, `address-level2` …).
        #[cfg_attr(feature = "native", serde(skip_serializing_if = "Option::is_none"))]
        autocomplete: Option<String>,
    },
    /// Several lines.
    LongText {
        /// The most characters; a line break counts as one.
        max: u32,
    },
    /// An e-mail address.
    Email,
    /// A web address (http or https; `https://` is added where nothing is typed).
    Url {
        /// The hosts it may be on, their subdomains included; empty for any.
        #[cfg_attr(feature = "native", serde(default))]
        hosts: Vec<String>,
    },
    /// A number.
    Number {
        /// The least.
        min: f64,
        /// The most.
        max: f64,
        /// Digits kept after the decimal separator, 0 to 6.
        #[cfg_attr(feature = "native", serde(default))]
        decimals: u8,
        /// What is counted, shown behind the field.
        #[cfg_attr(feature = "native", serde(skip_serializing_if = "Option::is_none"))]
        unit: Option<Localised>,
    },
    /// An amount of money, whole units.
    Money {
        /// The currencies offered, ISO 4217; the first is preset.
        currencies: Vec<String>,
        /// The most.
        max: f64,
    },
    /// A date.
    Date {
        /// Whether the day is asked, or only month and year.
        #[cfg_attr(feature = "native", serde(default))]
        precision: Precision,
        /// The earliest, `YYYY-MM-DD`.
        #[cfg_attr(feature = "native", serde(skip_serializing_if = "Option::is_none"))]
        earliest: Option<String>,
        /// The latest, `YYYY-MM-DD`.
        #[cfg_attr(feature = "native", serde(skip_serializing_if = "Option::is_none"))]
        latest: Option<String>,
    },
    /// A country of ISO 3166-1.
    Country,
    /// One of several choices.
    Choice {
        /// The choices, in order.
        options: Vec<Choice>,
    },
    /// Any of several choices.
    Choices {
        /// The choices, in order.
        options: Vec<Choice>,
        /// The fewest.
        #[cfg_attr(feature = "native", serde(default))]
        min: u32,
        /// The most.
        max: u32,
    },
    /// Yes or no.
    YesNo,
    /// A statement to agree to. Required unless the field is optional.
    Consent {
        /// The version of the text agreed to; an agreement to another version does not count.
        version: String,
    },
    /// A repeating group of fields.
    Group {
        /// What one row is called ("Team member").
        item: Localised,
        /// The fewest rows.
        #[cfg_attr(feature = "native", serde(default))]
        min: u32,
        /// The most rows.
        max: u32,
        /// The fields of a row; no groups among them.
        fields: Vec<Field>,
    },
    /// A file.
    File {
        /// The kinds accepted.
        accept: Vec<FileType>,
        /// The most bytes.
        max_bytes: u64,
        /// Whether a web address is taken instead.
        #[cfg_attr(feature = "native", serde(default))]
        or_link: bool,
    },
    /// An open model: `organisation/name`, its licence, how it is used.
    Model {
        /// Licences offered, SPDX identifiers or a model licence's own name; others can be typed.
        licences: Vec<String>,
        /// The most characters for how it is used.
        max: u32,
    },
}

/// What a line of text has to look like.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[cfg_attr(feature = "native", derive(Serialize, JsonSchema), serde(rename_all = "kebab-case"))]
pub enum TextFormat {
    /// Anything.
    #[default]
    Plain,
    /// A SIREN: nine digits with a Luhn check digit; spaces and dots are taken.
    Siren,
}

/// How much of a date is asked.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[cfg_attr(feature = "native", derive(Serialize, JsonSchema), serde(rename_all = "kebab-case"))]
pub enum Precision {
    /// Day, month and year.
    #[default]
    Day,
    /// Month and year.
    Month,
}

/// The kinds of files.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "native", derive(JsonSchema))]
#[serde(rename_all = "kebab-case")]
pub enum FileType {
    /// Portable Document Format (ISO 32000).
    Pdf,
    /// MPEG-4 video (ISO/IEC 14496-14).
    Mp4,
}

impl FileType {
    /// Every kind.
    pub const ALL: [Self; 2] = [Self::Pdf, Self::Mp4];

    /// The ending of file names, without the dot.
    pub const fn extension(self) -> &'static str {
        match self {
            Self::Pdf => "pdf",
            Self::Mp4 => "mp4",
        }
    }

    /// The media type (IANA).
    pub const fn media_type(self) -> &'static str {
        match self {
            Self::Pdf => "application/pdf",
            Self::Mp4 => "video/mp4",
        }
    }
}

/// One of the choices of a field.
#[derive(Clone, Debug, PartialEq)]
#[cfg_attr(
    feature = "native",
    derive(Serialize, JsonSchema),
    serde(rename_all = "camelCase", deny_unknown_fields)
)]
pub struct Choice {
    /// Names it in answers.
    #[cfg_attr(feature = "native", schemars(extend("pattern" = "^[a-z0-9][a-z0-9_-]{0,63}$")))]
    pub id: String,
    /// What it says.
    pub label: Localised,
    /// What it means.
    #[cfg_attr(feature = "native", serde(skip_serializing_if = "Option::is_none"))]
    pub hint: Option<Localised>,
}
