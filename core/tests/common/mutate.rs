//! Good JSON made bad, by dice that can be thrown again: members changed, removed, doubled, renamed, put elsewhere and nested; numbers
//! that no type holds, texts with half a character; then the text itself cut and bitten. The app's own tests compile this file too.

use serde_json::{Value, json};

/// What stands in JSON where a value is to be written that no [`Value`] holds.
const RAW: [&str; 10] = [
    "1e999999",
    "-1e400",
    "-0",
    "123456789012345678901234567890123456789012345678901234567890",
    "0.00000000000000000000000000000000000000000000000000000000001",
    "\"\\ud800\"",
    "\"\\udc00\\ud800 \\u0000\"",
    "18446744073709551616",
    "1,\"again\":2,\"again\":3",
    "NaN",
];

/// Dice: numbers thrown beforehand, over and over.
pub struct Dice<'a> {
    thrown: &'a [u32],
    at: usize,
}

impl<'a> Dice<'a> {
    /// These, at least one.
    pub fn of(thrown: &'a [u32]) -> Self {
        Self { thrown, at: 0 }
    }

    /// A number below this one; 0 below 0.
    pub fn below(&mut self, most: usize) -> usize {
        let number = self.thrown.get(self.at % self.thrown.len().max(1)).copied().unwrap_or(0);
        self.at += 1;
        // The second time round it says something else.
        let number = (number as usize).wrapping_mul(1 + self.at / self.thrown.len().max(1));
        if most == 0 { 0 } else { number % most }
    }
}

/// A good document made bad.
pub fn mutated(sample: &str, thrown: &[u32]) -> String {
    let mut dice = Dice::of(thrown);
    let mut value: Value = serde_json::from_str(sample).unwrap_or_default();
    let other = value.clone();
    for _ in 0..=dice.below(5) {
        change(&mut value, &other, &mut dice);
    }
    let mut text = value.to_string();
    for (at, raw) in RAW.iter().enumerate() {
        text = text.replace(&format!("\"@raw{at}@\""), raw);
    }
    match dice.below(12) {
        0 => bitten(&text, &mut dice),
        1 => text.chars().take(dice.below(text.chars().count())).collect(),
        2 => format!("{text}{text}"),
        3 => format!("\u{feff} {text}\n"),
        _ => text,
    }
}

/// A text with some characters in the place of others.
fn bitten(text: &str, dice: &mut Dice<'_>) -> String {
    let mut characters: Vec<char> = text.chars().collect();
    for _ in 0..=dice.below(4) {
        let at = dice.below(characters.len());
        let with = ['"', '{', '}', '[', ']', ',', ':', '\\', '\u{0}', '0', '-', 'e'][dice.below(12)];
        if let Some(place) = characters.get_mut(at) {
            *place = with;
        }
    }
    characters.into_iter().collect()
}

fn change(value: &mut Value, whole: &Value, dice: &mut Dice<'_>) {
    // Down to some place, then something is done there.
    let deeper = dice.below(4) > 0;
    match value {
        Value::Object(members) if deeper && !members.is_empty() => {
            let at = dice.below(members.len());
            let name = members.keys().nth(at).cloned().unwrap_or_default();
            match dice.below(8) {
                0 => drop(members.remove(&name)),
                1 => {
                    let moved = members.remove(&name).unwrap_or_default();
                    members.insert(format!("{name}\u{0}"), moved);
                }
                2 => drop(members.insert(String::new(), whole.clone())),
                _ => change(members.entry(name).or_insert(Value::Null), whole, dice),
            }
        }
        Value::Array(items) if deeper && !items.is_empty() => {
            let at = dice.below(items.len());
            match dice.below(5) {
                0 => drop(items.remove(at)),
                1 => items.push(items[at].clone()),
                2 => items.extend(std::iter::repeat_n(items[at].clone(), 300)),
                _ => change(&mut items[at], whole, dice),
            }
        }
        place => *place = instead(place, whole, dice),
    }
}

fn instead(value: &Value, whole: &Value, dice: &mut Dice<'_>) -> Value {
    match dice.below(14) {
        0 => Value::Null,
        1 => json!(true),
        2 => json!(-1),
        3 => json!(u64::MAX),
        4 => json!(0.5),
        5 => json!([]),
        6 => json!({}),
        7 => json!("\u{202e}é\u{1f468}\u{200d}\u{1f469} ".repeat(dice.below(400))),
        8 => json!(
            [
                "2023-12-01T22:59:60Z",
                "-9999-01-01T00:00:00Z",
                "2023-02-31T00:00:00+99:99",
                "/a/~2/0"
            ][dice.below(4)]
        ),
        9 => whole.clone(),
        10 => (0..dice.below(150)).fold(value.clone(), |inner, _| json!([inner])),
        11 => (0..dice.below(150)).fold(value.clone(), |inner, _| json!({"a": inner})),
        _ => json!(format!("@raw{}@", dice.below(RAW.len()))),
    }
}

/// Texts that are nested as deep as they are long, each so many brackets.
pub fn deep(brackets: usize) -> Vec<String> {
    vec![
        "[".repeat(brackets),
        "{\"a\":".repeat(brackets),
        format!("{}{}", "[".repeat(brackets), "]".repeat(brackets)),
        format!("{{\"answers\":{}1{}}}", "[".repeat(brackets), "]".repeat(brackets)),
        format!("{{\"unknown\":{}1{}}}", "{\"a\":[".repeat(brackets / 2), "]}".repeat(brackets / 2)),
    ]
}
