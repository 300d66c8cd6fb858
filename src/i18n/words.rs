//! The words of a language: a file that is fetched, so that nobody waits for those of another language.

use leptos::prelude::document;
use opencall_core::Locale;

use super::Messages;

/// Where the words of a language are.
#[derive(Clone, Copy, PartialEq)]
pub enum Words {
    /// Not asked for yet.
    Absent,
    /// On their way.
    Coming,
    /// Here.
    Here(&'static Messages),
    /// They could not be fetched, or were written for another build of the app.
    Missing,
}

/// Fetches the words of a language. They stay for as long as the page is open.
pub async fn load(locale: Locale) -> Words {
    let text = match address(locale) {
        Some(address) => crate::api::document(&address).await.ok().flatten(),
        None => None,
    };
    let messages = text.and_then(|text| Messages::read(Box::leak(text.into_boxed_str())));
    messages.map_or(Words::Missing, |messages| Words::Here(Box::leak(Box::new(messages))))
}

/// The address of a language's words: the page names it, by the hash of its content.
fn address(locale: Locale) -> Option<String> {
    let link = ["link[href*='/words/'][hreflang=", locale.tag(), "]"].concat();
    document().query_selector(&link).ok()??.get_attribute("href")
}
