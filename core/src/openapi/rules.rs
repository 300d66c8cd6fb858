//! What the page for people says of statuses and roles, from the tables that decide.

use std::fmt::Write as _;

use crate::role::{PERMISSIONS, Permission};
use crate::status::{MOVES, Mover, Status};

/// Writes both tables.
pub fn write(page: &mut String) {
    page.push_str(
        "\n## Statuses and roles\n\nWho may move an application from where to where; anything else is 409 `/problems/illegal-move`. From \
         `submitted` to `submitted` is submitting anew.\n\n| status | an applicant may make it | staff may make it |\n|---|---|---|\n",
    );
    for from in Status::ALL {
        let may = |mover| {
            let moves = MOVES.iter().filter(|(start, _, by)| *start == from && *by == mover);
            listed(moves.map(|(_, to, _)| to.name().to_owned()))
        };
        let _ = writeln!(page, "| `{}` | {} | {} |", from.name(), may(Mover::Applicant), may(Mover::Staff));
    }
    page.push_str("\nWhat staff may do. Anything else is 403 `/problems/not-allowed`.\n\n| role | may |\n|---|---|\n");
    for (role, permissions) in PERMISSIONS {
        let _ = writeln!(
            page,
            "| `{}` | {} |",
            name(role),
            listed(permissions.iter().map(name::<Permission>))
        );
    }
}

/// The name in the contract.
fn name<T: serde::Serialize>(value: &T) -> String {
    serde_json::to_value(value)
        .ok()
        .and_then(|name| Some(name.as_str()?.to_owned()))
        .unwrap_or_default()
}

fn listed(names: impl Iterator<Item = String>) -> String {
    let names: Vec<String> = names.map(|name| format!("`{name}`")).collect();
    if names.is_empty() {
        String::from("nothing")
    } else {
        names.join(", ")
    }
}
