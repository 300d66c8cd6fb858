//! The summary of errors at the top of a page, as GOV.UK's: it takes focus, and every line leads to its question.

use super::dom::{Show, View, el};

use super::focus;

/// One line: the id of the question's element, and the words that also stand beside the question.
pub type Line = (String, String);

/// The summary. Nothing while there are no lines. `title` gives the heading for a number of lines.
pub fn summary(lines: Box<dyn Fn() -> Vec<Line>>, title: Box<dyn Fn(usize) -> String>) -> View {
    (move || {
        let lines = lines();
        if lines.is_empty() {
            return ().show();
        }
        let heading = title(lines.len());
        let items: Vec<_> = lines.into_iter().map(line).collect();
        // The alert is an inner element and focus goes to the outer one: with both on one element JAWS reads it twice.
        el("div")
            .attr("class", "errors")
            .attr("id", "errors")
            .attr("tabindex", "-1")
            .kid(el("div").attr("role", "alert").kid(el("h2").kid(heading)).kid(el("ul").kid(items)))
            .show()
    })
    .show()
}

fn line((id, words): Line) -> View {
    let href = ["#", &id].concat();
    el("li")
        .kid(el("a").attr("href", href).kid(words).on("click", move |event| {
            event.prevent_default();
            focus::question(&id);
        }))
        .show()
}

/// Moves to the summary, once it has been drawn.
pub fn take_focus() {
    focus::after_drawing("#errors".to_owned());
}
