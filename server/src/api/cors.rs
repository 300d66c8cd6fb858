//! Apps on other origins (Fetch standard, CORS): only those named with `--allow-origin`. No cookie is ever involved; what
//! a script may do is what the token it holds may do.

use axum::extract::{Request, State};
use axum::http::{HeaderMap, HeaderName, HeaderValue, Method, StatusCode, header};
use axum::middleware::Next;
use axum::response::{IntoResponse as _, Response};

use crate::App;

/// What the contract's requests use.
const METHODS: &str = "GET, HEAD, POST, PUT, PATCH, DELETE";
const HEADERS: &str = "authorization, content-type, idempotency-key, if-match, if-none-match, opencall-device, tus-resumable, upload-length, upload-metadata, \
     upload-offset";
/// What the contract's replies tell in headers.
const EXPOSED: &str = "date, etag, location, retry-after, content-disposition, tus-resumable, upload-length, upload-offset, x-request-id";

/// Answers preflights, and lets allowed origins read replies.
pub async fn allow(State(app): State<App>, request: Request, next: Next) -> Response {
    let origin = request
        .headers()
        .get(header::ORIGIN)
        .filter(|origin| app.allowed_origins.iter().any(|allowed| allowed == *origin))
        .cloned();
    let is_preflight = request.method() == Method::OPTIONS && request.headers().contains_key(header::ACCESS_CONTROL_REQUEST_METHOD);
    let mut response = match &origin {
        Some(_) if is_preflight => {
            let mut headers = HeaderMap::new();
            set(&mut headers, header::ACCESS_CONTROL_ALLOW_METHODS, METHODS);
            set(&mut headers, header::ACCESS_CONTROL_ALLOW_HEADERS, HEADERS);
            set(&mut headers, header::ACCESS_CONTROL_MAX_AGE, "86400");
            (StatusCode::NO_CONTENT, headers).into_response()
        }
        _ => next.run(request).await,
    };
    if let Some(origin) = origin {
        let headers = response.headers_mut();
        headers.insert(header::ACCESS_CONTROL_ALLOW_ORIGIN, origin);
        set(headers, header::ACCESS_CONTROL_EXPOSE_HEADERS, EXPOSED);
    }
    if !app.allowed_origins.is_empty() {
        response.headers_mut().append(header::VARY, HeaderValue::from_static("Origin"));
    }
    response
}

fn set(headers: &mut HeaderMap, name: HeaderName, value: &'static str) {
    headers.insert(name, HeaderValue::from_static(value));
}
