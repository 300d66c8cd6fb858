//! What a file's bytes are, whatever its name says.

use std::fs::File;
use std::io::{self, Read as _, Seek as _, SeekFrom};
use std::path::Path;

use opencall_core::problem::Code;
use opencall_core::programme::FileType;
use sha2::{Digest as _, Sha256};

use crate::store::files::Checked;
use crate::token::hex;

/// Where a PDF's end mark has to stand: within this many last bytes.
const PDF_TAIL: u64 = 1_024;
/// The largest first box of an MP4: a brand list of thousands is no video.
const FTYP_LIMIT: u32 = 4_096;

/// Reads a complete file: what it is, whether it holds together, and its SHA-256. Blocks.
///
/// # Errors
/// When the file cannot be read. What is wrong with the content is the inner error.
pub fn check(path: &Path, accept: &[FileType]) -> io::Result<Result<Checked, Code>> {
    let mut file = File::open(path)?;
    let length = file.metadata()?.len();
    if length == 0 {
        return Ok(Err(Code::FileEmpty));
    }
    let mut head = [0; 16];
    let read = read_up_to(&mut file, &mut head)?;
    let Some(kind) = kind(&head[..read]).filter(|kind| accept.contains(kind)) else {
        return Ok(Err(Code::FileWrongKind { accept: accept.to_vec() }));
    };
    let whole = match kind {
        FileType::Pdf => pdf_ends(&mut file, length)?,
        FileType::Mp4 => boxes_add_up(&mut file, length)?,
    };
    if !whole {
        return Ok(Err(Code::FileDamaged));
    }
    file.seek(SeekFrom::Start(0))?;
    let mut hash = Sha256::new();
    let mut buffer = vec![0; 64 * 1024];
    loop {
        match file.read(&mut buffer)? {
            0 => break,
            read => hash.update(&buffer[..read]),
        }
    }
    Ok(Ok(Checked {
        kind,
        sha256: hex(&hash.finalize()),
    }))
}

/// The kind that the first bytes show. Nothing may stand before a PDF's header, although the standard
/// lets readers look for it: such files can be something else as well.
fn kind(head: &[u8]) -> Option<FileType> {
    if head.starts_with(b"%PDF-") {
        return Some(FileType::Pdf);
    }
    let size = u32::from_be_bytes(head.get(..4)?.try_into().ok()?);
    (head.get(4..8)? == b"ftyp" && (16..=FTYP_LIMIT).contains(&size)).then_some(FileType::Mp4)
}

/// Whether a PDF ends with `%%EOF` and nothing but white space behind it: what follows could be another file (a polyglot).
fn pdf_ends(file: &mut File, length: u64) -> io::Result<bool> {
    let from = length.saturating_sub(PDF_TAIL);
    file.seek(SeekFrom::Start(from))?;
    let mut tail = Vec::new();
    file.take(PDF_TAIL).read_to_end(&mut tail)?;
    const MARK: &[u8] = b"%%EOF";
    let mark = tail.windows(MARK.len()).rposition(|window| window == MARK);
    Ok(mark.is_some_and(|at| tail[at + MARK.len()..].iter().all(|byte| matches!(byte, 0 | 9 | 10 | 12 | 13 | 32))))
}

/// Whether the boxes of an MP4 follow one another up to its very end (ISO/IEC 14496-12, section 4.2).
fn boxes_add_up(file: &mut File, length: u64) -> io::Result<bool> {
    let mut at = 0;
    while at < length {
        file.seek(SeekFrom::Start(at))?;
        let mut header = [0; 16];
        let read = read_up_to(file, &mut header)?;
        if read < 8 {
            return Ok(false);
        }
        let (first, rest) = header.split_at(8);
        let size = match u32::from_be_bytes([first[0], first[1], first[2], first[3]]) {
            // To the end of the file; only the last box may say so.
            0 => return Ok(at > 0),
            1 if read == 16 => u64::from_be_bytes([rest[0], rest[1], rest[2], rest[3], rest[4], rest[5], rest[6], rest[7]]),
            size => u64::from(size),
        };
        if size < 8 {
            return Ok(false);
        }
        at = match at.checked_add(size) {
            Some(next) => next,
            None => return Ok(false),
        };
    }
    Ok(at == length)
}

fn read_up_to(file: &mut File, buffer: &mut [u8]) -> io::Result<usize> {
    let mut read = 0;
    while read < buffer.len() {
        match file.read(&mut buffer[read..])? {
            0 => break,
            more => read += more,
        }
    }
    Ok(read)
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    fn checked(content: &[u8]) -> Result<FileType, Code> {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("file");
        std::fs::write(&path, content).unwrap();
        check(&path, &FileType::ALL).unwrap().map(|checked| checked.kind)
    }

    #[test]
    fn a_pdf_begins_and_ends_as_one() {
        assert_eq!(checked(b"%PDF-1.7\n1 0 obj\nendobj\n%%EOF\n"), Ok(FileType::Pdf));
        assert_eq!(checked(b"%PDF-1.7\n1 0 obj"), Err(Code::FileDamaged));
        assert_eq!(checked(b"%PDF-1.7\n%%EOF\nPK\x03\x04"), Err(Code::FileDamaged));
        assert!(matches!(checked(b"GIF89a %PDF-1.7\n%%EOF"), Err(Code::FileWrongKind { .. })));
    }

    #[test]
    fn the_boxes_of_a_video_add_up() {
        let ftyp = b"\0\0\0\x14ftypisom\0\0\0\0isom";
        let with = |rest: &[u8]| [&ftyp[..], rest].concat();
        assert_eq!(checked(&with(b"\0\0\0\x08free")), Ok(FileType::Mp4));
        assert_eq!(checked(&with(b"\0\0\0\0mdatxxxx")), Ok(FileType::Mp4));
        assert_eq!(checked(&with(b"\0\0\0\x01mdat\0\0\0\0\0\0\0\x10")), Ok(FileType::Mp4));
        assert_eq!(checked(&with(b"\0\0\0\x09free")), Err(Code::FileDamaged));
        assert_eq!(checked(&with(b"<html>")), Err(Code::FileDamaged));
        assert_eq!(
            checked(&with(b"\0\0\0\x01mdat\xff\xff\xff\xff\xff\xff\xff\xff")),
            Err(Code::FileDamaged)
        );
        assert!(matches!(checked(b"\xff\xff\xff\xffftypisom"), Err(Code::FileWrongKind { .. })));
    }

    #[test]
    fn nothing_is_no_file() {
        assert_eq!(checked(b""), Err(Code::FileEmpty));
    }
}
