//! What keys do in the table: the APG grid's, and those of one's fingers. Without a browser.

/// A cell: row and column by their place on screen, from 0.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct At {
    /// The row among those selected by the query.
    pub row: usize,
    /// The column among those shown.
    pub column: usize,
}

/// A key with its modifiers, as the browser names it.
#[derive(Clone, Copy, Debug)]
pub struct Key<'a> {
    /// `KeyboardEvent.key`.
    pub name: &'a str,
    /// Control, or Command on a Mac.
    pub control: bool,
    /// Shift.
    pub shift: bool,
}

/// What a key means.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Act {
    /// To a cell.
    Go(At),
    /// To a row, and everything between is selected.
    Extend(usize),
    /// The row under the cursor is selected, or no longer.
    Toggle,
    /// Everything the query gives is selected.
    SelectAll,
    /// The application is opened.
    Open,
    /// Nothing is selected any more; what was open is closed.
    Escape,
}

/// How large the table is.
#[derive(Clone, Copy, Debug)]
pub struct Size {
    /// Rows.
    pub rows: usize,
    /// Columns shown.
    pub columns: usize,
    /// Rows a page has.
    pub page: usize,
}

/// What a key means at a cell; `None` when it is not the table's.
pub fn act(key: Key<'_>, at: At, size: Size) -> Option<Act> {
    let (last_row, last_column) = (size.rows.saturating_sub(1), size.columns.saturating_sub(1));
    let row = |row: usize| {
        let row = row.min(last_row);
        if key.shift { Act::Extend(row) } else { Act::Go(At { row, ..at }) }
    };
    let column = |column: usize| {
        Act::Go(At {
            column: column.min(last_column),
            ..at
        })
    };
    Some(match (key.name, key.control) {
        ("ArrowDown" | "j" | "J", false) => row(at.row + 1),
        ("ArrowUp" | "k" | "K", false) => row(at.row.saturating_sub(1)),
        ("ArrowRight", false) => column(at.column + 1),
        ("ArrowLeft", false) => column(at.column.saturating_sub(1)),
        ("PageDown", false) => row(at.row + size.page.max(1)),
        ("PageUp", false) => row(at.row.saturating_sub(size.page.max(1))),
        ("Home", false) => column(0),
        ("End", false) => column(last_column),
        ("Home", true) => Act::Go(At::default()),
        ("End", true) => Act::Go(At {
            row: last_row,
            column: last_column,
        }),
        ("x" | "X" | " ", false) => Act::Toggle,
        ("a", true) => Act::SelectAll,
        ("Enter", false) => Act::Open,
        ("Escape", false) => Act::Escape,
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    const SIZE: Size = Size {
        rows: 100,
        columns: 4,
        page: 20,
    };

    fn press(name: &str, at: (usize, usize)) -> Option<Act> {
        act(
            Key {
                name,
                control: false,
                shift: false,
            },
            At { row: at.0, column: at.1 },
            SIZE,
        )
    }

    fn go(row: usize, column: usize) -> Option<Act> {
        Some(Act::Go(At { row, column }))
    }

    #[test]
    fn arrows_and_letters_move_and_stop_at_the_edges() {
        assert_eq!(press("ArrowDown", (0, 1)), go(1, 1));
        assert_eq!(press("j", (99, 1)), go(99, 1));
        assert_eq!(press("k", (0, 1)), go(0, 1));
        assert_eq!(press("ArrowRight", (5, 3)), go(5, 3));
        assert_eq!(press("ArrowLeft", (5, 3)), go(5, 2));
    }

    #[test]
    fn pages_and_ends_are_those_of_the_apg() {
        assert_eq!(press("PageDown", (90, 0)), go(99, 0));
        assert_eq!(press("PageUp", (10, 0)), go(0, 0));
        assert_eq!(press("Home", (7, 2)), go(7, 0));
        assert_eq!(press("End", (7, 2)), go(7, 3));
        let control = |name| {
            act(
                Key {
                    name,
                    control: true,
                    shift: false,
                },
                At { row: 7, column: 2 },
                SIZE,
            )
        };
        assert_eq!(control("Home"), go(0, 0));
        assert_eq!(control("End"), go(99, 3));
        assert_eq!(control("a"), Some(Act::SelectAll));
        assert_eq!(control("j"), None);
    }

    #[test]
    fn shift_extends_by_rows() {
        let key = Key {
            name: "ArrowDown",
            control: false,
            shift: true,
        };
        assert_eq!(act(key, At { row: 3, column: 1 }, SIZE), Some(Act::Extend(4)));
        let key = Key {
            name: "J",
            control: false,
            shift: true,
        };
        assert_eq!(act(key, At { row: 99, column: 1 }, SIZE), Some(Act::Extend(99)));
    }

    #[test]
    fn an_empty_table_moves_nowhere_and_letters_that_mean_nothing_are_left_alone() {
        let none = Size {
            rows: 0,
            columns: 0,
            page: 0,
        };
        let key = Key {
            name: "PageDown",
            control: false,
            shift: false,
        };
        assert_eq!(act(key, At::default(), none), go(0, 0));
        assert_eq!(press("q", (0, 0)), None);
    }
}
