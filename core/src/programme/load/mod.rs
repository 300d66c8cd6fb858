//! Reading a programme document, with every fault by its path.
//!
//! The only decoder of programmes, for the backend and for the browser. It reads what `Serialize` writes (under the
//! feature `native`), and bounds what it reads: a hostile document costs no more than its faults.

mod condition;
mod field;
mod list;
mod reader;
mod references;
mod schedule;
mod value;

use serde_json::Value;

use super::{Call, Criterion, Eligibility, EligibilityQuestion, KeyDate, Kind, Organiser, Programme, Step, Titled};
use crate::locale::Locale;
use crate::problem::Fault;
use reader::{Object, Reader};
use value::IdStyle;

/// The most bytes of a document.
const DOCUMENT_MAX: usize = 1_000_000;

/// The most steps.
const STEPS_MAX: usize = 50;

/// Names in addresses that mean something else.
const RESERVED: &[&str] = &[
    "api",
    "healthz",
    "readyz",
    "problems",
    "staff",
    "programmes",
    "verify",
    "embed",
    "kit",
    "check",
];

impl Programme {
    /// Reads a document: a programme that holds together, or every fault in it (at most 200), in the order of
    /// reading. A `$schema` member is ignored. Where a JSON object names a member twice, the later counts.
    pub fn load(json: &str) -> Result<Self, Vec<Fault>> {
        let whole = |message: &str| {
            Err(vec![Fault {
                path: String::new(),
                message: String::from(message),
            }])
        };
        if json.len() > DOCUMENT_MAX {
            return whole("must not be larger than 1,000,000 bytes");
        }
        let value: Value = match serde_json::from_str(json) {
            Ok(value) => value,
            Err(error) => {
                let digits = |number: usize| crate::pointer::decimal(number as u64);
                // A connection that broke is something else than a fault in the document.
                let what = if error.is_eof() { "ends too early" } else { "is not JSON" };
                return whole(&[what, " (line ", &digits(error.line()), ", column ", &digits(error.column()), ")"].concat());
            }
        };
        let mut reader = Reader::default();
        let programme = programme(&mut reader, &value);
        if reader.faults.is_empty() {
            Ok(programme)
        } else {
            Err(reader.faults)
        }
    }
}

fn programme(r: &mut Reader, value: &Value) -> Programme {
    let object = r.object(
        Some(value),
        &[&[
            "$schema",
            "id",
            "locales",
            "title",
            "summary",
            "place",
            "organisers",
            "schedule",
            "seats",
            "call",
            "eligibility",
            "steps",
            "rubric",
            "contact",
            "follows",
        ]],
    );
    let id = r.id(object, "id", IdStyle::Address);
    if RESERVED.contains(&id.as_str()) {
        r.fault_at("id", "is reserved");
    }
    let locales = r.list(object, "locales", 1, Locale::ALL.len(), |r, value| {
        let tag = r.text_value(value);
        let locale = Locale::ALL.into_iter().find(|locale| locale.tag() == tag);
        if locale.is_none() && !tag.is_empty() {
            r.fault("is not a language that Opencall speaks");
        }
        locale
    });
    r.unique("locales", "", &mut locales.iter().map(|locale| locale.map_or("", Locale::tag)));
    let locales: Vec<Locale> = locales.into_iter().flatten().collect();
    r.locales.clone_from(&locales);
    let programme = Programme {
        id,
        locales,
        title: r.localised(object, "title"),
        summary: r.localised(object, "summary"),
        place: r.localised(object, "place"),
        organisers: r.list(object, "organisers", 1, 20, organiser),
        schedule: schedule::schedule(r, object),
        seats: r.small(object, "seats", None, 1, 100_000),
        call: call(r, object),
        eligibility: eligibility(r, object),
        steps: r.list(object, "steps", 1, STEPS_MAX, step),
        rubric: r.list(object, "rubric", 0, 20, criterion),
        contact: r.text(object, "contact"),
        follows: (!value::is_absent(object, "follows")).then(|| r.id(object, "follows", IdStyle::Address)),
    };
    if programme.follows.as_ref() == Some(&programme.id) {
        r.fault_at("follows", "must be another programme");
    }
    r.unique(
        "organisers",
        "id",
        &mut programme.organisers.iter().map(|organiser| organiser.id.as_str()),
    );
    r.unique("steps", "id", &mut programme.steps.iter().map(|step| step.id.as_str()));
    r.unique("rubric", "id", &mut programme.rubric.iter().map(|criterion| criterion.id.as_str()));
    if !programme.contact.is_empty() && !crate::validate::is_email(&programme.contact) {
        r.fault_at("contact", "must be an e-mail address");
    }
    if !programme.rubric.is_empty() && programme.rubric.iter().map(|criterion| criterion.weight).sum::<u32>() != 100 {
        r.fault_at("rubric", "weights must add up to 100");
    }
    references::check(r, &programme.steps);
    programme
}

