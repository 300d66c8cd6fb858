//! Pages shown when there is nothing else to show: no such page, no configuration, no programme.

use leptos::prelude::*;
use opencall_core::Locale;
use opencall_core::contract::problem_type;

use super::cx::Cx;
use crate::api::ApiError;
use crate::config::ConfigError;
use crate::i18n::messages::Messages;
use crate::i18n::{failures, fill};
use crate::programme::LiveProgramme;
use crate::route::Route;

/// No page at this address.
pub fn not_found(cx: Cx) -> AnyView {
    cx.title(cx.t.not_found);
    view! {
        <div class="page-head">
            <h1 tabindex="-1">{cx.t.not_found}</h1>
            <p class="page-intro">{cx.t.not_found_text}</p>
        </div>
        <p>
            <a class="btn" href=Route::Call { programme: cx.id() }.path()>
                {cx.t.to_call}
            </a>
        </p>
    }
    .into_any()
}

/// `config.json` is missing or wrong: words for whoever sets the site up.
pub fn config(t: &'static Messages, error: &ConfigError) -> AnyView {
    let words = match error {
        ConfigError::Missing => t.config_missing.to_owned(),
        ConfigError::Unreachable(_) => t.config_unreachable.to_owned(),
        ConfigError::NotJson { line, column } => fill(t.config_json, &[("line", &line.to_string()), ("column", &column.to_string())]),
        ConfigError::Member { path, wanted } => fill(t.config_member, &[("path", path), ("wanted", wanted)]),
        ConfigError::Newer { contract } => fill(t.config_newer, &[("contract", &contract.to_string())]),
    };
    alone(t.config_title, words, ().into_any())
}

/// The programme could not be had.
pub fn programme(t: &'static Messages, locale: Locale, error: &ApiError, live: LiveProgramme) -> AnyView {
    let title = if error.is(problem_type::NOT_FOUND) {
        t.no_call
    } else {
        t.programme_title
    };
    let words = if error.is(problem_type::NOT_FOUND) {
        t.not_found_text.to_owned()
    } else {
        failures::words(t, locale, error)
    };
    let again = view! {
        <p class="actions">
            <button type="button" class="btn" on:click=move |_| live.retry()>
                {t.try_again}
            </button>
            <a href="/">{t.to_call}</a>
        </p>
    };
    alone(title, words, again.into_any())
}

/// A page without a frame.
fn alone(title: &'static str, words: String, way_on: AnyView) -> AnyView {
    document().set_title(title);
    view! {
        <main class="main wrap">
            <div class="page-head">
                <h1 tabindex="-1">{title}</h1>
                <p class="page-intro" role="alert">
                    {words}
                </p>
            </div>
            {way_on}
        </main>
    }
    .into_any()
}
