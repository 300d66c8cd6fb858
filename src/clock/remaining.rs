//! What is left of a time, in parts, and when it is said aloud: pure.

/// A length of time in parts; all zero when nothing is left.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Remaining {
    /// Whole days.
    pub days: u32,
    /// Hours, 0 to 23.
    pub hours: u32,
    /// Minutes, 0 to 59.
    pub minutes: u32,
    /// Seconds, 0 to 59; to be shown in the last hour only ([`Remaining::shows_seconds`]).
    pub seconds: u32,
}

impl Remaining {
    /// Whether seconds matter: an hour or less is left.
    pub const fn shows_seconds(self) -> bool {
        self.days == 0 && (self.hours == 0 || (self.hours == 1 && self.minutes == 0 && self.seconds == 0))
    }

    /// Whether nothing is left.
    pub const fn is_over(self) -> bool {
        self.days == 0 && self.hours == 0 && self.minutes == 0 && self.seconds == 0
    }
}

/// The parts of `ms` milliseconds. A second begun counts as a second left: zero shows only when it is over.
pub const fn remaining(ms: i64) -> Remaining {
    if ms <= 0 {
        return Remaining {
            days: 0,
            hours: 0,
            minutes: 0,
            seconds: 0,
        };
    }
    let seconds = (ms as u64).div_ceil(1_000);
    let days = seconds / 86_400;
    let days = if days > u32::MAX as u64 { u32::MAX } else { days as u32 };
    Remaining {
        days,
        hours: (seconds / 3_600 % 24) as u32,
        minutes: (seconds / 60 % 60) as u32,
        seconds: (seconds % 60) as u32,
    }
}

/// What is left when the time is said aloud, in minutes, from the longest.
pub const ANNOUNCED_MINUTES: [i64; 5] = [24 * 60, 60, 15, 5, 1];

/// The announcement due when what is left went from `before` to `after` milliseconds: the last threshold
/// passed, in minutes. None on the first look (`before` is `None`), and none when time was added.
pub fn announcement(before: Option<i64>, after: i64) -> Option<i64> {
    let before = before?;
    if after <= 0 {
        return None;
    }
    ANNOUNCED_MINUTES.into_iter().rev().find(|minutes| {
        let threshold = minutes * 60_000;
        after <= threshold && threshold < before
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    const MINUTE: i64 = 60_000;

    #[test]
    fn time_is_taken_apart() {
        assert_eq!(
            remaining(90_061_000),
            Remaining {
                days: 1,
                hours: 1,
                minutes: 1,
                seconds: 1
            }
        );
        assert_eq!(remaining(i64::MAX).days, u32::MAX);
    }

    #[test]
    fn zero_shows_only_when_it_is_over() {
        assert!(!remaining(1).is_over());
        assert!(remaining(0).is_over());
        assert!(remaining(-5).is_over());
        assert!(remaining(i64::MIN).is_over());
    }

    #[test]
    fn seconds_show_in_the_last_hour_only() {
        assert!(remaining(60 * MINUTE).shows_seconds());
        assert!(!remaining(60 * MINUTE + 1).shows_seconds());
        assert!(remaining(1_000).shows_seconds());
        assert!(!remaining(25 * 60 * MINUTE).shows_seconds());
    }

    #[test]
    fn each_threshold_is_said_once_as_it_is_passed() {
        assert_eq!(announcement(Some(15 * MINUTE + 1), 15 * MINUTE), Some(15));
        assert_eq!(announcement(Some(15 * MINUTE), 15 * MINUTE - 1_000), None);
        assert_eq!(announcement(None, 10 * MINUTE), None);
    }

    #[test]
    fn after_sleeping_through_several_only_the_last_is_said() {
        assert_eq!(announcement(Some(30 * 60 * MINUTE), 4 * MINUTE), Some(5));
        assert_eq!(announcement(Some(30 * 60 * MINUTE), 0), None);
    }

    #[test]
    fn an_extension_is_no_announcement_of_its_own() {
        assert_eq!(announcement(Some(2 * MINUTE), 62 * MINUTE), None);
    }
}
