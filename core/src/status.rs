//! Where an application stands, and who may move it where: data in one table.

use serde::{Deserialize, Serialize};

/// Where an application stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "native", derive(schemars::JsonSchema))]
#[serde(rename_all = "snake_case")]
pub enum Status {
    /// Being written; never submitted.
    Draft,
    /// Submitted; the last submitted version counts.
    Submitted,
    /// Found not to meet the conditions of the call.
    Ineligible,
    /// With the judges.
    InReview,
    /// On the short list.
    Shortlisted,
    /// One of the winners.
    Selected,
    /// Not chosen.
    Declined,
    /// Taken back by the applicant.
    Withdrawn,
}

/// Who moves an application.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Mover {
    /// Whoever holds the private link.
    Applicant,
    /// The programme's staff.
    Staff,
}

/// Every legal move: from, to, by whom. What is not here is refused.
pub const MOVES: &[(Status, Status, Mover)] = &[
    (Status::Draft, Status::Submitted, Mover::Applicant),
    (Status::Submitted, Status::Submitted, Mover::Applicant),
    (Status::Withdrawn, Status::Submitted, Mover::Applicant),
    (Status::Submitted, Status::Withdrawn, Mover::Applicant),
    (Status::InReview, Status::Withdrawn, Mover::Applicant),
    (Status::Shortlisted, Status::Withdrawn, Mover::Applicant),
    (Status::Submitted, Status::Ineligible, Mover::Staff),
    (Status::Submitted, Status::InReview, Mover::Staff),
    (Status::Ineligible, Status::Submitted, Mover::Staff),
    (Status::InReview, Status::Submitted, Mover::Staff),
    (Status::InReview, Status::Ineligible, Mover::Staff),
    (Status::InReview, Status::Shortlisted, Mover::Staff),
    (Status::InReview, Status::Declined, Mover::Staff),
    (Status::Shortlisted, Status::InReview, Mover::Staff),
    (Status::Shortlisted, Status::Selected, Mover::Staff),
    (Status::Shortlisted, Status::Declined, Mover::Staff),
    (Status::Selected, Status::Shortlisted, Mover::Staff),
    (Status::Declined, Status::InReview, Mover::Staff),
];

impl Status {
    /// Every status, in the order of an application's life.
    pub const ALL: [Self; 8] = [
        Self::Draft,
        Self::Submitted,
        Self::Ineligible,
        Self::InReview,
        Self::Shortlisted,
        Self::Selected,
        Self::Declined,
        Self::Withdrawn,
    ];

    /// Whether `mover` may move an application from `self` to `to`.
    pub fn may_become(self, to: Self, mover: Mover) -> bool {
        MOVES.contains(&(self, to, mover))
    }

    /// The name in the contract and in the database.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Draft => "draft",
            Self::Submitted => "submitted",
            Self::Ineligible => "ineligible",
            Self::InReview => "in_review",
            Self::Shortlisted => "shortlisted",
            Self::Selected => "selected",
            Self::Declined => "declined",
            Self::Withdrawn => "withdrawn",
        }
    }

    /// From its name.
    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|status| status.name() == name)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_lead_back_to_their_status() {
        for status in Status::ALL {
            assert_eq!(Status::from_name(status.name()), Some(status));
            assert_eq!(serde_json::to_value(status).ok(), Some(serde_json::Value::from(status.name())));
        }
        assert_eq!(Status::from_name("Draft"), None);
    }

    #[test]
    fn each_move_stands_in_the_table_once() {
        for (index, entry) in MOVES.iter().enumerate() {
            assert!(!MOVES[..index].contains(entry), "{entry:?}");
        }
    }

    #[test]
    fn a_draft_leaves_by_submission_only_and_nothing_becomes_one() {
        for to in Status::ALL {
            for mover in [Mover::Applicant, Mover::Staff] {
                assert_eq!(
                    Status::Draft.may_become(to, mover),
                    to == Status::Submitted && mover == Mover::Applicant
                );
                assert!(!to.may_become(Status::Draft, mover));
            }
        }
    }

    #[test]
    fn applicants_do_not_judge_and_staff_do_not_submit() {
        for &(from, to, mover) in MOVES {
            match mover {
                Mover::Applicant => assert!(matches!(to, Status::Submitted | Status::Withdrawn), "{from:?} to {to:?}"),
                Mover::Staff => assert!(to != Status::Withdrawn && from != Status::Withdrawn, "{from:?} to {to:?}"),
            }
        }
    }

    #[test]
    fn a_chosen_applicant_does_not_vanish_by_a_click() {
        assert!(!Status::Selected.may_become(Status::Withdrawn, Mover::Applicant));
        assert!(Status::Submitted.may_become(Status::Submitted, Mover::Applicant));
    }
}
