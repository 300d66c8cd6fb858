//! Octets as text: base64 (RFC 4648) and percent-encoding (RFC 3986).

/// Base64 with padding (RFC 4648, section 4).
#[must_use]
pub fn base64(bytes: &[u8]) -> String {
    let mut out = digits(bytes, b"+/");
    while !out.len().is_multiple_of(4) {
        out.push('=');
    }
    out
}

/// Base64url without padding (RFC 4648, section 5).
#[must_use]
pub fn base64url(bytes: &[u8]) -> String {
    digits(bytes, b"-_")
}

/// Six bits a digit; `last` are the digits of 62 and 63.
fn digits(bytes: &[u8], last: &[u8; 2]) -> String {
    const DIGITS: &[u8; 62] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789";
    let mut out = String::with_capacity(bytes.len().div_ceil(3) * 4);
    for three in bytes.chunks(3) {
        let n = three.iter().fold(0_u32, |n, byte| n << 8 | u32::from(*byte)) << (8 * (3 - three.len()));
        for place in 0..=three.len() {
            let digit = (n >> (18 - 6 * place)) as usize & 63;
            out.push(char::from(*DIGITS.get(digit).unwrap_or(&last[digit & 1])));
        }
    }
    out
}

/// Percent-encodes everything but the unreserved characters (RFC 3986, section 2.3).
#[must_use]
pub fn percent_encoded(text: &str) -> String {
    const HEX: &[u8; 16] = b"0123456789ABCDEF";
    let mut out = String::with_capacity(text.len());
    for byte in text.bytes() {
        if byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'.' | b'_' | b'~') {
            out.push(char::from(byte));
        } else {
            out.push('%');
            out.push(char::from(HEX[usize::from(byte >> 4)]));
            out.push(char::from(HEX[usize::from(byte & 15)]));
        }
    }
    out
}

/// Undoes percent-encoding; a `%` without two hexadecimal digits stays, and octets that are no UTF-8 become U+FFFD.
#[must_use]
pub fn percent_decoded(text: &str) -> String {
    let bytes = text.as_bytes();
    let mut out = Vec::with_capacity(bytes.len());
    let mut at = 0;
    while at < bytes.len() {
        let hex = |place: usize| bytes.get(place).and_then(|byte| char::from(*byte).to_digit(16));
        match (bytes[at], hex(at + 1), hex(at + 2)) {
            (b'%', Some(high), Some(low)) => {
                out.push((high * 16 + low) as u8);
                at += 3;
            }
            (byte, ..) => {
                out.push(byte);
                at += 1;
            }
        }
    }
    String::from_utf8_lossy(&out).into_owned()
}

/// Undoes the encoding of a query, in which a `+` is a space (<https://url.spec.whatwg.org/#urlencoded-parsing>); else as
/// [`percent_decoded`].
#[must_use]
pub fn query_decoded(text: &str) -> String {
    percent_decoded(&text.replace('+', " "))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn base64_is_that_of_rfc_4648() {
        for (text, coded) in [
            ("", ""),
            ("f", "Zg=="),
            ("fo", "Zm8="),
            ("foo", "Zm9v"),
            ("foob", "Zm9vYg=="),
            ("fooba", "Zm9vYmE="),
            ("foobar", "Zm9vYmFy"),
        ] {
            assert_eq!(base64(text.as_bytes()), coded);
        }
        assert_eq!(base64(&[0xfb, 0xff, 0xbf]), "+/+/");
    }

    #[test]
    fn base64url_has_no_padding_and_no_slash() {
        assert_eq!(base64url(b"f"), "Zg");
        assert_eq!(base64url(&[0xfb, 0xff, 0xbf]), "-_-_");
        assert_eq!(base64url(&[255; 32]).len(), 43);
    }

    #[test]
    fn what_is_percent_encoded_comes_back() {
        for (text, coded) in [
            ("a-b.c_d~e", "a-b.c_d~e"),
            ("a/ü?", "a%2F%C3%BC%3F"),
            ("100 %", "100%20%25"),
            ("+", "%2B"),
        ] {
            assert_eq!(percent_encoded(text), coded);
            assert_eq!(percent_decoded(coded), text);
            assert_eq!(query_decoded(coded), text);
        }
        assert_eq!(query_decoded("a+b%2Bc"), "a b+c");
    }

    #[test]
    fn what_is_no_percent_encoding_stays() {
        for (coded, text) in [("100%", "100%"), ("%2", "%2"), ("%zz", "%zz"), ("%+1", "%+1"), ("%ff", "\u{fffd}")] {
            assert_eq!(percent_decoded(coded), text);
        }
    }
}
