//! Reads what travels, by hand: derived readers of the same shapes cost the applicant 20 kB more to download.
//! That they read what `opencall-core` writes is held by the tests below.

use opencall_core::contract::{ApplicationView, Clock, Event, EventKind, FileView, ProblemDetails, Receipt, Saved, Source};
use opencall_core::problem::Code;
use opencall_core::programme::FileType;
use opencall_core::{Answers, Problem, Status, Timestamp};
use serde_json::{Map, Value};

/// What was read, or what was wrong, in English.
pub type Read<T> = Result<T, String>;

/// The members of an object, taken out one by one.
pub struct Members(Map<String, Value>);

impl Members {
    /// Of a JSON text.
    pub fn parse(text: &str) -> Read<Self> {
        Self::of(serde_json::from_str(text).map_err(|fault| fault.to_string())?)
    }

    /// Of a value.
    pub fn of(value: Value) -> Read<Self> {
        match value {
            Value::Object(map) => Ok(Self(map)),
            _ => Err("an object was promised".to_owned()),
        }
    }

    /// A member that may be absent; `null` is as good as absent.
    pub fn take(&mut self, name: &str) -> Option<Value> {
        self.0.remove(name).filter(|value| !value.is_null())
    }

    /// A text that may be absent.
    pub fn maybe_text(&mut self, name: &str) -> Read<Option<String>> {
        match self.take(name) {
            None => Ok(None),
            Some(Value::String(text)) => Ok(Some(text)),
            Some(_) => Err(wrong(name)),
        }
    }

    /// A whole number that may be absent.
    pub fn maybe_number(&mut self, name: &str) -> Read<Option<u64>> {
        match self.take(name) {
            None => Ok(None),
            Some(value) => value.as_u64().map(Some).ok_or_else(|| wrong(name)),
        }
    }

    /// A time that may be absent.
    pub fn maybe_time(&mut self, name: &str) -> Read<Option<Timestamp>> {
        match self.maybe_text(name)? {
            None => Ok(None),
            Some(text) => Timestamp::parse(&text).map(Some).ok_or_else(|| wrong(name)),
        }
    }

    /// A list; absent is empty.
    pub fn list(&mut self, name: &str) -> Read<Vec<Value>> {
        match self.take(name) {
            None => Ok(Vec::new()),
            Some(Value::Array(items)) => Ok(items),
            Some(_) => Err(wrong(name)),
        }
    }

    /// Answers; absent is none.
    pub fn answers(&mut self, name: &str) -> Read<Answers> {
        match self.take(name) {
            None => Ok(Answers::default()),
            Some(Value::Object(map)) => Ok(Answers(map)),
            Some(_) => Err(wrong(name)),
        }
    }

    /// A text.
    pub fn text(&mut self, name: &str) -> Read<String> {
        self.maybe_text(name)?.ok_or_else(|| wrong(name))
    }

    /// A whole number.
    pub fn number(&mut self, name: &str) -> Read<u64> {
        self.maybe_number(name)?.ok_or_else(|| wrong(name))
    }

    /// A time.
    pub fn time(&mut self, name: &str) -> Read<Timestamp> {
        self.maybe_time(name)?.ok_or_else(|| wrong(name))
    }
}

fn wrong(name: &str) -> String {
    ["the member \"", name, "\" is missing or wrong"].concat()
}

fn file_type(name: &str) -> Option<FileType> {
    FileType::ALL.into_iter().find(|kind| kind.extension() == name)
}

/// `GET /clock`.
pub fn clock(mut from: Members) -> Read<Clock> {
    Ok(Clock { now: from.time("now")? })
}

/// The reply to a save.
pub fn saved(mut from: Members) -> Read<Saved> {
    Ok(Saved {
        version: from.number("version")?,
        saved_at: from.time("saved_at")?,
    })
}

/// What the backend holds, with what an app can do without.
#[derive(Clone, Debug, PartialEq)]
pub struct Whole {
    /// What every app needs.
    pub view: ApplicationView,
    /// The receipt, to the last member.
    pub receipt: Option<Given>,
    /// The last seal, to the last member.
    pub seal: Option<Value>,
    /// The device on which the answers were changed last, as it calls itself.
    pub changed_by: Option<String>,
}

