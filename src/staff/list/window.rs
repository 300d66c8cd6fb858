//! Which rows stand on screen: the layout of a virtual list, without a browser.

use std::ops::Range;

/// The height of a row in CSS pixels. Fixed: what is cut off is read in the application itself.
pub const ROW: f64 = 36.0;
/// Rows drawn before and after those in sight, so that a fast scroll meets no blank.
const BEYOND: usize = 6;
/// The most rows there ever are in the page.
pub const MOST: usize = 60;
/// The tallest an element may be in CSS pixels: Firefox lays nothing out beyond about 17.8 million.
const TALLEST: f64 = 15_000_000.0;

/// A window onto rows of one height.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Window {
    /// How many rows there are.
    pub rows: usize,
    /// How tall the window is, in CSS pixels.
    pub height: f64,
}

impl Window {
    /// How tall all rows are together, as the scrolled element is made.
    pub fn total(&self) -> f64 {
        (self.rows as f64 * ROW).min(TALLEST)
    }

    /// How many rows fit in sight, the cut ones included.
    pub fn in_sight(&self) -> usize {
        let fits = (self.height / ROW).ceil().max(0.0) as usize + 1;
        fits.min(MOST - 2 * BEYOND)
    }

    /// The first row in sight when so much is scrolled away, and how much of it is (in CSS pixels). Exact where every row
    /// has its own place; proportional where there are more rows than an element can be tall.
    pub fn at(&self, scrolled: f64) -> (usize, f64) {
        let whole = self.rows as f64 * ROW;
        let most = (self.total() - self.height).max(0.0);
        let scrolled = scrolled.clamp(0.0, most);
        let place = if whole <= TALLEST || most == 0.0 {
            scrolled
        } else {
            scrolled / most * (whole - self.height)
        };
        let first = (place / ROW).floor();
        (first as usize, place - first * ROW)
    }

    /// The rows to draw when so much is scrolled away.
    pub fn drawn(&self, scrolled: f64) -> Range<usize> {
        let (first, _) = self.at(scrolled);
        let from = first.saturating_sub(BEYOND);
        let to = (first + self.in_sight() + BEYOND).min(self.rows);
        from.min(to)..to
    }

    /// Where a drawn row stands, in CSS pixels from the top of the scrolled element.
    pub fn top(&self, row: usize, scrolled: f64) -> f64 {
        let (first, cut) = self.at(scrolled);
        scrolled - cut + (row as f64 - first as f64) * ROW
    }

    /// How far to scroll so that a row is wholly in sight, below a header of `above` pixels that covers the top; `None` when it is already.
    pub fn reveal(&self, row: usize, scrolled: f64) -> Option<f64> {
        let whole = self.rows as f64 * ROW;
        let most = (self.total() - self.height).max(0.0);
        let (first, cut) = self.at(scrolled);
        let place = first as f64 * ROW + cut;
        let (top, bottom) = (row as f64 * ROW, (row + 1) as f64 * ROW);
        let wanted = if top < place {
            top
        } else if bottom > place + self.height {
            bottom - self.height
        } else {
            return None;
        };
        let scroll = if whole <= TALLEST || whole <= self.height {
            wanted
        } else {
            wanted / (whole - self.height) * most
        };
        Some(scroll.clamp(0.0, most))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn window(rows: usize) -> Window {
        Window { rows, height: 720.0 }
    }

    #[test]
    fn no_more_rows_are_drawn_than_sixty_however_tall_the_screen() {
        for height in [0.0, 100.0, 720.0, 2_160.0, 10_000.0] {
            let window = Window { rows: 100_000, height };
            for scrolled in [0.0, 1.0, 35.9, 36.0, 1e6, 3.6e6, 1e9] {
                assert!(window.drawn(scrolled).len() <= MOST, "{height} {scrolled}");
            }
        }
    }

    #[test]
    fn whatever_is_in_sight_is_drawn() {
        let window = window(100_000);
        for scrolled in [0.0, 17.0, 36.0, 12_345.6, 3_599_280.0] {
            let drawn = window.drawn(scrolled);
            let first = (scrolled / ROW).floor() as usize;
            let last = (((scrolled + 720.0) / ROW).ceil() as usize).min(100_000);
            assert!(drawn.start <= first && drawn.end >= last, "{scrolled}: {drawn:?} {first}..{last}");
            assert!((window.top(first, scrolled) - first as f64 * ROW).abs() < 1e-6);
        }
    }

    #[test]
    fn few_rows_and_none_are_drawn_as_they_are() {
        assert_eq!(window(3).drawn(0.0), 0..3);
        assert_eq!(window(0).drawn(500.0), 0..0);
        assert_eq!(window(3).reveal(2, 0.0), None);
    }

    #[test]
    fn a_row_is_brought_into_sight_by_the_shortest_way() {
        let window = window(1_000);
        assert_eq!(window.reveal(0, 0.0), None);
        assert_eq!(window.reveal(19, 0.0), None);
        assert_eq!(window.reveal(20, 0.0), Some(36.0));
        assert_eq!(window.reveal(10, 3_600.0), Some(360.0));
        assert_eq!(window.reveal(999, 0.0), Some(window.total() - 720.0));
    }

    #[test]
    fn more_rows_than_an_element_can_be_tall_are_reached_all_the_same() {
        let window = window(1_000_000);
        assert!(window.total() <= TALLEST);
        let most = window.total() - 720.0;
        assert_eq!(window.drawn(most).end, 1_000_000);
        assert_eq!(window.drawn(0.0).start, 0);
        for row in [0, 1, 500_000, 999_998, 999_999] {
            let scrolled = window.reveal(row, 7_000_000.0).unwrap_or(7_000_000.0);
            assert!(window.drawn(scrolled).contains(&row), "{row}");
        }
    }
}
