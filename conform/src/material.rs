//! Files that are what they say, as small as they can be.

use opencall_core::programme::FileType;

/// A file of a kind, of at most `most` bytes; `None` where that is too few for one.
pub fn file(kind: FileType, most: u64) -> Option<Vec<u8>> {
    let bytes = match kind {
        FileType::Pdf => pdf(if most >= 3_000 { 1_500 } else { 0 }),
        FileType::Mp4 => mp4(1_000),
    };
    (bytes.len() as u64 <= most).then_some(bytes)
}

/// A PDF of one empty page (ISO 32000-1) with so many blanks in it.
pub fn pdf(filling: usize) -> Vec<u8> {
    let filling = " ".repeat(filling);
    let objects = [
        "<< /Type /Catalog /Pages 2 0 R >>".to_owned(),
        "<< /Type /Pages /Kids [3 0 R] /Count 1 >>".to_owned(),
        "<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Contents 4 0 R >>".to_owned(),
        format!("<< /Length {} >>\nstream\n{filling}\nendstream", filling.len()),
    ];
    let mut text = String::from("%PDF-1.4\n");
    let mut offsets = Vec::new();
    for (number, object) in (1..).zip(objects) {
        offsets.push(text.len());
        text.push_str(&format!("{number} 0 obj\n{object}\nendobj\n"));
    }
    let start = text.len();
    text.push_str(&format!("xref\n0 {}\n0000000000 65535 f \n", offsets.len() + 1));
    for offset in &offsets {
        text.push_str(&format!("{offset:010} 00000 n \n"));
    }
    let size = offsets.len() + 1;
    text.push_str(&format!("trailer\n<< /Size {size} /Root 1 0 R >>\nstartxref\n{start}\n%%EOF\n"));
    text.into_bytes()
}

/// An MP4 with the boxes that every one has (ISO/IEC 14496-12), and so many bytes of media.
pub fn mp4(media: usize) -> Vec<u8> {
    let boxed = |kind: &[u8; 4], content: &[u8]| -> Vec<u8> {
        let length = u32::try_from(content.len() + 8).unwrap_or(u32::MAX).to_be_bytes();
        [&length[..], kind, content].concat()
    };
    [
        boxed(b"ftyp", b"isom\0\0\x02\0isomiso2mp41"),
        boxed(b"moov", &boxed(b"mvhd", &[0; 100])),
        boxed(b"mdat", &vec![0; media]),
    ]
    .concat()
}

/// What is none of the kinds that any field takes.
pub fn web_page() -> Vec<u8> {
    b"<!doctype html><title>conformance</title><p>This is a web page, whatever its name says.</p>\n".repeat(8)
}
