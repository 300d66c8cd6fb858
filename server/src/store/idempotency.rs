//! Replies to requests that must not happen twice (IETF draft "The Idempotency-Key HTTP Header Field").
//!
//! A reply is kept in the transaction of its effect: either both are there or neither is. Only
//! successes are kept; a request that was refused changed nothing and is judged afresh.

use std::collections::HashSet;
use std::sync::{Arc, Mutex, PoisonError};

use axum::http::StatusCode;
use opencall_core::Timestamp;
use opencall_core::contract::problem_type;
use sha2::{Digest as _, Sha256};
use sqlx::Row as _;

use super::{Backend, Tx};
use crate::api::problem::Failure;
use crate::api::reply::Reply;
use crate::token::{TokenHash, hex};

/// The keys being worked on in this process.
#[derive(Clone, Debug, Default)]
pub struct Running(Arc<Mutex<HashSet<(String, String)>>>);

/// The right to work on a key; given back when dropped.
#[derive(Debug)]
pub struct Claim {
    running: Running,
    scope: String,
    key: String,
    fingerprint: String,
}

impl Running {
    /// Claims a key for one request. `parts` are what makes it the same request: method, path, precondition, body.
    ///
    /// # Errors
    /// 409 while another request with this key is being worked on.
    pub fn claim(&self, token: &TokenHash, key: &str, parts: &[&[u8]]) -> Result<Claim, Failure> {
        let mut hash = Sha256::new();
        for part in parts {
            hash.update((part.len() as u64).to_be_bytes());
            hash.update(part);
        }
        let place = (String::from(token.as_str()), String::from(key));
        if !self.0.lock().unwrap_or_else(PoisonError::into_inner).insert(place.clone()) {
            return Err(still_running());
        }
        let (scope, key) = place;
        Ok(Claim {
            running: self.clone(),
            scope,
            key,
            fingerprint: hex(&hash.finalize()),
        })
    }
}

impl Claim {
    /// The reply kept for this key, if the request has been here before.
    ///
    /// # Errors
    /// 422 when the key came with another request, 409 while another process works on it.
    pub async fn stored(&self, tx: &mut Tx) -> Result<Option<Reply>, Failure> {
        if tx.backend == Backend::Postgres {
            let hash = Sha256::digest(format!("{}/{}", self.scope, self.key));
            let mut lock = [0; 8];
            lock.copy_from_slice(&hash[..8]);
            let row = sqlx::query("SELECT pg_try_advisory_xact_lock($1) AS free")
                .bind(i64::from_be_bytes(lock))
                .fetch_one(tx.connection())
                .await?;
            if !row.try_get::<bool, _>("free")? {
                return Err(still_running());
            }
        }
        let row =
            sqlx::query("SELECT fingerprint, status, etag, location, body FROM idempotency WHERE scope = $1 AND idempotency_key = $2")
                .bind(self.scope.as_str())
                .bind(self.key.as_str())
                .fetch_optional(tx.connection())
                .await?;
        let Some(row) = row else { return Ok(None) };
        if row.try_get::<String, _>("fingerprint")? != self.fingerprint {
            return Err(Failure::new(
                StatusCode::UNPROCESSABLE_ENTITY,
                problem_type::KEY_REUSED,
                "This Idempotency-Key came with another request",
            ));
        }
        let status = u16::try_from(row.try_get::<i64, _>("status")?)
            .ok()
            .and_then(|status| StatusCode::from_u16(status).ok());
        Ok(Some(Reply {
            status: status.unwrap_or(StatusCode::OK),
            etag: row.try_get("etag")?,
            location: row.try_get("location")?,
            body: row.try_get("body")?,
        }))
    }

    /// Keeps the reply, in the transaction of its effect.
    ///
    /// # Errors
    /// When the database cannot be written.
    pub async fn keep(&self, tx: &mut Tx, reply: &Reply, at: Timestamp) -> Result<(), Failure> {
        sqlx::query(
            "INSERT INTO idempotency (scope, idempotency_key, fingerprint, status, etag, location, body, created_at) \
             VALUES ($1, $2, $3, $4, $5, $6, $7, $8)",
        )
        .bind(self.scope.as_str())
        .bind(self.key.as_str())
        .bind(self.fingerprint.as_str())
        .bind(i64::from(reply.status.as_u16()))
        .bind(reply.etag.clone())
        .bind(reply.location.clone())
        .bind(reply.body.as_str())
        .bind(at.millis())
        .execute(tx.connection())
        .await?;
        Ok(())
    }
}

impl Drop for Claim {
    fn drop(&mut self) {
        let place = (std::mem::take(&mut self.scope), std::mem::take(&mut self.key));
        self.running.0.lock().unwrap_or_else(PoisonError::into_inner).remove(&place);
    }
}

fn still_running() -> Failure {
    Failure::new(
        StatusCode::CONFLICT,
        problem_type::KEY_RUNNING,
        "The first request with this Idempotency-Key is still running",
    )
    .retry_after(1)
}
