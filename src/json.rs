//! Writing JSON. serde_json's own writer brings 16 kB of tables for fractions, which hardly any answer has; the browser
//! has them already.

use opencall_core::seal::quote;
use serde_json::{Number, Value};

/// A value as JSON on one line.
pub fn compact(value: &Value) -> String {
    let mut text = String::new();
    write(value, None, &mut text);
    text
}

/// A value as JSON for people to look at: a member a line, indented by two spaces.
pub fn pretty(value: &Value) -> String {
    let mut text = String::new();
    write(value, Some(0), &mut text);
    text
}

/// Writes a value; `depth` is how deep it stands where lines are broken.
fn write(value: &Value, depth: Option<usize>, out: &mut String) {
    match value {
        Value::Null => out.push_str("null"),
        Value::Bool(true) => out.push_str("true"),
        Value::Bool(false) => out.push_str("false"),
        Value::Number(value) => out.push_str(&number(value)),
        Value::String(text) => quote(text, out),
        Value::Array(items) if items.is_empty() => out.push_str("[]"),
        Value::Object(members) if members.is_empty() => out.push_str("{}"),
        Value::Array(items) => {
            out.push('[');
            for (index, item) in items.iter().enumerate() {
                next(index, depth, out);
                write(item, depth.map(|depth| depth + 1), out);
            }
            line(depth, out);
            out.push(']');
        }
        Value::Object(members) => {
            out.push('{');
            for (index, (name, member)) in members.iter().enumerate() {
                next(index, depth, out);
                quote(name, out);
                out.push_str(if depth.is_some() { ": " } else { ":" });
                write(member, depth.map(|depth| depth + 1), out);
            }
            line(depth, out);
            out.push('}');
        }
    }
}

/// Before each item: a comma but for the first, and its own line.
fn next(index: usize, depth: Option<usize>, out: &mut String) {
    if index > 0 {
        out.push(',');
    }
    line(depth.map(|depth| depth + 1), out);
}

fn line(depth: Option<usize>, out: &mut String) {
    if let Some(depth) = depth {
        out.push('\n');
        for _ in 0..depth {
            out.push_str("  ");
        }
    }
}

/// A number as JSON: whole ones here, fractions by the browser, whose way of writing them is JSON's.
fn number(number: &Number) -> String {
    if let Some(whole) = number.as_u64() {
        return whole.to_string();
    }
    if let Some(whole) = number.as_i64() {
        return whole.to_string();
    }
    fraction(number)
}

fn fraction(number: &Number) -> String {
    number.as_f64().map_or_else(|| String::from("null"), ecmascript)
}

/// A finite number as ECMAScript writes it (`Number::toString`), which is what RFC 8785 wants.
#[cfg(target_arch = "wasm32")]
pub fn ecmascript(number: f64) -> String {
    let written = js_sys::Number::from(number).to_string_with_radix(10);
    written.map_or_else(|_| String::from("null"), String::from)
}

/// Where there is no browser, in unit tests: as JSON.
#[cfg(not(target_arch = "wasm32"))]
pub fn ecmascript(number: f64) -> String {
    Number::from_f64(number).map_or_else(|| String::from("null"), |number| number.to_string())
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn what_is_written_reads_as_it_was() {
        let value = json!({
            "a": [1, -2, 0.5, 1e21, u64::MAX, i64::MIN],
            "b": {"c": "\" \\ \n \u{1} \u{2028} é 👨‍👩‍👧", "d": null, "e": [], "f": {}},
            "g": [true, false, [[]]],
        });
        assert_eq!(serde_json::from_str::<Value>(&compact(&value)).unwrap(), value);
        assert_eq!(serde_json::from_str::<Value>(&pretty(&value)).unwrap(), value);
    }

    #[test]
    fn it_looks_as_serde_json_writes_it() {
        let value = json!({"a": [1, {"b": "c"}], "d": {}, "e": []});
        assert_eq!(compact(&value), value.to_string());
        assert_eq!(pretty(&value), serde_json::to_string_pretty(&value).unwrap());
    }
}
