//! The cells of one application.

use opencall_core::programme::{Field, Kind as FieldKind};
use opencall_core::progress::{StepState, step_state};
use opencall_core::{Answers, Locale, Programme, Status, Timestamp};
use serde_json::Value;

use crate::schema::{BUILT_IN, Kind, Schema, name_field};

/// The most characters of a text in the table; a longer one is cut, and ends in `…`.
pub const LONGEST: usize = 200;

/// A cell.
#[derive(Clone, Debug, Default, PartialEq)]
pub enum Cell {
    /// There is nothing.
    #[default]
    Missing,
    /// A text; not empty.
    Text(String),
    /// An option by its place.
    One(u16),
    /// Options, a bit each; not none.
    Many(u64),
    /// A number; finite.
    Number(f64),
    /// Milliseconds since the Unix epoch.
    Time(i64),
}

/// A row.
#[derive(Clone, Debug, PartialEq)]
pub struct Row {
    /// Counts the changes of the programme's applications: the number of this one's last.
    pub revision: u64,
    /// The cells, in the order of the schema's columns. The first is the reference.
    pub cells: Vec<Cell>,
}

/// What is known of an application beside its answers.
#[derive(Clone, Debug)]
pub struct Facts<'a> {
    /// The number of its last change.
    pub revision: u64,
    /// Its reference.
    pub reference: &'a str,
    /// Where it stands.
    pub status: Status,
    /// The partner whose page led here.
    pub partner: Option<&'a str>,
    /// When it was begun.
    pub created: Timestamp,
    /// When its answers last changed.
    pub updated: Timestamp,
    /// When it was submitted last.
    pub submitted: Option<Timestamp>,
    /// The applicant's own deadline.
    pub deadline: Option<Timestamp>,
    /// The applicant's language.
    pub locale: Locale,
}

/// The row of an application.
pub fn row(schema: &Schema, programme: &Programme, facts: &Facts<'_>, answers: &Answers) -> Row {
    let complete = |step: &opencall_core::programme::Step| step_state(programme, answers, &step.id, false) == StepState::Complete;
    let done: Vec<bool> = programme.steps.iter().map(complete).collect();
    let stopped = done.iter().position(|done| !done);
    let name = name_field(programme)
        .and_then(|field| answers.0.get(&field.id))
        .and_then(Value::as_str)
        .unwrap_or("");
    let at = |status: Status| Status::ALL.iter().position(|one| *one == status).unwrap_or(0);
    let locale = Locale::ALL.iter().position(|one| *one == facts.locale).unwrap_or(0);
    let time = |at: Option<Timestamp>| at.map_or(Cell::Missing, |at| Cell::Time(at.millis()));
    let mut cells = vec![
        text(facts.reference),
        text(name),
        Cell::One(at(facts.status) as u16),
        facts.partner.map_or(Cell::Missing, text),
        time(Some(facts.created)),
        time(Some(facts.updated)),
        time(facts.submitted),
        time(facts.deadline),
        Cell::One(locale as u16),
        Cell::Number(done.iter().filter(|done| **done).count() as f64),
        stopped.map_or(Cell::Missing, |place| Cell::One(place as u16)),
        people(programme, answers),
    ];
    for column in &schema.columns[BUILT_IN..] {
        let field = column.id.strip_prefix("answers.").and_then(|id| programme.field(id));
        let answer = field.and_then(|field| answers.0.get(&field.id).map(|answer| (field, answer)));
        cells.push(answer.map_or(Cell::Missing, |(field, answer)| cell(&column.kind, field, answer)));
    }
    Row {
        revision: facts.revision,
        cells,
    }
}

/// The cell of an answer. One of another shape than its question's is missing: the application itself shows it.
fn cell(kind: &Kind, field: &Field, answer: &Value) -> Cell {
    let place = |options: &[String], id: &str| options.iter().position(|option| option == id);
    match kind {
        Kind::Text | Kind::Open => answer.as_str().map_or(Cell::Missing, text),
        Kind::Number => {
            let number = match &field.kind {
                FieldKind::Money { .. } => answer.get("amount"),
                _ => Some(answer),
            };
            number.and_then(number_of).map_or(Cell::Missing, Cell::Number)
        }
        Kind::Time => date_of(answer).and_then(|text| day(&text)).map_or(Cell::Missing, Cell::Time),
        Kind::One(options) => {
            let id = match answer {
                Value::String(id) => id.as_str(),
                Value::Bool(true) => "yes",
                Value::Bool(false) => "no",
                // A consent.
                Value::Object(parts) if parts.get("given") == Some(&Value::Bool(true)) => "yes",
                Value::Object(_) => "no",
                _ => "",
            };
            place(options, id).map_or(Cell::Missing, |place| Cell::One(place as u16))
        }
        Kind::Many(options) => {
            let chosen = answer.as_array().into_iter().flatten().filter_map(Value::as_str);
            let bits = chosen
                .filter_map(|id| place(options, id))
                .fold(0_u64, |bits, place| bits | 1 << place);
            if bits == 0 { Cell::Missing } else { Cell::Many(bits) }
        }
    }
}

