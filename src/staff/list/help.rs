//! The keys there are.

use super::{Asking, List};
use crate::ui::dialog;
use crate::ui::dom::{Show, View, el};

/// The dialog.
pub fn dialog(list: List) -> View {
    let s = list.cx.s;
    let keys = [
        ("Ctrl + K", s.key_palette),
        ("/", s.key_search),
        ("g", s.key_grid),
        ("j k ↓ ↑", s.key_rows),
        ("← →", s.key_columns),
        ("Enter", s.key_open),
        ("x", s.key_select),
        ("Shift + ↓ ↑", s.key_extend),
        ("Ctrl + A", s.key_all),
        ("Alt + ← →", s.key_width),
        ("Esc", s.key_close),
    ];
    let line = |(keys, what): (&'static str, &'static str)| {
        el("tr")
            .kid(el("th").attr("scope", "row").kid(el("kbd").kid(keys)))
            .kid(el("td").kid(what))
            .show()
    };
    let rows: Vec<View> = keys.into_iter().map(line).collect();
    let table = el("table").attr("class", "plain-table").kid(el("tbody").kid(rows)).show();
    dialog::dialog("", s.help.to_owned(), list.cx.t.close, table, move || {
        list.asking.set(Asking::Nothing)
    })
}
