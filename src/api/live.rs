//! Server-sent events (HTML, 9.2): what the backend says by itself, for as long as this is held.

use wasm_bindgen::JsCast;
use wasm_bindgen::closure::Closure;
use web_sys::{EventSource, MessageEvent};

/// How the connection stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Line {
    /// Being made, the first time or again; the browser tries by itself.
    Connecting,
    /// Open.
    Open,
    /// Refused for good: whoever holds this has to begin anew.
    Closed,
}

/// An open stream of events. Closed when dropped.
pub struct Live {
    source: EventSource,
    // Held: the browser calls them.
    _message: Closure<dyn FnMut(MessageEvent)>,
    _open: Closure<dyn FnMut()>,
    _error: Closure<dyn FnMut()>,
}

impl Live {
    /// Listens at `url` for events named `name`: `heard` is given the data of each, `line` how the connection stands. After a loss the
    /// browser connects again by itself and says which event it had last.
    ///
    /// `None` where the browser has no such thing or does not like the address.
    pub fn listen(url: &str, name: &str, mut heard: impl FnMut(String) + 'static, line: impl Fn(Line) + Clone + 'static) -> Option<Self> {
        let source = EventSource::new(url).ok()?;
        let message = Closure::<dyn FnMut(MessageEvent)>::new(move |event: MessageEvent| {
            if let Some(data) = event.data().as_string() {
                heard(data);
            }
        });
        source
            .add_event_listener_with_callback(name, message.as_ref().unchecked_ref())
            .ok()?;
        let opened = line.clone();
        let open = Closure::<dyn FnMut()>::new(move || opened(Line::Open));
        source.set_onopen(Some(open.as_ref().unchecked_ref()));
        let state = source.clone();
        let error = Closure::<dyn FnMut()>::new(move || {
            line(if state.ready_state() == EventSource::CLOSED {
                Line::Closed
            } else {
                Line::Connecting
            });
        });
        source.set_onerror(Some(error.as_ref().unchecked_ref()));
        Some(Self {
            source,
            _message: message,
            _open: open,
            _error: error,
        })
    }
}

impl Drop for Live {
    fn drop(&mut self) {
        self.source.set_onopen(None);
        self.source.set_onerror(None);
        self.source.close();
    }
}
