//! Who may sign in: people, invitations, sessions.

use leptos::prelude::*;
use leptos::task::spawn_local;
use opencall_core::contract::staff::{InvitationView, Invite, PersonChange, PersonView, SessionInfo};
use opencall_core::role::{Permission, Role};
use wasm_bindgen::JsCast;

use super::cx::Cx;
use super::frame::role_name;
use crate::api::ApiError;
use crate::i18n::{failures, fill, intl};
use crate::ui::dom::{Show, View, el, input_of, many};
use crate::ui::kept::{Slot, slot};

/// What is shown.
#[derive(Clone, Copy)]
struct Shown {
    cx: Cx,
    people: Slot<Vec<PersonView>>,
    invitations: Slot<Vec<InvitationView>>,
    sessions: Slot<Vec<SessionInfo>>,
    /// A link just made: for whom, and its address.
    link: Slot<Option<(String, String)>>,
    wrong: Slot<Option<String>>,
}

/// The page.
pub fn page(cx: Cx) -> View {
    let shown = Shown {
        cx,
        people: slot(Vec::new()),
        invitations: slot(Vec::new()),
        sessions: slot(Vec::new()),
        link: slot(None),
        wrong: slot(None),
    };
    shown.load();
    let s = cx.s;
    let manages = cx.may(Permission::ManagePeople);
    el("div")
        .attr("class", "page-narrow")
        .kid(el("h1").attr("tabindex", "-1").kid(s.people))
        .kid(move || {
            shown
                .wrong
                .get()
                .map(|words| el("p").attr("class", "notice wrong").attr("role", "alert").kid(words))
        })
        .kid(move || shown.link.get().map(|(name, address)| link_box(cx, &name, &address)))
        .kid(table(s.people, vec![s.name, s.role, s.since, ""], move || {
            shown.people.with(|people| people.iter().map(|one| person(shown, one)).collect())
        }))
        .kid(manages.then(|| invite(shown)))
        .kid(manages.then(|| {
            table(s.invitations, vec![s.name, s.role, s.until, ""], move || {
                shown.invitations.with(|all| all.iter().map(|one| invitation(shown, one)).collect())
            })
        }))
        .kid(table(s.sessions, vec![s.name, s.since, s.used, ""], move || {
            shown.sessions.with(|all| all.iter().map(|one| session(shown, one)).collect())
        }))
        .show()
}

impl Shown {
    fn load(self) {
        spawn_local(async move {
            let staff = self.cx.staff.get_value();
            let manages = self.cx.may(Permission::ManagePeople);
            let people = staff.people().await;
            let invitations = if manages { staff.invitations().await } else { Ok(Vec::new()) };
            let sessions = staff.sessions().await;
            if self.people.is_disposed() {
                return;
            }
            match (people, invitations, sessions) {
                (Ok(people), Ok(invitations), Ok(sessions)) => {
                    self.people.set(people);
                    self.invitations.set(invitations);
                    self.sessions.set(sessions);
                }
                (Err(error), ..) | (_, Err(error), _) | (.., Err(error)) => self.say(&error),
            }
        });
    }

    fn say(self, error: &ApiError) {
        let last = error.is(opencall_core::contract::staff::staff_problem::LAST_ORGANISER);
        let words = if last {
            self.cx.s.last_organiser.to_owned()
        } else {
            failures::words(self.cx.t, self.cx.locale, error)
        };
        self.wrong.set(Some(words));
    }

    /// Shows what became of a change, and everything anew.
    fn after<T>(self, outcome: Result<T, ApiError>) -> Option<T> {
        match outcome {
            Ok(done) => {
                self.wrong.set(None);
                self.load();
                Some(done)
            }
            Err(error) => {
                self.say(&error);
                self.load();
                None
            }
        }
    }

    fn made(self, link: Option<InvitationView>) {
        if let Some((name, path)) = link.and_then(|link| Some((link.name, link.link?))) {
            let origin = window().location().origin().unwrap_or_default();
            self.link.set(Some((name, [origin, crate::route::below(&path)].concat())));
            crate::ui::focus::after_drawing("#new-link".to_owned());
        }
    }
}

