//! What a partner's page fills in: fields that the programme lists for it (`prefill`), with answers that could be submitted, in a form
//! that nobody has begun. Each once: what is taken out again stays out.

use opencall_core::programme::Field;
use opencall_core::validate::is_sound;
use opencall_core::{Programme, pointer};
use serde_json::{Map, Value};

use crate::apply::Lasting;
use crate::route::Route;
use crate::ui::dom::later;
use crate::ui::kept::{Slot, slot};

/// What is to be filled in once a section is shown: the call alone is read by many, and begins no draft.
pub type Wishes = Slot<Vec<(&'static Field, Value)>>;

/// Fills in what is wished for when there is somebody to fill it in for.
pub fn start(programme: &'static Programme, lasting: Lasting) -> Wishes {
    let wishes: Wishes = slot(Vec::new());
    let route = lasting.router.current();
    let (draft, loaded, exists) = (lasting.draft, lasting.draft.loaded(), lasting.draft.exists());
    later(move || {
        let in_form = route.with(|route| matches!(route, Route::Section { step, .. } if programme.step(step).is_some()));
        if !(in_form && loaded.get() && lasting.open.get()) || wishes.with(Vec::is_empty) {
            return;
        }
        let wished = wishes.with_untracked(Clone::clone);
        wishes.set(Vec::new());
        if exists.get_untracked() {
            return;
        }
        let empty = |field: &Field| draft.get_untracked(&pointer::child("", &field.id)).is_none();
        let filled: Vec<_> = wished.into_iter().filter(|(field, _)| empty(field)).collect();
        lasting.prefilled.set(filled.iter().map(|(field, _)| *field).collect());
        for (field, value) in filled {
            draft.set(&pointer::child("", &field.id), value);
        }
    });
    wishes
}

/// Adds what a page wishes; gives the names of those that cannot be filled in, whatever the form holds.
pub fn wish(programme: &'static Programme, wishes: Wishes, answers: Map<String, Value>) -> Vec<String> {
    let (mut taken, mut refused) = (Vec::new(), Vec::new());
    for (name, value) in answers {
        match programme.field(&name) {
            Some(field) if field.prefill && is_sound(programme, field, &value) => taken.push((field, value)),
            _ => refused.push(name),
        }
    }
    wishes.update(|wishes| wishes.extend(taken));
    refused
}