/// A receipt as it was given, signature included: what is kept is all of it.
#[derive(Clone, Debug, PartialEq)]
pub struct Given {
    /// What the app reads of it.
    pub receipt: Receipt,
    /// All of it.
    pub whole: Value,
}

/// A receipt as it was given.
pub fn given(whole: Value) -> Read<Given> {
    let receipt = receipt(Members::of(whole.clone())?)?;
    Ok(Given { receipt, whole })
}

/// An application and what comes with it.
pub fn whole(mut from: Members) -> Read<Whole> {
    let changed_by = from.maybe_text("changed_by")?;
    let seal = from.take("seal");
    let receipt = from.0.get("receipt").filter(|receipt| !receipt.is_null()).cloned();
    Ok(Whole {
        view: application(from)?,
        receipt: receipt.map(given).transpose()?,
        seal,
        changed_by,
    })
}

/// An application.
pub fn application(mut from: Members) -> Read<ApplicationView> {
    let mut files = Vec::new();
    for value in from.list("files")? {
        files.push(file(Members::of(value)?)?);
    }
    let receipt = match from.take("receipt") {
        None => None,
        Some(value) => Some(receipt(Members::of(value)?)?),
    };
    Ok(ApplicationView {
        id: from.text("id")?,
        programme: from.text("programme")?,
        status: Status::from_name(&from.text("status")?).ok_or_else(|| wrong("status"))?,
        version: from.number("version")?,
        answers: from.answers("answers")?,
        files,
        created_at: from.time("created_at")?,
        updated_at: from.time("updated_at")?,
        extension: from.maybe_time("extension")?,
        receipt,
        submitted_version: from.maybe_number("submitted_version")?,
        source: source(&mut from)?,
    })
}

/// What led here, of what says so among other members.
pub fn source(from: &mut Members) -> Read<Source> {
    Ok(Source {
        partner: from.maybe_text("partner")?,
        referrer: from.maybe_text("referrer")?,
        campaign: from.maybe_text("campaign")?,
    })
}

/// The members that [`source`] reads.
pub fn source_members(source: &Source) -> impl Iterator<Item = (&'static str, &str)> {
    [
        ("partner", &source.partner),
        ("referrer", &source.referrer),
        ("campaign", &source.campaign),
    ]
    .into_iter()
    .filter_map(|(name, text)| Some((name, text.as_deref()?)))
}

fn file(mut from: Members) -> Read<FileView> {
    let kind = match from.maybe_text("type")? {
        None => None,
        Some(name) => Some(file_type(&name).ok_or_else(|| wrong("type"))?),
    };
    Ok(FileView {
        id: from.text("id")?,
        field: from.text("field")?,
        name: from.text("name")?,
        size: from.number("size")?,
        received: from.number("received")?,
        kind,
        sha256: from.maybe_text("sha256")?,
        created_at: from.time("created_at")?,
    })
}

/// A receipt.
pub fn receipt(mut from: Members) -> Read<Receipt> {
    Ok(Receipt {
        reference: from.text("reference")?,
        application: from.text("application")?,
        programme: from.text("programme")?,
        version: from.number("version")?,
        digest: from.text("digest")?,
        received_at: from.time("received_at")?,
        deadline: from.time("deadline")?,
    })
}

/// What happened; kinds that this app does not know are left out.
pub fn timeline(value: Value) -> Read<Vec<Event>> {
    let Value::Array(items) = value else {
        return Err("a list was promised".to_owned());
    };
    let mut events = Vec::new();
    for item in items {
        let mut from = Members::of(item)?;
        let (at, what) = (from.time("at")?, from.text("what")?);
        let what = match what.as_str() {
            "begun" => EventKind::Begun,
            "submitted" => EventKind::Submitted,
            "withdrawn" => EventKind::Withdrawn,
            "moved" => EventKind::Moved,
            "extended" => EventKind::Extended,
            _ => continue,
        };
        events.push(Event { at, what });
    }
    Ok(events)
}

