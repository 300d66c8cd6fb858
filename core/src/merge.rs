//! Two versions of a draft with a common ancestor, made into one: pure, and the same for whoever merges.
//!
//! - **A field is the unit.** Money, dates, models, files and consents are merged whole, not part by part: an amount
//!   changed here and a currency changed there would make a sum that nobody meant. Choices are one answer too.
//! - **Rows of a group are merged by their `"id"`**, and within a row field by field. Rows may be added, removed, edited and
//!   moved on both sides. A list whose items do not all have an id of their own is merged whole.
//! - **What changed on one side only is taken.** What changed on both sides alike is taken once.
//! - **What changed on both sides differently is a [`Clash`]**: both values are named for a person to choose, and until then the
//!   merged answers hold `mine`. A row that one side removed and the other edited stays, edited, and is a clash.
//! - A field that is absent and one that is `null` both say "not typed"; the two never clash.
//!
//! Where there is no clash, it does not matter whose changes are `mine` and whose are `theirs`.

use serde_json::{Map, Value};

use crate::answers::Answers;
use crate::pointer;

/// What came of a merge.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Merged {
    /// The answers.
    pub answers: Answers,
    /// What changed on both sides differently, by field; of each group, the order of its rows comes last.
    pub clashes: Vec<Clash>,
}

/// A place that changed on both sides differently.
#[derive(Clone, Debug, PartialEq)]
pub struct Clash {
    /// Which answer: a JSON Pointer (RFC 6901) into the merged answers, such as `/city`, `/team/0/name`, `/team/1` for a row that
    /// one side removed, or `/team` for the order of rows; the two values of an order hold the merged rows.
    pub pointer: String,
    /// The value here; `None` where it was removed. The merged answers hold it, unless it is a row that was removed here.
    pub mine: Option<Value>,
    /// The value there; `None` where it was removed.
    pub theirs: Option<Value>,
}

/// Merges `mine` and `theirs`, which both came of `base`.
pub fn merge(base: &Answers, mine: &Answers, theirs: &Answers) -> Merged {
    let mut clashes = Vec::new();
    let answers = members(&base.0, &mine.0, &theirs.0, "", true, &mut clashes);
    Merged {
        answers: Answers(answers),
        clashes,
    }
}

/// The ancestor to merge from when some of what was `sent` from here got no reply: a field in which `theirs` is what was sent
/// is our own doing, and no change of somebody else's.
#[must_use]
pub fn ancestor(base: &Answers, sent: &[Answers], theirs: &Answers) -> Answers {
    let mut ancestor = base.clone();
    for id in base.0.keys().chain(theirs.0.keys()) {
        let there = theirs.0.get(id);
        if sent.iter().any(|sent| sent.0.get(id) == there) {
            match there {
                Some(value) => ancestor.0.insert(id.clone(), value.clone()),
                None => ancestor.0.remove(id),
            };
        }
    }
    ancestor
}

type Members = Map<String, Value>;

/// Merges the members of two objects: the answers of a draft, or of a row.
fn members(base: &Members, mine: &Members, theirs: &Members, at: &str, groups: bool, clashes: &mut Vec<Clash>) -> Members {
    let mut merged = Members::new();
    for id in mine.keys().chain(theirs.keys().filter(|id| !mine.contains_key(*id))) {
        let (b, m, t) = (base.get(id), mine.get(id), theirs.get(id));
        let kept = match one_sided(b, m, t) {
            Some(kept) => kept.cloned(),
            None => both_changed(b, m, t, pointer::child(at, id), groups, clashes),
        };
        if let Some(value) = kept {
            merged.insert(id.clone(), value);
        }
    }
    merged
}

/// The value to take where at most one side changed it, or both alike; `None` where both changed it differently.
fn one_sided<'a>(base: Option<&'a Value>, mine: Option<&'a Value>, theirs: Option<&'a Value>) -> Option<Option<&'a Value>> {
    if mine == theirs || mine == base {
        Some(theirs)
    } else if theirs == base {
        Some(mine)
    } else if is_nothing(mine) && is_nothing(theirs) {
        Some(None)
    } else {
        None
    }
}

fn is_nothing(value: Option<&Value>) -> bool {
    value.is_none_or(Value::is_null)
}

