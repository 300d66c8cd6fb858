//! Uploads under way: who may write to a file, what a file may be called, and what is checked of its content.
//!
//! - [`content`]: what a file's bytes are.
//! - [`name`]: names made harmless.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use tokio::sync::{OwnedMutexGuard, watch};

pub mod content;
pub mod name;

/// How long a request waits for the one before it to let go.
const PATIENCE: Duration = Duration::from_secs(5);

/// The files being written to in this process.
#[derive(Clone, Debug, Default)]
pub struct Uploads(Arc<Mutex<HashMap<String, Arc<Slot>>>>);

#[derive(Debug)]
struct Slot {
    lock: Arc<tokio::sync::Mutex<()>>,
    /// How many wait for the lock.
    waiting: watch::Sender<usize>,
}

/// The sole right to a file; given back when dropped.
#[derive(Debug)]
pub struct Hold {
    uploads: Uploads,
    file: String,
    slot: Arc<Slot>,
    guard: Option<OwnedMutexGuard<()>>,
}

impl Uploads {
    /// Takes a file for this request alone. Whoever has it is asked to stop: after a broken connection that is
    /// a request which waits for bytes that will never come, and the app is back to go on.
    ///
    /// `None` when the other does not let go in time.
    pub async fn hold(&self, file: &str) -> Option<Hold> {
        let slot = {
            let mut slots = self.0.lock().unwrap_or_else(PoisonError::into_inner);
            let fresh = || {
                Arc::new(Slot {
                    lock: Arc::default(),
                    waiting: watch::Sender::new(0),
                })
            };
            slots.entry(String::from(file)).or_insert_with(fresh).clone()
        };
        // Made before waiting, so that a request cancelled meanwhile cleans up too.
        let mut hold = Hold {
            uploads: self.clone(),
            file: String::from(file),
            slot: slot.clone(),
            guard: None,
        };
        let _counted = Waiting::count(&slot);
        hold.guard = Some(tokio::time::timeout(PATIENCE, slot.lock.clone().lock_owned()).await.ok()?);
        Some(hold)
    }
}

struct Waiting<'a>(&'a Slot);

impl<'a> Waiting<'a> {
    fn count(slot: &'a Slot) -> Self {
        slot.waiting.send_modify(|waiting| *waiting += 1);
        Self(slot)
    }
}

impl Drop for Waiting<'_> {
    fn drop(&mut self) {
        self.0.waiting.send_modify(|waiting| *waiting -= 1);
    }
}

impl Hold {
    /// Returns once somebody else asks for the file.
    pub async fn wanted_elsewhere(&self) {
        let mut waiting = self.slot.waiting.subscribe();
        // The sender lives as long as `self`.
        let _ = waiting.wait_for(|waiting| *waiting > 0).await;
    }
}

impl Drop for Hold {
    fn drop(&mut self) {
        self.guard = None;
        let mut slots = self.uploads.0.lock().unwrap_or_else(PoisonError::into_inner);
        // Ours and the map's: nobody else is interested.
        if Arc::strong_count(&self.slot) == 2 {
            slots.remove(&self.file);
        }
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    #[tokio::test]
    async fn the_next_request_gets_the_file_once_the_first_lets_go() {
        let uploads = Uploads::default();
        let first = uploads.hold("a").await.unwrap();
        let other = uploads.clone();
        let second = tokio::spawn(async move { other.hold("a").await.is_some() });
        first.wanted_elsewhere().await;
        drop(first);
        assert!(second.await.unwrap());
        assert!(uploads.0.lock().unwrap().is_empty());
    }
}
