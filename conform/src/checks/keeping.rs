//! Every kind of answer comes back as it was sent, to the last character. A draft may hold anything.

use serde_json::{Value, json};

use crate::check::{Capability::Drafts, Check, Outcome, Stop};
use crate::expect::difference;
use crate::fill::{Extent, fill};
use crate::run::Run;

pub(super) const CHECKS: &[Check] = &[
    Drafts.check(
        "drafts/every-field",
        "the answer to every field of the call comes back as it was saved",
        "docs/backend.md, If-Match",
        every_field,
    ),
    Drafts.check(
        "drafts/unicode",
        "every text comes back to the last character",
        "docs/backend.md, If-Match; RFC 8259, 7",
        unicode,
    ),
    Drafts.check(
        "drafts/unicode-begun",
        "so does what was typed before the draft was begun",
        "docs/backend.md, Calls",
        unicode_begun,
    ),
    Drafts.check(
        "drafts/white-space",
        "no space, line break or empty text is trimmed from a draft",
        "docs/backend.md, If-Match",
        white_space,
    ),
    Drafts.check("drafts/names", "members of any name are kept", "docs/backend.md, If-Match", names),
    Drafts.check(
        "drafts/numbers",
        "numbers and truth values come back as what they are worth",
        "RFC 8259, 6",
        numbers,
    ),
    Drafts.check(
        "drafts/deep",
        "lists and objects within one another come back",
        "docs/backend.md, If-Match",
        deep,
    ),
    Drafts.check(
        "drafts/long",
        "a text of 20,000 characters comes back",
        "docs/backend.md, If-Match",
        long,
    ),
    Drafts.check(
        "drafts/wrong-answers",
        "a draft is never refused for what is in it",
        "docs/backend.md, If-Match",
        wrong_answers,
    ),
    Drafts.check(
        "drafts/too-large",
        "it is refused for its size alone, and nothing changes then",
        "docs/backend.md, Problems",
        too_large,
    ),
];

/// Saves answers in a new draft, and expects them back.
fn comes_back(run: &Run, answers: &Value) -> Outcome {
    let draft = run.draft(&json!({}))?;
    let saved = draft.save(answers)?;
    let read = draft.read()?;
    match difference(answers, &read.value()["answers"]) {
        None => Ok(()),
        Some(found) => Err(saved.short_of("these answers come back", found)),
    }
}

fn every_field(run: &Run) -> Outcome {
    let call = run.programme()?;
    let filled = fill(&call.programme, Extent::Everything, true);
    let filled = filled.map_err(|problems| Stop::NotChecked(format!("the suite knows no answers: {problems:?}")))?;
    comes_back(run, &json!(filled.answers))
}

/// Texts in which something is lost by those that count bytes or UTF-16 units, that normalise, or that clean up.
fn texts() -> Value {
    json!({
        "conformance_emoji": "👩🏽‍🚀 👩‍👩‍👧‍👦 🏳️‍🌈 🇫🇷 😀",
        "conformance_combining": "e\u{301} é Å \u{212b} ﬁ \u{1100}\u{1161}\u{11a8} q\u{323}\u{307}",
        "conformance_right_to_left": "שלום \u{202b}abc\u{202c} مرحبا بالعالم",
        "conformance_scripts": "東京 Ελληνικά हिन्दी ไทย 한국어 ქართული",
        "conformance_beyond": "𝔘𝔫𝔦 𠜎 \u{10ffff} \u{1f9d1}\u{200d}\u{1f4bb}",
        "conformance_separators": "a\u{2028}b\u{2029}c\u{85}d\u{a0}e\u{feff}f\u{200b}g",
        "conformance_markup": "<script>alert(1)</script> &amp; \"'`\\ \\u0041 %41 ${x} {{x}} '; DROP TABLE",
        "conformance_controls": "a\u{1}b\u{1f}c\u{7f}d\te",
        "conformance_noncharacters": "\u{fffd}\u{fdd0}\u{ffff}",
    })
}