fn both_changed(
    base: Option<&Value>,
    mine: Option<&Value>,
    theirs: Option<&Value>,
    at: String,
    groups: bool,
    clashes: &mut Vec<Clash>,
) -> Option<Value> {
    let rows = if groups {
        (Rows::read(base), Rows::read(mine), Rows::read(theirs))
    } else {
        (None, None, None)
    };
    if let (Some(base), Some(mine_rows), Some(theirs_rows)) = rows {
        let rows = group(&base, &mine_rows, &theirs_rows, &at, clashes);
        // A group that is gone is so in the words of the side that removed it: another merge with it then changes nothing.
        let removed = [mine, theirs].into_iter().find(|side| rows.is_empty() && is_nothing(*side));
        return removed.map_or_else(|| Some(Value::Array(rows)), Option::<&Value>::cloned);
    }
    clashes.push(Clash {
        pointer: at,
        mine: mine.cloned(),
        theirs: theirs.cloned(),
    });
    mine.cloned()
}

/// The rows of a group, each with its id.
struct Rows<'a>(Vec<(&'a str, &'a Members)>);

impl<'a> Rows<'a> {
    /// No rows for what is not typed; `None` for what is no list of rows with an id of their own each.
    fn read(value: Option<&'a Value>) -> Option<Self> {
        let items = match value {
            None | Some(Value::Null) => return Some(Self(Vec::new())),
            Some(Value::Array(items)) => items,
            Some(_) => return None,
        };
        let mut rows = Self(Vec::with_capacity(items.len()));
        for item in items {
            let row = item.as_object()?;
            let id = row.get("id")?.as_str()?;
            if rows.get(id).is_some() {
                return None;
            }
            rows.0.push((id, row));
        }
        Some(rows)
    }

    fn get(&self, id: &str) -> Option<&'a Members> {
        self.0.iter().find(|(known, _)| *known == id).map(|(_, row)| *row)
    }

    /// The ids in order, those that `keep` wants.
    fn ids(&self, keep: impl Fn(&str) -> bool) -> Vec<&'a str> {
        self.0.iter().map(|(id, _)| *id).filter(|id| keep(id)).collect()
    }
}

fn group(base: &Rows<'_>, mine: &Rows<'_>, theirs: &Rows<'_>, at: &str, clashes: &mut Vec<Clash>) -> Vec<Value> {
    // A row that one side removed goes, unless the other has edited it since.
    let stays = |id: &str| match (base.get(id), mine.get(id), theirs.get(id)) {
        (_, Some(_), Some(_)) => true,
        (Some(before), Some(row), None) | (Some(before), None, Some(row)) => row != before,
        (None, None, None) | (Some(_), None, None) => false,
        (None, _, _) => true,
    };
    let common = |id: &str| mine.get(id).is_some() && theirs.get(id).is_some();
    let (mine_order, theirs_order) = (mine.ids(common), theirs.ids(common));
    let moved = |side: &Rows<'_>| side.ids(|id| base.get(id).is_some() && stays(id)) != base.ids(|id| side.get(id).is_some() && stays(id));
    let orders_differ = mine_order != theirs_order;
    let moved_there_only = orders_differ && moved(theirs) && !moved(mine);
    let moved_here_only = orders_differ && moved(mine) && !moved(theirs);
    let orders_clash = orders_differ && !moved_here_only && !moved_there_only;
    let order = arrange(if moved_there_only { &theirs_order } else { &mine_order }, mine, theirs, &stays);

    let nothing = Members::new();
    let mut merged = Vec::with_capacity(order.len());
    for id in &order {
        let mut here = String::from(at);
        pointer::push_index(&mut here, merged.len());
        let (before, m, t) = (base.get(id), mine.get(id), theirs.get(id));
        let row = match (m, t) {
            (Some(m), Some(t)) => members(before.unwrap_or(&nothing), m, t, &here, false, clashes),
            (m, t) => {
                if before.is_some() {
                    let whole = |row: Option<&Members>| row.map(|row| Value::Object(row.clone()));
                    clashes.push(Clash {
                        pointer: here,
                        mine: whole(m),
                        theirs: whole(t),
                    });
                }
                m.or(t).cloned().unwrap_or_default()
            }
        };
        merged.push(Value::Object(row));
    }
    if orders_clash {
        let in_order = |wanted: &[&str]| {
            let row = |id: &&str| merged.get(order.iter().position(|known| known == id)?).cloned();
            Some(Value::Array(wanted.iter().filter_map(row).collect()))
        };
        clashes.push(Clash {
            pointer: String::from(at),
            mine: in_order(&order),
            theirs: in_order(&arrange(&theirs_order, mine, theirs, &stays)),
        });
    }
    merged
}

