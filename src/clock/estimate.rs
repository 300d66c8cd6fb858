//! From exchanges with the backend to the time now: pure.
//!
//! The base is the browser's monotonic clock, so that nothing changes when somebody sets the device's clock.

/// One question to the backend for its time. All in milliseconds.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Exchange {
    /// When it was sent, by the monotonic clock.
    pub sent: f64,
    /// When the answer came, by the monotonic clock.
    pub received: f64,
    /// The backend's time in the answer, since the Unix epoch.
    pub server: f64,
}

/// What is believed about the backend's clock.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Estimate {
    /// The backend's time less the monotonic time.
    pub offset: f64,
    /// How far off it can be, either way.
    pub error: f64,
    /// When it was made, by the monotonic clock.
    pub at: f64,
}

/// How far off a `Date` can be by itself, in ms: it has whole seconds, and the middle of one is taken.
const HALF_A_SECOND_MS: f64 = 500.0;

/// A better answer replaces a worse one; after this long any does, since clocks drift.
const STALE_MS: f64 = 10.0 * 60_000.0;

impl Exchange {
    /// The backend looked at its clock somewhere between; the middle is at most half the round trip off.
    pub fn estimate(self) -> Estimate {
        let round_trip = (self.received - self.sent).max(0.0);
        Estimate {
            offset: self.server + round_trip / 2.0 - self.received,
            error: round_trip / 2.0,
            at: self.received,
        }
    }

    /// The same where `server` is the beginning of the second that the backend's clock was in.
    pub fn estimate_by_second(self) -> Estimate {
        let told = self.estimate();
        Estimate {
            offset: told.offset + HALF_A_SECOND_MS,
            error: told.error + HALF_A_SECOND_MS,
            ..told
        }
    }
}

/// Which of two to believe.
pub fn better(old: Option<Estimate>, new: Estimate) -> Estimate {
    match old {
        // The smallest round trip wins, unless the two cannot both be right: then a clock has been changed.
        Some(old) if new.at - old.at < STALE_MS && old.error <= new.error && (old.offset - new.offset).abs() <= old.error + new.error => {
            old
        }
        _ => new,
    }
}

/// How far the device's clock and the monotonic one have parted since `base` (device less monotonic, then).
/// A jump forward is sleep, which some monotonic clocks do not count, or somebody setting the clock.
pub fn parted(base: f64, device: f64, monotonic: f64) -> f64 {
    device - monotonic - base
}

/// A parting beyond this many milliseconds calls for a new exchange.
pub const PARTED_MS: f64 = 2_000.0;

/// The estimate to go on with until the new exchange is answered. After a jump forward the device's clock is
/// followed: if it was sleep that is right, and if not the deadline only seems nearer than it is, for a moment.
/// A jump back is ignored: time does not run back.
pub fn after_parting(estimate: Estimate, parted: f64) -> Estimate {
    if parted > 0.0 {
        Estimate {
            offset: estimate.offset + parted,
            ..estimate
        }
    } else {
        estimate
    }
}

/// How wrong the device's clock is, in whole seconds, positive when it is ahead; `None` up to a minute, which
/// nobody needs to hear of.
pub fn device_error(device: f64, server: f64) -> Option<i64> {
    let seconds = ((device - server) / 1_000.0).round() as i64;
    (seconds.abs() > 60).then_some(seconds)
}

#[cfg(test)]
mod tests {
    #![allow(clippy::float_cmp)]
    use super::*;

    const SERVER: f64 = 1_700_000_000_000.0;

    fn exchange(sent: f64, round_trip: f64, offset: f64) -> Estimate {
        Exchange {
            sent,
            received: sent + round_trip,
            server: sent + round_trip / 2.0 + offset,
        }
        .estimate()
    }

    #[test]
    fn the_middle_of_the_round_trip_is_taken() {
        let estimate = Exchange {
            sent: 100.0,
            received: 300.0,
            server: SERVER,
        }
        .estimate();
        assert_eq!(
            estimate,
            Estimate {
                offset: SERVER - 200.0,
                error: 100.0,
                at: 300.0
            }
        );
    }

    #[test]
    fn a_date_is_half_a_second_less_sure() {
        let estimate = Exchange {
            sent: 100.0,
            received: 300.0,
            server: SERVER,
        }
        .estimate_by_second();
        assert_eq!((estimate.offset, estimate.error), (SERVER + 500.0 - 200.0, 600.0));
    }

    #[test]
    fn the_smallest_round_trip_wins() {
        let quick = exchange(0.0, 20.0, SERVER);
        let slow = exchange(1_000.0, 900.0, SERVER + 100.0);
        assert_eq!(better(Some(quick), slow), quick);
        assert_eq!(better(Some(slow), quick), quick);
    }

    #[test]
    fn an_answer_that_contradicts_the_old_one_replaces_it() {
        let quick = exchange(0.0, 20.0, SERVER);
        let slow = exchange(1_000.0, 900.0, SERVER + 60_000.0);
        assert_eq!(better(Some(quick), slow), slow);
    }

    #[test]
    fn an_old_answer_gives_way_to_any_new_one() {
        let quick = exchange(0.0, 20.0, SERVER);
        let slow = exchange(STALE_MS + 100.0, 900.0, SERVER);
        assert_eq!(better(Some(quick), slow), slow);
    }

    #[test]
    fn sleep_is_followed_and_a_clock_set_back_is_not() {
        let estimate = exchange(0.0, 20.0, SERVER);
        let slept = parted(SERVER, SERVER + 3_600_000.0 + 5_000.0, 5_000.0);
        assert_eq!(slept, 3_600_000.0);
        assert_eq!(after_parting(estimate, slept).offset, estimate.offset + 3_600_000.0);
        assert_eq!(after_parting(estimate, -3_600_000.0), estimate);
    }

    #[test]
    fn a_device_within_a_minute_is_right_enough() {
        assert_eq!(device_error(SERVER + 60_000.0, SERVER), None);
        assert_eq!(device_error(SERVER + 61_000.0, SERVER), Some(61));
        assert_eq!(device_error(SERVER - 7_200_000.0, SERVER), Some(-7_200));
    }
}
