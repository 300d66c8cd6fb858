//! Proofs: signed statements of what was received, and when. `docs/receipts.md` describes the format for people.
//!
//! What is signed is the UTF-8 text of a [`Statement`] in the canonical form of RFC 8785. The text itself travels in
//! [`Signed::statement`], so that whoever checks it needs no JSON library of a particular kind: the signature (Ed25519,
//! RFC 8032) is over exactly those bytes. A receipt or a seal shows the members of its statement a second time, for reading;
//! [`check`] refuses one that shows anything else than was signed.

use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::seal;
use crate::time::Timestamp;

/// The format of a statement.
pub const FORMAT: &str = "opencall-proof/1";
/// How statements are signed.
pub const ALGORITHM: &str = "Ed25519";

/// A file as a statement names it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "native", derive(schemars::JsonSchema))]
pub struct NamedFile {
    /// The field it answers, such as `deck` or `team/0/photo`: at most 200 characters.
    #[cfg_attr(feature = "native", schemars(extend("pattern" = crate::contract::pattern::FIELD, "maxLength" = 200)))]
    pub field: String,
    /// Its name.
    pub name: String,
    /// Its length in bytes.
    pub size: u64,
    /// SHA-256 of its content, 64 lowercase hex digits.
    #[cfg_attr(feature = "native", schemars(extend("pattern" = crate::contract::pattern::DIGEST)))]
    pub sha256: String,
}

/// What is signed.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum Statement {
    /// An application was received.
    Receipt(Received),
    /// The digest of an application was received.
    Seal(SealedDigest),
}

/// That an application was received.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Received {
    /// [`FORMAT`].
    pub format: String,
    /// The id of the key that signs.
    pub key_id: String,
    /// The programme's id.
    pub programme: String,
    /// The application's id.
    pub application: String,
    /// The short reference for people.
    pub reference: String,
    /// The version of the answers.
    pub version: u64,
    /// SHA-256 of the canonical application ([`crate::seal`]), 64 lowercase hex digits.
    pub digest: String,
    /// When the whole application was received, by the backend's clock.
    pub received_at: Timestamp,
    /// When this digest was first sealed, if it was.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub sealed_at: Option<Timestamp>,
    /// The deadline that was in force.
    pub deadline: Timestamp,
    /// The files received with it, in the order of the form.
    pub files: Vec<NamedFile>,
}

/// That the digest of an application was received: whatever has this digest was fixed by then.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct SealedDigest {
    /// [`FORMAT`].
    pub format: String,
    /// The id of the key that signs.
    pub key_id: String,
    /// The programme's id.
    pub programme: String,
    /// The application's id.
    pub application: String,
    /// The short reference for people.
    pub reference: String,
    /// The version of the answers that the backend had, as the app says.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub version: Option<u64>,
    /// SHA-256 of the canonical application ([`crate::seal`]), 64 lowercase hex digits.
    pub digest: String,
    /// When the digest was received, by the backend's clock.
    pub sealed_at: Timestamp,
    /// The deadline that was in force.
    pub deadline: Timestamp,
    /// The last instant at which the rest may arrive, as things stood then.
    pub until: Timestamp,
    /// The files that were still to come, as the app says.
    pub files: Vec<NamedFile>,
}

/// A signature and what it is over.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "native", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct Signed {
    /// The statement, to the byte as it was signed: RFC 8785 in UTF-8.
    pub statement: String,
    /// The id of the key ([`key_id`]).
    pub key_id: String,
    /// [`ALGORITHM`].
    pub algorithm: String,
    /// The 64 bytes of the signature in base64 (RFC 4648, section 4, with padding).
    pub signature: String,
}

/// A public key as `GET /api/v1/programmes/{programme}/keys` gives it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "native", derive(schemars::JsonSchema))]
pub struct PublicKey {
    /// Its id.
    pub key_id: String,
    /// [`ALGORITHM`].
    pub algorithm: String,
    /// The 32 bytes of the key in base64.
    pub public_key: String,
    /// The same as a PEM file (`SubjectPublicKeyInfo`, RFC 8410), for openssl.
    pub pem: String,
    /// Since when it is in use.
    pub since: Timestamp,
}

