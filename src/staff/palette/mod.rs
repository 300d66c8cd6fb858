//! The command palette: whatever can be done now, and every application, by typing a few letters of it. A combobox with a listbox (APG)
//! in a dialog.
//!
//! - [`find`]: how well a text answers what is typed.

mod find;

use std::rc::Rc;

use leptos::ev;
use leptos::prelude::*;
use opencall_core::Status;
use opencall_table::fold::fold;
use opencall_table::schema::{NAME, STATUS, UPDATED};
use opencall_table::{Cell, Query, Sort};
use wasm_bindgen::JsCast;
use web_sys::KeyboardEvent;

use super::cx::Cx;
use super::list::{cells, commands};
use crate::i18n::fill;
use crate::i18n::messages::{grouped, plural};
use crate::ui::announce::Announcer;
use crate::ui::dialog;
use crate::ui::dom::{Show, View, el, input_of, many};
use crate::ui::kept::{Kept, Slot, kept, slot};

/// The most commands shown at once.
const COMMANDS: usize = 40;
/// The most applications shown at once.
const APPLICATIONS: usize = 10;
/// What an application counts as that is found by what is not its name or reference: behind what begins so, before a few letters of it.
const ELSEWHERE: u32 = 2;

/// Something that can be done.
#[derive(Clone)]
pub struct Command {
    /// What, in words.
    pub words: String,
    /// Further words that find it.
    pub also: &'static str,
    /// What kind of thing it is, in a word; may be empty.
    pub kind: &'static str,
    /// The keys that do the same; may be empty.
    pub keys: &'static str,
    /// Does it.
    pub act: Rc<dyn Fn()>,
}

impl Command {
    /// One of a kind.
    pub fn new(kind: &'static str, words: impl Into<String>, act: impl Fn() + 'static) -> Self {
        Self {
            words: words.into(),
            also: "",
            kind,
            keys: "",
            act: Rc::new(act),
        }
    }

    /// The same, found by further words too.
    pub fn also(self, also: &'static str) -> Self {
        Self { also, ..self }
    }

    /// The same, with the keys that do it.
    pub fn keys(self, keys: &'static str) -> Self {
        Self { keys, ..self }
    }
}

type Offer = Rc<dyn Fn() -> Vec<Command>>;

/// Whether it is open, and what the page that is shown adds to it.
#[derive(Clone, Copy)]
pub struct Palette {
    is_open: Slot<bool>,
    offer: StoredValue<Option<Offer>, LocalStorage>,
}

impl Palette {
    /// One that is closed.
    pub fn new() -> Self {
        Self {
            is_open: slot(false),
            offer: StoredValue::new_local(None),
        }
    }

    /// Opens it.
    pub fn open(self) {
        self.is_open.set(true);
    }

    /// What can be done on a page, for as long as it is shown.
    pub fn offer(self, offer: impl Fn() -> Vec<Command> + 'static) {
        self.offer.set_value(Some(Rc::new(offer)));
        on_cleanup(move || {
            self.offer.try_set_value(None);
        });
    }

    /// The palette while it is open, and the keys that open it. `everywhere`: what can be done on every page.
    pub fn view(self, cx: Cx, everywhere: impl Fn() -> Vec<Command> + 'static) -> View {
        let listening = window_event_listener(ev::keydown, move |event| {
            // On a Mac, Control and K delete the rest of a line.
            let control = event.meta_key() || event.ctrl_key() && !is_mac();
            if !control || event.shift_key() || event.alt_key() || !event.key().eq_ignore_ascii_case("k") {
                return;
            }
            event.prevent_default();
            let other = document().query_selector("dialog[open]").ok().flatten().is_some();
            // Nothing opens above another dialog.
            self.is_open.set(!other);
        });
        on_cleanup(move || listening.remove());
        (move || {
            let open = self.is_open.get();
            untrack(|| {
                open.then(|| {
                    let mut all = self.offer.with_value(Clone::clone).map(|offer| offer()).unwrap_or_default();
                    all.extend(everywhere());
                    all.extend(commands::anywhere(cx));
                    draw(self, cx, all)
                })
            })
        })
        .show()
    }
}

/// The keys that open it, as a keyboard has them.
pub fn keys() -> &'static str {
    if is_mac() { "⌘ K" } else { "Ctrl K" }
}

