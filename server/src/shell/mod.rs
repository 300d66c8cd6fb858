//! The call, written into the page before any script runs: it can be read while the app is still on its way,
//! and where it never arrives.
//!
//! `index.html` has places to fill: `<!--head-->…<!--/head-->`, and in the same way `brand`, `languages`, `bar` and `call`. The markup is that of the app's own pages, so that nothing moves when the app takes over.
//! The style sheet is put into the page: the first paint waits for one reply and not for two.
//!
//! - [`page`]: the call in HTML.
//! - [`questions`]: a section's questions, where one can already type.
//! - [`words`]: their few words and dates, in each language.
//! - [`html`]: HTML being written.
//! - [`files`]: the same for hosts that only serve files.
//! - [`kit`]: the partners' kit, and what partners' pages may ask about a programme.

use std::collections::HashMap;
use std::sync::{Arc, PoisonError, RwLock};

use axum::body::{Body, Bytes};
use axum::http::{HeaderMap, HeaderValue, StatusCode, header};
use axum::response::{IntoResponse as _, Response};
use base64::Engine as _;
use opencall_core::{Locale, Phase, Programme, phase};
use sha2::{Digest as _, Sha256};

use crate::App;
use crate::assets::{Asset, Encoding, none_match};
use crate::layers::PAGE_POLICY;
use crate::programmes::{Entry, compress};
use crate::token::hex;

pub mod files;
pub mod html;
pub mod kit;
pub mod page;
pub mod questions;
pub mod words;

/// How many rendered shells are kept.
const KEPT: usize = 256;

/// The rendered shells, by what they were rendered from.
#[derive(Debug, Default)]
pub struct Shells(RwLock<HashMap<String, Arc<Shell>>>);

/// A shell ready to be sent.
#[derive(Debug)]
struct Shell {
    etag: String,
    /// What the page may do, where that is not what every page may.
    policy: Option<HeaderValue>,
    html: Bytes,
    brotli: Bytes,
    gzip: Bytes,
}

/// What an address of the app shows.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Page {
    /// The call.
    Call,
    /// A section of the form.
    Section(String),
    /// Another page that belongs to the applicant: the shell shows only which call it is of.
    Inner,
}

/// Serves the shell for an address of the app: 404 where the app has no such page, so that searchers and monitors know.
pub async fn serve(app: &App, path: &str, query: &str, headers: &HeaderMap) -> Response {
    let is_staff = path == "staff.html" || path == "staff" || path.starts_with("staff/");
    let without_app = match path {
        "verify.html" | "verify" => Some("verify.html"),
        "partner.html" | "partner" => Some("partner.html"),
        _ if kit::is_page(path) => Some("kit.html"),
        _ => None,
    };
    let template = without_app.unwrap_or(if is_staff { "staff.html" } else { "index.html" });
    let template = app.assets.read(template).await;
    let Some(template) = template else {
        return (
            StatusCode::NOT_FOUND,
            "The app has not been built. Run `cargo xtask dist`, and say where it is with --dist.\n",
        )
            .into_response();
    };
    if is_staff {
        return send(&plain(&template), StatusCode::OK, headers);
    }
    if let Some(name) = without_app {
        // They have no wasm.
        let policy = PAGE_POLICY.replace(" 'wasm-unsafe-eval'", "");
        let policy = if name == "kit.html" { kit::policy(&policy) } else { policy };
        let policy = HeaderValue::from_str(&policy).ok();
        let shell = Shell {
            policy,
            ..plain(&template)
        };
        return send(&shell, StatusCode::OK, headers);
    }
    let Config { programme: default, api } = config(app).await;
    // What pages of partners hold in a frame.
    let framed = path.strip_prefix("embed/");
    let (programme, page) = route(framed.unwrap_or(path), default.as_deref());
    let entry = programme.and_then(|id| app.programmes.get(&id));
    let (Some(entry), Some(page)) = (entry, page) else {
        return send(&plain(&template), StatusCode::NOT_FOUND, headers);
    };
    let page = match page {
        Page::Section(step) if !entry.programme.steps.iter().any(|one| one.id == step) => Page::Inner,
        page => page,
    };
    let locale = language(&entry.programme.locales, query, headers);
    let phase = phase(&entry.programme.schedule, None, app.clock.now());
    let frame = framed.map(|_| frame_class(query));
    let key = key(&template, &entry, &page, locale, phase, frame.unwrap_or_default(), &api);
    let shell = match app.shells.find(&key) {
        Some(shell) => shell,
        None => {
            let (template, policy) = styled(app, &template).await;
            let html = render(&template, &entry, &page, locale, phase, &api);
            let (html, policy) = match frame {
                Some(class) => (in_frame(&html, &entry.programme.id, class), framing(&policy, &entry.programme)),
                None => (html, policy),
            };
            app.shells.keep(key, Shell::new(html, HeaderValue::from_str(&policy).ok()))
        }
    };
    send(&shell, StatusCode::OK, headers)
}

