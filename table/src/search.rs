//! Searching: which rows have all words of a text somewhere in them.

use std::cell::RefCell;

use crate::bits::Bits;
use crate::fold::fold;
use crate::grams::Grams;
use crate::texts::Texts;

/// Parts the texts of a row. No folded text has one in it, so no word is found across two columns.
pub(crate) const PART: char = '\n';

/// The folded texts of all rows, and what makes searching them quick.
#[derive(Clone, Debug)]
pub(crate) struct Search {
    texts: Texts,
    grams: Grams,
    /// What was found last: counts ask for the same again, and the next key mostly asks for less.
    last: RefCell<Option<Found>>,
}

#[derive(Clone, Debug)]
struct Found {
    words: Vec<String>,
    rows: Bits,
}

impl Search {
    pub(crate) fn new() -> Self {
        Self {
            texts: Texts::default(),
            grams: Grams::new(),
            last: RefCell::new(None),
        }
    }

    /// To be called after changes, and before anything is looked for.
    pub(crate) fn settle(&mut self) {
        self.grams.settle();
    }

    /// Puts a row's texts; the row after the last is added.
    pub(crate) fn put(&mut self, row: usize, text: &str) {
        if row == self.texts.len() {
            self.texts.push(text);
        } else if self.texts.get(row) != text {
            self.grams.clear(row);
            self.texts.set(row, text);
        } else {
            return;
        }
        self.grams.add(row, text);
        self.last.take();
    }

    /// The rows that have every word of `text` in them, whatever their case and accents; all rows where it has none.
    pub(crate) fn find(&self, text: &str) -> Bits {
        let mut words: Vec<String> = fold(text).split_whitespace().map(String::from).collect();
        // A word within another says nothing of its own.
        words.sort_by_key(|word| std::cmp::Reverse(word.len()));
        let mut needed: Vec<String> = Vec::new();
        for word in words {
            if !needed.iter().any(|longer| longer.contains(&word)) {
                needed.push(word);
            }
        }
        let mut last = self.last.borrow_mut();
        if let Some(found) = &*last
            && found.words == needed
        {
            return found.rows.clone();
        }
        let mut rows = match &*last {
            // What has the new words has the old ones too.
            Some(found) if found.words.iter().all(|old| needed.iter().any(|new| new.contains(old.as_str()))) => found.rows.clone(),
            _ => Bits::all(self.texts.len()),
        };
        let mut inexact: Vec<&[u8]> = Vec::new();
        for word in &needed {
            if !self.grams.narrow(&mut rows, word) {
                inexact.push(word.as_bytes());
            }
        }
        if !inexact.is_empty() {
            rows.retain(|row| {
                let text = self.texts.get(row).as_bytes();
                inexact.iter().all(|word| has(text, word))
            });
        }
        *last = Some(Found {
            words: needed,
            rows: rows.clone(),
        });
        rows
    }
}

/// Whether `word` stands in `text`. Texts here are short: what a cleverer search takes to prepare would be more than it
/// saves. Eight places are looked at at once, for the word's first two bytes and its last.
fn has(text: &[u8], word: &[u8]) -> bool {
    let (Some(first), Some(last)) = (word.first(), word.last()) else {
        return true;
    };
    let second = word.get(1).unwrap_or(last);
    let Some(end) = text.len().checked_sub(word.len()) else {
        return false;
    };
    let seconds = &text[word.len().min(2) - 1..];
    let lasts = &text[word.len() - 1..];
    let starts = &text[..=end];
    let mut at = 0;
    for ((first_at, second_at), last_at) in starts.chunks_exact(8).zip(seconds.chunks_exact(8)).zip(lasts.chunks_exact(8)) {
        let differ = apart(first_at, *first) | apart(second_at, *second) | apart(last_at, *last);
        // A byte of it is zero where all three are as wanted.
        if differ.wrapping_sub(LOW) & !differ & (LOW << 7) != 0 && (at..at + 8).any(|at| text[at..].starts_with(word)) {
            return true;
        }
        at += 8;
    }
    (at..=end).any(|at| text[at] == *first && text[at..].starts_with(word))
}

/// The lowest bit of each byte.
const LOW: u64 = 0x0101_0101_0101_0101;

/// In which bits eight bytes are not `byte`.
fn apart(eight: &[u8], byte: u8) -> u64 {
    let mut bytes = [0; 8];
    bytes.copy_from_slice(eight);
    u64::from_le_bytes(bytes) ^ (u64::from(byte) * LOW)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn a_word_is_found_where_it_stands(text in "[abc]{0,40}", word in "[abc]{1,5}|[ab]{9,12}") {
            prop_assert_eq!(has(text.as_bytes(), word.as_bytes()), text.contains(&word));
        }

        #[test]
        fn a_part_of_a_text_is_found(text in any::<String>(), from in any::<prop::sample::Index>(), to in any::<prop::sample::Index>()) {
            let bytes = text.as_bytes();
            let (from, to) = (from.index(bytes.len() + 1), to.index(bytes.len() + 1));
            prop_assert!(has(bytes, &bytes[from.min(to)..from.max(to)]));
        }
    }
}
