//! The place of each row among all by its text: what texts are sorted by.
//!
//! To compare 100,000 texts takes longer than a frame lasts. Compared once, and afterwards only those that have changed, a sort by text is a
//! sort by whole numbers.

use std::cmp::Ordering;

use crate::fold::{fold, fold_char};

/// More changes than these at once are sorted with all others anew.
const MANY: usize = 4_096;

/// The texts of a column, as a ranking looks at them.
struct Texts<'a> {
    texts: &'a [Box<str>],
    /// The first eight bytes of each as it is compared.
    keys: &'a [u64],
}

impl Texts<'_> {
    fn compare(&self, a: u32, b: u32) -> Ordering {
        let key = self.keys[a as usize];
        // A key whose last byte is nought is of a text that it has whole.
        key.cmp(&self.keys[b as usize]).then_with(|| {
            if key & 255 == 0 {
                Ordering::Equal
            } else {
                self.folded(a).cmp(&self.folded(b))
            }
        })
    }

    fn folded(&self, row: u32) -> String {
        fold(&self.texts[row as usize])
    }
}

/// All rows in the order of their texts.
#[derive(Clone, Debug, Default)]
pub(crate) struct Ranking {
    order: Vec<u32>,
    /// Of each row; the same for the same text.
    ranks: Vec<u32>,
    /// The first eight bytes of each row's text as it is compared.
    keys: Vec<u64>,
    /// The rows whose texts have changed since.
    changed: Vec<u32>,
}

impl Ranking {
    /// The place of each row.
    pub(crate) fn ranks(&self) -> &[u32] {
        &self.ranks
    }

    /// To be told of every row whose text has changed, and of none that is new: those are counted.
    pub(crate) fn touch(&mut self, row: u32) {
        if (row as usize) < self.ranks.len() {
            self.changed.push(row);
        }
    }

    /// Puts rows where they belong now: those that have changed, and those that have come since.
    pub(crate) fn update(&mut self, texts: &[Box<str>]) {
        self.update_with(texts, MANY);
    }

    fn update_with(&mut self, texts: &[Box<str>], many: usize) {
        let count = texts.len();
        let mut changed = std::mem::take(&mut self.changed);
        changed.extend(self.ranks.len() as u32..count as u32);
        changed.sort_unstable();
        changed.dedup();
        if changed.is_empty() {
            return;
        }
        self.ranks.resize(count, 0);
        self.keys.resize(count, 0);
        for row in &changed {
            self.keys[*row as usize] = key(&texts[*row as usize]);
        }
        let keys = std::mem::take(&mut self.keys);
        let texts = Texts { texts, keys: &keys };
        if changed.len() > many {
            self.sort_all(&texts);
        } else {
            self.merge(changed, &texts);
        }
        self.keys = keys;
    }

    /// Sorts all: by the first eight bytes, then those alike by the whole.
    fn sort_all(&mut self, texts: &Texts<'_>) {
        let mut keyed: Vec<(u64, u32)> = texts.keys.iter().copied().zip(0..).collect();
        keyed.sort_unstable();
        self.order.clear();
        let mut rank = 0;
        for run in keyed.chunk_by(|a, b| a.0 == b.0) {
            // A key whose last byte is nought is of a text that it has whole.
            if run.len() == 1 || run[0].0 & 255 == 0 {
                for (_, row) in run {
                    self.order.push(*row);
                    self.ranks[*row as usize] = rank;
                }
                rank += 1;
                continue;
            }
            let mut whole: Vec<(String, u32)> = run.iter().map(|(_, row)| (texts.folded(*row), *row)).collect();
            whole.sort_unstable();
            for same in whole.chunk_by(|a, b| a.0 == b.0) {
                for (_, row) in same {
                    self.order.push(*row);
                    self.ranks[*row as usize] = rank;
                }
                rank += 1;
            }
        }
    }

    /// Puts these where they belong among the others.
    fn merge(&mut self, mut changed: Vec<u32>, texts: &Texts<'_>) {
        let mut is_changed = vec![false; texts.texts.len()];
        changed.iter().for_each(|row| is_changed[*row as usize] = true);
        let rest: Vec<u32> = self.order.iter().copied().filter(|row| !is_changed[*row as usize]).collect();
        changed.sort_by(|a, b| texts.compare(*a, *b));
        let mut merged = Vec::with_capacity(rest.len() + changed.len());
        let mut from = 0;
        for row in changed {
            let place = from + rest[from..].partition_point(|known| texts.compare(*known, row).is_lt());
            merged.extend_from_slice(&rest[from..place]);
            merged.push(row);
            from = place;
        }
        merged.extend_from_slice(&rest[from..]);
        let (mut rank, mut before) = (0, None::<(u32, u32)>);
        for row in &merged {
            let was = self.ranks[*row as usize];
            if let Some((row_before, was_before)) = before {
                // Of two that have not changed it is known whether they are the same.
                let known = !is_changed[*row as usize] && !is_changed[row_before as usize];
                let same = if known {
                    was == was_before
                } else {
                    texts.compare(row_before, *row).is_eq()
                };
                rank += u32::from(!same);
            }
            before = Some((*row, was));
            self.ranks[*row as usize] = rank;
        }
        self.order = merged;
    }
}

/// The first eight bytes of a text as it is compared, in an order that is theirs.
fn key(text: &str) -> u64 {
    let mut folded = String::with_capacity(16);
    for c in text.chars() {
        fold_char(&mut folded, c);
        if folded.len() >= 8 {
            break;
        }
    }
    let mut bytes = [0; 8];
    let length = folded.len().min(8);
    bytes[..length].copy_from_slice(&folded.as_bytes()[..length]);
    u64::from_be_bytes(bytes)
}

#[cfg(test)]
mod tests {
    use proptest::collection::vec;
    use proptest::prelude::*;

    use super::*;

    fn texts() -> impl Strategy<Value = Vec<String>> {
        vec("[aB]{0,3}(abababab){0,3}[abÉ]{0,9}", 0..80)
    }

    fn update(ranking: &mut Ranking, texts: &[String], many: usize) {
        let texts: Vec<Box<str>> = texts.iter().map(|text| text.as_str().into()).collect();
        ranking.update_with(&texts, many);
    }

    fn compare_as(ranks: &[u32], texts: &[String]) -> bool {
        let all: Vec<(u32, String)> = ranks.iter().copied().zip(texts.iter().map(|text| fold(text))).collect();
        ranks.len() == texts.len() && all.iter().all(|a| all.iter().all(|b| a.0.cmp(&b.0) == a.1.cmp(&b.1)))
    }

    proptest! {
        #[test]
        fn ranks_compare_as_texts_do_and_what_changes_finds_its_place(
            mut texts in texts(),
            rounds in vec(vec((any::<prop::sample::Index>(), "[ab]{0,3}(abababab){0,2}"), 0..6), 1..4),
            new in vec("[ab]{0,9}", 0..6),
            many in prop::sample::select(vec![0, 3, MANY]),
        ) {
            let mut ranking = Ranking::default();
            update(&mut ranking, &texts, many);
            prop_assert!(compare_as(ranking.ranks(), &texts));
            for round in rounds {
                for (row, text) in round {
                    if texts.is_empty() {
                        continue;
                    }
                    let row = row.index(texts.len());
                    ranking.touch(row as u32);
                    texts[row] = text;
                }
                texts.extend_from_slice(&new);
                update(&mut ranking, &texts, many);
                prop_assert!(compare_as(ranking.ranks(), &texts));
            }
        }
    }
}
