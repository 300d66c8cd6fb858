//! Complete answers to any programme, made from its document alone.

use opencall_core::condition::{Row, visible};
use opencall_core::programme::{Field, FileType, Kind, Precision, TextFormat};
use opencall_core::text::characters;
use opencall_core::{Answers, Problem, Programme, application};
use serde_json::{Map, Value, json};

/// How much is answered.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Extent {
    /// What is required, where it is asked.
    Required,
    /// Whatever is asked.
    Everything,
}

/// A file that an answer needs.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Wanted {
    /// Where its answer stands: a JSON Pointer.
    pub pointer: String,
    /// What it may be.
    pub accept: Vec<FileType>,
    /// The most bytes.
    pub max_bytes: u64,
}

/// Answers, and the files that have to be uploaded before they are true.
#[derive(Clone, Debug)]
pub struct Filled {
    /// The answers. Where a file is wanted, something of its shape stands for it.
    pub answers: Answers,
    /// The files.
    pub files: Vec<Wanted>,
}

/// How often conditions are looked at again: each answer may make another question asked.
const ROUNDS: usize = 12;

/// Answers everything that has to be answered, or all that is asked. `uploads` says whether files can be uploaded: if not, links are
/// given where links are taken.
///
/// # Errors
/// What stands in the way of the answers all the same: this knows no better ones.
pub fn fill(programme: &Programme, extent: Extent, uploads: bool) -> Result<Filled, Vec<Problem>> {
    let mut filler = Filler {
        programme,
        extent,
        uploads,
        files: Vec::new(),
    };
    let mut answers = Answers::default();
    for _ in 0..ROUNDS {
        let before = answers.0.len();
        for field in programme.steps.iter().flat_map(|step| &step.fields) {
            if filler.wants(field) && !answers.0.contains_key(&field.id) && visible(programme, &answers, field, None) {
                let pointer = format!("/{}", field.id);
                if let Some(value) = filler.value(field, &pointer, &answers) {
                    answers.0.insert(field.id.clone(), value);
                }
            }
        }
        if answers.0.len() == before {
            break;
        }
    }
    application(programme, &answers)?;
    Ok(Filled {
        answers,
        files: filler.files,
    })
}

struct Filler<'a> {
    programme: &'a Programme,
    extent: Extent,
    uploads: bool,
    files: Vec<Wanted>,
}

impl Filler<'_> {
    fn wants(&self, field: &Field) -> bool {
        let can = self.uploads || !matches!(field.kind, Kind::File { or_link: false, .. }) || !field.optional;
        can && (!field.optional || self.extent == Extent::Everything)
    }

    fn value(&mut self, field: &Field, pointer: &str, answers: &Answers) -> Option<Value> {
        Some(match &field.kind {
            Kind::Text { max, format, .. } => match format {
                TextFormat::Siren => json!("732 829 320"),
                TextFormat::Plain => json!(fitting(&["Conformité 🚀 e\u{301}tude", "Conformity", "Yes", "1"], *max)),
            },
            Kind::LongText { max } => {
                let long = "What the suite writes, with “quotes” & <marks>.\nA second line: 👩🏽‍🚀, e\u{301}, مرحبا, 東京.";
                json!(fitting(&[long, "A sentence.", "1"], *max))
            }
            Kind::Email => json!("conformance@example.org"),
            Kind::Url { hosts } => {
                let host = hosts.first().map_or("example.org", String::as_str);
                json!(format!("https://{host}/conformance"))
            }
            Kind::Number { min, max, .. } => {
                let number = [1.0, 0.0, min.ceil(), *min]
                    .into_iter()
                    .find(|number| (*min..=*max).contains(number));
                json!(format!("{}", number.unwrap_or(*max)))
            }
            Kind::Money { currencies, max } => json!({"amount": format!("{}", max.floor().min(1_000.0)), "currency": currencies.first()?}),
            Kind::Date {
                precision,
                earliest,
                latest,
            } => date(earliest.as_deref().or(latest.as_deref()).unwrap_or("2020-02-29"), *precision)?,
            Kind::Country => json!("FR"),
            Kind::Choice { options } => json!(options.first()?.id),
            Kind::Choices { options, min, max } => {
                let count = (*min).max(1).min(*max) as usize;
                json!(options.iter().take(count).map(|option| &option.id).collect::<Vec<_>>())
            }
            Kind::YesNo => json!(true),
            Kind::Consent { version } => json!({"given": true, "version": version}),
            Kind::Model { licences, max } => json!({
                "reference": "conformance/model-1",
                "licence": licences.first().map_or("apache-2.0", String::as_str),
                "use": fitting(&["For nothing but this check.", "1"], *max),
            }),
            Kind::File {
                accept,
                max_bytes,
                or_link,
            } => {
                if *or_link && !self.uploads {
                    return Some(json!({"link": "https://example.org/conformance"}));
                }
                self.files.push(Wanted {
                    pointer: pointer.to_owned(),
                    accept: accept.clone(),
                    max_bytes: *max_bytes,
                });
                json!({"id": "wanted", "name": "wanted", "size": 1, "sha256": "0".repeat(64), "type": accept.first()?.extension()})
            }
            Kind::Group { min, max, fields, .. } => {
                let more = if self.extent == Extent::Everything { 2 } else { 1 };
                let count = (*min).max(more).min(*max);
                let rows = (0..count).map(|index| self.row(fields, &format!("{pointer}/{index}"), index, answers));
                Value::Array(rows.collect::<Option<_>>()?)
            }
        })
    }

    fn row(&mut self, fields: &[Field], pointer: &str, index: u32, answers: &Answers) -> Option<Value> {
        let mut row = Map::from_iter([(String::from("id"), json!(format!("row-{index}")))]);
        for _ in 0..ROUNDS {
            let before = row.len();
            for field in fields {
                let within = Row { fields, answers: &row };
                if self.wants(field) && !row.contains_key(&field.id) && visible(self.programme, answers, field, Some(within)) {
                    let value = self.value(field, &format!("{pointer}/{}", field.id), answers)?;
                    row.insert(field.id.clone(), value);
                }
            }
            if row.len() == before {
                break;
            }
        }
        Some(Value::Object(row))
    }
}

