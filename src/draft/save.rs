//! When what is saved where: a machine of states without clocks, stores or networks of its own.
//!
//! Events go in with the time; what is to be done comes out. Two lanes, one to this device and one to the
//! backend, each with at most one save under way. A lane saves when typing pauses, and at the latest
//! a fixed time after the first unsaved keystroke, however fast somebody types.

use crate::api::retry::backoff;

/// How long typing has to pause, and the longest a keystroke waits, in ms: so that it is on this device within 1 s.
const LOCAL: Pace = Pace {
    pause: 250.0,
    most: 600.0,
    retry_base: 2_000,
    retry_cap: 30_000,
};
/// The same for the backend: safe there within 3 s, which leaves a second for the network.
const REMOTE: Pace = Pace {
    pause: 800.0,
    most: 1_800.0,
    retry_base: 1_000,
    retry_cap: 30_000,
};
/// When another tab has changes it is about to send itself, this one waits this long before it does.
const INHERITED_MS: f64 = 6_000.0;

#[derive(Clone, Copy, Debug)]
struct Pace {
    pause: f64,
    most: f64,
    retry_base: u32,
    retry_cap: u32,
}

/// What happens to a draft.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Event {
    /// An answer was changed here.
    Edit,
    /// Something that only this device keeps was changed.
    Note,
    /// The draft was taken from this device's store; `unsaved` when the backend does not have all of it.
    Loaded {
        /// Whether the backend lacks some of it.
        unsaved: bool,
    },
    /// Another tab changed it; that tab sends it to the backend, unless it dies.
    Inherited,
    /// Saved on this device.
    LocalDone,
    /// This device did not store it.
    LocalFailed,
    /// Saved with the backend.
    RemoteDone,
    /// The backend was not reached, or asks to wait at least so many seconds.
    RemoteFailed {
        /// `Retry-After`.
        wait_s: Option<u32>,
    },
    /// The backend does not take it; sending the same again will not help.
    RemoteRefused {
        /// Whether another edit may help.
        until_edit: bool,
    },
    /// The network is back.
    Online,
    /// Everything is to be saved at once: the page may be going away, or somebody submits.
    Flush,
    /// The page may be gone in a moment: what is unsaved goes to this device and to the backend side by side.
    Leave,
    /// The call closed for this applicant.
    Closed,
    /// The call is open (again) for this applicant.
    Opened,
    /// The deadline is seconds away (or no longer is).
    Rush(bool),
    /// The time asked for in [`Actions::wake_in`] has passed.
    Wake,
}

/// What is to be done now.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Actions {
    /// Save on this device.
    pub save_local: bool,
    /// Save with the backend.
    pub save_remote: bool,
    /// Come back with [`Event::Wake`] after so many ms.
    pub wake_in: Option<f64>,
}

/// Decides when to save.
#[derive(Clone, Debug, Default)]
pub struct Machine {
    local: Lane,
    remote: Lane,
    /// Something that was typed is not saved on this device yet, and not on its way either.
    typed: bool,
    /// Something that was typed is on its way to this device's store.
    typed_flying: bool,
    /// Saved on this device once, or known not to be possible: the token is where a reload finds it.
    settled: bool,
    closed: bool,
    /// The draft is being erased: nothing is begun that could bring it back.
    held: bool,
    refused: Option<Refused>,
    rush: bool,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Refused {
    UntilEdit,
    ForGood,
}

#[derive(Clone, Debug, Default)]
struct Lane {
    /// The first and the last unsaved change.
    dirty: Option<(f64, f64)>,
    flying: bool,
    /// What the save under way carries, to be put back if it fails.
    carried: Option<(f64, f64)>,
    failures: u32,
    not_before: f64,
    urgent: bool,
}

impl Lane {
    fn touch(&mut self, now: f64) {
        self.dirty = Some((self.dirty.map_or(now, |(first, _)| first), now));
    }

    fn due(&self, pace: Pace) -> Option<f64> {
        let (first, last) = self.dirty?;
        if self.flying {
            return None;
        }
        if self.urgent {
            return Some(f64::MIN);
        }
        Some((last + pace.pause).min(first + pace.most).max(self.not_before))
    }

    fn start(&mut self) {
        self.carried = self.dirty.take();
        self.flying = true;
        self.urgent = false;
    }

