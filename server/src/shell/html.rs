//! HTML being written, with every text of a programme escaped.

use opencall_core::programme::Titled;
use opencall_core::{Locale, Localised};

/// HTML being written. Only [`Html::raw`] lets markup through, and only ever gets this crate's own.
#[derive(Default)]
pub struct Html(pub String);

impl Html {
    /// Markup of our own.
    pub fn raw(&mut self, markup: &'static str) -> &mut Self {
        self.0.push_str(markup);
        self
    }

    /// Text or the value of a quoted attribute.
    pub fn text(&mut self, text: &str) -> &mut Self {
        for character in text.chars() {
            match character {
                '&' => self.0.push_str("&amp;"),
                '<' => self.0.push_str("&lt;"),
                '>' => self.0.push_str("&gt;"),
                '"' => self.0.push_str("&quot;"),
                '\'' => self.0.push_str("&#39;"),
                _ => self.0.push(character),
            }
        }
        self
    }

    /// An element with text in it.
    pub fn element(&mut self, name: &'static str, class: &'static str, text: &str) -> &mut Self {
        self.raw("<")
            .raw(name)
            .raw(" class=\"")
            .raw(class)
            .raw("\">")
            .text(text)
            .raw("</")
            .raw(name)
            .raw(">")
    }

    /// A link; an address that is neither http(s) nor our own is only text.
    pub fn link(&mut self, class: &'static str, address: &str, text: &str) -> &mut Self {
        if !(address.starts_with("https://") || address.starts_with("http://") || address.starts_with('/')) {
            return self.text(text);
        }
        self.raw("<a href=\"").text(address).raw("\"");
        if !class.is_empty() {
            self.raw(" class=\"").raw(class).raw("\"");
        }
        self.raw(">").text(text).raw("</a>")
    }

    /// A section with a heading, where there is something in it.
    pub fn section(&mut self, heading: &'static str, there: bool, content: impl FnOnce(&mut Self)) {
        if there {
            self.raw("<section class=\"call-section\"><h2>").text(heading).raw("</h2>");
            content(self);
            self.raw("</section>");
        }
    }

    /// A paragraph each.
    pub fn paragraphs(&mut self, texts: &[Localised], locale: Locale) {
        for text in texts {
            self.raw("<p>").text(text.get(locale)).raw("</p>");
        }
    }

    /// A list of terms, each with its text.
    pub fn terms(&mut self, class: &'static str, terms: &[Titled], locale: Locale) {
        self.raw("<dl class=\"").raw(class).raw("\">");
        for term in terms {
            self.raw("<div><dt>")
                .text(term.title.get(locale))
                .raw("</dt><dd>")
                .text(term.text.get(locale))
                .raw("</dd></div>");
        }
        self.raw("</dl>");
    }
}
