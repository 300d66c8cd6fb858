//! Errors as replies: problem details (RFC 9457).

use axum::http::{HeaderName, HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use opencall_core::contract::{ProblemDetails, problem_type};
use opencall_core::{Problem, Timestamp};
use serde_json::Value;

/// Why a request was refused or failed. Turns into a problem details reply.
#[derive(Debug)]
pub struct Failure(Box<Inner>);

#[derive(Debug)]
struct Inner {
    details: ProblemDetails,
    headers: Vec<(HeaderName, HeaderValue)>,
}

impl Failure {
    /// A problem of a kind, with its title.
    pub fn new(status: StatusCode, kind: &str, title: &str) -> Self {
        let details = ProblemDetails {
            kind: String::from(kind),
            title: String::from(title),
            status: status.as_u16(),
            ..ProblemDetails::default()
        };
        Self(Box::new(Inner {
            details,
            headers: Vec::new(),
        }))
    }

    /// A problem that is no more than its HTTP status.
    pub fn plain(status: StatusCode) -> Self {
        Self::new(status, "about:blank", status.canonical_reason().unwrap_or("Error"))
    }

    /// What it is this time.
    #[must_use]
    pub fn detail(mut self, detail: impl Into<String>) -> Self {
        self.0.details.detail = Some(detail.into());
        self
    }

    /// What is wrong with single answers.
    #[must_use]
    pub fn errors(mut self, errors: Vec<Problem>) -> Self {
        self.0.details.errors = errors;
        self
    }

    /// The server's clock when it decided.
    #[must_use]
    pub fn at(mut self, now: Timestamp) -> Self {
        self.0.details.now = Some(now);
        self
    }

    /// A further member.
    #[must_use]
    pub fn more(mut self, name: &str, value: impl Into<Value>) -> Self {
        self.0.details.more.insert(String::from(name), value.into());
        self
    }

    /// A header of the reply. A value that cannot stand in a header is left out.
    #[must_use]
    pub fn header(mut self, name: HeaderName, value: &str) -> Self {
        if let Ok(value) = HeaderValue::from_str(value) {
            self.0.headers.push((name, value));
        }
        self
    }

    /// When to try again.
    #[must_use]
    pub fn retry_after(self, seconds: u64) -> Self {
        self.header(header::RETRY_AFTER, &seconds.to_string())
    }

    /// The HTTP status.
    pub fn status(&self) -> u16 {
        self.0.details.status
    }

    /// The request could not be read.
    pub fn malformed(detail: impl Into<String>) -> Self {
        Self::new(StatusCode::BAD_REQUEST, problem_type::MALFORMED, "The request could not be read").detail(detail)
    }

    /// No such thing.
    pub fn not_found() -> Self {
        Self::new(StatusCode::NOT_FOUND, problem_type::NOT_FOUND, "Not found")
    }

    /// No token, or one that stands for nothing.
    pub fn unknown_token() -> Self {
        Self::new(
            StatusCode::UNAUTHORIZED,
            problem_type::UNKNOWN_TOKEN,
            "No application belongs to this link",
        )
        .header(header::WWW_AUTHENTICATE, "Bearer")
    }

    /// The request is larger than taken.
    pub fn too_large(detail: impl Into<String>) -> Self {
        Self::new(StatusCode::PAYLOAD_TOO_LARGE, problem_type::TOO_LARGE, "The request is too large").detail(detail)
    }

    /// The body is of another media type than taken.
    pub fn unsupported(expected: &str) -> Self {
        Self::new(
            StatusCode::UNSUPPORTED_MEDIA_TYPE,
            problem_type::MALFORMED,
            "The request could not be read",
        )
        .detail(format!("Send the body as {expected}."))
    }

    /// The store cannot be used at the moment.
    pub fn storage() -> Self {
        Self::new(
            StatusCode::SERVICE_UNAVAILABLE,
            problem_type::STORAGE,
            "Nothing can be stored at the moment",
        )
        .detail("Nothing was changed. Try again in a moment.")
        .retry_after(5)
    }

    /// Too many requests.
    pub fn too_many(seconds: u64) -> Self {
        Self::new(StatusCode::TOO_MANY_REQUESTS, problem_type::RATE_LIMITED, "Too many requests")
            .detail(format!("Try again in {seconds} s."))
            .retry_after(seconds)
    }

    /// A fault of the server.
    pub fn internal() -> Self {
        Self::new(
            StatusCode::INTERNAL_SERVER_ERROR,
            problem_type::INTERNAL,
            "Something went wrong in the server",
        )
    }
}

impl IntoResponse for Failure {
    fn into_response(self) -> Response {
        let Inner { details, headers } = *self.0;
        let status = StatusCode::from_u16(details.status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
        let body = serde_json::to_vec(&details).unwrap_or_else(|_| b"{}".to_vec());
        let mut response = (status, [(header::CONTENT_TYPE, "application/problem+json")], body).into_response();
        response.headers_mut().extend(headers);
        response
    }
}

impl From<sqlx::Error> for Failure {
    fn from(error: sqlx::Error) -> Self {
        if is_storage(&error) {
            tracing::error!(%error, "the database cannot be used");
            Self::storage()
        } else {
            tracing::error!(%error, "a database statement failed");
            Self::internal()
        }
    }
}

impl From<std::io::Error> for Failure {
    fn from(error: std::io::Error) -> Self {
        tracing::error!(%error, "a file cannot be used");
        Self::storage()
    }
}

/// Whether an error is about the store's state (full, locked, away), not about the statement.
fn is_storage(error: &sqlx::Error) -> bool {
    match error {
        sqlx::Error::Io(_)
        | sqlx::Error::Tls(_)
        | sqlx::Error::BeginFailed
        | sqlx::Error::InvalidSavePointStatement
        | sqlx::Error::PoolTimedOut
        | sqlx::Error::PoolClosed
        | sqlx::Error::WorkerCrashed => true,
        sqlx::Error::Database(database) => database.code().is_some_and(|code| match code.parse::<u32>() {
            // SQLite's primary result codes: BUSY, LOCKED, NOMEM, READONLY, IOERR, FULL, CANTOPEN.
            Ok(number) if code.len() < 5 => matches!(number & 0xff, 5 | 6 | 7 | 8 | 10 | 13 | 14),
            // PostgreSQL's classes: connection, transaction rollback, insufficient resources, intervention, system.
            _ => matches!(code.get(..2), Some("08" | "40" | "53" | "57" | "58" | "25")),
        }),
        _ => false,
    }
}
