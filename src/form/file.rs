//! A file: a button and a place to drop it, its way to the backend, what became of it; or a link in its stead.

use crate::ui::dom::{Show, View, el, input_of, many};
use crate::ui::kept::{Kept, kept, slot};
use opencall_core::contract::Uploads;
use opencall_core::programme::FileType;
use serde_json::Value;
use wasm_bindgen::JsCast;

use super::editing::Answered;
use super::field::{described_by, error, hint, is_wrong, label};
use super::input::{Line, line};
use super::spot::Spot;
use crate::api::ApiError;
use crate::draft::{Draft, FileRule, Upload, UploadState};
use crate::i18n::messages::plural;
use crate::i18n::{failures, fill, problems};
use crate::ui::focus;

/// What stands in the field.
#[derive(Clone, PartialEq)]
enum Shape {
    /// Nothing yet.
    Empty,
    /// An upload that is not done, by its number.
    Active(u32),
    /// A file: name and size.
    Done(String, u64),
}

/// The field. Outside a draft there is nowhere to put a file.
pub fn control(spot: Spot, accept: &'static [FileType], max_bytes: u64, or_link: bool) -> View {
    let Answered::Draft(draft) = spot.form.answers else {
        return ().show();
    };
    let t = spot.form.t;
    let id = spot.id();
    let input_id = [&id, "-in"].concat();
    let focus_input = {
        let selector = ["#", &input_id].concat();
        move || focus::after_drawing(selector.clone())
    };
    let upload = kept(move |_: Option<&_>| {
        let pointer = spot.pointer_now();
        draft
            .uploads()
            .with(|uploads| uploads.iter().find(|upload| upload.pointer == pointer).cloned())
    });
    let shape = kept(move |before: Option<&Shape>| {
        let now = match upload.with(|upload| upload.as_ref().map(|upload| upload.id)) {
            Some(id) => Shape::Active(id),
            None => spot.with(done),
        };
        if let (Some(Shape::Active(_)), Shape::Done(name, _)) = (before, &now) {
            spot.form.announcer.say(fill(t.file_said_done, &[("name", name)]));
        }
        now
    });
    let take = move |files: Option<web_sys::FileList>| {
        if let Some(file) = files.and_then(|files| files.get(0)).filter(|_| spot.form.open.get_untracked()) {
            draft.start_upload(
                &spot.pointer_now(),
                file,
                FileRule {
                    accept: accept.to_vec(),
                    max_bytes,
                },
            );
        }
    };
    let chosen = move |event: web_sys::Event| {
        if let Some(input) = input_of(&event) {
            take(input.files());
            // The same file can be chosen again.
            input.set_value("");
        }
    };
    let over = slot(false);
    let dropped = move |event: web_sys::Event| {
        let event: web_sys::DragEvent = event.unchecked_into();
        event.prevent_default();
        over.set(false);
        take(event.data_transfer().and_then(|data| data.files()));
    };
    let body = {
        let input_id = input_id.clone();
        move || match shape.get() {
            Shape::Empty => empty(spot, &input_id),
            Shape::Active(number) => active(spot, draft, number, upload, &input_id, focus_input.clone()),
            Shape::Done(name, size) => finished(spot, draft, name, size, &input_id, focus_input.clone()),
        }
    };
    let link = or_link.then(|| link(spot, shape));
    if spot.form.uploads == Uploads::None {
        return untaken(spot, id, shape, link);
    }
    el("div")
        .attr("class", move || if spot.problem("").is_some() { "field wrong" } else { "field" })
        .attr("id", id.clone())
        .kid(
            el("label")
                .attr("class", "field-label")
                .attr("for", input_id.clone())
                .kid(label(spot)),
        )
        .kid(hint(spot))
        .kid(error(spot, ""))
        .kid(
            el("div")
                .attr("class", move || if over.get() { "file-zone over" } else { "file-zone" })
                .kid(
                    el("input")
                        .attr("class", "vh")
                        .attr("id", input_id)
                        .attr("type", "file")
                        .attr("accept", accepted(accept))
                        .attr("aria-describedby", described_by(spot, ""))
                        .attr("aria-invalid", is_wrong(spot, ""))
                        .attr("disabled", move || !spot.is_open())
                        .on("change", chosen),
                )
                .kid(body)
                .on("dragover", move |event| {
                    event.prevent_default();
                    over.set(true);
                })
                .on("dragleave", move |_| over.set(false))
                .on("drop", dropped),
        )
        .kid(link)
        .show()
}

