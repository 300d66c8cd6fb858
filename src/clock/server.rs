//! The backend's clock in the browser: asks, remembers, ticks.

use crate::ui::kept::{Kept, Look, Slot, kept, slot};
use std::time::Duration;

use leptos::ev;
use leptos::leptos_dom::helpers::{TimeoutHandle, set_timeout_with_handle};
use leptos::prelude::*;
use leptos::task::spawn_local;
use opencall_core::Timestamp;

use super::estimate::{self, Estimate, Exchange};
use crate::api::Client;

/// A new exchange this often while the page is seen.
const RESYNC_MS: f64 = 5.0 * 60_000.0;
/// After a failed exchange the next is not before this.
const RETRY_MS: f64 = 5_000.0;
/// An exchange as quick as this is good enough; after a slower one up to [`TRIES`] are made.
const GOOD_ERROR_MS: f64 = 250.0;
const TRIES: u32 = 3;

/// The backend's time, ticking. A context.
#[derive(Clone, Copy)]
pub struct ServerClock {
    client: StoredValue<Client>,
    estimate: Slot<Option<Estimate>>,
    now: Slot<Timestamp>,
    /// The backend has no clock that answers, and the dates of its replies cannot be read either.
    alone: Slot<bool>,
    state: StoredValue<State>,
}

struct State {
    /// Device clock less monotonic clock when last looked at.
    base: f64,
    /// An exchange is under way.
    asking: bool,
    /// The last exchange failed.
    failing: bool,
    /// The monotonic time before which no exchange is begun by itself.
    next: f64,
    timer: Option<TimeoutHandle>,
}

impl ServerClock {
    /// Starts asking and ticking. To be called once, under a reactive owner.
    pub fn start(client: Client) -> Self {
        let clock = Self {
            client: StoredValue::new(client),
            estimate: slot(None),
            now: slot(device_now()),
            alone: slot(false),
            state: StoredValue::new(State {
                base: js_sys::Date::now() - monotonic(),
                asking: false,
                failing: false,
                next: 0.0,
                timer: None,
            }),
        };
        clock.tick_on();
        let visible = window_event_listener_untyped("visibilitychange", move |_| clock.woken());
        let shown = window_event_listener(ev::pageshow, move |_| clock.woken());
        let online = window_event_listener(ev::online, move |_| clock.woken());
        on_cleanup(move || {
            visible.remove();
            shown.remove();
            online.remove();
            clock.stop();
        });
        clock
    }

    /// Now, to the millisecond; not followed.
    pub fn now(self) -> Timestamp {
        match self.estimate.get_untracked() {
            Some(estimate) => Timestamp::from_millis((monotonic() + estimate.offset) as i64),
            None => device_now(),
        }
    }

    /// Now, once a second while the page is seen.
    pub fn tick(self) -> Look<Timestamp> {
        self.now.look()
    }

    /// How wrong the device's clock is, in seconds, when by more than a minute; positive when it is ahead.
    pub fn device_error(self) -> Kept<Option<i64>> {
        kept(move |_: Option<&_>| {
            let server = self.now.get();
            self.estimate.get()?;
            estimate::device_error(js_sys::Date::now(), server.millis() as f64)
        })
    }

    /// Whether the backend has been asked; until then the device's clock stands in.
    pub fn synced(self) -> Kept<bool> {
        kept(move |_: Option<&_>| self.estimate.with(Option::is_some))
    }

    /// Whether the device's clock stands in; reactive.
    pub fn is_guessed(self) -> bool {
        self.estimate.with(Option::is_none)
    }

    /// Whether the device's clock is all there is.
    pub fn is_alone(self) -> Look<bool> {
        self.alone.look()
    }

    fn stop(self) {
        self.state.try_update_value(|state| {
            if let Some(timer) = state.timer.take() {
                timer.clear();
            }
        });
    }

    /// Shows the time and comes back with the backend's next second.
    fn tick_on(self) {
        if self.state.is_disposed() {
            return;
        }
        self.stop();
        if document().hidden() {
            return;
        }
        self.look_at_device();
        self.hear();
        let now = self.now();
        self.now.set(now);
        let until_next = 1_000 - now.millis().rem_euclid(1_000);
        // A little late rather than a little early: then the new second has begun.
        let pause = Duration::from_millis(until_next.unsigned_abs() + 5);
        let timer = set_timeout_with_handle(move || self.tick_on(), pause).ok();
        self.state.update_value(|state| state.timer = timer);
        let due = self.state.with_value(|state| !state.asking && monotonic() >= state.next);
        if due {
            self.ask();
        }
    }

    /// The page is seen again, or the network is back: show the right time at once, then ask.
    fn woken(self) {
        if document().hidden() {
            self.stop();
            return;
        }
        self.state.update_value(|state| state.next = 0.0);
        self.tick_on();
    }

