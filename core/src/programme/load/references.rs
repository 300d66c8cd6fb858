//! What conditions say about other fields: that those exist, that they can have that answer, and that no field
//! depends on itself.

use super::reader::Reader;
use crate::condition::Condition;
use crate::country::is_country;
use crate::programme::{Choice, Field, Kind, Step};

/// A field of the form with its place.
struct Node<'p> {
    field: &'p Field,
    path: String,
    /// Of a field in a group: which nodes are the fields of its rows.
    row: Option<std::ops::Range<usize>>,
    /// The nodes it depends on.
    needs: Vec<usize>,
}

/// Checks the conditions of all fields, and that no two fields outside groups have the same id.
pub(super) fn check(r: &mut Reader, steps: &[Step]) {
    let mut nodes = nodes(steps);
    for index in 0..nodes.len() {
        let Node { field, path, row, .. } = &nodes[index];
        let field: &Field = field;
        if row.is_none() && !field.id.is_empty() && top_level(&nodes[..index], &field.id).is_some() {
            enter_path(r, path);
            r.fault_at("id", &["`", &field.id, "` is there already"].concat());
            leave_path(r, path);
        }
        if let Some(when) = &field.when {
            let path = path.clone();
            let mut needs = Vec::new();
            enter_path(r, &path);
            r.enter("when");
            condition(r, &nodes, index, when, &mut needs);
            r.leave();
            leave_path(r, &path);
            nodes[index].needs = needs;
        }
    }
    for index in 0..nodes.len() {
        if depends_on_itself(&nodes, index) {
            enter_path(r, &nodes[index].path);
            r.fault_at("when", "goes in a circle: the field would depend on itself");
            leave_path(r, &nodes[index].path);
        }
    }
}

fn nodes(steps: &[Step]) -> Vec<Node<'_>> {
    let mut nodes = Vec::new();
    for (step_index, step) in steps.iter().enumerate() {
        for (index, field) in step.fields.iter().enumerate() {
            let mut path = String::from("/steps");
            crate::pointer::push_index(&mut path, step_index);
            path.push_str("/fields");
            crate::pointer::push_index(&mut path, index);
            nodes.push(Node {
                field,
                path: path.clone(),
                row: None,
                needs: Vec::new(),
            });
            if let Kind::Group { fields, .. } = &field.kind {
                path.push_str("/fields");
                let row = nodes.len()..nodes.len() + fields.len();
                for (index, field) in fields.iter().enumerate() {
                    let mut path = path.clone();
                    crate::pointer::push_index(&mut path, index);
                    nodes.push(Node {
                        field,
                        path,
                        row: Some(row.clone()),
                        needs: Vec::new(),
                    });
                }
            }
        }
    }
    nodes
}

fn top_level(nodes: &[Node<'_>], id: &str) -> Option<usize> {
    nodes.iter().position(|node| node.row.is_none() && node.field.id == id)
}

/// The field a condition of the node `at` names: one of the same row before one of the form.
fn named(nodes: &[Node<'_>], at: usize, id: &str) -> Option<usize> {
    let in_row = nodes[at]
        .row
        .clone()
        .and_then(|mut row| row.find(|index| nodes[*index].field.id == id));
    in_row.or_else(|| top_level(nodes, id))
}

fn condition(r: &mut Reader, nodes: &[Node<'_>], at: usize, condition: &Condition, needs: &mut Vec<usize>) {
    let mut list = |r: &mut Reader, name: &str, conditions: &[Condition]| {
        r.enter(name);
        for (index, inner) in conditions.iter().enumerate() {
            r.enter_index(index);
            self::condition(r, nodes, at, inner, needs);
            r.leave();
        }
        r.leave();
    };
    match condition {
        Condition::All { all } => list(r, "all", all),
        Condition::Any { any } => list(r, "any", any),
        Condition::Not { not } => {
            r.enter("not");
            self::condition(r, nodes, at, not, needs);
            r.leave();
        }
        Condition::Is { field, is } => comparison(r, nodes, at, field, Some(("is", is)), needs),
        Condition::Includes { field, includes } => comparison(r, nodes, at, field, Some(("includes", includes)), needs),
        Condition::Answered { field, .. } => comparison(r, nodes, at, field, None, needs),
    }
}

fn comparison(r: &mut Reader, nodes: &[Node<'_>], at: usize, id: &str, answer: Option<(&str, &str)>, needs: &mut Vec<usize>) {
    if id.is_empty() {
        return; // Said already.
    }
    let Some(index) = named(nodes, at, id) else {
        r.fault_at("field", &["there is no field `", id, "`"].concat());
        return;
    };
    if !needs.contains(&index) {
        needs.push(index);
    }
    let Some((test, answer)) = answer else { return };
    if answer.is_empty() || r.doubtful.contains(&nodes[index].path) {
        return;
    }
    match (&nodes[index].field.kind, test) {
        (Kind::Choices { options, .. }, "includes") if is_option(options, answer) => {}
        (kind @ (Kind::Choice { .. } | Kind::YesNo | Kind::Consent { .. } | Kind::Country), "is") if is_answer(kind, answer) => {}
        (Kind::Choices { .. }, "includes") | (Kind::Choice { .. } | Kind::YesNo | Kind::Consent { .. } | Kind::Country, "is") => {
            r.fault_at(test, &["`", answer, "` is no answer to `", id, "`"].concat());
        }
        _ => r.fault_at(test, &["does not suit the kind of `", id, "`"].concat()),
    }
}

/// Whether `answer` can be the answer to a field of this kind, as conditions and the eligibility screen write it.
pub(super) fn is_answer(kind: &Kind, answer: &str) -> bool {
    match kind {
        Kind::Choice { options } => is_option(options, answer),
        Kind::YesNo | Kind::Consent { .. } => matches!(answer, "yes" | "no"),
        Kind::Country => is_country(answer),
        _ => false,
    }
}

fn is_option(options: &[Choice], answer: &str) -> bool {
    options.iter().any(|option| option.id == answer)
}

/// Whether a way leads from the node back to itself.
fn depends_on_itself(nodes: &[Node<'_>], start: usize) -> bool {
    let mut seen = vec![false; nodes.len()];
    let mut next = nodes[start].needs.clone();
    while let Some(index) = next.pop() {
        if index == start {
            return true;
        }
        if !std::mem::replace(&mut seen[index], true) {
            next.extend_from_slice(&nodes[index].needs);
        }
    }
    false
}

/// Paths of nodes hold no escapes.
fn enter_path(r: &mut Reader, path: &str) {
    path.split('/').skip(1).for_each(|part| r.enter(part));
}

fn leave_path(r: &mut Reader, path: &str) {
    path.split('/').skip(1).for_each(|_| r.leave());
}
