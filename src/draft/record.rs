//! What is kept of a draft on this device, pure; `opencall_core::merge` makes one of two versions.

use opencall_core::answers::object;
use opencall_core::contract::Source;
use opencall_core::draft_file::Aside;
use opencall_core::merge::{Merged, merge};
use opencall_core::{Answers, Locale, Timestamp};
use serde_json::Value;

use super::clash::Clash;
use super::sealing::Sealed;
use crate::api::Token;
use crate::api::wire::{self, Members};

/// A draft as this device keeps it. Members that an older version of the app did not write are taken as empty.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Record {
    /// What opens it at the backend.
    pub token: Option<Token>,
    /// What is written.
    pub answers: Answers,
    /// What the backend had when it last said so.
    pub base: Answers,
    /// The version of `base`; `None` until the draft has been begun there.
    pub version: Option<u64>,
    /// How the draft is being begun; a repeat has to be the same to the letter.
    pub begin: Option<Beginning>,
    /// What was sent and not answered: each of these may be what the backend has.
    pub sent: Vec<Answers>,
    /// A submission whose outcome is not known yet.
    pub submission: Option<Submission>,
    /// What was fixed by its digest and is not submitted yet.
    pub sealed: Option<Sealed>,
    /// A link being replaced: it may have been already.
    pub replacement: Option<Replacement>,
    /// The token in whose place `token` was put: by it other tabs know that this is still their draft.
    pub formerly: Option<Token>,
    /// The drafts that were erased on this device on purpose: the beginnings of their tokens, with a space behind each.
    /// A store without this has been emptied by somebody else.
    pub erased: String,
    /// Answers changed here and elsewhere, until somebody has chosen.
    pub clashes: Vec<Clash>,
    /// What was written and has no place in the form.
    pub aside: Vec<Aside>,
    /// The sections where Continue has been pressed.
    pub attempted: Vec<String>,
    /// What led here.
    pub source: Source,
    /// When it was last saved here.
    pub saved_here: Option<Timestamp>,
    /// When it was last saved with the backend.
    pub saved_there: Option<Timestamp>,
}

/// A draft being begun.
#[derive(Clone, Debug, PartialEq)]
pub struct Beginning {
    /// The `Idempotency-Key`.
    pub key: String,
    /// The answers sent along.
    pub answers: Answers,
    /// The language sent along.
    pub locale: Locale,
}

/// A submission under way.
#[derive(Clone, Debug, PartialEq)]
pub struct Submission {
    /// The `Idempotency-Key`.
    pub key: String,
    /// The version submitted.
    pub version: u64,
}

/// A private link being replaced.
#[derive(Clone, Debug, PartialEq)]
pub struct Replacement {
    /// The `Idempotency-Key`.
    pub key: String,
    /// The new token.
    pub token: Token,
}

impl Record {
    /// What stays in the place of a draft that is erased: which one it was, and nothing of it.
    pub fn tombstone(&self) -> Self {
        let mut erased = self.erased.clone();
        for token in self.token.iter().chain(&self.formerly) {
            erased.push_str(beginning(token));
            erased.push(' ');
        }
        Self { erased, ..Self::default() }
    }

    /// Whether that draft was erased before this one was stored.
    pub fn erases(&self, other: &Self) -> bool {
        other.token.as_ref().is_some_and(|token| self.has_erased(token))
    }

    /// Whether the draft of this token was erased before this one was stored.
    pub fn has_erased(&self, token: &Token) -> bool {
        self.erased.split(' ').any(|erased| erased == beginning(token))
    }

    /// Whether this is the draft of this token, or of the one in whose place its own was put.
    pub fn is_of(&self, token: &Token) -> bool {
        self.token.as_ref() == Some(token) || self.formerly.as_ref() == Some(token)
    }

    /// How many answers the backend does not have.
    pub fn changes(&self) -> usize {
        Self::changes_between(&self.base, &self.answers)
    }

    /// How many fields differ.
    pub fn changes_between(base: &Answers, answers: &Answers) -> usize {
        let changed = answers.0.iter().filter(|(id, value)| base.0.get(*id) != Some(value)).count();
        changed + base.0.keys().filter(|id| !answers.0.contains_key(*id)).count()
    }