/// The policy of a page that is held in a frame: the programme's registered origins may do so, the partners' kit, and nobody else
/// (CSP 3, section 6.4.2).
fn framing(policy: &str, programme: &Programme) -> String {
    let origins: Vec<&str> = std::iter::once("'self'").chain(programme.origins()).collect();
    policy.replace("frame-ancestors 'none'", &format!("frame-ancestors {}", origins.join(" ")))
}

/// What a page in a frame is marked with: that it is, and the scheme that the page around asks for, from the first paint on.
fn frame_class(query: &str) -> &'static str {
    match query.split('&').find_map(|pair| pair.strip_prefix("theme=")) {
        Some("light") => "framed light",
        Some("dark") => "framed dark",
        _ => "framed",
    }
}

/// A rendered shell for a frame: its links stay in the frame, and the style sheet knows where it is.
fn in_frame(html: &str, id: &str, class: &str) -> String {
    let html = html.replacen("<html ", &format!("<html class=\"{class}\" "), 1);
    let base = String::from(base(&html));
    ["/", "\""].iter().fold(html, |html, end| {
        html.replace(&format!("href=\"{base}/{id}{end}"), &format!("href=\"{base}/embed/{id}{end}"))
    })
}

/// The path that the app was built to live below (`cargo xtask dist --base-path`), as its pages say; empty for the root of an origin.
fn base(page: &str) -> &str {
    let found = page.split_once(" data-base=\"").and_then(|(_, rest)| rest.split_once('"'));
    found.map_or("", |(base, _)| base)
}

/// What a shell is rendered from.
fn key(template: &Asset, entry: &Entry, page: &Page, locale: Locale, phase: Phase, frame: &str, api: &str) -> String {
    // The last hour reads as open: only the app counts down.
    let standing = match phase {
        Phase::NotYetOpen { .. } => 0,
        Phase::Open { .. } | Phase::LastHour { .. } => 1,
        Phase::Grace { .. } => 2,
        Phase::Closed { .. } => 3,
    };
    format!(
        "{} {} {page:?} {} {standing} {frame} {api}",
        template.hash,
        entry.digest,
        locale.tag()
    )
}

/// The template with its style sheet in it, and the policy that allows just that style (CSP 3, section 8.3).
async fn styled(app: &App, template: &Asset) -> (String, String) {
    let html = String::from_utf8_lossy(&template.bytes).into_owned();
    let link = html.lines().find(|line| line.starts_with("<link rel=\"stylesheet\" href=\"/"));
    let address = link.and_then(|link| Some(link.split_once("href=\"")?.1.split_once('"')?.0));
    let path = address.and_then(|address| address.strip_prefix(base(&html))?.strip_prefix('/'));
    let (Some(link), Some(path)) = (link, path) else {
        return (html, PAGE_POLICY.to_owned());
    };
    let Some(sheet) = app.assets.read(path).await else {
        return (html, PAGE_POLICY.to_owned());
    };
    // What it names lies beside it, and not beside the page it stands in from here on.
    let own = format!("url(\"{}/fonts/", base(&html));
    let sheet = String::from_utf8_lossy(&sheet.bytes).replace("url(\"fonts/", &own);
    let hash = base64::engine::general_purpose::STANDARD.encode(Sha256::digest(sheet.as_bytes()));
    let policy = PAGE_POLICY.replace("style-src 'self'", &format!("style-src 'self' 'sha256-{hash}'"));
    let styled = html.replacen(link, &["<style>", &sheet, "</style>"].concat(), 1);
    (styled, policy)
}

impl Shells {
    fn find(&self, key: &str) -> Option<Arc<Shell>> {
        self.0.read().unwrap_or_else(PoisonError::into_inner).get(key).cloned()
    }