fn unicode(run: &Run) -> Outcome {
    comes_back(run, &texts())
}

fn unicode_begun(run: &Run) -> Outcome {
    let draft = run.draft(&texts())?;
    let read = draft.read()?;
    match difference(&texts(), &read.value()["answers"]) {
        None => Ok(()),
        Some(found) => Err(read.short_of(format!("the answers that it was begun with: {}", texts()), found)),
    }
}

fn white_space(run: &Run) -> Outcome {
    let texts = json!({
        "conformance_around": "  two before and two after  ",
        "conformance_breaks": "\n\r\n\r a \n",
        "conformance_empty": "",
        "conformance_blank": " ",
        "conformance_tabs": "\t\ta\t",
        "conformance_row": [{"id": "r", "name": ""}, {"id": "s", "name": " "}],
    });
    comes_back(run, &texts)
}

fn names(run: &Run) -> Outcome {
    let answers = json!({"": "a", " ": "b", "a/b": "c", "a~b": "d", "a.b": "e", "$set": "f", "__proto__": "g", "constructor": "h", "é": "i", "👩🏽‍🚀": "j",
        "id": "k", "version": "l", "status": "m", "answers": {"answers": "n"}});
    comes_back(run, &answers)
}

fn numbers(run: &Run) -> Outcome {
    let answers = json!({"conformance_numbers": [0, 1, -1, 0.1, -2.5, 1e21, 1e-7, 123456789.125, 9007199254740991_i64, -9007199254740991_i64, 4.35],
        "conformance_yes": true, "conformance_no": false, "conformance_typed": "1 200,50", "conformance_digits": "007"});
    comes_back(run, &answers)
}

fn deep(run: &Run) -> Outcome {
    let mut value = json!("at the bottom");
    for level in 0..6 {
        value = json!({"level": level, "list": [[], {}, [value]]});
    }
    comes_back(run, &json!({"conformance_deep": value}))
}

fn long(run: &Run) -> Outcome {
    let text: String = "0123456789 abcdefgé\n".repeat(1_000);
    comes_back(run, &json!({"conformance_long": text}))
}

fn wrong_answers(run: &Run) -> Outcome {
    let call = run.programme()?;
    let draft = run.draft(&json!({}))?;
    let mut wrong = serde_json::Map::new();
    for field in call.programme.steps.iter().flat_map(|step| &step.fields) {
        // Of no kind that any field takes, and too long for all of them.
        wrong.insert(field.id.clone(), json!("not what was asked @ ".repeat(40)));
    }
    let first = wrong.keys().next().cloned().unwrap_or_else(|| String::from("conformance_a"));
    for answers in [
        Value::Object(wrong),
        json!({first: {"of": ["another", "shape", 7]}, "conformance_unknown": "field"}),
    ] {
        let saved = draft.save(&answers)?;
        let read = draft.read()?;
        for (name, value) in answers.as_object().into_iter().flatten() {
            if let Some(found) = difference(value, &read.value()["answers"][name]) {
                return Err(saved.short_of(format!("{name} is kept as it was saved, however wrong"), found));
            }
        }
    }
    Ok(())
}

fn too_large(run: &Run) -> Outcome {
    let draft = run.draft(&json!({"conformance_a": "small"}))?;
    let version = draft.version()?;
    let reply = match draft.patch(version, &json!({"conformance_a": "x".repeat(3_000_000)})) {
        // Whoever closes the connection on somebody still sending is not always heard.
        Err(Stop::Short(fault)) if fault.reply.is_none() => return Stop::not_checked("the connection ended before a reply could be read"),
        reply => reply?,
    };
    if reply.status == 200 {
        // Whoever can keep that much may.
        return Ok(());
    }
    reply.problem(&[413], "/problems/too-large")?;
    draft.read()?.member("/answers", &json!({"conformance_a": "small"}))
}
