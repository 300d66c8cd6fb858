//! Which page an address means, and moving between pages without loading anything.
//!
//! A typed router of our own: a handful of addresses do not need a general one, and its bytes.

use crate::ui::kept::{Look, Slot, slot};
use std::sync::Arc;

use leptos::ev;
use leptos::prelude::*;
use opencall_core::contract::{Source, is_id};
use opencall_core::encoding::query_decoded;
use serde_json::Value;
use wasm_bindgen::{JsCast, JsValue};

use crate::api::wire::{self, Members};

/// A page of the applicants' app.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Route {
    /// The call: what, who, when.
    Call {
        /// The programme's id.
        programme: String,
    },
    /// The questions asked first.
    Eligibility {
        /// The programme's id.
        programme: String,
    },
    /// The list of sections.
    Hub {
        /// The programme's id.
        programme: String,
    },
    /// One section of the form.
    Section {
        /// The programme's id.
        programme: String,
        /// The section's id.
        step: String,
    },
    /// Check your answers.
    Check {
        /// The programme's id.
        programme: String,
    },
    /// Receipt and status.
    Status {
        /// The programme's id.
        programme: String,
    },
    /// A private link; the token is in the fragment.
    Draft {
        /// The programme's id.
        programme: String,
    },
    /// No page.
    NotFound,
}

impl Route {
    /// The page at a path (no query, no fragment); `/` is the default programme's call.
    pub fn parse(path: &str, default_programme: &str) -> Self {
        let path = path.strip_prefix('/').unwrap_or(path);
        let path = path.strip_suffix('/').unwrap_or(path);
        if path.is_empty() || path == "index.html" {
            return Self::Call {
                programme: default_programme.to_owned(),
            };
        }
        let mut parts = path.split('/');
        let (first, second, third, rest) = (parts.next().unwrap_or(""), parts.next(), parts.next(), parts.next());
        if rest.is_some() || !is_id(first) {
            return Self::NotFound;
        }
        let programme = first.to_owned();
        match (second, third) {
            (None, _) => Self::Call { programme },
            (Some("eligibility"), None) => Self::Eligibility { programme },
            (Some("apply"), None) => Self::Hub { programme },
            (Some("apply"), Some(step)) if is_id(step) => Self::Section {
                programme,
                step: step.to_owned(),
            },
            (Some("check"), None) => Self::Check { programme },
            (Some("status"), None) => Self::Status { programme },
            (Some("draft"), None) => Self::Draft { programme },
            _ => Self::NotFound,
        }
    }

    /// The page's address on this host, for links.
    pub fn href(&self) -> String {
        below(&self.path())
    }

    /// The page's path below the app's own; parsing it gives the page again.
    pub fn path(&self) -> String {
        let (programme, rest) = match self {
            Self::Call { programme } => (programme, ""),
            Self::Eligibility { programme } => (programme, "/eligibility"),
            Self::Hub { programme } => (programme, "/apply"),
            Self::Section { programme, step } => return ["/", programme, "/apply/", step].concat(),
            Self::Check { programme } => (programme, "/check"),
            Self::Status { programme } => (programme, "/status"),
            Self::Draft { programme } => (programme, "/draft"),
            Self::NotFound => return "/not-found/".to_owned(),
        };
        ["/", programme, rest].concat()
    }

    /// The programme the page belongs to.
    pub fn programme(&self) -> Option<&str> {
        match self {
            Self::Call { programme }
            | Self::Eligibility { programme }
            | Self::Hub { programme }
            | Self::Section { programme, .. }
            | Self::Check { programme }
            | Self::Status { programme }
            | Self::Draft { programme } => Some(programme),
            Self::NotFound => None,
        }
    }
}

/// The path that the app lives below on its host, such as `/calls`, as the page says in `data-base` (`cargo xtask dist
/// --base-path`); empty where it is at the root of its origin.
fn base() -> String {
    // Tests of pure parts have no page.
    #[cfg(target_arch = "wasm32")]
    if let Some(base) = document().document_element().and_then(|root| root.get_attribute("data-base")) {
        return base;
    }
    String::new()
}

/// The address of a path of the app (from `/` on) on this host.
pub fn below(path: &str) -> String {
    [&base(), path].concat()
}

/// A path of the host as one of the app's; `None` for what is not below `base`.
fn within<'a>(base: &str, path: &'a str) -> Option<&'a str> {
    path.strip_prefix(base).filter(|rest| rest.is_empty() || rest.starts_with('/'))
}

/// One decoded parameter of a query such as `?partner=x&lang=fr`; the first of that name.
pub fn query_parameter(query: &str, name: &str) -> Option<String> {
    let query = query.strip_prefix('?').unwrap_or(query);
    query.split('&').find_map(|pair| {
        let (key, value) = pair.split_once('=').unwrap_or((pair, ""));
        if key == name { Some(query_decoded(value)) } else { None }
    })
}