    fn keep(&self, key: String, shell: Shell) -> Arc<Shell> {
        let shell = Arc::new(shell);
        let mut kept = self.0.write().unwrap_or_else(PoisonError::into_inner);
        if kept.len() >= KEPT {
            kept.clear();
        }
        kept.insert(key, shell.clone());
        shell
    }
}

impl Shell {
    fn new(html: String, policy: Option<HeaderValue>) -> Self {
        let (brotli, gzip) = compress(html.as_bytes());
        let etag = format!("W/\"{}\"", hex(&Sha256::digest(&html)[..8]));
        Self {
            etag,
            policy,
            html: html.into(),
            brotli,
            gzip,
        }
    }
}

/// Fills a template with a call. `phase` is where the call stands, `api` the backend's address, as `config.json` says it.
pub fn render(template: &str, entry: &Entry, page: &Page, locale: Locale, phase: Phase, api: &str) -> String {
    let programme = &entry.programme;
    let base = base(template);
    let questions = match page {
        Page::Section(step) if phase.is_open() => questions::section(programme, step, locale),
        _ => None,
    };
    let (bar, body) = match (page, questions) {
        (Page::Call, _) => (String::new(), page::call(programme, locale, phase)),
        (_, Some(questions)) => (page::bar(programme, locale, phase), questions),
        (_, None) => (String::new(), page::inner(programme, locale, phase)),
    };
    let own = |path: &str| format!("href=\"{path}/{}/", programme.id);
    let body = body.replace(&own(""), &own(base));
    let html = between(template, "<!--head-->", "<!--/head-->", &page::head(programme, locale, api));
    let html = between(&html, "<!--languages-->", "<!--/languages-->", &page::languages(programme, locale));
    let html = between(&html, "<!--bar-->", "<!--/bar-->", &bar);
    let html = between(&html, "<!--call-->", "<!--/call-->", &body);
    let html = match page {
        Page::Call => html,
        _ => between(&html, "<!--brand-->", "<!--/brand-->", &page::brand(programme, locale)),
    };
    // The words of the app, which it would ask for only once it runs.
    let words = |rel: &str| format!("<link rel=\"{rel}\" hreflang=\"{}\"", locale.tag());
    let html = html.replacen(&words("words"), &words("preload\" as=\"fetch\" crossorigin=\"anonymous"), 1);
    html.replacen("<html lang=\"en\"", &format!("<html lang=\"{}\"", locale.tag()), 1)
}

/// Replaces what stands between two markers, which go too; a template without them stays as it is.
fn between(template: &str, open: &str, close: &str, filling: &str) -> String {
    let place = template
        .split_once(open)
        .and_then(|(before, rest)| Some((before, rest.split_once(close)?.1)));
    match place {
        Some((before, after)) => [before, filling, after].concat(),
        None => String::from(template),
    }
}

fn plain(template: &Asset) -> Shell {
    Shell {
        etag: format!("W/\"{}\"", template.hash),
        policy: None,
        html: template.bytes.clone(),
        brotli: Bytes::new(),
        gzip: Bytes::new(),
    }
}

fn send(shell: &Shell, status: StatusCode, headers: &HeaderMap) -> Response {
    let mut encoding = Encoding::Identity;
    let mut response = if status == StatusCode::OK && none_match(headers, &shell.etag) {
        StatusCode::NOT_MODIFIED.into_response()
    } else {
        let form = Encoding::choose(headers, |encoding| match encoding {
            Encoding::Brotli if !shell.brotli.is_empty() => Some(&shell.brotli),
            Encoding::Gzip if !shell.gzip.is_empty() => Some(&shell.gzip),
            Encoding::Identity => Some(&shell.html),
            _ => None,
        });
        let (chosen, body) = form.unwrap_or((Encoding::Identity, &shell.html));
        encoding = chosen;
        (status, Body::from(body.clone())).into_response()
    };
    let answer = response.headers_mut();
    encoding.mark(answer);
    answer.insert(header::CONTENT_TYPE, HeaderValue::from_static("text/html; charset=utf-8"));
    answer.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-cache"));
    answer.insert(header::VARY, HeaderValue::from_static("Accept-Language, Accept-Encoding"));
    if let Ok(etag) = HeaderValue::from_str(&shell.etag) {
        answer.insert(header::ETAG, etag);
    }
    if let Some(policy) = &shell.policy {
        answer.insert(header::CONTENT_SECURITY_POLICY, policy.clone());
    }
    response
}