    /// The key for submitting `version`: the one already made for it, until its outcome is known, else a new one.
    pub fn submission_key(&mut self, version: u64, new: impl FnOnce() -> String) -> String {
        match &self.submission {
            Some(pending) if pending.version == version => pending.key.clone(),
            _ => {
                let key = new();
                self.submission = Some(Submission { key: key.clone(), version });
                key
            }
        }
    }

    /// Makes one record of this tab's and the one another tab has stored meanwhile; `base` is what this tab last read or
    /// wrote. Nothing that one of them alone changed is lost, whatever the other did. What is written is merged field by
    /// field; where both changed one, both versions are noted. Both tabs go on with the stored token, if there is one.
    pub fn joined(base: Self, mine: Self, theirs: Self) -> Self {
        let same = mine.token == theirs.token || theirs.token.is_none();
        let replaced_here = mine.formerly.is_some() && mine.formerly == theirs.token;
        let replaced_there = theirs.formerly.is_some() && theirs.formerly == mine.token;
        if !(same || replaced_here || replaced_there) {
            return Self::adopted(mine, theirs);
        }
        // Another draft that was stored before has no part in this one.
        let base = if base.token == mine.token || base.token == theirs.token || base.token.is_none() {
            base
        } else {
            Self::default()
        };
        let merged = merge(&base.answers, &mine.answers, &theirs.answers);
        let clashes = theirs.clashes_of(&merged);
        let ahead = mine.version > theirs.version;
        let mut joined = Self {
            formerly: if replaced_here || mine.formerly != base.formerly {
                mine.formerly
            } else {
                theirs.formerly
            },
            token: if replaced_here { mine.token } else { theirs.token.or(mine.token) },
            answers: merged.answers,
            begin: newer(&base.begin, mine.begin, theirs.begin),
            sent: newer(&base.sent, mine.sent, theirs.sent),
            submission: newer(&base.submission, mine.submission, theirs.submission),
            sealed: newer(&base.sealed, mine.sealed, theirs.sealed),
            replacement: newer(&base.replacement, mine.replacement, theirs.replacement),
            base: if ahead { mine.base } else { theirs.base },
            version: if ahead { mine.version } else { theirs.version },
            saved_there: if ahead { mine.saved_there } else { theirs.saved_there },
            clashes: theirs.clashes,
            aside: theirs.aside,
            attempted: theirs.attempted,
            source: if theirs.source.is_empty() { mine.source } else { theirs.source },
            erased: if theirs.erased.is_empty() { mine.erased } else { theirs.erased },
            saved_here: theirs.saved_here,
        };
        // What was settled here is settled, what was noted here is noted.
        joined
            .clashes
            .retain(|clash| mine.clashes.contains(clash) || !base.clashes.contains(clash));
        joined.note_clashes(mine.clashes.into_iter().filter(|clash| !base.clashes.contains(clash)).collect());
        joined.aside.retain(|one| mine.aside.contains(one) || !base.aside.contains(one));
        joined.set_aside(mine.aside.into_iter().filter(|one| !base.aside.contains(one)).collect());
        joined.note_clashes(clashes);
        joined.note_attempted(mine.attempted);
        joined
    }

    /// What another tab has stored is another draft: this tab goes on with it, and brings along what is written here.
    fn adopted(mine: Self, mut theirs: Self) -> Self {
        let merged = merge(&Answers::default(), &mine.answers, &theirs.answers);
        theirs.note_clashes(mine.clashes);
        theirs.set_aside(mine.aside);
        theirs.note_clashes(theirs.clashes_of(&merged));
        theirs.note_attempted(mine.attempted);
        theirs.answers = merged.answers;
        theirs
    }

    /// What clashes with this record, which another tab of this device has stored.
    fn clashes_of(&self, merged: &Merged) -> Vec<Clash> {
        Clash::of(merged, self.saved_here.unwrap_or(Timestamp::from_millis(0)), "")
    }

    /// Keeps what has no place in the form.
    pub fn set_aside(&mut self, more: Vec<Aside>) {
        add_new(&mut self.aside, more);
    }

    /// Notes the sections where Continue has been pressed.
    pub fn note_attempted(&mut self, steps: Vec<String>) {
        add_new(&mut self.attempted, steps);
    }

    /// Notes what clashed in a merge; of the same answer the last one counts.
    pub fn note_clashes(&mut self, clashes: Vec<Clash>) {
        for clash in clashes {
            self.clashes.retain(|known| !known.is_about(&clash));
            self.clashes.push(clash);
        }
    }

