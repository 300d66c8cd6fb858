//! The answers being edited, and the errors shown.

use crate::ui::kept::{Kept, Slot};
use opencall_core::contract::Uploads;
use opencall_core::problem::{Code, Problem};
use opencall_core::programme::{Field, Kind};
use opencall_core::{Answers, Locale, Programme, eligibility, validate};
use serde_json::Value;

use crate::draft::Draft;
use crate::i18n::messages::Messages;
use crate::i18n::{fill, messages, problems};
use crate::ui::announce::Announcer;

/// Where answers go.
#[derive(Clone, Copy)]
pub enum Answered {
    /// Into the draft.
    Draft(Draft),
    /// Nowhere: they last as long as the page.
    Here(Slot<Answers>),
}

/// Which answers are judged together.
#[derive(Clone, Copy)]
pub enum Scope {
    /// The eligibility questions.
    Eligibility,
    /// One section.
    Step(&'static str),
}

/// What the controls of a page share. Made anew for each page, in each language.
#[derive(Clone, Copy)]
pub struct Form {
    /// The programme, kept for as long as the page is open.
    pub programme: &'static Programme,
    /// The reader's language.
    pub locale: Locale,
    /// The words in it.
    pub t: &'static Messages,
    /// Where answers go.
    pub answers: Answered,
    /// Which answers are judged together.
    pub scope: Scope,
    /// Whether answers can be changed now.
    pub open: Kept<bool>,
    /// How files are taken.
    pub uploads: Uploads,
    /// What screen readers speak.
    pub announcer: Announcer,
    /// The problems shown; none before Continue is pressed.
    pub shown: Slot<Vec<Problem>>,
}

impl Form {
    /// Looks at the answers and follows them.
    pub fn with<T>(self, look: impl FnOnce(&Answers) -> T) -> T {
        match self.answers {
            Answered::Draft(draft) => draft.with_answers(look),
            Answered::Here(answers) => answers.with(look),
        }
    }

    /// Looks at the answers once.
    pub fn with_untracked<T>(self, look: impl FnOnce(&Answers) -> T) -> T {
        match self.answers {
            Answered::Draft(draft) => draft.with_answers_untracked(look),
            Answered::Here(answers) => answers.with_untracked(look),
        }
    }

    /// Changes an answer. Errors that are shown go as soon as they are mended, and none appears.
    pub fn set(self, pointer: &str, value: Value) {
        if !self.open.get_untracked() {
            return;
        }
        match self.answers {
            Answered::Draft(draft) => draft.set(pointer, value),
            Answered::Here(answers) => answers.update(|answers| {
                answers.set(pointer, value);
            }),
        }
        if self.shown.with_untracked(|shown| !shown.is_empty()) {
            let now = self.problems();
            let still: Vec<Problem> = self.shown.with_untracked(|shown| {
                let was_shown = |problem: &Problem| shown.iter().any(|earlier| earlier.pointer == problem.pointer);
                now.into_iter().filter(was_shown).collect()
            });
            if self.shown.with_untracked(|shown| *shown != still) {
                self.shown.set(still);
            }
        }
    }

    /// Judges the answers and shows what is wrong. Whether nothing is.
    pub fn check(self) -> bool {
        let problems = self.problems();
        let fine = problems.is_empty();
        self.shown.set(problems);
        fine
    }

    fn problems(self) -> Vec<Problem> {
        let mut problems = self.judge();
        if let Answered::Draft(draft) = self.answers {
            // A file on its way is not missing: it has to be waited for.
            draft.uploads().with_untracked(|uploads| {
                for problem in &mut problems {
                    if problem.code == Code::Missing && uploads.iter().any(|upload| upload.pointer == problem.pointer) {
                        problem.code = Code::FileUnfinished;
                    }
                }
            });
        }
        problems
    }

    fn judge(self) -> Vec<Problem> {
        self.with_untracked(|answers| match self.scope {
            Scope::Step(id) => validate::step_problems(self.programme, answers, id),
            Scope::Eligibility => self
                .programme
                .eligibility
                .questions
                .iter()
                .filter(|question| matches!(eligibility::outcome(question, &answers.0), eligibility::Outcome::Unanswered))
                .map(|question| Problem {
                    pointer: ["/", &question.field.id].concat(),
                    code: Code::Missing,
                })
                .collect(),
        })
    }

    /// The lines of the error summary: where each leads, and its words. Reactive.
    pub fn error_lines(self) -> Vec<(String, String)> {
        self.shown.with(|shown| {
            self.with_untracked(|answers| {
                shown
                    .iter()
                    .map(|problem| (element_id(&problem.pointer, answers), self.words(problem)))
                    .collect()
            })
        })
    }

    /// The words for a problem, with the row it is in.
    pub fn words(self, problem: &Problem) -> String {
        problem_words(self.programme, self.t, self.locale, problem)
    }

    /// The heading of the error summary.
    pub fn errors_title(self, n: usize) -> String {
        messages::plural(self.t.errors_title, self.locale, n)
    }
}

/// The words for a problem, with the row it is in.
pub fn problem_words(programme: &'static Programme, t: &'static Messages, locale: Locale, problem: &Problem) -> String {
    let mut parts = problem.pointer.split('/').skip(1);
    let id = parts.next().unwrap_or_default();
    let field = programme.field(id).or_else(|| {
        programme
            .eligibility
            .questions
            .iter()
            .map(|question| &question.field)
            .find(|field| field.id == id)
    });
    let Some(field) = field else {
        return problems::words(t, locale, &problem.code, id, false);
    };
    let Kind::Group { item, fields, .. } = &field.kind else {
        return problems::words(t, locale, &problem.code, field.label.get(locale), false);
    };
    let Some(row) = parts.next().and_then(|index| index.parse::<usize>().ok()) else {
        return problems::words(t, locale, &problem.code, field.label.get(locale), true);
    };
    let inner: Option<&Field> = parts.next().and_then(|id| fields.iter().find(|field| field.id == id));
    let words = problems::words(t, locale, &problem.code, inner.unwrap_or(field).label.get(locale), false);
    let row = fill(t.item_n, &[("item", item.get(locale)), ("n", &(row + 1).to_string())]);
    fill(t.p_in_row, &[("row", &row), ("words", &words)])
}

/// The id of the element of a question: rows go by their own id, since their place changes.
pub fn element_id(pointer: &str, answers: &Answers) -> String {
    let mut id = String::from("q");
    let mut parts = pointer.split('/').skip(1);
    let Some(first) = parts.next() else { return id };
    id.push('-');
    id.push_str(first);
    if let Some(index) = parts.next() {
        let row = answers.get(&["/", first, "/", index, "/id"].concat()).and_then(Value::as_str);
        // What is no row is a part of the question, such as a model's licence.
        if let (Some(row), Some(field)) = (row, parts.next()) {
            for part in ["-", row, "-", field] {
                id.push_str(part);
            }
        }
    }
    id
}
