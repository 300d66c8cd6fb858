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
        let found = self.search.find(&query.search);
        let mut rows: Vec<u32> = found.iter().filter(|row| self.live[*row]).map(|row| row as u32).collect();
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
        let mut room = Vec::new();
        for sort in by.iter().rev() {
            let Some(store) = self.columns.get(sort.column) else { continue };
            let mut keyed: Vec<(u64, u32)> = rows.iter().map(|row| (store.key(*row as usize), *row)).collect();
            store.ranked(|ranks| {
                for (key, row) in keyed.iter_mut().filter(|(key, _)| *key != MISSING) {
                    *key = u64::from(ranks[*row as usize]);
                }
            });
            if let Store::Open { known, .. } = store {
                let ranks = ranks(known);
                for (key, _) in &mut keyed {
                    if let Some(rank) = ranks.get(*key as usize) {
                        *key = u64::from(*rank);
                    }
                }
            }
            if sort.descending {
                for (key, _) in &mut keyed {
                    // What is missing stays last.
                    if *key != MISSING {
                        *key = MISSING - 1 - *key;
                    }
                }
            }
            radix(&mut keyed, &mut room);
            rows.clear();
            rows.extend(keyed.into_iter().map(|(_, row)| row));
        }
    }
}

/// The key of what is missing: the last there is.
const MISSING: u64 = u64::MAX;

impl Store {
    /// A number in whose order cells are sorted; [`MISSING`] and the number below it are no cell's.
    fn key(&self, row: usize) -> u64 {
        match self {
            // Not yet its place: see `Store::ranked`.
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

/// Sorts by key, a byte at a time from the last: equal keys stay as they are. Bytes that all keys share cost a look only.
fn radix(keyed: &mut Vec<(u64, u32)>, room: &mut Vec<(u64, u32)>) {
    if keyed.len() < 256 {
        keyed.sort_by_key(|(key, _)| *key);
        return;
    }
    room.clear();
    room.resize(keyed.len(), (0, 0));
    let mut counts = vec![[0_u32; 256]; 8];
    for (key, _) in keyed.iter() {
        for (place, counts) in counts.iter_mut().enumerate() {
            counts[(key >> (8 * place)) as usize & 255] += 1;
        }
    }
    for (place, counts) in counts.iter_mut().enumerate() {
        if counts.iter().any(|count| *count as usize == keyed.len()) {
            continue;
        }
        let mut sum = 0;
        for count in counts.iter_mut() {
            let here = *count;
            *count = sum;
            sum += here;
        }
        for one in keyed.iter() {
            let slot = &mut counts[(one.0 >> (8 * place)) as usize & 255];
            room[*slot as usize] = *one;
            *slot += 1;
        }
        std::mem::swap(keyed, room);
    }
}