    fn done(&mut self) {
        self.flying = false;
        self.carried = None;
        self.failures = 0;
        self.not_before = f64::MIN;
        self.urgent &= self.dirty.is_some();
    }

    fn failed(&mut self, now: f64, pace: Pace, at_least_ms: f64, random: f64) {
        self.flying = false;
        self.failures = self.failures.saturating_add(1);
        // Half of the pause is certain, so that a crowd that failed together neither hammers nor returns together.
        let certain = f64::from(backoff(pace.retry_base, pace.retry_cap, self.failures, 1.0)) / 2.0;
        self.not_before = now + (certain + certain * random).max(at_least_ms);
        self.put_back();
    }

    fn put_back(&mut self) {
        if let Some((first, last)) = self.carried.take() {
            self.dirty = Some((first, self.dirty.map_or(last, |(_, newer)| newer)));
        }
    }
}

impl Machine {
    /// Takes an event at a time (monotonic, in ms). `random` is from 0 up to 1.
    pub fn step(&mut self, event: Event, now: f64, random: f64) -> Actions {
        match event {
            Event::Edit => {
                self.typed = true;
                self.local.touch(now);
                self.remote.touch(now);
                if self.refused == Some(Refused::UntilEdit) {
                    self.refused = None;
                }
            }
            Event::Note => self.local.touch(now),
            Event::Loaded { unsaved } => {
                self.settled = true;
                if unsaved {
                    self.remote.touch(now);
                }
            }
            Event::Inherited => self.remote.dirty = Some((now + INHERITED_MS, now + INHERITED_MS)),
            Event::LocalDone => {
                self.local.done();
                self.typed_flying = false;
                self.settled = true;
            }
            Event::LocalFailed => {
                self.typed |= std::mem::take(&mut self.typed_flying);
                self.local.failed(now, LOCAL, 0.0, random);
                self.settled = true;
            }
            Event::RemoteDone => self.remote.done(),
            Event::RemoteFailed { wait_s } => {
                self.remote.failed(now, REMOTE, f64::from(wait_s.unwrap_or(0)) * 1_000.0, random);
            }
            Event::RemoteRefused { until_edit } => {
                self.remote.done();
                self.remote.put_back();
                self.refused = Some(if until_edit { Refused::UntilEdit } else { Refused::ForGood });
            }
            Event::Online => self.remote.not_before = f64::MIN,
            Event::Flush | Event::Leave => {
                // There is no time to wait for the token to be on this device; it is on its way there.
                self.settled |= event == Event::Leave;
                self.local.urgent = self.local.dirty.is_some() || self.local.flying;
                self.remote.urgent = self.remote.dirty.is_some() || self.remote.flying;
                if self.refused == Some(Refused::UntilEdit) {
                    self.refused = None;
                }
            }
            Event::Closed => self.closed = true,
            Event::Opened => {
                self.closed = false;
                if self.refused == Some(Refused::UntilEdit) {
                    self.refused = None;
                }
            }
            Event::Rush(rush) => self.rush = rush,
            Event::Wake => {}
        }
        self.act(now)
    }

    fn act(&mut self, now: f64) -> Actions {
        let mut actions = Actions::default();
        let mut wake: Option<f64> = None;
        if let Some(due) = self.local.due(LOCAL) {
            if due <= now {
                self.local.start();
                self.typed_flying = std::mem::take(&mut self.typed);
                actions.save_local = true;
            } else {
                wake = Some(due);
            }
        }
        let may_send = self.settled && !self.closed && !self.held && self.refused.is_none();
        let pace = if self.rush {
            Pace {
                pause: 0.0,
                most: 0.0,
                ..REMOTE
            }
        } else {
            REMOTE
        };
        if may_send && let Some(due) = self.remote.due(pace) {
            if due <= now {
                self.remote.start();
                actions.save_remote = true;
            } else {
                wake = Some(wake.map_or(due, |other| other.min(due)));
            }
        }
        actions.wake_in = wake.map(|at| at - now);
        actions
    }

    /// Makes both lanes due, though nothing was typed.
    pub fn ask_both(&mut self, now: f64) {
        if !self.settled {
            self.local.touch(now);
        }
        self.remote.touch(now);
    }

    /// Makes the backend's lane due, though nothing was typed.
    pub fn ask_remote(&mut self, now: f64) {
        self.remote.touch(now);
    }

    /// Begins no save with the backend until told otherwise. One under way goes on.
    pub fn hold(&mut self, held: bool) {
        self.held = held;
    }