/// The field where the backend takes no files: that it does not, what was uploaded before, and the link where one will do.
fn untaken(spot: Spot, id: String, shape: Kept<Shape>, link: Option<View>) -> View {
    let t = spot.form.t;
    let said = move || match shape.get() {
        Shape::Done(name, _) => name,
        _ => t.no_file.to_owned(),
    };
    el("div")
        .attr("class", move || if spot.problem("").is_some() { "field wrong" } else { "field" })
        .attr("id", id)
        .attr("tabindex", "-1")
        .kid(el("p").attr("class", "field-label").kid(label(spot)))
        .kid(hint(spot))
        .kid(error(spot, ""))
        .kid(el("p").attr("class", "file-facts").kid(said))
        .kid(link)
        .show()
}

fn done(value: Option<&Value>) -> Shape {
    let member = |name: &str| value.and_then(|value| value.get(name));
    match (member("name").and_then(Value::as_str), member("size").and_then(Value::as_u64)) {
        (Some(name), Some(size)) => Shape::Done(name.to_owned(), size),
        _ => Shape::Empty,
    }
}

/// What the file chooser offers first; what is taken is decided by content.
fn accepted(accept: &[FileType]) -> String {
    let kinds: Vec<String> = accept
        .iter()
        .map(|kind| [".", kind.extension(), ",", kind.media_type()].concat())
        .collect();
    kinds.join(",")
}

fn empty(spot: Spot, input_id: &str) -> View {
    let t = spot.form.t;
    if !spot.is_open() {
        return el("p").attr("class", "soft").kid(t.unanswered).show();
    }
    el("div")
        .attr("class", "drop")
        .kid(
            el("label")
                .attr("class", "btn quiet")
                .attr("for", input_id.to_owned())
                .kid(t.file_choose),
        )
        .kid(el("span").attr("class", "file-or").kid(t.file_drop))
        .show()
}

fn finished(spot: Spot, draft: Draft, name: String, size: u64, input_id: &str, back: impl Fn() + 'static) -> View {
    let t = spot.form.t;
    let size = problems::bytes(t, size, spot.form.locale);
    let buttons = spot.is_open().then(|| {
        el("div")
            .attr("class", "actions")
            .kid(
                el("label")
                    .attr("class", "link-btn")
                    .attr("for", input_id.to_owned())
                    .kid(t.file_other),
            )
            .kid(
                el("button")
                    .attr("type", "button")
                    .attr("class", "link-btn")
                    .kid(t.file_remove)
                    .on("click", move |_| {
                        draft.remove_file(&spot.pointer_now());
                        back();
                    }),
            )
    });
    el("div")
        .attr("class", "file")
        .kid(el("p").attr("class", "file-name").kid(name))
        .kid(el("p").attr("class", "file-facts").kid([&size, " · ", t.file_done].concat()))
        .kid(buttons)
        .show()
}

fn active(spot: Spot, draft: Draft, number: u32, upload: Kept<Option<Upload>>, input_id: &str, back: impl Fn() + 'static) -> View {
    let t = spot.form.t;
    let (name, size) = upload
        .with_untracked(|upload| upload.as_ref().map(|upload| (upload.name.clone(), upload.size)))
        .unwrap_or_default();
    let sent = move || upload.with(|upload| upload.as_ref().map_or(0, |upload| upload.sent)).to_string();
    let kind = kept(move |_: Option<&_>| upload.with(|upload| upload.as_ref().map(|upload| kind_of(&upload.state))));
    let words = move || upload.with(|upload| upload.as_ref().map(|upload| state_words(spot, upload)));
    let trouble = move || {
        let words = words()?;
        Some(match kind.get()? {
            Kind::Stopped | Kind::Dead => el("p").attr("class", "field-error").attr("role", "alert").kid(words).show(),
            _ => el("p").attr("class", "file-facts").kid(words).show(),
        })
    };
    let label = spot.label();
    let whole = spot.form.uploads == Uploads::Whole;
    // What cannot go on has no progress to show, and how far a file in one piece is no browser tells.
    let progress = move || {
        (kind.get() != Some(Kind::Dead)).then(|| {
            let bar = el("progress").attr("aria-label", label).attr("max", size.max(1).to_string());
            if whole { bar } else { bar.attr("value", sent) }
        })
    };
    // One button for both ways, so that focus stays where it is.
    let toggle = move || {
        let offered = match kind.get() {
            Some(Kind::Moving | Kind::Paused) => !whole,
            kind => kind == Some(Kind::Stopped),
        };
        offered.then(|| {
            let moving = move || kind.get() == Some(Kind::Moving);
            el("button")
                .attr("type", "button")
                .attr("class", "link-btn")
                .kid(move || match (moving(), whole) {
                    (true, _) => t.file_pause,
                    (false, true) => t.file_again,
                    (false, false) => t.file_resume,
                })
                .on("click", move |_| {
                    if kind.get_untracked() == Some(Kind::Moving) {
                        draft.pause_upload(number)
                    } else {
                        draft.resume_upload(number)
                    }
                })
        })
    };
    let input_id = input_id.to_owned();
    let again = move || {
        matches!(kind.get(), Some(Kind::Again | Kind::Dead)).then(|| {
            el("label")
                .attr("class", "link-btn")
                .attr("for", input_id.clone())
                .kid(t.file_choose)
        })
    };
    el("div")
        .attr("class", "file")
        .kid(el("p").attr("class", "file-name").kid(name))
        .kid(progress)
        .kid(trouble)
        .kid(
            el("div").attr("class", "actions").kid(toggle).kid(again).kid(
                el("button")
                    .attr("type", "button")
                    .attr("class", "link-btn")
                    .kid(t.file_cancel)
                    .on("click", move |_| {
                        draft.cancel_upload(number);
                        back();
                    }),
            ),
        )
        .show()
}