fn is_mac() -> bool {
    let platform = window().navigator().platform().unwrap_or_default();
    platform.starts_with("Mac") || platform.starts_with("iP")
}

/// What was found.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Hit {
    /// A command, by its place.
    Command(usize),
    /// An application, by its row.
    Application(u32),
}

/// Everything that was found.
#[derive(Clone, Debug, Default, PartialEq)]
struct Found {
    /// What is shown, the best first.
    hits: Vec<Hit>,
    /// How many there are besides.
    more: usize,
}

/// A command with its texts as they are compared.
struct Known {
    command: Command,
    text: String,
    further: String,
}

/// What answers, the best first; what is as good in the order in which it was given, applications last.
fn find(cx: Cx, all: &[Known], typed: &str) -> Found {
    let typed = fold(typed);
    let score = |(place, known): (usize, &Known)| Some((find::score(&known.text, &known.further, &typed)?, Hit::Command(place)));
    let mut hits: Vec<(u32, Hit)> = all.iter().enumerate().filter_map(score).collect();
    hits.sort_by_key(|(score, _)| *score);
    let mut more = hits.len().saturating_sub(COMMANDS);
    hits.truncate(COMMANDS);
    if !typed.trim().is_empty() {
        let table = cx.rows.table();
        let table = table.borrow();
        let latest = Sort {
            column: UPDATED,
            descending: true,
        };
        let rows = table.select(&Query {
            search: typed.clone(),
            filters: Vec::new(),
            sort: vec![latest],
        });
        more += rows.len().saturating_sub(APPLICATIONS);
        hits.extend(rows.into_iter().take(APPLICATIONS).map(|row| {
            let text = fold(&[table.text(row, NAME), " ", table.reference(row)].concat());
            (find::score(&text, "", &typed).unwrap_or(ELSEWHERE), Hit::Application(row))
        }));
        hits.sort_by_key(|(score, _)| *score);
    }
    Found {
        hits: hits.into_iter().map(|(_, hit)| hit).collect(),
        more,
    }
}

/// What the parts of the dialog share.
#[derive(Clone, Copy)]
struct Parts {
    palette: Palette,
    cx: Cx,
    all: StoredValue<Vec<Known>, LocalStorage>,
    found: Kept<Found>,
    /// The place of the one that Enter takes.
    at: Slot<usize>,
}

fn draw(palette: Palette, cx: Cx, all: Vec<Command>) -> View {
    let s = cx.s;
    let known = |command: Command| Known {
        text: fold(&command.words),
        further: fold(&[command.kind, " ", command.also].concat()),
        command,
    };
    let all = StoredValue::new_local(all.into_iter().map(known).collect::<Vec<_>>());
    let typed = slot(String::new());
    let parts = Parts {
        palette,
        cx,
        all,
        found: kept(move |_: Option<&Found>| typed.with(|typed| all.with_value(|all| find(cx, all, typed)))),
        at: slot(0),
    };
    let announcer = Announcer::new();
    let said = move || {
        let count = parts.found.with_untracked(|found| found.hits.len() + found.more);
        if count == 0 {
            s.none_found.to_owned()
        } else {
            plural(s.n_found, cx.locale, count)
        }
    };
    let input = el("input")
        .attr("id", "palette")
        .attr("type", "text")
        .attr("role", "combobox")
        .attr("aria-label", s.palette_label)
        .attr("placeholder", s.palette_label)
        .attr("aria-autocomplete", "list")
        .attr("aria-haspopup", "listbox")
        .attr("aria-controls", "palette-found")
        .attr("aria-expanded", move || {
            parts.found.with(|found| if found.hits.is_empty() { "false" } else { "true" })
        })
        .attr("aria-activedescendant", move || {
            let any = parts.found.with(|found| !found.hits.is_empty());
            any.then(|| option_id(parts.at.get()))
        })
        .attr("autocomplete", "off")
        .attr("autocapitalize", "none")
        .attr("spellcheck", "false")
        .attr("enterkeyhint", "go")
        .attr("autofocus", "")
        .on("input", move |event| {
            if let Some(input) = input_of(&event) {
                typed.set(input.value());
                parts.at.set(0);
                announcer.say_after(600, said);
            }
        })
        .on("keydown", move |event| {
            if let Some(event) = event.dyn_ref::<KeyboardEvent>() {
                parts.key(event);
            }
        });
    let options = move || {
        let found = parts.found.get();
        untrack(|| {
            let options: Vec<View> = found.hits.iter().enumerate().map(|(at, hit)| parts.option(at, *hit)).collect();
            el("ul")
                .attr("id", "palette-found")
                .attr("role", "listbox")
                .attr("aria-label", s.commands)
                .attr("hidden", options.is_empty().then_some(""))
                .kid(options)
        })
    };
    let rest = move || {
        let (none, more) = parts.found.with(|found| (found.hits.is_empty(), found.more));
        let words = match more {
            _ if none => s.none_found.to_owned(),
            0 => return None,
            more => fill(s.palette_more, &[("n", &grouped(&more.to_string(), cx.locale))]),
        };
        Some(el("p").attr("class", "small soft").kid(words))
    };
    let inside = many(vec![input.show(), options.show(), rest.show(), announcer.region()]);
    dialog::dialog("palette", s.commands.to_owned(), cx.t.close, inside, move || {
        palette.is_open.set(false)
    })
}

