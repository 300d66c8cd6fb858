//! Reading fields and their kinds.

use serde_json::Value;

use super::condition::condition;
use super::reader::{Object, Reader};
use super::schedule::is_date;
use super::value::IdStyle;
use crate::programme::{Choice, Field, FileType, Kind, Precision, TextFormat};

/// The most fields of a programme, groups' included.
pub(super) const FIELDS_MAX: usize = 200;

/// The most characters a field may take.
const CHARACTERS_MAX: u32 = 20_000;

/// The most rows of a group.
const ROWS_MAX: u32 = 100;

/// The most bytes of a file: 5 GiB, the most that S3 takes in one piece.
const BYTES_MAX: u64 = 5 << 30;

/// What every field has.
const COMMON: &[&str] = &["id", "label", "hint", "optional", "private", "prefill", "when", "kind"];

/// A field outside groups.
pub(super) fn field(r: &mut Reader, value: Option<&Value>) -> Field {
    read(r, value, false)
}

fn read(r: &mut Reader, value: Option<&Value>, in_group: bool) -> Field {
    let before = r.faults.len();
    r.fields += 1;
    if r.fields == FIELDS_MAX + 1 {
        r.fault("is one field too many: a programme has at most 200");
    }
    let kind_name = value.and_then(|value| value.get("kind")).and_then(Value::as_str).unwrap_or("");
    let object = r.object(value, &[COMMON, members_of(kind_name)]);
    let id = r.id(object, "id", IdStyle::Field);
    if in_group && id == "id" {
        r.fault_at("id", "is reserved: a row's own id is called that");
    }
    let field = Field {
        id,
        label: r.localised(object, "label"),
        hint: r.optional_localised(object, "hint"),
        optional: r.flag(object, "optional"),
        private: r.flag(object, "private"),
        prefill: r.flag(object, "prefill"),
        when: object.and_then(|map| map.get("when")).filter(|when| !when.is_null()).map(|when| {
            r.enter("when");
            r.comparisons = 0;
            let condition = condition(r, Some(when), 0);
            r.leave();
            condition
        }),
        kind: kind(r, object, kind_name, in_group),
    };
    if field.prefill && (in_group || !field.can_be_prefilled()) {
        r.fault_at(
            "prefill",
            "is for single answers outside groups: text, e-mail, web address, number, country or choice",
        );
    }
    if r.faults.len() > before {
        let path = String::from(r.path());
        r.doubtful.push(path);
    }
    field
}

/// The members that belong to a kind.
fn members_of(kind: &str) -> &'static [&'static str] {
    match kind {
        "text" => &["max", "format", "autocomplete"],
        "long-text" => &["max"],
        "url" => &["hosts"],
        "number" => &["min", "max", "decimals", "unit"],
        "money" => &["currencies", "max"],
        "date" => &["precision", "earliest", "latest"],
        "choice" => &["options"],
        "choices" => &["options", "min", "max"],
        "consent" => &["version"],
        "group" => &["item", "min", "max", "fields"],
        "file" => &["accept", "maxBytes", "orLink"],
        "model" => &["licences", "max"],
        _ => &[],
    }
}

fn kind(r: &mut Reader, object: Object<'_>, name: &str, in_group: bool) -> Kind {
    match name {
        "text" => Kind::Text {
            max: r.small(object, "max", None, 1, CHARACTERS_MAX),
            format: match one_of(r, object, "format", &["plain", "siren"]) {
                1 => TextFormat::Siren,
                _ => TextFormat::Plain,
            },
            autocomplete: autocomplete(r, object),
        },
        "long-text" => Kind::LongText {
            max: r.small(object, "max", None, 1, CHARACTERS_MAX),
        },
        "email" => Kind::Email,
        "url" => Kind::Url {
            hosts: r.texts(object, "hosts", 0, |host| {
                let lower = host.bytes().all(|b| b.is_ascii() && !b.is_ascii_uppercase());
                if lower && crate::validate::is_host(host) {
                    None
                } else {
                    Some("must be a host's name in lower case, such as example.org")
                }
            }),
        },
        "number" => number(r, object),
        "money" => money(r, object),
        "date" => date(r, object),
        "country" => Kind::Country,
        "choice" => Kind::Choice {
            options: options(r, object),
        },
        "choices" => choices(r, object),
        "yes-no" => Kind::YesNo,
        "consent" => Kind::Consent {
            version: r.text(object, "version"),
        },
        "group" if in_group => {
            r.fault_at("kind", "must not be a group within a group");
            Kind::YesNo
        }
        "group" => group(r, object),
        "file" => file(r, object),
        "model" => Kind::Model {
            licences: r.texts(object, "licences", 0, |_| None),
            max: r.small(object, "max", None, 1, CHARACTERS_MAX),
        },
        _ => {
            if r.member(object, "kind").is_some() {
                r.fault_at("kind", "is no kind of field");
            }
            Kind::YesNo
        }
    }
}