fn table(title: &'static str, heads: Vec<&'static str>, lines: impl Fn() -> Vec<View> + 'static) -> View {
    let head = |name: &'static str| {
        if name.is_empty() {
            el("td").show()
        } else {
            el("th").attr("scope", "col").kid(name).show()
        }
    };
    let heads: Vec<View> = heads.into_iter().map(head).collect();
    el("div")
        .attr("class", "table-wrap")
        .attr("tabindex", "0")
        .attr("role", "region")
        .attr("aria-label", title)
        .kid(
            el("table")
                .attr("class", "plain-table")
                .kid(el("caption").kid(title))
                .kid(el("thead").kid(el("tr").kid(heads)))
                .kid(el("tbody").kid(move || many(lines()))),
        )
        .show()
}

fn date(cx: Cx, at: opencall_core::Timestamp) -> String {
    intl::short(at, &cx.programme.schedule.zone, cx.locale, true)
}

fn button(words: &'static str, about: &str, act: impl Fn() + 'static) -> View {
    el("button")
        .attr("type", "button")
        .attr("class", "link-btn")
        .kid(words)
        .kid(el("span").attr("class", "vh").kid([": ", about].concat()))
        .on("click", move |_| act())
        .show()
}

fn person(shown: Shown, person: &PersonView) -> View {
    let cx = shown.cx;
    let s = cx.s;
    let actions = cx.may(Permission::ManagePeople).then(|| {
        let change = |change: PersonChange| {
            let id = person.id.clone();
            move || {
                let (id, change) = (id.clone(), change.clone());
                spawn_local(async move {
                    let outcome = cx.staff.get_value().change_person(&id, change).await;
                    shown.after(outcome);
                });
            }
        };
        let id = person.id.clone();
        let link = move || {
            let id = id.clone();
            spawn_local(async move {
                let outcome = cx.staff.get_value().link(&id).await;
                shown.made(shown.after(outcome));
            });
        };
        let active = person.active;
        let toggle = change(PersonChange {
            role: None,
            active: Some(!active),
        });
        let roles = Role::ALL.into_iter().filter(|role| *role != person.role).map(|role| {
            let words = match role {
                Role::Viewer => s.make_viewer,
                Role::Organiser => s.make_organiser,
                Role::Judge => s.make_judge,
            };
            button(
                words,
                &person.name,
                change(PersonChange {
                    role: Some(role),
                    active: None,
                }),
            )
        });
        el("span")
            .attr("class", "row-actions")
            .kid(active.then(|| roles.collect::<Vec<View>>()))
            .kid(active.then(|| button(s.new_link, &person.name, link)))
            .kid(button(if active { s.deactivate } else { s.activate }, &person.name, toggle))
    });
    el("tr")
        .kid(
            el("th")
                .attr("scope", "row")
                .kid(el("bdi").kid(person.name.clone()))
                .kid((!person.active).then(|| el("span").attr("class", "pill").kid(s.inactive))),
        )
        .kid(el("td").kid(role_name(s, person.role)))
        .kid(el("td").kid(date(cx, person.created_at)))
        .kid(el("td").kid(actions))
        .show()
}

fn invitation(shown: Shown, one: &InvitationView) -> View {
    let cx = shown.cx;
    let name = if one.name.is_empty() {
        cx.s.first_organiser.to_owned()
    } else {
        one.name.clone()
    };
    let id = one.id.clone();
    let revoke = move || {
        let id = id.clone();
        spawn_local(async move {
            let outcome = cx.staff.get_value().revoke(&id).await;
            shown.after(outcome);
        });
    };
    el("tr")
        .kid(el("th").attr("scope", "row").kid(el("bdi").kid(name.clone())))
        .kid(el("td").kid(role_name(cx.s, one.role)))
        .kid(el("td").kid(date(cx, one.expires_at)))
        .kid(el("td").kid(button(cx.s.revoke, &name, revoke)))
        .show()
}

