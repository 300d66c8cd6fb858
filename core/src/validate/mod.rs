//! Parse, don't validate: from raw [`Answers`] to an [`Application`], or to every problem.

mod application;

pub use application::{Answer, Application, Row};

use crate::answers::Answers;
use crate::problem::Problem;
use crate::programme::Programme;

/// An application that can be submitted, or everything that stands in the way, in the order of the form.
pub fn application(programme: &Programme, answers: &Answers) -> Result<Application, Vec<Problem>> {
    let _ = (programme, answers);
    Err(Vec::new())
}

/// What stands in the way in one step: of the fields asked, in their order. Nothing for a step that does not exist.
pub fn step_problems(programme: &Programme, answers: &Answers, step_id: &str) -> Vec<Problem> {
    let _ = (programme, answers, step_id);
    Vec::new()
}
