//! The built app: files of `dist/`, precompressed where the build has done so, and the shells for the app's own addresses.

use std::collections::HashMap;
use std::path::{Path, PathBuf};
use std::sync::{Arc, PoisonError, RwLock};
use std::time::SystemTime;

use axum::body::{Body, Bytes};
use axum::extract::{Request, State};
use axum::http::{HeaderMap, HeaderValue, Method, StatusCode, header};
use axum::response::{IntoResponse as _, Response};
use percent_encoding::percent_decode_str;
use sha2::{Digest as _, Sha256};

use crate::App;
use crate::api::problem::Failure;
use crate::shell;
use crate::token::hex;

/// The largest file kept in memory.
const CACHE_LIMIT: u64 = 4 * 1024 * 1024;

/// The files that other sites' pages load: module scripts need CORS for that (HTML, section 8.1.4).
const FOR_ALL: &str = "embed/";

/// How a body is compressed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Encoding {
    /// Brotli.
    Brotli,
    /// gzip.
    Gzip,
    /// Not at all.
    Identity,
}

impl Encoding {
    /// The smallest form there is among those that the client takes (RFC 9110, section 12.5.3).
    pub fn choose<T>(headers: &HeaderMap, mut form: impl FnMut(Self) -> Option<T>) -> Option<(Self, T)> {
        let accepted = headers
            .get_all(header::ACCEPT_ENCODING)
            .iter()
            .filter_map(|value| value.to_str().ok());
        let accepted: Vec<&str> = accepted.flat_map(|value| value.split(',')).collect();
        let takes = |name: &str| {
            accepted.iter().any(|item| {
                let mut parts = item.split(';').map(str::trim);
                parts.next().is_some_and(|coding| coding.eq_ignore_ascii_case(name))
                    && !parts.any(|parameter| matches!(parameter, "q=0" | "q=0.0" | "q=0.00" | "q=0.000"))
            })
        };
        let forms = [(Self::Brotli, takes("br")), (Self::Gzip, takes("gzip")), (Self::Identity, true)];
        forms
            .into_iter()
            .filter(|(_, taken)| *taken)
            .find_map(|(encoding, _)| Some((encoding, form(encoding)?)))
    }

    /// Says so in the headers of the reply.
    pub fn mark(self, headers: &mut HeaderMap) {
        let name = match self {
            Self::Brotli => "br",
            Self::Gzip => "gzip",
            Self::Identity => return,
        };
        headers.insert(header::CONTENT_ENCODING, HeaderValue::from_static(name));
    }

    const fn ending(self) -> &'static str {
        match self {
            Self::Brotli => ".br",
            Self::Gzip => ".gz",
            Self::Identity => "",
        }
    }
}

/// A file read from disk.
#[derive(Debug)]
pub struct Asset {
    stamp: (Option<SystemTime>, u64),
    /// Its bytes.
    pub bytes: Bytes,
    /// SHA-256 of the bytes, the first 16 hex digits.
    pub hash: String,
}

/// The folder of the built app.
#[derive(Debug)]
pub struct Assets {
    root: PathBuf,
    cache: RwLock<HashMap<PathBuf, Arc<Asset>>>,
}

impl Assets {
    /// Serves the files below `root`.
    pub fn new(root: PathBuf) -> Self {
        Self {
            root,
            cache: RwLock::default(),
        }
    }

    /// The file at a path below the root, from memory unless it has changed on disk.
    pub async fn read(&self, path: &str) -> Option<Arc<Asset>> {
        let path = self.root.join(path);
        let metadata = tokio::fs::metadata(&path).await.ok().filter(std::fs::Metadata::is_file)?;
        let stamp = (metadata.modified().ok(), metadata.len());
        let cached = self.cache.read().unwrap_or_else(PoisonError::into_inner).get(&path).cloned();
        if let Some(asset) = cached.filter(|asset| asset.stamp == stamp) {
            return Some(asset);
        }
        let bytes = Bytes::from(tokio::fs::read(&path).await.ok()?);
        let hash = hex(&Sha256::digest(&bytes)[..8]);
        let asset = Arc::new(Asset { stamp, bytes, hash });
        if metadata.len() <= CACHE_LIMIT {
            self.cache
                .write()
                .unwrap_or_else(PoisonError::into_inner)
                .insert(path, asset.clone());
        }
        Some(asset)
    }
}

/// Serves what is not the API's: a file, a shell for an address of the app, or nothing.
pub async fn serve(State(app): State<App>, request: Request) -> Response {
    let (parts, _) = request.into_parts();
    let path = parts.uri.path();
    if path == "/api" || path.starts_with("/api/") {
        return Failure::not_found().into_response();
    }
    if parts.method != Method::GET && parts.method != Method::HEAD {
        return Failure::plain(StatusCode::METHOD_NOT_ALLOWED)
            .header(header::ALLOW, "GET, HEAD")
            .into_response();
    }
    let Some(path) = safe(path) else {
        return Failure::not_found().into_response();
    };
    if let Some(reply) = shell::kit::facts(&app, &path) {
        return reply;
    }
    // The shells are templates: only ever sent filled in.
    let is_shell = path.is_empty() || ["index.html", "staff.html", "verify.html", "partner.html", "kit.html"].contains(&path.as_str());
    if !is_shell {
        if let Some(response) = file(&app.assets, &path, &parts.headers).await {
            return response;
        }
        let named_file = path.rsplit('/').next().is_some_and(|last| last.contains('.'));
        if named_file || !takes_html(&parts.headers) {
            return Failure::not_found().into_response();
        }
    }
    shell::serve(&app, &path, parts.uri.query().unwrap_or(""), &parts.headers).await
}

