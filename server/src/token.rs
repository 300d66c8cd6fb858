//! The bearer token that stands for an application, and what is kept of it.

use axum::http::{HeaderMap, header};
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use sha2::{Digest as _, Sha256};

/// The SHA-256 of a bearer token, 64 lowercase hex digits. The token itself is kept nowhere, nor written to any log.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct TokenHash(String);

impl TokenHash {
    /// From the `Authorization` header: `Bearer` and 43 characters of base64url, which is 256 bits. `None` for anything else.
    pub fn from_headers(headers: &HeaderMap) -> Option<Self> {
        let (scheme, token) = headers.get(header::AUTHORIZATION)?.to_str().ok()?.split_once(' ')?;
        if !scheme.eq_ignore_ascii_case("bearer") {
            return None;
        }
        Self::from_token(token.trim())
    }

    /// From a token.
    pub fn from_token(token: &str) -> Option<Self> {
        if token.len() != 43 || URL_SAFE_NO_PAD.decode(token).ok()?.len() != 32 {
            return None;
        }
        Some(Self(hex(&Sha256::digest(token.as_bytes()))))
    }

    /// The 64 hex digits.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// Lowercase hex digits.
pub fn hex(bytes: &[u8]) -> String {
    const DIGITS: &[u8; 16] = b"0123456789abcdef";
    let mut text = String::with_capacity(bytes.len() * 2);
    for byte in bytes {
        text.push(char::from(DIGITS[usize::from(byte >> 4)]));
        text.push(char::from(DIGITS[usize::from(byte & 15)]));
    }
    text
}

/// 128 random bits in hex: ids of applications and files.
pub fn random_id() -> String {
    hex(&random::<16>())
}

/// A short reference for people, such as `K7QF-2MXD`: 40 random bits without letters that look alike.
pub fn random_reference() -> String {
    const LETTERS: &[u8; 32] = b"23456789ABCDEFGHJKMNPQRSTUVWXYZ2";
    // 31 letters that cannot be mistaken for one another; bytes that would favour some are drawn again.
    let mut text = String::with_capacity(9);
    while text.len() < 9 {
        if text.len() == 4 {
            text.push('-');
        }
        let [byte] = random::<1>();
        if byte < 248 {
            text.push(char::from(LETTERS[usize::from(byte % 31)]));
        }
    }
    text
}

/// Random bytes from the operating system.
pub fn random<const N: usize>() -> [u8; N] {
    let mut bytes = [0; N];
    getrandom::fill(&mut bytes).expect("the operating system gives random bytes");
    bytes
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_256_bits_of_base64url_are_a_token() {
        let token = URL_SAFE_NO_PAD.encode([7; 32]);
        assert!(TokenHash::from_token(&token).is_some());
        assert!(TokenHash::from_token("").is_none());
        assert!(TokenHash::from_token(&token[1..]).is_none());
        assert!(TokenHash::from_token(&"+".repeat(43)).is_none());
        assert!(TokenHash::from_token(&"é".repeat(43)).is_none());
    }

    #[test]
    fn references_are_short_and_hard_to_misread() {
        for _ in 0..200 {
            let reference = random_reference();
            assert_eq!(reference.len(), 9, "{reference}");
            assert!(!reference.contains(['0', '1', 'O', 'I', 'L']), "{reference}");
        }
    }
}