    /// The backend has another reason to look at the draft now: what it refused it may take.
    pub fn forgive(&mut self) {
        self.refused = None;
    }

    /// Whether everything typed is saved on this device.
    pub fn is_local_clean(&self) -> bool {
        !self.typed && !self.typed_flying
    }

    /// Whether the backend has everything, as far as events said.
    pub fn is_remote_clean(&self) -> bool {
        self.remote.dirty.is_none() && !self.remote.flying
    }

    /// Whether a save with the backend is under way.
    pub fn is_remote_flying(&self) -> bool {
        self.remote.flying
    }

    /// Whether the last attempt to reach the backend failed.
    pub fn is_remote_failing(&self) -> bool {
        self.remote.failures > 0
    }

    /// Whether the backend refused what there is.
    pub fn is_refused(&self) -> bool {
        self.refused.is_some()
    }

    /// Whether the backend will never take it.
    pub fn is_refused_for_good(&self) -> bool {
        self.refused == Some(Refused::ForGood)
    }

    /// Whether a save on this device is under way.
    pub fn is_local_flying(&self) -> bool {
        self.local.flying
    }

    /// Whether leaving now may lose what was typed, so that the browser is to ask first. `stores`: this device does;
    /// `online`: as far as the browser knows.
    ///
    /// What is on its way to this device is not asked about as long as the backend is within reach: leaving sends it to
    /// both at once. Without the backend only this device is left, and not every browser finishes writing for a page
    /// that is gone.
    pub fn may_lose(&self, stores: bool, online: bool) -> bool {
        let reached = online && !self.is_remote_failing() && !self.closed && self.refused.is_none();
        !self.is_remote_clean() && !(stores && (reached || self.is_local_clean()))
    }

