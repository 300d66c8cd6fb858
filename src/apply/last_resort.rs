//! Pages shown when there is nothing else to show: no such page, no configuration, no programme, no words.

use crate::ui::dom::{Show, View, el, many};
use leptos::prelude::*;
use opencall_core::Locale;
use opencall_core::contract::problem_type;

use super::cx::Cx;
use crate::api::ApiError;
use crate::config::ConfigError;
use crate::i18n::messages::Messages;
use crate::i18n::{I18n, failures, fill};
use crate::programme::LiveProgramme;
use crate::route::Route;

/// No page at this address.
pub fn not_found(cx: Cx) -> View {
    cx.title(cx.t.not_found);
    many(vec![
        el("div")
            .attr("class", "page-head")
            .kid(el("h1").attr("tabindex", "-1").kid(cx.t.not_found))
            .kid(el("p").attr("class", "page-intro").kid(cx.t.not_found_text))
            .show(),
        el("p")
            .kid(
                el("a")
                    .attr("class", "btn")
                    .attr("href", Route::Call { programme: cx.id() }.href())
                    .kid(cx.t.to_call),
            )
            .show(),
    ])
    .show()
}

/// `config.json` is missing or wrong: words for whoever sets the site up.
pub fn config(t: &'static Messages, error: &ConfigError) -> View {
    let again = el("p").attr("class", "actions").kid(
        el("button")
            .attr("type", "button")
            .attr("class", "btn")
            .kid(t.try_again)
            .on("click", |_| drop(window().location().reload())),
    );
    alone(t.config_title, config_words(t, error), again.show())
}

/// What is wrong with `config.json`, in words.
pub fn config_words(t: &'static Messages, error: &ConfigError) -> String {
    match error {
        ConfigError::Missing => t.config_missing.to_owned(),
        ConfigError::Unreachable(_) => t.config_unreachable.to_owned(),
        ConfigError::NotJson { line, column } => fill(t.config_json, &[("line", &line.to_string()), ("column", &column.to_string())]),
        ConfigError::Member { path, wanted } => fill(t.config_member, &[("path", path), ("wanted", wanted)]),
        ConfigError::Records { fault } => {
            let wanted = ["a description of a record store (", fault, ")"].concat();
            fill(t.config_member, &[("path", "/records"), ("wanted", &wanted)])
        }
        ConfigError::Newer { contract } => fill(t.config_newer, &[("contract", &contract.to_string())]),
    }
}

/// The programme could not be had.
pub fn programme(t: &'static Messages, locale: Locale, error: &ApiError, live: LiveProgramme) -> View {
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
    if matches!(error, ApiError::Offline) {
        // A backend on another origin may be there and refuse this one, which looks the same from here.
        super::start::say("opencall:unreached");
    }
    let again = el("p")
        .attr("class", "actions")
        .kid(
            el("button")
                .attr("type", "button")
                .attr("class", "btn")
                .kid(t.try_again)
                .on("click", move |_| live.retry()),
        )
        .kid(el("a").attr("href", crate::route::below("/")).kid(t.to_call));
    alone(title, words, again.show())
}

/// The words could not be had: the only ones the app has of its own.
pub fn words(i18n: I18n, locale: Locale) -> View {
    document().set_title("Opencall");
    let line = |tag: &'static str, words: &'static str| el("p").attr("lang", tag).kid(words);
    el("main")
        .attr("class", "main wrap")
        .kid(
            el("div")
                .attr("class", "page-head")
                .kid(el("h1").attr("tabindex", "-1").kid("Opencall"))
                .kid(
                    el("div")
                        .attr("class", "page-intro")
                        .attr("role", "alert")
                        .kid(line(
                            "en",
                            "The words of this page could not be loaded. Check your connection, then try again. What you typed is kept.",
                        ))
                        .kid(line(
                            "fr",
                            "Les textes de cette page n’ont pas pu être chargés. Vérifiez votre connexion, puis réessayez. Ce que vous avez saisi est gardé.",
                        )),
                ),
        )
        .kid(
            el("p").attr("class", "actions").kid(
                el("button")
                    .attr("type", "button")
                    .attr("class", "btn")
                    .kid(match locale {
                        Locale::En => "Try again",
                        Locale::Fr => "Réessayer",
                    })
                    .on("click", move |_| i18n.fetch(locale)),
            ),
        )
        .show()
}

/// A page without a frame.
pub fn alone(title: &'static str, words: String, way_on: View) -> View {
    document().set_title(title);
    el("main")
        .attr("class", "main wrap")
        .kid(
            el("div")
                .attr("class", "page-head")
                .kid(el("h1").attr("tabindex", "-1").kid(title))
                .kid(el("p").attr("class", "page-intro").attr("role", "alert").kid(words)),
        )
        .kid(way_on)
        .show()
}
