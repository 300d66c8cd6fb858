//! How many requests are taken from one client: by address where there is no application yet, by application where there is.

use std::net::IpAddr;
use std::num::NonZeroU32;
use std::time::Duration;

use governor::clock::{Clock as _, DefaultClock};
use governor::{DefaultKeyedRateLimiter, Quota, RateLimiter};

use crate::api::problem::Failure;
use crate::token::TokenHash;

/// What is counted by itself.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// A seal.
    Seal,
    /// A sign of life.
    Presence,
    /// Everything else.
    Other,
}

/// The limits of one process.
#[derive(Debug)]
pub struct Limits(Option<Buckets>);

#[derive(Debug)]
struct Buckets {
    applications: DefaultKeyedRateLimiter<TokenHash>,
    seals: DefaultKeyedRateLimiter<TokenHash>,
    presence: DefaultKeyedRateLimiter<TokenHash>,
    addresses: DefaultKeyedRateLimiter<IpAddr>,
    clock: DefaultClock,
}

impl Limits {
    /// `per_minute` requests for one application, beside them a tenth of it for seals and a fifth for signs of life, and a tenth
    /// of it for one address where there is no application; none for 0.
    pub fn per_minute(per_minute: u32) -> Self {
        let Some(applications) = NonZeroU32::new(per_minute) else {
            return Self(None);
        };
        let tenth = NonZeroU32::new(per_minute.div_ceil(10)).unwrap_or(NonZeroU32::MIN);
        let fifth = NonZeroU32::new(per_minute.div_ceil(5)).unwrap_or(NonZeroU32::MIN);
        Self(Some(Buckets {
            applications: RateLimiter::keyed(Quota::per_minute(applications)),
            seals: RateLimiter::keyed(Quota::per_minute(tenth)),
            presence: RateLimiter::keyed(Quota::per_minute(fifth)),
            addresses: RateLimiter::keyed(Quota::per_minute(tenth)),
            clock: DefaultClock::default(),
        }))
    }

    /// Counts a request for an application, each kind for itself: however much is saved and uploaded, a seal is taken.
    ///
    /// # Errors
    /// 429 with when to come back.
    pub fn application(&self, token: &TokenHash, kind: Kind) -> Result<(), Failure> {
        let Some(buckets) = &self.0 else { return Ok(()) };
        let limiter = match kind {
            Kind::Seal => &buckets.seals,
            Kind::Presence => &buckets.presence,
            Kind::Other => &buckets.applications,
        };
        limiter
            .check_key(token)
            .map_err(|until| limited(until.wait_time_from(buckets.clock.now())))
    }

    /// Counts a request that begins an application, or that guesses at a token.
    ///
    /// # Errors
    /// 429 with when to come back.
    pub fn address(&self, address: IpAddr) -> Result<(), Failure> {
        let Some(buckets) = &self.0 else { return Ok(()) };
        buckets
            .addresses
            .check_key(&network(address))
            .map_err(|until| limited(until.wait_time_from(buckets.clock.now())))
    }

    /// Forgets who has not been here for a while.
    pub fn forget_idle(&self) {
        if let Some(buckets) = &self.0 {
            buckets.applications.retain_recent();
            buckets.seals.retain_recent();
            buckets.presence.retain_recent();
            buckets.addresses.retain_recent();
        }
    }
}

/// One subscriber of IPv6 has a whole /64.
fn network(address: IpAddr) -> IpAddr {
    match address.to_canonical() {
        IpAddr::V6(v6) => {
            let [a, b, c, d, ..] = v6.segments();
            IpAddr::from([a, b, c, d, 0, 0, 0, 0])
        }
        v4 @ IpAddr::V4(_) => v4,
    }
}

fn limited(wait: Duration) -> Failure {
    Failure::too_many(wait.as_secs() + 1)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses_are_limited_by_network() {
        let limits = Limits::per_minute(10);
        assert!(limits.address("2001:db8::1".parse().expect("an address")).is_ok());
        let refused = limits
            .address("2001:db8::2".parse().expect("an address"))
            .expect_err("same network");
        assert_eq!(refused.status(), 429);
        assert!(limits.address("2001:db8:0:1::1".parse().expect("an address")).is_ok());
    }

    #[test]
    fn zero_turns_the_limits_off() {
        let limits = Limits::per_minute(0);
        for _ in 0..1_000 {
            assert!(limits.address(IpAddr::from([127, 0, 0, 1])).is_ok());
        }
    }
}
