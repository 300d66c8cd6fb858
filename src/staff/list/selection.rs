//! Which applications are selected: by reference, so that neither sorting nor a live change selects another one.

use std::collections::BTreeSet;

/// A selection.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Selection {
    chosen: BTreeSet<String>,
    /// The row from which a range is drawn, by reference.
    anchor: Option<String>,
}

impl Selection {
    /// How many are selected.
    pub fn len(&self) -> usize {
        self.chosen.len()
    }

    /// Whether this one is.
    pub fn has(&self, reference: &str) -> bool {
        self.chosen.contains(reference)
    }

    /// All, in the order of their references.
    pub fn iter(&self) -> impl Iterator<Item = &str> {
        self.chosen.iter().map(String::as_str)
    }

    /// Selects one, or takes it out; ranges begin there from now on.
    pub fn toggle(&mut self, reference: &str) {
        if !self.chosen.remove(reference) {
            self.chosen.insert(reference.to_owned());
        }
        self.anchor = Some(reference.to_owned());
    }

    /// Where the range begins; the cursor's row where none was begun.
    pub fn anchor<'a>(&'a self, cursor: &'a str) -> &'a str {
        self.anchor.as_deref().unwrap_or(cursor)
    }

    /// Selects everything between two rows, both included; `references` gives the rows in order.
    pub fn extend(&mut self, anchor: &str, references: impl IntoIterator<Item = String>) {
        self.anchor = Some(anchor.to_owned());
        self.chosen.extend(references);
    }

    /// Selects all of these besides, or takes all of them out.
    pub fn put(&mut self, references: impl IntoIterator<Item = String>, chosen: bool) {
        for reference in references {
            if chosen {
                self.chosen.insert(reference);
            } else {
                self.chosen.remove(&reference);
            }
        }
        self.anchor = None;
    }

    /// Selects these and no others.
    pub fn set(&mut self, references: impl IntoIterator<Item = String>) {
        self.chosen = references.into_iter().collect();
        self.anchor = None;
    }

    /// Selects none.
    pub fn clear(&mut self) {
        self.chosen.clear();
        self.anchor = None;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_range_goes_from_where_one_was_chosen_last() {
        let mut selection = Selection::default();
        assert_eq!(selection.anchor("cursor"), "cursor");
        selection.toggle("b");
        assert_eq!(selection.anchor("cursor"), "b");
        selection.extend("b", ["b", "c", "d"].map(str::to_owned));
        assert_eq!(selection.iter().collect::<Vec<_>>(), ["b", "c", "d"]);
        selection.toggle("c");
        assert!(!selection.has("c") && selection.has("d"));
        selection.put(["c", "d", "e"].map(str::to_owned), true);
        assert_eq!(selection.len(), 4);
        selection.put(["d", "x"].map(str::to_owned), false);
        assert_eq!(selection.iter().collect::<Vec<_>>(), ["b", "c", "e"]);
        selection.clear();
        assert_eq!(selection.len(), 0);
    }
}