fn option_id(at: usize) -> String {
    format!("palette-{at}")
}

impl Parts {
    fn key(self, event: &KeyboardEvent) {
        let count = self.found.with_untracked(|found| found.hits.len());
        let at = self.at.get_untracked();
        // Whoever chooses an input method's candidate means that; Shift selects what is typed.
        if count == 0 || event.is_composing() || event.shift_key() {
            return;
        }
        let to = match event.key().as_str() {
            "ArrowDown" => (at + 1) % count,
            "ArrowUp" => (at + count - 1) % count,
            "Home" => 0,
            "End" => count - 1,
            "Enter" => {
                event.prevent_default();
                return self.take(at);
            }
            _ => return,
        };
        event.prevent_default();
        self.at.set(to);
        if let Some(option) = document().get_element_by_id(&option_id(to)) {
            let nearest = web_sys::ScrollIntoViewOptions::new();
            nearest.set_block(web_sys::ScrollLogicalPosition::Nearest);
            option.scroll_into_view_with_scroll_into_view_options(&nearest);
        }
    }

    /// Does what stands at a place, once the dialog is gone.
    fn take(self, at: usize) {
        let Some(hit) = self.found.with_untracked(|found| found.hits.get(at).copied()) else {
            return;
        };
        self.palette.is_open.set(false);
        match hit {
            Hit::Command(place) => {
                let act = self.all.with_value(|all| all[place].command.act.clone());
                act();
            }
            Hit::Application(row) => {
                let reference = self.cx.rows.table().borrow().reference(row).to_owned();
                commands::change(self.cx, |state| state.open = Some(reference));
            }
        }
    }

    fn option(self, at: usize, hit: Hit) -> View {
        let option = el("li")
            .attr("id", option_id(at))
            .attr("role", "option")
            .attr("aria-selected", move || if self.at.get() == at { "true" } else { "false" })
            // The focus stays where one types.
            .on("mousedown", |event| event.prevent_default())
            .on("click", move |_| self.take(at));
        let option = match hit {
            Hit::Command(place) => self.all.with_value(|all| {
                let command = &all[place].command;
                option
                    .kid(el("span").attr("class", "what").kid(command.words.as_str()))
                    .kid(" ")
                    .kid(el("span").attr("class", "soft").kid(command.kind))
                    .kid((!command.keys.is_empty()).then(|| el("kbd").attr("aria-hidden", "true").kid(command.keys)))
            }),
            Hit::Application(row) => {
                let cx = self.cx;
                let table = cx.rows.table();
                let table = table.borrow();
                let name = Some(table.text(row, NAME)).filter(|name| !name.is_empty());
                let status = match table.cell(row, STATUS) {
                    Cell::One(place) => Status::ALL.get(usize::from(place)).copied(),
                    _ => None,
                };
                option
                    .kid(
                        el("span")
                            .attr("class", "what")
                            .kid(el("bdi").kid(name.unwrap_or(cx.s.nameless)))
                            .kid(" ")
                            .kid(el("code").kid(table.reference(row))),
                    )
                    .kid(" ")
                    .kid(status.map(|status| {
                        el("span")
                            .attr("class", ["soft ", cells::class_of(status)].concat())
                            .kid(cells::status_name(cx, status))
                    }))
            }
        };
        option.show()
    }
}
