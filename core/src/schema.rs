//! The JSON Schema of programme documents, made from the types so that it cannot fall behind them.

use crate::programme::Programme;

/// The schema (JSON Schema 2020-12), pretty-printed, with a final line break.
///
/// It knows shapes and types; what only reading can tell (ids that name nothing, conditions in a circle,
/// weights that do not add up) is left to [`Programme::load`].
pub fn programme_schema() -> String {
    let mut schema = schemars::schema_for!(Programme);
    // Editors find the schema by this member; reading ignores it.
    if let Some(members) = schema.get_mut("properties").and_then(serde_json::Value::as_object_mut) {
        members.insert(String::from("$schema"), serde_json::json!({ "type": "string" }));
    }
    let mut text = serde_json::to_string_pretty(&schema).expect("a schema is plain JSON");
    text.push('\n');
    text
}
