//! What every page of the staff's is given.

use leptos::prelude::*;
use opencall_core::contract::staff::SessionView;
use opencall_core::role::Permission;
use opencall_core::{Locale, Programme};

use super::address::Nav;
use super::data::Rows;
use super::export::Exports;
use super::palette::Palette;
use super::words::Words;
use crate::api::staff::Staff;
use crate::i18n::{I18n, Messages};
use crate::ui::announce::Announcer;

/// What every page is given. As long as the language and the person signed in stay the same.
#[derive(Clone, Copy)]
pub struct Cx {
    /// The programme.
    pub programme: &'static Programme,
    /// The language.
    pub locale: Locale,
    /// The words that applicants' and staff's app share.
    pub t: &'static Messages,
    /// The staff's words.
    pub s: &'static Words,
    /// Who is signed in.
    pub me: &'static SessionView,
    /// The calls of who is signed in.
    pub staff: StoredValue<Staff>,
    /// The rows.
    pub rows: Rows,
    /// Where in the app one is.
    pub nav: Nav,
    /// Whatever can be done, by typing.
    pub palette: Palette,
    /// What is being taken out.
    pub exports: Exports,
    /// Speaks.
    pub announcer: Announcer,
    /// The language switch.
    pub i18n: I18n,
}

impl Cx {
    /// Whether who is signed in may do this. The server asks again.
    pub fn may(self, permission: Permission) -> bool {
        self.me.permissions.contains(&permission)
    }
}