    /// Notes what is about to be sent. A few are enough: the older the less likely to be found.
    pub fn sending(&mut self, answers: Answers) {
        const KEPT: usize = 6;
        if self.sent.last() != Some(&answers) {
            self.sent.push(answers);
        }
        if self.sent.len() > KEPT {
            self.sent.remove(0);
        }
    }

    /// From its stored text; `None` where it is not one.
    pub fn from_text(text: &str) -> Option<Self> {
        let mut from = Members::parse(text).ok()?;
        let begin = from.take("begin").and_then(|value| {
            let mut from = Members::of(value).ok()?;
            let locale = Locale::from_tag(&from.text("locale").ok()?)?;
            Some(Beginning {
                key: from.text("key").ok()?,
                answers: from.answers("answers").ok()?,
                locale,
            })
        });
        let submission = from.take("submission").and_then(|value| {
            let mut from = Members::of(value).ok()?;
            Some(Submission {
                key: from.text("key").ok()?,
                version: from.maybe_number("version").ok()??,
            })
        });
        let as_answers = |value| if let Value::Object(map) = value { Some(Answers(map)) } else { None };
        Some(Self {
            token: from.maybe_text("token").ok()?.as_deref().and_then(Token::parse),
            answers: from.answers("answers").ok()?,
            base: from.answers("base").ok()?,
            version: from.maybe_number("version").ok()?,
            begin,
            sent: from.list("sent").ok()?.into_iter().filter_map(as_answers).collect(),
            submission,
            replacement: from.take("replacement").and_then(|value| {
                let mut from = Members::of(value).ok()?;
                Some(Replacement {
                    key: from.text("key").ok()?,
                    token: Token::parse(&from.text("token").ok()?)?,
                })
            }),
            formerly: from.maybe_text("formerly").ok()?.as_deref().and_then(Token::parse),
            sealed: from.take("sealed").and_then(Sealed::read),
            clashes: from.list("clashes").ok()?.into_iter().filter_map(Clash::from_value).collect(),
            aside: from.list("aside").ok()?.into_iter().filter_map(Aside::read).collect(),
            attempted: from
                .list("attempted")
                .ok()?
                .iter()
                .filter_map(|step| step.as_str().map(str::to_owned))
                .collect(),
            source: wire::source(&mut from).ok()?,
            erased: from.maybe_text("erased").ok()?.unwrap_or_default(),
            saved_here: from.maybe_time("saved_here").ok()?,
            saved_there: from.maybe_time("saved_there").ok()?,
        })
    }

    /// As text to store.
    pub fn to_text(&self) -> String {
        let whole = |answers: &Answers| Value::Object(answers.0.clone());
        let time = |at: Option<Timestamp>| at.map_or(Value::Null, |at| Value::from(at.to_string()));
        let begin = self.begin.as_ref().map_or(Value::Null, |begin| {
            object([
                ("key", Value::from(begin.key.as_str())),
                ("answers", whole(&begin.answers)),
                ("locale", Value::from(begin.locale.tag())),
            ])
        });
        let submission = self.submission.as_ref().map_or(Value::Null, |submission| {
            object([
                ("key", Value::from(submission.key.as_str())),
                ("version", Value::from(submission.version)),
            ])
        });
        let replacement = self.replacement.as_ref().map_or(Value::Null, |one| {
            object([("key", Value::from(one.key.as_str())), ("token", Value::from(one.token.as_str()))])
        });
        let token = |token: &Option<Token>| token.as_ref().map_or(Value::Null, |token| Value::from(token.as_str()));
        let mut record = object([
            ("token", token(&self.token)),
            ("formerly", token(&self.formerly)),
            ("erased", Value::from(self.erased.as_str())),
            ("answers", whole(&self.answers)),
            ("base", whole(&self.base)),
            ("version", self.version.map_or(Value::Null, Value::from)),
            ("begin", begin),
            ("sent", Value::Array(self.sent.iter().map(whole).collect())),
            ("submission", submission),
            ("replacement", replacement),
            ("sealed", self.sealed.as_ref().map_or(Value::Null, Sealed::to_value)),
            ("clashes", Value::Array(self.clashes.iter().map(Clash::to_value).collect())),
            ("aside", Value::Array(self.aside.iter().cloned().map(Aside::into_value).collect())),
            (
                "attempted",
                Value::Array(self.attempted.iter().map(|step| Value::from(step.as_str())).collect()),
            ),
            ("saved_here", time(self.saved_here)),
            ("saved_there", time(self.saved_there)),
        ]);
        for (name, text) in wire::source_members(&self.source) {
            record[name] = Value::from(text);
        }
        crate::json::compact(&record)
    }
}

