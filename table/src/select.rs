//! The rows that answer a query, in its order.

use crate::fold::fold;
use crate::query::{Filter, Query, Sort, Test};
use crate::table::{NEVER, NONE, Store, Table};

impl Table {
    /// The rows that answer a query, in its order; those equal in everything sorted by as they came.
    pub fn select(&self, query: &Query) -> Vec<u32> {
        let mut rows = self.matching(query, None);
        self.sort(&mut rows, &query.sort);
        rows
    }

    /// The rows that answer a query's words and filters, as they came; the filter of one column can be left out.
    pub fn matching(&self, query: &Query, without: Option<usize>) -> Vec<u32> {
        let mut rows = self.search.find(&query.search).rows();
        if self.len() < self.live.len() {
            rows.retain(|row| self.live[*row as usize]);
        }
        for filter in query.filters.iter().filter(|filter| Some(filter.column) != without) {
            self.keep(&mut rows, filter);
        }
        rows
    }

    /// Those of the rows that pass a filter.
    pub fn narrowed(&self, rows: &[u32], filter: &Filter) -> Vec<u32> {
        let mut rows = rows.to_vec();
        self.keep(&mut rows, filter);
        rows
    }

    /// Keeps the rows that pass a filter.
    fn keep(&self, rows: &mut Vec<u32>, filter: &Filter) {
        let Some(store) = self.columns.get(filter.column) else { return };
        match (store, &filter.test) {
            (Store::One(places), Test::AnyOf(values)) => {
                let wanted = self.wanted(self.schema.columns[filter.column].options(), values);
                rows.retain(|row| wanted[usize::from(places[*row as usize].wrapping_add(1))]);
            }
            (Store::Open { places, known }, Test::AnyOf(values)) => {
                let wanted = self.wanted(known, values);
                rows.retain(|row| wanted[usize::from(places[*row as usize].wrapping_add(1))]);
            }
            (Store::Many(bits), Test::AnyOf(values)) => {
                let options = self.schema.columns[filter.column].options();
                let place = |value: &String| options.iter().position(|option| option == value);
                let wanted = values
                    .iter()
                    .flatten()
                    .filter_map(place)
                    .fold(0, |wanted, place| wanted | 1 << place);
                let missing = values.contains(&None);
                rows.retain(|row| {
                    let bits = bits[*row as usize];
                    bits & wanted != 0 || missing && bits == 0
                });
            }
            (Store::Number(numbers), Test::Between(from, to)) => {
                let (from, to) = (from.unwrap_or(f64::NEG_INFINITY), to.unwrap_or(f64::INFINITY));
                rows.retain(|row| (from..=to).contains(&numbers[*row as usize]));
            }
            (Store::Time(times), Test::Between(from, to)) => {
                let (from, to) = (from.unwrap_or(f64::NEG_INFINITY), to.unwrap_or(f64::INFINITY));
                rows.retain(|row| {
                    let time = times[*row as usize];
                    time != NEVER && (from..=to).contains(&(time as f64))
                });
            }
            (store, Test::Present(present)) => rows.retain(|row| store.is_there(*row as usize) == *present),
            // A filter that cannot be of this column: nothing answers it.
            _ => rows.clear(),
        }
    }

    /// For each place, counted from 1, whether it is wanted; 0 stands for missing.
    fn wanted(&self, options: &[String], values: &[Option<String>]) -> Vec<bool> {
        let mut wanted = vec![false; options.len() + 1];
        for value in values {
            match value {
                None => wanted[0] = true,
                Some(value) => {
                    if let Some(place) = options.iter().position(|option| option == value) {
                        wanted[place + 1] = true;
                    }
                }
            }
        }
        wanted
    }

    /// Sorts rows; the last key first, each pass leaving equal rows as they are.
    fn sort(&self, rows: &mut Vec<u32>, by: &[Sort]) {
        for sort in by.iter().rev() {
            match self.columns.get(sort.column) {
                None => {}
                Some(Store::Text { texts, .. }) => {
                    // The ranks of all texts are known: a row's is its place, but for those without a text.
                    let key = |ranks: &[u32], row: u32| (!texts[row as usize].is_empty()).then(|| ranks[row as usize]);
                    self.columns[sort.column].ranked(|ranks| by_place(rows, texts.len(), sort.descending, |row| key(ranks, row)));
                }
                Some(Store::One(places)) => {
                    let bound = self.schema.columns[sort.column].options().len();
                    by_place(rows, bound, sort.descending, |row| {
                        Some(u32::from(places[row as usize])).filter(|place| *place != u32::from(NONE))
                    });
                }
                Some(Store::Open { places, known }) => {
                    let ranks = ranks(known);
                    by_place(rows, known.len(), sort.descending, |row| {
                        ranks.get(usize::from(places[row as usize])).copied()
                    });
                }
                Some(store) => by_key(rows, sort.descending, |row| store.key(row as usize)),
            }
        }
    }
}

