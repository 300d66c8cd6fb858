//! The staff's side: what they do with applications. All of it is done to one of the suite's own.

use serde_json::{Value, json};

use crate::check::{Capability::Staff, Check, Outcome};
use crate::draft::key;
use crate::expect::difference;
use crate::run::Run;

pub(super) const CHECKS: &[Check] = &[
    Staff.check(
        "staff/one",
        "an application shows what was submitted, its files, receipt and timeline",
        "docs/backend.md, Staff",
        one,
    ),
    Staff.check("staff/file", "its files come back byte for byte", "docs/backend.md, Staff", file),
    Staff.check(
        "staff/notes",
        "notes are kept to the last character, with who wrote them",
        "docs/backend.md, Staff",
        notes,
    ),
    Staff.check(
        "staff/dry-run",
        "a move can be asked for without being made",
        "docs/backend.md, Staff",
        dry_run,
    ),
    Staff.check(
        "staff/moves",
        "it is moved, the applicant sees that but not by whom nor why, and it is moved back",
        "docs/backend.md, Staff",
        moves,
    ),
    Staff.check(
        "staff/moved-meanwhile",
        "nothing moves when one has another status than it was seen with",
        "docs/backend.md, Staff",
        moved_meanwhile,
    ),
    Staff.check(
        "staff/views",
        "a view of the list is saved, changed and taken away",
        "docs/backend.md, Staff",
        views,
    ),
    Staff.check(
        "staff/export-json",
        "exactly those asked for are exported, in their order",
        "docs/backend.md, Staff",
        export_json,
    ),
    Staff.check(
        "staff/export-csv",
        "as CSV too, with a heading and a line each",
        "docs/backend.md, Staff; RFC 4180, 2",
        export_csv,
    ),
    Staff.check(
        "staff/extension",
        "a deadline only becomes later",
        "docs/backend.md, Staff",
        extension,
    ),
];

fn one(run: &Run) -> Outcome {
    let staff = run.staff()?;
    staff.may("read_applications")?;
    let submitted = run.for_staff()?;
    let reference = submitted.reference()?;
    let reply = staff.get(&format!("/applications/{reference}"))?;
    let value = reply.json(&[200])?;
    reply.member("/reference", &json!(reference))?;
    reply.member("/status", &json!("submitted"))?;
    reply.member("/receipt/digest", &submitted.receipt.value()["digest"])?;
    let read = submitted.draft.read()?;
    reply.member("/files", &read.value()["files"])?;
    reply.require(value["notes"].is_array() && value["moves"].is_array(), "notes and moves are lists")?;
    let shown = &value["submitted"];
    let missing = submitted
        .answers
        .as_object()
        .into_iter()
        .flatten()
        .find(|(name, _)| shown[name.as_str()].is_null());
    match missing {
        None => Ok(()),
        Some((name, _)) => Err(reply.short(format!("submitted has {name}"))),
    }
}

fn file(run: &Run) -> Outcome {
    let staff = run.staff()?;
    staff.may("read_applications")?;
    let submitted = run.for_staff()?;
    let read = submitted.draft.read()?;
    let file = read.value()["files"][0].clone();
    let Some(id) = file["id"].as_str() else {
        return crate::Stop::not_checked("the application has no file");
    };
    let own = submitted.draft.request("GET", &format!("/application/files/{id}")).send()?;
    let reply = staff.get(&format!("/applications/{}/files/{id}", submitted.reference()?))?;
    reply.status(&[200])?;
    reply.require(reply.body == own.body, "the bytes that the applicant gets")
}

