//! What failed between app and backend, in words with a way on.

use opencall_core::Locale;
use opencall_core::contract::problem_type;

use super::fill;
use super::messages::{Messages, plural};
use crate::api::ApiError;

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
        ApiError::Contract { at } => fill(t.api_contract, &[("at", at)]),
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
                None => fill(t.api_other, &[("title", &details.title)]),
            }
        }
    }
}
