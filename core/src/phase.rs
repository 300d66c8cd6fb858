//! Where a call stands at a moment, and what may be done then. Countdown, banner, buttons and backend all ask [`phase`]
//! and [`Phase::allows`]; nobody else compares a time with a deadline.

use serde::{Deserialize, Serialize};

use crate::time::Timestamp;

/// The dates of a call.
#[derive(Clone, Debug, PartialEq, Eq)]
#[cfg_attr(
    feature = "native",
    derive(Serialize, schemars::JsonSchema),
    serde(rename_all = "camelCase", deny_unknown_fields)
)]
pub struct Schedule {
    /// Applications are accepted from this instant on.
    #[cfg_attr(feature = "native", schemars(with = "String", extend("format" = "date-time")))]
    pub opens: Timestamp,
    /// The last instant at which an application is in time.
    #[cfg_attr(feature = "native", schemars(with = "String", extend("format" = "date-time")))]
    pub deadline: Timestamp,
    /// The IANA zone in which the programme states its dates, such as `Europe/Paris`.
    pub zone: String,
    /// Minutes after the deadline in which what was sent before it may still arrive.
    pub grace_minutes: u32,
}

/// Where a call stands for one applicant.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "native", derive(schemars::JsonSchema))]
#[serde(tag = "phase", rename_all = "snake_case")]
pub enum Phase {
    /// Before the opening.
    NotYetOpen {
        /// When it opens.
        opens: Timestamp,
    },
    /// Open, with more than an hour left.
    Open {
        /// The deadline in force, an extension included.
        deadline: Timestamp,
    },
    /// Open, with an hour or less left.
    LastHour {
        /// The deadline in force, an extension included.
        deadline: Timestamp,
    },
    /// Closed to anything new; what was sealed in time may still arrive.
    Grace {
        /// The last instant of the grace.
        until: Timestamp,
    },
    /// Closed.
    Closed {
        /// The deadline that was in force.
        since: Timestamp,
    },
}

/// What an applicant may do. Reading, exporting, withdrawing, erasing and replacing the link are always allowed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Allowed {
    /// Nothing new.
    Nothing,
    /// What was sealed before the deadline may still arrive: answers and files may be sent, and submitted if they are what
    /// the seal says. Nothing may be begun or sealed.
    WhatWasSealed {
        /// The last instant for it.
        until: Timestamp,
    },
    /// Everything: begin, save, upload, seal, submit.
    Everything {
        /// The deadline in force, an extension included.
        deadline: Timestamp,
    },
}

impl Phase {
    /// What may be done in this phase by somebody who has a seal from before the deadline, or has none.
    pub const fn allows(self, has_seal: bool) -> Allowed {
        match self {
            Self::Open { deadline } | Self::LastHour { deadline } => Allowed::Everything { deadline },
            Self::Grace { until } if has_seal => Allowed::WhatWasSealed { until },
            Self::Grace { .. } | Self::NotYetOpen { .. } | Self::Closed { .. } => Allowed::Nothing,
        }
    }

    /// Whether everything is allowed.
    pub const fn is_open(self) -> bool {
        matches!(self.allows(false), Allowed::Everything { .. })
    }

    /// The first instant of the next phase; `None` for the last one.
    pub const fn ends(self) -> Option<Timestamp> {
        match self {
            Self::NotYetOpen { opens } => Some(opens),
            Self::Open { deadline } => Some(first_late(deadline).plus_millis(-LAST_HOUR_MILLIS)),
            Self::LastHour { deadline } => Some(first_late(deadline)),
            Self::Grace { until } => Some(first_late(until)),
            Self::Closed { .. } => None,
        }
    }

    /// The first instant at which a submission is late: where a countdown shows zero. `None` unless open.
    pub const fn closes(self) -> Option<Timestamp> {
        match self {
            Self::Open { deadline } | Self::LastHour { deadline } => Some(first_late(deadline)),
            _ => None,
        }
    }
}

