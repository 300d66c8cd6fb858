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
    pub(crate) fn rows(&self) -> Vec<u32> {
        let count: u32 = self.words.iter().map(|word| word.count_ones()).sum();
        let mut rows = Vec::with_capacity(count as usize);
        for (at, word) in (0_u32..).step_by(64).zip(&self.words) {
            let mut left = *word;
            if left == u64::MAX {
                rows.extend(at..at + 64);
                continue;
            }
            while left != 0 {
                rows.push(at + left.trailing_zeros());
                left &= left - 1;
            }
        }
        rows
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_set_gives_its_rows_in_order() {
        for len in [0, 1, 63, 64, 65, 200] {
            let all: Vec<u32> = (0..len).collect();
            let mut bits = Bits::all(len as usize);
            assert_eq!(bits.rows(), all);
            bits.retain(|row| row % 3 != 1);
            assert_eq!(bits.rows(), all.into_iter().filter(|row| row % 3 != 1).collect::<Vec<_>>());
        }
    }
}
