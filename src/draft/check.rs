//! What can be said of a file before any byte is sent: pure.

use opencall_core::problem::Code;
use opencall_core::programme::FileType;

use super::upload::FileRule;

/// How many bytes from the start of a file are looked at.
pub(super) const HEAD_BYTES: u32 = 16;

/// Whether a file can be taken, by its size, its first bytes and the ending of its name. The backend looks closer.
pub(super) fn check(name: &str, size: u64, head: &[u8], rule: &FileRule) -> Result<FileType, Code> {
    if size == 0 {
        return Err(Code::FileEmpty);
    }
    if size > rule.max_bytes {
        return Err(Code::FileTooBig { max_bytes: rule.max_bytes });
    }
    kind(head)
        .filter(|kind| rule.accept.contains(kind) && ending_fits(name, *kind))
        .ok_or_else(|| Code::FileWrongKind {
            accept: rule.accept.clone(),
        })
}

/// What the first bytes say.
pub(super) fn kind(head: &[u8]) -> Option<FileType> {
    if head.starts_with(b"%PDF-") {
        Some(FileType::Pdf)
    } else if head.get(4..8) == Some(b"ftyp") {
        Some(FileType::Mp4)
    } else {
        None
    }
}

/// A name without an ending says nothing; one with another kind's ending contradicts the content.
fn ending_fits(name: &str, kind: FileType) -> bool {
    name.rsplit_once('.')
        .is_none_or(|(_, ending)| ending.eq_ignore_ascii_case(kind.extension()))
}

#[cfg(test)]
mod tests {
    use super::*;

    const PDF: &[u8] = b"%PDF-1.7\n%\xe2\xe3\xcf\xd3";
    const MP4: &[u8] = b"\0\0\0\x20ftypisom\0\0\0\0";

    fn deck() -> FileRule {
        FileRule {
            accept: vec![FileType::Pdf],
            max_bytes: 100,
        }
    }

    fn wrong_kind() -> Result<FileType, Code> {
        Err(Code::FileWrongKind {
            accept: vec![FileType::Pdf],
        })
    }

    #[test]
    fn a_pdf_is_taken_whatever_the_case_of_its_ending() {
        for name in ["deck.pdf", "DECK.PDF", "deck", "../\u{202e}fdp.pdf"] {
            assert_eq!(check(name, 100, PDF, &deck()), Ok(FileType::Pdf), "{name}");
        }
    }

    #[test]
    fn a_video_is_taken_where_videos_are() {
        let rule = FileRule {
            accept: vec![FileType::Pdf, FileType::Mp4],
            max_bytes: 100,
        };
        assert_eq!(check("a.mp4", 20, MP4, &rule), Ok(FileType::Mp4));
        assert_eq!(check("a.mp4", 20, MP4, &deck()), wrong_kind());
    }

    #[test]
    fn nothing_and_too_much_are_told_apart() {
        assert_eq!(check("a.pdf", 0, b"", &deck()), Err(Code::FileEmpty));
        assert_eq!(check("a.pdf", 101, PDF, &deck()), Err(Code::FileTooBig { max_bytes: 100 }));
    }

    #[test]
    fn content_counts_as_well_as_the_name() {
        assert_eq!(check("a.pdf", 20, b"MZ\x90\0 not a pdf", &deck()), wrong_kind());
        assert_eq!(check("a.exe", 20, PDF, &deck()), wrong_kind());
        assert_eq!(check("a.pdf", 3, b"%PD", &deck()), wrong_kind());
    }
}
