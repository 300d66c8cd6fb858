//! Which rows a page of the plain table has. Without a browser.

use std::ops::Range;

/// How many rows a page has.
pub const PAGE: usize = 50;

/// A page among all.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Paging {
    /// How many rows there are.
    pub rows: usize,
    /// The page asked for, from 1: an address may name one that there is not, or not yet.
    pub wanted: usize,
}

impl Paging {
    /// How many pages there are; one of no rows is one too.
    pub fn pages(&self) -> usize {
        self.rows.div_ceil(PAGE).max(1)
    }

    /// The page shown: the one asked for, else the nearest.
    pub fn page(&self) -> usize {
        self.wanted.clamp(1, self.pages())
    }

    /// Its rows, by their places among all.
    pub fn range(&self) -> Range<usize> {
        let from = (self.page() - 1) * PAGE;
        from..(from + PAGE).min(self.rows)
    }

    /// The page before.
    pub fn before(&self) -> Option<usize> {
        (self.page() > 1).then(|| self.page() - 1)
    }

    /// The page behind.
    pub fn behind(&self) -> Option<usize> {
        (self.page() < self.pages()).then(|| self.page() + 1)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn page(rows: usize, wanted: usize) -> Paging {
        Paging { rows, wanted }
    }

    #[test]
    fn every_row_is_on_one_page_and_the_last_page_has_the_rest() {
        assert_eq!((page(101, 1).pages(), page(101, 1).range()), (3, 0..50));
        assert_eq!(page(101, 2).range(), 50..100);
        assert_eq!(page(101, 3).range(), 100..101);
        assert_eq!((page(100, 2).pages(), page(100, 2).range()), (2, 50..100));
        let rows: usize = (1..=2_000).map(|at| page(100_000, at).range().len()).sum();
        assert_eq!(rows, 100_000);
    }

    #[test]
    fn a_page_that_there_is_not_is_the_nearest_that_there_is() {
        assert_eq!(page(101, 9).page(), 3);
        assert_eq!(page(101, usize::MAX).range(), 100..101);
        assert_eq!(page(101, 0).page(), 1);
        assert_eq!((page(0, 4).page(), page(0, 4).pages(), page(0, 4).range()), (1, 1, 0..0));
    }

    #[test]
    fn there_is_none_before_the_first_and_none_behind_the_last() {
        assert_eq!((page(101, 1).before(), page(101, 1).behind()), (None, Some(2)));
        assert_eq!((page(101, 3).before(), page(101, 3).behind()), (Some(2), None));
        assert_eq!((page(50, 1).before(), page(50, 1).behind()), (None, None));
    }
}