/// Enough of a token to know it again, and too little to open anything.
fn beginning(token: &Token) -> &str {
    token.as_str().get(..8).unwrap_or_default()
}

fn add_new<T: PartialEq>(to: &mut Vec<T>, more: Vec<T>) {
    for one in more {
        if !to.contains(&one) {
            to.push(one);
        }
    }
}

/// What this tab has where it changed it, else what the other stored.
fn newer<T: PartialEq>(base: &T, mine: T, theirs: T) -> T {
    if mine == *base { theirs } else { mine }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;
    use serde_json::{Map, Value, json};

    fn answers(value: Value) -> Answers {
        serde_json::from_value(value).unwrap()
    }

    #[test]
    fn a_key_is_reused_for_the_same_version_until_its_outcome_is_known() {
        let mut record = Record::default();
        assert_eq!(record.submission_key(3, || "first".to_owned()), "first");
        assert_eq!(record.submission_key(3, || "second".to_owned()), "first");
        assert_eq!(record.submission_key(4, || "third".to_owned()), "third");
        record.submission = None;
        assert_eq!(record.submission_key(4, || "fourth".to_owned()), "fourth");
    }

    #[test]
    fn a_record_survives_being_stored_and_anything_else_is_no_record() {
        let at = Timestamp::from_millis(1_699_434_000_250);
        let record = Record {
            token: Token::parse(&"x".repeat(43)),
            answers: answers(json!({"a": "\u{1f469}\u{200d}\u{1f680}", "b": [{"id": "r"}]})),
            base: answers(json!({"a": 1})),
            version: Some(3),
            begin: Some(Beginning {
                key: "k".to_owned(),
                answers: answers(json!({"a": true})),
                locale: Locale::Fr,
            }),
            sent: vec![answers(json!({"a": 2})), answers(json!({}))],
            sealed: None,
            formerly: Token::parse(&"z".repeat(43)),
            replacement: Some(Replacement {
                key: "r".to_owned(),
                token: Token::parse(&"y".repeat(43)).unwrap(),
            }),
            submission: Some(Submission {
                key: "s".to_owned(),
                version: 3,
            }),
            clashes: vec![Clash {
                field: "team".to_owned(),
                row: "r".to_owned(),
                inner: "name".to_owned(),
                mine: json!("Ada"),
                theirs: Value::Null,
                at,
                by: "Firefox on Android".to_owned(),
            }],
            aside: vec![Aside {
                pointer: "/motto".to_owned(),
                value: json!("Onwards"),
            }],
            attempted: vec!["company".to_owned()],
            source: Source {
                partner: Some("meta".to_owned()),
                referrer: Some("https://meta.example".to_owned()),
                campaign: None,
            },
            erased: "abcdefgh ".to_owned(),
            saved_here: Some(at),
            saved_there: Some(at),
        };
        assert_eq!(Record::from_text("{}"), Some(Record::default()));
        assert_eq!(Record::from_text(&Record::default().to_text()), Some(Record::default()));
        assert_eq!(Record::from_text(&record.to_text()), Some(record));
        assert_eq!(Record::from_text("{"), None);
        assert_eq!(Record::from_text("[]"), None);
    }

    fn token(letter: &str) -> Option<Token> {
        Token::parse(&letter.repeat(43))
    }

    fn clash(field: &str) -> Clash {
        Clash {
            field: field.to_owned(),
            row: String::new(),
            inner: String::new(),
            mine: json!("mine"),
            theirs: json!("theirs"),
            at: Timestamp::from_millis(0),
            by: String::new(),
        }
    }

    #[test]
    fn what_a_tab_has_not_stored_yet_survives_what_another_tab_stores() {
        let base = Record {
            token: token("t"),
            answers: answers(json!({"a": 1, "b": 1})),
            clashes: vec![clash("chosen")],
            ..Record::default()
        };
        let mine = Record {
            answers: answers(json!({"a": 2, "b": 1})),
            sent: vec![answers(json!({"a": 2, "b": 1}))],
            submission: Some(Submission {
                key: "s".to_owned(),
                version: 3,
            }),
            clashes: vec![clash("new")],
            version: Some(3),
            ..base.clone()
        };
        let theirs = Record {
            answers: answers(json!({"a": 1, "b": 3})),
            clashes: vec![clash("chosen"), clash("theirs")],
            version: Some(2),
            ..base.clone()
        };
        let joined = Record::joined(base.clone(), mine.clone(), theirs.clone());
        assert_eq!(joined.answers, answers(json!({"a": 2, "b": 3})));
        assert_eq!(
            joined.clashes,
            [clash("theirs"), clash("new")],
            "what was settled is not asked again"
        );
        assert_eq!(
            (&joined.sent, &joined.submission, joined.version),
            (&mine.sent, &mine.submission, Some(3))
        );
        // Whoever changed nothing goes on with what is stored, and has nothing to store.
        assert_eq!(Record::joined(base.clone(), base, theirs.clone()), theirs);
    }

    #[test]
    fn a_record_without_a_token_takes_no_token_away() {
        let mine = Record {
            token: token("t"),
            answers: answers(json!({"a": 1})),
            ..Record::default()
        };
        let joined = Record::joined(Record::default(), mine.clone(), Record::default());
        assert_eq!(joined, mine);
        let other = Record {
            token: token("o"),
            answers: answers(json!({"b": 1})),
            ..Record::default()
        };
        let joined = Record::joined(Record::default(), mine, other);
        assert_eq!(
            (joined.token, joined.answers),
            (token("o"), answers(json!({"a": 1, "b": 1}))),
            "two began at once"
        );
    }

    #[test]
    fn a_draft_is_the_same_under_its_new_link_whoever_replaced_it() {
        let base = Record {
            token: token("t"),
            answers: answers(json!({"a": 1, "gone": 1})),
            ..Record::default()
        };
        let edited = Record {
            answers: answers(json!({"a": 1})),
            ..base.clone()
        };
        let replaced = Record {
            token: token("n"),
            formerly: token("t"),
            ..base.clone()
        };
        for (mine, theirs) in [(&edited, &replaced), (&replaced, &edited)] {
            let joined = Record::joined(base.clone(), mine.clone(), theirs.clone());
            assert_eq!((joined.token, joined.formerly), (token("n"), token("t")));
            assert_eq!(joined.answers, edited.answers, "an answer removed stays removed");
            assert_eq!(joined.clashes, []);
        }
    }

    #[test]
    fn only_the_last_few_unanswered_saves_are_remembered_and_repeats_once() {
        let mut record = Record::default();
        for n in [0, 0, 1, 2, 3, 4, 5, 6, 7] {
            record.sending(answers(json!({ "n": n })));
        }
        assert_eq!(record.sent.len(), 6);
        assert_eq!(record.sent[0], answers(json!({ "n": 2 })));
    }

    #[test]
    fn changes_are_counted_by_field() {
        let record = Record {
            answers: answers(json!({"same": 1, "other": 2, "new": 3})),
            base: answers(json!({"same": 1, "other": 1, "gone": 1})),
            ..Record::default()
        };
        assert_eq!(record.changes(), 3);
    }

    #[test]
    fn what_is_left_of_an_erased_draft_names_it_under_both_its_links_and_holds_nothing_of_it() {
        let draft = |letter: &str| Record {
            token: Token::parse(&letter.repeat(43)),
            answers: Answers(Map::from_iter([("name".to_owned(), Value::from("Ada"))])),
            ..Record::default()
        };
        let replaced = Record {
            formerly: Token::parse(&"b".repeat(43)),
            ..draft("a")
        };
        let left = Record::from_text(&replaced.tombstone().to_text()).unwrap();
        assert_eq!((&left.token, &left.formerly, &left.answers), (&None, &None, &Answers::default()));
        assert!(left.erases(&draft("a")) && left.erases(&draft("b")));
        assert!(!left.erases(&draft("c")) && !left.erases(&Record::default()) && !Record::default().erases(&draft("a")));
        // Whatever is erased later, it is remembered.
        let again = Record {
            token: Token::parse(&"c".repeat(43)),
            ..left
        };
        assert!(again.erases(&draft("a")) && again.tombstone().erases(&draft("c")) && again.tombstone().erases(&draft("a")));
    }
}
