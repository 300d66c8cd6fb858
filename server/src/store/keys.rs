//! The public keys that were ever signed with. What a key has signed stays true when another is put in use.

use opencall_core::Timestamp;
use opencall_core::proof::{self, PublicKey};
use sqlx::{AnyPool, Row as _};

use super::Tx;
use crate::api::problem::Failure;
use crate::signing::{self, Key};

/// Notes that a key is in use from now on, unless it was already.
///
/// # Errors
/// When the database cannot be written.
pub async fn use_from(tx: &mut Tx, key: &Key, now: Timestamp) -> Result<(), Failure> {
    sqlx::query("INSERT INTO signing_keys (key_id, public_key, since) VALUES ($1, $2, $3) ON CONFLICT DO NOTHING")
        .bind(key.id())
        .bind(key.public_key())
        .bind(now.millis())
        .execute(tx.connection())
        .await?;
    Ok(())
}

/// Every key, that of this process first, then the newest ones.
///
/// # Errors
/// When the database cannot be read.
pub async fn all(pool: &AnyPool, current: &Key) -> Result<Vec<PublicKey>, Failure> {
    let rows = sqlx::query("SELECT key_id, public_key, since FROM signing_keys ORDER BY since DESC, key_id")
        .fetch_all(pool)
        .await?;
    let mut keys = Vec::with_capacity(rows.len());
    for row in rows {
        let public_key: String = row.try_get("public_key")?;
        let Some(pem) = signing::pem(&public_key) else {
            tracing::error!("a row of signing_keys cannot be read");
            continue;
        };
        keys.push(PublicKey {
            key_id: row.try_get("key_id")?,
            algorithm: String::from(proof::ALGORITHM),
            public_key,
            pem,
            since: Timestamp::from_millis(row.try_get("since")?),
        });
    }
    keys.sort_by_key(|key| key.key_id != current.id());
    Ok(keys)
}
