//! The canonical form of an application and its digest: what a receipt speaks of.

use serde_json::Value;

use crate::validate::Application;

/// The canonical form of an application: the RFC 8785 form of `{"answers":{…},"format":1,"programme":"…"}`.
///
/// Files stand in it by name, size, type and SHA-256, without the backend's ids; rows of groups without theirs. So two
/// backends that hold the same answers agree on it, and whoever has the answers and the files can make it again.
pub fn canonical(application: &Application) -> String {
    canonical_json(&application.to_value())
}

/// The same with numbers written by whoever calls: a browser writes them as RFC 8785 has them, and what writes them here is
/// 10 kB that need not be downloaded. `number` is ECMAScript's `Number::toString` of a finite number.
pub fn canonical_with(application: &Application, number: &dyn Fn(f64) -> String) -> String {
    let mut text = String::new();
    write(&application.to_value(), number, &mut text);
    text
}

/// Any JSON value in the canonical form of RFC 8785: no white space, members sorted by UTF-16 code units, numbers as
/// ECMAScript writes them. Numbers count as IEEE doubles, as the RFC has it; to have the nearest double, JSON text with
/// long fractions must be read under the feature `native` (serde_json's `float_roundtrip`).
pub fn canonical_json(value: &Value) -> String {
    let mut text = String::new();
    write(value, &written, &mut text);
    text
}

/// SHA-256 of a text's UTF-8 bytes: 64 lowercase hex digits.
pub fn digest(text: &str) -> String {
    use sha2::Digest as _;
    hex(&sha2::Sha256::digest(text.as_bytes()))
}

/// Bytes as lowercase hex digits.
pub fn hex(bytes: &[u8]) -> String {
    const HEX: &[u8; 16] = b"0123456789abcdef";
    let mut text = String::with_capacity(2 * bytes.len());
    for byte in bytes {
        text.push(char::from(HEX[usize::from(byte >> 4)]));
        text.push(char::from(HEX[usize::from(byte & 15)]));
    }
    text
}

fn write(value: &Value, number: &dyn Fn(f64) -> String, out: &mut String) {
    match value {
        Value::Null => out.push_str("null"),
        Value::Bool(true) => out.push_str("true"),
        Value::Bool(false) => out.push_str("false"),
        Value::Number(value) => out.push_str(&number(value.as_f64().unwrap_or(0.0))),
        Value::String(text) => quote(text, out),
        Value::Array(items) => {
            out.push('[');
            for (index, item) in items.iter().enumerate() {
                if index > 0 {
                    out.push(',');
                }
                write(item, number, out);
            }
            out.push(']');
        }
        Value::Object(map) => {
            let mut members: Vec<(&String, &Value)> = map.iter().collect();
            members.sort_by(|(a, _), (b, _)| a.encode_utf16().cmp(b.encode_utf16()));
            out.push('{');
            for (index, (name, value)) in members.into_iter().enumerate() {
                if index > 0 {
                    out.push(',');
                }
                quote(name, out);
                out.push(':');
                write(value, number, out);
            }
            out.push('}');
        }
    }
}

/// Writes a text in quotation marks, as `JSON.stringify` does (RFC 8785, section 3.2.2.2).
pub fn quote(text: &str, out: &mut String) {
    out.push('"');
    for c in text.chars() {
        match c {
            '"' => out.push_str("\\\""),
            '\\' => out.push_str("\\\\"),
            '\u{8}' => out.push_str("\\b"),
            '\t' => out.push_str("\\t"),
            '\n' => out.push_str("\\n"),
            '\u{c}' => out.push_str("\\f"),
            '\r' => out.push_str("\\r"),
            c if c < ' ' => {
                out.push_str("\\u00");
                out.push_str(&hex(&[c as u8]));
            }
            c => out.push(c),
        }
    }
    out.push('"');
}

fn written(number: f64) -> String {
    let mut text = String::new();
    write_number(number, &mut text);
    text
}