fn organiser(r: &mut Reader, value: Option<&Value>) -> Organiser {
    let object = r.object(value, &[&["id", "name", "url", "role", "origins"]]);
    let organiser = Organiser {
        id: r.id(object, "id", IdStyle::Address),
        name: r.text(object, "name"),
        url: r.text(object, "url"),
        role: r.localised(object, "role"),
        origins: r.texts(object, "origins", 0, |text| {
            (!crate::contract::is_origin(text)).then_some("must be an origin such as https://www.example.org; http only for this machine")
        }),
    };
    let has_scheme = organiser.url.starts_with("https://") || organiser.url.starts_with("http://");
    let is_address = has_scheme && crate::validate::web_address(&organiser.url).is_some();
    if !organiser.url.is_empty() && !is_address {
        r.fault_at("url", "must be a web address with http or https");
    }
    organiser
}

/// The member `name` as an object. The caller reads on inside it and then leaves.
fn enter_object<'v>(r: &mut Reader, object: Object<'v>, name: &str, known: &[&str]) -> Object<'v> {
    let value = r.member(object, name);
    r.enter(name);
    r.object(value, &[known])
}

fn call(r: &mut Reader, object: Object<'_>) -> Call {
    let object = enter_object(r, object, "call", &["about", "offers", "who", "judging", "dates", "privacy"]);
    let call = Call {
        about: r.list(object, "about", 0, 50, Reader::localised_value),
        offers: r.list(object, "offers", 0, 50, titled),
        who: r.list(object, "who", 0, 50, Reader::localised_value),
        judging: r.list(object, "judging", 0, 50, Reader::localised_value),
        dates: r.list(object, "dates", 0, 50, key_date),
        privacy: r.list(object, "privacy", 0, 50, Reader::localised_value),
    };
    r.leave();
    call
}

fn titled(r: &mut Reader, value: Option<&Value>) -> Titled {
    let object = r.object(value, &[&["title", "text"]]);
    Titled {
        title: r.localised(object, "title"),
        text: r.localised(object, "text"),
    }
}

fn key_date(r: &mut Reader, value: Option<&Value>) -> KeyDate {
    let object = r.object(value, &[&["on", "what"]]);
    let date = KeyDate {
        on: r.text(object, "on"),
        what: r.localised(object, "what"),
    };
    let month = [&date.on, "-01"].concat();
    if !date.on.is_empty() && !schedule::is_date(&date.on) && !schedule::is_date(&month) {
        r.fault_at("on", "must be a day, YYYY-MM-DD, or a month, YYYY-MM");
    }
    date
}

fn criterion(r: &mut Reader, value: Option<&Value>) -> Criterion {
    let object = r.object(value, &[&["id", "title", "text", "weight"]]);
    Criterion {
        id: r.id(object, "id", IdStyle::Value),
        title: r.localised(object, "title"),
        text: r.localised(object, "text"),
        weight: r.small(object, "weight", None, 1, 100),
    }
}

fn step(r: &mut Reader, value: Option<&Value>) -> Step {
    let object = r.object(value, &[&["id", "title", "intro", "fields"]]);
    Step {
        id: r.id(object, "id", IdStyle::Address),
        title: r.localised(object, "title"),
        intro: r.optional_localised(object, "intro"),
        fields: r.list(object, "fields", 1, field::FIELDS_MAX, field::field),
    }
}

fn eligibility(r: &mut Reader, object: Object<'_>) -> Eligibility {
    let object = enter_object(r, object, "eligibility", &["intro", "questions"]);
    let eligibility = Eligibility {
        intro: r.localised(object, "intro"),
        questions: r.list(object, "questions", 0, 30, question),
    };
    r.unique(
        "questions",
        "field/id",
        &mut eligibility.questions.iter().map(|question| question.field.id.as_str()),
    );
    r.leave();
    eligibility
}

fn question(r: &mut Reader, value: Option<&Value>) -> EligibilityQuestion {
    let object = r.object(value, &[&["field", "pass", "explain"]]);
    let value = r.member(object, "field");
    r.enter("field");
    let before = r.faults.len();
    let field = field::field(r, value);
    if field.when.is_some() {
        r.fault_at("when", "is not known here: eligibility questions are always asked");
    }
    let mut judged = r.faults.len() == before && value.is_some();
    if judged && !matches!(field.kind, Kind::Choice { .. } | Kind::YesNo | Kind::Country) {
        r.fault_at("kind", "must be choice, yes-no or country in an eligibility question");
        judged = false;
    }
    r.leave();
    let pass = r.texts(object, "pass", 0, |_| None);
    r.enter("pass");
    for (index, answer) in pass.iter().enumerate() {
        if judged && !answer.is_empty() && !references::is_answer(&field.kind, answer) {
            r.enter_index(index);
            r.fault("is no answer to this question");
            r.leave();
        }
    }
    r.leave();
    EligibilityQuestion {
        field,
        pass,
        explain: r.localised(object, "explain"),
    }
}
