//! What stands in the way: of an application ([`Problem`]) and of a programme document ([`Fault`]).
//! Codes and parameters, never prose: words belong to the app's i18n.

use serde::de::Error as _;
use serde::{Deserialize, Deserializer, Serialize};
use serde_json::{Map, Value};

use crate::programme::FileType;

/// Why one answer cannot stand as it is.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "native", derive(schemars::JsonSchema))]
pub struct Problem {
    /// Which answer: a JSON Pointer (RFC 6901) into the answers, such as `/team/0/email`.
    pub pointer: String,
    /// What is wrong with it.
    #[serde(flatten)]
    pub code: Code,
}

/// What is wrong with an answer.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "native", derive(schemars::JsonSchema))]
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
        accept: Vec<FileType>,
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

/// By hand: what `derive` makes of an enum inside a flattened struct weighs 12 kB in the browser.
impl<'de> Deserialize<'de> for Problem {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let members = Map::deserialize(deserializer)?;
        let pointer = members.get("pointer").and_then(Value::as_str);
        let (Some(pointer), Some(code)) = (pointer, Code::read(&members)) else {
            return Err(D::Error::custom("not a problem: its pointer, its code or a parameter is missing"));
        };
        Ok(Self {
            pointer: pointer.to_owned(),
            code,
        })
    }
}

impl Code {
    /// From the members of a problem; `None` for a code that is not known or lacks a parameter.
    pub fn read(members: &Map<String, Value>) -> Option<Self> {
        let large = |name: &str| members.get(name)?.as_u64();
        let small = |name: &str| u32::try_from(large(name)?).ok();
        let tiny = |name: &str| u8::try_from(large(name)?).ok();
        let flag = |name: &str| members.get(name)?.as_bool();
        let text = |name: &str| Some(members.get(name)?.as_str()?.to_owned());
        let texts = |name: &str| -> Option<Vec<String>> {
            let list = members.get(name)?.as_array()?;
            list.iter().map(|text| text.as_str().map(str::to_owned)).collect()
        };
        let kinds = |name: &str| -> Option<Vec<FileType>> {
            let list = members.get(name)?.as_array()?;
            let kind = |text: &Value| FileType::ALL.into_iter().find(|kind| text.as_str() == Some(kind.extension()));
            list.iter().map(kind).collect()
        };
        Some(match members.get("code")?.as_str()? {
            "missing" => Self::Missing,
            "too_long" => Self::TooLong {
                max: small("max")?,
                over: small("over")?,
            },
            "control_characters" => Self::ControlCharacters,
            "wrong_shape" => Self::WrongShape,
            "siren_length" => Self::SirenLength,
            "siren_checksum" => Self::SirenChecksum,
            "not_email" => Self::NotEmail,
            "not_url" => Self::NotUrl,
            "host_not_allowed" => Self::HostNotAllowed { hosts: texts("hosts")? },
            "not_number" => Self::NotNumber,
            "not_whole" => Self::NotWhole,
            "too_precise" => Self::TooPrecise {
                decimals: tiny("decimals")?,
            },
            "too_small" => Self::TooSmall { min: text("min")? },
            "too_large" => Self::TooLarge { max: text("max")? },
            "unknown_currency" => Self::UnknownCurrency,
            "date_incomplete" => Self::DateIncomplete {
                day: flag("day")?,
                month: flag("month")?,
                year: flag("year")?,
            },
            "not_date" => Self::NotDate,
            "too_early" => Self::TooEarly {
                earliest: text("earliest")?,
            },
            "too_late" => Self::TooLate { latest: text("latest")? },
            "unknown_country" => Self::UnknownCountry,
            "unknown_choice" => Self::UnknownChoice,
            "too_few" => Self::TooFew { min: small("min")? },
            "too_many" => Self::TooMany { max: small("max")? },
            "consent_needed" => Self::ConsentNeeded,
            "consent_outdated" => Self::ConsentOutdated,
            "not_model" => Self::NotModel,
            "licence_missing" => Self::LicenceMissing,
            "use_missing" => Self::UseMissing,
            "file_too_big" => Self::FileTooBig {
                max_bytes: large("max_bytes")?,
            },
            "file_wrong_kind" => Self::FileWrongKind { accept: kinds("accept")? },
            "file_empty" => Self::FileEmpty,
            "file_damaged" => Self::FileDamaged,
            "file_unfinished" => Self::FileUnfinished,
            "file_unknown" => Self::FileUnknown,
            "unknown_field" => Self::UnknownField,
            _ => return None,
        })
    }
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
