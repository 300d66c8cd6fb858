//! The summary of errors at the top of a page, as GOV.UK's: it takes focus, and every line leads to its question.

use leptos::prelude::*;

use super::focus;

/// One line: the id of the question's element, and the words that also stand beside the question.
pub type Line = (String, String);

/// The summary. Nothing while there are no lines. `title` gives the heading for a number of lines.
pub fn summary(lines: Signal<Vec<Line>>, title: impl Fn(usize) -> String + Send + Sync + 'static) -> AnyView {
    (move || {
        let lines = lines.get();
        if lines.is_empty() {
            return ().into_any();
        }
        let heading = title(lines.len());
        let items: Vec<_> = lines.into_iter().map(line).collect();
        // The alert is an inner element and focus goes to the outer one: with both on one element JAWS reads it twice.
        view! {
            <div class="errors" id="errors" tabindex="-1">
                <div role="alert">
                    <h2>{heading}</h2>
                    <ul>{items}</ul>
                </div>
            </div>
        }
        .into_any()
    })
    .into_any()
}

fn line((id, words): Line) -> AnyView {
    let href = ["#", &id].concat();
    view! {
        <li>
            <a
                href=href
                on:click=move |event| {
                    event.prevent_default();
                    focus::question(&id);
                }
            >
                {words}
            </a>
        </li>
    }
    .into_any()
}

/// Moves to the summary, once it has been drawn.
pub fn take_focus() {
    focus::after_drawing("#errors".to_owned());
}
