//! Where in the staff's app one is: the page by the path, everything about the list by the query.

use leptos::ev;
use leptos::prelude::*;
use wasm_bindgen::JsValue;

use crate::route;
use crate::ui::kept::{Look, Slot, slot};

/// A page.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Page {
    /// All applications, with what they come to.
    Applications,
    /// Who may sign in.
    People,
    /// What staff have done.
    Audit,
    /// No page.
    NotFound,
}

impl Page {
    /// The pages one can go to.
    pub const ALL: [Self; 3] = [Self::Applications, Self::People, Self::Audit];

    /// The page at a path of the app.
    pub fn parse(path: &str) -> Self {
        let path = path.strip_suffix('/').unwrap_or(path);
        if path == "/staff.html" {
            return Self::Applications;
        }
        Self::ALL.into_iter().find(|page| page.path() == path).unwrap_or(Self::NotFound)
    }

    /// Its address on this host, for links.
    pub fn href(self) -> String {
        route::below(self.path())
    }

    /// Its path below the app's own; parsing it gives the page again.
    pub const fn path(self) -> &'static str {
        match self {
            Self::Applications => "/staff",
            Self::People => "/staff/people",
            Self::Audit => "/staff/audit",
            Self::NotFound => "/staff/not-found",
        }
    }
}

/// The address and ways to change it.
#[derive(Clone, Copy)]
pub struct Nav {
    page: Slot<Page>,
    query: Slot<String>,
}

impl Nav {
    /// At the browser's address, and following its Back and Forward.
    pub fn start() -> Self {
        let nav = Self {
            page: slot(here_page()),
            query: slot(here_query()),
        };
        let listening = window_event_listener(ev::popstate, move |_| nav.show(here_page(), here_query()));
        // For as long as the page is open.
        std::mem::forget(listening);
        nav
    }

    /// The page.
    pub fn page(self) -> Look<Page> {
        self.page.look()
    }

    /// The query, without its `?`.
    pub fn query(self) -> Look<String> {
        self.query.look()
    }

    /// To another page, or to the same one with another query.
    pub fn go(self, page: Page, query: &str) {
        write(page, query, true);
        self.show(page, query.to_owned());
    }

    /// A page is drawn anew only when it is another one.
    fn show(self, page: Page, query: String) {
        self.query.set(query);
        if self.page.get_untracked() != page {
            self.page.set(page);
        }
    }

    /// Changes the query in place: for what changes with every key.
    pub fn refine(self, query: &str) {
        if self.query.with_untracked(|now| now == query) {
            return;
        }
        write(self.page.get_untracked(), query, false);
        self.query.set(query.to_owned());
    }
}

/// The address of a page with a query.
pub fn address(page: Page, query: &str) -> String {
    if query.is_empty() {
        page.href()
    } else {
        [&page.href(), "?", query].concat()
    }
}

fn write(page: Page, query: &str, new: bool) {
    let address = address(page, query);
    if let Ok(history) = window().history() {
        // Browsers refuse when it is done too often; what is shown is right all the same.
        let _ = if new {
            history.push_state_with_url(&JsValue::NULL, "", Some(&address))
        } else {
            history.replace_state_with_url(&JsValue::NULL, "", Some(&address))
        };
    }
}

fn here_page() -> Page {
    Page::parse(&route::here())
}

fn here_query() -> String {
    let query = window().location().search().unwrap_or_default();
    query.strip_prefix('?').unwrap_or(&query).to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_page_is_found_at_its_path() {
        for page in Page::ALL {
            assert_eq!(Page::parse(page.path()), page);
            assert_eq!(Page::parse(&[page.path(), "/"].concat()), page);
        }
        assert_eq!(Page::parse("/staff/nothing"), Page::NotFound);
        assert_eq!(address(Page::Applications, "q=a"), "/staff?q=a");
    }
}
