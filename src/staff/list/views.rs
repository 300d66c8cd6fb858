//! Saved views: a name for what stands in the list's address, one's own or shared with all staff.

use leptos::prelude::*;
use leptos::task::spawn_local;
use opencall_core::contract::staff::{SavedView, ViewRequest, staff_problem};
use opencall_core::role::Permission;
use wasm_bindgen::JsCast;

use super::state::State;
use super::{Asking, List};
use crate::api::ApiError;
use crate::i18n::{failures, fill};
use crate::staff::address::Page;
use crate::ui::dialog;
use crate::ui::dom::{El, Show, View, el, input_of, many};
use crate::ui::kept::{Slot, slot};

/// The views that whoever is signed in sees.
#[derive(Clone, Copy)]
pub struct Views {
    all: Slot<Vec<SavedView>>,
    wrong: Slot<Option<String>>,
    busy: Slot<bool>,
    /// The view that is about to be deleted: asked once more.
    sure: Slot<Option<String>>,
}

impl Views {
    /// None as yet.
    pub fn new() -> Self {
        Self {
            all: slot(Vec::new()),
            wrong: slot(None),
            busy: slot(false),
            sure: slot(None),
        }
    }

    /// Asks for them.
    pub fn load(self, list: List) {
        let cx = list.cx;
        spawn_local(async move {
            let outcome = cx.staff.get_value().views(&cx.programme.id).await;
            if self.all.is_disposed() {
                return;
            }
            match outcome {
                Ok(all) => self.all.set(all),
                Err(error) => self.failed(list, &error),
            }
        });
    }

    fn failed(self, list: List, error: &ApiError) {
        let cx = list.cx;
        self.wrong.set(Some(if error.is(staff_problem::VIEW_EXISTS) {
            cx.s.view_taken.to_owned()
        } else {
            failures::words(cx.t, cx.locale, error)
        }));
    }

    /// Saves a view, a new one or one there is; `done` once it is.
    fn save(self, list: List, id: Option<String>, request: ViewRequest, done: impl FnOnce() + 'static) {
        if self.busy.get_untracked() {
            return;
        }
        self.busy.set(true);
        self.wrong.set(None);
        let cx = list.cx;
        spawn_local(async move {
            let outcome = cx.staff.get_value().save_view(&cx.programme.id, id.as_deref(), request).await;
            if self.all.is_disposed() {
                return;
            }
            self.busy.set(false);
            match outcome {
                Ok(saved) => {
                    self.all.update(|all| {
                        all.retain(|one| one.id != saved.id);
                        all.push(saved);
                        all.sort_by(|a, b| a.name.cmp(&b.name));
                    });
                    cx.announcer.say(cx.s.view_saved.to_owned());
                    done();
                }
                Err(error) => self.failed(list, &error),
            }
        });
    }

    fn remove(self, list: List, id: String) {
        let cx = list.cx;
        self.wrong.set(None);
        spawn_local(async move {
            let outcome = cx.staff.get_value().remove_view(&id).await;
            if self.all.is_disposed() {
                return;
            }
            match outcome {
                Ok(()) => {
                    self.all.update(|all| all.retain(|one| one.id != id));
                    cx.announcer.say(cx.s.view_dropped.to_owned());
                    crate::ui::focus::after_drawing("#view-name".to_owned());
                }
                Err(error) => self.failed(list, &error),
            }
        });
    }

    /// The view that is shown now, exactly as it was saved.
    fn current(self, list: List) -> Option<SavedView> {
        let now = address(list);
        self.all.with(|all| all.iter().find(|view| view.query == now).cloned())
    }
}

/// What a view keeps: all that the address says but for what is open beside the list, and on which page one is.
fn address(list: List) -> String {
    let table = list.cx.rows.table();
    let table = table.borrow();
    list.state.with(|state| {
        let state = State {
            open: None,
            page: state.page.map(|_| 1),
            ..state.clone()
        };
        state.params(table.schema())
    })
}

