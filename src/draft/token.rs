//! Random things: tokens and idempotency keys.

use opencall_core::encoding::base64url;

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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn thirty_two_bytes_make_a_token() {
        assert!(Token::parse(&base64url(&[255; 32])).is_some());
        assert!(Token::parse(&base64url(&[0; 32])).is_some());
    }
}
