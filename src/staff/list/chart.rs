//! The chart of arrivals: how many were begun and submitted each day, from the opening to the deadline. The layout is a
//! pure function; what is drawn has its table behind it.

use crate::ui::dom::{Show, View, el};

/// The width of the drawing, in its own units.
pub const WIDTH: f64 = 420.0;
/// Its height.
pub const HEIGHT: f64 = 120.0;
/// Room below for the days.
const FOOT: f64 = 18.0;
/// Room above the highest bar.
const HEAD: f64 = 14.0;

/// One day, or whatever one bar stands for.
#[derive(Clone, Debug, PartialEq)]
pub struct Bucket {
    /// When it begins, as it is written in the table and below the bar.
    pub name: String,
    /// Drafts begun in it.
    pub begun: u32,
    /// Applications submitted in it.
    pub submitted: u32,
    /// Applications of the edition before submitted as long before its deadline; `None` where nothing is compared.
    pub previous: Option<u32>,
}

/// A bar: from the left, from the top, width and height.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Bar {
    /// From the left.
    pub x: f64,
    /// From the top.
    pub y: f64,
    /// Width.
    pub width: f64,
    /// Height.
    pub height: f64,
}

/// A round number not below the highest bar, with at most two digits that are not nought.
pub fn ceiling(most: u32) -> u32 {
    let mut unit = 1_u32;
    while most / unit >= 10 {
        unit = unit.saturating_mul(10);
    }
    let steps = [1, 2, 3, 4, 5, 6, 8, 10];
    let step = steps.into_iter().find(|step| step * unit >= most).unwrap_or(10);
    (step * unit).max(1)
}

/// The bars of one series; one that is not nought is at least one unit high.
pub fn bars(values: impl ExactSizeIterator<Item = u32>, ceiling: u32, left: f64, share: f64) -> Vec<Bar> {
    let slot = WIDTH / values.len().max(1) as f64;
    let room = HEIGHT - FOOT - HEAD;
    values
        .enumerate()
        .map(|(at, value)| {
            let height = if value == 0 {
                0.0
            } else {
                (f64::from(value) / f64::from(ceiling) * room).max(1.0)
            };
            Bar {
                x: (at as f64 + left) * slot,
                y: HEIGHT - FOOT - height,
                width: slot * share,
                height,
            }
        })
        .collect()
}

/// A number with one place behind the point, without what it costs to write any number.
pub fn tenths(number: f64) -> String {
    let tenths = (number * 10.0).round() as i64;
    [(tenths / 10).to_string(), (tenths % 10).to_string()].join(".")
}

/// A path over all bars: one element however many there are.
fn path(bars: &[Bar]) -> String {
    let mut path = String::with_capacity(bars.len() * 32);
    for bar in bars.iter().filter(|bar| bar.height > 0.0) {
        let [x, y, width, height] = [bar.x, bar.y, bar.width, bar.height].map(tenths);
        path += &["M", &x, " ", &y, "h", &width, "v", &height, "h-", &width, "z"].concat();
    }
    path
}

/// A line from the middle of each day to the next one's, as high as the bars are.
fn line(values: &[u32], ceiling: u32) -> String {
    let tops = bars(values.iter().copied(), ceiling, 0.5, 0.0);
    let points: Vec<String> = tops.iter().map(|bar| [tenths(bar.x), tenths(bar.y)].join(",")).collect();
    points.join(" ")
}

/// The drawing. An ornament to screen readers: the table says the same.
pub fn draw(buckets: &[Bucket], now: Option<f64>) -> View {
    let previous: Vec<u32> = buckets.iter().filter_map(|bucket| bucket.previous).collect();
    let most = buckets.iter().map(|bucket| bucket.begun.max(bucket.submitted));
    let top = ceiling(most.chain(previous.iter().copied()).max().unwrap_or(0));
    let begun = path(&bars(buckets.iter().map(|bucket| bucket.begun), top, 0.08, 0.42));
    let submitted = path(&bars(buckets.iter().map(|bucket| bucket.submitted), top, 0.5, 0.42));
    let words = |x: f64, y: f64, anchor: &'static str, text: String| {
        el("text")
            .attr("x", tenths(x))
            .attr("y", tenths(y))
            .attr("text-anchor", anchor)
            .kid(text)
    };
    let base = tenths(HEIGHT - FOOT);
    let mut drawing = el("svg")
        .attr("viewBox", ["0 0 ", &tenths(WIDTH), " ", &tenths(HEIGHT)].concat())
        .attr("class", "arrivals")
        .attr("aria-hidden", "true")
        .kid(
            el("line")
                .attr("class", "top-line")
                .attr("x1", "0")
                .attr("x2", tenths(WIDTH))
                .attr("y1", tenths(HEAD))
                .attr("y2", tenths(HEAD)),
        )
        .kid(words(0.0, HEAD - 3.0, "start", top.to_string()))
        .kid(el("path").attr("class", "begun").attr("d", begun))
        .kid(el("path").attr("class", "submitted").attr("d", submitted))
        .kid(
            el("line")
                .attr("class", "base")
                .attr("x1", "0")
                .attr("x2", tenths(WIDTH))
                .attr("y1", base.clone())
                .attr("y2", base),
        );
    if !previous.is_empty() {
        drawing = drawing.kid(el("polyline").attr("class", "previous").attr("points", line(&previous, top)));
    }
    if let Some(now) = now.filter(|now| (0.0..=1.0).contains(now)) {
        let x = tenths(now * WIDTH);
        drawing = drawing.kid(
            el("line")
                .attr("class", "now")
                .attr("x1", x.clone())
                .attr("x2", x)
                .attr("y1", tenths(HEAD))
                .attr("y2", tenths(HEIGHT - FOOT)),
        );
    }
    if let (Some(first), Some(last)) = (buckets.first(), buckets.last()) {
        drawing =
            drawing
                .kid(words(0.0, HEIGHT - 4.0, "start", first.name.clone()))
                .kid(words(WIDTH, HEIGHT - 4.0, "end", last.name.clone()));
    }
    drawing.show()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_scale_ends_at_a_round_number_that_nothing_goes_beyond() {
        for (most, top) in [
            (0, 1),
            (1, 1),
            (7, 8),
            (9, 10),
            (10, 10),
            (11, 20),
            (99, 100),
            (101, 200),
            (412, 500),
            (61_000, 80_000),
        ] {
            assert_eq!(ceiling(most), top, "{most}");
        }
    }

    #[test]
    fn the_line_of_the_edition_before_goes_through_the_middle_of_each_day() {
        assert_eq!(line(&[0, 10, 5], 10), "70.0,102.0 210.0,14.0 350.0,58.0");
    }

    #[test]
    fn bars_stay_inside_and_the_least_of_them_is_seen() {
        let bars = bars([0, 1, 500, 10_000].into_iter(), 10_000, 0.5, 0.4);
        assert_eq!(bars[0].height, 0.0);
        assert_eq!(bars[1].height, 1.0);
        assert!((bars[3].y - HEAD).abs() < 1e-9);
        assert!(bars.iter().all(|bar| bar.x >= 0.0 && bar.x + bar.width <= WIDTH));
        assert!(!path(&bars).contains("M0.0"), "nothing is drawn of nothing");
        assert_eq!([0.0, 0.04, 0.05, 12.0, 419.96].map(tenths), ["0.0", "0.0", "0.1", "12.0", "420.0"]);
    }
}
