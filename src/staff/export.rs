//! Applications taken out as a file: read as they arrive, with what has come so far and a way to stop. It goes on while one goes to another
//! page of the staff's.

use leptos::prelude::*;
use leptos::task::spawn_local;
use opencall_core::Timestamp;
use opencall_core::contract::staff::{ExportFormat, ExportRequest};
use web_sys::AbortController;

use super::cx::Cx;
use crate::i18n::messages::{grouped, plural};
use crate::i18n::{failures, fill, intl};
use crate::ui::dom::{Show, View, el};
use crate::ui::download::Growing;
use crate::ui::focus;
use crate::ui::kept::{Slot, kept, slot};

/// The export there is, if any. Lives as long as the app.
#[derive(Clone, Copy)]
pub struct Exports {
    job: Slot<Option<Job>>,
    /// What was asked for last, to be asked for again, and what stops it.
    asked: StoredValue<Option<(ExportRequest, AbortController)>, LocalStorage>,
}

/// How far an export is.
#[derive(Clone, PartialEq)]
struct Job {
    format: ExportFormat,
    asked: usize,
    here: usize,
    bytes: usize,
    /// What it ended with; `None` while it runs.
    end: Option<End>,
}

/// How an export ended.
#[derive(Clone, PartialEq)]
enum End {
    Saved,
    Cancelled,
    Failed(String),
}

/// What a kind of file is called.
pub fn name(format: ExportFormat) -> &'static str {
    match format {
        ExportFormat::Csv => "CSV",
        ExportFormat::Json => "JSON",
    }
}

/// Counts applications in a file of theirs that passes by.
struct Count {
    format: ExportFormat,
    lines: usize,
    quoted: bool,
}

impl Count {
    fn new(format: ExportFormat) -> Self {
        Self {
            format,
            lines: 0,
            quoted: false,
        }
    }

    fn pass(&mut self, bytes: &[u8]) {
        let csv = self.format == ExportFormat::Csv;
        for byte in bytes {
            match byte {
                // A break inside quotes belongs to an answer (RFC 4180, 2.6). JSON has none inside texts.
                b'"' if csv => self.quoted = !self.quoted,
                b'\n' if !self.quoted => self.lines += 1,
                _ => {}
            }
        }
    }

    /// How many are whole.
    fn applications(&self) -> usize {
        // The names of the columns; the brackets.
        self.lines.saturating_sub(match self.format {
            ExportFormat::Csv => 1,
            ExportFormat::Json => 2,
        })
    }
}

impl Exports {
    /// None yet.
    pub fn new() -> Self {
        Self {
            job: slot(None),
            asked: StoredValue::new_local(None),
        }
    }

    /// Whether one is under way; reactive.
    pub fn is_running(self) -> bool {
        self.job.with(|job| job.as_ref().is_some_and(|job| job.end.is_none()))
    }

    /// Begins one; nothing while another is under way, or of nothing.
    pub fn start(self, cx: Cx, format: ExportFormat, references: Vec<String>) {
        if untrack(|| self.is_running()) || references.is_empty() {
            return;
        }
        let Ok(controller) = AbortController::new() else { return };
        let signal = controller.signal();
        let request = ExportRequest { format, references };
        let mut job = Job {
            format,
            asked: request.references.len(),
            here: 0,
            bytes: 0,
            end: None,
        };
        self.job.set(Some(job.clone()));
        self.asked.set_value(Some((request.clone(), controller)));
        let staff = cx.staff.get_value();
        spawn_local(async move {
            let (mut file, mut count, mut shown) = (Growing::default(), Count::new(format), 0.0);
            let outcome = staff
                .export(&cx.programme.id, &request, &signal, |bytes| {
                    count.pass(bytes);
                    job.bytes += bytes.len();
                    job.here = count.applications();
                    // Nobody reads faster.
                    let now = js_sys::Date::now();
                    if now - shown > 100.0 {
                        shown = now;
                        self.job.set(Some(job.clone()));
                    }
                    if file.take(bytes) { Ok(()) } else { Err(String::new()) }
                })
                .await;
            let end = match outcome {
                _ if signal.aborted() => End::Cancelled,
                Ok(()) if file.save(&file_name(cx, format), media_type(format)) => End::Saved,
                // It is the browser that would not hold it: what the server sent was not looked at.
                Ok(()) | Err(crate::api::ApiError::Contract { .. }) => End::Failed(cx.s.export_too_large.to_owned()),
                Err(error) => End::Failed(failures::words(cx.t, cx.locale, &error)),
            };
            job.end = Some(end);
            cx.announcer.say(words(cx, &job));
            self.job.set(Some(job));
        });
    }

