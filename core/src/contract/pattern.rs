//! What texts of the contract may look like: regular expressions (ECMA-262, as JSON Schema takes them) of what backends check.

/// A SHA-256 in hex.
pub const DIGEST: &str = "^[0-9a-f]{64}$";
/// 256 bits in base64url without padding; the last character holds four of them.
pub const TOKEN: &str = "^[A-Za-z0-9_-]{42}[AEIMQUYcgkosw048]$";
/// An id that a page makes of itself.
pub const CLIENT: &str = "^[A-Za-z0-9_-]{1,64}$";
/// A programme, a section or an organiser ([`super::is_id`]).
pub const ID: &str = "^[a-z0-9-]{1,64}$";
/// An id that a backend made: harmless in an address.
pub const MADE_ID: &str = "^[A-Za-z0-9_-]{1,128}$";
/// A short reference for people.
pub const REFERENCE: &str = "^[A-Za-z0-9-]{1,64}$";
/// An `Idempotency-Key`, with or without the quotes of a structured field (RFC 8941): printable ASCII without quotes and backslashes.
pub const KEY: &str = r#"^("[ !#-\[\]-~]{1,255}"|[!#-\[\]-~]([ !#-\[\]-~]{0,253}[!#-\[\]-~])?)$"#;
/// A strong entity tag with a version in it.
pub const VERSION_TAG: &str = "^\"[0-9]+\"$";
/// The field that a file answers: `deck`, or `team/0/photo` in a group; slashes before it are passed over.
pub const FIELD: &str = r"^/*[^/\u0000-\u001f\u007f-\u009f][^\u0000-\u001f\u007f-\u009f]*$";
/// No control characters but line breaks and tabs.
pub const PRINTABLE: &str = r"^[^\u0000-\u0008\u000b\u000c\u000e-\u001f\u007f-\u009f]*$";
/// The same, and something in it that can be seen ([`crate::text::is_blank`]).
pub const SEEN: &str = concat!(
    r"^[^\u0000-\u0008\u000b\u000c\u000e-\u001f\u007f-\u009f]*",
    r"[^\s\u0000-\u001f\u007f-\u009f\u00ad\u061c\u115f\u1160\u180e\u200b-\u200f\u202a-\u202e\u2060-\u2064\u2066-\u2069\u2800\u3164\ufeff]",
    r"[^\u0000-\u0008\u000b\u000c\u000e-\u001f\u007f-\u009f]*$"
);
/// The query of an address: no control characters, and no `#`, which ends it.
pub const QUERY: &str = r"^[^#\u0000-\u001f\u007f-\u009f]*$";
/// The largest whole number that every JSON library keeps (RFC 8259, section 6; RFC 8785, 3.2.2.3): 2^53 - 1.
pub const LARGEST: u64 = 9_007_199_254_740_991;
