//! What is repeated, and when: pure.

use opencall_core::contract::problem_type;

use super::error::ApiError;

/// How often, and how long between.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Policy {
    /// The most times a request is sent.
    pub attempts: u32,
    /// The longest pause before the second attempt, in ms; doubles with each one.
    pub base_ms: u32,
    /// The longest pause at all, in ms.
    pub cap_ms: u32,
    /// The longest `Retry-After` that is sat out within the call, in seconds; a longer one is for the person to see.
    pub patience_s: u32,
}

impl Policy {
    /// For calls that may be repeated.
    pub const REPEAT: Self = Self {
        attempts: 4,
        base_ms: 400,
        cap_ms: 4_000,
        patience_s: 5,
    };
    /// For a seal: small, and worth more than a pause.
    pub const INSIST: Self = Self {
        attempts: 8,
        cap_ms: 2_000,
        ..Self::REPEAT
    };
    /// For calls that may not.
    pub const ONCE: Self = Self {
        attempts: 1,
        base_ms: 0,
        cap_ms: 0,
        patience_s: 0,
    };

    /// Milliseconds to wait before sending again after attempt number `attempt` (from 1) failed; `None`
    /// to give up. Full jitter: anything from nothing to the longest pause, so that a crowd that failed
    /// together does not come back together. `random` is from 0 up to 1.
    pub fn pause(self, attempt: u32, error: &ApiError, retry_after_s: Option<u32>, random: f64) -> Option<u32> {
        // A backend that is still at the first one is there, and will have the answer.
        let most = if error.is(problem_type::KEY_RUNNING) {
            self.attempts.saturating_mul(3)
        } else {
            self.attempts
        };
        if attempt >= most || self.attempts == 1 || !is_repeatable(error) {
            return None;
        }
        let jitter = backoff(self.base_ms, self.cap_ms, attempt, random);
        match retry_after_s {
            Some(s) if s > self.patience_s => None,
            Some(s) => Some(s * 1_000 + jitter),
            None => Some(jitter),
        }
    }
}

/// Full jitter: from nothing to `base · 2^(attempt-1)`, at most `cap`.
pub fn backoff(base_ms: u32, cap_ms: u32, attempt: u32, random: f64) -> u32 {
    let longest = base_ms.saturating_mul(1 << attempt.saturating_sub(1).min(16)).min(cap_ms);
    (f64::from(longest) * random) as u32
}

/// Whether sending again at once may help. A reply that breaks the contract will do so again, and a network's page stays until
/// somebody signs in there.
fn is_repeatable(error: &ApiError) -> bool {
    !matches!(error, ApiError::Contract { .. } | ApiError::Captive) && error.is_passing()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pauses_double_up_to_the_longest_and_are_spread_over_all_of_it() {
        let pause = |attempt, random| {
            Policy {
                attempts: 9,
                ..Policy::REPEAT
            }
            .pause(attempt, &ApiError::Offline, None, random)
        };
        assert_eq!(pause(1, 0.0), Some(0));
        assert_eq!(pause(1, 0.5), Some(200));
        assert_eq!(pause(2, 0.5), Some(400));
        assert_eq!(pause(3, 0.5), Some(800));
        assert_eq!(pause(8, 0.5), Some(2_000));
    }

    #[test]
    fn it_gives_up_after_the_last_attempt() {
        assert_eq!(Policy::REPEAT.pause(4, &ApiError::Timeout, None, 0.5), None);
        assert_eq!(Policy::ONCE.pause(1, &ApiError::Offline, None, 0.5), None);
        let running = ApiError::problem(409, problem_type::KEY_RUNNING);
        assert!(
            Policy::REPEAT.pause(11, &running, Some(1), 0.5).is_some(),
            "still at work is no failure"
        );
        assert_eq!(Policy::REPEAT.pause(12, &running, Some(1), 0.5), None);
        assert_eq!(Policy::ONCE.pause(1, &running, Some(1), 0.5), None);
    }

    #[test]
    fn only_what_may_pass_is_repeated() {
        let again = |error: &ApiError| Policy::REPEAT.pause(1, error, None, 0.5).is_some();
        assert!(again(&ApiError::Offline));
        assert!(again(&ApiError::problem(500, problem_type::INTERNAL)));
        assert!(again(&ApiError::problem(503, problem_type::STORAGE)));
        assert!(again(&ApiError::problem(409, problem_type::KEY_RUNNING)));
        assert!(!again(&ApiError::problem(422, problem_type::ANSWERS)));
        assert!(!again(&ApiError::problem(403, problem_type::NOT_OPEN)));
        assert!(!again(&ApiError::Conflict { version: None }));
        assert!(!again(&ApiError::shape(String::new())));
        assert!(!again(&ApiError::Captive));
    }

    #[test]
    fn a_short_retry_after_is_sat_out_and_a_long_one_is_shown() {
        let limited = ApiError::RateLimited { retry_after_s: Some(3) };
        assert_eq!(Policy::REPEAT.pause(1, &limited, Some(3), 0.5), Some(3_200));
        assert_eq!(Policy::REPEAT.pause(1, &limited, Some(60), 0.5), None);
    }

    #[test]
    fn many_attempts_do_not_overflow() {
        assert!(backoff(400, 60_000, u32::MAX, 0.99) < 60_000);
    }
}
