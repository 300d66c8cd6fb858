//! Saving: merge patches (RFC 7396) as they are meant.

use serde_json::{Value, json};

use crate::check::{Capability::Drafts, Check, Outcome};
use crate::draft::Draft;
use crate::expect::difference;
use crate::run::Run;

pub(super) const CHECKS: &[Check] = &[
    Drafts.check(
        "drafts/save",
        "saving gives the new version and when it was on disk",
        "docs/backend.md, Calls",
        save,
    ),
    Drafts.check(
        "drafts/nothing-else",
        "a patch changes what it names and nothing else",
        "docs/backend.md, If-Match; RFC 7396, 2",
        nothing_else,
    ),
    Drafts.check(
        "drafts/nulls-remove",
        "null takes an answer away, also within one",
        "RFC 7396, 2",
        nulls_remove,
    ),
    Drafts.check(
        "drafts/objects-merge",
        "objects are merged member by member",
        "RFC 7396, 2",
        objects_merge,
    ),
    Drafts.check("drafts/arrays-replace", "lists are replaced whole", "RFC 7396, 2", arrays_replace),
    Drafts.check(
        "drafts/kinds-change",
        "an answer of one shape can become one of another",
        "RFC 7396, 2",
        kinds_change,
    ),
    Drafts.check(
        "drafts/empty-patch",
        "an empty patch is taken and changes nothing",
        "RFC 7396, 2",
        empty_patch,
    ),
];

/// Begins with answers, saves a patch, and expects answers.
fn becomes(run: &Run, before: &Value, patch: &Value, after: &Value) -> Outcome {
    let draft = run.draft(before)?;
    saved_becomes(&draft, patch, after)
}

fn saved_becomes(draft: &Draft, patch: &Value, after: &Value) -> Outcome {
    let saved = draft.save(patch)?;
    let read = draft.read()?;
    match difference(after, &read.value()["answers"]) {
        None => Ok(()),
        Some(found) => Err(saved.short_of(format!("the answers are {after} afterwards"), found)),
    }
}

fn save(run: &Run) -> Outcome {
    let [one, _] = run.text_fields();
    let (draft, begun) = Draft::begin(&run.http, &run.programme()?.id, &json!({}))?;
    let saved = draft.save(&json!({&one: "Kept"}))?;
    let at = saved.time("/saved_at")?;
    saved.require(at >= begun.time("/created_at")?, "saved_at is not before the draft was begun")?;
    let read = draft.read()?;
    read.member("/version", &saved.value()["version"])?;
    read.member("/answers", &json!({one: "Kept"}))
}

fn nothing_else(run: &Run) -> Outcome {
    let before = json!({"conformance_a": "a", "conformance_b": ["b"], "conformance_c": {"d": "d", "e": true}, "conformance_f": 7});
    let mut after = before.clone();
    after["conformance_a"] = json!("changed");
    after["conformance_g"] = json!("new");
    becomes(run, &before, &json!({"conformance_a": "changed", "conformance_g": "new"}), &after)
}

fn nulls_remove(run: &Run) -> Outcome {
    let before = json!({"conformance_a": "a", "conformance_b": {"c": "c", "d": "d"}, "conformance_e": "e"});
    let patch = json!({"conformance_a": null, "conformance_b": {"c": null}, "conformance_never": null});
    becomes(run, &before, &patch, &json!({"conformance_b": {"d": "d"}, "conformance_e": "e"}))
}

fn objects_merge(run: &Run) -> Outcome {
    let before = json!({"conformance_a": {"amount": "12", "currency": "EUR", "deep": {"b": "b", "c": "c"}}});
    let patch = json!({"conformance_a": {"amount": "13", "deep": {"c": "C", "d": {"e": "e"}}}});
    let after = json!({"conformance_a": {"amount": "13", "currency": "EUR", "deep": {"b": "b", "c": "C", "d": {"e": "e"}}}});
    becomes(run, &before, &patch, &after)
}

fn arrays_replace(run: &Run) -> Outcome {
    let before = json!({"conformance_a": [{"id": "1", "b": "b"}, {"id": "2"}, {"id": "3"}], "conformance_c": ["x", "y"]});
    let patch = json!({"conformance_a": [{"id": "2", "d": "d"}], "conformance_c": []});
    becomes(run, &before, &patch, &patch)
}

fn kinds_change(run: &Run) -> Outcome {
    let before = json!({"conformance_a": "text", "conformance_b": {"c": "c"}, "conformance_d": ["d"], "conformance_e": true});
    let patch = json!({"conformance_a": {"c": {"d": "d", "e": null}}, "conformance_b": "text", "conformance_d": {"f": "f"}, "conformance_e": ["e"]});
    let after = json!({"conformance_a": {"c": {"d": "d"}}, "conformance_b": "text", "conformance_d": {"f": "f"}, "conformance_e": ["e"]});
    becomes(run, &before, &patch, &after)
}

fn empty_patch(run: &Run) -> Outcome {
    let before = json!({"conformance_a": "a"});
    becomes(run, &before, &json!({}), &before)
}