/// Which of the words a member is; the first when it is absent.
fn one_of(r: &mut Reader, object: Object<'_>, name: &str, words: &[&str]) -> usize {
    let Some(value) = object.and_then(|map| map.get(name)) else {
        return 0;
    };
    words.iter().position(|word| value.as_str() == Some(word)).unwrap_or_else(|| {
        r.fault_at(name, &["must be one of: ", &words.join(", ")].concat());
        0
    })
}

fn autocomplete(r: &mut Reader, object: Object<'_>) -> Option<String> {
    let token = r.optional_text(object, "autocomplete")?;
    if !token
        .bytes()
        .all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || matches!(b, b'-' | b' '))
    {
        r.fault_at("autocomplete", "must be a token of HTML's autocomplete, such as organization");
    }
    Some(token)
}

fn number(r: &mut Reader, object: Object<'_>) -> Kind {
    let (min, max) = (r.number(object, "min"), r.number(object, "max"));
    if min > max {
        r.fault_at("min", "must not be above max");
    }
    let decimals = r.small(object, "decimals", Some(0), 0, 6);
    Kind::Number {
        min,
        max,
        decimals: decimals as u8,
        unit: r.optional_localised(object, "unit"),
    }
}

fn money(r: &mut Reader, object: Object<'_>) -> Kind {
    let currencies = r.texts(object, "currencies", 1, |code| {
        let shape = code.len() == 3 && code.bytes().all(|b| b.is_ascii_uppercase());
        if shape {
            None
        } else {
            Some("must be a currency of ISO 4217, such as EUR")
        }
    });
    let max = r.number(object, "max");
    if max < 0.0 {
        r.fault_at("max", "must not be below 0");
    }
    Kind::Money { currencies, max }
}

fn date(r: &mut Reader, object: Object<'_>) -> Kind {
    let precision = match one_of(r, object, "precision", &["day", "month"]) {
        1 => Precision::Month,
        _ => Precision::Day,
    };
    let mut limit = |name: &str| {
        let text = r.optional_text(object, name)?;
        if !text.is_empty() && !is_date(&text) {
            r.fault_at(name, "must be a day that exists, YYYY-MM-DD");
            return Some(String::new());
        }
        Some(text)
    };
    let (earliest, latest) = (limit("earliest"), limit("latest"));
    if let (Some(earliest), Some(latest)) = (&earliest, &latest)
        // As text, since both are `YYYY-MM-DD`.
        && earliest > latest
        && !latest.is_empty()
    {
        r.fault_at("earliest", "must not be after latest");
    }
    Kind::Date {
        precision,
        earliest,
        latest,
    }
}

fn options(r: &mut Reader, object: Object<'_>) -> Vec<Choice> {
    let options = r.list(object, "options", 1, 300, |r, value| {
        let object = r.object(value, &[&["id", "label", "hint"]]);
        Choice {
            id: r.id(object, "id", IdStyle::Value),
            label: r.localised(object, "label"),
            hint: r.optional_localised(object, "hint"),
        }
    });
    r.unique("options", "id", &mut options.iter().map(|option| option.id.as_str()));
    options
}

fn choices(r: &mut Reader, object: Object<'_>) -> Kind {
    let options = options(r, object);
    let (min, max) = (r.small(object, "min", Some(0), 0, 300), r.small(object, "max", None, 1, 300));
    if min > max {
        r.fault_at("min", "must not be above max");
    } else if min as usize > options.len() && !options.is_empty() {
        r.fault_at("min", "must not be more than there are options");
    }
    Kind::Choices { options, min, max }
}

fn group(r: &mut Reader, object: Object<'_>) -> Kind {
    let item = r.localised(object, "item");
    let (min, max) = (
        r.small(object, "min", Some(0), 0, ROWS_MAX),
        r.small(object, "max", None, 1, ROWS_MAX),
    );
    if min > max {
        r.fault_at("min", "must not be above max");
    }
    let fields = r.list(object, "fields", 1, 50, |r, value| read(r, value, true));
    r.unique("fields", "id", &mut fields.iter().map(|field| field.id.as_str()));
    Kind::Group { item, min, max, fields }
}

fn file(r: &mut Reader, object: Object<'_>) -> Kind {
    let accept = r.list(object, "accept", 1, FileType::ALL.len(), |r, value| {
        let name = r.text_value(value);
        let kind = FileType::ALL.into_iter().find(|kind| kind.extension() == name);
        if kind.is_none() && !name.is_empty() {
            r.fault("is no kind of file that Opencall checks: pdf, mp4");
        }
        kind
    });
    r.unique("accept", "", &mut accept.iter().map(|kind| kind.map_or("", FileType::extension)));
    Kind::File {
        accept: accept.into_iter().flatten().collect(),
        max_bytes: r.whole(object, "maxBytes", None, 1, BYTES_MAX),
        or_link: r.flag(object, "orLink"),
    }
}
