//! Files: what a finished upload says of itself. Whether the backend has it, the backend looks up.

use serde_json::Value;

use super::{Answer, Read, part, web};
use crate::answers::FileAnswer;
use crate::problem::Code;
use crate::programme::FileType;
use crate::text::file_name;

/// Ids of files are the backend's; none is longer.
const ID_MAX: usize = 64;

/// A finished upload, or a link where one is taken.
pub(super) fn file(raw: &Value, accept: &[FileType], max_bytes: u64, or_link: bool) -> Read {
    if !raw.is_object() {
        return Err(Code::WrongShape);
    }
    if let Some(link) = raw.get("link").filter(|link| !link.is_null()) {
        if !or_link {
            return Err(Code::WrongShape);
        }
        return match web::url(link, &[])? {
            Some(Answer::Text(link)) => Ok(Some(Answer::File(FileAnswer::Link { link }))),
            _ => Err(Code::NotUrl),
        };
    }
    let (id, name, sha256, kind) = (part(raw, "id")?, part(raw, "name")?, part(raw, "sha256")?, part(raw, "type")?);
    let size = raw.get("size").and_then(Value::as_u64).ok_or(Code::FileUnfinished)?;
    if sha256.is_empty() || kind.is_empty() {
        return Err(Code::FileUnfinished);
    }
    let is_id = !id.is_empty() && id.len() <= ID_MAX && id.bytes().all(|b| b.is_ascii_alphanumeric() || matches!(b, b'-' | b'_'));
    let is_digest = sha256.len() == 64 && sha256.bytes().all(|b| matches!(b, b'0'..=b'9' | b'a'..=b'f'));
    if !is_id || !is_digest {
        return Err(Code::WrongShape);
    }
    let Some(kind) = accept.iter().copied().find(|accepted| accepted.extension() == kind) else {
        return Err(Code::FileWrongKind { accept: accept.to_vec() });
    };
    if size == 0 {
        return Err(Code::FileEmpty);
    }
    if size > max_bytes {
        return Err(Code::FileTooBig { max_bytes });
    }
    Ok(Some(Answer::File(FileAnswer::Upload {
        id: String::from(id),
        name: file_name(name),
        size,
        sha256: String::from(sha256),
        kind,
    })))
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use serde_json::json;

    use super::*;

    const ACCEPT: &[FileType] = &[FileType::Pdf];

    fn upload() -> Value {
        json!({ "id": "f-1", "name": "deck.pdf", "size": 12, "sha256": "0a".repeat(32), "type": "pdf" })
    }

    fn with(member: &str, value: Value) -> Read {
        let mut raw = upload();
        raw[member] = value;
        file(&raw, ACCEPT, 1000, false)
    }

    #[test]
    fn a_finished_upload_is_taken_as_it_was_written() {
        let Ok(Some(Answer::File(read))) = file(&upload(), ACCEPT, 1000, false) else {
            panic!("refused")
        };
        assert_eq!(serde_json::to_value(&read).unwrap(), upload());
        assert_eq!(serde_json::from_value::<FileAnswer>(upload()).unwrap(), read);
    }

    #[test]
    fn each_fault_of_a_file_has_its_word() {
        assert_eq!(with("size", json!(0)), Err(Code::FileEmpty));
        assert_eq!(with("size", json!(1001)), Err(Code::FileTooBig { max_bytes: 1000 }));
        assert_eq!(with("size", json!(-1)), Err(Code::FileUnfinished));
        assert_eq!(with("type", json!("mp4")), Err(Code::FileWrongKind { accept: ACCEPT.to_vec() }));
        assert_eq!(with("type", Value::Null), Err(Code::FileUnfinished));
        assert_eq!(with("sha256", json!("0A".repeat(32))), Err(Code::WrongShape));
        assert_eq!(with("id", json!("../x")), Err(Code::WrongShape));
        assert_eq!(file(&json!("deck.pdf"), ACCEPT, 1000, true), Err(Code::WrongShape));
    }

    #[test]
    fn names_lose_their_folders() {
        let Ok(Some(Answer::File(FileAnswer::Upload { name, .. }))) = with("name", json!("../a/\u{202e}deck.pdf")) else {
            panic!("refused")
        };
        assert_eq!(name, "deck.pdf");
    }

    #[test]
    fn a_link_is_taken_only_where_it_is_asked() {
        let link = FileAnswer::Link {
            link: String::from("https://example.org/video"),
        };
        assert_eq!(
            file(&json!({ "link": "example.org/video" }), ACCEPT, 1, true),
            Ok(Some(Answer::File(link)))
        );
        assert_eq!(file(&json!({ "link": "javascript:alert(1)" }), ACCEPT, 1, true), Err(Code::NotUrl));
        assert_eq!(file(&json!({ "link": "example.org" }), ACCEPT, 1, false), Err(Code::WrongShape));
    }
}
