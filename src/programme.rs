//! The programme shown, kept up to date: a deadline that staff move reaches the page by itself.

use crate::ui::kept::{Kept, Look, Slot, kept, slot};
use std::sync::Arc;
use std::time::Duration;

use leptos::leptos_dom::helpers::set_interval_with_handle;
use leptos::prelude::*;
use leptos::task::spawn_local;
use opencall_core::phase::Schedule;
use opencall_core::{Phase, Programme, Timestamp, phase};

use crate::api::{ApiError, Client};
use crate::clock::ServerClock;

/// How often it is asked whether the document has changed, while the page is seen.
const POLL: Duration = Duration::from_secs(30);

/// Further than this hardly a device's clock is off, in ms: another zone's time, or noon for midnight.
const FAR_OFF_MS: i64 = 86_400_000;

/// The phase at an instant. With a device's clock `alone` the call is closed only where no clock can be so wrong: near the dates the
/// form stays open, and it is for the backend to refuse.
fn at(schedule: &Schedule, extension: Option<Timestamp>, now: Timestamp, alone: bool) -> Phase {
    let (opens, deadline) = (schedule.opens, schedule.deadline_for(extension));
    let near = now.millis_until(opens) < FAR_OFF_MS && deadline.millis_until(now) < FAR_OFF_MS;
    let now = if alone && near { now.max(opens).min(deadline) } else { now };
    phase(schedule, extension, now)
}

/// Where the programme is.
#[derive(Clone, Debug, PartialEq)]
pub enum Loaded {
    /// On its way.
    Loading,
    /// Here.
    Ready(Arc<Programme>),
    /// Not to be had.
    Failed(ApiError),
}

/// The programme shown. A context.
#[derive(Clone, Copy)]
pub struct LiveProgramme {
    id: StoredValue<Arc<str>>,
    client: StoredValue<Client>,
    state: Slot<Loaded>,
    etag: StoredValue<Option<String>>,
}

impl LiveProgramme {
    /// Starts reading it. To be called once for a programme, under a reactive owner.
    pub fn start(client: Client, id: &str) -> Self {
        let live = Self {
            id: StoredValue::new(id.into()),
            client: StoredValue::new(client),
            state: slot(Loaded::Loading),
            etag: StoredValue::new(None),
        };
        live.read();
        let poll = set_interval_with_handle(
            move || {
                if !document().hidden() {
                    live.read();
                }
            },
            POLL,
        );
        let visible = window_event_listener_untyped("visibilitychange", move |_| {
            if !document().hidden() {
                live.read();
            }
        });
        on_cleanup(move || {
            if let Ok(poll) = poll {
                poll.clear();
            }
            visible.remove();
        });
        live
    }

    /// Where it is.
    pub fn state(self) -> Look<Loaded> {
        self.state.look()
    }

    /// The programme, once it is here.
    pub fn ready(self) -> Kept<Option<Arc<Programme>>> {
        kept(move |_: Option<&_>| match self.state.get() {
            Loaded::Ready(programme) => Some(programme),
            _ => None,
        })
    }

    /// Tries again after a failure.
    pub fn retry(self) {
        self.state.set(Loaded::Loading);
        self.read();
    }

    /// The phase now, for an applicant with this extension; `None` until the programme is here.
    pub fn phase(self, clock: ServerClock, extension: Kept<Option<Timestamp>>) -> Kept<Option<Phase>> {
        let (now, alone) = (clock.tick(), clock.is_alone());
        kept(move |_: Option<&_>| match self.state.get() {
            Loaded::Ready(programme) => Some(at(&programme.schedule, extension.get(), now.get(), alone.get())),
            _ => None,
        })
    }

    fn read(self) {
        let client = self.client.get_value();
        let (id, etag) = (self.id.get_value(), self.etag.get_value());
        spawn_local(async move {
            let answer = client.programme_since(&id, etag.as_deref()).await;
            if self.state.is_disposed() {
                return;
            }
            let known = self.state.with_untracked(|state| matches!(state, Loaded::Ready(_)));
            let loaded = match answer {
                Ok(None) => return,
                Ok(Some((text, tag))) => match Programme::load(&text) {
                    Ok(programme) => {
                        self.etag.set_value(tag);
                        Loaded::Ready(Arc::new(programme))
                    }
                    Err(_) if known => return,
                    Err(faults) => {
                        let faults = faults.iter().map(ToString::to_string).collect::<Vec<_>>().join("; ");
                        Loaded::Failed(ApiError::unread(&["programme ", &*id].concat(), &faults))
                    }
                },
                // What is shown stays when a later look fails.
                Err(_) if known => return,
                Err(error) => Loaded::Failed(error),
            };
            if matches!(loaded, Loaded::Failed(_)) {
                // A cache may hold what could not be read, and give it again: a tag that is nobody's goes past it.
                self.etag.set_value(Some("\"-\"".to_owned()));
            }
            if self.state.with_untracked(|state| *state != loaded) {
                self.state.set(loaded);
            }
        });
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    #[test]
    fn a_devices_clock_alone_closes_nothing_unless_it_is_days_past() {
        let time = |text| Timestamp::parse(text).unwrap();
        let schedule = Schedule {
            opens: time("2026-11-01T08:00:00Z"),
            deadline: time("2026-12-01T22:59:59Z"),
            zone: "Europe/Paris".to_owned(),
            grace_minutes: 30,
        };
        for (now, known, alone) in [
            ("2026-11-20T08:00:00Z", true, true),
            ("2026-12-02T00:59:00Z", false, true),
            ("2026-12-04T00:00:00Z", false, false),
            ("2026-11-01T06:00:00Z", false, true),
            ("1970-01-01T00:00:00Z", false, false),
        ] {
            let is_open = |alone| at(&schedule, None, time(now), alone).is_open();
            assert_eq!((is_open(false), is_open(true)), (known, alone), "{now}");
        }
        // With the deadline there is, whichever way the clock is wrong.
        let deadline = schedule.deadline;
        assert_eq!(
            at(&schedule, None, time("2026-12-02T00:59:00Z"), true),
            Phase::LastHour { deadline }
        );
    }
}
