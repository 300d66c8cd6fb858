//! Sets of rows: a bit a row.

/// Some of the rows.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Bits {
    words: Vec<u64>,
}

impl Bits {
    /// All rows.
    pub(crate) fn all(len: usize) -> Self {
        let mut words = vec![u64::MAX; len.div_ceil(64)];
        if let (Some(last), rest @ 1..) = (words.last_mut(), len % 64) {
            *last = (1 << rest) - 1;
        }
        Self { words }
    }

    /// Keeps what is in `other` too; what `other` does not reach to is not in it.
    pub(crate) fn keep(&mut self, other: &[u64]) {
        for (at, word) in self.words.iter_mut().enumerate() {
            *word &= other.get(at).copied().unwrap_or(0);
        }
    }

    /// Keeps the rows of which `holds`.
    pub(crate) fn retain(&mut self, mut holds: impl FnMut(usize) -> bool) {
        for (at, word) in self.words.iter_mut().enumerate() {
            let mut left = *word;
            while left != 0 {
                let bit = left.trailing_zeros();
                left &= left - 1;
                if !holds(64 * at + bit as usize) {
                    *word &= !(1 << bit);
                }
            }
        }
    }

    /// The rows, in order.
    pub(crate) fn iter(&self) -> impl Iterator<Item = usize> {
        self.words.iter().enumerate().flat_map(|(at, word)| {
            let mut left = *word;
            std::iter::from_fn(move || {
                let bit = left.trailing_zeros() as usize;
                (left != 0).then(|| {
                    left &= left - 1;
                    64 * at + bit
                })
            })
        })
    }
}
