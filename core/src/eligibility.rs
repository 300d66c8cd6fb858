//! The questions asked first. Their answers are judged here and kept nowhere.

use serde_json::{Map, Value};

use crate::programme::{EligibilityQuestion, Programme};

/// What an answer to an eligibility question means.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Outcome {
    /// Not answered yet (or with something that is no answer to this question).
    Unanswered,
    /// Meets the condition.
    Pass,
    /// Does not meet the condition; the question's `explain` says why.
    Fail,
}

/// What the answer to one question means. `answers` holds raw answers by field id, as [`crate::Answers`] does.
pub fn outcome(question: &EligibilityQuestion, answers: &Map<String, Value>) -> Outcome {
    let Some(text) = answers
        .get(&question.field.id)
        .and_then(|answer| crate::condition::comparable(&question.field, answer))
    else {
        return Outcome::Unanswered;
    };
    if question.pass.is_empty() || question.pass.iter().any(|pass| pass == text) {
        Outcome::Pass
    } else {
        Outcome::Fail
    }
}

/// What all answers mean, question by question.
pub fn outcomes(programme: &Programme, answers: &Map<String, Value>) -> Vec<Outcome> {
    programme
        .eligibility
        .questions
        .iter()
        .map(|question| outcome(question, answers))
        .collect()
}

/// What they mean together: one failure fails, one gap leaves it open.
pub fn overall(outcomes: &[Outcome]) -> Outcome {
    if outcomes.contains(&Outcome::Fail) {
        Outcome::Fail
    } else if outcomes.contains(&Outcome::Unanswered) {
        Outcome::Unanswered
    } else {
        Outcome::Pass
    }
}