/// What the shells need of the app's `config.json`.
#[derive(Default)]
struct Config {
    /// The programme that `/` shows.
    programme: Option<String>,
    /// The backend's address without a slash at its end; empty for the page's own origin.
    api: String,
}

impl Config {
    /// As far as it can be read; the app says what is wrong with it.
    fn parse(text: &[u8]) -> Self {
        let config: serde_json::Value = serde_json::from_slice(text).unwrap_or_default();
        let text = |member: &str| config[member].as_str();
        Self {
            programme: text("programme").map(String::from),
            api: String::from(text("api").unwrap_or_default().trim_end_matches('/')),
        }
    }
}

/// The app's `config.json`; where it names no programme, the first is shown at `/`.
async fn config(app: &App) -> Config {
    let file = app.assets.read("config.json").await;
    let config = file.map_or_else(Config::default, |file| Config::parse(&file.bytes));
    let first = || app.programmes.all().first().map(|entry| entry.programme.id.clone());
    Config {
        programme: config.programme.or_else(first),
        ..config
    }
}

/// Which programme and page a path means; as the app's own router reads it.
fn route(path: &str, default: Option<&str>) -> (Option<String>, Option<Page>) {
    if path.is_empty() || path == "index.html" {
        return (default.map(String::from), Some(Page::Call));
    }
    let parts: Vec<&str> = path.split('/').collect();
    let page = match parts[1..] {
        [] => Some(Page::Call),
        ["apply", step] => Some(Page::Section(String::from(step))),
        ["eligibility" | "apply" | "check" | "status" | "draft"] => Some(Page::Inner),
        _ => None,
    };
    (Some(String::from(parts[0])), page)
}

/// The language: of `?lang=`, else the best of `Accept-Language` (RFC 9110, section 12.5.4), else the programme's first.
fn language(offered: &[Locale], query: &str, headers: &HeaderMap) -> Locale {
    let offers = |locale: &Locale| offered.contains(locale);
    let asked = query.split('&').find_map(|pair| Locale::from_tag(pair.strip_prefix("lang=")?));
    let accepted = || {
        let text = headers.get(header::ACCEPT_LANGUAGE)?.to_str().ok()?;
        let mut best: Option<(f32, Locale)> = None;
        for item in text.split(',') {
            let (tag, quality) = item.split_once(";q=").unwrap_or((item, "1"));
            let quality: f32 = quality.trim().parse().unwrap_or(0.0);
            if let Some(locale) = Locale::from_tag(tag.trim()).filter(offers)
                && quality > best.map_or(0.0, |(most, _)| most)
            {
                best = Some((quality, locale));
            }
        }
        best.map(|(_, locale)| locale)
    };
    asked
        .filter(offers)
        .or_else(accepted)
        .or_else(|| offered.first().copied())
        .unwrap_or_default()
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    #[test]
    fn the_language_is_what_the_reader_prefers_of_what_there_is() {
        let both = [Locale::En, Locale::Fr];
        let with = |accept: &str, query: &str| {
            let mut headers = HeaderMap::new();
            headers.insert(header::ACCEPT_LANGUAGE, accept.parse().unwrap());
            language(&both, query, &headers)
        };
        assert_eq!(with("fr-CA,fr;q=0.9,en;q=0.8", ""), Locale::Fr);
        assert_eq!(with("de,en;q=0.5,fr;q=0.7", ""), Locale::Fr);
        assert_eq!(with("de", ""), Locale::En);
        assert_eq!(with("fr", "partner=x&lang=en"), Locale::En);
        assert_eq!(language(&[Locale::Fr], "lang=en", &HeaderMap::new()), Locale::Fr);
    }

    #[test]
    fn addresses_are_read_as_the_app_reads_them() {
        assert_eq!(route("", Some("a")), (Some(String::from("a")), Some(Page::Call)));
        assert_eq!(route("b", Some("a")), (Some(String::from("b")), Some(Page::Call)));
        assert_eq!(route("b/apply/company", None).1, Some(Page::Section(String::from("company"))));
        assert_eq!(route("b/apply/company/x", None).1, None);
        assert_eq!(route("b/elsewhere", None).1, None);
    }
}