fn notes(run: &Run) -> Outcome {
    let staff = run.staff()?;
    staff.may("write_notes")?;
    let submitted = run.for_staff()?;
    let reference = submitted.reference()?;
    let text = "Written by the conformance suite: 👩🏽‍🚀 é\nand a second line <b>";
    staff
        .send("POST", &format!("/applications/{reference}/notes"), &json!({"text": text}))?
        .status(&[201])?;
    let reply = staff.get(&format!("/applications/{reference}"))?;
    let value = reply.json(&[200])?;
    let notes = value["notes"].as_array().cloned().unwrap_or_default();
    let by = &staff.signed_in.value()["person"]["name"];
    let is_there = notes.iter().any(|note| note["text"] == text && note["by"] == *by);
    reply.require(is_there, "notes has it, to the last character, by whoever is signed in")?;
    let private = submitted.draft.get("/export")?;
    private.require(
        !String::from_utf8_lossy(&private.body).contains("Written by the conformance suite"),
        "nothing of it for the applicant",
    )
}

/// Asks to move the suite's application.
fn ask(run: &Run, to: &str, seen: &str, dry_run: bool) -> Outcome<crate::http::Reply> {
    let reference = run.for_staff()?.reference()?;
    let body = json!({"to": to, "reason": "conformance: nobody is to read this", "dry_run": dry_run,
        "applications": [{"reference": reference, "status": seen}]});
    run.staff()?
        .send("POST", &format!("/programmes/{}/moves", run.programme()?.id), &body)
}

fn dry_run(run: &Run) -> Outcome {
    run.staff()?.may("move_applications")?;
    let reply = ask(run, "in_review", "submitted", true)?;
    reply.json(&[200])?;
    reply.member("/outcomes/0/outcome", &json!("moves"))?;
    run.for_staff()?.draft.read()?.member("/status", &json!("submitted"))?;
    let illegal = ask(run, "selected", "submitted", true)?;
    illegal.json(&[200])?;
    illegal.member("/outcomes/0/outcome", &json!("illegal"))
}

fn moves(run: &Run) -> Outcome {
    let staff = run.staff()?;
    staff.may("move_applications")?;
    let draft = &run.for_staff()?.draft;
    let reply = ask(run, "in_review", "submitted", false)?;
    reply.json(&[200])?;
    let id = reply.text("/id")?;
    reply.time("/undo_until")?;
    draft.read()?.member("/status", &json!("in_review"))?;
    let timeline = draft.get("/timeline")?;
    let seen = String::from_utf8_lossy(&timeline.body).into_owned();
    timeline.require(seen.contains("moved"), "the applicant's timeline has moved")?;
    let by = staff.signed_in.value()["person"]["name"].as_str().unwrap_or_default().to_owned();
    timeline.require(
        !seen.contains("nobody is to read this") && !seen.contains(&by),
        "without by whom and why",
    )?;
    // What is in review takes no more changes.
    draft
        .patch(draft.version()?, &json!({"conformance_a": "x"}))?
        .problem(&[409], "/problems/illegal-move")?;
    draft.submit(draft.version()?, &key()?)?.problem(&[409], "/problems/illegal-move")?;
    staff.send("POST", &format!("/moves/{id}/undo"), &json!({}))?.status(&[200])?;
    draft.read()?.member("/status", &json!("submitted"))
}

fn moved_meanwhile(run: &Run) -> Outcome {
    run.staff()?.may("move_applications")?;
    let reply = ask(run, "declined", "in_review", false)?;
    reply.problem(&[409], "/problems/moved-meanwhile")?;
    reply.member("/outcomes/0/outcome", &json!("changed"))?;
    run.for_staff()?.draft.read()?.member("/status", &json!("submitted"))
}

fn views(run: &Run) -> Outcome {
    let staff = run.staff()?;
    staff.may("read_applications")?;
    let path = format!("/programmes/{}/views", run.programme()?.id);
    let name = format!("Conformance {}", key()?);
    let made = staff.send("POST", &path, &json!({"name": name, "query": "status=submitted", "shared": false}))?;
    made.json(&[200, 201])?;
    let id = made.text("/id")?;
    let outcome = (|| {
        let again = staff.send("POST", &path, &json!({"name": name, "query": "", "shared": false}))?;
        again.problem(&[409], "/problems/view-exists")?;
        let changed = staff.send(
            "PUT",
            &format!("/views/{id}"),
            &json!({"name": name, "query": "status=draft", "shared": false}),
        )?;
        changed.json(&[200])?;
        let listed = staff.get(&path)?;
        let value = listed.json(&[200])?;
        let mut views = value.as_array().into_iter().flatten();
        let found = views.find(|view| view["id"] == id.as_str()).cloned().unwrap_or_default();
        listed.require(
            found["query"] == "status=draft" && found["mine"] == true,
            "the changed view, as one's own",
        )
    })();
    let removed = staff.request("DELETE", &format!("/views/{id}")).send()?;
    outcome?;
    removed.status(&[204]).map(drop)
}