/// Problem details (RFC 9457).
pub fn problem_details(mut from: Members) -> Read<ProblemDetails> {
    let mut errors = Vec::new();
    for value in from.list("errors")? {
        let mut from = Members::of(value)?;
        let pointer = from.text("pointer")?;
        let code = Code::read(&from.0).ok_or_else(|| wrong("code"))?;
        errors.push(Problem { pointer, code });
    }
    Ok(ProblemDetails {
        kind: from.maybe_text("type")?.unwrap_or_default(),
        title: from.maybe_text("title")?.unwrap_or_default(),
        status: from
            .maybe_number("status")?
            .and_then(|status| u16::try_from(status).ok())
            .unwrap_or(0),
        detail: from.maybe_text("detail")?,
        errors,
        now: from.maybe_time("now")?,
        more: from.0,
    })
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use serde::Serialize;
    use serde_json::json;

    use super::*;

    /// What core writes, as it would come over the wire.
    fn written(value: &impl Serialize) -> Members {
        Members::of(serde_json::to_value(value).unwrap()).ok().unwrap()
    }

    /// One of every code. When a code is added to core, this stops compiling.
    fn codes() -> Vec<Code> {
        let known = |code: &Code| match code {
            Code::Missing | Code::TooLong { .. } | Code::ControlCharacters | Code::WrongShape | Code::SirenLength => {}
            Code::SirenChecksum | Code::NotEmail | Code::NotUrl | Code::HostNotAllowed { .. } | Code::NotNumber | Code::NotWhole => {}
            Code::TooPrecise { .. } | Code::TooSmall { .. } | Code::TooLarge { .. } | Code::UnknownCurrency => {}
            Code::DateIncomplete { .. } | Code::NotDate | Code::TooEarly { .. } | Code::TooLate { .. } | Code::UnknownCountry => {}
            Code::UnknownChoice | Code::TooFew { .. } | Code::TooMany { .. } | Code::ConsentNeeded | Code::ConsentOutdated => {}
            Code::NotModel | Code::LicenceMissing | Code::UseMissing | Code::FileTooBig { .. } | Code::FileWrongKind { .. } => {}
            Code::FileEmpty | Code::FileDamaged | Code::FileUnfinished | Code::FileUnknown | Code::UnknownField => {}
        };
        let text = || "x".to_owned();
        let all = vec![
            Code::Missing,
            Code::TooLong { max: 50, over: 3 },
            Code::ControlCharacters,
            Code::WrongShape,
            Code::SirenLength,
            Code::SirenChecksum,
            Code::NotEmail,
            Code::NotUrl,
            Code::HostNotAllowed {
                hosts: vec![text(), text()],
            },
            Code::NotNumber,
            Code::NotWhole,
            Code::TooPrecise { decimals: 2 },
            Code::TooSmall { min: text() },
            Code::TooLarge { max: text() },
            Code::UnknownCurrency,
            Code::DateIncomplete {
                day: true,
                month: false,
                year: true,
            },
            Code::NotDate,
            Code::TooEarly { earliest: text() },
            Code::TooLate { latest: text() },
            Code::UnknownCountry,
            Code::UnknownChoice,
            Code::TooFew { min: 1 },
            Code::TooMany { max: 6 },
            Code::ConsentNeeded,
            Code::ConsentOutdated,
            Code::NotModel,
            Code::LicenceMissing,
            Code::UseMissing,
            Code::FileTooBig { max_bytes: u64::MAX },
            Code::FileWrongKind {
                accept: FileType::ALL.to_vec(),
            },
            Code::FileEmpty,
            Code::FileDamaged,
            Code::FileUnfinished,
            Code::FileUnknown,
            Code::UnknownField,
        ];
        all.iter().for_each(known);
        all
    }

    #[test]
    fn every_problem_that_core_writes_is_read() {
        let errors = codes()
            .into_iter()
            .map(|code| Problem {
                pointer: "/a/0/b".to_owned(),
                code,
            })
            .collect();
        let mut more = Map::new();
        more.insert("version".to_owned(), json!(9));
        let details = ProblemDetails {
            kind: "/problems/answers".to_owned(),
            title: "No".to_owned(),
            status: 422,
            detail: Some("Because.".to_owned()),
            errors,
            now: Timestamp::parse("2023-12-01T22:59:59Z"),
            more,
        };
        assert_eq!(problem_details(written(&details)), Ok(details));
    }

    #[test]
    fn a_problem_without_members_is_one_about_nothing() {
        assert_eq!(problem_details(written(&json!({}))), Ok(ProblemDetails::default()));
        assert!(
            problem_details(written(&json!({"errors": [{"pointer": "/a", "code": "new_code"}]})))
                .unwrap_err()
                .contains("\"code\"")
        );
    }

    fn view() -> ApplicationView {
        let at = Timestamp::from_millis(1_699_434_000_250);
        ApplicationView {
            id: "a".to_owned(),
            programme: "p".to_owned(),
            status: Status::InReview,
            version: 7,
            answers: Answers(Map::from_iter([("name".to_owned(), json!("Ada"))])),
            files: vec![
                FileView {
                    id: "f".to_owned(),
                    field: "deck".to_owned(),
                    name: "deck.pdf".to_owned(),
                    size: 9,
                    received: 9,
                    kind: Some(FileType::Pdf),
                    sha256: Some("0".repeat(64)),
                    created_at: at,
                },
                FileView {
                    id: "g".to_owned(),
                    field: "video".to_owned(),
                    name: "v".to_owned(),
                    size: 9,
                    received: 0,
                    kind: None,
                    sha256: None,
                    created_at: at,
                },
            ],
            created_at: at,
            updated_at: at,
            extension: Some(at),
            receipt: Some(Receipt {
                reference: "K7QF-2MXD".to_owned(),
                application: "a".to_owned(),
                programme: "p".to_owned(),
                version: 6,
                digest: "0".repeat(64),
                received_at: at,
                deadline: at,
            }),
            submitted_version: Some(6),
            source: Source {
                partner: Some("scaleway".to_owned()),
                referrer: Some("https://www.scaleway.com".to_owned()),
                campaign: Some("spring".to_owned()),
            },
        }
    }

    #[test]
    fn every_application_that_core_writes_is_read() {
        assert_eq!(application(written(&view())), Ok(view()));
        let draft = ApplicationView {
            files: Vec::new(),
            extension: None,
            receipt: None,
            submitted_version: None,
            source: Source::default(),
            ..view()
        };
        assert_eq!(application(written(&draft)), Ok(draft));
        for status in Status::ALL {
            assert_eq!(application(written(&ApplicationView { status, ..view() })).unwrap().status, status);
        }
    }

    #[test]
    fn a_member_that_is_missing_or_wrong_is_named() {
        let whole = serde_json::to_value(view()).unwrap();
        for name in ["id", "programme", "status", "version", "created_at", "updated_at"] {
            let mut without = whole.clone();
            without.as_object_mut().unwrap().remove(name);
            assert!(application(written(&without)).unwrap_err().contains(name));
        }
        for name in [
            "id",
            "status",
            "version",
            "answers",
            "files",
            "updated_at",
            "extension",
            "receipt",
            "submitted_version",
        ] {
            let mut wrong = whole.clone();
            wrong[name] = json!(-1.5);
            let error = application(written(&wrong)).unwrap_err();
            assert!(error.contains(name) || name == "receipt", "{name}: {error}");
        }
    }

    #[test]
    fn times_saves_and_events_that_core_writes_are_read() {
        let at = Timestamp::from_millis(1_699_434_000_250);
        assert_eq!(clock(written(&Clock { now: at })), Ok(Clock { now: at }));
        let answer = Saved { version: 8, saved_at: at };
        assert_eq!(saved(written(&answer)), Ok(answer));
        let kinds = [
            EventKind::Begun,
            EventKind::Submitted,
            EventKind::Withdrawn,
            EventKind::Moved,
            EventKind::Extended,
        ];
        let events: Vec<Event> = kinds.into_iter().map(|what| Event { at, what }).collect();
        assert_eq!(timeline(serde_json::to_value(&events).unwrap()), Ok(events));
        assert_eq!(timeline(json!([{"at": at, "what": "something new"}])), Ok(Vec::new()));
        assert!(timeline(json!({})).is_err());
    }
}
