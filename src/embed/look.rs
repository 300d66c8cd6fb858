//! What a partner's page sets of the form's appearance: a few tokens, taken only as far as everything stays readable (WCAG 2.2, 1.4.3
//! and 1.4.11). `docs/embed.md` says so to partners; `style/tokens.css` has the defaults.

use serde_json::{Map, Value};

/// A colour of sRGB.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Colour([u8; 3]);

/// The tokens that are colours, with what they are otherwise: light, dark.
const COLOURS: [(&str, Colour, Colour); 8] = [
    ("paper", Colour([0xfa, 0xf6, 0xed]), Colour([0x17, 0x13, 0x0f])),
    ("sheet", Colour([0xfe, 0xfd, 0xfa]), Colour([0x11, 0x0d, 0x09])),
    ("ink", Colour([0x25, 0x1c, 0x16]), Colour([0xec, 0xe7, 0xde])),
    ("ink-soft", Colour([0x5a, 0x4f, 0x45]), Colour([0xb6, 0xae, 0xa3])),
    ("accent", Colour([0x16, 0x34, 0xc6]), Colour([0x98, 0xae, 0xff])),
    ("on-accent", Colour([0xfd, 0xfc, 0xf7]), Colour([0x0a, 0x0f, 0x1c])),
    ("line", Colour([0xd4, 0xcb, 0xbc]), Colour([0x3e, 0x38, 0x31])),
    ("light", Colour([0xfd, 0xe1, 0x87]), Colour([0x7f, 0x67, 0x2a])),
];
const PAPER: usize = 0;
const SHEET: usize = 1;
const INK: usize = 2;
const SOFT: usize = 3;
const ACCENT: usize = 4;
const ON_ACCENT: usize = 5;
const LINE: usize = 6;
const LIGHT: usize = 7;

/// The least contrast of text that is set: a little above the 4.5 of WCAG, since the accent also stands on a tinted ground.
const TEXT: f32 = 5.0;
/// The least luminance of a light ground and the most of a dark one: on these all other colours of the form are readable.
const GROUND: (f32, f32) = (0.8, 0.03);
/// The most a corner may be rounded by, in CSS pixels.
const ROUNDEST: u8 = 24;
/// The most characters of a list of fonts.
const FONTS: usize = 200;

impl Colour {
    /// From `#rrggbb`.
    fn parse(text: &str) -> Option<Self> {
        let hex = text
            .strip_prefix('#')
            .filter(|hex| hex.len() == 6 && hex.bytes().all(|b| b.is_ascii_hexdigit()))?;
        let part = |at: usize| u8::from_str_radix(&hex[at..at + 2], 16).ok();
        Some(Self([part(0)?, part(2)?, part(4)?]))
    }

    /// WCAG's relative luminance, 0 to 1. The curve of sRGB is a polynomial here, which is right to 0.002.
    fn luminance(self) -> f32 {
        let linear = |part: u8| {
            let c = f32::from(part) / 255.0;
            c * (c * (c * 0.305_306 + 0.682_171) + 0.012_523)
        };
        let [r, g, b] = self.0.map(linear);
        0.2126 * r + 0.7152 * g + 0.0722 * b
    }

    /// WCAG's contrast ratio, 1 to 21.
    fn contrast(self, other: Self) -> f32 {
        let (a, b) = (self.luminance(), other.luminance());
        (a.max(b) + 0.05) / (a.min(b) + 0.05)
    }

    /// So many sixteenths of the way to white or black.
    fn towards(self, end: u8, sixteenths: u16) -> Self {
        let mixed = |part: u8| ((u16::from(part) * (16 - sixteenths) + u16::from(end) * sixteenths) / 16) as u8;
        Self(self.0.map(mixed))
    }

    fn text(self) -> String {
        let mut text = "#".to_owned();
        for part in self.0 {
            for digit in [part >> 4, part & 15] {
                text.push(char::from_digit(digit.into(), 16).unwrap_or('0'));
            }
        }
        text
    }
}