impl Statement {
    /// The text that is signed.
    pub fn text(&self) -> String {
        seal::canonical_json(&serde_json::to_value(self).unwrap_or_default())
    }

    /// The id of the key that signs.
    pub fn key_id(&self) -> &str {
        match self {
            Self::Receipt(received) => &received.key_id,
            Self::Seal(sealed) => &sealed.key_id,
        }
    }
}

/// What stands before the 32 bytes of an Ed25519 key in its DER form (`SubjectPublicKeyInfo`, RFC 8410).
const SPKI: [u8; 12] = [0x30, 0x2a, 0x30, 0x05, 0x06, 0x03, 0x2b, 0x65, 0x70, 0x03, 0x21, 0x00];

/// The id of a public key: the first 16 hex digits of the SHA-256 of its DER form (`SubjectPublicKeyInfo`). So
/// `openssl pkey -pubin -in key.pem -outform DER | sha256sum` begins with it.
pub fn key_id(public_key: &[u8; 32]) -> String {
    use sha2::Digest as _;
    let mut hash = sha2::Sha256::new();
    hash.update(SPKI);
    hash.update(public_key);
    seal::hex(&hash.finalize()[..8])
}

/// Why a receipt or a seal proves nothing.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Refusal {
    /// It is not signed, or its signed part is of another shape.
    Unsigned,
    /// It is signed with a key that is not among those given.
    UnknownKey,
    /// The signature is not over this statement, or not by this key.
    WrongSignature,
    /// The statement is none that this version knows.
    UnknownStatement,
    /// What it shows is not what was signed.
    ShowsSomethingElse,
}

impl std::fmt::Display for Refusal {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(match self {
            Self::Unsigned => "it is not signed",
            Self::UnknownKey => "it is signed with a key that the programme has not published",
            Self::WrongSignature => "the signature does not fit: it has been changed, or was never given",
            Self::UnknownStatement => "what was signed is no receipt or seal that is known here",
            Self::ShowsSomethingElse => "it shows something else than was signed",
        })
    }
}

impl std::error::Error for Refusal {}

/// Checks what a receipt or a seal says against what was signed. Whether the signature fits is for [`check`], or for
/// whatever the platform has: it is over the bytes of [`Signed::statement`].
///
/// # Errors
/// Why it proves nothing even if the signature should fit.
pub fn read(document: &Value) -> Result<(Statement, Signed), Refusal> {
    let signed: Signed = document
        .get("signed")
        .and_then(|signed| serde_json::from_value(signed.clone()).ok())
        .filter(|signed: &Signed| signed.algorithm == ALGORITHM)
        .ok_or(Refusal::Unsigned)?;
    let statement: Statement = serde_json::from_str(&signed.statement).map_err(|_| Refusal::UnknownStatement)?;
    let format = match &statement {
        Statement::Receipt(received) => &received.format,
        Statement::Seal(sealed) => &sealed.format,
    };
    // Anything that was signed and is not understood here would otherwise be passed over in silence.
    if format != FORMAT || statement.text() != signed.statement {
        return Err(Refusal::UnknownStatement);
    }
    let mut shown = document.as_object().cloned().unwrap_or_default();
    shown.remove("signed");
    if statement.key_id() != signed.key_id || Value::Object(shown) != shows(&statement) {
        return Err(Refusal::ShowsSomethingElse);
    }
    Ok((statement, signed))
}

/// What a receipt or a seal shows beside its signed part: every member of the statement that is not about signing.
pub fn shows(statement: &Statement) -> Value {
    let mut value = serde_json::to_value(statement).unwrap_or_default();
    if let Value::Object(members) = &mut value {
        for about_signing in ["format", "key_id", "kind"] {
            members.remove(about_signing);
        }
    }
    value
}

