//! Reading conditions.

use serde_json::Value;

use super::reader::Reader;
use crate::condition::Condition;

/// The deepest nesting.
const DEPTH_MAX: usize = 16;

/// The most comparisons of one condition.
const COMPARISONS_MAX: usize = 64;

/// A condition, `depth` conditions deep.
pub(super) fn condition(r: &mut Reader, value: Option<&Value>, depth: usize) -> Condition {
    let nothing = Condition::Any { any: Vec::new() };
    if depth == DEPTH_MAX {
        r.fault("is nested too deeply: at most 16 conditions in one another");
        return nothing;
    }
    let has = |name: &str| value.is_some_and(|value| value.get(name).is_some());
    let among = |names: &[&'static str]| names.iter().copied().find(|name| has(name));
    if has("field") {
        r.comparisons += 1;
        if r.comparisons == COMPARISONS_MAX + 1 {
            r.fault("is one comparison too many: a condition has at most 64");
        }
        let Some(test) = among(&["is", "includes", "answered"]) else {
            r.object(value, &[&["field"]]);
            r.fault("needs one of: is, includes, answered");
            return nothing;
        };
        let object = r.object(value, &[&["field", test]]);
        let field = r.text(object, "field");
        return match test {
            "is" => Condition::Is {
                field,
                is: r.text(object, test),
            },
            "includes" => Condition::Includes {
                field,
                includes: r.text(object, test),
            },
            _ => Condition::Answered {
                field,
                answered: r.flag(object, test),
            },
        };
    }
    let Some(name) = among(&["all", "any", "not"]) else {
        r.fault("must be a condition: an object with field, all, any or not");
        return nothing;
    };
    let object = r.object(value, &[&[name]]);
    let list = |r: &mut Reader| r.list(object, name, 1, COMPARISONS_MAX, |r, value| condition(r, value, depth + 1));
    match name {
        "all" => Condition::All { all: list(r) },
        "any" => Condition::Any { any: list(r) },
        _ => {
            r.enter(name);
            let not = condition(r, object.and_then(|map| map.get(name)), depth + 1);
            r.leave();
            Condition::Not { not: Box::new(not) }
        }
    }
}