/// What led here, by the address (`?partner=`, `?campaign=` or the `?utm_campaign=` that others write) and the origin of the page before.
fn source(query: &str, referrer: Option<String>) -> Source {
    let campaign = query_parameter(query, "campaign").or_else(|| query_parameter(query, "utm_campaign"));
    let source = Source {
        partner: query_parameter(query, "partner"),
        referrer,
        campaign,
    };
    source.plausible()
}

/// The origin of the page before, where that was another site's and said so.
pub fn referrer() -> Option<String> {
    let origin = web_sys::Url::new(&document().referrer()).ok()?.origin();
    (origin != window().location().origin().unwrap_or_default()).then_some(origin)
}

/// What led here as it was when this tab came: a reload does not forget it. A browser that keeps nothing knows it until then.
fn remembered(came: Source) -> Source {
    const KEY: &str = "opencall:source";
    let Ok(Some(shelf)) = window().session_storage() else { return came };
    if came.is_empty() {
        let kept = shelf.get_item(KEY).ok().flatten();
        let kept = kept.and_then(|text| wire::source(&mut Members::parse(&text).ok()?).ok());
        return kept.unwrap_or_default().plausible();
    }
    let members = wire::source_members(&came).map(|(name, text)| (name.to_owned(), Value::from(text)));
    let _ = shelf.set_item(KEY, &crate::json::compact(&Value::Object(members.collect())));
    came
}

/// What stands before the address of a page that a partner's page holds in a frame: such addresses alone may be framed.
const FRAMED: &str = "/embed";

/// A path without what stands before it in a frame, and whether that stood there.
fn unframed(path: &str) -> (&str, bool) {
    match path.strip_prefix(FRAMED) {
        Some(rest) if rest.starts_with('/') => (rest, true),
        _ => (path, false),
    }
}

/// The router: knows the page shown and moves to others. A context.
#[derive(Clone, Copy)]
pub struct Router {
    framed: bool,
    current: Slot<Route>,
    source: StoredValue<Source>,
    default_programme: StoredValue<Arc<str>>,
}

impl Router {
    /// Reads the address, follows Back and Forward, and turns plain clicks on links within the app
    /// into moves between pages. To be called once, under a reactive owner.
    pub fn start(default_programme: &str) -> Self {
        let location = window().location();
        let path = here();
        let (path, framed) = unframed(&path);
        let router = Self {
            framed,
            current: slot(Route::parse(path, default_programme)),
            source: StoredValue::new(remembered(source(&location.search().unwrap_or_default(), referrer()))),
            default_programme: StoredValue::new(default_programme.into()),
        };
        let popped = window_event_listener(ev::popstate, move |_| router.read_address());
        let clicks = window_event_listener(ev::click, move |event| router.follow(&event));
        on_cleanup(move || {
            popped.remove();
            clicks.remove();
        });
        router
    }

    /// The page shown.
    pub fn current(self) -> Look<Route> {
        self.current.look()
    }

    /// Whether the app is at an address for frames: it looks and moves there as part of another page.
    pub fn framed(self) -> bool {
        self.framed
    }

    /// What led here.
    pub fn source(self) -> Source {
        self.source.get_value()
    }

    /// The fragment of the address without `#`; where a private link keeps its token.
    pub fn fragment(self) -> String {
        window().location().hash().unwrap_or_default().trim_start_matches('#').to_owned()
    }

    /// Moves to a page; Back returns to this one.
    pub fn go(self, route: &Route) {
        if *route != self.current.get_untracked() {
            self.push(&route.path());
        }
        self.arrive(route.clone());
    }

    /// Moves to a page in place of this one; Back does not return here.
    pub fn replace(self, route: &Route) {
        if let Ok(history) = window().history() {
            // Fails only where the address belongs to another origin, which a path cannot.
            let _ = history.replace_state_with_url(&JsValue::NULL, "", Some(&self.address(&route.path())));
        }
        self.arrive(route.clone());
    }

    fn push(self, path: &str) {
        if let Ok(history) = window().history() {
            let _ = history.push_state_with_url(&JsValue::NULL, "", Some(&self.address(path)));
        }
    }

    /// Where a page's path is, here.
    fn address(self, path: &str) -> String {
        below(&[if self.framed { FRAMED } else { "" }, path].concat())
    }

    fn arrive(self, route: Route) {
        if self.current.get_untracked() != route {
            // A new page begins at its top; on Back and Forward the browser puts the place back itself.
            window().scroll_to_with_x_and_y(0.0, 0.0);
            self.current.set(route);
        }
    }

    fn read_address(self) {
        let route = Route::parse(unframed(&here()).0, &self.default_programme.get_value());
        if self.current.get_untracked() != route {
            self.current.set(route);
        }
    }

