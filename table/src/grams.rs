//! Which rows have which letters and which pairs of letters: a set of rows for each, so that a search begins with an
//! "and" over a few thousand words of memory instead of reading every text.
//!
//! A row's signature could also stand with the row, some hundred bits of hashed pairs. Rows here have 200 letters and
//! more, which fill such a signature; and to test it, every row's has to be read. Turned by 90 degrees, a search reads
//! only the pairs it asks for, each exact, for 13 kB a pair and 100,000 rows.

use crate::bits::Bits;

/// `a` to `z`, `0` to `9`, and anything else that is not white space.
const CLASSES: usize = 37;

/// The class of everything that has none of its own.
const OTHER: u8 = 36;

/// What no word that is searched has in it: white space.
const NONE: u8 = 255;

/// The class of each byte of a folded text.
const CLASS: [u8; 256] = {
    let mut classes = [OTHER; 256];
    let mut byte = 0;
    while byte < 256 {
        classes[byte] = match byte as u8 {
            letter @ b'a'..=b'z' => letter - b'a',
            digit @ b'0'..=b'9' => digit - b'0' + 26,
            b' ' | b'\n' => NONE,
            _ => OTHER,
        };
        byte += 1;
    }
    classes
};

/// A set of rows for each letter and for each pair.
#[derive(Clone, Debug)]
pub(crate) struct Grams {
    /// First the letters, then the pairs. A set that ends early has no rows after its end.
    sets: Vec<Vec<u64>>,
    /// What is still to be added to each set for the 64 rows of [`Self::open_at`]: one row after another would touch a
    /// hundred places far apart, 64 of them touch these, close together.
    open: Vec<u64>,
    open_at: usize,
}

impl Grams {
    pub(crate) fn new() -> Self {
        Self {
            sets: vec![Vec::new(); CLASSES + CLASSES * CLASSES],
            open: vec![0; CLASSES + CLASSES * CLASSES],
            open_at: 0,
        }
    }

    /// Adds the letters and pairs of a row's folded text. They are there after [`Self::settle`].
    pub(crate) fn add(&mut self, row: usize, text: &str) {
        if row / 64 != self.open_at {
            self.settle();
            self.open_at = row / 64;
        }
        let bit = 1 << (row % 64);
        let mut set = |gram: usize| self.open[gram] |= bit;
        let mut before = NONE;
        for byte in text.as_bytes() {
            let class = CLASS[usize::from(*byte)];
            if class != NONE {
                set(usize::from(class));
                if before != NONE {
                    set(pair(before, class));
                }
            }
            before = class;
        }
    }

    /// Puts what was added into the sets.
    pub(crate) fn settle(&mut self) {
        for (set, open) in self.sets.iter_mut().zip(&mut self.open) {
            if *open != 0 {
                if set.len() <= self.open_at {
                    set.resize(self.open_at + 1, 0);
                }
                set[self.open_at] |= std::mem::take(open);
            }
        }
    }

    /// Takes a row out of every set.
    pub(crate) fn clear(&mut self, row: usize) {
        self.settle();
        let (word, bit) = (row / 64, 1 << (row % 64));
        for set in &mut self.sets {
            if let Some(word) = set.get_mut(word) {
                *word &= !bit;
            }
        }
    }

    /// Keeps the rows that may have `word` in them, a folded text without white space. Whether these are exactly the
    /// rows that have it.
    pub(crate) fn narrow(&self, rows: &mut Bits, word: &str) -> bool {
        let classes: Vec<u8> = word.bytes().map(|byte| CLASS[usize::from(byte)]).collect();
        match classes[..] {
            [] => return true,
            [one] => rows.keep(&self.sets[usize::from(one)]),
            _ => {}
        }
        for two in classes.windows(2) {
            rows.keep(&self.sets[pair(two[0], two[1])]);
        }
        classes.len() <= 2 && !classes.contains(&OTHER)
    }
}

fn pair(first: u8, second: u8) -> usize {
    CLASSES + usize::from(first) * CLASSES + usize::from(second)
}