/// The colours of one scheme, and which of those asked for are among them, as they are or moved.
fn settled(asked: &[Option<Colour>; 8], dark: bool) -> ([Colour; 8], [bool; 8]) {
    let mut colours = COLOURS.map(|(_, light, night)| if dark { night } else { light });
    let mut taken = [false; 8];
    // From where inks begin to be readable, to there.
    let end = if dark { 255 } else { 0 };
    let mut take = |place: usize, colours: &mut [Colour; 8], colour: Option<Colour>| {
        if let Some(colour) = colour {
            colours[place] = colour;
            taken[place] = true;
        }
    };
    for place in [PAPER, SHEET] {
        let fits = |one: &Colour| {
            if dark {
                one.luminance() <= GROUND.1
            } else {
                one.luminance() >= GROUND.0
            }
        };
        take(place, &mut colours, asked[place].filter(fits));
    }
    for place in [INK, SOFT, ACCENT] {
        let readable = |one: Colour| one.contrast(colours[PAPER]).min(one.contrast(colours[SHEET]));
        let moved = asked[place].and_then(|one| {
            // An accent is moved as far as it takes; an ink of the other scheme stays there.
            let near = place == ACCENT || readable(one) >= 3.0;
            (0..=16)
                .map(|part| one.towards(end, part))
                .find(|one| near && readable(*one) >= TEXT)
        });
        take(place, &mut colours, moved);
    }
    let on_accent = asked[ON_ACCENT].filter(|one| one.contrast(colours[ACCENT]) >= 4.5);
    take(ON_ACCENT, &mut colours, on_accent);
    if on_accent.is_none() && asked[ACCENT].is_some() {
        let (black, white) = (Colour([0; 3]), Colour([0xff; 3]));
        let by = |one: Colour| one.contrast(colours[ACCENT]);
        colours[ON_ACCENT] = if by(white) >= by(black) { white } else { black };
    }
    let line = asked[LINE].filter(|one| one.contrast(colours[PAPER]) <= 4.5);
    take(LINE, &mut colours, line);
    let light = asked[LIGHT].filter(|one| one.contrast(colours[INK]) >= 3.0);
    take(LIGHT, &mut colours, light);
    if colours[LIGHT].contrast(colours[INK]) < 3.0 {
        colours[LIGHT] = colours[SHEET];
    }
    (colours, taken)
}

