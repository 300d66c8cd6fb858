//! `GET /api/v1/openapi.json`: the contract as a document, with what this server can do of it.

use std::sync::OnceLock;

use axum::body::Bytes;
use axum::http::HeaderMap;
use axum::response::Response;
use opencall_core::openapi::{REFERENCE, document};
use sha2::{Digest as _, Sha256};

use super::problem::Failure;
use super::programmes::send;
use crate::programmes::compress_with;
use crate::token::hex;

/// The document, ready to be sent.
struct Kept {
    etag: String,
    json: Bytes,
    brotli: Bytes,
    gzip: Bytes,
}

/// The document. It is made when somebody asks for it first.
///
/// # Errors
/// 500 when it cannot be made.
pub async fn read(headers: HeaderMap) -> Result<Response, Failure> {
    static KEPT: OnceLock<Kept> = OnceLock::new();
    let kept = match KEPT.get() {
        Some(kept) => kept,
        None => tokio::task::spawn_blocking(|| KEPT.get_or_init(make))
            .await
            .map_err(|_| Failure::internal())?,
    };
    Ok(send(&headers, &kept.etag, (&kept.json, &kept.brotli, &kept.gzip)))
}

fn make() -> Kept {
    // Somebody waits for it.
    let json = document(&REFERENCE).to_string();
    let (brotli, gzip) = compress_with(json.as_bytes(), 9);
    Kept {
        etag: format!("W/\"{}\"", &hex(&Sha256::digest(json.as_bytes()))[..16]),
        json: json.into(),
        brotli,
        gzip,
    }
}
