//! Where a call stands at a moment. Countdown, banner, buttons and backend all ask [`phase`];
//! nobody else compares a time with a deadline.

use serde::{Deserialize, Serialize};

use crate::time::Timestamp;

/// The dates of a call.
#[derive(Clone, Debug, PartialEq, Eq)]
#[cfg_attr(feature = "native", derive(Serialize, schemars::JsonSchema), serde(rename_all = "camelCase"))]
pub struct Schedule {
    /// Applications are accepted from this instant on.
    #[cfg_attr(feature = "native", schemars(with = "String"))]
    pub opens: Timestamp,
    /// The last instant at which an application is in time.
    #[cfg_attr(feature = "native", schemars(with = "String"))]
    pub deadline: Timestamp,
    /// The IANA zone in which the programme states its dates, such as `Europe/Paris`.
    pub zone: String,
    /// Minutes after the deadline in which what was sent before it may still arrive.
    pub grace_minutes: u32,
}

/// Where a call stands for one applicant.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
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
    /// Closed to new submissions; what was sent in time may still arrive.
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

impl Phase {
    /// Whether answers may be changed and applications submitted.
    pub const fn is_open(self) -> bool {
        matches!(self, Self::Open { .. } | Self::LastHour { .. })
    }

    /// The instant at which this phase ends; `None` for the last one.
    pub const fn ends(self) -> Option<Timestamp> {
        match self {
            Self::NotYetOpen { opens } => Some(opens),
            Self::Open { deadline } => Some(deadline.plus_millis(-LAST_HOUR_MILLIS)),
            Self::LastHour { deadline } => Some(deadline.plus_millis(1)),
            Self::Grace { until } => Some(until.plus_millis(1)),
            Self::Closed { .. } => None,
        }
    }
}

/// The length of the phase in which seconds are shown.
const LAST_HOUR_MILLIS: i64 = 60 * 60 * 1_000;

/// The phase of a call at `now`.
///
/// `extension` is a later deadline granted to this applicant; an earlier one has no effect.
/// The deadline belongs to the open time, as a person reads "until 23:59:59": the second itself counts
/// to its end, so with a deadline on a whole second everything before the next second is in time.
pub fn phase(schedule: &Schedule, extension: Option<Timestamp>, now: Timestamp) -> Phase {
    let deadline = extension.map_or(schedule.deadline, |later| later.max(schedule.deadline));
    // "until 23:59:59" includes that second.
    let last = if deadline.millis().rem_euclid(1_000) == 0 {
        deadline.plus_millis(999)
    } else {
        deadline
    };
    let until = last.plus_millis(i64::from(schedule.grace_minutes) * 60_000);
    if now < schedule.opens {
        Phase::NotYetOpen { opens: schedule.opens }
    } else if now <= last {
        if now.millis_until(last) <= LAST_HOUR_MILLIS {
            Phase::LastHour { deadline: last }
        } else {
            Phase::Open { deadline: last }
        }
    } else if now <= until {
        Phase::Grace { until }
    } else {
        Phase::Closed { since: deadline }
    }
}
