//! The draft as one file, and a file opened as a draft: `opencall_core::draft_file` says what is in it.

use opencall_core::Programme;
use opencall_core::draft_file::{Aside, DraftFile, Unreadable, fit};
use opencall_core::merge::merge;
use opencall_core::{Answers, Timestamp};
use serde_json::Value;

use super::clash::Clash;
use super::handle::Draft;
use super::record::Record;
use super::save::Event;
use crate::ui::kept::Look;
use leptos::prelude::*;

/// What came of opening a file.
#[derive(Clone, Debug, PartialEq)]
pub struct Opened {
    /// The programme it was written for.
    pub programme: String,
    /// When it was made.
    pub saved_at: Timestamp,
    /// How many answers were taken from it.
    pub taken: usize,
    /// Whether answers differ about which somebody has to choose.
    pub clashes: bool,
}

impl Draft {
    /// Everything that is written, as a file's text. It needs no backend.
    pub fn to_file(self) -> String {
        let answers = self.answers.get_untracked();
        let file = self.inner.with_value(|inner| DraftFile {
            programme: inner.programme.to_string(),
            saved_at: inner.clock.now(),
            answers,
            aside: inner.record.aside.clone(),
        });
        crate::json::pretty(&file.into_value())
    }

    /// Takes in what a file holds. What is written here stays; where the file says something else, both versions are kept until
    /// somebody chooses. What the form has no place for is kept aside.
    ///
    /// # Errors
    /// [`Unreadable`]; then nothing has changed.
    pub fn open_file(self, programme: &Programme, name: &str, text: &str) -> Result<Opened, Unreadable> {
        let file = DraftFile::parse(text)?;
        let mine = self.answers.get_untracked();
        let (theirs, mut aside) = fit(programme, file.answers);
        // An upload of this very draft is there already.
        aside.retain(|one| mine.get(&one.pointer) != Some(&one.value));
        aside.extend(file.aside);
        // They came of nothing both know: an answer that only one has is taken.
        let merged = merge(&Answers::default(), &mine, &theirs);
        let opened = Opened {
            programme: file.programme,
            saved_at: file.saved_at,
            taken: Record::changes_between(&mine, &merged.answers),
            clashes: !merged.clashes.is_empty(),
        };
        self.inner.update_value(|inner| {
            inner.record.note_clashes(Clash::of(&merged, file.saved_at, name));
            inner.record.set_aside(aside);
        });
        if opened.taken > 0 {
            self.answers.set(merged.answers);
            self.edited();
        }
        self.noted();
        Ok(opened)
    }

    /// What was written and has no place in the form. Reactive.
    pub fn aside(self) -> Look<Vec<Aside>> {
        self.aside.look()
    }

    /// Takes an answer out of the application, and keeps it aside.
    pub fn set_aside(self, pointer: &str) {
        let Some(value) = self.get_untracked(pointer) else { return };
        let one = Aside {
            pointer: pointer.to_owned(),
            value,
        };
        self.inner.update_value(|inner| inner.record.set_aside(vec![one]));
        self.set(pointer, Value::Null);
    }

    /// Removes something that was kept aside.
    pub fn remove_aside(self, one: &Aside) {
        self.inner.update_value(|inner| inner.record.aside.retain(|known| known != one));
        self.dispatch(Event::Note);
    }
}
