//! Uploads that are not done.

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

/// An upload that is not done.
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
    /// Begun before the page was loaded; the same file has to be chosen again.
    ChooseAgain,
    /// It cannot be taken: too big, wrong kind, empty, damaged.
    Refused(Code),
    /// It failed in another way; Resume tries again.
    Failed(ApiError),
}
