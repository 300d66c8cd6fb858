//! How many of each: figures beside filters, bars over time.

use crate::query::Query;
use crate::schema::Kind;
use crate::table::{NEVER, NONE, Store, Table};

/// How many rows have each value of a column.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Counts {
    /// For each option, or what has turned up, by place.
    pub values: Vec<u32>,
    /// Rows without a value.
    pub missing: u32,
    /// All rows counted; fewer than the rest together where a row can have several.
    pub rows: u32,
}

impl Table {
    /// How many rows that answer the query have each value of a column with options. The column's own filter is left out: the others'
    /// figures say what choosing them would give.
    pub fn counts(&self, column: usize, query: &Query) -> Counts {
        // Without a filter of its own nothing is to be left out, and the same rows serve every column: see `counts_among`.
        self.counts_among(column, &self.matching(query, Some(column)))
    }

    /// The same among given rows.
    pub fn counts_among(&self, column: usize, rows: &[u32]) -> Counts {
        let mut counts = Counts {
            rows: rows.len() as u32,
            ..Counts::default()
        };
        match self.columns.get(column) {
            Some(Store::One(places)) => {
                counts.values = vec![0; self.schema.columns[column].options().len()];
                count_places(&mut counts, places, rows);
            }
            Some(Store::Open { places, known }) => {
                counts.values = vec![0; known.len()];
                count_places(&mut counts, places, rows);
            }
            Some(Store::Many(bits)) => {
                counts.values = vec![0; self.schema.columns[column].options().len()];
                for row in rows {
                    let mut bits = bits[*row as usize];
                    counts.missing += u32::from(bits == 0);
                    while bits != 0 {
                        if let Some(count) = counts.values.get_mut(bits.trailing_zeros() as usize) {
                            *count += 1;
                        }
                        bits &= bits - 1;
                    }
                }
            }
            _ => {}
        }
        counts
    }

    /// How many of these rows have a time in each of `buckets` spans of `width` milliseconds from `start` on.
    pub fn series(&self, column: usize, rows: &[u32], start: i64, width: i64, buckets: usize) -> Vec<u32> {
        let mut counts = vec![0; buckets];
        if let (Some(Store::Time(times)), true) = (self.columns.get(column), width > 0) {
            // Nothing divides whole numbers of 64 bits quickly; these are small enough to be exact as they are.
            let width = width as f64;
            for row in rows {
                let time = times[*row as usize];
                if time == NEVER || time < start {
                    continue;
                }
                if let Some(count) = counts.get_mut(((time - start) as f64 / width) as usize) {
                    *count += 1;
                }
            }
        }
        counts
    }

    /// The last time in a column of times, of all rows there are.
    pub fn last(&self, column: usize) -> Option<i64> {
        let Some(Store::Time(times)) = self.columns.get(column) else {
            return None;
        };
        let live = times.iter().zip(&self.live).filter(|(_, live)| **live);
        live.map(|(time, _)| *time).max().filter(|time| *time != NEVER)
    }

    /// Whether a column's values can be counted one by one.
    pub fn is_counted(&self, column: usize) -> bool {
        self.schema
            .columns
            .get(column)
            .is_some_and(|column| matches!(column.kind, Kind::One(_) | Kind::Open | Kind::Many(_)))
    }
}

fn count_places(counts: &mut Counts, places: &[u16], rows: &[u32]) {
    for row in rows {
        let place = places[*row as usize];
        match counts.values.get_mut(usize::from(place)) {
            Some(count) if place != NONE => *count += 1,
            _ => counts.missing += 1,
        }
    }
}
