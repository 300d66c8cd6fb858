//! Who of a programme's staff may do what: data in one table. The backend asks it before everything; an app only mirrors it.

use serde::{Deserialize, Serialize};

/// What somebody of the staff is there for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "native", derive(schemars::JsonSchema))]
#[serde(rename_all = "snake_case")]
pub enum Role {
    /// Reads everything.
    Viewer,
    /// Runs the programme.
    Organiser,
    /// Scores applications.
    Judge,
}

/// What can be allowed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "native", derive(schemars::JsonSchema))]
#[serde(rename_all = "snake_case")]
pub enum Permission {
    /// Reads applications, their files, notes and timelines.
    ReadApplications,
    /// Writes notes beside applications.
    WriteNotes,
    /// Takes applications out as CSV or JSON.
    Export,
    /// Moves applications from one status to another.
    MoveApplications,
    /// Grants later deadlines.
    ExtendDeadlines,
    /// Invites people, changes their roles, ends their sessions.
    ManagePeople,
    /// Reads what staff have done.
    ReadAudit,
    /// Shares views of the list, and changes shared ones.
    ShareViews,
}

/// What each role may do. What is not here is refused.
pub const PERMISSIONS: &[(Role, &[Permission])] = &[
    (
        Role::Viewer,
        &[Permission::ReadApplications, Permission::WriteNotes, Permission::Export],
    ),
    (
        Role::Organiser,
        &[
            Permission::ReadApplications,
            Permission::WriteNotes,
            Permission::Export,
            Permission::MoveApplications,
            Permission::ExtendDeadlines,
            Permission::ManagePeople,
            Permission::ReadAudit,
            Permission::ShareViews,
        ],
    ),
    // Judges read what is assigned to them, and no more.
    (Role::Judge, &[]),
];

impl Role {
    /// Every role.
    pub const ALL: [Self; 3] = [Self::Viewer, Self::Organiser, Self::Judge];

    /// What the role may do.
    pub fn permissions(self) -> &'static [Permission] {
        PERMISSIONS
            .iter()
            .find(|(role, _)| *role == self)
            .map_or(&[], |(_, permissions)| permissions)
    }

    /// Whether the role may do this.
    pub fn may(self, permission: Permission) -> bool {
        self.permissions().contains(&permission)
    }

    /// The name in the contract and in the database.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Viewer => "viewer",
            Self::Organiser => "organiser",
            Self::Judge => "judge",
        }
    }

    /// From its name.
    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|role| role.name() == name)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_role_stands_in_the_table_once_and_names_lead_back() {
        for role in Role::ALL {
            assert_eq!(PERMISSIONS.iter().filter(|(one, _)| *one == role).count(), 1);
            assert_eq!(Role::from_name(role.name()), Some(role));
            assert_eq!(serde_json::to_value(role).ok(), Some(serde_json::Value::from(role.name())));
        }
    }

    #[test]
    fn only_organisers_change_what_others_rely_on() {
        for permission in [
            Permission::MoveApplications,
            Permission::ExtendDeadlines,
            Permission::ManagePeople,
            Permission::ReadAudit,
            Permission::ShareViews,
        ] {
            assert!(Role::Organiser.may(permission));
            assert!(!Role::Viewer.may(permission) && !Role::Judge.may(permission), "{permission:?}");
        }
    }
}