    fn look_at_device(self) {
        let (device, now) = (js_sys::Date::now(), monotonic());
        let parted = self.state.with_value(|state| estimate::parted(state.base, device, now));
        if parted.abs() > estimate::PARTED_MS {
            self.state.update_value(|state| {
                state.base = device - now;
                state.next = 0.0;
            });
            self.estimate
                .update(|estimate| *estimate = estimate.map(|estimate| estimate::after_parting(estimate, parted)));
        }
    }

    /// Takes the time from the last reply, where the backend has no clock that answers.
    fn hear(self) {
        let (heard, has_clock) = self.client.with_value(|client| (client.take_heard(), client.capabilities().clock));
        let Some(heard) = heard.filter(|_| !has_clock || self.state.with_value(|state| state.failing)) else {
            return;
        };
        match heard.date.as_deref().and_then(http_date) {
            Some(server) => {
                let new = Exchange {
                    sent: heard.sent,
                    received: heard.received,
                    server,
                }
                .estimate_by_second();
                self.estimate.update(|estimate| *estimate = Some(estimate::better(*estimate, new)));
                self.alone.set(false);
            }
            None if self.estimate.with_untracked(Option::is_none) => self.alone.set(true),
            None => {}
        }
    }

    fn ask(self) {
        let client = self.client.get_value();
        if !client.capabilities().clock {
            self.state.update_value(|state| state.next = f64::INFINITY);
            return;
        }
        self.state.update_value(|state| state.asking = true);
        spawn_local(async move {
            let mut next = RESYNC_MS;
            for _ in 0..TRIES {
                let sent = monotonic();
                let answer = client.clock().await;
                let received = monotonic();
                if self.estimate.is_disposed() {
                    return;
                }
                self.state.update_value(|state| state.failing = answer.is_err());
                let Ok(answer) = answer else {
                    next = RETRY_MS;
                    // Nobody has said what time it is: that is not to pass for the backend's time. The next tick takes a date.
                    self.alone.set(self.estimate.with_untracked(Option::is_none));
                    break;
                };
                let new = Exchange {
                    sent,
                    received,
                    server: answer.now.millis() as f64,
                }
                .estimate();
                self.alone.set(false);
                self.estimate.update(|estimate| *estimate = Some(estimate::better(*estimate, new)));
                if new.error <= GOOD_ERROR_MS {
                    break;
                }
            }
            if self.state.is_disposed() {
                return;
            }
            self.state.update_value(|state| {
                state.asking = false;
                state.next = monotonic() + next;
            });
            self.now.set(self.now());
        });
    }
}

/// The time of a `Date` header (RFC 9110, section 5.6.7: `Sun, 06 Nov 1994 08:49:37 GMT`), in ms since the Unix epoch.
fn http_date(text: &str) -> Option<f64> {
    let at = js_sys::Date::parse(text);
    (text.ends_with(" GMT") && at.is_finite()).then_some(at)
}

/// Milliseconds of a clock that nobody sets.
pub(crate) fn monotonic() -> f64 {
    window()
        .performance()
        .map_or_else(js_sys::Date::now, |performance| performance.now())
}

/// The device's clock.
fn device_now() -> Timestamp {
    Timestamp::from_millis(js_sys::Date::now() as i64)
}

#[cfg(all(test, target_arch = "wasm32"))]
mod tests {
    #![allow(clippy::unwrap_used)]
    use std::cell::Cell;
    use std::rc::Rc;
    use std::sync::{Arc, Mutex};

    use opencall_core::contract::Capabilities;
    use wasm_bindgen::JsCast;
    use wasm_bindgen_test::wasm_bindgen_test;

    use super::*;
    use crate::api::fetch::Fetch;
    use crate::api::transport::{Failure, Local, Reply, Request, Transport};
    use crate::config::Config;

    /// A backend whose clock is ahead of the device's by so many milliseconds, or does not answer. All else it answers in 1994.
    struct Ahead(Mutex<Option<i64>>);

    impl Transport for Ahead {
        fn send(&self, request: Request) -> Local<'_, Result<Reply, Failure>> {
            let ahead = *self.0.lock().unwrap();
            Box::pin(async move {
                if !request.url.ends_with("/clock") {
                    return Ok(Reply {
                        status: 404,
                        headers: vec![("date".to_owned(), "Sun, 06 Nov 1994 08:49:37 GMT".to_owned())],
                        body: String::new(),
                    });
                }
                let ahead = ahead.ok_or(Failure::Unreachable)?;
                let body = format!("{{\"now\":\"{}\"}}", device_now().plus_millis(ahead));
                Ok(Reply {
                    status: 200,
                    headers: vec![("content-type".to_owned(), "application/json".to_owned())],
                    body,
                })
            })
        }