    /// Stops it, or puts away what it ended with.
    pub fn end(self) {
        if untrack(|| self.is_running()) {
            self.asked.with_value(|asked| {
                if let Some((_, controller)) = asked {
                    controller.abort();
                }
            });
        } else {
            self.job.set(None);
            focus::after_drawing("#main".to_owned());
        }
    }

    fn again(self, cx: Cx) {
        if let Some((request, _)) = self.asked.with_value(Clone::clone) {
            self.start(cx, request.format, request.references);
        }
    }
}

fn file_name(cx: Cx, format: ExportFormat) -> String {
    let today: String = Timestamp::from_millis(js_sys::Date::now() as i64)
        .to_string()
        .chars()
        .take(10)
        .collect();
    [&cx.programme.id, "-", &today, ".", &name(format).to_ascii_lowercase()].concat()
}

const fn media_type(format: ExportFormat) -> &'static str {
    match format {
        ExportFormat::Csv => "text/csv",
        ExportFormat::Json => "application/json",
    }
}

fn words(cx: Cx, job: &Job) -> String {
    let s = cx.s;
    let number = |count: usize| grouped(&count.to_string(), cx.locale);
    let size = intl::bytes(job.bytes as u64, cx.locale);
    match &job.end {
        None => fill(
            s.exporting,
            &[
                ("format", name(job.format)),
                ("n", &number(job.here)),
                ("all", &number(job.asked)),
                ("size", &size),
            ],
        ),
        Some(End::Saved) => {
            let applications = plural(s.n_applications, cx.locale, job.here);
            let said = fill(
                s.exported,
                &[("format", name(job.format)), ("applications", &applications), ("size", &size)],
            );
            match job.asked.saturating_sub(job.here) {
                0 => said,
                gone => [&said, " ", &fill(s.export_gone, &[("n", &number(gone))])].concat(),
            }
        }
        Some(End::Cancelled) => s.export_cancelled.to_owned(),
        Some(End::Failed(why)) => fill(s.export_failed, &[("why", why)]),
    }
}

/// The line that says how far it is; stands at the bottom of every page while there is something to say.
pub fn bar(cx: Cx) -> View {
    let job = cx.exports.job;
    let any = kept(move |_: Option<&bool>| job.with(Option::is_some));
    let failed =
        kept(move |_: Option<&bool>| job.with(|job| matches!(job.as_ref().and_then(|job| job.end.as_ref()), Some(End::Failed(_)))));
    let running = kept(move |_: Option<&bool>| cx.exports.is_running());
    let line = move || {
        el("div")
            .attr("class", move || if failed.get() { "export-bar wrong" } else { "export-bar" })
            .attr("role", "region")
            .attr("aria-label", cx.s.export)
            .kid(el("span").kid(move || job.with(|job| job.as_ref().map(|job| words(cx, job)))))
            .kid(move || {
                running.get().then(|| {
                    el("progress")
                        .attr("aria-label", cx.s.export)
                        .attr("max", move || job.with(|job| job.as_ref().map(|job| job.asked.to_string())))
                        .attr("value", move || job.with(|job| job.as_ref().map(|job| job.here.to_string())))
                })
            })
            .kid(move || {
                failed.get().then(|| {
                    el("button")
                        .attr("type", "button")
                        .attr("class", "btn quiet")
                        .kid(cx.t.try_again)
                        .on("click", move |_| cx.exports.again(cx))
                })
            })
            // One button for both, so that the focus stays where it was when it ends.
            .kid(
                el("button")
                    .attr("type", "button")
                    .attr("class", "link-btn")
                    .kid(move || if running.get() { cx.s.cancel } else { cx.t.close })
                    .on("click", move |_| cx.exports.end()),
            )
    };
    (move || any.get().then(|| untrack(line))).show()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn counted(format: ExportFormat, file: &str) -> usize {
        // However it is cut up on its way.
        let whole = |size: usize| {
            let mut count = Count::new(format);
            file.as_bytes().chunks(size).for_each(|part| count.pass(part));
            count.applications()
        };
        assert_eq!(whole(1), whole(1_000));
        whole(7)
    }

    #[test]
    fn applications_are_counted_as_they_pass_whatever_their_answers_hold() {
        assert_eq!(counted(ExportFormat::Csv, ""), 0);
        assert_eq!(counted(ExportFormat::Csv, "\u{feff}reference,name\r\n"), 0);
        assert_eq!(
            counted(
                ExportFormat::Csv,
                "reference,name\r\nA,\"two\r\nlines, \"\"quoted\"\"\n\"\r\nB,plain\r\n"
            ),
            2
        );
        assert_eq!(counted(ExportFormat::Json, "[\n]\n"), 0);
        assert_eq!(
            counted(ExportFormat::Json, "[\n{\"a\":\"one\\nbreak \\\"quoted\"},\n{\"a\":\"\\\"\"}\n]\n"),
            2
        );
    }
}
