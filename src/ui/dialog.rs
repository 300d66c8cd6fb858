//! A dialog above the page: the browser's own `<dialog>`, which keeps focus inside and gives it back.

use leptos::prelude::*;
use wasm_bindgen::JsCast;
use web_sys::HtmlDialogElement;

use super::dom::{Show, View, el};

/// A dialog that opens as it is drawn. `close` is called once it has closed, by Escape too; draw it no longer then. The focus goes to what
/// has `autofocus` in it, and back to where it was however the dialog ends.
pub fn dialog(class: &'static str, title: String, dismiss: &'static str, inside: View, close: impl Fn() + Clone + 'static) -> View {
    let by_button = close.clone();
    let drawn = StoredValue::new(());
    let head = el("div")
        .attr("class", "dialog-head")
        .kid(el("h2").attr("id", "dialog-title").kid(title))
        .kid(
            el("button")
                .attr("type", "button")
                .attr("class", "icon-btn")
                .attr("aria-label", dismiss)
                .kid("×")
                .on("click", move |_| by_button()),
        );
    let whole = el("dialog")
        .attr("class", ["dialog ", class].concat())
        .attr("aria-labelledby", "dialog-title")
        .kid(head)
        .kid(el("div").attr("class", "dialog-body").kid(inside))
        // The event comes late: what is drawn no longer has nothing to close, and may have another dialog in its place.
        .on("close", move |_| {
            if drawn.try_get_value().is_some() {
                close();
            }
        });
    let element: HtmlDialogElement = whole.node().clone().unchecked_into();
    let held = StoredValue::new_local(element.clone());
    // A dialog that is only taken out of the page leaves the focus nowhere.
    on_cleanup(move || {
        let _ = held.try_with_value(HtmlDialogElement::close);
    });
    request_animation_frame(move || {
        if element.is_connected() && !element.open() {
            // Refused only where it is open already.
            let _ = element.show_modal();
        }
    });
    whole.show()
}
