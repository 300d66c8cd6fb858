//! Uploads that are not done, as pages see them.

use opencall_core::problem::Code;
use opencall_core::programme::FileType;

use crate::api::ApiError;

/// What a file field takes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FileRule {
    /// The kinds accepted.
    pub accept: Vec<FileType>,
    /// The most bytes.
    pub max_bytes: u64,
}

/// An upload that is not done. Once it is, it is gone from the list and the field has its answer.
#[derive(Clone, Debug, PartialEq)]
pub struct Upload {
    /// Names it on this page.
    pub id: u32,
    /// The field, a JSON Pointer into the answers.
    pub pointer: String,
    /// The file's name.
    pub name: String,
    /// Its length in bytes.
    pub size: u64,
    /// How many bytes the backend has.
    pub sent: u64,
    /// Seconds left at the speed of late, once that is known.
    pub seconds_left: Option<u32>,
    /// Where it stands.
    pub state: UploadState,
}

/// Where an upload stands.
#[derive(Clone, Debug, PartialEq)]
pub enum UploadState {
    /// Its first bytes are being looked at, or it waits for the draft to be with the backend.
    Preparing,
    /// Bytes are on their way.
    Sending,
    /// All bytes are there; the backend looks at them.
    Checking,
    /// Stopped by the applicant.
    Paused,
    /// Stopped by the network; it goes on by itself.
    Interrupted(ApiError),
    /// Begun before the page was loaded, or the file has changed on the device: the same file has to be chosen again.
    ChooseAgain,
    /// It cannot be taken: too big, wrong kind, empty, damaged.
    Refused(Code),
    /// It failed in another way; [`super::Draft::resume_upload`] tries again.
    Failed(ApiError),
}

/// Seconds left, rounded up.
pub(super) fn seconds_left(left: u64, bytes: u64, ms: f64) -> Option<u32> {
    let per_second = bytes as f64 * 1_000.0 / ms.max(1.0);
    (per_second > 0.0).then(|| (left as f64 / per_second).ceil() as u32)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_time_left_follows_the_speed_of_late() {
        assert_eq!(seconds_left(1_000, 500, 1_000.0), Some(2));
        assert_eq!(seconds_left(1_001, 500, 1_000.0), Some(3));
        assert_eq!(seconds_left(0, 500, 1_000.0), Some(0));
        assert_eq!(seconds_left(1_000, 0, 1_000.0), None);
        assert_eq!(seconds_left(u64::MAX, 1, 1e12), Some(u32::MAX));
    }
}
