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
#[cfg_attr(feature = "native", derive(schemars::JsonSchema))]
pub struct Localised(
    // Sorted, each language once. Two pairs are not worth a tree.
    #[cfg_attr(feature = "native", schemars(with = "std::collections::BTreeMap<Locale, String>"))] Vec<(Locale, String)>,
);

impl Localised {
    /// From pairs of language and text; of two texts in one language the later counts.
    pub fn new(texts: impl IntoIterator<Item = (Locale, String)>) -> Self {
        let mut sorted: Vec<(Locale, String)> = Vec::new();
        for (locale, text) in texts {
            match sorted.binary_search_by_key(&locale, |(known, _)| *known) {
                Ok(at) => sorted[at].1 = text,
                Err(at) => sorted.insert(at, (locale, text)),
            }
        }
        Self(sorted)
    }

    /// The text in `locale`, else in the first language there is, else nothing.
    pub fn get(&self, locale: Locale) -> &str {
        self.0
            .iter()
            .find(|(known, _)| *known == locale)
            .or_else(|| self.0.first())
            .map_or("", |(_, text)| text)
    }

    /// Whether there is a text in `locale`.
    pub fn has(&self, locale: Locale) -> bool {
        self.0.iter().any(|(known, _)| *known == locale)
    }
}

#[cfg(feature = "native")]
impl Serialize for Localised {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_map(self.0.iter().map(|(locale, text)| (locale, text)))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_the_primary_subtag_counts() {
        assert_eq!(Locale::from_tag("fr-CA"), Some(Locale::Fr));
        assert_eq!(Locale::from_tag("EN_gb"), Some(Locale::En));
        assert_eq!(Locale::from_tag("de"), None);
        assert_eq!(Locale::from_tag(""), None);
    }

    #[test]
    fn a_missing_language_falls_back_to_one_there_is() {
        let text = Localised::new([(Locale::Fr, String::from("Entreprise"))]);
        assert_eq!(text.get(Locale::En), "Entreprise");
        assert_eq!(Localised::default().get(Locale::En), "");
    }
}
