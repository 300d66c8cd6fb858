//! A text as a QR code (ISO/IEC 18004), drawn here: what it holds goes nowhere.

use qrcodegen::{QrCode, QrCodeEcc, QrSegment, Version};

use super::dom::{Show, View, el};

/// The light margin that readers need, in modules.
const QUIET: i32 = 4;

/// The code of a text, with what it is for. Nothing for more than 2,953 bytes, which no code holds.
pub fn code(text: &str, name: &'static str) -> View {
    drawing(text)
        .map(|(side, path)| {
            let side = side.to_string();
            el("svg")
                .attr("class", "qr")
                .attr("role", "img")
                .attr("aria-label", name)
                .attr("viewBox", ["0 0 ", &side, " ", &side].concat())
                .attr("shape-rendering", "crispEdges")
                .kid(el("path").attr("d", path))
        })
        .show()
}

/// The side in modules, margin included, and the dark modules as a path: an area one module high
/// for each run of a row.
fn drawing(text: &str) -> Option<(i32, String)> {
    let segments = [QrSegment::make_bytes(text.as_bytes())];
    // A screen has no stains: the fewest and largest modules, with as much correction as they hold anyway.
    let code = QrCode::encode_segments_advanced(&segments, QrCodeEcc::Low, Version::MIN, Version::MAX, None, true).ok()?;
    let size = code.size();
    let mut path = String::new();
    for y in 0..size {
        let mut x = 0;
        while x < size {
            let start = x;
            // Outside of the code every module is light.
            while code.get_module(x, y) {
                x += 1;
            }
            if x > start {
                let run = (x - start).to_string();
                let (left, top) = ((start + QUIET).to_string(), (y + QUIET).to_string());
                path.push_str(&["M", &left, " ", &top, "h", &run, "v1h-", &run, "z"].concat());
            }
            x += 1;
        }
    }
    Some((size + 2 * QUIET, path))
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;

    /// What a reader of codes sees in the path, drawn with three points to the module.
    fn read(side: i32, path: &str) -> String {
        let side = side as usize * 3;
        let mut dark = vec![false; side * side];
        for run in path.split('M').skip(1) {
            let numbers: Vec<usize> = run.split([' ', 'h', 'v', '-', 'z']).filter_map(|n| n.parse().ok()).collect();
            let [left, top, width, height, back] = numbers[..] else {
                panic!("{run}")
            };
            assert_eq!((height, back), (1, width));
            for y in top * 3..(top + 1) * 3 {
                dark[y * side + left * 3..y * side + (left + width) * 3].fill(true);
            }
        }
        let mut image = rqrr::PreparedImage::prepare_from_greyscale(side, side, |x, y| if dark[y * side + x] { 0 } else { 255 });
        let codes = image.detect_grids();
        assert_eq!(codes.len(), 1);
        codes[0].decode().unwrap().1
    }

    #[test]
    fn the_code_of_a_link_reads_as_that_link_however_long_it_is() {
        for length in (60..=300).step_by(40) {
            let mut link = "https://call.example/programme/draft#".to_owned();
            link.extend("Az09-_kQ7é".chars().cycle().take(length - link.len()));
            let (side, path) = drawing(&link).unwrap();
            assert_eq!(read(side, &path), link);
        }
    }

    #[test]
    fn four_modules_around_the_code_stay_light() {
        let (side, path) = drawing("https://call.example/draft#x").unwrap();
        // The three marks in the corners reach to the margin.
        assert!(path.starts_with("M4 4h7v1h-7z"));
        assert!(path.contains(&format!("M{} 4h7v1h-7z", side - 11)));
        assert!(path.contains(&format!("M4 {}h7v1h-7z", side - 5)));
    }

    #[test]
    fn a_text_that_no_code_holds_gives_none() {
        assert!(drawing(&"x".repeat(2_953)).is_some());
        assert!(drawing(&"x".repeat(2_954)).is_none());
    }
}