/// As ECMAScript's `Number::toString` writes (RFC 8785, section 3.2.2.3).
///
/// serde_json writes the same shortest digits (of two equally near, the even one, which `{:e}` does not), in another
/// layout: digits and exponent are taken from there and laid out anew. JSON knows no infinite numbers.
fn write_number(number: f64, out: &mut String) {
    // Also for -0.
    if number == 0.0 {
        out.push('0');
        return;
    }
    if number < 0.0 {
        out.push('-');
    }
    let written = serde_json::Number::from_f64(number.abs())
        .map(|number| number.to_string())
        .unwrap_or_default();
    let (mantissa, exponent) = written.split_once('e').unwrap_or((&written, "0"));
    let (whole, fraction) = mantissa.split_once('.').unwrap_or((mantissa, ""));
    let all = [whole, fraction].concat();
    let significant = all.trim_start_matches('0');
    let length = |text: &str| i32::try_from(text.len()).unwrap_or(i32::MAX);
    // Where the decimal point stands, counted from the first significant digit: ECMAScript's `n`.
    let point = length(whole) - (length(&all) - length(significant)) + exponent.parse::<i32>().unwrap_or(0);
    let digits = significant.trim_end_matches('0');
    let (count, exponent) = (length(digits), point - 1);
    let zeros = |count: i32| "0".repeat(usize::try_from(count).unwrap_or(0));
    if (count..=21).contains(&point) {
        out.push_str(digits);
        out.push_str(&zeros(point - count));
    } else if (1..=21).contains(&point) {
        let (whole, fraction) = digits.split_at(usize::try_from(point).unwrap_or(0));
        out.push_str(whole);
        out.push('.');
        out.push_str(fraction);
    } else if (-5..=0).contains(&point) {
        out.push_str("0.");
        out.push_str(&zeros(-point));
        out.push_str(digits);
    } else {
        let (first, rest) = digits.split_at(1);
        out.push_str(first);
        if !rest.is_empty() {
            out.push('.');
            out.push_str(rest);
        }
        out.push('e');
        out.push(if exponent < 0 { '-' } else { '+' });
        out.push_str(&exponent.unsigned_abs().to_string());
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use proptest::prelude::*;
    use serde_json::json;

    use super::*;

    fn number(bits: u64) -> String {
        let mut text = String::new();
        write_number(f64::from_bits(bits), &mut text);
        text
    }

    /// RFC 8785, appendix B.
    #[test]
    fn numbers_are_written_as_the_rfc_lists_them() {
        for (bits, text) in [
            (0x0000_0000_0000_0000, "0"),
            (0x8000_0000_0000_0000, "0"),
            (0x0000_0000_0000_0001, "5e-324"),
            (0x8000_0000_0000_0001, "-5e-324"),
            (0x7fef_ffff_ffff_ffff, "1.7976931348623157e+308"),
            (0xffef_ffff_ffff_ffff, "-1.7976931348623157e+308"),
            (0x4340_0000_0000_0000, "9007199254740992"),
            (0xc340_0000_0000_0000, "-9007199254740992"),
            (0x4430_0000_0000_0000, "295147905179352830000"),
            (0x44b5_2d02_c7e1_4af5, "9.999999999999997e+22"),
            (0x44b5_2d02_c7e1_4af6, "1e+23"),
            (0x44b5_2d02_c7e1_4af7, "1.0000000000000001e+23"),
            (0x444b_1ae4_d6e2_ef4e, "999999999999999700000"),
            (0x444b_1ae4_d6e2_ef4f, "999999999999999900000"),
            (0x444b_1ae4_d6e2_ef50, "1e+21"),
            (0x3eb0_c6f7_a0b5_ed8c, "9.999999999999997e-7"),
            (0x3eb0_c6f7_a0b5_ed8d, "0.000001"),
            (0x41b3_de43_5555_5553, "333333333.3333332"),
            (0x41b3_de43_5555_5554, "333333333.33333325"),
            (0x41b3_de43_5555_5555, "333333333.3333333"),
            (0x41b3_de43_5555_5556, "333333333.3333334"),
            (0x41b3_de43_5555_5557, "333333333.33333343"),
            (0xbecb_f647_612f_3696, "-0.0000033333333333333333"),
            (0x4314_3ff3_c1cb_0959, "1424953923781206.2"),
        ] {
            assert_eq!(number(bits), text);
        }
    }

    /// RFC 8785, section 3.2.3: sorted by UTF-16 code units, not by code points.
    #[test]
    fn members_are_sorted_as_the_rfc_sorts_them() {
        let value = json!({
            "\u{20ac}": "Euro Sign",
            "\r": "Carriage Return",
            "\u{fb33}": "Hebrew Letter Dalet With Dagesh",
            "1": "One",
            "\u{1f600}": "Emoji: Grinning Face",
            "\u{80}": "Control",
            "\u{f6}": "Latin Small Letter O With Diaeresis"
        });
        assert_eq!(
            canonical_json(&value),
            "{\"\\r\":\"Carriage Return\",\"1\":\"One\",\"\u{80}\":\"Control\",\"\u{f6}\":\"Latin Small Letter O With Diaeresis\",\
             \"\u{20ac}\":\"Euro Sign\",\"\u{1f600}\":\"Emoji: Grinning Face\",\"\u{fb33}\":\"Hebrew Letter Dalet With Dagesh\"}"
        );
    }

    /// RFC 8785, section 3.2.2: its sample object.
    #[test]
    fn the_sample_of_the_rfc_is_written_as_there() {
        let value: Value = serde_json::from_str(
            r#"{
              "numbers": [333333333.33333329, 1E30, 4.50, 2e-3, 0.000000000000000000000000001],
              "string": "\u20ac$\u000F\u000aA'\u0042\u0022\u005c\\\"\/",
              "literals": [null, true, false]
            }"#,
        )
        .unwrap();
        assert_eq!(
            canonical_json(&value),
            r#"{"literals":[null,true,false],"numbers":[333333333.3333333,1e+30,4.5,0.002,1e-27],"string":"€$\u000f\nA'B\"\\\\\"/"}"#
        );
    }

    #[test]
    fn digests_are_sha_256_in_hex() {
        assert_eq!(digest("abc"), "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
        assert_eq!(digest(""), "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
    }

    proptest! {
        #[test]
        fn numbers_read_back_as_they_were(number in proptest::num::f64::NORMAL | proptest::num::f64::SUBNORMAL | proptest::num::f64::ZERO) {
            let mut text = String::new();
            write_number(number, &mut text);
            prop_assert_eq!(text.parse::<f64>().unwrap(), number);
        }

        #[test]
        fn strings_read_back_as_they_were(text in any::<String>()) {
            let canonical = canonical_json(&Value::String(text.clone()));
            prop_assert_eq!(serde_json::from_str::<String>(&canonical).unwrap(), text);
        }
    }
}
