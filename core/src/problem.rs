//! What stands in the way: of an application ([`Problem`]) and of a programme document ([`Fault`]).
//! Codes and parameters, never prose: words belong to the app's i18n.

use serde::{Deserialize, Serialize};

use crate::time::Timestamp;

/// Why one answer cannot stand as it is.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Problem {
    /// Which answer: a JSON Pointer (RFC 6901) into the answers, such as `/team/0/email`.
    pub pointer: String,
    /// What is wrong with it.
    #[serde(flatten)]
    pub code: Code,
}

/// What is wrong with an answer.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "code", rename_all = "snake_case")]
pub enum Code {
    /// A required answer is missing.
    Missing,
    /// More characters than allowed (as people count them).
    TooLong {
        /// The most there may be.
        max: u32,
        /// How many there are beyond it.
        over: u32,
    },
    /// Characters that cannot be printed (control characters other than line breaks and tabs).
    ControlCharacters,
    /// Not of the shape this kind of field stores; the answer did not come from a form.
    WrongShape,
    /// A SIREN has nine digits.
    SirenLength,
    /// The SIREN's check digit does not fit (Luhn).
    SirenChecksum,
    /// No e-mail address.
    NotEmail,
    /// No web address.
    NotUrl,
    /// The web address is not on one of the allowed hosts.
    HostNotAllowed {
        /// The hosts it may be on.
        hosts: Vec<String>,
    },
    /// Not a number.
    NotNumber,
    /// Not a whole number.
    NotWhole,
    /// More digits after the decimal separator than kept.
    TooPrecise {
        /// How many there may be.
        decimals: u8,
    },
    /// Below the least allowed.
    TooSmall {
        /// The least, as decimal text.
        min: String,
    },
    /// Above the most allowed.
    TooLarge {
        /// The most, as decimal text.
        max: String,
    },
    /// The currency is not one of those offered.
    UnknownCurrency,
    /// Parts of the date are missing.
    DateIncomplete {
        /// Whether the day is missing.
        day: bool,
        /// Whether the month is missing.
        month: bool,
        /// Whether the year is missing.
        year: bool,
    },
    /// There is no such day.
    NotDate,
    /// Before the earliest date allowed.
    TooEarly {
        /// The earliest, `YYYY-MM-DD`.
        earliest: String,
    },
    /// After the latest date allowed.
    TooLate {
        /// The latest, `YYYY-MM-DD`.
        latest: String,
    },
    /// No country of ISO 3166-1, or not one of those allowed.
    UnknownCountry,
    /// Not one of the choices.
    UnknownChoice,
    /// Fewer than needed (choices or rows).
    TooFew {
        /// The fewest.
        min: u32,
    },
    /// More than allowed (choices or rows).
    TooMany {
        /// The most.
        max: u32,
    },
    /// The consent is needed to go on.
    ConsentNeeded,
    /// The text agreed to is no longer the current one.
    ConsentOutdated,
    /// Not of the form `organisation/name`.
    NotModel,
    /// The model's licence is missing.
    LicenceMissing,
    /// How the model is used is missing.
    UseMissing,
    /// The file is larger than allowed.
    FileTooBig {
        /// The most bytes it may have.
        max_bytes: u64,
    },
    /// The file's content is not of an accepted kind.
    FileWrongKind {
        /// The kinds accepted.
        accept: Vec<crate::programme::FileType>,
    },
    /// The file has no content.
    FileEmpty,
    /// The file is broken: its content does not hold together.
    FileDamaged,
    /// The upload has not finished.
    FileUnfinished,
    /// There is no such file with this application.
    FileUnknown,
    /// The answer belongs to a field that the programme does not have.
    UnknownField,
}

/// What is wrong with a programme document, and where.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Fault {
    /// A JSON Pointer (RFC 6901) into the document, such as `/steps/2/fields/0/max`.
    pub path: String,
    /// What is wrong, in English, for whoever writes programmes.
    pub message: String,
}

impl std::fmt::Display for Fault {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let path = if self.path.is_empty() { "/" } else { &self.path };
        write!(f, "{path}: {}", self.message)
    }
}

/// Why a backend refuses a whole action, beside what is wrong with single answers.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "reason", rename_all = "snake_case")]
pub enum Refusal {
    /// The call is not open at this moment.
    NotOpen {
        /// When the backend decided so, by its clock.
        at: Timestamp,
    },
    /// The application's status does not allow it.
    IllegalMove,
}