/// Checks a receipt or a seal: signed with one of these keys, and showing what was signed.
///
/// # Errors
/// Why it proves nothing.
#[cfg(feature = "native")]
pub fn check(document: &Value, keys: &[PublicKey]) -> Result<Statement, Refusal> {
    let (statement, signed) = read(document)?;
    let key = keys
        .iter()
        .find(|key| key.key_id == signed.key_id && key.algorithm == ALGORITHM)
        .ok_or(Refusal::UnknownKey)?;
    let public_key = decode::<32>(&key.public_key)
        .filter(|bytes| key_id(bytes) == key.key_id)
        .ok_or(Refusal::UnknownKey)?;
    let signature = decode::<64>(&signed.signature).ok_or(Refusal::WrongSignature)?;
    if fits(signed.statement.as_bytes(), &signature, &public_key) {
        Ok(statement)
    } else {
        Err(Refusal::WrongSignature)
    }
}

/// Whether a signature is over these bytes and by this key (RFC 8032; keys and signatures that would fit several messages are
/// refused).
#[cfg(feature = "native")]
pub fn fits(statement: &[u8], signature: &[u8; 64], public_key: &[u8; 32]) -> bool {
    let signature = ed25519_dalek::Signature::from_bytes(signature);
    ed25519_dalek::VerifyingKey::from_bytes(public_key).is_ok_and(|key| key.verify_strict(statement, &signature).is_ok())
}

/// Bytes from base64 that nothing else decodes to.
#[cfg(feature = "native")]
fn decode<const N: usize>(text: &str) -> Option<[u8; N]> {
    use base64::Engine as _;
    let bytes = base64::engine::general_purpose::STANDARD.decode(text).ok()?;
    bytes.try_into().ok()
}

#[cfg(all(test, feature = "native"))]
#[allow(clippy::unwrap_used)]
mod tests {
    use base64::Engine as _;
    use base64::engine::general_purpose::STANDARD;
    use ed25519_dalek::{Signer as _, SigningKey};
    use serde_json::json;

    use super::*;

    fn time(text: &str) -> Timestamp {
        Timestamp::parse(text).unwrap()
    }

    fn public_key(key: &SigningKey) -> PublicKey {
        let bytes = key.verifying_key().to_bytes();
        PublicKey {
            key_id: key_id(&bytes),
            algorithm: ALGORITHM.to_owned(),
            public_key: STANDARD.encode(bytes),
            pem: String::new(),
            since: time("2023-11-01T00:00:00Z"),
        }
    }

    fn statement(key: &SigningKey) -> Statement {
        Statement::Receipt(Received {
            format: FORMAT.to_owned(),
            key_id: public_key(key).key_id,
            programme: "p".to_owned(),
            application: "a1".to_owned(),
            reference: "K7QF-2MXD".to_owned(),
            version: 7,
            digest: "ab".repeat(32),
            received_at: time("2023-12-01T22:59:58.250Z"),
            sealed_at: None,
            deadline: time("2023-12-01T22:59:59Z"),
            files: vec![NamedFile {
                field: "deck".to_owned(),
                name: "présentation.pdf".to_owned(),
                size: 12,
                sha256: "cd".repeat(32),
            }],
        })
    }

    fn signed(statement: &Statement, key: &SigningKey) -> Value {
        let mut document = shows(statement);
        document["signed"] = json!({
            "statement": statement.text(),
            "key_id": statement.key_id(),
            "algorithm": ALGORITHM,
            "signature": STANDARD.encode(key.sign(statement.text().as_bytes()).to_bytes()),
        });
        document
    }

