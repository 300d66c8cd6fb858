//! How text is compared and searched: without case and without the marks above and below letters.
//!
//! A table of the Latin letters of Europe rather than Unicode's decomposition of all scripts: it is the staff's app that grows by it. Letters
//! of other scripts are compared in lower case as they are; combining marks are left out in all of them.

/// Letters with marks, each line behind the letter it is compared as.
const PLAIN: [(&str, &str); 27] = [
    ("a", "àáâãäåāăąǎạảấầẩẫậắằẳẵặ"),
    ("b", "ḃ"),
    ("c", "çćĉċč"),
    ("d", "ďđḋð"),
    ("e", "èéêëēĕėęěẹẻẽếềểễệ"),
    ("f", "ḟ"),
    ("g", "ĝğġģǧ"),
    ("h", "ĥħ"),
    ("i", "ìíîïĩīĭįıǐịỉ"),
    ("j", "ĵ"),
    ("k", "ķĸǩ"),
    ("l", "ĺļľŀł"),
    ("m", "ṁ"),
    ("n", "ñńņňŉŋ"),
    ("o", "òóôõöøōŏőǒọỏốồổỗộơớờởỡợ"),
    ("p", "ṗ"),
    ("r", "ŕŗř"),
    ("s", "śŝşšșṡ"),
    ("t", "ţťŧțṫ"),
    ("u", "ùúûüũūŭůűųǔụủưứừửữự"),
    ("w", "ŵẁẃẅ"),
    ("y", "ýÿŷỳỵỷỹ"),
    ("z", "źżž"),
    ("ss", "ß"),
    ("ae", "æ"),
    ("oe", "œ"),
    ("th", "þ"),
];

/// The text as it is compared.
pub fn fold(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    fold_into(&mut out, text);
    out
}

/// Puts the text as it is compared behind another.
pub fn fold_into(out: &mut String, text: &str) {
    if text.is_ascii() {
        let from = out.len();
        out.push_str(text);
        out[from..].make_ascii_lowercase();
    } else {
        text.chars().for_each(|c| fold_char(out, c));
    }
}

/// Puts a letter as it is compared behind a text.
pub(crate) fn fold_char(out: &mut String, c: char) {
    if c.is_ascii() {
        out.push(c.to_ascii_lowercase());
        return;
    }
    for c in c.to_lowercase() {
        match c {
            '\u{0300}'..='\u{036f}' | '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}' => {}
            '\u{a0}' | '\u{202f}' => out.push(' '),
            '’' | '‘' => out.push('\''),
            'ß'..='ỹ' => match PLAIN.iter().find(|(_, marked)| marked.contains(c)) {
                Some((plain, _)) => out.push_str(plain),
                None => out.push(c),
            },
            c => out.push(c),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::fold;

    #[test]
    fn case_and_marks_make_no_difference() {
        assert_eq!(fold("Crème BRÛLÉE"), "creme brulee");
        assert_eq!(fold("Ærøskøbing Łódź Straße"), "aeroskobing lodz strasse");
        assert_eq!(fold("e\u{301}"), "e");
        assert_eq!(fold("L’été\u{a0}!"), "l'ete !");
        assert_eq!(fold("İstanbul"), "istanbul");
    }

    #[test]
    fn other_scripts_keep_their_letters_and_marks_that_turn_text_are_not_searched() {
        assert_eq!(fold("МОСКВА"), "москва");
        assert_eq!(fold("شركة"), "شركة");
        assert_eq!(fold("東京"), "東京");
        assert_eq!(fold("a\u{202e}b"), "ab");
    }
}