/// The ids of all rows that stay: those on both sides in the order given, and behind each of them those that followed it on one
/// side only. Where both sides have some at one place, the side whose first id is smaller comes first, so that it does not
/// matter which side is which.
fn arrange<'a>(common: &[&'a str], mine: &Rows<'a>, theirs: &Rows<'a>, stays: &impl Fn(&str) -> bool) -> Vec<&'a str> {
    let followers = |side: &Rows<'a>, anchor: Option<&str>| {
        let from = anchor.map_or(0, |anchor| side.0.iter().position(|(id, _)| *id == anchor).map_or(0, |at| at + 1));
        let rest = side.0[from..].iter().map(|(id, _)| *id);
        let own: Vec<&'a str> = rest.take_while(|id| !common.contains(id)).filter(|id| stays(id)).collect();
        own
    };
    let mut order = Vec::new();
    for anchor in std::iter::once(None).chain(common.iter().copied().map(Some)) {
        order.extend(anchor);
        let (m, t) = (followers(mine, anchor), followers(theirs, anchor));
        let (first, second) = if t.first() < m.first() { (t, m) } else { (m, t) };
        order.extend(first);
        order.extend(second);
    }
    order
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use serde_json::json;

    use super::*;

    fn answers(value: &Value) -> Answers {
        Answers(value.as_object().unwrap().clone())
    }

    /// The merged answers, and the clashes as `pointer mine theirs`.
    fn merged(base: Value, mine: Value, theirs: Value) -> (Value, Vec<String>) {
        let merged = merge(&answers(&base), &answers(&mine), &answers(&theirs));
        let show = |value: &Option<Value>| value.as_ref().map_or(String::from("-"), Value::to_string);
        let clashes = merged
            .clashes
            .iter()
            .map(|clash| format!("{} {} {}", clash.pointer, show(&clash.mine), show(&clash.theirs)));
        (Value::Object(merged.answers.0.clone()), clashes.collect())
    }

    #[test]
    fn changes_of_different_fields_are_all_kept() {
        let (answers, clashes) = merged(
            json!({"a": "1", "b": "1", "gone": "x", "dropped": "x"}),
            json!({"a": "1", "b": "3", "gone": "x", "mine": "m"}),
            json!({"a": "2", "b": "1", "new": "t", "dropped": "x"}),
        );
        assert_eq!(answers, json!({"a": "2", "b": "3", "new": "t", "mine": "m"}));
        assert!(clashes.is_empty());
    }

    #[test]
    fn a_field_changed_on_both_sides_holds_mine_and_names_both() {
        let (answers, clashes) = merged(
            json!({"a": "1", "b": "1"}),
            json!({"a": "2", "b": "2"}),
            json!({"a": "3", "b": "2"}),
        );
        assert_eq!(answers, json!({"a": "2", "b": "2"}));
        assert_eq!(clashes, [r#"/a "2" "3""#]);
    }

    #[test]
    fn parts_of_one_answer_stay_together() {
        let money = |amount: &str, currency: &str| json!({"raised": {"amount": amount, "currency": currency}});
        let (answers, clashes) = merged(money("10", "EUR"), money("12", "EUR"), money("10", "USD"));
        assert_eq!(answers, money("12", "EUR"));
        assert_eq!(clashes.len(), 1, "nobody meant 12 USD");
    }

    #[test]
    fn rows_are_merged_by_their_id_field_by_field() {
        let (answers, clashes) = merged(
            json!({"team": [{"id": "a", "name": "Ada"}, {"id": "b", "name": "Bob"}]}),
            json!({"team": [{"id": "a", "name": "Ada L."}, {"id": "b", "name": "Bob"}, {"id": "m"}]}),
            json!({"team": [{"id": "t"}, {"id": "a", "name": "Ada", "role": "CEO"}, {"id": "b", "name": "Bob K."}]}),
        );
        assert_eq!(
            answers,
            json!({"team": [{"id": "t"}, {"id": "a", "name": "Ada L.", "role": "CEO"}, {"id": "b", "name": "Bob K."}, {"id": "m"}]})
        );
        assert!(clashes.is_empty());
    }

    #[test]
    fn a_clash_in_a_row_points_at_where_the_row_is_now() {
        let (_, clashes) = merged(
            json!({"team": [{"id": "a", "n/m": "1"}]}),
            json!({"team": [{"id": "a", "n/m": "2"}]}),
            json!({"team": [{"id": "t"}, {"id": "a", "n/m": "3"}]}),
        );
        assert_eq!(clashes, [r#"/team/1/n~1m "2" "3""#]);
    }

    #[test]
    fn a_removed_row_goes_unless_the_other_side_edited_it() {
        let base = json!({"team": [{"id": "a"}, {"id": "b"}, {"id": "c"}]});
        let (answers, clashes) = merged(
            base.clone(),
            json!({"team": [{"id": "c"}]}),
            json!({"team": [{"id": "a", "name": "Ada"}, {"id": "b"}, {"id": "c", "name": "Cy"}]}),
        );
        assert_eq!(answers, json!({"team": [{"id": "a", "name": "Ada"}, {"id": "c", "name": "Cy"}]}));
        assert_eq!(clashes, [r#"/team/0 - {"id":"a","name":"Ada"}"#]);
        let (answers, clashes) = merged(base, json!({}), json!({"team": [{"id": "a"}, {"id": "b"}]}));
        assert_eq!(answers, json!({}), "removed with the whole group");
        assert!(clashes.is_empty());
    }

    #[test]
    fn rows_moved_on_one_side_and_edited_on_the_other_are_both() {
        let (answers, clashes) = merged(
            json!({"team": [{"id": "a"}, {"id": "b"}, {"id": "c"}]}),
            json!({"team": [{"id": "a"}, {"id": "b", "name": "Bob"}, {"id": "c"}]}),
            json!({"team": [{"id": "c"}, {"id": "b"}, {"id": "a"}]}),
        );
        assert_eq!(answers, json!({"team": [{"id": "c"}, {"id": "b", "name": "Bob"}, {"id": "a"}]}));
        assert!(clashes.is_empty());
    }

    #[test]
    fn rows_moved_differently_on_both_sides_are_a_clash_of_orders_that_loses_no_edit() {
        let (answers, clashes) = merged(
            json!({"team": [{"id": "a"}, {"id": "b"}, {"id": "c"}]}),
            json!({"team": [{"id": "b"}, {"id": "a"}, {"id": "c"}]}),
            json!({"team": [{"id": "a"}, {"id": "c", "name": "Cy"}, {"id": "b"}]}),
        );
        assert_eq!(answers, json!({"team": [{"id": "b"}, {"id": "a"}, {"id": "c", "name": "Cy"}]}));
        assert_eq!(
            clashes,
            [r#"/team [{"id":"b"},{"id":"a"},{"id":"c","name":"Cy"}] [{"id":"a"},{"id":"c","name":"Cy"},{"id":"b"}]"#]
        );
    }

    #[test]
    fn a_list_without_ids_is_one_answer() {
        for (base, mine, theirs) in [
            (json!(["x"]), json!(["x", "y"]), json!(["x", "z"])),
            (json!([{"id": "a"}]), json!([{"id": "a"}, {"id": "a"}]), json!([])),
            (json!([]), json!([{"id": 7}]), json!([{"id": "a"}])),
            (json!("x"), json!([{"id": "a"}]), json!([{"id": "b"}])),
        ] {
            let (answers, clashes) = merged(json!({"f": base}), json!({"f": mine.clone()}), json!({"f": theirs.clone()}));
            assert_eq!(answers, json!({"f": mine.clone()}));
            assert_eq!(clashes, [format!("/f {mine} {theirs}")]);
        }
    }

    #[test]
    fn not_typed_is_not_typed_however_it_is_said() {
        let (answers, clashes) = merged(json!({"a": "1"}), json!({"a": null}), json!({}));
        assert_eq!(answers, json!({}));
        assert!(clashes.is_empty());
    }

    #[test]
    fn what_was_sent_from_here_and_never_answered_is_no_change_of_theirs() {
        let (base, sent, mine) = (
            answers(&json!({"a": "1"})),
            answers(&json!({"a": "12"})),
            answers(&json!({"a": "123"})),
        );
        let from = ancestor(&base, std::slice::from_ref(&sent), &sent);
        let merged = merge(&from, &mine, &sent);
        assert_eq!((merged.answers, merged.clashes.len()), (mine, 0));
        assert_eq!(
            merge(&from, &base, &sent).answers,
            base,
            "taking a change back after sending it sticks"
        );
    }
}