/// The states that look alike.
#[derive(Clone, Copy, PartialEq)]
enum Kind {
    /// Bytes are moving or being looked at.
    Moving,
    /// Stopped by the applicant.
    Paused,
    /// Stopped by something else; can go on.
    Stopped,
    /// The file has to be chosen again.
    Again,
    /// Cannot go on.
    Dead,
    /// All bytes are there.
    Checking,
}

fn kind_of(state: &UploadState) -> Kind {
    match state {
        UploadState::Preparing | UploadState::Sending => Kind::Moving,
        UploadState::Checking => Kind::Checking,
        UploadState::Paused => Kind::Paused,
        UploadState::Interrupted(_) | UploadState::Failed(_) => Kind::Stopped,
        UploadState::ChooseAgain => Kind::Again,
        UploadState::Refused(_) => Kind::Dead,
    }
}

fn state_words(spot: Spot, upload: &Upload) -> String {
    let (t, locale) = (spot.form.t, spot.form.locale);
    let (sent, all) = (problems::bytes(t, upload.sent, locale), problems::bytes(t, upload.size, locale));
    let progress = fill(t.file_progress, &[("done", &sent), ("all", &all)]);
    let whole = spot.form.uploads == Uploads::Whole;
    match &upload.state {
        UploadState::Sending if whole => fill(t.file_whole, &[("size", &all)]),
        UploadState::Interrupted(ApiError::Offline | ApiError::Timeout) if whole => t.file_anew.to_owned(),
        UploadState::Interrupted(ApiError::Offline | ApiError::Timeout) => t.file_interrupted.to_owned(),
        UploadState::Interrupted(error) => failures::words(t, locale, error),
        UploadState::Preparing => progress,
        UploadState::Sending => match upload.seconds_left {
            Some(seconds) => [&progress, " · ", &fill(t.file_left, &[("left", &duration(spot, seconds))])].concat(),
            None => progress,
        },
        UploadState::Checking => t.file_checking.to_owned(),
        UploadState::Paused => [t.file_paused, " · ", &progress].concat(),
        UploadState::ChooseAgain => fill(t.file_waiting_file, &[("name", &upload.name)]),
        UploadState::Refused(code) => spot.words(code),
        UploadState::Failed(error) => [t.file_refused, " ", &failures::words(t, locale, error)].concat(),
    }
}

fn duration(spot: Spot, seconds: u32) -> String {
    let (text, n) = if seconds < 90 {
        (spot.form.t.seconds, seconds)
    } else {
        (spot.form.t.minutes, seconds.div_ceil(60))
    };
    plural(text, spot.form.locale, n as usize)
}

/// The link that can stand in for the file; away while there is a file.
fn link(spot: Spot, shape: Kept<Shape>) -> View {
    let t = spot.form.t;
    let is_file = kept(move |_: Option<&_>| shape.with(|shape| *shape != Shape::Empty));
    (move || {
        if is_file.get() {
            return ().show();
        }
        let input = line(
            spot,
            Line {
                part: "link",
                suffix: "-link",
                mode: Some("url"),
                spellcheck: false,
                ..Line::PLAIN
            },
        );
        let taken = spot.form.uploads != Uploads::None;
        many(vec![
            taken.then(|| el("p").attr("class", "file-or").kid(t.file_or_link)).show(),
            el("label")
                .attr("class", "part")
                .attr("for", [&spot.id(), "-link"].concat())
                .kid(t.file_link)
                .show(),
            (input).show(),
        ])
        .show()
    })
    .show()
}
