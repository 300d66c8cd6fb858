//! Random things: tokens and idempotency keys.

use crate::api::Token;

/// A new token: 256 bits from the browser's cryptographic generator. `None` where the browser has none.
pub fn mint() -> Option<Token> {
    let mut bytes = [0; 32];
    fill(&mut bytes)?;
    Token::parse(&base64url(&bytes))
}

/// A new `Idempotency-Key`: 128 random bits.
pub fn key() -> String {
    let mut bytes = [0; 16];
    if fill(&mut bytes).is_none() {
        // A key needs to be unlikely to repeat, not secret.
        for byte in &mut bytes {
            *byte = (js_sys::Math::random() * 256.0) as u8;
        }
    }
    base64url(&bytes)
}

fn fill(bytes: &mut [u8]) -> Option<()> {
    leptos::prelude::window()
        .crypto()
        .ok()?
        .get_random_values_with_u8_array(bytes)
        .ok()
        .map(|_| ())
}

/// Base64url without padding (RFC 4648, section 5).
fn base64url(bytes: &[u8]) -> String {
    const DIGITS: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
    let mut out = String::with_capacity((bytes.len() * 8).div_ceil(6));
    for three in bytes.chunks(3) {
        let n = three.iter().fold(0u32, |n, b| n << 8 | u32::from(*b)) << (8 * (3 - three.len()));
        for i in 0..=three.len() {
            out.push(DIGITS[(n >> (18 - 6 * i)) as usize & 63] as char);
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn thirty_two_bytes_make_a_token() {
        assert!(Token::parse(&base64url(&[255; 32])).is_some());
        assert!(Token::parse(&base64url(&[0; 32])).is_some());
    }

    #[test]
    fn base64url_has_no_padding_and_no_slash() {
        assert_eq!(base64url(b"f"), "Zg");
        assert_eq!(base64url(&[0xfb, 0xff, 0xbf]), "-_-_");
    }
}
