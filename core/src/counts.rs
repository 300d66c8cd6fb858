//! What a partner may be told of the applications that came by its pages: how many, and never of fewer than five people.
//!
//! Hiding small figures is not enough, as figures can be subtracted from one another: two of a day's, a total and its parts, what is
//! said today and what was said yesterday. So only whole days are counted, and they are pooled from the first one on: a period ends
//! with the first day on which it has five, what has come since the last period is not told yet, and a total is the sum of its periods.
//! Whatever is said later only adds periods; every difference is a sum of periods, each of five or more.

use std::collections::BTreeMap;

/// The fewest that are ever told.
pub const FEWEST: u64 = 5;
/// The most that wait for a period to be full.
const WAITING: u64 = FEWEST - 1;

/// How many a day; days are counted from the Unix epoch, in UTC.
pub type Days = BTreeMap<i64, u64>;

/// Days that are told as one.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Period {
    /// The first day; none where it goes back to the beginning. It is the day after the period before, not one that had something.
    pub first: Option<i64>,
    /// The last day.
    pub last: i64,
    /// How many, [`FEWEST`] or more.
    pub count: u64,
}

/// What may be told.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash)]
pub struct Told {
    /// How many were begun, up to four too few; none where that would say too much.
    pub begun: Option<u64>,
    /// How many were submitted, up to four too few: the sum of the periods. None below [`FEWEST`], nobody included.
    pub submitted: Option<u64>,
    /// When they were submitted.
    pub periods: Vec<Period>,
}

/// What may be told at the end of a day of what was begun and submitted on each day up to it; later days are left out.
///
/// Nothing was submitted that was not begun. Where the figures of both were close, that would narrow down what waits: `begun` is told
/// only where it exceeds `submitted` by what may wait and five more.
pub fn told(begun: &Days, submitted: &Days, last: i64) -> Told {
    let periods = pooled(submitted, last);
    let sum = |periods: &[Period]| periods.iter().map(|period| period.count).sum::<u64>();
    let submitted = sum(&periods);
    let begun = sum(&pooled(begun, last));
    Told {
        begun: Some(begun).filter(|begun| *begun >= submitted + FEWEST + WAITING),
        submitted: Some(submitted).filter(|submitted| *submitted > 0),
        periods,
    }
}

fn pooled(days: &Days, last: i64) -> Vec<Period> {
    let mut periods = Vec::new();
    let (mut first, mut count) = (None, 0);
    for (&day, &more) in days.range(..=last) {
        count += more;
        if count >= FEWEST {
            periods.push(Period { first, last: day, count });
            (first, count) = (Some(day + 1), 0);
        }
    }
    periods
}

#[cfg(test)]
mod tests {
    use std::collections::HashMap;

    use super::*;

    fn days(counts: &[u64]) -> Days {
        (0..).zip(counts.iter().copied()).collect()
    }

    #[test]
    fn days_are_pooled_until_there_are_five_and_the_rest_waits() {
        let submitted = days(&[2, 0, 4, 7, 1, 3]);
        let told = told(&days(&[30]), &submitted, 5);
        let period = |first, last, count| Period { first, last, count };
        assert_eq!(told.periods, [period(None, 2, 6), period(Some(3), 3, 7)]);
        assert_eq!(told.submitted, Some(13));
        assert_eq!(told.begun, Some(30));
    }

    #[test]
    fn four_and_nobody_are_the_same() {
        assert_eq!(told(&days(&[4]), &days(&[4]), 0), Told::default());
        assert_eq!(told(&days(&[]), &days(&[]), 0), Told::default());
    }

    #[test]
    fn the_day_that_is_not_over_is_left_out() {
        let counts = days(&[5, 9]);
        assert_eq!(told(&counts, &counts, 0).submitted, Some(5));
        assert_eq!(told(&counts, &counts, 1).submitted, Some(14));
    }

    #[test]
    fn what_is_told_is_never_taken_back() {
        let submitted = days(&[3, 1, 4, 1, 5, 9, 2, 6]);
        for last in 0..7 {
            let (now, later) = (told(&days(&[]), &submitted, last), told(&days(&[]), &submitted, last + 1));
            assert!(later.periods.starts_with(&now.periods), "{last}");
        }
    }

    /// Every way in which up to `most` can fall on so many days.
    fn ways(length: usize, most: u64) -> Vec<Vec<u64>> {
        (0..length).fold(vec![Vec::new()], |ways, _| {
            let more = |way: &Vec<u64>| {
                (0..=most - way.iter().sum::<u64>())
                    .map(|count| [way.as_slice(), &[count]].concat())
                    .collect::<Vec<_>>()
            };
            ways.iter().flat_map(more).collect()
        })
    }

    /// Somebody reads the page at the end of every day, keeps everything and knows this file. Of every group that can be named (what was
    /// begun or submitted in a row of days, what was begun and not submitted by a day) each count that fits what was told is collected:
    /// where nothing fits but 1 to 4, a small group has been computed.
    fn nobody_computes_a_small_group(length: usize, most: u64) {
        let ways = ways(length, most);
        let until = |counts: &[u64], day: usize| counts[..=day].iter().sum::<u64>();
        let mut possible: HashMap<Vec<Told>, Vec<u8>> = HashMap::new();
        for begun in &ways {
            for submitted in &ways {
                if (0..length).any(|day| until(begun, day) < until(submitted, day)) {
                    continue;
                }
                let (days_begun, days_submitted) = (days(begun), days(submitted));
                let read = (0..).take(length).map(|day| told(&days_begun, &days_submitted, day));
                let seen = possible.entry(read.collect()).or_default();
                let mut groups = Vec::new();
                for first in 0..length {
                    for end in first + 1..=length {
                        groups.push(begun[first..end].iter().sum::<u64>());
                        groups.push(submitted[first..end].iter().sum());
                    }
                    groups.push(until(begun, first) - until(submitted, first));
                }
                seen.resize(groups.len(), 0);
                // Which counts are possible: bit 0 for none, bit 1 for 1 to 4, bit 2 for more.
                for (bits, count) in seen.iter_mut().zip(groups) {
                    *bits |= match count {
                        0 => 1,
                        1..FEWEST => 2,
                        _ => 4,
                    };
                }
            }
        }
        let mut looked_at = 0;
        for (read, groups) in possible {
            // Where more than `most` would fit too, not everything that fits was gone through.
            let last = read.last().expect("a day");
            if last.begun.unwrap_or(last.submitted.unwrap_or(0) + FEWEST + WAITING - 1) + WAITING > most {
                continue;
            }
            looked_at += 1;
            assert!(groups.iter().all(|bits| *bits != 2), "{groups:?} computed from {read:?}");
        }
        assert!(looked_at > 10, "{looked_at}");
    }

    #[test]
    fn nobody_computes_a_small_group_from_two_days() {
        nobody_computes_a_small_group(2, 28);
    }

    #[test]
    fn nobody_computes_a_small_group_from_three_days() {
        nobody_computes_a_small_group(3, 18);
    }
}