/// The first text that is short enough.
fn fitting<'a>(texts: &[&'a str], max: u32) -> &'a str {
    let fits = |text: &&&str| characters(text) <= max as usize;
    texts.iter().find(fits).copied().unwrap_or("1")
}

/// A date in the parts that a form has.
fn date(iso: &str, precision: Precision) -> Option<Value> {
    let mut parts = iso.split('-').map(|part| part.trim_start_matches('0'));
    let (year, month, day) = (iso.get(..4)?, parts.nth(1)?, parts.next()?);
    Some(match precision {
        Precision::Day => json!({"day": day, "month": month, "year": year}),
        Precision::Month => json!({"month": month, "year": year}),
    })
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;

    /// A programme of these fields.
    fn programme(fields: Value) -> Programme {
        let sample = include_str!("../../public/programmes/ai-startup-program.json");
        let mut document: Value = serde_json::from_str(sample).unwrap();
        let texts = json!({"en": "A", "fr": "B"});
        document["steps"] = json!([{"id": "all", "title": texts, "fields": fields}]);
        for field in document["steps"][0]["fields"].as_array_mut().unwrap() {
            field["label"] = texts.clone();
        }
        Programme::load(&document.to_string()).unwrap()
    }

    #[test]
    fn the_sample_is_answered_whatever_is_offered() {
        let sample = Programme::load(include_str!("../../public/programmes/ai-startup-program.json")).unwrap();
        for extent in [Extent::Required, Extent::Everything] {
            for uploads in [true, false] {
                let filled = fill(&sample, extent, uploads).unwrap();
                assert!(!filled.answers.0.is_empty());
            }
        }
        assert!(!fill(&sample, Extent::Everything, true).unwrap().files.is_empty());
    }

    #[test]
    fn every_kind_is_answered_within_its_limits() {
        let texts = json!({"en": "A", "fr": "B"});
        let options = json!([{"id": "a", "label": texts}, {"id": "b", "label": texts}, {"id": "c", "label": texts}]);
        let programme = programme(json!([
            {"id": "one", "kind": "text", "max": 1},
            {"id": "siren", "kind": "text", "max": 20, "format": "siren"},
            {"id": "long", "kind": "long-text", "max": 3},
            {"id": "mail", "kind": "email"},
            {"id": "site", "kind": "url", "hosts": ["huggingface.co"]},
            {"id": "half", "kind": "number", "min": 1.5, "max": 1.75, "decimals": 2},
            {"id": "below", "kind": "number", "min": -10, "max": -3},
            {"id": "money", "kind": "money", "currencies": ["USD"], "max": 10},
            {"id": "day", "kind": "date", "earliest": "2023-01-09", "latest": "2023-01-09"},
            {"id": "month", "kind": "date", "precision": "month", "latest": "2023-10-01"},
            {"id": "some", "kind": "choices", "options": options, "min": 2, "max": 2},
            {"id": "yes", "kind": "yes-no"},
            {"id": "agreed", "kind": "consent", "version": "7"},
            {"id": "model", "kind": "model", "licences": [], "max": 1},
            {"id": "video", "kind": "file", "accept": ["mp4"], "maxBytes": 5000, "orLink": true},
            {"id": "team", "kind": "group", "item": texts, "min": 3, "max": 5, "fields": [
                {"id": "mail", "kind": "email", "label": texts},
                {"id": "lead", "kind": "yes-no", "label": texts},
                {"id": "why", "kind": "text", "max": 9, "label": texts, "when": {"field": "lead", "is": "yes"}}]}
        ]));
        let filled = fill(&programme, Extent::Required, true).unwrap();
        assert_eq!(filled.answers.0["team"].as_array().unwrap().len(), 3);
        assert!(filled.answers.0["team"][0].get("why").is_some());
        assert_eq!(filled.files[0].pointer, "/video");
        assert!(fill(&programme, Extent::Everything, false).unwrap().files.is_empty());
    }

    #[test]
    fn questions_that_follow_from_answers_are_answered_too() {
        let programme = programme(json!([
            {"id": "third", "kind": "email", "when": {"field": "second", "answered": true}},
            {"id": "second", "kind": "email", "when": {"field": "first", "is": "yes"}},
            {"id": "first", "kind": "yes-no"},
            {"id": "never", "kind": "email", "when": {"not": {"field": "first", "is": "yes"}}}
        ]));
        let filled = fill(&programme, Extent::Required, true).unwrap();
        assert!(filled.answers.0.contains_key("third"));
    }
}
