//! Replies that can be kept and given again, byte for byte.

use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use serde::Serialize;

use super::problem::Failure;

/// A JSON reply with the headers that belong to it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Reply {
    /// The HTTP status.
    pub status: StatusCode,
    /// The `ETag`, quotes included.
    pub etag: Option<String>,
    /// The `Location`.
    pub location: Option<String>,
    /// The body; empty for none.
    pub body: String,
}

impl Reply {
    /// A reply with a JSON body.
    ///
    /// # Errors
    /// 500 for what cannot be written as JSON, which none of the contract's types is.
    pub fn json(status: StatusCode, body: &impl Serialize) -> Result<Self, Failure> {
        let body = serde_json::to_string(body).map_err(|_| Failure::internal())?;
        Ok(Self {
            status,
            etag: None,
            location: None,
            body,
        })
    }

    /// With the version as `ETag`.
    #[must_use]
    pub fn version(mut self, version: u64) -> Self {
        self.etag = Some(format!("\"{version}\""));
        self
    }
}

impl IntoResponse for Reply {
    fn into_response(self) -> Response {
        let mut response = if self.body.is_empty() {
            self.status.into_response()
        } else {
            (self.status, [(header::CONTENT_TYPE, "application/json")], self.body).into_response()
        };
        let headers = response.headers_mut();
        for (name, value) in [(header::ETAG, self.etag), (header::LOCATION, self.location)] {
            if let Some(value) = value.and_then(|value| HeaderValue::from_str(&value).ok()) {
                headers.insert(name, value);
            }
        }
        response
    }
}