    /// Whether the call is closed for this applicant.
    pub fn is_closed(&self) -> bool {
        self.closed
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A machine with a clock, whose saves take as long as the test says.
    struct Bench {
        machine: Machine,
        now: f64,
        wake: Option<f64>,
        log: Vec<(f64, &'static str)>,
    }

    impl Bench {
        fn new() -> Self {
            let mut bench = Self {
                machine: Machine::default(),
                now: 0.0,
                wake: None,
                log: Vec::new(),
            };
            bench.event(Event::Loaded { unsaved: false });
            bench
        }

        fn event(&mut self, event: Event) -> Actions {
            let actions = self.machine.step(event, self.now, 0.5);
            if actions.save_local {
                self.log.push((self.now, "local"));
            }
            if actions.save_remote {
                self.log.push((self.now, "remote"));
            }
            self.wake = actions.wake_in.map(|ms| self.now + ms);
            actions
        }

        /// Lets time pass, waking the machine when it asked for it; saves take no time.
        fn pass(&mut self, until: f64) {
            while let Some(wake) = self.wake.filter(|wake| *wake <= until) {
                self.now = wake;
                let actions = self.event(Event::Wake);
                if actions.save_local {
                    self.event(Event::LocalDone);
                }
                if actions.save_remote {
                    self.event(Event::RemoteDone);
                }
            }
            self.now = until;
        }

        fn saves(&self, lane: &str) -> Vec<f64> {
            self.log.iter().filter(|(_, name)| *name == lane).map(|(at, _)| *at).collect()
        }
    }

    #[test]
    fn one_keystroke_is_on_this_device_within_a_second_and_with_the_backend_within_three() {
        let mut bench = Bench::new();
        bench.event(Event::Edit);
        bench.pass(10_000.0);
        assert_eq!(bench.saves("local"), [250.0]);
        assert_eq!(bench.saves("remote"), [800.0]);
        assert!(bench.machine.is_local_clean() && bench.machine.is_remote_clean());
    }

    #[test]
    fn typing_without_a_pause_is_saved_all_the_same() {
        let mut bench = Bench::new();
        let mut typed = Vec::new();
        for n in 0..200 {
            bench.pass(f64::from(n) * 80.0);
            bench.event(Event::Edit);
            typed.push(bench.now);
        }
        bench.pass(60_000.0);
        for (lane, bound) in [("local", 1_000.0), ("remote", 2_000.0)] {
            let saves = bench.saves(lane);
            for at in &typed {
                assert!(saves.iter().any(|save| save >= at && save - at <= bound), "{lane}: typed at {at}");
            }
        }
    }

    #[test]
    fn there_are_never_two_remote_saves_at_once_and_edits_meanwhile_follow() {
        let mut bench = Bench::new();
        bench.event(Event::Edit);
        bench.now = 800.0;
        assert!(bench.event(Event::Wake).save_remote);
        bench.event(Event::LocalDone);
        bench.now = 900.0;
        bench.event(Event::Edit);
        bench.now = 9_000.0;
        assert!(!bench.event(Event::Wake).save_remote);
        assert!(!bench.event(Event::Flush).save_remote);
        assert!(bench.event(Event::RemoteDone).save_remote);
        bench.event(Event::RemoteDone);
        assert!(bench.machine.is_remote_clean());
    }

    #[test]
    fn what_was_refused_for_good_is_sent_once_it_is_forgiven_and_nothing_while_it_is_held() {
        let mut bench = Bench::new();
        bench.event(Event::Edit);
        bench.now = 800.0;
        assert!(bench.event(Event::Wake).save_remote);
        bench.event(Event::RemoteRefused { until_edit: false });
        bench.event(Event::Edit);
        bench.now = 9_000.0;
        assert!(!bench.event(Event::Online).save_remote);
        bench.machine.forgive();
        bench.machine.hold(true);
        assert!(!bench.event(Event::Flush).save_remote);
        bench.machine.hold(false);
        assert!(bench.event(Event::Online).save_remote);
    }

    #[test]
    fn nothing_is_sent_before_the_token_is_on_this_device() {
        let mut machine = Machine::default();
        machine.step(Event::Edit, 0.0, 0.5);
        let actions = machine.step(Event::Wake, 5_000.0, 0.5);
        assert!(actions.save_local && !actions.save_remote);
        assert!(machine.step(Event::LocalDone, 5_001.0, 0.5).save_remote);
    }

    #[test]
    fn a_device_that_stores_nothing_does_not_keep_the_backend_from_getting_it() {
        let mut machine = Machine::default();
        machine.step(Event::Edit, 0.0, 0.5);
        machine.step(Event::Wake, 5_000.0, 0.5);
        assert!(machine.step(Event::LocalFailed, 5_001.0, 0.5).save_remote);
    }

    #[test]
    fn without_a_network_it_tries_again_ever_more_rarely() {
        let mut bench = Bench::new();
        bench.event(Event::Edit);
        let mut pauses = Vec::new();
        for _ in 0..8 {
            while !bench.event(Event::Wake).save_remote {
                bench.event(Event::LocalDone);
                bench.now = bench.wake.unwrap_or(bench.now);
            }
            bench.event(Event::RemoteFailed { wait_s: None });
            pauses.push(bench.wake.unwrap_or(f64::NAN) - bench.now);
        }
        assert_eq!(pauses, [750.0, 1_500.0, 3_000.0, 6_000.0, 12_000.0, 22_500.0, 22_500.0, 22_500.0]);
    }

    #[test]
    fn edits_do_not_shorten_the_pause_after_a_failure_but_the_network_coming_back_does() {
        let mut bench = Bench::new();
        bench.event(Event::Edit);
        bench.now = 2_000.0;
        bench.event(Event::Wake);
        bench.event(Event::RemoteFailed { wait_s: Some(20) });
        bench.now = 4_000.0;
        bench.event(Event::Edit);
        bench.now = 8_000.0;
        assert!(!bench.event(Event::Wake).save_remote);
        assert!(bench.event(Event::Online).save_remote);
    }

    #[test]
    fn a_failed_save_is_made_up_for_even_if_nobody_types_again() {
        let mut bench = Bench::new();
        bench.event(Event::Edit);
        bench.now = 2_000.0;
        bench.event(Event::Wake);
        bench.event(Event::RemoteFailed { wait_s: None });
        assert!(!bench.machine.is_remote_clean());
        bench.pass(10_000.0);
        assert!(bench.machine.is_remote_clean());
    }

    #[test]
    fn keeping_what_the_backend_said_is_not_shown_as_saving() {
        let mut bench = Bench::new();
        bench.event(Event::Note);
        assert!(bench.machine.is_local_clean());
        bench.event(Event::Edit);
        assert!(!bench.machine.is_local_clean());
        bench.pass(260.0);
        assert!(bench.machine.is_local_clean());
    }

    #[test]
    fn leaving_the_page_saves_at_once_both_here_and_there() {
        let mut bench = Bench::new();
        bench.event(Event::Edit);
        let actions = bench.event(Event::Flush);
        assert!(actions.save_local && actions.save_remote);
    }

    #[test]
    fn leaving_the_page_with_nothing_unsaved_does_nothing() {
        let mut bench = Bench::new();
        assert_eq!(bench.event(Event::Flush), Actions::default());
        assert_eq!(bench.event(Event::Leave), Actions::default());
    }

    #[test]
    fn leaving_right_after_the_first_key_sends_it_without_waiting_for_this_device() {
        let mut machine = Machine::default();
        machine.step(Event::Edit, 0.0, 0.5);
        let actions = machine.step(Event::Leave, 10.0, 0.5);
        assert!(actions.save_local && actions.save_remote);
    }

    #[test]
    fn leaving_is_asked_about_only_while_something_may_be_lost() {
        let mut bench = Bench::new();
        assert!(!bench.machine.may_lose(false, false), "nothing typed");
        bench.event(Event::Edit);
        // Not stored yet: with the backend within reach leaving saves it.
        assert!(!bench.machine.may_lose(true, true));
        assert!(bench.machine.may_lose(true, false));
        assert!(bench.machine.may_lose(false, true));
        bench.now = 300.0;
        assert!(bench.event(Event::Wake).save_local);
        assert!(bench.machine.may_lose(true, false), "on its way is not stored");
        bench.event(Event::LocalDone);
        assert!(!bench.machine.may_lose(true, false));
        assert!(bench.machine.may_lose(false, true));
        bench.now = 900.0;
        assert!(bench.event(Event::Wake).save_remote);
        bench.event(Event::RemoteFailed { wait_s: None });
        assert!(!bench.machine.may_lose(true, true));
        bench.event(Event::Edit);
        assert!(bench.machine.may_lose(true, true), "the backend was not reached");
        bench.event(Event::Online);
        bench.pass(10_000.0);
        assert!(!bench.machine.may_lose(false, false), "the backend has it");
    }

    #[test]
    fn once_closed_nothing_is_sent_but_this_device_goes_on_and_an_extension_sends_the_rest() {
        let mut bench = Bench::new();
        bench.event(Event::Closed);
        bench.event(Event::Edit);
        bench.pass(60_000.0);
        assert!(bench.saves("remote").is_empty());
        assert_eq!(bench.saves("local").len(), 1);
        assert!(bench.event(Event::Opened).save_remote);
    }

    #[test]
    fn what_the_backend_refuses_is_sent_again_only_after_an_edit() {
        let mut bench = Bench::new();
        bench.event(Event::Edit);
        bench.now = 2_000.0;
        bench.event(Event::Wake);
        bench.event(Event::LocalDone);
        bench.event(Event::RemoteRefused { until_edit: true });
        bench.pass(60_000.0);
        assert_eq!(bench.saves("remote").len(), 1);
        bench.event(Event::Edit);
        bench.pass(120_000.0);
        assert_eq!(bench.saves("remote").len(), 2);
    }

    #[test]
    fn what_is_refused_for_good_is_never_sent_again() {
        let mut bench = Bench::new();
        bench.event(Event::RemoteRefused { until_edit: false });
        bench.event(Event::Edit);
        bench.event(Event::Flush);
        bench.pass(120_000.0);
        assert!(bench.saves("remote").is_empty());
    }

    #[test]
    fn in_the_last_seconds_before_the_deadline_every_keystroke_is_sent_at_once() {
        let mut bench = Bench::new();
        bench.event(Event::Rush(true));
        assert!(bench.event(Event::Edit).save_remote);
    }

    #[test]
    fn what_another_tab_wrote_is_left_to_it_for_a_while() {
        let mut bench = Bench::new();
        bench.event(Event::Inherited);
        bench.pass(5_000.0);
        assert!(bench.saves("remote").is_empty());
        bench.pass(10_000.0);
        assert_eq!(bench.saves("remote").len(), 1);
    }

    #[test]
    fn what_was_typed_before_the_page_was_reloaded_is_sent_by_itself() {
        let mut bench = Bench::new();
        bench.event(Event::Loaded { unsaved: true });
        bench.pass(3_000.0);
        assert_eq!(bench.saves("remote").len(), 1);
        assert!(bench.saves("local").is_empty());
    }
}
