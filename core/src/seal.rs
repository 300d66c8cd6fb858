//! The canonical form of an application and its digest: what a receipt speaks of.

use serde_json::Value;

use crate::validate::Application;

/// The canonical form (RFC 8785) of an application:
/// `{"answers":{…},"format":1,"programme":"…"}`.
pub fn canonical(application: &Application) -> String {
    canonical_json(&application.to_value())
}

/// Any JSON value in the canonical form of RFC 8785.
pub fn canonical_json(value: &Value) -> String {
    value.to_string()
}

/// SHA-256 of a text's UTF-8 bytes: 64 lowercase hex digits.
pub fn digest(text: &str) -> String {
    use sha2::Digest as _;
    const HEX: &[u8; 16] = b"0123456789abcdef";
    let mut hex = String::with_capacity(64);
    for byte in sha2::Sha256::digest(text.as_bytes()) {
        hex.push(char::from(HEX[usize::from(byte >> 4)]));
        hex.push(char::from(HEX[usize::from(byte & 15)]));
    }
    hex
}
