//! Complete answers to the sample programme, and files that are what they say.

use serde_json::Value;

/// Answers to every question but the files, with nothing wrong.
pub fn answers() -> Value {
    serde_json::from_str(include_str!("answers.json")).expect("the file next to this one is JSON")
}

/// A PDF of one empty page, about `size` bytes long.
pub fn pdf(size: usize) -> Vec<u8> {
    let mut text = String::from("%PDF-1.4\n");
    let mut offsets = Vec::new();
    let filling = " ".repeat(size.saturating_sub(400));
    let objects = [
        "<< /Type /Catalog /Pages 2 0 R >>".to_owned(),
        "<< /Type /Pages /Kids [3 0 R] /Count 1 >>".to_owned(),
        "<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Contents 4 0 R >>".to_owned(),
        format!("<< /Length {} >>\nstream\n{filling}\nendstream", filling.len()),
    ];
    for (number, object) in (1..).zip(objects) {
        offsets.push(text.len());
        text.push_str(&format!("{number} 0 obj\n{object}\nendobj\n"));
    }
    let start = text.len();
    text.push_str(&format!("xref\n0 {}\n0000000000 65535 f \n", offsets.len() + 1));
    for offset in &offsets {
        text.push_str(&format!("{offset:010} 00000 n \n"));
    }
    text.push_str(&format!(
        "trailer\n<< /Size {} /Root 1 0 R >>\nstartxref\n{start}\n%%EOF\n",
        offsets.len() + 1
    ));
    text.into_bytes()
}

/// An MP4 with the boxes that every one has, and `size` bytes of media.
pub fn mp4(size: usize) -> Vec<u8> {
    let boxed = |kind: &[u8; 4], content: &[u8]| -> Vec<u8> {
        let length = u32::try_from(content.len() + 8).expect("test files are small").to_be_bytes();
        [&length[..], kind, content].concat()
    };
    let header = boxed(b"mvhd", &[0; 100]);
    [
        boxed(b"ftyp", b"isom\0\0\x02\0isomiso2mp41"),
        boxed(b"moov", &header),
        boxed(b"mdat", &vec![0; size]),
    ]
    .concat()
}
