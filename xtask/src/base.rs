//! The app below a path of its host. Scripts and style sheets name each other relative to themselves, and the app reads from the page what it
//! lives below; so only the pages have the path written into them. The tests from outside compile this file too.

/// A path as it is written into pages: `/calls/` and `/calls` are `/calls`, `/` is nothing.
///
/// # Errors
/// What is wrong with it, for whoever typed it.
pub fn path(text: &str) -> Result<String, String> {
    if text == "/" {
        return Ok(String::new());
    }
    let inner = text.strip_prefix('/').ok_or("a path begins with /")?;
    let inner = inner.strip_suffix('/').unwrap_or(inner);
    let fits =
        |part: &str| !part.is_empty() && !part.starts_with('.') && part.bytes().all(|b| b.is_ascii_alphanumeric() || b"-._~".contains(&b));
    if inner.split('/').all(fits) {
        Ok(["/", inner].concat())
    } else {
        Err("letters, digits and - . _ ~ between slashes, such as /calls/".to_owned())
    }
}

/// A page of the app that lives below `base` (as [`path`] gives it): it says so in `data-base`, and its addresses lead there.
pub fn below(html: &str, base: &str) -> String {
    if base.is_empty() {
        return html.to_owned();
    }
    let html = html.replacen("<html lang=\"en\"", &format!("<html lang=\"en\" data-base=\"{base}\""), 1);
    ["href", "src", "data-loader"].iter().fold(html, |html, name| {
        html.replace(&format!(" {name}=\"/"), &format!(" {name}=\"{base}/"))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_path_is_written_in_one_way() {
        assert_eq!(path("/"), Ok(String::new()));
        for written in ["/calls", "/calls/"] {
            assert_eq!(path(written), Ok("/calls".to_owned()));
        }
        assert_eq!(path("/a/b-2.0/"), Ok("/a/b-2.0".to_owned()));
        for wrong in ["", "calls/", "//", "/a//b/", "/../", "/a b/", "/\"/", "https://a/"] {
            assert!(path(wrong).is_err(), "{wrong}");
        }
    }

    #[test]
    fn the_addresses_of_a_page_lead_below_the_path_and_no_others() {
        let page = "<html lang=\"en\">\n<script src=\"/boot-1.js\"></script><link rel=\"icon\" href=\"data:x\"><a href=\"/\">a</a><a href=\"?lang=en\">b</a>\
                    <a href=\"https://a.example/\">c</a><body data-loader=\"/embed/v1\">";
        let expected = "<html lang=\"en\" data-base=\"/calls\">\n<script src=\"/calls/boot-1.js\"></script><link rel=\"icon\" href=\"data:x\"><a href=\"/calls/\">a</a>\
                        <a href=\"?lang=en\">b</a><a href=\"https://a.example/\">c</a><body data-loader=\"/calls/embed/v1\">";
        assert_eq!(below(page, "/calls"), expected);
        assert_eq!(below(page, ""), page);
    }
}
