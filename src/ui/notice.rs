//! A banner: a heading, a text, maybe a way to put it away.

use leptos::prelude::*;

/// A banner. `tone`: a class of `style/notice.css` (`""`, `warn`, `wrong`, `good`). It is a status: screen readers speak
/// it when it appears, without interrupting.
pub fn notice(tone: &'static str, title: String, text: String) -> AnyView {
    view! {
        <div class=["notice ", tone].concat() role="status">
            <h2>{title}</h2>
            <p>{text}</p>
        </div>
    }
    .into_any()
}
