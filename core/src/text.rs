//! Text as people see it: how long it is, and what of it is kept.

pub use crate::cluster::clusters;

/// How many characters a person sees: extended grapheme clusters (UAX #29), so an emoji family or a letter
/// with its accents is one. A line break is one however it is written (CRLF, LF or CR).
pub fn characters(text: &str) -> usize {
    if text.is_ascii() {
        // Every ASCII character stands alone, but for CRLF.
        return text.len() - text.as_bytes().windows(2).filter(|pair| pair == b"\r\n").count();
    }
    clusters(text).count()
}

/// Whether there are characters that cannot be printed: C0 and C1 controls and DEL, other than line breaks and tabs.
pub fn has_controls(text: &str) -> bool {
    text.chars().any(|c| c.is_control() && !matches!(c, '\n' | '\r' | '\t'))
}

/// Whether a text shows nothing: only white space and characters without a shape of their own.
pub fn is_blank(text: &str) -> bool {
    text.chars().all(|c| c.is_whitespace() || is_shapeless(c))
}

/// What is kept of a text of one line: line breaks and tabs become spaces, the ends are trimmed, and the
/// characters that reorder others are taken out ([`reorders`]). Never more characters than there were.
pub fn clean_line(text: &str) -> String {
    if is_blank(text) {
        return String::new();
    }
    let mut kept = String::with_capacity(text.len());
    let mut last = ' ';
    for c in text.chars() {
        match c {
            '\n' if last == '\r' => {}
            '\n' | '\r' | '\t' => kept.push(' '),
            c if reorders(c) => {}
            c => kept.push(c),
        }
        last = c;
    }
    String::from(kept.trim())
}

/// What is kept of a text of several lines: every line break becomes `\n`, spaces at line ends and blank lines
/// at either end go, and the characters that reorder others are taken out. Never more characters than there were.
pub fn clean_lines(text: &str) -> String {
    if is_blank(text) {
        return String::new();
    }
    let mut kept = String::with_capacity(text.len());
    let mut last = '\n';
    for c in text.chars() {
        match c {
            '\n' if last == '\r' => {}
            '\n' | '\r' => {
                kept.truncate(kept.trim_end_matches([' ', '\t', '\u{a0}']).len());
                kept.push('\n');
            }
            c if reorders(c) => {}
            c => kept.push(c),
        }
        last = c;
    }
    String::from(kept.trim_end().trim_start_matches(['\n', ' ', '\t']))
}

/// Whether a character changes the direction of the text after it (U+202A to U+202E, U+2066 to U+2069), or is a
/// byte order mark (U+FEFF).
///
/// They are taken out without a word: hardly anybody types them on purpose, and who pasted one could not find it
/// to mend it. Direction marks (U+200E, U+200F) and joiners (U+200C, U+200D) stay: Arabic, Hebrew, Persian, Indic
/// scripts and emoji families need them.
pub const fn reorders(c: char) -> bool {
    matches!(c, '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}' | '\u{feff}')
}

/// Characters that show nothing when they stand alone.
const fn is_shapeless(c: char) -> bool {
    reorders(c)
        || matches!(c, '\u{ad}' | '\u{61c}' | '\u{180e}' | '\u{200b}'..='\u{200f}' | '\u{2060}'..='\u{2064}' | '\u{115f}' | '\u{1160}' | '\u{2800}' | '\u{3164}')
}

/// The most characters of a file's name.
const FILE_NAME_MAX: usize = 120;

/// A file's name that is safe to show and to offer for a download: no folders, no control characters, nothing
/// that reorders text (`invoice\u{202e}fdp.exe`), none of `< > : " | ? *`, no dots at the start, at most 120
/// characters with the ending kept. `file` when nothing is left.
pub fn file_name(name: &str) -> String {
    let last = name.rsplit(['/', '\\']).next().unwrap_or(name);
    let kept: String = last
        .chars()
        .filter(|&c| !c.is_control() && !is_shapeless(c) && !matches!(c, '<' | '>' | ':' | '"' | '|' | '?' | '*'))
        .collect();
    let kept = trim_name(&kept);
    if kept.is_empty() {
        return String::from("file");
    }
    if characters(kept) <= FILE_NAME_MAX && kept.len() <= 4 * FILE_NAME_MAX {
        return String::from(kept);
    }
    let (stem, ending) = match kept.rsplit_once('.') {
        Some((stem, ending)) if ending.len() <= 8 && !stem.is_empty() => (stem, ending),
        _ => (kept, ""),
    };
    let room = FILE_NAME_MAX - ending.len() - 1;
    let mut short = String::new();
    for character in clusters(stem).take(room) {
        // A single "character" may be any number of combining marks.
        if short.len() + character.len() > 4 * room {
            break;
        }
        short.push_str(character);
    }
    short.truncate(trim_name(&short).len());
    if short.is_empty() {
        short.push_str("file");
    }
    if !ending.is_empty() {
        short.push('.');
        short.push_str(ending);
    }
    short
}

