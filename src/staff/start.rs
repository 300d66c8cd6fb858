//! From nothing to the first page: configuration, words, who is signed in, programme, rows.

use std::rc::Rc;

use leptos::prelude::*;
use leptos::reactive::owner::Owner;
use opencall_core::contract::StaffSide;
use opencall_core::contract::staff::SessionView;
use opencall_core::{Locale, Programme};

use super::address::Nav;
use super::cx::Cx;
use super::data::Rows;
use super::export::Exports;
use super::palette::Palette;
use super::{account, frame, sign_in, words};
use crate::api::staff::{SignedOut, Staff};
use crate::api::{ApiError, Client};
use crate::config::{self, Config, ConfigError};
use crate::i18n::{I18n, Messages, Words, failures};
use crate::route::{Route, query_parameter};
use crate::ui::announce::Announcer;
use crate::ui::dom::{self, Show, View, el, many};
use crate::ui::kept::slot;

/// How far the app has come.
#[derive(Clone)]
enum Stage {
    /// The backend is on another origin, where browsers keep its cookies from this page.
    Elsewhere,
    /// Asking who this is.
    Asking,
    /// Nobody is signed in.
    Out,
    /// Somebody is, and the programme is here.
    In(Here),
    /// It failed.
    Failed(ApiError),
}

/// Somebody at work.
#[derive(Clone)]
struct Here {
    me: &'static SessionView,
    programme: &'static Programme,
    staff: Staff,
    rows: Rows,
}

/// Starts the app.
pub fn mount() {
    #[cfg(debug_assertions)]
    std::panic::set_hook(Box::new(|info| leptos::logging::error!("{info}")));
    // Fails only where it has been set before.
    let _ = any_spawner::Executor::init_wasm_bindgen();
    leptos::task::spawn_local(async {
        let asked = query_parameter(&window().location().search().unwrap_or_default(), "lang");
        let owner = Owner::new();
        let i18n = owner.with(|| I18n::start(&Locale::ALL, asked.as_deref()));
        let config = config::load().await;
        let Some(shell) = document().get_element_by_id("app") else { return };
        let view = owner.with(|| match config {
            Ok(config) if config.capabilities.staff != StaffSide::None => app(config, i18n),
            other => end(other, i18n),
        });
        shell.set_text_content(None);
        dom::mount(&shell, view);
        std::mem::forget(owner);
    });
}

fn app(config: Config, i18n: I18n) -> View {
    let client = Client::in_browser(&config);
    let side = config.capabilities.staff;
    let programme = config.programme.clone();
    let elsewhere = is_elsewhere(&config.api);
    let stage = slot(if elsewhere { Stage::Elsewhere } else { Stage::Asking });
    let nav = Nav::start();
    let announcer = Announcer::new();
    let exports = Exports::new();
    let out = SignedOut::new(client);
    let resume = {
        let out = out.clone();
        move || {
            let (out, programme) = (out.clone(), programme.clone());
            leptos::task::spawn_local(async move { stage.set(resumed(out, &programme).await) });
        }
    };
    if !elsewhere {
        resume();
    }
    // A link opened where the app is open already changes the fragment only.
    let changed = window_event_listener(leptos::ev::hashchange, |_| {
        if sign_in::secret().is_some() {
            let _ = window().location().reload();
        }
    });
    // For as long as the page is open.
    std::mem::forget(changed);
    let page = move || {
        let (locale, now) = (i18n.locale(), stage.get());
        let found = match i18n.words(locale) {
            Words::Here(t) => words::of(locale, t).map(|s| (t, s)),
            Words::Missing => None,
            _ => return ().show(),
        };
        let Some((t, s)) = found else {
            return last_resort(crate::i18n::name(locale).to_owned());
        };
        let again = resume.clone();
        match now {
            Stage::Asking => el("p").attr("class", "waiting").attr("role", "status").kid(t.loading).show(),
            Stage::Elsewhere => sign_in::elsewhere(t, s, &config.api),
            Stage::Out => {
                let parts = sign_in::Parts {
                    t,
                    s,
                    locale,
                    out: out.clone(),
                };
                match side {
                    StaffSide::Accounts => account::page(&parts, Rc::new(again)),
                    _ => sign_in::page(parts, Rc::new(again)),
                }
            }
            Stage::Failed(error) => failed(t, locale, &error, again),
            Stage::In(here) => {
                let cx = Cx {
                    programme: here.programme,
                    locale,
                    t,
                    s,
                    me: here.me,
                    rows: here.rows,
                    staff: StoredValue::new(here.staff),
                    nav,
                    palette: Palette::new(),
                    exports,
                    announcer,
                    i18n,
                };
                dom::later(move || {
                    if here.rows.is_out() {
                        stage.set(Stage::Out);
                    }
                });
                frame::frame(cx, move || {
                    here.rows.stop();
                    stage.set(Stage::Out);
                })
            }
        }
    };
    many(vec![page.show(), announcer.region()]).show()
}

/// Whether the backend is on another origin than this page.
fn is_elsewhere(api: &str) -> bool {
    // One that is a path has no origin of its own.
    api.starts_with("http") && !api.starts_with(&window().location().origin().unwrap_or_default())
}

/// Who is signed in, and the programme.
async fn resumed(out: SignedOut, programme: &str) -> Stage {
    // A link in the address is for signing in, whoever is signed in now.
    if sign_in::secret().is_some() {
        return Stage::Out;
    }
    let (staff, me) = match out.resume().await {
        Ok(Some(both)) => both,
        Ok(None) => return Stage::Out,
        Err(error) => return Stage::Failed(error),
    };
    match staff.programme(programme).await {
        // Kept for as long as the page is open, so that everything can point into it.
        Ok(programme) => {
            let programme: &'static Programme = Box::leak(Box::new(programme));
            Stage::In(Here {
                me: Box::leak(Box::new(me)),
                programme,
                rows: Rows::start(&staff, programme),
                staff,
            })
        }
        Err(error) => Stage::Failed(error),
    }
}

fn failed(t: &'static Messages, locale: Locale, error: &ApiError, again: impl Fn() + 'static) -> View {
    el("main")
        .attr("class", "main wrap stack")
        .kid(el("h1").kid(failures::words(t, locale, error)))
        .kid(
            el("button")
                .attr("type", "button")
                .attr("class", "btn")
                .kid(t.try_again)
                .on("click", move |_| again()),
        )
        .show()
}

/// A page for somebody who cannot get further: the configuration is of no use, or the backend has nothing for staff.
fn end(config: Result<Config, ConfigError>, i18n: I18n) -> View {
    (move || {
        let locale = i18n.locale();
        let found = match i18n.words(locale) {
            Words::Here(t) => words::of(locale, t).map(|s| (t, s)),
            Words::Missing => None,
            _ => return ().show(),
        };
        let Some((t, s)) = found else {
            return last_resort("config.json".to_owned());
        };
        let config = match &config {
            Err(error) => return crate::apply::last_resort::config(t, error),
            Ok(config) => config,
        };
        let call = Route::Call {
            programme: config.programme.clone(),
        };
        let way_on = el("p").kid(el("a").attr("class", "btn").attr("href", call.path()).kid(t.to_call));
        crate::apply::last_resort::alone(s.no_staff, s.no_staff_text.to_owned(), way_on.show())
    })
    .show()
}

/// Where not even words are here.
fn last_resort(what: String) -> View {
    el("main")
        .attr("class", "main wrap")
        .attr("role", "alert")
        .kid(el("p").kid(what))
        .show()
}