/// The button that opens the dialog, and says which view is shown.
pub fn button(list: List) -> View {
    let s = list.cx.s;
    el("button")
        .attr("type", "button")
        .attr("class", "btn quiet views-btn")
        .kid(move || match list.views.current(list) {
            Some(view) => [s.views, ": ", &view.name].concat(),
            None => s.views.to_owned(),
        })
        .on("click", move |_| {
            list.views.wrong.set(None);
            list.views.sure.set(None);
            list.views.load(list);
            list.asking.set(Asking::Views);
        })
        .show()
}

/// The dialog: what there is, and a name for what is shown now.
pub fn dialog(list: List) -> View {
    let cx = list.cx;
    let (s, views) = (cx.s, list.views);
    let close = move || list.asking.set(Asking::Nothing);
    let (name, shared) = (slot(String::new()), slot(false));
    let lines = move || {
        let all = views.all.get();
        if all.is_empty() {
            return el("p").attr("class", "soft").kid(s.views_none).show();
        }
        let lines: Vec<View> = all.into_iter().map(|view| line(list, view)).collect();
        el("ul").attr("class", "views").kid(lines).show()
    };
    let save = move |_| {
        let wanted = name.get_untracked();
        if wanted.trim().is_empty() {
            views.wrong.set(Some(s.name_missing_view.to_owned()));
            crate::ui::focus::after_drawing("#view-name".to_owned());
            return;
        }
        let request = ViewRequest {
            name: wanted,
            query: untrack(|| address(list)),
            shared: shared.get_untracked(),
        };
        views.save(list, None, request, move || name.set(String::new()));
    };
    let may_share = cx.may(Permission::ShareViews);
    let share = el("div")
        .attr("class", "tick-line")
        .kid(
            el("input")
                .attr("type", "checkbox")
                .attr("id", "view-shared")
                .checked(move || shared.get())
                .on("change", move |event| {
                    if let Some(input) = input_of(&event) {
                        shared.set(input.checked());
                    }
                }),
        )
        .kid(el("label").attr("for", "view-shared").kid(s.view_share));
    let new = el("div")
        .attr("class", "field")
        .kid(el("label").attr("for", "view-name").kid(s.view_name))
        .kid(
            el("input")
                .attr("id", "view-name")
                .attr("type", "text")
                .attr("maxlength", "80")
                .attr("autocomplete", "off")
                .value(move || name.get())
                .on("input", move |event| {
                    if let Some(input) = input_of(&event) {
                        name.set(input.value());
                    }
                }),
        );
    let inside = many(vec![
        lines.show(),
        new.show(),
        may_share.then_some(share).show(),
        (move || {
            views
                .wrong
                .get()
                .map(|words| el("p").attr("class", "notice wrong").attr("role", "alert").kid(words))
        })
        .show(),
        el("div")
            .attr("class", "row-actions")
            .kid(
                el("button")
                    .attr("type", "button")
                    .attr("class", "btn")
                    .attr("aria-disabled", move || views.busy.get().then_some("true"))
                    .kid(s.view_save)
                    .on("click", save),
            )
            .show(),
    ]);
    dialog::dialog("", s.views.to_owned(), cx.t.close, inside, close)
}

