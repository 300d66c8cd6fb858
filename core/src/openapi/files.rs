//! An application's files: tus 1.0 (core, creation, creation with upload, termination; <https://tus.io/protocols/resumable-upload>) and downloads.

use super::headers::{Header, number, tus_resumable, upload_metadata};
use super::model::{Body, Operation, Tag, Who, bytes, call, empty};
use super::refusals::{
    FILE, FILE_TOO_BIG, ILLEGAL_MOVE, LOCKED, MALFORMED, NOT_FOUND, NOT_OPEN, OTHER_OFFSET, OTHER_TUS, SLOW, TOO_LARGE, UNKNOWN_TOKEN,
    UNSUPPORTED,
};
use super::schemas::Schemas;

const FILES: &str = "/api/v1/application/files";
const FILE_PATH: &str = "/api/v1/application/files/{file}";

/// The kinds of files that a field may take.
const KINDS: [&str; 2] = ["application/pdf", "video/mp4"];

/// The calls.
pub fn operations(_: &mut Schemas) -> Vec<Operation> {
    let one = |method, id, summary| call(method, FILE_PATH, id, Tag::Uploads, Who::Applicant, summary).takes([tus_resumable()]);
    let mut download = empty(200, "The file's bytes.").headers([Header::ContentDisposition]);
    download.bodies = KINDS.into_iter().map(bytes).collect();
    vec![
        call("options", FILES, "readUploadOptions", Tag::Uploads, Who::Anyone, "What of tus is spoken")
            .about("As tus has it: version, extensions, the most bytes.")
            .gives(empty(204, "What is spoken.").headers([
                Header::TusResumable,
                Header::TusVersion,
                Header::TusExtension,
                Header::TusMaxSize,
            ])),
        call("post", FILES, "createUpload", Tag::Uploads, Who::Applicant, "Announces a file")
            .about(
                "Says which field it answers, its name and its length. Bytes follow by `appendUpload`, or come with it (creation with upload): with \
                 `uploads: whole` the whole file does, and is checked before the reply. The name is kept without folders, control \
                 characters and what reorders text, 120 characters of it, and has to end like one of the kinds that the field accepts. An application \
                 has at most 20 files and 500 MiB of them.",
            )
            .takes([
                tus_resumable(),
                number("Upload-Length", "How many bytes it will have.", 1_048_576),
                upload_metadata(),
            ])
            .body(Body {
                media: "application/offset+octet-stream",
                schema: serde_json::json!({}),
                example: None,
                about: "The first bytes, or all of them.",
            })
            .needs_no_body()
            .gives(
                empty(201, "Where the upload is, and how many bytes have arrived.")
                    .headers([Header::TusResumable, Header::Location, Header::UploadOffset])
                    .leads([("readApplication", [].as_slice())]),
            )
            .refuses([UNKNOWN_TOKEN, NOT_OPEN, NOT_FOUND.when("The programme is no longer served."), ILLEGAL_MOVE, MALFORMED, OTHER_TUS, FILE, FILE_TOO_BIG, LOCKED, SLOW, UNSUPPORTED])
            .refuses([OTHER_OFFSET.when("The upload went on in another request.")])
            .refuses([TOO_LARGE.when("The application has too many files, or too many bytes of them; or more bytes came than were announced.")]),
        one("head", "readUpload", "How many bytes have arrived")
            .about("Asked before going on, after anything has broken off.")
            .gives(empty(200, "Where to go on.").headers([Header::TusResumable, Header::UploadOffset, Header::UploadLength]))
            .refuses([UNKNOWN_TOKEN, NOT_FOUND, OTHER_TUS, LOCKED])
            .refuses([FILE.when("All bytes have arrived, and the file has just turned out to be no good.")]),
        one("patch", "appendUpload", "Sends bytes")
            .about(
                "They go behind those that have arrived; what has arrived when a connection breaks is kept. After the last byte the backend checks the \
                 content, not the name, and keeps its SHA-256; the application's `files` then say so. A file that is no good is gone.",
            )
            .takes([number("Upload-Offset", "How many bytes have arrived, as the client knows it.", 0)])
            .body(Body {
                media: "application/offset+octet-stream",
                schema: serde_json::json!({}),
                example: None,
                about: "The bytes from the offset on.",
            })
            .gives(
                empty(204, "They are on disk.")
                    .headers([Header::TusResumable, Header::UploadOffset])
                    .leads([("readApplication", [].as_slice())]),
            )
            .refuses([UNKNOWN_TOKEN, NOT_FOUND, NOT_OPEN, OTHER_TUS, OTHER_OFFSET, LOCKED, MALFORMED, SLOW, UNSUPPORTED])
            .refuses([
                FILE.when("All bytes have arrived, and the file is no good: damaged, or another kind than its name says. It is gone."),
                TOO_LARGE.when("More bytes came than were announced; none of this request is kept."),
            ]),
        one("delete", "removeFile", "Takes a file away")
            .about("Finished or not. One that the last submission refers to is hidden, and kept as long as that submission counts.")
            .gives(empty(204, "It is gone.").headers([Header::TusResumable]))
            .refuses([UNKNOWN_TOKEN, NOT_FOUND, NOT_OPEN, OTHER_TUS, LOCKED]),
        call("get", FILE_PATH, "downloadFile", Tag::Uploads, Who::Applicant, "A file, as a download")
            .about("To be saved and never shown: whoever uploaded it has written it. Only once it is complete and checked.")
            .gives(download)
            .refuses([UNKNOWN_TOKEN, NOT_FOUND]),
    ]
}