/// Without white space and dots at either end.
fn trim_name(name: &str) -> &str {
    name.trim_matches(|c: char| c.is_whitespace() || c == '.')
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn characters_are_counted_as_people_count_them() {
        for (text, count) in [
            ("", 0),
            ("Ada", 3),
            ("👩‍👩‍👧‍👦", 1),
            ("🇫🇷🇪🇺", 2),
            ("👍🏽", 1),
            ("e\u{301}te\u{301}", 3),
            ("नमस्ते", 3),
            ("한국", 2),
            ("\u{1112}\u{1161}\u{11ab}", 1),
            ("a\r\nb", 3),
            ("a\rb\nc", 5),
            ("\r\n\r\n", 2),
            ("é\r\n", 2),
            ("\n\r", 2),
        ] {
            assert_eq!(characters(text), count, "{text:?}");
        }
    }

    #[test]
    fn a_line_is_trimmed_and_keeps_its_order() {
        assert_eq!(clean_line(" \u{a0}Acme\tLabs\r\n"), "Acme Labs");
        assert_eq!(clean_line("pay\u{202e}fdp.exe\u{202c}"), "payfdp.exe");
        assert_eq!(clean_line("\u{200b}\u{2060} "), "");
        assert_eq!(clean_line("👩‍👩‍👧"), "👩‍👩‍👧");
    }

    #[test]
    fn lines_keep_their_breaks_and_indents_inside() {
        assert_eq!(
            clean_lines("\r\n  one  \r\n  two\rthree\n\n four \n\n"),
            "one\n  two\nthree\n\n four"
        );
        assert_eq!(clean_lines(" \n\u{200b}\r\n"), "");
    }

    #[test]
    fn controls_are_seen_but_for_breaks_and_tabs() {
        assert!(!has_controls("a\r\n\tb"));
        for bad in ["\0", "\u{7}", "\u{1b}[2J", "\u{7f}", "\u{85}", "\u{9b}"] {
            assert!(has_controls(bad), "{bad:?}");
        }
    }

    #[test]
    fn names_of_files_are_harmless() {
        for (name, safe) in [
            ("deck.pdf", "deck.pdf"),
            ("../../etc/passwd", "passwd"),
            ("C:\\fakepath\\Pitch deck.pdf", "Pitch deck.pdf"),
            ("invoice\u{202e}fdp.exe", "invoicefdp.exe"),
            ("a\0b\r\n\"<script>\".pdf", "abscript.pdf"),
            (".htaccess", "htaccess"),
            ("..", "file"),
            ("", "file"),
            ("présentation été.pdf", "présentation été.pdf"),
        ] {
            assert_eq!(file_name(name), safe, "{name:?}");
        }
        let long = file_name(&("x".repeat(500) + ".pdf"));
        assert_eq!((long.len(), long.ends_with("x.pdf")), (120, true));
        assert!(file_name(&("e".to_owned() + &"\u{301}".repeat(10_000))).len() <= 500);
    }

    proptest! {
        #[test]
        fn cleaning_is_done_once(text in any::<String>()) {
            let (line, lines) = (clean_line(&text), clean_lines(&text));
            prop_assert_eq!(clean_line(&line), line.clone());
            prop_assert_eq!(clean_lines(&lines), lines.clone());
            prop_assert!(!lines.contains('\r') && !line.contains(['\r', '\n', '\t']));
        }

        #[test]
        fn cleaning_never_adds_characters(text in "[a-z \\r\\n\\t\u{301}\u{202e}\u{200d}👩🇫🇷]{0,40}") {
            prop_assert!(characters(&clean_line(&text)) <= characters(&text));
            prop_assert!(characters(&clean_lines(&text)) <= characters(&text));
        }

        #[test]
        fn the_quick_count_of_ascii_agrees(text in "[ -~\\r\\n\\t]{0,60}") {
            prop_assert_eq!(characters(&text), clusters(&text).count());
        }

        #[test]
        fn every_name_of_a_file_is_harmless(name in any::<String>()) {
            let safe = file_name(&name);
            prop_assert!(!safe.is_empty() && !safe.starts_with('.') && characters(&safe) <= FILE_NAME_MAX);
            prop_assert!(!safe.contains(['/', '\\', '"', '\r', '\n']) && !safe.chars().any(|c| c.is_control() || reorders(c)));
            prop_assert_eq!(file_name(&safe), safe);
        }
    }
}
