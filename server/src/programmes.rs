//! The programme documents being served, read again when their files change.

use std::collections::BTreeMap;
use std::fmt;
use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::sync::{Arc, PoisonError, RwLock};
use std::time::SystemTime;

use bytes::Bytes;
use jiff::tz::TimeZone;
use opencall_core::problem::Fault;
use opencall_core::{Programme, Timestamp, seal};
use serde_json::Value;

/// A programme and its document, ready to be sent.
#[derive(Debug)]
pub struct Entry {
    /// The programme.
    pub programme: Programme,
    /// The document without white space.
    pub json: Bytes,
    /// The same in brotli.
    pub brotli: Bytes,
    /// The same in gzip.
    pub gzip: Bytes,
    /// SHA-256 of the document in canonical form, in hex.
    pub digest: String,
}

impl Entry {
    /// The same call with a later deadline: its document as it is served from then on, so that everybody who asks whether it
    /// has changed is told.
    ///
    /// # Errors
    /// When the document would have faults.
    pub fn extended(&self, until: Timestamp) -> Result<Self, LoadError> {
        let zone = TimeZone::get(&self.programme.schedule.zone).unwrap_or(TimeZone::UTC);
        let moment = jiff::Timestamp::from_millisecond(until.millis()).unwrap_or(jiff::Timestamp::MAX);
        let mut document: Value = serde_json::from_slice(&self.json).unwrap_or_default();
        document["schedule"]["deadline"] = moment.to_zoned(zone).strftime("%Y-%m-%dT%H:%M:%S%.f%:z").to_string().into();
        parse(&document.to_string(), Path::new(&self.programme.id))
    }
}

/// Why documents cannot be served.
#[derive(Debug)]
pub enum LoadError {
    /// The file or folder cannot be read.
    Io(PathBuf, std::io::Error),
    /// The document has faults.
    Faults(PathBuf, Vec<Fault>),
    /// Two documents have the same id.
    SameId(PathBuf, String),
}

impl fmt::Display for LoadError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Io(path, error) => write!(f, "{}: cannot be read: {error}", path.display()),
            Self::Faults(path, faults) => {
                write!(f, "{}: {} fault(s)", path.display(), faults.len())?;
                faults.iter().try_for_each(|fault| write!(f, "\n  {fault}"))
            }
            Self::SameId(path, id) => write!(f, "{}: another document has the id {id:?} already", path.display()),
        }
    }
}

impl std::error::Error for LoadError {}

/// What tells that a file has changed.
type Stamp = (Option<SystemTime>, u64);

#[derive(Debug, Default)]
struct Files {
    /// As they are served.
    entries: BTreeMap<String, Arc<Entry>>,
    /// As they are on disk.
    written: BTreeMap<String, Arc<Entry>>,
    /// The latest deadline of each call that was extended.
    extensions: BTreeMap<String, Timestamp>,
    /// The id each file holds (`None` while it is faulty and never was good), and its stamp when it was read.
    seen: BTreeMap<PathBuf, (Option<String>, Stamp)>,
}

impl Files {
    /// Serves a document as it is on disk, or with the later deadline that it was given since.
    fn serve(&mut self, id: &str) {
        let Some(written) = self.written.get(id) else { return };
        let mut served = written.clone();
        if let Some(until) = self
            .extensions
            .get(id)
            .filter(|until| **until > written.programme.schedule.deadline)
        {
            match written.extended(*until) {
                Ok(extended) => served = Arc::new(extended),
                Err(error) => tracing::error!("a deadline cannot be extended: {error}"),
            }
        }
        self.entries.insert(String::from(id), served);
    }
}

/// The programmes being served.
#[derive(Debug)]
pub struct Programmes {
    sources: Vec<PathBuf>,
    files: RwLock<Files>,
}

impl Programmes {
    /// Reads every document: each source is a file, or a folder of `.json` files.
    ///
    /// # Errors
    /// Everything that is wrong with any of them.
    pub fn open(sources: Vec<PathBuf>) -> Result<Self, Vec<LoadError>> {
        let programmes = Self {
            sources,
            files: RwLock::default(),
        };
        let errors = programmes.refresh();
        if errors.is_empty() { Ok(programmes) } else { Err(errors) }
    }