    /// Takes a click over when it means "show that page here".
    fn follow(self, event: &web_sys::MouseEvent) {
        let Some(href) = plain_link(event) else { return };
        let Ok(url) = web_sys::Url::new(&href) else { return };
        if url.origin() != window().location().origin().unwrap_or_default() {
            return;
        }
        let (path, here) = (url.pathname(), here());
        let Some(path) = within(&base(), &path) else { return };
        let (path, here) = (unframed(path).0, unframed(&here).0);
        if !url.hash().is_empty() && path == here {
            // A jump within the page.
            return;
        }
        let route = Route::parse(path, &self.default_programme.get_value());
        if route == Route::NotFound || matches!(route, Route::Draft { .. }) {
            // Perhaps something that the server has; a private link is read when the app starts.
            return;
        }
        event.prevent_default();
        if path != here {
            self.push(path);
        }
        self.arrive(route);
    }
}

/// The path of the address, below the app's own.
pub fn here() -> String {
    let path = window().location().pathname().unwrap_or_default();
    // The host serves the app nowhere else.
    path.get(base().len()..).unwrap_or_default().to_owned()
}

/// The absolute address of the link a plain left click hit; `None` for every click that means something else.
fn plain_link(event: &web_sys::MouseEvent) -> Option<String> {
    if event.default_prevented() || event.button() != 0 || event.meta_key() || event.ctrl_key() || event.shift_key() || event.alt_key() {
        return None;
    }
    let target: web_sys::Element = event.target()?.dyn_into().ok()?;
    let link: web_sys::HtmlAnchorElement = target.closest("a[href]").ok()??.dyn_into().ok()?;
    if link.has_attribute("download") || !matches!(link.target().as_str(), "" | "_self") {
        return None;
    }
    Some(link.href())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn all() -> Vec<Route> {
        let programme = || "ai-2023".to_owned();
        vec![
            Route::Call { programme: programme() },
            Route::Eligibility { programme: programme() },
            Route::Hub { programme: programme() },
            Route::Section {
                programme: programme(),
                step: "open-ai".to_owned(),
            },
            Route::Check { programme: programme() },
            Route::Status { programme: programme() },
            Route::Draft { programme: programme() },
            Route::NotFound,
        ]
    }

    #[test]
    fn what_is_held_in_a_frame_has_the_same_pages() {
        assert_eq!(unframed("/embed/ai-2023/apply"), ("/ai-2023/apply", true));
        assert_eq!(unframed("/ai-2023/apply"), ("/ai-2023/apply", false));
        assert_eq!(unframed("/embed"), ("/embed", false));
        assert_eq!(unframed("/embedded/apply"), ("/embedded/apply", false));
    }

    #[test]
    fn what_lies_beside_the_app_on_its_host_is_not_its_own() {
        assert_eq!(within("", "/ai-2023/apply"), Some("/ai-2023/apply"));
        assert_eq!(within("/calls", "/calls/ai-2023/apply"), Some("/ai-2023/apply"));
        assert_eq!(within("/calls", "/calls/"), Some("/"));
        assert_eq!(within("/calls", "/calls"), Some(""));
        for beside in ["/", "/callsign/apply", "/ai-2023/apply"] {
            assert_eq!(within("/calls", beside), None, "{beside}");
        }
    }

    #[test]
    fn every_page_has_an_address_of_its_own_that_leads_back_to_it() {
        let paths: Vec<String> = all().iter().map(Route::path).collect();
        assert_eq!(
            paths,
            [
                "/ai-2023",
                "/ai-2023/eligibility",
                "/ai-2023/apply",
                "/ai-2023/apply/open-ai",
                "/ai-2023/check",
                "/ai-2023/status",
                "/ai-2023/draft",
                "/not-found/",
            ]
        );
        for route in all().into_iter().filter(|route| *route != Route::NotFound) {
            assert_eq!(Route::parse(&route.path(), "x"), route);
        }
    }

    #[test]
    fn the_root_is_the_default_programmes_call() {
        let call = Route::Call { programme: "x".to_owned() };
        assert_eq!(Route::parse("/", "x"), call);
        assert_eq!(Route::parse("", "x"), call);
        assert_eq!(Route::parse("/index.html", "x"), call);
    }

    #[test]
    fn a_slash_at_the_end_does_not_matter() {
        assert_eq!(Route::parse("/a/apply/", "x"), Route::Hub { programme: "a".to_owned() });
    }

    #[test]
    fn hostile_paths_are_not_found() {
        for path in [
            "//evil.example",
            "///",
            "/../etc/passwd",
            "/a/../b",
            "/A",
            "/a/apply/<script>",
            "/a/apply/%2e%2e",
            "/a/apply/b/c",
            "/a/status/x",
            "/a/nonsense",
            "/a//apply",
            "/é",
            "/a\u{202e}b",
            "/javascript:alert(1)",
            "/a/apply/\0",
        ] {
            assert_eq!(Route::parse(path, "x"), Route::NotFound, "{path}");
        }
        let long = format!("/{}", "a".repeat(65));
        assert_eq!(Route::parse(&long, "x"), Route::NotFound);
    }

    #[test]
    fn the_query_says_what_led_here_once() {
        let came = |query| source(query, None);
        let by = |partner: &str, campaign: Option<&str>| Source {
            partner: Some(partner.to_owned()),
            campaign: campaign.map(str::to_owned),
            referrer: None,
        };
        assert_eq!(came("?partner=meta&lang=fr&partner=other"), by("meta", None));
        assert_eq!(came("?utm_campaign=a&partner=meta&campaign=b"), by("meta", Some("b")));
        assert_eq!(came("?utm_campaign=a&partner=meta"), by("meta", Some("a")));
        assert!(came("?partner=<b>&x").is_empty());
    }

    #[test]
    fn parameters_are_decoded() {
        assert_eq!(query_parameter("?a=%C3%A9+%zz%4", "a").as_deref(), Some("é %zz%4"));
        assert_eq!(query_parameter("?a=%ff", "a").as_deref(), Some("\u{fffd}"));
    }
}

