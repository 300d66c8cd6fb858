//! Moving focus and sight.

use leptos::prelude::*;
use wasm_bindgen::JsCast;

/// Focuses the page's heading, as is due when the page changes, and shows the top of the page.
pub fn heading() {
    request_animation_frame(|| {
        // Of the page around too, where this one stands in a frame as tall as it is.
        if let Some(root) = document().document_element() {
            root.scroll_into_view();
        }
        if let Some(heading) = find("h1") {
            without_scrolling(&heading);
        }
    });
}

/// Focuses what a selector finds, after the page has been drawn.
pub fn after_drawing(selector: String) {
    request_animation_frame(move || {
        if let Some(element) = find(&selector) {
            let _ = element.focus();
        }
    });
}

/// Brings the label or legend of a question into sight, then focuses its control: the one that is wrong,
/// else the first.
pub fn question(id: &str) {
    let Some(question) = document().get_element_by_id(id) else { return };
    question.scroll_into_view();
    let control = ["[aria-invalid=true]", "input:not([hidden]),select,textarea,button"]
        .into_iter()
        .find_map(|selector| question.query_selector(selector).ok().flatten());
    if let Some(control) = control.and_then(|control| control.dyn_into::<web_sys::HtmlElement>().ok()) {
        without_scrolling(&control);
    }
}

/// The first element of a selector.
fn find(selector: &str) -> Option<web_sys::HtmlElement> {
    document().query_selector(selector).ok().flatten()?.dyn_into().ok()
}

fn without_scrolling(element: &web_sys::HtmlElement) {
    let options = web_sys::FocusOptions::new();
    options.set_prevent_scroll(true);
    let _ = element.focus_with_options(&options);
}