fn session(shown: Shown, one: &SessionInfo) -> View {
    let cx = shown.cx;
    let name = shown
        .people
        .with_untracked(|people| {
            people
                .iter()
                .find(|person| person.id == one.person)
                .map(|person| person.name.clone())
        })
        .unwrap_or_default();
    let id = one.id.clone();
    let end = move || {
        let id = id.clone();
        spawn_local(async move {
            let outcome = cx.staff.get_value().end_session(&id).await;
            shown.after(outcome);
        });
    };
    let action = if one.current {
        el("span").attr("class", "soft").kid(cx.s.this_session).show()
    } else {
        button(cx.s.end_session, &name, end)
    };
    el("tr")
        .kid(el("th").attr("scope", "row").kid(el("bdi").kid(name.clone())))
        .kid(el("td").kid(date(cx, one.created_at)))
        .kid(el("td").kid(date(cx, one.seen_at)))
        .kid(el("td").kid(action))
        .show()
}

/// A link just made; it is shown once.
fn link_box(cx: Cx, name: &str, address: &str) -> View {
    let text = address.to_owned();
    let copy = move |_| {
        let _ = window().navigator().clipboard().write_text(&text);
        cx.announcer.say(cx.s.copied.to_owned());
    };
    el("div")
        .attr("class", "notice good stack")
        .kid(el("label").attr("for", "new-link").kid(fill(cx.s.link_made, &[("name", name)])))
        .kid(
            el("input")
                .attr("id", "new-link")
                .attr("type", "text")
                .attr("readonly", "")
                .attr("value", address),
        )
        .kid(
            el("p").attr("class", "row-actions").kid(
                el("button")
                    .attr("type", "button")
                    .attr("class", "btn quiet")
                    .kid(cx.s.copy)
                    .on("click", copy),
            ),
        )
        .show()
}

fn invite(shown: Shown) -> View {
    let cx = shown.cx;
    let s = cx.s;
    let (name, role) = (slot(String::new()), slot(Role::Viewer));
    let submit = move |event: web_sys::Event| {
        event.prevent_default();
        let invite = Invite {
            role: role.get_untracked(),
            name: name.get_untracked().trim().to_owned(),
        };
        if invite.name.is_empty() {
            shown.wrong.set(Some(s.invite_name_missing.to_owned()));
            return;
        }
        spawn_local(async move {
            let outcome = cx.staff.get_value().invite(invite).await;
            if let Some(made) = shown.after(outcome) {
                name.set(String::new());
                shown.made(Some(made));
            }
        });
    };
    let options: Vec<View> = Role::ALL
        .into_iter()
        .map(|role| el("option").attr("value", role.name()).kid(role_name(s, role)).show())
        .collect();
    el("form")
        .attr("class", "row-actions")
        .attr("aria-label", s.invite)
        .attr("novalidate", "")
        .kid(
            el("div")
                .attr("class", "field")
                .kid(el("label").attr("for", "invite-name").kid(s.invite_name))
                .kid(
                    el("input")
                        .attr("id", "invite-name")
                        .attr("type", "text")
                        .attr("maxlength", "80")
                        .attr("autocomplete", "off")
                        .value(move || name.get())
                        .on("input", move |event| {
                            if let Some(input) = input_of(&event) {
                                name.set(input.value());
                            }
                        }),
                ),
        )
        .kid(
            el("div")
                .attr("class", "field")
                .kid(el("label").attr("for", "invite-role").kid(s.role))
                .kid(
                    el("select")
                        .attr("id", "invite-role")
                        .kid(options)
                        .value(move || role.get().name().to_owned())
                        .on("change", move |event| {
                            let chosen = event
                                .target()
                                .and_then(|target| target.dyn_into::<web_sys::HtmlSelectElement>().ok())
                                .and_then(|select| Role::from_name(&select.value()));
                            if let Some(chosen) = chosen {
                                role.set(chosen);
                            }
                        }),
                ),
        )
        .kid(el("button").attr("type", "submit").attr("class", "btn").kid(s.invite))
        .on("submit", submit)
        .show()
}
