//! A banner: a heading, a text, maybe a way to put it away.

use super::dom::{Show, View, el};

/// A banner. `tone`: a class of `style/notice.css` (`""`, `warn`, `wrong`, `good`). It is a status: screen readers speak
/// it when it appears, without interrupting.
pub fn notice(tone: &'static str, title: String, text: String) -> View {
    el("div")
        .attr("class", ["notice ", tone].concat())
        .attr("role", "status")
        .kid(el("h2").kid(title))
        .kid(el("p").kid(text))
        .show()
}
