//! The partners' kit at `/embed/kit` and `/embed/check`, and the module by which a partner's page learns what is public about a
//! programme: a module, because `script-src` of that page allows it already and `connect-src` need not.

use axum::http::{HeaderValue, header};
use axum::response::{IntoResponse as _, Response};
use serde_json::json;

use crate::App;

/// Whether an address is the kit's.
pub fn is_page(path: &str) -> bool {
    matches!(path, "embed/kit" | "embed/check" | "kit.html")
}

/// The kit's policy, from that of every page: it holds the form in a frame.
pub fn policy(of_pages: &str) -> String {
    of_pages.replace("connect-src 'self'", "connect-src 'self'; frame-src 'self'")
}

/// Answers `/embed/{id}/check.js`: the programme's registered origins, organisers, languages and phase. `None` for other addresses and
/// programmes that there are not.
pub fn facts(app: &App, path: &str) -> Option<Response> {
    let id = path.strip_prefix("embed/")?.strip_suffix("/check.js")?;
    let entry = app.programmes.get(id)?;
    let programme = &entry.programme;
    let phase = json!(opencall_core::phase(&programme.schedule, None, app.clock.now()));
    let facts = json!({
        "programme": programme.id,
        "origins": programme.origins().collect::<Vec<_>>(),
        "partners": programme.organisers.iter().map(|organiser| &organiser.id).collect::<Vec<_>>(),
        "locales": programme.locales.iter().map(|locale| locale.tag()).collect::<Vec<_>>(),
        "phase": phase["phase"],
    });
    let mut response = format!("export default {facts};\n").into_response();
    let headers = response.headers_mut();
    for (name, value) in [
        (header::CONTENT_TYPE, "text/javascript; charset=utf-8"),
        (header::CACHE_CONTROL, "no-cache"),
        (header::ACCESS_CONTROL_ALLOW_ORIGIN, "*"),
        (header::HeaderName::from_static("cross-origin-resource-policy"), "cross-origin"),
    ] {
        headers.insert(name, HeaderValue::from_static(value));
    }
    Some(response)
}
