//! Text as people see it: how long it is, and what of it is kept.

use unicode_segmentation::UnicodeSegmentation as _;

/// How many characters a person sees: extended grapheme clusters (UAX #29), so an emoji family or a letter
/// with its accents is one. A line break is one however it is written (CRLF, LF or CR).
pub fn characters(text: &str) -> usize {
    if text.is_ascii() {
        // Every ASCII character stands alone, but for CRLF.
        return text.len() - text.as_bytes().windows(2).filter(|pair| pair == b"\r\n").count();
    }
    text.graphemes(true).count()
}

/// Whether there are characters that cannot be printed: C0 and C1 controls and DEL, other than line breaks and tabs.
pub fn has_controls(text: &str) -> bool {
    text.chars().any(|c| c.is_control() && !matches!(c, '\n' | '\r' | '\t'))
}

/// What is kept of a text of one line: line breaks and tabs become spaces, the ends are trimmed, and the
/// characters that reorder or hide what follows them are taken out (see [`is_deceptive`]).
pub fn clean_line(text: &str) -> String {
    let kept: String = text
        .chars()
        .filter(|&c| !is_deceptive(c))
        .map(|c| if matches!(c, '\n' | '\r' | '\t') { ' ' } else { c })
        .collect();
    kept.trim().to_owned()
}

/// What is kept of a text of several lines: every line break becomes `\n`, the ends are trimmed, as are spaces
/// at line ends, and deceptive characters are taken out.
pub fn clean_lines(text: &str) -> String {
    let kept: String = text
        .replace("\r\n", "\n")
        .replace('\r', "\n")
        .chars()
        .filter(|&c| !is_deceptive(c))
        .collect();
    kept.trim().to_owned()
}

/// Whether a character changes the direction of others (U+202A to U+202E, U+2066 to U+2069), or is a
/// byte order mark (U+FEFF).
///
/// They are taken out without a word: nobody types them on purpose, and an applicant who pasted one could not
/// find it to mend it. Joiners (U+200C, U+200D) stay: emoji families and several scripts need them.
pub fn is_deceptive(c: char) -> bool {
    matches!(c, '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}' | '\u{feff}')
}
