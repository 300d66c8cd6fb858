//! The key that receipts and seals are signed with (Ed25519). It is made on the first start, and never logged.

use std::io::{self, Write as _};
use std::path::{Path, PathBuf};

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use ed25519_dalek::pkcs8::spki::der::pem::LineEnding;
use ed25519_dalek::pkcs8::{DecodePrivateKey as _, EncodePrivateKey as _, EncodePublicKey as _};
use ed25519_dalek::{Signer as _, SigningKey, VerifyingKey};
use opencall_core::proof::{self, Signed, Statement};

use crate::token::random;

/// The key's file in the data folder, when no other is named.
pub const FILE: &str = "signing-key.pem";

/// The key in use.
pub struct Key {
    secret: SigningKey,
    id: String,
}

/// Shows the id and nothing of the secret.
impl std::fmt::Debug for Key {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Key({})", self.id)
    }
}

/// Why there is no key.
#[derive(Debug)]
pub enum KeyError {
    /// The file cannot be read or made.
    Io(PathBuf, io::Error),
    /// The file holds no Ed25519 key.
    NoKey(PathBuf),
}

impl std::fmt::Display for KeyError {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Io(path, error) => write!(f, "the signing key {} cannot be read or made: {error}", path.display()),
            Self::NoKey(path) => write!(
                f,
                "{} holds no Ed25519 key in PEM (PKCS #8); `openssl genpkey -algorithm ed25519` makes one",
                path.display()
            ),
        }
    }
}

impl std::error::Error for KeyError {}

impl Key {
    /// A new key.
    pub fn generate() -> Self {
        Self::new(SigningKey::from_bytes(&random::<32>()))
    }

    fn new(secret: SigningKey) -> Self {
        let id = proof::key_id(&secret.verifying_key().to_bytes());
        Self { secret, id }
    }

    /// Reads a key file.
    ///
    /// # Errors
    /// When it cannot be read or holds no such key.
    pub fn read(path: &Path) -> Result<Self, KeyError> {
        let pem = std::fs::read_to_string(path).map_err(|error| KeyError::Io(path.to_path_buf(), error))?;
        SigningKey::from_pkcs8_pem(&pem)
            .map(Self::new)
            .map_err(|_| KeyError::NoKey(path.to_path_buf()))
    }

    /// Reads the key in a data folder, or makes one there that only this user may read. Of several processes that start at
    /// once, one makes it and the others read it. It is on disk before anything is signed with it.
    ///
    /// # Errors
    /// When it cannot be read or made, or the file holds no key.
    pub fn in_folder(data: &Path) -> Result<Self, KeyError> {
        let path = data.join(FILE);
        if !path.exists() {
            Self::make(data, &path).map_err(|error| KeyError::Io(path.clone(), error))?;
        }
        Self::read(&path)
    }

    /// Writes a new key under a name of its own first: nobody ever reads half a key, and nobody's is written over.
    fn make(data: &Path, path: &Path) -> io::Result<()> {
        let pem = Self::generate().secret.to_pkcs8_pem(LineEnding::LF).map_err(io::Error::other)?;
        let draft = data.join(format!("{FILE}.{}", crate::token::random_id()));
        let mut options = std::fs::OpenOptions::new();
        options.write(true).create_new(true);
        #[cfg(unix)]
        std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
        let mut file = options.open(&draft)?;
        file.write_all(pem.as_bytes())?;
        file.sync_all()?;
        let placed = match std::fs::hard_link(&draft, path) {
            Err(error) if error.kind() == io::ErrorKind::AlreadyExists => Ok(()),
            // Not every file system has links; there, two that start for the first time at the same moment may differ, and the
            // database publishes both.
            Err(_) if !path.exists() => std::fs::copy(&draft, path).map(|_| ()),
            other => other,
        };
        std::fs::remove_file(&draft)?;
        placed?;
        std::fs::File::open(path)?.sync_all()?;
        std::fs::File::open(data)?.sync_all()
    }

    /// Its id.
    pub fn id(&self) -> &str {
        &self.id
    }

    /// The public half: 32 bytes in base64.
    pub fn public_key(&self) -> String {
        STANDARD.encode(self.secret.verifying_key().to_bytes())
    }

    /// Signs a statement.
    pub fn sign(&self, statement: &Statement) -> Signed {
        let text = statement.text();
        Signed {
            signature: STANDARD.encode(self.secret.sign(text.as_bytes()).to_bytes()),
            statement: text,
            key_id: self.id.clone(),
            algorithm: String::from(proof::ALGORITHM),
        }
    }
}

/// A public key as a PEM file; `None` for what is none.
pub fn pem(public_key: &str) -> Option<String> {
    let bytes: [u8; 32] = STANDARD.decode(public_key).ok()?.try_into().ok()?;
    VerifyingKey::from_bytes(&bytes).ok()?.to_public_key_pem(LineEnding::LF).ok()
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    #[test]
    fn the_key_is_made_once_and_is_its_owners_alone() {
        let folder = tempfile::tempdir().unwrap();
        let first = Key::in_folder(folder.path()).unwrap();
        let second = Key::in_folder(folder.path()).unwrap();
        assert_eq!(first.public_key(), second.public_key());
        let names: Vec<_> = std::fs::read_dir(folder.path())
            .unwrap()
            .map(|entry| entry.unwrap().file_name())
            .collect();
        assert_eq!(names, [FILE]);
        #[cfg(unix)]
        {
            use std::os::unix::fs::PermissionsExt as _;
            let mode = std::fs::metadata(folder.path().join(FILE)).unwrap().permissions().mode();
            assert_eq!(mode & 0o777, 0o600);
        }
    }

    #[test]
    fn of_many_that_start_at_once_all_have_the_same_key() {
        let folder = tempfile::tempdir().unwrap();
        let ids: Vec<_> = std::thread::scope(|scope| {
            let starts: Vec<_> = (0..8).map(|_| scope.spawn(|| Key::in_folder(folder.path()).unwrap().id)).collect();
            starts.into_iter().map(|start| start.join().unwrap()).collect()
        });
        assert!(ids.iter().all(|id| *id == ids[0]), "{ids:?}");
    }

    #[test]
    fn a_file_that_holds_no_key_is_refused_and_left_alone() {
        let folder = tempfile::tempdir().unwrap();
        std::fs::write(folder.path().join(FILE), "not a key").unwrap();
        assert!(matches!(Key::in_folder(folder.path()), Err(KeyError::NoKey(_))));
        assert_eq!(std::fs::read_to_string(folder.path().join(FILE)).unwrap(), "not a key");
    }

    #[test]
    fn debug_shows_no_secret() {
        let key = Key::generate();
        assert_eq!(format!("{key:?}"), format!("Key({})", key.id()));
    }

    #[test]
    fn the_id_is_that_of_the_pem_file() {
        let key = Key::generate();
        let pem = pem(&key.public_key()).unwrap();
        let body: String = pem.lines().filter(|line| !line.starts_with("-----")).collect();
        use sha2::Digest as _;
        assert!(crate::token::hex(&sha2::Sha256::digest(STANDARD.decode(body).unwrap())).starts_with(key.id()));
    }
}
