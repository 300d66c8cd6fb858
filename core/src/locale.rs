//! The languages a call is written in.

use serde::{Deserialize, Serialize};

/// A language that Opencall speaks.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "native", derive(schemars::JsonSchema))]
#[serde(rename_all = "lowercase")]
pub enum Locale {
    /// English.
    #[default]
    En,
    /// French.
    Fr,
}

impl Locale {
    /// Every language, in the order in which a switch offers them.
    pub const ALL: [Self; 2] = [Self::En, Self::Fr];

    /// The BCP 47 tag.
    pub const fn tag(self) -> &'static str {
        match self {
            Self::En => "en",
            Self::Fr => "fr",
        }
    }

    /// From a BCP 47 tag; only the primary language subtag counts (`fr-CA` is French).
    pub fn from_tag(tag: &str) -> Option<Self> {
        let primary = tag.split(['-', '_']).next().unwrap_or(tag);
        Self::ALL.into_iter().find(|locale| primary.eq_ignore_ascii_case(locale.tag()))
    }
}

/// A text in each of a programme's languages.
///
/// In a document: an object from language tag to text, `{"en": "Company", "fr": "Entreprise"}`.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
#[cfg_attr(feature = "native", derive(Serialize, schemars::JsonSchema), serde(transparent))]
pub struct Localised(
    #[cfg_attr(feature = "native", schemars(with = "std::collections::BTreeMap<Locale, String>"))]
    std::collections::BTreeMap<Locale, String>,
);

impl Localised {
    /// From pairs of language and text.
    pub fn new(texts: impl IntoIterator<Item = (Locale, String)>) -> Self {
        Self(texts.into_iter().collect())
    }

    /// The text in `locale`, else in the first language there is, else nothing.
    pub fn get(&self, locale: Locale) -> &str {
        self.0.get(&locale).or_else(|| self.0.values().next()).map_or("", String::as_str)
    }

    /// Whether there is a text in `locale`.
    pub fn has(&self, locale: Locale) -> bool {
        self.0.contains_key(&locale)
    }
}