        fn wait(&self, ms: u32) -> Local<'_, ()> {
            Fetch.wait(ms)
        }

        fn monotonic(&self) -> f64 {
            Fetch.monotonic()
        }

        fn random(&self) -> f64 {
            0.0
        }
    }

    fn start(backend: Arc<Ahead>) -> ServerClock {
        let capabilities = Capabilities {
            clock: true,
            ..Capabilities::default()
        };
        let client = Client::new(
            &Config {
                api: String::new(),
                programme: "p".to_owned(),
                capabilities,
                records: None,
            },
            backend,
        );
        let made: Rc<Cell<Option<ServerClock>>> = Rc::default();
        let place = made.clone();
        let root: web_sys::HtmlElement = document().create_element("div").unwrap().unchecked_into();
        leptos::mount::mount_to(root, move || place.set(Some(ServerClock::start(client.clone())))).forget();
        made.take().unwrap()
    }

    async fn until(holds: impl Fn() -> bool) {
        let begun = monotonic();
        while !holds() {
            assert!(monotonic() - begun < 5_000.0);
            Fetch.wait(5).await;
        }
    }

    #[wasm_bindgen_test]
    async fn a_device_that_is_two_hours_behind_shows_the_backends_time() {
        let clock = start(Arc::new(Ahead(Mutex::new(Some(7_200_000)))));
        until(|| clock.synced().get_untracked()).await;
        let off = device_now().plus_millis(7_200_000).millis_until(clock.now());
        assert!(off.abs() < 100, "{off}");
        until(|| device_now().millis_until(clock.tick().get_untracked()) > 7_100_000).await;
        assert!(clock.device_error().get_untracked().is_some_and(|s| (-7_201..=-7_199).contains(&s)));
    }

    #[wasm_bindgen_test]
    async fn until_the_backend_answers_the_device_stands_in_and_the_network_coming_back_asks_again() {
        let backend = Arc::new(Ahead(Mutex::new(None)));
        let clock = start(backend.clone());
        assert!(!clock.synced().get_untracked());
        assert!(device_now().millis_until(clock.now()).abs() < 100);
        assert_eq!(clock.device_error().get_untracked(), None);
        // The first attempt has to have failed before the next can be made.
        Fetch.wait(20).await;
        *backend.0.lock().unwrap() = Some(600_000);
        window().dispatch_event(&web_sys::Event::new("online").unwrap()).unwrap();
        until(|| clock.synced().get_untracked()).await;
        assert!((device_now().millis_until(clock.now()) - 600_000).abs() < 100);
    }

    #[wasm_bindgen_test]
    async fn a_clock_that_does_not_answer_is_said_to_be_none_and_the_date_of_another_reply_takes_its_place() {
        let backend = Arc::new(Ahead(Mutex::new(None)));
        let clock = start(backend.clone());
        until(|| clock.is_alone().get_untracked()).await;
        assert!(!clock.synced().get_untracked());
        let client = clock.client.get_value();
        assert!(client.read(&crate::api::Token::parse(&"t".repeat(43)).unwrap()).await.is_err());
        until(|| clock.synced().get_untracked()).await;
        assert!(!clock.is_alone().get_untracked());
        assert!(clock.now().millis().abs_diff(784_111_777_000) < 5_000);
        // As soon as it answers, what it says counts.
        *backend.0.lock().unwrap() = Some(0);
        window().dispatch_event(&web_sys::Event::new("online").unwrap()).unwrap();
        until(|| device_now().millis_until(clock.now()).abs() < 100).await;
    }

    #[wasm_bindgen_test]
    fn a_date_header_is_read_and_nothing_else() {
        assert_eq!(http_date("Sun, 06 Nov 1994 08:49:37 GMT"), Some(784_111_777_000.0));
        assert_eq!(http_date("Tue, 29 Feb 2028 23:59:59 GMT"), Some(1_835_481_599_000.0));
        for other in [
            "",
            " GMT",
            "yesterday",
            "Sun, 06 Nov 1994 25:49:37 GMT",
            "1994-11-06T08:49:37Z",
            "Infinity GMT",
        ] {
            assert_eq!(http_date(other), None, "{other}");
        }
    }

    #[wasm_bindgen_test]
    async fn it_ticks_on_the_second() {
        let clock = start(Arc::new(Ahead(Mutex::new(Some(0)))));
        until(|| clock.synced().get_untracked()).await;
        let first = clock.tick().get_untracked();
        until(|| clock.tick().get_untracked().millis() / 1_000 > first.millis() / 1_000).await;
        let into = clock.now().millis().rem_euclid(1_000);
        assert!(into < 200, "{into} ms into the second");
    }
}