async fn file(assets: &Assets, path: &str, headers: &HeaderMap) -> Option<Response> {
    if path.ends_with(".br") || path.ends_with(".gz") {
        return None;
    }
    let plain = assets.read(path).await?;
    let mut chosen = (Encoding::Identity, plain.clone());
    for encoding in [Encoding::Brotli, Encoding::Gzip] {
        if Encoding::choose(headers, |one| (one == encoding).then_some(())).is_some()
            && let Some(asset) = assets.read(&format!("{path}{}", encoding.ending())).await
        {
            chosen = (encoding, asset);
            break;
        }
    }
    let (encoding, asset) = chosen;
    let caching = if is_fingerprinted(path) {
        "public, max-age=31536000, immutable"
    } else {
        "no-cache"
    };
    // Of the plain bytes and the encoding: the forms differ in bytes and so in tag (RFC 9110, section 8.8.3).
    let etag = format!("\"{}{}\"", plain.hash, encoding.ending().replace('.', "-"));
    let mut response = if none_match(headers, &etag) {
        StatusCode::NOT_MODIFIED.into_response()
    } else {
        Body::from(asset.bytes.clone()).into_response()
    };
    let answer = response.headers_mut();
    answer.insert(header::CACHE_CONTROL, HeaderValue::from_static(caching));
    answer.insert(header::VARY, HeaderValue::from_static("Accept-Encoding"));
    if let Ok(etag) = HeaderValue::from_str(&etag) {
        answer.insert(header::ETAG, etag);
    }
    answer.insert(header::CONTENT_TYPE, HeaderValue::from_static(media_type(path)));
    if path.starts_with(FOR_ALL) {
        answer.insert(header::ACCESS_CONTROL_ALLOW_ORIGIN, HeaderValue::from_static("*"));
        answer.insert("cross-origin-resource-policy", HeaderValue::from_static("cross-origin"));
    }
    encoding.mark(answer);
    Some(response)
}

/// Whether `If-None-Match` names this tag (weak comparison).
pub fn none_match(headers: &HeaderMap, etag: &str) -> bool {
    let opaque = |tag: &str| String::from(tag.trim().trim_start_matches("W/"));
    let values = headers
        .get_all(header::IF_NONE_MATCH)
        .iter()
        .filter_map(|value| value.to_str().ok());
    values
        .flat_map(|value| value.split(','))
        .any(|tag| tag.trim() == "*" || opaque(tag) == opaque(etag))
}

/// A request path as a path below the root: decoded, no empty, hidden or climbing parts. `None` for what cannot be one.
fn safe(path: &str) -> Option<String> {
    let decoded = percent_decode_str(path).decode_utf8().ok()?;
    let parts: Vec<&str> = decoded.split('/').filter(|part| !part.is_empty()).collect();
    let fine = |part: &&str| !part.starts_with('.') && !part.contains(['\\', '\0', ':']) && part.len() <= 255;
    parts.iter().all(fine).then(|| parts.join("/"))
}

/// Whether a name carries the fingerprint of its content: `-`, 16 hex digits, `.`.
fn is_fingerprinted(path: &str) -> bool {
    let name = path.rsplit('/').next().unwrap_or(path);
    name.match_indices('-').any(|(at, _)| {
        let rest = &name.as_bytes()[at + 1..];
        rest.len() > 17 && rest[16] == b'.' && rest[..16].iter().all(u8::is_ascii_hexdigit)
    })
}

fn takes_html(headers: &HeaderMap) -> bool {
    let Some(accept) = headers.get(header::ACCEPT).and_then(|value| value.to_str().ok()) else {
        return true;
    };
    accept.contains("text/html") || accept.contains("*/*")
}

fn media_type(path: &str) -> &'static str {
    match Path::new(path).extension().and_then(|ending| ending.to_str()).unwrap_or("") {
        "html" => "text/html; charset=utf-8",
        "css" => "text/css; charset=utf-8",
        "js" | "mjs" => "text/javascript; charset=utf-8",
        "wasm" => "application/wasm",
        "json" | "map" => "application/json",
        "webmanifest" => "application/manifest+json",
        "svg" => "image/svg+xml",
        "png" => "image/png",
        "jpg" | "jpeg" => "image/jpeg",
        "webp" => "image/webp",
        "avif" => "image/avif",
        "ico" => "image/x-icon",
        "woff2" => "font/woff2",
        "woff" => "font/woff",
        "txt" => "text/plain; charset=utf-8",
        "md" => "text/markdown; charset=utf-8",
        "xml" => "application/xml",
        "pdf" => "application/pdf",
        _ => "application/octet-stream",
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    #[test]
    fn paths_stay_below_the_root() {
        assert_eq!(safe("/a/b.css").as_deref(), Some("a/b.css"));
        assert_eq!(safe("/").as_deref(), Some(""));
        for climbing in ["/../secret", "/a/%2e%2e/b", "/.git/config", "/a%5c..%5cb", "/%00", "/%ff", "/C:/x"] {
            assert_eq!(safe(climbing), None, "{climbing}");
        }
    }

    #[test]
    fn only_fingerprints_are_for_ever() {
        assert!(is_fingerprinted("apply-0123456789abcdef.js"));
        assert!(is_fingerprinted("fonts/inter-0123456789abcdef.woff2"));
        assert!(!is_fingerprinted("config.json"));
        assert!(!is_fingerprinted("apply-0123456789abcdeg.js"));
        assert!(!is_fingerprinted("apply-0123456789abcdef"));
    }

    #[test]
    fn a_refused_encoding_is_not_sent() {
        let mut headers = HeaderMap::new();
        headers.insert(header::ACCEPT_ENCODING, "br;q=0, gzip".parse().unwrap());
        assert_eq!(Encoding::choose(&headers, Some).unwrap().0, Encoding::Gzip);
    }
}
