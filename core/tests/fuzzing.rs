//! Whatever a backend sends or a file holds, reading it ends with a value or a fault: no panic, no more time than a page has.
//! A long session: `PROPTEST_CASES=200000 cargo test -p opencall-core --features native --release --test fuzzing`.
#![cfg(feature = "native")]
#![allow(clippy::unwrap_used)]

#[path = "common/mutate.rs"]
mod mutate;

use std::time::{Duration, Instant};

use mutate::{deep, mutated};
use opencall_core::contract::partner::PartnerCounts;
use opencall_core::contract::staff::{
    AuditEntry, InvitationView, LinkView, Moved, PersonView, Previous, SavedView, SessionInfo, SessionView, StaffApplication,
};
use opencall_core::contract::{
    ApplicationView, Begin, Capabilities, Clock, Event, Export, FileView, Happening, Keys, NewToken, Presence, Present, Receipt, Saved,
    Seal, SealRequest, SignedReceipt, TokenReplaced, WholeView,
};
use opencall_core::draft_file::DraftFile;
use opencall_core::{Programme, Timestamp};
use proptest::collection::vec;
use proptest::prelude::*;
use serde::de::{DeserializeOwned, IgnoredAny};
use serde_json::Value;

/// How a text is read; whether it was taken.
type Reads = fn(&str) -> bool;

fn of<T: DeserializeOwned>(text: &str) -> bool {
    serde_json::from_str::<T>(text).is_ok()
}

const APPLICATION: &str = r#"{"id":"a","programme":"p","status":"submitted","version":7,"answers":{"name":"Ada","team":[{"id":"r1","name":"Bob"}]},
    "files":[{"id":"f","field":"deck","name":"d.pdf","size":9,"received":9,"type":"pdf","sha256":"00","created_at":"2023-11-08T09:00:00Z"}],
    "created_at":"2023-11-08T09:00:00Z","updated_at":"2023-11-08T09:00:00.25Z","extension":"2023-12-02T22:59:59Z",
    "receipt":{"reference":"K7QF-2MXD","application":"a","programme":"p","version":7,"digest":"00","received_at":"2023-11-08T09:00:00Z","deadline":"2023-12-01T22:59:59Z","signed":{"statement":"s","key":"k","signature":"x"}},
    "submitted_version":7,"partner":"meta","referrer":"https://meta.example","campaign":"spring"}"#;
const FILE: &str =
    r#"{"id":"f","field":"deck","name":"d.pdf","size":9,"received":9,"type":"pdf","sha256":"00","created_at":"2023-11-08T09:00:00Z"}"#;
const PERSON: &str = r#"{"id":"p","name":"Ada","role":"organiser","active":true,"created_at":"2023-11-08T09:00:00Z","sessions":1,"programme":"p","permissions":["read"],"person":{"id":"p","name":"Ada","role":"organiser"},"expires_at":"2023-11-08T09:00:00Z"}"#;
const EVENTS: &str = r#"[{"at":"2023-11-08T09:00:00Z","what":"begun"},{"at":"2023-11-08T09:00:00Z","what":"extended","until":"2023-12-02T22:59:59Z","reason":"x"}]"#;
const DRAFT: &str = r#"{"kind":"opencall/draft","format":1,"programme":"p","saved_at":"2023-11-08T09:00:00Z","answers":{"city":"Nantes"},"aside":[{"pointer":"/motto","value":"Onwards"}]}"#;
const SEAL: &str = r#"{"digest":"00","files":[{"field":"deck","name":"d.pdf","size":9,"sha256":"00"}],"version":7,"sealed_at":"2023-11-08T09:00:00Z","deadline":"2023-12-01T22:59:59Z","until":"2023-12-01T23:59:59Z","signed":{"statement":"s","key":"k","signature":"x"}}"#;
const STAFF: &str = r#"{"reference":"K7QF-2MXD","id":"a","status":"in-review","version":7,"answers":{"name":"Ada"},"files":[],"happenings":[{"at":"2023-11-08T09:00:00Z","what":"begun","who":"Ada"}],"notes":[{"id":1,"text":"x","by":"Ada","at":"2023-11-08T09:00:00Z"}],"created_at":"2023-11-08T09:00:00Z","updated_at":"2023-11-08T09:00:00Z","moves":[]}"#;
const MOVED: &str = r#"{"id":"m","undo_until":"2023-11-08T09:00:00Z","outcomes":[{"reference":"K7QF-2MXD","outcome":"moves"}],"moved":1,"status":"selected"}"#;
const MEMBERS: &str = r#"{"idempotency":true,"concurrency":"if-match","uploads":"tus","staff":"links","now":"2023-11-08T09:00:00Z","version":7,"saved_at":"2023-11-08T09:00:00Z","token":"t","client":"c","section":"s","device":"d","others":[{"client":"c","seen_at":"2023-11-08T09:00:00Z"}],"replaced_at":"2023-11-08T09:00:00Z","keys":[{"id":"k","public":"x"}],"answers":{},"locale":"en","submitted":[[1,2]]}"#;