impl Schedule {
    /// The deadline for an applicant: the later of the call's and of the one granted.
    pub fn deadline_for(&self, extension: Option<Timestamp>) -> Timestamp {
        extension.map_or(self.deadline, |later| later.max(self.deadline))
    }

    /// The last instant at which what was sealed before that deadline may arrive.
    pub fn grace_for(&self, extension: Option<Timestamp>) -> Timestamp {
        self.deadline_for(extension).plus_millis(i64::from(self.grace_minutes) * 60_000)
    }
}

/// The length of the phase in which seconds are shown.
const LAST_HOUR_MILLIS: i64 = 60 * 60 * 1_000;

/// The phase of a call at `now`.
///
/// `extension` is a later deadline granted to this applicant; an earlier one has no effect.
/// A deadline is part of the time it ends, as people read "until 23:59:59": on a whole second that second
/// counts to its end, and 00:00:00 is late.
pub fn phase(schedule: &Schedule, extension: Option<Timestamp>, now: Timestamp) -> Phase {
    let deadline = schedule.deadline_for(extension);
    let until = schedule.grace_for(extension);
    let late = first_late(deadline);
    if now < schedule.opens {
        Phase::NotYetOpen { opens: schedule.opens }
    } else if now < late.plus_millis(-LAST_HOUR_MILLIS) {
        Phase::Open { deadline }
    } else if now < late {
        Phase::LastHour { deadline }
    } else if now < first_late(until) {
        Phase::Grace { until }
    } else {
        Phase::Closed { since: deadline }
    }
}

