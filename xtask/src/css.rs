//! One style sheet out of many: `@import`s are replaced by what they import, comments and needless
//! space go.

use std::path::Path;

use anyhow::{Context, Result, bail};

/// Reads a style sheet and everything it imports, in order, as one text.
pub fn bundle(file: &Path) -> Result<String> {
    Ok(minify(&inline(file, 0)?))
}

/// A style sheet with its imports in their places.
fn inline(file: &Path, depth: usize) -> Result<String> {
    if depth > 8 {
        bail!("{}: style sheets import each other in a circle", file.display());
    }
    let text = std::fs::read_to_string(file).with_context(|| format!("{} cannot be read", file.display()))?;
    let folder = file.parent().unwrap_or(Path::new("."));
    let mut whole = String::with_capacity(text.len());
    for line in text.lines() {
        match import(line) {
            Some((address, layer)) => {
                let imported = inline(&folder.join(address), depth + 1)?;
                match layer {
                    Some(layer) => {
                        whole.push_str(&format!("@layer {layer}{{\n{imported}}}\n"));
                    }
                    None => whole.push_str(&imported),
                }
            }
            None => {
                whole.push_str(line);
                whole.push('\n');
            }
        }
    }
    Ok(whole)
}

/// The address and the layer of a line such as `@import url("form.css") layer(form);`.
fn import(line: &str) -> Option<(&str, Option<&str>)> {
    let rest = line.trim().strip_prefix("@import")?.trim().strip_suffix(';')?.trim();
    let (address, rest) = match rest.strip_prefix("url(") {
        Some(rest) => rest.split_once(')')?,
        None => {
            let quote = rest.chars().next().filter(|c| matches!(c, '"' | '\''))?;
            rest[1..].split_once(quote)?
        }
    };
    let layer = rest.trim().strip_prefix("layer(").and_then(|rest| rest.strip_suffix(')'));
    Some((address.trim_matches(['"', '\'']), layer))
}

/// Takes out comments, indentation and blank lines; nothing inside quotes is touched.
fn minify(css: &str) -> String {
    let mut out = String::with_capacity(css.len());
    let mut chars = css.chars().peekable();
    let mut quote = None;
    while let Some(c) = chars.next() {
        if let Some(end) = quote {
            out.push(c);
            if c == '\\' {
                out.extend(chars.next());
            } else if c == end {
                quote = None;
            }
        } else if c == '/' && chars.peek() == Some(&'*') {
            chars.next();
            let mut last = ' ';
            for c in chars.by_ref() {
                if last == '*' && c == '/' {
                    break;
                }
                last = c;
            }
        } else if c.is_whitespace() {
            while chars.peek().is_some_and(|c| c.is_whitespace()) {
                chars.next();
            }
            let needless = out.is_empty() || out.ends_with(['{', '}', ';', ',', ' ']) || matches!(chars.peek(), None | Some('{' | '}'));
            if !needless {
                out.push(' ');
            }
        } else {
            if c == '}' && out.ends_with(';') {
                out.pop();
            }
            if matches!(c, '"' | '\'') {
                quote = Some(c);
            }
            out.push(c);
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn imports_name_their_file_and_layer() {
        assert_eq!(import("@import \"base.css\";"), Some(("base.css", None)));
        assert_eq!(
            import("  @import url('form/text.css') layer(form);"),
            Some(("form/text.css", Some("form")))
        );
        assert_eq!(import("@layer base, form;"), None);
    }

    #[test]
    fn space_and_comments_go_and_meaning_stays() {
        let css = "/* why */\n.a  .b {\n  color: red;\n  margin: calc(1px + 2px);\n}\n\n@media (width > 40em) {\n  .a { top: 0; }\n}\n";
        assert_eq!(
            minify(css),
            ".a .b{color: red;margin: calc(1px + 2px)}@media (width > 40em){.a{top: 0}}"
        );
    }

    #[test]
    fn quoted_text_is_left_alone() {
        assert_eq!(
            minify(".a::before { content: \"a  /* b */ \\\" ;\"; }"),
            ".a::before{content: \"a  /* b */ \\\" ;\"}"
        );
    }
}