fn export_json(run: &Run) -> Outcome {
    let staff = run.staff()?;
    staff.may("export")?;
    let submitted = run.for_staff()?;
    let reference = submitted.reference()?;
    let body = json!({"format": "json", "references": [reference]});
    let reply = staff.send("POST", &format!("/programmes/{}/export", run.programme()?.id), &body)?;
    let value = reply.json(&[200])?;
    reply.require(value.as_array().map(Vec::len) == Some(1), "a list of one")?;
    reply.member("/0/reference", &json!(reference))?;
    let texts = |value: &Value| -> Value {
        let members = value.as_object().into_iter().flatten();
        members
            .filter(|(_, value)| value.is_string())
            .map(|(name, value)| (name.clone(), value.clone()))
            .collect()
    };
    let names: Vec<String> = texts(&value[0]["answers"])
        .as_object()
        .into_iter()
        .flatten()
        .map(|(name, _)| name.clone())
        .collect();
    reply.require(!names.is_empty() || texts(&submitted.answers) == json!({}), "answers has the texts")
}

fn export_csv(run: &Run) -> Outcome {
    let staff = run.staff()?;
    staff.may("export")?;
    let reference = run.for_staff()?.reference()?;
    let body = json!({"format": "csv", "references": [reference]});
    let reply = staff.send("POST", &format!("/programmes/{}/export", run.programme()?.id), &body)?;
    reply.status(&[200])?;
    reply.require(reply.media_type() == "text/csv", "Content-Type: text/csv")?;
    let text = String::from_utf8_lossy(&reply.body).into_owned();
    let mut lines = text.split("\r\n");
    reply.require(
        lines.next().is_some_and(|heading| heading.contains("reference")),
        "a heading, with reference",
    )?;
    reply.require(
        lines.next().is_some_and(|line| line.starts_with(&reference)),
        "a line that begins with the reference",
    )?;
    let disposition = reply.header("content-disposition").unwrap_or_default();
    reply.require(disposition.starts_with("attachment"), "Content-Disposition: attachment")
}

fn extension(run: &Run) -> Outcome {
    let staff = run.staff()?;
    staff.may("extend_deadlines")?;
    let submitted = run.for_staff()?;
    let path = format!("/applications/{}/extension", submitted.reference()?);
    let deadline = run.programme()?.programme.schedule.deadline;
    let at = |millis: i64| json!({"deadline": deadline.plus_millis(millis).to_string(), "reason": "conformance"});
    staff.send("POST", &path, &at(-60_000))?.problem(&[409], "/problems/illegal-move")?;
    staff.send("POST", &path, &at(60_000))?.status(&[204])?;
    let read = submitted.draft.read()?;
    read.member("/extension", &json!(deadline.plus_millis(60_000).to_string()))?;
    let timeline = submitted.draft.get("/timeline")?.value();
    let extended = timeline
        .as_array()
        .into_iter()
        .flatten()
        .find(|event| event["what"] == "extended")
        .cloned()
        .unwrap_or_default();
    let expected = json!({"until": deadline.plus_millis(60_000).to_string(), "reason": "conformance"});
    let found = json!({"until": extended["until"], "reason": extended["reason"]});
    match difference(&expected, &found) {
        None => Ok(()),
        Some(found) => Err(read.short_of("the timeline has extended, with until and reason", found)),
    }
}