/// The key of what is missing: the last there is.
const MISSING: u64 = u64::MAX;

impl Store {
    /// A number in whose order cells are sorted; [`MISSING`] and the number below it are no cell's.
    fn key(&self, row: usize) -> u64 {
        match self {
            Self::Text { texts, .. } if !texts[row].is_empty() => 0,
            Self::One(places) | Self::Open { places, .. } if places[row] != NONE => u64::from(places[row]),
            // By how many there are first: the list itself has no order.
            Self::Many(bits) if bits[row] != 0 => u64::from(bits[row].count_ones()) << 32 | (bits[row].trailing_zeros() as u64),
            Self::Number(numbers) if !numbers[row].is_nan() => {
                let number = numbers[row].to_bits();
                // IEEE 754 numbers in the order of their bits, negative ones turned round.
                let key = if number >> 63 == 1 { !number } else { number | 1 << 63 };
                key.min(MISSING - 2)
            }
            Self::Time(times) if times[row] != NEVER => (times[row] as u64 ^ 1 << 63).min(MISSING - 2),
            _ => MISSING,
        }
    }

    /// Whether there is something in a cell.
    fn is_there(&self, row: usize) -> bool {
        self.key(row) != MISSING
    }
}

/// The rank of each text among all, as they are compared.
fn ranks(known: &[String]) -> Vec<u32> {
    let mut order: Vec<(String, usize)> = known.iter().map(|text| fold(text)).zip(0..).collect();
    order.sort();
    let mut ranks = vec![0; known.len()];
    for (rank, (_, place)) in order.into_iter().enumerate() {
        ranks[place] = rank as u32;
    }
    ranks
}

/// Sorts rows by a place below `bound`, what has none last: by counting how many there are of each.
fn by_place(rows: &mut Vec<u32>, bound: usize, descending: bool, place: impl Fn(u32) -> Option<u32>) {
    let last = bound as u32;
    let turned = |row: u32| match place(row) {
        Some(place) if place < last => {
            if descending {
                last - 1 - place
            } else {
                place
            }
        }
        _ => last,
    };
    let mut starts = vec![0_u32; bound + 1];
    let places: Vec<u32> = rows.iter().map(|row| turned(*row)).collect();
    places.iter().for_each(|place| starts[*place as usize] += 1);
    let mut sum = 0;
    for start in &mut starts {
        sum += std::mem::replace(start, sum);
    }
    let mut sorted = vec![0; rows.len()];
    for (row, place) in rows.iter().zip(places) {
        let start = &mut starts[place as usize];
        sorted[*start as usize] = *row;
        *start += 1;
    }
    *rows = sorted;
}

/// Sorts rows by a key. Keys that lie near enough together, as times do, are made half as large: there is less to move.
fn by_key(rows: &mut Vec<u32>, descending: bool, key: impl Fn(u32) -> u64) {
    let keys: Vec<u64> = rows.iter().map(|row| key(*row)).collect();
    let there = || keys.iter().copied().filter(|key| *key != MISSING);
    let (Some(least), Some(most)) = (there().min(), there().max()) else {
        return;
    };
    // What is missing stays last.
    let turned = |key: u64| match key {
        MISSING => MISSING,
        key if descending => most - key,
        key => key - least,
    };
    let whole = || keys.iter().map(|key| turned(*key));
    let span = most - least;
    let sorted: Vec<u32> = if let Some(last) = u32::try_from(span).ok().and_then(|span| span.checked_add(1)) {
        let keyed = whole()
            .map(|key| u32::try_from(key).unwrap_or(last))
            .zip(rows.iter().copied())
            .collect();
        radix(keyed, u64::from(last), u64::from)
    } else {
        radix(whole().zip(rows.iter().copied()).collect(), u64::MAX, |key| key)
    };
    *rows = sorted;
}

/// Sorts by keys none of which is above `most`, some bits at a time from the last: equal keys stay as they are.
fn radix<K: Copy + Default + Ord>(mut keyed: Vec<(K, u32)>, most: u64, whole: impl Fn(K) -> u64) -> Vec<u32> {
    const BITS: u32 = 11;
    if keyed.len() < 256 {
        keyed.sort_by_key(|(key, _)| *key);
    } else {
        let mut room = vec![(K::default(), 0); keyed.len()];
        for shift in (0..u64::BITS - most.leading_zeros()).step_by(BITS as usize) {
            let digit = |key: K| (whole(key) >> shift) as usize & ((1 << BITS) - 1);
            let mut starts = [0_u32; 1 << BITS];
            keyed.iter().for_each(|(key, _)| starts[digit(*key)] += 1);
            let mut sum = 0;
            for start in &mut starts {
                sum += std::mem::replace(start, sum);
            }
            for one in &keyed {
                let start = &mut starts[digit(one.0)];
                room[*start as usize] = *one;
                *start += 1;
            }
            std::mem::swap(&mut keyed, &mut room);
        }
    }
    keyed.into_iter().map(|(_, row)| row).collect()
}
