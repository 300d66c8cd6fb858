//! What failed between app and backend, in words with a way on.

use opencall_core::Locale;
use opencall_core::contract::problem_type;

use super::fill;
use super::messages::{Messages, plural};
use crate::api::{ApiError, Breach};

/// The words for a failed call.
pub fn words(t: &'static Messages, locale: Locale, error: &ApiError) -> String {
    match error {
        ApiError::Offline => t.api_offline.to_owned(),
        ApiError::Timeout => t.api_timeout.to_owned(),
        ApiError::Conflict { .. } => t.api_conflict.to_owned(),
        ApiError::RateLimited { retry_after_s } => {
            let seconds = retry_after_s.unwrap_or(10).max(1) as usize;
            fill(t.api_busy, &[("seconds", &plural(t.seconds, locale, seconds))])
        }
        ApiError::Captive => t.api_captive.to_owned(),
        ApiError::Contract { breach, at } => {
            let words = match breach {
                Breach::Shape => t.api_contract,
                Breach::Cut => t.api_cut,
                Breach::TooLong => t.api_long,
                Breach::TooDeep => t.api_deep,
                Breach::Garbled => t.api_garbled,
                Breach::Header => t.api_header,
                Breach::UnknownCall => t.api_unknown_call,
            };
            fill(words, &[("at", at)])
        }
        ApiError::Problem(details) => {
            let known = [
                (problem_type::NOT_OPEN, t.api_not_open),
                (problem_type::ILLEGAL_MOVE, t.api_move),
                (problem_type::UNKNOWN_TOKEN, t.api_token),
                (problem_type::STORAGE, t.api_storage),
                (problem_type::TOO_LARGE, t.api_too_large),
                (problem_type::ANSWERS, t.api_answers),
                (problem_type::CHANGED, t.api_conflict),
            ];
            match known.into_iter().find(|(kind, _)| error.is(kind)) {
                Some((_, text)) => text.to_owned(),
                None if details.title.is_empty() => fill(t.api_down, &[("status", &details.status.to_string())]),
                None => fill(t.api_other, &[("title", &details.title)]),
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::i18n::messages;

    #[test]
    fn every_failure_has_words_of_its_own_in_both_languages() {
        let breach = |breach| ApiError::Contract {
            breach,
            at: "GET /x".to_owned(),
        };
        let errors = [
            ApiError::Offline,
            ApiError::Timeout,
            ApiError::Conflict { version: None },
            ApiError::RateLimited { retry_after_s: None },
            ApiError::Captive,
            breach(Breach::Shape),
            breach(Breach::Cut),
            breach(Breach::TooLong),
            breach(Breach::TooDeep),
            breach(Breach::Garbled),
            breach(Breach::Header),
            breach(Breach::UnknownCall),
            ApiError::problem(502, "about:blank"),
            ApiError::problem(503, problem_type::STORAGE),
        ];
        let said = Locale::ALL.map(|locale| errors.each_ref().map(|error| words(messages::of(locale), locale, error)));
        let mut all: Vec<_> = said.concat();
        assert!(all.iter().all(|words| words.len() > 20 && !words.contains('{')), "{all:?}");
        all.sort();
        all.dedup();
        assert_eq!(all.len(), errors.len() * Locale::ALL.len());
    }
}
