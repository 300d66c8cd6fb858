//! The call written into the files of a built app, for hosts that only serve files (`docs/hosting.md`).
//!
//! `index.html` becomes the page of the call that `config.json` names, `PROGRAMME.html` that of any other. What was in `index.html` stays as
//! `app.html`, for the pages that are not the call's own, and to be filled anew. Compressed copies are made anew as well.

use std::io;
use std::path::{Path, PathBuf};

use opencall_core::{Locale, Phase};

use super::{Config, Page, render};
use crate::programmes::{Entry, compress};

/// The app's own pages: no call may take their names.
const TAKEN: [&str; 6] = ["index", "app", "staff", "verify", "partner", "kit"];
/// What stands in a page that has not been filled.
const PLACE: &str = "<!--call-->";

/// The call as a page of the app in this folder.
///
/// # Errors
/// When the folder has no page to fill.
pub fn page(dist: &Path, entry: &Entry, locale: Locale, phase: Phase) -> io::Result<String> {
    let config = Config::parse(&std::fs::read(dist.join("config.json")).unwrap_or_default());
    Ok(render(&template(dist)?, entry, &Page::Call, locale, phase, &config.api))
}

/// Writes the call into the folder; gives the file. An app that is served meanwhile is never seen half written.
///
/// # Errors
/// When the folder has no page to fill, or cannot be written.
pub fn write(dist: &Path, entry: &Entry, locale: Locale, phase: Phase) -> io::Result<PathBuf> {
    let id = &entry.programme.id;
    if TAKEN.contains(&id.as_str()) {
        return Err(io::Error::other(format!("{id}.html is the app's own")));
    }
    let page = page(dist, entry, locale, phase)?;
    put(dist, "app.html", &template(dist)?)?;
    let config = Config::parse(&std::fs::read(dist.join("config.json")).unwrap_or_default());
    let name = if config.programme.as_ref() == Some(id) {
        String::from("index.html")
    } else {
        format!("{id}.html")
    };
    put(dist, &name, &page)?;
    Ok(dist.join(name))
}

/// The page to fill: that of the build, or what was kept of it when it was filled before.
fn template(dist: &Path) -> io::Result<String> {
    let built = std::fs::read_to_string(dist.join("index.html"))?;
    if built.contains(PLACE) {
        return Ok(built);
    }
    let kept = std::fs::read_to_string(dist.join("app.html"))?;
    if kept.contains(PLACE) {
        return Ok(kept);
    }
    Err(io::Error::other(
        "neither index.html nor app.html has a place for the call: build the app anew",
    ))
}

/// A file with its compressed copies, each renamed into its place.
fn put(dist: &Path, name: &str, page: &str) -> io::Result<()> {
    let (brotli, gzip) = compress(page.as_bytes());
    for (ending, bytes) in [("", page.as_bytes()), (".br", &brotli), (".gz", &gzip)] {
        let new = dist.join(format!("{name}{ending}.new"));
        std::fs::write(&new, bytes)?;
        std::fs::rename(new, dist.join(format!("{name}{ending}")))?;
    }
    Ok(())
}