/// A number as it was typed: spaces between thousands, a comma for a point. What is no number is missing.
fn number_of(typed: &Value) -> Option<f64> {
    let number = match typed {
        Value::String(text) => {
            let plain: String = text
                .chars()
                .filter(|c| !c.is_whitespace())
                .map(|c| if c == ',' { '.' } else { c })
                .collect();
            plain.parse().ok()?
        }
        other => other.as_f64()?,
    };
    number.is_finite().then_some(number)
}

/// A date as it was typed, in the form of ISO 8601.
fn date_of(typed: &Value) -> Option<String> {
    if let Value::String(text) = typed {
        return Some(text.clone());
    }
    let part = |name: &str| typed.get(name)?.as_str()?.trim().parse::<u32>().ok();
    Some(format!(
        "{:04}-{:02}-{:02}",
        part("year")?,
        part("month")?,
        part("day").unwrap_or(1)
    ))
}

/// A text on one line, cut where it is too long; nothing where nothing is left.
fn text(text: &str) -> Cell {
    let mut line = String::with_capacity(text.len().min(LONGEST * 4));
    // Nothing in a cell turns what stands around it, or reads the other way round than it is.
    for (count, c) in text.trim().chars().filter(|c| !opencall_core::text::reorders(*c)).enumerate() {
        if count == LONGEST {
            line.push('…');
            break;
        }
        line.push(if c.is_control() { ' ' } else { c });
    }
    if line.is_empty() { Cell::Missing } else { Cell::Text(line) }
}

/// The people of every group: their texts and e-mail addresses.
fn people(programme: &Programme, answers: &Answers) -> Cell {
    let mut found = String::new();
    for field in programme.steps.iter().flat_map(|step| &step.fields) {
        let FieldKind::Group { fields, .. } = &field.kind else { continue };
        let rows = answers.0.get(&field.id).and_then(Value::as_array);
        for row in rows.into_iter().flatten() {
            for field in fields
                .iter()
                .filter(|field| matches!(field.kind, FieldKind::Text { .. } | FieldKind::Email))
            {
                if let Some(text) = row.get(&field.id).and_then(Value::as_str) {
                    found.push_str(text.trim());
                    found.push(' ');
                }
            }
        }
    }
    text(&found)
}

/// The first millisecond of a day `YYYY-MM-DD` or a month `YYYY-MM`, in UTC (days of the proleptic Gregorian calendar).
fn day(text: &str) -> Option<i64> {
    let mut parts = text.splitn(3, '-');
    let mut part = |digits: usize| {
        let part = parts.next()?;
        (part.len() == digits && part.bytes().all(|b| b.is_ascii_digit())).then(|| part.parse::<i64>().ok())?
    };
    let (year, month) = (part(4)?, part(2)?);
    let day = part(2).unwrap_or(1);
    if !(1..=12).contains(&month) || !(1..=31).contains(&day) {
        return None;
    }
    // Howard Hinnant, "chrono-compatible low-level date algorithms", days_from_civil.
    let year = if month <= 2 { year - 1 } else { year };
    let era = year.div_euclid(400);
    let of_era = year - era * 400;
    let of_year = (153 * ((month + 9) % 12) + 2) / 5 + day - 1;
    let days = era * 146_097 + of_era * 365 + of_era / 4 - of_era / 100 + of_year - 719_468;
    Some(days * 86_400_000)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn days_and_months_become_times() {
        assert_eq!(day("1970-01-01"), Some(0));
        assert_eq!(day("2024-02-29"), Some(1_709_164_800_000));
        assert_eq!(day("2023-11"), day("2023-11-01"));
        for wrong in ["", "2023", "2023-13-01", "2023-1-1", "23-01-01", "2023-01-32", "not-a-da"] {
            assert_eq!(day(wrong), None, "{wrong}");
        }
    }

    #[test]
    fn answers_are_read_as_they_were_typed() {
        use serde_json::json;
        assert_eq!(number_of(&json!("12\u{202f}000,5")), Some(12_000.5));
        assert_eq!(number_of(&json!("a dozen")), None);
        assert_eq!(number_of(&json!("inf")), None);
        assert_eq!(
            date_of(&json!({"day": "1", "month": "4", "year": "2023"})).as_deref(),
            Some("2023-04-01")
        );
        assert_eq!(date_of(&json!({"month": "4", "year": "2023"})).as_deref(), Some("2023-04-01"));
        assert_eq!(date_of(&json!({"month": "April"})), None);
    }

    #[test]
    fn a_text_is_one_line_and_not_too_long() {
        assert_eq!(text("  a\nb\t"), Cell::Text("a b".to_owned()));
        assert_eq!(text(" \n "), Cell::Missing);
        assert_eq!(text("\u{202e}gpj.exe"), Cell::Text("gpj.exe".to_owned()));
        let Cell::Text(cut) = text(&"é".repeat(10_000)) else {
            panic!("it is a text")
        };
        assert_eq!(cut.chars().count(), LONGEST + 1);
        assert!(cut.ends_with('…'));
    }
}
