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

/// How many places are looked at together: as many bytes as an instruction compares at once.
const TOGETHER: usize = 16;

/// Whether `word` stands in `text`. Texts here are short: what a cleverer search takes to prepare would be more than it
/// saves. Many places are looked at at once, for the word's first two bytes and its last.
// Every browser that knows the staff's style sheet knows these instructions too.
#[cfg_attr(target_arch = "wasm32", target_feature(enable = "simd128"))]
fn has(text: &[u8], word: &[u8]) -> bool {
    let (Some(first), Some(last)) = (word.first(), word.last()) else {
        return true;
    };
    let second = word.get(1).unwrap_or(last);
    let Some(end) = text.len().checked_sub(word.len()) else {
        return false;
    };
    let (to_second, to_last) = (word.len().min(2) - 1, word.len() - 1);
    let is_there = |at: usize| {
        let from = |place: usize| text.get(place..).and_then(<[u8]>::first_chunk::<TOGETHER>);
        let (Some(firsts), Some(seconds), Some(lasts)) = (from(at), from(at + to_second), from(at + to_last)) else {
            return false;
        };
        let fits = any_fits([firsts, seconds, lasts], [*first, *second, *last]);
        fits && (word.len() <= 3 || (at..at + TOGETHER).any(|at| text[at..].starts_with(word)))
    };
    match (end + 1).checked_sub(TOGETHER) {
        // The last places are looked at together with some that were looked at before.
        Some(most) => (0..most).step_by(TOGETHER).any(is_there) || is_there(most),
        None => (0..=end).any(|at| text[at] == *first && text[at..].starts_with(word)),
    }
}

/// Whether there is a place at which each of the texts has its byte.
#[cfg(not(target_arch = "wasm32"))]
fn any_fits(texts: [&[u8; TOGETHER]; 3], bytes: [u8; 3]) -> bool {
    // Compilers make one comparison of this.
    let fits = |place: usize| (texts[0][place] == bytes[0]) & (texts[1][place] == bytes[1]) & (texts[2][place] == bytes[2]);
    (0..TOGETHER).fold(false, |any, place| any | fits(place))
}

/// The same in a browser, where the whole app is compiled for size: there the comparison has to be asked for.
#[cfg(target_arch = "wasm32")]
#[target_feature(enable = "simd128")]
fn any_fits(texts: [&[u8; TOGETHER]; 3], bytes: [u8; 3]) -> bool {
    use core::arch::wasm32::{u8x16_eq, u8x16_splat, u64x2, v128_and, v128_any_true};

    let is = |text: &[u8; TOGETHER], byte: u8| {
        let (low, high) = text.split_at(TOGETHER / 2);
        let eight = |part: &[u8]| part.first_chunk().map_or(0, |part| u64::from_le_bytes(*part));
        u8x16_eq(u64x2(eight(low), eight(high)), u8x16_splat(byte))
    };
    let [first, second, last] = texts;
    v128_any_true(v128_and(is(first, bytes[0]), v128_and(is(second, bytes[1]), is(last, bytes[2]))))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn a_word_is_found_where_it_stands(text in "[abc]{0,80}", word in "[abc]{1,5}|[ab]{9,20}") {
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
