//! Parse, don't validate: from raw [`Answers`] to an [`Application`], or to every [`Problem`] in the way.
//!
//! Where a problem points: at the field (`/team/0/email`), whatever parts its control has; of a model at the part
//! (`…/reference`, `…/licence`, `…/use`), since each part has a control of its own; of choices and of a group's
//! number of rows at the field. Problems come in the order of the form.
//!
//! Total: there is no input that panics, and the work is bounded by the size of the programme and of the answers.

mod application;
mod choice;
mod date;
mod file;
mod group;
mod model;
mod number;
mod text;
mod web;

pub use application::{Answer, Application, Row};
pub(crate) use date::calendar_date;
pub use web::{is_email, is_host, web_address};

use serde_json::{Map, Value};

use crate::answers::Answers;
use crate::condition::{self, Asked};
use crate::pointer;
use crate::problem::{Code, Problem};
use crate::programme::{Field, Kind, Programme, Step};

/// An application that can be submitted, or everything that stands in the way, in the order of the form.
///
/// Answers to fields that are not asked are left out; so is a member that is no field, if it says nothing.
/// One that says something is a problem: nothing is lost silently.
pub fn application(programme: &Programme, answers: &Answers) -> Result<Application, Vec<Problem>> {
    let mut reader = Reader::new(programme, answers);
    let mut entries = Vec::new();
    for step in &programme.steps {
        reader.step(step, &mut entries);
    }
    reader.unknown(&answers.0, "", |id| programme.field(id).is_some());
    if reader.problems.is_empty() {
        Ok(Application {
            programme: programme.id.clone(),
            answers: Row { answers: entries },
        })
    } else {
        Err(reader.problems)
    }
}

/// Whether a raw answer to a field outside groups, taken alone, is one that can be submitted.
pub fn is_sound(programme: &Programme, field: &Field, raw: &Value) -> bool {
    let nothing = Answers::default();
    let mut reader = Reader::new(programme, &nothing);
    reader.answer(field, raw, "").is_some() && reader.problems.is_empty()
}

/// What stands in the way in one step: of the fields asked, in their order. Nothing for a step that does not exist.
pub fn step_problems(programme: &Programme, answers: &Answers, step_id: &str) -> Vec<Problem> {
    let mut reader = Reader::new(programme, answers);
    if let Some(step) = programme.step(step_id) {
        reader.step(step, &mut Vec::new());
    }
    reader.problems
}

/// How many of the required answers are there, and how many are required of what is asked.
pub(crate) fn count_required(programme: &Programme, answers: &Answers) -> (usize, usize) {
    let mut reader = Reader::new(programme, answers);
    for step in &programme.steps {
        reader.step(step, &mut Vec::new());
    }
    (reader.answered, reader.required)
}

/// The most members without a field that are named; the rest would say nothing new.
const UNKNOWN_MAX: usize = 32;

/// What a field's raw answer comes to: `Ok(None)` when there is none.
type Read = Result<Option<Answer>, Code>;

/// Reads answers in the order of the form and collects what is wrong.
struct Reader<'a> {
    answers: &'a Answers,
    asked: Asked<'a>,
    problems: Vec<Problem>,
    required: usize,
    answered: usize,
}

impl<'a> Reader<'a> {
    fn new(programme: &'a Programme, answers: &'a Answers) -> Self {
        Self {
            answers,
            asked: Asked::new(programme, answers),
            problems: Vec::new(),
            required: 0,
            answered: 0,
        }
    }

    fn step(&mut self, step: &'a Step, entries: &mut Vec<(String, Answer)>) {
        let answers: &'a Answers = self.answers;
        self.fields(&step.fields, &answers.0, "", None, entries);
    }

    /// Reads the answers to `fields` out of `map`, which stands at the pointer `at`.
    fn fields(
        &mut self,
        fields: &[Field],
        map: &Map<String, Value>,
        at: &str,
        row: Option<condition::Row<'_>>,
        entries: &mut Vec<(String, Answer)>,
    ) {
        for field in fields {
            if !self.asked.field(field, row) {
                continue;
            }
            let pointer = pointer::child(at, &field.id);
            let raw = map.get(&field.id).filter(|raw| condition::is_answered(field, raw));
            let before = self.problems.len();
            let counts = match (&field.kind, raw) {
                // Its rows' fields are counted instead.
                (Kind::Group { .. }, Some(_)) => false,
                _ => !field.optional,
            };
            let answer = match raw {
                Some(raw) => self.answer(field, raw, &pointer),
                None => {
                    if !field.optional {
                        let code = if matches!(field.kind, Kind::Consent { .. }) {
                            Code::ConsentNeeded
                        } else {
                            Code::Missing
                        };
                        self.problem(&pointer, code);
                    }
                    None
                }
            };
            let sound = self.problems.len() == before;
            if counts {
                self.required += 1;
                self.answered += usize::from(sound);
            }
            if let Some(answer) = answer
                && sound
            {
                entries.push((field.id.clone(), answer));
            }
        }
    }

    /// Reads an answer that says something. Problems are collected on the way.
    fn answer(&mut self, field: &Field, raw: &Value, pointer: &str) -> Option<Answer> {
        let read = match &field.kind {
            Kind::Text { max, format, .. } => text::line(raw, *max, *format),
            Kind::LongText { max } => text::lines(raw, *max),
            Kind::Email => web::email(raw),
            Kind::Url { hosts } => web::url(raw, hosts),
            Kind::Number { min, max, decimals, .. } => number::number(raw, *min, *max, *decimals),
            Kind::Money { currencies, max } => number::money(raw, currencies, *max),
            Kind::Date {
                precision,
                earliest,
                latest,
            } => date::date(raw, *precision, earliest.as_deref(), latest.as_deref()),
            Kind::Country => choice::country(raw),
            Kind::Choice { options } => choice::one(raw, options),
            Kind::Choices { options, min, max } => choice::many(raw, options, *min, *max),
            Kind::YesNo => choice::yes_no(raw),
            Kind::Consent { version } => choice::consent(raw, version),
            Kind::File {
                accept,
                max_bytes,
                or_link,
            } => file::file(raw, accept, *max_bytes, *or_link),
            Kind::Model { max, .. } => return self.model(raw, *max, pointer),
            Kind::Group { min, max, fields, .. } => return self.group(raw, fields, *min, *max, pointer),
        };
        match read {
            Ok(answer) => answer,
            Err(code) => {
                self.problem(pointer, code);
                None
            }
        }
    }

    /// Names members of `map` that are no fields and say something.
    fn unknown(&mut self, map: &Map<String, Value>, at: &str, known: impl Fn(&str) -> bool) {
        let strangers = map
            .iter()
            .filter(|(id, value)| !known(id) && !condition::is_blank(value))
            .take(UNKNOWN_MAX);
        for (id, _) in strangers {
            self.problem(&pointer::child(at, id), Code::UnknownField);
        }
    }

    fn problem(&mut self, pointer: &str, code: Code) {
        self.problems.push(Problem {
            pointer: String::from(pointer),
            code,
        });
    }
}

/// The text of a raw answer.
fn string(raw: &Value) -> Result<&str, Code> {
    raw.as_str().ok_or(Code::WrongShape)
}

/// The text of a member of a raw answer; nothing typed is an empty text.
fn part<'v>(raw: &'v Value, name: &str) -> Result<&'v str, Code> {
    match raw.get(name) {
        None | Some(Value::Null) => Ok(""),
        Some(Value::String(text)) => Ok(text),
        Some(_) => Err(Code::WrongShape),
    }
}