/// The first instant that is no longer "until `deadline`".
const fn first_late(deadline: Timestamp) -> Timestamp {
    deadline.plus_millis(if deadline.millis().rem_euclid(1_000) == 0 { 1_000 } else { 1 })
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn at(text: &str) -> Timestamp {
        Timestamp::parse(text).unwrap()
    }

    fn schedule() -> Schedule {
        Schedule {
            opens: at("2023-11-08T09:00:00+01:00"),
            deadline: at("2023-12-01T23:59:59+01:00"),
            zone: String::from("Europe/Paris"),
            grace_minutes: 15,
        }
    }

    #[test]
    fn each_phase_begins_on_its_second() {
        let (opens, deadline, until) = (at("2023-11-08T08:00:00Z"), at("2023-12-01T22:59:59Z"), at("2023-12-01T23:14:59Z"));
        for (now, expected) in [
            ("2023-11-08T07:59:59.999Z", Phase::NotYetOpen { opens }),
            ("2023-11-08T08:00:00Z", Phase::Open { deadline }),
            ("2023-12-01T21:59:59.999Z", Phase::Open { deadline }),
            ("2023-12-01T22:00:00Z", Phase::LastHour { deadline }),
            ("2023-12-01T22:59:59.999Z", Phase::LastHour { deadline }),
            ("2023-12-01T23:00:00Z", Phase::Grace { until }),
            ("2023-12-01T23:14:59.999Z", Phase::Grace { until }),
            ("2023-12-01T23:15:00Z", Phase::Closed { since: deadline }),
        ] {
            assert_eq!(phase(&schedule(), None, at(now)), expected, "{now}");
        }
    }

    #[test]
    fn the_countdown_ends_where_lateness_begins() {
        let open = phase(&schedule(), None, at("2023-12-01T22:30:00Z"));
        assert_eq!(open.closes(), Some(at("2023-12-01T23:00:00Z")));
        assert_eq!(phase(&schedule(), None, at("2023-12-01T23:00:00Z")).closes(), None);
    }

    #[test]
    fn in_the_grace_only_what_was_sealed_may_arrive() {
        let (deadline, until) = (at("2023-12-01T22:59:59Z"), at("2023-12-01T23:14:59Z"));
        for (now, without, with) in [
            ("2023-11-08T07:59:59.999Z", Allowed::Nothing, Allowed::Nothing),
            (
                "2023-11-08T08:00:00Z",
                Allowed::Everything { deadline },
                Allowed::Everything { deadline },
            ),
            (
                "2023-12-01T22:59:59.999Z",
                Allowed::Everything { deadline },
                Allowed::Everything { deadline },
            ),
            ("2023-12-01T23:00:00Z", Allowed::Nothing, Allowed::WhatWasSealed { until }),
            ("2023-12-01T23:14:59.999Z", Allowed::Nothing, Allowed::WhatWasSealed { until }),
            ("2023-12-01T23:15:00Z", Allowed::Nothing, Allowed::Nothing),
        ] {
            let phase = phase(&schedule(), None, at(now));
            assert_eq!((phase.allows(false), phase.allows(true)), (without, with), "{now}");
        }
    }

    #[test]
    fn without_a_grace_closed_follows_open() {
        let strict = Schedule {
            grace_minutes: 0,
            ..schedule()
        };
        assert!(phase(&strict, None, at("2023-12-01T22:59:59.999Z")).is_open());
        assert_eq!(
            phase(&strict, None, at("2023-12-01T23:00:00Z")),
            Phase::Closed { since: strict.deadline }
        );
    }

    #[test]
    fn a_deadline_within_a_second_counts_to_the_millisecond() {
        let odd = Schedule {
            deadline: at("2023-12-01T22:59:59.5Z"),
            ..schedule()
        };
        assert!(phase(&odd, None, at("2023-12-01T22:59:59.5Z")).is_open());
        assert!(!phase(&odd, None, at("2023-12-01T22:59:59.501Z")).is_open());
    }

    fn rank(phase: Phase) -> u8 {
        match phase {
            Phase::NotYetOpen { .. } => 0,
            Phase::Open { .. } => 1,
            Phase::LastHour { .. } => 2,
            Phase::Grace { .. } => 3,
            Phase::Closed { .. } => 4,
        }
    }

    prop_compose! {
        fn schedules()(opens in -10_000_000_i64..10_000_000, length in 1_i64..20_000_000, grace_minutes in 0_u32..600) -> Schedule {
            let opens = Timestamp::from_millis(opens);
            Schedule { opens, deadline: opens.plus_millis(length), zone: String::from("UTC"), grace_minutes }
        }
    }

    proptest! {
        #[test]
        fn phases_follow_one_another(schedule in schedules(), a in -20_000_000_i64..80_000_000, b in -20_000_000_i64..80_000_000) {
            let (earlier, later) = (Timestamp::from_millis(a.min(b)), Timestamp::from_millis(a.max(b)));
            prop_assert!(rank(phase(&schedule, None, earlier)) <= rank(phase(&schedule, None, later)));
        }

        #[test]
        fn a_phase_ends_at_the_first_instant_of_the_next(schedule in schedules(), now in -20_000_000_i64..80_000_000) {
            let now = Timestamp::from_millis(now);
            let current = phase(&schedule, None, now);
            match current.ends() {
                Some(end) => {
                    prop_assert!(end > now);
                    prop_assert_eq!(phase(&schedule, None, end.plus_millis(-1)), current);
                    prop_assert!(rank(phase(&schedule, None, end)) > rank(current));
                }
                None => prop_assert_eq!(rank(current), 4),
            }
        }

        #[test]
        fn an_extension_never_shortens(schedule in schedules(), extension in any::<i64>(), now in -20_000_000_i64..80_000_000) {
            let now = Timestamp::from_millis(now);
            let extended = phase(&schedule, Some(Timestamp::from_millis(extension)), now);
            prop_assert!(rank(extended) <= rank(phase(&schedule, None, now)));
        }

        #[test]
        fn no_instant_overflows(schedule in schedules(), now in any::<i64>(), extension in any::<Option<i64>>()) {
            let _ = phase(&schedule, extension.map(Timestamp::from_millis), Timestamp::from_millis(now)).ends();
        }
    }
}