/// What becomes of what a page asks for.
#[derive(Debug, Default, PartialEq, Eq)]
pub struct Look {
    /// The custom properties that are set, with their values. All others of the same kind are not.
    pub set: Vec<(&'static str, String)>,
    /// The names of the tokens that were not taken, in the order in which they are known.
    pub refused: Vec<&'static str>,
}

/// Every property that can be set.
pub const PROPERTIES: [&str; 10] = [
    "--oc-paper",
    "--oc-sheet",
    "--oc-ink",
    "--oc-ink-soft",
    "--oc-accent",
    "--oc-on-accent",
    "--oc-line",
    "--oc-light",
    "--oc-radius",
    "--oc-font",
];

impl Look {
    /// Of tokens by name (`accent`), each a text; whatever is none is passed over.
    pub fn of(tokens: &Map<String, Value>) -> Self {
        let text = |name: &str| tokens.get(name).and_then(Value::as_str);
        let mut look = Self::default();
        let asked = COLOURS.map(|(name, ..)| text(name).and_then(Colour::parse));
        let (light, by_day) = settled(&asked, false);
        let (dark, by_night) = settled(&asked, true);
        for (place, (name, by_default, at_night)) in COLOURS.into_iter().enumerate() {
            let taken = by_day[place] || by_night[place];
            if taken || (light[place], dark[place]) != (by_default, at_night) {
                let value = ["light-dark(", &light[place].text(), ", ", &dark[place].text(), ")"].concat();
                look.set.push((PROPERTIES[place], value));
            }
            if !taken && text(name).is_some() {
                look.refused.push(name);
            }
        }
        let rest = [("radius", text("radius").map(radius)), ("font", text("font").map(fonts))];
        for ((name, value), property) in rest.into_iter().zip(&PROPERTIES[COLOURS.len()..]) {
            match value {
                Some(Some(value)) => look.set.push((property, value)),
                Some(None) => look.refused.push(name),
                None => {}
            }
        }
        look
    }
}

/// A length such as `6px`, whole.
fn radius(text: &str) -> Option<String> {
    let number = text.trim().strip_suffix("px")?;
    let pixels: u8 = number.parse().ok()?;
    (pixels <= ROUNDEST).then(|| [number, "px"].concat())
}

/// A list of names of fonts, each in quotes but for the general ones; fonts that the reader's device does not have are passed over there.
fn fonts(text: &str) -> Option<String> {
    const GENERAL: [&str; 5] = ["sans-serif", "serif", "monospace", "system-ui", "ui-sans-serif"];
    if text.len() > FONTS {
        return None;
    }
    let mut list = String::new();
    for name in text.split(',') {
        let name = name.trim().trim_matches(['"', '\'']);
        let plain = |c: char| c.is_ascii_alphanumeric() || !c.is_ascii() || c == ' ' || c == '-';
        if name.is_empty() || !name.chars().all(plain) {
            return None;
        }
        let quote = if GENERAL.contains(&name) { "" } else { "\"" };
        list.extend([if list.is_empty() { "" } else { ", " }, quote, name, quote]);
    }
    Some(list)
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;
    use serde_json::json;

    fn look(tokens: Value) -> Look {
        Look::of(tokens.as_object().unwrap())
    }

    fn value(look: &Look, property: &str) -> Option<(Colour, Colour)> {
        let (_, value) = look.set.iter().find(|(name, _)| *name == property)?;
        let (light, dark) = value.strip_prefix("light-dark(")?.strip_suffix(')')?.split_once(", ")?;
        Some((Colour::parse(light)?, Colour::parse(dark)?))
    }

    /// CSS Color 4's OKLCH as sRGB, and the colours of `style/tokens.css` in both schemes.
    fn token(name: &str) -> (Colour, Colour) {
        let css = include_str!("../../style/tokens.css");
        let line = css
            .lines()
            .find_map(|line| line.trim().strip_prefix(&format!("{name}: light-dark(")))
            .unwrap();
        let of = |text: &str| {
            let inside = text.split_once("oklch(").unwrap().1.split_once(')').unwrap().0;
            let parts: Vec<f64> = inside.split_whitespace().map(|part| part.parse().unwrap()).collect();
            let (l, a, b) = (
                parts[0],
                parts[1] * parts[2].to_radians().cos(),
                parts[1] * parts[2].to_radians().sin(),
            );
            let cube = |x: f64| x * x * x;
            let (l, m, s) = (
                cube(l + 0.396_337_777_4 * a + 0.215_803_757_3 * b),
                cube(l - 0.105_561_345_8 * a - 0.063_854_172_8 * b),
                cube(l - 0.089_484_177_5 * a - 1.291_485_548_0 * b),
            );
            let srgb = |linear: f64| {
                let linear = linear.clamp(0.0, 1.0);
                let c = if linear <= 0.003_130_8 {
                    12.92 * linear
                } else {
                    1.055 * linear.powf(1.0 / 2.4) - 0.055
                };
                (c * 255.0).round() as u8
            };
            Colour([
                srgb(4.076_741_662_1 * l - 3.307_711_591_3 * m + 0.230_969_929_2 * s),
                srgb(-1.268_438_004_6 * l + 2.609_757_401_1 * m - 0.341_319_396_5 * s),
                srgb(-0.004_196_086_3 * l - 0.703_418_614_7 * m + 1.707_614_701_0 * s),
            ])
        };
        let (light, dark) = line.split_once("), ").unwrap();
        (of(&format!("{light})")), of(dark))
    }

    #[test]
    fn the_defaults_are_those_of_the_style_sheet() {
        for (place, (name, light, dark)) in COLOURS.into_iter().enumerate() {
            assert_eq!(PROPERTIES[place], format!("--oc-{name}"));
            let (by_day, by_night) = token(PROPERTIES[place]);
            for (ours, sheet) in [(light, by_day), (dark, by_night)] {
                let off = ours.0.iter().zip(sheet.0).map(|(a, b)| a.abs_diff(b)).max().unwrap();
                assert!(off <= 2, "{name}: {} is {}", ours.text(), sheet.text());
            }
        }
    }

    #[test]
    fn on_the_least_and_most_of_grounds_every_other_colour_is_readable() {
        let gray = |fits: &dyn Fn(Colour) -> bool, mut all: Box<dyn Iterator<Item = u8>>| all.find(|c| fits(Colour([*c; 3]))).unwrap();
        let lightest = gray(&|one| one.luminance() >= GROUND.0, Box::new(0..=255));
        let darkest = gray(&|one| one.luminance() <= GROUND.1, Box::new((0..=255).rev()));
        for (name, least) in [
            ("--wrong", 4.5),
            ("--good", 4.5),
            ("--warn", 4.5),
            ("--edge", 3.0),
            ("--oc-ink", 4.5),
            ("--oc-accent", 4.5),
        ] {
            let (light, dark) = token(name);
            for (colour, ground) in [(light, lightest), (dark, darkest)] {
                let contrast = colour.contrast(Colour([ground; 3]));
                assert!(contrast >= least, "{name}: {contrast}");
            }
        }
    }

    #[test]
    fn whatever_is_asked_for_all_text_is_readable() {
        let steps = [0_u8, 0x33, 0x66, 0x99, 0xcc, 0xff];
        let mut all = Vec::new();
        for r in steps {
            for g in steps {
                all.extend(steps.map(|b| Colour([r, g, b])));
            }
        }
        for (nth, accent) in all.iter().enumerate() {
            let other = |by: usize| all[(nth * 7 + by * 31) % all.len()];
            let asked = [other(1), other(2), other(3), other(4), *accent, other(5), other(6), other(7)].map(Some);
            for (asked, dark) in [(asked, false), (asked, true)] {
                let (colours, _) = settled(&asked, dark);
                for ground in [PAPER, SHEET] {
                    for text in [INK, SOFT, ACCENT] {
                        let contrast = colours[text].contrast(colours[ground]);
                        assert!(contrast >= 4.5, "{text} on {ground} of {asked:?}: {contrast}");
                    }
                }
                assert!(colours[ON_ACCENT].contrast(colours[ACCENT]) >= 4.5, "{asked:?}");
                assert!(colours[LIGHT].contrast(colours[INK]) >= 3.0, "{asked:?}");
            }
        }
    }

    #[test]
    fn an_accent_is_kept_where_it_is_readable_and_moved_where_not() {
        let (light, dark) = value(&look(json!({"accent": "#4F0599"})), "--oc-accent").unwrap();
        assert_eq!(light, Colour([0x4f, 0x05, 0x99]));
        assert!(dark != light && dark.contrast(COLOURS[PAPER].2) >= TEXT);
        let (light, dark) = value(&look(json!({"accent": "#ffcc00"})), "--oc-accent").unwrap();
        assert_eq!(dark, Colour([0xff, 0xcc, 0x00]));
        assert!(light.contrast(COLOURS[PAPER].1) >= TEXT);
    }

    #[test]
    fn a_token_of_one_scheme_stays_there() {
        let look = look(json!({"paper": "#ffffff", "ink": "#000000"}));
        assert_eq!(look.refused, <[&str; 0]>::default());
        assert_eq!(value(&look, "--oc-paper"), Some((Colour([0xff; 3]), COLOURS[PAPER].2)));
        assert_eq!(value(&look, "--oc-ink"), Some((Colour([0; 3]), COLOURS[INK].2)));
    }

    #[test]
    fn what_is_no_token_is_refused_and_named() {
        for odd in [
            "url(https://evil.example/x)",
            "red;}",
            "#12345",
            "#1234567",
            "#gggggg",
            "",
            "var(--x)",
            &"x".repeat(10_000),
        ] {
            let names = COLOURS.map(|(name, ..)| name);
            let tokens: Map<String, Value> = names
                .iter()
                .chain(&["radius", "font"])
                .map(|name| ((*name).to_owned(), json!(odd)))
                .collect();
            let found = Look::of(&tokens);
            assert_eq!(found.set, [], "{odd}");
            assert_eq!(found.refused.len(), 10, "{odd}");
        }
        // The middle of all colours is no ground to write on.
        assert_eq!(look(json!({"paper": "#808080"})).refused, ["paper"]);
        assert_eq!(look(json!({"radius": "1000px"})).refused, ["radius"]);
        assert_eq!(
            look(json!({"radius": "calc(1px)", "--oc-ink": "#000000", "x": 1})).refused,
            ["radius"]
        );
        assert_eq!(look(json!({"accent": 7, "font": ["a"]})), Look::default());
    }

    #[test]
    fn corners_and_fonts_are_written_anew() {
        let look = look(json!({"radius": " 6px ", "font": "Inter, 'Open Sans',sans-serif"}));
        assert_eq!(
            look.set,
            [
                ("--oc-radius", "6px".to_owned()),
                ("--oc-font", "\"Inter\", \"Open Sans\", sans-serif".to_owned())
            ]
        );
    }
}
