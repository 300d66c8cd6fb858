//! Chance that can be repeated: every number follows from a seed, which is printed and can be set.

use std::time::{Duration, SystemTime, UNIX_EPOCH};

/// A source of numbers (SplitMix64).
#[derive(Clone, Debug)]
pub struct Seeded(u64);

impl Seeded {
    /// From `OPENCALL_SEED`, else another seed each time. Says which.
    pub fn new(test: &str) -> Self {
        let given = std::env::var("OPENCALL_SEED").ok().and_then(|seed| seed.parse().ok());
        let seed = given.unwrap_or_else(|| {
            let now = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
            u64::from(now.subsec_nanos())
        });
        println!("{test}: OPENCALL_SEED={seed}");
        Self(seed)
    }

    /// Another source, which goes its own way from here.
    pub fn branch(&mut self) -> Self {
        Self(self.number())
    }

    /// Any number.
    pub fn number(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        z ^ (z >> 31)
    }

    /// A number below `end`, which is not 0.
    pub fn below(&mut self, end: usize) -> usize {
        usize::try_from(self.number() % end as u64).unwrap_or(0)
    }

    /// A time below `end`, to the microsecond.
    pub fn wait_below(&mut self, end: Duration) -> Duration {
        let micros = u64::try_from(end.as_micros()).unwrap_or(u64::MAX).max(1);
        Duration::from_micros(self.number() % micros)
    }
}