    /// Reads again what has changed since. A document that has become faulty stays as it was; a file
    /// that has gone stays served until the next start, since there are applications to it.
    ///
    /// Gives what is wrong with those that changed.
    pub fn refresh(&self) -> Vec<LoadError> {
        let mut errors = Vec::new();
        for path in self.paths(&mut errors) {
            let stamp = match std::fs::metadata(&path) {
                Ok(metadata) => (metadata.modified().ok(), metadata.len()),
                Err(error) => {
                    errors.push(LoadError::Io(path, error));
                    continue;
                }
            };
            let known = self.files.read().unwrap_or_else(PoisonError::into_inner).seen.get(&path).cloned();
            if known.as_ref().is_some_and(|(_, seen)| *seen == stamp) {
                continue;
            }
            let read = read(&path);
            let mut files = self.files.write().unwrap_or_else(PoisonError::into_inner);
            let held = known.and_then(|(id, _)| id);
            let id = match read {
                Ok(entry) => {
                    let id = entry.programme.id.clone();
                    if held.as_ref() != Some(&id) && files.entries.contains_key(&id) {
                        errors.push(LoadError::SameId(path.clone(), id));
                        held
                    } else {
                        files.written.insert(id.clone(), Arc::new(entry));
                        files.serve(&id);
                        Some(id)
                    }
                }
                Err(error) => {
                    errors.push(error);
                    held
                }
            };
            files.seen.insert(path, (id, stamp));
        }
        errors
    }

    /// Puts later deadlines in force, by the programmes' ids.
    pub fn extend(&self, extensions: BTreeMap<String, Timestamp>) {
        if self.files.read().unwrap_or_else(PoisonError::into_inner).extensions == extensions {
            return;
        }
        let mut files = self.files.write().unwrap_or_else(PoisonError::into_inner);
        let changed: Vec<_> = extensions
            .iter()
            .filter(|(id, until)| files.extensions.get(*id) != Some(until))
            .map(|(id, _)| id.clone())
            .collect();
        files.extensions = extensions;
        for id in changed {
            files.serve(&id);
        }
    }

    /// The programme with this id.
    pub fn get(&self, id: &str) -> Option<Arc<Entry>> {
        self.files.read().unwrap_or_else(PoisonError::into_inner).entries.get(id).cloned()
    }

    /// Every programme, by id.
    pub fn all(&self) -> Vec<Arc<Entry>> {
        self.files
            .read()
            .unwrap_or_else(PoisonError::into_inner)
            .entries
            .values()
            .cloned()
            .collect()
    }

    fn paths(&self, errors: &mut Vec<LoadError>) -> Vec<PathBuf> {
        let mut paths = Vec::new();
        for source in &self.sources {
            if !source.is_dir() {
                paths.push(source.clone());
                continue;
            }
            match std::fs::read_dir(source) {
                Ok(folder) => {
                    let mut inside: Vec<_> = folder.flatten().map(|file| file.path()).filter(|path| is_document(path)).collect();
                    inside.sort();
                    paths.append(&mut inside);
                }
                Err(error) => errors.push(LoadError::Io(source.clone(), error)),
            }
        }
        paths
    }
}

/// Reads one document.
///
/// # Errors
/// When it cannot be read, or every fault in it.
pub fn read(path: &Path) -> Result<Entry, LoadError> {
    let text = std::fs::read_to_string(path).map_err(|error| LoadError::Io(path.to_path_buf(), error))?;
    parse(&text, path)
}

/// Reads a document that was in this file.
fn parse(text: &str, path: &Path) -> Result<Entry, LoadError> {
    let programme = Programme::load(text).map_err(|faults| LoadError::Faults(path.to_path_buf(), faults))?;
    let fault = |message: String| {
        LoadError::Faults(
            path.to_path_buf(),
            vec![Fault {
                path: String::new(),
                message,
            }],
        )
    };
    let value: Value = serde_json::from_str(text).map_err(|error| fault(error.to_string()))?;
    let json = value.to_string();
    let digest = seal::digest(&seal::canonical_json(&value));
    let (brotli, gzip) = compress(json.as_bytes());
    Ok(Entry {
        programme,
        json: json.into(),
        brotli,
        gzip,
        digest,
    })
}

/// In brotli and in gzip, as small as they get.
pub fn compress(bytes: &[u8]) -> (Bytes, Bytes) {
    compress_with(bytes, 11)
}

/// The same with another effort of brotli's, 0 to 11: the last steps take ten times as long for the last tenth.
pub fn compress_with(bytes: &[u8], quality: i32) -> (Bytes, Bytes) {
    let mut small = Vec::new();
    let parameters = brotli::enc::BrotliEncoderParams {
        quality,
        size_hint: bytes.len(),
        ..Default::default()
    };
    let brotli = match brotli::BrotliCompress(&mut &bytes[..], &mut small, &parameters) {
        Ok(_) => Bytes::from(small),
        Err(_) => Bytes::new(),
    };
    let mut encoder = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::best());
    let gzip = encoder
        .write_all(bytes)
        .and_then(|()| encoder.finish())
        .map_or_else(|_| Bytes::new(), Bytes::from);
    (brotli, gzip)
}

fn is_document(path: &Path) -> bool {
    path.extension().is_some_and(|extension| extension == "json")
}