/// One view: a link to it, and what can be done with it.
fn line(list: List, view: SavedView) -> View {
    let cx = list.cx;
    let (s, views) = (cx.s, list.views);
    let may_change = view.mine && !view.shared || cx.may(Permission::ShareViews);
    let may_drop = view.mine || cx.may(Permission::ShareViews);
    let query = view.query.clone();
    let here = {
        let query = query.clone();
        move || (address(list) == query).then_some("true")
    };
    let link_id = ["view-", &view.id].concat();
    let renaming = slot(false);
    let link = el("a")
        .attr("id", link_id.clone())
        .attr("hidden", move || renaming.get())
        .attr("href", crate::staff::address::address(Page::Applications, &query))
        .attr("aria-current", here)
        .kid(view.name.clone())
        .on("click", move |event| {
            event.prevent_default();
            cx.nav.go(Page::Applications, &query);
            list.asking.set(Asking::Nothing);
        });
    let about = match (view.shared, view.mine) {
        (false, _) => None,
        (true, true) => Some(s.view_shared.to_owned()),
        (true, false) => Some(fill(s.view_shared_by, &[("name", &view.owner)])),
    };
    let button = |words: &'static str, act: Box<dyn Fn()>| {
        el("button")
            .attr("type", "button")
            .attr("class", "link-btn")
            .attr("aria-label", [words, ": ", &view.name].concat())
            .kid(words)
            .on("click", move |_| act())
    };
    let as_is = view.clone();
    let replace = move || {
        let request = ViewRequest {
            name: as_is.name.clone(),
            query: untrack(|| address(list)),
            shared: as_is.shared,
        };
        views.save(list, Some(as_is.id.clone()), request, || ());
    };
    let rename = new_name(list, &view, renaming);
    let name_id = ["name-", &view.id].concat();
    let begin = move || {
        renaming.set(!renaming.get_untracked());
        let to = if renaming.get_untracked() { &name_id } else { &link_id };
        crate::ui::focus::after_drawing(["#", to].concat());
    };
    let as_is = view.clone();
    let share = move || {
        let request = ViewRequest {
            name: as_is.name.clone(),
            query: as_is.query.clone(),
            shared: !as_is.shared,
        };
        views.save(list, Some(as_is.id.clone()), request, || ());
    };
    let share_words = if view.shared { s.view_unshare } else { s.view_do_share };
    let shares = cx.may(Permission::ShareViews);
    let id = view.id.clone();
    let (asked, name) = (view.id.clone(), view.name.clone());
    let drop = move || {
        let id = id.clone();
        // Asked once more: there is no way back.
        let sure = views.sure.with(|sure| sure.as_deref() == Some(&asked));
        let words = if sure { s.view_drop_sure } else { s.view_drop };
        el("button")
            .attr("type", "button")
            .attr("class", "link-btn")
            .attr("id", ["drop-", &id].concat())
            .attr("aria-label", [words, ": ", &name].concat())
            .kid(words)
            .on("click", move |_| {
                if sure {
                    views.remove(list, id.clone());
                } else {
                    views.sure.set(Some(id.clone()));
                    crate::ui::focus::after_drawing(["#drop-", &id].concat());
                }
            })
    };
    el("li")
        .kid(link)
        .kid(may_change.then_some(rename))
        .kid(about.map(|words| el("span").attr("class", "small soft").kid(words)))
        .kid(
            el("span")
                .attr("class", "acts")
                .kid(may_change.then(|| button(s.view_rename, Box::new(begin))))
                .kid(may_change.then(|| button(s.view_replace, Box::new(replace))))
                .kid(shares.then(|| button(share_words, Box::new(share))))
                .kid(may_drop.then_some(drop)),
        )
        .show()
}

/// A field for another name, while one is wanted.
fn new_name(list: List, view: &SavedView, renaming: Slot<bool>) -> impl Fn() -> Option<El> + 'static {
    let s = list.cx.s;
    let view = view.clone();
    move || {
        if !renaming.get() {
            return None;
        }
        let id = ["name-", &view.id].concat();
        let field = el("input")
            .attr("id", id)
            .attr("type", "text")
            .attr("maxlength", "80")
            .attr("autocomplete", "off")
            .attr("aria-label", [s.view_new_name, ": ", &view.name].concat())
            .attr("value", view.name.clone());
        let input: web_sys::HtmlInputElement = field.node().clone().unchecked_into();
        let view = view.clone();
        let act = move |event: web_sys::Event| {
            event.prevent_default();
            let request = ViewRequest {
                name: input.value(),
                query: view.query.clone(),
                shared: view.shared,
            };
            if request.name.trim().is_empty() {
                list.views.wrong.set(Some(s.name_missing_view.to_owned()));
                return;
            }
            let link = ["#view-", &view.id].concat();
            list.views.save(list, Some(view.id.clone()), request, move || {
                crate::ui::focus::after_drawing(link);
            });
        };
        let save = el("button").attr("class", "btn quiet").kid(s.view_save);
        Some(el("form").attr("class", "rename").kid(field).kid(save).on("submit", act))
    }
}
