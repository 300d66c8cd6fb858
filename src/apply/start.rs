//! From nothing to the first page: configuration, words, programme, draft. Until then the shell stands as the server sent it.

use crate::ui::dom::{self, Show, View, many};
use crate::ui::kept::{kept, slot};
use std::time::Duration;

use leptos::prelude::*;
use leptos::reactive::owner::Owner;
use opencall_core::{Locale, Programme, Timestamp};

use super::cx::{Cx, Lasting, Parts};
use super::{frame, last_resort, section};
use crate::api::Client;
use crate::clock::ServerClock;
use crate::config::{self, Config};
use crate::draft::Draft;
use crate::embed;
use crate::i18n::{I18n, Words, fill};
use crate::programme::{LiveProgramme, Loaded};
use crate::route::{Route, Router, query_parameter};
use crate::ui::announce::Announcer;

/// How long after a page is drawn the words of other languages are fetched.
const OTHERS: Duration = Duration::from_secs(2);

/// Starts the app.
pub fn mount() {
    // In a release a panic is a trap without words, which `boot.js` hears; while developing it says what it was.
    #[cfg(debug_assertions)]
    std::panic::set_hook(Box::new(|info| leptos::logging::error!("{info}")));
    // Fails only where it has been set before.
    let _ = any_spawner::Executor::init_wasm_bindgen();
    leptos::task::spawn_local(async {
        let asked = query_parameter(&window().location().search().unwrap_or_default(), "lang");
        // What is drawn, and the signals in it, live as long as the page.
        let owner = Owner::new();
        let i18n = owner.with(|| I18n::start(&Locale::ALL, asked.as_deref()));
        let config = config::load().await;
        let root = document().create_element("div").ok();
        let (Some(root), Some(shell)) = (root, document().get_element_by_id("app")) else {
            return;
        };
        let _ = shell.before_with_node_1(&root);
        let view = owner.with(|| match config {
            Ok(config) => app(config, i18n),
            Err(error) => (move || match i18n.words(i18n.locale()) {
                Words::Here(t) => {
                    drop_shell();
                    last_resort::config(t, &error)
                }
                words => no_words(i18n, i18n.locale(), words, drop_shell),
            })
            .show(),
        });
        dom::mount(&root, view);
        std::mem::forget(owner);
    });
}

/// The app once it knows its backend.
fn app(config: Config, i18n: I18n) -> View {
    let router = Router::start(&config.programme);
    let client = Client::in_browser(&config);
    let id = router
        .current()
        .with_untracked(|route| route.programme().unwrap_or(&config.programme).to_owned());
    let clock = ServerClock::start(client.clone());
    let live = LiveProgramme::start(client.clone(), &id);
    let draft = Draft::open(&id, router.source(), client, clock);
    let phase = live.phase(clock, draft.extension());
    draft.follow(phase, clock);
    let lasting = Lasting {
        i18n,
        router,
        clock,
        draft,
        phase,
        open: kept(move |_: Option<&_>| phase.get().is_some_and(|phase| phase.is_open())),
        capabilities: config.capabilities,
        announcer: Announcer::new(),
        title: slot(String::new()),
        page: StoredValue::new(Route::NotFound),
        shown: slot(Vec::new()),
        errand: slot(None),
        moved: slot(false),
        prefilled: slot(Vec::new()),
        covered: slot(false),
    };
    // A page of another programme: begin again there.
    dom::later(move || {
        let elsewhere = router
            .current()
            .with(|route| route.programme().is_some_and(|programme| programme != id));
        if elsewhere {
            let _ = window().location().reload();
        }
    });
    let state = live.state();
    let locale = kept(move |_: Option<&_>| {
        let chosen = i18n.locale();
        match state.get() {
            Loaded::Ready(programme) if !programme.locales.contains(&chosen) => programme.locales.first().copied().unwrap_or(chosen),
            _ => chosen,
        }
    });
    dom::later(move || i18n.fetch(locale.get()));
    let words = kept(move |_: Option<&_>| (locale.get(), i18n.words(locale.get())));
    // What begins with the first page outlives it.
    let lasting_owner = Owner::current().unwrap_or_default();
    // The deadline shown last.
    let known: StoredValue<Option<Timestamp>> = StoredValue::new(None);
    let page = move || match (state.get(), words.get()) {
        (Loaded::Loading, _) => ().show(),
        (Loaded::Failed(error), (locale, Words::Here(t))) => {
            take_over(draft);
            last_resort::programme(t, locale, &error, live)
        }
        // What this device keeps comes first: no page shows a field empty that is not.
        (Loaded::Ready(_), (_, Words::Here(_))) if !draft.loaded().get() => ().show(),
        (Loaded::Ready(programme), (locale, Words::Here(t))) => {
            // Kept for as long as the page is open, so that every control can point into it. Another version comes
            // only when staff change the document.
            let programme: &'static Programme = Box::leak(Box::new(programme));
            take_over(draft);
            // The other languages, so that one can switch without a network too; what the first page needs goes first.
            let others = move || programme.locales.iter().for_each(|locale| i18n.fetch(*locale));
            set_timeout(others, OTHERS);
            let cx = Cx::new(Parts {
                programme,
                locale,
                t,
                lasting,
            });
            let deadline = programme.schedule.deadline;
            if known.get_value().is_some_and(|before| before != deadline) {
                lasting.moved.set(true);
                let date = super::time::stated(cx, deadline);
                lasting.announcer.say(fill(t.moved_title, &[("date", &date)]));
            }
            if known.get_value().is_none() {
                section::warm_up(cx);
                lasting_owner.with(|| embed::start(programme, lasting));
            }
            known.set_value(Some(deadline));
            frame::frame(cx)
        }
        (_, (locale, words)) => no_words(i18n, locale, words, || take_over(draft)),
    };
    frame::follow_pages(lasting);
    many(vec![(page).show(), (lasting.announcer.region()).show()]).show()
}

/// What is shown in place of a page whose words are not here.
fn no_words(i18n: I18n, locale: Locale, words: Words, leave_shell: impl FnOnce()) -> View {
    if words != Words::Missing {
        return ().show();
    }
    leave_shell();
    last_resort::words(i18n, locale)
}

/// Before all is drawn, the first time or again: takes what was typed before the app was there into the draft, and the
/// server's page away. `public/boot.js` puts the caret where it was once the app has drawn.
fn take_over(draft: Draft) {
    say("opencall:takeover");
    let Some(shell) = document().get_element_by_id("app") else { return };
    if let Some(typed) = shell.get_attribute("data-early") {
        draft.take_early(&typed);
    }
    drop_shell();
}

/// Tells `public/boot.js` how far the app is.
pub(super) fn say(event: &str) {
    if let Ok(event) = web_sys::Event::new(event) {
        let _ = document().dispatch_event(&event);
    }
}

/// Takes away what the server drew, in the same moment in which the app draws it, and says that the page stands.
fn drop_shell() {
    if let Some(shell) = document().get_element_by_id("app") {
        shell.remove();
        request_animation_frame(|| say("opencall:ready"));
    }
}