    /// RFC 8032, section 7.1, test 1, and the id of its key as `openssl pkey … -outform DER | sha256sum` gives it.
    #[test]
    fn a_keys_id_is_that_of_its_der_form() {
        let key = SigningKey::from_bytes(&[
            0x9d, 0x61, 0xb1, 0x9d, 0xef, 0xfd, 0x5a, 0x60, 0xba, 0x84, 0x4a, 0xf4, 0x92, 0xec, 0x2c, 0xc4, 0x44, 0x49, 0xc5, 0x69, 0x7b,
            0x32, 0x69, 0x19, 0x70, 0x3b, 0xac, 0x03, 0x1c, 0xae, 0x7f, 0x60,
        ]);
        assert!(seal::hex(&key.verifying_key().to_bytes()).starts_with("d75a980182b10ab7"));
        assert_eq!(public_key(&key).key_id, "06e3fd8fda29bb60");
    }

    #[test]
    fn a_statement_is_canonical_json() {
        let key = SigningKey::from_bytes(&[7; 32]);
        let text = statement(&key).text();
        assert!(
            text.starts_with(r#"{"application":"a1","deadline":"2023-12-01T22:59:59Z","digest":"abab"#),
            "{text}"
        );
        assert!(text.contains(r#""kind":"receipt""#) && text.contains("présentation.pdf"));
        assert_eq!(serde_json::from_str::<Statement>(&text).unwrap(), statement(&key));
    }

    #[test]
    fn what_was_signed_is_taken_and_nothing_else() {
        let key = SigningKey::from_bytes(&[7; 32]);
        let other = SigningKey::from_bytes(&[8; 32]);
        let document = signed(&statement(&key), &key);
        assert_eq!(check(&document, &[public_key(&other), public_key(&key)]), Ok(statement(&key)));
        assert_eq!(check(&document, &[public_key(&other)]), Err(Refusal::UnknownKey));
        assert_eq!(check(&shows(&statement(&key)), &[public_key(&key)]), Err(Refusal::Unsigned));
        // Under the name of the right key, by another.
        assert_eq!(
            check(&signed(&statement(&key), &other), &[public_key(&key)]),
            Err(Refusal::WrongSignature)
        );
        // A key that is published under another's name.
        let mut impostor = public_key(&other);
        impostor.key_id = public_key(&key).key_id;
        assert_eq!(check(&signed(&statement(&key), &other), &[impostor]), Err(Refusal::UnknownKey));
    }

    #[test]
    fn a_receipt_that_shows_something_else_is_refused() {
        let key = SigningKey::from_bytes(&[7; 32]);
        let keys = [public_key(&key)];
        for (member, value) in [
            ("version", json!(8)),
            ("reference", json!("K7QF-2MXE")),
            ("received_at", json!("2023-12-01T22:59:58.251Z")),
            ("files", json!([])),
            ("digest", Value::Null),
            ("status", json!("selected")),
        ] {
            let mut document = signed(&statement(&key), &key);
            document[member] = value;
            assert_eq!(check(&document, &keys), Err(Refusal::ShowsSomethingElse), "{member}");
        }
    }

    #[test]
    fn a_statement_with_something_unheard_of_is_refused_even_if_it_was_signed() {
        let key = SigningKey::from_bytes(&[7; 32]);
        let mut value = serde_json::to_value(statement(&key)).unwrap();
        value["void"] = json!(true);
        let text = seal::canonical_json(&value);
        let mut document = signed(&statement(&key), &key);
        document["signed"]["signature"] = json!(STANDARD.encode(key.sign(text.as_bytes()).to_bytes()));
        document["signed"]["statement"] = json!(text);
        assert_eq!(check(&document, &[public_key(&key)]), Err(Refusal::UnknownStatement));
    }

    #[test]
    fn a_single_changed_byte_is_refused_wherever_it_is() {
        let key = SigningKey::from_bytes(&[7; 32]);
        let keys = [public_key(&key)];
        let text = signed(&statement(&key), &key).to_string();
        for at in 0..text.len() {
            for change in [0x01, 0x20, 0x80] {
                let mut bytes = text.clone().into_bytes();
                bytes[at] ^= change;
                let Ok(document) = serde_json::from_slice::<Value>(&bytes) else {
                    continue;
                };
                assert!(check(&document, &keys).is_err(), "byte {at}: {}", String::from_utf8_lossy(&bytes));
            }
        }
    }
}
