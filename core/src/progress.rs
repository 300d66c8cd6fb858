//! How far each step of a draft has come.

use crate::answers::Answers;
use crate::condition::{Asked, is_answered};
use crate::problem::Code;
use crate::programme::{Field, Programme};
use crate::validate::step_problems;

/// Where a step of a draft stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum StepState {
    /// Nothing has been answered.
    NotStarted,
    /// Something has been answered, and nothing answered is wrong.
    InProgress,
    /// Nothing stands in the way.
    Complete,
    /// Something answered is wrong, or something is missing after the applicant tried to go on.
    NeedsAttention,
}

/// Where the step `step_id` stands. `attempted`: whether the applicant has pressed "Continue" on it.
/// A step that the programme does not have has not been started.
pub fn step_state(programme: &Programme, answers: &Answers, step_id: &str, attempted: bool) -> StepState {
    let Some(step) = programme.step(step_id) else {
        return StepState::NotStarted;
    };
    let problems = step_problems(programme, answers, step_id);
    let mut asked = Asked::new(programme, answers);
    let answered = |field: &Field| answers.0.get(&field.id).is_some_and(|answer| is_answered(field, answer));
    let started = step.fields.iter().any(|field| answered(field) && asked.field(field, None));
    if problems.iter().any(|problem| attempted || !is_gap(&problem.code)) {
        StepState::NeedsAttention
    } else if !started && !attempted {
        StepState::NotStarted
    } else if problems.is_empty() {
        StepState::Complete
    } else {
        StepState::InProgress
    }
}

/// Whether a problem only says that something is not there yet.
fn is_gap(code: &Code) -> bool {
    matches!(
        code,
        Code::Missing | Code::ConsentNeeded | Code::TooFew { .. } | Code::LicenceMissing | Code::UseMissing
    )
}

/// How many of the required answers are there, and how many are required: `(answered, required)`.
/// Only what is asked counts; an answer with a problem does not. The rows of a group count by their fields.
pub fn fraction(programme: &Programme, answers: &Answers) -> (usize, usize) {
    crate::validate::count_required(programme, answers)
}
