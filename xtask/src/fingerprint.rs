//! Names by content: a file that another one names gets the hash of what it finally holds into its name,
//! so that browsers may keep it for ever.

use std::collections::{BTreeMap, BTreeSet};

use anyhow::{Result, bail};
use sha2::{Digest, Sha256};

/// What is served: paths relative to the root, with their contents.
pub type Files = BTreeMap<String, Vec<u8>>;

/// The kinds of files that may be renamed.
const RENAMED: [&str; 9] = ["js", "wasm", "css", "woff2", "svg", "png", "webp", "ico", "txt"];
/// The kinds of files in which names are looked for.
const READ: [&str; 4] = ["html", "js", "css", "svg"];

/// Renames every script, style sheet, wasm, font and picture that another file names, to
/// `name-0123456789abcdef.ext`, and writes the new names into the files that name them.
///
/// # Errors
/// Two files of one name, or files that name each other in a circle.
pub fn fingerprint(mut files: Files) -> Result<Files> {
    let mut by_name: BTreeMap<String, String> = BTreeMap::new();
    for path in files.keys().filter(|path| RENAMED.contains(&extension(path))) {
        if let Some(other) = by_name.insert(name(path).to_owned(), path.clone()) {
            bail!("{path} and {other} have the same name");
        }
    }
    // What each file names.
    let mut uses: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
    for (path, content) in files.iter().filter(|(path, _)| READ.contains(&extension(path))) {
        let text = String::from_utf8_lossy(content);
        let named = by_name
            .iter()
            .filter(|(name, other)| *other != path && !places(&text, name).is_empty());
        uses.insert(path.clone(), named.map(|(_, other)| other.clone()).collect());
    }
    let used: BTreeSet<String> = uses.values().flatten().cloned().collect();
    // What names nothing unfinished is finished: from the leaves to the pages.
    let mut waiting: BTreeSet<String> = files.keys().cloned().collect();
    let mut renamed: BTreeMap<String, String> = BTreeMap::new();
    while !waiting.is_empty() {
        let ready: Vec<String> = waiting
            .iter()
            .filter(|path| {
                uses.get(*path)
                    .is_none_or(|named| named.iter().all(|other| !waiting.contains(other)))
            })
            .cloned()
            .collect();
        if ready.is_empty() {
            bail!(
                "these files name each other in a circle: {}",
                waiting.into_iter().collect::<Vec<_>>().join(", ")
            );
        }
        for path in ready {
            waiting.remove(&path);
            let mut content = files.remove(&path).unwrap_or_default();
            for other in uses.get(&path).into_iter().flatten() {
                if let Some(new) = renamed.get(other) {
                    content = replace(&String::from_utf8_lossy(&content), name(other), name(new)).into_bytes();
                }
            }
            let new = if used.contains(&path) {
                with_hash(&path, &content)
            } else {
                path.clone()
            };
            renamed.insert(path, new.clone());
            files.insert(new, content);
        }
    }
    Ok(files)
}

/// The ending of a path, without the dot.
pub fn extension(path: &str) -> &str {
    name(path).rsplit_once('.').map_or("", |(_, extension)| extension)
}

/// A path without its folders.
fn name(path: &str) -> &str {
    path.rsplit_once('/').map_or(path, |(_, name)| name)
}

/// A path with the first 64 bits of the content's SHA-256 in its name.
fn with_hash(path: &str, content: &[u8]) -> String {
    let hash: String = Sha256::digest(content).iter().take(8).map(|byte| format!("{byte:02x}")).collect();
    match path.rsplit_once('.') {
        Some((stem, extension)) => format!("{stem}-{hash}.{extension}"),
        None => format!("{path}-{hash}"),
    }
}

/// Where `name` stands in a text as a whole file name: not as a part of a longer one.
fn places(text: &str, name: &str) -> Vec<usize> {
    let of_name = |c: char| c.is_ascii_alphanumeric() || matches!(c, '_' | '-' | '.');
    text.match_indices(name)
        .map(|(at, _)| at)
        .filter(|at| !text[..*at].ends_with(of_name))
        // A sentence may end after a name.
        .filter(|at| !text[at + name.len()..].starts_with(|c| of_name(c) && c != '.'))
        .collect()
}

/// A text with one file name put for another.
fn replace(text: &str, old: &str, new: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut done = 0;
    for at in places(text, old) {
        out.push_str(&text[done..at]);
        out.push_str(new);
        done = at + old.len();
    }
    out.push_str(&text[done..]);
    out
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;

    fn files(list: &[(&str, &str)]) -> Files {
        list.iter()
            .map(|(path, content)| ((*path).to_owned(), content.as_bytes().to_vec()))
            .collect()
    }

    fn app(wasm: &str) -> Files {
        fingerprint(files(&[
            (
                "index.html",
                "<script src=\"/boot.js\"></script><link href='/apply.js'><link href=\"/style/main.css\">",
            ),
            ("boot.js", "import init from \"/apply.js\"; init(\"/apply_bg.wasm\")"),
            ("apply.js", "new URL('apply_bg.wasm', import.meta.url)"),
            ("apply_bg.wasm", wasm),
            ("style/main.css", "@font-face{src:url(../fonts/a.woff2)}"),
            ("fonts/a.woff2", "font"),
            ("config.json", "{}"),
            ("embed.js", "1"),
        ]))
        .unwrap()
    }

    fn path_of(files: &Files, start: &str) -> String {
        files.keys().find(|path| path.starts_with(start)).unwrap().clone()
    }

    #[test]
    fn what_is_named_is_renamed_and_the_rest_keeps_its_name() {
        let files = app("1");
        assert!(files.contains_key("index.html") && files.contains_key("config.json") && files.contains_key("embed.js"));
        let page = String::from_utf8(files["index.html"].clone()).unwrap();
        for start in ["boot-", "apply-", "style/main-"] {
            assert!(page.contains(&format!("/{}", path_of(&files, start))), "{page}");
        }
        let style = String::from_utf8(files[&path_of(&files, "style/main-")].clone()).unwrap();
        assert!(style.contains(&format!("url(../{})", path_of(&files, "fonts/a-"))), "{style}");
    }

    #[test]
    fn a_change_at_the_bottom_renames_everything_above_it() {
        let (one, two) = (app("1"), app("2"));
        for start in ["apply_bg-", "apply-", "boot-"] {
            assert_ne!(path_of(&one, start), path_of(&two, start));
        }
        assert_eq!(path_of(&one, "style/main-"), path_of(&two, "style/main-"));
    }

    #[test]
    fn a_longer_name_is_another_file() {
        let files = fingerprint(files(&[("a.html", "/my-app.js /app.js /app.json"), ("app.js", "1")])).unwrap();
        let page = String::from_utf8(files["a.html"].clone()).unwrap();
        assert!(page.starts_with("/my-app.js /app-") && page.ends_with(" /app.json"), "{page}");
    }

    #[test]
    fn files_that_name_each_other_are_refused() {
        assert!(fingerprint(files(&[("a.js", "b.js"), ("b.js", "a.js")])).is_err());
    }
}
