//! JSON Pointers (RFC 6901): how problems and faults name their place.

/// The pointer to a member or an element of what `parent` points at.
pub fn child(parent: &str, part: &str) -> String {
    let mut pointer = String::with_capacity(parent.len() + 1 + part.len());
    pointer.push_str(parent);
    push(&mut pointer, part);
    pointer
}

/// Appends one part, escaped.
pub fn push(pointer: &mut String, part: &str) {
    pointer.push('/');
    for c in part.chars() {
        match c {
            '~' => pointer.push_str("~0"),
            '/' => pointer.push_str("~1"),
            c => pointer.push(c),
        }
    }
}

/// Appends the index of an element.
pub fn push_index(pointer: &mut String, index: usize) {
    pointer.push('/');
    push_decimal(pointer, index as u64);
}

/// A part as it was before escaping: `~1` is `/` and `~0` is `~`.
pub fn unescape(part: &str) -> String {
    let mut text = String::with_capacity(part.len());
    let mut chars = part.chars().peekable();
    while let Some(c) = chars.next() {
        let after = if c == '~' {
            chars.next_if(|c| matches!(c, '0' | '1'))
        } else {
            None
        };
        text.push(match after {
            Some('0') => '~',
            Some(_) => '/',
            None => c,
        });
    }
    text
}

/// Decimal digits without the formatting machinery, which would weigh more than this in the browser.
pub(crate) fn decimal(number: u64) -> String {
    let mut text = String::new();
    push_decimal(&mut text, number);
    text
}

/// Appends decimal digits.
pub(crate) fn push_decimal(text: &mut String, number: u64) {
    if number >= 10 {
        push_decimal(text, number / 10);
    }
    text.push(char::from(b'0' + (number % 10) as u8));
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn parts_with_slashes_and_tildes_survive() {
        let pointer = child("/team", "a/b~c~1");
        assert_eq!(pointer, "/team/a~1b~0c~01");
        assert_eq!(unescape("a~1b~0c~01"), "a/b~c~1");
        assert_eq!(unescape("~2~"), "~2~");
    }

    #[test]
    fn indexes_are_decimal() {
        let mut pointer = String::from("/team");
        push_index(&mut pointer, 0);
        push_index(&mut pointer, 4_294_967_295);
        assert_eq!(pointer, "/team/0/4294967295");
    }
}
