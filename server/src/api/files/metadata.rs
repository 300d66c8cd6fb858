//! The `Upload-Metadata` header of tus: pairs of a key and a value in base64.

use axum::http::HeaderMap;
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;

use crate::api::problem::Failure;

/// What the app says of a file.
#[derive(Debug, PartialEq, Eq)]
pub struct Metadata {
    /// The field it answers.
    pub field: String,
    /// Its name on the applicant's device.
    pub filename: String,
}

/// Reads the header. Unknown keys are left aside.
///
/// # Errors
/// 400 when the field or the name is missing or unreadable.
pub fn read(headers: &HeaderMap) -> Result<Metadata, Failure> {
    let text = headers.get("upload-metadata").and_then(|value| value.to_str().ok()).unwrap_or("");
    let value = |wanted: &str| {
        let pair = text
            .split(',')
            .filter_map(|pair| pair.trim().split_once(' '))
            .find(|(key, _)| *key == wanted);
        let bytes = pair.and_then(|(_, value)| STANDARD.decode(value.trim()).ok());
        let value = bytes
            .and_then(|bytes| String::from_utf8(bytes).ok())
            .filter(|value| value.len() <= 1_024);
        value.ok_or_else(|| Failure::malformed(format!("Upload-Metadata has to have {wanted}, in base64.")))
    };
    Ok(Metadata {
        field: value("field")?,
        filename: value("filename")?,
    })
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    #[test]
    fn names_in_any_script_are_read() {
        let mut headers = HeaderMap::new();
        headers.insert(
            "upload-metadata",
            "field ZGVjaw==,filename 0YDQtdGH0YwucGRm, size MQ==".parse().unwrap(),
        );
        assert_eq!(
            read(&headers).unwrap(),
            Metadata {
                field: String::from("deck"),
                filename: String::from("речь.pdf")
            }
        );
    }

    #[test]
    fn what_cannot_be_read_is_refused() {
        for bad in ["", "field", "field ZGVjaw==", "field !!!,filename YQ==", "field /w==,filename YQ=="] {
            let mut headers = HeaderMap::new();
            headers.insert("upload-metadata", bad.parse().unwrap());
            assert_eq!(read(&headers).unwrap_err().status(), 400, "{bad}");
        }
    }
}