#[cfg(all(test, target_arch = "wasm32"))]
mod browser_tests {
    #![allow(clippy::unwrap_used)]
    use std::cell::Cell;
    use std::rc::Rc;

    use wasm_bindgen_test::wasm_bindgen_test;

    use super::*;

    fn start() -> Router {
        let made: Rc<Cell<Option<Router>>> = Rc::default();
        let place = made.clone();
        let root: web_sys::HtmlElement = document().create_element("div").unwrap().unchecked_into();
        leptos::mount::mount_to(root, move || place.set(Some(Router::start("a")))).forget();
        made.take().unwrap()
    }

    /// Clicks on a link; whether the click was taken over. What was not is stopped here, or the tests would be left.
    fn click(attributes: &[(&str, &str)], ctrl: bool) -> bool {
        let link = document().create_element("a").unwrap();
        for (name, value) in attributes {
            link.set_attribute(name, value).unwrap();
        }
        // A click on what stands in a link is a click on the link.
        let inner = document().create_element("span").unwrap();
        link.append_child(&inner).unwrap();
        document().body().unwrap().append_child(&link).unwrap();
        let taken: Rc<Cell<bool>> = Rc::default();
        let seen = taken.clone();
        let last = window_event_listener(ev::click, move |event| {
            seen.set(event.default_prevented());
            event.prevent_default();
        });
        let options = web_sys::MouseEventInit::new();
        options.set_bubbles(true);
        options.set_cancelable(true);
        options.set_ctrl_key(ctrl);
        inner
            .dispatch_event(&web_sys::MouseEvent::new_with_mouse_event_init_dict("click", &options).unwrap())
            .unwrap();
        last.remove();
        link.remove();
        taken.get()
    }

    #[wasm_bindgen_test]
    async fn plain_clicks_within_the_app_are_moves_and_everything_else_is_the_browsers() {
        let home = window().location().pathname().unwrap();
        let router = start();
        assert!(click(&[("href", "/a/apply")], false));
        assert_eq!(router.current().get_untracked(), Route::Hub { programme: "a".to_owned() });
        assert_eq!(window().location().pathname().unwrap(), "/a/apply");
        for attributes in [
            &[("href", "https://example.org/a")][..],
            &[("href", "/a/check"), ("target", "_blank")],
            &[("href", "/a/check"), ("download", "")],
            &[("href", "#top")],
            &[("href", "/api/v1/clock")],
            &[("href", "/a/draft")],
            &[("href", "javascript:void 0")],
            &[("name", "no-link")],
        ] {
            assert!(!click(attributes, false), "{attributes:?}");
        }
        assert!(!click(&[("href", "/a/check")], true));
        assert_eq!(router.current().get_untracked(), Route::Hub { programme: "a".to_owned() });

        router.go(&Route::Check { programme: "a".to_owned() });
        assert_eq!(window().location().pathname().unwrap(), "/a/check");
        router.replace(&Route::Status { programme: "a".to_owned() });
        assert_eq!(window().location().pathname().unwrap(), "/a/status");
        window().history().unwrap().back().unwrap();
        let begun = js_sys::Date::now();
        while router.current().get_untracked() != (Route::Hub { programme: "a".to_owned() }) {
            assert!(js_sys::Date::now() - begun < 5_000.0, "Back shows the page before");
            crate::api::transport::Transport::wait(&crate::api::fetch::Fetch, 5).await;
        }
        window()
            .history()
            .unwrap()
            .replace_state_with_url(&JsValue::NULL, "", Some(&home))
            .unwrap();
    }
}
