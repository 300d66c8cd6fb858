//! Text of one line and of several.

use serde_json::Value;

use super::{Answer, Read, string};
use crate::problem::Code;
use crate::programme::TextFormat;
use crate::text::{characters, clean_line, clean_lines, has_controls};

/// One line.
pub(super) fn line(raw: &Value, max: u32, format: TextFormat) -> Read {
    let text = checked(string(raw)?, max, clean_line)?;
    match format {
        TextFormat::Plain => Ok(Some(Answer::Text(text))),
        TextFormat::Siren => siren(&text),
    }
}

/// Several lines.
pub(super) fn lines(raw: &Value, max: u32) -> Read {
    Ok(Some(Answer::Text(checked(string(raw)?, max, clean_lines)?)))
}

/// What is kept of a text, if it can be printed and is not too long.
pub(super) fn checked(text: &str, max: u32, clean: fn(&str) -> String) -> Result<String, Code> {
    if has_controls(text) {
        return Err(Code::ControlCharacters);
    }
    let text = clean(text);
    let count = u32::try_from(characters(&text)).unwrap_or(u32::MAX);
    if count > max {
        Err(Code::TooLong { max, over: count - max })
    } else {
        Ok(text)
    }
}

/// A SIREN (French company number): nine digits of which the last makes the Luhn sum a multiple of ten. Spaces,
/// dots and hyphens between them are taken. (La Poste's exception is one of SIRET numbers, not of SIREN.)
fn siren(text: &str) -> Read {
    let digits: String = text.chars().filter(|c| !c.is_whitespace() && !matches!(c, '.' | '-')).collect();
    if digits.len() != 9 || !digits.bytes().all(|b| b.is_ascii_digit()) {
        return Err(Code::SirenLength);
    }
    let sum: u32 = digits
        .bytes()
        .enumerate()
        .map(|(index, byte)| {
            let digit = u32::from(byte - b'0');
            match (index % 2, digit * 2) {
                (0, _) => digit,
                (_, double) if double > 9 => double - 9,
                (_, double) => double,
            }
        })
        .sum();
    if sum.is_multiple_of(10) {
        Ok(Some(Answer::Text(digits)))
    } else {
        Err(Code::SirenChecksum)
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn text(text: &str) -> Read {
        Ok(Some(Answer::Text(String::from(text))))
    }

    #[test]
    fn a_text_may_be_as_long_as_its_limit_in_the_eyes_of_people() {
        assert_eq!(line(&json!("👩‍👩‍👧‍👦e\u{301}x"), 3, TextFormat::Plain), text("👩‍👩‍👧‍👦e\u{301}x"));
        assert_eq!(line(&json!("abcde"), 3, TextFormat::Plain), Err(Code::TooLong { max: 3, over: 2 }));
        assert_eq!(lines(&json!("a\r\nb"), 3), text("a\nb"));
        assert_eq!(lines(&json!("  abc  "), 3), text("abc"));
    }

    #[test]
    fn a_megabyte_in_a_short_field_is_only_too_long() {
        assert_eq!(
            line(&json!("x".repeat(1 << 20)), 80, TextFormat::Plain),
            Err(Code::TooLong {
                max: 80,
                over: (1 << 20) - 80
            })
        );
    }

    #[test]
    fn markup_is_text_and_controls_are_not() {
        assert_eq!(
            line(&json!("<script>alert(1)</script>"), 80, TextFormat::Plain),
            text("<script>alert(1)</script>")
        );
        assert_eq!(line(&json!("a\u{0}b"), 80, TextFormat::Plain), Err(Code::ControlCharacters));
        assert_eq!(lines(&json!("a\u{1b}b"), 80), Err(Code::ControlCharacters));
        assert_eq!(line(&json!(7), 80, TextFormat::Plain), Err(Code::WrongShape));
    }

    #[test]
    fn a_siren_has_nine_digits_and_a_sum() {
        for (typed, read) in [
            ("552 032 534", text("552032534")),
            ("732.829.320", text("732829320")),
            ("552032535", Err(Code::SirenChecksum)),
            ("55203253", Err(Code::SirenLength)),
            ("FR552032534", Err(Code::SirenLength)),
            ("٥٥٢٠٣٢٥٣٤", Err(Code::SirenLength)),
        ] {
            assert_eq!(line(&json!(typed), 20, TextFormat::Siren), read, "{typed}");
        }
    }
}
