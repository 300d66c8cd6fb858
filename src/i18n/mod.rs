//! The reader's language: which one, and the words in it.
//!
//! - [`messages`]: every text of the app, by name; [`words`]: fetches them, one file a language.
//! - [`problems`]: what is wrong with an answer, in words; [`failures`]: what failed between app and backend.
//! - [`intl`]: dates, numbers and names of countries, from the browser.

pub mod failures;
pub mod intl;
pub mod messages;
pub mod problems;
#[cfg(test)]
#[path = "../../xtask/src/words.rs"]
pub mod source;
pub mod words;

use leptos::prelude::*;
use leptos::task::spawn_local;
use opencall_core::Locale;

use crate::ui::dom::later;
use crate::ui::kept::{Slot, slot};
pub use messages::Messages;
pub use words::Words;

/// Where the reader's choice of language is kept.
const STORED: &str = "opencall.lang";

/// The reader's language. A context.
#[derive(Clone, Copy)]
pub struct I18n {
    locale: Slot<Locale>,
    words: Slot<[Words; Locale::ALL.len()]>,
    /// What was switched to and cannot be shown yet.
    wanted: Slot<Option<Locale>>,
}

impl I18n {
    /// Chooses among a programme's languages: the one asked for in the address, else the one chosen
    /// before, else the first of the browser's that there is, else the programme's first. Its words are fetched from now on.
    pub fn start(locales: &[Locale], asked: Option<&str>) -> Self {
        let stored = storage().and_then(|storage| storage.get_item(STORED).ok().flatten());
        let browser = window()
            .navigator()
            .languages()
            .iter()
            .filter_map(|tag| tag.as_string())
            .collect::<Vec<_>>();
        let i18n = Self {
            locale: slot(choose(locales, asked, stored.as_deref(), &browser)),
            words: slot([Words::Absent; Locale::ALL.len()]),
            wanted: slot(None),
        };
        i18n.fetch(i18n.locale.get_untracked());
        if asked.and_then(Locale::from_tag) == Some(i18n.locale.get_untracked()) {
            i18n.remember();
        }
        later(move || mark_document(i18n.locale.get()));
        i18n
    }

    /// The language; reactive.
    pub fn locale(self) -> Locale {
        self.locale.get()
    }

    /// Changes the language and remembers it on this device; once its words are here.
    pub fn set(self, locale: Locale) {
        self.wanted.set(Some(locale));
        self.fetch(locale);
        self.switch();
    }

    /// The words in a language; reactive.
    pub fn words(self, locale: Locale) -> Words {
        self.words.with(|words| words[place(locale)])
    }

    /// The language that was switched to, but whose words could not be fetched; reactive.
    pub fn failed(self) -> Option<Locale> {
        self.wanted.get().filter(|locale| self.words(*locale) == Words::Missing)
    }

    /// Fetches the words of a language, unless they are here or on their way.
    pub fn fetch(self, locale: Locale) {
        let now = self.words.with_untracked(|words| words[place(locale)]);
        if matches!(now, Words::Coming | Words::Here(_)) {
            return;
        }
        self.put(locale, Words::Coming);
        spawn_local(async move {
            self.put(locale, words::load(locale).await);
            self.switch();
        });
    }

    fn put(self, locale: Locale, words: Words) {
        let mut all = self.words.get_untracked();
        all[place(locale)] = words;
        self.words.set(all);
    }

    /// Shows the language that is wanted, if its words are here.
    fn switch(self) {
        let Some(locale) = self.wanted.get_untracked() else { return };
        if matches!(self.words.get_untracked()[place(locale)], Words::Here(_)) {
            self.wanted.set(None);
            self.locale.set(locale);
            self.remember();
        }
    }

    fn remember(self) {
        if let Some(storage) = storage() {
            // Where storing is refused the choice lasts as long as the page.
            let _ = storage.set_item(STORED, self.locale.get_untracked().tag());
        }
    }
}

fn storage() -> Option<web_sys::Storage> {
    window().local_storage().ok().flatten()
}

/// The name of a language in itself.
pub const fn name(locale: Locale) -> &'static str {
    match locale {
        Locale::En => "English",
        Locale::Fr => "Français",
    }
}

/// Where a language stands among all.
const fn place(locale: Locale) -> usize {
    locale as usize
}

/// Tells assistive technology and hyphenation which language the page is in.
fn mark_document(locale: Locale) {
    if let Some(root) = document().document_element() {
        let _ = root.set_attribute("lang", locale.tag());
    }
}

/// The first wish that can be met.
fn choose(locales: &[Locale], asked: Option<&str>, stored: Option<&str>, browser: &[String]) -> Locale {
    let wishes = asked.into_iter().chain(stored).chain(browser.iter().map(String::as_str));
    let met = wishes.filter_map(Locale::from_tag).find(|locale| locales.contains(locale));
    met.or_else(|| locales.first().copied()).unwrap_or_default()
}

/// Fills the places of a template: `fill("{n} left", &[("n", "3")])` is `3 left`. A place nobody fills stays.
/// What is filled in is not looked at again.
pub fn fill(template: &str, pairs: &[(&str, &str)]) -> String {
    let mut out = String::with_capacity(template.len() + 16);
    let mut rest = template;
    while let Some(open) = rest.find('{') {
        out.push_str(&rest[..open]);
        rest = &rest[open..];
        let place = rest.find('}').and_then(|close| {
            let name = &rest[1..close];
            pairs.iter().find(|(key, _)| *key == name).map(|(_, value)| (close, *value))
        });
        if let Some((close, value)) = place {
            out.push_str(value);
            rest = &rest[close + 1..];
        } else {
            out.push('{');
            rest = &rest[1..];
        }
    }
    out.push_str(rest);
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn places_are_filled_and_what_fills_them_is_left_alone() {
        assert_eq!(fill("{n} of {max}", &[("n", "{max}"), ("max", "5")]), "{max} of 5");
        assert_eq!(fill("no place", &[("n", "1")]), "no place");
        assert_eq!(fill("{unknown} {", &[("n", "1")]), "{unknown} {");
        assert_eq!(fill("{a{n}", &[("n", "1")]), "{a1");
    }

    #[test]
    fn the_address_is_asked_before_the_stored_choice_and_that_before_the_browser() {
        use Locale::{En, Fr};
        let both = [En, Fr];
        let browser = ["de-DE".to_owned(), "fr-CA".to_owned()];
        assert_eq!(choose(&both, Some("fr"), Some("en"), &[]), Fr);
        assert_eq!(choose(&both, Some("de"), Some("en"), &browser), En);
        assert_eq!(choose(&both, None, None, &browser), Fr);
        assert_eq!(choose(&both, None, None, &[]), En);
        assert_eq!(choose(&[Fr], Some("en"), None, &[]), Fr);
        assert_eq!(choose(&[], None, None, &[]), En);
    }
}
