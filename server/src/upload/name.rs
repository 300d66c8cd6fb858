//! Names of files made harmless.

use opencall_core::programme::FileType;

/// The most characters of a name.
const LIMIT: usize = 120;

/// A name without folders, control characters and characters that turn the reading direction, at most 120 long
/// with its ending kept; `file` when nothing is left.
pub fn sanitise(name: &str) -> String {
    let last = name.rsplit(['/', '\\']).next().unwrap_or(name);
    let clean: String = last.chars().filter(|character| !is_hidden(*character)).collect();
    // A leading dot would hide the file, a trailing one is dropped by Windows.
    let clean = clean.trim_matches(|character: char| character == '.' || character.is_whitespace());
    if clean.is_empty() {
        return String::from("file");
    }
    if clean.chars().count() <= LIMIT {
        return String::from(clean);
    }
    let (stem, ending) = clean
        .rsplit_once('.')
        .filter(|(_, ending)| ending.len() <= 10)
        .unwrap_or((clean, ""));
    let room = LIMIT - if ending.is_empty() { 0 } else { ending.chars().count() + 1 };
    let stem: String = stem.chars().take(room).collect();
    if ending.is_empty() { stem } else { format!("{stem}.{ending}") }
}

/// The kind that a name's ending promises.
pub fn promised(name: &str) -> Option<FileType> {
    let (_, ending) = name.rsplit_once('.')?;
    FileType::ALL.into_iter().find(|kind| ending.eq_ignore_ascii_case(kind.extension()))
}

/// Control characters, and those that are not seen but change what is: direction marks, overrides and
/// isolates, zero-width characters, line separators, the byte order mark, tags.
fn is_hidden(character: char) -> bool {
    character.is_control()
        || matches!(
            character,
            '\u{61c}' | '\u{200b}' | '\u{200e}'..='\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2060}'..='\u{206f}' | '\u{feff}'
                | '\u{fff9}'..='\u{fffb}' | '\u{e0000}'..='\u{e007f}'
        )
}

/// `Content-Disposition` that saves a file under its name (RFC 6266): plain for old clients, RFC 5987 for the others.
pub fn attachment(name: &str) -> String {
    use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};
    const ATTR_CHAR: &AsciiSet = &NON_ALPHANUMERIC.remove(b'.').remove(b'-').remove(b'_');
    let keep = |character: char| character.is_ascii_alphanumeric() || matches!(character, '.' | '-' | '_' | ' ');
    let plain: String = name
        .chars()
        .map(|character| if keep(character) { character } else { '_' })
        .collect();
    format!(
        "attachment; filename=\"{plain}\"; filename*=UTF-8''{}",
        utf8_percent_encode(name, ATTR_CHAR)
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn folders_controls_and_overrides_go() {
        assert_eq!(sanitise("../../etc/passwd"), "passwd");
        assert_eq!(sanitise("C:\\fakepath\\deck.pdf"), "deck.pdf");
        assert_eq!(sanitise("deck\u{202e}fdp.exe"), "deckfdp.exe");
        assert_eq!(sanitise("a\0b\r\nc.pdf"), "abc.pdf");
        assert_eq!(sanitise("..."), "file");
        assert_eq!(sanitise("Présentation 🚀.pdf"), "Présentation 🚀.pdf");
    }

    #[test]
    fn a_long_name_keeps_its_ending() {
        let name = sanitise(&format!("{}.pdf", "é".repeat(500)));
        assert_eq!(name.chars().count(), 120);
        assert!(name.ends_with(".pdf"), "{name}");
    }

    #[test]
    fn a_disposition_cannot_be_broken_out_of() {
        assert_eq!(
            attachment("a\"; x=\"b.pdf"),
            "attachment; filename=\"a__ x__b.pdf\"; filename*=UTF-8''a%22%3B%20x%3D%22b.pdf"
        );
    }
}