/// Every type that travels, with a document near to what it reads.
fn readers() -> Vec<(&'static str, Reads)> {
    vec![
        (APPLICATION, of::<ApplicationView>),
        (APPLICATION, of::<WholeView>),
        (APPLICATION, of::<Export>),
        (APPLICATION, of::<Receipt>),
        (APPLICATION, of::<SignedReceipt>),
        (FILE, of::<FileView>),
        (EVENTS, of::<Vec<Event>>),
        (EVENTS, of::<Vec<Happening>>),
        (SEAL, of::<Seal>),
        (SEAL, of::<SealRequest>),
        (MEMBERS, of::<Capabilities>),
        (MEMBERS, of::<Clock>),
        (MEMBERS, of::<Saved>),
        (MEMBERS, of::<Begin>),
        (MEMBERS, of::<Keys>),
        (MEMBERS, of::<NewToken>),
        (MEMBERS, of::<TokenReplaced>),
        (MEMBERS, of::<Presence>),
        (MEMBERS, of::<Present>),
        (MEMBERS, of::<Previous>),
        (MEMBERS, of::<PartnerCounts>),
        (STAFF, of::<StaffApplication>),
        (STAFF, of::<StaffApplication<IgnoredAny, IgnoredAny>>),
        (PERSON, of::<SessionView>),
        (PERSON, of::<PersonView>),
        (PERSON, of::<SessionInfo>),
        (PERSON, of::<InvitationView>),
        (PERSON, of::<LinkView>),
        (PERSON, of::<Vec<AuditEntry>>),
        (PERSON, of::<SavedView>),
        (MOVED, of::<Moved>),
        (DRAFT, |text| DraftFile::parse(text).is_ok()),
        (include_str!("common/every-kind.json"), |text| Programme::load(text).is_ok()),
        (include_str!("../../public/programmes/ai-startup-program.json"), |text| {
            Programme::load(text).is_ok()
        }),
    ]
}

/// Reading one text is no more than a moment, on a slow machine without optimisation.
const A_MOMENT: Duration = Duration::from_secs(5);

fn reads(read: Reads, text: &str) -> bool {
    let begun = Instant::now();
    let taken = read(text);
    assert!(begun.elapsed() < A_MOMENT, "{} bytes took {:?}", text.len(), begun.elapsed());
    taken
}

proptest! {
    #![proptest_config(ProptestConfig { cases: cases(400), max_shrink_iters: 2_000, ..ProptestConfig::default() })]

    #[test]
    fn good_documents_made_bad_are_read_or_refused(which in 0..34_usize, thrown in vec(any::<u32>(), 1..24)) {
        let readers = readers();
        let (sample, read) = readers[which % readers.len()];
        reads(read, &mutated(sample, &thrown));
    }

    #[test]
    fn what_is_meant_for_another_is_read_or_refused(from in 0..34_usize, by in 0..34_usize, thrown in vec(any::<u32>(), 1..6)) {
        let readers = readers();
        reads(readers[by % readers.len()].1, &mutated(readers[from % readers.len()].0, &thrown));
    }

    #[test]
    fn any_text_is_read_or_refused(which in 0..34_usize, text in "\\PC{0,200}|[\\[\\]{}\",:0-9eE.\\\\u-]{0,80}") {
        let readers = readers();
        reads(readers[which % readers.len()].1, &text);
    }

    #[test]
    fn any_bytes_are_read_or_refused(which in 0..34_usize, bytes in vec(any::<u8>(), 0..300)) {
        let readers = readers();
        // As the app has them: what is no UTF-8 became U+FFFD.
        reads(readers[which % readers.len()].1, &String::from_utf8_lossy(&bytes));
    }

    #[test]
    fn any_text_is_a_time_or_none(text in "[-+0-9TZ:. ]{0,40}|\\PC{0,40}") {
        if let Some(at) = Timestamp::parse(&text) {
            prop_assert_eq!(Timestamp::parse(&at.to_string()), Some(at));
        }
    }
}

/// As many as the environment asks for, else so many.
fn cases(usually: u32) -> u32 {
    std::env::var("PROPTEST_CASES")
        .ok()
        .and_then(|cases| cases.parse().ok())
        .unwrap_or(usually)
}

#[test]
fn the_samples_are_near_enough_to_be_worth_changing() {
    for (sample, _) in readers() {
        assert!(serde_json::from_str::<Value>(sample).is_ok(), "{sample}");
    }
    let taken = readers().into_iter().filter(|(sample, read)| read(sample)).count();
    assert!(taken >= 14, "{taken} of {} read their sample as it is", readers().len());
}

#[test]
fn a_hundred_thousand_brackets_are_passed_over_or_refused_at_once() {
    for text in deep(100_000) {
        for (_, read) in readers() {
            // A member that nobody knows is passed over, however deep; what has to be held is refused.
            let taken = reads(read, &text);
            assert!(!taken || text.starts_with("{\"unknown\"") || text.starts_with("{\"answers\""));
        }
        assert!(serde_json::from_str::<Value>(&text).is_err());
    }
}

#[test]
fn megabytes_of_small_things_are_read_or_refused_in_a_moment() {
    let many = [
        format!("[{}0]", "0,".repeat(50_000)),
        format!("{{\"answers\":{{{}\"z\":0}}}}", "\"a\":[],".repeat(50_000)),
        format!("[{}{{}}]", "{\"at\":\"x\"},".repeat(30_000)),
        format!("\"{}\"", "\\ud83d".repeat(60_000)),
        "9".repeat(1_000_000),
        format!("{{\"version\":{}}}", "9".repeat(900_000)),
    ];
    for text in many {
        for (_, read) in readers() {
            reads(read, &text);
        }
    }
}
