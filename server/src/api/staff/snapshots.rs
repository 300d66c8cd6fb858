//! Snapshots of whole tables kept in memory. To read 100,000 rows from the database takes seconds; to send those that were read for somebody
//! before, and what has changed since, takes as long as the network does.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};

use axum::body::Bytes;

/// The most bytes of one snapshot that are kept, and of all.
const MOST: usize = 128 * 1024 * 1024;
const MOST_OF_ALL: usize = 512 * 1024 * 1024;

/// A snapshot as it was sent.
#[derive(Debug)]
pub struct Kept {
    /// What its rows were written for; see [`written_for`](crate::store::rows::written_for).
    pub written_for: String,
    /// Every change up to this one is in it; some later ones may be.
    pub cursor: u64,
    /// The framed blocks.
    pub blocks: Vec<Bytes>,
}

impl Kept {
    fn bytes(&self) -> usize {
        self.blocks.iter().map(Bytes::len).sum()
    }
}

/// The last snapshot of each programme.
#[derive(Debug, Default)]
pub struct Snapshots {
    kept: Mutex<HashMap<String, Arc<Kept>>>,
}

impl Snapshots {
    /// The last one of a programme, if its rows were written for this.
    pub fn get(&self, programme: &str, written_for: &str) -> Option<Arc<Kept>> {
        let kept = self.kept.lock().unwrap_or_else(PoisonError::into_inner);
        kept.get(programme).filter(|kept| kept.written_for == written_for).cloned()
    }

    /// Keeps one instead of the one before, unless there is no room.
    pub fn keep(&self, programme: &str, new: Kept) {
        let mut kept = self.kept.lock().unwrap_or_else(PoisonError::into_inner);
        kept.remove(programme);
        let all: usize = kept.values().map(|kept| kept.bytes()).sum();
        if Self::has_room(&new.blocks) && all + new.bytes() <= MOST_OF_ALL {
            kept.insert(programme.to_owned(), Arc::new(new));
        }
    }

    /// Lets go of a programme's: somebody has erased an application, and nothing of it stays anywhere.
    pub fn forget(&self, programme: &str) {
        self.kept.lock().unwrap_or_else(PoisonError::into_inner).remove(programme);
    }

    /// Whether so much can be kept; whoever collects blocks stops where it cannot.
    pub fn has_room(blocks: &[Bytes]) -> bool {
        blocks.iter().map(Bytes::len).sum::<usize>() <= MOST
    }
}
